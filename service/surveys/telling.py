"""Who hears of a wave that opens, and how: letters for those with an address, where its owner wished so."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from privacy.contract import minute
from service.http.context import Context
from service.registrar.mail_keys import MailKeys
from service.store import announcements, distribution, invitations, rosters
from service.store.tables_main import WaveRow

LONG = timedelta(days=3)  # a wave that is open for less is not announced a second time
BEFORE_CLOSING = timedelta(days=1)


def mail_keys(context: Context) -> MailKeys:
    """The key files that the codes of letters follow from."""
    return MailKeys(context.settings.key_folder / "mail")


def tell_of_opening(tx: Session, context: Context, row: WaveRow, wave: bytes, people: Sequence[str]) -> None:
    """Fix who is invited to a wave that opens, and make its letters due.

    Raises KeyUnusable if the key of its letters cannot be kept.
    """
    wished = distribution.get(tx, row.id)
    now = context.clock().replace(second=0, microsecond=0)
    mailed: dict[str, bytes] = {}
    if wished.mail:
        keys = mail_keys(context)
        keys.keep(wave)  # what is left over if this fails is a key of a wave that nobody has heard of
        codes = keys.codes(wave)
        addressed = rosters.with_email(tx, row.survey_id)
        mailed = {
            person: invitations.digest_of(wave, codes.code(person))
            for person in people
            if person in addressed
        }
        distribution.start_rounds(tx, wished, minute(now))
    announcements.announce(tx, row.id, wished.announce, _to_announce(row, now))
    invitations.snapshot(tx, row.id, people, mailed)


def _to_announce(row: WaveRow, now: datetime) -> list[tuple[str, str]]:
    closes_at = datetime.fromisoformat(row.closes_at)
    found = [(announcements.OPENED, minute(now))]
    if closes_at - now >= LONG:
        found.append((announcements.CLOSING, minute(closes_at - BEFORE_CLOSING)))
    return found
