"""Respondents' and senders' pages: the same for everybody, in the language asked for, and light."""

import gzip
import re

import httpx
import pytest

from service.locale.catalogues import LANGUAGES
from service.web import respondent
from service.web.static_files import FOLDER, files

# On the wire until a page can be read, without headers and the manifest. The receipt page needs all of the
# cryptography at once: what it checks, it checks in the browser.
MOST_BYTES = {
    "/w/{wave}": 30_000,
    "/w/{wave}/receipt": 40_000,
    "/w/{wave}/results": 30_000,
    "/feedback": 25_000,
    "/quiet": 12_000,
    "/feedback/conversation": 20_000,
}
ONE, OTHER = "ab" * 32, "cd" * 32


@pytest.mark.anyio
@pytest.mark.parametrize("kind", respondent.SHELLS, ids=lambda kind: kind.template)
async def test_a_page_is_the_same_for_every_wave_and_sets_no_cookie(
    http: httpx.AsyncClient, kind: respondent.Shell
) -> None:
    for language in LANGUAGES:
        one, other = [
            await http.get(
                f"{kind.address.format(wave=wave)}?lang={language}", headers={"accept-language": "xx"}
            )
            for wave in (ONE, OTHER)
        ]
        assert one.content == other.content == respondent.shell(kind, language)
        assert ONE not in one.text
        assert "set-cookie" not in one.headers
        assert one.headers["cache-control"] == "no-store"


@pytest.mark.anyio
async def test_what_names_no_wave_is_not_found(http: httpx.AsyncClient) -> None:
    answers = [await http.get(f"/w/{name}") for name in ("x", ONE[1:], ONE.upper())]
    assert [answer.status_code for answer in answers] == [404] * 3


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("query", "accepted", "language"),
    [
        ("?lang=ar", "de", "ar"),
        ("", "fr-CA, en;q=0.5", "fr"),
        ("?lang=xx", "es", "es"),
        ("?lang=%3Cscript%3E", "", "en"),
        ("", "nl", "en"),
    ],
)
async def test_the_language_is_the_one_asked_for_else_the_browsers(
    http: httpx.AsyncClient, query: str, accepted: str, language: str
) -> None:
    answer = await http.get(f"/w/{ONE}{query}", headers={"accept-language": accepted})
    direction = "rtl" if language == "ar" else "ltr"
    assert f'<html lang="{language}" dir="{direction}">' in answer.text


@pytest.mark.anyio
async def test_without_javascript_the_page_says_how_to_answer_instead(http: httpx.AsyncClient) -> None:
    text = (await http.get(f"/w/{ONE}?lang=en")).text
    assert "<noscript>" in text
    assert "sottovoce respond" in text
    assert "<form" not in text


@pytest.mark.anyio
async def test_without_javascript_a_senders_page_says_how_to_write_instead(http: httpx.AsyncClient) -> None:
    for page in ("/feedback", "/feedback/conversation"):
        text = (await http.get(f"{page}?lang=en")).text
        assert "<noscript>" in text
        assert "sottovoce feedback" in text
        assert "<form" not in text


@pytest.mark.anyio
async def test_texts_are_served_by_part_and_language_and_no_other_name(http: httpx.AsyncClient) -> None:
    texts = (await http.get("/static/texts/answering.de.json")).json()
    assert texts["Seal and send"] == "Versiegeln und senden"
    names = ("answering.xx", "sealing.de", "answering", "..de", "%2e%2e/answering.de")
    assert {(await http.get(f"/static/texts/{name}.json")).status_code for name in names} == {404}


@pytest.mark.parametrize("kind", respondent.SHELLS, ids=lambda kind: kind.template)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_can_be_read_after_few_bytes(kind: respondent.Shell, language: str) -> None:
    page = respondent.shell(kind, language)
    loaded = set(re.findall(r'(?:href|src)="/static/([^"]+)"', page.decode()))
    sizes = {name: len(files()[name].compressed) for name in loaded}
    sizes |= {"page": len(gzip.compress(page))}
    sizes |= {"texts": 0 if language == "en" else len(respondent.text_file(kind.entry, language).compressed)}
    assert {f"respondent/{module}.js" for module in respondent.modules_of(kind.entry)} <= set(sizes)
    assert sum(sizes.values()) < MOST_BYTES[kind.address], sizes


def test_what_is_imported_exists() -> None:
    for kind in respondent.SHELLS:
        for part in (kind.entry, *kind.later):
            assert all(
                (FOLDER / "respondent" / f"{name}.js").is_file() for name in respondent.modules_of(part)
            )
