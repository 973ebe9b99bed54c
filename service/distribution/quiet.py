"""Turning reminders off for good: whoever has a letter can, and nobody learns who did."""

import hashlib
import hmac
from pathlib import Path

from service.http.context import Context
from service.registrar.mail_keys import Codes, bounce_marks, quiet_codes
from service.store import mail_rounds, rosters
from service.store.unit_of_work import reading, unit_of_work

_LABEL = b"sottovoce/1/quiet digest"


def key_file(context: Context) -> Path:
    """Where the key is that the codes of letters for this follow from."""
    return context.settings.key_folder / "quiet.key"


def codes_of(context: Context) -> Codes:
    """The codes. Raises KeyUnusable if their key cannot be made or read."""
    return quiet_codes(key_file(context))


def marks_of(context: Context) -> Codes:
    """The marks of letters under the same key, once it is made. Raises KeyUnusable."""
    return bounce_marks(key_file(context))


def digest_of(code: str) -> bytes:
    """What is stored of a code, 32 bytes."""
    return hashlib.sha256(_LABEL + code.strip().encode("utf-8", "surrogatepass")).digest()


def turn_off(context: Context, code: str) -> None:
    """Send no reminders any more to whoever has this code; nothing happens if that is nobody.

    Every code takes the same work: all people are gone through.
    """
    codes = codes_of(context)
    known = False
    with reading(context.main) as tx:
        everybody = rosters.everybody(tx)
    for person in everybody:
        known |= hmac.compare_digest(codes.code(person).encode(), code.strip().encode("utf-8", "replace"))
    if known:
        with unit_of_work(context.main) as tx:
            mail_rounds.silence(tx, digest_of(code))
