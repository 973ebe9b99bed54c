"""Signing in with e-mail, password and a second factor, and how failures are slowed down.

Every refusal is the same and takes the same work, whether the address is unknown, the password or the code
is wrong, or the account has to wait. After four failures in a row an account waits before it can be tried
again, longer each time and never more than a quarter of an hour. A recovery code gets through while it
waits, so nobody can keep a person out; sessions that are open stay open. No address of a machine is kept.
"""

from dataclasses import dataclass
from datetime import timedelta

from fastapi.responses import Response
from sqlmodel import Session

from privacy.contract import minute
from service.accounts import audit
from service.accounts.passwords import is_password
from service.accounts.second_factor import accepted_step, recovery_digest
from service.accounts.sessions import begin_session, this_minute
from service.errors import NotSignedIn
from service.http.context import Context
from service.store import sign_in, staff_users
from service.store.tables_staff import StaffUserRow
from service.store.unit_of_work import unit_of_work

FREE = 4  # failures in a row that cost no wait
WAITS = (1, 3, 7, 14)  # minutes beyond the present one, from the fifth failure on; the last stays
REFUSAL = (
    "the e-mail address, the password or the code is wrong, or there were too many attempts; "
    "wait a quarter of an hour, or use a recovery code"
)


@dataclass(frozen=True, slots=True)
class _Attempt:
    user: StaffUserRow | None
    used_recovery_code: bool
    must_wait: bool


def check_credentials(context: Context, email: str, password: str, code: str) -> StaffUserRow:
    """The person whose password and code these are. ``code`` is an authenticator's or a recovery code.

    The code is used up. Raises NotSignedIn, with the same words whatever is wrong.
    """
    with unit_of_work(context.main) as tx:
        attempt = _begin(tx, context, email, code)
    user = attempt.user
    stored = None if user is None or attempt.must_wait or user.disabled else user.password_hash
    if not is_password(stored, password) or user is None:
        raise NotSignedIn(REFUSAL)
    with unit_of_work(context.main) as tx:
        if not (attempt.used_recovery_code or _take_code(tx, context, user, code)):
            raise NotSignedIn(REFUSAL)
        sign_in.forget_attempts(tx, user.id)
    return user


def signed_in(tx: Session, context: Context, user: StaffUserRow, response: Response, how: str) -> None:
    """Begin the session of a person who has proved who they are, and note it. ``how``: by what means."""
    begin_session(tx, context, user.id, response)
    audit.record(tx, context, user, "sign in", user.id, how=how)


def _begin(tx: Session, context: Context, email: str, code: str) -> _Attempt:
    """Count the attempt as failed before anything is tried, so that many at once are not free either."""
    user = staff_users.by_email(tx, email.strip().lower())
    if user is None:
        sign_in.count_for_nobody(tx)
        return _Attempt(None, False, False)
    now = this_minute(context.clock)
    row = sign_in.attempts(tx, user.id)
    if row.until > minute(now):
        # Used up whether or not the password is right: ten codes are ten guesses.
        sign_in.count_for_nobody(tx)
        passes = sign_in.take_recovery_code(tx, user.id, recovery_digest(code))
        return _Attempt(user, passes, not passes)
    row.failed += 1
    if row.failed > FREE:
        wait = WAITS[min(row.failed - FREE, len(WAITS)) - 1]
        row.until = minute(now + timedelta(minutes=wait + 1))
    sign_in.store_attempts(tx, row)
    if row.failed > FREE:
        audit.record(tx, context, user, "fail to sign in", user.id, in_a_row=row.failed)
    return _Attempt(user, False, False)


def _take_code(tx: Session, context: Context, user: StaffUserRow, code: str) -> bool:
    if user.totp_secret is not None:
        step = accepted_step(user.totp_secret, code, context.clock())
        if step is not None:
            return staff_users.take_totp_step(tx, user.id, step)
    return sign_in.take_recovery_code(tx, user.id, recovery_digest(code))
