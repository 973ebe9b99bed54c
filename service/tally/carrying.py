"""Carrying a wave's answers over to the wave that is paired with it, and forgetting them.

What is kept stands in the store under a key whose file is in the key folder. Both are made with the wave's
draw. The row goes with the later wave's draw, so that it is used once, and the key when that wave is
released. When the time in the contract is over both go, used or not. Each step can be done again.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine
from sqlmodel import Session

from privacy import carrying
from privacy.contract import Manifest, Pairing, minute
from privacy.errors import ContractBroken
from privacy.manifest_reader import read_manifest
from privacy.paired_rows import DrawnPairs, protect_pairs
from privacy.pairing import no_pairs, pairs_of, record_size
from service.clock import Clock
from service.errors import Conflict, NotFound
from service.store import carried, releases, waves
from service.store.tables_main import WaveRow
from service.store.unit_of_work import reading, unit_of_work
from service.tally.keyring import Keyring

Bytes = NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Kept:
    """What was kept of an earlier wave, opened; ``records`` is None if nothing is kept any more."""

    wave_id: str
    manifest: Manifest
    records: Bytes | None


@dataclass(frozen=True, slots=True)
class Carrier:
    """What carrying over works with. ``say`` takes lines for the operator."""

    main: Engine
    keyring: Keyring
    clock: Clock
    say: Callable[[str], None]

    def keep(self, tx: Session, wave_id: str, manifest: Manifest, records: Bytes, responses: int) -> None:
        """Keep what the contract says of a wave for a later one; its key is on the disk before it is stored.

        The transaction holds the wave and stores its draw, so that no other tally makes the key meanwhile.
        """
        pairing = manifest.pairing
        if pairing is None or pairing.carried_until is None or pairing.carried_until <= self.clock():
            return
        key = self.keyring.new_carrying_key(wave_id)
        content = carrying.seal(key, manifest.wave, records, responses)
        carried.keep(tx, wave_id, content, minute(pairing.carried_until))

    def earlier(self, manifest: Manifest) -> Kept | None:
        """What was kept of the wave with which this one is paired; None if it is paired with none.

        Raises Conflict if that wave is not tallied yet, KeyUnusable without the key of what was kept,
        ContractBroken.
        """
        if manifest.pairing is None or manifest.pairing.earlier is None:
            return None
        name = manifest.pairing.earlier
        row = self._row(name)
        if row is None or row.manifest is None:
            raise ContractBroken(
                f"the wave {name.hex()}, with which this one is paired, is not in the store; restore it"
            )
        promised = read_manifest(row.manifest, name)
        until = _promised_until(promised.pairing, manifest.pairing)
        if until <= self.clock():
            # Whatever became of the earlier wave: this one must not wait for it for ever.
            return Kept(row.id, promised, None)
        if row.state != "released":
            raise Conflict(
                f"wave {row.id} comes first, because this one is paired with it; tally it, then this"
            )
        with reading(self.main) as tx:
            content = carried.kept(tx, row.id)
        if content is None:
            return Kept(row.id, promised, None)
        key = self.keyring.carrying_key(row.id)
        return Kept(row.id, promised, carrying.open_carried(key, name, content, record_size(promised)))

    def pairs(self, later: Manifest, kept: Kept, after: Bytes) -> DrawnPairs:
        """The pairs with the earlier wave, with their noise."""
        if kept.records is None:
            self.say(f"nothing is kept of wave {kept.wave_id} any more, so nobody is paired with it")
            return protect_pairs(later, no_pairs(later))
        return protect_pairs(later, pairs_of(kept.manifest, kept.records, later, after))

    def use(self, tx: Session, kept: Kept) -> None:
        """Delete what was used, with the draw that it is in. Raises Conflict if it is gone already."""
        if kept.records is not None and not carried.forget(tx, kept.wave_id):
            raise Conflict(f"what was kept of wave {kept.wave_id} is gone meanwhile; run this tally again")

    def forget_earlier(self, manifest: Manifest) -> None:
        """Forget what was kept of the earlier wave of a wave that is released."""
        if manifest.pairing is not None and manifest.pairing.earlier is not None:
            row = self._row(manifest.pairing.earlier)
            if row is not None and row.state == "released":
                self.forget(row.id)

    def forget_what_is_over(self) -> None:
        """Forget what was kept longer than its contract says, and keys of which nothing is left to open."""
        with reading(self.main) as tx:
            expired = carried.over(tx, minute(self.clock().replace(second=0, microsecond=0)))
        for wave_id in expired:
            self.forget(wave_id)
            self.say(f"wave {wave_id}: the time is over for which its answers were kept for a later wave")
        for wave_id in self.keyring.carrying():
            with reading(self.main) as tx:
                unused = carried.kept(tx, wave_id) is None and _is_released(tx, wave_id)
            if unused:
                self.keyring.destroy_carrying(wave_id)

    def forget(self, wave_id: str) -> None:
        """Delete what is kept of a wave, out of the store's files too, and destroy its key."""
        with unit_of_work(self.main) as tx:
            gone = carried.forget(tx, wave_id)
        if gone:
            releases.forget_draws(self.main)
        self.keyring.destroy_carrying(wave_id)

    def _row(self, wave: bytes) -> WaveRow | None:
        try:
            with reading(self.main) as tx:
                return waves.find(tx, wave.hex())
        except NotFound:
            return None


def _promised_until(earlier: Pairing | None, later: Pairing) -> datetime:
    """Until when the earlier wave may be paired with. Raises ContractBroken if it promised something else."""
    if (
        earlier is None
        or earlier.carried_until is None
        or (earlier.id, earlier.link_micro_rho) != (later.id, later.link_micro_rho)
    ):
        raise ContractBroken(
            "the earlier wave's contract promises another pairing or another loss; restore the main store"
        )
    return earlier.carried_until


def _is_released(tx: Session, wave_id: str) -> bool:
    """Before it is, its key may have been written for what will be stored in a moment."""
    try:
        return waves.find(tx, wave_id).state == "released"
    except NotFound:
        return False
