from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from statistics import NormalDist

import pytest

from privacy import plan, signatures
from privacy.contract import Manifest, Policy
from privacy.errors import ContractBroken, Invalid
from privacy.mechanism import epsilon_of, sigma_of
from privacy.plan import MARGINS, MECHANISM, check_policy, design_of, gate_z, make_policy
from privacy.survey import Attribute, Option, Question
from tests.survey_parts import hierarchy


def options(count: int) -> tuple[Option, ...]:
    return tuple(Option(f"o{place}", {"en": "x"}) for place in range(count))


QUESTIONS = (
    *(Question(f"q{i}", "scale", {"en": "x"}, options(5), ("o3", "o4")) for i in range(7)),
    Question("why", "text", {"en": "x"}, max_bytes=500),
    Question("n", "nps", {"en": "x"}),
    Question("m", "multiple", {"en": "x"}, options(6)),
)
ATTRIBUTES = tuple(
    Attribute(name, {"en": "x"}, options(size)) for name, size in zip("abc", (4, 3, 2), strict=True)
)


def policy_of(**changes: object) -> Policy:
    arguments: dict[str, object] = {
        "tables": [("a",), ("b",)],
        "epsilon": 3,
        "k": 5,
        "comment_k": 10,
        **changes,
    }
    return make_policy(QUESTIONS, ATTRIBUTES, **arguments)


def manifest_of(policy: Policy) -> Manifest:
    point = signatures.point_of(signatures.new_key())
    return Manifest(
        survey_id="s",
        survey_version="1",
        title={"en": "s"},
        opens_at=datetime(2026, 1, 1, tzinfo=UTC),
        closes_at=datetime(2026, 1, 8, tzinfo=UTC),
        invited=240,
        retention_days=30,
        questions=QUESTIONS,
        attributes=ATTRIBUTES,
        policy=policy,
        hpke_public_key=point,
        issuer_public_key=b"",
        receipt_public_key=point,
        release_public_key=point,
    )


def ids_of(error: Invalid) -> set[str]:
    return {problem.id for problem in error.problems}


def test_the_whole_comes_first_and_attributes_in_the_surveys_order() -> None:
    policy = policy_of(tables=[("b", "a"), ("a",), ("b",)])
    assert policy.tables == ((), ("a", "b"), ("a",), ("b",))
    assert policy_of(tables=[]).tables == ((),)


def test_every_table_has_a_group_for_those_who_did_not_say() -> None:
    design = design_of(QUESTIONS, ATTRIBUTES, policy_of(tables=[("a",), ("b",), ("a", "b")]))
    assert [table.shape for table in design.tables] == [(), (5,), (4,), (5, 4)]
    assert design.cells == 1 + 5 + 4 + 20
    assert design.size == design.cells * design.channels + 1


def test_texts_are_not_counted() -> None:
    design = design_of(QUESTIONS, ATTRIBUTES, policy_of())
    assert [question.id for question in design.questions] == [f"q{i}" for i in range(7)] + ["n", "m"]
    assert design.texts == ("why",)


def test_questions_of_every_type_and_all_tables_weigh_the_same() -> None:
    design = design_of(QUESTIONS, ATTRIBUTES, policy_of())
    for embedding, multipliers in zip(design.embeddings, design.question_multipliers, strict=True):
        for multiplier in multipliers:
            assert multiplier**2 * embedding.norm == pytest.approx(plan.UNIT, rel=0.01)
    for multiplier in design.count_multipliers:
        assert multiplier**2 == pytest.approx(plan.COUNT_SHARE * plan.UNIT * len(design.questions), rel=0.01)


def test_the_policy_states_what_its_design_costs() -> None:
    policy = policy_of(epsilon=2.5)
    design = design_of(QUESTIONS, ATTRIBUTES, policy)
    assert policy.epsilon_presence <= 2.5
    assert policy.epsilon_presence == epsilon_of(policy.micro_rho, policy.delta)
    assert policy.epsilon_answers == epsilon_of(design.micro_rho_answers, policy.delta)
    assert design.sigma == sigma_of(design.d2, policy.micro_rho)
    exact = design.d2_answers / (2 * design.sigma**2) * 1e6
    assert exact <= design.micro_rho_answers < exact * 1.00001 + 1


def test_replacing_a_response_costs_less_than_removing_and_adding_one_would() -> None:
    design = design_of(QUESTIONS, ATTRIBUTES, policy_of())
    assert design.d2 < design.d2_answers < 4 * design.d2


@pytest.mark.parametrize("tables", [1, 3, 8])
@pytest.mark.parametrize("delta_gate", [1e-9, 1e-6, 1e-3])
def test_z_keeps_twice_the_normal_tail_of_all_tables_below_delta_gate(tables: int, delta_gate: float) -> None:
    z = gate_z(tables, delta_gate)
    assert 2 * tables * (1 - NormalDist().cdf(z)) <= delta_gate * (1 + 1e-6)
    assert 2 * tables * NormalDist().cdf(0.002 - z) > delta_gate


def test_the_gate_of_a_plan_keeps_its_delta_over_all_tables() -> None:
    policy = policy_of()
    design = design_of(QUESTIONS, ATTRIBUTES, policy)
    passing_below_k = 2 * NormalDist().cdf(-design.z)
    assert len(design.tables) > 1
    assert len(design.tables) * passing_below_k <= policy.delta_gate


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"epsilon": 0}, "epsilon-out-of-range"),
        ({"epsilon": 1e9}, "epsilon-out-of-range"),
        ({"epsilon": float("nan")}, "epsilon-out-of-range"),
        ({"k": 1}, "threshold-out-of-range"),
        ({"comment_k": 1_000_001}, "threshold-out-of-range"),
        ({"k": 11}, "comment-k"),
        ({"delta": 0.0}, "delta-out-of-range"),
        ({"delta": 0.5}, "delta-out-of-range"),
        ({"delta_gate": 0.0}, "delta-out-of-range"),
        ({"margins": {"scale": 0.5}}, "margins"),
        ({"margins": {**MARGINS, "share": -1.0}}, "margin-out-of-range"),
        ({"tables": [("a",), ("a",)]}, "table-twice"),
        ({"tables": [("a", "a")]}, "table-order"),
        ({"tables": [("nobody",)]}, "unknown-attribute"),
        ({"tables": [("a", "b", "c")]}, "table-too-deep"),
        ({"tables": [("a", "b"), ("b", "c"), ("a", "c")]}, "crossed-in-a-circle"),
    ],
)
def test_a_policy_that_cannot_hold_is_refused_with_its_fault(
    changes: dict[str, object], problem: str
) -> None:
    with pytest.raises(Invalid) as refused:
        policy_of(**changes)
    assert ids_of(refused.value) == {problem}


@pytest.mark.parametrize(
    ("questions", "levels", "problem"),
    [
        (30, (30, 30), None),
        (1, (50, 50), "too-many-groups"),
        (1, (249, 4), "too-many-groups"),
        (100, (24, 14), "too-many-figures"),
    ],
)
def test_a_plan_that_no_tally_could_carry_out_is_refused(
    questions: int, levels: tuple[int, int], problem: str | None
) -> None:
    asked = [Question(f"q{i}", "scale", {"en": "x"}, options(5)) for i in range(questions)]
    cross = [Attribute(name, {"en": "x"}, options(size)) for name, size in zip("ab", levels, strict=True)]
    found: set[tuple[str, str]] = set()
    try:
        make_policy(asked, cross, [("a", "b")], epsilon=3, k=5, comment_k=10)
    except Invalid as error:
        found = {(problem.id, problem.place) for problem in error.problems}
    assert found == (set() if problem is None else {(problem, "policy.tables")})


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        policy_of(epsilon=-1, k=0, tables=[("nobody",), ("a", "b", "c")])
    assert len(ids_of(refused.value)) == 4


def test_the_whole_is_required_and_not_said_is_reserved() -> None:
    policy = policy_of()
    with pytest.raises(Invalid) as refused:
        design_of(QUESTIONS, ATTRIBUTES, replace(policy, tables=(("a",),)))
    assert "no-whole" in ids_of(refused.value)
    taken = Attribute("a", {"en": "x"}, (*options(2), Option("not-said", {"en": "x"})))
    with pytest.raises(Invalid) as refused:
        design_of(QUESTIONS, (taken, *ATTRIBUTES[1:]), policy)
    assert ids_of(refused.value) == {"reserved-level"}


@pytest.mark.parametrize("name", ["counts", "tables", "questions"])
@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (lambda weights: weights[1:], "weights-length"),
        (lambda weights: (0, *weights[1:]), "weights-out-of-range"),
    ],
)
def test_weights_that_fit_no_table_or_question_are_refused(
    name: str, change: Callable[[tuple[int, ...]], tuple[int, ...]], problem: str
) -> None:
    policy = policy_of()
    weights = replace(policy.weights, **{name: change(getattr(policy.weights, name))})
    with pytest.raises(Invalid) as refused:
        design_of(QUESTIONS, ATTRIBUTES, replace(policy, weights=weights))
    assert [(found.id, found.place) for found in refused.value.problems] == [
        (problem, f"policy.weights.{name}")
    ]


@pytest.mark.parametrize(
    ("tables", "problem"),
    [
        ([("division", "team")], "crossed-in-a-hierarchy"),
        ([("division", "a"), ("team", "a")], "crossed-in-a-circle"),
        ([("division", "a"), ("a", "b"), ("team", "b")], "crossed-in-a-circle"),
        ([("division", "a"), ("a", "b"), ("division",), ("department",), ("team",)], None),
    ],
)
def test_all_steps_of_a_hierarchy_count_as_one_attribute_in_crosses(
    tables: list[tuple[str, ...]], problem: str | None
) -> None:
    steps = hierarchy(("division", [2]), ("department", [1, 2]), ("team", [2, 1, 1]))
    attributes = (*steps, *ATTRIBUTES)
    found: set[str] = set()
    try:
        make_policy(QUESTIONS, attributes, tables, epsilon=3, k=5, comment_k=10)
    except Invalid as error:
        found = ids_of(error)
    assert found == ({problem} if problem else set())


def test_more_children_of_one_level_than_a_byte_counts_have_no_plan() -> None:
    steps = hierarchy(("department", [2]), ("team", [256, 1]))
    with pytest.raises(Invalid) as refused:
        make_policy(QUESTIONS, steps, [("team",)], epsilon=3, k=5, comment_k=10)
    assert ids_of(refused.value) == {"no-room"}


def test_two_crosses_that_share_an_attribute_are_allowed() -> None:
    assert policy_of(tables=[("a", "b"), ("b", "c")]).tables == ((), ("a", "b"), ("b", "c"))


def test_the_plan_of_this_version_is_accepted() -> None:
    check_policy(manifest_of(policy_of()))
    check_policy(manifest_of(policy_of(epsilon=0.7, k=12, comment_k=12, delta_gate=1e-8)))


@pytest.mark.parametrize(
    "change",
    [
        {"mechanism": MECHANISM + "0"},
        {"micro_rho": 185_000},
        {"micro_rho": 0},
        {"epsilon_presence": 2.9},
        {"epsilon_answers": 1.0},
        {"delta": 1e-7},
        {"delta": float("nan")},
        {"k": 0},
        {"tables": ((), ("a",))},
        {"tables": (("a",), ("b",))},
        {"margins": {}},
    ],
)
def test_a_plan_that_this_version_does_not_compute_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ContractBroken):
        check_policy(manifest_of(replace(policy_of(), **change)))
