"""Opens a whole board, in several processes, in memory that does not grow with the number of responses.

In a wave that is paired with another, some bytes of each response with a program code are kept in memory.

Chunks stream in the order of nullifiers. HPKE holds Python's interpreter lock, so threads would not help.
"""

import os
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from multiprocessing import get_context, parent_process

import numpy as np
from numpy.typing import NDArray

from privacy.board import RootBuilder
from privacy.count import Counts
from privacy.errors import ContractBroken
from service.errors import Unavailable
from service.tally.opening import OpenedChunk, Sealed, open_chunk

CHUNK = 10_000  # responses that one process handles at a time


@dataclass(frozen=True, slots=True)
class OpenedBoard:
    """Exact sums over the valid responses of a wave, its comments, and the board they came from.

    ``comments`` has one list for each text question, in manifest order; ``records`` is what pairing needs, in
    the order of nullifiers; ``responses`` counts envelopes.
    """

    counts: Counts
    comments: list[list[str]]
    spoiled: int
    records: NDArray[np.uint8]
    root: bytes
    responses: int


def open_board(
    chunks: Iterable[list[Sealed]],
    manifest: bytes,
    scalar: bytes,
    workers: int = 1,
    progress: Callable[[int], None] = lambda _responses: None,
) -> OpenedBoard:
    """Open ``chunks``, which come in the order of nullifiers, with the wave's HPKE scalar of 32 bytes.

    One worker is this process, more are processes of their own. Raises ContractBroken for an envelope that
    does not verify or is there twice, Unavailable if a worker process dies.
    """
    builder = RootBuilder()
    nothing = open_chunk(manifest, scalar, [])
    counts, comments, spoiled = nothing.counts, nothing.comments, 0
    records = [nothing.records]
    opened = _one_by_one if workers < 2 else _side_by_side
    for chunk in opened(_ordered(chunks), manifest, scalar, workers):
        for leaf in chunk.leaves:
            builder.add(leaf)
        counts = counts + chunk.counts
        spoiled += chunk.spoiled
        records.append(chunk.records)
        for gathered, more in zip(comments, chunk.comments, strict=True):
            gathered.extend(more)
        progress(builder.size)
    return OpenedBoard(counts, comments, spoiled, np.concatenate(records), builder.root(), builder.size)


def _ordered(chunks: Iterable[list[Sealed]]) -> Iterator[list[Sealed]]:
    last = b""
    for chunk in chunks:
        for nullifier, _ in chunk:
            if nullifier <= last:
                raise ContractBroken("the box holds a sealed response twice; restore it from its backup")
            last = nullifier
        yield chunk


def _one_by_one(
    chunks: Iterator[list[Sealed]], manifest: bytes, scalar: bytes, _workers: int
) -> Iterator[OpenedChunk]:
    for chunk in chunks:
        yield open_chunk(manifest, scalar, chunk)


def _side_by_side(
    chunks: Iterator[list[Sealed]], manifest: bytes, scalar: bytes, workers: int
) -> Iterator[OpenedChunk]:
    pending: deque[Future[OpenedChunk]] = deque()
    # Spawned, because a forked process would inherit the connections to both stores.
    with ProcessPoolExecutor(workers, get_context("spawn"), _end_with_parent) as pool:
        try:
            for chunk in chunks:
                pending.append(pool.submit(open_chunk, manifest, scalar, chunk))
                if len(pending) > workers:  # each worker has one and one more waits
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        except BrokenProcessPool:
            raise Unavailable(
                "a process of the tally was ended from outside; see that memory suffices, then run it again"
            ) from None
        finally:
            for future in pending:
                future.cancel()


def _end_with_parent() -> None:
    """A worker whose parent was killed must not live on with a private key in its memory."""
    threading.Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
