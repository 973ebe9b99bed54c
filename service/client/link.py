"""Invitation links, ``https://host/w/<wave hex>#<code>``, and the address of a wave without its code."""

import ipaddress
import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from privacy.errors import Invalid, Problem

_PATH = re.compile(r"(?P<base>(?:/[^/?#]+)*)/w/(?P<wave>[0-9a-f]{64})/?")


@dataclass(frozen=True, slots=True)
class WaveAddress:
    """Where a wave is answered: ``base_url`` without a slash at its end, ``wave`` 32 bytes."""

    base_url: str
    wave: bytes


@dataclass(frozen=True, slots=True)
class Invitation:
    """A wave's address and a person's one-time code, which never shows in a text form of this value."""

    address: WaveAddress
    code: str = field(repr=False)


def parse_link(link: str) -> Invitation:
    """The invitation in ``link``. Raises Invalid if it is not one."""
    address, _, code = link.strip().partition("#")
    if not code or not code.isascii() or not code.isprintable():
        raise Invalid([_problem("it has no invitation code after a #")])
    return Invitation(parse_wave_url(address), code)


def parse_wave_url(url: str) -> WaveAddress:
    """The wave's address in ``url``, whether or not a code follows it. Raises Invalid if there is none."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        raise Invalid([_problem("it is not an address")]) from None
    path = _PATH.fullmatch(parts.path)
    if host is None or path is None or parts.query or "@" in parts.netloc:
        raise Invalid([_problem("it does not read https://HOST/w/WAVE with a wave of 64 hex digits")])
    if parts.scheme != "https" and not (parts.scheme == "http" and _stays_private(host)):
        raise Invalid([_problem("it is not https, so others on the network could answer in your place")])
    name = f"[{host}]" if ":" in host else host
    base_url = f"{parts.scheme}://{name}{'' if port is None else f':{port}'}{path['base']}"
    return WaveAddress(base_url, bytes.fromhex(path["wave"]))


def _stays_private(host: str) -> bool:
    """Whether plain HTTP to ``host`` crosses no network in the clear: this machine, or an onion service."""
    if host == "localhost" or host.endswith(".onion"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _problem(message: str) -> Problem:
    return Problem("link", "the link", message, "copy the whole link from the invitation")
