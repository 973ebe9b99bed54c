"""The form of a schedule: its fields as the API's model takes them, and what they hold."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from privacy.survey import Survey
from service.distribution.schedule import LEAD_DAYS, Schedule
from service.web.program_forms import number, texts_of
from service.web.wave_terms import NUMBERS, breakdowns_of, usual_numbers

WHOLE = ("open_days", "people_one_in", "questions_per_wave", "lead_days")
TEXTS = (
    *WHOLE,
    "cadence",
    "starts_on",
    "ends_on",
    "dates",
    "zone",
    "opens",
    "closes",
    "holidays",
    "on_holiday",
    "pauses",
    *NUMBERS,
)
TICKS = ("same_weekday", "mail", "thermometer")
REMINDERS = (1, 2)
_DAY = r"\d{4}-\d{2}-\d{2}"
_PAUSE = re.compile(rf"({_DAY})\s+(?:to\s+)?({_DAY})\s*(.*)")
_REMINDER_AT = "10:00"


def usual(survey: Survey) -> dict[str, list[str]]:
    """What the fields hold before there is a schedule."""
    found = {
        "cadence": "monthly",
        "zone": "UTC",
        "opens": "09:00",
        "closes": "18:00",
        "open_days": "7",
        "on_holiday": "move",
        "people_one_in": "1",
        "lead_days": f"{LEAD_DAYS}",
        **usual_numbers(),
    }
    texts = [question.id for question in survey.questions if question.type == "text"]
    return {
        **{name: [text] for name, text in found.items()},
        "always": texts,
        "by": list(breakdowns_of(survey)),
    }


def wanted_of(sent: Mapping[str, list[str]], survey: Survey, before: Schedule | None) -> dict[str, Any]:
    """ScheduleModel's fields as the form says; what it does not show stays as it was ``before``."""
    texts = texts_of(sent, TEXTS)
    value: dict[str, Any] = {name: number(texts[name], whole=True) for name in WHOLE if texts[name]}
    for name in ("cadence", "starts_on", "ends_on", "zone", "opens", "closes", "holidays", "on_holiday"):
        if texts[name]:
            value[name] = texts[name]
    value |= {name: bool(sent.get(name)) for name in TICKS}
    value["dates"] = re.findall(r"[^\s,;]+", texts["dates"])
    value["pauses"] = [_pause(line) for line in texts["pauses"].splitlines() if line.strip()]
    value["announce"] = list(sent.get("announce", []))
    value["reminders"] = list(_reminders(sent))
    if "whole_form" in sent:
        value["always"] = list(sent.get("always", []))
    elif before is not None:
        value["always"] = list(before.always)
    return {**value, "terms": _terms(texts, sent, survey, before)}


def sent_for(schedule: Schedule, survey: Survey) -> dict[str, list[str]]:
    """What the fields hold for a schedule."""
    value = schedule.value()
    found = {name: [str(value[name])] for name in TEXTS if name in value and value[name] is not None}
    found |= {name: ["yes"] for name in TICKS if value[name]}
    found["dates"] = [" ".join(value["dates"])]
    pauses = [f"{one['first']} to {one['last']} {one['reason']}".strip() for one in value["pauses"]]
    found["pauses"] = ["\n".join(pauses)]
    found["announce"], found["always"] = list(value["announce"]), list(value["always"])
    terms = schedule.terms
    found |= {name: [f"{terms.get(name, usually):g}"] for name, usually in NUMBERS.items()}
    tables = terms.get("tables")
    found["by"] = list(breakdowns_of(survey)) if tables is None else ["&".join(one) for one in tables if one]
    for place, one in zip(REMINDERS, value["reminders"], strict=False):
        found |= {f"reminder{place}_days": [str(one["days"])], f"reminder{place}_at": [one["at"]]}
    return found


def shown(sent: Mapping[str, list[str]]) -> dict[str, Any]:
    """What the form's template reads."""
    names = [f"reminder{place}_{part}" for place in REMINDERS for part in ("days", "at")]
    return {
        **texts_of(sent, (*TEXTS, *names)),
        **{name: bool(sent.get(name)) for name in TICKS},
        **{name: list(sent.get(name, [])) for name in ("announce", "always", "by")},
    }


def _terms(
    texts: Mapping[str, str], sent: Mapping[str, list[str]], survey: Survey, before: Schedule | None
) -> dict[str, Any]:
    """The terms of each wave; a field that is left empty takes its usual value."""
    terms = {} if before is None else {name: one for name, one in before.terms.items() if name not in NUMBERS}
    for name in NUMBERS:
        if texts[name]:
            terms[name] = number(texts[name], whole=name != "epsilon")
    if "whole_form" in sent:
        terms.pop("tables", None)
        by: Sequence[str] = sent.get("by", [])
        if set(by) != breakdowns_of(survey).keys():
            terms["tables"] = [[], *(one.split("&") for one in by)]
    return terms


def _reminders(sent: Mapping[str, list[str]]) -> Iterator[dict[str, Any]]:
    for place in REMINDERS:
        texts = texts_of(sent, (f"reminder{place}_days", f"reminder{place}_at"))
        days, at = texts.values()
        if days:
            yield {"days": number(days, whole=True), "at": at or _REMINDER_AT}


def _pause(line: str) -> dict[str, str]:
    found = _PAUSE.fullmatch(line.strip())
    if found is None:  # refused by the model, at its field
        return {"first": line.strip(), "last": "", "reason": ""}
    return {"first": found[1], "last": found[2], "reason": found[3]}
