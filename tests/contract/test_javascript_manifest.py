"""The browser reads and refuses the same manifests as Python."""

import dataclasses
import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from privacy.canonical import b64u, canonical_json
from privacy.contract import Measure, Pairing, manifest_value, wave_of
from privacy.errors import ContractBroken
from privacy.manifest_reader import read_manifest
from privacy.survey import Attribute, Question
from tests.contract.conftest import Call, Thrown, thrown_by
from tests.survey_parts import attribute, choice, hierarchy, multiple, options

PAIRING = Pairing(
    id=bytes(range(16)),
    earlier=bytes(range(32)),
    carried_until=datetime(2027, 5, 1, tzinfo=UTC),
    link_micro_rho=1000,
    micro_rho=4000,
    epsilon_presence=1.5,
    epsilon_answers=2.5,
    delta_gate=1e-6,
    measures=(Measure("safe", None), Measure(None, "place"), Measure(None, None)),
    by="unit",
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        yield (*path, key)
        if isinstance(item, dict | list):
            yield from _places(item, (*path, key))


def _changes(value: Any) -> Iterator[Any]:
    """The value with one thing changed, left out or put in, for every place in it."""

    def changed(path: tuple[Any, ...], change: Callable[[Any, Any], None]) -> Any:
        copy = json.loads(json.dumps(value))
        target = copy
        for key in path[:-1]:
            target = target[key]
        change(target, path[-1])
        return copy

    new: list[Any] = [
        None,
        True,
        0,
        -1,
        1,
        1.5,
        65536,
        "",
        "x",
        "unit",
        "o1",
        [],
        ["x"],
        {},
        {"en": "x"},
        {"x": 1},
    ]
    for path in _places(value):
        yield changed(path, lambda target, key: target.pop(key))
        yield changed(
            path, lambda target, key: target.insert(key, target[key]) if isinstance(target, list) else None
        )
        yield changed(path, lambda target, key: target.update(extra=1) if isinstance(target, dict) else None)
        for one in new:
            yield changed(path, lambda target, key, one=one: target.__setitem__(key, one))


def _python_reads(data: bytes) -> bool:
    try:
        read_manifest(data, wave_of(data))
    except ContractBroken:
        return False
    return True


def _javascript_reads(javascript: Call, data: bytes) -> bool:
    thrown = thrown_by(javascript, "readManifest", data, wave_of(data))
    assert thrown in (None, ("ManifestBroken", []))
    return thrown is None


@pytest.mark.parametrize("paired", [False, True], ids=["alone", "paired"])
def test_both_read_and_refuse_the_same_manifests(
    javascript: Call, sealed_wave: SimpleNamespace, paired: bool
) -> None:
    policy = dataclasses.replace(sealed_wave.manifest.policy, tables=((), ("unit", "team")))
    manifest = dataclasses.replace(
        sealed_wave.manifest,
        title={"en": "Pulse"},
        questions=(
            Question("safe", "scale", {"en": "?"}, options(2), ("o1",), reverse=True, theme="place"),
            Question("which", "multiple", {"en": "?"}, options(2)),
            Question("recommend", "nps", {"en": "?"}),
            Question("comment", "text", {"en": "?"}, max_bytes=40),
        ),
        attributes=(attribute("unit", 2), *hierarchy(("division", [2]), ("team", [2, 1]))),
        policy=policy,
        pairing=PAIRING if paired else None,
    )
    whole = manifest_value(manifest)
    assert _python_reads(canonical_json(whole))
    changed = (
        ({**whole, "pairing": part} for part in _changes(whole["pairing"])) if paired else _changes(whole)
    )
    readable = 0
    for value in changed:
        data = canonical_json(value)
        reads = _python_reads(data)
        assert _javascript_reads(javascript, data) == reads, data.decode()
        readable += reads
    assert readable > (10 if paired else 100)


@pytest.mark.parametrize(
    "change",
    [
        None,
        [],
        {"earlier": None, "carried_until": None},
        {"id": "0" * 31},
        {"id": "A" * 32},
        {"earlier": ""},
        {"earlier": "0" * 62},
        {"carried_until": "2026-03-09T17:30:00Z"},
        {"carried_until": "2026-05-01T00:00:30Z"},
        {"measures": [{"question": "safe", "theme": "place"}]},
        {"measures": [{"question": None}]},
        {"by": "team"},
        {"micro_rho": 0},
    ],
    ids=str,
)
def test_a_pairing_that_cannot_be_is_refused_by_both(
    javascript: Call, sealed_wave: SimpleNamespace, change: Any
) -> None:
    question = Question("safe", "scale", {"en": "?"}, options(2), ("o1",), theme="place")
    manifest = dataclasses.replace(
        sealed_wave.manifest,
        questions=(question,),
        attributes=(attribute("unit", 2), *hierarchy(("division", [2]), ("team", [2, 1]))),
        policy=dataclasses.replace(sealed_wave.manifest.policy, tables=((),)),
        pairing=dataclasses.replace(PAIRING, measures=(Measure("safe", None),)),
    )
    value = manifest_value(manifest)
    assert _python_reads(canonical_json(value))
    assert _javascript_reads(javascript, canonical_json(value))
    value["pairing"] = {**value["pairing"], **change} if isinstance(change, dict) else change
    data = canonical_json(value)
    assert not _python_reads(data)
    assert not _javascript_reads(javascript, data)


def test_a_manifest_with_another_key_or_form_is_refused(
    javascript: Call, sealed_wave: SimpleNamespace
) -> None:
    data = sealed_wave.manifest.canonical()
    value = manifest_value(sealed_wave.manifest)
    off_curve = b64u(b"\4" + b"\1" * 64)
    wrong = [
        data[:-1],
        data + b"\n",
        b"\xef\xbb\xbf" + data,
        data.replace(b"Pulse", b"Puls\xff"),
        json.dumps(value, separators=(",", ":"), ensure_ascii=False).encode(),
        data.replace(b'"aead":2', b'"aead":2,"aead":2'),
        data.replace(b'"aead":2,"kdf":1', b'"kdf":1,"aead":2'),
        data.replace(b'"invited":240', b'"invited":240.0'),
        b"",
        b"null",
        b"[]",
    ]
    for name in ("hpke", "receipt", "release", "issuer"):
        for key in (off_curve, "", "!", value[name]["public_key"] + "=", value["issuer"]["public_key"][:-4]):
            wrong.append(canonical_json({**value, name: {**value[name], "public_key": key}}))
    for one in wrong:
        assert not _python_reads(one)
        assert not _javascript_reads(javascript, one)
    assert _javascript_reads(javascript, data)


def test_the_limits_of_a_manifest_are_the_same(javascript: Call, sealed_wave: SimpleNamespace) -> None:
    value = manifest_value(dataclasses.replace(sealed_wave.manifest, questions=(), attributes=()))
    value["policy"]["tables"] = [[]]

    def with_parts(questions: Sequence[Question] = (), attributes: Sequence[Attribute] = ()) -> Any:
        parts = dataclasses.replace(
            sealed_wave.manifest, questions=tuple(questions), attributes=tuple(attributes)
        )
        whole = manifest_value(parts)
        return {**value, "questions": whole["questions"], "attributes": whole["attributes"]}

    steps = [(f"step-{step}", [1]) for step in range(7)]
    opens_at = value["opens_at"]
    for sound, broken in (
        (with_parts([choice("q", 255)]), with_parts([choice("q", 256)])),
        (with_parts([multiple("q", 300)]), with_parts([multiple("q", 0)])),
        (with_parts([_text(65535)]), with_parts([_text(65536)])),
        (with_parts((), [attribute("a", 255)]), with_parts((), [attribute("a", 256)])),
        (with_parts((), hierarchy(*steps[:6])), with_parts((), hierarchy(*steps))),
        (
            with_parts((), hierarchy(("a", [2]), ("b", [255, 255]))),
            with_parts((), hierarchy(("a", [2]), ("b", [1, 256]))),
        ),
        ({**value, "closes_at": opens_at.replace("08:00", "08:01")}, {**value, "closes_at": opens_at}),
        ({**value, "closes_at": "2028-02-29T08:00:00Z"}, {**value, "closes_at": "2027-02-29T08:00:00Z"}),
        ({**value, "closes_at": "2027-02-28T23:59:00Z"}, {**value, "closes_at": "2027-02-28T24:00:00Z"}),
    ):
        for one, reads in ((sound, True), (broken, False)):
            data = canonical_json(one)
            assert _python_reads(data) == _javascript_reads(javascript, data) == reads, data[:3000]


def _text(max_bytes: int) -> Question:
    return Question("q", "text", {"en": "?"}, max_bytes=max_bytes)


def test_a_manifest_that_is_not_the_links_is_refused(javascript: Call, sealed_wave: SimpleNamespace) -> None:
    data, wave = sealed_wave.manifest.canonical(), sealed_wave.wave.hex()
    for other, name in (
        (data.replace(b"240", b"241"), wave),
        (data, "00" * 32),
        (data, wave[:-2]),
        (data, wave.upper()),
    ):
        with pytest.raises(Thrown):
            javascript("readManifest", other, name)
