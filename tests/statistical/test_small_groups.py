"""No release shows, or lets anyone subtract, a group of fewer than k people; 10,000 random waves.

That no shown group is below k is certain. That none can be subtracted follows from the noisy test alone,
which a set of k - 1 people passes with a chance of about delta_gate / 2T: at most 0.03 expected here, so
that more than three happen by bad luck less than once in ten million runs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import product
from types import SimpleNamespace

import numpy as np
import pytest

from privacy import mechanism, signatures
from privacy.contract import Manifest
from privacy.count import count
from privacy.plan import Design, design_of
from privacy.release import BoardFacts, build_release, protect
from privacy.rows import groups_of, rows_of
from privacy.survey import Attribute
from tests.property.subtraction import atoms_of, members, small_sets, who_stated_all
from tests.survey_parts import attribute, choice, hierarchy

WAVES = 10_000
RELEASED = 25  # every so many waves, the whole release is built
FLAT = (attribute("a", 2), attribute("b", 3))
NESTED = (*hierarchy(("unit", [2]), ("team", [2, 2])), attribute("b", 2))
TABLES = [
    *((FLAT, tables) for tables in ([], ["a"], ["a", "b"], ["a", "b", "a b"], ["a b"])),
    *(
        (NESTED, tables)
        for tables in (
            ["unit", "team"],
            ["team", "b"],
            ["unit", "team", "b", "unit b"],
            ["unit", "team", "b", "team b"],
            ["team", "unit b"],
        )
    ),
]


@dataclass(frozen=True)
class Setting:
    """``atoms`` tell people apart as finely as tables do, ``groups`` (cells, atoms) say where they belong."""

    manifest: Manifest
    design: Design
    atoms: list[dict[str, int]]
    groups: np.ndarray
    stated: np.ndarray


@pytest.fixture(scope="module")
def settings(plans: SimpleNamespace) -> list[Setting]:
    """Manifests of a short survey with every mix of epsilon, threshold and tables."""
    questions = [choice("q", 1)]
    made = []
    for epsilon, k, (attributes, tables) in product((1, 3, 8, 20), (3, 5, 10), TABLES):
        breakdowns = [tuple(table.split()) for table in tables]
        policy = plans.policy(questions, attributes, breakdowns, epsilon=epsilon, k=k)
        point = signatures.point_of(signatures.new_key())
        manifest = Manifest(
            survey_id="s",
            survey_version="1",
            title={"en": "s"},
            opens_at=datetime(2026, 1, 1, tzinfo=UTC),
            closes_at=datetime(2026, 1, 8, tzinfo=UTC),
            invited=1_000,
            retention_days=30,
            questions=tuple(questions),
            attributes=attributes,
            policy=policy,
            hpke_public_key=point,
            issuer_public_key=b"",
            receipt_public_key=point,
            release_public_key=point,
        )
        design = design_of(questions, attributes, policy)
        made.append(Setting(manifest, design, atoms_of(design), members(design), who_stated_all(design)))
    return made


def paths(attributes: Sequence[Attribute]) -> list[list[tuple[int, int]]]:
    """Of one attribute, or the steps of a hierarchy: the level and the byte in each for every finest level.

    Who did not say comes last.
    """
    found = []
    for finest in attributes[-1].levels:
        steps, level = [], finest
        for one in reversed(attributes):
            siblings = [other for other in one.levels if other.parent == level.parent]
            steps.append((one.levels.index(level), siblings.index(level) + 1))
            level = next(
                (above for step in attributes for above in step.levels if above.id == level.parent), level
            )
        found.append(steps[::-1])
    return [*found, [(len(one.levels), 0) for one in attributes]]


def random_people(attributes: Sequence[Attribute], random: np.random.Generator) -> dict[str, np.ndarray]:
    """Up to 250 people, in groups from empty to nearly all: (people, 2) levels and bytes by attribute."""
    people = int(random.integers(0, 251))
    columns = {}
    starts = [place for place, one in enumerate(attributes) if one.parent is None]
    for start, end in zip(starts, [*starts[1:], len(attributes)], strict=True):
        steps = attributes[start:end]
        known = np.array(paths(steps))
        chosen = known[random.choice(len(known), people, p=random.dirichlet(np.full(len(known), 0.5)))]
        columns |= {one.id: chosen[:, place] for place, one in enumerate(steps)}
    return columns


def numbers_of(atoms: list[dict[str, int]], people: dict[str, np.ndarray]) -> np.ndarray:
    """(atoms,): how many people are in each."""
    everybody = np.ones(len(next(iter(people.values()))), dtype=bool)
    return np.array(
        [
            np.logical_and.reduce(
                [everybody, *(people[name][:, 0] == level for name, level in atom.items())]
            ).sum()
            for atom in atoms
        ]
    )


def test_every_shown_group_has_at_least_k_people(plans: SimpleNamespace, settings: list[Setting]) -> None:
    random = np.random.default_rng(7)
    shown_groups = withheld_groups = given_away = 0
    for number in range(WAVES):
        setting = settings[number % len(settings)]
        design, policy = setting.design, setting.manifest.policy
        people = random_people(setting.manifest.attributes, random)
        answers = [random.integers(0, 2, len(column)) for column in list(people.values())[:1]]
        rows = plans.rows(random, len(answers[0]), [*answers, *(column[:, 1] for column in people.values())])
        draw = protect(design, count(design, rows), 0, {}, policy)
        if number % RELEASED:
            marks = np.array(draw.below_k)
            released = rows_of(design, policy.margins, draw.noisy, marks, responses=len(rows), invited=1_000)
        else:
            release = build_release(setting.manifest, BoardFacts(bytes(32), len(rows), 250, 1_000), draw)
            presence = release["guarantee"]["presence"]
            assert presence["epsilon"] == mechanism.epsilon_of(policy.micro_rho, policy.delta)
            assert presence["delta"] == policy.delta + policy.delta_gate
            released = release["figures"]
        counts = released[:: len(released) // design.cells]
        for (table, levels), row in zip(groups_of(design), counts, strict=True):
            assert row["figure"] == "count"
            assert len(row["group"]) == len(levels)
            assert tuple(row["table"]) == table.attributes
        shown = np.array([row["shown"] for row in counts])
        numbers = numbers_of(setting.atoms, people)
        assert (setting.groups[shown] @ numbers >= policy.k).all()
        shown_groups += shown.sum()
        withheld_groups += (~shown).sum()
        sets = small_sets(setting.groups[shown], numbers, policy.k)
        given_away += (sets @ setting.stated > 0).any()
    assert min(shown_groups, withheld_groups) > WAVES
    assert given_away <= 3
