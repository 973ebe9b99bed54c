"""The tally as a process of its own: what it loads, and what rights it needs."""

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from sqlalchemy import text
from sqlalchemy.engine import make_url

from service.store import releases
from service.store.engine import open_engine
from service.store.unit_of_work import reading
from service.tally import pool
from service.tally.run import Tally, run

MODULES = """
import atexit, json, pathlib, runpy, sys
report = pathlib.Path(sys.argv.pop(1))
atexit.register(lambda: report.write_text(json.dumps(sorted(sys.modules))))
runpy.run_module("service.tally", run_name="__main__")
"""
NEVER = ("fastapi", "starlette", "uvicorn", "service.http", "service.registrar", "service.accounts")


def test_a_tally_that_opens_and_publishes_never_loads_what_serves_or_knows_people(
    answered: Callable[..., Any], tally: Tally, database: SimpleNamespace, tmp_path: Path
) -> None:
    wave = answered(3)
    report = tmp_path / "modules.json"
    stores = ["--data", str(tmp_path), "--database", database.main, "--box-database", database.box]
    subprocess.run(
        [sys.executable, "-c", MODULES, str(report), *stores, "run", wave.id],
        check=True,
        capture_output=True,
    )
    with reading(tally.main) as tx:
        assert releases.release_of(tx, wave.id) is not None
    loaded = set(json.loads(report.read_text()))
    assert {"privacy.opening", "privacy.mechanism", "service.tally.run"} <= loaded
    assert not {
        module for module in loaded for name in NEVER if module == name or module.startswith(f"{name}.")
    }


# As docs/operations-tally.md grants them.
GRANTS = (
    "GRANT SELECT ON alembic_version_main, alembic_version_box TO {role}",
    "GRANT SELECT ON wave, ledger, tally_key, draw, release, box_wave, response TO {role}",
    "GRANT INSERT, UPDATE, DELETE ON tally_key TO {role}",
    "GRANT INSERT, UPDATE, DELETE ON draw TO {role}",
    "GRANT SELECT, INSERT, DELETE ON carried TO {role}",
    "GRANT INSERT ON release TO {role}",
    "GRANT UPDATE ON ledger TO {role}",
    "GRANT UPDATE (state) ON wave TO {role}",
)


def test_a_role_that_may_read_no_person_can_tally(
    answered: Callable[..., Any], tally: Tally, database: SimpleNamespace
) -> None:
    wave = answered(3)
    if database.kind == "sqlite":
        assert run(tally, wave.id).published  # SQLite has no roles
        return
    role = f"tally_{wave.key_id.removeprefix('k-')}"
    with tally.main.begin() as connection:
        connection.execute(text(f"CREATE ROLE {role}"))
        for grant in GRANTS:
            connection.execute(text(grant.format(role=role)))
    address = make_url(database.main).update_query_dict({"options": f"-c role={role}"})
    engine = open_engine(address.render_as_string(hide_password=False))
    try:
        limited = replace(tally, main=engine, box=engine)
        pool.top_up(limited, 2)
        assert run(limited, wave.id).published
        assert not wave.key_file.exists()
    finally:
        engine.dispose()
        with tally.main.begin() as connection:
            connection.execute(text(f"DROP OWNED BY {role}"))
            connection.execute(text(f"DROP ROLE {role}"))
