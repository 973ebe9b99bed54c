"""A trial letter goes to one address, at once, and leaves no address behind; what the server says is told."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from service.store.tables_schedules import MailTextRow
from service.store.tables_staff import AuditRow
from tests.post_office import PostOffice, link_in

TRIAL = "/surveys/pulse/letters/invitation/de/trial"


@pytest.fixture
def mail(world: Any) -> Iterator[PostOffice]:
    """A mail server that the service uses."""
    world.asked(1)
    mail = PostOffice()
    with mail.open() as port:
        settings = {"smtp_host": "127.0.0.1", "smtp_port": port, "smtp_security": "none"}
        world.limit(**settings, mail_from="pulse@example.org", organisation="Acme")
        yield mail


def test_a_trial_reads_like_the_letter_and_its_links_are_an_examples(world: Any, mail: PostOffice) -> None:
    world.ok("POST", TRIAL, json={"to": "kim@example.org"})
    ((address, letter),) = mail.letters
    assert address == letter["To"] == "kim@example.org"
    assert letter["Subject"].startswith("Trial: ")
    assert letter["Content-Language"] == "de"
    assert f"/w/{bytes(32).hex()}#" in link_in(letter)
    shown = world.ok("POST", TRIAL.replace("trial", "preview"), json=shipped(world))
    assert letter.get_body(("plain",)).get_content().replace("\r\n", "\n") == shown["text"]


def test_words_can_be_tried_before_they_are_stored(world: Any, mail: PostOffice) -> None:
    words = {"subject": "Ein Wort", "text": "Bitte hier:\n\n{link}"}
    world.ok("POST", TRIAL, json={"to": "kim@example.org", "words": words})
    assert mail.letters[0][1]["Subject"] == "Trial: Ein Wort"
    assert world.rows(MailTextRow) == []
    refused = world.call("POST", TRIAL, json={"to": "kim@example.org", "words": {**words, "text": "no link"}})
    assert (refused.status_code, len(mail.letters)) == (422, 1)


def test_no_address_is_kept(world: Any, mail: PostOffice, caplog: pytest.LogCaptureFixture) -> None:
    world.ok("POST", TRIAL, json={"to": "kim@example.org"})
    entry = max(world.rows(AuditRow), key=lambda row: row.position)
    assert entry.action == "send trial letter"
    assert "kim@" not in str(entry.detail) + caplog.text


def test_what_the_mail_server_says_is_the_answer(world: Any, mail: PostOffice) -> None:
    for refused, status in (("550 no such mailbox", 409), ("451 later", 503)):
        mail.answer = lambda _, said=refused: said
        answer = world.call("POST", TRIAL, json={"to": "kim@example.org"})
        assert (answer.status_code, "kim@" in answer.text) == (status, False)
    assert mail.letters == []


def test_what_cannot_be_sent_is_said(world: Any, mail: PostOffice) -> None:
    for to in ("kim", "kim@example.org\r\nBcc: all@example.org", "Kim <kim@example.org>", ""):
        answer = world.call("POST", TRIAL, json={"to": to})
        assert (answer.status_code, answer.json()["problems"][0]["place"]) == (422, "to")
    assert (
        world.call("POST", TRIAL.replace("/de/", "/fr/"), json={"to": "kim@example.org"}).status_code == 422
    )
    world.limit(smtp_port=9)
    down = world.call("POST", TRIAL, json={"to": "kim@example.org"})
    assert (down.status_code, "cannot be reached" in down.json()["detail"]) == (503, True)
    world.limit(smtp_host=None)
    off = world.call("POST", TRIAL, json={"to": "kim@example.org"})
    assert (off.status_code, off.json()["problems"][0]["id"]) == (422, "no-mail-server")
    assert mail.letters == []


def shipped(world: SimpleNamespace) -> dict[str, str]:
    """The words of the German invitation."""
    items = world.ok("GET", "/surveys/pulse/letters")["items"]
    (found,) = (one for one in items if (one["kind"], one["language"]) == ("invitation", "de"))
    return {"subject": found["subject"], "text": found["text"]}
