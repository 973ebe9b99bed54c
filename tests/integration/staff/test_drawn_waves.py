"""A wave can invite some of a roster: drawn before it opens, planned for them, charged to them alone."""

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import func, update
from sqlmodel import col, select

from service.accounts import audit
from service.errors import Conflict
from service.registrar.mail_keys import MailKeys
from service.store import distribution, invitations, ledger, waves
from service.store.tables_main import InvitationRow, RosterRow
from service.store.tables_schedules import (
    DistributionRow,
    MailAgainRow,
    MailRoundRow,
    OccurrenceRow,
    WavePersonRow,
)
from service.store.unit_of_work import reading, unit_of_work
from service.surveys.drafts import draft_within
from service.surveys.lifecycle import close_wave, open_wave
from service.surveys.minutes import minutes_of

DRAWN = ["p001", "p002", "p005", "p008"]


def draft_for(world: SimpleNamespace, people: list[str], **terms: object) -> str:
    """Draft a wave of a week for these people; its id."""
    wishes = wishes_of(world, **terms)
    with unit_of_work(world.main) as tx:
        return draft_within(tx, world.context, "pulse", wishes, audit.SCHEDULE, people=people).id


def wishes_of(world: SimpleNamespace, **terms: object) -> dict[str, object]:
    """The terms of a wave that opens now, for a week."""
    opens_at = world.now.replace(second=0, microsecond=0)
    times = {"opens_at": opens_at, "closes_at": opens_at + timedelta(days=7)}
    return {**times, "merge_at": 1, "allow_empty": True, **terms}


@pytest.fixture
def office(world: SimpleNamespace) -> SimpleNamespace:
    """A survey with a roster of twelve, of whom half have an address."""
    world.survey()
    world.roster(12)
    with unit_of_work(world.main) as tx:
        half = update(RosterRow).where(col(RosterRow.person) < "p006")
        tx.connection().execute(half.values(email=col(RosterRow.person) + "@example.org"))
    return world


def test_it_invites_and_charges_whoever_was_drawn(office: SimpleNamespace) -> None:
    draft = draft_for(office, DRAWN)
    row = open_wave(office.context, office.issuer_keys, draft)
    assert row.invited == 4
    assert row.wave is not None
    day = office.now.date()
    with reading(office.main) as tx:
        assert invitations.people_of(tx, draft) == DRAWN
        assert [len(ledger.charges_of_person(tx, person)) for person in ("p001", "p003")] == [1, 0]
        assert sorted(map(len, ledger.charges_of_roster(tx, "pulse", day))) == [0, 1]
        assert tx.exec(select(func.count()).select_from(WavePersonRow)).one() == 0


def test_it_is_planned_for_whoever_was_drawn(office: SimpleNamespace) -> None:
    with reading(office.main) as tx:
        assert waves.find(tx, draft_for(office, DRAWN)).plan["chosen"]["invited"] == 4
    assert office.ok("GET", f"/waves/{draft_for(office, DRAWN)}")["state"] == "draft"


def test_whoever_left_the_roster_since_is_not_invited(office: SimpleNamespace) -> None:
    draft = draft_for(office, [*DRAWN, "p011"])
    office.roster(11)
    open_wave(office.context, office.issuer_keys, draft)
    with reading(office.main) as tx:
        assert invitations.people_of(tx, draft) == DRAWN


def test_whoever_has_no_room_left_when_it_opens_is_left_out(office: SimpleNamespace) -> None:
    """Two waves of epsilon 6 do not fit into a year of one person's, and do into those of two."""
    drawn = (DRAWN, ["p003", "p004"], [*DRAWN, "p003", "p009"], DRAWN)
    first, second, third, fourth = (draft_for(office, people, epsilon=6.0) for people in drawn)
    for draft in (first, second, third):
        open_wave(office.context, office.issuer_keys, draft)
    with reading(office.main) as tx:
        assert invitations.people_of(tx, third) == ["p009"]
    with pytest.raises(Conflict, match="nobody who was drawn"):
        open_wave(office.context, office.issuer_keys, fourth)


def test_nobody_is_asked_for_more_than_the_load(world: SimpleNamespace) -> None:
    """Two waves of 28 days are the most here: a third to a whole roster is refused, drawn ones leave out."""
    settings = world.context.settings.model_copy(update={"load_invitations": 2})
    world.context = replace(world.context, settings=settings)
    world.survey()
    world.roster(12)
    for people in (DRAWN, DRAWN):
        open_wave(world.context, world.issuer_keys, draft_for(world, people, epsilon=1.0))
    with unit_of_work(world.main) as tx:
        whole = draft_within(tx, world.context, "pulse", wishes_of(world, epsilon=1.0), audit.SCHEDULE).id
    with pytest.raises(Conflict, match=r"4 of 12 people .* from 2026-03-30"):
        open_wave(world.context, world.issuer_keys, whole)
    third = draft_for(world, [*DRAWN, "p009"], epsilon=1.0)
    open_wave(world.context, world.issuer_keys, third)
    with reading(world.main) as tx:
        assert invitations.people_of(tx, third) == ["p009"]
    world.now += timedelta(days=28)
    world.add_wave_keys(1)
    open_wave(world.context, world.issuer_keys, draft_for(world, DRAWN, epsilon=1.0))


def test_a_draft_that_is_deleted_leaves_nothing_of_its_draw(office: SimpleNamespace) -> None:
    draft = draft_for(office, DRAWN)
    day = office.now.date()
    with unit_of_work(office.main) as tx:
        distribution.put(tx, draft, mail=True)
        tx.add(OccurrenceRow(survey_id="pulse", day=day, state="drafted", turn=0, wave_id=draft))
    office.ok("DELETE", f"/waves/{draft}")
    with reading(office.main) as tx:
        for table in (WavePersonRow, DistributionRow):
            assert tx.exec(select(func.count()).select_from(table)).one() == 0
        row = tx.get(OccurrenceRow, ("pulse", day))
        assert row is not None
        assert (row.state, row.wave_id, row.turn) == ("skipped", None, None)


def test_codes_of_letters_follow_from_a_key_that_goes_when_the_wave_closes(office: SimpleNamespace) -> None:
    draft = draft_for(office, DRAWN)
    with unit_of_work(office.main) as tx:
        distribution.put(tx, draft, mail=True, reminders=["2026-03-05T08:00:00Z", "2026-03-01T08:00:00Z"])
    row = open_wave(office.context, office.issuer_keys, draft)
    assert row.wave is not None
    keys = MailKeys(office.context.settings.key_folder / "mail")
    assert keys.path_of(row.wave).stat().st_mode & 0o777 == 0o600
    codes = keys.codes(row.wave)
    with reading(office.main) as tx:
        found = tx.exec(select(InvitationRow).where(col(InvitationRow.wave_id) == draft)).all()
        rounds = tx.exec(select(MailRoundRow).order_by(col(MailRoundRow.number))).all()
    assert {one.person for one in found if one.mailed} == {"p001", "p002", "p005"}
    for one in found:
        assert (one.digest == invitations.digest_of(row.wave, codes.code(one.person))) == one.mailed
    assert [(one.number, one.due_at) for one in rounds] == [
        (0, "2026-03-02T08:00:00Z"),
        (1, "2026-03-05T08:00:00Z"),
    ]
    # The owner is given the links of nobody who gets a letter.
    given = office.ok("POST", f"/waves/{draft}/invitations")["items"]
    assert [item["person"] for item in given] == ["p008"]
    with reading(office.main) as tx:
        after = {one.person: one.digest for one in tx.exec(select(InvitationRow))}
    assert all(after[one.person] == one.digest for one in found if one.mailed)

    with unit_of_work(office.main) as tx:
        tx.add(MailAgainRow(digest=b"d" * 32, wave_id=draft, attempts=1, not_before="2026-03-02T09:00:00Z"))
    close_wave(office.context, office.issuer_keys, draft)
    assert not keys.path_of(row.wave).exists()
    with reading(office.main) as tx:
        assert tx.exec(select(func.count()).select_from(MailAgainRow)).one() == 0
        assert {one.state for one in tx.exec(select(MailRoundRow))} == {"done"}


def test_a_wave_knows_how_long_it_takes(office: SimpleNamespace) -> None:
    # 30 s of promise, three closed items of 7.5 s, one choice, one text and two attributes: 117.5 s.
    with reading(office.main) as tx:
        assert waves.find(tx, office.draft()).minutes == 2
    assert minutes_of(office.manifest(office.opened().id)) == 2  # type: ignore[arg-type]
