"""Tallies of paired waves, killed anywhere: one draw and one release each, and nothing kept at the end."""

from collections.abc import Callable
from typing import Any

from privacy.program_code import new_program_code
from privacy.release import BoardFacts, Draw, build_release, sign_release
from service.store import carried, ledger, releases, waves
from service.store.unit_of_work import reading
from service.tally.run import Tally, run
from tests.integration.tally.conftest import Kill
from tests.integration.tally.paired import UNTIL, Paired, tag

CODES = [new_program_code() for _ in range(3)]


def test_a_paired_wave_killed_at_every_event_ends_with_one_release_and_nothing_used_is_left(
    open_wave: Callable[..., Any], tally: Tally, kill: Kill
) -> None:
    """The wave in the middle of three, killed again and again, from its draw on and from where that led."""
    chain: list[Any] = []
    for place in range(3):
        earlier = chain[-1].manifest.wave if place else None
        chain.append(open_wave(pair=Paired(earlier, UNTIL if place < 2 else None), k=2, comment_k=3))
        wave = chain[-1]
        wave.put([wave.people.envelope(wave.people.answer(safe=place, tag=tag(code))) for code in CODES])
        wave.close()
    before, wave, after = chain
    run(tally, before.id)
    signing_key = tally.keyring.load(wave.key_id).release
    draws: set[bytes] = set()
    seen: set[str] = set()
    last, state = 1, stored(tally, wave)
    while (event := kill(wave.id, last, next_step(state))) is not None:
        seen.add(event)
        found = stored(tally, wave)
        last, state = (last + 1 if found == state else 1), found
        drawn = found["draw"] is not None or found["release"] is not None
        draws |= {found["draw"]} - {None}
        # What is kept, what is used and the draw are stored together or not at all.
        assert kept(tally, wave) is drawn
        assert kept(tally, before) is not drawn
        # As long as something is kept its key is here.
        assert (wave if drawn else before).id in tally.keyring.carrying()
    [draw] = draws
    value = build_release(wave.manifest, facts(tally, wave), Draw.parse(draw))
    assert wave.release() == sign_release(value, signing_key)
    assert {"draw", "publish", "forget", "destroy", "main commit"} < seen
    assert {"before fsync", "after fsync", "before unlink", "after unlink"} < seen
    assert tally.keyring.carrying() == [wave.id]
    assert not wave.key_file.exists()
    assert run(tally, wave.id).published is False
    run(tally, after.id)
    assert tally.keyring.carrying() == []
    assert not any(kept(tally, one) for one in chain)
    with reading(tally.main) as tx:
        charges = [(entry.wave, entry.micro_rho, entry.state) for entry in ledger.entries(tx)]
    assert charges == [(one.manifest.wave.hex(), one.manifest.micro_rho, "committed") for one in chain]


def next_step(state: dict[str, Any]) -> str:
    """The first step of a tally that goes on from here and can change something."""
    if state["release"] is not None:
        return "forget"
    return "draw" if state["draw"] is None else "publish"


def stored(tally: Tally, wave: Any) -> dict[str, Any]:
    """What is known of a wave's tally: this alone decides what the next one does."""
    with reading(tally.main) as tx:
        return {
            "draw": releases.stored_draw(tx, wave.id),
            "release": releases.release_of(tx, wave.id),
            "keys": (wave.key_file.exists(), *tally.keyring.carrying()),
        }


def kept(tally: Tally, wave: Any) -> bool:
    with reading(tally.main) as tx:
        return carried.kept(tx, wave.id) is not None


def facts(tally: Tally, wave: Any) -> BoardFacts:
    with reading(tally.main) as tx:
        row = waves.find(tx, wave.id)
    return BoardFacts(row.root or b"", row.responses or 0, row.issued or 0, row.invited or 0)
