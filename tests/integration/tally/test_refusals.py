"""Whatever differs from what was promised stops the tally: one line, exit code 2, nothing changed."""

from collections.abc import Callable
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import text

from privacy.ledger import digest_of
from service.store import ledger
from service.store.unit_of_work import reading

Change = Callable[[Any, Any], None]


def everything(wave: Any) -> list[Any]:
    """Every row of both stores and every key file."""
    found: list[Any] = [
        sorted((path.name, path.stat().st_mode, path.read_bytes()) for path in wave.keyring.folder.iterdir())
    ]
    tables = {
        wave.engines.main: ("wave", "tally_key", "ledger", "draw", "release"),
        wave.engines.box: ("box_wave", "response"),
    }
    for engine, names in tables.items():
        with engine.connect() as connection:
            for name in names:
                rows = connection.execute(text(f"SELECT * FROM {name}"))
                found.append(sorted(repr([_plain(value) for value in row]) for row in rows))
    return found


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def main_store(statement: str, **values: Any) -> Change:
    return lambda wave, _other: _execute(wave.engines.main, statement, wave, values)


def the_box(statement: str, **values: Any) -> Change:
    return lambda wave, _other: _execute(wave.engines.box, statement, wave, values)


def _execute(engine: Any, statement: str, wave: Any, values: dict[str, Any]) -> None:
    known = {"id": wave.id, "wave": wave.manifest.wave, "key": wave.key_id, **values}
    used = {name: value for name, value in known.items() if f":{name}" in statement}
    with engine.begin() as connection:
        assert connection.execute(text(statement), used).rowcount >= 1


def another_policy(wave: Any, _other: Any) -> None:
    policy = replace(wave.manifest.policy, k=wave.manifest.policy.k - 1)
    changed = replace(wave.manifest, policy=policy)
    _execute(
        wave.engines.main,
        "UPDATE wave SET manifest = :manifest WHERE id = :id",
        wave,
        {"manifest": changed.canonical()},
    )


def another_promise(wave: Any, _other: Any) -> None:
    """A whole other contract, hash and all, put in the place of the one that was answered."""
    policy = replace(wave.manifest.policy, k=wave.manifest.policy.k - 1)
    changed = replace(wave.manifest, policy=policy)
    with reading(wave.engines.main) as tx:
        entry = ledger.entries(tx)[-1]
    digest = digest_of(changed.wave.hex(), entry.micro_rho, entry.day, entry.previous)
    for statement in (
        "UPDATE wave SET manifest = :manifest, wave = :name WHERE id = :id",
        "UPDATE ledger SET wave = :hex, digest = :digest WHERE wave_id = :id",
    ):
        values = {"manifest": changed.canonical(), "name": changed.wave, "hex": changed.wave.hex()}
        _execute(wave.engines.main, statement, wave, {**values, "digest": digest})


def change_an_envelope(offset: int) -> Change:
    def change(wave: Any, _other: Any) -> None:
        with wave.engines.box.begin() as connection:
            query = "SELECT slot, envelope FROM response WHERE wave = :wave"
            slot, envelope = connection.execute(text(query), {"wave": wave.manifest.wave}).first()
            changed = bytearray(bytes(envelope))
            changed[offset] ^= 1
            connection.execute(
                text("UPDATE response SET envelope = :changed WHERE slot = :slot"),
                {"changed": bytes(changed), "slot": slot},
            )

    return change


def add_an_envelope(wave: Any, _other: Any) -> None:
    """One more valid response, slipped in after the wave has closed."""
    late = wave.people.envelope(wave.people.plaintexts(1)[0])
    _execute(wave.engines.box, "UPDATE box_wave SET closed = FALSE WHERE wave = :wave", wave, {})
    wave.put([late])
    _execute(wave.engines.box, "UPDATE box_wave SET closed = TRUE WHERE wave = :wave", wave, {})


def replace_an_envelope(wave: Any, other: Any) -> None:
    """As many responses as before, all of them valid, but not those that were sent."""
    with wave.engines.box.begin() as connection:
        query = "SELECT slot FROM response WHERE wave = :wave LIMIT 1"
        slot = connection.execute(text(query), {"wave": wave.manifest.wave}).scalar()
        connection.execute(text("DELETE FROM response WHERE slot = :slot"), {"slot": slot})
    add_an_envelope(wave, other)


def take_the_key_file_of_another(wave: Any, other: Any) -> None:
    wave.key_file.write_bytes(other.key_file.read_bytes())


CHANGES: dict[str, dict[str, tuple[Change, str]]] = {
    "the key": {
        "no key file": (lambda wave, _: wave.key_file.unlink(), "is missing; restore it"),
        "key file damaged": (lambda wave, _: wave.key_file.write_bytes(b"x"), "is damaged; restore it"),
        "key file of another wave": (take_the_key_file_of_another, "is not the key of wave"),
        "key file open to others": (lambda wave, _: wave.key_file.chmod(0o640), "chmod 600"),
        "another public key taken": (
            main_store("UPDATE tally_key SET release_public_key = hpke_public_key WHERE id = :key"),
            "not those it took",
        ),
        "key id that is a path": (
            main_store("UPDATE tally_key SET id = '../../k' WHERE id = :key"),
            "no tally made",
        ),
        # last, because the next wave to open could take it
        "no key taken": (
            main_store("UPDATE tally_key SET wave_id = NULL WHERE id = :key"),
            "not those it took",
        ),
    },
    "the contract": {
        "manifest of another policy": (another_policy, "does not hash to the wave"),
        "another promise": (another_promise, "is not the board"),
        "manifest cut short": (
            main_store("UPDATE wave SET manifest = :short WHERE id = :id", short=b"{}"),
            "does not hash to the wave",
        ),
        "no manifest": (main_store("UPDATE wave SET manifest = NULL WHERE id = :id"), "without a contract"),
        "more responses than tokens": (
            main_store("UPDATE wave SET issued = 3 WHERE id = :id"),
            "tokens that nobody was given",
        ),
        "more tokens than people": (
            main_store("UPDATE wave SET issued = 61 WHERE id = :id"),
            "tokens that nobody was given",
        ),
        "a damaged draw": (
            main_store("INSERT INTO draw (wave_id, content) VALUES (:id, :draw)", draw=b"{}"),
            "stored draw of the wave is damaged",
        ),
    },
    "the board": {
        "another root in the main store": (
            main_store("UPDATE wave SET root = :root WHERE id = :id", root=bytes(32)),
            "is not the board",
        ),
        "another root in the box": (
            the_box("UPDATE box_wave SET root = :root WHERE wave = :wave", root=bytes(32)),
            "is not the board",
        ),
        "fewer responses in the main store": (
            main_store("UPDATE wave SET responses = responses - 1 WHERE id = :id"),
            "is not the board",
        ),
        "the box open again": (
            the_box("UPDATE box_wave SET closed = FALSE WHERE wave = :wave"),
            "is not the board",
        ),
    },
    "the responses": {
        "a response deleted": (
            the_box("DELETE FROM response WHERE slot = (SELECT min(slot) FROM response WHERE wave = :wave)"),
            "is not the board",
        ),
        "a response added": (add_an_envelope, "is not the board"),
        "a response replaced": (replace_an_envelope, "is not the board"),
        "a token changed": (change_an_envelope(50), "does not verify"),
        "a ciphertext changed": (change_an_envelope(620), "does not verify"),
        "a signature changed": (change_an_envelope(-1), "does not verify"),
        "a response under another nullifier": (
            the_box(
                "UPDATE response SET nullifier = :zero WHERE slot = "
                "(SELECT min(slot) FROM response WHERE wave = :wave)",
                zero=bytes(31) + b"\1",
            ),
            "does not verify",
        ),
    },
    "a missing charge": {
        "no entry in the ledger": (
            main_store("DELETE FROM ledger WHERE wave_id = :id"),
            "the ledger",
        ),
    },
    "a smaller charge": {
        "less loss in the ledger": (
            main_store("UPDATE ledger SET micro_rho = micro_rho - 1 WHERE wave_id = :id"),
            "the ledger",
        ),
    },
    "a charge of another wave": {
        "another wave's entry changed": (
            main_store("UPDATE ledger SET micro_rho = micro_rho - 1 WHERE wave_id <> :id"),
            "the ledger",
        ),
    },
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_change_stops_the_tally_with_one_line_and_changes_nothing(
    open_wave: Callable[..., Any],
    answered: Callable[..., Any],
    command: Callable[..., SimpleNamespace],
    subtests: pytest.Subtests,
    what: str,
) -> None:
    other = open_wave()
    for name, (change, expected) in CHANGES[what].items():
        with subtests.test(name):
            wave = answered(4)
            change(wave, other)
            before = everything(wave)
            result = command("run", wave.id)
            assert result.code == 2
            assert len(result.err) == 1
            assert result.err[0].startswith("sottovoce: ")
            assert expected in result.err[0]
            assert everything(wave) == before


def test_a_plan_that_this_version_does_not_compute_is_not_carried_out(
    open_wave: Callable[..., Any], command: Callable[..., SimpleNamespace]
) -> None:
    honest = open_wave().manifest.policy
    for lie in (
        {"epsilon_presence": 0.1},
        {"epsilon_answers": 0.1},
        {"mechanism": "sottovoce-gaussian-0"},
        {"delta": 1e-9},
        {"micro_rho": 1},
    ):
        wave = open_wave(change={"policy": replace(honest, **lie)})
        wave.close()
        before = everything(wave)
        result = command("run", wave.id)
        assert (result.code, len(result.err)) == (2, 1)
        assert "the contract" in result.err[0]
        assert everything(wave) == before
