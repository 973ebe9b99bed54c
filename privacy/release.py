"""The release of a wave: drawn once, then a pure function of the draw, canonical and signed."""

import json
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from cryptography.hazmat.primitives.asymmetric import ec

from privacy import mechanism, signatures
from privacy.canonical import b64u, canonical_json, unb64u
from privacy.consistency import Projection
from privacy.contract import Manifest, Policy, manifest_value
from privacy.count import Counts, sizes, vector
from privacy.errors import ContractBroken, Refused
from privacy.gate import passes
from privacy.guarantee import guarantee_of
from privacy.intervals import Z
from privacy.paired_rows import DrawnPairs, paired_part
from privacy.plan import Design, design_of
from privacy.rows import rows_of

FORMAT = "sottovoce-release-2"
DRAW_FORMAT = "sottovoce-draw-1"
SIGNED = b"sottovoce/1/release"

NOTHING_SHOWN = "Too few people answered for any result to be shown without giving somebody away."


@dataclass(frozen=True, slots=True)
class BoardFacts:
    """What the board of a wave publishes: Merkle root (32 bytes) and numbers of people."""

    root: bytes
    responses: int
    issued: int
    invited: int


@dataclass(frozen=True, slots=True)
class Draw:
    """All that a release is made from. As private as the release: it may be stored.

    ``noisy`` are the integers of ``count.vector`` with their noise. ``below_k`` marks the cells whose noisy
    count passes the gate although fewer than k people are in them; others need no mark, as they are withheld
    anyway. ``comments`` has the texts of each question that reached the comment threshold, shuffled.
    ``pairs`` are those with an earlier wave, None where the contract has none.
    """

    noisy: tuple[int, ...]
    below_k: tuple[bool, ...]
    comments: tuple[tuple[str, tuple[str, ...]], ...]
    pairs: DrawnPairs | None = None

    def canonical(self) -> bytes:
        """Canonical JSON."""
        comments = [{"question": question, "texts": list(texts)} for question, texts in self.comments]
        marks = [place for place, marked in enumerate(self.below_k) if marked]
        pairs = {} if self.pairs is None else {"pairs": _listed(self.pairs)}
        return canonical_json(
            {
                **pairs,
                "format": DRAW_FORMAT,
                "noisy": list(self.noisy),
                "cells": len(self.below_k),
                "below_k": marks,
                "comments": comments,
            }
        )

    @classmethod
    def parse(cls, data: bytes) -> "Draw":
        """Read back what ``canonical`` wrote. Raises ContractBroken for anything else."""
        try:
            value = json.loads(data)
            marks = set(value["below_k"])
            pairs = value.get("pairs")
            draw = cls(
                tuple(value["noisy"]),
                tuple(place in marks for place in range(value["cells"])),
                tuple((part["question"], tuple(part["texts"])) for part in value["comments"]),
                None if pairs is None else DrawnPairs(tuple(pairs["noisy"]), tuple(pairs["below_k"])),
            )
            numbers = draw.noisy if draw.pairs is None else draw.noisy + draw.pairs.noisy
            marked = () if draw.pairs is None else draw.pairs.below_k
            whole = all(type(number) is int for number in numbers) and set(marked) <= {True, False}
            intact = whole and draw.canonical() == data
        except (ValueError, TypeError, KeyError, RecursionError):
            intact = False
        if not intact:
            raise ContractBroken(
                "the stored draw of the wave is damaged; restore it, it is never drawn again"
            )
        return draw


def _listed(pairs: DrawnPairs) -> dict[str, Any]:
    return {"noisy": list(pairs.noisy), "below_k": list(pairs.below_k)}


def protect(
    design: Design,
    counts: Counts,
    spoiled: int,
    comments: Mapping[str, Sequence[str]],
    policy: Policy,
    *,
    pairs: DrawnPairs | None = None,
) -> Draw:
    """Add the noise, mark what must not be shown, and keep the comments that may be.

    ``comments`` has the texts of each text question by its id, ``pairs`` is what paired_rows.protect_pairs
    gives. These two are the only steps that see exact numbers and the only ones with randomness. Raises
    ContractBroken if the noise would cost more than the policy says.
    """
    if policy.micro_rho != design.micro_rho or policy.k != design.k:
        raise ContractBroken("the design is not the one of this policy; nothing is published")
    noisy = mechanism.draw(vector(design, counts, spoiled), design.d2, design.micro_rho)
    passing = passes(design, Projection(design)(noisy))
    below_k = passing & (sizes(counts) < design.k)
    kept = _kept(design.texts, comments, policy.comment_k)
    return Draw(tuple(noisy), tuple(below_k.tolist()), kept, pairs)


def _kept(
    questions: Sequence[str], comments: Mapping[str, Sequence[str]], comment_k: int
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    kept = []
    for question in questions:
        texts = list(comments.get(question, ()))
        if len(texts) >= comment_k:
            random.SystemRandom().shuffle(texts)
            kept.append((question, tuple(texts)))
    return tuple(kept)


def build_release(manifest: Manifest, board: BoardFacts, draw: Draw) -> dict[str, Any]:
    """The release but for its signature: the same value, byte for byte, whenever it is built.

    Raises ContractBroken if the draw does not fit the manifest's plan.
    """
    policy = manifest.policy
    design = design_of(manifest.questions, manifest.attributes, policy)
    if len(draw.noisy) != design.size or len(draw.below_k) != design.cells:
        raise ContractBroken("the stored draw was made under another plan; nothing is published")
    people = {"responses": board.responses, "invited": board.invited}
    rows = rows_of(design, policy.margins, draw.noisy, np.array(draw.below_k), **people)
    shown = sum(row["shown"] for row in rows)
    spoiled = design.spoiled_multiplier
    value: dict[str, Any] = {
        **_promised(manifest, design),
        "board": {
            "root": board.root.hex(),
            "responses": board.responses,
            "issued": board.issued,
            "invited": board.invited,
        },
        "spoiled": {
            "value": round(draw.noisy[-1] / spoiled, 1),
            "margin": round(Z * design.sigma / spoiled + 0.05, 1),
        },
        "shown": shown,
        "figures": rows,
        "comments": [{"question": question, "texts": list(texts)} for question, texts in draw.comments],
    }
    paired = paired_part(manifest, draw.pairs, board.responses)
    if paired is not None:
        value["paired"] = paired
    if not shown:
        value["statement"] = NOTHING_SHOWN
    return value


def _promised(manifest: Manifest, design: Design) -> dict[str, Any]:
    """The part of a release that follows from the manifest alone."""
    return {
        "format": FORMAT,
        "wave": manifest.wave.hex(),
        "policy": manifest_value(manifest)["policy"],
        "d2": design.d2,
        "d2_answers": design.d2_answers,
        "sigma": design.sigma,
        "z": design.z,
        "guarantee": guarantee_of(design, manifest.policy, manifest.pairing),
        "public_key": b64u(manifest.release_public_key),
    }


def sign_release(value: Mapping[str, Any], private_key: ec.EllipticCurvePrivateKey) -> bytes:
    """Canonical JSON of ``value`` with its ``signature``: ECDSA P-256 SHA-256, raw r|s, base64url.

    The same value and key give the same bytes, so a tally that is run again publishes what it would have.
    Raises ContractBroken unless ``private_key`` belongs to the public key that the release names.
    """
    if value["public_key"] != b64u(signatures.point_of(private_key)):
        raise ContractBroken("the release would be signed by another key than the contract names")
    signature = signatures.sign(private_key, SIGNED + canonical_json(dict(value)), repeatable=True)
    return canonical_json({**value, "signature": b64u(signature)})


def verify_release(data: bytes, manifest: Manifest) -> dict[str, Any]:
    """The release in ``data``, signed by the key of the manifest and made under its plan.

    Raises Refused if it is not canonical or its signature does not hold, ContractBroken if it states another
    wave, policy or guarantee than the manifest's.
    """
    try:
        value = json.loads(data)
        if canonical_json(value) != data:
            raise ValueError("not canonical")
        unsigned = {name: part for name, part in value.items() if name != "signature"}
        signature = unb64u(value["signature"])
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Refused("the release is not a signed release in canonical form") from None
    key = signatures.public_key_of(manifest.release_public_key)
    signatures.verify(key, signature, SIGNED + canonical_json(unsigned))
    design = design_of(manifest.questions, manifest.attributes, manifest.policy)
    for name, promised in _promised(manifest, design).items():
        if canonical_json(unsigned.get(name)) != canonical_json(promised):
            raise ContractBroken(f"the release states another {name} than the contract of its wave")
    return unsigned
