"""Links are given out once; the store keeps digests; nobody learns who has used theirs."""

import csv
import io
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import SimpleNamespace

import pytest
from sqlalchemy import inspect, text

# The store is not what is tested here.
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


CSV = {"Accept": "text/csv"}


def everything(world: SimpleNamespace) -> str:
    """Every value in the main store."""
    with world.main.connect() as connection:
        tables = inspect(connection).get_table_names()
        return "\n".join(
            str([value.hex() if isinstance(value, bytes) else value for value in row])
            for table in tables
            for row in connection.execute(text(f'SELECT * FROM "{table}"'))
        )


def test_links_are_given_out_once(world: SimpleNamespace, problem_of: Callable) -> None:
    world.survey()
    world.roster(3)
    wave = world.opened()
    answer = world.call("POST", f"/waves/{wave.id}/invitations")
    assert answer.headers["cache-control"] == "no-store"
    items = answer.json()["items"]
    assert [item["person"] for item in items] == ["p000", "p001", "p002"]
    start = f"https://pulse.example.org/w/{wave.wave}#"
    codes = [item["link"].removeprefix(start) for item in items]
    assert all(len(code) == 22 for code in codes)
    assert len(set(codes)) == 3
    again = world.call("POST", f"/waves/{wave.id}/invitations")
    assert again.status_code == 409
    assert "once" in problem_of(again)["detail"]


def test_the_store_keeps_no_code(world: SimpleNamespace) -> None:
    wave = world.whole_wave()
    kept = everything(world)
    assert "p000" in kept
    for code in wave.codes.values():
        assert code not in kept
    if world.kind == "sqlite":
        for path in world.folder.parent.glob("*.db*"):
            assert not any(code.encode() in path.read_bytes() for code in wave.codes.values())


def test_of_two_who_ask_at_once_one_gets_the_links(world: SimpleNamespace) -> None:
    world.survey()
    world.roster(3)
    wave = world.opened()
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda _: world.call("POST", f"/waves/{wave.id}/invitations"), range(3)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409]


def test_a_draft_and_a_closed_wave_have_no_links(world: SimpleNamespace, problem_of: Callable) -> None:
    world.survey()
    world.roster(3)
    draft, wave = world.draft(), world.opened()
    world.ok("POST", f"/waves/{wave.id}/close")
    for ref in (draft, wave.id):
        answer = world.call("POST", f"/waves/{ref}/invitations")
        assert answer.status_code == 409
        problem_of(answer)
    assert world.call("POST", "/waves/w-none/invitations").status_code == 404


@ON_SQLITE
def test_csv_survives_names_with_commas_quotes_and_lines(world: SimpleNamespace) -> None:
    world.survey()
    names = ['"Ada", of Lovelace', "Bob; the builder", "Zoë"]
    people = [{"person": name, "attributes": {"unit": None}} for name in names]
    world.ok("PUT", "/surveys/pulse/roster", json={"people": people})
    wave = world.opened()
    answer = world.call("POST", f"/waves/{wave.id}/invitations", headers=CSV)
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode(), newline="")))
    assert [row["person"] for row in rows] == sorted(names)
    assert all(row["link"].startswith("https://pulse.example.org/w/") for row in rows)


@ON_SQLITE
def test_csv_can_be_asked_for_in_the_address(world: SimpleNamespace) -> None:
    world.survey()
    world.roster(2)
    wave = world.opened()
    answer = world.call("POST", f"/waves/{wave.id}/invitations?format=csv")
    assert answer.text.startswith("person,link\r\np000,https://")


@ON_SQLITE
def test_links_that_no_client_follows_are_not_made(world: SimpleNamespace, problem_of: Callable) -> None:
    world.survey()
    world.roster(2)
    wave = world.opened()
    context, before = world.context, everything(world)
    for settings in (
        {"host": "0.0.0.0", "public_url": None},  # noqa: S104 - what a container listens on
        {"host": "10.1.2.3", "public_url": None},
        {"public_url": "http://pulse.example.org"},
        {"public_url": "https://0.0.0.0:8000"},
    ):
        changed = context.settings.model_copy(update=settings)
        world.app.state.context = replace(context, settings=changed)
        answer = world.call("POST", f"/waves/{wave.id}/invitations")
        assert answer.status_code == 409, settings
        assert "SOTTOVOCE_PUBLIC_URL" in problem_of(answer)["detail"]
        assert everything(world) == before
    world.app.state.context = context
    assert len(world.ok("POST", f"/waves/{wave.id}/invitations")["items"]) == 2
