"""The other tools, each in an environment of its own under benchmarks/.peers.

One run is one release of one tool for one set of people, kept as a file: a run takes minutes, and does not
change when this project does.
"""

import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

import numpy as np
from accuracy_data import Answered
from numpy.typing import NDArray

HERE = Path(__file__).parent
FOLDER = HERE / ".peers"
SECONDS = 1_800  # for one release

PACKAGES = {
    "mbi": ["opendp[mbi]==0.16.0", "mbi==1.1.0"],
    "tumult": ["tmlt.analytics==0.21.0"],
    "pipelinedp": ["pipeline-dp==0.3.1", "dp-accounting==0.6.0"],
}
ENVIRONMENTS = {"mst": "mbi", "aim": "mbi", "fixed": "mbi", "tumult": "tumult", "pipelinedp": "pipelinedp"}
ONE_CORE = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1",
}


def install() -> None:
    """Make the environments that are missing. Says which could not be made, and why."""
    for name, packages in PACKAGES.items():
        place = FOLDER / name
        if (place / "bin" / "pip").exists():
            continue
        venv.create(place, with_pip=True)
        command = [place / "bin" / "pip", "install", "--quiet", *packages]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode:
            print(f"{name} cannot be installed: {done.stderr.strip().splitlines()[-1]}", file=sys.stderr)


def released(
    peer: str, answered: Answered, epsilon: float, rho: float, seed: int, *, run: bool
) -> NDArray[np.float64] | None:
    """The histogram (groups, items, 6) of one release, kept or, with ``run``, made now.

    None where there is none: the tool failed, or took longer than SECONDS.
    """
    people = len(answered.columns)
    kept = FOLDER / "releases" / f"{peer}-{people}-{epsilon:g}-{rho:.6f}-{seed}.npy"
    if not kept.exists() and run:
        _run(peer, answered, epsilon, rho, kept)
    return np.load(kept) if kept.exists() else None


def _run(peer: str, answered: Answered, epsilon: float, rho: float, kept: Path) -> None:
    kept.parent.mkdir(exist_ok=True)
    environment = ENVIRONMENTS[peer]
    script = HERE / f"accuracy_{environment}.py"
    with tempfile.TemporaryDirectory() as folder:
        columns, out = Path(folder) / "columns.npy", Path(folder) / "histogram.npy"
        np.save(columns, answered.columns)
        python = FOLDER / environment / "bin" / "python"
        command = [python, script, peer, str(epsilon), str(rho), columns, out]
        try:
            done = subprocess.run(
                command,
                capture_output=True,
                text=True,
                timeout=SECONDS,
                check=False,
                env={**os.environ, **ONE_CORE},
            )
        except subprocess.TimeoutExpired:
            print(f"{kept.stem}: not done in {SECONDS} s", file=sys.stderr)
            return
        if not out.exists():
            kept.with_suffix(".log").write_text(done.stderr)
            print(f"{kept.stem}: ended with {done.returncode}, see its .log", file=sys.stderr, flush=True)
            return
        print(f"{kept.stem}: {done.stdout.strip().splitlines()[-1]}", file=sys.stderr, flush=True)
        np.save(kept, np.load(out))
