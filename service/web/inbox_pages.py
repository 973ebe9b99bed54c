"""The handlers' inbox: one page for any signed-in staff, which holds nothing of a conversation.

Its scripts fetch sealed messages from /inbox/data and open them in the handler's browser.
"""

import re
from functools import lru_cache
from posixpath import dirname, join, normpath

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from service.accounts.sessions import require_session
from service.web.render import page
from service.web.static_files import files

_IMPORT = re.compile(r"""^(?:import|export)\b[^;]*?["'](\.\.?/[\w./-]+\.js)["'];""", re.MULTILINE)
_ENTRY = "inbox/start.js"


@lru_cache
def imported() -> tuple[str, ...]:
    """Paths below /static of all that the page's script imports, directly or not."""
    found: dict[str, None] = {}
    waiting = [_ENTRY]
    while waiting:
        module = waiting.pop()
        if module not in found:
            found[module] = None
            sources = _IMPORT.findall(files()[module].content.decode())
            waiting += [normpath(join(dirname(module), source)) for source in reversed(sources)]
    return tuple(found)[1:]


def router() -> APIRouter:
    """/inbox."""
    routes = APIRouter(dependencies=[Depends(require_session())])

    @routes.get("/inbox")
    def show(request: Request) -> Response:
        return page(request, "inbox/inbox.html", modules=imported())

    return routes
