"""Answers that never change: an ETag, and 304 for whoever has the bytes already (RFC 9110 section 13)."""

import hashlib

from fastapi import Request
from fastapi.responses import Response

PRIVATE = "private, max-age=31536000, immutable"


def immutable(request: Request, content: bytes, media_type: str, cache_control: str = PRIVATE) -> Response:
    """``content`` with its ETag; nothing but the ETag if the request names it."""
    etag = f'"{hashlib.sha256(content).hexdigest()}"'
    headers = {"ETag": etag, "Cache-Control": cache_control, "Vary": "Accept, Authorization"}
    if is_named(request.headers.get("if-none-match", ""), etag):
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=media_type, headers=headers)


def is_named(header: str, etag: str) -> bool:
    """Whether an If-None-Match header names this tag (weak comparison, section 13.1.2)."""
    tags = [tag.strip().removeprefix("W/") for tag in header.split(",")]
    return "*" in tags or etag in tags
