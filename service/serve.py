"""``sottovoce serve`` and its parts as separate commands: registrar, collector, results."""

import logging
import socket
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
import uvicorn

from service.app import ALL_PARTS, create_app
from service.errors import Misconfigured
from service.http.context import Context
from service.settings import Settings, read_settings
from service.store.engine import is_sqlite, open_engine
from service.store.schema import migrate

serve_app = typer.Typer(help="Run the whole service in one process.", invoke_without_command=True)
registrar_app = typer.Typer(help="Run the part that knows people and staff.", invoke_without_command=True)
collector_app = typer.Typer(help="Run the part that takes sealed responses.", invoke_without_command=True)
results_app = typer.Typer(help="Run the part that reads releases.", invoke_without_command=True)

Host = Annotated[str | None, typer.Option(help="Address to listen on.")]
Port = Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.")]
Data = Annotated[Path | None, typer.Option(help="Folder of the SQLite files and keys.")]


@serve_app.callback()
def serve(host: Host = None, port: Port = None, data: Data = None) -> None:
    """Registrar, collector and results together; the tally runs as a child process."""
    _run(read_settings(host=host, port=port, data=data), ALL_PARTS)


@registrar_app.callback()
def registrar(host: Host = None, port: Port = None, data: Data = None) -> None:
    """Staff, rosters, waves, tokens and the pages. Never sees an answer."""
    _run(read_settings(host=host, port=port, data=data), ("registrar", "web"))


@collector_app.callback()
def collector(host: Host = None, port: Port = None, data: Data = None) -> None:
    """Takes sealed responses. Never sees a person."""
    _run(read_settings(host=host, port=port, data=data), ("collector",))


@results_app.callback()
def results(host: Host = None, port: Port = None, data: Data = None) -> None:
    """Releases, results, trend and ledger."""
    _run(read_settings(host=host, port=port, data=data), ("results",))


class _Server(uvicorn.Server):
    """Says where it listens once it does, and then ``welcome``, if there is anything to add."""

    welcome: str | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        for listening in sockets or ():
            host, port = listening.getsockname()[:2]
            host = f"[{host}]" if ":" in host else host
            print(f"listening on http://{host}:{port}", flush=True)  # noqa: T201
        if self.welcome is not None:
            print(self.welcome, flush=True)  # noqa: T201


def _run(settings: Settings, parts: Sequence[str]) -> None:
    # Warnings and faults alone: a line per request would be a list of who answered when.
    logging.basicConfig(
        level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr
    )
    logging.getLogger("sottovoce").setLevel(logging.INFO)
    # The server's own account of a fault is a traceback, whose last line may quote what somebody sent.
    logging.getLogger("uvicorn.error").setLevel(logging.CRITICAL)
    settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
    _migrate_sqlite(settings)
    listening = _bound(settings)
    settings = settings.model_copy(update={"port": listening.getsockname()[1]})
    app = create_app(settings, parts=parts)
    app.check()
    config = uvicorn.Config(
        app,
        http="httptools",
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        ws="none",
        lifespan="on",
        timeout_graceful_shutdown=10,
    )
    server = _Server(config)
    if "web" in parts:
        server.welcome = _welcome(app.context)
    try:
        server.run(sockets=[listening])
    except SystemExit:  # how the server ends when the application could not start
        if app.failure is None:
            raise
    if app.failure is not None:
        raise app.failure


def _welcome(context: Context) -> str | None:
    from service.accounts.one_time_links import first_link  # noqa: PLC0415 - a collector has no accounts

    link = first_link(context)
    if link is None:
        return None
    return f"nobody of staff is known yet; the first administrator joins, once and within 24 hours, at {link}"


def _bound(settings: Settings) -> socket.socket:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((settings.host, settings.port))
    except OSError as error:
        listening.close()
        raise Misconfigured(
            f"cannot listen on {settings.host}:{settings.port}: {error.strerror}; choose another with --port"
        ) from None
    return listening


def _migrate_sqlite(settings: Settings) -> None:
    """A store in a file is this process's own: bring it up to date without being asked."""
    for store, url in (("main", settings.main_url), ("box", settings.box_url)):
        engine = open_engine(url)
        if is_sqlite(engine):
            migrate(engine, "main" if store == "main" else "box")
        engine.dispose()
