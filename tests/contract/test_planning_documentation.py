"""docs/planning.md lists every id that a fault of a policy can have."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
REPORTED = re.compile(r'(?:yield \(?|Problem\()\s*"([a-z-]+)"')


def test_every_fault_of_a_policy_is_listed() -> None:
    sources = (ROOT / "privacy" / "policy_problems.py", ROOT / "privacy" / "breakdowns.py")
    reported = {name for source in sources for name in REPORTED.findall(source.read_text(encoding="utf-8"))}
    page = (ROOT / "docs" / "planning.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"`([a-z-]+)`", page.split("## What is refused")[1]))
    assert len(reported) > 18
    assert reported <= listed
