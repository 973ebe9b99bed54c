"""``sottovoce staff`` and ``sottovoce audit``: on a machine that reaches the main store."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, cast

import typer

from service.accounts import audit
from service.accounts.commands import open_store
from service.accounts.joining import normal_email
from service.accounts.one_time_links import address_of
from service.accounts.sessions import STAFF_ROLES, StaffRole
from service.accounts.staff_changes import invite, new_link, set_disabled
from service.clock import Clock, system_clock
from service.errors import Conflict, NotFound
from service.settings import read_settings
from service.store import audit_log, staff_users
from service.store.tables_staff import StaffUserRow
from service.store.unit_of_work import reading, unit_of_work

staff_app = typer.Typer(help="People who sign in: invite, list and disable them.", no_args_is_help=True)
audit_app = typer.Typer(no_args_is_help=True)
StaffRoleName = StrEnum("StaffRoleName", [(role, role) for role in STAFF_ROLES])  # type: ignore[misc]
Data = Annotated[Path | None, typer.Option(help="Folder of the SQLite files and keys.")]
Email = Annotated[str, typer.Option(help="Their e-mail address.")]


@staff_app.command("link")
def link(
    email: Email,
    role: Annotated[StaffRoleName | None, typer.Option(help="Role of somebody new.")] = None,
    name: Annotated[str | None, typer.Option(help="Name of somebody new; default: the address.")] = None,
    data: Data = None,
) -> None:
    """Print a link that works once, for 24 hours: to join, or to set up anew how somebody signs in."""
    settings = read_settings(data=data)
    clock: Clock = system_clock
    with open_store(data) as engine, unit_of_work(engine) as tx:
        user = staff_users.by_email(tx, normal_email(email))
        if user is None and role is None:
            raise NotFound("there is no member of staff with this address; name a --role to invite them")
        if user is not None and role is not None and role != user.role:
            raise Conflict(f"they are {user.role}; leave out --role, or have an admin change it at /staff")
        if user is None:
            wanted = cast(StaffRole, str(role))
            token = invite(tx, clock, audit.MACHINE, email=email, name=name or email.strip(), role=wanted)
        else:
            _, token = new_link(tx, clock, audit.MACHINE, user.id)
    typer.echo(address_of(settings.link_base, token))


@staff_app.command("list")
def list_staff(data: Data = None) -> None:
    """Print one line a person: id, role, state, address."""
    with open_store(data) as engine, reading(engine) as tx:
        for user in staff_users.all_users(tx):
            typer.echo(f"{user.id}  {user.role:<8}{_state(user):<9}{user.email}")


@staff_app.command("disable")
def disable(email: Email, data: Data = None) -> None:
    """Shut somebody out: their sessions and links end now. The last administrator stays."""
    with open_store(data) as engine, unit_of_work(engine) as tx:
        user = staff_users.by_email(tx, normal_email(email))
        if user is None:
            raise NotFound("there is no member of staff with this address; sottovoce staff list shows them")
        set_disabled(tx, system_clock, audit.MACHINE, user.id, True)
    typer.echo(f"{user.id} ({user.email}) is disabled")


@audit_app.callback()
def audit_log_commands() -> None:
    """The log of what staff did."""


@audit_app.command("verify")
def verify(data: Data = None) -> None:
    """Check that nothing in the log was changed, moved or left out before its end; exit code 2 if it was."""
    with open_store(data) as engine, reading(engine) as tx:
        number, digest = audit.verify(audit_log.whole_log(tx))
    typer.echo(f"{number} entries hold together; the last digest is {digest}")


def _state(user: StaffUserRow) -> str:
    if user.disabled:
        return "disabled"
    return "active" if user.password_hash or user.oidc_subject else "invited"
