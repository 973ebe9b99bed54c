"""A program code at the command line: sealed as its tag, asked for where it can be used, else refused."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from privacy.answers import Response
from privacy.errors import ContractBroken, Invalid, SottovoceError
from privacy.program_code import new_program_code, normalise, tag_of
from service.cli import application
from service.client.answers_file import response_of
from service.client.client import RespondentClient
from service.client.program_code_file import read_program_code
from service.client.promise import promise

TYPED = ["", "3", "1", "1, 3", "9", "Grüße", "2"]


class Terminal:
    """Runs the commands with one folder for what is kept."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, *arguments: str | Path, typed: list[str] | None = None) -> str:
        words = [str(argument) for argument in arguments]
        kept = ["--keep", str(self.folder / "kept")]
        lines = "".join(f"{line}\n" for line in typed or [])
        result = CliRunner().invoke(application(words), [*words, *kept], input=lines)
        if isinstance(result.exception, SottovoceError):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result.output

    def kept(self) -> bytes:
        return b"".join(path.read_bytes() for path in self.folder.rglob("kept/*"))


@pytest.fixture
def terminal(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path)


@pytest.fixture
def code() -> str:
    return new_program_code()


@pytest.fixture
def code_file(tmp_path: Path, code: str) -> Path:
    path = tmp_path / "code"
    path.write_text(f" {code.lower()}\nmentoring\n")
    return path


def tags(server: Any) -> list[bytes | None]:
    return [None if answer is None else answer.tag for answer in server.answers()]


def test_a_fresh_code_is_printed_alone() -> None:
    printed = [
        CliRunner().invoke(application(["program-code"]), ["program-code", "new"]).output for _ in "ab"
    ]
    assert [normalise(line) + "\n" for line in printed] == printed
    assert printed[0] != printed[1]


def test_a_code_in_the_answers_file_is_sealed_as_its_tag(
    reached: Any, terminal: Terminal, answers_file: Path, full_response: Response, code: str
) -> None:
    pairing = reached.pair()
    with answers_file.open("a") as file:
        file.write(f"program_code: {code}\n")
    output = terminal.run("respond", reached.link, "--answers", answers_file)
    assert reached.answers() == [replace(full_response, tag=tag_of(code, pairing.id))]
    assert code not in output
    assert code.encode() not in b"".join(request.content for request in reached.requests)


def test_a_code_in_a_file_of_its_own_is_sealed_with_answers_from_a_file_or_typed(
    reached: Any, terminal: Terminal, answers_file: Path, code: str, code_file: Path
) -> None:
    tag = tag_of(code, reached.pair().id)
    given = ("--program-code-file", code_file)
    terminal.run("respond", reached.link, "--answers", answers_file, *given)
    second = reached.link.replace("code-0", "code-1")
    shown = terminal.run("respond", second, *given, typed=[*TYPED, ""])
    assert tags(reached) == [tag, tag]
    assert "program code, new" not in shown
    assert code not in shown


def test_the_terminal_asks_for_a_code_and_makes_one_that_is_shown_once(
    reached: Any, terminal: Terminal, code: str
) -> None:
    pairing = reached.pair()
    links = [reached.link.replace("code-0", f"code-{number}") for number in range(3)]
    told = terminal.run("respond", links[0], typed=[*TYPED, "no code", code[:-1], code.replace("-", " "), ""])
    assert told.count("Not taken") == 2
    assert "answer without a code" in told
    terminal.run("respond", links[1], typed=[*TYPED, "", ""])
    shown = terminal.run("respond", links[2], typed=[*TYPED, "new", ""])
    codes = [line.strip() for line in shown.splitlines() if line.startswith("    ") and "-" in line]
    assert len(codes) == 2  # this and the receipt code
    expected = {tag_of(code, pairing.id), None, tag_of(codes[0], pairing.id)}
    assert set(tags(reached)) == expected
    assert shown.count(codes[0]) == 1


def test_the_last_wave_of_a_program_makes_no_code(reached: Any, terminal: Terminal) -> None:
    reached.pair(earlier=bytes(range(32)))
    shown = terminal.run("respond", reached.link, typed=[*TYPED, "new", "", ""])
    assert "Not taken" in shown
    assert tags(reached) == [None]


def test_a_change_seals_the_code_given_with_it_or_none_and_a_withdrawal_zeros(
    reached: Any, terminal: Terminal, answers_file: Path, code: str, code_file: Path
) -> None:
    tag = tag_of(code, reached.pair().id)
    receipt, url = terminal.folder / "receipt", reached.link.partition("#")[0]
    terminal.run("respond", reached.link, "--answers", answers_file, "--receipt-file", receipt)
    change = ("receipt", "change", url, "--answers", answers_file, "--receipt-file", receipt)
    terminal.run(*change, "--program-code-file", code_file)
    assert tags(reached) == [tag]
    terminal.run(*change)
    assert tags(reached) == [None]
    terminal.run("receipt", "withdraw", url, "--receipt-file", receipt)
    assert reached.answers() == [None]


def test_another_code_after_an_interruption_is_sealed_in_the_place_of_the_first(
    reached: Any, terminal: Terminal, answers_file: Path, code: str, code_file: Path
) -> None:
    tag = tag_of(code, reached.pair().id)
    reached.lose = {"post_responses"}
    with pytest.raises(SottovoceError):
        terminal.run("respond", reached.link, "--answers", answers_file)
    assert tag not in terminal.kept()
    reached.lose = set()
    terminal.run("respond", reached.link, "--answers", answers_file, "--program-code-file", code_file)
    assert tags(reached) == [tag]


def test_with_and_without_a_code_requests_are_equally_long_and_unlike(
    reached: Any, terminal: Terminal, answers_file: Path, code_file: Path
) -> None:
    reached.pair()
    for number in range(3):
        given = ("--program-code-file", code_file) if number else ()
        link = reached.link.replace("code-0", f"code-{number}")
        terminal.run("respond", link, "--answers", answers_file, *given)
    sealed = [data for _, data in reached.box.values()]
    assert len({len(one) for one in sealed}) == 1
    assert len({one[-96:-64] for one in sealed}) == len(sealed)


def test_a_code_that_can_be_used_for_nothing_is_refused_before_anything_is_spent(
    reached: Any, terminal: Terminal, answers_file: Path, code_file: Path
) -> None:
    with pytest.raises(Invalid, match="leave it out"):
        terminal.run("respond", reached.link, "--answers", answers_file, "--program-code-file", code_file)
    assert reached.invitations["code-0"] is None
    reached.pair()
    answers_file.write_text(f"program_code: {new_program_code()}\n")
    with pytest.raises(Invalid, match="in both files"):
        terminal.run("respond", reached.link, "--answers", answers_file, "--program-code-file", code_file)


@pytest.mark.parametrize("wrong", ["not a code", "0123", 12345678901234567890123456, ["x"], ""])
def test_what_is_no_code_is_a_fault_beside_the_others(server: Any, wrong: object) -> None:
    server.pair()
    with pytest.raises(Invalid) as refused:
        response_of({"program_code": wrong, "safe": "always"}, server.manifest)
    assert sorted(problem.id for problem in refused.value.problems) == ["answer", "program-code"]


@pytest.mark.parametrize("content", [b"", b"not a code", b"\xff", None])
def test_a_file_without_a_code_is_refused(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "code"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Invalid, match="program-code"):
        read_program_code(path)


def test_the_promise_says_what_is_compared_kept_and_lost(server: Any) -> None:
    alone = promise(server.manifest, "https://pulse.example", "en")
    assert "rogram code" not in alone
    pairing = server.pair()
    told = " ".join(promise(server.manifest, "https://pulse.example", "en").split())
    for said in (
        "a later survey",
        "2026-06-01 at 12:00 UTC",
        f"epsilon {pairing.epsilon_presence:g}",
        f"{pairing.epsilon_answers:g} for what you answered",
    ):
        assert said in told
    server.pair(earlier=bytes(32), carried_until=datetime(2026, 7, 1, tzinfo=UTC))
    told = " ".join(promise(server.manifest, "https://pulse.example", "en").split())
    assert "an earlier survey and a later one" in told
    server.pair(earlier=bytes(32))
    told = " ".join(promise(server.manifest, "https://pulse.example", "en").split())
    assert "Nothing is kept for a later survey" in told


def test_a_contract_that_understates_its_pairing_is_not_answered(
    server: Any, client: RespondentClient
) -> None:
    pairing = server.pair()
    server._publish(replace(server.manifest, pairing=replace(pairing, epsilon_answers=0.5)))
    with pytest.raises(ContractBroken, match="another loss"):
        client.fetch_manifest(server.wave)
