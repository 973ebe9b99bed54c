"""What was sealed before an interruption is finished first; then what is asked for now is done."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from privacy.answers import Response
from privacy.contract import Manifest
from privacy.errors import SottovoceError
from privacy.receipt_code import normalise
from service.client.client import RespondentClient
from service.client.commands import receipt_app, respond_app
from service.client.failures import ServerRefused, Unreachable
from service.client.receipt_file import read_receipt

Run = Callable[..., str]
ONLY_SAFE = Response(
    {"safe": 0, "where": None, "tools": None, "recommend": None, "comment": None}, {"unit": None}
)


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs ``respond`` or a verb of ``receipt`` and gives what it said; what it raises is raised."""

    def run(*arguments: str | Path, typed: str = "") -> str:
        verb, *others = [str(argument) for argument in arguments]
        app, words = (respond_app, others) if verb == "respond" else (receipt_app, [verb, *others])
        result = CliRunner().invoke(app, [*words, "--keep", str(tmp_path / "kept")], input=typed)
        if isinstance(result.exception, SottovoceError):
            result.exception.add_note(result.output)
            raise result.exception
        assert result.exit_code == 0, result.output
        return result.output

    return run


@pytest.fixture
def kept(tmp_path: Path) -> Callable[[], list[Path]]:
    return lambda: sorted((tmp_path / "kept").glob("*"))


@pytest.fixture
def receipt(reached: Any, run: Run, link: str, answers_file: Path, tmp_path: Path) -> Path:
    path = tmp_path / "receipt"
    run("respond", link, "--answers", answers_file, "--receipt-file", path)
    return path


@pytest.fixture
def other_answers(tmp_path: Path) -> Path:
    path = tmp_path / "other.yaml"
    path.write_text("safe: never\n")
    return path


def interrupt(reached: Any, trouble: str, command: Callable[[], str]) -> None:
    setattr(reached, trouble, {"post_responses"})
    with pytest.raises(Unreachable, match="run the same command again"):
        command()
    setattr(reached, trouble, set())


TROUBLES = pytest.mark.parametrize("trouble", ["lose", "busy"])


@TROUBLES
def test_a_withdrawal_after_an_interrupted_change_withdraws(
    *, reached: Any, run: Run, kept: Any, receipt: Path, other_answers: Path, trouble: str
) -> None:
    change = ("change", reached.link, "--answers", other_answers, "--receipt-file", receipt)
    interrupt(reached, trouble, lambda: run(*change))
    said = run("withdraw", reached.link, "--receipt-file", receipt)
    assert reached.answers() == [None]
    places = [said.index(text) for text in ("sealed before", "version 2", "Now withdrawing", "version 3")]
    assert places == sorted(places)
    assert "sequence 3" in receipt.read_text()
    assert kept() == []


@TROUBLES
def test_a_change_after_an_interrupted_withdrawal_changes(
    *, reached: Any, run: Run, kept: Any, receipt: Path, other_answers: Path, trouble: str
) -> None:
    interrupt(reached, trouble, lambda: run("withdraw", reached.link, "--receipt-file", receipt))
    run("change", reached.link, "--answers", other_answers, "--receipt-file", receipt)
    assert reached.answers() == [ONLY_SAFE]
    interrupt(reached, trouble, lambda: run("withdraw", reached.link, "--receipt-file", receipt))
    typed = "1" + "\n" * 6
    said = run("change", reached.link, "--receipt-file", receipt, typed=typed)
    assert "Now changing" in said
    assert reached.said() == [{"safe": 0}]
    assert kept() == []


@TROUBLES
@pytest.mark.parametrize("edited", [True, False], ids=["the file edited", "another file"])
def test_new_answers_after_an_interrupted_change_are_not_dropped(
    *,
    reached: Any,
    run: Run,
    kept: Any,
    receipt: Path,
    answers_file: Path,
    other_answers: Path,
    trouble: str,
    edited: bool,
) -> None:
    change = ("change", reached.link, "--receipt-file", receipt, "--answers")
    interrupt(reached, trouble, lambda: run(*change, answers_file))
    if edited:
        answers_file.write_text(other_answers.read_text())
    said = run(*change, answers_file if edited else other_answers)
    assert ["version 2" in said, "version 3" in said] == [True, True]
    assert reached.answers() == [ONLY_SAFE]
    assert kept() == []


@TROUBLES
def test_new_answers_after_an_interrupted_answer_are_not_dropped(
    *, reached: Any, run: Run, kept: Any, link: str, answers_file: Path, other_answers: Path, trouble: str
) -> None:
    interrupt(reached, trouble, lambda: run("respond", link, "--answers", answers_file))
    said = run("respond", link, "--answers", other_answers)
    assert reached.answers() == [ONLY_SAFE]
    assert "sealed before" in said
    assert "Accepted as version 2" in said
    [code] = [line.strip() for line in said.splitlines() if line.startswith("    ")]
    run("withdraw", link, typed=f"{normalise(code)}\n")
    assert reached.answers() == [None]
    assert kept() == []


def test_new_answers_that_could_not_be_sent_are_sent_by_the_same_command(
    *, reached: Any, run: Run, kept: Any, link: str, answers_file: Path, other_answers: Path
) -> None:
    interrupt(reached, "busy", lambda: run("respond", link, "--answers", answers_file))
    reached.busy = {"get_responses"}
    with pytest.raises(Unreachable):
        run("respond", link, "--answers", other_answers)
    assert len(kept()) == len(reached.box) == 1
    reached.busy = set()
    run("respond", link, "--answers", other_answers)
    assert reached.answers() == [ONLY_SAFE]
    assert kept() == []


@pytest.mark.parametrize("verb", ["withdraw", "change"])
def test_a_sealed_change_that_a_later_one_overtook_does_not_stand_in_the_way(
    *,
    reached: Any,
    run: Run,
    kept: Any,
    client: RespondentClient,
    manifest: Manifest,
    receipt: Path,
    answers_file: Path,
    other_answers: Path,
    verb: str,
) -> None:
    file = ["--receipt-file", receipt]
    interrupt(reached, "busy", lambda: run("change", reached.link, "--answers", answers_file, *file))
    for _ in range(2):
        client.withdraw(manifest, read_receipt(receipt).code)  # on another device: versions 2 and 3
    said = run(verb, reached.link, *file, *([] if verb == "withdraw" else ["--answers", other_answers]))
    assert "not taken: version 3 of your answer is stored already" in said
    assert "Accepted as version 4" in said
    assert reached.answers() == [None if verb == "withdraw" else ONLY_SAFE]
    assert kept() == []


def test_what_was_asked_for_after_the_close_is_refused_and_what_was_sealed_before_is_told(
    reached: Any, run: Run, kept: Any, receipt: Path, other_answers: Path
) -> None:
    change = ("change", reached.link, "--answers", other_answers, "--receipt-file", receipt)
    interrupt(reached, "lose", lambda: run(*change))
    reached.closed = True
    with pytest.raises(ServerRefused, match="has version 2 of the answer, not version 3") as refusal:
        run("withdraw", reached.link, "--receipt-file", receipt)
    assert "Accepted as version 2" in refusal.value.__notes__[0]
    assert reached.answers() == [ONLY_SAFE]
    assert "sequence 2" in receipt.read_text()


@pytest.mark.parametrize("deaf", [False, True])
@pytest.mark.parametrize("to_file", [False, True])
def test_a_stored_answer_whose_receipt_was_lost_keeps_its_code_after_the_close(
    *,
    reached: Any,
    run: Run,
    kept: Any,
    link: str,
    answers_file: Path,
    tmp_path: Path,
    deaf: bool,
    to_file: bool,
) -> None:
    interrupt(reached, "lose", lambda: run("respond", link, "--answers", answers_file))
    reached.closed, reached.deaf = True, deaf
    path = tmp_path / "receipt"
    said = run("respond", link, "--answers", answers_file, *(["--receipt-file", path] if to_file else []))
    assert ("It is stored, but the server gave no signed receipt" in said) == deaf
    assert ("Accepted" in said) != deaf
    if to_file:
        assert (read_receipt(path).receipt is None) == deaf
    code = read_receipt(path).code if to_file else normalise(said.strip().splitlines()[-1])
    assert client_finds(reached, code)
    assert kept() == []


def test_a_stored_withdrawal_whose_receipt_was_lost_is_a_success_after_the_close(
    reached: Any, run: Run, kept: Any, receipt: Path
) -> None:
    interrupt(reached, "lose", lambda: run("withdraw", reached.link, "--receipt-file", receipt))
    reached.closed = reached.deaf = True
    before = receipt.read_text()
    said = run("withdraw", reached.link, "--receipt-file", receipt)
    assert "It is stored as version 2 of your answer, but the server gave no signed receipt" in said
    assert receipt.read_text() == before
    assert kept() == []


@pytest.mark.parametrize("lost", [set(), {"get_responses"}], ids=["not stored", "not to be found out"])
def test_an_answer_that_came_too_late_is_said_to_be_and_its_code_is_kept(
    *, reached: Any, run: Run, kept: Any, link: str, answers_file: Path, lost: set[str]
) -> None:
    interrupt(reached, "busy", lambda: run("respond", link, "--answers", answers_file))
    [path] = kept()
    content = path.read_bytes()
    reached.closed, reached.busy = True, lost
    said = "could not be found out" if lost else "has no answer under its receipt code now"
    with pytest.raises(ServerRefused, match=f"not open; .*{said}; .* stay in") as refusal:
        run("respond", link, "--answers", answers_file)
    assert "delete" not in str(refusal.value)
    assert path.read_bytes() == content


def client_finds(reached: Any, code: str) -> bool:
    with reached.http as http, RespondentClient(reached.host, http) as client:
        return client.check(reached.manifest, code).sequence == 1
