"""Inclusion proofs of closed waves, from trees that are kept for the last few waves asked for."""

import threading
from bisect import bisect_left
from dataclasses import dataclass

from sqlalchemy import Engine

from privacy.board import Board, leaf_of
from service.errors import Conflict, NotFound
from service.store import box as store
from service.store.box import BoxWave, ClosedBox
from service.store.unit_of_work import reading

LIMIT = 4  # trees in memory, about 300 bytes for each of their leaves


@dataclass(frozen=True, slots=True)
class Proof:
    """That ``leaf`` (32 bytes) stands at ``index`` of ``size`` leaves; ``path`` starts at its sibling."""

    leaf: bytes
    index: int
    size: int
    path: list[bytes]


@dataclass(frozen=True, slots=True)
class _Tree:
    nullifiers: list[bytes]
    leaves: list[bytes]
    board: Board


def closed_box(wave: BoxWave | None) -> ClosedBox:
    """What closing fixed. Raises NotFound for an unknown wave, Conflict before its board is published."""
    if wave is None:
        raise NotFound("there is no such wave; check the address")
    if wave.root is None or wave.responses is None:
        raise Conflict("the board is published when the wave has closed; ask again then")
    return ClosedBox(wave.root, wave.responses)


class Proofs:
    """The trees of the waves that were asked for last."""

    def __init__(self) -> None:
        self._trees: dict[bytes, _Tree] = {}
        self._building = threading.Lock()

    def find(self, box: Engine, wave: bytes, nullifier: bytes) -> Proof:
        """The proof for ``nullifier``.

        Raises NotFound if no response has it or the responses have been deleted, Conflict before the wave's
        board is published, Unavailable.
        """
        with reading(box) as tx:
            closed = closed_box(store.find_wave(tx, wave))
        tree = self._tree(box, wave)
        if tree.board.root != closed.root:
            raise NotFound("the wave's responses have been deleted, as its manifest said they would be")
        index = bisect_left(tree.nullifiers, nullifier)
        if index == len(tree.nullifiers) or tree.nullifiers[index] != nullifier:
            raise NotFound("no response of the wave has this nullifier")
        return Proof(tree.leaves[index], index, tree.board.size, tree.board.proof(index))

    def _tree(self, box: Engine, wave: bytes) -> _Tree:
        with self._building:  # a tree that many ask for at once is built once
            tree = self._trees.pop(wave, None)
            if tree is None:
                tree = _build(box, wave)
                while len(self._trees) >= LIMIT:
                    del self._trees[next(iter(self._trees))]
            self._trees[wave] = tree
            return tree


def _build(box: Engine, wave: bytes) -> _Tree:
    nullifiers: list[bytes] = []
    leaves: list[bytes] = []
    for chunk in store.envelopes(box, wave):
        for nullifier, envelope in chunk:
            nullifiers.append(nullifier)
            leaves.append(leaf_of(envelope))
    return _Tree(nullifiers, leaves, Board(leaves))
