"""Feedback links and the tokens drawn with them: a few a month, and never tied to whoever drew them."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from sqlmodel import select

from privacy.canonical import b64u, unb64u
from privacy.sealing import new_pseudonym, nonce_of
from privacy.signatures import point_of
from privacy.tokens import Blinded, TokenVerifier, blind, finalize, token_input
from service.registrar.feedback_periods import Periods
from service.registrar.rsa import IssuerKey
from service.store import feedback_periods, passes
from service.store.tables_passes import FeedbackDrawRow, FeedbackPassRow
from service.store.unit_of_work import reading, unit_of_work
from tests.integration.staff.conftest import World


class Links:
    """A registrar with a survey's roster and this month's tokens."""

    def __init__(self, world: World) -> None:
        self.world = world
        Periods(world.context, world.issuer_keys).tick()
        world.survey()
        world.roster(3)
        with reading(world.box) as tx:
            row = feedback_periods.periods(tx)[-1]
        self.period, self.issuer = row.name, row.issuer_public_key

    def make(self, **more: Any) -> list[dict[str, str]]:
        answer = self.world.call("POST", "/feedback/passes", json={"survey": "pulse", **more})
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]  # type: ignore[no-any-return]

    def codes(self, **more: Any) -> list[str]:
        return [item["link"].partition("#")[2] for item in self.make(**more)]

    def request(self) -> Blinded:
        value = token_input(
            self.period,
            nonce_of(self.period, point_of(new_pseudonym())),
            hashlib.sha256(self.issuer).digest(),
        )
        return blind(self.issuer, value)

    def draw(self, code: str, blinded: Blinded, **more: Any) -> httpx.Response:
        body = {"code": code, "period": self.period.hex(), "blinded_message": b64u(blinded.message), **more}
        return self.world.call("POST", "/feedback/tokens", None, json=body)

    def draws(self) -> list[FeedbackDrawRow]:
        with reading(self.world.main) as tx:
            return list(tx.exec(select(FeedbackDrawRow)))


@pytest.fixture
def given_links(engines: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Links:
    """One issuer key serves, because making one takes long."""
    key = IssuerKey.generate()
    monkeypatch.setattr(IssuerKey, "generate", classmethod(lambda _: key))
    return Links(World(engines, tmp_path))


def test_a_link_gives_a_few_tokens_a_month_that_hold(given_links: Links) -> None:
    code, *_ = given_links.codes()
    for _ in range(3):
        blinded = given_links.request()
        answer = given_links.draw(code, blinded)
        assert answer.status_code == 200, answer.text
        token = finalize(blinded, unb64u(answer.json()["blind_signature"]))
        TokenVerifier(given_links.issuer).verify(token)
    refused = given_links.draw(code, given_links.request())
    unknown = given_links.draw("no such code", given_links.request())
    assert (refused.status_code, refused.content) == (403, unknown.content)


def test_the_same_request_again_gets_the_same_answer_and_spends_nothing(given_links: Links) -> None:
    code, *_ = given_links.codes()
    blinded = given_links.request()
    answers = {given_links.draw(code, blinded).json()["blind_signature"] for _ in range(5)}
    assert len(answers) == len(given_links.draws()) == 1


def test_many_requests_at_once_spend_no_more_than_there_are(given_links: Links) -> None:
    code, *_ = given_links.codes()
    requests = [given_links.request() for _ in range(8)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda blinded: given_links.draw(code, blinded), requests))
    assert sorted(answer.status_code for answer in answers) == [200] * 3 + [403] * 5
    assert len(given_links.draws()) == 3


def test_links_are_made_once_renewed_and_revoked(given_links: Links) -> None:
    first = given_links.codes()
    assert len(first) == 3
    assert given_links.make() == []
    (renewed,) = given_links.make(renew=["p001"])
    assert renewed["person"] == "p001"
    assert given_links.draw(first[1], given_links.request()).status_code == 403
    assert given_links.make(revoke=["p000"]) == []
    assert given_links.draw(first[0], given_links.request()).status_code == 403
    assert given_links.draw(first[2], given_links.request()).status_code == 200


def test_the_most_links_of_one_person_in_a_month_are_noted(given_links: Links) -> None:
    """Each is good for the month's tokens, and so is what one person can add to its statistics."""

    def noted() -> list[int]:
        with reading(given_links.world.box) as tx:
            return [row.links for row in sorted(feedback_periods.periods(tx), key=lambda row: row.month)]

    given_links.codes()
    assert noted() == [1, 1]
    given_links.make(renew=["p001"])
    assert noted() == [2, 1]
    given_links.make(revoke=["p000"])
    given_links.make()
    assert noted() == [2, 1], "taking one away and giving another is one renewal too"
    given_links.make(renew=["p000"])
    assert noted() == [3, 1]
    given_links.world.now = datetime(2026, 4, 3, tzinfo=UTC)
    given_links.make(renew=["p000", "p001"])
    assert noted() == [3, 2]


def test_no_code_and_nobody_stands_beside_a_draw(given_links: Links) -> None:
    codes = given_links.codes()
    given_links.draw(codes[0], given_links.request())
    (draw,) = given_links.draws()
    with reading(given_links.world.main) as tx:
        stored = [row.digest for row in tx.exec(select(FeedbackPassRow))]
    assert sorted(stored) == sorted(passes.pass_digest(code) for code in codes)
    assert draw.digest == passes.draw_digest(given_links.period, codes[0], 0)
    assert draw.digest not in stored
    assert codes[0].encode() not in repr(draw.model_dump()).encode()


def test_an_invitation_to_an_open_wave_gives_one_token(given_links: Links) -> None:
    world = given_links.world
    wave = world.opened(days=20).id
    links = world.call("POST", f"/waves/{wave}/invitations").json()["items"]
    code = links[0]["link"].partition("#")[2]
    name = links[0]["link"].partition("#")[0].rpartition("/")[2]
    blinded = given_links.request()
    assert given_links.draw(code, blinded, wave=name).status_code == 200
    assert given_links.draw(code, blinded, wave=name).status_code == 200
    assert given_links.draw(code, given_links.request(), wave=name).status_code == 403
    assert given_links.draw(code, given_links.request()).status_code == 403, "an invitation is no link"
    other = links[1]["link"].partition("#")[2]
    world.now += timedelta(days=60)
    Periods(world.context, world.issuer_keys).tick()
    assert given_links.draw(other, given_links.request(), wave=name).status_code == 409


@pytest.mark.parametrize(
    ("field", "value", "status"),
    [
        ("blinded_message", "x", 422),
        ("blinded_message", b64u(b"\xff" * 256), 422),
        ("period", "0" * 64, 409),
        ("period", "x", 409),
        ("code", 7, 403),
        ("wave", "no such wave", 403),
        ("more", 1, 422),
    ],
)
def test_what_is_wrong_is_refused_and_spends_nothing(
    given_links: Links, field: str, value: object, status: int
) -> None:
    code, *_ = given_links.codes()
    good = {
        "code": code,
        "period": given_links.period.hex(),
        "blinded_message": b64u(given_links.request().message),
    }
    answer = given_links.world.call("POST", "/feedback/tokens", None, json={**good, field: value})
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert given_links.draws() == []


def test_tokens_of_a_month_that_is_over_are_drawn_no_more_and_forgotten(given_links: Links) -> None:
    code, *_ = given_links.codes()
    assert given_links.draw(code, given_links.request()).status_code == 200
    world = given_links.world
    periods = Periods(world.context, world.issuer_keys)
    world.now = datetime(2026, 4, 1, 1, tzinfo=UTC)
    periods.tick()
    assert given_links.draw(code, given_links.request()).status_code == 409
    assert len(given_links.draws()) == 1
    world.now = datetime(2026, 6, 1, 1, tzinfo=UTC)
    periods.tick()
    assert given_links.draws() == []
    assert not world.issuer_keys.path_of(given_links.period).exists()


def test_two_registrars_make_one_month(given_links: Links) -> None:
    world = given_links.world
    with unit_of_work(world.box) as tx:
        before = [row.name for row in feedback_periods.periods(tx)]
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: Periods(world.context, world.issuer_keys).tick(), range(2)))
    with reading(world.box) as tx:
        assert [row.name for row in feedback_periods.periods(tx)] == before
