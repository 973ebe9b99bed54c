"""Whether this process can do its work: its stores answer and have this release's tables."""

from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, Field

from service.errors import Misconfigured, Unavailable
from service.http.context import Context, context_of
from service.http.problem import responses
from service.store.schema import Store, check_schema


class HealthModel(BaseModel):
    """The process is well. Nothing here counts people, responses or requests."""

    status: Literal["ok"] = "ok"
    stores: list[Store] = Field(
        description="The stores this process uses; all answer.", examples=[["main", "box"]]
    )


def router() -> APIRouter:
    """GET /api/v1/health, for anybody."""
    routes = APIRouter(prefix="/api/v1", tags=["health"])

    @routes.get(
        "/health",
        operation_id="health",
        summary="Is the service well?",
        responses=responses(503),
    )
    def health(context: Annotated[Context, Depends(context_of)]) -> HealthModel:
        """Asks each store of this process for its migration. Needs no key."""
        stores: list[Store] = []
        for store, engine in (("main", context.main_engine), ("box", context.box_engine)):
            if engine is None:
                continue
            name: Store = "main" if store == "main" else "box"
            try:
                check_schema(engine, name)
            except Misconfigured as error:
                raise Unavailable(str(error)) from None
            stores.append(name)
        return HealthModel(stores=stores)

    return routes
