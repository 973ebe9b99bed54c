"""What people are asked for over all surveys, as the API shows it: numbers, and nobody's name."""

from collections.abc import Collection
from datetime import date
from statistics import median_low

from pydantic import BaseModel, Field

from service.store.load import WINDOW, Load
from service.surveys.load_room import LoadRoom


class AmountModel(BaseModel):
    """What a person is asked for within 28 days, answered or not."""

    invitations: int = Field(description="Waves that invite them.", examples=[3])
    minutes: int = Field(description="Minutes that answering all of them takes.", examples=[12])


class WaveLoadModel(BaseModel):
    """What one more wave for everybody on the roster would do."""

    minutes: int = Field(description="What answering it takes; an assumption.", examples=[4])
    over: int = Field(description="People who would then be asked for more than the cap.", examples=[0])
    fits_from: date | None = Field(
        description="The first day on which it could open; null if it alone is more than the cap."
    )


class LoadModel(BaseModel):
    """How much the people on a roster are asked for, by all surveys together."""

    people: int = Field(examples=[240])
    days: int = Field(description="Any so many days in which today lies.", examples=[WINDOW.days])
    cap: AmountModel = Field(description="The most that a person may be asked for.")
    most: AmountModel = Field(description="The most that anybody is asked for.")
    median: AmountModel = Field(description="What the person in the middle is asked for.")
    at_cap: int = Field(description="People who can be asked for nothing more.", examples=[0])
    wave: WaveLoadModel


class SurveyLoadModel(LoadModel):
    """The load of a survey's roster."""

    survey: str = Field(examples=["psychological-safety"])
    day: date = Field(description="Today.")


def load_model(found: Collection[Load], minutes: int, room: LoadRoom, cap: Load) -> LoadModel:
    """The loads of the people on a roster, and the ``room`` for a wave of ``minutes``."""
    invitations = [one.invitations for one in found] or [0]
    asked = [one.minutes for one in found] or [0]
    return LoadModel(
        people=len(found),
        days=WINDOW.days,
        cap=AmountModel(invitations=cap.invitations, minutes=cap.minutes),
        most=AmountModel(invitations=max(invitations), minutes=max(asked)),
        median=AmountModel(invitations=median_low(invitations), minutes=median_low(asked)),
        at_cap=sum(one.invitations >= cap.invitations or one.minutes >= cap.minutes for one in found),
        wave=WaveLoadModel(minutes=minutes, over=room.over, fits_from=room.fits_from),
    )
