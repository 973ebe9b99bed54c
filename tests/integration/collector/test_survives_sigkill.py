"""An acknowledged response survives SIGKILL of the collector: real processes, requests and flushes."""

import os
import random
import secrets
import signal
import subprocess
import sys
import threading
from contextlib import suppress
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from privacy.sealing import CIPHERTEXT_OFFSET, LOCATOR_OFFSET, SEQUENCE_OFFSET
from service.settings import Settings

FORKING = Path(__file__).with_name("forking.py")
ROUNDS = {"sqlite": 200, "postgresql": 20}
SENDERS = 4
MOST = 40  # acknowledgements before the kill


class Forking:
    """Starts collectors, one after the other, and kills them."""

    def __init__(self, environment: dict[str, str]) -> None:
        self._environment = environment

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, str(FORKING)],
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._input, self._output = self._process.stdin, self._process.stdout
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._input.close()
        self._process.wait()
        self._output.close()

    def start(self) -> tuple[int, int]:
        """Process id and port of a collector that listens."""
        self._input.write("\n")
        self._input.flush()
        process, port = self._output.readline().split()
        return int(process), int(port)

    def kill(self, process: int) -> None:
        os.kill(process, signal.SIGKILL)
        assert self._output.readline() == "ended\n"


class Senders:
    """Respondents who send a first response and then change it, for as long as a collector answers."""

    def __init__(self, wave: Any, voices: int) -> None:
        self._path = wave.path
        self._voices = [wave.voice() for _ in range(voices)]
        self._template = {voice.nullifier: voice.envelope() for voice in self._voices}
        self._sequences = dict.fromkeys(self._template, 0)
        self._counted = threading.Condition()
        self._count = 0
        self.acknowledged: dict[bytes, bytes] = {}

    def run(self, port: int, until: int, kill: Any) -> None:
        """Send over several connections; call ``kill`` in the midst, after ``until`` acknowledgements."""
        self._count = 0
        random.shuffle(self._voices)
        threads = [
            threading.Thread(target=self._send, args=(port, self._voices[number::SENDERS]))
            for number in range(SENDERS)
        ]
        for thread in threads:
            thread.start()
        with self._counted:
            self._counted.wait_for(lambda: self._count >= until)
        kill()
        for thread in threads:
            thread.join()

    def _send(self, port: int, voices: list[Any]) -> None:
        connection = HTTPConnection("127.0.0.1", port)
        with suppress(HTTPException, OSError):
            while True:
                for voice in voices:
                    envelope = self._next(voice)
                    connection.request("POST", self._path, envelope)
                    answer = connection.getresponse()
                    answer.read()
                    assert answer.status == 201
                    with self._counted:
                        self.acknowledged[voice.nullifier] = envelope
                        self._count += 1
                        self._counted.notify_all()
        connection.close()

    def _next(self, voice: Any) -> bytes:
        """A new envelope that the collector accepts. It cannot open it, so random bytes stand in it."""
        sealed = self._template[voice.nullifier]
        self._sequences[voice.nullifier] += 1
        sequence = self._sequences[voice.nullifier].to_bytes(LOCATOR_OFFSET - SEQUENCE_OFFSET)
        ciphertext = secrets.token_bytes(len(sealed) - CIPHERTEXT_OFFSET - 64)
        middle = sealed[LOCATOR_OFFSET:CIPHERTEXT_OFFSET]
        signed: bytes = voice.signed(sealed[:SEQUENCE_OFFSET] + sequence + middle + ciphertext)
        return signed


def sequence_of(envelope: bytes) -> bytes:
    return envelope[SEQUENCE_OFFSET:LOCATOR_OFFSET]


def test_every_acknowledged_response_is_in_the_store_after_sigkill(
    collecting: Any, new_wave: Any, database: Any, settings: Settings
) -> None:
    wave = new_wave(closes_at=datetime(2999, 1, 1, tzinfo=UTC))
    senders = Senders(wave, voices=200)
    environment = {
        **os.environ,
        "PYTHONPATH": str(Path(__file__).parents[3]),
        "SOTTOVOCE_BOX_DATABASE": database.box,
        "SOTTOVOCE_DATA": str(settings.data),
    }
    with Forking(environment) as forking:
        for number in range(ROUNDS[database.kind]):
            process, port = forking.start()
            senders.run(port, random.randint(1, MOST), lambda process=process: forking.kill(process))
            if number % 20 == 19:
                stored = collecting.stored(wave)
                for nullifier, envelope in senders.acknowledged.items():
                    assert stored[nullifier] == envelope or sequence_of(stored[nullifier]) > sequence_of(
                        envelope
                    ), f"round {number}: an acknowledged response is gone"
    assert len(senders.acknowledged) > 100
