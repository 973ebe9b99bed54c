from types import SimpleNamespace

import pytest

from privacy import signatures
from privacy.errors import Refused
from privacy.receipts import check_receipt, receipt_message, sign_receipt

LEAF = bytes(range(32))


def test_a_receipt_is_the_receipt_keys_signature_over_the_leaf(sealed_wave: SimpleNamespace) -> None:
    assert receipt_message(sealed_wave.wave, LEAF) == b"sottovoce/1/receipt" + sealed_wave.wave + LEAF
    receipt = sign_receipt(sealed_wave.receipt, sealed_wave.wave, LEAF)
    assert len(receipt) == 64
    check_receipt(sealed_wave.manifest, LEAF, receipt)


def test_a_forged_receipt_is_refused(sealed_wave: SimpleNamespace) -> None:
    wave = sealed_wave.wave
    good = sign_receipt(sealed_wave.receipt, wave, LEAF)
    forged = [
        (LEAF, sign_receipt(signatures.new_key(), wave, LEAF)),
        (bytes(32), good),
        (LEAF, sign_receipt(sealed_wave.receipt, bytes(32), LEAF)),
        (LEAF, good[:-1]),
        (LEAF, b""),
        (LEAF, bytes(64)),
        (LEAF, b"\xff" * 64),
    ]
    for leaf, signature in forged:
        with pytest.raises(Refused, match="receipt"):
            check_receipt(sealed_wave.manifest, leaf, signature)
