"""Tables of the box: sealed responses and what the collector must know to accept them. It knows no people."""

from sqlalchemy import BigInteger, Column, ForeignKey, LargeBinary, MetaData
from sqlmodel import Field, SQLModel


class BoxTable(SQLModel):
    """The base of every table in the box."""

    metadata = MetaData()


class BoxWaveRow(BoxTable, table=True):
    """A wave that responses may be put in. ``root`` and ``responses`` are set once, when it closes."""

    __tablename__ = "box_wave"
    wave: bytes = Field(sa_column=Column(LargeBinary(32), primary_key=True))
    manifest: bytes
    closed: bool = False
    root: bytes | None = None
    responses: int | None = None


class ResponseRow(BoxTable, table=True):
    """One sealed response.

    ``slot`` is the first 63 bits of the nullifier: it stands in for SQLite's rowid, which would otherwise
    count arrivals. There is no time, no order and nobody in this table.
    """

    __tablename__ = "response"
    slot: int = Field(sa_column=Column(BigInteger, primary_key=True, autoincrement=False))
    nullifier: bytes = Field(sa_column=Column(LargeBinary(32), nullable=False, unique=True))
    wave: bytes = Field(
        sa_column=Column(LargeBinary(32), ForeignKey("box_wave.wave"), nullable=False, index=True)
    )
    locator: bytes = Field(sa_column=Column(LargeBinary(16), nullable=False, index=True))
    envelope: bytes


class ReceiptKeyRow(BoxTable, table=True):
    """The public half of the collector's receipt key, so that a wave's manifest can name it."""

    __tablename__ = "receipt_key"
    id: int = Field(default=1, primary_key=True)
    public_key: bytes
