"""Many plaintexts at once: what ``decoding.decode`` does, vectorised for the tally."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from privacy.answers import LENGTH_SIZE, ONE_BYTE, RESPONSE, TAG_SIZE, WITHDRAWN, Field, Layout

Bytes = NDArray[np.uint8]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Batch:
    """What a list of plaintexts held.

    ``rows`` has one row of ``layout.fixed_size`` bytes for each valid response that is not withdrawn, in the
    order given; ``texts`` has, for each text question in the layout's order, the texts of those responses
    that wrote one. ``tags`` has the 16 bytes of each row's program code, (n, 0) where the layout has none.
    ``withdrawn`` and ``spoiled`` count the others.
    """

    rows: Bytes
    tags: Bytes
    texts: list[list[str]]
    withdrawn: int
    spoiled: int


def decode_batch(layout: Layout, plaintexts: list[bytes]) -> Batch:
    """Decode plaintexts of one wave: each is valid, withdrawn or spoiled as in ``decoding.decode``."""
    sized = [plaintext for plaintext in plaintexts if len(plaintext) == layout.size]
    data = np.frombuffer(b"".join(sized), dtype=np.uint8).reshape(len(sized), layout.size)
    taken_back = (data[:, 0] == WITHDRAWN) & ~data[:, 1:].any(axis=1)
    valid = (data[:, 0] == RESPONSE) & _fixed_part_holds(layout, data)
    above = None
    for field in layout.attributes:
        above, holds = level_cells(field, data, above)
        valid &= holds
    for field in layout.texts:
        valid &= _padding_holds(field, data)
    # One row's broken UTF-8 clears its flag, so the texts are picked after every field was looked at.
    columns = [_texts(field, data, valid) for field in layout.texts]
    rows = np.ascontiguousarray(data[valid, : layout.fixed_size])
    tags = np.ascontiguousarray(data[valid, layout.size - TAG_SIZE * layout.tagged :])
    texts = [[text for row, text in column if valid[row]] for column in columns]
    withdrawn = int(taken_back.sum())
    return Batch(rows, tags, texts, withdrawn, len(plaintexts) - withdrawn - len(rows))


def level_cells(field: Field, data: Bytes, above: Integers | None) -> tuple[Integers, Flags]:
    """The cell of each row of ``data`` in an attribute: its levels from 0, then those who did not say.

    ``above`` has the rows' cells in the attribute before, which may be the one above this. The flags say
    whose byte a valid response could have there.
    """
    byte = data[:, field.offset].astype(np.int64)
    if above is None or not field.starts:
        holds: Flags = byte <= field.limit
        return np.where(holds & (byte > 0), byte - 1, field.levels), holds
    starts = np.array((*field.starts, field.levels))  # who did not say lies in who did not say
    room = starts[above + 1] - starts[above]
    holds = (byte <= room) & ((byte == 0) == (room == 0))
    return np.where(holds & (byte > 0), starts[above] + byte - 1, field.levels), holds


def _fixed_part_holds(layout: Layout, data: Bytes) -> Flags:
    largest = np.full(layout.fixed_size, ONE_BYTE, dtype=np.uint8)
    allowed = np.full(layout.fixed_size, ONE_BYTE, dtype=np.uint8)
    for field in layout.questions:
        if field.kind == "multiple":
            largest[field.offset] = 1
            mask = ((1 << field.limit) - 1).to_bytes(field.width - 1, "little")
            allowed[field.offset + 1 : field.offset + field.width] = list(mask)
        else:
            largest[field.offset] = field.limit
    fixed = data[:, : layout.fixed_size]
    holds: Flags = ~((fixed > largest) | (fixed & ~allowed != 0)).any(axis=1)
    for field in layout.questions:
        if field.kind == "multiple":
            answered = data[:, field.offset] != 0
            holds &= answered | ~data[:, field.offset + 1 : field.offset + field.width].any(axis=1)
    return holds


def _lengths(field: Field, data: Bytes) -> NDArray[np.int64]:
    return data[:, field.offset].astype(np.int64) << 8 | data[:, field.offset + 1]


def _padding_holds(field: Field, data: Bytes) -> Flags:
    lengths = _lengths(field, data)
    body = data[:, field.offset + LENGTH_SIZE : field.offset + field.width]
    beyond = np.arange(field.limit) >= lengths[:, None]
    holds: Flags = (lengths <= field.limit) & ~((body != 0) & beyond).any(axis=1)
    return holds


def _texts(field: Field, data: Bytes, valid: Flags) -> list[tuple[int, str]]:
    lengths = _lengths(field, data)
    start = field.offset + LENGTH_SIZE
    texts: list[tuple[int, str]] = []
    for row in np.flatnonzero(valid & (lengths > 0)).tolist():
        try:
            texts.append((row, data[row, start : start + int(lengths[row])].tobytes().decode()))
        except UnicodeDecodeError:
            valid[row] = False
    return texts
