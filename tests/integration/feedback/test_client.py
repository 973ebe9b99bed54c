"""The sender's client against the whole service: what is interrupted costs nothing and is sent once."""

import asyncio
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest

from privacy import signatures
from privacy.canonical import b64u, unb64u
from privacy.conversation import quote_statement
from privacy.errors import ContractBroken, Invalid, Refused, Spoiled
from privacy.receipt_code import new_receipt_code
from service.client.failures import ServerRefused, Unreachable
from service.client.feedback import FeedbackClient
from service.client.feedback_asking import right_in
from service.client.feedback_kept import keep, read_kept
from service.client.feedback_opening import send_opening, token_for
from service.client.feedback_values import Draft, SealedOpening, Token, TokenRequest, seal_opening
from service.registrar.feedback_periods import Periods
from service.registrar.issuer_keys import IssuerKeys
from service.store import feedback_periods, passes, rosters, surveys
from service.store.unit_of_work import unit_of_work
from tests.feedback_parts import handlers_reply, opened_conversation_key
from tests.integration.feedback.handlers import Office

DRAFT = Draft("Shifts", "The shifts are set too late.", "en")


class Line(httpx.BaseTransport):
    """The way to the service. ``lose`` answers are carried out and never come back."""

    def __init__(self, office: Office) -> None:
        self._office = office
        self.lose = 0
        self.changes: list[tuple[bytes, bytes]] = []  # what becomes of an answer on its way
        self.sent: list[httpx.Request] = []

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        body = request.read()
        self.sent.append(request)

        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(self._office.app, raise_app_exceptions=False)  # type: ignore[arg-type]
            async with httpx.AsyncClient(transport=transport) as client:
                headers = {**request.headers, "host": "localhost:8000"}
                return await client.request(request.method, str(request.url), content=body, headers=headers)

        answer = asyncio.run(send())
        content = answer.content
        for before, after in self.changes:
            content = content.replace(before, after)
        if self.lose:
            self.lose -= 1
            raise httpx.ReadError("connection reset", request=request)
        return httpx.Response(answer.status_code, content=content)


@pytest.fixture
def line(office: Office) -> Line:
    return Line(office)


@pytest.fixture
def client(line: Line) -> FeedbackClient:
    return FeedbackClient("http://localhost:8000", httpx.Client(transport=line))


@pytest.fixture
def code(office: Office, client: FeedbackClient) -> str:
    """Somebody's feedback code; the service has made this month's tokens."""
    context = office.context
    with unit_of_work(context.main) as tx:
        surveys.add_survey(tx, "s", version="1", title={"en": "x"}, source="id: x", day=date(2026, 1, 1))
        rosters.replace_roster(tx, "s", [rosters.RosterEntry("ada@example.org", {})])
        ((_, code),) = passes.make_passes(tx, "s", "2026-03").codes
    with unit_of_work(context.box) as tx:  # the registrar has no key of the one that is there
        for row in feedback_periods.periods(tx):
            feedback_periods.drop_period(tx, row)
    Periods(context, IssuerKeys(context.settings.key_folder / "issuer")).tick()
    return code


def sealed_by(client: FeedbackClient, code: str) -> SealedOpening:
    """An opening that is ready to be sent."""
    card = client.card()
    return seal_opening(card.channels[0], client.draw_token(client.begin(card, code)), DRAFT)


def test_a_conversation_goes_to_and_fro_a_day_at_a_time(
    office: Office, client: FeedbackClient, code: str
) -> None:
    opened = client.open(sealed_by(client, code))
    found = client.read(opened.code.lower().replace("-", " "))
    assert (found.subject, [one.body["text"] for one in found.said]) == ("Shifts", [DRAFT.text])
    assert (opened.day, found.said[0].out) == (office.now.date(), False)
    office.now += timedelta(hours=10, minutes=1)  # let out at 18:00
    (item,) = office.get("conversations").json()["items"]
    key = opened_conversation_key(unb64u(item["sealed_key"]), found.name, office.channel.key)
    for number, more in ((2, {}), (3, {"kind": "quote-question", "quote": "too late"})):
        content = handlers_reply(key, found.name, "Thank you.", number, **more)
        body = {"content": b64u(content), "mark": "reply"}
        assert office.post(f"conversations/{found.name.hex()}/replies", body).status_code == 201
    assert len(client.read(opened.code).said) == 1  # replies wait for tomorrow's hour
    office.now += timedelta(days=1)
    found = client.read(opened.code)
    assert [one.number for one in found.said] == [1, 2, 3]
    assert client.answer_quote(found, found.said[2], yes=True) == office.now.date() + timedelta(days=1)
    with pytest.raises(Refused, match="no quote"):
        client.answer_quote(found, found.said[0], yes=True)
    found = client.read(opened.code)
    signature = unb64u(found.said[-1].body["signature"])
    point = signatures.public_key_of(signatures.point_of(found.pseudonym))
    signatures.verify(point, signature, quote_statement(found.name, "too late"))
    client.add(found, "verdict", "", mark="not-resolved", verdict="not-resolved")
    assert client.read(opened.code).said[-1].number == 5
    client.delete(found)
    client.delete(found)
    with pytest.raises(ServerRefused) as gone:
        client.read(opened.code)
    with pytest.raises(ServerRefused) as never:
        client.read(new_receipt_code())
    assert (gone.value.status, str(gone.value)) == (never.value.status, str(never.value))


def test_a_lost_answer_costs_no_token_and_stores_nothing_twice(
    office: Office, client: FeedbackClient, line: Line, code: str, tmp_path: Path
) -> None:
    path, card = tmp_path / "kept" / "one.json", client.card()
    right = right_in(f"http://localhost:8000/feedback#{code}")
    line.lose = 1
    with pytest.raises(Unreachable):
        token_for(client, card, right, None, path)
    assert isinstance(read_kept(path), TokenRequest)
    token = token_for(client, card, right, read_kept(path), path)
    assert isinstance(read_kept(path), Token)
    assert token_for(client, card, right, read_kept(path), path).token == token.token
    sealed = seal_opening(card.channels[0], token, DRAFT)
    keep(path, sealed)
    assert path.stat().st_mode & 0o777 == 0o600
    assert DRAFT.text.encode() not in path.read_bytes()
    line.lose = 1
    with pytest.raises(Unreachable, match="run the same command again"):
        send_opening(client, sealed, path)
    kept = read_kept(path)
    assert isinstance(kept, SealedOpening)
    opened = send_opening(client, kept, path)
    found = client.read(opened.code)
    line.lose = 1
    client.add(found, "message", "More.")  # sent again by itself
    line.lose = 2
    with pytest.raises(Unreachable, match="read the conversation"):
        client.add(found, "message", "Even more.")
    assert [one.body["text"] for one in client.read(opened.code).said[1:]] in (
        ["More.", "Even more."],
        ["Even more.", "More."],  # both have the number 2
    )
    for _ in range(2):
        client.open(sealed_by(client, code))  # two of three tokens are left
    with pytest.raises(ServerRefused, match="used up"):
        sealed_by(client, code)


def test_a_new_key_of_the_channel_keeps_the_token_and_a_spent_token_is_given_up(
    office: Office, client: FeedbackClient, code: str, tmp_path: Path
) -> None:
    path, sealed = tmp_path / "one.json", sealed_by(client, code)
    elsewhere = replace(sealed, epoch=9)
    keep(path, elsewhere)
    client.open(sealed)
    client.delete(client.read(sealed.code))
    with pytest.raises(ServerRefused, match="another key"):
        send_opening(client, elsewhere, path)
    kept = read_kept(path)
    assert isinstance(kept, Token)
    assert kept.token == sealed.token.token
    with pytest.raises(ServerRefused, match="draw another"):
        send_opening(client, sealed, path)
    assert read_kept(path) is None


def test_faults_of_a_draft_are_told_before_anything_is_sent() -> None:
    for fault, subject, text, attachment in (
        (Invalid, "", "x", b""),
        (Invalid, "ü" * 64, "x", b""),
        (Invalid, "s", "x" * 300_000, b""),
        (Refused, "s", "x", b"GIF89a"),
    ):
        with pytest.raises(fault):
            Draft(subject, text, "en", attachment)


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"format":"sottovoce-feedback-1","stage":"token"}', b"\xff"]
)
def test_a_damaged_file_is_told(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "one.json"
    path.write_bytes(content)
    with pytest.raises(Invalid, match="holds no message"):
        read_kept(path)


def test_a_server_that_lies_is_not_believed(
    office: Office, client: FeedbackClient, line: Line, code: str
) -> None:
    opened = client.open(sealed_by(client, code))
    line.changes = [(b'"2026-03"', b'"2026-02"')]
    with pytest.raises(ContractBroken):
        client.card()
    for name, fault in ((b"locker", Refused), (b"subject", Spoiled)):
        line.changes = [(b'"%s":"' % name, b'"%s":"AAAA' % name)]
        with pytest.raises(fault):
            client.read(opened.code)
    line.changes = [(b'"content":"', b'"content":"AAAA')]
    assert client.read(opened.code).said[0].body == {}  # what does not open is shown as such
    for changes in ([(b'"conversation"', b'"x"')], [(b"{", b"[")]):
        line.changes = changes
        with pytest.raises((Unreachable, Spoiled)):
            client.read(opened.code)


def test_requests_tell_nothing_of_who_sends_them(client: FeedbackClient, line: Line, code: str) -> None:
    opened = client.open(sealed_by(client, code))
    client.read(opened.code)
    allowed = {
        "host",
        "user-agent",
        "accept",
        "accept-encoding",
        "connection",
        "content-type",
        "content-length",
    }
    assert {name.lower() for request in line.sent for name in request.headers} <= allowed
    assert not [request for request in line.sent if opened.code in str(request.url)]
    sent = b"".join(request.read() for request in line.sent)
    assert opened.code.encode() not in sent
