"""Receipt files: the code in the first line, then what the collector signed.

A file with nothing but a code, written by hand, is read as well.
"""

from dataclasses import dataclass, field
from pathlib import Path

from privacy.canonical import b64u, unb64u
from privacy.errors import Invalid, Problem
from privacy.receipt_code import normalise
from service.client.client import Receipt
from service.client.progress import write_private

LARGEST_FILE = 4096


@dataclass(frozen=True, slots=True)
class KeptReceipt:
    """A receipt code and, if the file had it, the signed receipt that belongs to it."""

    code: str = field(repr=False)
    receipt: Receipt | None


def write_receipt(path: Path, receipt: Receipt) -> None:
    """Write the file, mode 0600, in the place of an earlier one. Raises KeyUnusable if it cannot."""
    lines = (
        receipt.code,
        f"wave {receipt.wave.hex()}",
        f"sequence {receipt.sequence}",
        f"leaf {receipt.leaf.hex()}",
        f"signature {b64u(receipt.signature)}",
    )
    write_private(path, "".join(f"{line}\n" for line in lines).encode())


def write_code(path: Path, code: str) -> None:
    """Write a file with the code alone, for an answer whose signed receipt never came. Raises KeyUnusable."""
    write_private(path, f"{code}\n".encode())


def read_receipt(path: Path) -> KeptReceipt:
    """What the file at ``path`` holds. Raises Invalid if that is no receipt."""
    try:
        with path.open("rb") as file:
            first, *rest = file.read(LARGEST_FILE).decode().strip().splitlines()
    except OSError as error:
        raise Invalid([_problem(path, error.strerror or "it cannot be read")]) from None
    except ValueError:
        raise Invalid([_problem(path, "its first line is no receipt code")]) from None
    code = normalise(first)
    if not rest:
        return KeptReceipt(code, None)
    try:
        parts = dict(line.split(" ", 1) for line in rest)
        receipt = Receipt(
            wave=bytes.fromhex(parts["wave"]),
            code=code,
            sequence=int(parts["sequence"]),
            leaf=bytes.fromhex(parts["leaf"]),
            signature=unb64u(parts["signature"]),
        )
    except (ValueError, KeyError):
        raise Invalid([_problem(path, "what follows the code is damaged")]) from None
    return KeptReceipt(code, receipt)


def _problem(path: Path, message: str) -> Problem:
    return Problem("receipt-file", str(path), message, "name the file that respond wrote, or leave it out")
