"""How long the server takes for each results page: 30 questions, 40 groups, on SQLite, in one process.

    PYTHONPATH=. .venv/bin/python benchmarks/results_page.py

Milliseconds of this machine, and each as a ratio of parsing the same release once, which no server can avoid.
"""

import json
import statistics
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace

from service.store.engine import open_engine
from service.store.schema import migrate
from tests.integration.web.results_parts import Staff, new_world

QUESTIONS, GROUPS, THEMES, PEOPLE, ANSWERS = 30, 40, 6, 400, 6000
PAGES = ("", "/groups", "/differences", "/trend")
TIMES = 20


def definition() -> str:
    """A survey of 30 scale items in six themes, broken down by 40 groups."""
    questions = [
        f"  - {{id: q{n}, type: scale, theme: t{n % THEMES}, options: a, text: {{en: Question {n}.}}}}"
        for n in range(QUESTIONS)
    ]
    levels = [f"      - {{id: g{n}, text: {{en: Group {n}}}}}" for n in range(GROUPS)]
    themes = [f"  - {{id: t{n}, text: {{en: Theme {n}}}}}" for n in range(THEMES)]
    options = [f"    - {{id: o{n}, text: {{en: Option {n}}}}}" for n in range(5)]
    lines = ["id: pulse", 'version: "1"', "title: {en: Pulse}", "languages: [en]", "option_lists:", "  a:"]
    lines += [*options, "themes:", *themes, "questions:", *questions, "attributes:", "  - id: unit"]
    lines += [
        "    source: roster",
        "    text: {en: Unit}",
        "    levels:",
        *levels,
        "breakdowns:",
        "  - [unit]",
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Print one line a page."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        engines = SimpleNamespace(kind="sqlite")
        for store, file in (("main", "sottovoce.db"), ("box", "box.db")):
            engine = open_engine(f"sqlite:///{folder / file}")
            migrate(engine, store)
            setattr(engines, store, engine)
        world = new_world(engines, folder / "data")
        world.survey(definition())
        people = [{"person": f"p{n}", "attributes": {"unit": f"g{n % GROUPS}"}} for n in range(PEOPLE)]
        world.ok("PUT", "/surveys/pulse/roster", json={"people": people})
        wave = world.opened()
        world.ok("POST", f"/waves/{wave.id}/close")
        world.release(wave.id, ANSWERS)
        release = world.call("GET", f"/waves/{wave.id}/release").content
        parsing = measured(lambda: json.loads(release))[1]
        print(f"release: {len(release):,} bytes, parsed in {parsing:.0f} ms")
        staff = Staff(world, "owner")
        for page in PAGES:
            first, rest = measured(lambda page=page: staff.send("GET", f"/results/{wave.id}{page}"))
            print(
                f"{page or '/':<14} first {first:4.0f} ms, then {rest:4.0f} ms, "
                f"{rest / parsing:4.1f} of parsing"
            )


def measured(do: object) -> tuple[float, float]:
    """Milliseconds of the first call, and the median of the others."""
    times = []
    for _ in range(TIMES):
        start = time.perf_counter()
        do()  # type: ignore[operator]
        times.append(1000 * (time.perf_counter() - start))
    return times[0], statistics.median(times[1:])


if __name__ == "__main__":
    main()
