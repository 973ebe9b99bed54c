"""Can more be asked of people than the cap allows, by asking at the same moment?

Attacker  a program owner who opens waves over the same people from several machines at once, or opens wave
          after wave to average the noise away.
Does      opens waves of several surveys with overlapping rosters at the same moment, through two processes of
          the service on one store and several connections each; then goes on until nothing opens any more.
Wins      if anybody's charges of a year, as the public ledger and the rosters state them, pass the cap.
Alarm     none.
"""

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace

import pytest

from privacy.ledger import CAP_DELTA, CAP_EPSILON
from privacy.mechanism import micro_rho_for
from service.demo.server import running_service
from service.demo.staff import DemoRefused, Owner
from tests.attack.running import DEFINITION, SURVEY, draft, put_roster

EPSILON = 4.5  # two fit under the cap, a third does not
ROSTERS = {
    SURVEY: ["ada", "bob", "cem"],
    "second": ["bob", "cem", "dee"],
    "third": ["cem", "dee", "eve"],
    "fourth": ["eve", "fay"],
}
TURNS = 2


@pytest.fixture
def owners(service: SimpleNamespace) -> Iterator[list[Owner]]:
    """Connections to two processes on one store."""
    settings = {"DATABASE": service.database.main, "BOX_DATABASE": service.database.box, "TALLY": "external"}
    with running_service(service.data, 0, settings, "registrar") as second:
        connections = [Owner(address, service.key) for address in (service.address, second) for _ in range(2)]
        yield connections
        for connection in connections:
            connection.close()


def open_at_once(owners: list[Owner], drafts: list[str]) -> list[str]:
    """Open each draft through a connection of its own at one moment; those that opened, and the
    text of every refusal but the cap's."""
    together = threading.Barrier(len(drafts), timeout=60)

    def attempt(owner: Owner, wave: str) -> str | None:
        together.wait()
        try:
            owner.call("POST", f"/waves/{wave}/open")
        except DemoRefused as error:
            return None if "of rho" in str(error) else str(error)
        return wave

    with ThreadPoolExecutor(len(drafts)) as threads:
        return [wave for wave in threads.map(attempt, owners, drafts) if wave is not None]


def test_no_race_takes_anybody_over_the_cap(service: SimpleNamespace, owners: list[Owner]) -> None:
    cap, cost = micro_rho_for(CAP_EPSILON, CAP_DELTA), micro_rho_for(EPSILON, CAP_DELTA)
    owner = service.owner
    for survey, people in ROSTERS.items():
        owner.create_survey(DEFINITION.replace(f"id: {SURVEY}", f"id: {survey}", 1))
        put_roster(owner, people, survey)
    charged = dict.fromkeys({person for people in ROSTERS.values() for person in people}, 0)
    opened = 0
    for turn in range(TURNS):
        surveys = [SURVEY, "second", "third", "fourth"]
        drafts = {draft(owner, survey, epsilon=EPSILON): survey for survey in surveys}
        done = open_at_once(owners, list(drafts))
        opened += len(done)
        for wave in done:
            for person in ROSTERS[drafts[wave]]:
                charged[person] += cost
        assert turn or done
    assert max(charged.values()) <= cap < max(charged.values()) + cost
    ledger = owner.call("GET", "/ledger")
    assert ledger["verified"] is True
    assert [row["micro_rho"] for row in ledger["items"]] == [cost] * opened
    # Everybody's room was used: whoever is in the middle of all rosters decides when it ends.
    assert charged["cem"] == cap // cost * cost
    for survey, people in ROSTERS.items():
        room = owner.wave(draft(owner, survey, epsilon=EPSILON))["plan"]["room"]
        assert room["spent_micro_rho"] == max(charged[person] for person in people)
