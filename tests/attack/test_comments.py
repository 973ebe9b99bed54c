"""Whose comment is it, and what did somebody write whose comment is not shown?

Attacker  whoever reads results, and knows in which order people answered and where their sealed responses
          stand on the board.
Does      reads the order of the comments for a trace of either order; looks for the words of withheld
          comments in everything that is stored or served; asks for comments by keyword, group or score.
Wins      by naming the place of a person's comment more often than one in as many as there are, or by
          finding one word of a comment below the threshold.
Alarm     the first test fails by bad luck once in a million runs, the others never.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from privacy.survey import Question
from tests.attack.releases import Setting, most_right, setting
from tests.attack.served import SURVEY, TERMS, crowd, every_get, open_survey, publish, released
from tests.integration.staff.conftest import World

THRESHOLD = 10
WAVES = 1_500
WORDS = "Quetzalcoatlus over the car park"


@pytest.fixture(scope="module")
def wave() -> Setting:
    questions = [Question("why", "text", {"en": "Why?"}, max_bytes=60)]
    return setting(questions, epsilon=1.0, comment_k=THRESHOLD)


def test_the_place_of_a_comment_does_not_tell_whose_it_is(wave: Setting) -> None:
    """The attacker guesses, for every place among the responses, the place that held it most often before."""
    texts = [f"comment {place}" for place in range(THRESHOLD)]
    nobody = wave.counts([])
    orders = []
    for _ in range(WAVES):
        [(question, shown)] = wave.draw(nobody, {"why": texts}).comments
        assert question == "why"
        assert sorted(shown) == sorted(texts)
        orders.append([shown.index(one) for one in texts])
    learned, attacked = np.array(orders[: WAVES // 2]), np.array(orders[WAVES // 2 :])
    usual = [int(np.bincount(places, minlength=THRESHOLD).argmax()) for places in learned.T]
    right = (attacked == usual).sum(axis=0)
    # One test a person; together they fail by bad luck ten times in a million runs.
    assert max(right) <= most_right(100 / THRESHOLD, len(attacked))


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_a_comment_below_the_threshold_is_in_nothing_that_is_stored_or_served(
    world: World, tmp_path: Path
) -> None:
    open_survey(world)
    few = [f"{WORDS} {place}" for place in range(THRESHOLD - 1)]
    wave = released(world, crowd({"north": 60}), few, comment_k=THRESHOLD)
    assert json.loads(world.call("GET", f"/waves/{wave.id}/release").content)["comments"] == []
    assert_words_are_nowhere(world, wave.id)
    files = [path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()]
    assert files
    assert not [content for content in files if WORDS.encode() in content]


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_comments_are_given_whole_or_not_at_all(world: World) -> None:
    """At the threshold they stand in the release, all of them, with no group, score, number or time beside
    them, and no filter of the results chooses among them."""
    open_survey(world)
    texts = [f"{WORDS} {place}" for place in range(THRESHOLD)]
    wave = released(world, crowd({"north": 60}), texts, comment_k=THRESHOLD)
    value = json.loads(world.call("GET", f"/waves/{wave.id}/release").content)
    assert [set(part) for part in value["comments"]] == [{"question", "texts"}]
    assert sorted(value["comments"][0]["texts"]) == sorted(texts)
    assert WORDS not in json.dumps(value["figures"])
    for params in ({"question": "why"}, {"question": "why", "by": "place", "level": "north"}):
        answer = world.call("GET", f"/waves/{wave.id}/results", params=params)
        assert answer.status_code == 422
    for query in ("q=car", "comment=car", "keyword=car", "search=park"):
        assert WORDS not in world.call("GET", f"/waves/{wave.id}/results?{query}").text
        whole = world.call("GET", f"/waves/{wave.id}/release?{query}").content
        assert whole == world.call("GET", f"/waves/{wave.id}/release").content


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_before_the_release_no_comment_is_served(world: World) -> None:
    open_survey(world)
    wave = world.opened(SURVEY, **TERMS, comment_k=THRESHOLD)
    world.ok("POST", f"/waves/{wave.id}/close")
    assert_words_are_nowhere(world, wave.id)
    publish(world, wave.id, crowd({"north": 60}), [WORDS] * THRESHOLD)
    assert WORDS in world.call("GET", f"/waves/{wave.id}/release").text


def assert_words_are_nowhere(world: World, ref: str) -> None:
    asked = 0
    for path in every_get(world.app.openapi()["paths"], wave=ref, survey=SURVEY):
        for query in ("", "?question=why", "?question=speak", "?by=place&level=north", "?format=csv"):
            answer = world.call("GET", f"{path}{query}", "admin")
            assert "car park" not in answer.text
            asked += answer.is_success
    assert asked > 10
