"""docs/protocol.md, "Conversations", is enough to read what the service stores.

The reader below was written from that page alone. It shares no code with privacy.conversation or messages.
"""

import hashlib
import hmac
import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from sqlalchemy import Engine, text

from tests.feedback_parts import Sender, handlers_reply
from tests.integration.feedback.conftest import Senders

PAGE = (Path(__file__).parents[2] / "docs" / "protocol.md").read_text()
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CODE = "0123-4567-89AB-CDEF-GHJK-MNPQ-RS"


def hkdf(secret: bytes, salt: bytes, info: bytes, size: int) -> bytes:
    """RFC 5869 with SHA-256."""
    key = hmac.digest(salt or bytes(32), secret, "sha256")
    found, block = b"", b""
    for number in range(1, -(-size // 32) + 1):
        block = hmac.digest(key, block + info + bytes([number]), "sha256")
        found += block
    return found[:size]


def secret_of(code: str) -> bytes:
    """26 symbols of five bits."""
    value = 0
    for symbol in code.replace("-", ""):
        value = value << 5 | ALPHABET.index(symbol)
    return value.to_bytes(16, "big")


def of_code(code: str, label: str, size: int) -> bytes:
    return hkdf(
        secret_of(code),
        hashlib.sha256(b"sottovoce/1/conversation").digest(),
        f"sottovoce/1/{label}".encode(),
        size,
    )


def message_of(key: bytes, conversation: bytes, side: str, content: bytes) -> tuple[dict[str, Any], bytes]:
    """Body and attachment."""
    padded = AESGCM(hkdf(key, conversation, f"sottovoce/1/message/{side}".encode(), 32)).decrypt(
        content[:12], content[12:], None
    )
    body, attachment = (int.from_bytes(padded[start : start + 4], "big") for start in (0, 4))
    assert len(padded) in (1024, 4096, 16384, 65536, 262144)
    return json.loads(padded[8 : 8 + body]), padded[8 + body : 8 + body + attachment]


def opened_by_hpke(scalar: int, sealed: bytes, info: bytes) -> bytes:
    """RFC 9180 in base mode, DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM; the first message."""
    curve = ec.SECP256R1()
    private = ec.derive_private_key(scalar, curve)
    numbers = private.public_key().public_numbers()
    own = b"\4" + numbers.x.to_bytes(32, "big") + numbers.y.to_bytes(32, "big")
    enc = sealed[:65]
    shared = private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(curve, enc))
    kem, suite = b"KEM\x00\x10", b"HPKE\x00\x10\x00\x01\x00\x02"

    def extract(name: bytes, salt: bytes, label: bytes, secret: bytes) -> bytes:
        return hmac.digest(salt or bytes(32), b"HPKE-v1" + name + label + secret, "sha256")

    def expand(name: bytes, key: bytes, label: bytes, context: bytes, size: int) -> bytes:
        return hmac.digest(
            key, size.to_bytes(2, "big") + b"HPKE-v1" + name + label + context + b"\1", "sha256"
        )[:size]

    secret = expand(kem, extract(kem, b"", b"eae_prk", shared), b"shared_secret", enc + own, 32)
    context = b"\0" + extract(suite, b"", b"psk_id_hash", b"") + extract(suite, b"", b"info_hash", info)
    schedule = extract(suite, secret, b"secret", b"")
    key, nonce = (
        expand(suite, schedule, label, context, size) for label, size in ((b"key", 32), (b"base_nonce", 12))
    )
    return AESGCM(key).decrypt(nonce, sealed[65:], None)


def rows(engine: Engine, table: str) -> list[dict[str, Any]]:
    with engine.connect() as connection:
        return [dict(row) for row in connection.execute(text(f"SELECT * FROM {table}")).mappings()]


@pytest.fixture
def stored(engines: SimpleNamespace, tmp_path: Path) -> tuple[Senders, Sender]:
    """A conversation of two messages that the service has stored."""
    senders = Senders(engines, tmp_path)
    sender = senders.opened()
    assert senders.post("messages", sender.addition("Größe", "not-resolved")).status_code == 201
    return senders, sender


def test_with_the_receipt_code_what_is_stored_can_be_read_from_the_page_alone(
    stored: tuple[Senders, Sender],
) -> None:
    senders, sender = stored
    (row,) = rows(senders.engines.box, "conversation")
    assert of_code(sender.code, "locator", 16) == row["locator"]
    assert hashlib.sha256(of_code(sender.code, "access", 32)).digest() == row["access_digest"]
    key = of_code(sender.code, "conversation key", 32)
    read = [
        message_of(key, row["id"], "sender", one["content"]) for one in rows(senders.engines.box, "message")
    ]
    assert {body["text"] for body, _ in read} == {"The shifts are set too late.", "Größe"}
    subject = AESGCM(hkdf(key, row["id"], b"sottovoce/1/subject", 32)).decrypt(
        row["subject"][:12], row["subject"][12:], None
    )
    assert subject[2 : 2 + int.from_bytes(subject[:2], "big")] == b"Shifts"
    locker = AESGCM(of_code(sender.code, "locker", 32)).decrypt(row["locker"][:12], row["locker"][12:], None)
    assert int.from_bytes(locker, "big") == sender.pseudonym.private_numbers().private_value


def test_with_the_channels_key_what_is_stored_can_be_read_from_the_page_alone(
    stored: tuple[Senders, Sender],
) -> None:
    senders, sender = stored
    (row,) = rows(senders.engines.box, "conversation")
    (copy,) = rows(senders.engines.box, "feedback_channel_key")
    info = b"sottovoce/1/channel key" + bytes.fromhex(copy["channel"]) + copy["epoch"].to_bytes(4, "big")
    handler = senders.channel.handler.key.private_numbers().private_value
    scalar = opened_by_hpke(handler, copy["sealed"], info)
    key = opened_by_hpke(
        int.from_bytes(scalar, "big"), row["sealed_key"], b"sottovoce/1/conversation key" + row["id"]
    )
    assert key == of_code(sender.code, "conversation key", 32)
    reply = handlers_reply(key, row["id"], "Answer", 2)
    assert message_of(key, row["id"], "handlers", reply)[0]["text"] == "Answer"


def test_the_signature_of_an_addition_is_the_pseudonyms_over_all_before_it() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    sender = Sender(bytes(32), SimpleNamespace(id="00" * 16, epoch=1), pseudonym=key, token=bytes(354))  # type: ignore[arg-type]
    data = sender.addition("x", "resolved")
    assert (data[:3], data[3:35], data[35]) == (b"SM1", sender.name, 1)
    raw = encode_dss_signature(int.from_bytes(data[-64:-32], "big"), int.from_bytes(data[-32:], "big"))
    key.public_key().verify(raw, data[:-64], ec.ECDSA(SHA256()))


def test_the_worked_values_are_those_of_an_independent_reader() -> None:
    name = bytes(range(32))
    key = of_code(CODE, "conversation key", 32)
    worked = {
        "salt": hashlib.sha256(b"sottovoce/1/conversation").digest(),
        "locator": of_code(CODE, "locator", 16),
        "access": of_code(CODE, "access", 32),
        "conversation key": key,
        "sender's key": hkdf(key, name, b"sottovoce/1/message/sender", 32),
        "handlers' key": hkdf(key, name, b"sottovoce/1/message/handlers", 32),
        "subject's key": hkdf(key, name, b"sottovoce/1/subject", 32),
        "period": hashlib.sha256(b"sottovoce/1/feedback period" + b"2026-11" + bytes(342)).digest(),
    }
    shown = {
        " ".join(line.split()[:-1]): line.split()[-1] for line in PAGE.splitlines() if len(line.split()) >= 2
    }
    for what, value in worked.items():
        assert value.hex() in PAGE, what
    assert shown["conversation key"] == key.hex()
