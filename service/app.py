"""The composition root: puts the parts of one process together. Only what a part needs is imported."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp

from privacy.errors import SottovoceError
from service.clock import Clock, system_clock
from service.http import health, problem
from service.http.context import Context
from service.http.headers import SecurityHeaders
from service.jobs import Job, TallyChild, every, in_thread, run_jobs
from service.settings import Settings, read_settings
from service.store.engine import open_engine
from service.store.mixing import mix
from service.store.schema import check_schema

ALL_PARTS = ("registrar", "collector", "results", "web")
DESCRIPTION = (
    "Anonymous feedback and pulse surveys whose privacy people can check. Staff and other services send an "
    "API key as a bearer token; respondents send no credentials. Errors are RFC 9457 problems."
)
_HOUR = 3600.0  # seconds
_log = logging.getLogger("sottovoce")


class Application:
    """One process's ASGI application. ``failure`` says why it could not start, in one line."""

    def __init__(self, settings: Settings, clock: Clock, parts: Sequence[str]) -> None:
        self.failure: SottovoceError | None = None
        self._settings = settings
        self._parts = parts
        knows_people = "registrar" in parts or "results" in parts
        takes_responses = "registrar" in parts or "collector" in parts
        self.context = Context(
            settings,
            clock,
            main_engine=open_engine(settings.main_url) if knows_people else None,
            box_engine=open_engine(settings.box_url) if takes_responses else None,
        )
        self._api = FastAPI(
            title="Sottovoce",
            version="1",
            description=DESCRIPTION,
            docs_url=None,
            redoc_url=None,
            openapi_url="/api/v1/openapi.json",
            lifespan=self._lifespan,
        )
        self._api.state.context = self.context
        self._jobs: dict[str, Job] = {}
        self._asgi: ASGIApp = self._api
        self._collector: Any = None
        self._tally: TallyChild | None = None
        self._described: dict[str, Any] = {}  # what routes that are not FastAPI's describe by hand
        self._api.openapi = self.openapi  # type: ignore[method-assign]
        problem.install(self._api)
        self._api.include_router(health.router())
        if "registrar" in parts:
            self._add_registrar()
        if "results" in parts:
            self._add_results()
        if "collector" in parts:
            self._add_collector()
        if takes_responses:
            self._keep_box()
        if knows_people:
            self._add_accounts()
        self._api.add_middleware(SecurityHeaders)
        if "web" in parts:
            self._add_web()

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """The ASGI entry."""
        await self._asgi(scope, receive, send)

    def openapi(self) -> dict[str, Any]:
        """What the routes of this process describe."""
        value = FastAPI.openapi(self._api)
        value["paths"].update(self._described)
        return problem.describe_faults(value)

    def _add_accounts(self) -> None:
        from service.accounts import audit_routes, routes  # noqa: PLC0415 - a part is imported by who runs it

        self._api.include_router(routes.router())
        self._api.include_router(audit_routes.router())

    def _add_registrar(self) -> None:
        from service.distribution.announcer import Announcer  # noqa: PLC0415
        from service.distribution.conductor import Conductor  # noqa: PLC0415
        from service.distribution.post import Post  # noqa: PLC0415
        from service.distribution.routes import router as distribution  # noqa: PLC0415
        from service.feedback.channel_routes import router as channels  # noqa: PLC0415
        from service.programs.routes import router as programs  # noqa: PLC0415
        from service.registrar.feedback_periods import Periods  # noqa: PLC0415
        from service.registrar.issuer_keys import IssuerKeys  # noqa: PLC0415
        from service.registrar.routes import router as registrar  # noqa: PLC0415
        from service.surveys.routes import router as surveys  # noqa: PLC0415
        from service.surveys.scheduler import Scheduler  # noqa: PLC0415
        from service.surveys.telling import mail_keys  # noqa: PLC0415

        keys = IssuerKeys(self._settings.key_folder / "issuer")
        self._api.include_router(surveys(keys))
        self._api.include_router(programs())
        self._api.include_router(channels())
        self._api.include_router(distribution())
        self._api.include_router(registrar(keys))
        scheduler = Scheduler(self.context, keys)
        self._jobs["schedules"] = in_thread(Conductor(self.context).tick)
        self._jobs["scheduler"] = in_thread(scheduler.tick)
        self._jobs["letters"] = Post(self.context, mail_keys(self.context)).tick
        self._jobs["announcements"] = Announcer(self.context).tick
        self._jobs["feedback periods"] = in_thread(Periods(self.context, keys).tick)
        self._jobs["mixing of issuance"] = every(
            self._settings.mixing_minutes * 60,
            in_thread(self._mix_issuance),
        )
        if self._settings.tally == "child":
            self._tally = TallyChild(self._settings, self.context.main, self.context.clock)
            self._jobs["tally"] = self._tally

    def _add_results(self) -> None:
        from service.results.routes import router  # noqa: PLC0415

        self._api.include_router(router())

    def _add_collector(self) -> None:
        from service.collector.asgi import CollectorASGI  # noqa: PLC0415
        from service.collector.collector import Collector  # noqa: PLC0415
        from service.collector.openapi import RESPONSES_OPENAPI  # noqa: PLC0415
        from service.collector.routes import router  # noqa: PLC0415
        from service.feedback.sender_routes import router as conversations  # noqa: PLC0415

        self._collector = Collector(self._settings, self.context.clock, self.context.box)
        self._api.include_router(router())
        self._api.include_router(conversations())
        self._asgi = CollectorASGI(self._api, self._collector)
        self._described = RESPONSES_OPENAPI

    def _keep_box(self) -> None:
        from service.feedback.mixing import mix_conversations  # noqa: PLC0415
        from service.feedback.retention import delete_expired  # noqa: PLC0415

        self.context.conversations_written.set()  # by an earlier process, for all that is known here

        async def mixing() -> None:  # one after the other: both rewrite the same file on SQLite
            if self._collector is not None:
                await self._collector.mix()
            await asyncio.to_thread(mix_conversations, self.context)

        deleting = in_thread(lambda: delete_expired(self.context))
        self._jobs["retention of conversations"] = every(_HOUR, deleting)  # it is promised in days
        self._jobs["mixing of the box"] = every(self._settings.mixing_minutes * 60, mixing)

    def _add_web(self) -> None:
        from service.registrar.issuer_keys import IssuerKeys  # noqa: PLC0415
        from service.web.app import PagesBesideApi, web_app  # noqa: PLC0415

        pages = web_app(self.context, IssuerKeys(self._settings.key_folder / "issuer"))
        pages.state.describe = self.openapi
        self._asgi = PagesBesideApi(self._asgi, pages)

    def check(self) -> None:
        """Raises Misconfigured or Unavailable unless the stores have this release's tables."""
        if self.context.main_engine is not None:
            check_schema(self.context.main, "main")
        if self.context.box_engine is not None:
            check_schema(self.context.box, "box")

    @asynccontextmanager
    async def _lifespan(self, _app: FastAPI) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for engine in (self.context.main_engine, self.context.box_engine):
                if engine is not None:
                    stack.callback(engine.dispose)
            try:
                self.check()
                if self._collector is not None:
                    await self._collector.start()
                    stack.push_async_callback(self._collector.stop)
            except SottovoceError as error:
                self.failure = error
                raise
            if self._tally is not None:
                await self._tally_at_start()
            jobs = asyncio.create_task(run_jobs(self._settings, self._jobs))
            yield
            jobs.cancel()
            with suppress(asyncio.CancelledError):
                await jobs
            if "registrar" in self._parts:
                await asyncio.to_thread(self._mix_issuance)

    async def _tally_at_start(self) -> None:
        """See that every free wave key can be used; what is wrong with others is for the operator to read."""
        assert self._tally is not None  # noqa: S101 - asked by the caller
        try:
            await self._tally.top_up()
        except SottovoceError as error:
            _log.error("tally: %s", error)

    def _mix_issuance(self) -> None:
        try:
            mix(self.context.main, ["issuance", "feedback_draw"])
        except SottovoceError as error:
            _log.warning("%s", error)


def create_app(
    settings: Settings | None = None, *, clock: Clock = system_clock, parts: Sequence[str] = ALL_PARTS
) -> Application:
    """The application of a process that runs ``parts``; settings come from the environment unless given."""
    return Application(settings if settings is not None else read_settings(), clock, parts)


def describe_api() -> dict[str, Any]:
    """The OpenAPI description of everything this release serves."""
    return create_app(Settings()).openapi()
