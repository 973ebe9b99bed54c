from pathlib import Path

import pytest

from privacy.errors import Invalid
from privacy.receipt_code import new_receipt_code
from service.client.client import Receipt
from service.client.receipt_file import KeptReceipt, read_receipt, write_receipt


@pytest.fixture
def receipt() -> Receipt:
    return Receipt(bytes(32), new_receipt_code(), 2, b"\1" * 32, b"\2" * 64)


def test_a_receipt_reads_back_and_is_its_owners_alone(receipt: Receipt, tmp_path: Path) -> None:
    path = tmp_path / "receipt"
    write_receipt(path, receipt)
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.read_text().splitlines()[0] == receipt.code
    assert read_receipt(path) == KeptReceipt(receipt.code, receipt)


def test_a_code_written_by_hand_is_enough(receipt: Receipt, tmp_path: Path) -> None:
    path = tmp_path / "receipt"
    path.write_text(f"\n  {receipt.code.lower().replace('-', ' ')}\n")
    assert read_receipt(path) == KeptReceipt(receipt.code, None)


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xff", b"no code", b"0000"])
def test_a_file_without_a_code_is_refused(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "receipt"
    path.write_bytes(content)
    with pytest.raises(Invalid):
        read_receipt(path)
    with pytest.raises(Invalid):
        read_receipt(tmp_path / "missing")


@pytest.mark.parametrize("line", range(1, 5))
def test_a_damaged_receipt_is_refused(receipt: Receipt, tmp_path: Path, line: int) -> None:
    path = tmp_path / "receipt"
    write_receipt(path, receipt)
    lines = path.read_text().splitlines()
    for damaged in (lines[:line] + lines[line + 1 :], [*lines[:line], "wave", *lines[line + 1 :]]):
        path.write_text("\n".join(damaged))
        with pytest.raises(Invalid, match="damaged"):
            read_receipt(path)
