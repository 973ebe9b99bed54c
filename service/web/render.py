"""Renders templates. Everything that is not the template's own is escaped, and what is missing is an error.

``request.state.staff`` is the signed-in member of staff, set by service.accounts.sessions.
"""

from functools import lru_cache
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined

from service.http.context import context_of
from service.locale.catalogues import LANGUAGES, NAMES, RIGHT_TO_LEFT, Domain, Translations
from service.web.policy import PAGE_HEADERS, STRICT_TRANSPORT


@lru_cache
def environment(language: str, domain: Domain) -> Environment:
    """Jinja's environment for pages in one language; compiled templates stay in it."""
    made = Environment(
        loader=PackageLoader("service.web"),
        autoescape=True,
        undefined=StrictUndefined,
        extensions=["jinja2.ext.i18n"],
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.install_gettext_translations(  # type: ignore[attr-defined]
        Translations(language, domain), newstyle=True
    )
    return made


def html(name: str, language: str, domain: Domain, /, **values: Any) -> str:
    """The text of a page that depends on nothing but ``values``."""
    return (
        environment(language, domain)
        .get_template(name)
        .render(
            lang=language,
            dir="rtl" if language in RIGHT_TO_LEFT else "ltr",
            languages={code: NAMES[code] for code in LANGUAGES},
            **values,
        )
    )


def page(request: Request, name: str, status: int = 200, /, **values: Any) -> HTMLResponse:
    """A page for staff, with the policy's headers."""
    staff = getattr(request.state, "staff", None)
    text = html(
        name,
        "en",
        "staff",
        **{
            "staff": staff,
            "csrf": staff.csrf if staff is not None else "",
            "path": request.url.path,
            **values,
        },
    )
    return HTMLResponse(text, status_code=status, headers=page_headers(request))


def page_headers(request: Request) -> dict[str, str]:
    """The headers of a page, with the one that asks for TLS where people reach the service over it."""
    secure = context_of(request).settings.link_base.startswith("https://")
    return PAGE_HEADERS | ({"Strict-Transport-Security": STRICT_TRANSPORT} if secure else {})
