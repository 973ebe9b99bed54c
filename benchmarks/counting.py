"""Counting a million responses, beside the obvious way with pandas, in one run.

    python benchmarks/counting.py [--rows N]

Both count every answer of every question in every cell of four tables. Prints seconds (the best of three) and
the ratio.
"""

import argparse
import time
from collections.abc import Callable
from functools import partial

import numpy as np
import pandas as pd

from privacy.count import count
from privacy.plan import Design, design_of, make_policy
from privacy.survey import Attribute, Option, Question

QUESTIONS = (7, 20)
LEVELS = (12, 6, 5)
ROUNDS = 3


def survey(questions: int) -> Design:
    """Five-point items and three attributes, each a table beside the whole."""
    items = [Question(f"q{i}", "scale", {"en": "x"}, _options(5), ("o3", "o4")) for i in range(questions)]
    attributes = [Attribute(f"a{i}", {"en": "x"}, _options(levels)) for i, levels in enumerate(LEVELS)]
    tables = [(attribute.id,) for attribute in attributes]
    return design_of(items, attributes, make_policy(items, attributes, tables, epsilon=3, k=5, comment_k=10))


def _options(size: int) -> tuple[Option, ...]:
    return tuple(Option(f"o{place}", {"en": "x"}) for place in range(size))


def responses(rows: int, questions: int) -> np.ndarray:
    """Random plaintext rows: kind, answers, attributes."""
    random = np.random.default_rng(1)
    answers = random.integers(0, 6, (rows, questions), dtype=np.uint8)
    levels = [random.integers(0, size + 1, rows, dtype=np.uint8) for size in LEVELS]
    return np.column_stack([np.ones(rows, dtype=np.uint8), answers, *levels])


def with_pandas(frame: pd.DataFrame, questions: int) -> list[pd.Series]:
    """One ``groupby`` and ``value_counts`` for every question of every table."""
    found = [frame[f"q{i}"].value_counts() for i in range(questions)]
    for attribute in range(len(LEVELS)):
        grouped = frame.groupby(f"a{attribute}")
        found += [grouped[f"q{i}"].value_counts() for i in range(questions)]
    return found


def seconds(run: Callable[[], object]) -> float:
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - start)
    return best


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    number = parser.parse_args().rows
    for questions in QUESTIONS:
        design = survey(questions)
        rows = responses(number, questions)
        names = [f"q{i}" for i in range(questions)] + [f"a{i}" for i in range(len(LEVELS))]
        frame = pd.DataFrame(rows[:, 1:], columns=names)
        ours = seconds(partial(count, design, rows))
        theirs = seconds(partial(with_pandas, frame, questions))
        print(
            f"{number} responses, {questions} questions, {len(design.tables)} tables: "
            f"{ours:.2f} s, pandas {theirs:.2f} s, ratio {theirs / ours:.1f}"
        )


if __name__ == "__main__":
    main()
