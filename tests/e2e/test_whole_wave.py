"""One wave through the real processes on both databases, from definition to a checked receipt."""

import json
from importlib.resources import files
from types import SimpleNamespace

import pytest

from privacy.answers import Response
from privacy.errors import SottovoceError
from privacy.release import verify_release
from service.client.client import RespondentClient
from service.client.failures import ServerRefused
from service.client.link import parse_link
from service.demo.people import opinion, people
from service.demo.staff import DemoRefused
from service.demo.story import open_wave
from service.surveys.definition_file import load

PEOPLE = 40


def test_a_wave_runs_from_definition_to_a_checked_receipt(service: SimpleNamespace) -> None:
    owner = service.owner
    source = (files("survey_definitions") / "inclusion-and-belonging.yaml").read_text()
    survey, _ = load(source)
    roster = people(survey, PEOPLE)
    survey_id = owner.create_survey(source)
    owner.put_roster(survey_id, survey, roster)
    wave = open_wave(owner, survey_id)
    links = owner.invite(wave)
    assert len(links) == PEOPLE
    with pytest.raises(DemoRefused, match="once"):
        owner.invite(wave)

    with RespondentClient(service.address) as client:
        manifest = client.fetch_manifest(bytes.fromhex(wave))
        assert manifest.invited == PEOPLE
        answers = {person: opinion(person, manifest, _Chance()) for person in roster[:30]}
        receipts = {
            person: client.respond(manifest, parse_link(links[person.name]).code, answer)
            for person, answer in answers.items()
        }
        first, second, third = roster[:3]
        with pytest.raises(ServerRefused):
            client.respond(manifest, parse_link(links[first.name]).code, answers[first])
        changed = client.change(manifest, receipts[second].code, Response({}, {}))
        assert changed.sequence == 2
        client.withdraw(manifest, receipts[third].code)
        with pytest.raises(SottovoceError):
            client.check(manifest, receipts[first].code)

        owner.close_wave(wave)
        with pytest.raises(ServerRefused):
            client.respond(manifest, parse_link(links[roster[35].name]).code, answers[first])
        with pytest.raises(ServerRefused):
            client.change(manifest, receipts[first].code, answers[first])
        for person in (first, second, third):
            inclusion = client.check(manifest, receipts[person].code)
            assert (inclusion.responses, inclusion.issued, inclusion.invited) == (30, 30, PEOPLE)

    until_released(service, wave)
    release = owner.release(wave)
    value = verify_release(release, manifest)
    assert value["board"] == {
        "root": inclusion.root.hex(),
        "responses": 30,
        "issued": 30,
        "invited": PEOPLE,
    }
    rows = owner.call("GET", f"/waves/{wave}/results?limit=200")["items"]
    assert rows
    ledger = owner.call("GET", "/ledger")["items"]
    assert [(entry["wave"], entry["state"]) for entry in ledger] == [(wave, "committed")]
    assert not (service.data / "keys" / "issuer" / f"{wave}.pem").exists()
    assert json.loads(release)["policy"]["micro_rho"] == ledger[0]["micro_rho"]


def test_nothing_a_respondent_did_is_left_after_close(service: SimpleNamespace) -> None:
    """Who drew a token is gone from the store, and the wave's private key from the tally's folder."""
    from sqlalchemy import text

    from service.store.engine import open_engine

    owner = service.owner
    source = (files("survey_definitions") / "psychological-safety.yaml").read_text()
    survey, _ = load(source)
    roster = people(survey, 5)
    survey_id = owner.create_survey(source)
    owner.put_roster(survey_id, survey, roster)
    wave = open_wave(owner, survey_id)
    links = owner.invite(wave)
    with RespondentClient(service.address) as client:
        manifest = client.fetch_manifest(bytes.fromhex(wave))
        client.respond(manifest, parse_link(links[roster[0].name]).code, Response({}, {}))
    engine = open_engine(service.database.main)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM issuance")).scalar_one() == 1
    keys = set((service.data / "keys" / "tally").iterdir())
    owner.close_wave(wave)
    until_released(service, wave)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT count(*) FROM issuance")).scalar_one() == 0
        assert connection.execute(text("SELECT count(*) FROM draw")).scalar_one() == 0
    engine.dispose()
    while keys == (left := set((service.data / "keys" / "tally").iterdir())):
        pass  # the release is published before its key is destroyed
    assert len(keys - left) == 1


def until_released(service: SimpleNamespace, wave: str) -> None:
    """Ask until the tally has published."""
    for _ in range(10_000):
        if service.owner.wave(wave)["state"] == "released":
            return
    raise AssertionError("the wave was not released")


class _Chance:
    """Everybody the same: the middle of everything, and no question skipped."""

    def random(self) -> float:
        return 0.5

    def gauss(self, mean: float, _spread: float) -> float:
        return mean

    def choices(self, values: range, weights: list[float]) -> list[int]:
        return [values[0]]

    def choice(self, values: tuple[str, ...]) -> str:
        return values[0]
