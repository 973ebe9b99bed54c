"""What the survey of a program offers its forms: attributes with their levels, and measures, in words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session

from privacy.survey import Survey
from service.store import rosters, surveys
from service.surveys.definition_file import load
from service.surveys.roster_summary import summarise

Named = tuple[str, str]  # an id and its text


@dataclass(frozen=True, slots=True)
class AttributeChoice:
    """An attribute that may say who takes part. Levels of a hierarchy's step are those of the roster."""

    id: str
    text: str
    source: str
    levels: tuple[Named, ...]
    sizes: Mapping[str, int]  # people on the roster by level; empty where it does not tell

    def texts(self, wanted: Sequence[str]) -> list[str]:
        """Texts of levels, in the order of the attribute; a level it has no more is its id."""
        known = dict(self.levels)
        return [text for level, text in self.levels if level in wanted] + [
            level for level in wanted if level not in known
        ]


@dataclass(frozen=True, slots=True)
class SurveyChoices:
    """A survey in its first language."""

    id: str
    title: str
    languages: tuple[str, ...]
    attributes: tuple[AttributeChoice, ...]
    measures: tuple[tuple[str, tuple[Named, ...]], ...]  # kind of measure, and "kind:ref" with its text
    has_promoters: bool  # whether it asks for eNPS

    def attribute(self, name: str | None) -> AttributeChoice | None:
        """The attribute of this id."""
        return next((one for one in self.attributes if one.id == name), None)


def survey_choices(tx: Session, survey_id: str | None) -> SurveyChoices | None:
    """The survey of a program, None if it has none. Raises NotFound."""
    if survey_id is None:
        return None
    row = surveys.get_survey(tx, survey_id)
    survey, _ = load(row.source)
    language = survey.languages[0]
    sizes = summarise(survey, rosters.attributes_of(tx, survey_id)).attributes
    counted = {one.id: one.levels for one in sizes}
    attributes = (
        AttributeChoice(
            one.id,
            one.text[language],
            one.source,
            tuple(
                (level.id, level.text[language])
                for level in (one.levels if one.path is None else counted.get(one.id, ()))
            ),
            {level.id: level.people for level in counted.get(one.id, ())},
        )
        for one in survey.attributes
    )
    title = row.title.get(language, row.id)
    promoters = any(one.type == "nps" for one in survey.questions)
    measures = _measures(survey, language)
    return SurveyChoices(
        row.id, title, tuple(survey.languages), tuple(attributes), measures, has_promoters=promoters
    )


def _measures(survey: Survey, language: str) -> tuple[tuple[str, tuple[Named, ...]], ...]:
    scales = [one for one in survey.questions if one.type == "scale"]
    used = {one.theme for one in scales}
    found = {
        "theme": [(f"theme:{one.id}", one.text[language]) for one in survey.themes if one.id in used],
        "item": [(f"item:{one.id}", one.text[language]) for one in scales],
    }
    return tuple((kind, tuple(named)) for kind, named in found.items() if named)
