"""A schedule as the API takes it."""

from datetime import date, time
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

from privacy.definition_questions import QUESTIONS
from privacy.survey import Survey
from service.distribution.schedule import (
    LEAD_DAYS,
    MOST_DATES,
    MOST_LEAD_DAYS,
    MOST_OPEN_DAYS,
    MOST_PARTS,
    MOST_REMINDERS,
    Cadence,
    Channel,
    Pause,
    Reminder,
    Schedule,
)
from service.surveys.action_models import Id
from service.surveys.wave_bodies import TermsModel

_MOST_PAUSES = 100
_CLOCK = {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$", "examples": ["09:00"]}


def _time_of_day(value: object) -> time:
    if isinstance(value, str) and len(value) == len("09:00") and value[2] == ":":
        try:
            return time.fromisoformat(value)
        except ValueError:
            pass
    raise ValueError("not a time of day; write it as 09:00")


def _no_pairing(terms: TermsModel) -> TermsModel:
    if terms.pairing is not None:
        raise ValueError("the waves of a schedule are compared with none, person by person")
    return terms


TimeOfDay = Annotated[time, BeforeValidator(_time_of_day), WithJsonSchema(_CLOCK)]
TermsOfAll = Annotated[TermsModel, AfterValidator(_no_pairing)]


class PauseModel(BaseModel):
    """Days on which no wave opens."""

    model_config = ConfigDict(extra="forbid", strict=True)

    first: date
    last: date = Field(description="Included.")
    reason: str = Field(
        default="",
        max_length=100,
        pattern=r"^[^\x00-\x1f\x7f]*$",
        description="Shown with the waves that are left out.",
        examples=["summer break"],
    )


class ReminderModel(BaseModel):
    """A reminder to whoever has not drawn a token, while the wave is open."""

    model_config = ConfigDict(extra="forbid", strict=True)

    days: int = Field(ge=1, le=MOST_OPEN_DAYS, description="After the day on which the wave opens.")
    at: TimeOfDay = Field(description="Local time; at least twelve hours before the wave closes.")


class ScheduleModel(BaseModel):
    """When the waves of a survey come by themselves, and what they are. Times are local to ``zone``."""

    model_config = ConfigDict(extra="forbid", strict=True)

    cadence: Cadence = Field(description="How often a wave opens; `dates` names the days one by one.")
    starts_on: date = Field(
        description="The first day, from which the others follow; of `dates`, a day before which none is."
    )
    ends_on: date | None = Field(default=None, description="The last day on which a wave may open.")
    dates: list[date] = Field(
        default_factory=list, max_length=MOST_DATES, description="The days of the cadence `dates`."
    )
    same_weekday: bool = Field(
        default=False,
        description="Monthly and rarer: keep the weekday of `starts_on`, such as the first Monday, and not "
        "the day of the month.",
    )
    zone: str = Field(default="UTC", max_length=64, description="IANA time zone.", examples=["Europe/Berlin"])
    opens: TimeOfDay = Field(default=time(9), description="When waves open.")
    closes: TimeOfDay = Field(default=time(18), description="When they close, on the last day.")
    open_days: int = Field(
        default=3,
        ge=1,
        le=MOST_OPEN_DAYS,
        description="How many days after it opened a wave closes; before the next one opens.",
    )
    holidays: str | None = Field(
        default=None,
        max_length=40,
        description="A country (ISO 3166) or a part of it, on whose public holidays no wave opens.",
        examples=["DE-BY"],
    )
    on_holiday: Literal["move", "skip"] = Field(
        default="move", description="Whether such a wave opens on the next working day or not at all."
    )
    pauses: list[PauseModel] = Field(default_factory=list, max_length=_MOST_PAUSES)
    people_one_in: int = Field(
        default=1,
        ge=1,
        le=MOST_PARTS,
        description="Each wave asks a random one in so many of the roster; 1 asks everybody.",
    )
    questions_per_wave: int | None = Field(
        default=None,
        ge=1,
        le=QUESTIONS,
        description="How many of the questions that take turns a wave asks; null asks all in each.",
    )
    always: list[Id] | None = Field(
        default=None,
        max_length=QUESTIONS,
        description="Ids of the questions of every wave; the others take turns. Null for the text questions.",
    )
    lead_days: int = Field(
        default=LEAD_DAYS,
        ge=1,
        le=MOST_LEAD_DAYS,
        description="How long before it opens a wave is drafted and its people are drawn.",
    )
    terms: TermsOfAll = Field(default_factory=TermsModel, description="The terms of each wave, no pairing.")
    mail: bool = Field(default=False, description="Whether people get the link to a wave by e-mail.")
    reminders: list[ReminderModel] = Field(
        default_factory=list, max_length=MOST_REMINDERS, description="By e-mail, a day or more apart."
    )
    announce: list[Channel] = Field(
        default_factory=list, max_length=2, description="Where waves are announced, without names."
    )
    thermometer: bool = Field(
        default=False, description="Whether respondents see about how many have taken part."
    )

    def schedule(self, survey: Survey) -> Schedule:
        """The schedule that was asked for; what is impossible about it is not looked for."""
        texts = [question.id for question in survey.questions if question.type == "text"]
        return Schedule(
            cadence=self.cadence,
            starts_on=self.starts_on,
            zone=self.zone,
            opens=self.opens,
            closes=self.closes,
            open_days=self.open_days,
            ends_on=self.ends_on,
            dates=tuple(self.dates),
            same_weekday=self.same_weekday,
            holidays=self.holidays,
            on_holiday=self.on_holiday,
            pauses=tuple(Pause(one.first, one.last, one.reason) for one in self.pauses),
            people_one_in=self.people_one_in,
            questions_per_wave=self.questions_per_wave,
            always=tuple(texts if self.always is None else self.always),
            lead_days=self.lead_days,
            terms=self.terms.model_dump(mode="json", exclude_unset=True, exclude={"pairing"}),
            mail=self.mail,
            reminders=tuple(Reminder(one.days, one.at) for one in self.reminders),
            announce=tuple(self.announce),
            thermometer=self.thermometer,
        )
