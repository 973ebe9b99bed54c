"""``sottovoce respond`` and ``sottovoce receipt``: the respondent's side in a terminal.

Whatever is interrupted is kept in a file that only its owner can read, from before the first request that
counts until the server's receipt was checked; the same command again goes on from there.
"""

import hashlib
from dataclasses import replace
from http import HTTPStatus
from pathlib import Path
from typing import Annotated

import typer

from privacy.answers import Response, encode, layout_of
from privacy.contract import Manifest
from privacy.errors import ContractBroken, Invalid, Problem
from privacy.receipt_code import locator_of, normalise
from privacy.receipts import check_receipt
from service.client.answers_file import read_answers
from service.client.client import Inclusion, Receipt, RespondentClient
from service.client.failures import AnswerMissing, ServerRefused, Unreachable
from service.client.handing_in import Handed, hand_in
from service.client.link import WaveAddress, parse_link, parse_wave_url
from service.client.program_code_file import program_tag, read_program_code
from service.client.progress import (
    QUESTIONS,
    WITHDRAWAL,
    Drawing,
    Pending,
    Voice,
    begin,
    load,
    mark_of,
    save,
    seal_response,
)
from service.client.promise import language_of, promise
from service.client.prompts import ask
from service.client.receipt_file import KeptReceipt, read_receipt
from service.client.telling import tell_change, tell_response

respond_app = typer.Typer(
    help="Answer a survey: read what is promised, answer, seal here, send, and get a receipt code.",
    invoke_without_command=True,
    subcommand_metavar="",
    context_settings={"allow_interspersed_args": True},
)
receipt_app = typer.Typer(
    no_args_is_help=True, help="Check, change or withdraw an answer with its receipt code."
)

Link = Annotated[
    str | None,
    typer.Argument(
        metavar="LINK", help="The invitation link; asked for if left out, so that ps never shows it."
    ),
]
WaveUrl = Annotated[
    str, typer.Argument(metavar="LINK_OR_WAVE_URL", help="The link, with or without its code.")
]
AnswersFile = Annotated[
    Path | None,
    typer.Option("--answers", metavar="FILE", help="Answers in JSON or YAML; without it they are asked for."),
]
Language = Annotated[
    str | None, typer.Option("--language", help="The language of the questions, such as en.")
]
NewReceiptFile = Annotated[
    Path | None,
    typer.Option(
        "--receipt-file", metavar="FILE", help="Write the receipt there instead of showing its code."
    ),
]
OldReceiptFile = Annotated[
    Path | None,
    typer.Option(
        "--receipt-file", metavar="FILE", help="Read the receipt code there instead of asking for it."
    ),
]
ProgramCodeFile = Annotated[
    Path | None,
    typer.Option(
        "--program-code-file",
        metavar="FILE",
        help="Read the program code there, for a survey that is compared with another.",
    ),
]
Kept = Annotated[
    Path | None,
    typer.Option("--keep", metavar="DIR", help="Where an interrupted answer is kept until it was sent."),
]


@respond_app.callback()
def respond_command(
    link: Link = None,
    *,
    answers: AnswersFile = None,
    language: Language = None,
    receipt_file: NewReceiptFile = None,
    program_code_file: ProgramCodeFile = None,
    keep: Kept = None,
) -> None:
    """Answer a survey: read what is promised, answer, seal here, send, and get a receipt code."""
    invitation = parse_link(link or typer.prompt("Invitation link", hide_input=True))
    if receipt_file is not None and receipt_file.exists():
        raise Invalid([Problem("receipt-file", str(receipt_file), "the file exists", "name a new one")])
    path = _kept(keep, invitation.address, invitation.code.encode())
    asked = _mark(answers, program_code_file)
    code = None if program_code_file is None else read_program_code(program_code_file)
    with RespondentClient(invitation.address.base_url) as client:
        manifest = client.fetch_manifest(invitation.address.wave)
        progress = load(path)
        response = _answered(manifest, answers, code)
        if isinstance(progress, Pending):
            typer.echo("Sending the answer that was sealed before.")
            handed = hand_in(client, manifest, progress, path)
            tell_response(handed, receipt_file)
            if response is None or (handed.taken and progress.asked == asked):
                path.unlink(missing_ok=True)
                return
            typer.echo("Now sending the answers given now, in its place.")
            change = replace(client.prepare_change(manifest, handed.code, response), asked=asked)
            _hand_in_change(client, manifest, change, path, receipt_file)
            return
        chosen = language_of(manifest, language)
        typer.echo(promise(manifest, invitation.address.base_url, chosen))
        if response is None and not typer.confirm("\nAnswer now?", default=True):
            raise typer.Exit(0)
        voice = _voice(client, manifest, progress or begin(manifest, invitation.code), path)
        if response is None:
            response = ask(manifest, chosen, code)
            if not typer.confirm("\nSeal and send?", default=True):
                typer.echo("Nothing was sent. The same command asks again.")
                raise typer.Exit(0)
        pending = replace(seal_response(manifest, voice, response), asked=asked)
        tell_response(_done(hand_in(client, manifest, pending, path)), receipt_file)
        path.unlink(missing_ok=True)


@receipt_app.command("check")
def check_command(url: WaveUrl, receipt_file: OldReceiptFile = None) -> None:
    """After the close: prove that the answer is among those that were counted."""
    address = parse_wave_url(url)
    kept = _receipt(receipt_file)
    with RespondentClient(address.base_url) as client:
        manifest = client.fetch_manifest(address.wave)
        if kept.receipt is not None:
            check_receipt(manifest, kept.receipt.leaf, kept.receipt.signature)
        try:
            found = client.check(manifest, kept.code)
        except AnswerMissing:
            if kept.receipt is None:
                raise
            raise ContractBroken(
                f"the server has no answer for a receipt that it signed; keep {receipt_file} as proof"
            ) from None
    if kept.receipt is not None:
        _compare(kept.receipt, found)
    typer.echo(
        f"Your answer, version {found.sequence}, is number {found.index + 1} of {found.responses} sealed "
        f"answers on the board.\n{found.invited} people were invited."
        + f" {found.issued} of them were given a token."
        + f"\nRoot of the board: {found.root.hex()}\nIt is the same for everybody: compare it with others."
    )


@receipt_app.command("change")
def change_command(
    url: WaveUrl,
    *,
    answers: AnswersFile = None,
    language: Language = None,
    receipt_file: OldReceiptFile = None,
    program_code_file: ProgramCodeFile = None,
    keep: Kept = None,
) -> None:
    """Replace the answer, from any device, until the wave closes; its program code too."""
    _replace(url, receipt_file, keep, answers=answers, language=language, code_file=program_code_file)


@receipt_app.command("withdraw")
def withdraw_command(url: WaveUrl, receipt_file: OldReceiptFile = None, keep: Kept = None) -> None:
    """Take the answer back; the server cannot tell this from a change."""
    _replace(url, receipt_file, keep, withdraw=True)


def _replace(
    url: str,
    receipt_file: Path | None,
    keep: Path | None,
    *,
    withdraw: bool = False,
    answers: Path | None = None,
    language: str | None = None,
    code_file: Path | None = None,
) -> None:
    address = parse_wave_url(url)
    program_code = None if code_file is None else read_program_code(code_file)
    code = _receipt(receipt_file).code
    path = _kept(keep, address, locator_of(code, address.wave))
    asked = WITHDRAWAL if withdraw else _mark(answers, code_file)
    with RespondentClient(address.base_url) as client:
        manifest = client.fetch_manifest(address.wave)
        response = _answered(manifest, answers, program_code)
        progress = load(path)
        if isinstance(progress, Pending):
            typer.echo("Sending the change that was sealed before.")
            handed = hand_in(client, manifest, progress, path)
            tell_change(handed, receipt_file)
            path.unlink(missing_ok=True)
            if handed.taken and progress.asked == asked:
                if asked == QUESTIONS:
                    typer.echo("To change it once more, run the same command again.")
                return
            typer.echo("Now withdrawing the answer." if withdraw else "Now changing the answer.")
        if withdraw:
            pending = client.prepare_withdrawal(manifest, code)
        else:
            if response is None:
                response = ask(manifest, language_of(manifest, language), program_code)
            pending = client.prepare_change(manifest, code, response)
        _hand_in_change(client, manifest, replace(pending, asked=asked), path, receipt_file)


def _mark(answers: Path | None, code_file: Path | None) -> bytes:
    if answers is None:
        return QUESTIONS
    return mark_of(answers) + (b"" if code_file is None else mark_of(code_file))


def _answered(manifest: Manifest, answers: Path | None, code: str | None) -> Response | None:
    """The response in the answers file, checked; None where the questions are to be asked. Raises Invalid."""
    tag = None if code is None else program_tag(manifest, code)
    if answers is None:
        return None
    response = read_answers(answers, manifest)
    if tag is not None and response.tag is not None:
        message, remedy = "a program code is in both files", "leave it out of one of them"
        raise Invalid([Problem("program-code", str(answers), message, remedy)])
    response = replace(response, tag=tag or response.tag)
    encode(layout_of(manifest), response)
    return response


def _voice(client: RespondentClient, manifest: Manifest, progress: Drawing | Voice, path: Path) -> Voice:
    if isinstance(progress, Voice):
        return progress
    save(path, progress)
    try:
        voice = client.draw_token(manifest, progress)
    except Unreachable as error:
        raise Unreachable(f"{error}; nothing is lost, run the same command again") from None
    save(path, voice)
    return voice


def _hand_in_change(
    client: RespondentClient, manifest: Manifest, pending: Pending, path: Path, receipt_file: Path | None
) -> None:
    tell_change(_done(hand_in(client, manifest, pending, path)), receipt_file)
    path.unlink(missing_ok=True)


def _done(handed: Handed) -> Handed:
    """Raises ServerRefused if something else was stored than what was asked for now."""
    if not handed.taken:
        raise ServerRefused(
            HTTPStatus.CONFLICT,
            f"not done: version {handed.sequence} of the answer was stored meanwhile; run the same command "
            "again",
        )
    return handed


def _receipt(path: Path | None) -> KeptReceipt:
    if path is not None:
        return read_receipt(path)
    return KeptReceipt(normalise(typer.prompt("Receipt code")), None)


def _compare(kept: Receipt, found: Inclusion) -> None:
    if (found.sequence, found.leaf) == (kept.sequence, kept.leaf):
        return
    if found.sequence <= kept.sequence:
        raise ContractBroken(
            "the board has an older answer than the one this receipt is for; keep the file as proof"
        )
    typer.echo(f"The answer was changed after this receipt, which is for version {kept.sequence}.")


def _kept(folder: Path | None, address: WaveAddress, secret: bytes) -> Path:
    """A file for this person and wave whose name tells nothing of either."""
    folder = Path(typer.get_app_dir("sottovoce")) if folder is None else folder
    return folder / f"{hashlib.sha256(address.wave + secret).hexdigest()[:24]}.json"
