"""The evidence report of a program that was measured, from stored waves and actions to its four forms."""

from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.integration.web.evidence_agreement import check_the_four_agree, lines
from tests.integration.web.results_parts import Staff, new_world

PROGRAM = {
    "name": "Mentoring",
    "kind": "mentorship",
    "purpose": "New colleagues find their way sooner.",
    "owner": "Robin",
    "starts_on": "2026-03-10",
    "ends_on": "2026-09-10",
    "survey": "pulse",
    "attribute": "unit",
    "participants": ["north"],
}
AIMS = (
    {"text": "Speak up", "measure": {"kind": "item", "ref": "speak"}, "target": 4.0, "due": "2026-09-10"},
    {"text": "Few leave", "measure": {"kind": "outside", "ref": "left"}, "target": 9.0, "due": "2026-09-10"},
)


@pytest.fixture
def world(engines: SimpleNamespace, tmp_path: Path) -> Any:
    made = new_world(engines, tmp_path / "data")
    made.survey()
    made.roster(200)
    return made


def measured(world: Any) -> str:
    """A program with two released waves, two objectives and an action of each kind; its id."""
    program = world.ok("POST", "/programs", json=PROGRAM)["id"]
    aims = [world.ok("POST", f"/programs/{program}/objectives", json=aim)["id"] for aim in AIMS]
    for label in ("baseline", "end"):
        wave = world.released(150, epsilon=3.8)
        world.ok("PUT", f"/programs/{program}/waves/{wave.id}", json={"label": label})
        world.now += timedelta(days=20)
    for text, published in (("Read by everybody", True), ("Kept to ourselves", False)):
        body = {"text": {"en": text}, "published": published, "program": program, "objective": aims[0]}
        action = world.ok("POST", "/surveys/pulse/actions", json=body)
        if published:
            world.ok("POST", f"/surveys/pulse/actions/{action['id']}/pulse", json={"epsilon": 1.5})
    return str(program)


def test_all_four_say_what_was_measured_and_what_was_published(world: Any) -> None:
    program = measured(world)
    analyst, base = Staff(world, "analyst"), f"/programs/{program}/report"
    page, pdf = analyst.text(base), analyst.send("GET", f"{base}.pdf").content
    value = world.call("GET", base, "service")
    sheet = world.call("GET", base, "service", headers={"accept": "text/csv"})
    assert value.headers["content-type"] == "application/json"
    assert sheet.headers["content-type"].startswith("text/csv")
    check_the_four_agree(page, pdf, sheet.content, value.content)
    assert analyst.send("GET", f"{base}.json").content == value.content
    assert analyst.send("GET", f"{base}.csv").content == sheet.content
    found = value.json()
    assert found["compared_with"] == "Those who take part (North) against everybody else."
    assert {one["measure"]["kind"] for one in found["figures"]} >= {"theme", "index", "item"}
    assert [one["measure"]["ref"] for one in found["figures"] if one["measure"]["kind"] == "item"] == [
        "speak"
    ]
    assert [one["label"] for one in found["waves"]] == ["baseline", "end"]
    assert [one["text"] for one in found["actions"]] == ["Read by everybody"]
    assert found["actions"][0]["pulse"]["state"] == "draft"
    assert any(one["estimate"] is not None for one in found["figures"])
    assert "Kept to ourselves" not in page
    assert len(lines(sheet.content, "objective")) == 2
    for name in ("figures", "objectives", "waves", "caveats"):
        evaluated = world.ok("GET", f"/programs/{program}/evaluation")
        known = evaluated["comparisons" if name == "figures" else name]
        if name == "caveats":
            known = [*known, *(caveat for one in evaluated["comparisons"] for caveat in one["caveats"])]
        assert all(one in known for one in found[name]), name


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_texts_are_in_the_language_that_is_asked_for(world: Any) -> None:
    program = measured(world)
    german = world.ok("GET", f"/programs/{program}/report", params={"language": "de"})
    assert german["compared_with"] == "Those who take part (Nord) against everybody else."
    assert "Offenheit" in [one["text"] for one in german["figures"]]
    staff = Staff(world, "owner")
    assert "Offenheit" in staff.text(f"/programs/{program}/report?language=de")
    for address in ("report", "report.pdf", "report.csv", "report.json"):
        assert staff.send("GET", f"/programs/{program}/{address}?language=fr").status_code == 422
    assert world.call("GET", f"/programs/{program}/report?language=fr").status_code == 422


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_whom_participants_are_compared_with_is_said(world: Any) -> None:
    changes: tuple[tuple[dict[str, Any], str], ...] = (
        (
            {"comparison": {"kind": "levels", "levels": ["south"]}},
            "Those who take part (North) against South.",
        ),
        (
            {"stratum": {"attribute": "tenure", "level": "short"}},
            "Those who take part (North) against South, within Short.",
        ),
        (
            {"attribute": None, "participants": [], "comparison": {"kind": "rest"}, "stratum": None},
            "Everybody who was asked, before against after.",
        ),
    )
    program = world.ok("POST", "/programs", json=PROGRAM)["id"]
    for change, sentence in changes:
        world.ok("PATCH", f"/programs/{program}", json=change)
        assert world.ok("GET", f"/programs/{program}/report")["compared_with"] == sentence


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_it_is_for_those_who_may_read_results(world: Any) -> None:
    program = world.ok("POST", "/programs", json=PROGRAM)["id"]
    auditor, owner = Staff(world, "auditor"), Staff(world, "owner")
    for address in ("report", "report.pdf", "report.csv", "report.json"):
        assert auditor.send("GET", f"/programs/{program}/{address}").status_code == 403
        assert owner.send("GET", f"/programs/{program}/{address}").status_code == 200
        assert owner.send("GET", f"/programs/p-none/{address}").status_code == 404
