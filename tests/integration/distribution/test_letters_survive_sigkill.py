"""Real processes that send letters are killed: nobody gets two, and ten a kill may go without one at most."""

import os
import random
import signal
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

from sqlalchemy import update
from sqlmodel import col

from service.store import distribution
from service.store.mail_rounds import CLAIM
from service.store.tables_main import RosterRow
from service.store.tables_schedules import MailRoundRow
from service.store.unit_of_work import unit_of_work
from tests.post_office import PostOffice

POSTING = Path(__file__).with_name("posting.py")
PEOPLE, KILLS = 150, 5


def test_nobody_gets_two_letters_however_often_the_sender_is_killed(
    world: SimpleNamespace, database: SimpleNamespace
) -> None:
    world.limit(smtp_host="127.0.0.1", smtp_security="none", mail_from="pulse@example.org")
    world.asked(PEOPLE)
    with unit_of_work(world.main) as tx:
        tx.connection().execute(update(RosterRow).values(email=col(RosterRow.person) + "@example.org"))
    wave = world.draft()
    with unit_of_work(world.main) as tx:
        distribution.put(tx, wave, mail=True)
    world.ok("POST", f"/waves/{wave}/open")
    office, chance = PostOffice(), random.Random(5)
    kills = 0
    with office.open() as port:
        command = [sys.executable, str(POSTING), database.main, database.box, str(world.folder), str(port)]
        while True:
            until = len(office.letters) + chance.randint(1, 40) if kills < KILLS else PEOPLE + 1
            process = subprocess.Popen([*command, world.now.isoformat()])

            def kill(_: str, until: int = until, process: subprocess.Popen = process) -> None:  # type: ignore[type-arg]
                if len(office.letters) >= until:
                    os.kill(process.pid, signal.SIGKILL)

            # One in two is killed before the letter is taken, the others after it.
            office.answer = kill if kills % 2 else lambda _: None
            office.on_data = kill if kills % 2 == 0 else lambda _: None
            if process.wait() == 0:
                break
            kills += 1
    (row,) = world.rows(MailRoundRow)
    assert kills == KILLS
    assert set(office.number.values()) == {1}
    assert PEOPLE - CLAIM * KILLS <= len(office.letters) <= PEOPLE
    assert (row.state, row.claimed) == ("done", PEOPLE)
    assert PEOPLE - len(office.letters) <= row.claimed - row.settled <= CLAIM * KILLS
