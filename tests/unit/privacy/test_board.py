import hashlib
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.board import Board, RootBuilder, leaf_of, verify_proof
from privacy.errors import Refused

sizes = st.integers(0, 70)


def _leaves(size: int) -> list[bytes]:
    return [leaf_of(bytes([place])) for place in range(size)]


def _split(size: int) -> int:
    half = 1
    while half * 2 < size:
        half *= 2
    return half


def _naive_root(leaves: Sequence[bytes]) -> bytes:
    """RFC 9162 section 2.1.1, word by word, over leaf hashes."""
    if not leaves:
        return hashlib.sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    k = _split(len(leaves))
    return hashlib.sha256(b"\1" + _naive_root(leaves[:k]) + _naive_root(leaves[k:])).digest()


def _naive_path(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """RFC 9162 section 2.1.3.1, word by word."""
    if len(leaves) == 1:
        return []
    k = _split(len(leaves))
    if index < k:
        return [*_naive_path(index, leaves[:k]), _naive_root(leaves[k:])]
    return [*_naive_path(index - k, leaves[k:]), _naive_root(leaves[:k])]


@pytest.mark.parametrize("size", range(34))
def test_root_and_every_proof_are_those_of_the_standard(size: int) -> None:
    leaves = _leaves(size)
    board = Board(leaves)
    assert board.size == size
    assert board.root == _naive_root(leaves)
    for index, leaf in enumerate(leaves):
        assert board.proof(index) == _naive_path(index, leaves)
        verify_proof(leaf, index, size, board.proof(index), board.root)


def test_known_answers_of_the_certificate_transparency_test_tree() -> None:
    data = [
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    ]
    board = Board([leaf_of(bytes.fromhex(item)) for item in data])
    assert board.root.hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"


@given(sizes)
def test_the_streaming_root_is_the_same_at_every_size(size: int) -> None:
    builder = RootBuilder()
    for place, leaf in enumerate(_leaves(size)):
        assert builder.root() == Board(_leaves(place)).root
        builder.add(leaf)
    assert (builder.size, builder.root()) == (size, Board(_leaves(size)).root)


def test_an_empty_board_has_the_hash_of_nothing_as_root() -> None:
    assert Board([]).root == RootBuilder().root() == hashlib.sha256(b"").digest()
    with pytest.raises(IndexError):
        Board([]).proof(0)
    with pytest.raises(Refused):
        verify_proof(hashlib.sha256(b"").digest(), 0, 0, [], hashlib.sha256(b"").digest())


@given(st.integers(1, 40), st.data())
def test_a_proof_for_anything_else_is_refused(size: int, data: st.DataObject) -> None:
    leaves = _leaves(size)
    board = Board(leaves)
    index = data.draw(st.integers(0, size - 1))
    path = board.proof(index)
    wrong = [
        (leaf_of(b"other"), index, size, path, board.root),
        (leaves[index], index, size, path, leaf_of(b"other")),
        (leaves[index], index, size, [*path, bytes(32)], board.root),
        (leaves[index], size, size, path, board.root),
        (leaves[index], -1, size, path, board.root),
        (leaves[index][:-1], index, size, path, board.root),
        *((leaves[index], other, size, path, board.root) for other in range(size) if other != index),
        *((leaves[index], index, size, path[:i] + path[i + 1 :], board.root) for i in range(len(path))),
        *(
            (leaves[index], index, size, [*path[:i], bytes(32), *path[i + 1 :]], board.root)
            for i in range(len(path))
        ),
        *(
            (leaves[index], index, size, [*path[:i], path[i][:31], *path[i + 1 :]], board.root)
            for i in range(len(path))
        ),
    ]
    for attempt in wrong:
        with pytest.raises(Refused):
            verify_proof(*attempt)


def test_a_leaf_cannot_pass_as_a_node() -> None:
    leaves = _leaves(2)
    assert leaf_of(leaves[0] + leaves[1]) != Board(leaves).root
