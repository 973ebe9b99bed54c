"""Every survey, every answer, every string of bytes: encoding and both decoders agree."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy.answers import TAG_SIZE, Field, Layout, Response, encode, layout_for, withdrawn
from privacy.answers_batch import decode_batch
from privacy.decoding import decode
from privacy.errors import Invalid, Spoiled
from privacy.survey import Attribute, Option, Question, QuestionType
from tests.property.hierarchies import attribute_lists, hierarchies, read_slowly, stated

KINDS: tuple[QuestionType, ...] = ("scale", "choice", "multiple", "nps", "text")


def _options(count: int) -> tuple[Option, ...]:
    return tuple(Option(f"o{place}", {"en": "x"}) for place in range(count))


Survey = tuple[list[Question], tuple[Attribute, ...], bool]


def _layout(survey: Survey) -> Layout:
    questions, attributes, tagged = survey
    return layout_for(questions, attributes, tagged=tagged)


@st.composite
def surveys(draw: st.DrawFn) -> Survey:
    questions = []
    for place, kind in enumerate(draw(st.lists(st.sampled_from(KINDS), max_size=6))):
        count = draw(st.integers(1, 20)) if kind in ("scale", "choice", "multiple") else 0
        max_bytes = draw(st.integers(1, 300)) if kind == "text" else 0
        questions.append(Question(f"q{place}", kind, {"en": "?"}, _options(count), max_bytes=max_bytes))
    return questions, draw(attribute_lists()), draw(st.booleans())


def _answers(field: Field) -> st.SearchStrategy[Any]:
    if field.kind == "multiple":
        return st.none() | st.frozensets(st.integers(0, field.limit - 1))
    if field.kind == "text":
        characters = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=field.limit)
        return st.none() | characters.filter(lambda text: len(text.encode()) <= field.limit)
    return st.none() | st.integers(0, field.limit - 1)


@st.composite
def responses(draw: st.DrawFn, survey: Survey) -> Response:
    layout = _layout(survey)
    answers = {field.id: draw(_answers(field)) for field in layout.questions + layout.texts}
    tags = st.binary(min_size=TAG_SIZE, max_size=TAG_SIZE).filter(any)
    tag = draw(st.none() | tags) if layout.tagged else None
    return Response(answers, stated(draw, survey[1]), tag)


@st.composite
def near_plaintexts(draw: st.DrawFn, survey: Survey) -> bytes:
    """Bytes of about the right length and range, so that every kind of fault and none comes up."""
    layout = _layout(survey)
    if draw(st.booleans()):
        plaintext = bytearray(encode(layout, draw(responses(survey))))
    else:
        small = st.integers(0, 2) | st.integers(0, 12) | st.integers(0, 255)
        plaintext = bytearray(draw(st.lists(small, min_size=layout.size, max_size=layout.size)))
        plaintext[0] = draw(st.integers(0, 3))
    for _ in range(draw(st.integers(0, 3))):
        plaintext[draw(st.integers(0, layout.size - 1))] = draw(st.integers(0, 255))
    return bytes(plaintext) + draw(st.sampled_from((b"", b"", b"", b"\0")))


@given(st.data())
def test_every_response_reads_back_from_its_one_encoding(data: st.DataObject) -> None:
    survey = data.draw(surveys())
    layout = _layout(survey)
    response = data.draw(responses(survey))
    plaintext = encode(layout, response)
    assert len(plaintext) == layout.size == len(withdrawn(layout))
    assert decode(layout, plaintext) == response


@settings(max_examples=300)
@given(st.data())
def test_whatever_decodes_is_the_encoding_of_what_it_decodes_to(data: st.DataObject) -> None:
    survey = data.draw(surveys())
    layout = _layout(survey)
    plaintext = data.draw(near_plaintexts(survey) | st.binary(max_size=layout.size + 1))
    try:
        response = decode(layout, plaintext)
    except Spoiled:
        return
    assert plaintext == (withdrawn(layout) if response is None else encode(layout, response))


@settings(max_examples=300)
@given(st.data())
def test_the_batch_decoder_agrees_with_the_single_one_on_all_bytes(data: st.DataObject) -> None:
    survey = data.draw(surveys())
    layout = _layout(survey)
    one = near_plaintexts(survey) | st.just(withdrawn(layout)) | st.binary(max_size=layout.size + 1)
    plaintexts = data.draw(st.lists(one, max_size=6))
    rows: list[list[int]] = []
    tags: list[list[int]] = []
    texts: list[list[str]] = [[] for _ in layout.texts]
    taken_back = spoiled = 0
    for plaintext in plaintexts:
        try:
            response = decode(layout, plaintext)
        except Spoiled:
            spoiled += 1
            continue
        if response is None:
            taken_back += 1
            continue
        rows.append(list(plaintext[: layout.fixed_size]))
        tags.append(list(response.tag or bytes(TAG_SIZE)) if layout.tagged else [])
        for column, field in zip(texts, layout.texts, strict=True):
            text = response.answers[field.id]
            if isinstance(text, str):
                column.append(text)
    batch = decode_batch(layout, plaintexts)
    assert batch.rows.tolist() == rows
    assert batch.rows.shape == (len(rows), layout.fixed_size)
    assert batch.tags.tolist() == tags
    assert batch.texts == texts
    assert (batch.withdrawn, batch.spoiled) == (taken_back, spoiled)


@settings(max_examples=300)
@given(st.data())
def test_the_levels_of_any_bytes_are_what_a_slow_reading_gives(data: st.DataObject) -> None:
    attributes = data.draw(attribute_lists())
    layout = layout_for((), attributes)
    plaintext = data.draw(
        near_plaintexts(([], attributes, False)).filter(lambda bytes_: len(bytes_) == layout.size)
    )
    levels = read_slowly(attributes, plaintext[1:])
    try:
        response = decode(layout, b"\1" + plaintext[1:])
    except Spoiled:
        assert levels is None
    else:
        assert response == Response({}, levels or {})


@given(st.data())
def test_the_finest_level_stated_tells_those_above(data: st.DataObject) -> None:
    steps = data.draw(hierarchies("h", least=2))
    layout = layout_for((), steps)
    levels = stated(data.draw, steps)
    whole = encode(layout, Response({}, levels))
    finest = steps[-1].id
    assert encode(layout, Response({}, {finest: levels[finest]})) == whole
    other = data.draw(st.sampled_from(steps[:-1]))
    for place in range(len(other.levels)):
        if levels[finest] is None or place != levels[other.id]:
            with pytest.raises(Invalid):
                encode(layout, Response({}, {**levels, other.id: place}))


@pytest.mark.parametrize("count", [1, 7, 8, 9, 16, 17])
def test_each_option_of_a_multiple_has_the_bit_of_the_protocol(count: int) -> None:
    layout = layout_for([Question("q", "multiple", {"en": "?"}, _options(count))], ())
    for option in range(count):
        plaintext = encode(layout, Response({"q": frozenset({option})}, {}))
        assert [place for place, byte in enumerate(plaintext) if byte] == [0, 1, 2 + option // 8]
        assert plaintext[2 + option // 8] == 1 << option % 8
