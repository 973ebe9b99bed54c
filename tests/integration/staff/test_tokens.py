"""One invitation, one token: under concurrency, after a lost reply, and with refusals that tell nothing."""

import hashlib
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from sqlalchemy import event
from sqlmodel import select

from privacy.canonical import b64u, unb64u
from privacy.tokens import Blinded, TokenVerifier, blind, finalize, token_input
from service.registrar.rsa import IssuerKey
from service.store.tables_main import IssuanceRow
from service.store.unit_of_work import reading

# The store is not what is tested here.
ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)


def blinded(world: SimpleNamespace, wave: SimpleNamespace, nonce: int = 1) -> Blinded:
    """What a client sends for a token with this nonce."""
    manifest = world.manifest(wave.id)
    name = token_input(manifest.wave, hashlib.sha256(bytes([nonce])).digest(), manifest.token_key_id)
    return blind(manifest.issuer_public_key, name)


def draw(world: SimpleNamespace, wave: str, code: Any, message: bytes | str) -> httpx.Response:
    """Ask for a token."""
    text = message if isinstance(message, str) else b64u(message)
    return world.call(
        "POST", f"/waves/{wave}/tokens", None, json={"invitation": code, "blinded_message": text}
    )


@pytest.fixture
def operations(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The values of every RSA private operation."""
    done: list[int] = []
    private_operation = IssuerKey.private_operation

    def counted(self: IssuerKey, value: int) -> int:
        done.append(value)
        return private_operation(self, value)

    monkeypatch.setattr(IssuerKey, "private_operation", counted)
    return done


@pytest.fixture
def statements(world: SimpleNamespace) -> Iterator[list[str]]:
    """Every statement that the main store is sent."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        sent.append(statement)

    event.listen(world.main, "before_cursor_execute", note)
    yield sent
    event.remove(world.main, "before_cursor_execute", note)


def test_an_invitation_gives_a_token_that_verifies(world: SimpleNamespace) -> None:
    wave = world.whole_wave()
    request = blinded(world, wave)
    answer = draw(world, wave.wave, wave.codes["p000"], request.message)
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    token = finalize(request, unb64u(answer.json()["blind_signature"]))
    TokenVerifier(world.manifest(wave.id).issuer_public_key).verify(token)


def test_the_same_message_again_gets_the_same_answer(world: SimpleNamespace) -> None:
    wave = world.whole_wave()
    request = blinded(world, wave)
    answers = [draw(world, wave.wave, wave.codes["p000"], request.message) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1


def test_refusals_are_the_same_bytes_after_the_same_work(
    world: SimpleNamespace, problem_of: Callable, operations: list[int], statements: list[str]
) -> None:
    wave = world.whole_wave()
    used, message = wave.codes["p000"], blinded(world, wave, 2).message
    assert draw(world, wave.wave, used, blinded(world, wave, 1).message).status_code == 200
    refused = [
        used,
        "A" * 22,
        used[:-1],
        used + "A",
        used.swapcase(),
        "",
        "é" * 11,
        "x" * 2000,
        5,
        None,
        {"a": 1},
        [used],
    ]
    answers, work = [], []
    for code in refused:
        operations.clear()
        statements.clear()
        body = json.dumps({"invitation": code, "blinded_message": b64u(message)})
        headers = {"Content-Type": "application/json"}
        answers.append(world.call("POST", f"/waves/{wave.wave}/tokens", None, content=body, headers=headers))
        work.append((len(operations), tuple(statements)))
    assert {answer.status_code for answer in answers} == {403}
    assert len({answer.content for answer in answers}) == 1
    assert len({tuple(sorted(answer.headers.items())) for answer in answers}) == 1
    assert len(set(work)) == 1
    assert work[0][0] == 1
    assert not any("INSERT" in statement for statement in work[0][1])
    problem_of(answers[0])


@ON_SQLITE
def test_an_accepted_request_costs_one_operation_too(world: SimpleNamespace, operations: list[int]) -> None:
    wave = world.whole_wave()
    message = blinded(world, wave).message
    for _ in range(2):
        operations.clear()
        assert draw(world, wave.wave, wave.codes["p000"], message).status_code == 200
        assert len(operations) == 1


def test_a_message_that_does_not_hold_is_refused_whatever_the_invitation_and_spends_nothing(
    world: SimpleNamespace, problem_of: Callable
) -> None:
    wave = world.whole_wave()
    good = blinded(world, wave).message
    broken = [
        "",
        "@",
        b64u(good)[:-1],
        b64u(good) + "==",
        b64u(good[:-1]),
        b64u(good + b"\0"),
        b64u(b"\xff" * 256),
    ]
    answers = [draw(world, wave.wave, code, text) for text in broken for code in (wave.codes["p000"], "no")]
    assert {answer.status_code for answer in answers} == {422}
    assert len({answer.content for answer in answers}) == 1
    problem_of(answers[0])
    assert draw(world, wave.wave, wave.codes["p000"], good).status_code == 200


def test_two_tokens_with_one_invitation_are_impossible(world: SimpleNamespace) -> None:
    wave = world.whole_wave()
    for person in ("p000", "p001", "p002"):
        messages = [blinded(world, wave, nonce).message for nonce in range(6)]
        with ThreadPoolExecutor(6) as pool:
            answers = list(
                pool.map(
                    lambda message, person=person: draw(world, wave.wave, wave.codes[person], message),
                    messages,
                )
            )
        codes = sorted(answer.status_code for answer in answers)
        assert codes == [200] + [403] * 5
        winner = next(index for index, answer in enumerate(answers) if answer.status_code == 200)
        again = draw(world, wave.wave, wave.codes[person], messages[winner])
        assert again.content == answers[winner].content
    with reading(world.main) as tx:
        assert len(tx.exec(select(IssuanceRow)).all()) == 3


def test_a_retry_that_crosses_the_first_request_gets_the_same_answer(world: SimpleNamespace) -> None:
    wave = world.whole_wave()
    message = blinded(world, wave).message
    with ThreadPoolExecutor(5) as pool:
        answers = list(pool.map(lambda _: draw(world, wave.wave, wave.codes["p000"], message), range(5)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1


def test_an_invitation_of_one_wave_is_nothing_to_another(world: SimpleNamespace) -> None:
    first = world.whole_wave(epsilon=0.5)
    second = world.opened(epsilon=0.5)
    world.ok("POST", f"/waves/{second.id}/invitations")
    answer = draw(world, second.wave, first.codes["p000"], blinded(world, second).message)
    assert answer.status_code == 403


def test_nobody_can_draw_before_the_links_are_made(world: SimpleNamespace) -> None:
    world.survey()
    world.roster()
    wave = world.opened()
    assert draw(world, wave.wave, "A" * 22, blinded(world, wave).message).status_code == 403


def test_a_wave_that_is_not_open_gives_no_token(world: SimpleNamespace, problem_of: Callable) -> None:
    wave = world.whole_wave()
    request = blinded(world, wave)
    draft = world.draft()
    answers = [draw(world, draft, "A" * 22, request.message)]
    world.now += timedelta(days=7)  # the time has come, and the scheduler not yet
    answers.append(draw(world, wave.wave, wave.codes["p000"], request.message))
    world.ok("POST", f"/waves/{wave.id}/close")
    world.now -= timedelta(days=7)
    answers.append(draw(world, wave.wave, wave.codes["p000"], request.message))
    assert [answer.status_code for answer in answers] == [409] * 3
    for answer in answers:
        problem_of(answer)
    assert draw(world, "0" * 64, "A" * 22, request.message).status_code == 404
    assert world.ok("GET", f"/waves/{wave.id}")["issued"] == 0


def test_every_token_is_counted_when_the_wave_closes_meanwhile(world: SimpleNamespace) -> None:
    wave = world.whole_wave()
    message = blinded(world, wave).message
    with ThreadPoolExecutor(5) as pool:
        drawing = [
            pool.submit(draw, world, wave.wave, code, message) for code in list(wave.codes.values())[:8]
        ]
        closing = pool.submit(world.ok, "POST", f"/waves/{wave.id}/close")
        codes = [future.result().status_code for future in drawing]
        closing.result()
    # 503: the key was gone before the state was changed; the person has no token then and none is counted.
    assert set(codes) <= {200, 409, 503}
    assert world.ok("GET", f"/waves/{wave.id}")["issued"] == codes.count(200)
    with reading(world.main) as tx:
        assert tx.exec(select(IssuanceRow)).all() == []


@ON_SQLITE
def test_a_key_file_that_others_may_read_is_not_used(world: SimpleNamespace, caplog: Any) -> None:
    wave = world.whole_wave()
    path = world.issuer_keys.path_of(bytes.fromhex(wave.wave))
    path.chmod(0o640)
    answer = draw(world, wave.wave, wave.codes["p000"], blinded(world, wave).message)
    assert answer.status_code == 503
    assert str(path) not in answer.text
    assert str(path) in caplog.text
    path.chmod(0o600)
    assert draw(world, wave.wave, wave.codes["p000"], blinded(world, wave).message).status_code == 200


@ON_SQLITE
def test_requests_of_another_shape_are_refused(world: SimpleNamespace, problem_of: Callable) -> None:
    wave = world.whole_wave()
    path, json_type = f"/waves/{wave.wave}/tokens", "application/json"
    for content, media_type, status in (
        (b"", json_type, 422),
        (b"{", json_type, 422),
        (b"[]", json_type, 422),
        (b"{}", json_type, 422),
        (b'{"invitation": "\\ud800", "blinded_message": ""}', json_type, 422),
        (b'{"invitation": "a", "blinded_message": 5}', json_type, 422),
        (b'{"invitation": "a", "blinded_message": "", "comment": "x"}', json_type, 422),
        (b'{"invitation": "a"}', "text/plain", 415),
        (b" " * 5000, json_type, 413),
    ):
        answer = world.call("POST", path, None, content=content, headers={"Content-Type": media_type})
        assert answer.status_code == status, content
        problem_of(answer)
