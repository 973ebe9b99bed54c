import json
from typing import Any

import numpy as np
import pytest

from privacy import mechanism
from privacy.contract import Manifest
from privacy.errors import ContractBroken
from privacy.mechanism import sigma_of
from privacy.paired_rows import (
    NUMBERS,
    DrawnPairs,
    paired_design,
    paired_part,
    paired_vector,
    protect_pairs,
)
from privacy.pairing import Pairs, no_pairs
from privacy.release import Draw
from tests.unit.privacy.paired_waves import PACE, VOICE, two_waves

EARLIER, LATER = two_waves(measures=(VOICE, PACE), by="takes-part")


def _pairs(*numbers: int) -> Pairs:
    """As many pairs in each group, whose changes alternate between 0 and half the largest."""
    cells = np.repeat(np.arange(len(numbers)), numbers)
    steps = np.arange(len(cells)) % 2 / 2
    return Pairs(np.column_stack([steps, -steps]), cells)


def _exact(manifest: Manifest, pairs: Pairs) -> DrawnPairs:
    design = paired_design(manifest)
    assert design is not None
    return DrawnPairs(tuple(paired_vector(design, pairs).ravel().tolist()), (False,) * design.groups)


def _groups(drawn: DrawnPairs) -> list[dict[str, Any]]:
    part = paired_part(LATER, drawn, 250)
    assert part is not None
    return part["groups"]


def test_without_noise_the_figures_are_those_of_the_pairs() -> None:
    first, second, not_said = _groups(_exact(LATER, _pairs(200, 100, 0)))
    assert first["group"] == {"takes-part": "o0"}
    assert (first["pairs"]["value"], second["pairs"]["value"]) == (200.0, 100.0)
    voice, pace = first["figures"]
    assert (voice["theme"], pace["question"]) == ("voice", "pace")
    assert (voice["value"], pace["value"]) == (0.5, -0.5)
    assert voice["low"] < voice["value"] < voice["high"]
    assert voice["sd"] >= 0.5
    assert not_said["group"] == {"takes-part": "not-said"}


def test_a_group_below_the_gate_has_the_shape_of_a_group_of_nobody() -> None:
    few, *_ = _groups(_exact(LATER, _pairs(4, 100, 0)))
    nobody, *_ = _groups(_exact(LATER, _pairs(0, 100, 0)))
    assert json.dumps(few) == json.dumps(nobody)
    assert few["pairs"] == {"value": None, "margin": None}
    assert all(figure[name] is None for figure in few["figures"] for name in NUMBERS)


def test_a_group_that_passes_on_its_noise_and_has_too_few_is_marked_and_withheld() -> None:
    design = paired_design(LATER)
    assert design is not None
    pairs = _pairs(4, 100, 0)
    vector = paired_vector(design, pairs)
    vector[0, 0] += 100 * design.pair
    noisy = tuple(vector.ravel().tolist())
    shown, *_ = _groups(DrawnPairs(noisy, (False, False, False)))
    withheld, *_ = _groups(DrawnPairs(noisy, (True, False, False)))
    assert shown["pairs"]["value"] == 104.0
    assert withheld["pairs"]["value"] is None


def test_the_longest_pair_is_as_long_as_the_sensitivity() -> None:
    design = paired_design(LATER)
    assert design is not None
    vector = paired_vector(design, Pairs(np.array([[1.0, -1.0]]), np.array([0])))
    assert int((vector**2).sum()) == design.d2


def test_a_group_of_fewer_pairs_than_k_is_marked_when_its_noise_lifts_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(mechanism, "draw", lambda values, *_: [value + 2_000_000 for value in values])
    assert protect_pairs(LATER, _pairs(4, 5, 0)).below_k == (True, False, True)


def test_what_is_drawn_is_the_pairs_with_noise_of_the_stated_scale() -> None:
    design = paired_design(LATER)
    assert design is not None
    exact = paired_vector(design, _pairs(200, 100, 0)).ravel()
    draws = np.array([protect_pairs(LATER, _pairs(200, 100, 0)).noisy for _ in range(100)]) - exact
    ratio = float((draws**2).mean()) / sigma_of(design.d2, design.micro_rho) ** 2
    # The mean of 1,500 squares: 0.036 is its standard deviation, so 0.2 is 5.5 of them, 4e-8 both ways.
    assert abs(ratio - 1) < 0.2


def test_wide_figures_are_withheld_and_their_number_of_pairs_is_not() -> None:
    narrow = two_waves(measures=(VOICE, PACE), by="takes-part", epsilon=0.7)[1]
    part = paired_part(narrow, _exact(narrow, _pairs(150, 100, 0)), 250)
    assert part is not None
    assert part["groups"][0]["pairs"]["value"] == 150.0
    assert not part["groups"][1]["figures"][0]["shown"]


def test_a_wave_with_no_earlier_one_releases_no_pairs() -> None:
    assert paired_design(EARLIER) is None
    assert paired_part(EARLIER, None, 250) is None
    with pytest.raises(ContractBroken, match="promises no paired release"):
        protect_pairs(EARLIER, no_pairs(LATER))


def test_a_draw_under_another_plan_is_not_published() -> None:
    drawn = _exact(LATER, no_pairs(LATER))
    with pytest.raises(ContractBroken, match="the contract has none"):
        paired_part(EARLIER, drawn, 250)
    for wrong in (None, DrawnPairs(drawn.noisy[:-1], drawn.below_k), DrawnPairs(drawn.noisy, (False,))):
        with pytest.raises(ContractBroken, match="another plan"):
            paired_part(LATER, wrong, 250)


def test_a_draw_with_pairs_is_read_back_as_it_was_stored() -> None:
    draw = Draw((1, -2), (False,), (), DrawnPairs((3, -4), (True,)))
    assert Draw.parse(draw.canonical()) == draw
    for damaged in (b'"below_k":[true]', b'"noisy":[3,-4]'):
        with pytest.raises(ContractBroken, match="damaged"):
            Draw.parse(draw.canonical().replace(damaged, b'"below_k":["x"]'))
