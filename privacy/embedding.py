"""Integer features of one question's answers (docs/decisions/0015-embeddings-by-benchmark.md).

An answer is read as one code in each of one or more columns, and every (column, code) adds a row of integers.
Scale, choice and eNPS have one column; a multiple choice has one column an option. The last channel is skip's
own, 0 for every answer; it makes skip as long as an answer can be, or just shorter.

- scale, K answers: ``own_x`` in the answer's channel and ``-shift`` in those of the others, then ``side_x``,
  which tells favourable answers from others, then ``line_x``, which runs from the first answer to the last;
  ``own_x`` fills the length up to ``LENGTH``
- choice, K options: ``step (K e_x - 1)``
- nps: ``[-1, 0, +1 ; 0, 1, 0]`` over detractor (0-6), passive (7-8) and promoter (9-10)
- multiple: ``+STEP`` chosen, ``-STEP`` not chosen, an option
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement
from math import isqrt
from operator import sub

from privacy.survey import NPS_SCORES, Question

DETRACTORS = range(7)
PASSIVES = range(7, 9)

LENGTH = 50  # of an answer to a scale; long enough that whole numbers come close to the best real ones
SHIFT, SIDE, LINE = 44, 26, 24  # chosen for that length by benchmarks/embeddings.py
LINE_ALONE = 34  # where no answer is favourable, or all are, and no side is needed
STEP = 10  # of an option of a multiple choice; skip, of STEP times a root, then rounds finely

Row = tuple[int, ...]
Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Embedding:
    """The features of one question.

    ``codes`` has the number of codes of each column, code 0 being skip. ``rows`` lists the feature vectors of
    column 0 code 0, 1, ..., column 1 code 0, 1, ...; an answer's features are the sum over its columns.
    ``categories`` are the distinct feature vectors of a question of one column, skip last, and empty for
    several columns. ``norm`` is the largest squared norm of an answer. ``pairs`` are the pairs of answers
    that can be the worst to exchange, each as (squared distance, sum of the squared norms).
    """

    codes: tuple[int, ...]
    rows: tuple[Row, ...]
    categories: tuple[Row, ...]
    norm: int
    pairs: tuple[Pair, ...]

    @property
    def channels(self) -> int:
        """The number of features."""
        return len(self.rows[0])


def embedding_of(question: Question) -> Embedding:
    """The embedding of a question. Raises ValueError for a text, which has none."""
    match question.type:
        case "scale":
            return _scale([option.id in question.favourable for option in question.options])
        case "choice":
            return _choice(len(question.options))
        case "nps":
            return _nps()
        case "multiple":
            return _multiple(len(question.options))
        case _:
            raise ValueError(f"{question.id!r} is a text and has no features")


def _scale(favourable: list[bool]) -> Embedding:
    size, good = len(favourable), sum(favourable)
    shift = round(SHIFT / size)
    reach = LINE_ALONE
    shared = []
    if 0 < good < size:
        # Halfway between plus or minus one and the same with mean zero: the smaller side stands further out.
        ends = {True: 3 * size - 2 * good, False: -size - 2 * good}
        shared.append([round(SIDE * ends[favour] / (2 * size)) for favour in favourable])
        reach = LINE
    if size > 1:
        shared.append([round(reach * (2 * x - size + 1) / (size - 1)) for x in range(size)])
    answers = []
    for x in range(size):
        along = [channel[x] for channel in shared]
        own = isqrt(LENGTH**2 - (size - 1) * shift**2 - sum(value**2 for value in along))
        answers.append((*(own if x == y else -shift for y in range(size)), *along))
    return _one_column(answers, range(size), LENGTH**2)


def _choice(options: int) -> Embedding:
    if options == 1:
        return _one_column([(1,)], [0], 1)
    squares = options * (options - 1)
    step = max(1, isqrt(LENGTH**2 // squares))
    answers = [tuple(step * (options * (x == y) - 1) for y in range(options)) for x in range(options)]
    return _one_column(answers, range(options), step**2 * squares)


def _nps() -> Embedding:
    groups = [0 if s in DETRACTORS else 1 if s in PASSIVES else 2 for s in range(NPS_SCORES)]
    return _one_column([(-1, 0), (0, 1), (1, 0)], groups, 1)


def _one_column(answers: Sequence[Row], groups: Sequence[int], longest: int) -> Embedding:
    """``answers`` are the distinct feature vectors but for skip, of squared norms up to ``longest``.

    ``groups`` has the answer that each code from 1 on stands for.
    """
    skip = (*(0 for _ in answers[0]), isqrt(longest))
    categories = (*((*answer, 0) for answer in answers), skip)
    rows = (skip, *(categories[group] for group in groups))
    norm = max(_squares(category) for category in categories)
    return Embedding((len(rows),), rows, categories, norm, _worst_pairs(categories))


def _worst_pairs(categories: Sequence[Row]) -> tuple[Pair, ...]:
    """The pairs that no other exceeds in both distance and norms, an answer with itself included."""
    norms = [_squares(category) for category in categories]
    found = {
        (_squares(map(sub, categories[one], categories[two])), norms[one] + norms[two])
        for one, two in combinations_with_replacement(range(len(categories)), 2)
    }
    worst: list[Pair] = []
    for distance, length in sorted(found, reverse=True):
        if not worst or length > worst[-1][1]:
            worst.append((distance, length))
    return tuple(worst)


def _multiple(options: int) -> Embedding:
    norm = STEP**2 * options
    rows: list[Row] = []
    for option in range(options):
        for code, chosen in enumerate((0, -STEP, STEP)):
            # One column is enough to tell that all are skipped.
            skip = isqrt(norm) if option == 0 and code == 0 else 0
            rows.append((*(chosen if option == other else 0 for other in range(options)), skip))
    return Embedding((3,) * options, tuple(rows), (), norm, ((4 * norm, 2 * norm),))


def _squares(values: Iterable[int]) -> int:
    return sum(value**2 for value in values)
