"""What makes a wave of these tests one that is paired with another."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from privacy.contract import Manifest, Measure
from privacy.pairing import make_pairing
from privacy.program_code import tag_of
from service.store import carried
from service.store.unit_of_work import reading
from service.tally.run import Tally

PAIRING_ID = bytes(range(16))
UNTIL = datetime(2100, 1, 1, tzinfo=UTC)
Open = Callable[..., Any]
Codes = Sequence[str | None]


@dataclass(frozen=True)
class Paired:
    """Alters the manifest of a wave: paired with ``earlier``, kept for a later one ``until`` then."""

    earlier: bytes | None = None
    until: datetime | None = UNTIL
    epsilon: float = 6.0
    id: bytes = PAIRING_ID
    by: str | None = None

    def __call__(self, manifest: Manifest) -> Manifest:
        pairing = make_pairing(
            manifest.questions,
            manifest.attributes,
            manifest.policy,
            pairing_id=self.id,
            measures=[Measure("safe", None)],
            by=self.by,
            epsilon=self.epsilon,
            earlier=self.earlier,
            carried_until=self.until,
        )
        return replace(manifest, pairing=pairing)


def tag(code: str | None) -> bytes | None:
    """What a response with this code holds."""
    return None if code is None else tag_of(code, PAIRING_ID)


def answered(open_wave: Open, pair: Callable[[Manifest], Manifest], codes: Codes = (), **terms: Any) -> Any:
    """A closed wave, answered by the holder of each code."""
    wave = open_wave(pair=pair, **terms)
    wave.put([wave.people.envelope(wave.people.answer(safe=2, tag=tag(code))) for code in codes])
    wave.close()
    return wave


def after(before: Any, **changes: Any) -> Paired:
    return Paired(**{"earlier": before.manifest.wave, "until": None, **changes})


def kept(tally: Tally, wave: Any) -> bytes | None:
    with reading(tally.main) as tx:
        return carried.kept(tx, wave.id)


def pairs(wave: Any) -> Any:
    return wave.verified_release()["paired"]["groups"][0]["pairs"]
