import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from privacy.answers import Response
from privacy.contract import Manifest
from privacy.errors import KeyUnusable
from service.client.client import RespondentClient
from service.client.progress import (
    QUESTIONS,
    WITHDRAWAL,
    Drawing,
    Pending,
    Voice,
    begin,
    load,
    mark_of,
    save,
    seal_response,
    write_private,
)


@pytest.fixture
def stages(server: Any, client: RespondentClient, manifest: Manifest) -> tuple[Drawing, Voice, Pending]:
    drawing = begin(manifest, "code-0")
    voice = client.draw_token(manifest, drawing)
    return drawing, voice, seal_response(manifest, voice, Response({"comment": "a sentinel"}, {}))


def test_every_stage_reads_back_and_is_its_owners_alone(
    stages: tuple[Drawing, Voice, Pending], tmp_path: Path
) -> None:
    path = tmp_path / "new" / "kept.json"
    for stage in stages:
        save(path, stage)
        assert load(path) == stage
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.parent.stat().st_mode & 0o777 == 0o700
        assert [entry.name for entry in path.parent.iterdir()] == ["kept.json"]


def test_no_answer_lies_open_in_what_is_kept(stages: tuple[Drawing, Voice, Pending], tmp_path: Path) -> None:
    save(tmp_path / "kept", stages[-1])
    content = (tmp_path / "kept").read_bytes()
    assert b"sentinel" not in content
    assert b"sentinel" not in stages[-1].envelope


def test_secrets_are_not_in_text_forms(stages: tuple[Drawing, Voice, Pending]) -> None:
    drawing, voice, pending = stages
    for stage in stages:
        assert repr(stage) == f"{type(stage).__name__}(wave={stage.wave!r})"
    assert drawing.wave == voice.wave == pending.wave


def test_where_nothing_was_kept_nothing_is_found(tmp_path: Path) -> None:
    assert load(tmp_path / "kept") is None


def test_what_is_damaged_is_refused_with_its_place(
    stages: tuple[Drawing, Voice, Pending], tmp_path: Path
) -> None:
    path = tmp_path / "kept"
    broken: list[bytes] = [b"", b"[]", b"{}", b"\xff", b"null"]
    for stage in stages:
        save(path, stage)
        value = json.loads(path.read_bytes())
        for name in value:
            broken.append(json.dumps({key: item for key, item in value.items() if key != name}).encode())
            if name != "invitation":
                broken.append(json.dumps({**value, name: 3}).encode())
                broken.append(json.dumps({**value, name: "?"}).encode())
    for content in broken:
        path.write_bytes(content)
        with pytest.raises(KeyUnusable, match="kept"):
            load(path)


def test_an_unreadable_place_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(KeyUnusable, match="cannot read"):
        load(tmp_path)
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(KeyUnusable, match="cannot write"):
        write_private(tmp_path / "file" / "kept", b"x")


def test_what_was_asked_for_reads_back(stages: tuple[Drawing, Voice, Pending], tmp_path: Path) -> None:
    for asked in (b"", QUESTIONS, WITHDRAWAL, bytes(16)):
        pending = replace(stages[-1], asked=asked)
        save(tmp_path / "kept", pending)
        assert load(tmp_path / "kept") == pending


def test_a_file_has_its_mark_until_it_is_touched_whatever_it_says(tmp_path: Path) -> None:
    path = tmp_path / "answers"
    path.write_text("safe: often")
    first = mark_of(path)
    assert mark_of(path) == first
    times = path.stat()
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns + 1))
    assert mark_of(path) != first
    (tmp_path / "copy").write_text("safe: often")
    assert mark_of(tmp_path / "copy") != first


def test_what_is_no_file_never_has_the_same_mark(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "missing", Path(os.devnull)):
        assert mark_of(path) != mark_of(path)
