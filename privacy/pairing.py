"""Pairing two waves inside the tally: how much the same people's answers changed, without who they are.

Each response of a paired wave may hold the tag of a program code, sealed with the answers. A tag that stands
once in each of two waves makes a pair; what is released of the pairs is their number and the mean change of
each measure, with noise (docs/decisions/0023-paired-waves.md).

Adding or removing one response changes at most one pair: a new tag makes a pair, a tag that is there already
undoes one, as a tag that stands twice counts nowhere. A person with a response in both waves who used other
people's codes could change two, so that each wave is charged twice what one response costs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from privacy.answers import TAG_SIZE, layout_of
from privacy.answers_batch import Batch, level_cells
from privacy.contract import Manifest, Measure, Pairing, Policy
from privacy.errors import ContractBroken, Invalid, Problem
from privacy.mechanism import epsilon_of, micro_rho_for
from privacy.plan import design_of
from privacy.survey import Attribute, Question

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

EPSILON = 1.5  # what a wave is charged for one paired release
DELTA_GATE = 1e-6
MOST_MEASURES = 12
TWO_PAIRS = 2  # that one person can change
CELL_SIZE = 1


@dataclass(frozen=True, slots=True, eq=False)
class Pairs:
    """The exact pairs of two waves. ``changes`` is (pairs, measures), from -1 to 1 of the largest change
    that counts; ``cells`` is (pairs,), the group of each.
    """

    changes: Floats
    cells: Integers


def items_of(questions: Sequence[Question], measure: Measure) -> tuple[Question, ...]:
    """The scale questions whose mean the measure is."""
    scales = tuple(question for question in questions if question.type == "scale")
    if measure.question is not None:
        return tuple(question for question in scales if question.id == measure.question)
    return tuple(question for question in scales if measure.theme in (None, question.theme))


def make_pairing(
    questions: Sequence[Question],
    attributes: Sequence[Attribute],
    policy: Policy,
    *,
    pairing_id: bytes,
    measures: Sequence[Measure],
    by: str | None = None,
    epsilon: float = EPSILON,
    earlier: bytes | None = None,
    carried_until: datetime | None = None,
    link_micro_rho: int | None = None,
) -> Pairing:
    """What a wave promises on pairing. ``epsilon`` is what it is charged for each paired release.

    ``link_micro_rho``, that of the earlier wave, takes the place of ``epsilon``. Raises Invalid with every
    fault, at places below ``pairing``.
    """
    problems = measure_problems(questions, measures) + _other_problems(attributes, by, earlier, carried_until)
    if link_micro_rho is None:
        try:
            link_micro_rho = micro_rho_for(epsilon, policy.delta) // TWO_PAIRS
        except ValueError:
            link_micro_rho = 0
        if link_micro_rho < 1:
            message = "it protects nothing or allows nothing"
            problems.append(Problem("epsilon", "pairing.epsilon", message, f"choose one such as {EPSILON:g}"))
    if problems:
        raise Invalid(problems)
    links = (earlier is not None) + (carried_until is not None)
    cost = TWO_PAIRS * link_micro_rho * links
    presence, answers = _epsilons(questions, attributes, policy, cost)
    return Pairing(
        id=pairing_id,
        earlier=earlier,
        carried_until=carried_until,
        link_micro_rho=link_micro_rho,
        micro_rho=cost,
        epsilon_presence=presence,
        epsilon_answers=answers,
        delta_gate=DELTA_GATE,
        measures=tuple(measures),
        by=by,
    )


def check_pairing(manifest: Manifest) -> None:
    """Raises ContractBroken unless this version computes the losses that the manifest states."""
    pairing = manifest.pairing
    if pairing is None:
        return
    cost = TWO_PAIRS * pairing.link_micro_rho * pairing.links
    stated = (pairing.micro_rho, pairing.epsilon_presence, pairing.epsilon_answers)
    if stated != (cost, *_epsilons(manifest.questions, manifest.attributes, manifest.policy, cost)):
        raise ContractBroken("the contract states another loss than its pairing costs; do not answer it")


def measure_problems(questions: Sequence[Question], measures: Sequence[Measure]) -> list[Problem]:
    """Every measure that these questions do not hold, or not as one mean, and too many or none."""
    place = "pairing.measures"
    problems = []
    if not 1 <= len(measures) <= MOST_MEASURES or len(set(measures)) != len(measures):
        message, remedy = "not a list of different measures", f"name 1 to {MOST_MEASURES} questions or themes"
        problems.append(Problem("measures", place, message, remedy))
    for number, measure in enumerate(measures):
        items = items_of(questions, measure)
        if not items:
            scales = [question for question in questions if question.type == "scale"]
            themes = dict.fromkeys(question.theme for question in scales if question.theme is not None)
            known = ", ".join([*(question.id for question in scales), *themes])
            message = "the survey has no scale question or theme of this name"
            problem = Problem("measure-not-in-survey", f"{place}[{number}]", message, f"use one of {known}")
            problems.append(problem)
        elif len({len(question.options) for question in items}) > 1:
            message, remedy = (
                "its questions have scales of different lengths",
                "name its questions one by one",
            )
            problems.append(Problem("measure-mixed", f"{place}[{number}]", message, remedy))
    return problems


def record_size(manifest: Manifest) -> int:
    """The bytes of one record: tag, one a scale question that is measured, the group."""
    return TAG_SIZE + len(_measured(manifest)) + CELL_SIZE


def records_of(manifest: Manifest, batch: Batch) -> Bytes:
    """What pairing needs of the responses with a tag: (n, record size), in the order of the batch."""
    layout = layout_of(manifest)
    chosen = batch.tags.any(axis=1)
    rows = batch.rows[chosen]
    fields = {field.id: field for field in layout.questions}
    columns = [batch.tags[chosen]]
    columns += [rows[:, fields[name].offset, None] for name in _measured(manifest)]
    by = None if manifest.pairing is None else manifest.pairing.by
    if by is None:
        columns.append(np.zeros((len(rows), CELL_SIZE), dtype=np.uint8))
    else:
        field = next(field for field in layout.attributes if field.id == by)
        columns.append(level_cells(field, rows, None)[0][:, None].astype(np.uint8))
    return np.concatenate(columns, axis=1)


def no_pairs(later: Manifest) -> Pairs:
    """No pairs at all: nothing was carried over."""
    return Pairs(np.zeros((0, len(_pairing(later).measures))), np.zeros(0, dtype=np.int64))


def pairs_of(earlier: Manifest, before: Bytes, later: Manifest, after: Bytes) -> Pairs:
    """The pairs of two waves, from the records of both.

    A tag that stands twice in one of them counts nowhere. A pair counts if of every measure at least half
    the questions were answered both times. Raises ContractBroken if the waves do not measure the same.
    """
    first, second = _once(before), _once(after)
    _, in_first, in_second = np.intersect1d(
        _tags(first), _tags(second), assume_unique=True, return_indices=True
    )
    old = _scores(earlier, first[in_first])
    new = _scores(later, second[in_second])
    if not new.keys() <= old.keys():
        raise ContractBroken("the two waves do not measure the same; nothing is paired")
    changes = []
    for measure in _pairing(later).measures:
        items = items_of(later.questions, measure)
        if any(old[item.id][1] != new[item.id][1] for item in items):
            raise ContractBroken("the scales of the two waves are not the same; nothing is paired")
        differences = np.array([new[item.id][0] - old[item.id][0] for item in items])
        answered = ~np.isnan(differences)
        enough = 2 * answered.sum(axis=0) >= len(items)
        mean = np.nansum(differences, axis=0) / np.maximum(answered.sum(axis=0), 1)
        most = largest_change(len(items[0].options))
        changes.append(np.where(enough, np.clip(mean / most, -1, 1), np.nan))
    whole = np.array(changes).T.reshape(len(in_first), len(changes))
    complete = ~np.isnan(whole).any(axis=1)
    return Pairs(whole[complete], second[in_second][complete, -1].astype(np.int64))


def largest_change(options: int) -> float:
    """The largest change in scale points that counts: half the scale. A larger one counts as this.

    Larger ones are rare, and without this bound all changes would need twice the noise.
    """
    return (options - 1) / 2


def _pairing(manifest: Manifest) -> Pairing:
    if manifest.pairing is None:
        raise ContractBroken("the wave promises no pairing; nothing is paired")
    return manifest.pairing


def _measured(manifest: Manifest) -> tuple[str, ...]:
    """The ids of the questions that are measured, in the manifest's order."""
    named = {
        question.id
        for measure in _pairing(manifest).measures
        for question in items_of(manifest.questions, measure)
    }
    return tuple(question.id for question in manifest.questions if question.id in named)


def _scores(manifest: Manifest, records: Bytes) -> dict[str, tuple[Floats, int]]:
    """Each question's scores, not a number where it was skipped, and its number of options."""
    questions = {question.id: question for question in manifest.questions}
    scores = {}
    for place, name in enumerate(_measured(manifest), start=TAG_SIZE):
        options = len(questions[name].options)
        position = records[:, place].astype(np.float64)
        score = options + 1 - position if questions[name].reverse else position
        scores[name] = np.where(position > 0, score, np.nan), options
    return scores


def _once(records: Bytes) -> Bytes:
    """The records whose tag is not empty and stands once."""
    records = records[records[:, :TAG_SIZE].any(axis=1)]
    _, places, numbers = np.unique(_tags(records), return_index=True, return_counts=True)
    once: Bytes = records[places[numbers == 1]]
    return once


def _tags(records: Bytes) -> NDArray[np.void]:
    return np.ascontiguousarray(records[:, :TAG_SIZE]).view(f"V{TAG_SIZE}").ravel()


def _epsilons(
    questions: Sequence[Question], attributes: Sequence[Attribute], policy: Policy, cost: int
) -> tuple[float, float]:
    """Of the whole wave, presence and answers. Another answer moves up to twice as far, so four times rho."""
    answers = design_of(questions, attributes, policy).micro_rho_answers + 4 * cost
    return epsilon_of(policy.micro_rho + cost, policy.delta), epsilon_of(answers, policy.delta)


def _other_problems(
    attributes: Sequence[Attribute], by: str | None, earlier: bytes | None, carried_until: datetime | None
) -> list[Problem]:
    problems = []
    known = [attribute.id for attribute in attributes if attribute.parent is None]
    if by is not None and by not in known:
        message = "the wave has no such attribute, or it lies below another"
        remedy = f"use {', '.join(known)}" if known else "leave it out"
        problems.append(Problem("unknown-attribute", "pairing.by", message, remedy))
    if earlier is None and carried_until is None:
        message = "the wave is paired with none before it and kept for none after it"
        remedy = "name the earlier wave, or until when its answers are kept for a later one"
        problems.append(Problem("pairs-with-nothing", "pairing", message, remedy))
    return problems
