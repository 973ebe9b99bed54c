"""How long an evaluation takes: eight waves of thirty items, from signed releases to the finished value."""

import statistics
import time
from datetime import UTC, date, datetime

import numpy as np
from evaluation_data import Organisation, Scenario
from evaluation_waves import Waves

from privacy.canonical import canonical_json
from service.programs import evaluation
from service.programs.evaluation_value import Measure
from service.programs.program_view import LabelledWave, Objective, ProgramView
from service.results.released import Released

LABELS = ("baseline", "end", "one-month", "three-months", *(f"other-{n}" for n in range(1, 5)))
SCENARIO = Scenario(
    "speed", 600, 120, effect=0.4, lasting=(0, 1, 0.8, 0.6, 0.5, 0.4, 0.3, 0.2), items=30, themes=6, units=8
)
VIEW = ProgramView("p-1", "Mentorship", "mentorship", "Mentees", "takes-part", ("yes",))
TIMES = 20


def milliseconds() -> tuple[float, float, int]:
    """The first evaluation of a process, the median of the next, and how many comparisons it has.

    Of the processor, which others use too.
    """
    waves = Waves(SCENARIO).of(Organisation(SCENARIO, np.random.default_rng(1)))
    released = []
    for number, (label, wave) in enumerate(zip(LABELS, waves, strict=True)):
        content = canonical_json(
            {
                "board": dict(wave.board),
                "figures": list(wave.rows),
                "guarantee": {
                    name: {"rho": 0.2, "delta": 2e-6, "epsilon": 3.0} for name in ("presence", "answers")
                },
                "sigma": 1000.0,
            }
        )
        closed = datetime(2026, 1 + number, 9, tzinfo=UTC)
        made = Released(
            f"w-{number}", wave.manifest.wave.hex(), closed, content, wave.manifest, (), ("en",), {}
        )
        released.append(LabelledWave(label, made))
    index = Objective("o-1", "x", Measure("index", None), 3.4, 3.8, date(2026, 12, 1), "increase")
    took = []
    for _ in range(TIMES):
        start = time.process_time()
        found = evaluation.evaluate(VIEW, released, [index], [], "en")
        took.append(1000 * (time.process_time() - start))
    return took[0], statistics.median(took[1:]), len(found.comparisons) + len(found.decay)
