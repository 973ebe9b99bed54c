"""A plan of all the waves of a program as the API takes and shows it."""

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from privacy.contract import Measure
from privacy.pairing import EPSILON
from service.programs.program_wave_routes import Label
from service.programs.wave_plan import PlanWish
from service.programs.wave_plan_terms import PARTICIPANTS, PairedPlan
from service.surveys.wave_bodies import MeasureModel, Minute, TermsModel

OPEN_DAYS = 14
_OF_THE_PLAN = ("first_opens_at", "open_days", "waves", "pairing", "dry_run")


class PlannedWaveModel(BaseModel):
    """When one of the waves opens. What is left out follows from its label and the program's dates."""

    model_config = ConfigDict(extra="forbid", strict=True)

    label: Label
    months: Annotated[int, Field(ge=0, le=60)] | None = Field(
        default=None, description="After the program's end.", examples=[1]
    )
    opens_at: Minute | None = Field(default=None, description="Or the very minute.")


class PlanPairingModel(BaseModel):
    """What each wave is paired on with the one before, person by person, without identity."""

    model_config = ConfigDict(extra="forbid", strict=True)

    measures: list[MeasureModel] = Field(min_length=1, max_length=12, description="Whose change is released.")
    by: str | None = Field(
        default=PARTICIPANTS,
        max_length=100,
        description="The attribute whose groups are told apart; `participants` is the one that says who "
        "takes part, null tells none apart.",
    )
    epsilon: float = Field(
        default=EPSILON,
        gt=0,
        le=20,
        allow_inf_nan=False,
        description="What a wave is charged for each paired release it can be part of, at delta 1e-6.",
    )


class WavePlanModel(TermsModel):
    """The waves to draft, all on the same terms; what is left out takes its usual value."""

    first_opens_at: Minute | None = Field(
        default=None,
        description="When the first wave opens, and at what time of day the others do; usually so that the "
        "baseline closes as the program starts.",
    )
    open_days: int = Field(default=OPEN_DAYS, ge=1, le=366, description="For how many days each is open.")
    waves: Annotated[list[PlannedWaveModel], Field(min_length=1, max_length=24)] | None = Field(
        default=None,
        description="In the order in which they open; usually before the program starts, as it ends, and one "
        "and three months after.",
        examples=[[{"label": "baseline"}, {"label": "end"}, {"label": "other-1", "months": 12}]],
    )
    # Of a plan the program is known, and so is the wave before.
    pairing: PlanPairingModel | None = Field(  # type: ignore[assignment]
        default=None, description="Null for no pairing."
    )
    dry_run: bool = Field(default=False, description="Compute the plan, and store nothing.")

    def wish(self) -> PlanWish:
        """What was asked for."""
        terms = {name: value for name, value in self.wishes().items() if name not in _OF_THE_PLAN}
        return PlanWish(
            terms=terms,
            open_days=self.open_days,
            waves=None if self.waves is None else [wave.model_dump() for wave in self.waves],
            first_opens_at=self.first_opens_at,
            pairing=None if self.pairing is None else _paired(self.pairing),
        )


class DraftedWaveModel(BaseModel):
    """One wave of the plan."""

    label: str = Field(examples=["baseline"])
    id: str | None = Field(description="Of the draft; null in a dry run.", examples=["w-h5jx2ozq7w3a"])
    opens_at: str
    closes_at: str
    charged_on: date
    micro_rho: int = Field(description="What it costs everybody it invites, its pairing included.")
    pairing_micro_rho: int
    epsilon: float = Field(description="Of the wave with its pairing, at delta 1e-6 (presence).")
    spent_micro_rho: int = Field(description="The most that anybody will have been charged a year before it.")
    year_epsilon: float = Field(description="Of anybody's year, with this wave.")


class WavePlanAnswerModel(BaseModel):
    """All the waves of a program, and how they fit under the cap together."""

    program: str
    survey: str
    dry_run: bool
    cap_epsilon: float
    cap_micro_rho: int
    waves: list[DraftedWaveModel]
    largest_epsilon: float | None = Field(description="With which all the waves would still fit.")
    notes: list[str] = Field(description="What was merged or left out, and what the plan cannot tell.")


def _paired(pairing: PlanPairingModel) -> PairedPlan:
    measures = tuple(Measure(one.question, one.theme) for one in pairing.measures)
    return PairedPlan(measures, pairing.by, pairing.epsilon)
