"""Reading a manifest back from its canonical bytes, strictly.

The value is built from the fields that docs/protocol.md names and encoded again; bytes that differ had an
unknown field, another order or another number format, and are not a manifest.
"""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeVar, cast

from privacy.canonical import unb64u
from privacy.contract import FORMAT, Manifest, Measure, Pairing, Policy, Weights, check_wave
from privacy.errors import ContractBroken, Refused
from privacy.manifest_shape import check_shape
from privacy.signatures import public_key_of
from privacy.survey import QUESTION_TYPES, Attribute, Option, Question, QuestionType, Texts
from privacy.tokens import decode_public_key

T = TypeVar("T")


def read_manifest(canonical: bytes, wave: bytes | None = None) -> Manifest:
    """The manifest in ``canonical``; with ``wave``, the 32 bytes it must hash to.

    Raises ContractBroken for another hash, a missing, unknown or mistyped field, a key that is none, ids that
    do not fit together, or bytes that are not RFC 8785.
    """
    if wave is not None:
        check_wave(canonical, wave)
    try:
        root = _object(json.loads(canonical.decode()), "manifest")
        if root.get("format") != FORMAT:
            raise ContractBroken(f"the manifest is not of the format {FORMAT}; use a newer client")
        manifest = _manifest(root)
        same = manifest.canonical() == canonical
    except (ValueError, OverflowError, RecursionError) as error:
        reason = "it nests too deeply" if isinstance(error, RecursionError) else _one_line(error)
        raise ContractBroken(f"the manifest cannot be read: {reason}") from None
    if not same:
        raise ContractBroken(
            "the manifest has an unknown field or is not in canonical form; do not answer it"
        )
    check_shape(manifest)
    return manifest


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:200]


def _manifest(root: dict[str, Any]) -> Manifest:
    survey = _part(root, "survey")
    keyholders = _part(root, "keyholders")
    return Manifest(
        survey_id=_typed(survey, "id", str),
        survey_version=_typed(survey, "version", str),
        title=_texts(survey, "title"),
        opens_at=_time(root, "opens_at"),
        closes_at=_time(root, "closes_at"),
        invited=_typed(root, "invited", int),
        retention_days=_typed(root, "retention_days", int),
        questions=_each(root, "questions", _question),
        attributes=_each(root, "attributes", _attribute),
        policy=_policy(_part(root, "policy")),
        hpke_public_key=_point(_part(root, "hpke")),
        issuer_public_key=_issuer(_part(root, "issuer")),
        receipt_public_key=_point(_part(root, "receipt")),
        release_public_key=_point(_part(root, "release")),
        keyholder_threshold=_typed(keyholders, "threshold", int),
        keyholder_count=_typed(keyholders, "count", int),
        pairing=_pairing(_part(root, "pairing")) if "pairing" in root else None,
    )


def _pairing(value: dict[str, Any]) -> Pairing:
    earlier = _optional(value, "earlier", str)
    return Pairing(
        id=bytes.fromhex(_typed(value, "id", str)),
        earlier=None if earlier is None else bytes.fromhex(earlier),
        carried_until=None if _present(value, "carried_until") is None else _time(value, "carried_until"),
        link_micro_rho=_typed(value, "link_micro_rho", int),
        micro_rho=_typed(value, "micro_rho", int),
        epsilon_presence=_number(value, "epsilon_presence"),
        epsilon_answers=_number(value, "epsilon_answers"),
        delta_gate=_number(value, "delta_gate"),
        measures=_each(value, "measures", _measure),
        by=_optional(value, "by", str),
    )


def _measure(value: dict[str, Any]) -> Measure:
    return Measure(question=_optional(value, "question", str), theme=_optional(value, "theme", str))


def _policy(value: dict[str, Any]) -> Policy:
    margins = _part(value, "margins")
    weights = _part(value, "weights")
    return Policy(
        k=_typed(value, "k", int),
        comment_k=_typed(value, "comment_k", int),
        micro_rho=_typed(value, "micro_rho", int),
        epsilon_presence=_number(value, "epsilon_presence"),
        epsilon_answers=_number(value, "epsilon_answers"),
        delta=_number(value, "delta"),
        delta_gate=_number(value, "delta_gate"),
        mechanism=_typed(value, "mechanism", str),
        tables=tuple(_strings(table, "tables") for table in _typed(value, "tables", list)),
        weights=Weights(*(_integers(weights, name) for name in ("counts", "tables", "questions"))),
        margins={name: _number(margins, name) for name in margins},
    )


def _question(value: dict[str, Any]) -> Question:
    kind = _typed(value, "type", str)
    if kind not in QUESTION_TYPES:
        raise ContractBroken("the manifest has a question of an unknown type; use a newer client")
    return Question(
        id=_typed(value, "id", str),
        type=cast(QuestionType, kind),
        text=_texts(value, "text"),
        options=_each(value, "options", _option) if kind in ("scale", "choice", "multiple") else (),
        favourable=_strings(_typed(value, "favourable", list), "favourable") if kind == "scale" else (),
        reverse=_typed(value, "reverse", bool),
        theme=_optional(value, "theme", str),
        max_bytes=_typed(value, "max_bytes", int) if kind == "text" else 0,
    )


def _attribute(value: dict[str, Any]) -> Attribute:
    source = _typed(value, "source", str)
    if source not in ("roster", "self"):
        raise ContractBroken("the manifest has an attribute of an unknown source; use a newer client")
    return Attribute(
        id=_typed(value, "id", str),
        text=_texts(value, "text"),
        levels=_each(value, "levels", _level),
        source="roster" if source == "roster" else "self",
        parent=_optional(value, "parent", str),
    )


def _level(value: dict[str, Any]) -> Option:
    return Option(
        id=_typed(value, "id", str),
        text=_texts(value, "text"),
        parent=_optional(value, "parent", str),
        invited=_optional(value, "invited", int),
        members=_strings(_typed(value, "members", list), "members"),
    )


def _option(value: dict[str, Any]) -> Option:
    return Option(id=_typed(value, "id", str), text=_texts(value, "text"))


def _object(value: Any, name: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise ValueError(f"{name} is not an object")
    return value


def _present(value: dict[str, Any], name: str) -> Any:
    if name not in value:
        raise ValueError(f"{name} is missing")
    return value[name]


def _typed(value: dict[str, Any], name: str, kind: type[T]) -> T:
    item = _present(value, name)
    if type(item) is not kind:  # an exact match, because a bool is an int
        raise ValueError(f"{name} is not of the type {kind.__name__}")
    return item


def _optional(value: dict[str, Any], name: str, kind: type[T]) -> T | None:
    return None if _present(value, name) is None else _typed(value, name, kind)


def _integers(value: dict[str, Any], name: str) -> tuple[int, ...]:
    items = _typed(value, name, list)
    if not all(type(item) is int for item in items):
        raise ValueError(f"{name} is not a list of whole numbers")
    return tuple(items)


def _number(value: dict[str, Any], name: str) -> float:
    item = _present(value, name)
    if type(item) not in (int, float):
        raise ValueError(f"{name} is not a number")
    return float(item)


def _part(value: dict[str, Any], name: str) -> dict[str, Any]:
    return _object(_present(value, name), name)


def _each(value: dict[str, Any], name: str, read: Callable[[dict[str, Any]], T]) -> tuple[T, ...]:
    return tuple(read(_object(item, name)) for item in _typed(value, name, list))


def _strings(items: Any, name: str) -> tuple[str, ...]:
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise ValueError(f"{name} is not a list of strings")
    return tuple(items)


def _texts(value: dict[str, Any], name: str) -> Texts:
    texts = _part(value, name)
    if not texts or not all(isinstance(text, str) for text in texts.values()):
        raise ValueError(f"{name} is not a text by language")
    return texts


def _time(value: dict[str, Any], name: str) -> datetime:
    return datetime.strptime(_typed(value, name, str), "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)


def _point(value: dict[str, Any]) -> bytes:
    point = unb64u(_typed(value, "public_key", str))
    try:
        public_key_of(point)
    except Refused as error:
        raise ValueError(f"a public key is {error}") from None
    return point


def _issuer(value: dict[str, Any]) -> bytes:
    spki = unb64u(_typed(value, "public_key", str))
    try:
        decode_public_key(spki)
    except Refused as error:
        raise ValueError(f"the issuer's key is {error}") from None
    return spki
