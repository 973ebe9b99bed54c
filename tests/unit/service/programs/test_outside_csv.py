"""Whatever a file of outside figures holds, it is read whole or every fault has its line."""

from hypothesis import example, given
from hypothesis import strategies as st

from service.programs.outside_csv import COLUMNS, read_figures

HEADER = ",".join(COLUMNS).encode() + b"\n"
LINES = st.lists(
    st.text(st.characters(codec="utf-8"), max_size=60) | st.sampled_from(["a,%,others,2026-01-31,1.5,9,x"]),
    max_size=8,
)


@given(LINES)
@example(['"', "a"])
@example(["a,%,others,2026-01-31,inf,9,x"])
def test_a_line_gives_a_figure_or_a_fault_with_its_number(lines: list[str]) -> None:
    content = HEADER + "\n".join(lines).encode()
    found, problems = read_figures(content)
    assert found or problems
    most = content.count(b"\n") + content.count(b"\r") + 1
    for line in [*(line for line, _ in found), *(problem.line for problem in problems)]:
        assert line is not None
        assert 1 <= line <= most
    for _, figure in found:
        assert figure["people"] >= 0
        assert abs(figure["value"]) <= 1e12


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    found, problems = read_figures(content)
    assert found or problems
