"""Tables of the main store about staff: who they are, how they sign in, what they did, what they promised.

Nothing here names a respondent. Times of staff are whole minutes in UTC (RFC 3339, so they sort as text).
"""

from datetime import date
from typing import Any

from sqlalchemy import JSON, Column, ForeignKey, Integer, LargeBinary, String
from sqlmodel import Field

from service.store import tables_programs  # noqa: F401 - actions refer to its tables
from service.store.tables_main import MainTable


def _user() -> Any:
    return ForeignKey("staff_user.id")


class StaffUserRow(MainTable, table=True):
    """A person of staff. Without a password they sign in with the company's OpenID Connect issuer alone.

    ``oidc_subject`` is the issuer, a bar and the issuer's name for them; ``totp_last_step`` the last step of
    30 seconds whose code was accepted.
    """

    __tablename__ = "staff_user"
    id: str = Field(primary_key=True)
    email: str = Field(unique=True)  # lower case
    name: str
    role: str  # admin | owner | analyst | auditor
    password_hash: str | None = None
    totp_secret: bytes | None = None
    totp_last_step: int | None = None
    oidc_subject: str | None = Field(default=None, unique=True)
    disabled: bool = False
    created_on: date


class RecoveryCodeRow(MainTable, table=True):
    """A code that takes the place of an authenticator, once; stored hashed and gone once used."""

    __tablename__ = "recovery_code"
    digest: bytes = Field(sa_column=Column(LargeBinary(32), primary_key=True))
    user_id: str = Field(sa_column=Column(String, _user(), nullable=False, index=True))


class StaffSessionRow(MainTable, table=True):
    """A browser that is signed in, by the digest of the name in its cookie."""

    __tablename__ = "staff_session"
    digest: bytes = Field(sa_column=Column(LargeBinary(32), primary_key=True))
    user_id: str = Field(sa_column=Column(String, _user(), nullable=False, index=True))
    csrf: str
    created: str
    last_used: str
    expires: str


class OneTimeLinkRow(MainTable, table=True):
    """A link that works once: to ``join`` (set a password and an authenticator) or to ``enter``.

    Without a user it is the link of the first administrator.
    """

    __tablename__ = "one_time_link"
    digest: bytes = Field(sa_column=Column(LargeBinary(32), primary_key=True))
    purpose: str
    user_id: str | None = Field(default=None, sa_column=Column(String, _user(), nullable=True, index=True))
    role: str
    expires: str


class SignInAttemptsRow(MainTable, table=True):
    """How often in a row signing in failed for a user, and the minute from which it is possible again.

    One row belongs to nobody: it is written when an address is unknown, so that this takes as long.
    """

    __tablename__ = "sign_in_attempts"
    user_id: str = Field(primary_key=True)
    failed: int
    until: str


class AuditRow(MainTable, table=True):
    """One action of staff, chained by hash. The database refuses to change or delete a row."""

    __tablename__ = "audit"
    position: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    at: str
    actor: str
    action: str
    subject: str
    detail: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    previous: str
    digest: str


class ActionRow(MainTable, table=True):
    """Something that was decided after a wave or for a program, and how far it has come.

    ``pulse_wave_id`` is the wave that asks whether it helped.
    """

    __tablename__ = "action"
    id: str = Field(primary_key=True)
    survey_id: str = Field(sa_column=Column(String, ForeignKey("survey.id"), nullable=False, index=True))
    wave_id: str | None = Field(
        default=None, sa_column=Column(String, ForeignKey("wave.id"), nullable=True, index=True)
    )
    theme: str | None = None
    text: dict[str, str] = Field(sa_column=Column(JSON, nullable=False))  # by language
    state: str  # planned | doing | done
    owner: str
    due: date | None = None
    published: bool = False
    created_on: date
    program_id: str | None = Field(
        default=None, sa_column=Column(String, ForeignKey("program.id"), nullable=True, index=True)
    )
    objective_id: str | None = Field(
        default=None, sa_column=Column(String, ForeignKey("objective.id"), nullable=True)
    )
    pulse_wave_id: str | None = Field(
        default=None, sa_column=Column(String, ForeignKey("wave.id"), nullable=True)
    )
