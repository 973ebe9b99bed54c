"""Authenticator codes on the vectors of RFC 6238, the QR code, and recovery codes."""

import re
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest

from service.accounts.second_factor import (
    accepted_step,
    new_recovery_codes,
    provisioning_uri,
    qr_svg,
    readable_secret,
    recovery_digest,
    totp_secret,
)

SECRET = b"12345678901234567890"


@pytest.mark.parametrize(  # appendix B, the last six of eight digits
    ("time", "code"), [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (2000000000, "279037")]
)
def test_codes_are_those_of_the_standard(time: int, code: str) -> None:
    now = datetime.fromtimestamp(time, UTC)
    assert accepted_step(SECRET, f"{code[:3]} {code[3:]}", now) == time // 30
    assert accepted_step(SECRET, code[:-1], now) is None
    assert accepted_step(b"another secret......", code, now) is None


@pytest.mark.parametrize(("later", "accepted"), [(-60, False), (-30, True), (30, True), (60, False)])
def test_a_clock_may_be_off_by_one_step(later: int, accepted: bool) -> None:
    now = datetime.fromtimestamp(1234567890 + later, UTC)
    assert (accepted_step(SECRET, "005924", now) is not None) == accepted


@pytest.mark.parametrize("typed", ["", " ", "\x00", "\ud800", "００５９２４", "x" * 1000])
def test_what_is_no_code_is_refused(typed: str) -> None:
    assert accepted_step(SECRET, typed, datetime.fromtimestamp(1234567890, UTC)) is None


def test_the_address_in_the_qr_code_has_the_secret_that_is_shown_as_text() -> None:
    address = urlsplit(provisioning_uri(SECRET, "ada@example.org"))
    assert parse_qs(address.query)["secret"] == [readable_secret(SECRET).replace("-", "")]
    assert address.scheme == "otpauth"


def test_the_qr_code_keeps_the_policy_of_pages() -> None:
    svg = qr_svg(provisioning_uri(SECRET, '"><script>alert(1)</script>@example.org'))
    assert svg.startswith("<svg ")
    assert not re.search(r"style|script|href|\son", svg)


def test_a_secret_belongs_to_its_link_and_installation() -> None:
    secrets = {totp_secret(key, token) for key in (b"k" * 32, b"l" * 32) for token in ("a", "b")}
    assert {len(secret) for secret in secrets} == {20}
    assert len(secrets) == 4


def test_recovery_codes_differ_and_are_read_however_they_are_typed() -> None:
    codes = new_recovery_codes()
    assert len(set(codes)) == 10
    assert recovery_digest(codes[0]) == recovery_digest(f" {codes[0].upper().replace('-', ' ')} ")
    assert recovery_digest(codes[0]) != recovery_digest(codes[1])
