"""A sound definition, as data, with every type of question."""

from typing import Any

Data = dict[str, Any]


def both(text: str) -> dict[str, str]:
    return {"en": text, "de": f"{text} (de)"}


def option(identifier: str) -> Data:
    return {"id": identifier, "text": both(identifier)}


def sound_definition() -> Data:
    return {
        "id": "team-pulse",
        "version": "1.0",
        "title": both("Team pulse"),
        "languages": ["en", "de"],
        "cadence": "monthly",
        "programs": ["flexible-work", "other"],
        "outside_figure": both("Overtime hours"),
        "option_lists": {"agreement": [option(f"step-{step}") for step in range(1, 6)]},
        "themes": [{"id": "workload", "text": both("Workload")}],
        "questions": [
            {
                "id": "time",
                "type": "scale",
                "text": both("I have time."),
                "options": "agreement",
                "theme": "workload",
            },
            {
                "id": "evenings",
                "type": "scale",
                "text": both("I work late."),
                "options": "agreement",
                "reverse": True,
            },
            {
                "id": "where",
                "type": "choice",
                "text": both("Where do you work best?"),
                "options": [option("desk"), option("home")],
            },
            {
                "id": "tools",
                "type": "multiple",
                "text": both("Which tools?"),
                "options": [option("a"), option("b")],
            },
            {"id": "recommend", "type": "nps", "text": both("Would you recommend us?")},
            {"id": "lighter", "type": "text", "text": both("What would help?"), "max_bytes": 500},
        ],
        "scales": [{"construct": "Workload", "source": "Our own", "items": ["time", "evenings"]}],
        "attributes": [
            {
                "id": "site",
                "source": "roster",
                "text": both("Which site?"),
                "levels": [option("north"), option("south")],
            },
            {
                "id": "tenure",
                "source": "self",
                "text": both("How long?"),
                "levels": [option("short"), option("long")],
                "reason": both("To see how newcomers fare."),
            },
        ],
        "breakdowns": [["site"], ["site", "tenure"]],
    }
