"""What the feedback commands take from files and ask for in the terminal. Each raises Invalid for a fault."""

from dataclasses import dataclass, field
from pathlib import Path

import typer

from privacy.attachments import cleaned
from privacy.errors import Invalid, Problem
from privacy.messages import ROOM
from service.client.feedback_values import Card, Channel
from service.client.feedback_words import printable
from service.client.hints import hints_for
from service.client.link import parse_link
from service.client.promise import text_in
from service.client.receipt_file import read_receipt
from service.links import read_feedback_url

_LARGEST_TEXT = 60_000  # bytes
_LARGEST_PICTURE = 8 * 1024 * 1024  # bytes of a file before all but the picture is left out


def base_url_of(address: str) -> str:
    """The server that a feedback address names; what follows a ``#`` is not looked at."""
    try:
        return read_feedback_url(address.partition("#")[0])
    except ValueError as error:
        remedy = "copy the whole address of the feedback page"
        raise Invalid([Problem("link", "the address", str(error), remedy)]) from None


@dataclass(frozen=True, slots=True)
class Right:
    """What lets somebody draw a token: a feedback code, or the code of an invitation to the open ``wave``."""

    base_url: str
    code: str = field(repr=False)
    wave: str | None


def right_in(link: str) -> Right:
    """What a feedback link or an invitation link is good for."""
    address, _, code = link.strip().partition("#")
    try:
        invitation = parse_link(link)
    except Invalid:
        base_url = base_url_of(address)
    else:
        return Right(invitation.address.base_url, invitation.code, invitation.address.wave.hex())
    if not code or not code.isascii() or not code.isprintable():
        raise Invalid([Problem("link", "the link", "it has no code after a #", "copy the whole link")])
    return Right(base_url, code, None)


def receipt_code(receipt_file: Path | None) -> str:
    """The code in the file, or the one that is typed."""
    if receipt_file is not None:
        return read_receipt(receipt_file).code
    code: str = typer.prompt("Receipt code", hide_input=True)
    return code


def channel_in(card: Card, wanted: str | None, language: str) -> Channel:
    """The channel whose id begins so, or the one that is chosen of a list."""
    if wanted is not None:
        found = [channel for channel in card.channels if wanted and channel.id.startswith(wanted)]
        if len(found) == 1:
            return found[0]
        raise Invalid(
            [Problem("channel", wanted, "it names no one channel", "see sottovoce feedback channels")]
        )
    if not card.channels:
        raise Invalid([Problem("channel", "the server", "no channel is open", "ask whoever runs it")])
    for number, channel in enumerate(card.channels, 1):
        typer.echo(f"  {number:2}  {printable(text_in(channel.notice['name'], language))}")
    typed: str = typer.prompt("Channel")
    if not (typed.isascii() and typed.isdigit() and 1 <= int(typed) <= len(card.channels)):
        raise Invalid([Problem("channel", "channel", "there is no such number", "choose one of the list")])
    return card.channels[int(typed) - 1]


def message_text(path: Path | None) -> str:
    """The text in the file, or the one that is typed, after what seems to identify its writer was shown."""
    text: str = typer.prompt("Message") if path is None else _read_text(path)
    try:
        size = len(text.encode())
    except UnicodeEncodeError:
        raise Invalid([Problem("message", "message", "it is not UTF-8", "write it in a file")]) from None
    if not text.strip() or size > _LARGEST_TEXT:
        message, remedy = f"it is empty or has more than {_LARGEST_TEXT} bytes", "write something shorter"
        raise Invalid([Problem("message", "message", message, remedy)])
    hints = hints_for(text)
    for kind, found in hints:
        typer.echo(f"This looks like {kind} and may say who you are: {printable(found)}")
    if path is None and hints and not typer.confirm("Send it all the same?", default=False):
        typer.echo("Nothing was sent. Patterns find only some of what gives people away.")
        raise typer.Exit(0)
    return text.strip()


def picture_in(path: Path | None) -> bytes:
    """The picture in the file and nothing else of it. Raises Refused too, for what is no picture."""
    if path is None:
        return b""
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST_PICTURE + 1)
    except OSError as error:
        raise Invalid([_unreadable(path, error.strerror or "it cannot be read")]) from None
    picture = cleaned(data) if len(data) <= _LARGEST_PICTURE else None
    if picture is None or len(picture.content) > ROOM:
        message = f"the picture has more than {ROOM} bytes"
        raise Invalid([Problem("file", str(path), message, "send a smaller one")])
    return picture.content


def _read_text(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST_TEXT + 1).decode()
    except OSError as error:
        raise Invalid([_unreadable(path, error.strerror or "it cannot be read")]) from None
    except UnicodeDecodeError as error:
        if error.end >= _LARGEST_TEXT:  # cut in the middle of a symbol
            return "x" * (_LARGEST_TEXT + 1)
        raise Invalid([_unreadable(path, "it is not UTF-8")]) from None


def _unreadable(path: Path, message: str) -> Problem:
    return Problem("file", str(path), message, "name a file that you can read")
