"""The one writer of a collector: takes arrivals from a queue and writes them in shuffled groups.

While a group is on its way to the disk the next one gathers, so a flush is paid for by many responses. Only
under load does the writer wait a little for a group that is much smaller than the last; a response that comes
alone is written at once.
"""

import asyncio
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from secrets import SystemRandom

from service.errors import Unavailable
from service.store.arrivals import Arrival, Outcome

QUEUE_LIMIT = 4096  # arrivals that wait
QUEUE_BYTES = 64 * 1024 * 1024  # of their envelopes
BUSY = 8  # arrivals in one group, from which on a fuller next one is waited for

Write = Callable[[Sequence[Arrival]], list[Outcome]]
_Waiting = tuple[Arrival, "asyncio.Future[Outcome]"]
_shuffle = SystemRandom().shuffle
_log = logging.getLogger("sottovoce.collector")


class GroupWriter:
    """A queue and the thread that empties it. ``write`` and ``mix`` run in that thread alone."""

    def __init__(self, write: Write, mix: Callable[[], None], *, linger: float, limit: int) -> None:
        """``linger`` is in seconds; ``limit`` is the most arrivals in one group."""
        self._write = write
        self._mix = mix
        self._linger = linger
        self._limit = limit
        self._queue: deque[_Waiting] = deque()
        self._queued_bytes = 0
        self._mixes: deque[asyncio.Future[None]] = deque()
        self._ready = threading.Event()
        self._waking = False
        self._stopping = False
        self._failing = False
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread = threading.Thread(target=self._run, name="collector-writer", daemon=True)

    def start(self) -> None:
        """Start the thread; to be called in the event loop that submits."""
        self._loop = asyncio.get_running_loop()
        self._thread.start()

    async def stop(self) -> None:
        """Write what is queued and end the thread. Nothing can be submitted any more."""
        self._stopping = True
        self._ready.set()
        if self._thread.ident is not None:
            await asyncio.to_thread(self._thread.join)

    def submit(self, arrival: Arrival) -> "asyncio.Future[Outcome]":
        """The outcome of ``arrival``, once it is durable. Raises Unavailable if the queue is full."""
        loop = self._loop
        full = len(self._queue) >= QUEUE_LIMIT or self._queued_bytes >= QUEUE_BYTES
        if loop is None or self._stopping or full:
            raise Unavailable("the service is busy; keep the response and send the same one again")
        future: asyncio.Future[Outcome] = loop.create_future()
        self._queued_bytes += len(arrival.envelope)
        self._queue.append((arrival, future))
        if not self._waking:
            # After whatever else arrived in this turn of the loop, so that it comes in one group.
            self._waking = True
            loop.call_soon(self._wake)
        return future

    async def mix(self) -> None:
        """Have the thread mix the store between two groups. Raises what mixing raises."""
        if self._loop is None or self._stopping:
            raise Unavailable("the collector is not running")
        future: asyncio.Future[None] = self._loop.create_future()
        self._mixes.append(future)
        self._ready.set()
        await future

    def _wake(self) -> None:
        self._waking = False
        self._ready.set()

    def _run(self) -> None:
        lately = 0
        while True:
            self._ready.wait()
            self._ready.clear()
            while self._mixes:
                self._mix_now(self._mixes.popleft())
            if lately >= BUSY and len(self._queue) < lately // 2 and not self._stopping:
                time.sleep(self._linger)
            lately = min(len(self._queue), self._limit)
            if lately:
                self._write_group([self._queue.popleft() for _ in range(lately)])
            if self._queue or self._mixes:
                self._ready.set()
            elif self._stopping:
                return

    def _write_group(self, group: list[_Waiting]) -> None:
        _shuffle(group)
        try:
            outcomes = self._write([arrival for arrival, _ in group])
        except Exception as error:
            # The class alone: its text may quote an envelope.
            _log.error("unforeseen %s while writing", type(error).__name__)
            outcomes = [Outcome.UNAVAILABLE] * len(group)
        self._tell_operator(Outcome.UNAVAILABLE in outcomes)
        self._call(self._deliver, group, outcomes)

    def _deliver(self, group: list[_Waiting], outcomes: list[Outcome]) -> None:
        for (arrival, future), outcome in zip(group, outcomes, strict=True):
            self._queued_bytes -= len(arrival.envelope)
            if not future.done():
                future.set_result(outcome)

    def _mix_now(self, future: "asyncio.Future[None]") -> None:
        try:
            self._mix()
        except Exception as error:
            self._call(_fail, future, error)
        else:
            self._call(_succeed, future)

    def _tell_operator(self, failing: bool) -> None:
        if failing and not self._failing:
            _log.error("the box cannot be written; responses are refused with 503 until it can")
        if self._failing and not failing:
            _log.warning("the box can be written again")
        self._failing = failing

    def _call(self, function: Callable[..., None], *arguments: object) -> None:
        assert self._loop is not None  # noqa: S101 - the thread runs only after start
        # A loop that is gone has nobody left to tell.
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(function, *arguments)


def _fail(future: "asyncio.Future[None]", error: Exception) -> None:
    if not future.done():
        future.set_exception(error)


def _succeed(future: "asyncio.Future[None]") -> None:
    if not future.done():
        future.set_result(None)
