"""A survey's own words of its letters: checked before they are stored, and shown as they will read."""

from dataclasses import dataclass
from datetime import timedelta

from sqlmodel import Session

from privacy.errors import Invalid, Problem
from privacy.survey import Survey
from service.accounts import audit
from service.accounts.audit import Actor
from service.distribution.letter_words import KINDS, WORDS, Template
from service.distribution.letters import Facts, Written, check_template, sheet_of
from service.errors import NotFound
from service.http.context import Context
from service.store import mail_texts, surveys
from service.store.unit_of_work import reading, unit_of_work
from service.surveys.definition_file import load
from service.surveys.minutes import minutes_of

_EXAMPLE_CODE = "q83vEjRWeJCrze8SNFZ4kA"
_EXAMPLE_OPEN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class OwnLetter:
    """The words of a kind of letter in a language; ``own`` says whether they are the survey's."""

    kind: str
    language: str
    template: Template
    own: bool


def letters_of(context: Context, survey_id: str) -> list[OwnLetter]:
    """Every kind of letter in every language of the survey that letters have. Raises NotFound."""
    with reading(context.main) as tx:
        survey, own = _survey(tx, survey_id), _own(tx, survey_id)
    return [
        OwnLetter(kind, language, own.get((kind, language)) or usual, (kind, language) in own)
        for kind in KINDS
        for language in survey.languages
        if (usual := _usual(kind, language)) is not None
    ]


def put_letter(
    context: Context, by: Actor, survey_id: str, template: Template, *, kind: str, language: str
) -> None:
    """Store a survey's own words. Raises NotFound, and Invalid with every fault."""
    check_template(template)
    with unit_of_work(context.main) as tx:
        _check_place(_survey(tx, survey_id), kind, language)
        mail_texts.put(tx, survey_id, kind, language, subject=template.subject, text=template.text)
        audit.record(tx, context, by, "change letter", survey_id, kind=kind, language=language)


def drop_letter(context: Context, by: Actor, survey_id: str, *, kind: str, language: str) -> None:
    """Go back to the usual words. Raises NotFound, for a kind or language that there is not too."""
    with unit_of_work(context.main) as tx:
        _check_place(_survey(tx, survey_id), kind, language)
        if mail_texts.drop(tx, survey_id, kind, language):
            audit.record(tx, context, by, "drop letter", survey_id, kind=kind, language=language)


def preview(
    context: Context, survey_id: str, template: Template | None = None, *, kind: str, language: str
) -> Written:
    """How a letter will read, with an example's link; ``template`` before it is stored, or what is stored.

    Raises NotFound, and Invalid for a template that does not hold.
    """
    with reading(context.main) as tx:
        survey, own = _survey(tx, survey_id), _own(tx, survey_id)
    _check_place(survey, kind, language)
    if template is not None:
        check_template(template)
    found = template or own.get((kind, language)) or _usual(kind, language)
    if found is None:
        raise NotFound("there is no such letter")
    facts = Facts(
        title=survey.title,
        languages=survey.languages,
        closes_at=context.clock().replace(second=0, microsecond=0) + _EXAMPLE_OPEN,
        zone="UTC",
        minutes=minutes_of(survey),
        organisation=context.settings.organisation,
    )
    base = context.settings.link_base
    link, quiet_link = f"{base}/w/{bytes(32).hex()}#{_EXAMPLE_CODE}", f"{base}/quiet#{_EXAMPLE_CODE}"
    return sheet_of(found, facts, language).written(link, quiet_link)


def _survey(tx: Session, survey_id: str) -> Survey:
    return load(surveys.get_survey(tx, survey_id).source)[0]


def _own(tx: Session, survey_id: str) -> dict[tuple[str, str], Template]:
    rows = mail_texts.texts_of(tx, survey_id)
    return {(row.kind, row.language): Template(row.subject, row.text) for row in rows}


def _usual(kind: str, language: str) -> Template | None:
    words = WORDS.get(language.partition("-")[0])
    return None if words is None else words.of(kind)


def _check_place(survey: Survey, kind: str, language: str) -> None:
    if kind not in KINDS:
        raise NotFound(f"there is no such kind of letter; there are {' and '.join(KINDS)}")
    if language not in survey.languages or language.partition("-")[0] not in WORDS:
        message = "the survey is not in this language, or letters are not"
        remedy = f"the survey is in {', '.join(survey.languages)}; letters are in {', '.join(WORDS)}"
        raise Invalid([Problem("letter-language", "language", message, remedy)])
