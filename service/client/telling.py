"""What a respondent is told in the terminal once something was handed in."""

from pathlib import Path

import typer

from service.client.handing_in import Handed
from service.client.receipt_file import write_code, write_receipt


def tell_response(handed: Handed, receipt_file: Path | None) -> None:
    """Say what became of a first answer, and give the receipt code: in ``receipt_file`` or shown, once."""
    if not handed.taken:
        said = f"Version {handed.sequence} of the answer is stored already, so this one was not taken."
    elif handed.receipt is None:
        said = "It is stored, but the server gave no signed receipt for it."
    else:
        said = "Accepted."
    if receipt_file is not None:
        if handed.receipt is None:
            write_code(receipt_file, handed.code)
        else:
            write_receipt(receipt_file, handed.receipt)
        what = "receipt code" if handed.receipt is None else "receipt"
        typer.echo(
            f"{said} The {what} is in {receipt_file}; keep it to change, withdraw or check the answer."
        )
        return
    typer.echo(f"{said} Your receipt code, shown once; with it you can change, withdraw or check the answer:")
    typer.echo(f"\n    {handed.code}\n")


def tell_change(handed: Handed, receipt_file: Path | None) -> None:
    """Say what became of a change or a withdrawal; the new receipt goes into ``receipt_file``."""
    if handed.receipt is not None and receipt_file is not None:
        write_receipt(receipt_file, handed.receipt)
    version = f"version {handed.sequence} of your answer"
    if not handed.taken:
        typer.echo(f"It was not taken: {version} is stored already.")
    elif handed.receipt is None:
        typer.echo(f"It is stored as {version}, but the server gave no signed receipt for it.")
    else:
        typer.echo(f"Accepted as {version}. The receipt code stays the same.")
