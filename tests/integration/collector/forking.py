"""Forks a collector for every line it reads, so that two hundred of them pay for their imports once.

Each is a process of its own that opens the store, listens on a port of its own and writes both its process
id and its port to standard output. The settings come from the environment.
"""

import os
import socket
import sys

import uvicorn

from service.collector.app import collector_only


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


class Server(uvicorn.Server):
    """Says where it listens once it does."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        assert sockets
        say(f"{os.getpid()} {sockets[0].getsockname()[1]}")


def serve() -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        collector_only(), http="httptools", log_config=None, access_log=False, ws="none", lifespan="on"
    )
    Server(config).run(sockets=[listening])


for _ in sys.stdin:
    child = os.fork()
    if child == 0:
        try:
            serve()
        finally:
            os._exit(1)
    os.waitpid(child, 0)
    say("ended")
