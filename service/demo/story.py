"""One wave from definition to protected results, through the real HTTP interface."""

import random
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.resources import files
from pathlib import Path

from privacy.answers import Response
from privacy.contract import Manifest
from privacy.release import verify_release
from privacy.survey import Survey
from service.client.client import RespondentClient
from service.client.link import Invitation, parse_link
from service.demo.people import ANSWERING, CHANGING, WITHDRAWING, Person, opinion, people
from service.demo.search import Searched, search
from service.demo.staff import DemoRefused, Owner
from service.surveys.definition_file import load

DEFINITION = "psychological-safety.yaml"
AT_ONCE = 4  # simulated employees who answer at the same time
PATIENCE = 120.0  # seconds to wait for the tally

Progress = Callable[[str, int, int], None]  # what is under way, how much is done, of how much


@dataclass(frozen=True, slots=True)
class Told:
    """What the demonstration found out."""

    survey: Survey
    manifest: Manifest
    release: bytes
    answered: int
    changed: int
    withdrawn: int
    sealed_search: Searched
    comments: int


def tell(owner: Owner, address: str, data: Path, number: int, progress: Progress) -> Told:
    """Run the whole story with ``number`` invited people. Raises DemoRefused at the first step that fails."""
    progress("Definition and roster", 0, 1)
    source = (files("survey_definitions") / DEFINITION).read_text()
    survey, _ = load(source)
    roster = people(survey, number)
    survey_id = owner.create_survey(source)
    owner.put_roster(survey_id, survey, roster)
    wave = open_wave(owner, survey_id)
    links = owner.invite(wave)
    progress("Definition and roster", 1, 1)
    with RespondentClient(address) as client:
        manifest = client.fetch_manifest(bytes.fromhex(wave))
        answers = _answers(roster, manifest)
        codes = _respond(client, manifest, links, answers, progress)
        changed, withdrawn = _think_again(client, manifest, codes, answers)
    said = {text for response in answers.values() for text in _texts(survey, response)}
    progress("Searching the stores", 0, 1)
    searched = search(data, said)
    progress("Searching the stores", 1, 1)
    owner.close_wave(wave)
    _wait_for_release(owner, wave, progress)
    release = owner.release(wave)
    verify_release(release, manifest)
    return Told(survey, manifest, release, len(codes), changed, withdrawn, searched, len(said))


def open_wave(owner: Owner, survey_id: str) -> str:
    """A wave that is open for a week from now."""
    now = datetime.now(UTC).replace(second=0, microsecond=0)
    return owner.open_wave(survey_id, now, now + timedelta(days=7))


def plan_ahead(owner: Owner, survey_id: str) -> int:
    """Have a wave come every quarter, to half of the people each time; how many the next year has."""
    begins = datetime.now(UTC).date() + timedelta(days=30)
    schedule = {
        "cadence": "quarterly",
        "starts_on": begins.isoformat(),
        "zone": "Europe/Berlin",
        "holidays": "DE",
        "open_days": 7,
        "people_one_in": 2,
        "terms": {"epsilon": 1.5, "allow_empty": True},
    }
    owner.call("PUT", f"/surveys/{survey_id}/schedule", schedule)
    year = owner.call("GET", f"/surveys/{survey_id}/schedule/year")
    return sum(wave["invited"] > 0 for wave in year["waves"])


def _answers(roster: list[Person], manifest: Manifest) -> dict[Person, Response]:
    chance = random.Random(2)  # noqa: S311 - a simulation, not a secret
    return {person: opinion(person, manifest, chance) for person in roster if chance.random() < ANSWERING}


def _respond(
    client: RespondentClient,
    manifest: Manifest,
    links: dict[str, str],
    answers: dict[Person, Response],
    progress: Progress,
) -> dict[Person, str]:
    def answer(person: Person) -> tuple[Person, str]:
        invitation: Invitation = parse_link(links[person.name])
        return person, client.respond(manifest, invitation.code, answers[person]).code

    codes: dict[Person, str] = {}
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for person, code in pool.map(answer, answers):
            codes[person] = code
            progress("Sealed responses", len(codes), len(answers))
    return codes


def _think_again(
    client: RespondentClient,
    manifest: Manifest,
    codes: dict[Person, str],
    answers: dict[Person, Response],
) -> tuple[int, int]:
    """Some change their answer and one withdraws it, with nothing but the receipt code."""
    chance = random.Random(3)  # noqa: S311
    again: Iterator[Person] = iter(codes)
    changed = withdrawn = 0
    for person in again:
        if changed < min(CHANGING, len(codes) // 2):
            answers[person] = opinion(person, manifest, chance)
            client.change(manifest, codes[person], answers[person])
            changed += 1
        elif withdrawn < WITHDRAWING:
            client.withdraw(manifest, codes[person])
            withdrawn += 1
        else:
            break
    return changed, withdrawn


def _texts(survey: Survey, response: Response) -> Iterator[str]:
    for question in survey.questions:
        text = response.answers.get(question.id)
        if question.type == "text" and isinstance(text, str):
            yield text


def _wait_for_release(owner: Owner, wave: str, progress: Progress) -> None:
    progress("Tally", 0, 1)
    deadline = time.monotonic() + PATIENCE
    while owner.wave(wave)["state"] != "released":
        if time.monotonic() > deadline:
            raise DemoRefused("the tally took too long; the service's log says why")
        time.sleep(0.2)
    progress("Tally", 1, 1)
