"""``sottovoce assets``: is what a server gives respondents' browsers what this release holds?"""

import hashlib
import secrets
from typing import Annotated
from urllib.parse import urlsplit

import httpx
import typer

from privacy.errors import Invalid, Problem, Refused
from service.client.failures import Unreachable
from service.web.assets import ADDRESS, asset_contents, asset_list

assets_app = typer.Typer(help="The files that respondents' browsers run.", no_args_is_help=True)
_LARGEST = 4 * 1024 * 1024  # bytes of one file; the real ones are far below


@assets_app.command("list")
def list_assets() -> None:
    """Print the list of this release: each file's address and SHA-256, as JSON."""
    typer.echo(asset_list().decode())


@assets_app.command("verify")
def verify(
    url: Annotated[str, typer.Argument(help="The server, as invitations name it: https://HOST.")],
) -> None:
    """Fetch each file as a browser would and compare it with this release; exit code 2 if one differs."""
    base = _checked(url)
    expected = asset_contents()
    with httpx.Client(timeout=30, trust_env=False, follow_redirects=False) as http:
        published = _fetched(http, base + ADDRESS)
        differing = [
            address for address, content in expected.items() if not _same(http, base, address, content)
        ]
    if published != asset_list():
        differing.append(ADDRESS)
    if differing:
        raise Refused(
            f"{len(differing)} of {len(expected) + 1} files differ from this release: "
            f"{', '.join(differing)}; the server runs another release or altered files, "
            "so answer with the command line instead"
        )
    typer.echo(f"{len(expected)} files and the published list are those of this release")


def _checked(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or "@" in parts.netloc:
        message = "it is not the address of a server"
        raise Invalid([Problem("not-a-server", "URL", message, "write https://HOST, as in an invitation")])
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _same(http: httpx.Client, base: str, address: str, content: bytes) -> bool:
    # A wave that does not exist has the same page as every other: the page must not depend on it.
    path = address.replace("{wave}", secrets.token_hex(32))
    fetched = _fetched(http, base + path)
    return hashlib.sha256(fetched).digest() == hashlib.sha256(content).digest()


def _fetched(http: httpx.Client, address: str) -> bytes:
    content = bytearray()
    try:
        with http.stream("GET", address) as answer:
            for chunk in answer.iter_bytes():
                content += chunk
                if len(content) > _LARGEST:
                    break
    except (httpx.HTTPError, httpx.InvalidURL):
        raise Unreachable(f"{urlsplit(address).netloc} cannot be reached; check the address") from None
    return bytes(content)
