"""What the tally holds a closed wave to before it opens anything."""

from dataclasses import dataclass

from sqlmodel import Session

from privacy.contract import Manifest
from privacy.errors import ContractBroken
from privacy.ledger import verify_chain
from privacy.manifest_reader import read_manifest
from privacy.pairing import check_pairing
from privacy.plan import check_policy
from privacy.release import BoardFacts
from service.store import ledger
from service.store.tables_main import WaveRow
from service.store.tally_keys import key_of


@dataclass(frozen=True, slots=True)
class ClosedWave:
    """A closed wave whose contract holds together. ``key_id`` names its file in the key folder."""

    id: str
    canonical: bytes
    manifest: Manifest
    facts: BoardFacts
    key_id: str


def read_closed_wave(tx: Session, row: WaveRow) -> ClosedWave:
    """The wave of ``row``, its manifest hashed and read again and its plan computed again.

    Raises ContractBroken if the manifest, the plan, the ledger or the numbers on the board differ from what
    was promised, or do not fit together.
    """
    if (
        row.wave is None
        or row.manifest is None
        or row.root is None
        or row.responses is None
        or row.issued is None
    ):
        raise ContractBroken(f"wave {row.id} is closed without a contract or a board; restore the main store")
    manifest = read_manifest(row.manifest, row.wave)
    check_policy(manifest)
    check_pairing(manifest)
    if not row.responses <= row.issued <= manifest.invited:
        raise ContractBroken(
            f"wave {row.id} has {row.responses} responses, {row.issued} tokens, {manifest.invited} people; "
            "there are tokens that nobody was given, find out who made them"
        )
    charges = ledger.entries(tx)
    verify_chain(charges)
    reserved = [entry.micro_rho for entry in charges if entry.wave == row.wave.hex()]
    if reserved != [manifest.micro_rho]:
        raise ContractBroken(
            f"the ledger has not reserved the privacy loss of wave {row.id}; restore the table ledger"
        )
    key = key_of(tx, row.id)
    if key is None or (key.hpke_public_key, key.release_public_key) != (
        manifest.hpke_public_key,
        manifest.release_public_key,
    ):
        raise ContractBroken(
            f"the keys in the manifest of wave {row.id} are not those it took; restore the table tally_key"
        )
    facts = BoardFacts(row.root, row.responses, row.issued, manifest.invited)
    return ClosedWave(row.id, row.manifest, manifest, facts, key.id)
