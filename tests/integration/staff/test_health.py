"""Health: well or not, and nothing about anybody."""

from collections.abc import Callable
from types import SimpleNamespace


def test_a_service_with_its_stores_is_well(world: SimpleNamespace) -> None:
    world.whole_wave()
    answer = world.call("GET", "/health", None)
    assert answer.status_code == 200
    assert answer.json() == {"status": "ok", "stores": ["main", "box"]}


def test_a_store_of_another_release_is_told(world: SimpleNamespace, problem_of: Callable) -> None:
    with world.box.begin() as connection:
        connection.exec_driver_sql("UPDATE alembic_version_box SET version_num = '0000'")
    answer = world.call("GET", "/health", None)
    assert answer.status_code == 503
    assert "migrate" in problem_of(answer)["detail"]


def test_a_store_that_is_gone_is_told(world: SimpleNamespace, problem_of: Callable) -> None:
    with world.main.begin() as connection:
        connection.exec_driver_sql("DROP TABLE alembic_version_main")
    answer = world.call("GET", "/health", None)
    assert answer.status_code == 503
    problem_of(answer)
