"""A limit on lookups that fail, for all who ask together: no address is kept, and right codes are served.

A code has 128 random bits. At ten failures a second, one of a million codes is hit by chance once in 10^24
years, so the limit is there for the store's sake and not for the codes'.
"""

import time
from collections.abc import Callable
from threading import Lock

A_SECOND = 10.0
BURST = 50.0


class Guesses:
    """A bucket that every failed lookup of this process takes from; ``clock`` counts seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._left = BURST
        self._looked = clock()
        self._lock = Lock()

    def take(self) -> bool:
        """Note a failure; whether there was room for it."""
        with self._lock:
            now = self._clock()
            self._left = min(BURST, self._left + (now - self._looked) * A_SECOND)
            self._looked = now
            if self._left < 1:
                return False
            self._left -= 1
            return True
