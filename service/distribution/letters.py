"""Letters: from a template and a wave to a message with text and HTML (RFC 5322, MIME).

A template is plain text. The HTML is made from it here, so it can hold no picture, no script and no link but
ours; and what every letter ends with stands below whatever a template says.
"""

import re
import secrets
from binascii import b2a_qp
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from html import escape
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time

from privacy.errors import Invalid, Problem
from service.distribution.bounces import unmarked_name
from service.distribution.letter_words import RIGHT_TO_LEFT, WORDS, Template

PLACES = ("link", "survey", "closes", "minutes", "organisation")
SUBJECT_LENGTH, TEXT_LENGTH = 150, 5000  # characters
_LINK, _QUIET = "\0link", "\0quiet"  # no template and no title has such a character
_ONE_LINE = re.compile(r"[!-~]+")
_PLACE = re.compile(r"\{([^{}]*)\}")
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://|\bwww\.|\bmailto:|\S@\S+\.\S", re.IGNORECASE)
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Facts:
    """What a wave's letters tell. ``title`` is by language; ``zone`` is in which ``closes_at`` is told.

    ``organisation`` is None where it has no name, ``minutes`` how long answering takes.
    """

    title: Mapping[str, str]
    languages: tuple[str, ...]
    closes_at: datetime
    zone: str
    minutes: int
    organisation: str | None


@dataclass(frozen=True, slots=True)
class Written:
    """A letter as it reads: one line, text, and HTML."""

    subject: str
    text: str
    html: str
    language: str


def language_of(wanted: str | None, languages: tuple[str, ...]) -> str | None:
    """The language of somebody's letter: theirs if the survey and the letters have it.

    Else the survey's first that letters have; None if letters have none of them.
    """
    spoken = [language for language in languages if language.partition("-")[0] in WORDS]
    if wanted is not None:
        for language in spoken:
            if wanted in (language, language.partition("-")[0]):
                return language
    return spoken[0] if spoken else None


@dataclass(frozen=True, slots=True)
class Sheet:
    """A letter to everybody in a language, with marks where each person's links go."""

    subject: str
    text: str
    html: str
    language: str

    def written(self, link: str, quiet_link: str) -> Written:
        """Somebody's letter; the links have no character that HTML would read as its own."""
        text, html = (
            part.replace(_LINK, link).replace(_QUIET, quiet_link) for part in (self.text, self.html)
        )
        return Written(self.subject, text, html, self.language)


def sheet_of(template: Template, facts: Facts, language: str) -> Sheet:
    """The letters from a template that holds (``check_template``), in a language that they are worded in."""
    locale = language.partition("-")[0]
    words = WORDS[locale]
    moment = facts.closes_at.astimezone(ZoneInfo(facts.zone))
    closes = f"{format_date(moment, 'full', locale)}, {format_time(moment, 'short', locale=locale)}"
    values = {
        "survey": " ".join(facts.title[language].split()),
        "closes": f"{closes} ({facts.zone.rpartition('/')[2].replace('_', ' ')})",
        "minutes": str(facts.minutes),
        "organisation": facts.organisation or words.anybody,
        "link": _LINK,
    }
    subject = _filled(template.subject, values)
    body = [*_paragraphs(_filled(template.text.strip(), values)), words.seen, words.why]
    text = "\n\n".join([*(one.replace(_LINK, f"\n{_LINK}\n").strip() for one in body), words.quiet, _QUIET])
    anchor = f'<a href="{_LINK}">{escape(words.answer)}</a>'
    parts = [_html(one).replace(_LINK, anchor) for one in body]
    parts.append(f'<p>{escape(words.quiet)} <a href="{_QUIET}">{_QUIET}</a></p>')
    direction = "rtl" if locale in RIGHT_TO_LEFT else "ltr"
    html = (
        f'<!DOCTYPE html>\n<html lang="{escape(language)}" dir="{direction}">\n<head><meta charset="utf-8">'
        f"<title>{escape(subject)}</title></head>\n<body>\n" + "\n".join(parts) + "\n</body>\n</html>\n"
    )
    return Sheet(subject, text + "\n", html, language)


def head_of(subject: str, language: str, sender: str, organisation: str | None, dated: datetime) -> bytes:
    """What the messages of a round in a language begin with, alike for everybody.

    ``dated`` is when the round was due: when a letter was sent is nobody's business.
    """
    made = EmailMessage(policy=SMTP)
    user, _, domain = sender.rpartition("@")
    made["From"] = Address(organisation or "", username=user, domain=domain)
    made["Subject"] = subject
    made["Date"] = format_datetime(dated)
    made["Auto-Submitted"] = "auto-generated"  # RFC 3834: nothing answers by itself
    made["X-Auto-Response-Suppress"] = "All"
    made["Content-Language"] = language
    made["MIME-Version"] = "1.0"
    return made.as_bytes().removesuffix(b"\r\n")


def message(head: bytes, letter: Written, sender: str, to: str, name: str | None = None) -> bytes:
    """A letter as it is handed to the mail server (RFC 2046, quoted-printable).

    ``name`` is what its Message-ID begins with; by default one that no report is believed of.
    Raises ValueError for an address that would not stay in its line.
    """
    if not _ONE_LINE.fullmatch(to):
        raise ValueError("not an address")
    boundary = f"=_{secrets.token_hex(16)}"  # no quoted-printable text has this sign before an underscore
    lines = [f"To: {to}", f"Message-ID: <{name or unmarked_name()}@{sender.rpartition('@')[2]}>"]
    lines.append(f'Content-Type: multipart/alternative; boundary="{boundary}"')
    parts = [head, "\r\n".join(lines).encode(), b"\r\n"]
    for kind, content in (("plain", letter.text), ("html", letter.html)):
        parts.append(f"\r\n--{boundary}\r\nContent-Type: text/{kind}; charset=utf-8\r\n".encode())
        parts.append(b"Content-Transfer-Encoding: quoted-printable\r\n\r\n")
        parts.append(b2a_qp(content.replace("\n", "\r\n").encode()))
    return b"".join([*parts, f"\r\n--{boundary}--\r\n".encode()])


def check_template(template: Template) -> None:
    """Raises Invalid with every fault of a template, each with the line it stands in."""
    problems: list[Problem] = []
    for place, text, longest in (
        ("subject", template.subject, SUBJECT_LENGTH),
        ("text", template.text, TEXT_LENGTH),
    ):
        if not text.strip():
            problems.append(Problem("letter-empty", place, "it is empty", "write it"))
        if len(text) > longest:
            message = f"it has {len(text)} characters of at most {longest}"
            problems.append(Problem("letter-too-long", place, message, "shorten it"))
        for number, line in enumerate(text.split("\n"), 1):
            problems += _line_problems(place, line, number)
    if "\n" in template.subject:
        problems.append(Problem("letter-lines", "subject", "it has more than one line", "write one line"))
    links = template.text.count("{link}")
    if links != 1 or "{link}" in template.subject:
        message = "the text has no {link}" if not links else "there is more than one {link}"
        remedy = "put {link} into the text once, and not into the subject"
        problems.append(Problem("letter-link", "text", message, remedy))
    if problems:
        raise Invalid(problems)


def _line_problems(place: str, line: str, number: int) -> list[Problem]:
    found = []
    for name in _PLACE.findall(line):
        if name not in PLACES:
            remedy = f"use {', '.join(f'{{{one}}}' for one in PLACES)}"
            message = f"there is nothing to put in for {{{name[:30]}}}"
            found.append(Problem("letter-place", place, message, remedy, number))
    if "{" in _PLACE.sub("", line) or "}" in _PLACE.sub("", line):
        found.append(Problem("letter-place", place, "a brace is open", "close it, or remove it", number))
    if _ADDRESS.search(_PLACE.sub("", line)):
        message = "it has an address of its own"
        found.append(Problem("letter-address", place, message, "letters have no link but {link}", number))
    if _CONTROL.search(line.removesuffix("\r")):
        found.append(Problem("letter-control", place, "it has a control character", "remove it", number))
    return found


def _filled(text: str, values: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda place: values.get(place[1], place[0]), text)


def _paragraphs(text: str) -> list[str]:
    return [part.strip() for part in re.split(r"\r?\n[ \t]*\r?\n", text) if part.strip()]


def _html(paragraph: str) -> str:
    lines = "<br>\n".join(escape(line) for line in paragraph.splitlines())
    return f"<p>{lines}</p>"
