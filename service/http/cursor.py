"""Pages of a list: where the last one ended is handed to the caller as an opaque cursor."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Generic, TypeVar

from fastapi import Depends, Query
from pydantic import BaseModel, Field

from privacy.canonical import b64u, unb64u
from privacy.errors import Invalid, Problem
from service.store.ids import storable

LIMIT, MOST = 100, 1000
_LARGEST = 2**53 - 1  # no list has as many rows, and every store can compare with it
Row = TypeVar("Row")
Item = TypeVar("Item")
Part = str | int


class PageModel(BaseModel, Generic[Item]):
    """One page; ``next`` is the cursor of the page after it, null on the last."""

    items: list[Item]
    next: str | None = Field(description="Send it as `cursor` for the next page; null on the last one.")


@dataclass(frozen=True, slots=True)
class Paging:
    """What the caller asked for."""

    limit: int
    cursor: str | None

    def after(self, *kinds: type[Part]) -> tuple[Part, ...] | None:
        """The key of the last row the caller has, its parts being of these types; None on the first page.

        Raises Invalid if the cursor is none that this list gave out.
        """
        if self.cursor is None:
            return None
        try:
            key = json.loads(unb64u(self.cursor))
        except (ValueError, RecursionError):
            key = None
        known = isinstance(key, list) and [type(part) for part in key] == list(kinds)
        if not known or not all(map(_could_be_a_key, key)):
            raise _no_cursor()
        return tuple(key)

    def cut(
        self, rows: Sequence[Row], key: Callable[[Row], tuple[Part, ...]]
    ) -> tuple[list[Row], str | None]:
        """This page and its cursor; ``rows`` hold one more than ``limit`` if another page follows."""
        if len(rows) <= self.limit:
            return list(rows), None
        page = list(rows[: self.limit])
        return page, b64u(json.dumps(list(key(page[-1]))).encode())

    def part_of(self, rows: Sequence[Row]) -> tuple[list[Row], str | None]:
        """This page of a whole list, and its cursor. Raises Invalid as ``after`` does."""
        after = self.after(int)
        start = 0 if after is None else int(after[0])
        numbered = list(enumerate(rows[start : start + self.limit + 1], start + 1))
        page, cursor = self.cut(numbered, lambda pair: (pair[0],))
        return [row for _, row in page], cursor


def day_of(part: Part) -> date:
    """The day that is a part of a key. Raises Invalid as ``Paging.after`` does."""
    try:
        return date.fromisoformat(str(part))
    except ValueError:
        raise _no_cursor() from None


def _no_cursor() -> Invalid:
    message, remedy = "not a cursor of this list", "send the value of next as it came, or leave it out"
    return Invalid([Problem("cursor", "cursor", message, remedy)])


def _could_be_a_key(part: Part) -> bool:
    return 0 <= part <= _LARGEST if isinstance(part, int) else storable(part)


def paging(
    limit: Annotated[int, Query(ge=1, le=MOST, description="Most items in one page.")] = LIMIT,
    cursor: Annotated[
        str | None, Query(max_length=1000, description="The `next` of the page before.")
    ] = None,
) -> Paging:
    """FastAPI dependency: the caller's page."""
    return Paging(limit, cursor)


PagingDependency = Annotated[Paging, Depends(paging)]
