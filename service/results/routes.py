"""The read side over HTTP: releases, figures, trends, differences and the ledger."""

from fastapi import APIRouter

from service.results import (
    change_routes,
    difference_routes,
    feedback_statistics_routes,
    invited_routes,
    ledger_routes,
    participation_routes,
    result_routes,
    trend_routes,
)


def router() -> APIRouter:
    """Everything that reads what was released."""
    routes = APIRouter()
    routes.include_router(result_routes.router())
    routes.include_router(invited_routes.router())
    routes.include_router(participation_routes.router())
    routes.include_router(trend_routes.router())
    routes.include_router(difference_routes.router())
    routes.include_router(change_routes.router())
    routes.include_router(ledger_routes.router())
    routes.include_router(feedback_statistics_routes.router())
    return routes
