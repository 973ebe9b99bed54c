"""Letters over HTTP: a survey's own words, how they will read, and turning reminders off."""

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field

from service.accounts.auth import ANALYSTS, OWNERS, OwnerCaller, require
from service.distribution import quiet
from service.distribution.letter_words import Template
from service.distribution.letters import SUBJECT_LENGTH, TEXT_LENGTH, Written
from service.distribution.own_letters import drop_letter, letters_of, preview, put_letter
from service.distribution.trial_letter import send_trial
from service.http.body import JSON, Body, parsed, raw_body, request_body, schema_of
from service.http.context import Context, context_of
from service.http.problem import responses

_LARGEST = 64 * 1024  # bytes
_LARGEST_CODE = 1024
ContextDependency = Annotated[Context, Depends(context_of)]


@dataclass(frozen=True, slots=True)
class Which:
    """The letter that an address names."""

    survey: str
    kind: str
    language: str


WhichDependency = Annotated[Which, Depends(Which)]
LetterBody = Annotated[Body, Depends(raw_body((JSON,), _LARGEST))]


class TemplateModel(BaseModel):
    """The words of a letter. {link} stands in the text once; {survey}, {closes}, {minutes} and {organisation}
    may be used.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    subject: str = Field(max_length=2 * SUBJECT_LENGTH, examples=["{survey}: your view"])
    text: str = Field(
        max_length=2 * TEXT_LENGTH,
        description="Plain text; the HTML is made from it, and every letter ends with what is promised.",
        examples=["Hello,\n\nplease tell us about {survey} until {closes}.\n\n{link}"],
    )


class LetterModel(TemplateModel):
    """A kind of letter in a language of the survey."""

    kind: Literal["invitation", "reminder"]
    language: str = Field(examples=["en"])
    own: bool = Field(description="Whether the words are the survey's own and not the usual ones.")


class LettersModel(BaseModel):
    """Every letter of a survey."""

    items: list[LetterModel]


class WrittenModel(BaseModel):
    """A letter as somebody will read it; the links are an example's."""

    subject: str
    text: str
    html: str
    language: str

    @classmethod
    def of(cls, letter: Written) -> "WrittenModel":
        """The model of a letter."""
        return cls(subject=letter.subject, text=letter.text, html=letter.html, language=letter.language)


class TrialModel(BaseModel):
    """Where a trial letter goes, and with which words."""

    model_config = ConfigDict(extra="forbid", strict=True)

    to: str = Field(max_length=254, description="One address; it is not stored.", examples=["me@example.org"])
    words: TemplateModel | None = Field(
        default=None, description="Words that are not stored yet; null for those that are."
    )


class QuietModel(BaseModel):
    """The code in the link at the end of every letter."""

    model_config = ConfigDict(extra="forbid", strict=True)

    code: str = Field(max_length=200, examples=["q83vEjRWeJCrze8SNFZ4kA"])


def router() -> APIRouter:
    """/api/v1/surveys/{survey}/letters and /api/v1/reminders/off."""
    routes = APIRouter(prefix="/api/v1", tags=["letters"])
    one = "/surveys/{survey}/letters/{kind}/{language}"

    @routes.get(
        "/surveys/{survey}/letters",
        dependencies=[Depends(require(*ANALYSTS))],
        operation_id="list_letters",
        summary="List a survey's letters",
        responses=responses(401, 403, 404, 422, 503),
    )
    def list_letters(survey: str, context: ContextDependency) -> LettersModel:
        """In every language that both the survey and letters have."""
        return LettersModel(
            items=[
                LetterModel.model_validate(
                    {
                        "kind": letter.kind,
                        "language": letter.language,
                        "own": letter.own,
                        "subject": letter.template.subject,
                        "text": letter.template.text,
                    }
                )
                for letter in letters_of(context, survey)
            ]
        )

    @routes.put(
        one,
        status_code=204,
        operation_id="put_letter",
        summary="Give a letter words of the survey's own",
        responses=responses(401, 403, 404, 413, 415, 422, 503),
        openapi_extra=request_body({JSON: {"schema": schema_of(TemplateModel)}}),
    )
    def put(by: OwnerCaller, which: WhichDependency, body: LetterBody, context: ContextDependency) -> None:
        """Letters of waves that are open have them from the next one on."""
        put_letter(context, by, which.survey, _template(body), kind=which.kind, language=which.language)

    @routes.delete(
        one,
        status_code=204,
        operation_id="drop_letter",
        summary="Go back to the usual words",
        responses=responses(401, 403, 404, 422, 503),
    )
    def drop(by: OwnerCaller, which: WhichDependency, context: ContextDependency) -> None:
        """Nothing happens if they are used already."""
        drop_letter(context, by, which.survey, kind=which.kind, language=which.language)

    @routes.post(
        one + "/preview",
        dependencies=[Depends(require(*OWNERS))],
        operation_id="preview_letter",
        summary="See how a letter will read",
        responses=responses(401, 403, 404, 413, 415, 422, 503),
        openapi_extra=request_body({JSON: {"schema": schema_of(TemplateModel)}}),
    )
    def look(which: WhichDependency, body: LetterBody, context: ContextDependency) -> WrittenModel:
        """With what every letter ends with. Nothing is stored."""
        words = _template(body)
        found = preview(context, which.survey, words, kind=which.kind, language=which.language)
        return WrittenModel.of(found)

    @routes.post(
        one + "/trial",
        status_code=204,
        operation_id="send_trial_letter",
        summary="Send a letter to yourself",
        responses=responses(401, 403, 404, 409, 413, 415, 422, 503),
        openapi_extra=request_body({JSON: {"schema": schema_of(TrialModel)}}),
    )
    def trial(by: OwnerCaller, which: WhichDependency, body: LetterBody, context: ContextDependency) -> None:
        """With an example's links, at once. What the mail server says against it is the answer."""
        wanted = parsed(TrialModel, body.content)
        words = None if wanted.words is None else Template(wanted.words.subject, wanted.words.text)
        send_trial(context, by, which.survey, wanted.to, words, kind=which.kind, language=which.language)

    @routes.post(
        "/reminders/off",
        status_code=204,
        operation_id="turn_reminders_off",
        summary="Get no reminders any more",
        tags=["respondent"],
        responses=responses(413, 415, 422, 503),
        openapi_extra=request_body({JSON: {"schema": schema_of(QuietModel)}}),
    )
    def turn_off(
        body: Annotated[Body, Depends(raw_body((JSON,), _LARGEST_CODE))], context: ContextDependency
    ) -> None:
        """For good, of every survey. A code that is nobody's gets the same answer."""
        quiet.turn_off(context, parsed(QuietModel, body.content).code)

    return routes


def _template(body: Body) -> Template:
    wanted = parsed(TemplateModel, body.content)
    return Template(wanted.subject, wanted.text)
