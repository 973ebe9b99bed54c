"""What the people on a survey's roster are asked for by all surveys together."""

from collections.abc import Collection
from datetime import date

from sqlmodel import Session

from privacy.survey import Survey
from service.clock import today
from service.http.context import Context
from service.store.load import loads
from service.surveys.load_models import LoadModel, load_model
from service.surveys.load_room import LoadRoom, cap_of, room_now, words_of
from service.surveys.minutes import minutes_of


def load_of(tx: Session, context: Context, survey: Survey, people: Collection[str]) -> LoadModel:
    """The load of ``people``, drafts with drawn people counted, and what a wave of ``survey`` would add."""
    day, cap, minutes = today(context.clock), cap_of(context.settings), minutes_of(survey)
    room = room_now(tx, people, minutes, day, cap)
    return load_model(loads(tx, people, day).values(), minutes, room, cap)


def load_advice(
    tx: Session,
    context: Context,
    survey: Survey,
    people: Collection[str],
    day: date,
    *,
    but: str | None = None,
) -> list[str]:
    """What a plan notes of a wave that opens on ``day``: nothing if nobody is asked for too much."""
    cap = cap_of(context.settings)
    room: LoadRoom = room_now(tx, people, minutes_of(survey), day, cap, but=but)
    return [words_of(room, cap)] if room.over else []
