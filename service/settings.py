"""Settings of every process: ``SOTTOVOCE_...`` in the environment, unknown names refused.

A secret may stand in a file instead: ``SOTTOVOCE_DATABASE_FILE=/run/secrets/database`` is read in place of
``SOTTOVOCE_DATABASE``.
"""

import os
import re
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Literal, Self

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from privacy.errors import Invalid, Problem

PREFIX = "SOTTOVOCE_"
FROM_FILES = (
    "database",
    "box_database",
    "oidc_client_secret",
    "smtp_password",
    "slack_webhook",
    "teams_webhook",
)  # what may hold a password
_WEBHOOK = r"https://[^\s#@]+|http://(127\.0\.0\.1|localhost)(:\d+)?(/[^\s#@]*)?"
_THIS_MACHINE = ("127.0.0.1", "::1", "localhost")
_ROLE_RULE = r"[^\s:=,]+:[^:=,]+=(admin|owner|analyst|auditor)"


class Settings(BaseSettings):
    """Everything a process can be told. Frozen once read; secrets print as ``**********``."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, frozen=True, extra="forbid")

    data: Path = Field(
        default=Path("data"), description="folder of the SQLite files and, unless KEYS is set, the keys"
    )
    keys: Path | None = Field(default=None, description="folder of private keys; default: DATA/keys")
    database: SecretStr | None = Field(default=None, description="main store; default: SQLite in DATA")
    box_database: SecretStr | None = Field(
        default=None,
        description="store of sealed responses; default: DATABASE if that is PostgreSQL, else SQLite in DATA",
    )
    host: str = Field(default="127.0.0.1", description="address to listen on")
    port: int = Field(default=8000, ge=0, le=65535, description="port to listen on; 0 takes a free one")
    public_url: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s?#]+$",
        description="how invited people reach the service, http:// or https://; default: where it listens",
    )
    tally: Literal["child", "external"] = Field(
        default="child", description="start the tally as a child process, or leave it to another machine"
    )
    mixing_minutes: float = Field(
        default=10,
        gt=0,
        le=1440,
        description="how long an order of arrival may be left in the store while a wave is open",
    )
    scheduler_seconds: float = Field(default=20, gt=0, le=3600, description="how often the scheduler looks")
    cap_epsilon: float = Field(
        default=8,
        gt=0,
        le=20,
        description="most privacy loss a person may be asked for in a rolling year, at delta 1e-6",
    )
    load_invitations: int = Field(
        default=8,
        ge=1,
        le=1000,
        description="most waves that may invite a person within 28 days, over all surveys",
    )
    load_minutes: int = Field(
        default=60,
        ge=1,
        le=10_000,
        description="most minutes that a person may be asked for within 28 days, over all surveys",
    )
    feedback_hour: int = Field(
        default=18,
        ge=0,
        le=24,
        description="hour, UTC, at which messages of conversations are let out each day; 24 lets them out "
        "at once, for trying out alone",
    )
    feedback_tokens: int = Field(
        default=3, ge=1, le=10, description="conversations that one feedback link opens in a month"
    )
    feedback_epsilon: float = Field(
        default=1,
        ge=0,
        le=8,
        description="privacy loss of a month's statistics of conversations, at delta 1e-6; 0 publishes none",
    )
    smtp_host: str | None = Field(
        default=None,
        pattern=r"^[^\s/@]+$",
        description="mail server that takes letters; without one none goes out",
    )
    smtp_port: int = Field(default=587, ge=1, le=65535, description="its port")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        default="starttls",
        description="how the way to it is encrypted; none is for a server on the same machine alone",
    )
    smtp_user: str | None = Field(default=None, description="name to sign in there with, if it asks for one")
    smtp_password: SecretStr | None = Field(default=None, description="password there")
    mail_from: str | None = Field(
        default=None,
        pattern=r"^[^\s@<>,;:\"]+@[^\s@<>,;:\"]+$",
        description="address that letters come from, and that undeliverable ones go back to",
    )
    mail_connections: int = Field(
        default=4, ge=1, le=32, description="connections to the mail server at the same time"
    )
    slack_webhook: SecretStr | None = Field(
        default=None, description="address of a Slack incoming webhook that announces waves, https://"
    )
    teams_webhook: SecretStr | None = Field(
        default=None, description="address of a Microsoft Teams incoming webhook that does, https://"
    )
    organisation: str | None = Field(
        default=None,
        max_length=100,
        pattern=r"^[^\x00-\x1f\x7f]+$",
        description="name of the organisation, as letters give it",
    )
    linger_ms: float = Field(
        default=2, ge=0, le=1000, description="how long a busy collector gathers a group"
    )
    group_limit: int = Field(default=512, ge=1, le=10_000, description="most responses in one transaction")
    oidc_issuer: str | None = Field(
        default=None,
        pattern=r"^(https://[^\s?#]+|http://(127\.0\.0\.1|localhost)(:\d+)?(/[^\s?#]*)?)$",
        description="OpenID Connect issuer at which staff may sign in, https://",
    )
    oidc_client_id: str | None = Field(
        default=None, validate_default=True, description="name of this service at the issuer"
    )
    oidc_client_secret: SecretStr | None = Field(
        default=None, validate_default=True, description="its secret there"
    )
    oidc_roles: str | None = Field(
        default=None,
        pattern=rf"^{_ROLE_RULE}(,{_ROLE_RULE})*$",
        description="roles by a claim of the issuer, as groups:people-team=owner,groups:it=admin; "
        "default: the role of the invitation",
    )

    @field_validator("slack_webhook", "teams_webhook")
    @classmethod
    def _reachable(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None and not re.fullmatch(_WEBHOOK, value.get_secret_value()):
            raise ValueError("it is no https:// address")
        return value

    @field_validator("oidc_client_id", "oidc_client_secret")
    @classmethod
    def _with_issuer(cls, value: Any, info: ValidationInfo) -> Any:
        if value is None and info.data.get("oidc_issuer") is not None:
            raise ValueError("it is needed with SOTTOVOCE_OIDC_ISSUER")
        return value

    @model_validator(mode="after")
    def _two_stores(self) -> Self:
        if self.main_url == self.box_url and self.main_url.startswith("sqlite"):
            raise ValueError(
                "the box needs a SQLite file of its own, so that no log holds people and responses"
            )
        return self

    @model_validator(mode="after")
    def _mail_server(self) -> Self:
        if self.smtp_host is None:
            return self
        if self.mail_from is None:
            raise ValueError(
                "SOTTOVOCE_SMTP_HOST needs SOTTOVOCE_MAIL_FROM, the address that letters come from"
            )
        if self.smtp_security == "none" and self.smtp_host not in _THIS_MACHINE:
            raise ValueError(
                "SOTTOVOCE_SMTP_SECURITY none is for a server on this machine: links are not to be read"
            )
        return self

    @property
    def key_folder(self) -> Path:
        """Where private keys are kept."""
        return self.keys if self.keys is not None else self.data / "keys"

    @property
    def link_base(self) -> str:
        """What invitation links begin with, without a slash at the end."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return (self.public_url or f"http://{host}:{self.port}").rstrip("/")

    @property
    def main_url(self) -> str:
        """The main store's address, with its password if it has one."""
        if self.database is not None:
            return self.database.get_secret_value()
        return f"sqlite:///{(self.data / 'sottovoce.db').absolute()}"

    @property
    def box_url(self) -> str:
        """The address of the store of sealed responses."""
        if self.box_database is not None:
            return self.box_database.get_secret_value()
        if self.database is not None and not self.main_url.startswith("sqlite"):
            return self.main_url
        return f"sqlite:///{(self.data / 'box.db').absolute()}"


def read_settings(**overrides: Any) -> Settings:
    """The settings of the environment, with command-line overrides (None: not given) on top.

    Raises Invalid with every fault at once: unknown names, wrong values, unreadable secret files.
    """
    values = {field: value for field, value in overrides.items() if value is not None}
    problems: list[Problem] = []
    for name in sorted(os.environ):
        field = name.removeprefix(PREFIX).lower()
        if not name.startswith(PREFIX) or field in Settings.model_fields:
            continue
        if field.endswith("_file") and field.removesuffix("_file") in FROM_FILES:
            path = Path(os.environ[name])
            try:
                values.setdefault(field.removesuffix("_file"), path.read_text().strip())
            except OSError as error:
                message = f"cannot read {path}: {error.strerror}"
                problems.append(_problem(name, message, "name a file that this user can read"))
            continue
        close = get_close_matches(field, Settings.model_fields, n=1)
        remedy = f"did you mean {PREFIX}{close[0].upper()}" if close else "remove it"
        problems.append(Problem("unknown-setting", name, "there is no such setting", remedy))
    try:
        settings = Settings(**values)
    except ValidationError as error:
        for fault in error.errors(include_input=False, include_url=False):
            field = str(fault["loc"][0]) if fault["loc"] else "box_database"
            message = fault["msg"].removeprefix("Value error, ")
            problems.append(_problem(f"{PREFIX}{field.upper()}", message, _meaning(field)))
    if problems:
        raise Invalid(problems)
    return settings


def _problem(name: str, message: str, remedy: str) -> Problem:
    return Problem("setting", name, message, remedy)


def _meaning(field: str) -> str:
    info = Settings.model_fields.get(field)
    return f"it is the {info.description}" if info else "remove it"
