"""The worked example of the privacy guarantee is what the code computes."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from privacy.guarantee import guarantee_of
from privacy.plan import design_of, make_policy
from privacy.survey import Attribute, Option, Question
from service.cli import main

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "privacy-guarantee.md").read_text()
(COMMAND,) = re.findall(r'python -c "\n(.*?)"\n', PAGE.replace("\n    ", "\n"), re.DOTALL)

LEVELS = tuple(Option(str(place), {"en": "x"}) for place in range(5))
ITEMS = [Question(f"q{place}", "scale", {"en": "x"}, LEVELS, ("3", "4")) for place in range(7)]
GROUPS = [Attribute("department", {"en": "x"}, LEVELS), Attribute("tenure", {"en": "x"}, LEVELS[:3])]


def example(epsilon: float) -> tuple:
    policy = make_policy(ITEMS, GROUPS, [("department",), ("tenure",)], epsilon=epsilon, k=5, comment_k=10)
    design = design_of(ITEMS, GROUPS, policy)
    return design, guarantee_of(design, policy)


def printed(command: str) -> str:
    run = subprocess.run(
        [sys.executable, "-c", command], cwd=ROOT, capture_output=True, text=True, check=True
    )
    return run.stdout


def test_both_commands_print_the_numbers_of_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    design, guarantee = example(3)
    presence, answers = guarantee["presence"], guarantee["answers"]
    assert printed(COMMAND).split() == [str(design.d2), str(design.sigma), str(presence["guess"])]
    with pytest.raises(SystemExit):
        main(["guarantee"])
    told = capsys.readouterr().out
    for number in (design.d2, design.d2_answers, design.sigma, answers["rho"], answers["epsilon"]):
        assert f"{number:g}" in told or f"{number}" in told
    assert presence["words"] in told
    assert answers["words"] in told
    assert f"{design.d2:,}" in PAGE
    assert f"{design.sigma}" in PAGE


@pytest.mark.parametrize("epsilon", [1, 2, 3, 4])
def test_the_table_of_right_guesses_is_the_plans(epsilon: int) -> None:
    _, guarantee = example(epsilon)
    presence, answers = guarantee["presence"], guarantee["answers"]
    row = f"| {epsilon} | {presence['rho']:.3f} | {presence['guess']} % | {answers['guess']} % |"
    assert row in PAGE
