"""Cookies of staff: signed with a key of this installation, so that none can be made up.

Over https their names begin with ``__Host-``: a browser then takes them from this host alone, and sends them
over TLS alone.
"""

import hashlib
import hmac
import logging
import secrets
from pathlib import Path
from typing import Literal

from fastapi import Request
from fastapi.responses import Response

from privacy.canonical import b64u
from privacy.errors import KeyUnusable
from service.errors import Unavailable
from service.http.context import Context, context_of
from service.key_files import read_key, write_key
from service.settings import Settings

_log = logging.getLogger("sottovoce.accounts")
_FILE = "cookies.key"
_BYTES = 32
_LARGEST = 4096  # what a browser keeps of a cookie


def cookie_key(settings: Settings) -> bytes:
    """The 32 bytes that sign cookies, from ``cookies.key`` in the key folder; made at the first use.

    Raises Unavailable if the file cannot be written or read, or others may read it; the log says which.
    """
    path = settings.key_folder / _FILE
    try:
        if not path.exists():
            _make(path)
        key = read_key(path)
        if len(key) != _BYTES:
            raise KeyUnusable(f"the key file {path} is damaged; remove it: staff then sign in again")
    except KeyUnusable as error:
        # The file's place is for the operator, not for whoever asked.
        _log.error("%s", error)
        raise Unavailable("nobody can sign in at the moment; the service's log says why") from None
    return key


def _make(path: Path) -> None:
    try:
        write_key(path, secrets.token_bytes(_BYTES))
    except KeyUnusable:
        if not path.exists():  # another process was quicker
            raise


def sign(key: bytes, purpose: str, value: str) -> str:
    """``value``, a dot and its HMAC-SHA-256 in base64url; ``purpose`` keeps kinds of cookies apart."""
    mac = hmac.digest(key, f"{purpose}:{value}".encode(), hashlib.sha256)
    return f"{value}.{b64u(mac)}"


def signed_value(key: bytes, purpose: str, signed: str) -> str | None:
    """What ``sign`` was given, or None if this was not its work."""
    if len(signed) > _LARGEST or not signed.isascii():
        return None
    value, _, _ = signed.rpartition(".")
    return value if hmac.compare_digest(sign(key, purpose, value), signed) else None


def read_cookie(request: Request, purpose: str) -> str | None:
    """The value of this request's cookie, or None without one that this installation signed."""
    context = context_of(request)
    sent = request.cookies.get(cookie_name(context, purpose))
    return None if not sent else signed_value(cookie_key(context.settings), purpose, sent)


def set_cookie(
    response: Response,
    context: Context,
    purpose: str,
    value: str,
    *,
    same_site: Literal["strict", "lax"] = "strict",
    seconds: int | None = None,
) -> None:
    """Send a signed cookie that scripts cannot read; without ``seconds`` it ends with the browser."""
    response.set_cookie(
        cookie_name(context, purpose),
        sign(cookie_key(context.settings), purpose, value),
        max_age=seconds,
        path="/",
        secure=_secure(context),
        httponly=True,
        samesite=same_site,
    )


def remove_cookie(response: Response, context: Context, purpose: str) -> None:
    """Tell the browser to forget a cookie."""
    name = cookie_name(context, purpose)
    response.delete_cookie(name, path="/", secure=_secure(context), httponly=True, samesite="strict")


def cookie_name(context: Context, purpose: str) -> str:
    """The cookie's name: ``sottovoce-...``, with ``__Host-`` before it over https."""
    return f"{'__Host-' if _secure(context) else ''}sottovoce-{purpose}"


def _secure(context: Context) -> bool:
    return context.settings.link_base.startswith("https://")
