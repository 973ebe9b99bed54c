"""How far one response can move the vector of sums: both neighbour relations, as exact integers.

The squared length of what a response adds is a sum over tables and questions, so its maximum is one too. For
two responses that state different values of a set S of attributes, a table with an attribute of S holds them
in different cells, where their squared lengths add up; in every other table they share a cell, where the
squared distance of their features counts. Given S each question can be worst on its own, so the maximum over
all pairs is a maximum over the sets S (docs/decisions/0003-exact-sensitivity.md).
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from privacy.embedding import Embedding

Multipliers = tuple[int, ...]  # one a table


def presence(embeddings: Sequence[Embedding], count: Multipliers, questions: Sequence[Multipliers]) -> int:
    """The largest squared length of what one response adds.

    ``count`` has the multiplier of the count channel of each table, ``questions`` those of each question.
    """
    return _squares(count) + sum(
        _squares(own) * embedding.norm for embedding, own in zip(embeddings, questions, strict=True)
    )


def answers(
    tables: Sequence[frozenset[str]],
    embeddings: Sequence[Embedding],
    count: Multipliers,
    questions: Sequence[Multipliers],
    spoiled: int,
) -> int:
    """The largest squared distance between what two responses add, be they valid, spoiled or withdrawn.

    ``tables`` has each table's attributes, ``spoiled`` what a spoiled response adds to its own coordinate.
    """
    alike = Counter((embedding.pairs, own) for embedding, own in zip(embeddings, questions, strict=True))
    worst = presence(embeddings, count, questions) + spoiled**2
    for apart in _changes(tables):
        total = 2 * _squares(count[table] for table in apart)
        for (pairs, multipliers), number in alike.items():
            away = _squares(multipliers[table] for table in apart)
            together = _squares(multipliers) - away
            total += number * max(together * distance + away * norms for distance, norms in pairs)
        worst = max(worst, total)
    return worst


def _changes(tables: Sequence[frozenset[str]]) -> set[frozenset[int]]:
    """For every set of attributes in which two responses may differ, the tables that tell them apart."""
    changes = {frozenset[int]()}
    for attribute in frozenset[str]().union(*tables):
        told = frozenset(place for place, table in enumerate(tables) if attribute in table)
        changes |= {change | told for change in changes}
    return changes


def _squares(values: Iterable[int]) -> int:
    return sum(value**2 for value in values)
