"""Asking a survey's questions in the terminal, in the order of the manifest."""

from collections.abc import Callable
from typing import TypeVar

import typer

from privacy.answers import Answer, Response
from privacy.contract import Manifest
from privacy.errors import Invalid
from privacy.program_code import new_program_code
from privacy.survey import NPS_SCORES, Attribute, Option, Question
from service.client.program_code_file import program_tag
from service.client.promise import text_in

T = TypeVar("T")
NEW_CODE = "new"


def ask(manifest: Manifest, language: str, code: str | None = None) -> Response:
    """Ask every question and attribute; an empty line skips, and in a hierarchy says nothing of it at all.

    A survey that is compared with another asks for a program code too, unless ``code`` is one.
    """
    answers: dict[str, Answer] = {}
    total = len(manifest.questions)
    for number, question in enumerate(manifest.questions, 1):
        typer.echo(f"\n{number} of {total}. {text_in(question.text, language)}")
        answers[question.id] = _ask_question(question, language)
    attributes: dict[str, int | None] = {}
    if manifest.attributes:
        typer.echo("\nAbout you, inside the sealed answer; an empty line says nothing.")
    for steps in _hierarchies(manifest.attributes):
        attributes |= _ask_path(steps, language)
    if code is not None:
        return Response(answers, attributes, program_tag(manifest, code))
    return Response(answers, attributes, None if manifest.pairing is None else _ask_code(manifest))


def _ask_code(manifest: Manifest) -> bytes | None:
    """The tag of a program code that is typed, or made and shown; None without one."""
    lasting = manifest.pairing is not None and manifest.pairing.carried_until is not None
    hint = f"your program code, {NEW_CODE} to make one" if lasting else "your program code"
    typer.echo("\nWith a program code your answers can be compared with those to another survey.")

    def read(typed: str) -> bytes:
        if lasting and typed.lower() == NEW_CODE:
            code = new_program_code()
            typer.echo(f"\n    {code}\n\n  Write it down: nobody can give it to you again. Use it next time.")
            return program_tag(manifest, code)
        try:
            return program_tag(manifest, typed)
        except Invalid as error:
            problem = error.problems[0]
            raise ValueError(f"{problem.message}; {problem.remedy}") from None

    return _until_valid(hint, read)


def _ask_question(question: Question, language: str) -> Answer:
    if question.options:
        _list(question.options, language)
    count = len(question.options)
    match question.type:
        case "multiple":
            return _until_valid(f"1 to {count}, several with commas, 0 for none of them", _several(count))
        case "nps":
            return _until_valid(f"0 to {NPS_SCORES - 1}", _score)
        case "text":
            return _until_valid(f"up to {question.max_bytes} bytes", _written(question.max_bytes))
        case _:
            return _until_valid(f"1 to {count}", _numbered(count))


def _hierarchies(attributes: tuple[Attribute, ...]) -> list[list[Attribute]]:
    """The steps of each hierarchy from the top; an attribute that is in none by itself."""
    found: list[list[Attribute]] = []
    for attribute in attributes:
        if attribute.parent is None:
            found.append([])
        found[-1].append(attribute)
    return found


def _ask_path(steps: list[Attribute], language: str) -> dict[str, int | None]:
    """A level of every step, or of none."""
    stated: dict[str, int | None] = {}
    parent = None
    for step in steps:
        position = _ask_level(step, parent, language)
        if position is None:
            return dict.fromkeys((step.id for step in steps), None)
        stated[step.id] = position
        parent = step.levels[position].id
    return stated


def _ask_level(attribute: Attribute, parent: str | None, language: str) -> int | None:
    """The position of one of the levels beneath ``parent``; of an only one without being asked."""
    offered = [place for place, level in enumerate(attribute.levels) if level.parent == parent]
    typer.echo(f"\n{text_in(attribute.text, language)}")
    _list(tuple(attribute.levels[place] for place in offered), language)
    if parent is not None and len(offered) == 1:
        return offered[0]
    chosen = _until_valid(f"1 to {len(offered)}", _numbered(len(offered)))
    return None if chosen is None else offered[chosen]


def _list(options: tuple[Option, ...], language: str) -> None:
    for number, option in enumerate(options, 1):
        typer.echo(f"  {number:2}  {text_in(option.text, language)}")


def _until_valid(hint: str, read: Callable[[str], T]) -> T | None:
    while True:
        typed: str = typer.prompt(f"  {hint}, empty to skip", default="", show_default=False)
        if not typed.strip():
            return None
        try:
            return read(typed.strip())
        except ValueError as error:
            typer.echo(f"  Not taken: {error}.")


def _numbered(count: int) -> Callable[[str], int]:
    def read(typed: str) -> int:
        return _whole(typed, 1, count) - 1

    return read


def _several(count: int) -> Callable[[str], frozenset[int]]:
    def read(typed: str) -> frozenset[int]:
        if typed == "0":
            return frozenset()
        return frozenset(_whole(part.strip(), 1, count) - 1 for part in typed.split(","))

    return read


def _score(typed: str) -> int:
    return _whole(typed, 0, NPS_SCORES - 1)


def _written(max_bytes: int) -> Callable[[str], str]:
    def read(typed: str) -> str:
        size = len(typed.encode(errors="surrogateescape"))
        typed.encode()  # a ValueError if the terminal sent what is not UTF-8
        if size > max_bytes:
            raise ValueError(f"{size} bytes where {max_bytes} fit")
        return typed

    return read


def _whole(typed: str, least: int, most: int) -> int:
    if not typed.isascii() or not typed.isdigit() or not least <= int(typed) <= most:
        raise ValueError(f"choose a whole number from {least} to {most}")
    return int(typed)
