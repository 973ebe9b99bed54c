"""Does a tally that is killed draw its noise again, for the draws to be averaged?

Attacker  an operator who kills the tally whenever they like, starts it again, and copies the store each time.
Does      kills it with SIGKILL at its first event, then at its second, and so on, on one and the same wave;
          begins with the first event again once a draw is stored, and goes on until the tally gets through.
Wins      if two different draws were ever stored, if the release is made from another than the first, or if
          the ledger counts the wave twice, or not at all.
Alarm     none.
"""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from privacy.ledger import spent
from privacy.release import BoardFacts, Draw, build_release, sign_release
from service.store import ledger, releases, waves
from service.store.unit_of_work import reading
from service.tally.keyring import Keyring
from service.tally.run import Tally
from tests.integration.tally import killed
from tests.integration.tally.sealed_waves import DAY


def test_whoever_kills_the_tally_again_and_again_gets_one_draw(
    answered: Callable[..., Any], tally: Tally, database: SimpleNamespace, keyring: Keyring
) -> None:
    wave = answered(6, k=2, comment_k=3)
    signing_key = keyring.load(wave.key_id).release
    draws: set[bytes] = set()
    killed_between = 0
    command = [sys.executable, str(Path(killed.__file__)), database.main, database.box, str(keyring.folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        event = 1
        verdict = ""
        while verdict != "finished":
            print(wave.id, event, file=process.stdin, flush=True)
            verdict = process.stdout.readline().strip()
            assert verdict.startswith(("killed", "finished")), verdict
            with reading(tally.main) as tx:
                row = waves.find(tx, wave.id)
                stored = releases.stored_draw(tx, wave.id)
                charges = ledger.entries(tx)
            event = event + 1 if draws or stored is None else 1
            if stored is not None:
                draws.add(stored)
                killed_between += 1
            assert len(charges) == 1
            assert spent(charges, DAY) == wave.manifest.policy.micro_rho
        process.stdin.close()
    assert killed_between > 5
    [first] = draws
    facts = BoardFacts(row.root or b"", row.responses or 0, row.issued or 0, row.invited or 0)
    value = build_release(wave.manifest, facts, Draw.parse(first))
    assert wave.release() == sign_release(value, signing_key)
    assert charges[0].state == "committed"
