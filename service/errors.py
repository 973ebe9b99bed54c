"""What the service can refuse, on top of the privacy core's errors.

::

    SottovoceError
    └── ServiceError          carries an HTTP status and a stable problem type
        ├── NotSignedIn       401
        ├── NotAllowed        403
        ├── NotFound          404
        ├── Conflict          409   the thing exists, but not in a state that allows this
        ├── TooLarge          413
        ├── Unavailable       503   the store cannot be read or written now; nothing was changed
        └── Misconfigured     a setting or a file on this machine is at fault; stops a process at its start
"""

from privacy.errors import SottovoceError


class ServiceError(SottovoceError):
    """A refusal with its HTTP ``status`` and the ``kind`` that ends the RFC 9457 problem type."""

    status = 500
    kind = "internal"
    title = "Internal error"


class NotSignedIn(ServiceError):  # noqa: N818 - named as a person would say it
    """The request carries no valid API key."""

    status, kind, title = 401, "not-signed-in", "Not signed in"


class NotAllowed(ServiceError):  # noqa: N818
    """The caller's role, or the invitation, does not allow this."""

    status, kind, title = 403, "not-allowed", "Not allowed"


class NotFound(ServiceError):  # noqa: N818
    """There is no such thing, or none that the caller may know of."""

    status, kind, title = 404, "not-found", "Not found"


class Conflict(ServiceError):  # noqa: N818
    """The thing's state does not allow this."""

    status, kind, title = 409, "conflict", "Conflict"


class TooLarge(ServiceError):  # noqa: N818
    """The body is larger than this address takes."""

    status, kind, title = 413, "too-large", "Body too large"


class Unavailable(ServiceError):  # noqa: N818
    """The store cannot be reached or is full. Nothing was changed; the same request can be sent again."""

    status, kind, title = 503, "unavailable", "Unavailable"


class Misconfigured(ServiceError):  # noqa: N818
    """A setting or a file on this machine is at fault."""

    status, kind, title = 500, "misconfigured", "Misconfigured"
