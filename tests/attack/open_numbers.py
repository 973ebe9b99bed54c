"""The places of answers where a number may stand although it was not released, and why each may."""

from privacy.rows import NUMBERS

ESTIMATE = (
    "value",
    "low",
    "high",
    "noise",
    "nonresponse",
    "chance",
    "combined",
    "standardised",
    "standardised_low",
    "standardised_high",
)
LOAD = ("invitations", "minutes")
# Every place where a number may stand, and why it may.
OPEN_NUMBERS = {
    # of the whole: on the board, on the roster, or of the answer itself
    "items.invited",
    "items.responses",
    "items.issued",
    "invited",
    "responses",
    "issued",
    "people",
    "status",
    "items.detail.invited",
    "items.detail.people",
    "items.detail.figures",
    # of what people are asked for, whether they answer or not
    *(
        f"{place}{name}"
        for place in ("", "load.")
        for name in ("days", "at_cap", "wave.minutes", "wave.over")
    ),
    *(
        f"{place}{name}.{unit}"
        for place in ("", "load.")
        for name in ("cap", "most", "median")
        for unit in LOAD
    ),
    "load.people",
    "addresses",  # on the roster
    "unreachable",  # likewise: what mail servers say of them
    "attributes.unknown",
    "attributes.levels.people",
    "warnings.line",
    # of figures, which are null where they are withheld, as the tests above see
    *(f"{rows}.{name}" for rows in ("items", "figures") for name in NUMBERS),
    *(f"groups.{name}" for name in ("invited", "responses", "rate", "low", "high", "margin")),
    "spoiled.value",
    "spoiled.margin",
    "shown",
    "comparisons",
    "expected_by_chance",
    # of programs: what their owner entered, and what follows from released figures and the whole
    *(f"items.{name}" for name in ("baseline", "target", "people")),
    *(f"objectives.{name}" for name in ("baseline", "target", "value", "low", "high")),
    *(f"waves.{name}" for name in ("invited", "responses", "groups", "withheld")),
    *(
        f"{place}.estimate.{name}"
        for place in ("comparisons", "decay", "figures", "lasting", "programs.comparison")
        for name in ESTIMATE
    ),
    "compared",
    # of channels: what their owner promised, and how often a handler has made a key
    *(
        f"{place}{name}"
        for place in ("", "items.")
        for name in ("kept_days", "acknowledge_days", "answer_days", "epoch")
    ),
    # of whether an action helped: the released mean of one question over everybody
    *(f"items.pulse.{name}" for name in ("value", "low", "high", "margin")),
    *(f"actions.pulse.{name}" for name in ("value", "low", "high", "margin")),
}
# What follows from the definition, the roster and the terms alone.
OF_THE_PLAN = (
    "effects.",
    "others",
    "rate",
    "epsilon",
    "plan.",
    "policy.",
    "guarantee.",
    "board.",
    "d2",
    "sigma",
    "z",
    "items.micro_rho",
    "items.epsilon",
    "items.position",
    # of a schedule: what its owner put, and what it asks of people and charges them before anybody answers
    "schedule.",
    "parts",
    "people_one_in",
    "cap_epsilon",
    "cap_micro_rho",
    "most_invitations",
    "most_minutes",
    "largest_epsilon",
    "waves.minutes",
    "waves.micro_rho",
    "waves.epsilon",
    "waves.spent_micro_rho",
    "waves.year_epsilon",
    "waves.invitations",
    "dates.invited",
)
