"""``sottovoce bounces``: notes letters that came back, from a mailbox or from the mail server itself."""

import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, BinaryIO

import typer

from service.accounts import audit
from service.accounts.commands import open_store
from service.clock import system_clock
from service.distribution.bounces import LARGEST, bounce_in, is_believed
from service.distribution.quiet import marks_of
from service.http.context import Context
from service.settings import read_settings
from service.store import rosters
from service.store.unit_of_work import unit_of_work

bounces_app = typer.Typer(
    help="Mark addresses that letters came back from, so that later waves send them none.",
    invoke_without_command=True,
    subcommand_metavar="",
    context_settings={"allow_interspersed_args": True},
)
_STANDARD_INPUT = Path("-")
_LINE = 64 * 1024  # bytes
_NEXT = re.compile(rb"From \S+ +\w{3} +\w{3} +\d{1,2} .*\d{4}\s*$")  # RFC 4155


@dataclass(frozen=True, slots=True)
class Noted:
    """How many messages were read, and how many entries of rosters they marked.

    ``believed`` say of an invitation from here that it cannot be delivered; of ``doubted`` ones nothing shows
    that it was one.
    """

    read: int
    believed: int
    doubted: int
    marked: int

    def __str__(self) -> str:
        """Two sentences, with numbers alone."""
        others = self.read - self.believed - self.doubted
        parts = [f"{_say(self.believed)} that an address takes no mail"]
        parts += [f"{_say(self.doubted)} so and cannot be believed"] if self.doubted else []
        parts += [f"{_say(others)} something else"] if others else []
        messages = "1 message" if self.read == 1 else f"{self.read} messages"
        entries = "1 entry of a roster is" if self.marked == 1 else f"{self.marked} entries of rosters are"
        marked = f"{entries} newly marked"
        if self.marked:
            marked += "; their people get a card or a link from the owner in later waves"
        return f"{messages} read: {', '.join(parts)}. {marked}."


@bounces_app.callback()
def bounces(
    files: Annotated[
        list[Path] | None,
        typer.Argument(
            metavar="FILE",
            help="Mailboxes (mbox) or single messages; standard input for - or without any.",
        ),
    ] = None,
    *,
    data: Annotated[Path | None, typer.Option(help="Folder of the SQLite files and keys.")] = None,
) -> None:
    """Read messages and print how many say what; nothing of them is kept but the mark."""
    settings = read_settings(data=data)
    with open_store(data) as engine:
        context = Context(settings, system_clock, engine)
        typer.echo(str(note_bounces(context, _messages(files or [_STANDARD_INPUT]))))


def note_bounces(context: Context, messages: Iterable[bytes]) -> Noted:
    """Mark the addresses on rosters that permanent failures are believed of, all in one transaction.

    Raises KeyUnusable if the key that marks follow from is missing or unreadable.
    """
    marks = marks_of(context)
    read, doubted, found = 0, 0, []
    for content in messages:
        read += 1
        bounce = bounce_in(content)
        if bounce is not None and is_believed(marks, bounce):
            found.append(bounce.address)
        elif bounce is not None:
            doubted += 1
    with unit_of_work(context.main) as tx:
        marked = rosters.mark_unreachable(tx, found)
        if marked:
            audit.record(tx, context, audit.MACHINE, "mark unreachable addresses", entries=marked)
    return Noted(read, len(found), doubted, marked)


def messages_in(stream: BinaryIO) -> Iterator[bytes]:
    """The messages of a mailbox that begins with ``From `` (RFC 4155), or the one that is all of the stream.

    Of one that is too large to be read, little more comes than says so.
    """
    lines: list[bytes] = []
    size, mailbox, blank = 0, False, False
    while line := stream.readline(_LINE):
        begins = line.startswith(b"From ") if not mailbox and not size else mailbox and blank
        if begins and (not mailbox or _NEXT.match(line)):
            if size:
                yield b"".join(lines)
            lines, size, mailbox, blank = [], 0, True, False
            continue
        if size <= LARGEST:
            lines.append(line)
        size += len(line)
        blank = line in (b"\n", b"\r\n")
    if size:
        yield b"".join(lines)


def _messages(files: Iterable[Path]) -> Iterator[bytes]:
    for file in files:
        if file == _STANDARD_INPUT:
            yield from messages_in(sys.stdin.buffer)
        else:
            with file.open("rb") as stream:
                yield from messages_in(stream)


def _say(number: int) -> str:
    return f"{number} says" if number == 1 else f"{number} say"
