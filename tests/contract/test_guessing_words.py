"""The respondent's page promises in its words what the release will say of guesses."""

import json
import subprocess
from importlib.resources import files
from pathlib import Path

import pytest

from privacy.guarantee import guarantee_of
from privacy.plan import design_of, make_policy
from service.surveys.definition_file import load
from service.web.static_files import FOLDER

GUESSES = """
import { guessOfAnswers, guessOfPresence } from %s;
const policy = JSON.parse(process.argv[1]);
console.log(JSON.stringify([guessOfPresence(policy), guessOfAnswers(policy)]));
"""


@pytest.mark.parametrize("epsilon", [0.3, 1.0, 4.0])
def test_the_pages_guesses_are_the_releases_or_a_percent_above(node: str, epsilon: float) -> None:
    survey, _ = load((files("survey_definitions") / "psychological-safety.yaml").read_text())
    tables = [(attribute.id,) for attribute in survey.attributes]
    policy = make_policy(survey.questions, survey.attributes, tables, epsilon=epsilon, k=10, comment_k=20)
    release = guarantee_of(design_of(survey.questions, survey.attributes, policy), policy)
    names = ("micro_rho", "epsilon_answers", "delta", "delta_gate")
    module = (Path(FOLDER) / "respondent" / "guess.js").as_uri()
    run = subprocess.run(
        [
            node,
            "--input-type=module",
            "--eval",
            GUESSES % json.dumps(module),
            json.dumps({name: getattr(policy, name) for name in names}),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    for told, relation in zip(json.loads(run.stdout), ("presence", "answers"), strict=True):
        assert 0 <= told - release[relation]["guess"] <= 1
