import pytest

from service.surveys import yaml_document
from service.surveys.yaml_document import DEPTH, read_yaml


def problems(text: str) -> list[tuple[str, str, int | None]]:
    return [(problem.id, problem.place, problem.line) for problem in read_yaml(text).problems]


def test_every_value_has_its_line() -> None:
    document = read_yaml('a: 1\n\n# a comment\nb:\n  - c: "x"\n    d: >-\n      long\n      text\n  - y\n')
    assert document.value == {"a": 1, "b": [{"c": "x", "d": "long text"}, "y"]}
    assert dict(document.lines) == {
        (): 1,
        ("a",): 1,
        ("b",): 4,
        ("b", 0): 5,
        ("b", 0, "c"): 5,
        ("b", 0, "d"): 6,
        ("b", 1): 9,
    }
    assert document.complete
    assert not document.problems


def test_what_is_missing_has_the_line_of_what_it_is_missing_from() -> None:
    document = read_yaml("a: 1\nb:\n  - c: x\n")
    assert document.line_of(("b", 0, "d")) == 3
    assert document.line_of(("b", 7)) == 2
    assert document.line_of(("z", 0)) == 1


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("on", "on"),
        ("2024-05-01", "2024-05-01"),
        ("0x1F", "0x1F"),
        ("1_000", "1_000"),
        ("12:30", "12:30"),
        ('"1"', "1"),
        ("'true'", "true"),
        ("true", True),
        ("False", False),
        ("~", None),
        ("null", None),
        ("", None),
        ("-12", -12),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        ("9" * 5_000, float("inf")),
    ],
)
def test_a_plain_word_is_what_it_looks_like(text: str, value: object) -> None:
    document = read_yaml(f"a: {text}\n")
    assert document.value == {"a": value}
    assert type(document.value["a"]) is type(value)  # type: ignore[index]


def test_keys_are_always_text() -> None:
    assert read_yaml("1: a\nnull: b\ntrue: c\n").value == {"1": "a", "null": "b", "true": "c"}


def test_a_repeated_key_is_a_fault_at_its_second_line() -> None:
    document = read_yaml("a: 1\nb: 2\na: {c: [3]}\nd: 4\n")
    assert document.value == {"a": 1, "b": 2, "d": 4}
    assert problems("a: 1\nb: 2\na: {c: [3]}\nd: 4\n") == [("duplicate-key", "a", 3)]


def test_an_alias_is_a_fault_and_never_followed() -> None:
    text = "a: &a [x, x]\nb: [*a, *a]\nc: {*a : y}\n"
    assert problems(text) == [("yaml-alias", "b[0]", 2), ("yaml-alias", "b[1]", 2), ("yaml-key", "c", 3)]
    assert read_yaml(text).unread == (("b", 0), ("b", 1))


def test_a_thousand_million_laughs_are_so_many_faults() -> None:
    lines = ["a0: &a0 [lol, lol]"] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    document = read_yaml("\n".join(lines))
    assert len(document.problems) == 9 * 9
    assert {problem.id for problem in document.problems} == {"yaml-alias"}


def test_a_tag_is_a_fault_and_builds_nothing() -> None:
    assert problems("a: 1\nb: !!python/object/apply:os.system [ls]\n") == [("yaml-tag", "b", 2)]


def test_a_second_document_is_a_fault() -> None:
    document = read_yaml("a: 1\n---\nb: 2\n---\nc: 3\n")
    assert document.value == {"a": 1}
    assert problems("a: 1\n---\nb: 2\n---\nc: 3\n") == [("yaml-several-documents", "definition", 2)]


def test_a_key_that_is_a_list_is_a_fault() -> None:
    assert problems("a: 1\n[b]: 2\n? {c: d}\n: 3\n") == [
        ("yaml-key", "definition", 2),
        ("yaml-key", "definition", 3),
    ]


@pytest.mark.parametrize("text", ["[" * 100_000, "- " * 100_000, "? " * 100_000, "{a: " * 100_000])
def test_deep_nesting_stops_the_reading(text: str) -> None:
    document = read_yaml(text)
    assert not document.complete
    assert document.problems[-1].id == "yaml-too-deep"


def test_nesting_is_deep_beyond_its_limit_only() -> None:
    assert read_yaml("[" * DEPTH + "]" * DEPTH).complete
    assert not read_yaml("[" * (DEPTH + 2) + "]" * (DEPTH + 2)).complete


@pytest.mark.parametrize("line", ["- a\n", "a: 1\n", "- [a, b]\n", "a: [b]\n"])
def test_too_many_values_stop_the_reading(monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    monkeypatch.setattr(yaml_document, "VALUES", 50)
    document = read_yaml(line * 51)
    assert not document.complete
    assert document.problems[-1].id == "file-too-large"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a: 1\nb: [1, 2\nc: 3\n", 3),
        ("a:\n\t- b\n", 2),
        ("a: 1\nb: 'open\n", 3),
        ("a: b: c\n", 1),
        ("a: 1\nb: !x!y z\n", 2),
        ("a: 1\nb: \x07\n", 2),
        ("a: \ud800\n", 1),
        ("a: 1\n  b: 2\n", 2),
        ("%YAML 3.0\n---\na: 1\n", 1),
        ("a: @b\n", 1),
    ],
)
def test_what_is_not_yaml_is_one_fault_near_its_line(text: str, line: int) -> None:
    document = read_yaml(text)
    assert not document.complete
    assert [problem.id for problem in document.problems] == ["yaml-syntax"]
    assert document.problems[0].line == line
    assert str(document.problems[0]).isprintable()


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n", "---\n", "---\n...\n"])
def test_an_empty_file_is_nothing(text: str) -> None:
    document = read_yaml(text)
    assert document.value is None
    assert document.complete
