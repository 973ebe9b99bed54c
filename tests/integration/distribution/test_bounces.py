"""Invitations that come back: no later wave writes to such an address, and nothing names one."""

import io
import logging
from collections.abc import Callable, Iterable
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from service.cli import main
from service.distribution.bounces import unmarked_name
from service.store import distribution, rosters
from service.store.rosters import RosterEntry
from service.store.tables_main import InvitationRow, RosterRow
from service.store.tables_staff import AuditRow
from service.store.unit_of_work import unit_of_work
from tests.integration.distribution.test_letters import PEOPLE, office  # noqa: F401
from tests.returned_mail import EXCHANGE, made_report, report

ON_SQLITE = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
Feed = Callable[..., SimpleNamespace]
BEGINS = b"From MAILER-DAEMON Mon Mar  2 09:00:01 2026\n"


@pytest.fixture
def feed(
    office: SimpleNamespace,  # noqa: F811
    database: SimpleNamespace,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> Feed:
    """Runs ``sottovoce bounces`` with these bytes as its standard input: exit code, and all that was said."""
    monkeypatch.setenv("SOTTOVOCE_DATABASE", database.main)
    monkeypatch.setenv("SOTTOVOCE_BOX_DATABASE", database.box)
    caplog.set_level(logging.DEBUG)

    def run(content: bytes = b"", *arguments: str) -> SimpleNamespace:
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(content)))
        capsys.readouterr()
        caplog.clear()  # of the mail server's own lines
        with pytest.raises(SystemExit) as ended:
            main(["bounces", "--data", str(office.folder), *arguments])
        said = capsys.readouterr()
        return SimpleNamespace(code=ended.value.code, out=said.out, err=said.err, log=caplog.text)

    return run


def letters_to(office: SimpleNamespace, person: str) -> list[EmailMessage]:  # noqa: F811
    """What somebody got, oldest first."""
    return [letter for address, letter in office.mail.letters if address == f"{person}@example.org"]


def marked(office: SimpleNamespace) -> set[str]:  # noqa: F811
    return {row.person for row in office.rows(RosterRow) if row.unreachable}


def audited(office: SimpleNamespace) -> list[Any]:  # noqa: F811
    found = [row for row in office.rows(AuditRow) if row.action == "mark unreachable addresses"]
    return [(row.actor, row.subject, row.detail) for row in found]


def replace(office: SimpleNamespace, people: Iterable[str], domain: str = "example.org") -> None:  # noqa: F811
    entries = [RosterEntry(name, {"unit": "north"}, f"{name}@{domain}") for name in people]
    with unit_of_work(office.main) as tx:
        rosters.replace_roster(tx, "pulse", entries)


def test_who_could_not_be_reached_gets_a_link_from_the_owner_and_no_letter(
    office: SimpleNamespace,  # noqa: F811
    feed: Feed,
) -> None:
    office.send()
    (first,), (second,) = letters_to(office, "p000"), letters_to(office, "p001")
    whole = made_report(first, "Final-Recipient: rfc822; a@inside.example.org\nAction: failed\nStatus: 5.1.1")
    # This mail server writes the address as it likes, and gives back the head alone.
    head = report(second["Message-ID"], "P001@Example.org", shape=EXCHANGE)
    said = feed(BEGINS + whole + b"\n" + BEGINS + head + b"\n" + BEGINS + b"Subject: Thanks\n\nHello.\n")
    assert (said.code, said.err) == (0, "")
    assert said.out == (
        "3 messages read: 2 say that an address takes no mail, 1 says something else. 2 entries of rosters "
        "are newly marked; their people get a card or a link from the owner in later waves.\n"
    )
    assert marked(office) == {"p000", "p001"}
    # The wave that is open stays as it is, and who is marked is marked once.
    assert all(row.mailed for row in office.rows(InvitationRow))
    assert "0 entries of rosters are newly marked." in feed(whole, "-").out
    assert audited(office) == [("machine", "", {"entries": 2})]
    found = office.ok("GET", f"/waves/{office.wave}/distribution", "analyst")
    assert (found["addresses"], found["unreachable"]) == (PEOPLE - 2, 2)
    assert not any("example.org" in str(row) or "p00" in str(row) for row in office.rows(AuditRow))
    assert "example.org" not in said.log

    office.ok("POST", f"/waves/{office.wave}/close")
    before = len(office.mail.letters)
    office.wave = office.draft()
    with unit_of_work(office.main) as tx:
        distribution.put(tx, office.wave, mail=True)
    office.ok("POST", f"/waves/{office.wave}/open")
    office.send()
    written_to = {address.partition("@")[0] for address, _ in office.mail.letters[before:]}
    assert written_to == {f"p{place:03}" for place in range(2, PEOPLE)}
    links = office.ok("POST", f"/waves/{office.wave}/invitations")["items"]
    assert [item["person"] for item in links] == ["p000", "p001"]


def test_nobody_can_forge_a_report_and_one_of_a_reminder_is_not_believed(
    office: SimpleNamespace,  # noqa: F811
    feed: Feed,
) -> None:
    office.send()
    office.now += timedelta(days=2)
    office.send()
    invitation, reminder = letters_to(office, "p000")
    assert len(invitation["Message-ID"]) == len(reminder["Message-ID"])
    mine = invitation["Message-ID"]
    forged = [
        report(mine, "p001@example.org"),
        report(f"<{unmarked_name()}@example.org>", "p001@example.org"),
        # It would tell the store that p000 had not drawn a token.
        report(reminder["Message-ID"], "p000@example.org"),
        report(mine, "p000@example.org", action="delayed", status="4.4.1"),
    ]
    said = feed(BEGINS + (b"\n" + BEGINS).join(forged))
    assert said.out == (
        "4 messages read: 0 say that an address takes no mail, 3 say so and cannot be believed, "
        "1 says something else. 0 entries of rosters are newly marked.\n"
    )
    assert marked(office) == set()
    assert audited(office) == []


def test_a_mark_stays_with_the_address_through_new_rosters(office: SimpleNamespace) -> None:  # noqa: F811
    with unit_of_work(office.main) as tx:
        assert rosters.mark_unreachable(tx, ["P000@EXAMPLE.ORG", "p001@example.org", "x@example.org"]) == 2
        assert rosters.mark_unreachable(tx, ["p000@example.org"] * 2) == 0
        assert rosters.mark_unreachable(tx, []) == 0
        assert rosters.unreachable(tx, "pulse") == 2
    replace(office, ["p000", "p002"], "Example.ORG")
    assert marked(office) == {"p000"}
    replace(office, ["p000", "p001"])
    assert marked(office) == {"p000"}  # p001 had left
    replace(office, ["p000"], "example.com")
    replace(office, ["p000"])
    assert marked(office) == set()


@ON_SQLITE
def test_what_cannot_be_read_is_one_line_and_changes_nothing(
    office: SimpleNamespace,  # noqa: F811
    feed: Feed,
    tmp_path: Path,
) -> None:
    office.send()
    (letter,) = letters_to(office, "p000")
    good = tmp_path / "good.eml"
    good.write_bytes(report(letter["Message-ID"], "p000@example.org"))
    key = office.context.settings.key_folder / "quiet.key"
    key.rename(tmp_path / "away.key")
    missing = str(tmp_path / "none.eml")
    for arguments, told in (((str(good),), "quiet.key is missing"), ((str(good), missing), missing)):
        said = feed(b"", *arguments)
        assert (said.code, said.out, said.err.count("\n")) == (2, "", 1)
        assert told in said.err
        assert marked(office) == set()
        if not key.exists():
            (tmp_path / "away.key").rename(key)
    assert "1 entry of a roster is newly marked;" in feed(b"", str(good)).out
    with office.main.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version_main SET version_num = '0005'")
    said = feed(b"", str(good))
    assert (said.code, said.err.count("\n")) == (2, 1)
    assert "sottovoce migrate" in said.err
