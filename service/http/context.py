"""What every route may reach: the settings, the clock and the stores of its process, and nothing global."""

from dataclasses import dataclass, field
from threading import Event

from fastapi import Request
from sqlalchemy import Engine

from service.clock import Clock
from service.errors import Misconfigured
from service.settings import Settings


@dataclass(frozen=True, slots=True)
class Context:
    """The surroundings of one process. A process that does not serve a part has no engine for its store.

    ``conversations_written`` is set once anything of a conversation was written or deleted, until it is
    mixed.
    """

    settings: Settings
    clock: Clock
    main_engine: Engine | None = None
    box_engine: Engine | None = None
    conversations_written: Event = field(default_factory=Event)

    @property
    def main(self) -> Engine:
        """The main store's engine."""
        if self.main_engine is None:
            raise Misconfigured("this process has no main store; start it with the registrar or results part")
        return self.main_engine

    @property
    def box(self) -> Engine:
        """The box's engine."""
        if self.box_engine is None:
            raise Misconfigured("this process has no box; start it with the collector part")
        return self.box_engine


def context_of(request: Request) -> Context:
    """FastAPI dependency: the process's context."""
    context = request.app.state.context
    assert isinstance(context, Context)  # noqa: S101 - set once by the composition root
    return context
