import math

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from privacy.canonical import b64u, canonical_json, unb64u

SAFE = 2**53 - 1
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-SAFE, SAFE)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"]), max_size=4), inner, max_size=5)
    ),
    max_leaves=20,
)


@given(json_values)
def test_two_implementations_agree_on_canonical_json(value: object) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_two_implementations_agree_on_numbers(value: float) -> None:
    assert canonical_json(value) == rfc8785.dumps(value)


# RFC 8785 appendix B
@pytest.mark.parametrize(
    ("value", "text"),
    [
        (-0.0, b"0"),
        (5e-324, b"5e-324"),
        (1.7976931348623157e308, b"1.7976931348623157e+308"),
        (9007199254740992.0, b"9007199254740992"),
        (295147905179352830000.0, b"295147905179352830000"),
        (9.999999999999997e22, b"9.999999999999997e+22"),
        (1e23, b"1e+23"),
        (0.000001, b"0.000001"),
        (9.999999999999997e-7, b"9.999999999999997e-7"),
        (333333333.3333332, b"333333333.3333332"),
    ],
)
def test_numbers_are_written_as_ecmascript_writes_them(value: float, text: bytes) -> None:
    assert canonical_json(value) == text


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, 2**53, {"a": -(2**53)}])
def test_numbers_without_a_canonical_form_are_refused(value: object) -> None:
    with pytest.raises(ValueError, match="no canonical JSON form"):
        canonical_json(value)


@pytest.mark.parametrize("value", [b"bytes", {1: "key"}, {"a": {1, 2}}])
def test_what_json_does_not_know_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical_json(value)


@given(st.binary(max_size=200))
def test_base64url_reads_back(data: bytes) -> None:
    assert unb64u(b64u(data)) == data
    assert not set(b64u(data)) & set("+/=")


@pytest.mark.parametrize("text", ["A", "AA==", "+/8", "AB", "A A", "ä", "AAAA\n"])
def test_base64url_has_one_spelling(text: str) -> None:
    with pytest.raises(ValueError, match="base64url"):
        unb64u(text)
