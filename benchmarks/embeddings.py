"""How near the integer embeddings come to the least error possible, for each type and size of question.

    python benchmarks/embeddings.py

The error is the root of the weighted sum of the squared errors of a question's figures, linearised, averaged
over several distributions of answers, at equal squared length of the longest answer. Every figure counts in
the unit of its margin limit; the shares of a question count half a figure together. The number of responses
has an eighth of the variance of a question's longest answer, as for twenty questions in a plan of even
weights. Prints every error as a ratio to a bound that no embedding and no estimate goes below.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, product

import numpy as np
from scipy.optimize import minimize

from privacy.consistency import sum_to_zero
from privacy.embedding import Embedding, embedding_of
from privacy.figures import figures_of, limit_of
from privacy.plan import MARGINS, design_of, make_policy
from privacy.readout import readout_of
from privacy.survey import Option, Question

COUNT_VARIANCE = 1 / 8
SHARES = 0.5
CENTRES = (0.35, 0.5, 0.65, 0.8)  # of the answers to a scale, along its range
WIDTH = 0.25
NPS = ((0.5, 0.3, 0.2), (0.35, 0.35, 0.3), (0.2, 0.4, 0.4), (0.15, 0.25, 0.6))
MOST_CATEGORIES = 40  # beyond, the best real embedding takes long to find
STARTS = 3
UPDATES = 3_000

SCALES = (
    (2, (1,)),
    (3, (2,)),
    (4, (2, 3)),
    (5, (3, 4)),
    (5, (4,)),
    (5, (1, 2, 3, 4)),
    (5, ()),
    (7, (5, 6)),
    (7, ()),
    (10, (7, 8, 9)),
    (11, (9, 10)),
    (11, ()),
)
CHOICES = (2, 3, 5, 8, 12)
MULTIPLES = (2, 4, 6, 8)


@dataclass(frozen=True)
class Problem:
    """What is to be known about one question.

    ``figures`` (figures, answers) are the weights, in units of limits, of everything that is released, where
    answers are those of a read-out; ``given`` (answers, categories) says which answers each category gives,
    skip last; ``shares`` are the distributions of answers.
    """

    question: Question
    figures: np.ndarray
    given: np.ndarray
    shares: list[np.ndarray]

    @property
    def workload(self) -> np.ndarray:
        """(rows, categories): the figures' first-order dependence on how many gave each category."""
        answered = np.append(np.ones(self.given.shape[1] - 1), 0)
        rows = [
            self.figures @ self.given - np.outer(self.figures @ shares, answered) for shares in self.shares
        ]
        return np.concatenate(rows) / np.sqrt(len(self.shares))


def problem_of(question: Question) -> Problem:
    policy = make_policy([question], [], [], epsilon=3, k=5, comment_k=10)
    figures = [figure for figure in figures_of(design_of([question], [], policy)) if figure.items]
    shares = sum(figure.kind == "share" for figure in figures)
    weights = [
        np.array(figure.items[0].weights)
        / limit_of(figure, MARGINS)
        * (np.sqrt(SHARES / shares) if figure.kind == "share" else 1)
        for figure in figures
    ]
    size = len(weights[0])
    given = np.eye(size, size + 1)
    if question.type == "multiple":
        given = np.array([*product((0, 1), repeat=size), (0,) * size], dtype=float).T
    return Problem(question, np.array(weights), given, list(distributions(question, size)))


def distributions(question: Question, size: int) -> Iterator[np.ndarray]:
    """The share of each answer among those who answered, of several plausible groups."""
    if question.type == "nps":
        yield from map(np.array, NPS)
    elif question.type == "multiple":
        yield np.full(size, 0.3)
        yield np.linspace(0.6, 0.1, size)
    else:
        yield np.full(size, 1 / size)
        falling = 1 / np.arange(1, size + 1)
        places = (np.arange(size) + 0.5) / size
        normal = [np.exp(-(((places - centre) / WIDTH) ** 2) / 2) for centre in CENTRES]
        for weights in normal if question.type == "scale" else [falling]:
            yield weights / weights.sum()


def chosen_error(problem: Problem) -> float:
    """The squared error with the project's own embedding and read-out."""
    embedding = embedding_of(problem.question)
    readout = readout_of(embedding)
    error = 0.0
    for shares in problem.shares:
        value = problem.figures @ shares
        features = problem.figures @ readout.features - np.outer(value, readout.answered_features)
        count = problem.figures @ readout.count - value * readout.answered_count
        error += embedding.norm * (features**2).sum() + COUNT_VARIANCE * (count**2).sum()
    return error / len(problem.shares)


def error_of(features: np.ndarray, workload: np.ndarray) -> float:
    """The squared error with any features (channels, categories), read as privacy/readout.py reads."""
    features = features / np.sqrt((features**2).sum(axis=0).max())
    size = features.shape[1]
    differences = sum_to_zero(size)
    back = differences @ np.linalg.pinv(features @ differences)
    from_count = workload @ (1 - back @ features.sum(axis=1)) / size
    return ((workload @ back) ** 2).sum() + COUNT_VARIANCE * (from_count**2).sum()


def best_error(workload: np.ndarray) -> float:
    """The least squared error of real features of equal length, by BFGS from a few starts.

    Least squares on the features and the count together; the problem is convex in the inner products.
    """
    size = workload.shape[1]
    gram = workload.T @ workload

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        raw = flat.reshape(size, size)
        length = np.sqrt((raw**2).sum(axis=0))
        unit = raw / length
        covariance = np.linalg.inv(unit.T @ unit + 1 / COUNT_VARIANCE)
        slope = -2 * unit @ covariance @ gram @ covariance
        slope = (slope - unit * (slope * unit).sum(axis=0)) / length
        return float(np.trace(gram @ covariance)), slope.ravel()

    starts = [np.random.default_rng(seed).normal(size=size**2) for seed in range(STARTS)]
    options = {"maxiter": 20_000, "maxfun": 40_000, "ftol": 1e-15, "gtol": 1e-9}
    return min(minimize(loss, start, jac=True, method="L-BFGS-B", options=options).fun for start in starts)


def bound(workload: np.ndarray) -> float:
    """A squared error that no embedding goes below, even were the number of responses known exactly.

    For any distribution over the categories, the square of the nuclear norm of the workload's deviations from
    their mean is such a bound. It is concave in the distribution; the multiplicative updates climb it.
    """
    shares = np.full(workload.shape[1], 1 / workload.shape[1])
    best = 0.0
    for _ in range(UPDATES):
        apart = workload - (workload @ shares)[:, None]
        values, vectors = np.linalg.eigh(apart * shares @ apart.T)
        roots = np.sqrt(np.maximum(values, 0))
        best = max(best, float(roots.sum()) ** 2)
        kept = roots > 1e-6 * roots.max()
        gains = ((vectors[:, kept].T @ apart) ** 2 / roots[kept, None]).sum(axis=0)
        shares = shares * np.sqrt(gains)
        shares /= shares.sum()
    return best


def previous(question: Question) -> np.ndarray:
    """The embeddings of the first version, (channels, categories)."""
    options = len(question.options)
    if question.type == "multiple":
        subsets = np.array(list(product((-1, 1), repeat=options)), dtype=float).T
        return np.block([[subsets, np.zeros((options, 1))], [np.ones(2**options), -1]])
    size = (3 if question.type == "nps" else options) + 1
    simplex = size * np.eye(size) - 1
    if question.type == "choice":
        return simplex
    if question.type == "nps":
        return np.vstack([simplex, 3 * np.array([-1, 0, 1, 0])])
    side = [1 if option.id in question.favourable else -1 for option in question.options]
    return np.vstack([2 * simplex, size * np.array([*side, 0])])


def chosen(embedding: Embedding) -> np.ndarray:
    """The project's features, (channels, categories)."""
    if embedding.categories:
        return np.array(embedding.categories, dtype=float).T
    columns = np.array(embedding.rows, dtype=float).reshape(len(embedding.codes), 3, -1)
    answers = [sum(columns[np.arange(len(columns)), code]) for code in product((1, 2), repeat=len(columns))]
    return np.array([*answers, columns[:, 0].sum(axis=0)]).T


def farthest(features: np.ndarray) -> float:
    """The largest squared distance of two answers, in squared lengths of the longest."""
    distances = (((one - two) ** 2).sum() for one, two in combinations(features.T, 2))
    return max(distances) / (features**2).sum(axis=0).max()


def questions() -> Iterator[tuple[str, Question]]:
    for size, favourable in SCALES:
        told = ", ".join(str(place + 1) for place in favourable) or "none"
        yield f"scale of {size}, favourable: {told}", _question("scale", size, favourable)
    for size in CHOICES:
        yield f"choice of {size}", _question("choice", size)
    yield "eNPS", _question("nps", 0)
    for size in MULTIPLES:
        yield f"multiple of {size}", _question("multiple", size)


def _question(kind: str, size: int, favourable: tuple[int, ...] = ()) -> Question:
    options = tuple(Option(f"o{place}", {"en": "x"}) for place in range(size))
    return Question("q", kind, {"en": "x"}, options, tuple(f"o{place}" for place in favourable))


def main() -> None:
    print(
        "| question | first version | **chosen** | one-hot | best real | farthest, first version | chosen |"
    )
    print("|---|---|---|---|---|---|---|")
    for name, question in questions():
        problem = problem_of(question)
        workload = problem.workload
        categories = workload.shape[1]
        old, new = previous(question), chosen(embedding_of(question))
        errors = [error_of(old, workload), chosen_error(problem), error_of(np.eye(categories), workload)]
        assert np.isclose(errors[1], error_of(new, workload)), name
        least = bound(workload)
        ratios = [f"{np.sqrt(error / least):.3f}" for error in errors]
        ratios[1] = f"**{ratios[1]}**"
        ratios.append(
            f"{np.sqrt(best_error(workload) / least):.3f}" if categories <= MOST_CATEGORIES else "–"
        )
        print(f"| {name} | {' | '.join(ratios)} | {farthest(old):.2f} | {farthest(new):.2f} |", flush=True)


if __name__ == "__main__":
    main()
