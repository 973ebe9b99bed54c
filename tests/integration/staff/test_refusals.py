"""Every error has one shape, and nothing that was sent comes back or is written down."""

import logging
from collections.abc import AsyncIterator, Callable
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import text

from privacy.canonical import b64u
from privacy.errors import Invalid
from service.store.unit_of_work import reading

# The store is not what is tested here.
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


SENTINEL = "Zitronenfalter"
JSON = {"Content-Type": "application/json"}
TIMES = {"opens_at": "2026-03-02T08:00:00Z", "closes_at": "2026-03-09T08:00:00Z", "allow_empty": True}


@ON_SQLITE
def test_every_kind_of_error_has_the_one_shape(world: SimpleNamespace, problem_of: Callable) -> None:
    world.survey()
    draft = world.draft()
    large = str(17 * 1024 * 1024)
    cases: list[tuple[int, str, str, str | None, dict[str, Any]]] = [
        (401, "GET", "/waves", None, {}),
        (403, "POST", "/surveys", "analyst", {}),
        (404, "GET", "/nothing", "owner", {}),
        (404, "GET", "/surveys/none", "owner", {}),
        (405, "PUT", "/waves", "owner", {}),
        (405, "DELETE", "/ledger", "owner", {}),
        (409, "GET", f"/waves/{draft}/release", "owner", {}),
        (409, "POST", f"/waves/{draft}/close", "owner", {}),
        (413, "POST", "/keys", "admin", {"content": b"{}", "headers": {**JSON, "Content-Length": large}}),
        (413, "POST", "/ledger/own", None, {"content": b" " * 5000, "headers": JSON}),
        (415, "POST", "/surveys", "owner", {"content": b"x", "headers": {"Content-Type": "text/html"}}),
        (422, "POST", "/keys", "admin", {"content": b"{", "headers": JSON}),
        (422, "POST", "/keys", "admin", {"json": {"name": 1}}),
        (422, "GET", "/waves?limit=none", "owner", {}),
        (422, "POST", f"/surveys/{'pulse'}/waves", "owner", {"json": {}}),
    ]
    for status, method, path, role, request in cases:
        answer = world.call(method, path, role, **request)
        assert answer.status_code == status, (method, path, answer.text)
        problem_of(answer)
        assert answer.headers["cache-control"] == "no-store"


def test_a_store_that_fails_is_told_without_its_words(world: SimpleNamespace, problem_of: Callable) -> None:
    with world.main.begin() as connection:
        connection.exec_driver_sql("DROP TABLE ledger")
    for role, path in (("owner", "/ledger"), ("owner", "/ledger?limit=1")):
        answer = world.call("GET", path, role)
        assert answer.status_code == 503
        assert "ledger" not in problem_of(answer)["detail"]


def test_nothing_that_was_sent_comes_back_or_is_written_down(
    world: SimpleNamespace, problem_of: Callable, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    wave = world.whole_wave()
    world.ok("POST", f"/waves/{wave.id}/close")
    world.release(wave.id, 400)
    open_wave = world.opened(epsilon=0.5).wave
    plain, form = {"Content-Type": "text/plain"}, {"Content-Type": f"text/{SENTINEL}"}
    csv = {"Content-Type": "text/csv"}
    roster = f"person,{SENTINEL}\n{SENTINEL},{SENTINEL}\n{SENTINEL},north\n{SENTINEL}"
    people = [
        {"person": SENTINEL, "attributes": {"unit": SENTINEL, SENTINEL: SENTINEL}, SENTINEL: SENTINEL},
        {"person": SENTINEL, "attributes": {"unit": SENTINEL, SENTINEL: SENTINEL}},
        {"person": [SENTINEL], "attributes": SENTINEL},
    ]
    token = {"invitation": SENTINEL, "blinded_message": SENTINEL}
    cases: list[tuple[str, str, str | None, dict[str, Any]]] = [
        ("GET", f"/{SENTINEL}", "owner", {}),
        ("GET", f"/surveys/{SENTINEL}", "owner", {}),
        ("GET", f"/waves/{SENTINEL}", "owner", {}),
        ("GET", f"/waves?state={SENTINEL}&cursor={SENTINEL}", "owner", {}),
        ("GET", f"/waves?cursor={SENTINEL}", "owner", {}),
        ("GET", "/waves", None, {"headers": {"Authorization": f"Bearer {SENTINEL}"}}),
        ("DELETE", f"/keys/{SENTINEL}", "admin", {}),
        ("POST", "/keys", "admin", {"json": {"name": {"a": SENTINEL}, "role": SENTINEL}}),
        ("POST", "/keys", "admin", {"content": SENTINEL, "headers": JSON}),
        ("POST", "/surveys", "owner", {"content": SENTINEL, "headers": form}),
        ("POST", "/surveys", "owner", {"json": {"definition": "", SENTINEL: SENTINEL}}),
        ("POST", "/surveys", "owner", {"content": SENTINEL, "headers": JSON}),
        ("PUT", "/surveys/pulse/roster", "owner", {"content": roster, "headers": csv}),
        ("PUT", "/surveys/pulse/roster", "owner", {"json": {"people": people}}),
        ("PUT", "/surveys/pulse/roster", "owner", {"json": {SENTINEL: people}}),
        ("PUT", "/surveys/pulse/roster", "owner", {"content": SENTINEL, "headers": JSON}),
        ("POST", "/surveys/pulse/waves", "owner", {"json": {**TIMES, "opens_at": SENTINEL}}),
        ("POST", "/surveys/pulse/waves", "owner", {"json": {**TIMES, "epsilon": SENTINEL}}),
        ("POST", f"/waves/{open_wave}/tokens", None, {"json": token}),
        ("POST", f"/waves/{open_wave}/tokens", None, {"json": {**token, SENTINEL: SENTINEL}}),
        ("POST", f"/waves/{open_wave}/tokens", None, {"content": SENTINEL, "headers": JSON}),
        ("POST", f"/waves/{open_wave}/tokens", None, {"content": SENTINEL, "headers": plain}),
        ("POST", f"/waves/{SENTINEL}/tokens", None, {"json": token}),
        ("POST", "/ledger/own", None, {"json": {"wave": SENTINEL, "invitation": SENTINEL}}),
        ("GET", f"/waves/{wave.id}/results?question={SENTINEL}&by={SENTINEL}", "owner", {}),
        ("GET", f"/waves/{wave.id}/results?by=unit&level={SENTINEL}", "owner", {}),
        ("GET", f"/waves/{wave.id}/results?figure={SENTINEL}&format={SENTINEL}", "owner", {}),
        ("GET", f"/waves/{wave.id}/results?language={SENTINEL}", "owner", {}),
        ("GET", f"/surveys/pulse/trend?theme={SENTINEL}", "owner", {}),
    ]
    for method, path, role, request in cases:
        answer = world.call(method, path, role, **request)
        assert 400 <= answer.status_code < 500, (method, path, answer.status_code)
        problem_of(answer)
        assert SENTINEL not in answer.text, (method, path)
        assert SENTINEL not in str(answer.headers)
    ours = [record for record in caplog.records if record.name.startswith("sottovoce")]
    assert SENTINEL not in str([record.getMessage() for record in ours])


def test_no_secret_is_in_a_log_or_in_an_answer_that_does_not_give_it(
    world: SimpleNamespace, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, logger="sottovoce")
    wave = world.whole_wave()
    pem = world.issuer_keys.path_of(bytes.fromhex(wave.wave)).read_text()
    token = {"invitation": wave.codes["p000"], "blinded_message": "A" * 342}
    answers = [
        world.call("POST", f"/waves/{wave.wave}/tokens", None, json=token),
        world.call("GET", f"/waves/{wave.id}", "admin"),
        world.call("GET", "/waves", "admin"),
        world.call("GET", "/surveys/pulse/roster", "admin"),
        world.call("POST", f"/waves/{wave.id}/close"),
        world.call("GET", "/keys", "admin"),
        world.call("GET", "/ledger", "admin"),
    ]
    secrets = [*world.keys.values(), *wave.codes.values(), *pem.splitlines()[1:-1]]
    people = list(wave.codes)
    for told in (*(answer.text for answer in answers), caplog.text):
        assert not any(secret in told for secret in (*secrets, *people))


def test_what_no_database_can_hold_is_refused_as_input(world: SimpleNamespace, problem_of: Callable) -> None:
    world.survey()
    token = {"invitation": "x", "blinded_message": "x"}
    surrogate, huge = b64u(b'["\\ud800"]'), b64u(b"[99999999999999999999999]")
    cases: list[tuple[int, str, str, str | None, dict[str, Any]]] = [
        (422, "GET", f"/keys?cursor={surrogate}", "admin", {}),
        (422, "GET", f"/surveys?cursor={surrogate}", "owner", {}),
        (422, "GET", f"/ledger?cursor={huge}", "owner", {}),
        (404, "GET", "/waves/%00", "owner", {}),
        (404, "PATCH", "/waves/%00", "owner", {"json": {}}),
        (404, "DELETE", "/waves/w%00", "owner", {}),
        (404, "POST", "/waves/%00/open", "owner", {}),
        (404, "POST", "/waves/%00/close", "owner", {}),
        (404, "POST", "/waves/%00/invitations", "owner", {}),
        (404, "GET", "/waves/%00/release", "owner", {}),
        (404, "GET", "/waves/%00/results", "owner", {}),
        (404, "POST", "/waves/%00/tokens", None, {"json": token}),
        (404, "GET", "/surveys/%00", "owner", {}),
        (404, "GET", "/surveys/%00/trend?question=speak", "owner", {}),
        (404, "GET", "/surveys/%00/roster", "owner", {}),
        (404, "GET", "/surveys/%00/waves", "owner", {}),
        (404, "POST", "/surveys/%00/waves", "owner", {"json": TIMES}),
        (404, "DELETE", "/keys/%00", "admin", {}),
        (422, "GET", "/waves?state=%00", "owner", {}),
        (422, "PUT", "/surveys/pulse/roster", "owner", {"json": {"people": [{"person": "a\x00b"}]}}),
        (422, "POST", "/surveys", "owner", {"json": {"definition": "id: a\x00b"}}),
        (422, "POST", "/keys", "admin", {"json": {"name": "a\x00b", "role": "owner"}}),
    ]
    for status, method, path, role, request in cases:
        answer = world.call(method, path, role, **request)
        assert answer.status_code == status, (method, path, answer.text)
        problem_of(answer)


def test_an_invitation_to_a_wave_of_no_possible_name_gets_the_one_refusal(world: SimpleNamespace) -> None:
    refusals = [
        world.call("POST", "/ledger/own", None, json={"wave": wave, "invitation": "x"})
        for wave in ("0" * 64, "\x00", "\x00" * 64, "w-none")
    ]
    assert {(answer.status_code, answer.content) for answer in refusals} == {(403, refusals[0].content)}


@pytest.mark.parametrize(
    "database", ["postgresql"], indirect=True
)  # SQLite refuses no value of a type it has
def test_a_value_that_the_database_refuses_is_no_failure_of_the_store(world: SimpleNamespace) -> None:
    with pytest.raises(Invalid) as caught, reading(world.main) as tx:
        tx.execute(text("SELECT CAST(:name AS TEXT)"), {"name": "\x00"})
    assert [problem.id for problem in caught.value.problems] == ["not-storable"]


@ON_SQLITE
def test_who_asks_comes_before_what_they_send(world: SimpleNamespace, problem_of: Callable) -> None:
    world.survey()
    draft = world.draft()

    async def chunks() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" " * 4096

    for method, path, role, other in (
        ("POST", "/keys", "admin", "owner"),
        ("POST", "/surveys/pulse/waves", "owner", "analyst"),
        ("PATCH", f"/waves/{draft}", "owner", "analyst"),
    ):
        for content in (b"{", b'{"name": 1}'):
            assert world.call(method, path, None, content=content, headers=JSON).status_code == 401
            assert world.call(method, path, other, content=content, headers=JSON).status_code == 403
        assert world.call(method, path, None, content=chunks(), headers=JSON).status_code == 401
        answer = world.call(method, path, role, content=chunks(), headers=JSON)
        assert answer.status_code == 413, path
        problem_of(answer)
        form = world.call(method, path, role, content=b"{}", headers={"Content-Type": "text/plain"})
        assert form.status_code == 415
