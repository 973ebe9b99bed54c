import dataclasses
import json
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from privacy.canonical import b64u, canonical_json
from privacy.contract import manifest_value, wave_of
from privacy.errors import ContractBroken
from privacy.manifest_reader import read_manifest
from tests.survey_parts import hierarchy

Path = tuple[str | int, ...]


def _leaves(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    items = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else None
    )
    if items is None:
        yield path, value
        return
    for key, item in items:
        yield from _leaves(item, (*path, key))


def _objects(value: Any, path: Path = ()) -> Iterator[Path]:
    if isinstance(value, dict):
        yield path
    for key, item in value.items() if isinstance(value, dict) else enumerate(value):
        if isinstance(item, dict | list):
            yield from _objects(item, (*path, key))


def _at(value: Any, path: Path) -> Any:
    for key in path:
        value = value[key]
    return value


def _with(value: Any, path: Path, new: Any) -> Any:
    value = json.loads(json.dumps(value))
    _at(value, path[:-1])[path[-1]] = new
    return value


@pytest.fixture
def value(sealed_wave: SimpleNamespace) -> Any:
    return manifest_value(sealed_wave.manifest)


def _other(item: Any) -> Any:
    if isinstance(item, bool):
        return not item
    if isinstance(item, int | float):
        return item + 1
    return "x" if item is None else item + "x"


def test_a_manifest_reads_back_from_its_bytes(sealed_wave: SimpleNamespace) -> None:
    canonical = sealed_wave.manifest.canonical()
    assert read_manifest(canonical, sealed_wave.wave) == sealed_wave.manifest
    assert read_manifest(canonical).wave == sealed_wave.wave


def test_whatever_field_is_changed_the_wave_is_another_and_the_reader_refuses(
    sealed_wave: SimpleNamespace, value: Any
) -> None:
    seen = {sealed_wave.wave}
    for path, item in _leaves(value):
        changed = canonical_json(_with(value, path, _other(item)))
        assert wave_of(changed) not in seen, path
        seen.add(wave_of(changed))
        with pytest.raises(ContractBroken, match="does not hash"):
            read_manifest(changed, sealed_wave.wave)
    assert len(seen) > 100


def test_a_missing_field_is_refused_wherever_it_is_missing(value: Any) -> None:
    optional = {("title",), ("text",), ("margins",)}  # maps with free keys
    for path in _objects(value):
        if path[-1:] in optional:
            continue
        for name in _at(value, path):
            broken = json.loads(json.dumps(value))
            del _at(broken, path)[name]
            with pytest.raises(ContractBroken):
                read_manifest(canonical_json(broken))


def test_an_unknown_field_is_refused_wherever_it_stands(value: Any) -> None:
    for path in _objects(value):
        if path[-1:] in {("title",), ("text",), ("margins",)}:
            continue
        with pytest.raises(ContractBroken):
            read_manifest(canonical_json(_with(value, (*path, "extra"), 1)))


@pytest.mark.parametrize("wrong", [True, "1", 1.5, None, [], {}], ids=repr)
def test_a_field_of_another_type_is_refused(value: Any, wrong: Any) -> None:
    for path, item in _leaves(value):
        fits = type(wrong) is type(item) or {type(wrong), type(item)} <= {int, float}
        nullable = path[-1] == "theme"
        free_text = isinstance(wrong, str)
        if fits or free_text or (nullable and wrong is None):
            continue
        with pytest.raises(ContractBroken):
            read_manifest(canonical_json(_with(value, path, wrong)))


@pytest.mark.parametrize(
    "rewrite",
    [
        lambda canonical: canonical + b"\n",
        lambda canonical: b" " + canonical,
        lambda canonical: json.dumps(json.loads(canonical), indent=1).encode(),
        lambda canonical: canonical.replace(b'"invited":240', b'"invited":2.4e2'),
        lambda canonical: canonical.replace(b'"invited":240', b'"invited":240,"invited":240'),
        lambda canonical: canonical.replace(b'"reverse":false', b'"reverse":0'),
        lambda canonical: canonical.replace(b"Pulse", b"\\u0050ulse"),
        lambda canonical: canonical.replace(b"Pulse", b"\\ud800"),
        lambda canonical: canonical.replace(b"Pulse", b"\xff"),
        lambda canonical: canonical.replace(b"0.5", b"NaN"),
        lambda canonical: canonical.replace(b"1.25", b"1" + b"0" * 400),
        lambda canonical: canonical.replace(b"2026-03-02T08:00:00Z", b"2026-03-02T08:00:01Z"),
        lambda canonical: canonical.decode().encode("utf-16"),
        lambda _: b"[" * 100_000,
        lambda _: b"[]",
        lambda _: b"",
    ],
)
def test_bytes_that_are_not_canonical_are_refused(
    sealed_wave: SimpleNamespace, rewrite: Callable[[bytes], bytes]
) -> None:
    canonical = sealed_wave.manifest.canonical()
    assert rewrite(canonical) != canonical
    with pytest.raises(ContractBroken) as refusal:
        read_manifest(rewrite(canonical))
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(
    ("path", "new"),
    [
        (("format",), "sottovoce-manifest-2"),
        (("hpke", "kem"), 32),
        (("hpke", "aead"), 1),
        (("issuer", "token_type"), 1),
        (("hpke", "public_key"), b64u(b"\4" + bytes(64))),
        (("receipt", "public_key"), b64u(b"\4" + b"\1" * 64)),
        (("issuer", "public_key"), b64u(bytes(342))),
        (("questions", 0, "id"), "where"),
        (("questions", 0, "type"), "slider"),
        (("questions", 0, "options"), []),
        (("questions", 0, "favourable"), ["o9"]),
        (("questions", 1, "max_bytes"), 65536),
        (("questions", 1, "max_bytes"), 0),
        (("questions", 2, "options", 1, "id"), "o0"),
        (("attributes", 0, "id"), "tenure"),
        (("attributes", 0, "levels"), []),
        (("attributes", 0, "source"), "guess"),
        (("attributes", 0, "text"), {}),
        (("policy", "tables"), [["height"]]),
        (("policy", "tables"), [["unit", "unit"]]),
        (("policy", "k"), 0),
        (("keyholders", "threshold"), 2),
        (("invited",), -1),
        (("closes_at",), "2026-03-02T08:00:00Z"),
    ],
)
def test_a_manifest_that_cannot_be_kept_is_refused(value: Any, path: Path, new: Any) -> None:
    with pytest.raises(ContractBroken):
        read_manifest(canonical_json(_with(value, path, new)))


def test_more_options_than_a_byte_counts_are_refused(value: Any) -> None:
    options = [{"id": f"o{place}", "text": {"en": "x"}} for place in range(256)]
    levels = [{**option, "parent": None, "invited": None, "members": []} for option in options]
    for path, entries in ((("questions", 2, "options"), options), (("attributes", 0, "levels"), levels)):
        with pytest.raises(ContractBroken, match="one byte"):
            read_manifest(canonical_json(_with(value, path, entries)))


@pytest.fixture
def nested(sealed_wave: SimpleNamespace) -> Any:
    """The manifest's value with a hierarchy before its attributes."""
    steps = hierarchy(("division", [2]), ("department", [1, 2]), ("team", [2, 1, 1]))
    attributes = (*steps, *sealed_wave.manifest.attributes)
    return manifest_value(dataclasses.replace(sealed_wave.manifest, attributes=attributes))


def test_a_hierarchy_reads_back_from_its_bytes(nested: Any) -> None:
    manifest = read_manifest(canonical_json(nested))
    assert [attribute.parent for attribute in manifest.attributes] == [
        None,
        "division",
        "department",
        None,
        None,
    ]
    assert [level.parent for level in manifest.attributes[1].levels] == [
        "division-0",
        "division-1",
        "division-1",
    ]
    assert manifest_value(manifest) == nested


def _change(*path: str | int, new: Any) -> Callable[[Any], Any]:
    return lambda value: _with(value, ("attributes", *path), new)


@pytest.mark.parametrize(
    "change",
    [
        _change(1, "parent", new="team"),
        _change(1, "parent", new="nowhere"),
        _change(1, "parent", new=None),
        _change(0, "parent", new="unit"),
        _change(2, "parent", new="division"),
        _change(3, "parent", new="division"),
        _change(1, "levels", 0, "parent", new="division-1"),
        _change(1, "levels", 0, "parent", new="division-9"),
        _change(1, "levels", 0, "parent", new=None),
        _change(0, "levels", 0, "parent", new="division-1"),
        _change(3, "levels", 0, "parent", new="division-0"),
        _change(0, "levels", 0, "invited", new=-1),
        _change(0, "levels", 0, "members", new=["north", "north"]),
        _change(0, "levels", 0, "members", new=["division-1"]),
        lambda value: _with(value, ("attributes",), value["attributes"][1:]),
        lambda value: _with(value, ("attributes",), [*value["attributes"][1::-1], *value["attributes"][2:]]),
        lambda value: _with(
            value, ("attributes", 2, "levels"), sorted(value["attributes"][2]["levels"], key=_of_last)
        ),
        lambda value: _with(value, ("attributes", 1, "levels"), value["attributes"][1]["levels"][::-1]),
    ],
)
def test_a_hierarchy_that_does_not_nest_is_refused(nested: Any, change: Callable[[Any], Any]) -> None:
    with pytest.raises(ContractBroken, match="contradicts itself"):
        read_manifest(canonical_json(change(nested)))


def _of_last(level: Any) -> bool:
    return bool(level["id"].endswith("-0"))


@pytest.mark.parametrize("steps", [6, 7])
def test_a_hierarchy_of_more_than_six_steps_is_refused(sealed_wave: SimpleNamespace, steps: int) -> None:
    attributes = hierarchy(*((f"step-{step}", [1]) for step in range(steps)))
    manifest = dataclasses.replace(sealed_wave.manifest, attributes=attributes)
    policy = dataclasses.replace(manifest.policy, tables=((),))
    canonical = dataclasses.replace(manifest, policy=policy).canonical()
    if steps == 6:
        assert read_manifest(canonical).attributes == attributes
    else:
        with pytest.raises(ContractBroken, match="6 are the most"):
            read_manifest(canonical)


def test_255_levels_beneath_one_parent_fit_and_256_do_not(nested: Any) -> None:
    for number, fits in ((255, True), (256, False)):
        team = nested["attributes"][2]["levels"][0]
        teams = [{**team, "id": f"t{place}"} for place in range(number)]
        levels = [*teams, *nested["attributes"][2]["levels"][2:]]
        canonical = canonical_json(_with(nested, ("attributes", 2, "levels"), levels))
        if fits:
            assert len(read_manifest(canonical).attributes[2].levels) == 257
        else:
            with pytest.raises(ContractBroken, match="one byte"):
                read_manifest(canonical)
