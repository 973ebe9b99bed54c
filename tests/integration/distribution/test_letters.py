"""Letters over a real SMTP server: one invitation each, reminders by issuance, nothing kept of whom."""

import asyncio
from collections.abc import Iterator
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import inspect, text, update
from sqlmodel import col

from privacy.contract import minute
from service.distribution import quiet
from service.distribution.post import Post
from service.store import distribution, invitations
from service.store.mail_rounds import CLAIM, Claimed
from service.store.slots import slot_of
from service.store.tables_main import InvitationRow, IssuanceRow, RosterRow
from service.store.tables_schedules import MailAgainRow, MailRoundRow, QuietRow
from service.store.unit_of_work import unit_of_work
from service.surveys.telling import mail_keys
from tests.post_office import PostOffice, link_in

PEOPLE = 24


@pytest.fixture
def office(world: SimpleNamespace) -> Iterator[SimpleNamespace]:
    """A world with a mail server, and a wave of a week whose invitations are due, with two reminders."""
    mail = PostOffice()
    with mail.open() as port:
        world.limit(
            smtp_host="127.0.0.1",
            smtp_port=port,
            smtp_security="none",
            mail_from="pulse@example.org",
            mail_connections=2,
        )
        world.asked(PEOPLE)
        with unit_of_work(world.main) as tx:
            rows = update(RosterRow).values(email=col(RosterRow.person) + "@example.org")
            tx.connection().execute(rows)
        world.wave = world.draft()
        start = world.now.replace(second=0)
        reminders = [minute(start + timedelta(days=days)) for days in (2, 4)]
        with unit_of_work(world.main) as tx:
            distribution.put(tx, world.wave, mail=True, reminders=reminders)
        world.ok("POST", f"/waves/{world.wave}/open")
        world.mail = mail
        world.post = Post(world.context, mail_keys(world.context))
        world.send = lambda: asyncio.run(world.post.tick())
        yield world


def draw_token(world: SimpleNamespace, person: str) -> None:
    """As if this person had drawn their token."""
    digest = next(row.digest for row in world.rows(InvitationRow) if row.person == person)
    with unit_of_work(world.main) as tx:
        tx.add(IssuanceRow(slot=slot_of(digest), digest=digest, wave_id=world.wave, blinded_digest=b"b" * 32))


def rounds(world: SimpleNamespace) -> list[MailRoundRow]:
    return sorted(world.rows(MailRoundRow), key=lambda row: row.number)


def test_everybody_gets_one_letter_with_a_link_that_draws_a_token(office: SimpleNamespace) -> None:
    office.send()
    office.send()
    assert office.mail.number == {f"p{place:03}@example.org": 1 for place in range(PEOPLE)}
    digests = {row.person: row.digest for row in office.rows(InvitationRow)}
    for address, letter in office.mail.letters:
        wave, _, code = link_in(letter).rpartition("/w/")[2].partition("#")
        assert invitations.digest_of(bytes.fromhex(wave), code) == digests[address.partition("@")[0]]
    first = rounds(office)[0]
    assert (first.state, first.claimed, first.settled, first.sent) == ("done", PEOPLE, PEOPLE, PEOPLE)


def test_a_letter_tells_no_time_and_has_no_picture_and_no_link_but_ours(office: SimpleNamespace) -> None:
    office.now += timedelta(hours=3)
    office.send()
    _, letter = office.mail.letters[0]
    assert letter["Date"].datetime == datetime.fromisoformat(rounds(office)[0].due_at)
    assert letter["Auto-Submitted"] == "auto-generated"
    page = letter.get_body(("html",)).get_content()  # type: ignore[union-attr]
    assert page.count("href=") == 2
    assert page.count('href="https://pulse.example.org/') == 2
    assert not any(word in page for word in ("<img", "<script", "<link", "src=", "style", "url("))


def test_a_reminder_goes_to_whoever_has_not_drawn_and_wants_some(office: SimpleNamespace) -> None:
    office.send()
    draw_token(office, "p000")
    quiet.turn_off(office.context, quiet.codes_of(office.context).code("p001"))
    quiet.turn_off(office.context, "n0-such-code-at-all-at")
    assert len(office.rows(QuietRow)) == 1
    before = len(office.mail.letters)
    office.now += timedelta(days=2)
    office.send()
    reminded = {address for address, _ in office.mail.letters[before:]}
    assert reminded == {f"p{place:03}@example.org" for place in range(2, PEOPLE)}
    # Of the round a position is kept, and no number of letters.
    kept = rounds(office)[1]
    assert (kept.claimed, kept.settled, kept.sent, kept.refused) == (PEOPLE, PEOPLE, 0, 0)
    office.now += timedelta(days=2)
    office.send()
    office.now += timedelta(days=1)
    office.send()
    assert max(office.mail.number.values()) == 3
    assert office.mail.number["p000@example.org"] == office.mail.number["p001@example.org"] == 1


def test_after_a_downtime_one_reminder_comes_and_none_close_to_the_end(office: SimpleNamespace) -> None:
    office.send()
    office.now += timedelta(days=5)
    office.send()
    assert set(office.mail.number.values()) == {2}
    assert [row.state for row in rounds(office)] == ["done"] * 3


def test_a_reminder_that_is_due_in_the_last_hours_is_left_out(office: SimpleNamespace) -> None:
    office.send()
    office.now += timedelta(days=6, hours=13)
    office.send()
    assert set(office.mail.number.values()) == {1}


def test_no_letter_goes_out_once_the_wave_has_closed(office: SimpleNamespace) -> None:
    office.ok("POST", f"/waves/{office.wave}/close")
    office.send()
    assert office.mail.letters == []


def test_a_refused_address_is_counted_and_one_put_off_is_tried_again(office: SimpleNamespace) -> None:
    answers = {"p000@example.org": "550 no such user", "p001@example.org": "451 later"}
    office.mail.answer = answers.get
    office.mail.on_data = lambda address: "452 full" if address == "p002@example.org" else None
    office.send()
    first = rounds(office)[0]
    assert (first.claimed, first.settled, first.sent, first.refused) == (PEOPLE, PEOPLE - 2, PEOPLE - 3, 1)
    assert len(office.rows(MailAgainRow)) == 2
    office.send()
    assert len(office.mail.letters) == PEOPLE - 3
    answers.pop("p001@example.org")
    for _ in range(8):  # p002's mailbox stays full, until it is given up
        office.now += timedelta(hours=6)
        office.send()
    first = rounds(office)[0]
    assert office.rows(MailAgainRow) == []
    assert (first.settled, first.sent, first.refused) == (PEOPLE, PEOPLE - 2, 2)
    assert office.mail.number["p001@example.org"] == 2  # with a reminder


def test_nothing_is_kept_to_be_tried_again_if_the_wave_closes_meanwhile(
    office: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle = Post._settle

    def closed_first(self: Post, *place: Any, **how: Any) -> Claimed:
        office.ok("POST", f"/waves/{office.wave}/close")
        return settle(self, *place, **how)

    office.mail.answer = lambda _: "451 later"
    monkeypatch.setattr(Post, "_settle", closed_first)
    office.send()
    assert office.mail.letters == []
    assert office.rows(MailAgainRow) == []


def test_what_nobody_knows_the_end_of_is_not_sent_again(office: SimpleNamespace) -> None:
    office.mail.break_off = lambda address: address == "p003@example.org"
    office.send()
    office.send()
    assert set(office.mail.number.values()) == {1}
    assert len(office.mail.number) == PEOPLE
    first = rounds(office)[0]
    assert (first.state, first.claimed - first.settled) == ("done", 1)


def test_a_server_that_is_down_claims_nobody_and_is_tried_again(office: SimpleNamespace) -> None:
    right = office.context.settings.smtp_port
    office.limit(smtp_port=1)
    office.post = Post(office.context, mail_keys(office.context))
    office.send()
    first = rounds(office)[0]
    assert (first.claimed, first.attempts) == (0, 1)
    assert "cannot be reached" in (first.fault or "")
    office.limit(smtp_port=right)
    office.post = Post(office.context, mail_keys(office.context))
    office.send()
    assert office.mail.letters == []  # it waits
    office.now += timedelta(minutes=5)
    office.send()
    assert len(office.mail.letters) == PEOPLE
    assert rounds(office)[0].fault is None


def test_a_lost_key_is_told_without_its_place(office: SimpleNamespace) -> None:
    (key,) = (office.context.settings.key_folder / "mail").glob("*.key")
    content = key.read_bytes()
    key.unlink()
    office.send()
    first = rounds(office)[0]
    assert (first.claimed, first.attempts) == (0, 1)
    assert "cannot be used" in (first.fault or "")
    assert str(key.parent) not in (first.fault or "")
    key.write_bytes(content)
    key.chmod(0o600)
    office.now += timedelta(minutes=5)
    office.send()
    assert len(office.mail.letters) == PEOPLE


def test_two_that_send_at_once_send_each_letter_once(office: SimpleNamespace) -> None:
    other = Post(office.context, mail_keys(office.context))

    async def both() -> None:
        await asyncio.gather(office.post.tick(), other.tick())

    asyncio.run(both())
    assert office.mail.number == {f"p{place:03}@example.org": 1 for place in range(PEOPLE)}
    first = rounds(office)[0]
    assert (first.claimed, first.settled, first.sent) == (PEOPLE, PEOPLE, PEOPLE)


def test_a_process_that_stops_between_claim_and_letter_leaves_ten_in_doubt(
    office: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def die(*_: object, **__: object) -> None:
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(Post, "_settle", die)
        with pytest.raises(Killed):
            office.send()
    assert len(office.mail.letters) == CLAIM
    office.send()
    assert set(office.mail.number.values()) == {1}
    assert len(office.mail.number) == PEOPLE  # these ten were sent; the store cannot know
    first = rounds(office)[0]
    assert first.claimed - first.settled == CLAIM


def test_the_store_has_no_code_and_no_row_that_tells_who_was_reminded(office: SimpleNamespace) -> None:
    office.send()
    draw_token(office, "p000")
    office.now += timedelta(days=2)
    office.send()
    codes = {link_in(letter).partition("#")[2] for _, letter in office.mail.letters}
    with office.main.connect() as connection:
        tables = inspect(connection).get_table_names()
        kept = "\n".join(
            str([value.hex() if isinstance(value, bytes) else value for value in row])
            for table in tables
            for row in connection.execute(text(f'SELECT * FROM "{table}"'))
        )
        mail = [table for table in tables if table.startswith("mail") or table == "quiet"]
        told = "\n".join(
            str(list(row)) for table in mail for row in connection.execute(text(f'SELECT * FROM "{table}"'))
        )
    assert len(codes) == PEOPLE
    assert not any(code in kept for code in codes)
    assert "p00" not in told
