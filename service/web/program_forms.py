"""What forms of programs send: their fields as API models read them, and what is wrong with each field."""

import json
import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request
from pydantic import BaseModel, ValidationError

from privacy.errors import Invalid, Problem, SottovoceError
from service.accounts.sessions import StaffSession, require_session
from service.errors import ServiceError
from service.http.context import Context, context_of
from service.web.results_pages import READS

ContextDependency = Annotated[Context, Depends(context_of)]
Model = TypeVar("Model", bound=BaseModel)
Owner = Annotated[StaffSession, Depends(require_session("admin", "owner"))]
Reader = Annotated[StaffSession, Depends(require_session(*READS))]
_WORDS = {
    "missing": "it is missing",
    "string_too_long": "it is too long",
    "string_too_short": "it is empty",
    "string_pattern_mismatch": "it is empty, or has signs that cannot be stored",
    "float_type": "it is not a number",
    "int_type": "it is not a whole number",
    "greater_than": "it is out of range",
    "greater_than_equal": "it is out of range",
    "less_than_equal": "it is out of range",
    "literal_error": "it is not one of those offered",
    "too_long": "there are too many",
    "too_short": "none is chosen",
}


async def sent_by(request: Request) -> dict[str, list[str]]:
    """FastAPI dependency: the form's texts by field; what was sent several times, as often."""
    found: dict[str, list[str]] = {}
    for name, value in (await request.form()).multi_items():
        if isinstance(value, str):
            found.setdefault(name, []).append(value.replace("\r\n", "\n"))
    return found


Sent = Annotated[dict[str, list[str]], Depends(sent_by)]


def texts_of(sent: Mapping[str, list[str]], names: Iterable[str]) -> dict[str, str]:
    """The named fields without blanks around them, empty where one was not sent."""
    return {name: next(iter(sent.get(name, ())), "").strip() for name in names}


def read(model: type[Model], value: Mapping[str, Any]) -> Model:
    """What a form asks for. Raises Invalid with the first fault of each field."""
    try:
        return model.model_validate_json(json.dumps(value))
    except ValidationError as error:
        faults = error.errors(include_input=False, include_url=False, include_context=False)
    problems: dict[str, Problem] = {}
    for fault in faults:
        place = str(fault["loc"][0]) if fault["loc"] else "form"
        message = _WORDS.get(fault["type"], "it cannot be read")
        problems.setdefault(place, Problem("form", place, message, "fill the field in again"))
    raise Invalid(problems.values())


def number(text: str, *, whole: bool = False) -> float | str:
    """The number that a form's field says, with a point or a comma; other text as it is, to be refused."""
    try:
        found = int(text) if whole else float(text.replace(",", "."))
    except ValueError:
        return text
    return found if math.isfinite(found) else text


@dataclass(frozen=True, slots=True)
class Faults:
    """What is wrong with a form, each at the field that its place names, and the status of its page."""

    problems: tuple[Problem, ...] = ()
    status: int = 200


NO_FAULTS = Faults()


def faults_of(error: SottovoceError) -> Faults:
    """What a refusal says at the fields of a form; a place within a field is the field's."""
    if isinstance(error, Invalid):
        problems = (replace(one, place=re.split(r"[.\[]", one.place)[0]) for one in error.problems)
        return Faults(tuple(problems), 422)
    status = error.status if isinstance(error, ServiceError) else 422
    return Faults((Problem("refused", "form", str(error), ""),), status)
