"""``sottovoce tally``: makes wave keys and tallies closed waves. It runs where the key folder is."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from service.settings import Settings, read_settings
from service.store.engine import open_engine
from service.store.schema import check_schema
from service.tally import pool, watch
from service.tally.keyring import Keyring
from service.tally.run import Tally, run

tally_app = typer.Typer(
    help="Make wave keys and tally closed waves; the only process that can open responses.",
    no_args_is_help=True,
)

Workers = Annotated[
    int | None, typer.Option(min=1, help="Processes that open responses [default: one a CPU].")
]


@tally_app.callback()
def settings_of(
    context: typer.Context,
    data: Annotated[Path | None, typer.Option(help="Folder of the SQLite files and the keys.")] = None,
    keys: Annotated[Path | None, typer.Option(help="Folder of private keys.")] = None,
    database: Annotated[str | None, typer.Option(help="Address of the main store.")] = None,
    box_database: Annotated[str | None, typer.Option(help="Address of the box.")] = None,
) -> None:
    """Read the settings; what is not given here stands in SOTTOVOCE_... in the environment."""
    context.obj = read_settings(data=data, keys=keys, database=database, box_database=box_database)


@tally_app.command("keys")
def keys_command(
    context: typer.Context,
    count: Annotated[
        int, typer.Option(min=1, max=1000, help="How many free keys there should be.")
    ] = pool.FREE_KEYS,
) -> None:
    """Top up the pool of wave keys; each wave that opens takes one."""
    with _tally(context.obj, 1) as tally:
        pool.top_up(tally, count)


@tally_app.command("run")
def run_command(
    context: typer.Context,
    wave: Annotated[str, typer.Argument(help="The wave's id or its 64 hex digits.")],
    workers: Workers = None,
) -> None:
    """Tally one closed wave, publish its release and destroy its key. Safe to run again."""
    with _tally(context.obj, workers) as tally:
        run(tally, wave)


@tally_app.command("watch")
def watch_command(
    context: typer.Context,
    every: Annotated[float, typer.Option(min=1, max=86_400, help="Seconds between two looks.")] = 20,
    once: Annotated[bool, typer.Option("--once", help="Look once; exit code 2 if a wave failed.")] = False,
    workers: Workers = None,
) -> None:
    """Tally every wave that has closed, for as long as it runs: the service of a machine of its own."""
    with _tally(context.obj, workers) as tally:
        watcher = watch.Watcher(tally, lambda line: typer.echo(line, err=True))
        while True:
            if not once:
                watcher.see_to_keys()
            failed = watcher.look()
            if once:
                raise typer.Exit(2 if failed else 0)
            time.sleep(every)


@contextmanager
def _tally(settings: Settings, workers: int | None) -> Iterator[Tally]:
    main, box = open_engine(settings.main_url), open_engine(settings.box_url)
    try:
        check_schema(main, "main")
        check_schema(box, "box")
        keyring = Keyring(settings.key_folder / "tally")
        yield Tally(main, box, keyring, workers or os.cpu_count() or 1, say=typer.echo)
    finally:
        main.dispose()
        box.dispose()
