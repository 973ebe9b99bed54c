"""Does asking again give fresh noise, to be averaged away?

Attacker  whoever reads results, or runs the tally.
Does      reads the release and its figures again and again, in every form, with every key; tallies the wave
          again, from the same responses, and publishes it again.
Wins      with two answers that differ in one byte of one figure.
Alarm     none.
"""

import csv
import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from service.tally.run import Tally, run
from tests.attack.served import SURVEY, crowd, every_row, figures, open_survey, released
from tests.integration.staff.conftest import World

AGAIN = 40


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_every_question_has_one_answer_however_often_and_by_whom_it_is_asked(world: World) -> None:
    open_survey(world)
    wave = released(world, crowd({"north": 120, "south": 110}))
    other = released(world, crowd({"north": 120, "south": 110}))
    paths = [
        f"/waves/{wave.id}/release",
        f"/waves/{wave.wave}/release",
        f"/waves/{wave.id}/results?limit=1000",
        f"/waves/{wave.id}/results?format=csv",
        f"/waves/{wave.id}/differences?question=speak&by=place",
        f"/surveys/{SURVEY}/trend?question=speak",
        f"/surveys/{SURVEY}/changes?question=speak",
    ]
    for path in paths:
        answers = {
            world.call("GET", path, ("service", "analyst", "owner", "admin")[turn % 4]).content
            for turn in range(AGAIN)
        }
        assert len(answers) == 1, path
    first, second = (world.call("GET", f"/waves/{one.id}/release").content for one in (wave, other))
    assert first != second


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_every_form_of_an_answer_states_the_same_numbers(world: World) -> None:
    open_survey(world)
    wave = released(world, crowd({"north": 120, "south": 110})).id
    rows = figures(world, wave)
    values = [row["value"] for row in rows]
    assert [row["value"] for row in every_row(world, f"/waves/{wave}/results")] == values
    sheet = world.call("GET", f"/waves/{wave}/results?format=csv").text
    lines = csv.DictReader(io.StringIO(sheet))
    assert [None if line["value"] == "" else float(line["value"]) for line in lines] == values
    for place, row in enumerate(rows):
        asked = {
            name: row[name] for name in ("figure", "question", "theme", "option") if row[name] is not None
        }
        asked |= {"by": row["table"] or "", "level": list(row["group"].values())}
        chosen = [
            one
            for one in every_row(world, f"/waves/{wave}/results", **asked)
            if (one["question"], one["theme"]) == (row["question"], row["theme"])
        ]
        assert [one["value"] for one in chosen] == [values[place]], asked


def test_tallying_again_draws_nothing_again(answered: Callable[..., Any], tally: Tally) -> None:
    wave = answered(8, comment_k=5)
    content = wave.key_file.read_bytes()
    run(tally, wave.id)
    first = wave.release()
    for _ in range(3):
        # Whoever kept the wave's private key beside the folder gets nothing out of it either.
        wave.key_file.touch(mode=0o600)
        wave.key_file.write_bytes(content)
        steps: list[str] = []
        assert run(replace(tally, on_step=steps.append), wave.id).published is False
        assert "draw" not in steps
        assert wave.release() == first
