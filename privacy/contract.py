"""The wave manifest: the privacy contract, frozen when a wave opens, and its hash.

The hash of the canonical bytes names the wave; a client computes it itself and refuses a manifest that does
not hash to the name it was invited under. So nothing in it can change afterwards: another promise is another
wave.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from privacy.canonical import b64u, canonical_json
from privacy.errors import ContractBroken
from privacy.survey import Attribute, Option, Question, Survey, Texts

FORMAT = "sottovoce-manifest-1"
HPKE_SUITE = {"kem": 16, "kdf": 1, "aead": 2}  # DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM
TOKEN_TYPE = 2  # RFC 9578: blind RSA, 2048 bit, publicly verifiable
POINT_SIZE = 65  # an uncompressed P-256 point


@dataclass(frozen=True, slots=True)
class Weights:
    """The integers that sums are multiplied by before the noise is added, so the shares of its precision.

    In table t the count is multiplied by ``counts[t]``, the features of question q (texts left out) by
    ``tables[t] * questions[q]``.
    """

    counts: tuple[int, ...]
    tables: tuple[int, ...]
    questions: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """What a release may say.

    ``k`` and ``comment_k`` are numbers of respondents; ``micro_rho`` is the privacy loss in millionths of
    rho (zCDP, presence relation); the epsilons are what it comes to at ``delta``; ``delta_gate`` is what the
    exact threshold test may add. ``tables`` lists the attribute ids of each table, ``()`` being the whole.
    ``margins`` are the widest 90 % margins that are shown: ``scale`` on a five-point scale, ``share`` and
    ``nps`` in points.
    """

    k: int
    comment_k: int
    micro_rho: int
    epsilon_presence: float
    epsilon_answers: float
    delta: float
    delta_gate: float
    mechanism: str
    tables: tuple[tuple[str, ...], ...]
    weights: Weights
    margins: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Measure:
    """What is compared between two waves: the mean of a question, of a theme, or of all scale questions."""

    question: str | None
    theme: str | None


@dataclass(frozen=True, slots=True)
class Pairing:
    """What a wave promises on comparing a person's answers with those of another wave, without identity.

    ``id`` (16 bytes) is the same in all waves of one chain. ``earlier`` is the wave (32 bytes) whose answers
    those of this one are paired with; ``carried_until`` says until when what is needed of them is kept,
    sealed, for a later wave. ``link_micro_rho`` is what one paired release costs one response, ``micro_rho``
    what this wave is charged for all of it; the epsilons are of the whole wave, at the policy's delta.
    ``by`` is the attribute whose groups are told apart.
    """

    id: bytes
    earlier: bytes | None
    carried_until: datetime | None
    link_micro_rho: int
    micro_rho: int
    epsilon_presence: float
    epsilon_answers: float
    delta_gate: float
    measures: tuple[Measure, ...]
    by: str | None

    @property
    def links(self) -> int:
        """The number of paired releases that the wave can be part of: 0, 1 or 2."""
        return (self.earlier is not None) + (self.carried_until is not None)


@dataclass(frozen=True, slots=True)
class Manifest:
    """The contract of one wave. Times are UTC and whole minutes; public keys are P-256 points of 65 bytes.

    ``issuer_public_key`` is the RSASSA-PSS SubjectPublicKeyInfo of RFC 9578 section 8.2.2.
    """

    survey_id: str
    survey_version: str
    title: Texts
    opens_at: datetime
    closes_at: datetime
    invited: int
    retention_days: int
    questions: tuple[Question, ...]
    attributes: tuple[Attribute, ...]
    policy: Policy
    hpke_public_key: bytes
    issuer_public_key: bytes
    receipt_public_key: bytes
    release_public_key: bytes
    keyholder_threshold: int = 1
    keyholder_count: int = 1
    pairing: Pairing | None = None

    def __post_init__(self) -> None:
        for name in ("hpke_public_key", "receipt_public_key", "release_public_key"):
            point = getattr(self, name)
            if len(point) != POINT_SIZE or point[0] != 4:
                raise ValueError(f"{name} is not an uncompressed P-256 point")
        if self.closes_at <= self.opens_at:
            raise ValueError("a wave closes after it opens")

    def canonical(self) -> bytes:
        """The exact bytes that are published and hashed."""
        return canonical_json(manifest_value(self))

    @property
    def micro_rho(self) -> int:
        """What the wave costs everybody it invites, in millionths of rho."""
        return self.policy.micro_rho + (0 if self.pairing is None else self.pairing.micro_rho)

    @property
    def wave(self) -> bytes:
        """SHA-256 of the canonical bytes: the wave's name, 32 bytes."""
        return hashlib.sha256(self.canonical()).digest()

    @property
    def token_key_id(self) -> bytes:
        """SHA-256 of the issuer public key, 32 bytes."""
        return hashlib.sha256(self.issuer_public_key).digest()

    @property
    def survey(self) -> Survey:
        """The part of the survey that the manifest carries."""
        return Survey(
            id=self.survey_id,
            version=self.survey_version,
            title=self.title,
            languages=tuple(self.title),
            questions=self.questions,
            attributes=self.attributes,
        )


def manifest_value(manifest: Manifest) -> dict[str, Any]:
    """The manifest as the JSON value of docs/protocol.md."""
    policy = manifest.policy
    pairing = {} if manifest.pairing is None else {"pairing": _pairing(manifest.pairing)}
    return {
        **pairing,
        "format": FORMAT,
        "survey": {
            "id": manifest.survey_id,
            "version": manifest.survey_version,
            "title": dict(manifest.title),
        },
        "opens_at": minute(manifest.opens_at),
        "closes_at": minute(manifest.closes_at),
        "invited": manifest.invited,
        "retention_days": manifest.retention_days,
        "questions": [_question(question) for question in manifest.questions],
        "attributes": [
            {
                "id": attribute.id,
                "text": dict(attribute.text),
                "levels": [_level(level) for level in attribute.levels],
                "source": attribute.source,
                "parent": attribute.parent,
            }
            for attribute in manifest.attributes
        ],
        "policy": {
            "k": policy.k,
            "comment_k": policy.comment_k,
            "micro_rho": policy.micro_rho,
            "epsilon_presence": policy.epsilon_presence,
            "epsilon_answers": policy.epsilon_answers,
            "delta": policy.delta,
            "delta_gate": policy.delta_gate,
            "mechanism": policy.mechanism,
            "tables": [list(table) for table in policy.tables],
            "weights": {
                "counts": list(policy.weights.counts),
                "tables": list(policy.weights.tables),
                "questions": list(policy.weights.questions),
            },
            "margins": dict(policy.margins),
        },
        "hpke": {**HPKE_SUITE, "public_key": b64u(manifest.hpke_public_key)},
        "issuer": {"token_type": TOKEN_TYPE, "public_key": b64u(manifest.issuer_public_key)},
        "receipt": {"public_key": b64u(manifest.receipt_public_key)},
        "release": {"public_key": b64u(manifest.release_public_key)},
        "keyholders": {"threshold": manifest.keyholder_threshold, "count": manifest.keyholder_count},
    }


def _pairing(pairing: Pairing) -> dict[str, Any]:
    return {
        "id": pairing.id.hex(),
        "earlier": None if pairing.earlier is None else pairing.earlier.hex(),
        "carried_until": None if pairing.carried_until is None else minute(pairing.carried_until),
        "link_micro_rho": pairing.link_micro_rho,
        "micro_rho": pairing.micro_rho,
        "epsilon_presence": pairing.epsilon_presence,
        "epsilon_answers": pairing.epsilon_answers,
        "delta_gate": pairing.delta_gate,
        "measures": [{"question": one.question, "theme": one.theme} for one in pairing.measures],
        "by": pairing.by,
    }


def _options(options: tuple[Option, ...]) -> list[dict[str, Any]]:
    return [{"id": option.id, "text": dict(option.text)} for option in options]


def _level(level: Option) -> dict[str, Any]:
    return {
        "id": level.id,
        "text": dict(level.text),
        "parent": level.parent,
        "invited": level.invited,
        "members": list(level.members),
    }


def _question(question: Question) -> dict[str, Any]:
    value: dict[str, Any] = {
        "id": question.id,
        "type": question.type,
        "text": dict(question.text),
        "reverse": question.reverse,
        "theme": question.theme,
    }
    if question.type in ("scale", "choice", "multiple"):
        value["options"] = _options(question.options)
    if question.type == "scale":
        value["favourable"] = list(question.favourable)
    if question.type == "text":
        value["max_bytes"] = question.max_bytes
    return value


def minute(moment: datetime) -> str:
    """RFC 3339 in UTC. Raises ValueError unless ``moment`` is aware and a whole minute."""
    if moment.tzinfo is None:
        raise ValueError("a time without a zone")
    moment = moment.astimezone(UTC)
    if moment.second or moment.microsecond:
        raise ValueError("not a whole minute")
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def wave_of(canonical: bytes) -> bytes:
    """The wave that these manifest bytes name."""
    return hashlib.sha256(canonical).digest()


def check_wave(canonical: bytes, wave: bytes) -> None:
    """Raises ContractBroken unless the bytes hash to ``wave``."""
    if wave_of(canonical) != wave:
        raise ContractBroken("the manifest does not hash to the wave it was offered for; do not answer it")
