"""The organisation that the accuracy benchmark asks: its survey, and people who answer it.

Twenty five-point items of four themes; six attributes whose levels have Zipf sizes. A person's answers go
together, groups differ, and one answer in twenty is left out.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from privacy.count import Counts, count
from privacy.plan import Design
from privacy.survey import Attribute, Option, Question

ITEMS, THEMES, ANSWERS = 20, 4, 5
LEVELS = (12, 6, 5, 4, 3, 3)
SKIPPED = 0.05

# Standard deviations in points of the scale, before an answer is rounded and cut to 1 to 5.
PERSON, ANSWER = 0.6, 0.8
GROUP, GROUP_THEME = 0.22, 0.18  # of a group on all items, and on the items of one theme


@dataclass(frozen=True, slots=True, eq=False)
class Answered:
    """People and what is true of them.

    ``rows`` are plaintexts as the tally counts them, ``columns`` (people, 26) the same as whole numbers,
    items first: 0 for skip, answers from 1; levels from 0. ``histogram`` (groups, items, 6) has how many of
    each group gave each answer, skip last; the groups are the whole, then the levels of each attribute.
    """

    rows: NDArray[np.uint8]
    columns: NDArray[np.uint8]
    histogram: NDArray[np.float64]


def questions() -> tuple[Question, ...]:
    """The items, five to a theme."""
    options = tuple(Option(f"o{place}", {"en": str(place + 1)}) for place in range(ANSWERS))
    return tuple(
        Question(f"q{i}", "scale", {"en": "x"}, options, ("o3", "o4"), theme=f"t{i * THEMES // ITEMS}")
        for i in range(ITEMS)
    )


def attributes() -> tuple[Attribute, ...]:
    """The attributes, each of which is a table beside the whole."""
    return tuple(
        Attribute(f"a{i}", {"en": "x"}, tuple(Option(f"l{place}", {"en": "x"}) for place in range(levels)))
        for i, levels in enumerate(LEVELS)
    )


def zipf(levels: int) -> NDArray[np.float64]:
    """The share of each level: in proportion to 1, 1/2, 1/3 and so on."""
    shares: NDArray[np.float64] = 1 / np.arange(1, levels + 1)
    return shares / shares.sum()


def group_shares() -> NDArray[np.float64]:
    """The share of all people that each group has, (groups,)."""
    return np.concatenate([[1.0], *(zipf(levels) for levels in LEVELS)])


def respond(design: Design, people: int, seed: int) -> Answered:
    """``people`` who state every attribute and skip some of the items."""
    random = np.random.default_rng([seed, people])
    theme = np.arange(ITEMS) * THEMES // ITEMS
    level = np.column_stack([random.choice(size, people, p=zipf(size)) for size in LEVELS])
    latent = random.uniform(3.1, 4.1, ITEMS) + random.normal(0, PERSON, (people, 1))
    for place, size in enumerate(LEVELS):
        effect = random.normal(0, GROUP, (size, 1)) + random.normal(0, GROUP_THEME, (size, THEMES))[:, theme]
        latent = latent + effect[level[:, place]]
    latent += random.normal(0, ANSWER, (people, ITEMS))
    answers = np.clip(np.rint(latent), 1, ANSWERS).astype(np.uint8)
    answers[random.random(answers.shape) < SKIPPED] = 0
    level = level.astype(np.uint8)
    rows = np.column_stack([np.ones(people, dtype=np.uint8), answers, level + np.uint8(1)])
    return Answered(rows, np.column_stack([answers, level]), histogram_of(count(design, rows)))


def histogram_of(counts: Counts) -> NDArray[np.float64]:
    """How many of each group gave each answer, as ``Answered`` has it."""
    known = [counts.tables[0], *(table[:-1] for table in counts.tables[1:])]
    codes = np.concatenate(known)[:, 1:].reshape(-1, ITEMS, ANSWERS + 1)
    return np.roll(codes, -1, axis=2).astype(np.float64)


def real_groups(design: Design) -> NDArray[np.intp]:
    """The cells of the design that are groups: all but those who did not say."""
    ends = np.cumsum([table.cells for table in design.tables])
    unsaid = set((ends[1:] - 1).tolist())
    return np.array([cell for cell in range(design.cells) if cell not in unsaid])
