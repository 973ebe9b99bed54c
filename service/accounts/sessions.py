"""Staff in a browser: a session cookie becomes a person with a role, or the request is refused.

======== ============================================================================================
admin    everything, and alone staff and API keys
owner    surveys, rosters, waves, invitations, results, actions, programs, feedback channels and links
analyst  reads what an owner reads
auditor  reads the audit log, the ledger and waves; no results
======== ============================================================================================

Handling a feedback channel is no role. Whoever an owner or admin names on a channel handles it, whatever
their role, and reads it with a key of their own; an admin who is not named reads nothing.
"""

import hashlib
import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Literal, cast, get_args
from urllib.parse import urlsplit

from fastapi import Depends, Request
from fastapi.responses import Response
from sqlmodel import Session

from privacy.canonical import b64u
from privacy.contract import minute
from service.accounts.cookies import read_cookie, remove_cookie, set_cookie
from service.clock import Clock
from service.errors import NotAllowed, NotSignedIn
from service.http.context import Context, context_of
from service.store import staff_sessions
from service.store.tables_staff import StaffSessionRow
from service.store.unit_of_work import reading, unit_of_work

StaffRole = Literal["admin", "owner", "analyst", "auditor"]
STAFF_ROLES: tuple[StaffRole, ...] = get_args(StaffRole)
IDLE = timedelta(minutes=30)  # a session that is not used for so long has ended
LONGEST = timedelta(hours=12)  # no session lasts longer
COOKIE = "session"
_BYTES = 32


@dataclass(frozen=True, slots=True)
class StaffSession:
    """A member of staff who is signed in. ``csrf`` goes into every form; ``digest`` names the session."""

    user_id: str
    name: str
    email: str
    role: StaffRole
    csrf: str
    digest: bytes

    @property
    def id(self) -> str:
        """Who acted, as the audit log names them."""
        return self.user_id


def session_of(request: Request, context: Annotated[Context, Depends(context_of)]) -> StaffSession | None:
    """FastAPI dependency: who is signed in, for pages that anybody may read; sets ``request.state.staff``."""
    value = read_cookie(request, COOKIE)
    session = None if value is None else _find(context, digest_of(value))
    request.state.staff = session
    return session


SessionDependency = Annotated[StaffSession | None, Depends(session_of)]


def require_session(*roles: StaffRole) -> Callable[..., StaffSession]:
    """A FastAPI dependency: who is signed in, if the role is one of ``roles`` (none named: any).

    Raises NotSignedIn, which a page answers by asking to sign in, and NotAllowed for another role.
    """

    def signed_in(session: SessionDependency) -> StaffSession:
        if session is None:
            raise NotSignedIn("you are not signed in, or your session has ended; sign in and do it again")
        if roles and session.role not in roles:
            raise NotAllowed(f"the role {session.role} may not do this; it needs {' or '.join(roles)}")
        return session

    return signed_in


async def check_csrf(request: Request, session: SessionDependency) -> None:
    """FastAPI dependency of every form: it was sent by a page of this service, in this session.

    Raises NotSignedIn without a session and NotAllowed for a form of another site or another session.
    """
    if request.method in ("GET", "HEAD"):
        return
    if session is None:
        raise NotSignedIn("you are not signed in, or your session has ended; sign in and send it again")
    check_origin(request)
    sent = (await request.form()).get("csrf")
    if not isinstance(sent, str) or not hmac.compare_digest(sent.encode(), session.csrf.encode()):
        raise NotAllowed("the form is not of your present session; go back, reload the page and try again")


def check_origin(request: Request) -> None:
    """Raises NotAllowed if the browser says that another site sent this form.

    Fetch metadata says so on https and loopback; elsewhere pages that send no referrer have the origin
    ``null``, and only the token in the form is left to tell.
    """
    site = request.headers.get("sec-fetch-site", "same-origin")
    origin = request.headers.get("origin", "null")
    here = {request.url.netloc, urlsplit(context_of(request).settings.link_base).netloc}
    if site != "same-origin" or (origin != "null" and urlsplit(origin).netloc not in here):
        raise NotAllowed("another site sent this form; open the page here and send it from there")


def begin_session(tx: Session, context: Context, user_id: str, response: Response) -> None:
    """Sign a user in under a new, random name that only the cookie on ``response`` has."""
    name = b64u(secrets.token_bytes(_BYTES))
    now = this_minute(context.clock)
    staff_sessions.forget_ended(tx, now=minute(now), used_after=minute(now - IDLE))
    staff_sessions.add_session(
        tx,
        digest=digest_of(name),
        user_id=user_id,
        csrf=b64u(secrets.token_bytes(_BYTES)),
        created=minute(now),
        expires=minute(now + LONGEST),
    )
    set_cookie(response, context, COOKIE, name)


def sessions_of(tx: Session, context: Context, user_id: str) -> list[StaffSessionRow]:
    """Where a user is signed in now, newest first."""
    now = this_minute(context.clock)
    return staff_sessions.of_user(tx, user_id, now=minute(now), used_after=minute(now - IDLE))


def end_session(tx: Session, context: Context, session: StaffSession, response: Response) -> None:
    """Sign out: the session is gone from the store and the cookie from the browser."""
    staff_sessions.end(tx, session.digest)
    remove_cookie(response, context, COOKIE)


def digest_of(name: str) -> bytes:
    """What is stored of a session's name: SHA-256, 32 bytes."""
    return hashlib.sha256(name.encode()).digest()


def this_minute(clock: Clock) -> datetime:
    """The current minute in UTC."""
    return clock().astimezone(UTC).replace(second=0, microsecond=0)


def _find(context: Context, digest: bytes) -> StaffSession | None:
    now = this_minute(context.clock)
    with reading(context.main) as tx:
        found = staff_sessions.find(tx, digest, now=minute(now), used_after=minute(now - IDLE))
    if found is None:
        return None
    row, user = found
    if row.last_used != minute(now):
        with unit_of_work(context.main) as tx:
            staff_sessions.touch(tx, digest, minute(now))
    role = cast(StaffRole, user.role)
    return StaffSession(user.id, user.name, user.email, role, row.csrf, digest)
