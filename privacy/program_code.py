"""Program codes: 128 random bits that a respondent keeps, and the tag under which two waves are paired.

The code never leaves the respondent's client. The tag is sealed inside the response, so that nobody but the
tally sees it, and it is another one for every pairing. HKDF is RFC 5869.
"""

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from privacy.answers import TAG_SIZE
from privacy.crockford import new_code, secret_of, written
from privacy.errors import Invalid, Problem

_LABEL = b"sottovoce/1/pairing"


def new_program_code() -> str:
    """A fresh code: 26 symbols in groups of four."""
    return new_code()


def normalise(code: str) -> str:
    """The one way to write ``code``. Raises Invalid where it cannot be one."""
    return written(_secret(code))


def tag_of(code: str, pairing_id: bytes) -> bytes:
    """The 16 bytes that stand for ``code`` in the waves of one pairing. Raises Invalid for no code."""
    return HKDF(algorithm=hashes.SHA256(), length=TAG_SIZE, salt=pairing_id, info=_LABEL).derive(
        _secret(code)
    )


def _secret(code: str) -> bytes:
    try:
        return secret_of(code)
    except ValueError as error:
        remedy = "compare it with what you wrote down, or answer without a code"
        raise Invalid([Problem("program-code", "program code", str(error), remedy)]) from None
