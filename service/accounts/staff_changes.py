"""What admins do to staff, on a page or at the command line; each step is noted in the audit log."""

from sqlmodel import Session

from privacy.errors import Invalid
from service.accounts.audit import Actor, note
from service.accounts.joining import normal_email, person_problems
from service.accounts.one_time_links import make_link
from service.accounts.sessions import StaffRole
from service.clock import Clock, today
from service.errors import Conflict
from service.store import sign_in, staff_sessions, staff_users
from service.store.tables_staff import StaffUserRow


def invite(tx: Session, clock: Clock, by: Actor | str, *, email: str, name: str, role: StaffRole) -> str:
    """The secret part of a one-time link for somebody new.

    Raises Invalid with every fault, and Conflict if the address is known.
    """
    email = normal_email(email)
    if problems := person_problems(email, name):
        raise Invalid(problems)
    user = staff_users.add_user(tx, email=email, name=name.strip(), role=role, day=today(clock))
    link = make_link(tx, clock, user)
    note(tx, clock, by, "invite", user.id, role=role)
    return link


def new_link(tx: Session, clock: Clock, by: Actor | str, user_id: str) -> tuple[str, str]:
    """Address and link of somebody who lost how they sign in. Raises NotFound, and Conflict if disabled."""
    user = staff_users.get_user(tx, user_id)
    if user.disabled:
        raise Conflict("this member of staff is disabled; enable them, then make a link")
    link = make_link(tx, clock, user)
    note(tx, clock, by, "make link", user.id)
    return user.email, link


def change_role(tx: Session, clock: Clock, by: Actor | str, user_id: str, role: StaffRole) -> StaffUserRow:
    """Give somebody another role; it counts from their next request. Raises NotFound and Conflict."""
    user = staff_users.change_role(tx, user_id, role)
    note(tx, clock, by, "change role", user.id, role=role)
    return user


def set_disabled(tx: Session, clock: Clock, by: Actor | str, user_id: str, disabled: bool) -> StaffUserRow:
    """Shut somebody out, with their sessions and links, or let them in. Raises NotFound and Conflict."""
    user = staff_users.set_disabled(tx, user_id, disabled)
    if disabled:
        staff_sessions.end_all(tx, user.id)
        sign_in.drop_links(tx, user.id)
    note(tx, clock, by, "disable" if disabled else "enable", user.id)
    return user
