"""A tally that is killed anywhere is mended by running it again: one draw, one release, no lost response."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from privacy.release import BoardFacts, Draw, build_release, sign_release
from service.store import ledger, releases, waves
from service.store.unit_of_work import reading
from service.tally.run import STEPS, Tally, run
from tests.integration.tally.conftest import Kill


def stored(tally: Tally, wave_id: str) -> SimpleNamespace:
    with reading(tally.main) as tx:
        row = waves.find(tx, wave_id)
        assert row.root is not None
        assert row.responses is not None
        assert row.issued is not None
        assert row.invited is not None
        return SimpleNamespace(
            state=row.state,
            facts=BoardFacts(row.root, row.responses, row.issued, row.invited),
            draw=releases.stored_draw(tx, wave_id),
            release=releases.release_of(tx, wave_id),
            ledger=next(entry.state for entry in ledger.entries(tx) if entry.wave == row.wave.hex()),
        )


def test_a_tally_killed_at_any_event_is_mended_by_running_it_again(
    answered: Callable[..., Any], tally: Tally, kill: Kill
) -> None:
    seen: list[str] = []
    left_drawn = left_published = 0
    while True:
        wave = answered(6, k=2, comment_k=3)
        signing_key = tally.keyring.load(wave.key_id).release
        event = kill(wave.id, len(seen) + 1)
        found = stored(tally, wave.id)
        if event is None:
            break
        seen.append(event)
        # Whatever was committed belongs together.
        assert (found.state, found.draw is None, found.release is None, found.ledger) in (
            ("closed", True, True, "reserved"),
            ("closed", False, True, "drawn"),
            ("released", True, False, "committed"),
        )
        assert found.release is not None or wave.key_file.stat().st_size > 0
        expected = found.release
        if found.draw is not None:
            left_drawn += 1
            value = build_release(wave.manifest, found.facts, Draw.parse(found.draw))
            expected = sign_release(value, signing_key)
        left_published += found.release is not None
        outcome = run(tally, wave.id)
        assert outcome.published == (found.release is None)
        after = stored(tally, wave.id)
        assert (after.state, after.draw, after.ledger) == ("released", None, "committed")
        assert after.release is not None
        assert expected in (None, after.release)
        assert not wave.key_file.exists()
    assert (found.state, found.draw, found.ledger) == ("released", None, "committed")
    assert set(STEPS) < set(seen)
    assert {"main commit", "before unlink", "after unlink"} < set(seen)
    assert left_drawn > 2
    assert left_published > 2
