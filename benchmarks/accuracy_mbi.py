"""One release by a mechanism of OpenDP's ``mbi`` extra; runs in the peers' environment.

    .peers/mbi/bin/python accuracy_mbi.py {aim,mst,fixed} EPSILON RHO COLUMNS.npy HISTOGRAM.npy

Reads people as accuracy_data.Answered.columns has them, writes how many of each group gave each answer as the
released model has it. Every key is public, so all of rho goes into the model. AIM and the fixed workload are
told what is wanted: the margin of each attribute with each item. All else is as each has it by default.
"""

import sys
import time

import numpy as np
import opendp.prelude as dp
import polars as pl
from opendp.extras.mbi import _aim, _mst

LEVELS, ITEMS, CODES = (12, 6, 5, 4, 3, 3), 20, 6
NAMES = [f"q{i}" for i in range(ITEMS)] + [f"a{i}" for i in range(len(LEVELS))]

dp.enable_features("contrib")


def _just_below(loss: float) -> float:
    """In place of the next smaller float, for both.

    MST splits what it may spend on choosing into 25 parts that, added up with rounding upwards, exceed it for
    most rho, and then it refuses. AIM goes on until nothing is left, down to losses that nothing can be
    measured with. Neither gives up more than a billionth.
    """
    return loss * (1 - 1e-12) if loss > 1e-9 else 0.0


_mst.prior = _aim.prior = _just_below


def release(frame: pl.LazyFrame, rho: float, algorithm: object) -> object:
    keys = {name: list(range(CODES)) for name in NAMES[:ITEMS]}
    keys |= {name: list(range(size)) for name, size in zip(NAMES[ITEMS:], LEVELS, strict=True)}
    context = dp.Context.compositor(
        data=frame, privacy_unit=dp.unit_of(contributions=1), privacy_loss=dp.loss_of(rho=rho)
    )
    query = context.query(rho=rho).select(*NAMES)
    return query.contingency_table(keys=keys, algorithm=algorithm).release()


def histogram(table: object) -> np.ndarray:
    """(groups, items, 6) with skip last; a null, which no row holds, counts as nothing."""
    parts = [np.array([[table.project((f"q{i}",))[:CODES] for i in range(ITEMS)]])]
    for place, size in enumerate(LEVELS):
        margins = [table.project((f"a{place}", f"q{i}"))[:size, :CODES] for i in range(ITEMS)]
        parts.append(np.stack(margins, axis=1))
    return np.roll(np.concatenate(parts), -1, axis=2)


def main() -> None:
    method, _, rho, columns, out = sys.argv[1:]
    pairs = [dp.mbi.Count((f"a{a}", f"q{i}")) for a in range(len(LEVELS)) for i in range(ITEMS)]
    algorithm = {
        "aim": dp.mbi.AIM(queries=pairs),
        "mst": dp.mbi.MST(),
        "fixed": dp.mbi.Fixed(queries=pairs, oneway="unkeyed"),
    }[method]
    frame = pl.DataFrame(np.load(columns), schema=NAMES).with_columns(pl.all().cast(pl.Int32))
    begun = time.perf_counter()
    table = release(frame.lazy(), float(rho), algorithm)
    found = histogram(table)
    np.save(out, found)
    print(f"{time.perf_counter() - begun:.0f} s {len(table.marginals.flatten())} margins")


if __name__ == "__main__":
    main()
