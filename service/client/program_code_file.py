"""Program codes in files, and the tag that is sealed of one."""

from pathlib import Path

from privacy.contract import Manifest
from privacy.errors import Invalid, Problem
from privacy.program_code import normalise, tag_of

LARGEST_FILE = 4096
PLACE = "program_code"


def read_program_code(path: Path) -> str:
    """The code in the file's first line. Raises Invalid if there is none."""
    try:
        with path.open("rb") as file:
            first = file.read(LARGEST_FILE).decode().strip().partition("\n")[0]
    except OSError as error:
        raise Invalid([_file_problem(path, error.strerror or "it cannot be read")]) from None
    except ValueError:
        raise Invalid([_file_problem(path, "it is not UTF-8")]) from None
    return normalise(first)


def program_tag(manifest: Manifest, code: str) -> bytes:
    """What a response to this wave seals of ``code``, 16 bytes.

    Raises Invalid if it is no code, or the wave is paired with no other.
    """
    if manifest.pairing is None:
        message = "this survey is compared with no other, so that a code is good for nothing"
        raise Invalid([Problem("program-code", PLACE, message, "leave it out")])
    return tag_of(code, manifest.pairing.id)


def _file_problem(path: Path, message: str) -> Problem:
    return Problem("program-code-file", str(path), message, "name a file whose first line is the code")
