"""Which member of staff an issuer's word stands for."""

from sqlmodel import Session

from service.accounts import audit
from service.accounts.joining import email_problems
from service.accounts.oidc import Identity, role_of
from service.clock import today
from service.errors import NotAllowed
from service.http.context import Context
from service.store import staff_users
from service.store.tables_staff import StaffUserRow

_UNKNOWN = (
    "no member of staff has the e-mail address that the issuer has verified for you; "
    "ask an admin to invite you with exactly that address"
)


def user_of(tx: Session, context: Context, identity: Identity) -> StaffUserRow:
    """The person of staff, by the issuer's name for them, else by the address they were invited with.

    With SOTTOVOCE_OIDC_ROLES the issuer's claims decide who is staff and in which role. Raises NotAllowed
    for whoever is nobody, disabled, or known by another name at the issuer.
    """
    rules = context.settings.oidc_roles
    role = role_of(rules, identity.claims)
    if rules is not None and role is None:
        raise NotAllowed("the issuer gives you no role here; ask your operator which groups have one")
    user = staff_users.by_oidc_subject(tx, identity.subject) or _by_email(tx, context, identity, role)
    if user.disabled:
        raise NotAllowed(_UNKNOWN)
    if role is not None and role != user.role:
        user = staff_users.change_role(tx, user.id, role)
        audit.record(tx, context, user, "change role", user.id, role=role, source="issuer")
    return user


def _by_email(tx: Session, context: Context, identity: Identity, role: str | None) -> StaffUserRow:
    if identity.email is None or email_problems(identity.email):
        raise NotAllowed(_UNKNOWN)
    user = staff_users.by_email(tx, identity.email)
    if user is None and role is not None:
        name, day = identity.name[:100], today(context.clock)
        user = staff_users.add_user(tx, email=identity.email, name=name, role=role, day=day)
        audit.record(tx, context, user, "join", user.id, role=role, source="issuer")
    if user is None or user.oidc_subject is not None or user.disabled:
        raise NotAllowed(_UNKNOWN)
    return staff_users.set_oidc_subject(tx, user.id, identity.subject)
