"""Programs over HTTP: everything staff do with them, and what other services read."""

from fastapi import APIRouter

from service.programs import (
    detectable_routes,
    evaluation_routes,
    evidence_routes,
    objective_routes,
    outside_routes,
    program_action_routes,
    program_routes,
    program_wave_routes,
    wave_plan_routes,
)


def router() -> APIRouter:
    """/api/v1/programs and what lies below."""
    routes = APIRouter()
    parts = (
        program_routes,
        objective_routes,
        outside_routes,
        program_wave_routes,
        program_action_routes,
        wave_plan_routes,
        detectable_routes,
        evaluation_routes,
        evidence_routes,
    )
    for part in parts:
        routes.include_router(part.router())
    return routes
