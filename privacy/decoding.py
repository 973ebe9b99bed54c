"""One plaintext back to the answers in it; answers_batch.py does the same for many at once."""

from privacy.answers import LENGTH_SIZE, RESPONSE, TAG_SIZE, WITHDRAWN, Answer, Field, Layout, Response
from privacy.errors import Spoiled

_SPOILED = "the plaintext is not in canonical form; it is counted as spoiled"


def decode(layout: Layout, plaintext: bytes) -> Response | None:
    """The response in ``plaintext``, every id of the layout present; None if it was withdrawn.

    Raises Spoiled for anything but the one canonical encoding.
    """
    if len(plaintext) != layout.size:
        raise Spoiled(_SPOILED)
    if plaintext[0] == WITHDRAWN and not any(plaintext[1:]):
        return None
    if plaintext[0] != RESPONSE:
        raise Spoiled(_SPOILED)
    answers = {
        field.id: _decoded(field, plaintext[field.offset : field.offset + field.width])
        for field in layout.questions + layout.texts
    }
    attributes: dict[str, int | None] = {}
    for chain in layout.hierarchies:
        attributes |= _path_levels(chain, plaintext)
    tag = plaintext[-TAG_SIZE:] if layout.tagged else b""
    return Response(answers, attributes, tag if any(tag) else None)


def _path_levels(chain: tuple[Field, ...], plaintext: bytes) -> dict[str, int | None]:
    """The level of each attribute of a hierarchy: all or none."""
    levels: dict[str, int | None] = {}
    above: int | None = None
    for field in chain:
        first, limit = 0, field.limit
        if field.starts:
            first, end = (0, 0) if above is None else field.starts[above : above + 2]
            limit = end - first
        value = _position(plaintext[field.offset], limit)
        if field.starts and (value is None) != (above is None):
            raise Spoiled(_SPOILED)
        above = levels[field.id] = None if value is None else first + value
    return levels


def _decoded(field: Field, data: bytes) -> Answer:
    match field.kind:
        case "multiple":
            mask = int.from_bytes(data[1:], "little")
            if data[0] > 1 or mask >> field.limit or (mask and not data[0]):
                raise Spoiled(_SPOILED)
            chosen = frozenset(position for position in range(field.limit) if mask >> position & 1)
            return chosen if data[0] else None
        case "text":
            length = int.from_bytes(data[:LENGTH_SIZE], "big")
            if length > field.limit or any(data[LENGTH_SIZE + length :]):
                raise Spoiled(_SPOILED)
            try:
                return data[LENGTH_SIZE : LENGTH_SIZE + length].decode() or None
            except UnicodeDecodeError:
                raise Spoiled(_SPOILED) from None
        case _:
            return _position(data[0], field.limit)


def _position(value: int, limit: int) -> int | None:
    if value > limit:
        raise Spoiled(_SPOILED)
    return value - 1 if value else None
