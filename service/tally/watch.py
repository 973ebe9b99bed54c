"""Looks for closed waves and tallies them, one after the other; a wave that fails stops no other."""

from collections.abc import Callable
from dataclasses import replace

from privacy.errors import SottovoceError
from service.store import releases, tally_keys
from service.store.unit_of_work import reading
from service.tally.feedback_statistics import MonthlyStatistics
from service.tally.pool import FREE_KEYS, top_up
from service.tally.run import Tally, run


class Watcher:
    """Tallies what has closed each time it looks, and says a fault once for as long as it stays the same."""

    def __init__(self, tally: Tally, warn: Callable[[str], None]) -> None:
        """``warn`` takes one line for each wave that fails."""
        self._tally = tally
        self._warn = warn
        self._said: dict[str, str] = {}

    def see_to_keys(self) -> None:
        """Top the pool up, so that waves can open; what is wrong with it is said like a wave's fault."""
        try:
            top_up(replace(self._tally, say=lambda _text: None), FREE_KEYS)
        except (SottovoceError, OSError) as error:
            self._report("keys", str(error))
        else:
            self._said.pop("keys", None)

    def look(self) -> int:
        """Tally every closed wave and finish what was cut short; the number of waves that failed."""
        try:
            refs = self._refs()
        except SottovoceError as error:
            self._report("", f"the waves cannot be listed: {error}")
            return 1
        self._said.pop("", None)
        self._forget_what_is_over()
        self._publish_months()
        return sum(not self._done(ref) for ref in refs)

    def _refs(self) -> list[str]:
        with reading(self._tally.main) as tx:
            closed = [row.id for row in releases.waves_to_tally(tx)]
            released = tally_keys.keys_in_state(tx, "released")
        return closed + [row.wave_id for row in released if row.wave_id and self._tally.keyring.holds(row.id)]

    def _forget_what_is_over(self) -> None:
        try:
            self._tally.carrier.forget_what_is_over()
        except (SottovoceError, OSError) as error:
            self._report("kept", f"what was kept of earlier waves: {error}")
        else:
            self._said.pop("kept", None)

    def _publish_months(self) -> None:
        tally = self._tally
        try:
            MonthlyStatistics(tally.main, tally.box, tally.clock).publish_what_is_over()
        except SottovoceError as error:
            self._report("months", f"statistics of conversations: {error}")
        else:
            self._said.pop("months", None)

    def _done(self, ref: str) -> bool:
        try:
            run(self._tally, ref)
        except (SottovoceError, OSError) as error:
            self._report(ref, f"wave {ref}: {error}")
            return False
        self._said.pop(ref, None)
        return True

    def _report(self, ref: str, line: str) -> None:
        if self._said.get(ref) != line:
            self._said[ref] = line
            self._warn(f"sottovoce: {line}")
