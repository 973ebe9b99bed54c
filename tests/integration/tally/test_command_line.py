"""The tally's commands: what they do, what they print, and the code they end with."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any


def test_what_is_put_right_can_be_tallied(
    answered: Callable[..., Any], command: Callable[..., SimpleNamespace]
) -> None:
    wave = answered(3)
    wave.key_file.chmod(0o644)
    assert command("run", wave.id).code == 2
    wave.key_file.chmod(0o600)
    done = command("run", wave.id)
    assert (done.code, done.err) == (0, [])
    again = command("run", wave.id)
    assert (again.code, again.err, len(again.out)) == (0, [], 1)


def test_a_wave_that_is_not_closed_or_not_there_is_one_line(
    open_wave: Callable[..., Any], command: Callable[..., SimpleNamespace]
) -> None:
    wave = open_wave()
    for ref, expected in ((wave.id, "is open and closes at"), ("w-nothing", "no such wave")):
        result = command("run", ref)
        assert (result.code, len(result.err)) == (2, 1)
        assert expected in result.err[0]


def test_watching_once_tallies_what_can_be_and_names_what_cannot(
    answered: Callable[..., Any], open_wave: Callable[..., Any], command: Callable[..., SimpleNamespace]
) -> None:
    broken, whole, still_open = answered(2), answered(2), open_wave()
    content = broken.key_file.read_bytes()
    broken.key_file.unlink()
    first = command("watch", "--once")
    assert first.code == 2
    assert len(first.err) == 1
    assert broken.id in first.err[0]
    assert not whole.key_file.exists()
    assert still_open.key_file.exists()
    broken.key_file.touch(mode=0o600)
    broken.key_file.write_bytes(content)
    second = command("watch", "--once")
    assert (second.code, second.err) == (0, [])
    assert not broken.key_file.exists()
    assert command("watch", "--once").out == []


def test_keys_are_topped_up_from_the_command_line(command: Callable[..., SimpleNamespace]) -> None:
    first = command("keys", "--count", "3")
    assert (first.code, first.err) == (0, [])
    assert "3 keys made" in first.out[0]
    assert "0 keys made" in command("keys", "--count", "3").out[0]
