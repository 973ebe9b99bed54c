"""What can be wrong with a release policy before anything is computed from it."""

from collections.abc import Iterator, Sequence

from privacy.answers import layout_for
from privacy.breakdowns import (
    MOST_ATTRIBUTES,
    closing_a_circle,
    groups_of,
    size_fault,
    within_a_hierarchy,
)
from privacy.contract import Policy
from privacy.errors import Problem
from privacy.mechanism import MICRO
from privacy.nesting import tops_of
from privacy.survey import Attribute, Question

NOT_SAID = "not-said"  # the level of those who did not state an attribute
MARGINS = ("scale", "share", "nps")
LARGEST_MICRO_RHO = (
    10 * MICRO
)  # beyond it nothing is protected, and the noise is too narrow for the gate's tail
LARGEST_DELTA = 0.001
SMALLEST_K = 2
LARGEST_K = 1_000_000
FEWEST_LEVELS = 2
LARGEST_COUNT_WEIGHT = 1_000_000_000
LARGEST_TABLE_WEIGHT = 1_000
LARGEST_QUESTION_WEIGHT = 1_000_000

_WEIGHTED = {"counts": "tables", "tables": "tables", "questions": "questions but for texts"}


def problems_of(
    questions: Sequence[Question], attributes: Sequence[Attribute], policy: Policy
) -> list[Problem]:
    """Every fault of a policy over these questions and attributes; its epsilons are not looked at."""
    faults = [Problem(*fault) for fault in _faults(attributes, policy)]
    try:
        layout_for(questions, attributes)
    except ValueError as error:
        remedy = "merge levels, or put a step between them and those above"
        faults.append(Problem("no-room", "attributes", str(error), remedy))
    levels = {attribute.id: len(attribute.levels) for attribute in attributes}
    known = [table for table in policy.tables if set(table) <= set(levels) and len(table) <= MOST_ATTRIBUTES]
    counted = sum(question.type != "text" for question in questions)
    faults += [Problem(*fault) for fault in _weight_faults(policy, counted)]
    too_large = size_fault(questions, groups_of(levels, known), "policy.tables")
    return faults if too_large is None else [*faults, too_large]


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
    if policy.comment_k < policy.k:
        yield (
            "comment-k",
            "policy.comment_k",
            f"it is below k, {policy.k}",
            "comments need at least k respondents",
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


def _weight_faults(policy: Policy, questions: int) -> Iterator[tuple[str, str, str, str]]:
    tables = len(policy.tables)
    for name, number, largest in (
        ("counts", tables, LARGEST_COUNT_WEIGHT),
        ("tables", tables, LARGEST_TABLE_WEIGHT),
        ("questions", questions, LARGEST_QUESTION_WEIGHT),
    ):
        weights = getattr(policy.weights, name)
        place = f"policy.weights.{name}"
        if len(weights) != number:
            message = f"{len(weights)} weights where there are {number} {_WEIGHTED[name]}"
            yield "weights-length", place, message, "plan the wave again"
        if not all(0 < weight <= largest for weight in weights):
            message = f"not whole numbers from 1 to {largest}"
            yield "weights-out-of-range", place, message, "plan the wave again"


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
        for attribute in attributes:
            if attribute.id in table and len(attribute.levels) < FEWEST_LEVELS:
                message = f"{attribute.id!r} has fewer than two levels to break down by"
                yield "one-level", place, message, "leave the table out, or give the attribute another level"
    tops = tops_of(attributes)
    for number in within_a_hierarchy(tables, tops):
        one, two = tables[number]
        yield (
            "crossed-in-a-hierarchy",
            f"policy.tables[{number}]",
            f"{one!r} and {two!r} are steps of one hierarchy",
            "break down by the finer one alone",
        )
    for number in closing_a_circle(tables, tops):
        one, two = tables[number]
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
