"""A survey that says who takes part in a program, and what a program's forms are filled in with."""

import re
from typing import Any

import httpx

SCRIPT = "<script>alert(1)</script>"
DEFINITION = f"""
id: pulse
version: "1"
title: {{en: "Pulse {SCRIPT}"}}
languages: [en]
themes:
  - {{id: growth, text: {{en: "Growth {SCRIPT}"}}}}
questions:
  - id: step
    type: scale
    theme: growth
    text: {{en: "I see a next step {SCRIPT}"}}
    options:
      - {{id: "no", text: {{en: "No"}}}}
      - {{id: partly, text: {{en: "Partly"}}}}
      - {{id: "yes", text: {{en: "Yes"}}}}
  - {{id: advise, type: nps, text: {{en: "Would you recommend us?"}}}}
attributes:
  - id: takes-part
    source: self
    text: {{en: "Takes part {SCRIPT}"}}
    reason: {{en: "To compare"}}
    levels:
      - {{id: mentee, text: {{en: "As a mentee {SCRIPT}"}}}}
      - {{id: waiting, text: {{en: "On the waiting list"}}}}
      - {{id: neither, text: {{en: "Neither"}}}}
  - id: site
    source: self
    text: {{en: "Site"}}
    reason: {{en: "To compare"}}
    levels: [{{id: north, text: {{en: "North"}}}}, {{id: south, text: {{en: "South"}}}}]
breakdowns:
  - [takes-part]
"""
ABOUT = {
    "name": f"Mentorship {SCRIPT}",
    "kind": "mentorship",
    "purpose": f"A next step for everybody.\r\n{SCRIPT}",
    "owner": SCRIPT,
    "sponsor": SCRIPT,
    "starts_on": "2026-04-01",
    "ends_on": "2026-09-30",
    "roles": ["mentor", "mentee"],
    "survey": "pulse",
}
GROUPS = {"level:takes-part:mentee": "participants", "comparison": "rest"}
OBJECTIVE = {
    "text": f"Mentees see a next step {SCRIPT}",
    "measure": "theme:growth",
    "direction": "increase",
    "baseline": "2,1",
    "target": "2.6",
    "due": "2026-10-31",
}
FIGURE = {
    "name": f"retention {SCRIPT}",
    "unit": SCRIPT,
    "group": "participants",
    "day": "2026-09-30",
    "value": "91.5",
    "people": "24",
    "source": SCRIPT,
}


def new_program(pages: Any) -> str:
    """The address of a program of a survey."""
    assert pages.post("/surveys/new", source=DEFINITION).status_code == 303
    answer = pages.post("/programs/new", **ABOUT)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["location"])


def fault_at(answer: httpx.Response, field: str) -> str:
    """What is said at a field that is marked as faulty."""
    assert re.search(rf'id="{field}"[^>]* aria-invalid="true"', answer.text), answer.text
    said = re.search(rf'<p class="fault" id="{field}-fault">(.*?)</p>', answer.text)
    assert said is not None
    assert f'href="#{field}"' in answer.text
    return said[1]


def shown(pages: Any, address: str, role: str = "owner") -> str:
    answer = pages.get(address, role)
    assert answer.status_code == 200, answer.text
    return str(answer.text)
