"""The browser's modules seal, lock and check as Python does, and each takes over what the other made."""

import dataclasses
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy import program_code, receipt_code, receipts, sealing, signatures
from privacy.answers import Response, encode, withdrawn
from privacy.board import Board, leaf_of
from privacy.canonical import unb64u
from privacy.contract import Manifest, manifest_value
from privacy.crockford import written
from privacy.decoding import decode
from privacy.errors import Invalid
from privacy.opening import open_envelope
from privacy.sealing import Envelope
from tests.contract.conftest import Call, Thrown, thrown_by

ANSWERS = Response({"safe": 3, "comment": "Größe", "which": frozenset({0, 9}), "recommend": 10}, {"unit": 1})
GIVEN = {"questions": ANSWERS.answers, "attributes": ANSWERS.attributes}


def _contract(javascript: Call, manifest: Manifest) -> Any:
    return javascript("readManifest", manifest.canonical(), manifest.wave.hex())


def test_python_verifies_opens_and_decodes_what_javascript_seals(
    javascript: Call, sealed_wave: SimpleNamespace
) -> None:
    wave, contract = sealed_wave.wave, _contract(javascript, sealed_wave.manifest)
    assert contract == manifest_value(sealed_wave.manifest)
    saved = javascript("saveNewDraw", contract, wave.hex())
    token = javascript("finalizeSaved", saved, sealed_wave.signer.sign(unb64u(saved["blinded_message"])))
    sealed_wave.verifier.verify(token)
    code = javascript("newReceiptCode")
    parts = {"manifest": contract, "wave": wave, "saved": saved, "token": token, "receiptCode": code}
    for sequence, plaintext in enumerate(
        (javascript("encode", contract, GIVEN), javascript("withdrawn", contract)), start=1
    ):
        sealed = javascript("sealSaved", {**parts, "sequence": sequence, "plaintext": plaintext})
        verified = sealing.verify(sealed["envelope"], wave, sealed_wave.verifier, sealed_wave.size)
        assert (verified.sequence, verified.leaf) == (sequence, sealed["leaf"])
        assert verified.locator == receipt_code.locator_of(code, wave)
        opened = open_envelope(sealed_wave.hpke, Envelope.parse(sealed["envelope"]), verified.nullifier)
        assert opened == plaintext
    whole = {field.id: None for field in sealed_wave.layout.questions} | ANSWERS.answers
    expected = Response(whole, {"tenure": None, **ANSWERS.attributes})
    assert decode(sealed_wave.layout, javascript("encode", contract, GIVEN)) == expected
    key = receipt_code.unlock(code, wave, Envelope.parse(sealed["envelope"]).locker)
    assert signatures.scalar_of(key) == unb64u(saved["pseudonym"])


def test_javascript_changes_and_withdraws_what_python_sealed(
    javascript: Call, sealed_wave: SimpleNamespace, new_respondent: Callable[[], SimpleNamespace]
) -> None:
    manifest, wave, person = sealed_wave.manifest, sealed_wave.wave, new_respondent()
    contract = _contract(javascript, manifest)
    plaintext = encode(sealed_wave.layout, ANSWERS)
    envelope = sealing.seal(manifest, person.token, person.pseudonym, person.code, 7, plaintext)
    scalar = signatures.scalar_of(person.pseudonym)
    unlocked = javascript("unlockedScalar", envelope, wave.hex(), person.code.lower())
    assert unlocked == {"scalar": scalar, "token": person.token, "sequence": 7}
    parts = {"manifest": contract, "wave": wave.hex(), "envelope": envelope, "code": person.code}
    replaced = javascript("reseal", {**parts, "plaintext": withdrawn(sealed_wave.layout)})
    verified = sealing.verify(replaced, wave, sealed_wave.verifier, sealed_wave.size)
    before = sealing.verify(envelope, wave, sealed_wave.verifier, sealed_wave.size)
    assert verified == dataclasses.replace(before, sequence=8, leaf=leaf_of(replaced))
    assert javascript("verifyEnvelope", contract, wave, envelope) == dataclasses.asdict(before)
    opened = open_envelope(sealed_wave.hpke, Envelope.parse(replaced), verified.nullifier)
    assert decode(sealed_wave.layout, opened) is None
    with pytest.raises(Thrown, match="another code"):
        javascript("unlock", envelope, wave.hex(), receipt_code.new_receipt_code())
    last = sealing.seal(
        manifest, person.token, person.pseudonym, person.code, sealing.MAX_SEQUENCE, plaintext
    )
    with pytest.raises(Thrown, match="four bytes"):
        javascript("reseal", {**parts, "envelope": last, "plaintext": plaintext})


def test_javascript_checks_pythons_receipts_and_refuses_any_other(
    javascript: Call, sealed_wave: SimpleNamespace
) -> None:
    wave, leaf, contract = sealed_wave.wave, leaf_of(b"x"), _contract(javascript, sealed_wave.manifest)
    for key, holds in ((sealed_wave.receipt, True), (signatures.new_key(), False)):
        receipt = receipts.sign_receipt(key, wave, leaf)
        if holds:
            javascript("checkReceipt", contract, wave.hex(), leaf, receipt)
        for wrong in ((wave, leaf_of(b"y"), receipt), (leaf, leaf, receipt), (wave, leaf, receipt[:-1])):
            with pytest.raises(Thrown, match="receipt does not hold"):
                javascript("checkReceipt", contract, *wrong)
    with pytest.raises(Thrown, match="receipt does not hold"):
        javascript("checkReceipt", contract, wave, leaf, receipt)


def test_every_proof_holds_for_its_own_leaf_place_size_and_root(javascript: Call) -> None:
    for size in range(1, 18):
        leaves = [leaf_of(bytes([place])) for place in range(size)]
        board = Board(leaves)
        for index, leaf in enumerate(leaves):
            path = board.proof(index)
            javascript("verifyProof", leaf, index, size, path, board.root)
            others = [
                (leaf_of(b"other"), index, size, path, board.root),
                (leaf, index, size, path, leaf_of(b"other")),
                (leaf, size, size, path, board.root),
                (leaf, index, size, [*path, leaf], board.root),
            ]
            if path:
                others += [
                    (leaf, index ^ 1, size, path, board.root),
                    (leaf, index, size, path[1:], board.root),
                    (leaf, index, size, [path[0][1:], *path[1:]], board.root),
                ]
            for other in others:
                with pytest.raises(Thrown, match="not on the board"):
                    javascript("verifyProof", *other)


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=32, max_size=32))
def test_receipt_codes_and_locators_are_the_same(javascript: Call, secret: bytes, wave: bytes) -> None:
    code = written(secret)
    blurred = code.lower().replace("1", "l").replace("0", "o").replace("-", " ")
    assert javascript("normaliseReceiptCode", blurred) == receipt_code.normalise(blurred) == code
    assert javascript("locatorOf", wave, blurred) == receipt_code.locator_of(code, wave)


@given(st.binary(min_size=16, max_size=16), st.binary(min_size=16, max_size=16))
def test_program_codes_have_the_same_tags(javascript: Call, secret: bytes, pairing: bytes) -> None:
    code = written(secret)
    blurred = code.lower().replace("1", "i").replace("0", "o").replace("-", " ")
    tag = program_code.tag_of(code, pairing)
    assert javascript("tagOf", blurred, pairing.hex()) == javascript("tagOf", code, pairing.hex()) == tag


def test_a_program_code_made_in_one_has_a_tag_in_the_other_and_what_is_none_has_none(
    javascript: Call,
) -> None:
    made = javascript("newProgramCode")
    assert program_code.normalise(made) == made
    assert javascript("tagOf", made, "00" * 16) == program_code.tag_of(made, bytes(16))
    for wrong in ("", made[1:], f"{made}0", "8" + made[1:], made[:-1] + "U"):
        faults = [("program-code", "program code")]
        assert thrown_by(javascript, "tagOf", wrong, "00" * 16) == ("Invalid", faults)
        with pytest.raises(Invalid, match="without a code"):
            program_code.tag_of(wrong, bytes(16))
