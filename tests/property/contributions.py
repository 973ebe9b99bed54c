"""Every response that a design allows, and what each adds to the vector of sums."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import product

import numpy as np

from privacy.answers import Answer, Response, encode, layout_for
from privacy.count import count, vector
from privacy.plan import Design
from privacy.survey import Attribute, Question


def answers_to(question: Question) -> list[Answer]:
    """Every answer that can be given, skip included."""
    size = 11 if question.type == "nps" else len(question.options)
    if question.type == "multiple":
        chosen = [frozenset(np.flatnonzero(bits).tolist()) for bits in product((0, 1), repeat=size)]
        return [None, *chosen]
    return [None, *range(size)]


def statements_of(attributes: Sequence[Attribute]) -> list[dict[str, int | None]]:
    """Every way to state the attributes, a hierarchy's steps all or none."""
    found: list[dict[str, int | None]] = [{}]
    for attribute in attributes:
        found = [
            {**stated, attribute.id: level}
            for stated in found
            for level in _levels_under(attributes, attribute, stated)
        ]
    return found


def _levels_under(
    attributes: Sequence[Attribute], attribute: Attribute, stated: Mapping[str, int | None]
) -> Iterable[int | None]:
    if attribute.parent is None:
        return (None, *range(len(attribute.levels)))
    above = next(one for one in attributes if one.id == attribute.parent)
    place = stated[above.id]
    if place is None:
        return (None,)
    parent = above.levels[place].id
    return [number for number, level in enumerate(attribute.levels) if level.parent == parent]


def contributions(design: Design) -> np.ndarray:
    """What every possible response adds to the vector of sums, a row each; spoiled and withdrawn last."""
    layout = layout_for(design.questions, design.attributes)
    answers = [answers_to(question) for question in design.questions]
    names = [question.id for question in design.questions]
    nobody = count(design, np.zeros((0, layout.fixed_size), dtype=np.uint8))
    rows = []
    for stated, *chosen in product(statements_of(design.attributes), *answers):
        plaintext = encode(layout, Response(dict(zip(names, chosen, strict=True)), stated))
        one = np.frombuffer(plaintext, dtype=np.uint8)[None, : layout.fixed_size]
        rows.append(vector(design, count(design, one), 0))
    rows.append(vector(design, nobody, 1))
    rows.append(vector(design, nobody, 0))
    return np.array(rows, dtype=np.int64)


def squared_distances(added: np.ndarray) -> np.ndarray:
    """(responses, responses): how far any two of them lie apart."""
    gram = added @ added.T
    squares = np.diagonal(gram)
    distances: np.ndarray = squares[:, None] + squares[None, :] - 2 * gram
    return distances
