"""A person with an invitation draws the one blind signature it is good for. Nothing here is logged."""

import hashlib
import logging
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from privacy.canonical import b64u, unb64u
from privacy.errors import KeyUnusable, Refused
from privacy.issuing import BlindSigner
from service.clock import Clock
from service.errors import Conflict, Unavailable
from service.http.body import JSON, Body, parsed, raw_body, request_body
from service.http.context import Context, context_of
from service.http.problem import responses
from service.registrar.issuer_keys import IssuerKeys
from service.store import invitations, waves
from service.store.tables_main import WaveRow
from service.store.unit_of_work import reading, unit_of_work

_LARGEST = 4096  # bytes; a request has about 450
_log = logging.getLogger("sottovoce.registrar")


class TokenRequestModel(BaseModel):
    """An invitation and the blinded message it is to be spent on."""

    model_config = ConfigDict(extra="forbid", strict=True)

    # What is not even text is a malformed invitation, and gets the same refusal as an unknown one.
    invitation: Annotated[str, BeforeValidator(lambda value: value if isinstance(value, str) else "")] = (
        Field(description="The code in the link's fragment.", examples=["q83vEjRWeJCrze8SNFZ4kA"])
    )
    blinded_message: str = Field(
        description="RSABSSA-SHA384-PSS-Deterministic (RFC 9474), 256 bytes as base64url.",
        examples=["AAECAwQF..."],
    )


class TokenModel(BaseModel):
    """The blind signature."""

    blind_signature: str = Field(description="256 bytes as base64url.", examples=["BQQDAgEA..."])


def router(keys: IssuerKeys) -> APIRouter:
    """POST /api/v1/waves/{wave}/tokens, for whoever holds an invitation."""
    routes = APIRouter(prefix="/api/v1", tags=["respondent"])
    schema = TokenRequestModel.model_json_schema()

    @routes.post(
        "/waves/{wave}/tokens",
        operation_id="draw_token",
        summary="Draw a token with an invitation",
        responses=responses(403, 404, 409, 413, 415, 422, 503),
        openapi_extra=request_body({JSON: {"schema": schema}}),
    )
    def draw_token(
        wave: str,
        body: Annotated[Body, Depends(raw_body((JSON,), _LARGEST))],
        context: Annotated[Context, Depends(context_of)],
        response: Response,
    ) -> TokenModel:
        """The same invitation with the same blinded message gets the same answer again.

        An invitation that is unknown, malformed, or spent on another message gets one and the same refusal.
        """
        response.headers["Cache-Control"] = "no-store"
        request = parsed(TokenRequestModel, body.content)
        with reading(context.main) as tx:
            row = waves.find(tx, wave)
        name = _open_wave(row, context.clock)
        # Signed before the invitation is looked at, and kept from whoever may not have it: every request that
        # is well formed costs the same, and what is out of range is refused whatever the invitation.
        signature = sign(signer_of(keys, name), request.blinded_message)
        digest = invitations.digest_of(name, request.invitation)
        blinded_digest = hashlib.sha256(request.blinded_message.encode()).digest()
        with unit_of_work(context.main) as tx:
            invitations.hold_issuing(tx, row.id)
            row = waves.find(tx, row.id)
            _open_wave(row, context.clock)
            drawn = invitations.issue(tx, row, digest, blinded_digest)
        if not drawn:
            raise invitations.refusal()
        return TokenModel(blind_signature=b64u(signature))

    return routes


def _open_wave(row: WaveRow, clock: Clock) -> bytes:
    if row.state != "open" or row.wave is None or clock() >= datetime.fromisoformat(row.closes_at):
        raise Conflict("the wave is not open; tokens are drawn between its opening and its closing")
    return row.wave


def signer_of(keys: IssuerKeys, wave: bytes) -> BlindSigner:
    """The signer of a wave or period. Raises Unavailable if its key cannot be used."""
    try:
        return keys.signer(wave)
    except KeyUnusable as error:
        # The file's place is for the operator, not for whoever asked.
        _log.error("%s", error)
        raise Unavailable("no token can be drawn at the moment; try again later") from None


def sign(signer: BlindSigner, blinded_message: str) -> bytes:
    """The blind signature, 256 bytes. Raises Refused unless the message (base64url) is one."""
    try:
        message = unb64u(blinded_message)
    except ValueError:
        message = b""
    try:
        return signer.sign(message)
    except Refused:
        raise Refused("the blinded message does not hold; it is 256 bytes in base64url") from None
