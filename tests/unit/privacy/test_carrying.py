import numpy as np
import pytest

from privacy import carrying
from privacy.errors import ContractBroken, KeyUnusable

WAVE = bytes(range(32))
RECORDS = np.arange(1, 61, dtype=np.uint8).reshape(3, 20)


def test_what_is_sealed_opens_with_its_key_and_is_filled_up() -> None:
    key = carrying.new_key()
    found = carrying.open_carried(key, WAVE, carrying.seal(key, WAVE, RECORDS, 5), 20)
    assert found.tolist() == [[0] * 20] * 2 + RECORDS.tolist()


def test_the_order_and_the_number_of_codes_are_not_told() -> None:
    key = carrying.new_key()
    one = carrying.seal(key, WAVE, RECORDS, 5)
    other = carrying.seal(key, WAVE, RECORDS[[2, 0]], 5)
    assert len(one) == len(other) == 5 * 20 + 28
    backwards = carrying.seal(key, WAVE, RECORDS[::-1], 5)
    opened = [carrying.open_carried(key, WAVE, data, 20).tolist() for data in (one, backwards)]
    assert opened[0] == opened[1]


def test_no_record_stands_in_what_is_sealed() -> None:
    sealed = carrying.seal(carrying.new_key(), WAVE, RECORDS, 3)
    assert all(record.tobytes()[:6] not in sealed for record in RECORDS)


def test_another_key_another_wave_a_changed_byte_and_another_size_do_not_open() -> None:
    key = carrying.new_key()
    sealed = carrying.seal(key, WAVE, RECORDS, 3)
    changed = bytes([*sealed[:-1], sealed[-1] ^ 1])
    for wrong in (
        (carrying.new_key(), WAVE, sealed, 20),
        (key, bytes(32), sealed, 20),
        (key, WAVE, changed, 20),
        (key, WAVE, sealed, 19),
        (key, WAVE, b"", 20),
    ):
        with pytest.raises(KeyUnusable, match="does not open"):
            carrying.open_carried(*wrong)


def test_more_records_than_responses_are_not_kept() -> None:
    with pytest.raises(ContractBroken, match="more records than responses"):
        carrying.seal(carrying.new_key(), WAVE, RECORDS, 2)
