"""A program from its instrument to its evidence, through the real processes on both databases.

Everybody keeps a program code; the mentees answer higher after the program than before it, the others do not.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from types import SimpleNamespace
from typing import Any

from privacy.answers import Response
from privacy.contract import Manifest
from privacy.pairing import items_of
from privacy.program_code import new_program_code, tag_of
from service.client.client import RespondentClient
from service.client.link import parse_link
from service.demo.people import Person
from service.surveys.definition_file import load

MENTEES, OTHERS = 50, 50
MEASURE = {"theme": "career"}
PLAN: dict[str, Any] = {
    "epsilon": 3.5,
    "waves": [{"label": "baseline"}, {"label": "end"}],
    "pairing": {"measures": [MEASURE], "epsilon": 3.0},
    "open_days": 7,
}


def _answer(manifest: Manifest, mentee: bool, code: str, score: int) -> Response:
    """Every scale question with this score from 1 to 5, however it is worded."""
    assert manifest.pairing is not None
    scales = items_of(manifest.questions, manifest.pairing.measures[0])
    takes_part = next(one for one in manifest.attributes if one.id == "takes-part")
    names = [level.id for level in takes_part.levels]
    return Response(
        {one.id: 5 - score if one.reverse else score - 1 for one in scales},
        {"takes-part": names.index("mentee" if mentee else "not-yet")},
        tag_of(code, manifest.pairing.id),
    )


def _until(service: SimpleNamespace, wave: str, done: Callable[[str], bool]) -> None:
    """Ask for the state of the wave until ``done`` with it."""
    for _ in range(10_000):
        if done(service.owner.wave(wave)["state"]):
            return
    raise AssertionError("the tally has not come to its end")


def test_a_program_is_judged_by_paired_waves(service: SimpleNamespace) -> None:
    owner = service.owner
    source = (files("survey_definitions") / "mentorship-mentee.yaml").read_text()
    survey, _ = load(source)
    survey_id = owner.create_survey(source)
    roster = [Person(f"p{number}@example.org", {}, 0.0) for number in range(MENTEES + OTHERS)]
    owner.put_roster(survey_id, survey, roster)
    today = datetime.now(UTC).date()
    program = owner.call(
        "POST",
        "/programs",
        {
            "name": "Mentoring",
            "kind": "mentorship",
            "purpose": "New colleagues find their feet.",
            "starts_on": (today + timedelta(days=30)).isoformat(),
            "ends_on": (today + timedelta(days=60)).isoformat(),
            "survey": survey_id,
            "attribute": "takes-part",
            "participants": ["mentee"],
        },
    )["id"]
    owner.call(
        "POST",
        f"/programs/{program}/objectives",
        {
            "text": "Mentees see their next step.",
            "measure": {"kind": "theme", "ref": "career"},
            "baseline": 3.0,
            "target": 3.3,
            "due": (today + timedelta(days=90)).isoformat(),
            "direction": "increase",
        },
    )
    detectable = owner.call(
        "GET", f"/programs/{program}/detectable?people={MENTEES}&others={OTHERS}&epsilon=5"
    )
    assert detectable
    plan = owner.call("POST", f"/programs/{program}/plan", PLAN)
    codes = {person: new_program_code() for person in roster}
    before, after = (
        _wave(service, wave["id"], roster, codes, scores)
        for wave, scores in zip(plan["waves"], ((3, 3), (5, 3)), strict=True)
    )
    assert before.pairing is not None
    assert after.pairing is not None
    assert after.pairing.earlier == before.wave

    evaluation = owner.call("GET", f"/programs/{program}/evaluation")
    best = next(one for one in evaluation["comparisons"] if one["measure"]["ref"] == "career")
    assert best["kind"] == "paired-difference"
    assert best["estimate"]["verdict"] == "higher"
    # The noise of the difference of two means of 50 pairs is 0.2 points: 7 standard deviations.
    assert abs(best["estimate"]["value"] - 2) < 1.4
    assert evaluation["objectives"][0]["status"] in ("met", "cannot tell")
    report = owner.call("GET", f"/programs/{program}/report")
    assert report["name"] == "Mentoring"
    # The key goes just after the release can be seen.
    folder = service.data / "keys" / "tally"
    _until(service, after.wave.hex(), lambda _: not list(folder.glob("c-*")))


def _wave(
    service: SimpleNamespace,
    draft: str,
    roster: list[Person],
    codes: dict[Person, str],
    scores: tuple[int, int],
) -> Manifest:
    """Open a draft, let everybody answer, close it and wait for its release."""
    owner = service.owner
    wave = str(owner.call("POST", f"/waves/{draft}/open")["wave"])
    links = owner.invite(wave)
    with RespondentClient(service.address) as client:
        manifest = client.fetch_manifest(bytes.fromhex(wave))
        for number, person in enumerate(roster):
            mentee = number < MENTEES
            answer = _answer(manifest, mentee, codes[person], scores[not mentee])
            client.respond(manifest, parse_link(links[person.name]).code, answer)
    owner.close_wave(wave)
    _until(service, wave, lambda state: state == "released")
    return manifest
