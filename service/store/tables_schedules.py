"""Tables of the main store about pulses that run themselves: schedules, draws of people, letters, chats.

Nothing here tells who drew a token. A round of letters goes through everybody in the order of their
digests, and what is kept of it is how far it has come.
"""

from datetime import date
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Integer, LargeBinary, String
from sqlmodel import Field

from service.store.tables_main import MainTable


def _wave(**more: Any) -> Any:
    return Field(sa_column=Column(String, ForeignKey("wave.id"), **more))


class ScheduleRow(MainTable, table=True):
    """When a survey's waves come by themselves. ``value`` is service/distribution/schedule.py's as JSON."""

    __tablename__ = "schedule"
    survey_id: str = Field(sa_column=Column(String, ForeignKey("survey.id"), primary_key=True))
    state: str  # active | paused
    value: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    created_on: date


class OccurrenceRow(MainTable, table=True):
    """What became of one date of a schedule; there is a row once that is decided, and never a second.

    A date that is ``waiting`` is not decided: its wave could not be drafted, and is tried again.
    ``turn`` counts the waves that were held: rotation goes by it. ``fault`` says why the wave could not be
    opened when that was last tried.
    """

    __tablename__ = "occurrence"
    survey_id: str = Field(sa_column=Column(String, ForeignKey("survey.id"), primary_key=True))
    day: date = Field(primary_key=True)  # as planned, in the schedule's own zone
    state: str  # waiting | drafted | skipped | missed
    turn: int | None = None
    wave_id: str | None = _wave(nullable=True, unique=True)
    reason: str | None = None
    fault: str | None = None


class WavePersonRow(MainTable, table=True):
    """Somebody whom a draft will invite, where that is not the whole roster. Emptied when the wave opens."""

    __tablename__ = "wave_person"
    wave_id: str = _wave(primary_key=True)
    person: str = Field(primary_key=True)


class DistributionRow(MainTable, table=True):
    """How people hear of a wave. ``reminders`` are RFC 3339 times in UTC, whole minutes, at most two."""

    __tablename__ = "distribution"
    wave_id: str = _wave(primary_key=True)
    mail: bool = False
    reminders: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    announce: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))  # slack | teams
    thermometer: bool = False


class MailRoundRow(MainTable, table=True):
    """One round of letters of an open wave: the invitation (0) or a reminder (1, 2).

    ``claimed`` counts the invitations that were gone through in the order of their digests, before a letter
    was handed over; ``settled`` those of which it is known what came of it. What lies between was being sent
    when a process died, and is not sent again. ``sent`` and ``refused`` are counted for invitations alone: of
    a reminder they would tell how many have not drawn a token.
    """

    __tablename__ = "mail_round"
    wave_id: str = _wave(primary_key=True)
    number: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    due_at: str  # RFC 3339, UTC, whole minutes
    state: str = "waiting"  # waiting | sending | done
    claimed: int = 0
    settled: int = 0
    sent: int = 0
    refused: int = 0
    attempts: int = 0  # that failed in a row, since anything went through
    not_before: str | None = None
    fault: str | None = None


class MailAgainRow(MainTable, table=True):
    """An invitation that the mail server put off, to be tried again. Gone when the wave closes."""

    __tablename__ = "mail_again"
    digest: bytes = Field(sa_column=Column(LargeBinary(32), primary_key=True))
    wave_id: str = _wave(nullable=False, index=True)
    attempts: int
    not_before: str


class AnnouncementRow(MainTable, table=True):
    """Something said of a wave in a chat: that it opened, is about to close, or that there are results."""

    __tablename__ = "announcement"
    wave_id: str = _wave(primary_key=True)
    kind: str = Field(primary_key=True)  # opened | closing | released
    channel: str = Field(primary_key=True)  # slack | teams
    due_at: str
    state: str = "waiting"  # waiting | sending | sent | given-up
    attempts: int = 0
    not_before: str | None = None
    fault: str | None = None


class QuietRow(MainTable, table=True):
    """Somebody who wants no reminders, ever: a hash of the code in their letters; a key makes that."""

    __tablename__ = "quiet"
    digest: bytes = Field(sa_column=Column(LargeBinary(32), primary_key=True))


class MailTextRow(MainTable, table=True):
    """A survey's own words of a letter, in one language."""

    __tablename__ = "mail_text"
    survey_id: str = Field(sa_column=Column(String, ForeignKey("survey.id"), primary_key=True))
    kind: str = Field(primary_key=True)  # invitation | reminder
    language: str = Field(primary_key=True)
    subject: str
    text: str
