"""The links of a wave's invitations: given out once, to the owner."""

from collections.abc import Callable, Sequence
from typing import Annotated

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, Field

from service.accounts import audit
from service.accounts.audit import Actor
from service.accounts.auth import OwnerCaller
from service.errors import Conflict
from service.http.body import CSV, JSON
from service.http.context import Context, context_of
from service.http.negotiate import CSV_TYPE, CsvDependency, csv_bytes
from service.http.problem import responses
from service.links import read_wave_url
from service.store import invitations, waves
from service.store.unit_of_work import unit_of_work


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


def router() -> APIRouter:
    """POST /api/v1/waves/{wave}/invitations, for owners."""
    routes = APIRouter(prefix="/api/v1", tags=["waves"])

    @routes.post(
        "/waves/{wave}/invitations",
        operation_id="make_invitations",
        summary="Make the invitation links of an open wave, once",
        response_model=InvitationsModel,
        responses={
            200: {"content": {CSV: {"example": "person,link\r\nada@example.org,https://pulse..."}}},
            **responses(401, 403, 404, 409, 422, 503),
        },
    )
    def make_invitations(
        by: OwnerCaller, wave: str, as_csv: CsvDependency, context: Annotated[Context, Depends(context_of)]
    ) -> Response:
        """The service keeps digests of the codes alone, so the links cannot be shown again.

        Nobody can ask who has used theirs, and no second set is made: it would have to leave out those who
        have.
        """
        return links_answer(make_links(context, wave, by), as_csv)

    return routes


def links_answer(links: Sequence[tuple[str, str]], as_csv: bool) -> Response:
    """Each person's link, in the form that was asked for."""
    headers = {"Cache-Control": "no-store"}
    if as_csv:
        return Response(csv_bytes(("person", "link"), links), media_type=CSV_TYPE, headers=headers)
    items = [InvitationModel(person=person, link=link) for person, link in links]
    return Response(InvitationsModel(items=items).model_dump_json(), media_type=JSON, headers=headers)


def address_of_links(context: Context, path: str, read: Callable[[str], object]) -> str:
    """The address of ``path`` as people reach it. Raises Conflict if no client would follow it.

    ``read`` is how clients read it. Links are made only once, so this is asked first.
    """
    address = f"{context.settings.link_base}{path}"
    try:
        read(address)
    except ValueError as error:
        raise Conflict(
            "no client would follow the links, so none was made: the address of this service cannot be sent "
            f"to people, because {error}; set SOTTOVOCE_PUBLIC_URL to the https:// address at which they "
            "reach it, restart, and ask again"
        ) from None
    return address


def make_links(context: Context, wave: str, by: Actor) -> list[tuple[str, str]]:
    """Every invited person and their link; they are made once, in the order of names.

    Raises NotFound, and Conflict if they were made already or no client would follow them.
    """
    with unit_of_work(context.main) as tx:
        row = waves.lock(tx, wave)
        name = (row.wave or bytes(32)).hex()
        start = address_of_links(context, f"/w/{name}", read_wave_url) + "#"
        codes = invitations.make_codes(tx, row)
        audit.record(tx, context, by, "make invitations", row.id, number=len(codes))
    return [(person, start + code) for person, code in codes]
