"""The terms of a wave: when it runs, what it may cost and what it will show. A draft's can be changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from privacy.alternatives import LARGEST_EPSILON
from privacy.contract import Pairing, minute
from privacy.errors import Problem
from privacy.plan import MARGINS
from privacy.planner import MERGE_AT, Wishes
from privacy.survey import Survey
from service.store.tables_main import WaveRow
from service.surveys.minutes import minutes_of
from service.surveys.pairing_terms import PairingTerms, pairing_terms_of, stored_pairing

EPSILON, K, COMMENT_K, RETENTION_DAYS = 3.0, 5, 10, 90
LONGEST = timedelta(days=366)  # from opening to closing
_MOST_RETENTION_DAYS = 3650


@dataclass(frozen=True, slots=True)
class Terms:
    """Times are UTC, whole minutes. ``tables`` lists the attribute ids of each table, ``()`` being the whole.

    ``epsilon`` bounds what answering costs a person at delta 1e-6; ``k`` and ``comment_k`` are numbers of
    respondents; sealed responses are deleted ``retention_days`` after ``closes_at``; ``margins`` are the
    widest that are shown. Groups of the roster are merged until ``merge_at`` people are invited in each;
    ``fresh_groups`` does not keep those of the wave before. ``importance`` has a factor by question, theme or
    attribute id. ``allow_empty`` opens a wave of which nothing is likely to be shown. ``pairing`` is what
    is wanted of comparing it with another wave.
    """

    opens_at: datetime
    closes_at: datetime
    tables: tuple[tuple[str, ...], ...]
    epsilon: float = EPSILON
    k: int = K
    comment_k: int = COMMENT_K
    retention_days: int = RETENTION_DAYS
    margins: Mapping[str, float] = field(default_factory=lambda: MARGINS)
    merge_at: int = MERGE_AT
    fresh_groups: bool = False
    importance: Mapping[str, float] = field(default_factory=dict)
    allow_empty: bool = False
    pairing: PairingTerms | None = None


def usual_tables(survey: Survey) -> tuple[tuple[str, ...], ...]:
    """The whole and the definition's own breakdowns."""
    return ((), *survey.breakdowns)


def term_problems(terms: Terms, now: datetime) -> list[Problem]:
    """Every fault that shows without the survey and its roster."""
    problems: list[Problem] = []
    if terms.closes_at <= terms.opens_at:
        problems.append(
            _problem("closes-first", "closes_at", "it is not after opens_at", "choose a later time")
        )
    if terms.closes_at <= now:
        problems.append(_problem("closes-in-past", "closes_at", "it has passed", "choose a later time"))
    if terms.closes_at - terms.opens_at > LONGEST:
        message = f"it is more than {LONGEST.days} days after opens_at"
        problems.append(_problem("open-too-long", "closes_at", message, "choose an earlier time"))
    if not 0 <= terms.retention_days <= _MOST_RETENTION_DAYS:
        message = "no number of days for which responses are kept"
        remedy = f"choose one from 0 to {_MOST_RETENTION_DAYS}"
        problems.append(_problem("retention-out-of-range", "retention_days", message, remedy))
    return problems + wish_problems(wishes_of(terms))


def wish_problems(wishes: Wishes) -> list[Problem]:
    """What is wrong with what is asked of a plan, as far as it shows without the survey."""
    problems = []
    if wishes.comment_k < wishes.k:
        message = "it is below k"
        problems.append(_problem("comment-k", "comment_k", message, "comments need at least k respondents"))
    if not 0 < wishes.epsilon <= LARGEST_EPSILON:
        remedy = f"choose one above 0 and at most {LARGEST_EPSILON:g}"
        message = "it protects nothing or allows nothing"
        problems.append(_problem("epsilon", "epsilon", message, remedy))
    return problems


def wishes_of(terms: Terms) -> Wishes:
    """What the terms ask of a plan."""
    return Wishes(
        tables=terms.tables,
        epsilon=terms.epsilon,
        k=terms.k,
        comment_k=terms.comment_k,
        margins=terms.margins,
        merge_at=terms.merge_at,
        importance=terms.importance,
        allow_empty=terms.allow_empty,
    )


def stored(
    terms: Terms,
    survey: Survey,
    promise: Mapping[str, Any],
    chosen: Mapping[str, Any] | None,
    pairing: Pairing | None,
) -> dict[str, Any]:
    """The columns of a wave that hold its terms, what they promise and the plan that was chosen for them.

    The order of languages and the texts of themes are not in the manifest; they are kept here for whoever
    reads results.
    """
    return {
        "opens_at": minute(terms.opens_at),
        "closes_at": minute(terms.closes_at),
        "minutes": minutes_of(survey),
        "plan": {
            "epsilon": terms.epsilon,
            "k": terms.k,
            "comment_k": terms.comment_k,
            "tables": [list(table) for table in terms.tables],
            "retention_days": terms.retention_days,
            "margins": dict(terms.margins),
            "merge_at": terms.merge_at,
            "fresh_groups": terms.fresh_groups,
            "importance": dict(terms.importance),
            "allow_empty": terms.allow_empty,
            "pairing": None
            if terms.pairing is None or pairing is None
            else stored_pairing(terms.pairing, pairing),
            "cadence": survey.cadence,
            "promise": dict(promise),
            "chosen": None if chosen is None else dict(chosen),
            "languages": list(survey.languages),
            "themes": {theme.id: dict(theme.text) for theme in survey.themes},
        },
    }


def terms_of(row: WaveRow) -> Terms:
    """The terms that a wave was drafted with."""
    return Terms(
        opens_at=datetime.fromisoformat(row.opens_at),
        closes_at=datetime.fromisoformat(row.closes_at),
        tables=tuple(tuple(table) for table in row.plan["tables"]),
        epsilon=row.plan["epsilon"],
        k=row.plan["k"],
        comment_k=row.plan["comment_k"],
        retention_days=row.plan["retention_days"],
        margins=row.plan["margins"],
        merge_at=row.plan["merge_at"],
        fresh_groups=row.plan["fresh_groups"],
        importance=row.plan["importance"],
        allow_empty=row.plan["allow_empty"],
        pairing=pairing_terms_of(row.plan.get("pairing")),
    )


def _problem(problem: str, place: str, message: str, remedy: str) -> Problem:
    return Problem(problem, place, message, remedy)
