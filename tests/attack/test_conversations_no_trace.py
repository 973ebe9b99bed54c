"""All that the server has, and every log, tells no message, author, link or time of a conversation."""

import hashlib
import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from sqlalchemy import Engine, text

from privacy.canonical import b64u, unb64u
from privacy.conversation import access, conversation_key, locator
from privacy.crockford import secret_of
from privacy.sealing import new_pseudonym, nonce_of
from privacy.signatures import point_of, scalar_of
from privacy.tokens import blind, finalize, token_input
from service.clock import system_clock
from service.demo.server import running_service
from service.feedback import handling
from service.feedback.mixing import mix_conversations
from service.http.context import Context
from service.settings import Settings
from service.store import passes, rosters, surveys
from service.store.engine import open_engine
from service.store.unit_of_work import unit_of_work
from tests.attack.test_no_trace import AGENT, COOKIE, HEADERS
from tests.feedback_parts import Channel, Sender, add_channel, handlers_reply, sealed_note
from tests.files import contents_below
from tests.integration.collector.conftest import careful  # noqa: F401

TABLES = ("conversation", "message", "conversation_note", "feedback_spent")
WORDS = "Der Schichtplan wird um 23 Uhr 4417 geändert"
SUBJECT = "Nachtschicht 9035"
ANSWER = "Wir fragen niemanden nach dem Namen 5518"
NOTE = "Bitte die Juristin 7340 fragen"
WINDOW = 8  # bytes that do not meet by chance: 2^-64 a pair of places


@pytest.fixture
def running(database: SimpleNamespace, tmp_path: Path) -> Iterator[SimpleNamespace]:
    """The real service, which lets out at once, and its stores from outside."""
    data = tmp_path / "data"
    data.mkdir()
    settings = {
        "DATABASE": database.main,
        "BOX_DATABASE": database.box,
        "FEEDBACK_HOUR": "24",
    }
    main, box = open_engine(database.main), open_engine(database.box)
    with running_service(data, 0, settings) as address:
        yield SimpleNamespace(address=address, data=data, main=main, box=box, kind=database.kind)
    main.dispose()
    box.dispose()


def test_a_copy_of_everything_tells_no_message_and_no_author(running: SimpleNamespace) -> None:
    code = a_pass(running)
    channel = add_channel(running.box)
    sender = converse(running, channel, code)
    secrets_of_sender = [
        *spelled(WORDS, SUBJECT, ANSWER, NOTE, AGENT, COOKIE, sender.code, code),
        secret_of(sender.code),
        conversation_key(sender.code),
        access(sender.code),
        scalar_of(sender.pseudonym),
        scalar_of(channel.key),
        scalar_of(channel.handler.key),
    ]
    for copy in (everything(running), mixed(running)):
        found = {
            secret: [str(path) for path, data in copy.items() if secret in data]
            for secret in secrets_of_sender
        }
        assert not {secret: paths for secret, paths in found.items() if paths}
    assert any(locator(sender.code) in data for data in mixed(running).values()), "the search finds nothing"


def test_no_draw_is_tied_to_a_person_or_a_conversation(running: SimpleNamespace) -> None:
    """Without the code, a draw shares nothing with the pass it came from, nor with what it opened."""
    code = a_pass(running)
    sender = converse(running, add_channel(running.box), code)
    (draw,) = rows_of(running.main, "feedback_draw")
    own = windows(draw["digest"]) | windows(draw["blinded_digest"])
    columns = [value for table in TABLES for row in rows_of(running.box, table) for value in row.values()]
    others = [value for value in columns if isinstance(value, bytes)] + [
        passes.pass_digest(code),
        sender.token,
    ]
    assert len(others) > len(TABLES)
    assert not [value for value in others if own & windows(value)]


def test_two_conversations_of_one_person_have_nothing_in_common(running: SimpleNamespace) -> None:
    code, channel = a_pass(running), add_channel(running.box)
    for sender in (converse(running, channel, code), converse(running, channel, code)):
        assert sender.number == 2
    seen: dict[bytes, set[bytes]] = {}
    for row in rows_of(running.box, "conversation"):
        seen[row["id"]] = {
            part for value in row.values() if isinstance(value, bytes) for part in windows(value)
        }
    for row in rows_of(running.box, "message"):
        seen[row["conversation"]] |= windows(row["id"]) | windows(row["content"])
    one, two = seen.values()
    assert min(len(one), len(two)) > 1000
    assert not one & two


def test_nothing_is_finer_than_a_day_and_rows_lie_in_no_order(running: SimpleNamespace) -> None:
    code, channel = a_pass(running), add_channel(running.box)
    for _ in range(3):
        converse(running, channel, code)
    before = audit_entries(running)
    mixed(running)
    place = "rowid" if running.kind == "sqlite" else "ctid"
    for table in ("conversation", "message", "conversation_note"):
        slots = [row["slot"] for row in rows_of(running.box, table, f"ORDER BY {place}")]
        assert slots == sorted(slots)
        assert len(slots) >= 3
        if running.kind == "postgresql":
            with running.box.connect() as connection:
                written_by = connection.execute(text(f"SELECT count(DISTINCT xmin::text) FROM {table}"))
                assert written_by.scalar_one() == 1
    assert audit_entries(running) == before, "the audit log tells of a conversation"


@pytest.mark.usefixtures("careful")
def test_what_was_deleted_is_in_no_file(running: SimpleNamespace) -> None:
    code, channel = a_pass(running), add_channel(running.box)
    kept, gone = converse(running, channel, code), converse(running, channel, code)
    mixed(running)
    messages = rows_of(running.box, "message")
    contents = {row["content"][:64] for row in messages if row["conversation"] == gone.name}
    assert len(contents) == 3
    assert post(running, "deletions", gone.deletion()).status_code == 204
    copy = mixed(running)
    left = [
        str(path)
        for path, data in copy.items()
        for content in (*contents, locator(gone.code))
        if content in data
    ]
    assert not left
    assert any(locator(kept.code) in data for data in copy.values())


def a_pass(running: SimpleNamespace) -> str:
    """The code of a feedback link of somebody on a roster."""
    with unit_of_work(running.main) as tx:
        surveys.add_survey(
            tx, "s-attack", version="1", title={"en": "x"}, source="id: x", day=date(2026, 1, 1)
        )
        rosters.replace_roster(tx, "s-attack", [rosters.RosterEntry("ada@example.org", {})])
        ((_, code),) = passes.make_passes(tx, "s-attack", "2026-03").codes
    return code


def converse(running: SimpleNamespace, channel: Channel, code: str) -> Sender:
    """A conversation with a real token: two messages, an answer and a note, with telltale headers."""
    sender = drawn(running, channel, code)
    assert post(running, "conversations", sender.opening(WORDS, SUBJECT)).status_code == 201
    assert post(running, "messages", sender.addition(WORDS)).status_code == 201
    assert post(running, "messages", WORDS.encode()).status_code == 422
    assert post(running, "lookups", sender.lookup()).status_code == 200
    robin, context = channel.handler.user_id, of_handlers(running)
    content = handlers_reply(sender.key, sender.name, ANSWER, 3)
    handling.reply(context, robin, sender.name, content, "reply")
    handling.note(context, robin, sender.name, 1, sealed_note(channel.key, sender.name, NOTE))
    handling.read(context, robin, sender.name)
    return sender


def drawn(running: SimpleNamespace, channel: Channel, code: str) -> Sender:
    """Somebody who drew a token with their feedback link."""
    periods: list[dict[str, str]] = []
    while not periods:  # the first is made just after the start
        periods = httpx.get(f"{running.address}/api/v1/feedback", trust_env=False).json()["periods"]
    period, key = bytes.fromhex(periods[0]["period"]), unb64u(periods[0]["issuer_public_key"])
    pseudonym = new_pseudonym()
    value = token_input(period, nonce_of(period, point_of(pseudonym)), hashlib.sha256(key).digest())
    blinded = blind(key, value)
    request = {"code": code, "period": period.hex(), "blinded_message": b64u(blinded.message)}
    answer = post(running, "tokens", request)
    assert answer.status_code == 200, answer.text
    return Sender(
        period,
        channel,
        pseudonym=pseudonym,
        token=finalize(blinded, unb64u(answer.json()["blind_signature"])),
    )


def post(running: SimpleNamespace, what: str, content: bytes | dict[str, str]) -> httpx.Response:
    """A sender's request, with headers that would give them away."""
    address = f"{running.address}/api/v1/feedback/{what}"
    if isinstance(content, dict):
        return httpx.post(address, json=content, headers=HEADERS, trust_env=False)
    headers = {**HEADERS, "Content-Type": "application/octet-stream"}
    return httpx.post(address, content=content, headers=headers, trust_env=False)


def of_handlers(running: SimpleNamespace) -> Context:
    """What a handler's requests run in."""
    settings = Settings(data=running.data, feedback_hour=24)
    return Context(settings, system_clock, running.main, running.box)


def everything(running: SimpleNamespace) -> dict[Path, bytes]:
    """Every file of the service and of its database, as they are now."""
    folders = [running.data.parent]
    if running.kind == "postgresql":
        with running.main.connect() as connection:
            folders.append(Path(connection.execute(text("SHOW data_directory")).scalar_one()))
    return {path: data for folder in folders for path, data in contents_below(folder).items()}


def mixed(running: SimpleNamespace) -> dict[Path, bytes]:
    """The same after mixing."""
    context = of_handlers(running)
    context.conversations_written.set()
    assert mix_conversations(context)
    return everything(running)


def rows_of(engine: Engine, table: str, how: str = "") -> list[dict[str, Any]]:
    """The rows of a table, bytes as bytes."""
    with engine.connect() as connection:
        found = connection.execute(text(f"SELECT * FROM {table} {how}")).mappings()
        return [
            {name: bytes(value) if isinstance(value, memoryview) else value for name, value in row.items()}
            for row in found
        ]


def audit_entries(running: SimpleNamespace) -> int:
    """How long the audit log is."""
    return len(rows_of(running.main, "audit"))


def windows(value: bytes) -> set[bytes]:
    """Every part of this many bytes."""
    return {value[start : start + WINDOW] for start in range(len(value) - WINDOW + 1)}


def spelled(*texts: str) -> Iterator[bytes]:
    """A text as it could stand in a file."""
    for one in texts:
        yield from (one.encode(), one.encode("utf-16-le"), json.dumps(one)[1:-1].encode())
        yield one.replace("-", "").encode()
