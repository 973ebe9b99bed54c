"""Two waves that are paired, through the real tally: what is kept between them and for how long."""

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import cycle
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import inspect

from privacy.contract import Manifest, Measure
from privacy.errors import KeyUnusable
from privacy.pairing import make_pairing
from privacy.program_code import new_program_code, tag_of
from service.errors import Conflict
from service.store import carried
from service.store.unit_of_work import reading
from service.tally.run import Tally, run
from service.tally.watch import Watcher
from tests.integration.tally.sealed_waves import Wave

PAIRING_ID = bytes(range(16))
PEOPLE = 40
UNTIL = datetime(2100, 1, 1, tzinfo=UTC)


def _pairing(manifest: Manifest, earlier: bytes | None, until: datetime | None) -> Manifest:
    pairing = make_pairing(
        manifest.questions,
        manifest.attributes,
        manifest.policy,
        pairing_id=PAIRING_ID,
        measures=[Measure("safe", None)],
        epsilon=6.0,
        earlier=earlier,
        carried_until=until,
    )
    return replace(manifest, pairing=pairing)


@dataclass(frozen=True)
class Chain:
    """Makes waves that are paired with each other, answered by the same people."""

    open_wave: Callable[..., Wave]
    codes: Sequence[str]
    days: Iterator[int] = field(default_factory=lambda: cycle(range(60)))

    def wave(
        self,
        earlier: Wave | None = None,
        *,
        until: datetime | None = None,
        safe: int = 1,
        codes: Sequence[str | None] | None = None,
    ) -> Wave:
        """A closed wave; each code's person answers ``safe``, None standing for one without a code."""
        wave = self.open_wave(
            pair=lambda manifest: _pairing(manifest, earlier and earlier.manifest.wave, until),
            invited=100,
            epsilon=8.0,
        )
        answers = [
            wave.people.answer(safe=safe, tag=code and tag_of(code, PAIRING_ID))
            for code in (self.codes if codes is None else codes)
        ]
        wave.put([wave.people.envelope(answer) for answer in answers])
        wave.close(closed_at=f"2026-03-02T08:{next(self.days):02d}:00Z")
        return wave


@pytest.fixture
def chain(open_wave: Callable[..., Wave]) -> Chain:
    return Chain(open_wave, [new_program_code() for _ in range(PEOPLE)])


def _kept(tally: Tally, wave: Wave) -> bytes | None:
    with reading(tally.main) as tx:
        return carried.kept(tx, wave.id)


def _paired(wave: Wave) -> dict[str, Any]:
    return wave.verified_release()["paired"]["groups"][0]


def test_the_same_peoples_change_is_released_and_nothing_is_kept(chain: Chain, tally: Tally) -> None:
    before = chain.wave(until=UNTIL)
    run(tally, before.id)
    assert "paired" not in before.verified_release()
    assert _kept(tally, before) is not None
    assert tally.keyring.carrying() == [before.id]
    after = chain.wave(before, safe=2)
    run(tally, after.id)
    group = _paired(after)
    # Forty pairs, all of whom went up by one; noise of 2.0 pairs and 0.09 points: at least 5.7 deviations.
    assert abs(group["pairs"]["value"] - PEOPLE) < 15
    assert abs(group["figures"][0]["value"] - 1) < 0.5
    assert _kept(tally, before) is None
    assert tally.keyring.carrying() == []


def test_wrong_repeated_and_missing_codes_harm_nobody(chain: Chain, tally: Tally) -> None:
    before = chain.wave(until=UNTIL, codes=[*chain.codes, chain.codes[0], None])
    run(tally, before.id)
    odd = [new_program_code(), None, chain.codes[1], *chain.codes[1:]]
    after = chain.wave(before, safe=2, codes=odd)
    outcome = run(tally, after.id)
    assert outcome.responses == len(odd)
    assert abs(_paired(after)["pairs"]["value"] - (PEOPLE - 2)) < 15


def test_the_later_wave_waits_for_the_earlier_ones_tally(chain: Chain, tally: Tally) -> None:
    before = chain.wave(until=UNTIL)
    after = chain.wave(before)
    with pytest.raises(Conflict, match=f"{before.id} comes first"):
        run(tally, after.id)
    watcher = Watcher(tally, pytest.fail)
    assert watcher.look() == 0
    assert _paired(after)["pairs"]["value"] is not None


def test_when_the_time_is_over_everything_is_forgotten_and_nobody_is_paired(
    chain: Chain, tally: Tally
) -> None:
    before = chain.wave(until=UNTIL)
    run(tally, before.id)
    later = replace(tally, clock=lambda: UNTIL)
    assert Watcher(later, pytest.fail).look() == 0
    assert _kept(tally, before) is None
    assert tally.keyring.carrying() == []
    after = chain.wave(before)
    run(later, after.id)
    assert _paired(after)["pairs"] == {"value": None, "margin": None}


def test_what_is_over_and_not_yet_forgotten_is_not_used(chain: Chain, tally: Tally) -> None:
    before = chain.wave(until=UNTIL)
    run(tally, before.id)
    after = chain.wave(before)
    run(replace(tally, clock=lambda: UNTIL), after.id)
    assert _paired(after)["pairs"] == {"value": None, "margin": None}
    assert _kept(tally, before) is None


def test_without_the_key_of_what_is_kept_nothing_is_published(chain: Chain, tally: Tally) -> None:
    before = chain.wave(until=UNTIL)
    run(tally, before.id)
    path = tally.keyring.folder / f"c-{before.id}.key"
    key = path.read_bytes()
    after = chain.wave(before)
    path.unlink()
    with pytest.raises(KeyUnusable, match="restore it from the backup"):
        run(tally, after.id)
    path.write_bytes(secrets.token_bytes(32))
    path.chmod(0o600)
    with pytest.raises(KeyUnusable, match="does not open"):
        run(tally, after.id)
    path.write_bytes(key)
    run(tally, after.id)
    assert _paired(after)["pairs"]["value"] is not None


def test_a_wave_in_the_middle_is_paired_both_ways(chain: Chain, tally: Tally) -> None:
    first = chain.wave(until=UNTIL)
    second = chain.wave(first, until=UNTIL, safe=3)
    third = chain.wave(second, safe=2)
    assert Watcher(tally, pytest.fail).look() == 0
    assert abs(_paired(second)["figures"][0]["value"] - 2) < 0.5
    assert abs(_paired(third)["figures"][0]["value"] + 1) < 0.5
    assert tally.keyring.carrying() == []


def _all_bytes(folder: Path) -> Iterator[bytes]:
    """Every byte of every file, those of SQLite's stores among them."""
    for path in folder.rglob("*"):
        if path.is_file():
            yield path.read_bytes()


def test_no_code_and_no_tag_stands_anywhere_at_any_time(
    chain: Chain, tally: Tally, tmp_path: Path, engines: SimpleNamespace
) -> None:
    tags = [tag_of(code, PAIRING_ID) for code in chain.codes]
    written = [code.encode() for code in chain.codes] + [tag.hex().encode() for tag in tags] + tags

    def search() -> None:
        found = [*_all_bytes(tmp_path), *_dump(engines)]
        assert sum(map(len, found)) > 10_000
        assert not any(sign in data for data in found for sign in written)

    before = chain.wave(until=UNTIL)
    search()
    run(tally, before.id)
    search()
    kept = _kept(tally, before)
    assert kept is not None
    after = chain.wave(before)
    run(tally, after.id)
    search()
    assert not any(kept[:32] in data for data in [*_all_bytes(tmp_path), *_dump(engines)])


def _dump(engines: SimpleNamespace) -> Iterator[bytes]:
    """Every value of every row of both stores."""
    for engine in (engines.main, engines.box):
        raw = engine.raw_connection()
        try:
            for table in _tables(engine):
                cursor = raw.cursor()
                cursor.execute(f'SELECT * FROM "{table}"')
                for row in cursor.fetchall():
                    for value in row:
                        yield bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
        finally:
            raw.close()


def _tables(engine: Any) -> list[str]:
    return inspect(engine).get_table_names()


def test_what_is_kept_does_not_tell_who_used_a_code_or_in_what_order(chain: Chain, tally: Tally) -> None:
    with_codes = chain.wave(until=UNTIL)
    without = chain.wave(until=UNTIL, codes=[None] * PEOPLE)
    for wave in (with_codes, without):
        run(tally, wave.id)
    sizes = {len(_kept(tally, wave) or b"") for wave in (with_codes, without)}
    assert sizes == {PEOPLE * 18 + 28}
