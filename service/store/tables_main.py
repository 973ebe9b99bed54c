"""Tables of the main store: staff, surveys, rosters, waves, invitations, ledger, releases.

Nothing here knows an answer. Nothing here has a time finer than a day, but for a wave's own schedule, and no
column says when or in what order anybody did anything.
"""

from datetime import date
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Integer, LargeBinary, MetaData, String
from sqlmodel import Field, SQLModel

from service.store.slots import SLOT


class MainTable(SQLModel):
    """The base of every table in the main store."""

    metadata = MetaData()


class ApiKeyRow(MainTable, table=True):
    """A staff member's or another service's key; the key itself is stored hashed and shown once."""

    __tablename__ = "api_key"
    id: str = Field(primary_key=True)
    name: str
    role: str
    digest: bytes = Field(sa_column=Column(LargeBinary(32), nullable=False, unique=True))
    created_on: date
    revoked: bool = False


class SurveyRow(MainTable, table=True):
    """A survey and its current definition, as its author wrote it."""

    __tablename__ = "survey"
    id: str = Field(primary_key=True)
    version: str
    title: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    source: str
    created_on: date


class RosterRow(MainTable, table=True):
    """One invited person of a survey. ``person`` is the same text in every survey that invites them.

    ``email`` is where their invitations go; without one, or if mail came back from there and it is
    ``unreachable``, they get a card or a link from the owner.
    """

    __tablename__ = "roster"
    survey_id: str = Field(sa_column=Column(String, ForeignKey("survey.id"), primary_key=True))
    person: str = Field(primary_key=True)
    attributes: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))
    email: str | None = None
    language: str | None = None  # of their letters
    unreachable: bool = False


class WaveRow(MainTable, table=True):
    """A wave of a survey. ``wave``, ``manifest`` and the public keys are set once, when it opens.

    ``source`` is the definition as it was when the wave was drafted. ``links_made`` says that the invitation
    links were given out, to the owner and all at once; ``minutes`` are how long answering takes.
    """

    __tablename__ = "wave"
    id: str = Field(primary_key=True)
    survey_id: str = Field(sa_column=Column(String, ForeignKey("survey.id"), nullable=False, index=True))
    state: str = Field(index=True)  # draft | open | closed | released
    source: str
    plan: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    opens_at: str  # RFC 3339, UTC, whole minutes: sorts as text
    closes_at: str
    minutes: int = 0
    wave: bytes | None = Field(default=None, sa_column=Column(LargeBinary(32), unique=True))
    manifest: bytes | None = None
    invited: int | None = None
    links_made: bool = False
    drawn: int | None = None  # tokens, while it is open: whole tens, as of the first look on ``drawn_on``
    drawn_on: date | None = None
    issued: int | None = None  # counted once, when the wave closes
    responses: int | None = None
    root: bytes | None = None


class TallyKeyRow(MainTable, table=True):
    """The public half of a wave key that the tally made. ``wave_id`` is set when a wave takes it."""

    __tablename__ = "tally_key"
    id: str = Field(primary_key=True)
    hpke_public_key: bytes
    release_public_key: bytes
    wave_id: str | None = Field(
        default=None, sa_column=Column(String, ForeignKey("wave.id"), unique=True, nullable=True)
    )


class InvitationRow(MainTable, table=True):
    """Who is invited to a wave; the code is stored hashed. Nothing about its use stands here."""

    __tablename__ = "invitation"
    digest: bytes = Field(sa_column=Column(LargeBinary(32), primary_key=True))
    wave_id: str = Field(sa_column=Column(String, ForeignKey("wave.id"), nullable=False, index=True))
    person: str = Field(index=True)
    mailed: bool = False  # whether their link goes out by e-mail, and so to nobody else


class IssuanceRow(MainTable, table=True):
    """An invitation whose token was drawn. Rewritten in each mixing window and emptied when the wave closes.

    ``slot`` is the first 63 bits of ``digest``: it stands in for SQLite's rowid, which would otherwise count
    the order in which people drew their tokens.
    """

    __tablename__ = "issuance"
    slot: int = Field(sa_column=Column(SLOT, primary_key=True, autoincrement=False))
    digest: bytes = Field(sa_column=Column(LargeBinary(32), nullable=False, unique=True))
    wave_id: str = Field(sa_column=Column(String, ForeignKey("wave.id"), nullable=False, index=True))
    blinded_digest: bytes = Field(sa_column=Column(LargeBinary(32), nullable=False))


class LedgerRow(MainTable, table=True):
    """What a wave may cost everybody on its roster, chained by hash; see privacy/ledger.py.

    Without a wave it is what a month's statistics of conversations cost everybody on any roster, and ``wave``
    is the hash that stands for that month.
    """

    __tablename__ = "ledger"
    position: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    wave_id: str | None = Field(
        default=None, sa_column=Column(String, ForeignKey("wave.id"), nullable=True, unique=True)
    )
    wave: str
    micro_rho: int
    day: date
    state: str  # reserved | drawn | committed
    previous: str
    digest: str


class DrawRow(MainTable, table=True):
    """The noise of a wave, drawn once and stored before anything is published; gone once it is."""

    __tablename__ = "draw"
    wave_id: str = Field(sa_column=Column(String, ForeignKey("wave.id"), primary_key=True))
    content: bytes


class ReleaseRow(MainTable, table=True):
    """The signed release of a wave: canonical JSON, never changed."""

    __tablename__ = "release"
    wave_id: str = Field(sa_column=Column(String, ForeignKey("wave.id"), primary_key=True))
    content: bytes
