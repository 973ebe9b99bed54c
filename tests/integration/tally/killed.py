"""Runs tallies that are killed: one for each line ``WAVE TICK [STEP]`` on standard input, in its own process.

The tally ends with SIGKILL at its TICK-th event, counted from its start or from STEP on: a step that begins,
a statement before and after it is executed, a commit, a flush or removal of a file. The answer is one line:
``killed EVENT``, or ``finished``.
"""

import os
import signal
import sys
from pathlib import Path
from typing import Any

from sqlalchemy import event

from service.store.engine import open_engine
from service.tally.keyring import Keyring
from service.tally.run import Tally, run


class Ticks:
    """Counts events and kills its process at the last one."""

    def __init__(self, last: int, step: str = "") -> None:
        self.left = last
        self.step = step

    def tick(self, name: str) -> None:
        if name == self.step:
            self.step = ""
        self.left -= not self.step
        if self.left == 0:
            os.write(1, f"killed {name}\n".encode())
            os.kill(os.getpid(), signal.SIGKILL)

    def watch_engine(self, engine: Any, name: str) -> None:
        def before(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            self.tick(f"{name} before {statement.split(maxsplit=1)[0]}")

        def after(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not statement.startswith("SELECT"):
                self.tick(f"{name} after {statement.split(maxsplit=1)[0]}")

        event.listen(engine, "before_cursor_execute", before)
        event.listen(engine, "after_cursor_execute", after)
        event.listen(engine, "commit", lambda _connection: self.tick(f"{name} commit"))

    def watch_files(self) -> None:
        for name in ("fsync", "unlink"):
            setattr(os, name, self.around(getattr(os, name), name))

    def around(self, function: Any, name: str) -> Any:
        def watched(*arguments: Any, **options: Any) -> Any:
            self.tick(f"before {name}")
            result = function(*arguments, **options)
            self.tick(f"after {name}")
            return result

        return watched


def tally_once(main_url: str, box_url: str, folder: str, wave_id: str, ticks: Ticks) -> None:
    main, box = open_engine(main_url), open_engine(box_url)
    ticks.watch_engine(main, "main")
    ticks.watch_engine(box, "box")
    ticks.watch_files()
    run(Tally(main, box, Keyring(Path(folder)), on_step=ticks.tick), wave_id)


def serve(main_url: str, box_url: str, folder: str) -> None:
    for line in sys.stdin:
        wave_id, last, *step = line.split()
        child = os.fork()  # quicker than starting Python and loading everything anew
        if child == 0:
            code = 1
            try:
                tally_once(main_url, box_url, folder, wave_id, Ticks(int(last), *step))
                code = 0
            finally:
                os._exit(code)
        status = os.waitpid(child, 0)[1]
        if not os.WIFSIGNALED(status):
            sys.stdout.write("finished\n" if status == 0 else "failed\n")
            sys.stdout.flush()


if __name__ == "__main__":
    serve(*sys.argv[1:])
