"""What can go wrong between a respondent and a server, on top of the privacy core's errors.

::

    SottovoceError
    ├── ServerRefused         the server understood and said no; the same request will not be taken
    │   └── AnswerMissing     there is no answer behind a receipt code
    └── Unreachable           no answer that could be used; the same bytes may be sent again
"""

from privacy.errors import SottovoceError

_LONGEST = 300


class ServerRefused(SottovoceError):  # noqa: N818 - named as a person would say it
    """The server refused with an HTTP ``status``."""

    def __init__(self, status: int, text: str) -> None:
        self.status = status
        super().__init__(text)


class AnswerMissing(ServerRefused):
    """The server has no answer of this wave under the receipt code."""


class Unreachable(SottovoceError):  # noqa: N818
    """The request may or may not have arrived; sending the same bytes again is safe."""


def one_line(text: str) -> str:
    """A foreign text made fit for a terminal: printable, one line, at most 300 characters."""
    printable = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(printable.split())[:_LONGEST]
