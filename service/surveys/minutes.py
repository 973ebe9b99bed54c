"""How long answering a survey takes, so that what people are asked for can be added up."""

from collections.abc import Mapping

from privacy.survey import Survey

# Seconds, rounded up from what survey houses reckon with: about eight closed items a minute, and a sentence
# or two in an answer of one's own words.
SECONDS: Mapping[str, float] = {"scale": 7.5, "nps": 7.5, "choice": 10, "multiple": 15, "text": 45}
SECONDS_OF_ATTRIBUTE = 5
SECONDS_OF_PROMISE = 30  # reading what is promised, checking the answers and sending them


def minutes_of(survey: Survey) -> int:
    """The minutes that a response takes, rounded up to whole ones. An assumption, not a measurement."""
    seconds = SECONDS_OF_PROMISE + sum(SECONDS[question.type] for question in survey.questions)
    return int(-(-(seconds + SECONDS_OF_ATTRIBUTE * len(survey.attributes)) // 60))
