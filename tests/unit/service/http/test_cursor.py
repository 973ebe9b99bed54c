"""Cursors: opaque, of one list, and never the end of a page twice."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.canonical import b64u
from privacy.errors import Invalid
from service.http.cursor import Paging


@given(rows=st.lists(st.integers(), unique=True, max_size=30).map(sorted), limit=st.integers(1, 31))
def test_following_cursors_visits_every_row_once(rows: list[int], limit: int) -> None:
    seen: list[int] = []
    cursor: str | None = None
    numbered = list(enumerate(rows, 1))
    while True:
        page = Paging(limit, cursor)
        after = page.after(int)
        start = 0 if after is None else int(after[0])
        found, cursor = page.cut(numbered[start : start + limit + 1], lambda pair: (pair[0],))
        assert len(found) <= limit
        seen += [row for _, row in found]
        if cursor is None:
            break
    assert seen == rows


@given(st.text(max_size=30))
def test_what_this_list_did_not_give_out_is_refused(text: str) -> None:
    with pytest.raises(Invalid) as caught:
        Paging(10, text).after(str, str)
    assert [problem.id for problem in caught.value.problems] == ["cursor"]


@pytest.mark.parametrize("key", ['["\\ud800"]', '["a\\u0000"]'])
def test_text_that_no_store_can_compare_with_is_no_cursor(key: str) -> None:
    with pytest.raises(Invalid):
        Paging(10, b64u(key.encode())).after(str)


@pytest.mark.parametrize("number", [2**53, 2**63, 10**40])
def test_a_number_that_no_store_can_compare_with_is_no_cursor(number: int) -> None:
    with pytest.raises(Invalid):
        Paging(10, b64u(f"[{number}]".encode())).after(int)


STORABLE = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=10)


@given(st.tuples(STORABLE, st.integers(0, 2**53 - 1)))
def test_a_cursor_gives_back_its_key(key: tuple[str, int]) -> None:
    page = Paging(1, None)
    _, cursor = page.cut([key, key], lambda row: row)
    assert Paging(1, cursor).after(str, int) == key
    with pytest.raises(Invalid):
        Paging(1, cursor).after(int, str)
