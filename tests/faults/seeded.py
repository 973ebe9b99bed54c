"""Faults that a change could bring into what is proven here, each with the test that must find it.

Where the code is moved or written anew, move the fault with it: one that cannot be planted fails the run.
"""

from tests.faults import in_conversations, in_pairing, in_pulses, in_releases, in_waves
from tests.faults.fault import Fault

FAULTS: tuple[Fault, ...] = (
    in_releases.FAULTS + in_waves.FAULTS + in_pairing.FAULTS + in_conversations.FAULTS + in_pulses.FAULTS
)
