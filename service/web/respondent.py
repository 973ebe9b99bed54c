"""Respondents' and feedback senders' pages: the same bytes for everybody, so that hashes can be published.

A page holds nothing of a wave or conversation; its scripts fetch that and check it. ``?lang=`` chooses the
language, else the browser's own choice does.
"""

import json
import re
from dataclasses import dataclass
from functools import lru_cache

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from service.errors import NotFound
from service.locale.catalogues import LANGUAGES, preferred, texts
from service.web.render import html, page_headers
from service.web.static_files import FOLDER, StaticFile, served, static_file

_IMPORT = re.compile(r"""^(?:import|export)\b[^;]*?["']\./([\w-]+)\.js["'];""", re.MULTILINE)
_TEXT = re.compile(r"""(?<![\w.])t\(\s*("(?:[^"\\]|\\.)*")""")
_NAMED = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Shell:
    """A page at ``address``, in which ``{wave}`` may stand for any wave, made from ``template``.

    It runs the module ``entry``, which imports the modules ``later`` when it can be read already.
    """

    address: str
    template: str
    entry: str
    later: tuple[str, ...] = ()


SHELLS = (
    Shell("/w/{wave}", "respondent/answer.html", "start", ("answering", "program", "typed")),
    Shell("/w/{wave}/receipt", "respondent/receipt.html", "receipt"),
    Shell("/w/{wave}/results", "respondent/results.html", "results"),
    Shell("/quiet", "respondent/quiet.html", "quiet"),
    Shell("/feedback", "respondent/feedback.html", "feedback", ("feedback_writing",)),
    Shell(
        "/feedback/conversation",
        "respondent/conversation.html",
        "feedback_conversation",
        ("feedback_opened",),
    ),
)


@lru_cache
def modules_of(part: str) -> tuple[str, ...]:
    """The module ``part`` and those that it imports, directly or not, in the order of the imports."""
    found: dict[str, None] = {}
    waiting = [part]
    while waiting:
        module = waiting.pop()
        if module not in found:
            found[module] = None
            waiting += reversed(_IMPORT.findall(_source(module)))
    return tuple(found)


def msgids_of(module: str) -> list[str]:
    """The texts that a module asks for: its calls of ``t``, which take string literals alone."""
    return [json.loads(literal) for literal in _TEXT.findall(_source(module))]


@lru_cache
def text_file(part: str, language: str) -> StaticFile:
    """The texts of the module ``part`` and what it imports, as JSON: English -> text, where there is one."""
    known = texts(language, "respondent")
    wanted = [msgid for module in modules_of(part) for msgid in msgids_of(module)]
    found = {msgid: known[msgid] for msgid in wanted if msgid in known}
    return static_file(
        json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode(), "application/json"
    )


def shell(kind: Shell, language: str) -> bytes:
    """The HTML of a page in one language."""
    return html(kind.template, language, "respondent", modules=modules_of(kind.entry)[1:]).encode()


def assets_in(language: str) -> dict[str, bytes]:
    """Address -> bytes of the pages and texts in one language; ``{wave}`` stands for any wave."""
    pages = {f"{kind.address}?lang={language}": shell(kind, language) for kind in SHELLS}
    return pages | {
        f"/static/texts/{part}.{language}.json": text_file(part, language).content for part in _parts()
    }


def router() -> APIRouter:
    """The pages and the texts of their scripts; before the router of /static."""
    routes = APIRouter()
    for kind in SHELLS:
        _add_page(routes, kind)

    @routes.get("/static/texts/{part}.{language}.json")
    def get_texts(part: str, language: str, request: Request) -> Response:
        if part not in _parts() or language not in LANGUAGES:
            raise NotFound("there are no such texts in this release")
        return served(request, text_file(part, language))

    return routes


def _parts() -> list[str]:
    return [part for kind in SHELLS for part in (kind.entry, *kind.later)]


def _source(module: str) -> str:
    return (FOLDER / "respondent" / f"{module}.js").read_text()


def _add_page(routes: APIRouter, kind: Shell) -> None:
    @routes.get(kind.address, name=kind.template)
    def get_page(request: Request) -> HTMLResponse:
        wanted = request.query_params.get("lang", "")
        language = wanted if wanted in LANGUAGES else preferred(request.headers.get("accept-language", ""))
        # The page says the same in words: its script finds no such wave.
        wave = request.path_params.get("wave")
        status = 200 if wave is None or _NAMED.fullmatch(wave) else 404
        return HTMLResponse(shell(kind, language), status, page_headers(request))
