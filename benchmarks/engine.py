"""The release engine at its largest: planning, counting, drawing and building one release.

    python benchmarks/engine.py [--people N] [--responses N]

30 five-point items in six themes, eight flat attributes and a hierarchy of 8 divisions, 40 departments and
400 teams. Prints seconds of wall clock and of processor for each step; no step is repeated but the plan, of
which the first is cold.
"""

import argparse
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import numpy as np

from privacy import mechanism, signatures
from privacy.alternatives import Budget, compare
from privacy.contract import Manifest
from privacy.count import Counts, count, vector
from privacy.ledger import CAP_DELTA, CAP_EPSILON
from privacy.plan import Design, design_of
from privacy.planner import Audience, Plan, Wishes, make_plan
from privacy.release import BoardFacts, Draw, build_release, sign_release
from privacy.survey import Attribute, Option, Question, Survey, Theme

TEAMS, TEAMS_OF_A_DEPARTMENT, DEPARTMENTS_OF_A_DIVISION = 400, 10, 5
LEVELS = (12, 6, 5, 4, 3, 3, 2, 5)
FROM_ROSTER = 5
SEED = 2


def _options(size: int) -> tuple[Option, ...]:
    return tuple(Option(f"o{place}", {"en": f"o{place}"}) for place in range(size))


def survey() -> Survey:
    """The survey, its teams yet unknown."""
    questions = tuple(
        Question(f"q{n}", "scale", {"en": "x"}, _options(5), ("o3", "o4"), theme=f"t{n % 6}")
        for n in range(30)
    )
    steps = (
        Attribute("division", {"en": "x"}, (), "roster", path="unit"),
        Attribute("department", {"en": "x"}, (), "roster", path="unit", parent="division"),
        Attribute("team", {"en": "x"}, (), "roster", path="unit", parent="department"),
    )
    flat = tuple(
        Attribute(f"a{n}", {"en": "x"}, _options(size), "roster" if n < FROM_ROSTER else "self")
        for n, size in enumerate(LEVELS)
    )
    themes = tuple(Theme(f"t{n}", {"en": "x"}) for n in range(6))
    return Survey("s", "1", {"en": "x"}, ("en",), questions, steps + flat, themes, cadence="quarterly")


def audience(number: int) -> Audience:
    """People in teams of uneven size, most of them above ten."""
    chance = random.Random(SEED)
    people = []
    for _ in range(number):
        team = int(TEAMS * chance.random() ** 1.3)
        department = team // TEAMS_OF_A_DEPARTMENT
        division = department // DEPARTMENTS_OF_A_DIVISION
        person = {"unit": f"Division {division} / Department {department} / Team {team}"}
        for place, size in enumerate(LEVELS[:FROM_ROSTER]):
            person[f"a{place}"] = f"o{min(int(chance.paretovariate(1)) - 1, size - 1)}"
        people.append(person)
    return Audience(tuple(people))


@contextmanager
def timed(name: str) -> Iterator[None]:
    wall, processor = time.perf_counter(), time.process_time()
    yield
    spent = time.perf_counter() - wall, time.process_time() - processor
    print(f"{name:<44}{spent[0]:8.2f} s{spent[1]:8.2f} s")


def rows_of(plan: Plan, design: Design, number: int) -> np.ndarray:
    """Random plaintext rows of the design's fixed size."""
    chance = np.random.default_rng(SEED)
    rows = np.ones((number, design.row_size), dtype=np.uint8)
    for field in design.fields:
        rows[:, field.offset] = chance.integers(0, field.limit + 1, number)
    axes = {axis.attribute: axis for table in design.tables for step in table.axes for axis in step.chain}
    byte_of = _bytes_of(plan)
    for name, axis in axes.items():
        if axis.above is None and name != "division":
            rows[:, axis.field.offset] = chance.integers(0, axis.size, number)
    teams = chance.integers(0, len(byte_of["team"]), number)
    for step in ("division", "department", "team"):
        rows[:, axes[step].field.offset] = byte_of[step][teams]
    return rows


def _bytes_of(plan: Plan) -> dict[str, np.ndarray]:
    """For each team its byte, its department's and its division's: positions among siblings from 1."""
    attributes = {attribute.id: attribute for attribute in plan.attributes}
    found: dict[str, np.ndarray] = {}
    parents = [level.id for level in attributes["team"].levels]
    for step in ("team", "department", "division"):
        levels = attributes[step].levels
        seen: dict[str | None, int] = {}
        position, above = {}, {}
        for level in levels:
            seen[level.parent] = seen.get(level.parent, 0) + 1
            position[level.id], above[level.id] = seen[level.parent], level.parent
        found[step] = np.array([position[name] for name in parents], dtype=np.uint8)
        parents = [above[name] or "" for name in parents]
    return found


def manifest_of(plan: Plan, one: Survey) -> tuple[Manifest, Callable[[dict], bytes]]:
    """A manifest for the plan, and how its releases are signed."""
    key = signatures.new_key()
    manifest = Manifest(
        survey_id=one.id,
        survey_version=one.version,
        title=one.title,
        opens_at=datetime(2026, 1, 1, tzinfo=UTC),
        closes_at=datetime(2026, 1, 8, tzinfo=UTC),
        invited=plan.invited,
        retention_days=30,
        questions=one.questions,
        attributes=plan.attributes,
        policy=plan.policy,
        hpke_public_key=signatures.point_of(signatures.new_key()),
        issuer_public_key=b"",
        receipt_public_key=signatures.point_of(signatures.new_key()),
        release_public_key=signatures.point_of(key),
    )
    return manifest, lambda value: sign_release(value, key)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=8_000)
    parser.add_argument("--responses", type=int, default=1_000_000)
    asked = parser.parse_args()
    one, people = survey(), audience(asked.people)
    tables = ((), ("division",), ("department",), ("team",), *((f"a{n}",) for n in range(len(LEVELS))))
    wishes = Wishes(tables, epsilon=3.0, k=5, comment_k=10)
    print(f"{'':<44}{'wall':>10}{'processor':>10}")
    with timed("plan, cold"):
        plan = make_plan(one, people, wishes)
    with timed("plan, warm"):
        make_plan(one, people, wishes)
    with timed("plan and alternatives"):
        compare(one, people, wishes, Budget(mechanism.micro_rho_for(CAP_EPSILON, CAP_DELTA), 0, CAP_DELTA))
    design = design_of(one.questions, plan.attributes, plan.policy)
    rows = rows_of(plan, design, asked.responses)
    with timed(f"count {asked.responses:,} responses"):
        counts: Counts = count(design, rows)
    with timed(f"draw {design.size:,} integers"):
        noisy = mechanism.draw(vector(design, counts, 0), design.d2, design.micro_rho)
    manifest, sign = manifest_of(plan, one)
    draw = Draw(tuple(noisy), (False,) * design.cells, ())
    with timed(f"build the release of {design.cells} groups"):
        value = build_release(
            manifest, BoardFacts(bytes(32), asked.responses, asked.responses, plan.invited), draw
        )
    with timed(f"sign its {len(value['figures']):,} rows"):
        sign(value)


if __name__ == "__main__":
    main()
