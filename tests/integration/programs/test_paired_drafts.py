"""Pairing a wave with an earlier one: what a draft may ask for, what opening promises, and what it costs."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any

import pytest

from privacy.contract import Measure, minute
from privacy.mechanism import micro_rho_for
from privacy.pairing import TWO_PAIRS, check_pairing
from service.store import ledger, programs
from service.store.unit_of_work import reading
from tests.integration.programs.conftest import MENTORED, ProgramWorld

Problems = Callable[[Any], Any]

# The store is not what is tested here.
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)

OPENNESS = {"question": None, "theme": "openness"}
LATER = "2026-12-01T00:00:00Z"


def _before(world: ProgramWorld, program: str, **changes: Any) -> str:
    """The draft of a wave whose answers are kept for a later one; its id."""
    wanted = {"program": program, "measures": [OPENNESS], "carried_until": LATER, **changes}
    return world.draft(pairing=wanted, epsilon=1.0)


def _after(program: str, earlier: str, **changes: Any) -> dict[str, Any]:
    """The pairing of a wave with an earlier one."""
    return {"program": program, "measures": [OPENNESS], "earlier": earlier, **changes}


def _close(world: ProgramWorld, wave: str) -> None:
    world.ok("POST", f"/waves/{wave}/open")
    world.ok("POST", f"/waves/{wave}/close")


def _refused(world: ProgramWorld, problem_of: Problems, pairing: Any, **terms: Any) -> list[tuple[str, str]]:
    """The ids and places of what is wrong with a draft; nothing is stored then."""
    before = world.ok("GET", "/waves")
    times = {"opens_at": minute(world.now.replace(second=0)), "closes_at": "2026-03-20T08:00:00Z"}
    body = {**times, "merge_at": 1, "allow_empty": True, "pairing": pairing, **terms}
    answer = world.call("POST", "/surveys/pulse/waves", json=body)
    assert answer.status_code == 422, answer.text
    assert world.ok("GET", "/waves") == before
    faults: Sequence[Any] = problem_of(answer)["problems"]
    assert all(fault["message"] and fault["remedy"] for fault in faults)
    return [(fault["id"], fault["place"]) for fault in faults]


def test_a_paired_wave_promises_what_its_draft_showed_and_is_charged_for_it(world: ProgramWorld) -> None:
    world.mentored()
    program = world.program()
    wave = _before(world, program, by="takes-part", epsilon=0.8)
    drafted = world.ok("GET", f"/waves/{wave}")["plan"]
    link = micro_rho_for(0.8, 1e-6) // TWO_PAIRS
    assert drafted["pairing"] == {
        "measures": [OPENNESS],
        "by": "takes-part",
        "epsilon": 0.8,
        "earlier": None,
        "carried_until": LATER,
        "micro_rho": TWO_PAIRS * link,
    }
    world.ok("POST", f"/waves/{wave}/open")
    manifest = world.manifest(wave)
    check_pairing(manifest)
    assert manifest.pairing is not None
    with reading(world.main) as tx:
        assert manifest.pairing.id == programs.get_program(tx, program).pairing_id
        assert [entry.micro_rho for entry in ledger.entries(tx)] == [manifest.micro_rho]
    assert manifest.pairing.measures == (Measure(None, "openness"),)
    assert minute(manifest.pairing.carried_until or world.now) == LATER
    assert manifest.micro_rho == manifest.policy.micro_rho + TWO_PAIRS * link
    opened = world.ok("GET", f"/waves/{wave}")["plan"]
    assert (opened["pairing"], opened["loss"]) == (drafted["pairing"], drafted["loss"])
    assert opened["loss"]["micro_rho"] == manifest.micro_rho
    assert opened["loss"]["epsilon_presence"] == manifest.pairing.epsilon_presence
    assert opened["loss"]["epsilon_answers"] == manifest.pairing.epsilon_answers


def test_a_wave_without_pairing_promises_none(world: ProgramWorld) -> None:
    world.mentored()
    program = world.program()
    wave = _before(world, program)
    changed = world.ok("PATCH", f"/waves/{wave}", json={"pairing": None})
    assert changed["plan"]["pairing"] is None
    world.ok("POST", f"/waves/{wave}/open")
    manifest = world.manifest(wave)
    assert manifest.pairing is None
    assert manifest.micro_rho == manifest.policy.micro_rho == changed["plan"]["loss"]["micro_rho"]
    assert b"pairing" not in manifest.canonical()


def test_a_chain_costs_what_its_first_wave_promised(world: ProgramWorld) -> None:
    world.mentored()
    program = world.program()
    first = _before(world, program, epsilon=0.5)
    middle = world.draft(pairing=_after(program, first, epsilon=2.0, carried_until=LATER), epsilon=1.0)
    shown = world.ok("GET", f"/waves/{middle}")["plan"]
    last = world.draft(pairing=_after(program, middle, epsilon=3.0), epsilon=1.0)
    for wave in (first, middle, last):
        _close(world, wave)
    pairings = [world.manifest(wave).pairing for wave in (first, middle, last)]
    link = micro_rho_for(0.5, 1e-6) // TWO_PAIRS
    assert [pairing and pairing.link_micro_rho for pairing in pairings] == [link] * 3
    assert [pairing and pairing.micro_rho for pairing in pairings] == [2 * link, 4 * link, 2 * link]
    assert [pairing and pairing.earlier for pairing in pairings] == [
        None,
        world.manifest(first).wave,
        world.manifest(middle).wave,
    ]
    assert shown["pairing"]["micro_rho"] == 4 * link
    assert shown["loss"]["micro_rho"] == world.manifest(middle).micro_rho


def test_a_wave_opens_once_the_one_before_it_has_closed(world: ProgramWorld, problem_of: Problems) -> None:
    world.mentored()
    program = world.program()
    first = _before(world, program)
    second = world.draft(pairing=_after(program, first), epsilon=1.0)
    for step in ("open", "close"):
        refused = world.call("POST", f"/waves/{second}/open")
        assert refused.status_code == 409
        assert first in problem_of(refused)["detail"]
        world.ok("POST", f"/waves/{first}/{step}")
    assert world.ok("POST", f"/waves/{second}/open")["state"] == "open"


@ON_SQLITE
def test_the_hash_of_the_earlier_wave_names_it_as_well(world: ProgramWorld, problem_of: Problems) -> None:
    world.mentored()
    program = world.program()
    first = _before(world, program)
    _close(world, first)
    name = world.manifest(first).wave.hex()
    second = world.draft(pairing=_after(program, name), epsilon=1.0)
    assert world.ok("GET", f"/waves/{second}")["plan"]["pairing"]["earlier"] == first
    found = _refused(world, problem_of, _after(program, first))
    assert found == [("paired-already", "pairing.earlier")]


@ON_SQLITE
def test_what_cannot_be_paired_is_refused_by_its_name(world: ProgramWorld, problem_of: Problems) -> None:
    world.mentored()
    program, another = world.program(), world.program(name="Sponsorship 2026")
    world.ok("POST", "/surveys", json={"definition": MENTORED.replace("id: pulse", "id: other", 1)})
    elsewhere = world.program(name="Elsewhere", survey="other")
    kept, briefly = _before(world, program), _before(world, program, carried_until="2026-03-12T08:00:00Z")
    unpaired, last = world.draft(epsilon=1.0), world.draft(pairing=_after(program, kept), epsilon=1.0)
    heard = {"question": "heard", "theme": None}
    unknown, twice = {"question": None, "theme": "pay"}, [OPENNESS, OPENNESS]
    free = _before(world, program)
    carrying = {"program": program, "measures": [OPENNESS], "carried_until": LATER}
    for pairing, expected in (
        ({**carrying, "program": "p-nobody"}, ("unknown-program", "pairing.program")),
        ({**carrying, "program": elsewhere}, ("unknown-program", "pairing.program")),
        ({**carrying, "measures": [unknown]}, ("measure-not-in-survey", "pairing.measures[0]")),
        ({**carrying, "measures": twice}, ("measures", "pairing.measures")),
        ({**carrying, "by": "shoe-size"}, ("unknown-attribute", "pairing.by")),
        ({**carrying, "epsilon": 1e-9}, ("epsilon", "pairing.epsilon")),
        ({**carrying, "carried_until": None}, ("pairs-with-nothing", "pairing")),
        (
            {**carrying, "carried_until": "2026-03-20T08:00:00Z"},
            ("carried-too-short", "pairing.carried_until"),
        ),
        (_after(program, "w-nobody"), ("unknown-wave", "pairing.earlier")),
        (_after(program, "0" * 64), ("unknown-wave", "pairing.earlier")),
        (_after(program, unpaired), ("nothing-carried", "pairing.earlier")),
        (_after(program, last), ("nothing-carried", "pairing.earlier")),
        (_after(another, free), ("nothing-carried", "pairing.earlier")),
        (_after(program, kept), ("paired-already", "pairing.earlier")),
        (_after(program, briefly), ("carried-too-short", "pairing.earlier")),
        (_after(program, free, measures=[heard]), ("measure-not-carried", "pairing.measures")),
    ):
        assert _refused(world, problem_of, pairing) == [expected]


@ON_SQLITE
def test_every_fault_of_a_pairing_is_told_at_once(world: ProgramWorld, problem_of: Problems) -> None:
    world.mentored()
    program = world.program()
    wanted = {
        "program": program,
        "measures": [{"question": "place", "theme": None}],
        "by": "nobody",
        "earlier": "w-nobody",
        "carried_until": "2026-03-01T00:00:00Z",
    }
    found = _refused(world, problem_of, wanted)
    assert {problem for problem, _ in found} == {
        "unknown-wave",
        "carried-too-short",
        "measure-not-in-survey",
        "unknown-attribute",
    }


@ON_SQLITE
def test_a_wave_is_not_paired_with_itself(world: ProgramWorld, problem_of: Problems) -> None:
    world.mentored()
    program = world.program()
    wave = _before(world, program)
    answer = world.call("PATCH", f"/waves/{wave}", json={"pairing": _after(program, wave)})
    assert answer.status_code == 422
    assert [fault["id"] for fault in problem_of(answer)["problems"]] == ["unknown-wave"]


@ON_SQLITE
def test_items_that_changed_meaning_are_not_paired(world: ProgramWorld, problem_of: Problems) -> None:
    world.mentored()
    program = world.program()
    first = _before(world, program)
    _close(world, first)
    for version, old, new in (
        ("2", "I am heard.", "Others hear me out."),
        ("3", "{en: Fully, de: Ganz}", "{en: Completely, de: Ganz}"),
        ("4", "id: heard, type: scale, theme: openness", "id: heard, type: scale"),
    ):
        definition = MENTORED.replace('version: "1"', f'version: "{version}"').replace(old, new)
        world.ok("PUT", "/surveys/pulse", json={"definition": definition})
        found = _refused(world, problem_of, _after(program, first))
        assert found == [("measure-changed-meaning", "pairing.measures[0]")]
    assert _before(world, program)  # a chain can begin anew


@ON_SQLITE
def test_a_draft_that_was_overtaken_is_refused_when_it_opens(
    world: ProgramWorld, problem_of: Problems
) -> None:
    """The wave before was a draft when this one was planned; it has been changed or deleted since."""
    world.mentored()
    program = world.program()
    first = _before(world, program)
    second = world.draft(pairing=_after(program, first), epsilon=1.0)
    world.ok("PATCH", f"/waves/{first}", json={"pairing": None})
    answer = world.call("POST", f"/waves/{second}/open")
    assert [fault["id"] for fault in problem_of(answer)["problems"]] == ["nothing-carried"]
    world.ok("DELETE", f"/waves/{first}")
    answer = world.call("POST", f"/waves/{second}/open")
    assert [fault["id"] for fault in problem_of(answer)["problems"]] == ["unknown-wave"]
    with reading(world.main) as tx:
        assert ledger.entries(tx) == []


@ON_SQLITE
def test_pairing_counts_against_the_cap(world: ProgramWorld, problem_of: Problems) -> None:
    world.mentored()
    program = world.program()
    wave = world.draft(
        pairing={"program": program, "measures": [OPENNESS], "carried_until": LATER, "epsilon": 8.0},
        epsilon=3.0,
    )
    assert world.ok("GET", f"/waves/{wave}")["plan"]["room"]["fits"] is False
    refused = world.call("POST", f"/waves/{wave}/open")
    assert refused.status_code == 409
    assert problem_of(refused)["type"].endswith("budget-exceeded")
    world.ok("PATCH", f"/waves/{wave}", json={"pairing": None})
    assert world.ok("POST", f"/waves/{wave}/open")["state"] == "open"


@ON_SQLITE
def test_a_wave_that_closed_early_keeps_what_its_contract_says(world: ProgramWorld) -> None:
    world.mentored()
    program = world.program()
    first = _before(world, program)
    _close(world, first)
    world.now += timedelta(days=30)
    second = world.draft(pairing=_after(program, first), epsilon=1.0)
    assert world.ok("POST", f"/waves/{second}/open")["state"] == "open"
