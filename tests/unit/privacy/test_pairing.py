from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy.canonical import canonical_json
from privacy.contract import Measure, manifest_value
from privacy.errors import ContractBroken, Invalid
from privacy.guarantee import guarantee_of
from privacy.manifest_reader import read_manifest
from privacy.mechanism import epsilon_of
from privacy.paired_rows import paired_design, paired_vector
from privacy.pairing import Pairs, check_pairing, make_pairing, no_pairs, pairs_of, record_size
from privacy.plan import design_of
from tests.unit.privacy.paired_waves import (
    ATTRIBUTES,
    PACE,
    PAIRING_ID,
    QUESTIONS,
    VOICE,
    records,
    tag,
    two_waves,
)

EARLIER, LATER = two_waves(measures=(VOICE, PACE), by="takes-part")
SAME = {"heard": 2, "ignored": 2, "pace": 2}
HIGHER = {"heard": 4, "ignored": 1, "pace": 3, "takes-part": 1}


def _pairs(before: list[tuple], after: list[tuple]) -> Pairs:
    return pairs_of(EARLIER, records(EARLIER, before), LATER, records(LATER, after))


def test_a_pair_is_the_change_of_each_measure_in_the_group_stated_later() -> None:
    pairs = _pairs([(tag(1), SAME)], [(tag(1), HIGHER)])
    # Heard rose by 2 and, read the other way round, ignored by 1; of a largest change of 2.
    assert pairs.changes.tolist() == [[0.75, 0.5]]
    assert pairs.cells.tolist() == [1]


def test_no_code_another_code_and_a_code_that_stands_twice_make_no_pair() -> None:
    before = [(None, SAME), (tag(2), SAME), (tag(3), SAME), (tag(3), SAME), (tag(4), SAME)]
    after = [(None, HIGHER), (tag(9), HIGHER), (tag(3), HIGHER), (tag(4), HIGHER), (tag(4), HIGHER)]
    assert len(_pairs(before, after).changes) == 0


def test_others_pairs_do_not_depend_on_who_repeats_a_code() -> None:
    alone = _pairs([(tag(1), SAME)], [(tag(1), HIGHER)])
    beside = _pairs(
        [(tag(1), SAME), (tag(2), SAME), (tag(2), HIGHER)], [(tag(1), HIGHER), (tag(2), SAME), (None, SAME)]
    )
    assert beside.changes.tolist() == alone.changes.tolist()


def test_a_measure_needs_half_its_questions_answered_both_times() -> None:
    half = {"heard": 4, "pace": 3}
    assert _pairs([(tag(1), SAME)], [(tag(1), half)]).changes.tolist() == [[1.0, 0.5]]
    assert len(_pairs([(tag(1), SAME)], [(tag(1), {"pace": 3})]).changes) == 0


def test_a_change_beyond_half_the_scale_counts_as_half_the_scale() -> None:
    lowest, highest = {"heard": 0, "ignored": 4, "pace": 0}, {"heard": 4, "ignored": 0, "pace": 4}
    assert _pairs([(tag(1), lowest)], [(tag(1), highest)]).changes.tolist() == [[1.0, 1.0]]


def test_a_record_holds_what_is_measured_and_nothing_else() -> None:
    assert record_size(EARLIER) == 16 + 3 + 1
    assert records(EARLIER, [(tag(7), HIGHER), (None, SAME)]).tolist() == [[*tag(7), 5, 2, 4, 1]]


_answer = st.none() | st.integers(0, 4)
_given = st.fixed_dictionaries(
    {
        "heard": _answer,
        "ignored": _answer,
        "pace": _answer,
        "takes-part": st.none() | st.integers(0, 1),
    }
)
_responses = st.lists(st.tuples(st.sampled_from([None, tag(1), tag(2), tag(3)]), _given), max_size=6)


@settings(max_examples=300, deadline=None)
@given(_responses, _responses, st.booleans(), st.data())
def test_one_response_more_or_less_moves_the_vector_by_one_pair_at_most(
    before: list[tuple], after: list[tuple], earlier: bool, data: st.DataObject
) -> None:
    design = paired_design(LATER)
    assert design is not None
    whole = paired_vector(design, _pairs(before, after))
    changed = before if earlier else after
    if not changed:
        return
    changed.pop(data.draw(st.integers(0, len(changed) - 1)))
    without = paired_vector(design, _pairs(before, after))
    assert int(((whole - without) ** 2).sum()) <= design.d2


@given(_given)
def test_a_pair_is_never_longer_than_the_sensitivity(changes: dict) -> None:
    design = paired_design(LATER)
    assert design is not None
    vector = paired_vector(design, _pairs([(tag(1), SAME)], [(tag(1), changes)]))
    assert int((vector**2).sum()) <= design.d2


def test_waves_that_do_not_measure_the_same_are_not_paired() -> None:
    other, _ = two_waves(measures=(PACE,))
    with pytest.raises(ContractBroken, match="do not measure the same"):
        pairs_of(other, records(other, []), LATER, records(LATER, []))


def test_without_anything_carried_over_there_are_no_pairs() -> None:
    assert no_pairs(LATER).changes.shape == (0, 2)


def test_each_wave_is_charged_twice_what_one_response_costs_and_says_so() -> None:
    for manifest in (EARLIER, LATER):
        assert manifest.pairing is not None
        assert manifest.pairing.micro_rho == 2 * manifest.pairing.link_micro_rho
        assert manifest.micro_rho == manifest.policy.micro_rho + manifest.pairing.micro_rho
        assert manifest.pairing.epsilon_presence == epsilon_of(manifest.micro_rho, manifest.policy.delta)
        check_pairing(manifest)
    both = make_pairing(
        QUESTIONS,
        ATTRIBUTES,
        LATER.policy,
        pairing_id=PAIRING_ID,
        measures=[VOICE],
        earlier=bytes(32),
        carried_until=datetime(2027, 1, 1, tzinfo=UTC),
    )
    assert both.micro_rho == 4 * both.link_micro_rho


def test_a_contract_that_states_another_loss_is_broken() -> None:
    assert LATER.pairing is not None
    for name in ("link_micro_rho", "micro_rho", "epsilon_presence", "epsilon_answers"):
        pairing = replace(LATER.pairing, **{name: getattr(LATER.pairing, name) + 1})
        with pytest.raises(ContractBroken, match="another loss"):
            check_pairing(replace(LATER, pairing=pairing))


def test_every_fault_of_a_pairing_is_named_at_its_place() -> None:
    with pytest.raises(Invalid) as caught:
        make_pairing(
            QUESTIONS,
            ATTRIBUTES,
            LATER.policy,
            pairing_id=PAIRING_ID,
            measures=[Measure("why", None), Measure(None, "elsewhere")],
            by="team",
            epsilon=0,
        )
    assert {(problem.id, problem.place) for problem in caught.value.problems} == {
        ("measure-not-in-survey", "pairing.measures[0]"),
        ("measure-not-in-survey", "pairing.measures[1]"),
        ("unknown-attribute", "pairing.by"),
        ("pairs-with-nothing", "pairing"),
        ("epsilon", "pairing.epsilon"),
    }


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"id": b"short"}, "another length"),
        ({"earlier": b"short"}, "another length"),
        ({"earlier": None}, "paired with nothing"),
        ({"link_micro_rho": 0}, "at no loss"),
        ({"measures": ()}, "measures nothing"),
        ({"measures": (Measure("why", None),)}, "does not exist"),
        ({"measures": (Measure(None, "elsewhere"),)}, "does not exist"),
        ({"by": "team"}, "does not exist"),
        ({"carried_until": datetime(2026, 4, 1, tzinfo=UTC)}, "kept until before"),
    ],
)
def test_a_manifest_whose_pairing_cannot_be_is_refused(change: dict, what: str, sealed_wave: object) -> None:
    manifest = replace(LATER, issuer_public_key=sealed_wave.manifest.issuer_public_key)  # type: ignore[attr-defined]
    assert read_manifest(manifest.canonical()) == manifest
    assert manifest.pairing is not None
    with pytest.raises(ContractBroken, match=what):
        read_manifest(replace(manifest, pairing=replace(manifest.pairing, **change)).canonical())


def test_a_pairing_with_a_missing_an_unknown_or_a_mistyped_field_is_refused(sealed_wave: object) -> None:
    manifest = replace(LATER, issuer_public_key=sealed_wave.manifest.issuer_public_key)  # type: ignore[attr-defined]
    value = manifest_value(manifest)
    for name, stated in value["pairing"].items():
        rest = {key: other for key, other in value["pairing"].items() if key != name}
        wrong = 7 if isinstance(stated, str | list) or stated is None else "7"
        for pairing in (rest, {**rest, name: wrong}, {**value["pairing"], "more": 1}, None, []):
            with pytest.raises(ContractBroken):
                read_manifest(canonical_json({**value, "pairing": pairing}))


def test_the_guarantee_of_a_paired_wave_is_of_all_of_it() -> None:
    assert LATER.pairing is not None
    design = design_of(LATER.questions, LATER.attributes, LATER.policy)
    alone = guarantee_of(design, LATER.policy)
    whole = guarantee_of(design, LATER.policy, LATER.pairing)
    for relation, epsilon, pairs in (
        ("presence", LATER.pairing.epsilon_presence, 2),
        ("answers", LATER.pairing.epsilon_answers, 4),
    ):
        assert whole[relation]["epsilon"] == epsilon
        assert whole[relation]["guess"] > alone[relation]["guess"]
        added = whole[relation]["delta"] - alone[relation]["delta"]
        assert added == pytest.approx(pairs * LATER.pairing.delta_gate)
