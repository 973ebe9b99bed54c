"""docs/operations-postgresql.md: the rights it lists are enough to mix, and a role without them is told."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import Engine, text

from service.store import arrivals
from service.store.arrivals import Outcome
from service.store.engine import open_engine
from service.store.mixing import mix, traces

PAGE = Path(__file__).parents[3] / "docs" / "operations-postgresql.md"
TOLD = "this role may not remove the log"

pytestmark = pytest.mark.parametrize("database", ["postgresql"], indirect=True)


def statements(section: str) -> list[str]:
    """The page's SQL after the comment ``sql: section``."""
    found = re.search(rf"<!-- sql: {section} -->\n```sql\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert found is not None
    return [line for line in found[1].splitlines() if line]


def administer(engine: Engine, *lines: str) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        for line in lines:
            connection.execute(text(line))


@pytest.fixture
def role(engines: Any) -> Iterator[str]:
    """A role that may log in and nothing else."""
    name = f"role_{uuid4().hex}"
    administer(engines.box, f"CREATE ROLE {name} LOGIN")
    yield name
    administer(engines.box, f"DROP OWNED BY {name}", f"DROP ROLE {name}")


@pytest.fixture
def limited(engines: Any, role: str) -> Iterator[Engine]:
    """The box as that role reaches it."""
    engine = open_engine(engines.box.url.set(username=role).render_as_string(hide_password=False))
    yield engine
    engine.dispose()


def test_the_rights_on_the_page_are_enough(engines: Any, wave: Any, role: str, limited: Engine) -> None:
    grants = [line.replace("sottovoce", role) for line in statements("role")]
    assert len(grants) == 3
    administer(engines.box, *grants)
    group = [wave.arrival(wave.voice().envelope()) for _ in range(20)]
    assert arrivals.store(limited, group) == [Outcome.STORED] * 20
    mix(limited, ["response"])
    assert in_place(limited) == sorted(arrival.nullifier for arrival in group)
    assert TOLD not in traces(limited)


@pytest.mark.parametrize("missing", [1, 2])
def test_a_role_that_may_not_remove_the_log_mixes_the_rows_and_is_told(
    engines: Any, wave: Any, role: str, limited: Engine, missing: int
) -> None:
    grants = [line.replace("sottovoce", role) for line in statements("role")]
    administer(engines.box, *[line for place, line in enumerate(grants) if place != missing])
    group = [wave.arrival(wave.voice().envelope()) for _ in range(20)]
    assert arrivals.store(limited, group) == [Outcome.STORED] * 20
    mix(limited, ["response"])
    assert in_place(limited) == sorted(arrival.nullifier for arrival in group)
    assert TOLD in traces(limited)


def in_place(engine: Engine) -> list[bytes]:
    with engine.connect() as connection:
        return list(connection.execute(text("SELECT nullifier FROM response ORDER BY ctid")).scalars())
