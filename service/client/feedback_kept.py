"""A sealed opening, kept from before it is sent until the server has stored it."""

import json
from pathlib import Path

from privacy.canonical import b64u, unb64u
from privacy.errors import Invalid, Problem
from service.client.feedback_values import SealedOpening
from service.client.progress import write_private


def kept(path: Path, sealed: SealedOpening) -> SealedOpening:
    """Write it, mode 0600, and give it back. Raises KeyUnusable if it cannot be written."""
    write_private(path, json.dumps({"code": sealed.code, "content": b64u(sealed.content)}).encode())
    return sealed


def read_kept(path: Path) -> SealedOpening | None:
    """What is kept there, or None. Raises Invalid for a file that is damaged."""
    try:
        value = json.loads(path.read_bytes())
        return SealedOpening(value["code"], unb64u(value["content"]))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError):
        message, remedy = "it holds no message that can be sent", "remove it, and write the message again"
        raise Invalid([Problem("kept-message", str(path), message, remedy)]) from None


def forget(path: Path) -> None:
    """Remove what is kept there."""
    path.unlink(missing_ok=True)
