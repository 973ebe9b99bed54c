"""Can a promise be changed after people answered under it?

Attacker  a program owner or administrator, with the store in their hands.
Does      lowers thresholds, adds crosses and questions, raises epsilon, swaps the roster or the definition
          once the wave is open, closed or released; writes another manifest into the store.
Wins      if the wave's contract, its plan or its release changes by one byte, or if anything is published
          under another promise than the respondents read.
Alarm     none.
"""

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import text

from privacy.canonical import canonical_json
from privacy.errors import ContractBroken
from service.tally.run import Tally, run
from tests.attack.served import DEFINITION, SURVEY, TERMS, crowd, open_survey, publish
from tests.integration.staff.conftest import World

WISHES: tuple[dict[str, Any], ...] = (
    {"k": 2},
    {"comment_k": 2},
    {"epsilon": 20.0},
    {"tables": [[], ["place"], ["tenure"], ["place", "tenure"]]},
    {"margins": {"scale": 100.0, "share": 100.0, "nps": 200.0}},
    {"retention_days": 3650},
    {"closes_at": "2030-01-01T00:00:00Z"},
    {"merge_at": 1},
    {"allow_empty": True},
)
SIZES = {"north": 120, "south": 110, "few": 3}


def promised(world: World, ref: str) -> bytes:
    """What the wave says of itself but for how far it has come."""
    wave = world.ok("GET", f"/waves/{ref}")
    moving = ("state", "issued", "responses", "root", "closes_at")
    return canonical_json({name: value for name, value in wave.items() if name not in moving})


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_no_term_of_a_wave_changes_once_it_has_opened(world: World) -> None:
    open_survey(world)
    wave = world.opened(SURVEY, **{**TERMS, "epsilon": 3.0})
    promise = promised(world, wave.id)
    for state in ("open", "closed", "released"):
        if state == "closed":
            world.ok("POST", f"/waves/{wave.id}/close")
        if state == "released":
            publish(world, wave.id, crowd(SIZES))
            release = world.call("GET", f"/waves/{wave.id}/release").content
        assert world.ok("GET", f"/waves/{wave.id}")["state"] == state
        for wish in WISHES:
            for ref in (wave.id, wave.wave):
                assert world.call("PATCH", f"/waves/{ref}", "admin", json=wish).status_code == 409, wish
        assert world.call("DELETE", f"/waves/{wave.id}", "admin").status_code == 409
        for method in ("PUT", "POST", "DELETE", "PATCH"):
            for path in ("release", "results", "manifest", "board"):
                refused = world.call(method, f"/waves/{wave.id}/{path}", "admin", json={})
                assert refused.status_code in (404, 405)
        # A new version of the survey and another roster are for the next wave.
        version = f'version: "{state}"'
        changed = DEFINITION.replace('version: "1"', version).replace("Why?", "Who are you?")
        world.ok("PUT", f"/surveys/{SURVEY}", json={"definition": changed})
        world.ok("PUT", f"/surveys/{SURVEY}/roster", json={"people": [{"person": "x", "attributes": {}}]})
        assert promised(world, wave.id) == promise
    assert world.call("POST", f"/waves/{wave.id}/open", "admin").status_code == 409
    assert world.call("GET", f"/waves/{wave.id}/release").content == release
    assert json.loads(release)["policy"]["k"] == 5


def test_the_tally_publishes_under_no_promise_but_the_one_that_was_read(
    answered: Callable[..., Any], tally: Tally, engines: SimpleNamespace
) -> None:
    """Whoever writes to the main store lowers the threshold there, with and without a hash that fits."""
    wave = answered(8, comment_k=5)
    altered = json.loads(wave.manifest.canonical())
    altered["policy"]["k"] = 2
    manifest = canonical_json(altered)
    update = text("UPDATE wave SET manifest = :manifest WHERE id = :id")
    with engines.main.begin() as connection:
        connection.execute(update, {"manifest": manifest, "id": wave.id})
    with pytest.raises(ContractBroken):
        run(tally, wave.id)
    with engines.main.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM release")) == 0
        assert connection.scalar(text("SELECT count(*) FROM draw")) == 0
        connection.execute(update, {"manifest": wave.manifest.canonical(), "id": wave.id})
    run(tally, wave.id)
    assert wave.verified_release()["policy"]["k"] == 5
