import subprocess
from pathlib import Path

import pytest
from Crypto.PublicKey import RSA

from privacy.errors import KeyUnusable
from service.registrar.rsa import IssuerKey


@pytest.fixture(scope="module")
def key() -> IssuerKey:
    return IssuerKey.generate()


def test_a_key_reads_back_from_its_pem_which_another_tool_finds_sound(key: IssuerKey, tmp_path: Path) -> None:
    again = IssuerKey.from_pem(key.to_pem())
    assert again.modulus == key.modulus
    assert again.private_operation(12345) == key.private_operation(12345)
    path = tmp_path / "issuer.pem"
    path.write_bytes(key.to_pem())
    subprocess.run(["openssl", "rsa", "-in", path, "-check", "-noout"], check=True, capture_output=True)


@pytest.mark.parametrize(
    "pem", [b"", b"nonsense", b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"]
)
def test_what_is_no_key_is_refused(pem: bytes) -> None:
    with pytest.raises(KeyUnusable):
        IssuerKey.from_pem(pem)


def test_a_public_key_or_one_of_another_size_or_exponent_is_refused(key: IssuerKey) -> None:
    public = RSA.construct((key.modulus, key.public_exponent))
    small = RSA.generate(1024)  # noqa: S505 - the fault under test
    for wrong in (public, small, RSA.generate(2048, e=3)):
        with pytest.raises(KeyUnusable, match="2048 bits"):
            IssuerKey(wrong)


def test_a_value_out_of_range_is_not_operated_on(key: IssuerKey) -> None:
    for value in (-1, key.modulus):
        with pytest.raises(ValueError, match="too large"):
            key.private_operation(value)


def test_the_text_form_shows_nothing_of_the_key(key: IssuerKey) -> None:
    assert f"{key!r} {key}" == "IssuerKey(...) IssuerKey(...)"
