"""``sottovoce feedback``: write to a channel without being known, and come back with a receipt code.

What was sealed is kept in a file that only its owner can read until the server has stored it; the same
command again sends the same bytes.
"""

import hashlib
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from privacy.attachments import cleaned
from privacy.conversation import Mark
from privacy.errors import Invalid, Problem, Refused
from service.client.feedback import FeedbackClient
from service.client.feedback_asking import (
    base_url_of,
    channel_in,
    message_text,
    picture_in,
    receipt_code,
    right_in,
)
from service.client.feedback_kept import forget, read_kept
from service.client.feedback_kept import keep as keep_progress
from service.client.feedback_opening import send_opening, token_for
from service.client.feedback_values import Draft, Said, SealedOpening, seal_opening
from service.client.feedback_words import letting_out, notice, printable, shown
from service.client.receipt_file import write_code

feedback_app = typer.Typer(no_args_is_help=True, help="Write to a feedback channel without being known.")

Link = Annotated[
    str | None,
    typer.Argument(
        metavar="LINK", help="The feedback link, or the invitation to an open survey; asked for if left out."
    ),
]
Address = Annotated[
    str, typer.Argument(metavar="ADDRESS", help="Such as https://pulse.example.org/feedback.")
]
Language = Annotated[str, typer.Option("--language", help="Of the channels' texts and of yours.")]
TextFile = Annotated[
    Path | None, typer.Option("--text-file", metavar="FILE", help="Read the message there, in UTF-8.")
]
Attachment = Annotated[
    Path | None,
    typer.Option("--attach", metavar="FILE", help="A JPEG or PNG; the picture alone is sent."),
]
CodeFile = Annotated[
    Path | None,
    typer.Option("--receipt-file", metavar="FILE", help="Where the receipt code is, or is to be, written."),
]
Kept = Annotated[
    Path | None, typer.Option("--keep", metavar="DIR", help="Where a message is kept until it was sent.")
]


@feedback_app.command("channels")
def channels_command(address: Address, language: Language = "en") -> None:
    """Show the channels: what each is for, who reads it, how long it is kept, and what to do in need."""
    with FeedbackClient(base_url_of(address)) as client:
        card = client.card()
    for channel in card.channels:
        typer.echo(notice(channel, language))
    typer.echo(letting_out(card))


@feedback_app.command("write")
def write_command(  # noqa: PLR0917 - one argument an option
    link: Link = None,
    channel: Annotated[str | None, typer.Option("--channel", help="Its id, or the beginning of it.")] = None,
    subject: Annotated[str | None, typer.Option("--subject", help="One line for the handlers' list.")] = None,
    text_file: TextFile = None,
    attach: Attachment = None,
    receipt_file: CodeFile = None,
    language: Language = "en",
    keep: Kept = None,
) -> None:
    """Open a conversation: choose a channel, write, seal here, send, and get a receipt code."""
    right = right_in(link or typer.prompt("Feedback link", hide_input=True))
    if receipt_file is not None and receipt_file.exists():
        raise Invalid([Problem("receipt-file", str(receipt_file), "the file exists", "name a new one")])
    folder = Path(typer.get_app_dir("sottovoce")) if keep is None else keep
    path = (
        folder / f"{hashlib.sha256(f'{right.base_url}#{right.code}'.encode()).hexdigest()[:24]}.feedback.json"
    )
    with FeedbackClient(right.base_url) as client:
        progress = read_kept(path)
        if isinstance(progress, SealedOpening):
            typer.echo("Sending the message that was sealed before.")
            sealed = progress
        else:
            card = client.card()
            chosen = channel_in(card, channel, language)
            typer.echo(notice(chosen, language))
            typer.echo(letting_out(card))
            subject = typer.prompt("Subject") if subject is None else subject
            draft = Draft(subject.strip(), message_text(text_file), language, picture_in(attach))
            sealed = seal_opening(chosen, token_for(client, card, right, progress, path), draft)
            keep_progress(path, sealed)
        opened = send_opening(client, sealed, path)
    if receipt_file is not None:
        write_code(receipt_file, opened.code)
    forget(path)
    typer.echo(f"Sent. The handlers can read it on {opened.day.isoformat()}.")
    if receipt_file is not None:
        typer.echo(f"The receipt code is in {receipt_file}; without it nobody opens the conversation again.")
    else:
        typer.echo("Your receipt code, shown once; without it nobody opens the conversation again:")
        typer.echo(f"\n    {opened.code}\n")


@feedback_app.command("read")
def read_command(
    address: Address,
    receipt_file: CodeFile = None,
    pictures: Annotated[
        Path | None, typer.Option("--pictures", metavar="DIR", help="Write attachments into this folder.")
    ] = None,
) -> None:
    """Show a conversation: what was written on both sides, and until when it is kept."""
    with FeedbackClient(base_url_of(address)) as client:
        found = client.read(receipt_code(receipt_file))
    typer.echo(f"{found.subject}\nDeleted on {found.delete_on.isoformat()} unless somebody writes again.\n")
    for one in found.said:
        typer.echo(shown(one))
        if one.attachment and pictures is not None:
            typer.echo(f"  {_written(pictures, one)}")


@feedback_app.command("reply")
def reply_command(
    address: Address, text_file: TextFile = None, attach: Attachment = None, receipt_file: CodeFile = None
) -> None:
    """Write a further message into a conversation."""
    with FeedbackClient(base_url_of(address)) as client:
        found = client.read(receipt_code(receipt_file))
        _tell(client.add(found, "message", message_text(text_file), attachment=picture_in(attach)))


@feedback_app.command("resolved")
def resolved_command(address: Address, receipt_file: CodeFile = None) -> None:
    """Say that it is resolved."""
    _verdict(address, receipt_file, "resolved")


@feedback_app.command("not-resolved")
def not_resolved_command(address: Address, receipt_file: CodeFile = None) -> None:
    """Say that it is not resolved."""
    _verdict(address, receipt_file, "not-resolved")


@feedback_app.command("quote")
def quote_command(
    address: Address,
    receipt_file: CodeFile = None,
    yes: Annotated[bool | None, typer.Option("--yes/--no", help="The answer; asked for if left out.")] = None,
) -> None:
    """Answer the last question whether words of yours may be quoted."""
    with FeedbackClient(base_url_of(address)) as client:
        found = client.read(receipt_code(receipt_file))
        asked = [one for one in found.said if one.body.get("kind") == "quote-question"]
        if not asked:
            raise Invalid([Problem("quote", "the conversation", "nobody asks for a quote", "read it first")])
        typer.echo(f"They ask to quote these words:\n\n    {printable(asked[-1].body.get('quote'))}\n")
        agreed = typer.confirm("May everybody read them?", default=False) if yes is None else yes
        _tell(client.answer_quote(found, asked[-1], yes=agreed))


@feedback_app.command("reveal")
def reveal_command(address: Address, receipt_file: CodeFile = None) -> None:
    """Tell the handlers who you are. It cannot be taken back, so it is asked twice."""
    with FeedbackClient(base_url_of(address)) as client:
        found = client.read(receipt_code(receipt_file))
        name = typer.prompt("Who you are, as the handlers are to read it").strip()
        typer.echo("Once sent, the handlers know that you wrote everything in this conversation.")
        sure = typer.confirm("Tell them?", default=False)
        if not sure or not typer.confirm("It cannot be taken back. Really tell them?", default=False):
            typer.echo("Nothing was sent.")
            return
        _tell(client.add(found, "reveal", name))


@feedback_app.command("delete")
def delete_command(
    address: Address,
    receipt_file: CodeFile = None,
    sure: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
) -> None:
    """Delete a conversation on both sides, for good."""
    with FeedbackClient(base_url_of(address)) as client:
        found = client.read(receipt_code(receipt_file))
        if not sure and not typer.confirm(f"Delete {found.subject!r} for good?", default=False):
            typer.echo("Nothing was deleted.")
            return
        client.delete(found)
    typer.echo("Deleted. What is left in the server's files is overwritten within its mixing time.")


def _verdict(address: str, receipt_file: Path | None, verdict: Mark) -> None:
    with FeedbackClient(base_url_of(address)) as client:
        found = client.read(receipt_code(receipt_file))
        _tell(client.add(found, "verdict", "", mark=verdict, verdict=verdict))


def _tell(day: date) -> None:
    typer.echo(f"Sent. The handlers can read it on {day.isoformat()}.")


def _written(folder: Path, one: Said) -> str:
    try:
        picture = cleaned(one.attachment)
    except Refused:  # the other side may attach anything
        return "An attachment that is no picture was left out."
    path = folder / f"{one.id[:12]}.{'png' if picture.type == 'image/png' else 'jpg'}"
    path.write_bytes(picture.content)
    return f"Attachment: {path}"
