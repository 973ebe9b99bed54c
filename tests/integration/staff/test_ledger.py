"""The ledger: a cap for everybody on a roster, a chain, and a person's own total."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlmodel import select

from privacy.ledger import CAP_DELTA
from privacy.mechanism import epsilon_of
from service.store.tables_main import LedgerRow
from service.store.unit_of_work import reading, unit_of_work

# The store is not what is tested here.
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


COSTLY = 6.0  # two of these pass the cap of epsilon 8


def test_the_cap_refuses_an_opening_and_names_the_day(world: SimpleNamespace, problem_of: Callable) -> None:
    world.survey()
    world.roster()
    world.opened(epsilon=COSTLY)
    draft = world.draft(epsilon=COSTLY)
    room = world.ok("GET", f"/waves/{draft}")["plan"]["room"]
    assert (room["fits"], room["fits_from"]) == (False, "2027-03-02")
    assert room["spent_epsilon"] <= COSTLY
    answer = world.call("POST", f"/waves/{draft}/open")
    assert answer.status_code == 409
    assert problem_of(answer)["type"].endswith("budget-exceeded")
    assert "2027-03-02" in answer.json()["detail"]
    assert world.ok("GET", f"/waves/{draft}")["state"] == "draft"
    world.now += timedelta(days=364)
    late = world.draft(epsilon=COSTLY)
    assert world.call("POST", f"/waves/{late}/open").status_code == 409
    world.now += timedelta(days=1)
    assert world.ok("POST", f"/waves/{late}/open")["state"] == "open"


@ON_SQLITE
def test_a_wave_over_the_cap_by_itself_never_fits(world: SimpleNamespace, problem_of: Callable) -> None:
    world.survey()
    world.roster()
    draft = world.draft(epsilon=9.0)
    room = world.ok("GET", f"/waves/{draft}")["plan"]["room"]
    assert (room["fits"], room["fits_from"]) == (False, None)
    answer = world.call("POST", f"/waves/{draft}/open")
    assert answer.status_code == 409
    assert "smaller epsilon" in problem_of(answer)["detail"]


def test_the_cap_is_a_persons_over_all_surveys(world: SimpleNamespace, definition: str) -> None:
    world.survey()
    world.survey(definition.replace("id: pulse", "id: other", 1))
    world.survey(definition.replace("id: pulse", "id: third", 1))
    world.roster(4)
    world.opened(epsilon=COSTLY)
    one_of_them = {"people": [{"person": p, "attributes": {"unit": None}} for p in ("p003", "zoe")]}
    world.ok("PUT", "/surveys/other/roster", json=one_of_them)
    refused = world.draft("other", epsilon=COSTLY)
    assert world.call("POST", f"/waves/{refused}/open").status_code == 409
    nobody_of_them = {"people": [{"person": "zoe", "attributes": {"unit": None}}]}
    world.ok("PUT", "/surveys/third/roster", json=nobody_of_them)
    assert world.opened("third", epsilon=COSTLY).wave


def test_whoever_takes_longest_decides_when_a_wave_fits(world: SimpleNamespace, definition: str) -> None:
    world.survey()
    world.survey(definition.replace("id: pulse", "id: other", 1))

    def people(*names: str) -> dict[str, object]:
        return {"people": [{"person": name, "attributes": {"unit": None}} for name in names]}

    world.ok("PUT", "/surveys/pulse/roster", json=people("early"))
    world.opened(epsilon=COSTLY)
    world.now += timedelta(days=30)
    world.ok("PUT", "/surveys/other/roster", json=people("late"))
    world.opened("other", epsilon=COSTLY)
    world.ok("PUT", "/surveys/pulse/roster", json=people("early", "late"))
    room = world.ok("GET", f"/waves/{world.draft(epsilon=COSTLY)}")["plan"]["room"]
    assert room["fits_from"] == "2027-04-01"


def test_two_waves_that_open_at_once_do_not_share_the_room_for_one(world: SimpleNamespace) -> None:
    world.survey()
    world.roster()
    drafts = [world.draft(epsilon=COSTLY) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        codes = list(pool.map(lambda draft: world.call("POST", f"/waves/{draft}/open").status_code, drafts))
    assert sorted(codes) == [200, 409, 409]
    with reading(world.main) as tx:
        assert len(tx.exec(select(LedgerRow)).all()) == 1


def test_the_ledger_is_read_page_by_page_and_says_whether_it_holds(
    world: SimpleNamespace, every_row: Callable
) -> None:
    empty = world.ok("GET", "/ledger", "analyst")
    assert empty == {"items": [], "next": None, "verified": True, "head": None}
    world.survey()
    world.roster()
    opened = [world.opened(epsilon=0.2).wave for _ in range(3)]
    rows = every_row("/ledger", "analyst", limit=1)
    assert [row["wave"] for row in rows] == opened
    assert [row["position"] for row in rows] == [1, 2, 3]
    assert {(row["survey"], row["invited"]) for row in rows} == {("pulse", 12)}
    assert all(row["epsilon"] <= 0.2 for row in rows)
    page = world.ok("GET", "/ledger")
    assert page["verified"] is True
    assert page["head"] == rows[-1]["digest"]
    with unit_of_work(world.main) as tx:
        row = tx.get(LedgerRow, 2)
        row.micro_rho -= 1
        tx.add(row)
    assert world.ok("GET", "/ledger?limit=1")["verified"] is False


def test_whoever_holds_an_invitation_can_read_their_own_total(world: SimpleNamespace) -> None:
    first = world.whole_wave(epsilon=0.5)
    world.now += timedelta(days=400)
    world.opened(epsilon=1.0)
    body = {"wave": first.wave, "invitation": first.codes["p000"]}
    answer = world.call("POST", "/ledger/own", None, json=body)
    assert answer.headers["cache-control"] == "no-store"
    own = answer.json()
    with reading(world.main) as tx:
        old, new = [row.micro_rho for row in tx.exec(select(LedgerRow).order_by(LedgerRow.position))]
    assert own == {
        "year": {"waves": 1, "micro_rho": new, "epsilon": epsilon_of(new, CAP_DELTA)},
        "ever": {"waves": 2, "micro_rho": old + new, "epsilon": epsilon_of(old + new, CAP_DELTA)},
        "cap_epsilon": 8.0,
    }


def test_the_own_total_is_refused_like_a_token(world: SimpleNamespace, problem_of: Callable) -> None:
    wave = world.whole_wave()
    code = wave.codes["p000"]
    answers = [
        world.call("POST", "/ledger/own", None, json={"wave": name, "invitation": sent})
        for name, sent in [
            (wave.wave, "A" * 22),
            (wave.wave, ""),
            ("0" * 64, code),
            ("none", code),
            ("x" * 64, code),
            (world.draft(), code),
        ]
    ]
    token = {"invitation": "A" * 22, "blinded_message": "A" * 342}
    answers.append(world.call("POST", f"/waves/{wave.wave}/tokens", None, json=token))
    assert {answer.status_code for answer in answers} == {403}
    assert len({answer.content for answer in answers}) == 1
    problem_of(answers[0])
