"""Opening and closing a wave by hand, before or beside the scheduler."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated

from fastapi import APIRouter, Depends

from privacy.errors import KeyUnusable
from service.accounts.auth import OwnerCaller
from service.errors import Unavailable
from service.http.context import Context, context_of
from service.http.problem import responses
from service.registrar.issuer_keys import IssuerKeys
from service.surveys.lifecycle import close_wave, open_wave
from service.surveys.wave_models import WaveModel
from service.surveys.wave_routes import describe

_log = logging.getLogger("sottovoce.surveys")
ContextDependency = Annotated[Context, Depends(context_of)]


def router(keys: IssuerKeys) -> APIRouter:
    """POST /api/v1/waves/{wave}/open and /close, for owners."""
    routes = APIRouter(prefix="/api/v1", tags=["waves"])

    @routes.post(
        "/waves/{wave}/open",
        operation_id="open_wave",
        summary="Open a draft now",
        responses=responses(401, 403, 404, 409, 422, 503),
    )
    def open_now(by: OwnerCaller, wave: str, context: ContextDependency) -> WaveModel:
        """Freezes the promise to respondents in the manifest and charges the ledger, for good.

        A wave that is open already stays as it is.
        """
        with _keys_at_hand():
            return describe(context, open_wave(context, keys, wave, by))

    @routes.post(
        "/waves/{wave}/close",
        operation_id="close_wave",
        summary="Close an open wave now",
        responses=responses(401, 403, 404, 409, 422, 503),
    )
    def close_now(by: OwnerCaller, wave: str, context: ContextDependency) -> WaveModel:
        """No more tokens and responses from here on. A wave that has closed stays as it is."""
        with _keys_at_hand():
            return describe(context, close_wave(context, keys, wave, by))

    return routes


@contextmanager
def _keys_at_hand() -> Iterator[None]:
    try:
        yield
    except KeyUnusable as error:
        # The file's place is for the operator, not for whoever asked.
        _log.error("%s", error)
        raise Unavailable("the wave's issuer key cannot be kept; the service's log says why") from None
