"""An evidence report with something of everything, made by hand."""

from dataclasses import replace
from datetime import date

from service.programs.evidence import ActionTaken, Evidence, evidence_of
from service.store.tables_programs import ProgramRow
from service.surveys.pulses import Pulse
from tests.integration.web.evaluation_example import EXAMPLE as EVALUATION

ROW = ProgramRow(
    id="p-example",
    name="Mentorship 2026",
    kind="mentorship",
    purpose="New colleagues find their way sooner, and more of them stay.",
    owner="Robin Example",
    sponsor="Kim Example",
    starts_on=date(2026, 2, 1),
    ends_on=date(2026, 7, 1),
    roles=["mentor", "mentee"],
    state="reviewed",
    survey_id="mentorship-mentee",
    comparison={"kind": "rest"},
    pairing_id=bytes(16),
    created_on=date(2026, 1, 2),
)
ASKED = Pulse("w-9", "helped-a", "draft", "2026-11-30T08:00:00Z", "2026-12-07T08:00:00Z")
ACTIONS = (
    ActionTaken(
        id="a-1",
        text="Mentors and mentees meet in working hours",
        state="done",
        owner="Robin Example",
        due=date(2026, 8, 1),
        objective="Mentees see a next step",
        theme=None,
        pulse=replace(
            ASKED, state="released", value=3.84, low=3.52, high=4.16, margin=0.32, verdict="helped"
        ),
    ),
    ActionTaken("a-2", "A lighter load in the first month", "doing", "", None, None, "Workload", ASKED),
    ActionTaken("a-3", "A second round of matching", "planned", "", None, None, None, None),
    ActionTaken(
        *("a-4", "An open hour every week", "done", "Kim Example", None, None, "Openness"),
        replace(ASKED, state="released"),
    ),
)
EXAMPLE: Evidence = evidence_of(
    ROW,
    EVALUATION,
    ACTIONS,
    compared_with="Those who take part (Mentees) against everybody else.",
    languages=("en", "de"),
)
