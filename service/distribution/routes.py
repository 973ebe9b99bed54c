"""Pulses that run themselves, over HTTP: schedules, letters, announcements."""

from fastapi import APIRouter

from service.distribution import hearing_routes, letter_routes, schedule_routes


def router() -> APIRouter:
    """Everything staff do with how waves come and how people hear of them."""
    routes = APIRouter()
    routes.include_router(schedule_routes.router())
    routes.include_router(letter_routes.router())
    routes.include_router(hearing_routes.router())
    return routes
