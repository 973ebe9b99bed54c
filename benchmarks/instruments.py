"""What each shipped definition would show in organisations of 150 and 2,000, for docs/instruments.md.

    python benchmarks/instruments.py

writes two tables into the page, between their marks.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from privacy.forecast import Expected
from privacy.planner import Audience, Plan, Wishes, make_plan
from privacy.survey import Survey
from service.surveys.definition_file import load_shipped, shipped
from service.surveys.terms import COMMENT_K, EPSILON, K, usual_tables

PAGE = Path(__file__).parents[1] / "docs" / "instruments.md"
END = "<!-- end of table -->"
PEOPLE = (150, 2_000)
TAKES_PART = ("takes-part",)

EXAMPLE, IMPORTANCE = "mentorship-mentee", 10.0
EPSILONS = (3.0, 4.0, 5.0, 8.0)

_HEADS = (
    "instrument",
    "questions",
    "everybody of 150",
    "participants of 150",
    "everybody of 2,000",
    "participants of 2,000",
    "a group of 2,000 needs",
)
_LEVERS = ("epsilon", "as it is", "`takes-part` ten times as important", "and the only breakdown")


def roster(survey: Survey, people: int) -> tuple[Mapping[str, str], ...]:
    """A made-up roster: the levels of each attribute have shares that fall evenly, crossed independently."""
    columns: dict[str, list[str]] = {}
    step = 1
    for attribute in survey.attributes:
        if attribute.source == "roster":
            levels = [level.id for level in attribute.levels]
            cycle = [level for place, level in enumerate(levels) for _ in range(len(levels) - place)]
            columns[attribute.id] = [cycle[person // step % len(cycle)] for person in range(people)]
            step *= len(cycle)
    return tuple({name: column[person] for name, column in columns.items()} for person in range(people))


def plan_for(survey: Survey, people: int) -> Plan:
    """The plan of a wave with the usual terms and the definition's breakdowns."""
    wishes = Wishes(usual_tables(survey), EPSILON, K, COMMENT_K)
    return make_plan(survey, Audience(roster(survey, people)), wishes)


def means(plan: Plan, table: tuple[str, ...], *, themes: bool) -> list[Expected]:
    """What to expect of the means of themes, or of questions, in the groups of a table."""
    return [
        one
        for one in plan.expected
        if one.table == table
        and one.figure == "mean"
        and (one.theme is not None if themes else one.question is not None)
    ]


def shown() -> str:
    """What would show, in Markdown, a line for each definition."""
    lines = [f"| {' | '.join(_HEADS)} |", "|---|---:|---|---|---|---|---:|"]
    for identifier in shipped():
        survey = load_shipped(identifier)
        small, large = (plan_for(survey, people) for people in PEOPLE)
        closed = sum(question.type != "text" for question in survey.questions)
        cells = [f"[{identifier}](#{identifier})", str(closed)]
        for plan in (small, large):
            cells += [_told(plan, ()), _told(plan, TAKES_PART)]
        lines.append(f"| {' | '.join([*cells, _needed(large)])} |")
    return "\n".join(lines)


def levers() -> str:
    """From how many answers on a group of 150 is shown, in Markdown, a line for each epsilon."""
    survey = load_shipped(EXAMPLE)
    people = Audience(roster(survey, PEOPLE[0]))
    lines = [f"| {' | '.join(_LEVERS)} |", "|---:|---:|---:|---:|"]
    for epsilon in EPSILONS:
        as_it_is = Wishes(usual_tables(survey), epsilon, K, COMMENT_K)
        important = replace(as_it_is, importance={TAKES_PART[0]: IMPORTANCE})
        alone = replace(important, tables=((), TAKES_PART))
        plans = [make_plan(survey, people, wishes) for wishes in (as_it_is, important, alone)]
        lines.append(f"| {' | '.join([f'{epsilon:g}', *map(_needed, plans)])} |")
    return "\n".join(lines)


def written(page: str) -> str:
    """The page with its tables as they are now."""
    for name, table in (("shown", shown), ("levers", levers)):
        before, rest = page.split(mark := f"<!-- {name} -->\n")
        _, after = rest.split(END, 1)
        page = f"{before}{mark}\n{table()}\n\n{END}{after}"
    return page


def _needed(plan: Plan) -> str:
    """The answers from which a group's themes are shown."""
    found = [one.smallest for one in means(plan, TAKES_PART, themes=True)]
    sizes = [size for size in found if size is not None]
    return f"{max(sizes)} answers" if sizes and len(sizes) == len(found) else "-"


def _told(plan: Plan, groups: tuple[str, ...]) -> str:
    if groups not in plan.policy.tables:
        return "-"
    parts = [
        _figure(name, means(plan, groups, themes=themes))
        for name, themes in (("themes", True), ("items", False))
    ]
    return ", ".join(part for part in parts if part) or "withheld"


def _figure(name: str, figures: Sequence[Expected]) -> str:
    """Such as ``themes ±0.3``, the widest margin of those shown in every group; nothing where one is not."""
    margins = [one.margin for one in figures if one.shown == one.groups and one.margin is not None]
    if not margins or len(margins) < len(figures):
        return ""
    return f"{name} ±{math.ceil(max(margins) * 10) / 10:.1f}"


def main() -> None:
    """Write the tables into the page."""
    PAGE.write_text(written(PAGE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
