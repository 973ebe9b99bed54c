"""``sottovoce definitions``: check definition files, list and show those that come with the service."""

from pathlib import Path
from typing import Annotated

import typer

from privacy.errors import Invalid, Problem
from privacy.survey import Option, Question, Survey
from service.surveys.definition_file import load_file, load_shipped, shipped

definitions_app = typer.Typer(
    no_args_is_help=True, help="Check survey definitions, and show those that come with the service."
)


@definitions_app.command()
def check(files: Annotated[list[Path], typer.Argument(metavar="FILE…", help="Definitions in YAML.")]) -> None:
    """Report every problem of each file with its line; end with 2 if one is more than a warning."""
    failed = False
    for file in files:
        try:
            survey, problems = load_file(file)
        except Invalid as error:
            problems = error.problems
            failed = True
        else:
            typer.echo(f"{file}: {_summary(survey)}")
        for problem in problems:
            typer.echo(_line(file, problem))
    if failed:
        raise typer.Exit(2)


@definitions_app.command("list")
def list_shipped() -> None:
    """Name the definitions that come with the service."""
    for identifier in shipped():
        survey = load_shipped(identifier)
        typer.echo(f"{identifier}: {survey.title[survey.languages[0]]}; {_summary(survey)}")


@definitions_app.command()
def show(
    definition: Annotated[str, typer.Argument(help="The id of a definition, or the path of a file.")],
    language: Annotated[str | None, typer.Option(help="The language of the texts.")] = None,
) -> None:
    """Print what a definition asks, in the order in which it is asked."""
    try:
        a_file = definition not in shipped() and Path(definition).exists()
        survey = load_file(Path(definition))[0] if a_file else load_shipped(definition)
    except Invalid as error:
        for problem in error.problems:
            typer.echo(_line(Path(definition), problem), err=True)
        raise typer.Exit(2) from None
    language = language or survey.languages[0]
    if language not in survey.languages:
        typer.echo(f"{definition}: it has no {language}; use {' or '.join(survey.languages)}", err=True)
        raise typer.Exit(2)
    typer.echo("\n".join(_shown(survey, language)))


def _line(file: Path, problem: Problem) -> str:
    where = f"{file}:{problem.line}" if problem.line is not None else f"{file}"
    mark = "warning: " if problem.severity == "warning" else ""
    return f"{where}: {mark}{problem.place}: {problem.message}; {problem.remedy} [{problem.id}]"


def _summary(survey: Survey) -> str:
    return (
        f"version {survey.version}, {len(survey.questions)} questions, {len(survey.attributes)} attributes, "
        f"in {', '.join(survey.languages)}"
    )


def _shown(survey: Survey, language: str) -> list[str]:
    cadence = f", {survey.cadence}" if survey.cadence else ""
    lines = [f"{survey.title[language]} ({survey.id} {survey.version}{cadence})", ""]
    for number, question in enumerate(survey.questions, 1):
        lines.append(f"{number:3}. {question.text[language]}")
        lines.append(f"     {', '.join(_facts(question))}")
        if question.type in ("choice", "multiple"):
            lines.append(f"     {_listed(question.options, language)}")
    for answers in _scales(survey, language):
        lines += ["", f"Scale: {answers}"]
    for attribute in survey.attributes:
        lines += ["", f"{attribute.text[language]} ({attribute.id}, {attribute.source})"]
        from_roster = f"the units of the roster's column {attribute.path}"
        lines.append(f"     {_listed(attribute.levels, language) or from_roster}")
    for scale in survey.scales:
        lines += ["", f"{scale.construct}: {', '.join(scale.items)}", f"     {scale.source}"]
    if survey.programs:
        lines += ["", f"Programs: {', '.join(survey.programs)}"]
    if survey.outside_figure:
        lines += ["", f"Outside figure: {survey.outside_figure[language]}"]
    return lines


def _facts(question: Question) -> list[str]:
    facts = [question.id, question.type]
    if question.theme:
        facts.append(f"theme {question.theme}")
    if question.reverse:
        facts.append("reversed")
    if question.favourable:
        facts.append(f"favourable: {' or '.join(question.favourable)}")
    if question.max_bytes:
        facts.append(f"at most {question.max_bytes} bytes")
    return facts


def _listed(options: tuple[Option, ...], language: str) -> str:
    return " | ".join(option.text[language] for option in options)


def _scales(survey: Survey, language: str) -> list[str]:
    listed = (
        _listed(question.options, language) for question in survey.questions if question.type == "scale"
    )
    return list(dict.fromkeys(listed))
