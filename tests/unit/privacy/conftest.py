"""A small wave with respondents who hold real tokens for it, a wave to make releases of, a definition."""

from collections.abc import Callable
from datetime import UTC, datetime
from types import SimpleNamespace

import pytest

from privacy import receipt_code, sealing, signatures, tokens
from privacy.answers import layout_of
from privacy.contract import Manifest, Policy, Weights
from privacy.issuing import BlindSigner
from privacy.survey import Attribute, Option, Question
from service.registrar.rsa import IssuerKey
from tests.unit.privacy.definition_data import Data, sound_definition
from tests.unit.privacy.release_wave import new_wave


def _options(count: int) -> tuple[Option, ...]:
    return tuple(
        Option(f"o{place}", {"en": f"Option {place}", "de": f"Möglichkeit {place}"}) for place in range(count)
    )


@pytest.fixture(scope="session")
def issuer_key() -> IssuerKey:
    """An issuer key of 2048 bits."""
    return IssuerKey.generate()


@pytest.fixture(scope="session")
def sealed_wave(issuer_key: IssuerKey) -> SimpleNamespace:
    """A wave: ``manifest``, ``layout``, ``signer``, ``verifier``, ``size`` of an envelope, private keys."""
    hpke, receipt, release = signatures.new_key(), signatures.new_key(), signatures.new_key()
    signer = BlindSigner(issuer_key)
    manifest = Manifest(
        survey_id="pulse",
        survey_version="3",
        title={"en": "Pulse", "de": "Puls"},
        opens_at=datetime(2026, 3, 2, 8, 0, tzinfo=UTC),
        closes_at=datetime(2026, 3, 9, 17, 30, tzinfo=UTC),
        invited=240,
        retention_days=365,
        questions=(
            Question(
                "safe",
                "scale",
                {"en": "I can speak up.", "de": "Ich kann offen reden."},
                _options(5),
                ("o3", "o4"),
            ),
            Question("comment", "text", {"en": "What else?", "de": "Was noch?"}, max_bytes=40),
            Question("where", "choice", {"en": "Where?", "de": "Wo?"}, _options(3), theme="place"),
            Question("which", "multiple", {"en": "Which?", "de": "Welche?"}, _options(10)),
            Question("recommend", "nps", {"en": "Recommend?", "de": "Empfehlen?"}),
        ),
        attributes=(
            Attribute("unit", {"en": "Unit", "de": "Einheit"}, _options(4), "roster"),
            Attribute("tenure", {"en": "Tenure", "de": "Dauer"}, _options(3)),
        ),
        policy=Policy(
            k=8,
            comment_k=20,
            micro_rho=35_000,
            epsilon_presence=1.25,
            epsilon_answers=2.0,
            delta=1e-6,
            delta_gate=1e-6,
            mechanism="test-1",
            tables=((), ("unit",), ("unit", "tenure")),
            weights=Weights((9, 8, 9), (3, 2, 1), (5, 4, 6, 7)),
            margins={"scale": 0.5, "share": 15.0, "nps": 30.0},
        ),
        hpke_public_key=signatures.point_of(hpke),
        issuer_public_key=signer.public_key,
        receipt_public_key=signatures.point_of(receipt),
        release_public_key=signatures.point_of(release),
    )
    layout = layout_of(manifest)
    return SimpleNamespace(
        manifest=manifest,
        wave=manifest.wave,
        layout=layout,
        size=sealing.envelope_size(layout),
        signer=signer,
        verifier=tokens.TokenVerifier(signer.public_key),
        hpke=hpke,
        receipt=receipt,
    )


@pytest.fixture(scope="session")
def new_respondent(sealed_wave: SimpleNamespace) -> Callable[[], SimpleNamespace]:
    """Makes a respondent with a ``token``, its ``pseudonym`` key and a receipt ``code``."""

    def make() -> SimpleNamespace:
        manifest = sealed_wave.manifest
        pseudonym = sealing.new_pseudonym()
        nonce = sealing.nonce_of(sealed_wave.wave, signatures.point_of(pseudonym))
        blinded = tokens.blind(
            manifest.issuer_public_key, tokens.token_input(sealed_wave.wave, nonce, manifest.token_key_id)
        )
        token = tokens.finalize(blinded, sealed_wave.signer.sign(blinded.message))
        return SimpleNamespace(token=token, pseudonym=pseudonym, code=receipt_code.new_receipt_code())

    return make


@pytest.fixture
def definition() -> Data:
    """A sound definition, for the test to change."""
    return sound_definition()


@pytest.fixture(scope="session")
def wave() -> SimpleNamespace:
    """A wave to make releases of; see ``release_wave.py``."""
    return new_wave()
