import asyncio
import logging
import time
from collections.abc import Callable

import pytest

from privacy.errors import SottovoceError
from service.jobs import every, run_jobs
from service.settings import Settings

OFTEN = Settings(scheduler_seconds=0.001)


async def ran(jobs: dict[str, Callable[[], object]], until: asyncio.Event) -> None:
    """Run the jobs until the event is set."""
    running = asyncio.create_task(run_jobs(OFTEN, jobs))
    await asyncio.wait_for(until.wait(), 30)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running


def test_a_job_that_never_ends_holds_up_no_other() -> None:
    async def scenario() -> None:
        done, runs = asyncio.Event(), 0

        async def quick() -> None:
            nonlocal runs
            runs += 1
            if runs == 5:
                done.set()

        await ran({"slow": asyncio.Event().wait, "quick": quick}, done)

    asyncio.run(scenario())


@pytest.mark.parametrize("error", [SottovoceError("the reason"), ValueError("what somebody sent")])
def test_a_fault_that_stays_is_said_once_and_the_job_tried_again(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    async def scenario() -> None:
        done, runs = asyncio.Event(), 0

        async def failing() -> None:
            nonlocal runs
            runs += 1
            if runs == 5:
                done.set()
            raise error

        await ran({"failing": failing}, done)

    with caplog.at_level(logging.INFO, "sottovoce.jobs"):
        asyncio.run(scenario())
    assert len(caplog.records) == 1
    assert "what somebody sent" not in caplog.text


def test_a_limited_job_runs_at_once_and_then_once_a_window(monkeypatch: pytest.MonkeyPatch) -> None:
    now, runs = 1000.0, []
    monkeypatch.setattr(time, "monotonic", lambda: now)

    async def job() -> None:
        runs.append(now)

    async def scenario() -> None:
        nonlocal now
        limited = every(600, job)
        for _ in range(2000):
            await limited()
            now += 1

    asyncio.run(scenario())
    assert runs == [1000, 1600, 2200, 2800]
