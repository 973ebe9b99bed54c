"""The life of a wave: draft (drafts.py), open, closed, and released by the tally. A state never goes back.

Opening and closing touch both stores, which no transaction spans. So each step can be done again: a wave that
the box knows and the main store does not call open takes tokens from nobody, and a close that was interrupted
is mended by closing once more.
"""

import logging
from dataclasses import replace
from datetime import UTC, datetime

from sqlmodel import Session

from privacy.contract import Manifest, Pairing, minute
from privacy.issuing import issuer_public_key
from privacy.planner import Plan
from privacy.survey import Survey
from service.accounts import audit
from service.accounts.audit import Actor
from service.clock import Clock, today
from service.errors import Conflict, Unavailable
from service.http.context import Context
from service.registrar.issuer_keys import IssuerKeys
from service.registrar.rsa import IssuerKey
from service.store import box, distribution, drawn, invitations, ledger, rosters, surveys, waves
from service.store.mixing import mix
from service.store.tables_main import TallyKeyRow, WaveRow
from service.store.tally_keys import take_key
from service.store.unit_of_work import reading, unit_of_work
from service.surveys.askable import Asking, asked_too_much, without_room
from service.surveys.definition_file import load
from service.surveys.drafts import budget_now, check_draft
from service.surveys.ledger_room import check_room
from service.surveys.load_room import check_load
from service.surveys.pairing_terms import PairedWave, opening_pairing
from service.surveys.planning import (
    chosen_value,
    plan_again,
    promise_value,
)
from service.surveys.telling import mail_keys, tell_of_opening
from service.surveys.terms import LONGEST, Terms, stored, terms_of

_log = logging.getLogger("sottovoce.surveys")


def open_wave(context: Context, keys: IssuerKeys, ref: str, by: Actor | str = audit.SCHEDULE) -> WaveRow:
    """Freeze a draft into its manifest and open it, charging everybody on the roster.

    A wave that is open stays as it is: the scheduler may have been quicker. Raises NotFound; Conflict if it
    has closed, its time is over, the roster is empty, no wave key is left or no collector has ever started;
    BudgetExceeded if it would take somebody past the cap.
    """
    with reading(context.main) as tx:
        row = waves.find(tx, ref)
    if row.state == "open":
        return row
    check_draft(row, "opened")
    with reading(context.box) as tx:
        receipt_key = box.receipt_public_key(tx)
    if receipt_key is None:
        raise Conflict("no collector has started yet, so there is no receipt key; start one, then open again")
    issuer = IssuerKey.generate()  # slow, so before anything is locked
    with unit_of_work(context.main) as tx:
        row = waves.lock(tx, ref)
        if row.state == "open":
            return row
        check_draft(row, "opened")
        surveys.lock_survey(tx, row.survey_id)
        draw = drawn.draw_of(tx, row.id)
        survey, _ = load(row.source)
        terms = _terms_now(row, context.clock)
        people = _people(tx, context, row, draw, terms)
        budget = budget_now(tx, context, row.survey_id, draw)
        chosen = row.plan["chosen"]
        plan = plan_again(tx, row.survey_id, survey, terms, chosen=chosen, budget=budget, draw=draw)
        paired = PairedWave(row.id, survey, plan.attributes, plan.policy, terms.closes_at)
        pairing = None if terms.pairing is None else opening_pairing(tx, paired, terms.pairing)
        manifest = _manifest(
            survey,
            terms,
            plan,
            key=take_key(tx, row.id),
            receipt_key=receipt_key,
            issuer=issuer,
            pairing=pairing,
        )
        wave, canonical = manifest.wave, manifest.canonical()
        day, cost = today(context.clock), manifest.micro_rho
        ledger.lock(tx)
        charges = ledger.charges_of_roster(tx, row.survey_id, day, draw)
        check_room(charges, cost, context.settings.cap_epsilon, day)
        ledger.reserve(tx, row.id, wave, cost, day)
        tell_of_opening(tx, context, row, wave, people)
        columns = stored(terms, survey, promise_value(plan.policy, pairing), chosen_value(plan), pairing)
        waves.mark_open(
            tx,
            row,
            wave=wave,
            manifest=canonical,
            invited=plan.invited,
            opens_at=columns["opens_at"],
            minutes=columns["minutes"],
            plan=columns["plan"],
        )
        drawn.forget(tx, row.id)
        audit.record(tx, context, by, "open wave", row.id, wave=wave.hex(), invited=plan.invited)
        # Both before the commit: what is left over if it fails is a key and a wave that nobody has heard of.
        keys.keep(wave, issuer)
        with unit_of_work(context.box) as box_tx:
            box.register_wave(box_tx, wave, canonical)
    return row


def close_wave(context: Context, keys: IssuerKeys, ref: str, by: Actor | str = audit.SCHEDULE) -> WaveRow:
    """Take no more tokens and responses, fix the board, and forget who drew a token.

    A wave that has closed stays as it is. Raises NotFound, Conflict for a draft, and Unavailable if a store
    fails, after which it can be called again.
    """
    with reading(context.main) as tx:
        row = waves.find(tx, ref)
    if row.wave is None:
        raise Conflict("the wave is a draft; delete it if it is not to be opened")
    if row.state != "open":
        return row
    wave = row.wave
    board = box.close_wave(context.box, wave)
    keys.destroy(wave)
    mail_keys(context).destroy(wave)
    with unit_of_work(context.main) as tx:
        invitations.hold_issuing(tx, row.id, closing=True)
        row = waves.lock(tx, row.id)
        if row.state == "open":
            issued = invitations.count_and_forget(tx, row.id)
            distribution.end_rounds(tx, row.id)
            # Before the commit: done again, it counts the same, since no key is left to draw a token with.
            with unit_of_work(context.box) as box_tx:
                box.publish_issued(box_tx, wave, issued)
            waves.mark_closed(
                tx,
                row,
                closed_at=minute(_this_minute(context.clock)),
                root=board.root,
                responses=board.responses,
                issued=issued,
            )
            audit.record(tx, context, by, "close wave", row.id)
    try:
        mix(context.main, ["issuance"])
    except Unavailable as error:
        # The wave is closed all the same; the next mixing removes what is left of the order.
        _log.warning("wave %s: %s", row.id, error)
    return row


def _people(tx: Session, context: Context, row: WaveRow, draw: str | None, terms: Terms) -> list[str]:
    """Whom the wave invites: its roster, or who was drawn and can still be asked."""
    people = rosters.people_of(tx, row.survey_id, draw)
    if not people:
        raise Conflict("the survey's roster is empty; upload one, then open again")
    ledger.lock(tx)  # no other wave opens and asks them meanwhile
    if draw is not None:  # others may have asked them since
        wave = Asking(terms.opens_at, row.minutes, row.plan["promise"]["micro_rho"], row.id)
        full = asked_too_much(tx, context, people, wave)
        full |= without_room(tx, context, people, wave)
        drawn.leave_out(tx, row.id, full)
        people = [person for person in people if person not in full]
        if not people:
            raise Conflict("nobody who was drawn can be asked any more; delete the draft")
    else:
        check_load(tx, context, row.id, people, minutes=row.minutes, opens=terms.opens_at)
    return people


def _terms_now(row: WaveRow, clock: Clock) -> Terms:
    """The draft's terms; one that is opened by hand before its time opens now, in the manifest too."""
    terms, now = terms_of(row), _this_minute(clock)
    if terms.closes_at <= now:
        raise Conflict("the wave's closing time has passed; change it, then open again")
    if terms.closes_at - now > LONGEST:
        raise Conflict(f"the wave would be open for more than {LONGEST.days} days; let it close earlier")
    return replace(terms, opens_at=min(terms.opens_at, now))


def _this_minute(clock: Clock) -> datetime:
    return clock().astimezone(UTC).replace(second=0, microsecond=0)


def _manifest(
    survey: Survey,
    terms: Terms,
    plan: Plan,
    *,
    key: TallyKeyRow,
    receipt_key: bytes,
    issuer: IssuerKey,
    pairing: Pairing | None,
) -> Manifest:
    return Manifest(
        survey_id=survey.id,
        survey_version=survey.version,
        title=survey.title,
        opens_at=terms.opens_at,
        closes_at=terms.closes_at,
        invited=plan.invited,
        retention_days=terms.retention_days,
        questions=survey.questions,
        attributes=plan.attributes,
        policy=plan.policy,
        hpke_public_key=key.hpke_public_key,
        issuer_public_key=issuer_public_key(issuer),
        receipt_public_key=receipt_key,
        release_public_key=key.release_public_key,
        pairing=pairing,
    )
