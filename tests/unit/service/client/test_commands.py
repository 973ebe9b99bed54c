from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from privacy.answers import Response
from privacy.contract import Manifest
from privacy.errors import ContractBroken, Invalid, Refused
from privacy.receipt_code import normalise
from service.client.client import RespondentClient
from service.client.commands import receipt_app, respond_app
from service.client.failures import AnswerMissing, ServerRefused, Unreachable


class Commands:
    """Runs the commands with one folder for what is kept."""

    def __init__(self, folder: Path) -> None:
        self.kept = folder / "kept"

    def respond(self, *arguments: str | Path, typed: str = "") -> str:
        return self._run(respond_app, [*arguments, "--keep", self.kept], typed)

    def receipt(self, verb: str, *arguments: str | Path, typed: str = "") -> str:
        keep = [] if verb == "check" else ["--keep", self.kept]
        return self._run(receipt_app, [verb, *arguments, *keep], typed)

    def files(self) -> list[Path]:
        return sorted(self.kept.iterdir()) if self.kept.exists() else []

    def _run(self, app: Any, arguments: Sequence[str | Path], typed: str) -> str:
        result = CliRunner().invoke(app, [str(argument) for argument in arguments], input=typed)
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        assert result.exit_code in (0, 1), result.output
        return result.output


@pytest.fixture
def run(tmp_path: Path) -> Commands:
    return Commands(tmp_path)


@pytest.fixture
def receipt(reached: Any, run: Commands, link: str, answers_file: Path, tmp_path: Path) -> Path:
    """The receipt file of an answer that was handed in."""
    path = tmp_path / "receipt"
    run.respond(link, "--answers", answers_file, "--receipt-file", path)
    return path


def _code(output: str) -> str:
    return normalise(output.strip().splitlines()[-1])


TYPED = "\n".join(["", "3", "1", "1, 3", "9", "Grüße", "2", ""]) + "\n"


def test_answers_in_a_file_are_sent_and_the_code_is_shown_once(
    reached: Any, run: Commands, link: str, answers_file: Path, full_response: Response
) -> None:
    output = run.respond(link, "--answers", answers_file)
    assert reached.answers() == [full_response]
    assert output.count(_code(output)) == 1
    assert "code-0" not in output
    assert run.files() == []


def test_the_terminal_asks_in_the_order_of_the_manifest_after_the_promise(
    reached: Any, run: Commands, link: str, full_response: Response
) -> None:
    output = run.respond(link, typed=TYPED)
    assert reached.answers() == [full_response]
    said = [
        "Spring pulse",
        "fewer than 8",
        "Answer now?",
        "1 of 5. I can speak up.",
        "1  Never",
        "2 of 5.",
        "5 of 5.",
    ]
    places = [output.index(text) for text in [*said, "Your unit", "Seal and send?", "Accepted"]]
    assert places == sorted(places)
    assert run.files() == []


def test_the_link_can_be_typed_so_that_no_other_user_sees_it(
    reached: Any, run: Commands, link: str, answers_file: Path, full_response: Response
) -> None:
    output = run.respond("--answers", answers_file, typed=f"{link}\n")
    assert reached.answers() == [full_response]
    assert "code-0" not in output


def test_questions_are_asked_in_the_chosen_language(reached: Any, run: Commands, link: str) -> None:
    output = run.respond(link, "--language", "de", typed=TYPED)
    assert "1 of 5. Ich kann reden." in output
    assert "never (de)" in output


def test_what_cannot_be_taken_is_asked_again_and_empty_lines_skip(
    reached: Any, run: Commands, link: str
) -> None:
    typed = ["", "0", "4", "x", "²", "", "", "0,1", "0", "11", "-1", "", "x" * 61, "", "3", "1", ""]
    output = run.respond(link, typed="\n".join(typed) + "\n")
    assert output.count("Not taken") == 9
    skipped: dict[str, Any] = dict.fromkeys(("safe", "where", "recommend", "comment"))
    assert reached.answers() == [Response({**skipped, "tools": frozenset()}, {"unit": 0})]


def test_who_does_not_want_to_answer_spends_nothing(reached: Any, run: Commands, link: str) -> None:
    assert "Accepted" not in run.respond(link, typed="n\n")
    assert reached.invitations["code-0"] is None
    assert run.files() == []


def test_faults_in_the_file_are_listed_at_once_and_nothing_is_sent(
    reached: Any, run: Commands, link: str, tmp_path: Path
) -> None:
    wrong = tmp_path / "wrong.yaml"
    wrong.write_text("safe: always\nmood: good\nrecommend: 12\n")
    with pytest.raises(Invalid) as refusal:
        run.respond(link, "--answers", wrong)
    assert len(refusal.value.problems) == 3
    assert [request.method for request in reached.requests] == ["GET"]
    assert run.files() == []


@pytest.mark.parametrize("trouble", ["lose", "busy"])
@pytest.mark.parametrize("where", ["tokens", "responses"])
def test_an_interrupted_answer_is_kept_and_the_same_command_sends_it_once(
    reached: Any, run: Commands, answers_file: Path, trouble: str, where: str
) -> None:
    setattr(reached, trouble, {f"post_{where}"})
    for _ in range(2):
        with pytest.raises(Unreachable, match="run the same command again"):
            run.respond(reached.link, "--answers", answers_file)
    [kept] = run.files()
    assert kept.stat().st_mode & 0o777 == 0o600
    assert "Grüße".encode() not in kept.read_bytes()
    setattr(reached, trouble, set())
    run.respond(reached.link, "--answers", answers_file)
    assert len(reached.answers()) == 1
    assert run.files() == []
    sent = {request.content for request in reached.requests if request.url.path.endswith(where)}
    assert len(sent) == 1


def test_leaving_the_questions_keeps_the_voice(
    reached: Any, run: Commands, link: str, full_response: Response
) -> None:
    run.respond(link, typed="\n3\n")  # the terminal ends after the first answer
    assert reached.invitations["code-0"] is not None
    assert len(run.files()) == 1
    run.respond(link, typed=TYPED.removesuffix("\n") + "n\n")
    assert reached.answers() == []
    run.respond(link, typed=TYPED)
    assert reached.answers() == [full_response]
    assert run.files() == []


def test_a_forged_receipt_is_refused_and_the_answer_kept(
    reached: Any, run: Commands, link: str, answers_file: Path
) -> None:
    reached.forge = True
    with pytest.raises(Refused):
        run.respond(link, "--answers", answers_file)
    assert len(run.files()) == 1
    reached.forge = False
    run.respond(link, "--answers", answers_file)
    assert len(reached.box) == 1


def test_a_spent_invitation_is_refused(reached: Any, run: Commands, link: str, answers_file: Path) -> None:
    run.respond(link, "--answers", answers_file)
    with pytest.raises(ServerRefused, match="does not allow this"):
        run.respond(link, "--answers", answers_file)
    assert len(reached.box) == 1


def test_another_contract_than_the_links_is_not_answered(
    reached: Any, run: Commands, link: str, answers_file: Path, another_promise: bytes
) -> None:
    reached.published = another_promise
    with pytest.raises(ContractBroken):
        run.respond(link, "--answers", answers_file)
    assert reached.invitations["code-0"] is None


def test_the_receipt_goes_to_a_new_file_instead_of_the_screen(
    reached: Any, run: Commands, link: str, answers_file: Path, tmp_path: Path
) -> None:
    receipt = tmp_path / "receipt"
    output = run.respond(link, "--answers", answers_file, "--receipt-file", receipt)
    code = receipt.read_text().splitlines()[0]
    assert code not in output
    assert receipt.stat().st_mode & 0o777 == 0o600
    with pytest.raises(Invalid, match="exists"):
        run.respond(link.replace("code-0", "code-1"), "--answers", answers_file, "--receipt-file", receipt)
    assert reached.invitations["code-1"] is None


def test_a_receipt_checks_changes_and_withdraws_with_the_typed_code_alone(
    reached: Any, run: Commands, link: str, answers_file: Path, full_response: Response
) -> None:
    code = _code(run.respond(link, "--answers", answers_file))
    url = link.partition("#")[0]
    assert "version 2" in run.receipt("withdraw", url, typed=f"{code.lower()}\n")
    assert reached.answers() == [None]
    assert "version 3" in run.receipt("change", url, "--answers", answers_file, typed=f"{code}\n")
    assert reached.answers() == [full_response]
    assert "version 4" in run.receipt("change", url, typed=f"{code}\n" + "\n" * 5 + "1\n")
    [changed] = reached.answers()
    assert changed.attributes == {"unit": 0}
    reached.closed = True
    output = run.receipt("check", url, typed=f"{code}\n")
    assert "version 4, is number 1 of 1" in output
    assert reached._board().root.hex() in output
    with pytest.raises(ServerRefused, match="not open"):
        run.receipt("withdraw", url, typed=f"{code}\n")


@pytest.mark.parametrize("trouble", ["lose", "busy"])
def test_an_interrupted_change_is_kept_and_sent_again(
    reached: Any, run: Commands, full_response: Response, trouble: str, receipt: Path
) -> None:
    setattr(reached, trouble, {"post_responses"})
    with pytest.raises(Unreachable, match="run the same command again"):
        run.receipt("withdraw", reached.link, "--receipt-file", receipt)
    assert reached.answers() == [None if trouble == "lose" else full_response]
    setattr(reached, trouble, set())
    [kept] = run.files()
    assert kept.stat().st_mode & 0o777 == 0o600
    assert "sealed before" in run.receipt("withdraw", reached.link, "--receipt-file", receipt)
    assert reached.answers() == [None]
    assert run.files() == []
    assert "sequence 2" in receipt.read_text()


def test_a_change_that_came_too_late_says_where_it_is_kept(
    reached: Any, run: Commands, link: str, receipt: Path
) -> None:
    reached.closed = True
    before = receipt.read_text()
    with pytest.raises(
        ServerRefused, match=r"has version 1 of the answer, not version 2; .* stay in"
    ) as said:
        run.receipt("withdraw", link, "--receipt-file", receipt)
    assert "delete" not in str(said.value)
    assert len(run.files()) == 1
    assert receipt.read_text() == before


def test_a_receipt_that_the_board_contradicts_is_proof_and_said_to_be(
    reached: Any, run: Commands, link: str, receipt: Path
) -> None:
    before = dict(reached.box)
    run.receipt("withdraw", link, "--receipt-file", receipt)
    after = dict(reached.box)
    reached.closed = True
    assert "version 2" in run.receipt("check", link, "--receipt-file", receipt)
    reached.box = before
    with pytest.raises(ContractBroken, match="older answer"):
        run.receipt("check", link, "--receipt-file", receipt)
    reached.box = {}
    with pytest.raises(ContractBroken, match="as proof"):
        run.receipt("check", link, "--receipt-file", receipt)
    with pytest.raises(AnswerMissing):
        run.receipt("check", link, typed=receipt.read_text().splitlines()[0] + "\n")
    reached.box = after
    lines = [f"leaf {'00' * 32}" if "leaf" in line else line for line in receipt.read_text().splitlines()]
    receipt.write_text("\n".join(lines))
    with pytest.raises(Refused):
        run.receipt("check", link, "--receipt-file", receipt)


def test_a_check_after_a_change_elsewhere_says_so(
    reached: Any, run: Commands, client: RespondentClient, manifest: Manifest, receipt: Path
) -> None:
    client.withdraw(manifest, receipt.read_text().splitlines()[0])
    reached.closed = True
    output = run.receipt("check", reached.link, "--receipt-file", receipt)
    assert "changed after this receipt, which is for version 1" in output
    assert "version 2, is number 1 of 1" in output
