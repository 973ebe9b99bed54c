"""The public board: a Merkle tree over sealed responses (RFC 9162 section 2.1, SHA-256).

A leaf is ``H(0x00 | envelope)``, a node ``H(0x01 | left | right)``. Leaves stand in the order of their
nullifiers, so the tree says nothing about the order of arrival.
"""

import hashlib
from collections.abc import Sequence

from privacy.errors import Refused

HASH_SIZE = 32
EMPTY_ROOT = hashlib.sha256(b"").digest()
_DOES_NOT_HOLD = "the answer is not on the board under this root"


def leaf_of(envelope: bytes) -> bytes:
    """The leaf hash of an envelope, 32 bytes."""
    return hashlib.sha256(b"\0" + envelope).digest()


def _node(left: bytes, right: bytes) -> bytes:
    return hashlib.sha256(b"\1" + left + right).digest()


class Board:
    """The whole tree, for proofs. Memory: about 64 bytes of hashes a leaf, and Python's overhead."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        """``leaves`` are leaf hashes of 32 bytes in the order of their nullifiers."""
        self._levels: list[list[bytes]] = [list(leaves)]
        while len(below := self._levels[-1]) > 1:
            above = [_node(below[i], below[i + 1]) for i in range(0, len(below) - 1, 2)]
            if len(below) % 2:
                above.append(below[-1])  # a last one without a partner rises unchanged
            self._levels.append(above)

    @property
    def size(self) -> int:
        """Number of leaves."""
        return len(self._levels[0])

    @property
    def root(self) -> bytes:
        """The tree's root, 32 bytes; of an empty board SHA-256 of nothing."""
        return self._levels[-1][0] if self.size else EMPTY_ROOT

    def proof(self, index: int) -> list[bytes]:
        """The inclusion path of leaf ``index`` from 0, lowest sibling first. Raises IndexError beyond."""
        if not 0 <= index < self.size:
            raise IndexError(index)
        path = []
        for level in self._levels[:-1]:
            sibling = index ^ 1
            if sibling < len(level):
                path.append(level[sibling])
            index >>= 1
        return path


def verify_proof(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """Raises Refused unless ``path`` leads from ``leaf`` at ``index`` to ``root`` (RFC 9162 2.1.3.2)."""
    if not 0 <= index < size or len(leaf) != HASH_SIZE or any(len(step) != HASH_SIZE for step in path):
        raise Refused(_DOES_NOT_HOLD)
    place, last, value = index, size - 1, leaf
    for step in path:
        if last == 0:
            raise Refused(_DOES_NOT_HOLD)
        if place & 1 or place == last:
            value = _node(step, value)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            value = _node(value, step)
        place, last = place >> 1, last >> 1
    if last or value != root:
        raise Refused(_DOES_NOT_HOLD)


class RootBuilder:
    """The root of leaves that come one by one in the order of their nullifiers, in logarithmic memory."""

    def __init__(self) -> None:
        self.size = 0
        self._peaks: list[bytes] = []  # roots of full subtrees, one for each set bit of ``size``

    def add(self, leaf: bytes) -> None:
        """Append one leaf hash."""
        self._peaks.append(leaf)
        self.size += 1
        full = self.size
        while not full & 1:
            right, left = self._peaks.pop(), self._peaks.pop()
            self._peaks.append(_node(left, right))
            full >>= 1

    def root(self) -> bytes:
        """The root over what was added so far; more may be added after."""
        if not self._peaks:
            return EMPTY_ROOT
        value = self._peaks[-1]
        for left in reversed(self._peaks[:-1]):
            value = _node(left, value)
        return value
