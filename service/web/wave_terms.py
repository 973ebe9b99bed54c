"""What the forms of a wave's terms have in common: the usual numbers, and a survey's breakdowns."""

from privacy.planner import MERGE_AT
from privacy.survey import Survey
from service.surveys.terms import COMMENT_K, EPSILON, RETENTION_DAYS, K

NUMBERS = {
    "epsilon": EPSILON,
    "k": K,
    "comment_k": COMMENT_K,
    "merge_at": MERGE_AT,
    "retention_days": RETENTION_DAYS,
}


def usual_numbers() -> dict[str, str]:
    """What the fields of the numbers hold before anybody changes them."""
    return {name: f"{value:g}" for name, value in NUMBERS.items()}


def breakdowns_of(survey: Survey) -> dict[str, str]:
    """The survey's breakdowns: attribute ids joined by "&", and their texts in its first language."""
    texts = {one.id: one.text[survey.languages[0]] for one in survey.attributes}
    return {"&".join(table): " × ".join(texts[name] for name in table) for table in survey.breakdowns}
