"""The files a browser runs, exactly as they stand in the package; nothing else can be named."""

import gzip
import hashlib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import Response

from service.errors import NotFound
from service.http.immutable import is_named

FOLDER = Path(__file__).parent / "static"
TYPES = {
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".json": "application/json",
    ".woff2": "font/woff2",
}
_CACHE = "public, max-age=300"


@dataclass(frozen=True, slots=True)
class StaticFile:
    """A file's bytes, the same compressed, and its tag."""

    content: bytes
    compressed: bytes
    media_type: str
    etag: str


def static_file(content: bytes, media_type: str) -> StaticFile:
    """A file that is served as it stands."""
    tag = f'"{hashlib.sha256(content).hexdigest()}"'
    return StaticFile(content, gzip.compress(content, mtime=0), media_type, tag)


@lru_cache
def files() -> dict[str, StaticFile]:
    """Every file under /static, by its path below that."""
    return {
        path.relative_to(FOLDER).as_posix(): static_file(path.read_bytes(), TYPES[path.suffix])
        for path in sorted(FOLDER.rglob("*"))
        if path.suffix in TYPES and path.is_file()
    }


def served(request: Request, file: StaticFile) -> Response:
    """The file, compressed for who accepts that, or 304 for who has it."""
    headers = {"ETag": file.etag, "Cache-Control": _CACHE, "Vary": "Accept-Encoding"}
    if is_named(request.headers.get("if-none-match", ""), file.etag):
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        headers["Content-Encoding"] = "gzip"
        return Response(file.compressed, media_type=file.media_type, headers=headers)
    return Response(file.content, media_type=file.media_type, headers=headers)


def router() -> APIRouter:
    """/static/..."""
    routes = APIRouter()

    @routes.get("/static/{path:path}")
    def get_file(path: str, request: Request) -> Response:
        file = files().get(path)
        if file is None:
            raise NotFound("there is no such file in this release")
        return served(request, file)

    return routes
