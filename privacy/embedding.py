"""Integer features of one question's answers (docs/decisions/0002-embeddings-and-multipliers.md).

An answer is read as one code in each of one or more columns, and every (column, code) adds a row of integers.
Scale, choice and eNPS have one column; a multiple choice has one column an option.

- scale, K answers: ``[2((K+1) e_x - 1) ; (K+1) s]`` over the answers and skip, s = +1 favourable, -1 another
  answer, 0 skip
- choice, K options: ``[(K+1) e_x - 1]`` over the options and skip
- nps: ``[4 e_x - 1 ; 3 s]`` over detractor (0-6), passive (7-8), promoter (9-10) and skip, s = -1, 0, +1, 0
- multiple, K options: ``[+1 chosen, -1 not chosen, 0 skip]`` an option, then +1 answered, -1 skip
"""

from dataclasses import dataclass

from privacy.survey import NPS_SCORES, Question

DETRACTORS = range(7)
PASSIVES = range(7, 9)
NPS_GROUPS = 3

Row = tuple[int, ...]


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
    pairs: tuple[tuple[int, int], ...]

    @property
    def channels(self) -> int:
        """The number of features."""
        return len(self.rows[0])


def embedding_of(question: Question) -> Embedding:
    """The embedding of a question. Raises ValueError for a text, which has none."""
    match question.type:
        case "scale":
            favourable = [option.id in question.favourable for option in question.options]
            return _scale(favourable)
        case "choice":
            return _choice(len(question.options))
        case "nps":
            return _nps()
        case "multiple":
            return _multiple(len(question.options))
        case _:
            raise ValueError(f"{question.id!r} is a text and has no features")


def _simplex(size: int, step: int) -> list[Row]:
    """``step (size e_x - 1)`` for x from 0: its rows sum to zero."""
    return [tuple(step * (size * (x == y) - 1) for y in range(size)) for x in range(size)]


def _one_column(
    categories: list[Row], codes: list[int], norm: int, pairs: list[tuple[int, int]]
) -> Embedding:
    rows = tuple(categories[category] for category in codes)
    return Embedding((len(codes),), rows, tuple(categories), norm, tuple(pairs))


def _scale(favourable: list[bool]) -> Embedding:
    size = len(favourable) + 1
    side = size * size  # of the last channel, squared
    plain = 4 * size * (size - 1)
    signs = [size if good else -size for good in favourable] + [0]
    categories = [(*row, sign) for row, sign in zip(_simplex(size, 2), signs, strict=True)]
    codes = [size - 1, *range(size - 1)]
    if any(favourable) and not all(favourable):
        pairs = [(12 * side, 2 * (plain + side))]
    else:
        agreeing = [8 * side] if size > 2 else [0]
        pairs = [*((distance, 2 * (plain + side)) for distance in agreeing), (9 * side, 2 * plain + side)]
    return _one_column(categories, codes, plain + side, pairs)


def _choice(options: int) -> Embedding:
    size = options + 1
    norm = size * (size - 1)
    codes = [size - 1, *range(size - 1)]
    return _one_column(_simplex(size, 1), codes, norm, [(2 * size * size, 2 * norm)])


def _nps() -> Embedding:
    size = NPS_GROUPS + 1
    categories = [(*row, 3 * sign) for row, sign in zip(_simplex(size, 1), (-1, 0, 1, 0), strict=True)]
    scores = [0 if s in DETRACTORS else 1 if s in PASSIVES else 2 for s in range(NPS_SCORES)]
    return _one_column(categories, [size - 1, *scores], 21, [(68, 42)])


def _multiple(options: int) -> Embedding:
    rows: list[Row] = []
    for option in range(options):
        for code, chosen in enumerate((0, -1, 1)):
            answered = 0 if option else -1 if code == 0 else 1
            rows.append((*(chosen if option == other else 0 for other in range(options)), answered))
    pairs = [(4 * options, 2 * options + 2), (options + 4, options + 2)]
    return Embedding((3,) * options, tuple(rows), (), options + 1, tuple(pairs))
