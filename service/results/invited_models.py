"""What a wave's results say to the people who were invited: what is shown, and what was done about it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from privacy.rows import NUMBERS
from service.results.released import Released
from service.results.selection import FigureKind
from service.store.actions import ActionState

Texts = Mapping[str, str]
_LEFT_OUT = {*NUMBERS[4:], "shown"}  # of a released row: what only a comparison of groups needs


class InvitedRequestModel(BaseModel):
    """An invitation, as its link carries it: `/w/<wave>#<code>`."""

    model_config = ConfigDict(extra="forbid", strict=True)

    invitation: str = Field(description="The code.", examples=["q83vEjRWeJCrze8SNFZ4kA"])


class OptionTextModel(BaseModel):
    """An answer option or a level."""

    id: str
    text: Texts = Field(description="By language.")


class QuestionTextModel(OptionTextModel):
    """A question, texts left out: comments are not read here."""

    type: Literal["scale", "choice", "multiple", "nps"]
    theme: str | None
    options: list[OptionTextModel]


class AttributeTextModel(OptionTextModel):
    """An attribute; a group that did not state it has the level `not-said`."""

    levels: list[OptionTextModel]


class ShownFigureModel(BaseModel):
    """One figure of one group. What is withheld is not in the list at all."""

    table: list[str] = Field(description="Attribute ids of the breakdown, empty for the whole.")
    group: dict[str, str] = Field(description="Level ids by attribute id.", examples=[{"unit": "north"}])
    figure: FigureKind
    question: str | None
    theme: str | None
    option: str | None
    value: float | None = Field(description="Unbiased; clip it to `low` and `high`. Null beside `words`.")
    low: float | None = Field(description="Lower end of the 90 % interval of the noise.")
    high: float | None
    margin: float | None = Field(description="90 % margin of the noise, rounded up. Null beside `words`.")
    words: Literal["almost all", "almost none"] | None


class PromiseModel(BaseModel):
    """What the noise keeps from somebody who guesses."""

    guess: int = Field(description="Most right guesses of 100, rounded up.", examples=[69])
    words: str = Field(description="The same as an English sentence.")


class PublishedActionModel(BaseModel):
    """Something that was decided after the wave."""

    theme: str | None = Field(description="Id of the theme it is about.")
    text: Texts = Field(description="By language.")
    state: ActionState
    owner: str = Field(description="Who sees to it; may be empty.")
    due: date | None


class InvitedPolicyModel(BaseModel):
    """Of the contract: what decides which groups are shown."""

    k: int = Field(description="Fewest respondents of a group that is shown.", examples=[5])


class InvitedResultsModel(BaseModel):
    """The results of one wave as everybody who was invited may read them."""

    wave: str = Field(description="64 hex digits.")
    title: Texts
    closed_on: date
    invited: int
    responses: int = Field(description="Sealed responses on the board.")
    policy: InvitedPolicyModel
    guarantee: Mapping[Literal["presence", "answers"], PromiseModel]
    questions: list[QuestionTextModel]
    themes: Mapping[str, Texts]
    attributes: list[AttributeTextModel]
    figures: list[ShownFigureModel] = Field(description="In the order of the release, shown ones alone.")
    actions: list[PublishedActionModel]


def invited_results(found: Released, actions: Sequence[PublishedActionModel]) -> InvitedResultsModel:
    """The model of a release and of the published actions, in their order."""
    manifest, release = found.manifest, found.value
    return InvitedResultsModel(
        wave=found.wave,
        title=manifest.title,
        closed_on=found.closed_at.date(),
        invited=release["board"]["invited"],
        responses=release["board"]["responses"],
        policy=InvitedPolicyModel(k=manifest.policy.k),
        guarantee={
            "presence": PromiseModel.model_validate(release["guarantee"]["presence"]),
            "answers": PromiseModel.model_validate(release["guarantee"]["answers"]),
        },
        questions=[
            QuestionTextModel(
                id=one.id,
                text=one.text,
                type=one.type,
                theme=one.theme,
                options=[OptionTextModel(id=option.id, text=option.text) for option in one.options],
            )
            for one in manifest.questions
            if one.type != "text"
        ],
        themes=found.themes,
        attributes=[
            AttributeTextModel(
                id=one.id,
                text=one.text,
                levels=[OptionTextModel(id=level.id, text=level.text) for level in one.levels],
            )
            for one in manifest.attributes
        ],
        figures=[
            ShownFigureModel.model_validate({name: row[name] for name in row if name not in _LEFT_OUT})
            for row in found.rows
            if row["shown"]
        ],
        actions=list(actions),
    )
