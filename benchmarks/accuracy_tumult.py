"""One release by Tumult Analytics on a local Spark; runs in the peers' environment.

    .peers/tumult/bin/python accuracy_tumult.py tumult EPSILON RHO COLUMNS.npy HISTOGRAM.npy

Reads people as accuracy_data.Answered.columns has them, writes how many of each group gave each answer: one
count by group and answer for each item in each table, with an even part of rho each.
"""

import os
import sys
import time

import numpy as np
import pandas as pd
from pyspark.sql import SparkSession
from tmlt.analytics import AddOneRow, KeySet, QueryBuilder, RhoZCDPBudget, Session

LEVELS, ITEMS, CODES = (12, 6, 5, 4, 3, 3), 20, 6
NAMES = [f"q{i}" for i in range(ITEMS)] + [f"a{i}" for i in range(len(LEVELS))]
SETTINGS = {"spark.ui.enabled": "false", "spark.sql.shuffle.partitions": "1", "spark.log.level": "ERROR"}


def main() -> None:
    _, _, rho, columns, out = sys.argv[1:]
    os.environ["PYSPARK_PYTHON"] = sys.executable
    builder = SparkSession.builder.master("local[1]")
    for name, value in SETTINGS.items():
        builder = builder.config(name, value)
    frame = builder.getOrCreate().createDataFrame(pd.DataFrame(np.load(columns).astype(int), columns=NAMES))
    begun = time.perf_counter()
    session = Session.from_dataframe(RhoZCDPBudget(float(rho)), "people", frame, protected_change=AddOneRow())
    part = RhoZCDPBudget(float(rho) * (1 - 1e-9) / (ITEMS * (1 + len(LEVELS))))
    starts = np.cumsum([0, 1, *LEVELS])
    found = np.zeros((1 + sum(LEVELS), ITEMS, CODES))
    for place, levels in enumerate((1, *LEVELS)):
        group = {f"a{place - 1}": list(range(levels))} if place else {}
        for item in range(ITEMS):
            keys = KeySet.from_dict({**group, f"q{item}": list(range(CODES))})
            counts = session.evaluate(QueryBuilder("people").groupby(keys).count(), part).toPandas()
            level = counts[f"a{place - 1}"] if place else 0
            found[starts[place] + level, item, counts[f"q{item}"] - 1] = counts["count"]
    np.save(out, found)
    print(f"{time.perf_counter() - begun:.0f} s")


if __name__ == "__main__":
    main()
