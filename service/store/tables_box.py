"""Tables of the box: sealed responses and what the collector must know to accept them. It knows no people."""

from sqlalchemy import Column, ForeignKey, Integer, LargeBinary, MetaData, UniqueConstraint
from sqlmodel import Field, SQLModel

from service.store.slots import SLOT


class BoxTable(SQLModel):
    """The base of every table in the box."""

    metadata = MetaData()


class BoxWaveRow(BoxTable, table=True):
    """A wave that responses may be put in. ``root``, ``responses`` and ``issued`` are set when it closes."""

    __tablename__ = "box_wave"
    wave: bytes = Field(sa_column=Column(LargeBinary(32), primary_key=True))
    manifest: bytes
    closed: bool = False
    root: bytes | None = None
    responses: int | None = None
    issued: int | None = None


class ResponseRow(BoxTable, table=True):
    """One sealed response.

    ``slot`` is the first 63 bits of the nullifier: it stands in for SQLite's rowid, which would otherwise
    count arrivals. There is no time, no order and nobody in this table.
    """

    __tablename__ = "response"
    __table_args__ = (UniqueConstraint("wave", "nullifier"),)
    slot: int = Field(sa_column=Column(SLOT, primary_key=True, autoincrement=False))
    nullifier: bytes = Field(sa_column=Column(LargeBinary(32), nullable=False))
    wave: bytes = Field(sa_column=Column(LargeBinary(32), ForeignKey("box_wave.wave"), nullable=False))
    locator: bytes = Field(sa_column=Column(LargeBinary(16), nullable=False, index=True))
    envelope: bytes


class ReceiptKeyRow(BoxTable, table=True):
    """The public half of the collector's receipt key, so that a wave's manifest can name it."""

    __tablename__ = "receipt_key"
    id: int = Field(default=1, sa_column=Column(Integer, primary_key=True, autoincrement=False))
    public_key: bytes
