"""The audit log: every action of staff is in it, nothing of a respondent is, and tampering is found."""

import json
import re
from types import SimpleNamespace

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from privacy.errors import ContractBroken
from service.accounts import audit
from service.errors import NotFound
from service.store import audit_log
from service.store.tables_staff import AuditRow
from service.store.unit_of_work import reading, unit_of_work


@pytest.fixture
def ada(site: SimpleNamespace) -> SimpleNamespace:
    """A browser in which the first administrator is signed in, with a few things done."""
    browser = site.first_admin()
    site.invited(browser, "auditor", "grace@example.org")
    browser.submit("/staff/keys", "/staff/keys", name="people analytics", role="service")
    return browser


def verified(site: SimpleNamespace) -> tuple[int, str]:
    with reading(site.context.main) as tx:
        return audit.verify(audit_log.whole_log(tx))


def unguarded(engine: Engine, statement: str) -> None:
    """What somebody who owns the database can do: take the triggers away, then change the log."""
    triggers = ["audit_no_update", "audit_no_delete"]
    if engine.dialect.name == "postgresql":
        triggers = ["audit_only_grows ON audit"]
    with engine.begin() as connection:
        for trigger in triggers:
            connection.exec_driver_sql(f"DROP TRIGGER {trigger}")
        connection.exec_driver_sql(statement)


def test_actions_are_noted_with_who_what_which_and_the_minute(
    site: SimpleNamespace, ada: SimpleNamespace
) -> None:
    rows = site.rows(select(AuditRow).order_by(AuditRow.position))
    assert [row.action for row in rows] == ["set up sign-in", "invite", "set up sign-in", "make key"]
    assert {row.at for row in rows} == {"2026-03-02T08:00:00Z"}
    assert rows[1].actor == rows[0].actor
    assert rows[1].detail == {"role": "auditor"}
    assert rows[3].subject.startswith("k-")
    assert verified(site) == (4, rows[-1].digest)


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE audit SET actor = 'u-another' WHERE position = 2",
        "UPDATE audit SET at = '2026-03-02T08:01:00Z' WHERE position = 2",
        'UPDATE audit SET detail = \'{"role": "owner"}\' WHERE position = 2',
        "DELETE FROM audit WHERE position = 2",
        "DELETE FROM audit WHERE position = 1",
        "UPDATE audit SET position = 9 WHERE position = 4",
    ],
)
def test_tampering_is_found(site: SimpleNamespace, ada: SimpleNamespace, change: str) -> None:
    unguarded(site.context.main, change)
    with pytest.raises(ContractBroken, match=r"broken at entry [124]"):
        verified(site)


def test_what_was_cut_off_at_the_end_shows_in_the_number_and_the_last_digest(
    site: SimpleNamespace, ada: SimpleNamespace
) -> None:
    before = verified(site)
    unguarded(site.context.main, "DELETE FROM audit WHERE position = 4")
    assert verified(site)[0] == before[0] - 1
    assert verified(site)[1] != before[1]


def test_an_action_that_fails_leaves_no_entry(site: SimpleNamespace, ada: SimpleNamespace) -> None:
    before = verified(site)
    (me,) = {row.actor for row in site.rows(select(AuditRow)) if row.action == "invite"}
    assert ada.submit("/staff", f"/staff/{me}/disable").status_code == 409
    with pytest.raises(NotFound), unit_of_work(site.context.main) as tx:
        _note_and_fail(tx, site)
    assert verified(site) == before


def _note_and_fail(tx: Session, site: SimpleNamespace) -> None:
    audit.record(tx, site.context, "u-x", "open wave", "w-x")
    raise NotFound("nothing there")


def test_the_page_goes_back_to_the_first_entry(site: SimpleNamespace, ada: SimpleNamespace) -> None:
    with unit_of_work(site.context.main) as tx:
        for number in range(150):
            audit.record(tx, site.context, audit.MACHINE, "count", f"n{number}")
    seen: list[int] = []
    path = "/audit"
    while path:
        text = ada.get(path).text
        seen += [int(found) for found in re.findall(r'<td class="number">(\d+)</td>', text)]
        older = re.search(r'href="(/audit\?before=\d+)"', text)
        path = "" if older is None else older[1]
    assert seen == list(range(154, 0, -1))


def test_the_log_never_holds_what_would_lead_to_a_person_or_a_session(
    site: SimpleNamespace, ada: SimpleNamespace
) -> None:
    text = json.dumps([row.model_dump() for row in site.rows(select(AuditRow))])
    assert "@" not in text
    assert "sv_" not in text
    assert ada.cookies["__Host-sottovoce-session"] not in text
