"""Opens one chunk of a board: every envelope verified again, opened, decoded and counted.

It needs its arguments and nothing else, so it runs in any process; sums, comments and leaf hashes come out.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from privacy.answers import Layout, layout_of
from privacy.answers_batch import decode_batch
from privacy.contract import Manifest
from privacy.count import Counts, count
from privacy.errors import ContractBroken, Refused, Spoiled
from privacy.manifest_reader import read_manifest
from privacy.opening import open_envelope
from privacy.pairing import records_of
from privacy.plan import Design, design_of
from privacy.sealing import Envelope, envelope_size, verify
from privacy.signatures import private_key_of
from privacy.tokens import TokenVerifier

Sealed = tuple[bytes, bytes]  # nullifier, envelope


@dataclass(frozen=True, slots=True)
class OpenedChunk:
    """Exact sums over the valid responses of a chunk, its comments, and its leaf hashes in the order given.

    ``comments`` has one list for each text question, in the layout's order. ``records`` is what pairing needs
    of the responses with a program code, (n, record size), no columns in a wave that is not paired.
    """

    leaves: list[bytes]
    counts: Counts
    comments: list[list[str]]
    spoiled: int
    records: NDArray[np.uint8]


def open_chunk(manifest: bytes, scalar: bytes, sealed: list[Sealed]) -> OpenedChunk:
    """Open envelopes of one wave with its HPKE scalar, 32 bytes.

    A response that does not open or decode is spoiled. Raises ContractBroken for an envelope that does not
    verify or is not the one of its nullifier: the collector would never have stored it.
    """
    prepared = _prepared(manifest)
    key = private_key_of(scalar)
    leaves: list[bytes] = []
    plaintexts: list[bytes] = []
    unopened = 0
    for nullifier, data in sealed:
        leaves.append(_verified_leaf(prepared, nullifier, data))
        try:
            plaintexts.append(open_envelope(key, Envelope.parse(data), nullifier))
        except Spoiled:
            unopened += 1
    batch = decode_batch(prepared.layout, plaintexts)
    paired = prepared.contract.pairing is not None
    records = records_of(prepared.contract, batch) if paired else np.zeros((0, 0), dtype=np.uint8)
    counts = count(prepared.design, batch.rows)
    return OpenedChunk(leaves, counts, batch.texts, batch.spoiled + unopened, records)


@dataclass(frozen=True, slots=True)
class _Prepared:
    contract: Manifest
    wave: bytes
    layout: Layout
    design: Design
    issuer: TokenVerifier
    size: int


@lru_cache(maxsize=1)
def _prepared(manifest: bytes) -> _Prepared:
    contract = read_manifest(manifest)
    layout = layout_of(contract)
    design = design_of(contract.questions, contract.attributes, contract.policy)
    issuer = TokenVerifier(contract.issuer_public_key)
    return _Prepared(contract, contract.wave, layout, design, issuer, envelope_size(layout))


def _verified_leaf(prepared: _Prepared, nullifier: bytes, data: bytes) -> bytes:
    try:
        verified = verify(data, prepared.wave, prepared.issuer, prepared.size)
    except Refused:
        verified = None
    if verified is None or verified.nullifier != nullifier:
        raise ContractBroken(
            "the box holds a sealed response that does not verify; restore the box from before it was changed"
        )
    return verified.leaf
