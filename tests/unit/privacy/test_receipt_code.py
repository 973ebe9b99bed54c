import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from privacy import receipt_code
from privacy.crockford import written
from privacy.errors import Invalid, Refused
from privacy.signatures import new_key, point_of, scalar_of

WAVE = bytes(range(32))
codes = st.binary(min_size=16, max_size=16).map(written)


def test_a_code_is_fresh_each_time_and_written_in_groups() -> None:
    written = {receipt_code.new_receipt_code() for _ in range(50)}
    assert len(written) == 50
    assert {len(code.replace("-", "")) for code in written} == {26}
    assert {tuple(map(len, code.split("-"))) for code in written} == {(4, 4, 4, 4, 4, 4, 2)}


def test_the_code_is_the_number_in_crockfords_alphabet() -> None:
    assert written(bytes(16)) == "0000-0000-0000-0000-0000-0000-00"
    assert written(b"\xff" * 16) == "7ZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZZZ-ZZ"
    assert written(bytes(15) + b"\x3f").endswith("-1Z")


@given(codes)
def test_a_code_reads_back_however_it_is_typed(code: str) -> None:
    typed = code.lower().replace("-", " ").replace("0", "o").replace("1", "l") + "\n"
    assert receipt_code.normalise(typed) == code
    assert receipt_code.normalise(code.replace("-", "").replace("1", "I")) == code
    assert receipt_code.locator_of(typed, WAVE) == receipt_code.locator_of(code, WAVE)


@pytest.mark.parametrize(
    "typed", ["", "0000", "U" * 26, "8" + "0" * 25, "0" * 25, "0" * 27, "0000-0000-0000-0000-0000-0000-0!"]
)
def test_what_is_no_code_is_refused_as_input(typed: str) -> None:
    with pytest.raises(Invalid) as refusal:
        receipt_code.normalise(typed)
    assert [problem.id for problem in refusal.value.problems] == ["receipt-code"]


@given(codes)
def test_the_code_alone_gives_the_pseudonym_back(code: str) -> None:
    key = new_key()
    locker = receipt_code.lock(code, WAVE, key)
    assert len(locker) == receipt_code.LOCKER_SIZE
    assert point_of(receipt_code.unlock(code, WAVE, locker)) == point_of(key)


def test_another_code_another_wave_or_a_damaged_locker_opens_nothing() -> None:
    code, key = receipt_code.new_receipt_code(), new_key()
    locker = receipt_code.lock(code, WAVE, key)
    attempts = [
        (receipt_code.new_receipt_code(), WAVE, locker),
        (code, bytes(32), locker),
        (code, WAVE, locker[:-1]),
        (code, WAVE, locker + b"\0"),
        (code, WAVE, b""),
        *((code, WAVE, locker[:i] + bytes([locker[i] ^ 1]) + locker[i + 1 :]) for i in range(len(locker))),
    ]
    for attempt in attempts:
        with pytest.raises(Refused):
            receipt_code.unlock(*attempt)


def test_locators_differ_by_code_and_by_wave_and_never_show_the_key() -> None:
    first, second = receipt_code.new_receipt_code(), receipt_code.new_receipt_code()
    locators = {receipt_code.locator_of(code, wave) for code in (first, second) for wave in (WAVE, bytes(32))}
    assert len(locators) == 4
    assert {len(locator) for locator in locators} == {receipt_code.LOCATOR_SIZE}


def test_locking_twice_gives_unequal_bytes() -> None:
    code, key = receipt_code.new_receipt_code(), new_key()
    assert receipt_code.lock(code, WAVE, key) != receipt_code.lock(code, WAVE, key)


def test_the_derivations_are_hkdf_as_the_protocol_says() -> None:
    import hashlib
    import hmac

    code, key = receipt_code.new_receipt_code(), new_key()
    value = 0
    for symbol in code.replace("-", ""):
        value = value * 32 + "0123456789ABCDEFGHJKMNPQRSTVWXYZ".index(symbol)
    extracted = hmac.digest(WAVE, value.to_bytes(16, "big"), hashlib.sha256)
    assert (
        receipt_code.locator_of(code, WAVE) == hmac.digest(extracted, b"sottovoce/1/locator\1", "sha256")[:16]
    )
    locker = receipt_code.lock(code, WAVE, key)
    cipher = AESGCM(hmac.digest(extracted, b"sottovoce/1/locker\1", hashlib.sha256))
    assert cipher.decrypt(locker[:12], locker[12:], None) == scalar_of(key)
