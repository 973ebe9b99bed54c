"""What tests of the staff API share, because making it takes longer than most of them do."""

from itertools import cycle
from threading import Lock
from typing import Any

from fastapi import FastAPI

from service.accounts.audit_routes import router as audit_router
from service.accounts.routes import router as accounts_router
from service.distribution.routes import router as distribution_router
from service.feedback.channel_routes import router as channels_router
from service.http import health, problem
from service.http.headers import SecurityHeaders
from service.programs.routes import router as programs_router
from service.registrar.issuer_keys import IssuerKeys
from service.registrar.routes import router as registrar_router
from service.registrar.rsa import IssuerKey
from service.results.routes import router as results_router
from service.surveys.routes import router as surveys_router


class LentKeys:
    """The issuer keys of whichever world has the application now."""

    def __init__(self) -> None:
        self.world: IssuerKeys | None = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self.world, name)


def made_app() -> tuple[FastAPI, LentKeys]:
    """The service with every router of staff and people, and the keys that it will ask."""
    app, keys = FastAPI(), LentKeys()
    problem.install(app)
    for router in (
        health.router(),
        accounts_router(),
        audit_router(),
        surveys_router(keys),  # type: ignore[arg-type]
        programs_router(),
        distribution_router(),
        channels_router(),
        registrar_router(keys),  # type: ignore[arg-type]
        results_router(),
    ):
        app.include_router(router)
    app.add_middleware(SecurityHeaders)
    return app, keys


class ReadyKeys:
    """Three issuer keys that all waves take in turn; each is made when it is first taken."""

    def __init__(self) -> None:
        self._made: list[IssuerKey] = []
        self._generate = IssuerKey.generate
        self._places = cycle(range(3))
        self._one_at_a_time = Lock()  # tests open waves from several threads at once

    def take(self) -> IssuerKey:
        """The next one."""
        with self._one_at_a_time:
            place = next(self._places)
            while place >= len(self._made):
                self._made.append(self._generate())
            return self._made[place]
