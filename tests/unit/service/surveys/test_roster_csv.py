"""Rosters as CSV: what spreadsheets write is read, and faults are told by line and without names."""

import csv
import io
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.errors import Invalid
from privacy.survey import Attribute, Option, Survey
from service.store.rosters import RosterEntry
from service.surveys.roster_csv import read_csv
from service.surveys.roster_file import MOST_FAULTS


def attribute(name: str, *levels: str, source: str = "roster") -> Attribute:
    """An attribute with these levels."""
    return Attribute(name, {"en": name}, tuple(Option(level, {"en": level}) for level in levels), source)


SURVEY = Survey(
    id="s",
    version="1",
    title={"en": "S"},
    languages=("en",),
    questions=(),
    attributes=(attribute("unit", "north", "south"), attribute("age", "young", "old", source="self")),
)
PLAIN = Survey(id="s", version="1", title={"en": "S"}, languages=("en",), questions=())
ADA = RosterEntry("ada", {"unit": "north"})
BOB = RosterEntry("bob", {})


def faults(content: bytes, survey: Survey = SURVEY) -> list[tuple[str, int | None]]:
    """Ids and lines of the faults."""
    with pytest.raises(Invalid) as caught:
        read_csv(content, survey)
    return [(problem.id, problem.line) for problem in caught.value.problems]


@pytest.mark.parametrize(
    "content",
    [
        b"person,unit\nada,north\nbob,\n",
        b"person,unit\r\nada,north\r\nbob,\r\n",
        b"person,unit\rada,north\rbob,",
        b"\xef\xbb\xbfperson,unit\nada,north\nbob,\n",
        b"person;unit\nada;north\nbob;\n",
        b"person\tunit\nada\tnorth\nbob\t\n",
        b'"person","unit"\n"ada","north"\n"bob",""\n',
        b"unit,person\nnorth,ada\n,bob\n",
        b" person , unit \n ada , north \n bob ,\n",
        b"\nperson,unit\n\nada,north\n,\nbob,\n,\n\n",
    ],
)
def test_what_spreadsheets_write_is_read(content: bytes) -> None:
    assert read_csv(content, SURVEY) == [ADA, BOB]


def test_a_roster_without_attributes_has_one_column() -> None:
    assert read_csv(b"person\nada\nbob\n", PLAIN) == [RosterEntry("ada", {}), BOB]


def test_quoted_fields_keep_commas_quotes_and_semicolons() -> None:
    content = b'person,unit\n"Ada, ""the first""; of all",north\n'
    assert read_csv(content, SURVEY) == [RosterEntry('Ada, "the first"; of all', {"unit": "north"})]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", [("empty-roster", None)]),
        (b"person,unit\n", [("empty-roster", None)]),
        (b"ada,north\n", [("unknown-attribute", 1)] * 2 + [("missing-column", 1)] * 2),
        (b"person\nada\n", [("missing-column", 1)]),
        (b"unit\nnorth\n", [("missing-column", 1)]),
        (b"person,unit,age\nada,north,old\n", [("unknown-attribute", 1)]),
        (b"person,unit,unit\nada,north,south\n", [("repeated-column", 1)]),
        (b"person,unit\nada,west\nbob,North\n", [("unknown-level", 2), ("unknown-level", 3)]),
        (
            b"person,unit\nada,north\nbob,\nada,south\nbob,\n",
            [("repeated-person", 4), ("repeated-person", 5)],
        ),
        (b"person,unit\n,north\n", [("missing-person", 2)]),
        (b"person,unit\nada\nbob,north,old\n", [("field-count", 2), ("field-count", 3)]),
        (b"person,unit\nada,north\nb\xf6b,north\n\xff,\n", [("encoding", 3), ("encoding", 4)]),
        ("person,unit\nada,north\n".encode("utf-16"), [("encoding", 1)]),
        (b'person,unit\nada,north\n"bob,south\neve,north\n', [("csv", 3)]),
        (b'person,unit\n"ada"x,north\n', [("csv", 2)]),
        (b"person,unit\na\x00da,north\n", [("unreadable-person", 2)]),
        (b"person,unit\na\x07da,north\n", [("unreadable-person", 2)]),
        (b"person,unit\n" + b"a" * 201 + b",north\n", [("long-person", 2)]),
        (b'person,unit\n"a\nb",north\n"c",west\n', [("unreadable-person", 2), ("unknown-level", 4)]),
    ],
)
def test_every_fault_is_told_with_its_line(content: bytes, found: list[tuple[str, int | None]]) -> None:
    assert faults(content) == found


def test_one_person_written_in_two_ways_is_one_person() -> None:
    composed, decomposed = "Zoë", unicodedata.normalize("NFD", "Zoë")
    assert composed != decomposed
    content = f"person,unit\n{composed},north\n {decomposed} ,south\n".encode()
    assert faults(content) == [("repeated-person", 3)]


def test_a_fault_names_nothing_that_was_sent() -> None:
    content = b"person,shoe\nferdinand,forty\nferdinand,forty,more\nferdinand,forty\n"
    with pytest.raises(Invalid) as caught:
        read_csv(content, SURVEY)
    for word in ("ferdinand", "shoe", "forty", "more"):
        assert word not in str(caught.value)


def test_very_many_faults_are_counted_and_not_all_listed() -> None:
    content = b"person,unit\n" + b"ada\n" * (MOST_FAULTS + 7)
    found = faults(content)
    assert len(found) == MOST_FAULTS + 1
    assert found[-1] == ("more-faults", None)


NAMES = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=20)


@given(
    people=st.dictionaries(
        NAMES.map(lambda name: unicodedata.normalize("NFC", name)),
        st.sampled_from(["north", "south", ""]),
        min_size=1,
        max_size=8,
    ),
    delimiter=st.sampled_from(",;\t"),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_what_a_csv_writer_writes_comes_back(people: dict[str, str], delimiter: str, quoting: int) -> None:
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=delimiter, quoting=quoting)
    writer.writerow(["person", "unit"])
    writer.writerows(people.items())
    read = read_csv(text.getvalue().encode(), SURVEY)
    expected = [RosterEntry(name, {"unit": unit} if unit else {}) for name, unit in people.items()]
    assert read == expected


@given(st.binary(max_size=200))
def test_any_bytes_are_a_roster_or_invalid(content: bytes) -> None:
    for start in (b"", b"person,unit\n"):
        try:
            entries = read_csv(start + content, SURVEY)
        except Invalid:
            continue
        assert entries
        assert len({entry.person for entry in entries}) == len(entries)
        assert all(set(entry.attributes.values()) <= {"north", "south"} for entry in entries)


STEPS = tuple(
    Attribute(name, {"en": name}, (), "roster", path="place", parent=parent)
    for name, parent in (("division", None), ("department", "division"), ("team", "department"))
)
NESTED = replace(SURVEY, attributes=(*STEPS, *SURVEY.attributes))


def test_a_path_is_kept_in_its_one_spelling() -> None:
    content = b"person,place,unit\nada,Sales/Inside /  Team A,north\nbob, ,\neve,Sales,\n"
    assert read_csv(content, NESTED) == [
        RosterEntry("ada", {"place": "Sales / Inside / Team A", "unit": "north"}),
        RosterEntry("bob", {}),
        RosterEntry("eve", {"place": "Sales"}),
    ]


@pytest.mark.parametrize(
    ("paths", "found"),
    [
        (["S / I / A", "S / F / B", "S / F / A"], [("two-parents", 4)]),
        (["S / I / A", "S / I / A", "S / F / A", "S / F / A"], [("two-parents", 4)]),
        (["S / I / A", "S / I / a"], [("names-alike", 3)]),
        (["S / I / A / 1", "S", "S / / A"], [("path-too-long", 2), ("empty-step", 4)]),
        (
            ["S / " + "x" * 201, "S / a\x07b", "not said"],
            [("name-too-long", 2), ("name-not-plain", 3), ("reserved-name", 4)],
        ),
    ],
)
def test_every_fault_of_a_path_is_told_with_its_line(paths: list[str], found: list[tuple[str, int]]) -> None:
    rows = [f"p{number},{path},north" for number, path in enumerate(paths)]
    assert faults("\n".join(["person,place,unit", *rows]).encode(), NESTED) == found


def test_a_team_under_two_departments_is_told_with_both_lines_and_no_names() -> None:
    content = b"person,place,unit\nada,Sales / Inside / Ants,\nbob,Sales / Field / Ants,\n"
    with pytest.raises(Invalid) as caught:
        read_csv(content, NESTED)
    [problem] = caught.value.problems
    assert problem.place == "line 3, column place"
    assert "line 2, column place" in problem.message
    assert not {"Ants", "Sales", "Field", "bob"} & set(str(problem).replace(",", " ").split())


def test_the_steps_of_a_path_are_no_columns() -> None:
    content = b"person,division,department,team,unit\nada,S,I,A,north\n"
    assert faults(content, NESTED) == [*[("unknown-attribute", 1)] * 3, ("missing-column", 1)]
