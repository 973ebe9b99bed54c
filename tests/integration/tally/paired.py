"""What makes a wave of these tests one that is paired with another."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

from privacy.contract import Manifest, Measure
from privacy.pairing import make_pairing
from privacy.program_code import tag_of

PAIRING_ID = bytes(range(16))
UNTIL = datetime(2100, 1, 1, tzinfo=UTC)


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
