"""Where a wave is answered (``https://host/w/<wave hex>``) and feedback is written (``https://host/feedback``),
and which such addresses anybody may be sent to.

The registrar asks before it makes links that can be given out once, the client before it follows one.
"""

import ipaddress
import re
from urllib.parse import urlsplit

_WAVE = re.compile(r"(?P<base>(?:/[^/?#]+)*)/w/(?P<wave>[0-9a-f]{64})/?")
_FEEDBACK = re.compile(r"(?P<base>(?:/[^/?#]+)*?)/feedback(?:/conversation)?/?")


def read_wave_url(url: str) -> tuple[str, bytes]:
    """The address of the server without a slash at its end, and the wave (32 bytes).

    What follows a ``#`` is not looked at. Raises ValueError with the reason, which repeats nothing of the
    address, where it is not https, or plain http to this machine or an onion service.
    """
    base_url, path = _read(url, _WAVE, "https://HOST/w/WAVE with a wave of 64 hex digits")
    return base_url, bytes.fromhex(path["wave"])


def read_feedback_url(url: str) -> str:
    """The address of the server without a slash at its end. Raises ValueError as ``read_wave_url`` does."""
    return _read(url, _FEEDBACK, "https://HOST/feedback")[0]


def _read(url: str, kind: re.Pattern[str], written: str) -> tuple[str, re.Match[str]]:
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname, parts.port
    except ValueError:
        raise ValueError("it is not an address") from None
    path = kind.fullmatch(parts.path)
    if host is None or path is None or parts.query or "@" in parts.netloc:
        raise ValueError(f"it does not read {written}")
    if _is_no_host(host):
        raise ValueError("it names no machine: servers listen on such an address, nobody reaches them there")
    if parts.scheme != "https" and not (parts.scheme == "http" and _stays_private(host)):
        raise ValueError("it is not https, so others on the network could answer in your place")
    name = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{name}{'' if port is None else f':{port}'}{path['base']}", path


def _is_no_host(host: str) -> bool:
    """Whether it is 0.0.0.0 or ::, which stand for every address of a machine."""
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def _stays_private(host: str) -> bool:
    """Whether plain HTTP to ``host`` crosses no network in the clear: this machine, or an onion service."""
    if host == "localhost" or host.endswith(".onion"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
