"""``sottovoce program-code``: a code under which a program's earlier and later answers can be compared."""

import typer

from privacy.program_code import new_program_code

program_code_app = typer.Typer(
    no_args_is_help=True,
    help="Make a program code, which lets your answers to two surveys of a program be compared.",
)


@program_code_app.callback()
def program_code() -> None:
    """Make a program code, which lets your answers to two surveys of a program be compared."""


@program_code_app.command("new")
def new_command() -> None:
    """Print a fresh code and nothing else, to be kept by you alone; nobody can give it to you again."""
    typer.echo(new_program_code())
