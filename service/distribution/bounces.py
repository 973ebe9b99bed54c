"""Letters that come back: what a letter is named, and what a report about one says.

A mail server that cannot deliver a letter tells the sender so in another letter, a delivery status
notification (RFC 3464). Anybody can write one, so each invitation has a mark in its Message-ID that only the
holder of a key can make, for its address alone: a report is believed if what it returns has both.
"""

import hmac
import re
import secrets
from dataclasses import dataclass
from email.message import Message
from email.parser import BytesHeaderParser, BytesParser
from email.utils import collapse_rfc2231_value, getaddresses

from service.registrar.mail_keys import Codes

LARGEST = 256 * 1024  # bytes of a report that is read; the longest letter of ours has less than half
_NONCE_BYTES, _MARK_BYTES = 8, 16
_NAME = re.compile(r"<([0-9a-f]{16})([\w-]{22})@[^<>@\s]+>", re.ASCII)
# RFC 3463: of the address, the mailbox, the way there, or nothing in particular. That a system is out of
# order (5.3), or that it does not like the content (5.6) or the sender (5.7), says nothing of an address.
_PERMANENT = re.compile(r"5\.[01245]\.\d{1,3}\b")


@dataclass(frozen=True, slots=True)
class Bounce:
    """What a report says that will never be delivered: ``<name@domain>`` of a letter, and whom it was to."""

    message_id: str
    address: str


def marked_name(marks: Codes, address: str) -> str:
    """A new name for a letter to ``address``, whose report is believed: 38 symbols."""
    nonce = secrets.token_hex(_NONCE_BYTES)
    return nonce + _mark(marks, nonce, address)


def unmarked_name() -> str:
    """A new name that looks like any other, of a letter whose report is believed of nobody."""
    return secrets.token_hex(_NONCE_BYTES) + secrets.token_urlsafe(_MARK_BYTES)


def is_believed(marks: Codes, bounce: Bounce) -> bool:
    """Whether whoever holds the key wrote the letter that came back, to this address."""
    found = _NAME.fullmatch(bounce.message_id)
    if found is None:
        return False
    return hmac.compare_digest(_mark(marks, found[1], bounce.address).encode(), found[2].encode())


def bounce_in(content: bytes) -> Bounce | None:
    """What a message says if it reports that a letter will never be delivered; None for any other.

    The address is the one that the letter was written to: that which refused it may be behind an alias.
    """
    if len(content) > LARGEST:
        return None
    try:
        return _bounce(BytesParser().parsebytes(content))
    except Exception:  # whatever the parser makes of a message that was made to break it
        return None


def _mark(marks: Codes, nonce: str, address: str) -> str:
    return marks.code(f"{nonce}|{address.lower()}")


def _bounce(report: Message) -> Bounce | None:
    kind = collapse_rfc2231_value(report.get_param("report-type", ""))
    if report.get_content_type() != "multipart/report" or kind.lower() != "delivery-status":
        return None
    fates = [fate for part in _inside(report) for fate in _fates(part)]
    originals = [original for part in _inside(report) for original in _originals(part)]
    if not fates or not all(map(_is_permanent, fates)) or len(originals) != 1:
        return None
    names, to = originals[0].get_all("Message-ID", []), originals[0].get_all("To", [])
    addresses = getaddresses([str(value) for value in to])
    if len(names) != 1 or len(addresses) != 1 or "@" not in addresses[0][1]:
        return None
    return Bounce("".join(str(names[0]).split()), addresses[0][1])


def _inside(part: Message) -> list[Message]:
    """The parts of a part that has some."""
    found = part.get_payload()
    return [one for one in found if isinstance(one, Message)] if isinstance(found, list) else []


def _fates(part: Message) -> list[Message]:
    """What became of the letter, for each address that it went on to."""
    if part.get_content_type() != "message/delivery-status":
        return []
    return [block for block in _inside(part) if "Action" in block or "Status" in block]


def _is_permanent(fate: Message) -> bool:
    action, status = (str(fate.get(name, "")).strip().lower() for name in ("Action", "Status"))
    return re.match(r"failed\b", action) is not None and _PERMANENT.match(status) is not None


def _originals(part: Message) -> list[Message]:
    """The letter that came back, whole or its head."""
    if part.get_content_type() == "message/rfc822":
        return _inside(part)
    if part.get_content_type() != "text/rfc822-headers":
        return []
    head = part.get_payload(decode=True)
    return [BytesHeaderParser().parsebytes(head)] if isinstance(head, bytes) else []
