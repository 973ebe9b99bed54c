"""How people hear of a wave: what its owner wishes, fixed before it opens, and what has become of it since.

Numbers are of letters and never of people who have or have not answered.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from privacy.contract import minute
from privacy.errors import Invalid, Problem
from service.accounts import audit
from service.accounts.audit import Actor
from service.distribution.letter_texts import mail_problems
from service.distribution.schedule import MOST_REMINDERS, REMINDER_ROOM
from service.errors import Conflict
from service.http.context import Context
from service.settings import Settings
from service.store import announcements, distribution, mail_rounds, rosters, waves
from service.store.tables_main import WaveRow
from service.store.tables_schedules import AnnouncementRow, DistributionRow, MailRoundRow
from service.store.unit_of_work import reading, unit_of_work
from service.surveys.definition_file import load

APART = timedelta(days=1)  # the least between two letters to one person


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wished of a wave; ``reminders`` are times in UTC, whole minutes."""

    mail: bool = False
    reminders: tuple[datetime, ...] = ()
    announce: tuple[str, ...] = ()
    thermometer: bool = False


@dataclass(frozen=True, slots=True)
class Hearing:
    """What is wished of a wave and what became of it.

    ``addresses`` is how many people of the roster have one that letters go to, ``unreachable`` how many have
    one that mail came back from, ``again`` how many invitations are to be tried again.
    """

    wave: WaveRow
    wished: DistributionRow
    addresses: int
    unreachable: int
    rounds: Sequence[MailRoundRow]
    again: int
    announced: Sequence[AnnouncementRow]

    @property
    def in_doubt(self) -> int:
        """Invitations that may or may not have been sent; they are not sent again."""
        first = next((row for row in self.rounds if row.number == 0), None)
        return 0 if first is None else max(0, first.claimed - first.settled - self.again)


def wish(context: Context, by: Actor, wave: str, wished: Wish) -> Hearing:
    """Store what is wished of a draft in place of what was.

    Raises NotFound, Conflict once the wave has opened, and Invalid with every fault.
    """
    with unit_of_work(context.main) as tx:
        row = waves.lock(tx, wave)
        if row.state != "draft":
            raise Conflict(f"the wave is {row.state}; how people hear of it is fixed when it opens")
        problems = wish_problems(context, row, wished)
        if wished.mail and not rosters.with_email(tx, row.survey_id):
            message = "nobody on the roster has an address that takes letters"
            remedy = "upload a roster with a column email, or give the links out yourself"
            problems.append(Problem("no-addresses", "mail", message, remedy))
        if problems:
            raise Invalid(problems)
        distribution.put(
            tx,
            row.id,
            mail=wished.mail,
            reminders=[minute(moment) for moment in wished.reminders],
            announce=wished.announce,
            thermometer=wished.thermometer,
        )
        audit.record(
            tx,
            context,
            by,
            "change distribution",
            row.id,
            mail=wished.mail,
            reminders=len(wished.reminders),
            announce=list(wished.announce),
        )
        return _hearing(tx, row)


def hearing_of(context: Context, wave: str) -> Hearing:
    """How people hear of a wave. Raises NotFound."""
    with reading(context.main) as tx:
        return _hearing(tx, waves.find(tx, wave))


def wish_problems(context: Context, row: WaveRow, wished: Wish) -> list[Problem]:
    """Everything that could not be done as it is wished, before the wave opens."""
    problems = mail_problems(context, load(row.source)[0].languages) if wished.mail else []
    problems += channel_problems(context.settings, wished.announce)
    opens_at, closes_at = map(datetime.fromisoformat, (row.opens_at, row.closes_at))
    if wished.reminders and not wished.mail:
        message = "reminders are letters, and none are sent"
        problems.append(Problem("reminders", "reminders", message, "set mail, or remove them"))
    if len(wished.reminders) > MOST_REMINDERS:
        message = f"there are {len(wished.reminders)} reminders of at most {MOST_REMINDERS}"
        problems.append(Problem("reminders", "reminders", message, "remove some"))
    before = opens_at
    for place, moment in enumerate(sorted(wished.reminders)):
        if not opens_at + APART <= moment <= closes_at - REMINDER_ROOM:
            message = "it is not a day after the opening and half a day before the closing"
            remedy = "choose a time between these"
            problems.append(Problem("reminders", f"reminders[{place}]", message, remedy))
        elif moment - before < APART:
            message = "it is less than a day after the letter before it"
            problems.append(Problem("reminders", f"reminders[{place}]", message, "leave a day between them"))
        before = moment
    return problems


def channel_problems(settings: Settings, announce: Sequence[str]) -> list[Problem]:
    """Chats that this service has no address of."""
    return [
        Problem(
            "no-webhook",
            "announce",
            f"this service has no address of {channel}",
            f"set SOTTOVOCE_{channel.upper()}_WEBHOOK, or leave {channel} out",
        )
        for channel in announce
        if getattr(settings, f"{channel}_webhook", None) is None
    ]


def _hearing(tx: Session, row: WaveRow) -> Hearing:
    return Hearing(
        wave=row,
        wished=distribution.get(tx, row.id),
        addresses=len(rosters.with_email(tx, row.survey_id)),
        unreachable=rosters.unreachable(tx, row.survey_id),
        rounds=mail_rounds.rounds_of(tx, row.id),
        again=mail_rounds.waiting_again(tx, row.id),
        announced=announcements.of_wave(tx, row.id),
    )
