"""Everything that a browser sent, kept and complained about."""

import base64
import json
from urllib.parse import unquote_to_bytes

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

FORBIDDEN = ("cookie", "authorization", "referer")  # what a respondent's browser never sends
# What a browser says itself about an answer of 400 or more, and of a connection that is cut.
USUAL = "Failed to load resource"
LISTENER = """
addEventListener("securitypolicyviolation", (event) =>
  watchedViolation(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""
KEPT = """async () => JSON.stringify({
  address: location.href, title: document.title, name: window.name, referrer: document.referrer,
  state: history.state, entries: history.length,
  local: { ...localStorage }, session: { ...sessionStorage }, cookies: document.cookie,
  databases: await indexedDB.databases(), caches: await caches.keys(),
  workers: (await navigator.serviceWorker.getRegistrations()).length,
})"""


class Watch:
    """Listens to every page of a browser context from its beginning.

    ``host`` is the only address that may be asked for anything. With ``staff`` a cookie may be sent.
    """

    def __init__(self, context: BrowserContext, host: str, *, staff: bool = False) -> None:
        self.host, self.staff = host, staff
        self.requests: list[Request] = []
        self.addresses: list[str] = []  # of every page and every change of it
        self.faults: list[str] = []
        context.on("request", self._asked)
        context.on("console", self._said)
        context.on("weberror", lambda error: self.faults.append(f"error on the page: {error.error}"))
        context.on("page", self._page)
        context.expose_binding("watchedViolation", lambda _, text: self.faults.append(f"policy: {text}"))
        context.add_init_script(LISTENER)

    def _asked(self, request: Request) -> None:
        self.requests.append(request)

    def _page(self, page: Page) -> None:
        page.on("framenavigated", lambda frame: self.addresses.append(frame.url))

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not message.text.startswith(USUAL):
            self.faults.append(f"console: {message.text}")

    def check(self) -> None:
        """Raises AssertionError if something was reported, or sent that may not be sent."""
        assert not self.faults, self.faults
        for request in self.requests:
            assert request.url.startswith(f"{self.host}/"), f"another host: {request.url}"
            sent = {name for name, value in request.all_headers().items() if value}
            found = sent.intersection(FORBIDDEN[1:] if self.staff else FORBIDDEN)
            assert not found, f"{request.url} sent {found}"

    def sent(self) -> bytes:
        """Every address, header and body of what was sent, each also as it reads without percent signs."""
        parts = []
        for request in self.requests:
            parts += [request.url.encode(), unquote_to_bytes(request.url)]
            parts += [f"{name}: {value}".encode() for name, value in request.all_headers().items()]
            parts.append(request.post_data_buffer or b"")
        return b"\n".join(parts)

    def visited(self) -> bytes:
        """Every address that a page of this context had."""
        return "\n".join(self.addresses).encode()


def kept_by(page: Page) -> bytes:
    """What the page's browser keeps of it: address, title, history, storages, cookies."""
    cookies = json.dumps(page.context.cookies())
    return (page.evaluate(KEPT) + cookies).encode()


def forms_of(text: str) -> list[bytes]:
    """A text as it may stand in what is sent or kept: plain, in UTF-16, hex, and base64 at any offset."""
    return [*bytes_forms_of(text.encode()), text.encode("utf-16-le")]


def bytes_forms_of(plain: bytes) -> list[bytes]:
    """Bytes as they may stand there: plain, in hex, and base64 at any offset, of either alphabet."""
    shifted = [base64.b64encode(b"\0" * shift + plain)[4 if shift else 0 : -4] for shift in range(3)]
    other = [form.replace(b"+", b"-").replace(b"/", b"_") for form in shifted]
    return [plain, plain.hex().encode(), *dict.fromkeys((*shifted, *other))]
