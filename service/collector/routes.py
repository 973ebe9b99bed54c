"""What a respondent's client reads: the manifest, its own envelope again, the board, a proof."""

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from privacy import manifest_reader
from service.collector.proofs import Proofs, closed_box
from service.errors import Conflict, NotFound
from service.http.context import Context, context_of
from service.http.immutable import immutable
from service.http.problem import responses
from service.store import box as store
from service.store.unit_of_work import reading

PUBLIC = "public, max-age=31536000, immutable"
_OCTETS = "application/octet-stream"
_EXAMPLE = "5f3a" * 16

ContextDependency = Annotated[Context, Depends(context_of)]
WavePath = Annotated[str, Path(description="The wave: SHA-256 of its manifest, 64 hex digits.")]
LocatorPath = Annotated[str, Path(description="The locator that the receipt code gives, 32 hex digits.")]
NullifierPath = Annotated[str, Path(description="The response's nullifier, 64 hex digits.")]


class BoardModel(BaseModel):
    """The board of a closed wave."""

    wave: str = Field(examples=[_EXAMPLE])
    responses: int = Field(description="Number of sealed responses.", ge=0, examples=[184])
    issued: int = Field(description="Number of tokens that were drawn.", ge=0, examples=[190])
    invited: int = Field(description="Number of people who were invited.", ge=1, examples=[240])
    root: str = Field(description="Root of the Merkle tree (RFC 9162), hex.", examples=[_EXAMPLE])


class ProofModel(BaseModel):
    """That a sealed response is on the board."""

    leaf: str = Field(description="SHA-256 of 0x00 and the envelope, hex.", examples=[_EXAMPLE])
    index: int = Field(description="Place of the leaf, from 0.", ge=0, examples=[17])
    size: int = Field(description="Number of leaves.", ge=1, examples=[184])
    path: list[str] = Field(
        description="The inclusion path, lowest sibling first, hex.", examples=[[_EXAMPLE]]
    )


def router() -> APIRouter:
    """The collector's routes but for taking responses, which asgi.py does."""
    routes = APIRouter(prefix="/api/v1/waves/{wave}", tags=["respondents"])
    proofs = Proofs()

    @routes.get(
        "/manifest",
        operation_id="read_manifest",
        summary="The wave's privacy contract",
        response_class=Response,
        responses={
            200: {
                "description": "Canonical JSON (RFC 8785) whose SHA-256 is the wave",
                "content": {"application/json": {"schema": {"type": "object"}}},
            },
            304: {"description": "The bytes that the request's ETag names"},
            **responses(404, 503),
        },
    )
    def read_manifest(request: Request, wave: WavePath, context: ContextDependency) -> Response:
        """The exact bytes; they never change. A client hashes them itself."""
        with reading(context.box) as tx:
            found = store.find_wave(tx, _wave(wave))
        if found is None:
            raise _unknown_wave()
        return immutable(request, found.manifest, "application/json", PUBLIC)

    @routes.get(
        "/responses/{locator}",
        operation_id="read_response",
        summary="One's own sealed response again",
        response_class=Response,
        responses={
            200: {
                "description": "The envelope",
                "content": {_OCTETS: {"schema": {"type": "string", "format": "binary"}}},
            },
            **responses(404, 503),
        },
    )
    def read_response(wave: WavePath, locator: LocatorPath, context: ContextDependency) -> Response:
        """With the receipt code it can be found under its locator, to be changed or withdrawn."""
        with reading(context.box) as tx:
            envelope = store.envelope_at(tx, _wave(wave), _bytes(locator, 16))
        if envelope is None:
            raise NotFound("there is no response under this locator; check the receipt code")
        return Response(envelope, media_type=_OCTETS, headers={"Cache-Control": "no-store"})

    @routes.get(
        "/board",
        operation_id="read_board",
        summary="Root and numbers of a closed wave's board",
        responses=responses(404, 409, 503),
    )
    def read_board(wave: WavePath, context: ContextDependency) -> BoardModel:
        """Published when the wave has closed; until then 409."""
        with reading(context.box) as tx:
            found = store.find_wave(tx, _wave(wave))
        closed = closed_box(found)
        if found is None or found.issued is None:
            raise Conflict("the wave is closing; ask again in a moment")
        return BoardModel(
            wave=wave,
            responses=closed.responses,
            root=closed.root.hex(),
            issued=found.issued,
            invited=manifest_reader.read_manifest(found.manifest).invited,
        )

    @routes.get(
        "/proofs/{nullifier}",
        operation_id="read_proof",
        summary="That a response is on the board",
        responses=responses(404, 409, 503),
    )
    def read_proof(wave: WavePath, nullifier: NullifierPath, context: ContextDependency) -> ProofModel:
        """The inclusion proof (RFC 9162 section 2.1.3) of a response of a closed wave."""
        found = proofs.find(context.box, _wave(wave), _bytes(nullifier, 32))
        return ProofModel(
            leaf=found.leaf.hex(),
            index=found.index,
            size=found.size,
            path=[step.hex() for step in found.path],
        )

    return routes


def _wave(text: str) -> bytes:
    return _bytes(text, 32)


def _bytes(text: str, size: int) -> bytes:
    # A name that cannot be one names nothing: the same answer as for one that nobody has.
    try:
        data = bytes.fromhex(text)
    except ValueError:
        data = b""
    if len(data) != size or data.hex() != text:
        raise NotFound("there is nothing under this name; check the address")
    return data


def _unknown_wave() -> NotFound:
    return NotFound("there is no such wave; check the address")
