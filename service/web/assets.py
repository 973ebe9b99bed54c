"""What respondents' and handlers' browsers run, as hashes to compare with the released package.

A handler's page itself is made for who is signed in and cannot be listed; the scripts that open messages are.
"""

import hashlib
import json
from functools import lru_cache

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.locale.catalogues import LANGUAGES
from service.web import respondent
from service.web.static_files import files, served, static_file

ADDRESS = "/.well-known/sottovoce-assets.json"
FORMAT = "sottovoce-assets-1"
# These pages load nothing from other folders.
_PREFIXES = ("respondent/", "inbox/", "css/site.css", "css/respondent", "css/inbox.css", "icon.svg")


def asset_contents() -> dict[str, bytes]:
    """Address -> bytes of each file that these browsers run; ``{wave}`` stands for any wave."""
    contents = {
        f"/static/{path}": file.content for path, file in files().items() if path.startswith(_PREFIXES)
    }
    return contents | _pages()


@lru_cache
def asset_list() -> bytes:
    """The JSON document: format and files, address -> SHA-256 in hex."""
    hashes = {address: hashlib.sha256(content).hexdigest() for address, content in asset_contents().items()}
    return json.dumps({"format": FORMAT, "files": dict(sorted(hashes.items()))}, indent=1).encode()


def _pages() -> dict[str, bytes]:
    return {
        address: content
        for language in LANGUAGES
        for address, content in respondent.assets_in(language).items()
    }


def router() -> APIRouter:
    """/.well-known/sottovoce-assets.json, for anybody."""
    routes = APIRouter()

    @routes.get(ADDRESS)
    def get_assets(request: Request) -> Response:
        return served(request, static_file(asset_list(), "application/json"))

    return routes
