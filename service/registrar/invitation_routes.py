"""Links, cards and kiosk codes of a wave's invitations: given out once, to the owner."""

from collections.abc import Sequence
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, Response
from pydantic import BaseModel, Field

from service.accounts import audit
from service.accounts.audit import Actor
from service.accounts.auth import OwnerCaller
from service.http.body import CSV, JSON
from service.http.context import Context, context_of
from service.http.negotiate import CSV_TYPE, PDF, FormDependency, csv_bytes
from service.http.problem import responses
from service.links import read_wave_url
from service.registrar.cards import KioskCodes, cards_pdf, check_number, kiosk_pdf, make_kiosk_codes
from service.registrar.link_address import address_of_links
from service.store import invitations, waves
from service.store.unit_of_work import unit_of_work

_HEADERS = {"Cache-Control": "no-store"}


class InvitationModel(BaseModel):
    """One person's link."""

    person: str = Field(description="As the roster names them.", examples=["ada@example.org"])
    link: str = Field(
        description="Whoever holds it can answer once; send it to this person alone.",
        examples=["https://pulse.example.org/w/3f1c...#q83vEjRWeJCrze8SNFZ4kA"],
    )


class InvitationsModel(BaseModel):
    """Everybody's link, in the order of names. There are no pages: they are given out once."""

    items: list[InvitationModel]


class KioskCodesModel(BaseModel):
    """Codes for a shared device; they are nobody's, in no order, and are given out once."""

    page: str = Field(
        description="What the shared device shows.", examples=["https://pulse.example.org/w/3f1c..."]
    )
    codes: list[str] = Field(
        description="Each draws one token, whoever types it.", examples=[["7K3D-90FM-XTE2-5WQJ"]]
    )


def router() -> APIRouter:
    """POST /api/v1/waves/{wave}/invitations, for owners."""
    routes = APIRouter(prefix="/api/v1", tags=["waves"])

    @routes.post(
        "/waves/{wave}/invitations",
        operation_id="make_invitations",
        summary="Make the invitation links of an open wave, once",
        response_model=InvitationsModel | KioskCodesModel,
        responses={
            200: {
                "content": {
                    CSV: {"example": "person,link\r\nada@example.org,https://pulse..."},
                    PDF: {"schema": {"type": "string", "format": "binary"}},
                }
            },
            **responses(401, 403, 404, 409, 422, 503),
        },
    )
    def make_invitations(
        by: OwnerCaller,
        wave: str,
        wanted: FormDependency,
        context: Annotated[Context, Depends(context_of)],
        form: Annotated[
            Literal["links", "kiosk"],
            Query(description="`kiosk`: codes without names, to be typed at a shared device."),
        ] = "links",
    ) -> Response:
        """For everybody who is invited and gets no letter. The service keeps digests of the codes alone, so
        they cannot be shown again. A PDF has cards to print and cut apart.

        Nobody can ask who has used theirs, and no second set is made: it would have to leave out those who
        have.
        """
        if wanted == "pdf":
            check_number(context, wave)
        if form == "kiosk":
            made = make_kiosk_codes(context, wave, by)
            return _printed(kiosk_pdf(context, wave, made)) if wanted == "pdf" else _kiosk(made, wanted)
        links = make_links(context, wave, by)
        if wanted == "pdf":
            return _printed(cards_pdf(context, wave, links))
        return links_answer(links, wanted == "csv")

    return routes


def links_answer(links: Sequence[tuple[str, str]], as_csv: bool) -> Response:
    """Each person's link, in the form that was asked for."""
    if as_csv:
        return Response(csv_bytes(("person", "link"), links), media_type=CSV_TYPE, headers=_HEADERS)
    items = [InvitationModel(person=person, link=link) for person, link in links]
    return Response(InvitationsModel(items=items).model_dump_json(), media_type=JSON, headers=_HEADERS)


def _kiosk(made: KioskCodes, wanted: str) -> Response:
    if wanted == "csv":
        return Response(
            csv_bytes(("code", "link"), zip(made.codes, made.links, strict=True)),
            media_type=CSV_TYPE,
            headers=_HEADERS,
        )
    model = KioskCodesModel(page=made.page, codes=list(made.codes))
    return Response(model.model_dump_json(), media_type=JSON, headers=_HEADERS)


def _printed(pdf: bytes) -> Response:
    headers = {**_HEADERS, "Content-Disposition": 'attachment; filename="cards.pdf"'}
    return Response(pdf, media_type=PDF, headers=headers)


def make_links(context: Context, wave: str, by: Actor) -> list[tuple[str, str]]:
    """Every invited person who gets no letter, and their link; they are made once, in the order of names.

    Raises NotFound, and Conflict if they were made already or no client would follow them.
    """
    with unit_of_work(context.main) as tx:
        row = waves.lock(tx, wave)
        name = (row.wave or bytes(32)).hex()
        start = address_of_links(context, f"/w/{name}", read_wave_url) + "#"
        codes = invitations.make_codes(tx, row)
        audit.record(tx, context, by, "make invitations", row.id, number=len(codes))
    return [(person, start + code) for person, code in codes]
