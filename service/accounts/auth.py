"""Who is asking: an API key becomes a staff member with a role, or the request is refused.

======== ==============================================================================================
admin    everything, and alone the API keys
owner    surveys, rosters, waves, schedules, letters, invitations, programs, feedback channels, who handles
         them, feedback links, and whatever an analyst may
analyst  reads surveys, the size of rosters, waves, schedules, the ledger, feedback channels, and whatever a
         service may
service  reads waves, releases, results, differences, trends, changes, programs and evaluations
======== ==============================================================================================

No role reads an answer or learns who has answered: there is no address that would tell. No role reads a
conversation either: that takes a handler's key, which is made in a browser (service/accounts/sessions.py).
"""

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, cast

from fastapi import Depends
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from service.accounts.api_keys import ROLES, Role, digest_of
from service.errors import NotAllowed, NotSignedIn
from service.http.context import Context, context_of
from service.store.staff import key_by_digest
from service.store.unit_of_work import reading

ADMINS: tuple[Role, ...] = ("admin",)
OWNERS: tuple[Role, ...] = ("admin", "owner")
ANALYSTS: tuple[Role, ...] = ("admin", "owner", "analyst")
READERS: tuple[Role, ...] = ROLES

_bearer = HTTPBearer(
    auto_error=False, scheme_name="apiKey", description="An API key of this service: `Bearer sv_...`."
)


@dataclass(frozen=True, slots=True)
class Staff:
    """A staff member, or another service, as its key names it."""

    id: str
    name: str
    role: Role


def require(*roles: Role) -> Callable[..., Staff]:
    """A FastAPI dependency: the caller, if the role is one of ``roles``.

    Raises NotSignedIn without a valid key, the same for a missing, malformed, unknown and revoked one, and
    NotAllowed for another role.
    """

    def caller(
        context: Annotated[Context, Depends(context_of)],
        credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)],
    ) -> Staff:
        staff = _staff(context, "" if credentials is None else credentials.credentials)
        if staff.role not in roles:
            raise NotAllowed(f"the role {staff.role} may not do this; it needs {' or '.join(roles)}")
        return staff

    return caller


# What a route that changes something takes, to know whom the audit log names.
AdminCaller = Annotated[Staff, Depends(require(*ADMINS))]
OwnerCaller = Annotated[Staff, Depends(require(*OWNERS))]


def _staff(context: Context, key: str) -> Staff:
    # The index is searched by the digest of what was sent, so its time tells nothing about a stored key.
    digest = digest_of(key)
    with reading(context.main) as tx:
        row = key_by_digest(tx, digest)
    if row is None or not hmac.compare_digest(row.digest, digest):
        raise NotSignedIn("send a valid API key: Authorization: Bearer sv_...")
    return Staff(row.id, row.name, cast(Role, row.role))
