import dataclasses
import hashlib
from datetime import UTC, datetime, timedelta, timezone
from types import SimpleNamespace

import pytest
import rfc8785

from privacy.contract import check_wave, manifest_value, minute, wave_of
from privacy.errors import ContractBroken


def test_the_wave_is_the_hash_of_independently_made_canonical_json(sealed_wave: SimpleNamespace) -> None:
    canonical = rfc8785.dumps(manifest_value(sealed_wave.manifest))
    assert sealed_wave.manifest.canonical() == canonical
    assert sealed_wave.wave == hashlib.sha256(canonical).digest() == wave_of(canonical)
    check_wave(canonical, sealed_wave.wave)


def test_a_manifest_of_another_hash_is_refused(sealed_wave: SimpleNamespace) -> None:
    with pytest.raises(ContractBroken):
        check_wave(sealed_wave.manifest.canonical() + b" ", sealed_wave.wave)


def test_every_promise_of_the_policy_is_in_the_manifest(sealed_wave: SimpleNamespace) -> None:
    promised = manifest_value(sealed_wave.manifest)["policy"]
    assert promised == {
        **dataclasses.asdict(sealed_wave.manifest.policy),
        "tables": [[], ["unit"], ["unit", "tenure"]],
        "weights": {"counts": [9, 8, 9], "tables": [3, 2, 1], "questions": [5, 4, 6, 7]},
    }


def test_the_token_key_id_is_the_hash_of_the_issuer_key(sealed_wave: SimpleNamespace) -> None:
    manifest = sealed_wave.manifest
    assert manifest.token_key_id == hashlib.sha256(manifest.issuer_public_key).digest()


@pytest.mark.parametrize("name", ["hpke_public_key", "receipt_public_key", "release_public_key"])
@pytest.mark.parametrize("point", [b"", b"\x02" + bytes(64), b"\x04" + bytes(63)])
def test_a_manifest_takes_uncompressed_points_alone(
    sealed_wave: SimpleNamespace, name: str, point: bytes
) -> None:
    with pytest.raises(ValueError, match=name):
        dataclasses.replace(sealed_wave.manifest, **{name: point})


def test_a_wave_cannot_close_before_it_opens(sealed_wave: SimpleNamespace) -> None:
    with pytest.raises(ValueError, match="closes after it opens"):
        dataclasses.replace(sealed_wave.manifest, closes_at=sealed_wave.manifest.opens_at)


def test_times_are_written_in_utc_and_whole_minutes() -> None:
    berlin = timezone(timedelta(hours=1))
    assert minute(datetime(2026, 3, 2, 9, 30, tzinfo=berlin)) == "2026-03-02T08:30:00Z"
    with pytest.raises(ValueError, match="whole minute"):
        minute(datetime(2026, 3, 2, 9, 30, 1, tzinfo=UTC))
    with pytest.raises(ValueError, match="zone"):
        minute(datetime(2026, 3, 2, 9, 30))  # noqa: DTZ001 - the fault under test
