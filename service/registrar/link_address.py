"""The address that links of the registrar begin with."""

from collections.abc import Callable

from service.errors import Conflict
from service.http.context import Context


def address_of_links(context: Context, path: str, read: Callable[[str], object]) -> str:
    """The address of ``path`` as people reach it. Raises Conflict if no client would follow it.

    ``read`` is how clients read it. Links are made only once, so this is asked first.
    """
    address = f"{context.settings.link_base}{path}"
    try:
        read(address)
    except ValueError as error:
        raise Conflict(
            "no client would follow the links, so none was made: the address of this service cannot be sent "
            f"to people, because {error}; set SOTTOVOCE_PUBLIC_URL to the https:// address at which they "
            "reach it, restart, and ask again"
        ) from None
    return address
