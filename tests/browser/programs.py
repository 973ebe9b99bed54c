"""A program whose waves were answered by mentees, who gained in two themes, and by others, who did not."""

from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

from privacy.answers import Response
from privacy.contract import Manifest, minute
from service.client.client import RespondentClient
from service.surveys.definition_file import shipped

DEFINITION = shipped()["mentorship-mentee"].read_text()
REVERSED = ("left-to-luck", "without-help", "passing-up")
ONE_IN = 4  # takes part
MENTEE, WAITING, NOT_YET = range(3)


def new_survey(server: SimpleNamespace, people: int) -> str:
    """The instrument for mentees under a name of its own, with a roster; its id."""
    owner, name = server.owner, f"mentees-{uuid4().hex[:8]}"
    owner.create_survey(DEFINITION.replace("id: mentorship-mentee", f"id: {name}", 1))
    rows = [{"person": f"{name}-{number}", "attributes": {}} for number in range(people)]
    owner.call("PUT", f"/surveys/{name}/roster", {"people": rows})
    return name


def new_program(server: SimpleNamespace, survey: str) -> str:
    """A program of this survey with objectives and an outside figure; its id."""
    today = datetime.now(UTC).date()
    program = server.owner.call("POST", "/programs", about(survey, today))["id"]
    due = (today + timedelta(days=30)).isoformat()
    for text, measure, target in (
        ("Mentees know somebody to turn to", {"kind": "theme", "ref": "career"}, 3.5),
        ("Mentees see a way forward", {"kind": "theme", "ref": "way-forward"}, 4.5),
        ("More of them stay", {"kind": "outside", "ref": "retention"}, 90.0),
    ):
        objective = {"text": text, "measure": measure, "target": target, "due": due}
        server.owner.call("POST", f"/programs/{program}/objectives", objective)
    figure = {"name": "retention", "unit": "%", "group": "participants", "day": today.isoformat()}
    figure |= {"value": 93.5, "people": 60, "source": "personnel system"}
    server.owner.call("POST", f"/programs/{program}/outside-figures", figure)
    return str(program)


def about(survey: str, today: date) -> dict[str, Any]:
    """A program that ran until yesterday, as the API takes it."""
    return {
        "name": "Mentorship, first cohort",
        "kind": "mentorship",
        "purpose": "Everybody who wants to move on has somebody who helps them see how.",
        "owner": "Robin Example",
        "sponsor": "Kim Example",
        "starts_on": (today - timedelta(days=180)).isoformat(),
        "ends_on": (today - timedelta(days=1)).isoformat(),
        "roles": ["mentor", "mentee"],
        "survey": survey,
        "attribute": "takes-part",
        "participants": ["mentee"],
    }


def judged_program(server: SimpleNamespace, people: int = 120, *, paired: bool = False) -> str:
    """The id of a program whose waves before and at the end are released, and paired if so wished."""
    survey = new_survey(server, people)
    program = new_program(server, survey)
    earlier = None
    for label in ("baseline", "end"):
        later = label == "end"
        terms = pairing_of(program, earlier) if paired else {}
        earlier = answered(server, survey, {"epsilon": 2.5, **terms}, later=later)
        server.owner.call("PUT", f"/programs/{program}/waves/{earlier}", {"label": label})
    return program


def pairing_of(program: str, earlier: str | None) -> dict[str, Any]:
    """Terms of a wave that is paired with an earlier one, or kept for a later one."""
    until = minute(datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(days=60))
    return {
        "pairing": {
            "program": program,
            "measures": [{"theme": "career"}, {"theme": "way-forward"}],
            "by": "takes-part",
            "earlier": earlier,
            "carried_until": until if earlier is None else None,
        }
    }


def answered(server: SimpleNamespace, survey: str, terms: dict[str, Any], *, later: bool) -> str:
    """A released wave of which most answered; its 64 hex digits. ``later`` mentees have gained."""
    owner = server.owner
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    opens_at = now - timedelta(days=1 if later else 2)
    times = {"opens_at": minute(opens_at), "closes_at": minute(now + timedelta(days=7))}
    draft = owner.call("POST", f"/surveys/{survey}/waves", {**times, "allow_empty": True, **terms})["id"]
    wave = owner.call("POST", f"/waves/{draft}/open")["wave"]
    links = list(owner.invite(wave).values())
    with RespondentClient(server.address) as client:
        manifest = client.fetch_manifest(bytes.fromhex(wave))
        for number, link in enumerate(links[: len(links) * 4 // 5]):
            client.respond(manifest, link.partition("#")[2], response(manifest, number, later=later))
    owner.close_wave(wave)
    for _ in range(20_000):
        if owner.wave(wave)["state"] == "released":
            return wave
    raise AssertionError("the wave was not released")


def response(manifest: Manifest, number: int, *, later: bool) -> Response:
    """What the person of this number answers. The number stands for what a program code comes to."""
    mentee = number % ONE_IN == 0
    gained = 1 if mentee and later else 0
    answers: dict[str, Any] = {}
    for place, question in enumerate(manifest.questions):
        if question.type != "scale":
            continue
        gain = gained if question.theme != "way-forward" else 0
        option = min(4, 1 + (number * 7 + place * 3) % 3 + gain)
        answers[question.id] = 4 - option if question.id in REVERSED else option
    level = MENTEE if mentee else WAITING if number % ONE_IN == 1 else NOT_YET
    tag = None if manifest.pairing is None else (number + 1).to_bytes(16, "big")
    return Response(answers, {"takes-part": level, "tenure": number % 3}, tag)
