"""Links that work once, for 24 hours: for the first administrator, an invitation, or a new start."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal, cast

from sqlmodel import Session

from privacy.canonical import b64u
from privacy.contract import minute
from service.accounts.sessions import StaffRole, this_minute
from service.clock import Clock
from service.errors import NotAllowed
from service.http.context import Context
from service.store import sign_in, staff_users
from service.store.tables_staff import StaffUserRow
from service.store.unit_of_work import unit_of_work

Purpose = Literal["join", "enter"]
LIFETIME = timedelta(hours=24)
_BYTES = 32


@dataclass(frozen=True, slots=True)
class OneTimeLink:
    """What a link is good for. ``user`` is None for the first administrator, who is not known yet."""

    purpose: Purpose
    user: StaffUserRow | None
    role: StaffRole


def make_link(tx: Session, clock: Clock, user: StaffUserRow | None, purpose: Purpose = "join") -> str:
    """The secret part of a new link; the store has its digest, and the links made before it end.

    ``join`` lets a person choose a password and set up an authenticator. ``enter`` signs them in without
    either, and is for whoever runs a demonstration on the machine itself.
    """
    token, now = b64u(secrets.token_bytes(_BYTES)), this_minute(clock)
    sign_in.add_link(
        tx,
        digest=digest_of(token),
        purpose=purpose,
        user_id=None if user is None else user.id,
        role=staff_users.ADMIN if user is None else user.role,
        expires=minute(now + LIFETIME),
        now=minute(now),
    )
    return token


def first_link(context: Context) -> str | None:
    """The whole link of the first administrator, if nobody of staff is known yet; those before it end."""
    with unit_of_work(context.main) as tx:
        if staff_users.any_user(tx):
            return None
        return address_of(context.settings.link_base, make_link(tx, context.clock, None))


def address_of(base: str, token: str) -> str:
    """The whole link; ``base`` is where the service is reached."""
    return f"{base}/join/{token}"


def read_link(tx: Session, clock: Clock, token: str) -> OneTimeLink:
    """What a link is good for. Raises NotAllowed if it was used, ended, or never made: all the same."""
    row = sign_in.find_link(tx, digest_of(token), minute(this_minute(clock)))
    if row is None:
        raise NotAllowed("this link was used already or its 24 hours are over; ask an admin for a new one")
    user = None if row.user_id is None else staff_users.get_user(tx, row.user_id)
    if (user is None and staff_users.any_user(tx)) or (user is not None and user.disabled):
        raise NotAllowed("this link no longer works; ask an admin for a new one")
    return OneTimeLink(cast(Purpose, row.purpose), user, cast(StaffRole, row.role))


def take_link(tx: Session, clock: Clock, token: str) -> OneTimeLink:
    """Use a link up, in the transaction that does what it is good for. Raises NotAllowed as ``read_link``."""
    staff_users.hold_users(tx)
    link = read_link(tx, clock, token)
    if not sign_in.take_link(tx, digest_of(token)):
        raise NotAllowed("this link was used already; ask an admin for a new one")
    return link


def digest_of(token: str) -> bytes:
    """What is stored of a link: SHA-256, 32 bytes."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).digest()
