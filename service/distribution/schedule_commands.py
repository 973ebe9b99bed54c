"""``sottovoce schedule``: the next twelve months of a survey, on a machine that reaches the main store."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from privacy.ledger import CAP_DELTA
from privacy.mechanism import epsilon_of
from service.clock import system_clock
from service.distribution.schedule_answers import year_model
from service.distribution.schedules import year_of_schedule
from service.distribution.year_view import Year, YearWave
from service.http.context import Context
from service.settings import read_settings
from service.store.engine import open_engine
from service.store.schema import check_schema

schedule_app = typer.Typer(
    help="List the next twelve months of a survey's schedule, with what they ask of people and cost them.",
    invoke_without_command=True,
    subcommand_metavar="",
    context_settings={"allow_interspersed_args": True},
)


@schedule_app.callback()
def schedule(
    survey: Annotated[str, typer.Argument(help="The id of a survey that has a schedule.")],
    *,
    data: Annotated[Path | None, typer.Option(help="Folder of the SQLite files.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Write the year as JSON.")] = False,
) -> None:
    """Go through the dates as the service will, and store nothing."""
    settings = read_settings(data=data)
    engine = open_engine(settings.main_url)
    try:
        check_schema(engine, "main")
        year = year_of_schedule(Context(settings, system_clock, engine), survey)
    finally:
        engine.dispose()
    if as_json:
        answer = year_model(year, settings.cap_epsilon, dry_run=True)
        typer.echo(json.dumps(answer.model_dump(mode="json"), ensure_ascii=False, indent=2))
    else:
        _show(Console(), year)


def _show(console: Console, year: Year) -> None:
    limits = year.limits
    console.print(
        f"{year.survey}: {year.schedule.cadence}, {year.schedule.zone}; {year.roster} people on the roster\n"
        f"Most a person may be charged in a year: epsilon {epsilon_of(limits.micro_rho, CAP_DELTA):g}; "
        f"in 28 days asked {limits.invitations} times or for {limits.minutes} minutes",
        highlight=False,
    )
    for note in (*year.notes, *map(str, year.problems)):
        console.print(f"- {note}", highlight=False, soft_wrap=True)
    console.print()
    console.print(_dates(year))


def _dates(year: Year) -> Table:
    table = Table(title="The next twelve months; times are UTC")
    for heading in ("Day", "Opens", "Closes", "State"):
        table.add_column(heading, no_wrap=True)
    for heading in ("Asked", "Questions", "Minutes", "Epsilon", "A year"):
        table.add_column(heading, justify="right")
    for wave in year.waves:
        table.add_row(
            wave.day.isoformat(),
            f"{wave.opens_at:%m-%d %H:%M}",
            f"{wave.closes_at:%m-%d %H:%M}",
            wave.state,
            *_numbers(wave),
        )
    return table


def _numbers(wave: YearWave) -> tuple[str, ...]:
    if not wave.invited:
        return ("-",) * 5
    so_far = epsilon_of(wave.spent + wave.micro_rho, CAP_DELTA)
    return (
        str(wave.invited),
        str(len(wave.questions)),
        str(wave.minutes),
        f"{epsilon_of(wave.micro_rho, CAP_DELTA):.2f}",
        f"{so_far:.2f}{'' if wave.fits else ' (over)'}",
    )
