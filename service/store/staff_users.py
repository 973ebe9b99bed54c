"""People of staff. They are disabled and never deleted, so that the audit log can name them."""

from datetime import date

from sqlalchemy import update
from sqlmodel import Session, col, or_, select

from service.errors import Conflict, NotFound
from service.store.ids import new_id, storable
from service.store.locks import hold
from service.store.tables_staff import StaffUserRow

ADMIN = "admin"


def any_user(tx: Session) -> bool:
    """Whether somebody of staff is known, invited or signed up."""
    return tx.exec(select(StaffUserRow.id).limit(1)).first() is not None


def hold_users(tx: Session) -> None:
    """Hold before the first administrator is made or one is taken away, so that two do not meet."""
    hold(tx, "staff_user")


def add_user(tx: Session, *, email: str, name: str, role: str, day: date) -> StaffUserRow:
    """Store a person who cannot sign in yet. Raises Conflict if the address (lower case) is known."""
    if by_email(tx, email) is not None:
        raise Conflict(
            "there is a member of staff with this e-mail address; make a new link for them instead"
        )
    row = StaffUserRow(id=new_id("u"), email=email, name=name, role=role, created_on=day)
    tx.add(row)
    tx.flush()
    return row


def by_email(tx: Session, email: str) -> StaffUserRow | None:
    """The person with this address, in lower case."""
    if not storable(email):
        return None
    return tx.exec(select(StaffUserRow).where(col(StaffUserRow.email) == email)).first()


def by_oidc_subject(tx: Session, subject: str) -> StaffUserRow | None:
    """The person whom an issuer knows by this name: the issuer, a bar, its name for them."""
    if not storable(subject):
        return None
    return tx.exec(select(StaffUserRow).where(col(StaffUserRow.oidc_subject) == subject)).first()


def get_user(tx: Session, user_id: str) -> StaffUserRow:
    """Raises NotFound if there is no such person."""
    row = tx.get(StaffUserRow, user_id, populate_existing=True) if storable(user_id) else None
    if row is None:
        raise NotFound("there is no such member of staff; list them to see their ids")
    return row


def all_users(tx: Session) -> list[StaffUserRow]:
    """Everybody, in the order of their addresses."""
    return list(tx.exec(select(StaffUserRow).order_by(StaffUserRow.email)))


def change_role(tx: Session, user_id: str, role: str) -> StaffUserRow:
    """Give a person another role. Raises NotFound, and Conflict for the last administrator."""
    row = get_user(tx, user_id)
    if role != ADMIN:
        _not_the_last(tx, row)
    row.role = role
    return _stored(tx, row)


def set_disabled(tx: Session, user_id: str, disabled: bool) -> StaffUserRow:
    """Shut a person out, or let them in again. Raises NotFound, and Conflict for the last administrator."""
    row = get_user(tx, user_id)
    if disabled:
        _not_the_last(tx, row)
    row.disabled = disabled
    return _stored(tx, row)


def set_credentials(
    tx: Session, user_id: str, *, name: str, password_hash: str, totp_secret: bytes, totp_step: int
) -> StaffUserRow:
    """Store how a person signs in from now on."""
    row = get_user(tx, user_id)
    row.name, row.password_hash = name, password_hash
    row.totp_secret, row.totp_last_step = totp_secret, totp_step
    return _stored(tx, row)


def set_oidc_subject(tx: Session, user_id: str, subject: str) -> StaffUserRow:
    """Remember by what name the issuer knows a person."""
    row = get_user(tx, user_id)
    row.oidc_subject = subject
    return _stored(tx, row)


def take_totp_step(tx: Session, user_id: str, step: int) -> bool:
    """Use up the code of a step; False if that or a later one was used before."""
    used = col(StaffUserRow.totp_last_step)
    query = (
        update(StaffUserRow)
        .where(col(StaffUserRow.id) == user_id, or_(used.is_(None), used < step))
        .values(totp_last_step=step)
    )
    return tx.connection().execute(query).rowcount == 1


def _not_the_last(tx: Session, row: StaffUserRow) -> None:
    hold_users(tx)
    can_sign_in = or_(
        col(StaffUserRow.password_hash).is_not(None), col(StaffUserRow.oidc_subject).is_not(None)
    )
    query = select(StaffUserRow.id).where(
        col(StaffUserRow.role) == ADMIN, col(StaffUserRow.disabled).is_(False), can_sign_in
    )
    if list(tx.exec(query)) == [row.id]:
        raise Conflict("this is the last administrator who can sign in; make another one first")


def _stored(tx: Session, row: StaffUserRow) -> StaffUserRow:
    tx.add(row)
    tx.flush()
    return row
