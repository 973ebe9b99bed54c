"""A release states what its stored draw holds under its policy, and nothing of a group that is too small."""

import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest

from privacy import mechanism
from privacy.canonical import canonical_json
from privacy.count import sizes, vector
from privacy.errors import ContractBroken
from privacy.release import Draw, build_release, protect, sign_release, verify_release
from privacy.rows import WITHHELD
from tests.unit.privacy.release_wave import counts_of, draw_of, exact_draw, release_of


def rows_for(release: dict[str, Any], **group: str) -> list[dict[str, Any]]:
    return [row for row in release["figures"] if row["group"] == group]


def test_a_release_is_a_pure_function_of_the_stored_draw(wave: SimpleNamespace) -> None:
    draw = draw_of(wave, counts_of(wave, 80, 70, 60, 0))
    again = Draw.parse(draw.canonical())
    assert again == draw
    assert canonical_json(release_of(wave, draw)) == canonical_json(release_of(wave, again))


def test_two_draws_of_the_same_counts_differ(wave: SimpleNamespace) -> None:
    counts = counts_of(wave, 80, 70, 60, 0)
    assert draw_of(wave, counts).noisy != draw_of(wave, counts).noisy


def test_a_release_names_what_it_was_made_under(wave: SimpleNamespace) -> None:
    release = release_of(wave, draw_of(wave, counts_of(wave, 80, 70, 60, 0)))
    assert release["format"] == "sottovoce-release-2"
    assert release["wave"] == wave.manifest.wave.hex()
    assert release["board"] == {
        "root": bytes(range(32)).hex(),
        "responses": 200,
        "issued": 210,
        "invited": 240,
    }
    assert release["policy"] == json.loads(wave.manifest.canonical())["policy"]
    assert (release["d2"], release["d2_answers"]) == (wave.design.d2, wave.design.d2_answers)
    assert (release["sigma"], release["z"]) == (wave.design.sigma, wave.design.z)
    assert release["guarantee"]["presence"]["epsilon"] == wave.policy.epsilon_presence


def test_rows_are_flat_and_state_no_text(wave: SimpleNamespace) -> None:
    draw = exact_draw(wave, counts_of(wave, 800, 700, 600, 5))
    release = build_release(wave.manifest, replace(wave.facts, responses=2105), draw)
    assert release["figures"][0] == {
        "table": [],
        "group": {},
        "figure": "count",
        "question": None,
        "theme": None,
        "option": None,
        "value": 2105,
        "low": pytest.approx(2105, abs=10),
        "high": 2105,  # no count reaches beyond the board
        "margin": pytest.approx(5, abs=5),
        "nonresponse": None,
        "combined": None,
        "smoothed": None,
        "words": None,
        "shown": True,
    }
    assert {tuple(row) for row in release["figures"]} == {tuple(release["figures"][0])}
    assert [row["group"] for row in release["figures"] if row["figure"] == "count"] == [
        {},
        {"a": "o0"},
        {"a": "o1"},
        {"a": "o2"},
        {"a": "not-said"},
    ]
    assert release["shown"] == sum(row["shown"] for row in release["figures"])


def test_the_spoiled_are_stated_as_a_noisy_number_with_its_margin(wave: SimpleNamespace) -> None:
    draw = draw_of(wave, counts_of(wave, 80, 70, 60, 0))
    spoiled = release_of(wave, draw)["spoiled"]
    assert spoiled["value"] == round(draw.noisy[-1] / wave.design.spoiled_multiplier, 1)
    assert 1.645 * wave.design.sigma / wave.design.spoiled_multiplier <= spoiled["margin"] < 3


def test_withheld_and_absent_rows_are_the_same_bytes(wave: SimpleNamespace) -> None:
    """A small group, one that nobody is in, the next smallest, and one below k despite its noise."""
    cells = wave.design.cells
    small = release_of(wave, exact_draw(wave, counts_of(wave, 800, 700, 3, 600)))
    absent = release_of(wave, exact_draw(wave, counts_of(wave, 800, 700, 0, 600)))
    assert rows_for(small, a="o2") == rows_for(absent, a="o2")
    lifted = exact_draw(wave, counts_of(wave, 800, 700, 300, 600))
    held = replace(lifted, below_k=tuple(place == 3 for place in range(cells)))
    assert rows_for(release_of(wave, held), a="o2") == rows_for(small, a="o2")
    for row in (*rows_for(small, a="o2"), *rows_for(small, a="not-said")):
        assert {name: row[name] for name in WITHHELD} == WITHHELD
    shapes = {json.dumps(list(row)) for row in small["figures"]}
    assert len(shapes) == 1


def test_a_group_below_k_is_withheld_even_if_the_noise_lifts_it(
    wave: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts = counts_of(wave, 800, 700, 600, 4)
    assert sizes(counts)[-1] == 4
    lifted = vector(wave.design, counts_of(wave, 800, 700, 600, 100), 0)
    monkeypatch.setattr(mechanism, "draw", lambda *_: lifted)
    draw = protect(wave.design, counts, 0, {}, wave.policy)
    assert draw.below_k == (False, False, False, False, True)
    release = release_of(wave, draw)
    assert not any(row["shown"] for row in rows_for(release, a="not-said"))
    unmarked = release_of(wave, replace(draw, below_k=(False,) * 5))
    assert any(row["shown"] for row in rows_for(unmarked, a="not-said"))


def test_a_small_group_leaves_no_trace_in_the_stored_draw_but_its_noisy_sums(wave: SimpleNamespace) -> None:
    assert not any(draw_of(wave, counts_of(wave, 80, 70, 4, 0)).below_k)


@pytest.mark.parametrize("people", [0, 1, 4])
def test_a_wave_with_next_to_no_answers_is_a_valid_release_that_says_so(
    wave: SimpleNamespace, people: int
) -> None:
    draw = draw_of(wave, counts_of(wave, people, 0, 0, 0))
    release = release_of(wave, draw)
    assert release["shown"] == 0
    assert release["statement"].startswith("Too few people answered")
    assert len(release["figures"]) == len(
        release_of(wave, draw_of(wave, counts_of(wave, 99, 0, 0, 0)))["figures"]
    )
    verify_release(sign_release(release, wave.key), wave.manifest)


def test_a_release_that_shows_something_makes_no_such_statement(wave: SimpleNamespace) -> None:
    assert "statement" not in release_of(wave, exact_draw(wave, counts_of(wave, 800, 700, 600, 5)))


def test_comments_are_released_from_their_threshold_on(wave: SimpleNamespace) -> None:
    counts = counts_of(wave, 80, 70, 60, 0)
    comments = {"else": list("abcd"), "why": list("abcde"), "unknown": ["x"] * 9}
    draw = protect(wave.design, counts, 0, comments, wave.policy)
    release = release_of(wave, draw)
    assert [part["question"] for part in release["comments"]] == ["why"]
    assert sorted(release["comments"][0]["texts"]) == list("abcde")


def test_comments_come_in_no_order_of_theirs(wave: SimpleNamespace) -> None:
    """200 comments keep their order by chance once in 200 factorial times."""
    texts = [f"comment {place}" for place in range(200)]
    counts = counts_of(wave, 80, 70, 60, 0)
    one, two = (protect(wave.design, counts, 0, {"why": texts}, wave.policy).comments[0][1] for _ in range(2))
    assert sorted(one) == sorted(two) == sorted(texts)
    assert list(one) != texts
    assert one != two
    assert texts[0] == "comment 0"


def test_noise_under_another_policy_is_refused(wave: SimpleNamespace) -> None:
    other = replace(wave.policy, micro_rho=wave.policy.micro_rho + 1)
    with pytest.raises(ContractBroken, match="design"):
        protect(wave.design, counts_of(wave, 9, 9, 9, 9), 0, {}, other)


def test_a_draw_of_another_plan_is_refused(wave: SimpleNamespace) -> None:
    draw = draw_of(wave, counts_of(wave, 9, 9, 9, 9))
    for other in (replace(draw, noisy=draw.noisy[1:]), replace(draw, below_k=draw.below_k[1:])):
        with pytest.raises(ContractBroken, match="another plan"):
            release_of(wave, other)


@pytest.mark.parametrize("change", [b"", b"{}", b"[]", b"null", b" ", b"cut", b"float", b"number"])
def test_a_damaged_draw_is_refused(wave: SimpleNamespace, change: bytes) -> None:
    data = draw_of(wave, counts_of(wave, 9, 9, 9, 9)).canonical()
    if change == b"cut":
        change = data[:-1]
    elif change == b"float":
        change = data.replace(b'"noisy":[', b'"noisy":[1.5,')
    elif change == b"number":
        change = data.replace(b'"noisy":[', b'"noisy":[true,')
    elif change == b" ":
        change = data + b" "
    with pytest.raises(ContractBroken, match="damaged"):
        Draw.parse(change)
