"""How far a respondent has come with one wave, kept so that nothing that goes wrong costs a voice.

``Drawing`` is a token request on its way, ``Voice`` a token in hand, ``Pending`` a sealed answer. Each is
enough to go on from; none holds an answer that is not sealed.
"""

import hashlib
import json
import os
import secrets
import stat
from dataclasses import dataclass, field
from pathlib import Path

from privacy.answers import Response, encode, layout_of
from privacy.canonical import b64u, unb64u
from privacy.contract import Manifest
from privacy.errors import KeyUnusable, SottovoceError
from privacy.receipt_code import new_receipt_code, normalise
from privacy.sealing import Envelope, new_pseudonym, nonce_of, seal
from privacy.signatures import point_of, private_key_of, scalar_of
from privacy.tokens import Blinded, blind, token_input

FORMAT = "sottovoce-progress-1"
FIRST_SEQUENCE = 1
QUESTIONS = b"questions"  # asked in the terminal
WITHDRAWAL = b"withdrawal"


@dataclass(frozen=True, slots=True)
class Drawing:
    """A token request: sent again with the same bytes it gets the same answer."""

    wave: bytes
    invitation: str = field(repr=False)
    pseudonym: bytes = field(repr=False)  # the private scalar
    blinded: Blinded = field(repr=False)


@dataclass(frozen=True, slots=True)
class Voice:
    """The right to answer once: a token and the pseudonym it is bound to."""

    wave: bytes
    pseudonym: bytes = field(repr=False)
    token: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Pending:
    """A sealed answer, not yet acknowledged, and the receipt code that goes with it.

    ``asked`` tells the request that it was sealed for from another one: QUESTIONS, WITHDRAWAL, or the mark of
    an answers file. It holds nothing of an answer.
    """

    wave: bytes
    receipt_code: str = field(repr=False)
    envelope: bytes = field(repr=False)
    asked: bytes = field(default=b"", repr=False)


Progress = Drawing | Voice | Pending


def begin(manifest: Manifest, invitation: str) -> Drawing:
    """A fresh pseudonym and a blinded token request for it."""
    wave = manifest.wave
    pseudonym = new_pseudonym()
    nonce = nonce_of(wave, point_of(pseudonym))
    blinded = blind(manifest.issuer_public_key, token_input(wave, nonce, manifest.token_key_id))
    return Drawing(wave, invitation, scalar_of(pseudonym), blinded)


def seal_response(manifest: Manifest, voice: Voice, response: Response) -> Pending:
    """Seal ``response`` under a fresh receipt code. Raises Invalid with every fault of the response."""
    plaintext = encode(layout_of(manifest), response)
    code = new_receipt_code()
    key = private_key_of(voice.pseudonym)
    return Pending(voice.wave, code, seal(manifest, voice.token, key, code, FIRST_SEQUENCE, plaintext))


def save(path: Path, progress: Progress) -> None:
    """Put ``progress`` in the place of what the file held before, mode 0600, whole or not at all."""
    match progress:
        case Drawing():
            value = {
                "stage": "drawing",
                "invitation": progress.invitation,
                "pseudonym": b64u(progress.pseudonym),
                "issuer_public_key": b64u(progress.blinded.issuer_public_key),
                "token_input": b64u(progress.blinded.token_input),
                "blinded_message": b64u(progress.blinded.message),
                "inverse": b64u(progress.blinded.inverse),
            }
        case Voice():
            value = {"stage": "voice", "pseudonym": b64u(progress.pseudonym), "token": b64u(progress.token)}
        case Pending():
            value = {
                "stage": "pending",
                "receipt_code": progress.receipt_code,
                "envelope": b64u(progress.envelope),
                "asked": progress.asked.hex(),
            }
    write_private(path, json.dumps({"format": FORMAT, "wave": progress.wave.hex(), **value}).encode())


def load(path: Path) -> Progress | None:
    """What was saved at ``path``; None if nothing was. Raises KeyUnusable if it cannot be read back."""
    try:
        value = json.loads(path.read_bytes())
        if not isinstance(value, dict) or value.get("format") != FORMAT:
            raise ValueError("not a file of this format")
        return _progress(value)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise KeyUnusable(f"cannot read {path}: {error.strerror}") from None
    except (ValueError, KeyError, TypeError, AttributeError, SottovoceError):
        raise KeyUnusable(
            f"{path} is damaged; move it away, then begin again with your receipt or link"
        ) from None


def _progress(value: dict[str, str]) -> Progress:
    wave = bytes.fromhex(value["wave"])
    match value["stage"]:
        case "drawing":
            names = ("issuer_public_key", "token_input", "blinded_message", "inverse")
            blinded = Blinded(*(unb64u(value[name]) for name in names))
            return Drawing(wave, value["invitation"], unb64u(value["pseudonym"]), blinded)
        case "voice":
            return Voice(wave, unb64u(value["pseudonym"]), unb64u(value["token"]))
        case "pending":
            envelope = Envelope.parse(unb64u(value["envelope"])).encoded
            return Pending(wave, normalise(value["receipt_code"]), envelope, bytes.fromhex(value["asked"]))
        case _:
            raise ValueError("an unknown stage")


def mark_of(answers: Path) -> bytes:
    """16 bytes that are the same for a file that nobody has touched since, and for nothing else.

    They come from its number and its times: a digest of what it says could be guessed.
    """
    try:
        facts = answers.stat()
    except OSError:
        return secrets.token_bytes(16)
    if not stat.S_ISREG(facts.st_mode):
        return secrets.token_bytes(16)
    number = (facts.st_dev, facts.st_ino, facts.st_mtime_ns, facts.st_ctime_ns)
    return hashlib.sha256(repr(number).encode()).digest()[:16]


def write_private(path: Path, content: bytes) -> None:
    """Write a file that its owner alone can read, in the place of what was there. Raises KeyUnusable."""
    part = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)
    except OSError as error:
        raise KeyUnusable(f"cannot write {path}: {error.strerror}") from None
