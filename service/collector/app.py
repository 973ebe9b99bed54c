"""The collector of waves as an application: ``uvicorn --factory service.collector.app:collector_only``.

Conversations come in where ``sottovoce collector`` runs it, beside the jobs that they need.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from sqlalchemy import Engine
from starlette.types import ASGIApp

from service.clock import Clock, system_clock
from service.collector.asgi import CollectorASGI
from service.collector.collector import Collector
from service.collector.routes import router
from service.http import problem
from service.http.context import Context
from service.http.headers import SecurityHeaders
from service.settings import Settings, read_settings
from service.store.engine import open_engine
from service.store.schema import check_schema


def collector_only() -> ASGIApp:
    """The collector's routes and nothing else, as the settings in the environment say.

    Raises Invalid for the settings, Misconfigured unless the box has this release's tables, Unavailable.
    """
    settings = read_settings()
    box = open_engine(settings.box_url)
    check_schema(box, "box")
    return application(settings, system_clock, box)


def application(settings: Settings, clock: Clock, box: Engine) -> ASGIApp:
    """The collector's routes on this box; the application's end closes its connections."""
    collector = Collector(settings, clock, box)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await collector.start()
        yield
        await collector.stop()
        box.dispose()

    app = FastAPI(lifespan=lifespan, openapi_url=None, docs_url=None, redoc_url=None)
    app.state.context = Context(settings, clock, box_engine=box)
    problem.install(app)
    app.include_router(router())
    app.add_middleware(SecurityHeaders)
    return CollectorASGI(app, collector)
