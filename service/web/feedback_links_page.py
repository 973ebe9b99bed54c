"""Feedback links: made for everybody on a survey's roster, handed out once, to the owner."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from privacy.errors import Invalid, SottovoceError
from service.accounts.sessions import check_csrf
from service.charts.link_code import code_of
from service.errors import Conflict, NotFound
from service.http.context import Context
from service.http.negotiate import CSV_TYPE, csv_bytes
from service.registrar.feedback_pass_routes import PassesRequestModel, make_links
from service.store import surveys
from service.store.unit_of_work import reading
from service.web.owner_home import title_of
from service.web.program_forms import (
    NO_FAULTS,
    ContextDependency,
    Faults,
    Owner,
    Sent,
    faults_of,
    read,
    texts_of,
)
from service.web.render import page

_MOST = 1000


def router() -> APIRouter:
    """/channels/links."""
    routes = APIRouter(prefix="/channels/links", dependencies=[Depends(check_csrf)])

    @routes.get("")
    def show(request: Request, context: ContextDependency, _: Owner) -> Response:
        return _page(request, context)

    @routes.post("")
    def make(request: Request, context: ContextDependency, by: Owner, sent: Sent) -> Response:
        texts = texts_of(sent, ("survey", "form", "renew", "revoke"))
        try:
            wanted = {"survey": texts["survey"]}
            people = {name: texts[name].split("\n") for name in ("renew", "revoke")}
            lists = {name: [one.strip() for one in lines if one.strip()] for name, lines in people.items()}
            made = make_links(context, read(PassesRequestModel, wanted | lists), by)
        except (Invalid, Conflict, NotFound) as error:
            return _page(request, context, error)
        if not made:
            return _page(request, context, taken=len(lists["revoke"]))
        if texts["form"] == "cards":
            cards = [(person, link, code_of(link)) for person, link in made]
            return page(request, "owner/cards.html", cards=cards)
        headers = {"Content-Disposition": 'attachment; filename="feedback-links.csv"'}
        content = csv_bytes(("person", "link"), made)
        return Response(content, media_type=CSV_TYPE, headers={**headers, "Cache-Control": "no-store"})

    return routes


def _page(
    request: Request, context: Context, error: SottovoceError | None = None, taken: int | None = None
) -> Response:
    """The form; ``taken`` is how many were to lose their links where nobody got a new one."""
    faults: Faults = NO_FAULTS if error is None else faults_of(error)
    with reading(context.main) as tx:
        listed = [(one.id, title_of(one)) for one in surveys.page_of_surveys(tx, None, _MOST)]
    return page(
        request,
        "channels/links.html",
        faults.status,
        surveys=listed,
        taken=taken,
        tokens=context.settings.feedback_tokens,
        problems=faults.problems,
        places={"survey": "Survey", "renew": "New links", "revoke": "Links to take away"},
    )
