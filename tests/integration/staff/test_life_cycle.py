"""States only go forward, each step happens once however many take it, and the scheduler keeps the times."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import col, select

from privacy.manifest_reader import read_manifest
from service.errors import Conflict
from service.store import box, ledger, waves
from service.store.tables_box import ResponseRow
from service.store.tables_main import InvitationRow, LedgerRow, TallyKeyRow
from service.store.unit_of_work import reading, unit_of_work
from service.surveys.scheduler import Scheduler

# The store is not what is tested here.
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


# state -> action -> the state after it; an action that is not named is refused and changes nothing
STEPS = {
    "draft": {"change": "draft", "open": "open", "delete": None},
    "open": {"open": "open", "invite": "open", "close": "closed"},
    "closed": {"close": "closed", "tally": "released"},
    "released": {"close": "released"},
}
ACTIONS = ("change", "delete", "open", "invite", "close", "tally")


def act(world: SimpleNamespace, wave: str, action: str) -> bool:
    """Try ``action``; whether it was done."""
    if action == "tally":
        try:
            world.release(wave)
        except Conflict:
            return False
        return True
    method, path, body = {
        "change": ("PATCH", "", {"json": {"k": 6}}),
        "delete": ("DELETE", "", {}),
        "open": ("POST", "/open", {}),
        "invite": ("POST", "/invitations", {}),
        "close": ("POST", "/close", {}),
    }[action]
    answer = world.call(method, f"/waves/{wave}{path}", **body)
    assert answer.is_success or answer.status_code == 409, answer.text
    return bool(answer.is_success)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(actions=st.lists(st.sampled_from(ACTIONS), min_size=1, max_size=8))
def test_a_state_never_goes_back(world: SimpleNamespace, actions: list[str]) -> None:
    if world.call("GET", "/surveys/pulse").status_code == 404:
        world.survey()
        world.roster(2)
    world.add_wave_keys(1)
    wave, state, invited = world.draft(epsilon=0.05), "draft", False
    for action in actions:
        expected = action in STEPS[state] and not (action == "invite" and invited)
        assert act(world, wave, action) == expected, (state, action)
        if not expected:
            continue
        invited = invited or action == "invite"
        after = STEPS[state][action]
        if after is None:
            assert world.call("GET", f"/waves/{wave}").status_code == 404
            return
        state = after
        assert world.ok("GET", f"/waves/{wave}")["state"] == state


def test_a_wave_that_many_open_at_once_opens_once(world: SimpleNamespace) -> None:
    world.survey()
    world.roster()
    draft = world.draft()
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: world.call("POST", f"/waves/{draft}/open"), range(4)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    with reading(world.main) as tx:
        assert len(tx.exec(select(LedgerRow)).all()) == 1
        assert len(tx.exec(select(InvitationRow)).all()) == 12
        taken = select(TallyKeyRow).where(col(TallyKeyRow.wave_id).is_not(None))
        assert len(tx.exec(taken).all()) == 1
        row = waves.find(tx, draft)
        manifest = read_manifest(row.manifest, row.wave)
    assert world.issuer_keys.signer(row.wave).public_key == manifest.issuer_public_key


def test_a_draft_is_changed_opened_or_deleted_but_no_two_of_these(world: SimpleNamespace) -> None:
    world.survey()
    world.roster()
    for _ in range(3):
        draft = world.draft(epsilon=0.1)
        with ThreadPoolExecutor(2) as pool:
            opened, deleted = pool.map(
                lambda pair, draft=draft: world.call(pair[0], f"/waves/{draft}{pair[1]}").status_code,
                [("POST", "/open"), ("DELETE", "")],
            )
        assert (opened, deleted) in ((200, 409), (404, 204), (409, 204))
        state = world.call("GET", f"/waves/{draft}")
        assert state.status_code == 404 if deleted == 204 else state.json()["state"] == "open"


def test_closing_at_once_and_again_gives_the_same_board(world: SimpleNamespace) -> None:
    wave = world.whole_wave()
    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda _: world.call("POST", f"/waves/{wave.id}/close"), range(3)))
    # 503: somebody else is rewriting the store at the moment, and it can be asked again.
    assert {answer.status_code for answer in answers} <= {200, 503}
    answers.append(world.call("POST", f"/waves/{wave.id}/close"))
    done = [answer.text for answer in answers if answer.status_code == 200]
    assert done
    assert len(set(done)) == 1


@ON_SQLITE
def test_each_wave_has_an_issuer_key_of_its_own(
    world: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()  # makes real keys again
    world.survey()
    world.roster()
    manifests = [world.manifest(world.opened(epsilon=0.5).id) for _ in range(2)]
    assert manifests[0].issuer_public_key != manifests[1].issuer_public_key
    assert manifests[0].hpke_public_key != manifests[1].hpke_public_key


@ON_SQLITE
def test_a_wave_that_is_closed_early_says_when_and_keeps_its_promise(world: SimpleNamespace) -> None:
    wave = world.whole_wave()
    world.now += timedelta(days=2, seconds=10)
    closed = world.ok("POST", f"/waves/{wave.id}/close")
    assert closed["closes_at"] == "2026-03-04T08:00:00Z"
    manifest = world.manifest(wave.id)
    assert manifest.closes_at.day == 9
    assert manifest.wave.hex() == closed["wave"]


@ON_SQLITE
def test_closing_destroys_the_issuer_key(world: SimpleNamespace) -> None:
    wave = world.whole_wave()
    path = world.issuer_keys.path_of(bytes.fromhex(wave.wave))
    assert path.stat().st_mode & 0o777 == 0o600
    world.ok("POST", f"/waves/{wave.id}/close")
    assert not path.exists()


def test_a_close_that_was_interrupted_is_mended_by_closing_again(world: SimpleNamespace) -> None:
    wave = world.whole_wave()
    box.close_wave(world.box, bytes.fromhex(wave.wave))
    world.issuer_keys.destroy(bytes.fromhex(wave.wave))
    assert world.ok("GET", f"/waves/{wave.id}")["state"] == "open"
    assert world.ok("POST", f"/waves/{wave.id}/close")["state"] == "closed"


def test_the_scheduler_opens_and_closes_at_the_stated_times_and_once(world: SimpleNamespace) -> None:
    world.survey()
    world.roster()
    scheduler, other = (Scheduler(world.context, world.issuer_keys) for _ in range(2))
    world.now = world.now.replace(second=0)
    body = {"opens_at": "2026-03-03T08:00:00Z", "closes_at": "2026-03-04T08:00:00Z", "allow_empty": True}
    wave = world.ok("POST", "/surveys/pulse/waves", json=body)["id"]
    world.now += timedelta(hours=24, seconds=-1)
    assert scheduler.tick().opened == ()
    world.now += timedelta(seconds=1)
    with ThreadPoolExecutor(2) as pool:
        ticked = list(pool.map(lambda one: one.tick(), (scheduler, other)))
    assert {tick.refused for tick in ticked} == {()}
    with reading(world.main) as tx:
        assert len(tx.exec(select(LedgerRow)).all()) == 1
    assert world.manifest(wave).opens_at == world.now
    assert scheduler.tick().opened == ()
    world.now += timedelta(hours=24, seconds=-1)
    assert scheduler.tick().closed == ()
    world.now += timedelta(seconds=1)
    assert scheduler.tick().closed == (wave,)
    assert world.ok("GET", f"/waves/{wave}")["closes_at"] == body["closes_at"]
    assert other.tick().closed == ()
    assert world.ok("GET", f"/waves/{wave}")["state"] == "closed"


def test_a_wave_that_cannot_open_holds_up_no_other(world: SimpleNamespace, definition: str) -> None:
    world.survey()
    world.survey(definition.replace("id: pulse", "id: other", 1))
    world.roster(survey="other")
    empty, good = world.draft("pulse"), world.draft("other")
    ticked = Scheduler(world.context, world.issuer_keys).tick()
    assert (ticked.opened, ticked.refused) == ((good,), (empty,))
    world.now += timedelta(days=8)
    ticked = Scheduler(world.context, world.issuer_keys).tick()
    assert (ticked.closed, ticked.opened, ticked.refused) == ((good,), (), ())


@ON_SQLITE
def test_a_fault_in_one_wave_holds_up_no_other(
    world: SimpleNamespace, caplog: pytest.LogCaptureFixture
) -> None:
    world.survey()
    world.roster()
    broken, good = world.draft(epsilon=0.5), world.draft(epsilon=0.5)
    with unit_of_work(world.main) as tx:
        waves.change_draft(tx, broken, plan={})
    scheduler = Scheduler(world.context, world.issuer_keys)
    assert scheduler.tick().opened == (good,)
    assert scheduler.tick().refused == (broken,)
    told = [record for record in caplog.records if broken in record.getMessage()]
    assert len(told) == 1


def test_sealed_responses_go_when_the_promised_time_is_over(world: SimpleNamespace) -> None:
    wave = world.whole_wave(retention_days=30)
    name = bytes.fromhex(wave.wave)
    with unit_of_work(world.box) as tx:
        tx.add(ResponseRow(slot=1, nullifier=bytes(32), wave=name, locator=bytes(16), envelope=b"sealed"))
    scheduler = Scheduler(world.context, world.issuer_keys)
    world.now += timedelta(days=200)
    assert scheduler.tick().emptied == ()
    assert world.ok("GET", f"/waves/{wave.id}")["responses"] == 1
    world.now -= timedelta(days=164)
    world.release(wave.id)
    assert scheduler.tick().emptied == ()
    world.now += timedelta(days=1)
    assert scheduler.tick().emptied == (wave.id,)
    assert scheduler.tick().emptied == ()
    with reading(world.box) as tx:
        assert box.count(tx, name) == 0
        assert box.find_wave(tx, name).responses == 1
    assert world.call("GET", f"/waves/{wave.id}/release").status_code == 200


def test_the_chain_of_the_ledger_holds_when_waves_open_at_once(world: SimpleNamespace) -> None:
    world.survey()
    world.roster()
    drafts = [world.draft(epsilon=0.2) for _ in range(3)]
    with ThreadPoolExecutor(3) as pool:
        codes = list(pool.map(lambda draft: world.call("POST", f"/waves/{draft}/open").status_code, drafts))
    assert codes == [200, 200, 200]
    with reading(world.main) as tx:
        chain = ledger.entries(tx)
    assert len(chain) == 3
    assert ledger.chain_holds(chain)
