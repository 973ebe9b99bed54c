"""Tables of the main store about programs: what they aim at, which waves judge them, figures from outside.

Nothing here names who takes part. A figure from outside is about a group, never about a person.
"""

from datetime import date
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlmodel import Field

from service.store.tables_main import MainTable

_NULLABLE_JSON = JSON(none_as_null=True)


class ProgramRow(MainTable, table=True):
    """A program. ``attribute`` of its survey tells apart who takes part: ``participants`` are its levels.

    ``pairing_id`` (16 bytes) is what its respondents' program codes are bound to.
    """

    __tablename__ = "program"
    id: str = Field(primary_key=True)
    name: str
    kind: str
    purpose: str
    owner: str
    sponsor: str
    starts_on: date
    ends_on: date
    roles: list[str] = Field(sa_column=Column(JSON, nullable=False))
    state: str  # planned | running | ended | reviewed
    survey_id: str | None = Field(
        default=None, sa_column=Column(String, ForeignKey("survey.id"), nullable=True, index=True)
    )
    attribute: str | None = None
    participants: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    comparison: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    stratum: dict[str, str] | None = Field(default=None, sa_column=Column(_NULLABLE_JSON, nullable=True))
    pairing_id: bytes = Field(sa_column=Column(LargeBinary(16), nullable=False, unique=True))
    created_on: date


class ObjectiveRow(MainTable, table=True):
    """What a program is to change: a measure, from a baseline to a target by a day."""

    __tablename__ = "objective"
    id: str = Field(primary_key=True)
    program_id: str = Field(sa_column=Column(String, ForeignKey("program.id"), nullable=False, index=True))
    text: str
    measure: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))  # kind, ref
    baseline: float | None = None
    target: float
    due: date
    direction: str  # increase | decrease


class OutsideFigureRow(MainTable, table=True):
    """An aggregate that no survey measures, such as retention, as it was entered or imported."""

    __tablename__ = "outside_figure"
    id: str = Field(primary_key=True)
    program_id: str = Field(sa_column=Column(String, ForeignKey("program.id"), nullable=False, index=True))
    name: str
    unit: str
    group: str  # participants | others | everybody
    day: date
    value: float
    people: int
    source: str


class ProgramWaveRow(MainTable, table=True):
    """A wave that judges a program, by its label in that program."""

    __tablename__ = "program_wave"
    __table_args__ = (UniqueConstraint("program_id", "label"),)
    wave_id: str = Field(sa_column=Column(String, ForeignKey("wave.id"), primary_key=True))
    program_id: str = Field(sa_column=Column(String, ForeignKey("program.id"), primary_key=True))
    label: str


class CarriedRow(MainTable, table=True):
    """What a tally keeps of a wave for the next one of its pairing, encrypted; gone by ``until``."""

    __tablename__ = "carried"
    wave_id: str = Field(sa_column=Column(String, ForeignKey("wave.id"), primary_key=True))
    content: bytes
    until: str  # RFC 3339, UTC, whole minutes
