"""After mixing no byte of a store tells in what order people drew tokens, and after close not who did."""

import secrets
from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine

from service.store import invitations, surveys, waves
from service.store.mixing import mix
from service.store.slots import slot_of
from service.store.tables_main import InvitationRow
from service.store.unit_of_work import unit_of_work
from tests.integration.collector.marked import NUMBER, Searched, mark, mixed, two_orders, writers


@pytest.mark.usefixtures("careful")
def test_mixing_leaves_nothing_of_the_order_in_which_people_drew_tokens(engines: Any) -> None:
    searched = Searched(engines.main)
    wave_id, digests = an_open_wave(engines.main)
    left = []
    for order in two_orders(NUMBER):
        for number in order:
            with unit_of_work(engines.main) as tx:
                invitations.hold_issuing(tx, wave_id)
                blinded = secrets.token_bytes(5) + mark(b"b", number) + bytes(16)
                assert invitations.issue(tx, waves.find(tx, wave_id), digests[number], blinded)
        assert searched.look().tells(order, b"b")
        mix(engines.main, ["issuance"])
        left.append(mixed(searched))
        by_slot = sorted(digests, key=slot_of)
        place = "rowid" if searched.sqlite else "ctid"
        assert searched.column(f"SELECT digest FROM issuance ORDER BY {place}") == by_slot
        assert len(set(writers(searched, "issuance"))) == 1
        with unit_of_work(engines.main) as tx:
            assert invitations.count_and_forget(tx, wave_id) == NUMBER
        mix(engines.main, ["issuance"])
        assert not [numbers for kind, numbers in mixed(searched) if kind == b"b"], "gone after close"
    assert left[0] == left[1]
    assert [sorted(numbers) for kind, numbers in left[0] if kind == b"b"] == [list(range(NUMBER))]


def an_open_wave(engine: Engine) -> tuple[str, list[bytes]]:
    """A wave that is open, and the marked digests of its invitations."""
    digests = [secrets.token_bytes(8) + mark(b"d", number) + bytes(13) for number in range(NUMBER)]
    name = secrets.token_bytes(32)
    times = {"opens_at": "2026-03-01T08:00:00Z", "closes_at": "2026-03-08T08:00:00Z"}
    with unit_of_work(engine) as tx:
        surveys.add_survey(tx, "pulse", version="1", title={}, source="", day=date(2026, 3, 1))
        row = waves.add_draft(tx, "pulse", source="", plan={}, **times)
        opened = {"wave": name, "manifest": b"{}", "invited": NUMBER, "opens_at": times["opens_at"]}
        waves.mark_open(tx, row, **opened)
        for digest in sorted(digests):
            tx.add(InvitationRow(digest=digest, wave_id=row.id, person=digest.hex()))
        return row.id, digests
