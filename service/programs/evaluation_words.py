"""The sentences of an evaluation: plain verdicts and what to keep in mind beside them."""

from privacy.contrast import Estimate
from privacy.rows import DECIMALS
from service.programs.evaluation_value import ComparisonKind

SELECTED = "Those who chose to join may differ from those who did not."
SELECTED_CHANGE = "Those who chose to join may differ from those who did not, and change without the program."
NOBODY_ELSE = "Nobody else is compared with, so that it may have changed for other reasons."
UNPAIRED = "The waves are not paired: other people may have answered, and the interval allows for that."
CODES = "It is of those who used a program code in both waves, who may differ from those who did not."
TOGETHER = "How the questions go together is not released, so that the interval is wider than need be."
BY_CHANCE = "Among so many comparisons it may be chance."
BARELY_SHOWN = (
    "It is only just precise enough to be shown, and such figures lean towards the middle of the scale."
)
NOT_RELEASED = "No wave of the program has been released yet."
NO_BASELINE = "No wave was taken before the program, so that changes cannot be told."
ONLY_BASELINE = "No wave after the start has been released yet, so that there is no effect to tell."
WITHHELD = "Too few of those who take part answered for anything to be said of them."
NOBODY_NAMED = "The survey does not tell who takes part, so that only changes of everybody can be told."

_PER_UNIT = {"points": "points", "%": "percentage points", "eNPS points": "eNPS points"}
_DECIMALS = {"points": 2, "%": DECIMALS["favourable"], "eNPS points": DECIMALS["nps"]}
_WAVES = {
    "baseline": "before",
    "end": "the end",
    "one-month": "one month after",
    "three-months": "three months after",
}
_SUBJECTS = {
    "groups": "Those who take part answered {amount} {way} than {others}",
    "before-after": "{who} answered {amount} {way} than before",
    "paired": "{who} answered {amount} {way} than they themselves did before",
    "difference-in-differences": "Against {others}, those who take part {moved} by {amount}",
    "paired-difference": "Against {others}, the same people who take part {moved} by {amount}",
    "decay": "From {earlier} to {later} {what} {moved} by {amount}",
}
_UNKNOWN = {
    "groups": "those who take part differ from {others}",
    "before-after": "{who_small} changed",
    "paired": "{who_small} changed",
    "difference-in-differences": "those who take part changed more or less than {others}",
    "paired-difference": "those who take part changed more or less than {others}",
    "decay": "{what} changed from {earlier} to {later}",
}


def number(value: float, unit: str) -> str:
    """A number as a sentence has it."""
    return f"{value:.{_DECIMALS[unit]}f}"


def verdict_sentence(
    kind: ComparisonKind, estimate: Estimate, unit: str, waves: tuple[str, ...], others: str | None
) -> str:
    """What an estimate says. ``others`` are whom it is compared with; None where nobody is."""
    names = {
        "amount": f"{number(abs(estimate.value), unit)} {_PER_UNIT[unit]}",
        "way": estimate.verdict,
        "moved": "rose" if estimate.verdict == "higher" else "fell",
        "others": others,
        "who": "Those who take part" if others else "People",
        "who_small": "those who take part" if others else "people",
        "earlier": _WAVES.get(waves[0], waves[0]),
        "later": _WAVES.get(waves[-1], waves[-1]),
        "what": "the lead of those who take part" if others else "the answers",
    }
    interval = f"{number(estimate.low, unit)} to {number(estimate.high, unit)}"
    if estimate.verdict != "cannot tell":
        return f"{_SUBJECTS[kind].format(**names)} (90 % interval of the difference {interval})."
    asked = _UNKNOWN[kind].format(**names)
    return f"Cannot tell whether {asked}: the difference lies between {interval.replace(' to ', ' and ')}."


def few_answered(answered: float, invited: float, who: str) -> str:
    """Who is missing, of a group of which less than half answered."""
    return f"About {answered:.0f} of {invited:.0f} {who} answered; the others may see it differently."


def many_compared(compared: int, expected: float) -> str:
    """What a reader of several verdicts must know."""
    return f"Of the {compared} measures compared, about {expected:.1f} would seem to differ by chance alone."


def ahead_before(estimate: Estimate, unit: str) -> str:
    """That the groups were not alike before the program."""
    return (
        f"Before the program, those who take part already answered {number(abs(estimate.value), unit)} "
        f"{_PER_UNIT[unit]} {estimate.verdict}."
    )
