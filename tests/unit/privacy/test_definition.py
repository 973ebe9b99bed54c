"""A sound definition becomes the survey that it describes."""

import pytest

from privacy.definition import parse, response_bytes
from privacy.survey import Attribute, Option, Question, Scale, Survey, Theme
from tests.unit.privacy.definition_data import Data, both, option


def test_a_sound_definition_becomes_a_survey(definition: Data) -> None:
    steps = tuple(Option(f"step-{step}", both(f"step-{step}")) for step in range(1, 6))
    assert parse(definition) == Survey(
        id="team-pulse",
        version="1.0",
        title=both("Team pulse"),
        languages=("en", "de"),
        cadence="monthly",
        programs=("flexible-work", "other"),
        outside_figure=both("Overtime hours"),
        themes=(Theme("workload", both("Workload")),),
        questions=(
            Question("time", "scale", both("I have time."), steps, ("step-4", "step-5"), theme="workload"),
            Question("evenings", "scale", both("I work late."), steps, ("step-1", "step-2"), reverse=True),
            Question(
                "where",
                "choice",
                both("Where do you work best?"),
                (Option("desk", both("desk")), Option("home", both("home"))),
            ),
            Question(
                "tools", "multiple", both("Which tools?"), (Option("a", both("a")), Option("b", both("b")))
            ),
            Question("recommend", "nps", both("Would you recommend us?")),
            Question("lighter", "text", both("What would help?"), max_bytes=500),
        ),
        scales=(Scale("Workload", "Our own", ("time", "evenings")),),
        attributes=(
            Attribute(
                "site",
                both("Which site?"),
                (Option("north", both("north")), Option("south", both("south"))),
                "roster",
            ),
            Attribute(
                "tenure",
                both("How long?"),
                (Option("short", both("short")), Option("long", both("long"))),
                "self",
                both("To see how newcomers fare."),
            ),
        ),
        breakdowns=(("site",), ("site", "tenure")),
    )


def test_only_a_name_texts_languages_and_one_question_are_needed(definition: Data) -> None:
    minimal = {key: definition[key] for key in ("id", "version", "title", "languages")}
    survey = parse({**minimal, "questions": [definition["questions"][4]]})
    assert (survey.attributes, survey.themes, survey.breakdowns, survey.scales) == ((), (), (), ())
    assert (survey.cadence, survey.programs, survey.outside_figure) == (None, (), None)


def test_texts_come_in_the_order_of_the_languages(definition: Data) -> None:
    definition["title"] = {"de": "Teampuls", "en": "Team pulse"}
    assert list(parse(definition).title) == ["en", "de"]


@pytest.mark.parametrize(
    ("length", "reverse", "favourable"),
    [
        (2, False, [2]),
        (3, False, [3]),
        (3, True, [1]),
        (4, False, [3, 4]),
        (5, True, [1, 2]),
        (7, False, [6, 7]),
        (11, True, [1, 2]),
    ],
)
def test_favourable_is_by_default_the_end_that_scores_high(
    definition: Data, length: int, reverse: bool, favourable: list[int]
) -> None:
    definition["option_lists"]["agreement"] = [option(f"step-{step}") for step in range(1, length + 1)]
    definition["questions"][0]["reverse"] = reverse
    assert parse(definition).questions[0].favourable == tuple(f"step-{step}" for step in favourable)


def test_favourable_options_that_are_named_come_in_the_order_of_the_scale(definition: Data) -> None:
    definition["questions"][0]["favourable"] = ["step-5", "step-3"]
    assert parse(definition).questions[0].favourable == ("step-3", "step-5")


def test_the_size_of_a_response_is_that_of_the_protocol(definition: Data) -> None:
    survey = parse(definition)
    kind, scales, choice, multiple, nps, attributes, comment = 1, 2, 1, 1 + 1, 1, 2, 2 + 500
    expected = kind + scales + choice + multiple + nps + attributes + comment
    assert response_bytes(survey.questions, survey.attributes) == expected


def test_attributes_of_one_path_are_steps_that_have_no_levels_yet(definition: Data) -> None:
    text = both("Where in the organisation?")
    definition["attributes"][1:1] = [
        {"id": "division", "path": "unit", "text": text},
        {"id": "team", "path": "unit", "source": "roster", "text": text},
        {"id": "country", "path": "place", "text": text},
        {"id": "city", "path": "place", "text": text},
    ]
    definition["breakdowns"] += [["division"], ["team"], ["city", "tenure"], ["team", "city"]]
    survey = parse(definition)
    assert survey.attributes[1:5] == (
        Attribute("division", text, (), "roster", path="unit"),
        Attribute("team", text, (), "roster", path="unit", parent="division"),
        Attribute("country", text, (), "roster", path="place"),
        Attribute("city", text, (), "roster", path="place", parent="country"),
    )
    assert survey.breakdowns[2:] == (("division",), ("team",), ("city", "tenure"), ("team", "city"))


def test_the_groups_of_a_hierarchy_are_not_counted_before_the_roster_is_known(definition: Data) -> None:
    definition["attributes"][1]["levels"] = [option(f"l-{place}") for place in range(100)]
    definition["breakdowns"] = [["tenure", "department"]]
    definition["attributes"] += [
        {"id": name, "path": "unit", "text": both(name)} for name in ("department", "team")
    ]
    assert parse(definition).breakdowns == (("tenure", "department"),)


def test_levels_have_no_order_unless_it_is_said(definition: Data) -> None:
    definition["attributes"][1]["ordered"] = True
    assert [attribute.ordered for attribute in parse(definition).attributes] == [False, True]
