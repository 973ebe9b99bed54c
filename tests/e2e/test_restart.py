"""What a start finds out before anybody can be harmed by it."""

from datetime import date
from pathlib import Path

import pytest

from service.accounts.api_keys import digest_of, new_api_key
from service.demo.server import running_service
from service.demo.staff import DemoRefused, Owner
from service.errors import Misconfigured
from service.store import staff
from service.store.engine import open_engine
from service.store.schema import migrate
from service.store.unit_of_work import unit_of_work
from tests.times import a_month_from_now

DEFINITION = """
id: one-question
version: "1"
title: {en: One question}
languages: [en]
questions:
  - id: one
    type: choice
    text: {en: One or two}
    options: [{id: a, text: {en: A}}, {id: b, text: {en: B}}]
"""


def test_no_wave_opens_with_a_key_that_was_lost(tmp_path: Path) -> None:
    """A store restored without its key folder: the pool's public halves are worthless, and are replaced."""
    key = new_api_key()
    engine = open_engine(f"sqlite:///{tmp_path / 'sottovoce.db'}")
    migrate(engine, "main")
    with unit_of_work(engine) as tx:
        staff.add_key(tx, name="test", role="admin", digest=digest_of(key), day=date(2026, 1, 1))
    engine.dispose()
    with running_service(tmp_path, 0):
        pass
    keys = tmp_path / "keys" / "tally"
    lost = {path.name for path in keys.iterdir()}
    assert lost
    for name in lost:
        (keys / name).unlink()
    with running_service(tmp_path, 0) as address:
        made = {path.name for path in keys.iterdir()}
        assert made
        assert not made & lost
        owner = Owner(address, key)
        survey_id = owner.create_survey(DEFINITION)
        people = [{"person": "one", "attributes": {}}]
        owner.call("PUT", f"/surveys/{survey_id}/roster", {"people": people})
        times = {**a_month_from_now(), "allow_empty": True}
        draft = owner.call("POST", f"/surveys/{survey_id}/waves", times)["id"]
        wave = owner.call("POST", f"/waves/{draft}/open")["wave"]
        owner.close_wave(wave)
        for _ in range(10_000):
            if owner.wave(wave)["state"] == "released":
                break
        else:
            raise DemoRefused("the wave was not tallied")
        owner.close()


def test_people_and_responses_never_share_a_file(tmp_path: Path) -> None:
    same = f"sqlite:///{tmp_path / 'one.db'}"
    with (
        pytest.raises(Misconfigured, match="file of its own"),
        running_service(tmp_path, 0, {"DATABASE": same, "BOX_DATABASE": same}),
    ):
        pass
