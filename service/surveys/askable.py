"""Who cannot be asked once more: whoever is asked for enough already, or has no privacy loss left to give."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from privacy.ledger import CAP_DELTA, YEAR
from privacy.mechanism import micro_rho_for
from service.http.context import Context
from service.store.charged import charged, charged_to_everybody
from service.store.load import loads


@dataclass(frozen=True, slots=True)
class Asking:
    """A wave that is to open: when, how many minutes it takes, and what it costs in millionths of rho.

    ``wave_id`` is that of its draft, which does not count beside itself.
    """

    opens_at: datetime
    minutes: int
    micro_rho: int
    wave_id: str | None = None


def asked_too_much(tx: Session, context: Context, people: Collection[str], wave: Asking) -> set[str]:
    """Whoever of ``people`` the wave would ask for too much within any 28 days, beside what has opened."""
    most = context.settings
    found = loads(tx, people, wave.opens_at.date(), but=wave.wave_id, drafts=False)
    return {
        person
        for person, load in found.items()
        if load.invitations + 1 > most.load_invitations or load.minutes + wave.minutes > most.load_minutes
    }


def without_room(tx: Session, context: Context, people: Collection[str], wave: Asking) -> set[str]:
    """Whoever of ``people`` the wave would take past the cap of privacy loss."""
    after = wave.opens_at.date() - YEAR
    cap = micro_rho_for(context.settings.cap_epsilon, CAP_DELTA)
    room = cap - wave.micro_rho - charged_to_everybody(tx, after)
    spent = charged(tx, after)
    return {person for person in people if spent.get(person, 0) > room}
