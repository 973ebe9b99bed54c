"""Valid envelopes of one benchmark wave, made by all cores. They live in a temporary folder alone."""

import os
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_der_private_key,
)

from privacy.answers import Response, encode, layout_of
from privacy.contract import Manifest, Policy, Weights
from privacy.receipt_code import new_receipt_code
from privacy.sealing import new_pseudonym, nonce_of, seal
from privacy.signatures import new_key, point_of
from privacy.survey import Attribute, Option, Question
from privacy.tokens import encode_public_key, token_input

PSS = padding.PSS(padding.MGF1(hashes.SHA384()), 48)
COMMENT_BYTES = 1340  # an envelope is then 2 KiB


def new_issuer() -> rsa.RSAPrivateKey:
    """The wave's issuer key. Unblinded signing gives the same tokens as blind signing, and sooner."""
    return rsa.generate_private_key(65537, 2048)


def manifest_for(issuer: rsa.RSAPrivateKey, receipt_public_key: bytes, invited: int) -> Manifest:
    """A wave of seven scale questions, a comment and three attributes, open for decades."""
    five = tuple(Option(str(i), {"en": str(i)}) for i in range(1, 6))
    questions = [
        Question(f"q{i}", "scale", {"en": "?"}, options=five, favourable=("4", "5")) for i in range(7)
    ]
    questions.append(Question("comment", "text", {"en": "?"}, max_bytes=COMMENT_BYTES))
    attributes = tuple(Attribute(f"a{i}", {"en": "?"}, five) for i in range(3))
    return Manifest(
        survey_id="benchmark",
        survey_version="1",
        title={"en": "Benchmark"},
        opens_at=datetime(2020, 1, 1, tzinfo=UTC),
        closes_at=datetime(2099, 1, 1, tzinfo=UTC),
        invited=invited,
        retention_days=30,
        questions=tuple(questions),
        attributes=attributes,
        policy=Policy(
            k=5,
            comment_k=10,
            micro_rho=10_000,
            epsilon_presence=1.0,
            epsilon_answers=1.0,
            delta=1e-6,
            delta_gate=1e-6,
            mechanism="benchmark",
            tables=((),),
            weights=Weights((1,), (1,), (1,)),
            margins={"scale": 0.5, "share": 10.0, "nps": 20.0},
        ),
        hpke_public_key=point_of(new_key()),
        issuer_public_key=encode_public_key(issuer.public_key().public_numbers().n),
        receipt_public_key=receipt_public_key,
        release_public_key=point_of(new_key()),
    )


def make_envelopes(manifest: Manifest, issuer: rsa.RSAPrivateKey, count: int) -> list[bytes]:
    """``count`` envelopes with a token each."""
    workers = os.cpu_count() or 1
    share = -(-count // workers)
    der = issuer.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    with ProcessPoolExecutor(workers, mp_context=get_context("fork")) as pool:
        parts = [pool.submit(_make, manifest, der, share) for _ in range(workers)]
        return [envelope for part in parts for envelope in part.result()][:count]


def _make(manifest: Manifest, der: bytes, count: int) -> list[bytes]:
    issuer = load_der_private_key(der, None)
    assert isinstance(issuer, rsa.RSAPrivateKey)
    plaintext = encode(layout_of(manifest), Response({"q1": 3, "comment": "It works."}, {"a1": 2}))
    wave, key_id, code = manifest.wave, manifest.token_key_id, new_receipt_code()
    envelopes = []
    for _ in range(count):
        pseudonym = new_pseudonym()
        signed = token_input(wave, nonce_of(wave, point_of(pseudonym)), key_id)
        token = signed + issuer.sign(signed, PSS, hashes.SHA384())
        envelopes.append(seal(manifest, token, pseudonym, code, 1, plaintext))
    return envelopes
