"""Did a certain person answer both of two paired waves?

Attacker  whoever reads the paired release, or steals the draw before it is published.
Knows     every other response and every program code, and that the person, if they answered, gave one
          colleague's code in the first wave and another's in the second, so that two pairs hang on them.
Does      the likelihood ratio over the stored draw of the pairs.
Wins      by being right about more worlds than what both waves charge for pairing allows.
Alarm     each test fails by bad luck once in a million runs.
"""

from functools import partial

import numpy as np
import pytest

from privacy.guarantee import right_guess
from privacy.mechanism import sigma_of
from privacy.paired_rows import PairedDesign, paired_design, paired_vector, protect_pairs
from privacy.pairing import Pairs, pairs_of
from tests.attack.releases import most_right
from tests.unit.privacy.paired_waves import VOICE, records, tag, two_waves

ATTACKED = 300  # of each world
EARLIER, LATER = two_waves(measures=(VOICE,), epsilon=6.0)
LOW, HIGH = {"heard": 0, "ignored": 4}, {"heard": 4, "ignored": 0}


def _pairs(*, answered: bool) -> Pairs:
    """Fifty pairs; the person's two responses, if there, undo two whose members all changed the same way."""
    first = [(tag(number), LOW) for number in range(1, 51)]
    second = [(tag(number), HIGH) for number in range(1, 51)]
    if answered:
        first.append((tag(1), LOW))
        second.append((tag(2), HIGH))
    return pairs_of(EARLIER, records(EARLIER, first), LATER, records(LATER, second))


@pytest.fixture(scope="module")
def design() -> PairedDesign:
    found = paired_design(LATER)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def right() -> int:
    """How often the best guess is right, of twice ATTACKED."""
    worlds = [_pairs(answered=answered) for answered in (False, True)]
    design = paired_design(LATER)
    assert design is not None
    without, added = (paired_vector(design, world).ravel() for world in worlds)
    middle, difference = (without + added) / 2, added - without
    said = [
        (np.array(protect_pairs(LATER, world).noisy) - middle) @ difference > 0
        for world in worlds
        for _ in range(ATTACKED)
    ]
    return said[:ATTACKED].count(False) + said[ATTACKED:].count(True)


def test_two_borrowed_codes_move_two_pairs(design: PairedDesign) -> None:
    vector = partial(paired_vector, design)
    moved = vector(_pairs(answered=True)) - vector(_pairs(answered=False))
    assert int((moved**2).sum()) == 4 * design.d2


def test_the_charge_of_both_waves_covers_who_borrows_codes(design: PairedDesign, right: int) -> None:
    assert EARLIER.pairing is not None
    assert LATER.pairing is not None
    charged = EARLIER.pairing.micro_rho + LATER.pairing.micro_rho
    promised = right_guess(charged, sigma_of(design.d2, design.micro_rho), LATER.pairing.delta_gate)
    assert 60 < promised < 90
    assert right <= most_right(promised, 2 * ATTACKED)


def test_the_loss_of_one_response_alone_would_not_cover_them(design: PairedDesign, right: int) -> None:
    """Why each wave is charged twice."""
    alone = right_guess(design.micro_rho, sigma_of(design.d2, design.micro_rho), 0.0)
    assert right > 2 * ATTACKED * alone / 100
