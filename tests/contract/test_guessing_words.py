"""The respondent's page promises in its words what the release will say of guesses."""

import json
import subprocess
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from privacy.contract import Measure, Pairing, Policy, minute
from privacy.guarantee import guarantee_of
from privacy.pairing import make_pairing
from privacy.plan import design_of, make_policy
from privacy.survey import Survey
from service.surveys.definition_file import load
from service.web.static_files import FOLDER

GUESSES = """
import { guessOfAnswers, guessOfPresence, lossOf } from %s;
const loss = lossOf(JSON.parse(process.argv[1]));
console.log(JSON.stringify([guessOfPresence(loss), guessOfAnswers(loss)]));
"""


UNTIL, EARLIER = datetime(2027, 1, 1, tzinfo=UTC), bytes(32)


@pytest.mark.parametrize("paired", [None, {"earlier": EARLIER}, {"earlier": EARLIER, "carried_until": UNTIL}])
@pytest.mark.parametrize("epsilon", [0.3, 1.0, 4.0])
def test_the_pages_guesses_are_the_releases_or_a_percent_above(
    node: str, epsilon: float, paired: dict[str, Any] | None
) -> None:
    survey, _ = load((files("survey_definitions") / "psychological-safety.yaml").read_text())
    tables = [(attribute.id,) for attribute in survey.attributes]
    policy = make_policy(survey.questions, survey.attributes, tables, epsilon=epsilon, k=10, comment_k=20)
    pairing = None if paired is None else _pairing(survey, policy, paired)
    release = guarantee_of(design_of(survey.questions, survey.attributes, policy), policy, pairing)
    names = ("micro_rho", "epsilon_answers", "delta", "delta_gate")
    module = (Path(FOLDER) / "respondent" / "guess.js").as_uri()
    run = subprocess.run(
        [
            node,
            "--input-type=module",
            "--eval",
            GUESSES % json.dumps(module),
            json.dumps(
                {"policy": {name: getattr(policy, name) for name in names}}
                | ({} if pairing is None else {"pairing": _pairing_value(pairing)})
            ),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    for told, relation in zip(json.loads(run.stdout), ("presence", "answers"), strict=True):
        assert 0 <= told - release[relation]["guess"] <= 1


def _pairing(survey: Survey, policy: Policy, wanted: dict[str, Any]) -> Pairing:
    measures, name = (Measure(None, None),), bytes(16)
    return make_pairing(
        survey.questions, survey.attributes, policy, pairing_id=name, measures=measures, **wanted
    )


def _pairing_value(pairing: Pairing) -> dict[str, Any]:
    names = ("micro_rho", "epsilon_answers", "delta_gate")
    value = {name: getattr(pairing, name) for name in names}
    value |= {"earlier": None if pairing.earlier is None else pairing.earlier.hex()}
    return value | {"carried_until": None if pairing.carried_until is None else minute(pairing.carried_until)}
