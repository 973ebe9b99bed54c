"""The ``sottovoce`` command. An error is one line on standard error and exit code 2, never a traceback.

Each command's module is loaded only when it is asked for: a process has in memory what it needs and nothing
else, so that what serves HTTP never holds the code that opens responses, nor the tally the code that serves.
"""

import os
import sys
from collections.abc import Sequence
from importlib import import_module

import typer
from typer.exceptions import TyperException

from privacy.errors import Invalid, SottovoceError

# name -> the module and the name of its typer application
COMMANDS = {
    "demo": ("service.demo.commands", "demo_app"),
    "serve": ("service.serve", "serve_app"),
    "registrar": ("service.serve", "registrar_app"),
    "collector": ("service.serve", "collector_app"),
    "results": ("service.serve", "results_app"),
    "tally": ("service.tally.commands", "tally_app"),
    "migrate": ("service.store.commands", "migrate_app"),
    "health": ("service.health_check", "health_app"),
    "keys": ("service.accounts.commands", "keys_app"),
    "staff": ("service.accounts.staff_commands", "staff_app"),
    "audit": ("service.accounts.staff_commands", "audit_app"),
    "definitions": ("service.surveys.definition_commands", "definitions_app"),
    "plan": ("service.surveys.plan_commands", "plan_app"),
    "schedule": ("service.distribution.schedule_commands", "schedule_app"),
    "bounces": ("service.distribution.bounce_commands", "bounces_app"),
    "respond": ("service.client.commands", "respond_app"),
    "receipt": ("service.client.commands", "receipt_app"),
    "feedback": ("service.client.feedback_commands", "feedback_app"),
    "program-code": ("service.client.program_code_commands", "program_code_app"),
    "assets": ("service.web.assets_commands", "assets_app"),
    "guarantee": ("service.client.guarantee_commands", "guarantee_app"),
}


def application(arguments: Sequence[str]) -> typer.Typer:
    """The command line with the one command that ``arguments`` name, or with all of them for help."""
    app = typer.Typer(
        name="sottovoce",
        help="Anonymous feedback and pulse surveys whose privacy people can check.",
        add_completion=False,
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback(no_args_is_help=True)(lambda: None)
    named = next((argument for argument in arguments if not argument.startswith("-")), None)
    for name, (module, attribute) in COMMANDS.items():
        if named is None or named not in COMMANDS or named == name:
            app.add_typer(getattr(import_module(module), attribute), name=name)
    return app


def main(arguments: Sequence[str] | None = None) -> None:
    """The console script: runs one command and exits with its code."""
    arguments = sys.argv[1:] if arguments is None else list(arguments)
    os.umask(0o077)  # stores, logs and keys are their owner's alone, whatever the folder allows
    try:
        code = application(arguments)(args=arguments, prog_name="sottovoce", standalone_mode=False)
    except Invalid as error:
        for problem in error.problems:
            print(f"sottovoce: {problem}", file=sys.stderr)  # noqa: T201
        sys.exit(2)
    except SottovoceError as error:
        _fail(str(error))
    except TyperException as error:
        message = error.format_message()
        if message.startswith("Usage:"):  # a group without a command: what it has is its answer
            print(message, file=sys.stderr)  # noqa: T201
            sys.exit(2)
        _fail(f"{message} See sottovoce --help.")
    except (KeyboardInterrupt, typer.Abort):
        sys.exit(130)
    except OSError as error:
        _fail(f"{error.filename or 'system'}: {error.strerror}; check the path and its permissions")
    sys.exit(code if isinstance(code, int) else 0)


def _fail(line: str) -> None:
    print(f"sottovoce: {' '.join(line.split())}", file=sys.stderr)  # noqa: T201
    sys.exit(2)


if __name__ == "__main__":
    main()
