"""What a tally keeps of one wave for the wave it will be paired with: sealed, of one size, in no order.

The tally alone imports this. It holds the key, and nobody else opens what is stored.
"""

import secrets

import numpy as np
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from numpy.typing import NDArray

from privacy.errors import ContractBroken, KeyUnusable

Bytes = NDArray[np.uint8]

KEY_SIZE = 32
_NONCE_SIZE = 12
_LABEL = b"sottovoce/1/carried"


def new_key() -> bytes:
    """A fresh key, 32 bytes."""
    return secrets.token_bytes(KEY_SIZE)


def seal(key: bytes, wave: bytes, records: Bytes, responses: int) -> bytes:
    """``records`` (n, record size) sealed with AES-256-GCM for the wave that they are of.

    They are sorted, so that their order says nothing of when they came, and filled up with empty ones to the
    public number of ``responses``, so that the size does not tell how many people used a code.
    """
    if len(records) > responses:
        raise ContractBroken("there are more records than responses; nothing is kept")
    filled = np.zeros((responses, records.shape[1]), dtype=np.uint8)
    filled[: len(records)] = records
    order = np.lexsort(filled.T[::-1])
    nonce = secrets.token_bytes(_NONCE_SIZE)
    return nonce + AESGCM(key).encrypt(nonce, filled[order].tobytes(), _LABEL + wave)


def open_carried(key: bytes, wave: bytes, data: bytes, record_size: int) -> Bytes:
    """The records in ``data``, (n, record size), empty ones among them.

    Raises KeyUnusable for another key.
    """
    try:
        content = AESGCM(key).decrypt(data[:_NONCE_SIZE], data[_NONCE_SIZE:], _LABEL + wave)
        return np.frombuffer(content, dtype=np.uint8).reshape(-1, record_size)
    except (InvalidTag, ValueError):
        raise KeyUnusable(
            "what was kept of the earlier wave does not open with its key file; restore both from backups"
        ) from None
