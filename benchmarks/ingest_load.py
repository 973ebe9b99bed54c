"""The load: keep-alive connections that each send a request, wait for its answer, and send the next.

Runs in a process of its own: ``ingest_load.py PORT PATH FOLDER KIND CONNECTIONS SECONDS`` prints one line of
JSON. ``FOLDER`` has the bodies, one after the other, in ``KIND.bodies``, and their length in ``KIND.length``.
"""

import asyncio
import json
import sys
import time
from pathlib import Path
from statistics import quantiles
from typing import Any, cast

import uvloop


class Run:
    """One measurement: what is still to be sent, and what came back."""

    def __init__(self, head: bytes, bodies: list[bytes], seconds: float) -> None:
        self.head = head
        self.bodies = iter(bodies)
        self.seconds = seconds
        self.latencies: list[float] = []
        self.failures: list[bytes] = []
        self.open = 0
        self.started = self.ended = 0.0
        self.done = asyncio.get_running_loop().create_future()

    def next_request(self) -> bytes | None:
        """The bytes of a request that was not sent before; None when time or bodies are used up."""
        if time.perf_counter() - self.started > self.seconds:
            return None
        body = next(self.bodies, None)
        return None if body is None else self.head + body

    def finished(self) -> None:
        """One connection has nothing to do any more."""
        self.open -= 1
        if not self.open:
            self.ended = time.perf_counter()
            self.done.set_result(None)


class Connection(asyncio.Protocol):
    """Sends a request, reads its answer to the end, sends the next."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.buffer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's is none by inheritance

    def send(self) -> None:
        """The next request, or the end."""
        request = self.run.next_request()
        if request is None:
            self.transport.close()
            self.run.finished()
            return
        self.sent = time.perf_counter()
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        data = self.buffer + data
        end = data.find(b"\r\n\r\n")
        if end > 0:
            place = data.lower().index(b"content-length: ", 0, end) + 16
            length = int(data[place : data.index(b"\r", place)])
            if len(data) == end + 4 + length:
                self.buffer = b""
                self.run.latencies.append(time.perf_counter() - self.sent)
                if data[9:12] != b"201":
                    self.run.failures.append(data)
                self.send()
                return
        self.buffer = data


async def measure(
    port: int, path: str, folder: Path, kind: str, *, connections: int, seconds: float
) -> dict[str, Any]:
    """Requests a second and latencies in milliseconds."""
    length = int((folder / f"{kind}.length").read_text())
    data = (folder / f"{kind}.bodies").read_bytes()
    bodies = [data[i : i + length] for i in range(0, len(data), length)]
    media_type = "application/json" if kind == "json" else "application/octet-stream"
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: {media_type}\r\n"
        f"Content-Length: {length}\r\n\r\n"
    ).encode()
    run = Run(head, bodies, seconds)
    loop = asyncio.get_running_loop()
    opened = [
        (await loop.create_connection(lambda: Connection(run), "127.0.0.1", port))[1]
        for _ in range(connections)
    ]
    run.open = connections
    run.started = time.perf_counter()
    for connection in opened:
        connection.send()
    await run.done
    percentiles = quantiles(run.latencies, n=100)
    return {
        "requests": len(run.latencies),
        "failures": len(run.failures),
        "first_failure": run.failures[0].decode(errors="replace") if run.failures else None,
        "per_second": len(run.latencies) / (run.ended - run.started),
        "p50_ms": percentiles[49] * 1000,
        "p99_ms": percentiles[98] * 1000,
        "load_cpu_share": time.process_time() / (run.ended - run.started),
    }


def main(port: str, path: str, folder: str, kind: str, *limits: str) -> None:
    """Measure and print."""
    connections, seconds = int(limits[0]), float(limits[1])
    run = measure(int(port), path, Path(folder), kind, connections=connections, seconds=seconds)
    print(json.dumps(uvloop.run(run)))


if __name__ == "__main__":
    main(*sys.argv[1:])
