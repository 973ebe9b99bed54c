"""A wave in the stores and real sealed responses to it; the issuer's key stands in for its registrar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from privacy import answers, sealing, signatures
from privacy.contract import Manifest
from privacy.plan import make_policy
from privacy.receipt_code import new_receipt_code
from privacy.release import verify_release
from privacy.survey import Attribute, Option, Question
from privacy.tokens import INPUT_SIZE, TokenVerifier, encode_public_key, token_input
from service.store import arrivals, box, releases, waves
from service.store.unit_of_work import reading, unit_of_work
from service.tally.keyring import Keyring

DAY = date(2026, 3, 1)
OPENS, CLOSES = "2026-03-01T08:00:00Z", "2026-03-08T08:00:00Z"


def options(*names: str) -> tuple[Option, ...]:
    return tuple(Option(name, {"en": name}) for name in names)


QUESTIONS = (
    Question("safe", "scale", {"en": "Safe?"}, options(*"12345"), favourable=("4", "5")),
    Question("place", "choice", {"en": "Where?"}, options("home", "office", "both")),
    Question("helps", "multiple", {"en": "What helps?"}, options(*"abcdefghij")),
    Question("recommend", "nps", {"en": "Recommend?"}),
    Question("why", "text", {"en": "Why?"}, max_bytes=60),
    Question("wish", "text", {"en": "What do you wish for?"}, max_bytes=40),
)
ATTRIBUTES = (Attribute("team", {"en": "Team"}, options("blue", "green", "red")),)


@dataclass(frozen=True)
class Respondents:
    """Those who answer a wave. The issuer's key stands in for its registrar."""

    manifest: Manifest
    issuer: rsa.RSAPrivateKey

    @property
    def layout(self) -> answers.Layout:
        return answers.layout_of(self.manifest)

    def answer(self, **given: Any) -> bytes:
        """The plaintext of a valid response: question ids with answers, ``team`` with a level, a ``tag``."""
        team, tag = given.pop("team", None), given.pop("tag", None)
        return answers.encode(self.layout, answers.Response(given, {"team": team}, tag))

    def plaintexts(self, people: int) -> list[bytes]:
        """What so many people answer, each with a comment of their own."""
        return [
            self.answer(
                safe=person % 5,
                place=person % 3,
                helps=frozenset({person % 10, 3}),
                recommend=person % 11,
                why=f"comment of person {person:03d}",
                team=person % 3,
            )
            for person in range(people)
        ]

    def envelope(self, plaintext: bytes, sealed_to: bytes | None = None) -> bytes:
        """An envelope of any plaintext of the right size, sealed to the wave's key or to another point."""
        pseudonym = sealing.new_pseudonym()
        token = self._token(signatures.point_of(pseudonym))
        sealed = sealing.seal(self.manifest, token, pseudonym, new_receipt_code(), 1, plaintext)
        if sealed_to is None:
            return sealed
        info = sealing.response_info(self.manifest.wave, sealing.nullifier_of(token[:INPUT_SIZE]))
        recipient = signatures.public_key_of(sealed_to)
        return self.signed_again(
            sealed[: sealing.ENC_OFFSET] + sealing.SUITE.encrypt(plaintext, recipient, info), pseudonym
        )

    def broken_envelope(self) -> bytes:
        """An envelope that is in order but for a ciphertext that nobody made with HPKE."""
        pseudonym = sealing.new_pseudonym()
        token = self._token(signatures.point_of(pseudonym))
        blank = bytes(self.layout.size)
        sealed = sealing.seal(self.manifest, token, pseudonym, new_receipt_code(), 1, blank)
        end = len(sealed) - signatures.SIGNATURE_SIZE
        return self.signed_again(sealed[: sealing.ENC_OFFSET] + bytes(end - sealing.ENC_OFFSET), pseudonym)

    @staticmethod
    def signed_again(body: bytes, pseudonym: ec.EllipticCurvePrivateKey) -> bytes:
        return body + signatures.sign(pseudonym, body)

    def _token(self, point: bytes) -> bytes:
        # What a respondent would unblind: a PSS signature is the same, blind or not.
        nonce = sealing.nonce_of(self.manifest.wave, point)
        message = token_input(self.manifest.wave, nonce, self.manifest.token_key_id)
        scheme = padding.PSS(mgf=padding.MGF1(hashes.SHA384()), salt_length=48)
        return message + self.issuer.sign(message, scheme, hashes.SHA384())


@dataclass(frozen=True)
class Wave:
    """A wave in the stores."""

    id: str
    key_id: str
    people: Respondents
    engines: SimpleNamespace
    keyring: Keyring

    @property
    def manifest(self) -> Manifest:
        return self.people.manifest

    @property
    def key_file(self) -> Path:
        return self.keyring.path_of(self.key_id)

    def put(self, envelopes: Sequence[bytes]) -> None:
        """Store envelopes as the collector does."""
        verifier = TokenVerifier(self.manifest.issuer_public_key)
        size = sealing.envelope_size(self.people.layout)
        wave = self.manifest.wave
        group = []
        for envelope in envelopes:
            found = sealing.verify(envelope, wave, verifier, size)
            group.append(arrivals.Arrival(wave, found.nullifier, found.locator, found.sequence, envelope))
        assert set(arrivals.store(self.engines.box, group)) <= {arrivals.Outcome.STORED}

    def close(self, issued: int | None = None, closed_at: str = CLOSES) -> None:
        """Close the box, then the wave."""
        closed = box.close_wave(self.engines.box, self.manifest.wave)
        with unit_of_work(self.engines.main) as tx:
            row = waves.find(tx, self.id)
            issued = closed.responses if issued is None else issued
            board = {"root": closed.root, "responses": closed.responses, "issued": issued}
            waves.mark_closed(tx, row, closed_at=closed_at, **board)

    def release(self) -> bytes:
        """The release as it was published."""
        with reading(self.engines.main) as tx:
            content = releases.release_of(tx, self.id)
        assert content is not None
        return content

    def verified_release(self) -> dict[str, Any]:
        """What the release holds, verified under the wave's contract."""
        return verify_release(self.release(), self.manifest)


def a_manifest(
    number: int,
    issuer: rsa.RSAPrivateKey,
    *,
    hpke: bytes,
    release: bytes,
    invited: int = 60,
    k: int = 5,
    comment_k: int = 4,
    epsilon: float = 4.0,
) -> Manifest:
    tables = [(), ("team",)]
    return Manifest(
        survey_id=f"pulse-{number}",
        survey_version="1",
        title={"en": f"Pulse {number}"},
        opens_at=datetime(2026, 3, 1, 8, tzinfo=UTC),
        closes_at=datetime(2026, 3, 8, 8, tzinfo=UTC),
        invited=invited,
        retention_days=90,
        questions=QUESTIONS,
        attributes=ATTRIBUTES,
        policy=make_policy(
            QUESTIONS, ATTRIBUTES, tables, epsilon=epsilon, k=min(k, comment_k), comment_k=comment_k
        ),
        hpke_public_key=hpke,
        issuer_public_key=encode_public_key(issuer.public_key().public_numbers().n),
        receipt_public_key=signatures.point_of(signatures.new_key()),
        release_public_key=release,
    )
