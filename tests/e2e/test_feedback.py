"""A conversation through real processes on both databases: a sender in a terminal, a handler as a browser.

Messages are let out at once here, because nobody can move the clock of a process.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from fastapi.responses import Response
from sqlalchemy import text
from sqlalchemy.engine import make_url

from privacy import signatures
from privacy.canonical import b64u, unb64u
from privacy.conversation import locator
from service.accounts.api_keys import digest_of, new_api_key
from service.accounts.sessions import begin_session
from service.clock import system_clock
from service.demo.server import running_service
from service.demo.staff import Owner
from service.demo.story import open_wave
from service.http.context import Context
from service.settings import Settings
from service.store import staff, staff_users
from service.store.engine import open_engine
from service.store.unit_of_work import unit_of_work
from tests.feedback_parts import (
    NOTICE,
    THEMES,
    Handler,
    handlers_reply,
    opened_conversation_key,
    sealed_channel_key,
    subject_of,
)
from tests.files import contents_below
from tests.integration.feedback.handlers import locks
from tests.unit.privacy.test_attachments import HEAD, IDAT, IEND, IHDR, SECRET, chunk

NAME = "Anna Berger, early shift"
DEFINITION = (
    'id: mood\nversion: "1"\ntitle: {en: Mood}\nlanguages: [en]\nquestions:\n'
    "  - {id: mood, type: scale, favourable: [good], text: {en: How is it},"
    " options: [{id: bad, text: {en: Bad}}, {id: good, text: {en: Good}}]}\n"
)


@pytest.fixture
def running(database: SimpleNamespace, tmp_path: Path) -> Iterator[SimpleNamespace]:
    """The real service, its owner, and Robin of staff with a session as a browser has it."""
    data, key, answer = tmp_path / "data", new_api_key(), Response()
    data.mkdir()
    main, box = open_engine(database.main), open_engine(database.box)
    context = Context(Settings(data=data), system_clock, main, box)
    with unit_of_work(main) as tx:
        staff.add_key(tx, name="test", role="admin", digest=digest_of(key), day=date(2026, 1, 1))
        robin = staff_users.add_user(
            tx, email="robin@example.org", name="Robin", role="analyst", day=date(2026, 1, 1)
        )
        begin_session(tx, context, robin.id, answer)
    main.dispose()
    box.dispose()
    settings = {"DATABASE": database.main, "BOX_DATABASE": database.box, "FEEDBACK_HOUR": "24"}
    with running_service(data, 0, settings) as address:
        cookie = answer.headers["set-cookie"].partition(";")[0]
        with httpx.Client(
            base_url=f"{address}/inbox/data", headers={"Cookie": cookie}, trust_env=False
        ) as http:
            owner = Owner(address, key)
            http.headers["X-CSRF"] = http.get("/me").json()["csrf"]
            while not owner.call("GET", "/feedback")["periods"]:  # made just after the start
                pass
            yield SimpleNamespace(
                address=address,
                owner=owner,
                robin=robin.id,
                http=http,
                folder=tmp_path,
                data=data,
                database=database,
            )
            owner.close()


def test_somebody_writes_is_answered_and_stays_unknown(running: SimpleNamespace) -> None:
    channel, key = open_channel(running)
    (link,) = links(running)
    code_file, text_file, picture = (running.folder / name for name in ("code", "text", "photo.png"))
    text_file.write_text("The shifts are set too late.\nAnd nobody is asked.")
    picture.write_bytes(HEAD + IHDR + chunk(b"tEXt", SECRET) + IDAT + IEND)
    shown = sender(running, "channels")
    assert "Ideas and concerns" in shown
    assert "In danger call 112." in shown
    options = ["--channel", channel[:8], "--subject", "Shifts", "--text-file", str(text_file)]
    said = sender(running, "write", *options, "--attach", str(picture), link=link, code=code_file)
    assert "receipt code is in" in said
    assert code_file.stat().st_mode & 0o777 == 0o600
    (item,) = running.http.get("/conversations").json()["items"]
    name = bytes.fromhex(item["conversation"])
    secret = opened_conversation_key(unb64u(item["sealed_key"]), name, key)
    assert subject_of(secret, name, unb64u(item["subject"])) == "Shifts"
    path = f"/conversations/{item['conversation']}"
    reply(running, path, handlers_reply(secret, name, "Would a fixed rule help?", 2))
    asked = {"kind": "quote-question", "quote": "The shifts are set too late."}
    reply(running, path, handlers_reply(secret, name, "May we quote this?", 3, **asked))
    pictures = running.folder / "pictures"
    pictures.mkdir()
    read = sender(running, "read", "--pictures", str(pictures), code=code_file)
    assert read.index("set too late") < read.index("Would a fixed rule help?") < read.index("quote:")
    (kept,) = pictures.iterdir()
    assert kept.read_bytes() == HEAD + IHDR + IDAT + IEND
    sender(running, "reply", "--text-file", str(text_file), code=code_file)
    sender(running, "quote", "--yes", code=code_file)
    sender(running, "resolved", code=code_file)
    found = running.http.get(path).json()
    assert found["verdict"] == "resolved"
    assert len(found["messages"]) == 6
    told = sender(running, "reveal", code=code_file, typed=f"{NAME}\ny\nn\n")
    assert "Nothing was sent" in told
    assert "Sent." in sender(running, "reveal", code=code_file, typed=f"{NAME}\ny\ny\n")
    assert len(running.http.get(path).json()["messages"]) == 7
    code = code_file.read_text().strip()
    words = ("set too late", "fixed rule", "Shifts", NAME, code, code.replace("-", ""), SECRET.decode())
    stored = everything(running)
    assert not [str(path) for path, data in stored.items() for word in words if word.encode() in data]
    assert any(locator(code) in data for data in stored.values()), "the search finds nothing"
    assert "Nothing was deleted" in sender(running, "delete", code=code_file, typed="n\n")
    sender(running, "delete", "--yes", code=code_file)
    assert not list((running.folder / "kept").iterdir())
    assert running.http.get("/conversations").json()["items"] == []
    gone = command(running, "read", code=code_file)
    assert (gone.returncode, len(gone.stderr.splitlines())) == (2, 1)


def test_what_is_wrong_is_told_in_one_line_and_spends_no_token(running: SimpleNamespace) -> None:
    channel, _ = open_channel(running)
    (link,) = links(running)
    message, picture = running.folder / "text", running.folder / "photo.gif"
    message.write_text("x")
    picture.write_bytes(b"GIF89a")
    options = ["--channel", channel[:8], "--subject", "s", "--text-file", str(message)]
    wrong = {
        "neither a JPEG nor a PNG": [*options, "--attach", str(picture)],
        "no one channel": ["--channel", "nothing", "--subject", "s", "--text-file", str(message)],
        "subject": [*options[:2], "--subject", "s" * 200, "--text-file", str(message)],
        "No such file": [*options[:5], "/nonexistent"],
    }
    for said, arguments in wrong.items():
        ended = command(running, "write", *arguments, link=link)
        assert (ended.returncode, len(ended.stderr.splitlines())) == (2, 1), ended.stderr
        assert said in ended.stderr
    typed = "1\nShifts\nWrite to ada@example.org\nn\n"
    hinted = sender(running, "write", link=link, typed=typed)
    assert "looks like an e-mail address" in hinted
    assert "Nothing was sent" in hinted
    for number in range(3):  # tokens of a month
        sender(running, "write", *options, link=link, code=running.folder / f"code{number}")
    wave = open_wave(running.owner, "mood")
    invitation = running.owner.invite(wave)["ada@example.org"]
    sender(running, "write", *options, link=invitation, code=running.folder / "of-a-wave")
    used_up = command(running, "write", *options, link=link, code=running.folder / "code")
    assert (used_up.returncode, len(used_up.stderr.splitlines())) == (2, 1)
    assert "used up" in used_up.stderr


def open_channel(running: SimpleNamespace) -> tuple[str, Any]:
    """A channel that Robin handles, and its key."""
    made = running.owner.call("POST", "/feedback/channels", {"notice": NOTICE, "themes": THEMES})["id"]
    handler, key = Handler(running.robin), signatures.new_key()
    running.owner.call("PUT", f"/feedback/channels/{made}/handlers/{running.robin}", {"name": "Robin"})
    assert running.http.post("/key", json=locks(handler)).status_code == 204
    copy = sealed_channel_key(made, 1, key, handler.point)
    value = {"epoch": 1, "public_key": b64u(signatures.point_of(key)), "sealed": {running.robin: b64u(copy)}}
    assert running.http.post(f"/channels/{made}/keys", json=value).status_code == 204
    running.owner.call("PATCH", f"/feedback/channels/{made}", {"state": "open"})
    return made, key


def links(running: SimpleNamespace) -> list[str]:
    """Feedback links of a roster of one."""
    survey = running.owner.create_survey(DEFINITION)
    people = {"people": [{"person": "ada@example.org", "attributes": {}}]}
    running.owner.call("PUT", f"/surveys/{survey}/roster", people)
    made = running.owner.call("POST", "/feedback/passes", {"survey": survey})
    return [item["link"] for item in made["items"]]


def reply(running: SimpleNamespace, path: str, content: bytes) -> None:
    """What a handler's browser sends."""
    answer = running.http.post(f"{path}/replies", json={"content": b64u(content), "mark": "reply"})
    assert answer.status_code == 201, answer.text


def everything(running: SimpleNamespace) -> dict[Path, bytes]:
    """Every file of the service and of its database."""
    folders = [running.data]
    stores = [Path(make_url(name).database or "") for name in (running.database.main, running.database.box)]
    if running.database.kind == "postgresql":
        engine = open_engine(running.database.main)
        with engine.connect() as connection:
            folders.append(Path(connection.execute(text("SHOW data_directory")).scalar_one()))
        engine.dispose()
        stores = []
    found = {path: data for folder in folders for path, data in contents_below(folder).items()}
    beside = [path for store in stores for path in store.parent.glob(f"{store.name}*")]
    return found | {path: path.read_bytes() for path in beside}


def sender(
    running: SimpleNamespace, *arguments: str, link: str = "", code: Path | None = None, typed: str = ""
) -> str:
    """What a command says that succeeds."""
    ended = command(running, *arguments, link=link, code=code, typed=typed)
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def command(
    running: SimpleNamespace, *arguments: str, link: str = "", code: Path | None = None, typed: str = ""
) -> "subprocess.CompletedProcess[str]":
    """``sottovoce feedback`` with the sender's own folder for what is kept."""
    where = link or f"{running.address}/feedback"
    options = [] if code is None else ["--receipt-file", str(code)]
    options += ["--keep", str(running.folder / "kept")] if arguments[0] == "write" else []
    return subprocess.run(
        [sys.executable, "-m", "service.cli", "feedback", arguments[0], where, *arguments[1:], *options],
        capture_output=True,
        input=typed,
        text=True,
        check=False,
        env={**os.environ, "HOME": str(running.folder)},
    )
