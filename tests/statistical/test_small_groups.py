"""No release shows, or lets anyone subtract, a group of fewer than k people; 10,000 random waves.

That no shown group is below k is certain. That none can be subtracted follows from the noisy test alone,
which a group of k - 1 people passes with a chance of about delta_gate / 2T: at most 0.03 expected here, so
that more than two happen by bad luck less than once in 100,000 runs.
"""

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

WAVES = 10_000
RELEASED = 25  # every so many waves, the whole release is built
LEVELS = (2, 3)


@dataclass(frozen=True)
class Setting:
    manifest: Manifest
    design: Design


@pytest.fixture(scope="module")
def settings(plans: SimpleNamespace) -> list[Setting]:
    """Manifests of a short survey with every mix of epsilon, threshold and tables."""
    questions = [plans.choice("q", 1)]
    attributes = [plans.attribute(name, size) for name, size in zip("ab", LEVELS, strict=True)]
    made = []
    tables = ([], [("a",)], [("a",), ("b",)], [("a",), ("b",), ("a", "b")], [("a", "b")])
    for epsilon, k, breakdowns in product((1, 3, 8, 20), (3, 5, 10), tables):
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
            attributes=tuple(attributes),
            policy=policy,
            hpke_public_key=point,
            issuer_public_key=b"",
            receipt_public_key=point,
            release_public_key=point,
        )
        made.append(Setting(manifest, design_of(questions, attributes, policy)))
    return made


def random_rows(plans: SimpleNamespace, random: np.random.Generator) -> np.ndarray:
    """Up to 250 responses, in groups from empty to nearly all."""
    people = int(random.integers(0, 251))
    levels = [random.choice(size + 1, people, p=random.dirichlet(np.full(size + 1, 0.5))) for size in LEVELS]
    return plans.rows(random, people, [random.integers(0, 2, people), *levels])


def people_of(design: Design, rows: np.ndarray) -> dict[tuple[tuple[str, ...], tuple[int, ...]], int]:
    """The exact number of people of every group, counted from the rows."""
    columns = dict(zip("ab", (rows[:, 2], rows[:, 3]), strict=True))
    sizes = {}
    for table, levels in groups_of(design):
        inside = np.ones(len(rows), dtype=bool)
        for name, level, size in zip(table.attributes, levels, table.shape, strict=True):
            inside &= columns[name] == (level + 1) % size
        sizes[table.attributes, levels] = int(inside.sum())
    return sizes


def test_every_shown_group_has_at_least_k_people(plans: SimpleNamespace, settings: list[Setting]) -> None:
    random = np.random.default_rng(7)
    shown_groups = withheld_groups = given_away = 0
    for number in range(WAVES):
        setting = settings[number % len(settings)]
        design, policy = setting.design, setting.manifest.policy
        rows = random_rows(plans, random)
        draw = protect(design, count(design, rows), 0, {}, policy)
        if number % RELEASED:
            marks = np.array(draw.below_k)
            released = rows_of(design, policy.margins, draw.noisy, marks, len(rows))
        else:
            release = build_release(setting.manifest, BoardFacts(bytes(32), len(rows), 250, 1_000), draw)
            presence = release["guarantee"]["presence"]
            assert presence["epsilon"] == mechanism.epsilon_of(policy.micro_rho, policy.delta)
            assert presence["delta"] == policy.delta + policy.delta_gate
            released = release["figures"]
        groups = list(people_of(design, rows).items())
        figures = len(released) // len(groups)
        for ((table, levels), people), row in zip(groups, released[::figures], strict=True):
            assert row["figure"] == "count"
            assert len(row["group"]) == len(levels)
            assert tuple(row["table"]) == table
            shown_groups += row["shown"]
            withheld_groups += not row["shown"]
            assert people >= policy.k or not row["shown"]
        given_away += subtraction_finds_few(design, policy.k, groups, released[::figures])
    assert min(shown_groups, withheld_groups) > WAVES
    assert given_away <= 2


def subtraction_finds_few(design: Design, k: int, groups: list, rows: list[dict[str, object]]) -> bool:
    """Whether the whole less the groups shown leaves fewer than k people, some in a group with a name."""
    if not rows[0]["shown"]:
        return False
    for table in design.tables:
        withheld = [
            (people, all(level < size - 1 for level, size in zip(levels, table.shape, strict=True)))
            for ((attributes, levels), people), row in zip(groups, rows, strict=True)
            if attributes == table.attributes and not row["shown"]
        ]
        rest = sum(people for people, _ in withheld)
        if rest < k and any(stated for _, stated in withheld):
            return True
    return False
