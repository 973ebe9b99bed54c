"""How far somebody has come with opening a conversation, kept so that nothing that goes wrong costs a token.

``TokenRequest`` is on its way, ``Token`` is in hand, ``SealedOpening`` is to be sent. No text is kept that is
not sealed.
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from privacy.canonical import b64u, unb64u
from privacy.errors import Invalid, Problem
from privacy.signatures import private_key_of, scalar_of
from privacy.tokens import Blinded
from service.client.feedback_values import SealedOpening, Token, TokenRequest
from service.client.progress import write_private

FORMAT = "sottovoce-feedback-1"
Progress = TokenRequest | Token | SealedOpening


def keep(path: Path, progress: Progress) -> None:
    """Write it in the place of what was kept, mode 0600. Raises KeyUnusable if it cannot be written."""
    value: dict[str, Any]
    match progress:
        case TokenRequest():
            value = {
                "stage": "request",
                "code": progress.code,
                "wave": progress.wave,
                "period": progress.period.hex(),
                "pseudonym": b64u(scalar_of(progress.pseudonym)),
                "issuer_public_key": b64u(progress.blinded.issuer_public_key),
                "token_input": b64u(progress.blinded.token_input),
                "blinded_message": b64u(progress.blinded.message),
                "inverse": b64u(progress.blinded.inverse),
            }
        case Token():
            value = {"stage": "token", **_token_value(progress)}
        case SealedOpening():
            value = {
                "stage": "sealed",
                "code": progress.code,
                "content": b64u(progress.content),
                "channel": progress.channel,
                "epoch": progress.epoch,
                "token": _token_value(progress.token),
            }
    write_private(path, json.dumps({"format": FORMAT, **value}).encode())


def read_kept(path: Path) -> Progress | None:
    """What is kept there, or None. Raises Invalid for a file that is damaged."""
    try:
        value = json.loads(path.read_bytes())
        if value["format"] != FORMAT:
            raise ValueError("not a file of this format")
        found: Progress = _READERS[value["stage"]](value)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        message, remedy = "it holds no message that can be sent", "remove it, and write the message again"
        raise Invalid([Problem("kept-message", str(path), message, remedy)]) from None
    return found


def forget(path: Path) -> None:
    """Remove what is kept there."""
    path.unlink(missing_ok=True)


def _token_value(token: Token) -> dict[str, str]:
    return {
        "period": token.period.hex(),
        "pseudonym": b64u(scalar_of(token.pseudonym)),
        "token": b64u(token.token),
    }


def _token(value: dict[str, Any]) -> Token:
    pseudonym = private_key_of(unb64u(value["pseudonym"]))
    return Token(bytes.fromhex(value["period"]), pseudonym, unb64u(value["token"]))


def _request(value: dict[str, Any]) -> TokenRequest:
    names = ("issuer_public_key", "token_input", "blinded_message", "inverse")
    return TokenRequest(
        value["code"],
        value["wave"],
        bytes.fromhex(value["period"]),
        private_key_of(unb64u(value["pseudonym"])),
        Blinded(*(unb64u(value[name]) for name in names)),
    )


def _sealed(value: dict[str, Any]) -> SealedOpening:
    content, token = unb64u(value["content"]), _token(value["token"])
    return SealedOpening(value["code"], content, value["channel"], int(value["epoch"]), token)


_READERS: dict[str, Callable[[dict[str, Any]], Progress]] = {
    "request": _request,
    "token": _token,
    "sealed": _sealed,
}
