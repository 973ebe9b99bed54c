"""One release by PipelineDP; runs in the peers' environment.

    .peers/pipelinedp/bin/python accuracy_pipelinedp.py pipelinedp EPSILON RHO COLUMNS.npy HISTOGRAM.npy

Reads people as accuracy_data.Answered.columns has them, writes how many of each group gave each answer: one
count by group and answer for each item in each table, Gaussian noise, composed by its own PLD accountant.
"""

import sys
import time
from itertools import product

import numpy as np
import pipeline_dp

LEVELS, ITEMS, CODES = (12, 6, 5, 4, 3, 3), 20, 6
DELTA = 1e-6


def counts(engine: pipeline_dp.DPEngine, codes: np.ndarray, levels: int) -> object:
    """How many have each (level, answer): ``codes`` is (people, 2)."""
    metrics = [pipeline_dp.Metrics.PRIVACY_ID_COUNT]
    once = pipeline_dp.AggregateParams(
        metrics=metrics,
        noise_kind=pipeline_dp.NoiseKind.GAUSSIAN,
        max_partitions_contributed=1,
        max_contributions_per_partition=1,
    )
    reading = pipeline_dp.DataExtractors(
        privacy_id_extractor=lambda row: row[0],
        partition_extractor=lambda row: row[1],
        value_extractor=lambda _: 0,
    )
    rows = [(person, tuple(code)) for person, code in enumerate(codes.tolist())]
    return engine.aggregate(rows, once, reading, public_partitions=list(product(range(levels), range(CODES))))


def main() -> None:
    _, epsilon, _, columns, out = sys.argv[1:]
    people = np.load(columns).astype(int)
    begun = time.perf_counter()
    accountant = pipeline_dp.PLDBudgetAccountant(total_epsilon=float(epsilon), total_delta=DELTA)
    engine = pipeline_dp.DPEngine(accountant, pipeline_dp.LocalBackend())
    whole = np.zeros(len(people), dtype=int)
    asked = {}
    for place, levels in enumerate((1, *LEVELS)):
        group = people[:, ITEMS + place - 1] if place else whole
        for item in range(ITEMS):
            asked[place, item] = counts(engine, np.column_stack([group, people[:, item]]), levels)
    accountant.compute_budgets()
    starts = np.cumsum([0, 1, *LEVELS])
    found = np.zeros((1 + sum(LEVELS), ITEMS, CODES))
    for (place, item), result in asked.items():
        for (level, answer), metrics in result:
            found[starts[place] + level, item, answer - 1] = metrics.privacy_id_count
    np.save(out, found)
    print(f"{time.perf_counter() - begun:.0f} s")


if __name__ == "__main__":
    main()
