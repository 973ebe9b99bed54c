"""Invitation links, ``https://host/w/<wave hex>#<code>``, and the address of a wave without its code."""

from dataclasses import dataclass, field

from privacy.errors import Invalid, Problem
from service.links import read_wave_url


@dataclass(frozen=True, slots=True)
class WaveAddress:
    """Where a wave is answered: ``base_url`` without a slash at its end, ``wave`` 32 bytes."""

    base_url: str
    wave: bytes


@dataclass(frozen=True, slots=True)
class Invitation:
    """A wave's address and a person's one-time code, which never shows in a text form of this value."""

    address: WaveAddress
    code: str = field(repr=False)


def parse_link(link: str) -> Invitation:
    """The invitation in ``link``. Raises Invalid if it is not one."""
    address, _, code = link.strip().partition("#")
    if not code or not code.isascii() or not code.isprintable():
        raise Invalid([_problem("it has no invitation code after a #")])
    return Invitation(parse_wave_url(address), code)


def parse_wave_url(url: str) -> WaveAddress:
    """The wave's address in ``url``, whether or not a code follows it. Raises Invalid if there is none."""
    try:
        return WaveAddress(*read_wave_url(url))
    except ValueError as error:
        raise Invalid([_problem(str(error))]) from None


def _problem(message: str) -> Problem:
    return Problem("link", "the link", message, "copy the whole link from the invitation")
