"""Does a program code link a person's answers in two waves for anybody but the tally?

Attacker  whoever copies everything whenever they like: tables, files, write-ahead logs, what the tally says;
          who also knows the codes of a few people.
Does      copies all of it before the tally of the earlier wave, after its draw, after its release, after the
          draw of the later wave and after its release, and looks for the codes, their tags and the key.
Wins      if a code or a tag stands in any byte at any time, if the key of what is kept stands anywhere but in
          its file, if what is kept tells more than that so many people answered, or if anything is left.
Alarm     none.
"""

from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from sqlalchemy import Engine, text

from privacy import answers, carrying
from privacy.pairing import record_size
from privacy.program_code import new_program_code, tag_of
from service.store import carried
from service.store.unit_of_work import reading
from service.tally.run import Tally, run
from tests.integration.tally.paired import PAIRING_ID, Paired, tag

CODES = [new_program_code() for _ in range(3)]


class StoppedError(Exception):
    """The tally was stopped between two steps."""


def _answered(open_wave: Callable[..., Any], pair: Paired, codes: Sequence[str | None]) -> Any:
    """A closed wave, answered with these codes in this order."""
    wave = open_wave(pair=pair)
    for code in codes:
        wave.put([wave.people.envelope(wave.people.answer(safe=3, team=1, tag=tag(code)))])
    wave.close()
    return wave


def _until(tally: Tally, wave: Any, step: str) -> None:
    """Run the tally of a wave and stop it where ``step`` begins."""

    def stop(name: str) -> None:
        if name == step:
            raise StoppedError

    with pytest.raises(StoppedError):
        run(replace(tally, on_step=stop), wave.id)


@pytest.fixture
def copied(engines: SimpleNamespace, tmp_path: Path) -> Callable[[], dict[Path, bytes]]:
    """A function that copies every file of the stores, of the key folder and of the database's server."""
    folders = [tmp_path]
    if engines.kind == "postgresql":
        with engines.main.connect() as connection:
            folders.append(Path(connection.execute(text("SHOW data_directory")).scalar_one()))

    def copy() -> dict[Path, bytes]:
        if engines.kind == "postgresql":
            with engines.main.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("CHECKPOINT"))
        return {path: content for folder in folders for path, content in _files(folder)}

    return copy


def _files(folder: Path) -> Iterator[tuple[Path, bytes]]:
    for path in folder.rglob("*"):
        try:
            if path.is_file():
                yield path, path.read_bytes()
        except FileNotFoundError:  # a running server removes files
            continue


def _written(secret: bytes) -> list[bytes]:
    return [secret, secret.hex().encode(), urlsafe_b64encode(secret).rstrip(b"=")]


def _signs() -> list[bytes]:
    """Every way in which the codes and their tags could be written."""
    signs = []
    for code in CODES:
        signs += [code.encode(), code.replace("-", "").encode(), code.encode("utf-16-le")]
        signs += _written(tag_of(code, PAIRING_ID))
    return signs


def _kept(main: Engine, wave: Any) -> bytes:
    with reading(main) as tx:
        content = carried.kept(tx, wave.id)
    assert content is not None
    return content


def test_no_code_or_tag_or_key_is_in_any_byte_and_nothing_is_left(
    open_wave: Callable[..., Any], tally: Tally, copied: Callable[[], dict[Path, bytes]]
) -> None:
    said: list[str] = []
    tally = replace(tally, say=said.append)
    before = _answered(open_wave, Paired(by="team"), [*CODES, None, None, None])
    after = _answered(open_wave, Paired(before.manifest.wave, None, by="team"), [*CODES, None, None])
    key_file = tally.keyring.folder / f"c-{before.id}.key"

    def search() -> dict[Path, bytes]:
        files = copied()
        assert files
        hits = [path for path, content in files.items() for sign in _signs() if sign in content]
        assert hits == []
        if key_file.exists():
            key = key_file.read_bytes()
            assert [p for p, content in files.items() if any(k in content for k in _written(key))] == [
                key_file
            ]
        return files

    search()
    _until(tally, before, "publish")
    search()
    run(tally, before.id)
    content, key = _kept(tally.main, before), key_file.read_bytes()
    files = search()
    assert [path for path, found in files.items() if content[:64] in found], "the search finds what is there"
    assert key_file.stat().st_mode & 0o777 == 0o600
    _until(tally, after, "publish")
    search()
    run(tally, after.id)
    assert not key_file.exists()
    files = search()
    assert [path for path, found in files.items() if key in found] == []
    stores = [path for path in files if path.name.startswith(("sottovoce.db", "box.db"))]
    assert not [path for path in stores if content[:64] in files[path]]
    if tally.main.dialect.name == "postgresql":
        # Its log keeps what was written, sealed under a key that is gone; the table's files do not.
        assert not [path for path, found in files.items() if content[:64] in found and "base" in path.parts]
    assert not [line for line in said for code in CODES if code in line]


def test_what_is_kept_tells_whoever_opens_it_no_more_than_tags_and_answers(
    open_wave: Callable[..., Any], tally: Tally
) -> None:
    """Not in what order people answered, not under which pseudonym; spoiled and withdrawn leave nothing."""
    opened = []
    for codes in ([*CODES, None], [None, *reversed(CODES)]):
        wave = open_wave(pair=Paired(by="team"))
        people = wave.people
        envelopes = []
        for code in codes:
            safe = ["", *CODES].index(code or "")
            envelopes.append(people.envelope(people.answer(safe=safe, team=1, tag=tag(code))))
        another = new_program_code()
        spoiled = people.answer(safe=1, tag=tag(another))
        envelopes += [
            people.envelope(b"\x07" + spoiled[1:]),
            people.envelope(answers.withdrawn(people.layout)),
            people.broken_envelope(),
        ]
        for envelope in envelopes:
            wave.put([envelope])
        wave.close()
        run(tally, wave.id)
        content = _kept(tally.main, wave)
        key = (tally.keyring.folder / f"c-{wave.id}.key").read_bytes()
        records = carrying.open_carried(key, wave.manifest.wave, content, record_size(wave.manifest))
        opened.append(records)
        assert records.shape == (len(envelopes), 16 + 1 + 1)
        assert len(content) == records.size + 12 + 16
        assert tag(another) not in {bytes(row[:16]) for row in records}
    assert np.array_equal(*opened)
    assert {bytes(row[:16]) for row in opened[0]} == {
        bytes(16),
        *(tag_of(code, PAIRING_ID) for code in CODES),
    }
    assert np.array_equal(opened[0], opened[0][np.lexsort(opened[0].T[::-1])])
