"""The tally of one wave, step by step. Each step happens as a whole or not at all, and can be done again.

    contract   the closed wave is what was promised
    key        its key file is here and is the one the contract names
    open       every sealed response is verified, opened and counted; the board is the one that was published
    draw       noise is drawn once and stored with the ledger's entry, in one transaction; what is kept of
               the wave for a later one is stored, and what was kept of the earlier one is deleted, in it too
    publish    the release is built from the stored draw alone, signed, and published in one transaction
    forget     what is left of the draw, and of what was kept of the earlier wave, leaves the store's files
    destroy    the key of what was kept and the wave's private key are overwritten and removed

Whoever is killed between two steps runs it again: a stored draw is used as it is, and a published release is
left as it is. Nothing here says how many responses were spoiled or withdrawn: that is not public.
"""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine

from privacy.errors import ContractBroken, KeyUnusable
from privacy.manifest_reader import read_manifest
from privacy.plan import design_of
from privacy.release import Draw, build_release, protect, sign_release, verify_release
from privacy.signatures import scalar_of
from service.clock import Clock, system_clock
from service.errors import Conflict
from service.store import box, releases, waves
from service.store.tables_main import WaveRow
from service.store.tally_keys import key_of
from service.store.unit_of_work import reading, unit_of_work
from service.tally.board import CHUNK, OpenedBoard, open_board
from service.tally.carrying import Carrier, Kept
from service.tally.contract import ClosedWave, read_closed_wave
from service.tally.keyring import Keyring, WaveKey

STEPS = ("contract", "key", "open", "draw", "publish", "forget", "destroy")


def _silent(_text: str) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Tally:
    """What a tally works with. ``say`` takes lines for the operator, ``on_step`` each step that begins."""

    main: Engine
    box: Engine
    keyring: Keyring
    workers: int = 1
    chunk: int = CHUNK
    say: Callable[[str], None] = _silent
    on_step: Callable[[str], None] = _silent
    clock: Clock = system_clock

    @property
    def carrier(self) -> Carrier:
        """What carries answers over from one wave to the next."""
        return Carrier(self.main, self.keyring, self.clock, self.say)


@dataclass(frozen=True, slots=True)
class Outcome:
    """``responses`` are those on the board; ``published`` is False if the release was there already."""

    wave_id: str
    responses: int
    published: bool


def run(tally: Tally, ref: str) -> Outcome:
    """Tally the wave that ``ref`` names (its id or its 64 hex digits) and destroy its key.

    A wave that is released already has its key destroyed if that is still to be done. Raises Conflict for one
    that is not closed, ContractBroken where anything differs from what was promised, KeyUnusable without its
    key, NotFound, Unavailable. Nothing is published then.
    """
    with reading(tally.main) as tx:
        row = waves.find(tx, ref)
        if row.state == "closed":
            tally.on_step("contract")
            wave = read_closed_wave(tx, row)
    if row.state == "released":
        return _finish(tally, row, published=False)
    if row.state != "closed":
        raise _not_closed(row)
    try:
        published = _tally(tally, wave)
    except (Conflict, KeyUnusable):
        published = False  # perhaps another tally was quicker, and then all is well
        with reading(tally.main) as tx:
            row = waves.find(tx, ref)
        if row.state != "released":
            raise
    return _finish(tally, row, published)


def _tally(tally: Tally, wave: ClosedWave) -> bool:
    tally.on_step("key")
    key = _key_of(tally, wave)
    draw = _stored_draw(tally, wave)
    if draw is None:
        kept = tally.carrier.earlier(wave.manifest)
        tally.on_step("open")
        opened = _opened(tally, wave, key)
        tally.on_step("draw")
        draw = _drawn(tally, wave, opened, kept)
    else:
        tally.say(f"wave {wave.id}: its noise was drawn before and is used as it is")
    tally.on_step("publish")
    release = sign_release(build_release(wave.manifest, wave.facts, draw), key.release)
    verify_release(release, wave.manifest)
    with unit_of_work(tally.main) as tx:
        return releases.publish(tx, wave.id, release)


def _key_of(tally: Tally, wave: ClosedWave) -> WaveKey:
    key = tally.keyring.load(wave.key_id)
    contract = (wave.manifest.hpke_public_key, wave.manifest.release_public_key)
    if (key.public.hpke, key.public.release) != contract:
        raise KeyUnusable(
            f"the key file {tally.keyring.path_of(wave.key_id)} is not the key of wave {wave.id}; "
            "restore the right one from the backup of the key folder"
        )
    return key


def _opened(tally: Tally, wave: ClosedWave, key: WaveKey) -> OpenedBoard:
    total = wave.facts.responses
    with reading(tally.box) as tx:
        closed = box.find_wave(tx, wave.manifest.wave)
    if closed is None or not closed.closed or (closed.root, closed.responses) != (wave.facts.root, total):
        raise _another_board(wave)
    opened = open_board(
        box.envelopes(tally.box, wave.manifest.wave, tally.chunk),
        wave.canonical,
        scalar_of(key.hpke),
        workers=tally.workers if total > tally.chunk else 1,
        progress=lambda done: tally.say(f"wave {wave.id}: {done} of {total} responses opened"),
    )
    if (opened.root, opened.responses) != (wave.facts.root, total):
        raise _another_board(wave)
    return opened


def _stored_draw(tally: Tally, wave: ClosedWave) -> Draw | None:
    with reading(tally.main) as tx:
        content = releases.stored_draw(tx, wave.id)
    return None if content is None else Draw.parse(content)


def _drawn(tally: Tally, wave: ClosedWave, opened: OpenedBoard, kept: Kept | None) -> Draw:
    contract = wave.manifest
    design = design_of(contract.questions, contract.attributes, contract.policy)
    texts = [question.id for question in contract.questions if question.type == "text"]
    comments = dict(zip(texts, opened.comments, strict=True))
    carrier = tally.carrier
    pairs = None if kept is None else carrier.pairs(contract, kept, opened.records)
    draw = protect(design, opened.counts, opened.spoiled, comments, contract.policy, pairs=pairs)
    try:
        with unit_of_work(tally.main) as tx:
            releases.store_draw(tx, wave.id, draw.canonical())
            carrier.keep(tx, wave.id, contract, opened.records, opened.responses)
            if kept is not None:
                carrier.use(tx, kept)
    except Conflict:
        first = _stored_draw(tally, wave)
        if first is None:
            raise
        return first
    return draw


def _finish(tally: Tally, row: WaveRow, published: bool) -> Outcome:
    with reading(tally.main) as tx:
        release, key = releases.release_of(tx, row.id), key_of(tx, row.id)
    if release is None or key is None or row.responses is None:
        raise ContractBroken(
            f"wave {row.id} is marked as released and has no release; its key is kept, restore the main store"
        )
    if tally.keyring.holds(key.id):
        tally.on_step("forget")
        releases.forget_draws(tally.main)
        tally.on_step("destroy")
        tally.carrier.forget_earlier(read_manifest(row.manifest or b"", row.wave))
        tally.keyring.destroy(key.id)
    what = "published" if published else "was published before, nothing is changed"
    tally.say(f"wave {row.id}: {what}; its private key is destroyed")
    return Outcome(row.id, row.responses, published)


def _not_closed(row: WaveRow) -> Conflict:
    if row.state == "open":
        return Conflict(f"wave {row.id} is open and closes at {row.closes_at}; run its tally after that")
    return Conflict(f"wave {row.id} is a {row.state} that was never open; there is nothing to tally")


def _another_board(wave: ClosedWave) -> ContractBroken:
    return ContractBroken(
        f"the box of wave {wave.id} is not the board that was published when it closed; "
        "restore the box from before it was changed"
    )
