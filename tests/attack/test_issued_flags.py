"""What somebody with the whole main store sees over a year of waves does not tell who answered any of them.

Two halves of a roster are alike but for one thing: the first draws its tokens, the second never does. While a
wave is open the table of issued tokens tells them apart and nothing else may; once it is closed nothing does,
in rows or in the bytes of files, with letters, two reminders and everything that goes with them.
"""

import asyncio
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import LargeBinary, inspect, text, update
from sqlalchemy import cast as sql_cast
from sqlmodel import col

from privacy.contract import minute
from service.distribution.post import Post
from service.distribution.smtp import Letter, Outcome
from service.store import distribution, invitations
from service.store.mixing import mix
from service.store.tables_main import InvitationRow, IssuanceRow, RosterRow, WaveRow
from service.store.unit_of_work import unit_of_work
from service.surveys.telling import mail_keys
from tests.integration.collector.conftest import careful  # noqa: F401
from tests.integration.distribution.conftest import PulseWorld, issuer_keys, world  # noqa: F401

PEOPLE, WAVES = 24, 3
ISSUED = {"issuance"}  # the one table that tells, as long as a wave is open


class Taking:
    """A mail server that takes everything."""

    def __init__(self, _: Any) -> None: ...

    async def __aenter__(self) -> "Taking":
        return self

    async def __aexit__(self, *_: object) -> None: ...

    async def send(self, letters: list[Letter]) -> list[Outcome]:
        return [Outcome.SENT] * len(letters)


@pytest.fixture
def year(
    careful: None,  # noqa: F811 - PostgreSQL as docs/operations-postgresql.md has it
    world: PulseWorld,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> PulseWorld:
    """A survey with letters and two reminders, whose waves of a week come one after the other."""
    monkeypatch.setattr("service.distribution.post.MailServer", Taking)
    world.limit(smtp_host="localhost", smtp_security="none", mail_from="pulse@example.org")
    world.asked(PEOPLE)
    with unit_of_work(world.main) as tx:
        tx.connection().execute(update(RosterRow).values(email=col(RosterRow.person) + "@example.org"))
    return world


def answers(person: str) -> bool:
    """The first half draws its tokens."""
    return int(person[1:]) < PEOPLE // 2


def open_one(world: PulseWorld) -> str:  # noqa: F811
    """Open a wave of a week, send its letters, have half of its people draw, send both reminders."""
    world.add_wave_keys(1)
    draft = world.draft(epsilon=1.0)
    reminders = [minute(world.now.replace(second=0) + timedelta(days=days)) for days in (2, 4)]
    with unit_of_work(world.main) as tx:
        distribution.put(tx, draft, mail=True, reminders=reminders)
    world.ok("POST", f"/waves/{draft}/open")
    post = Post(world.context, mail_keys(world.context))
    asyncio.run(post.tick())
    rows = [row for row in world.rows(InvitationRow) if row.wave_id == draft and answers(row.person)]
    with unit_of_work(world.main) as tx:
        wave = next(row for row in world.rows(WaveRow) if row.id == draft)
        for row in rows:
            assert invitations.issue(tx, wave, row.digest, row.digest[::-1])
    for _ in range(2):
        world.now += timedelta(days=2)
        asyncio.run(post.tick())
    return draft


def told_apart(world: PulseWorld) -> set[str]:  # noqa: F811
    """Tables in which what stands of those who draw differs from what stands of those who do not.

    A row is of a person if it has their name, or a digest of an invitation of theirs, anywhere in it. How
    many rows of each table are of a person is compared, and every column that is not a random value. Both
    halves have as many people of each unit.
    """
    owner = {row.digest: row.person for row in world.rows(InvitationRow)}
    found = set()
    with world.main.connect() as connection:
        for table in inspect(connection).get_table_names():
            counts: dict[bool, Counter[Any]] = {True: Counter(), False: Counter()}
            for row in connection.execute(text(f'SELECT * FROM "{table}"')):
                values = [bytes(value) if isinstance(value, memoryview) else value for value in row]
                whose = {owner[value] for value in values if isinstance(value, bytes) and value in owner}
                whose |= {value for value in values if isinstance(value, str) and value in NAMES}
                for person in whose:
                    rest = [
                        value
                        for value in values
                        if not (isinstance(value, bytes | dict)) and person not in str(value)
                    ]
                    counts[answers(person)][str(rest)] += 1
            if counts[True] != counts[False]:
                found.add(table)
    return found


NAMES = {f"p{place:03}" for place in range(PEOPLE)}


def test_issued_flags_are_all_there_is_and_they_go_when_a_wave_closes(year: PulseWorld) -> None:
    closed: list[str] = []
    for _ in range(WAVES):
        wave = open_one(year)
        assert told_apart(year) == ISSUED
        year.ok("POST", f"/waves/{wave}/close")
        closed.append(wave)
        assert told_apart(year) == set()
        year.now += timedelta(days=28)
    assert len(closed) == WAVES


def test_no_file_has_the_digest_of_a_drawn_invitation_oftener_than_of_another(year: PulseWorld) -> None:
    """On the disk itself, once the tables are mixed as they are at each close."""
    wave = open_one(year)
    rows = [row for row in year.rows(InvitationRow) if row.wave_id == wave]
    blinded = [row.digest[::-1] for row in rows if answers(row.person)]
    year.ok("POST", f"/waves/{wave}/close")
    mix(year.main, ["issuance"])
    if year.kind == "sqlite":
        contents = b"".join(path.read_bytes() for path in year.folder.parent.glob("*.db*"))
        number = {row.person: contents.count(row.digest) for row in rows}
        assert len(set(number.values())) == 1, number
        assert not any(one in contents for one in blinded)
    with year.main.connect() as connection:
        left = connection.execute(
            IssuanceRow.__table__.select().where(  # type: ignore[attr-defined]
                sql_cast(col(IssuanceRow.blinded_digest), LargeBinary).in_(blinded)
            )
        ).all()
    assert left == []
