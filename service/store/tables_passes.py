"""Tables of the main store that let people of a roster into conversations, and the statistics of those."""

from sqlalchemy import Column, LargeBinary
from sqlmodel import Field

from service.store.slots import SLOT
from service.store.tables_main import MainTable


class FeedbackPassRow(MainTable, table=True):
    """Somebody's feedback link: the code is stored hashed, and nothing about its use stands here.

    ``links`` is how many links they had in ``month``, because each is good for that month's tokens. Taken
    away, the row stays with a digest that is nobody's.
    """

    __tablename__ = "feedback_pass"
    digest: bytes = Field(sa_column=Column(LargeBinary(32), primary_key=True))
    person: str = Field(unique=True)
    month: str  # "2026-11", of the latest link
    links: int
    revoked: bool = False


class FeedbackDrawRow(MainTable, table=True):
    """A feedback token that was drawn. Emptied when its month's tokens are no longer taken.

    ``digest`` hashes the code itself with the period and a number, so that without the code nobody can tell
    whose pass or invitation a row belongs to. ``slot`` is its first 63 bits.
    """

    __tablename__ = "feedback_draw"
    slot: int = Field(sa_column=Column(SLOT, primary_key=True, autoincrement=False))
    digest: bytes = Field(sa_column=Column(LargeBinary(32), nullable=False, unique=True))
    period: bytes = Field(sa_column=Column(LargeBinary(32), nullable=False, index=True))
    blinded_digest: bytes = Field(sa_column=Column(LargeBinary(32), nullable=False))


class FeedbackStatisticsRow(MainTable, table=True):
    """What is published of a month's conversations: canonical JSON, drawn once and never changed."""

    __tablename__ = "feedback_statistics"
    month: str = Field(primary_key=True)
    content: bytes
