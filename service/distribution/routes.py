"""Pulses that run themselves, over HTTP: schedules, letters, announcements."""

from fastapi import APIRouter

from service.distribution import schedule_routes


def router() -> APIRouter:
    """Everything staff do with how waves come and how people hear of them."""
    routes = APIRouter()
    routes.include_router(schedule_routes.router())
    return routes
