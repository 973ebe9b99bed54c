"""What a one-time link leads to: a new person of staff, or new means of signing in for one who is known."""

from dataclasses import dataclass

from fastapi.responses import Response

from privacy.errors import Invalid, Problem
from service.accounts import audit
from service.accounts.cookies import cookie_key
from service.accounts.one_time_links import OneTimeLink, take_link
from service.accounts.passwords import hash_password, password_problems
from service.accounts.second_factor import accepted_step, new_recovery_codes, recovery_digest, totp_secret
from service.accounts.sessions import begin_session
from service.accounts.signing_in import signed_in
from service.clock import today
from service.errors import NotAllowed
from service.http.context import Context
from service.store import sign_in, staff_sessions, staff_users
from service.store.unit_of_work import unit_of_work

_LONGEST = 100  # characters of a name; of an address RFC 5321 allows 254
_LONGEST_EMAIL = 254


@dataclass(frozen=True, slots=True)
class Joining:
    """What the form of a link says. ``email`` counts for the first administrator alone."""

    email: str
    name: str
    password: str
    code: str


def join(context: Context, token: str, link: OneTimeLink, form: Joining, response: Response) -> list[str]:
    """Use up a link to ``join``: store password and authenticator, sign in, give the recovery codes.

    The person's other sessions and codes end. Raises Invalid with every fault, after which the link still
    works, and NotAllowed if it does not.
    """
    email = link.user.email if link.user is not None else normal_email(form.email)
    secret = totp_secret(cookie_key(context.settings), token)
    step = accepted_step(secret, form.code, context.clock())
    problems = [*_name_problems(form.name), *password_problems(form.password)]
    if link.user is None:
        problems = [*email_problems(email), *problems]
    if step is None:
        remedy = "scan the picture, then type the six digits shown now; check that the device's time is right"
        problems.append(Problem("code", "code", "it is not the code for this picture", remedy))
    if problems or step is None:
        raise Invalid(problems)
    hashed, codes = hash_password(form.password), new_recovery_codes()
    with unit_of_work(context.main) as tx:
        link = take_link(tx, context.clock, token)
        user = link.user or staff_users.add_user(
            tx, email=email, name=form.name.strip(), role=link.role, day=today(context.clock)
        )
        user = staff_users.set_credentials(
            tx, user.id, name=form.name.strip(), password_hash=hashed, totp_secret=secret, totp_step=step
        )
        sign_in.replace_recovery_codes(tx, user.id, map(recovery_digest, codes))
        sign_in.forget_attempts(tx, user.id)
        staff_sessions.end_all(tx, user.id)
        begin_session(tx, context, user.id, response)
        audit.record(tx, context, user, "set up sign-in", user.id, role=user.role)
    return codes


def enter(context: Context, token: str, response: Response) -> None:
    """Use up a link to ``enter``: sign its person in. Raises NotAllowed if it does not work."""
    with unit_of_work(context.main) as tx:
        link = take_link(tx, context.clock, token)
        if link.purpose != "enter" or link.user is None:
            raise NotAllowed("this link sets up how to sign in; open it and fill in its form")
        signed_in(tx, context, link.user, response, "one-time link")


def normal_email(text: str) -> str:
    """An address as it is stored and compared: in lower case and without white space around it."""
    return text.strip().lower()


def email_problems(email: str) -> list[Problem]:
    """What is wrong with a normal address; whether it exists, only a message to it can tell."""
    name, _, host = email.rpartition("@")
    if (
        name
        and "." in host.strip(".")
        and len(email) <= _LONGEST_EMAIL
        and _plain(email)
        and " " not in email
    ):
        return []
    return [Problem("email", "email", "it is not an e-mail address", "write it as name@example.org")]


def person_problems(email: str, name: str) -> list[Problem]:
    """What is wrong with the address and the name of somebody to invite."""
    return [*email_problems(email), *_name_problems(name)]


def _name_problems(name: str) -> list[Problem]:
    if name.strip() and len(name) <= _LONGEST and _plain(name):
        return []
    remedy = f"write 1 to {_LONGEST} characters, without control characters"
    return [Problem("name", "name", "it is empty, too long or has signs that are no text", remedy)]


def _plain(text: str) -> bool:
    return text.isprintable()
