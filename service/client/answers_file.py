"""Answers in a file, JSON or YAML: question ids with what was answered, and a mapping ``attributes``.

A scale or choice takes an option id, a multiple a list of them, an nps question its score, a text a string;
``null`` skips. Of a hierarchy the finest level suffices. Ids and words are the manifest's.

In a survey that is compared with another, ``program_code`` may be the respondent's; no id has an underscore.
"""

from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from privacy.answers import Answer, Response
from privacy.contract import Manifest
from privacy.errors import Invalid, Problem
from privacy.survey import NPS_SCORES, Option, Question
from service.client.failures import one_line
from service.client.program_code_file import PLACE as PROGRAM_CODE
from service.client.program_code_file import program_tag

ATTRIBUTES = "attributes"
LARGEST_FILE = 1024 * 1024


def read_answers(path: Path, manifest: Manifest) -> Response:
    """The response in the file at ``path``. Raises Invalid with every fault."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise Invalid([_file_problem(path, error.strerror or "it cannot be read")]) from None
    if len(data) > LARGEST_FILE:
        raise Invalid([_file_problem(path, "it has more than a mebibyte")])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid([_file_problem(path, "it is not UTF-8")]) from None
    try:
        value = YAML(typ="safe", pure=True).load(text)
    except (YAMLError, ValueError, RecursionError) as error:
        raise Invalid([_file_problem(path, one_line(str(error)))]) from None
    return response_of(value, manifest)


def response_of(value: object, manifest: Manifest) -> Response:
    """The response that a parsed file stands for. Raises Invalid with every fault.

    Whether the levels of a hierarchy fit one another is found when the response is encoded.
    """
    if not isinstance(value, dict):
        raise Invalid(
            [_problem("not-a-mapping", "answers", "not a mapping", "write one 'id: answer' a line")]
        )
    stated = value.get(ATTRIBUTES)
    problems: list[Problem] = []
    if stated is not None and not isinstance(stated, dict):
        problems.append(
            _problem("not-a-mapping", ATTRIBUTES, "not a mapping", "write one 'id: level' a line")
        )
    stated = stated if isinstance(stated, dict) else {}
    given = {key: answer for key, answer in value.items() if key not in (ATTRIBUTES, PROGRAM_CODE)}
    problems += _unknown("", given, [question.id for question in manifest.questions])
    problems += _unknown("attributes.", stated, [attribute.id for attribute in manifest.attributes])
    answers: dict[str, Answer] = {}
    for question in manifest.questions:
        try:
            answers[question.id] = _answer(question, given.get(question.id))
        except _Fault as fault:
            problems.append(_problem("answer", question.id, fault.message, fault.remedy))
    attributes: dict[str, int | None] = {}
    for attribute in manifest.attributes:
        try:
            level = stated.get(attribute.id)
            attributes[attribute.id] = None if level is None else _position(attribute.levels, level)
        except _Fault as fault:
            problems.append(_problem("level", f"attributes.{attribute.id}", fault.message, fault.remedy))
    tag = None
    try:
        tag = _tag(manifest, value.get(PROGRAM_CODE))
    except Invalid as error:
        problems += error.problems
    if problems:
        raise Invalid(problems)
    return Response(answers, attributes, tag)


def _tag(manifest: Manifest, code: object) -> bytes | None:
    if code is None:
        return None
    if not isinstance(code, str):  # a code of digits alone is read as a number
        message = "not a text"
        raise Invalid([_problem("program-code", PROGRAM_CODE, message, "put the code in quotes")])
    return program_tag(manifest, code)


class _Fault(Exception):  # noqa: N818 - caught in this module, where it gets its place
    def __init__(self, message: str, remedy: str) -> None:
        self.message = message
        self.remedy = remedy


def _answer(question: Question, value: object) -> Answer:
    if value is None:
        return None
    match question.type:
        case "multiple":
            if not isinstance(value, list):
                raise _Fault("not a list of options", "write [first, second], or [] for none of them")
            return frozenset(_position(question.options, item) for item in value)
        case "nps":
            if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < NPS_SCORES:
                raise _Fault("not a score", f"write a whole number from 0 to {NPS_SCORES - 1}")
            return value
        case "text":
            return _text(question, value)
        case _:
            return _position(question.options, value)


def _text(question: Question, value: object) -> str | None:
    if not isinstance(value, str):
        raise _Fault("not a text", "put it in quotes")
    text = value.strip()
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise _Fault("a character that UTF-8 cannot hold", "leave it out") from None
    if size > question.max_bytes:
        raise _Fault(f"{size} bytes of UTF-8", f"shorten it to {question.max_bytes}")
    return text or None


def _position(options: tuple[Option, ...], value: object) -> int:
    ids = [option.id for option in options]
    name = str(value) if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if name not in ids:
        listed = ", ".join(ids[:12]) + (", …" if len(ids) > 12 else "")
        raise _Fault("not one of its options", f"write one of {listed}")
    return ids.index(name)


def _unknown(prefix: str, given: Mapping[Any, object], known: list[str]) -> Iterator[Problem]:
    for key in given:
        if key not in known:
            close = get_close_matches(str(key), known, n=1)
            remedy = f"did you mean {close[0]}" if close else "remove it"
            yield _problem("unknown-id", f"{prefix}{one_line(str(key))}", "the survey has no such id", remedy)


def _problem(identifier: str, place: str, message: str, remedy: str) -> Problem:
    return Problem(identifier, place, message, remedy)


def _file_problem(path: Path, message: str) -> Problem:
    return Problem("answers-file", str(path), message, "name a readable JSON or YAML file")
