"""Definition files: YAML text or a path to a Survey, or every problem with its line."""

from collections.abc import Sequence
from pathlib import Path

from privacy.definition import parse
from privacy.definition_reader import PROBLEMS, nearest, place_of, quoted
from privacy.definition_warnings import warnings
from privacy.errors import Invalid, Problem
from privacy.survey import Survey
from service.surveys.yaml_document import YamlDocument, read_yaml

FILE_BYTES = 1024 * 1024
SHIPPED = Path(__file__).parents[2] / "survey_definitions"

Loaded = tuple[Survey, tuple[Problem, ...]]


def load(text: str) -> Loaded:
    """The survey that YAML text defines, and the warnings about it.

    Raises Invalid with every problem, each with its line. What is wrong with the form of the file (a repeated
    key, an alias, a tag, a second document) is reported beside what is wrong with the survey, unless the file
    cannot be read to its end.
    """
    if len(text.encode(errors="surrogatepass")) > FILE_BYTES:
        raise Invalid([_too_large()])
    document = read_yaml(text.removeprefix("\ufeff"))
    if not document.complete:
        raise Invalid(document.problems)
    if document.value is None and not document.problems:
        raise Invalid([Problem("empty-file", "file", "it holds no definition", "write one", 1)])
    try:
        survey = parse(document.value, document.line_of)
    except Invalid as error:
        raise Invalid(_together(document, error.problems)) from None
    found = warnings(survey, document.line_of)
    if document.problems:
        raise Invalid(_together(document, found))
    return survey, tuple(found)


def load_file(path: Path) -> Loaded:
    """As load, from a file in UTF-8. A file that cannot be read is a problem too."""
    try:
        with path.open("rb") as file:
            data = file.read(FILE_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        problem = Problem("file-unreadable", "file", f"cannot be read: {reason}", "check its path and rights")
        raise Invalid([problem]) from None
    if len(data) > FILE_BYTES:
        raise Invalid([_too_large()])
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        remedy = "save it as text in UTF-8"
        raise Invalid([Problem("not-utf-8", "file", "it is not text in UTF-8", remedy, line)]) from None
    return load(text)


def shipped() -> dict[str, Path]:
    """The definitions that come with the service, by id."""
    return {path.stem: path for path in sorted(SHIPPED.glob("*.yaml"))}


def load_shipped(identifier: str) -> Survey:
    """A definition that comes with the service. Raises Invalid where there is none of that id."""
    files = shipped()
    if identifier not in files:
        message = f"no definition {quoted(identifier)} comes with the service"
        raise Invalid([Problem("definition-unknown", "definition", message, nearest(identifier, files))])
    return load_file(files[identifier])[0]


def _too_large() -> Problem:
    return Problem("file-too-large", "file", f"it has more than {FILE_BYTES} bytes", "split the survey")


def _together(document: YamlDocument, found: Sequence[Problem]) -> list[Problem]:
    """The problems of form, and of the rest those that do not follow from a value that could not be read."""
    unread = [place_of(place) for place in document.unread]
    kept = [problem for problem in found if not any(_within(problem.place, place) for place in unread)]
    return sorted((*document.problems, *kept), key=lambda problem: problem.line or 0)[:PROBLEMS]


def _within(place: str, other: str) -> bool:
    return place == other or place.startswith((f"{other}.", f"{other}["))
