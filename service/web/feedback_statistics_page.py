"""What is published of months' conversations, as a page: the numbers of the API with their names."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.results.feedback_statistics_routes import statistics_of
from service.store import channels
from service.store.unit_of_work import reading
from service.web.program_forms import ContextDependency, Reader
from service.web.render import page


def router() -> APIRouter:
    """/channels/statistics; before the channels, one of which its address could name."""
    routes = APIRouter()

    @routes.get("/channels/statistics")
    def show(request: Request, context: ContextDependency, _: Reader) -> Response:
        with reading(context.box) as tx:
            rows = channels.all_channels(tx)
        return page(
            request,
            "channels/statistics.html",
            months=statistics_of(context).items,
            names={row.id: row.notice["name"]["en"] for row in rows},
            themes={(row.id, theme["id"]): theme["text"]["en"] for row in rows for theme in row.themes},
            epsilon=context.settings.feedback_epsilon,
        )

    return routes
