from types import SimpleNamespace

import pytest

from privacy.answers import Response, encode, layout_for, layout_of, withdrawn
from privacy.answers_batch import decode_batch
from privacy.decoding import decode
from privacy.errors import Invalid, Spoiled
from privacy.survey import Option, Question
from tests.survey_parts import hierarchy


def _options(count: int) -> tuple[Option, ...]:
    return tuple(Option(str(place), {"en": "x"}) for place in range(count))


FULL = Response(
    {"safe": 4, "where": 0, "which": frozenset({0, 9}), "recommend": 10, "comment": "Größe"},
    {"unit": 3, "tenure": 0},
)
# kind, safe, where, which (answered, mask), recommend, unit, tenure, then the comment's field of 2 + 40 bytes
FULL_BYTES = bytes([1, 5, 1, 1, 0b1, 0b10, 11, 4, 1]) + b"\0\7Gr\xc3\xb6\xc3\x9fe" + bytes(33)


def test_the_plaintext_has_the_bytes_of_the_protocol(sealed_wave: SimpleNamespace) -> None:
    layout = layout_of(sealed_wave.manifest)
    assert (layout.fixed_size, layout.size) == (9, 51)
    assert encode(layout, FULL) == FULL_BYTES
    assert decode(layout, FULL_BYTES) == FULL


def test_each_field_says_where_its_answer_lies(sealed_wave: SimpleNamespace) -> None:
    layout = sealed_wave.layout
    assert [(field.id, field.offset, field.width, field.limit) for field in layout.questions] == [
        ("safe", 1, 1, 5),
        ("where", 2, 1, 3),
        ("which", 3, 3, 10),
        ("recommend", 6, 1, 11),
    ]
    assert [(field.id, field.offset) for field in layout.attributes] == [("unit", 7), ("tenure", 8)]
    assert [(field.id, field.offset, field.width) for field in layout.texts] == [("comment", 9, 42)]


def test_what_is_not_named_is_skipped(sealed_wave: SimpleNamespace) -> None:
    layout = sealed_wave.layout
    nothing = encode(layout, Response({}, {}))
    assert nothing == b"\1" + bytes(layout.size - 1)
    assert decode(layout, nothing) == Response(
        dict.fromkeys(("safe", "where", "which", "recommend", "comment")), dict.fromkeys(("unit", "tenure"))
    )


def test_none_of_these_is_an_answer_and_not_a_skip(sealed_wave: SimpleNamespace) -> None:
    layout = sealed_wave.layout
    none_of_these = encode(layout, Response({"which": frozenset()}, {}))
    assert none_of_these != encode(layout, Response({}, {}))
    opened = decode(layout, none_of_these)
    assert opened is not None
    assert opened.answers["which"] == frozenset()


def test_withdrawn_is_as_long_as_an_answer_and_opens_as_nothing(sealed_wave: SimpleNamespace) -> None:
    layout = sealed_wave.layout
    assert withdrawn(layout) == b"\2" + bytes(layout.size - 1)
    assert decode(layout, withdrawn(layout)) is None


@pytest.mark.parametrize(
    ("answers", "attributes", "place"),
    [
        ({"safe": 5}, {}, "answers.safe"),
        ({"safe": -1}, {}, "answers.safe"),
        ({"safe": True}, {}, "answers.safe"),
        ({"safe": "o1"}, {}, "answers.safe"),
        ({"safe": 1.0}, {}, "answers.safe"),
        ({"where": 3}, {}, "answers.where"),
        ({"recommend": 11}, {}, "answers.recommend"),
        ({"which": frozenset({10})}, {}, "answers.which"),
        ({"which": frozenset({True})}, {}, "answers.which"),
        ({"which": 1}, {}, "answers.which"),
        ({"comment": "ü" * 21}, {}, "answers.comment"),
        ({"comment": ""}, {}, "answers.comment"),
        ({"comment": 3}, {}, "answers.comment"),
        ({"comment": "\ud800"}, {}, "answers.comment"),
        ({}, {"unit": 4}, "attributes.unit"),
        ({"mood": 1}, {}, "answers.mood"),
        ({}, {"height": 1}, "attributes.height"),
    ],
)
def test_an_answer_out_of_range_is_refused_before_it_is_sealed(
    sealed_wave: SimpleNamespace, answers: dict[str, object], attributes: dict[str, object], place: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        encode(sealed_wave.layout, Response(answers, attributes))  # type: ignore[arg-type]
    assert [problem.place for problem in refusal.value.problems] == [place]


def test_the_tag_of_a_program_code_stands_at_the_end_and_nowhere_without_room(
    sealed_wave: SimpleNamespace,
) -> None:
    manifest = sealed_wave.manifest
    tagged = layout_for(manifest.questions, manifest.attributes, tagged=True)
    tag = bytes(range(1, 17))
    plain = encode(sealed_wave.layout, Response({"safe": 1}, {}))
    assert encode(tagged, Response({"safe": 1}, {}, tag)) == plain + tag
    assert encode(tagged, Response({"safe": 1}, {})) == plain + bytes(16)
    assert withdrawn(tagged) == withdrawn(sealed_wave.layout) + bytes(16)
    for layout, wrong in ((sealed_wave.layout, tag), (tagged, tag[:-1])):
        with pytest.raises(Invalid, match="program-code"):
            encode(layout, Response({}, {}, wrong))


def test_every_fault_is_named_at_once(sealed_wave: SimpleNamespace) -> None:
    with pytest.raises(Invalid) as refusal:
        encode(sealed_wave.layout, Response({"safe": 9, "mood": 1, "comment": "x" * 41}, {"unit": 9}))
    assert {problem.place for problem in refusal.value.problems} == {
        "answers.safe",
        "answers.mood",
        "answers.comment",
        "attributes.unit",
    }


SPOILED = {
    "empty": b"",
    "short": FULL_BYTES[:-1],
    "long": FULL_BYTES + b"\0",
    "kind 0": b"\0" + FULL_BYTES[1:],
    "kind 3": b"\3" + FULL_BYTES[1:],
    "withdrawn and an answer": b"\2" + FULL_BYTES[1:],
    "withdrawn and a last byte": b"\2" + bytes(49) + b"\1",
    "scale out of range": bytes([1, 6]) + FULL_BYTES[2:],
    "choice out of range": bytes([1, 5, 4]) + FULL_BYTES[3:],
    "multiple answered twice": FULL_BYTES[:3] + b"\2" + FULL_BYTES[4:],
    "multiple not answered but chosen": FULL_BYTES[:3] + b"\0" + FULL_BYTES[4:],
    "mask padding bit": FULL_BYTES[:5] + bytes([0b110]) + FULL_BYTES[6:],
    "score out of range": FULL_BYTES[:6] + b"\x0c" + FULL_BYTES[7:],
    "level out of range": FULL_BYTES[:7] + b"\5" + FULL_BYTES[8:],
    "text too long": FULL_BYTES[:9] + b"\0\x29" + b"x" * 40,
    "text far too long": FULL_BYTES[:9] + b"\xff\xff" + b"x" * 40,
    "text padding byte": FULL_BYTES[:-1] + b" ",
    "one byte past the text": FULL_BYTES[:10] + b"\6" + FULL_BYTES[11:17] + b"e" + bytes(33),
    "length 0 and a text": FULL_BYTES[:9] + b"\0\0" + FULL_BYTES[11:],
    "broken UTF-8": FULL_BYTES[:9] + b"\0\1\xff" + bytes(39),
    "UTF-8 cut short": FULL_BYTES[:9] + b"\0\1\xc3" + bytes(39),
    "UTF-8 overlong": FULL_BYTES[:9] + b"\0\2\xc0\x80" + bytes(38),
    "UTF-8 surrogate": FULL_BYTES[:9] + b"\0\3\xed\xa0\x80" + bytes(37),
}


@pytest.mark.parametrize("plaintext", SPOILED.values(), ids=SPOILED)
def test_whatever_is_not_canonical_is_spoiled(sealed_wave: SimpleNamespace, plaintext: bytes) -> None:
    with pytest.raises(Spoiled):
        decode(sealed_wave.layout, plaintext)


def test_a_batch_sorts_valid_withdrawn_and_spoiled(sealed_wave: SimpleNamespace) -> None:
    layout = sealed_wave.layout
    silent = encode(layout, Response({"safe": 0}, {}))
    batch = decode_batch(layout, [FULL_BYTES, withdrawn(layout), *SPOILED.values(), silent, FULL_BYTES])
    assert batch.rows.tolist() == [list(FULL_BYTES[:9]), list(silent[:9]), list(FULL_BYTES[:9])]
    assert batch.texts == [["Größe", "Größe"]]
    assert (batch.withdrawn, batch.spoiled) == (1, len(SPOILED))


def test_spoiled_plaintexts_harm_nobody_else(sealed_wave: SimpleNamespace) -> None:
    layout = sealed_wave.layout
    alone = decode_batch(layout, [FULL_BYTES])
    beside = decode_batch(layout, [*SPOILED.values(), FULL_BYTES, *SPOILED.values()])
    assert alone.rows.tolist() == beside.rows.tolist()
    assert alone.texts == beside.texts


def test_a_response_spoiled_in_one_text_gives_none_of_its_texts() -> None:
    questions = [Question(name, "text", {"en": "?"}, max_bytes=4) for name in ("first", "second")]
    layout = layout_for(questions, ())
    good = encode(layout, Response({"first": "a", "second": "b"}, {}))
    batch = decode_batch(layout, [good[:-4] + b"\xff" + bytes(3), good])
    assert batch.texts == [["a"], ["b"]]
    assert (batch.spoiled, len(batch.rows)) == (1, 1)


def test_an_empty_batch_has_no_rows(sealed_wave: SimpleNamespace) -> None:
    batch = decode_batch(sealed_wave.layout, [])
    assert batch.rows.shape == (0, sealed_wave.layout.fixed_size)
    assert (batch.texts, batch.withdrawn, batch.spoiled) == ([[]], 0, 0)


def test_what_has_no_room_in_its_bytes_has_no_layout() -> None:
    for question in (
        Question("q", "scale", {"en": "?"}, _options(256)),
        Question("q", "text", {"en": "?"}, max_bytes=65536),
        Question("q", "text", {"en": "?"}, max_bytes=0),
    ):
        with pytest.raises(ValueError, match="'q'"):
            layout_for([question], ())
    assert layout_for([Question("q", "multiple", {"en": "?"}, _options(300))], ()).size == 1 + 1 + 38


# Department 0 has teams 0 and 1, department 1 has team 2, department 2 has teams 3, 4 and 5.
STEPS = hierarchy(("department", [3]), ("team", [2, 1, 3]))


@pytest.mark.parametrize(
    ("team", "department", "stated"),
    [(None, None, [0, 0]), (0, 0, [1, 1]), (1, 0, [1, 2]), (2, 1, [2, 1]), (3, 2, [3, 1]), (5, 2, [3, 3])],
)
def test_a_step_of_a_hierarchy_is_numbered_beneath_the_one_above(
    team: int | None, department: int | None, stated: list[int]
) -> None:
    layout = layout_for((), STEPS)
    assert layout.size == 3
    plaintext = encode(layout, Response({}, {"team": team}))
    assert plaintext == bytes([1, *stated])
    assert decode(layout, plaintext) == Response({}, {"department": department, "team": team})


@pytest.mark.parametrize("stated", [[0, 1], [1, 0], [1, 3], [2, 2], [3, 4], [4, 1], [4, 0]])
def test_a_path_that_does_not_exist_or_is_not_whole_is_spoiled(stated: list[int]) -> None:
    layout = layout_for((), STEPS)
    with pytest.raises(Spoiled):
        decode(layout, bytes([1, *stated]))
    assert decode_batch(layout, [bytes([1, *stated])]).spoiled == 1


@pytest.mark.parametrize(
    ("attributes", "problem", "place"),
    [
        ({"department": 2}, "path-in-part", "attributes.team"),
        ({"department": 1, "team": 0}, "another-path", "attributes.department"),
        ({"department": True, "team": 2}, "another-path", "attributes.department"),
        ({"department": 7, "team": 2}, "another-path", "attributes.department"),
        ({"team": 6}, "out-of-range", "attributes.team"),
        ({"team": -1}, "out-of-range", "attributes.team"),
        ({"team": True}, "out-of-range", "attributes.team"),
    ],
)
def test_levels_that_are_no_path_are_refused_before_they_are_sealed(
    attributes: dict[str, int], problem: str, place: str
) -> None:
    with pytest.raises(Invalid) as refusal:
        encode(layout_for((), STEPS), Response({}, attributes))
    assert [(found.id, found.place) for found in refusal.value.problems] == [(problem, place)]


def test_400_teams_fit_one_byte_beneath_their_departments() -> None:
    steps = hierarchy(("department", [4]), ("team", [255, 100, 44, 1]))
    layout = layout_for((), steps)
    assert layout.size == 3
    for team, stated in ((254, [1, 255]), (255, [2, 1]), (399, [4, 1])):
        assert encode(layout, Response({}, {"team": team})) == bytes([1, *stated])
