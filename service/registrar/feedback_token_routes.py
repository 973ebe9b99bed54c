"""Somebody with a feedback link, or an invitation to an open wave, draws a token for a conversation.

Nothing here is logged, and what is stored of a draw does not tell whose it is (service/store/passes.py).
"""

import hashlib
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from sqlmodel import Session

from privacy.canonical import b64u
from service.errors import Conflict, NotAllowed, NotFound, Unavailable
from service.http.body import JSON, Body, parsed, raw_body, request_body
from service.http.context import Context, context_of
from service.http.problem import responses
from service.registrar.issuer_keys import IssuerKeys
from service.registrar.token_routes import TokenModel, sign, signer_of
from service.store import feedback_periods, passes, waves
from service.store.letting_out import month_of
from service.store.tables_main import WaveRow
from service.store.unit_of_work import reading, unit_of_work

_LARGEST = 4096  # bytes; a request has about 550
_OF_A_WAVE = 1  # token that an invitation is good for


class FeedbackTokenRequestModel(BaseModel):
    """A code and the blinded message that a token is to be spent on."""

    model_config = ConfigDict(extra="forbid", strict=True)

    # What is not even text is a malformed code, and gets the same refusal as an unknown one.
    code: Annotated[str, BeforeValidator(lambda value: value if isinstance(value, str) else "")] = Field(
        description="The code in the link's fragment.", examples=["q83vEjRWeJCrze8SNFZ4kA"]
    )
    wave: str | None = Field(
        default=None, description="The open wave that the code is an invitation to; null for a feedback link."
    )
    period: str = Field(description="This month's period, 64 hex digits.")
    blinded_message: str = Field(
        description="RSABSSA-SHA384-PSS-Deterministic (RFC 9474), 256 bytes as base64url.",
        examples=["AAECAwQF..."],
    )


def router(keys: IssuerKeys) -> APIRouter:
    """POST /api/v1/feedback/tokens."""
    routes = APIRouter(prefix="/api/v1/feedback", tags=["feedback"])
    schema = FeedbackTokenRequestModel.model_json_schema()

    @routes.post(
        "/tokens",
        operation_id="draw_feedback_token",
        summary="Draw a token that opens a conversation",
        responses=responses(403, 409, 413, 415, 422, 503),
        openapi_extra=request_body({JSON: {"schema": schema}}),
    )
    def draw_feedback_token(
        body: Annotated[Body, Depends(raw_body((JSON,), _LARGEST))],
        context: Annotated[Context, Depends(context_of)],
        response: Response,
    ) -> TokenModel:
        """The same code with the same blinded message gets the same answer again.

        A code that is unknown, malformed or used up gets one and the same refusal.
        """
        response.headers["Cache-Control"] = "no-store"
        request = parsed(FeedbackTokenRequestModel, body.content)
        period, of_a_link = _period_now(context, request.period)
        # Signed before the code is looked at, and kept from whoever may not have it: see token_routes.py.
        signature = sign(signer_of(keys, period), request.blinded_message)
        digest = hashlib.sha256(request.blinded_message.encode()).digest()
        tokens = _OF_A_WAVE if request.wave is not None else of_a_link
        with unit_of_work(context.main) as tx:
            wave = _open_wave(context, tx, request.wave)
            eligible = passes.is_eligible(tx, request.code, wave) and (
                request.wave is None or wave is not None
            )
            drawn = eligible and passes.draw(tx, period, request.code, tokens, digest)
        if not drawn:
            raise NotAllowed(
                "this code opens no conversation now; check the link, or wait for next month if it is used up"
            )
        return TokenModel(blind_signature=b64u(signature))

    return routes


def _period_now(context: Context, wanted: str) -> tuple[bytes, int]:
    """This month's period and how many of its tokens a feedback link is good for."""
    with reading(context.box) as tx:
        row = feedback_periods.period_of_month(tx, month_of(context.clock().date()))
    if row is None:
        raise Unavailable("this month has no key yet; try again in a minute")
    if row.name.hex() != wanted:
        raise Conflict("tokens are drawn for this month alone; read the channels again and draw another")
    return row.name, row.tokens


def _open_wave(context: Context, tx: Session, wave: str | None) -> WaveRow | None:
    if wave is None:
        return None
    try:
        row = waves.find(tx, wave)
    except NotFound:
        return None
    is_open = row.state == "open" and context.clock() < datetime.fromisoformat(row.closes_at)
    return row if is_open and row.wave is not None else None
