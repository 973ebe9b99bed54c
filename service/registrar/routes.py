"""The registrar over HTTP: invitations for owners, tokens for whoever is invited."""

from fastapi import APIRouter

from service.registrar import (
    feedback_pass_routes,
    feedback_token_routes,
    invitation_routes,
    token_routes,
)
from service.registrar.issuer_keys import IssuerKeys


def router(keys: IssuerKeys) -> APIRouter:
    """Everything the registrar answers."""
    routes = APIRouter()
    routes.include_router(invitation_routes.router())
    routes.include_router(token_routes.router(keys))
    routes.include_router(feedback_pass_routes.router())
    routes.include_router(feedback_token_routes.router(keys))
    return routes
