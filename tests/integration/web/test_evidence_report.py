"""An evidence report says the same on its page, as a PDF, as CSV and as JSON, and nothing else."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, fields, is_dataclass, replace
from itertools import chain
from typing import Any

import pytest

from service.programs.evidence import Evidence, evidence_of
from service.web import evidence_pages
from tests.integration.web.evaluation_example import EXAMPLE as EVALUATION
from tests.integration.web.evidence_agreement import NUMBERS, Tables, check_the_four_agree, joined, lines
from tests.integration.web.evidence_example import ACTIONS, EXAMPLE, ROW
from tests.integration.web.pdf_text import pages_of, texts_of

PAGE = "/programs/p-example/report"
SCRIPT = '<script>alert("1")</script> #panic() $x'
Files = Callable[[Evidence], Mapping[str, Any]]


@pytest.fixture
def files(pages: Any, monkeypatch: pytest.MonkeyPatch) -> Files:
    """The four of an evidence report, as somebody of staff gets them."""

    def get(evidence: Evidence) -> Mapping[str, Any]:
        monkeypatch.setattr(evidence_pages, "evidence", lambda *_: evidence)
        answers = {kind: pages.get(f"{PAGE}{kind}") for kind in ("", ".pdf", ".csv", ".json")}
        assert {answer.status_code for answer in answers.values()} == {200}
        return {kind: answer.text if kind == "" else answer.content for kind, answer in answers.items()}

    return get


def test_page_pdf_csv_and_json_state_the_same(files: Files) -> None:
    check_the_four_agree(*files(EXAMPLE).values())


def test_it_takes_one_sheet_that_can_be_read_out(files: Files) -> None:
    pdf = files(EXAMPLE)[".pdf"]
    assert pages_of(pdf) == 1
    assert b"/Lang" in pdf
    assert b"/StructTreeRoot" in pdf
    assert texts_of(pdf)[0] == EXAMPLE.name


def test_nine_measures_four_objectives_and_five_actions_fit_one_sheet_and_more_go_on(files: Files) -> None:
    usual = replace(
        EXAMPLE,
        figures=tuple(replace(EXAMPLE.figures[0], text=f"Theme number {number}") for number in range(9)),
        objectives=(*EXAMPLE.objectives, EXAMPLE.objectives[0]),
        actions=(*EXAMPLE.actions, EXAMPLE.actions[0]),
        caveats=tuple(f"A sentence about what else may be the reason, number {n}." for n in range(6)),
    )
    assert pages_of(files(usual)[".pdf"]) == 1
    much = replace(usual, figures=usual.figures * 8)
    pdf = files(much)[".pdf"]
    assert pages_of(pdf) > 1
    assert joined(texts_of(pdf)).count("Themenumber8") == 8


def test_the_same_evidence_is_the_same_bytes(files: Files) -> None:
    assert files(EXAMPLE) == files(EXAMPLE)


def test_nothing_is_in_it_but_the_evaluation_and_what_the_owner_entered() -> None:
    known = (
        set(_leaves(asdict(EVALUATION)))
        | set(_leaves(ROW.model_dump()))
        | set(_leaves([asdict(one) for one in ACTIONS]))
    )
    own = {*EXAMPLE.method, EXAMPLE.compared_with, *EXAMPLE.languages}
    assert set(_leaves(asdict(EXAMPLE))) - known - own == set()


def test_items_are_told_only_where_an_objective_is_about_them() -> None:
    aim = EXAMPLE.objectives[0]
    item = replace(EVALUATION.comparisons[0].measure, kind="item", ref="speak")
    asked = replace(EVALUATION.comparisons[0], measure=item)
    without = replace(EVALUATION, comparisons=(asked, *EVALUATION.comparisons))
    with_aim = replace(without, objectives=(replace(aim, measure=item),))
    told = [
        item
        in {one.measure for one in evidence_of(ROW, evaluation, (), compared_with="", languages=()).figures}
        for evaluation in (without, with_aim)
    ]
    assert told == [False, True]


def test_what_is_withheld_looks_the_same_whatever_the_reason(files: Files) -> None:
    hidden = next(one for one in EXAMPLE.figures if one.estimate is None)
    other = replace(hidden, text="Trust")
    found = files(replace(EXAMPLE, figures=(hidden, other)))
    rows = [row[1:6] for row in Tables(found[""]).rows if row[0] in ("Openness", "Trust")]
    assert rows[0] == rows[1] == ["cannot tell", "not shown", "not shown", "", "not shown"]
    bars = re.findall(r"<svg.*?</svg>", found[""])
    assert bars[0] == bars[1]
    one, two = ({**line, "text": ""} for line in lines(found[".csv"], "figure"))
    assert one == two
    assert {one[name] for name in NUMBERS} == {""}


def test_no_text_becomes_markup(files: Files) -> None:
    found = files(_hostile(EXAMPLE))
    assert "<script" not in found[""]
    assert found[""].count("&lt;script&gt;") > 20
    assert joined(SCRIPT) in joined(texts_of(found[".pdf"]))
    check_the_four_agree(*found.values())


def test_a_program_of_which_nothing_is_known_yet_says_so(files: Files) -> None:
    empty = {one.name: () for one in fields(Evidence) if isinstance(getattr(EXAMPLE, one.name), tuple)}
    found = files(replace(EXAMPLE, **empty, as_of=None, privacy={}, compared=0, expected_by_chance=0.0))  # type: ignore[arg-type]
    for told in (
        "No wave has been released yet",
        "None is set",
        "Nothing can be compared yet",
        "Nothing is published yet",
    ):
        assert told in found[""]
        assert joined(told) in joined(texts_of(found[".pdf"]))


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        yield from chain.from_iterable(map(_leaves, value.values()))
    elif isinstance(value, list | tuple):
        yield from chain.from_iterable(map(_leaves, value))
    else:
        yield value


def _hostile(value: Any, field: str = "") -> Any:
    if is_dataclass(value):
        return replace(
            value, **{one.name: _hostile(getattr(value, one.name), one.name) for one in fields(value)}
        )  # type: ignore[type-var]
    if isinstance(value, tuple):
        return tuple(_hostile(one, field) for one in value)
    written = (
        "name",
        "purpose",
        "owner",
        "sponsor",
        "text",
        "why",
        "helped",
        "hurt",
        "objective",
        "theme",
        "compared_with",
    )
    return f"{value} {SCRIPT}" if isinstance(value, str) and field in written else value
