"""What can be wrong with a release policy before anything is computed from it."""

from collections.abc import Iterator, Sequence

from privacy.contract import Policy
from privacy.errors import Problem
from privacy.mechanism import MICRO
from privacy.survey import Attribute

NOT_SAID = "not-said"  # the level of those who did not state an attribute
MARGINS = ("scale", "share", "nps")
LARGEST_MICRO_RHO = (
    10 * MICRO
)  # beyond it nothing is protected, and the noise is too narrow for the gate's tail
LARGEST_DELTA = 0.001
SMALLEST_K = 2
LARGEST_K = 1_000_000
MOST_ATTRIBUTES = 2  # in one table: the complementary rule is proven for these


def problems_of(attributes: Sequence[Attribute], policy: Policy) -> list[Problem]:
    """Every fault of a policy over these attributes; its epsilons are not looked at."""
    return [
        Problem(id_, place, message, remedy) for id_, place, message, remedy in _faults(attributes, policy)
    ]


def _faults(attributes: Sequence[Attribute], policy: Policy) -> Iterator[tuple[str, str, str, str]]:
    if not 0 < policy.micro_rho <= LARGEST_MICRO_RHO:
        yield (
            "epsilon-out-of-range",
            "policy.epsilon",
            "the privacy loss is not a number above 0 that still protects",
            f"choose an epsilon whose loss is from 1 to {LARGEST_MICRO_RHO} millionths of rho, such as 3",
        )
    for name in ("k", "comment_k"):
        if not SMALLEST_K <= getattr(policy, name) <= LARGEST_K:
            yield (
                "threshold-out-of-range",
                f"policy.{name}",
                "the threshold is no number of people",
                f"choose one from {SMALLEST_K} to {LARGEST_K}",
            )
    for name in ("delta", "delta_gate"):
        if not 0 < getattr(policy, name) <= LARGEST_DELTA:
            yield (
                "delta-out-of-range",
                f"policy.{name}",
                "the probability is not small, or not above 0",
                f"choose one above 0 and at most {LARGEST_DELTA}, such as 1e-6",
            )
    if set(policy.margins) != set(MARGINS):
        yield "margins", "policy.margins", "not the limits of this version", f"state {', '.join(MARGINS)}"
    for name, limit in policy.margins.items():
        if not 0 < limit < float("inf"):
            yield "margin-out-of-range", f"policy.margins.{name}", "not a positive number", "choose one"
    yield from _table_faults(attributes, policy.tables)


def _table_faults(
    attributes: Sequence[Attribute], tables: Sequence[tuple[str, ...]]
) -> Iterator[tuple[str, str, str, str]]:
    known = [attribute.id for attribute in attributes]
    if not tables or tables[0]:
        yield "no-whole", "policy.tables", "the first table is not the whole", "begin with the empty table"
    for number, table in enumerate(tables):
        place = f"policy.tables[{number}]"
        if table in tables[:number]:
            yield "table-twice", place, "the table stands twice", "leave one out"
        if unknown := [name for name in table if name not in known]:
            yield (
                "unknown-attribute",
                place,
                f"the survey has no attribute {unknown[0]!r}",
                "name attributes of the survey",
            )
        elif [name for name in known if name in table] != list(table):
            yield (
                "table-order",
                place,
                "an attribute stands twice or out of order",
                "follow the survey's order",
            )
        if len(table) > MOST_ATTRIBUTES:
            yield "table-too-deep", place, "a table of more than two attributes", "break down by two at most"
    for one, two in _closing_a_circle(tables):
        yield (
            "crossed-in-a-circle",
            "policy.tables",
            f"with the other crosses, {one!r} by {two!r} gives away groups that no table names",
            "leave out one cross of the circle",
        )
    for attribute in attributes:
        if any(level.id == NOT_SAID for level in attribute.levels):
            yield (
                "reserved-level",
                f"attributes.{attribute.id}",
                f"{NOT_SAID!r} is the level of those who did not say",
                "give the level another id",
            )


def _closing_a_circle(tables: Sequence[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    """The crosses whose two attributes are already connected through crosses before them.

    Three attributes crossed pairwise tell how many people differ from a given person in none or all of them
    (docs/decisions/0005-complementary-withholding.md).
    """
    parts: list[set[str]] = []
    for cross in tables:
        if len(cross) == MOST_ATTRIBUTES and len(set(cross)) == len(cross):
            touched = [part for part in parts if part & set(cross)]
            if any(set(cross) <= part for part in touched):
                yield cross
            parts = [part for part in parts if part not in touched]
            parts.append(set(cross).union(*touched))
