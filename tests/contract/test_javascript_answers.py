"""The browser encodes every response as Python does, and refuses the same ones for the same reasons."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from privacy.answers import Response, encode, layout_for, withdrawn
from privacy.errors import Invalid
from privacy.survey import Question
from tests.contract.conftest import Call, thrown_by
from tests.property.hierarchies import attribute_lists, stated
from tests.survey_parts import options


@st.composite
def _surveys(draw: st.DrawFn) -> tuple[tuple[Question, ...], Any]:
    questions = []
    for kind in draw(st.lists(st.sampled_from(("scale", "choice", "multiple", "nps", "text")), max_size=6)):
        count = draw(st.integers(1, 20)) if kind in ("scale", "choice", "multiple") else 0
        max_bytes = draw(st.integers(1, 60)) if kind == "text" else 0
        name = f"q{len(questions)}" if questions else "constructor"  # a name that plain objects inherit
        questions.append(Question(name, kind, {"en": "?"}, options(count), max_bytes=max_bytes))
    return tuple(questions), draw(attribute_lists())


def _value(draw: st.DrawFn, kind: str, limit: int) -> Any:
    inside = {
        "multiple": st.frozensets(st.integers(0, limit - 1)),
        "text": st.text(min_size=1, max_size=max(limit // 4, 1)),
    }.get(kind, st.integers(0, limit - 1))
    wrong: st.SearchStrategy[Any] = st.sampled_from(
        (-1, limit, 1000, "", "\ud800", "x" * (limit + 1), True, frozenset({limit}), frozenset({-1}))
    )
    return draw(st.none() | inside | inside | inside | wrong)


@given(st.data())
@settings(max_examples=200)
def test_every_response_has_the_same_bytes_or_the_same_faults(javascript: Call, data: st.DataObject) -> None:
    questions, attributes = data.draw(_surveys())
    tagged = data.draw(st.booleans())
    layout = layout_for(questions, attributes, tagged=tagged)
    drawn = {
        field.id: _value(data.draw, field.kind, field.limit) for field in layout.questions + layout.texts
    }
    answers = {name: value for name, value in drawn.items() if value is not None}
    levels = stated(data.draw, attributes)
    if attributes and data.draw(st.booleans()):
        one = data.draw(st.sampled_from(attributes))
        levels[one.id] = data.draw(st.none() | st.integers(-1, len(one.levels)))
    if data.draw(st.sampled_from((False, False, False, True))):
        answers["toString"] = 0
    contract: dict[str, Any] = {
        "questions": [_question(question) for question in questions],
        "attributes": [_attribute(one) for one in attributes],
    }
    contract |= {"pairing": {}} if tagged else {}
    tag = data.draw(st.none() | st.sampled_from((bytes(range(16)), b"\1" * 16, b"\1" * 15)))
    assert javascript("withdrawn", contract) == withdrawn(layout)
    response = Response(answers, levels, tag)
    given_in = {"questions": answers, "attributes": levels, "tag": tag}
    try:
        plaintext = encode(layout, response)
    except Invalid as error:
        faults = [(one.id, one.place) for one in error.problems]
        assert thrown_by(javascript, "encode", contract, given_in) == ("Invalid", faults)
        return
    assert javascript("encode", contract, given_in) == plaintext
    assert javascript("encode", contract, _by_id(questions, attributes, response)) == plaintext


def _question(question: Question) -> dict[str, Any]:
    value: dict[str, Any] = {"id": question.id, "type": question.type}
    if question.options:
        value["options"] = [{"id": option.id} for option in question.options]
    return value | ({"max_bytes": question.max_bytes} if question.type == "text" else {})


def _attribute(attribute: Any) -> dict[str, Any]:
    levels = [{"id": level.id, "parent": level.parent} for level in attribute.levels]
    return {"id": attribute.id, "parent": attribute.parent, "levels": levels}


def _by_id(questions: Any, attributes: Any, response: Response) -> dict[str, Any]:
    """The same response by the ids of options and levels."""
    answers: dict[str, Any] = dict(response.answers)
    for question in questions:
        value = answers.get(question.id)
        if question.options and value is not None:
            ids = [option.id for option in question.options]
            answers[question.id] = (
                frozenset(ids[place] for place in value) if question.type == "multiple" else ids[value]
            )
    levels = {one.id: one.levels for one in attributes}
    by_id = {
        name: None if place is None else levels[name][place].id for name, place in response.attributes.items()
    }
    return {"questions": answers, "attributes": by_id, "tag": response.tag}


def _text(max_bytes: int) -> Question:
    return Question("q", "text", {"en": "?"}, max_bytes=max_bytes)


def test_a_text_that_utf8_cannot_hold_is_refused(javascript: Call) -> None:
    contract = {"questions": [_question(_text(100))], "attributes": []}
    for text, fits in (
        ("\U0001f600" * 25, True),
        ("\U0001f600" * 26, False),
        ("a\ud800", False),
        ("\udc00", False),
    ):
        thrown = thrown_by(javascript, "encode", contract, {"questions": {"q": text}, "attributes": {}})
        assert thrown == (None if fits else ("Invalid", [("out-of-range", "answers.q")]))
