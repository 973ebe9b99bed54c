"""The design of a release, computed from public inputs alone: questions, attributes and policy.

Each table of the policy partitions all responses: every attribute has one cell more than it has levels, for
those who did not say. A response adds, in its cell of every table, the integers (1, features of question 1,
features of question 2, ...) times the multipliers of the table; a spoiled one adds to one coordinate at the
end. The policy states the multipliers, which weights.py chooses.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import NormalDist

from privacy import sensitivity
from privacy.answers import Field, layout_for
from privacy.contract import Manifest, Policy, Weights
from privacy.embedding import Embedding, embedding_of
from privacy.errors import ContractBroken, Invalid
from privacy.mechanism import epsilon_of, micro_rho_for, sigma_of
from privacy.policy_problems import problems_of
from privacy.survey import Attribute, Question

MECHANISM = "sottovoce-gaussian-2"
MARGINS: Mapping[str, float] = {"scale": 0.5, "share": 15.0, "nps": 30.0}

UNIT = 100_000_000  # squared length of a question in one table; large, so that multipliers round finely
COUNT_SHARE = 0.4  # squared length of the count as a share of all questions'


@dataclass(frozen=True, slots=True)
class Axis:
    """One attribute of a table: its levels in order, then a cell for those who did not say.

    In a hierarchy ``above`` is the axis of the attribute a step above, and ``parents`` has for every cell of
    this one the cell of that; who did not say lies in who did not say. At the top they are None and empty.
    """

    attribute: str
    field: Field
    size: int
    above: "Axis | None" = None
    parents: tuple[int, ...] = ()

    @property
    def chain(self) -> tuple["Axis", ...]:
        """The axes from the top of the hierarchy down to this one."""
        return (self,) if self.above is None else (*self.above.chain, self)


@dataclass(frozen=True, slots=True)
class Table:
    """One breakdown; its cells are in C order of its axes."""

    axes: tuple[Axis, ...]

    @property
    def attributes(self) -> tuple[str, ...]:
        """The attribute of each axis."""
        return tuple(axis.attribute for axis in self.axes)

    @property
    def shape(self) -> tuple[int, ...]:
        """The number of cells along each axis."""
        return tuple(axis.size for axis in self.axes)

    @property
    def cells(self) -> int:
        """The number of groups."""
        return math.prod(self.shape)

    @property
    def tells(self) -> frozenset[str]:
        """The attributes in which two people of one cell are alike."""
        return frozenset(step.attribute for axis in self.axes for step in axis.chain)


@dataclass(frozen=True, slots=True)
class Design:
    """What is counted, with which integer weights, and how much noise it gets.

    ``questions`` are all but the texts, with their ``fields`` in the plaintext and ``embeddings``.
    ``count_multipliers`` has one integer a table, ``question_multipliers`` one a table for each question.
    ``sigma`` is the scale of the noise on every integer; ``z`` times the standard error of a count, above k,
    is what the noisy count of a group must reach.
    """

    questions: tuple[Question, ...]
    texts: tuple[str, ...]
    attributes: tuple[Attribute, ...]
    fields: tuple[Field, ...]
    row_size: int
    embeddings: tuple[Embedding, ...]
    tables: tuple[Table, ...]
    count_multipliers: tuple[int, ...]
    question_multipliers: tuple[tuple[int, ...], ...]
    spoiled_multiplier: int
    d2: int
    d2_answers: int
    micro_rho: int
    sigma: float
    k: int
    z: float

    @property
    def cells(self) -> int:
        """The number of groups of all tables."""
        return sum(table.cells for table in self.tables)

    @property
    def channels(self) -> int:
        """The number of integers of a cell: the count, then every question's features."""
        return 1 + sum(embedding.channels for embedding in self.embeddings)

    @property
    def size(self) -> int:
        """The number of integers that get noise: cells in order with their channels, then the spoiled."""
        return self.cells * self.channels + 1

    @property
    def micro_rho_answers(self) -> int:
        """The loss in the answers relation, in millionths of rho, rounded up."""
        return -(-self.d2_answers * self.micro_rho // (math.isqrt(self.d2) + 1) ** 2)


def design_of(questions: Sequence[Question], attributes: Sequence[Attribute], policy: Policy) -> Design:
    """The design that follows from these. Raises Invalid with every fault of the policy."""
    problems = problems_of(questions, attributes, policy)
    if problems:
        raise Invalid(problems)
    layout = layout_for(questions, attributes)
    counted = tuple(question for question in questions if question.type != "text")
    axes = _axes(attributes, layout.attributes)
    tables = tuple(Table(tuple(axes[name] for name in table)) for table in policy.tables)
    embeddings = tuple(embedding_of(question) for question in counted)
    count = policy.weights.counts
    weights = tuple(tuple(own * table for table in policy.weights.tables) for own in policy.weights.questions)
    d2 = sensitivity.presence(embeddings, count, weights)
    spoiled = math.isqrt(d2)
    told = [table.tells for table in tables]
    return Design(
        questions=counted,
        texts=tuple(field.id for field in layout.texts),
        attributes=tuple(attributes),
        fields=layout.questions,
        row_size=layout.fixed_size,
        embeddings=embeddings,
        tables=tables,
        count_multipliers=count,
        question_multipliers=weights,
        spoiled_multiplier=spoiled,
        d2=d2,
        d2_answers=sensitivity.answers(told, embeddings, count, weights, spoiled),
        micro_rho=policy.micro_rho,
        sigma=sigma_of(d2, policy.micro_rho),
        k=policy.k,
        z=gate_z(len(tables), policy.delta_gate),
    )


def gate_z(tables: int, delta_gate: float) -> float:
    """The z with ``tables * 2 Q(z) <= delta_gate``, Q the upper tail of the normal law, rounded up.

    Twice Q bounds the upper tail of every linear combination of discrete Gaussians of scale 100 or more
    (docs/decisions/0004-count-gate.md); the half thousandth added covers the lattice.
    """
    tail = -NormalDist().inv_cdf(delta_gate / (2 * tables))
    return math.ceil((tail + 0.0005) * 1_000) / 1_000


def make_policy(
    questions: Sequence[Question],
    attributes: Sequence[Attribute],
    tables: Sequence[Sequence[str]],
    *,
    epsilon: float,
    k: int,
    comment_k: int,
    delta: float = 1e-6,
    delta_gate: float = 1e-6,
    margins: Mapping[str, float] = MARGINS,
    weights: Weights | None = None,
) -> Policy:
    """The policy with the least noise whose presence epsilon at ``delta`` is at most ``epsilon``.

    The whole, ``()``, comes first and is added where it is missing; a table's attributes are put in their
    order in the survey. Without ``weights`` all tables and all questions share alike. Raises Invalid with
    every fault.
    """
    order = {attribute.id: place for place, attribute in enumerate(attributes)}
    sorted_tables = [tuple(sorted(table, key=lambda name: order.get(name, 0))) for table in tables]
    whole_first = ((), *(table for table in sorted_tables if table))
    policy = Policy(
        k=k,
        comment_k=comment_k,
        micro_rho=_micro_rho(epsilon, delta),
        epsilon_presence=0.0,
        epsilon_answers=0.0,
        delta=delta,
        delta_gate=delta_gate,
        mechanism=MECHANISM,
        tables=whole_first,
        weights=weights or even_weights(questions, len(whole_first)),
        margins=dict(margins),
    )
    return _with_epsilons(policy, design_of(questions, attributes, policy))


def even_weights(questions: Sequence[Question], tables: int) -> Weights:
    """Every question and every table with the same squared length, the count with a share of all."""
    norms = [embedding_of(question).norm for question in questions if question.type != "text"]
    return Weights(
        counts=(math.isqrt(round(COUNT_SHARE * UNIT * max(1, len(norms)))),) * tables,
        tables=(1,) * tables,
        questions=tuple(round(math.sqrt(UNIT / norm)) for norm in norms),
    )


def check_policy(manifest: Manifest) -> None:
    """Raises ContractBroken unless this version computes the plan that the manifest promises."""
    policy = manifest.policy
    if policy.mechanism != MECHANISM:
        raise ContractBroken(
            f"the contract's mechanism is {policy.mechanism!r}; this version has {MECHANISM!r}"
        )
    try:
        design = design_of(manifest.questions, manifest.attributes, policy)
    except (Invalid, ValueError) as error:
        raise ContractBroken(f"the contract's plan cannot be carried out: {error}") from None
    if _with_epsilons(policy, design) != policy:
        raise ContractBroken("the contract states another epsilon than its plan costs; do not answer it")


def _with_epsilons(policy: Policy, design: Design) -> Policy:
    return replace(
        policy,
        epsilon_presence=epsilon_of(policy.micro_rho, policy.delta),
        epsilon_answers=epsilon_of(design.micro_rho_answers, policy.delta),
    )


def _micro_rho(epsilon: float, delta: float) -> int:
    """Zero, which problems_of finds again with its place, where there is no such loss."""
    try:
        return micro_rho_for(epsilon, delta if 0 < delta < 1 else 0.5)
    except ValueError:
        return 0


def _axes(attributes: Sequence[Attribute], fields: Sequence[Field]) -> dict[str, Axis]:
    """The axis of each attribute; an attribute comes after the one above it."""
    by_id = {attribute.id: attribute for attribute in attributes}
    axes: dict[str, Axis] = {}
    for attribute, field in zip(attributes, fields, strict=True):
        size = len(attribute.levels) + 1
        if attribute.parent is None:
            axes[attribute.id] = Axis(attribute.id, field, size)
        else:
            above = by_id[attribute.parent]
            place = {level.id: number for number, level in enumerate(above.levels)}
            parents = (*(place[level.parent or ""] for level in attribute.levels), len(above.levels))
            axes[attribute.id] = Axis(attribute.id, field, size, axes[above.id], parents)
    return axes
