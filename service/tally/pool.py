"""The pool of wave keys: public halves in the store, and for each its private half in the key folder."""

from privacy.errors import KeyUnusable
from service.store import carried, tally_keys
from service.store.tables_main import TallyKeyRow
from service.store.unit_of_work import reading, unit_of_work
from service.tally.keyring import Keyring
from service.tally.run import Tally

FREE_KEYS = 12  # in the pool, unless the operator wants another number


def top_up(tally: Tally, count: int) -> None:
    """See that ``count`` keys are free, each with its private half here.

    A free key without one leaves the pool, so that no wave can be opened that nobody could tally. Raises
    KeyUnusable, after topping up, if a wave that is not yet released has lost its private half, or what is
    kept of one for a later wave its key.
    """
    with reading(tally.main) as tx:
        free = tally_keys.free_key_rows(tx)
        taken = tally_keys.keys_in_state(tx, "open", "closed")
        kept = carried.kept_waves(tx)
    lost = [row.id for row in free if not _usable(tally.keyring, row)]
    # Private halves first: a crash leaves a file that nobody needs, never a public key that nobody can open.
    made = [tally.keyring.create() for _ in range(count - len(free) + len(lost))]
    with unit_of_work(tally.main) as tx:
        tally_keys.discard_free_keys(tx, lost)
        tally_keys.add_keys(tx, made)
    if lost:
        tally.say(f"{len(lost)} free keys without a usable file here were taken out of the pool")
    tally.say(f"{len(made)} keys made in {tally.keyring.folder}; back the folder up before a wave opens")
    missing = [row for row in taken if not _usable(tally.keyring, row)]
    if missing:
        files = ", ".join(f"{tally.keyring.path_of(row.id)} (wave {row.wave_id})" for row in missing)
        raise KeyUnusable(
            f"these key files of waves that are not yet released are missing or damaged: {files}; "
            "restore them from the backup, or no answer can be opened"
        )
    locked = [str(tally.keyring.carrying_path(wave)) for wave in kept if not _opens(tally.keyring, wave)]
    if locked:
        raise KeyUnusable(
            f"these key files of what is kept for later waves are missing or damaged: {', '.join(locked)}; "
            "restore them from the backup, or those waves wait and nobody is paired"
        )


def _opens(keyring: Keyring, wave_id: str) -> bool:
    try:
        keyring.carrying_key(wave_id)
    except KeyUnusable:
        return False
    return True


def _usable(keyring: Keyring, row: TallyKeyRow) -> bool:
    try:
        public = keyring.load(row.id).public
    except KeyUnusable:
        return False
    return (public.hpke, public.release) == (row.hpke_public_key, row.release_public_key)
