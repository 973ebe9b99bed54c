"""Surveys, rosters and waves over HTTP."""

from fastapi import APIRouter

from service.registrar.issuer_keys import IssuerKeys
from service.surveys import (
    action_routes,
    load_routes,
    plan_routes,
    roster_routes,
    survey_routes,
    wave_routes,
    wave_steps,
)


def router(keys: IssuerKeys) -> APIRouter:
    """Everything staff do with surveys."""
    routes = APIRouter()
    routes.include_router(survey_routes.router())
    routes.include_router(roster_routes.router())
    routes.include_router(load_routes.router())
    routes.include_router(plan_routes.router())
    routes.include_router(wave_routes.router())
    routes.include_router(wave_steps.router(keys))
    routes.include_router(action_routes.router())
    return routes
