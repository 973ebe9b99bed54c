"""``sottovoce demo``: the whole product in one command, on a data folder of its own."""

import json
import signal
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn

from privacy.errors import Invalid, Problem
from service.accounts.api_keys import digest_of, new_api_key
from service.accounts.one_time_links import address_of, make_link
from service.clock import system_clock, today
from service.demo.server import running_service
from service.demo.staff import Owner
from service.demo.story import Told, open_wave, plan_ahead, tell
from service.demo.tables import show_release
from service.store import staff, staff_users
from service.store.engine import open_engine
from service.store.schema import migrate
from service.store.unit_of_work import unit_of_work

demo_app = typer.Typer(help="Run one wave from definition to protected results.", invoke_without_command=True)


@demo_app.callback()
def demo(
    people: Annotated[int, typer.Option(min=1, max=20_000, help="How many are invited.")] = 240,
    once: Annotated[bool, typer.Option("--once", help="End when the results are shown.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write the release to standard output.")] = False,
    data: Annotated[Path | None, typer.Option(help="Keep the stores in this empty folder.")] = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the service; 0 takes a free one.")] = 0,
) -> None:
    """Start the real service, let simulated employees answer through it, and show what may be said."""
    console = Console(stderr=as_json)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # so that the service is stopped with it
    with _folder(data) as folder:
        key, entry = _first_key(folder)
        with running_service(folder, port) as address:
            owner = Owner(address, key)
            console.print(f"The service runs at {address} on SQLite in {folder}\n")
            with _bar(console) as progress:
                told = tell(owner, address, folder, people, progress)
            _explain(console, told)
            if as_json:
                sys.stdout.write(told.release.decode() + "\n")
            if not once:
                _go_on(console, owner, address_of(address, entry), key, told)
            owner.close()


@contextmanager
def _folder(data: Path | None) -> Iterator[Path]:
    """The given folder, which must be empty, or one that goes away at the end."""
    if data is None:
        with tempfile.TemporaryDirectory(prefix="sottovoce-demo-") as name:
            yield Path(name)
        return
    data.mkdir(parents=True, exist_ok=True, mode=0o700)
    if any(data.iterdir()):
        fault = Problem(
            "folder-not-empty", str(data), "the folder has files in it", "name a new or empty folder"
        )
        raise Invalid([fault])
    yield data


def _first_key(folder: Path) -> tuple[str, str]:
    """An admin's API key, as ``sottovoce keys create`` makes it, and a link that signs an admin in once."""
    key, day = new_api_key(), today(system_clock)
    engine = open_engine(f"sqlite:///{(folder / 'sottovoce.db').absolute()}")
    migrate(engine, "main")
    with unit_of_work(engine) as tx:
        staff.add_key(tx, name="demo", role="admin", digest=digest_of(key), day=day)
        user = staff_users.add_user(tx, email="demo@localhost", name="Demo", role="admin", day=day)
        entry = make_link(tx, system_clock, user, "enter")
    engine.dispose()
    return key, entry


@contextmanager
def _bar(console: Console) -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar a step of the story."""
    columns = (
        TextColumn("{task.description:<22}"),
        BarColumn(bar_width=32),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console) as progress:
        tasks: dict[str, TaskID] = {}

        def tell_progress(step: str, done: int, total: int) -> None:
            if step not in tasks:
                tasks[step] = progress.add_task(step, total=total)
            progress.update(tasks[step], completed=done, total=total)

        yield tell_progress


def _explain(console: Console, told: Told) -> None:
    release: dict[str, Any] = json.loads(told.release)
    board, policy = release["board"], release["policy"]
    shown = sum(row["shown"] for row in release["figures"])
    console.print(
        f"\n{board['invited']} invited, {board['issued']} drew a token, {board['responses']} sealed "
        f"responses\non the board ({told.changed} changed, {told.withdrawn} withdrawn)\n"
    )
    show_release(console, release, told.manifest, told.survey)
    console.print(
        "\nAfter ±: the 90 % margin of the noise / of the noise and of who did not answer.\n"
        f"{shown} of {len(release['figures'])} figures are shown.\n"
        f"A group is withheld below {policy['k']} answers, where its size is uncertain, and where\n"
        "the margin is too wide to be of use.\n"
    )
    for relation in ("presence", "answers"):
        console.print(f"- {release['guarantee'][relation]['words']}", highlight=False)
    searched = told.sealed_search
    verdict = "not found" if not searched.found else f"FOUND in {searched.found}"
    console.print(
        f"\nBefore the wave closed, {told.comments} comments were looked for in every byte the\n"
        f"service had written ({searched.files} files, {searched.size:,} bytes): {verdict}."
    )


def _go_on(console: Console, owner: Owner, entry: str, key: str, told: Told) -> None:
    """Say how to go on, and keep the service until it is interrupted."""
    wave = open_wave(owner, told.survey.id)
    link = next(iter(owner.invite(wave).values()))
    pulses = plan_ahead(owner, told.survey.id)
    released = told.manifest.wave.hex()
    address = entry.partition("/join/")[0]
    lines = (
        "\nA second wave is open. Answer it as an employee:",
        f"  {link}",
        f"  or sottovoce respond '{link}'",
        "Look at the results as an owner (the link signs you in once):",
        f"  {entry}",
        f"{pulses} more waves will come by themselves within a year; signed in, see when and what they cost:",
        f"  {address}/surveys/{told.survey.id}/schedule",
        "Read the API's description, and the results as another service would:",
        f"  {address}/api-docs",
        f"  curl -H 'Authorization: Bearer {key}' '{address}/api/v1/waves/{released}/results?by=department'",
        "End with Ctrl-C.",
    )
    with suppress(KeyboardInterrupt):
        for line in lines:
            console.print(line, soft_wrap=True, highlight=False)
        threading.Event().wait()
