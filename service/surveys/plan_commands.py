"""``sottovoce plan``: what a wave of a definition would say and cost for a roster, from two files alone."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table as Grid

from privacy.alternatives import Alternative, Budget, check_something_shows, compare
from privacy.errors import Invalid, Problem
from privacy.forecast import Expected
from privacy.ledger import CAP_DELTA, CAP_EPSILON
from privacy.mechanism import micro_rho_for
from privacy.planner import MERGE_AT, USUAL_RATE, Audience, Plan, Wishes
from privacy.survey import Survey
from service.clock import system_clock, today
from service.surveys.definition_file import load_file, load_shipped, shipped
from service.surveys.ledger_room import room_of
from service.surveys.plan_models import answer_of, room_model
from service.surveys.planning import check_within, chosen_value
from service.surveys.roster_csv import read_csv
from service.surveys.terms import COMMENT_K, EPSILON, K, usual_tables, wish_problems

plan_app = typer.Typer(
    help="Tell what a wave would say and cost, before anyone is asked.",
    invoke_without_command=True,
    subcommand_metavar="",
    context_settings={"allow_interspersed_args": True},
)
_WHOLE = "everybody"


@plan_app.callback()
def plan(
    definition: Annotated[str, typer.Argument(help="The id of a definition, or the path of a file.")],
    *,
    roster: Annotated[Path, typer.Option(help="CSV: person, then the roster attributes.")],
    epsilon: Annotated[float, typer.Option(help="Most privacy loss of a wave, at delta 1e-6.")] = EPSILON,
    k: Annotated[int, typer.Option(help="No group below this many is shown.")] = K,
    comment_k: Annotated[int, typer.Option(help="Comments are shown from this many on.")] = COMMENT_K,
    merge_at: Annotated[int, typer.Option(help="Merge groups until as many are invited in each.")] = MERGE_AT,
    by: Annotated[
        list[str] | None,
        typer.Option(
            help="A breakdown, such as department or department,tenure; by default the definition's."
        ),
    ] = None,
    rate: Annotated[float, typer.Option(min=0.01, max=1, help="The share that will answer.")] = USUAL_RATE,
    cap: Annotated[
        float, typer.Option(help="Epsilon that a person may be asked for in a year.")
    ] = CAP_EPSILON,
    as_json: Annotated[bool, typer.Option("--json", help="Write the plan as JSON.")] = False,
) -> None:
    """Merge small groups, choose the weights, and compare what else could be done."""
    a_file = definition not in shipped() and Path(definition).exists()
    survey = load_file(Path(definition))[0] if a_file else load_shipped(definition)
    people = tuple(entry.attributes for entry in read_csv(roster.read_bytes(), survey))
    tables = usual_tables(survey) if by is None else ((), *(tuple(names.split(",")) for names in by))
    wishes = Wishes(tables, epsilon, k, comment_k, merge_at=merge_at)
    if problems := wish_problems(wishes):
        raise Invalid(problems)
    budget = Budget(_loss(cap), 0, CAP_DELTA)
    found = compare(survey, Audience(people, rate), wishes, budget)
    check_within(found[0], cap, budget.cap)
    if as_json:
        room = room_of([[]], found[0].micro_rho, cap, today(system_clock))
        answer = answer_of(survey, found, chosen_value(found[0].plan), room_model(cap, room, CAP_DELTA))
        typer.echo(json.dumps(answer.model_dump(mode="json"), ensure_ascii=False, indent=2))
    else:
        _show(Console(), survey, found)
    check_something_shows(found)


def _loss(cap: float) -> int:
    try:
        return micro_rho_for(cap, CAP_DELTA)
    except ValueError as error:
        raise Invalid([Problem("cap-out-of-range", "cap", str(error), "choose one such as 8")]) from None


def _show(console: Console, survey: Survey, found: tuple[Alternative, ...]) -> None:
    asked = found[0]
    plan = asked.plan
    console.print(
        f"{survey.title[survey.languages[0]]}: {plan.invited} invited, about "
        f"{round(plan.invited * plan.rate)} answers expected\n"
        f"Loss: epsilon {asked.epsilon:g} a wave; epsilon {asked.year_epsilon:g} a year with {asked.waves} "
        f"{'wave' if asked.waves == 1 else 'waves'}, {'within' if asked.fits else 'over'} the cap",
        highlight=False,
    )
    for note in plan.notes:
        console.print(f"- {note.text}", highlight=False, soft_wrap=True)
    console.print()
    console.print(_expected(plan))
    console.print()
    console.print(_alternatives(found))


def _expected(plan: Plan) -> Grid:
    grid = Grid(title="Expected 90 % margins, groups shown, and the fewest answers with which one is shown")
    for heading in ("Breakdown", "Figure", "Margin", "Shown", "From"):
        grid.add_column(heading, justify="left" if heading in ("Breakdown", "Figure") else "right")
    for table in plan.policy.tables:
        for number, (name, one) in enumerate(_lines(plan, table)):
            grid.add_row(
                "" if number else " × ".join(table) or _WHOLE,
                name,
                "open" if one.margin is None else f"±{one.margin:.2f}",
                f"{one.shown} of {one.groups}",
                "-" if one.smallest is None else str(one.smallest),
            )
        grid.add_section()
    return grid


def _lines(plan: Plan, table: tuple[str, ...]) -> list[tuple[str, Expected]]:
    """Of each table the items, or for more than three of a kind their range in one line, themes and index."""
    figures = [one for one in plan.expected if one.table == table and one.figure != "favourable"]
    lines: list[tuple[str, Expected]] = []
    for kind in dict.fromkeys((one.figure, one.question is None, one.theme is None) for one in figures):
        alike = [one for one in figures if (one.figure, one.question is None, one.theme is None) == kind]
        widest = max(alike, key=lambda one: (one.margin is None, one.margin or 0))
        if widest.question is not None:
            lines.append((f"{widest.figure} of each item ({len(alike)})", widest))
        elif widest.theme is not None:
            lines.append((f"{widest.figure} of each theme ({len(alike)})", widest))
        else:
            lines.append((f"{widest.figure} over all items", widest))
    return lines


def _alternatives(found: tuple[Alternative, ...]) -> Grid:
    grid = Grid(title="What else could be done")
    headings: dict[str, Any] = {
        "Change": {"overflow": "fold"},
        "Epsilon": {"justify": "right"},
        "A year": {"justify": "right"},
        "Item margin": {"justify": "right"},
        "Items": {"justify": "right"},
        "Themes": {"justify": "right"},
        "Index": {"justify": "right"},
    }
    for heading, settings in headings.items():
        grid.add_column(heading, **settings)
    for one in found:
        grid.add_row(
            one.change,
            f"{one.epsilon:.2f}",
            f"{one.year_epsilon:.2f}{'' if one.fits else ' (over)'}",
            "-" if one.margin is None else f"±{one.margin:.2f}",
            *(f"{seen.shown}/{seen.of}" for seen in (one.items, one.themes, one.index)),
        )
    return grid
