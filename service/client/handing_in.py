"""Handing in what was sealed, and finding out what became of it where the server says no.

A refusal does not tell whether an earlier try was stored whose reply was lost. The server's copy does.
"""

from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from privacy.contract import Manifest
from privacy.errors import Refused
from privacy.sealing import Envelope
from service.client.client import Receipt, RespondentClient
from service.client.failures import AnswerMissing, ServerRefused, Unreachable
from service.client.progress import Pending, save


@dataclass(frozen=True, slots=True)
class Handed:
    """What the server has now.

    ``taken`` is False if a later version, or another of the same number, was stored instead; ``sequence`` is
    that of the stored one. ``receipt`` is None if it is known to be stored by the server's copy alone.
    """

    code: str = field(repr=False)
    sequence: int
    taken: bool
    receipt: Receipt | None


def hand_in(client: RespondentClient, manifest: Manifest, pending: Pending, path: Path) -> Handed:
    """Send ``pending``, kept in ``path`` until the caller has told the respondent and removes it.

    Raises Unreachable if the same may be sent again, and ServerRefused, saying what is stored, if the server
    has not got it.
    """
    save(path, pending)
    try:
        receipt = client.submit(manifest, pending)
    except Unreachable as error:
        raise Unreachable(
            f"{error}; the sealed answer is kept in {path}, run the same command again to send it"
        ) from None
    except ServerRefused as error:
        return _after_refusal(client, manifest, pending, path, error)
    return Handed(pending.receipt_code, receipt.sequence, True, receipt)


def _after_refusal(
    client: RespondentClient, manifest: Manifest, pending: Pending, path: Path, error: ServerRefused
) -> Handed:
    kept = f"the sealed answer and its receipt code stay in {path}"
    try:
        stored = client.stored(manifest, pending.receipt_code)
    except AnswerMissing:
        raise ServerRefused(
            error.status, f"{error}; the server has no answer under its receipt code now; {kept}"
        ) from None
    except (ServerRefused, Unreachable, Refused):
        raise ServerRefused(
            error.status,
            f"{error}; whether it was stored before could not be found out; {kept}, run the same command "
            "again to ask again",
        ) from None
    if stored.encoded == pending.envelope:
        receipt = None
        with suppress(ServerRefused, Unreachable):  # it may have been on its way at the first try
            receipt = client.submit(manifest, pending)
        return Handed(pending.receipt_code, stored.sequence, True, receipt)
    sequence = Envelope.parse(pending.envelope).sequence
    if stored.sequence < sequence:
        raise ServerRefused(
            error.status,
            f"{error}; the server has version {stored.sequence} of the answer, not version {sequence}; "
            f"{kept}",
        )
    return Handed(pending.receipt_code, stored.sequence, False, None)
