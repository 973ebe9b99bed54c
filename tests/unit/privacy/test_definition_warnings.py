from dataclasses import replace

import pytest

from privacy.definition_warnings import warnings
from privacy.survey import Attribute, Option, Question, Scale, Survey, Theme

STEPS = tuple(Option(f"step-{step}", {"en": f"Step {step}"}) for step in range(1, 6))
LEVELS = (Option("north", {"en": "North"}), Option("south", {"en": "South"}))
ITEM = Question("item", "scale", {"en": "I have time."}, STEPS, ("step-4", "step-5"))


def survey(
    *questions: Question, attributes: tuple[Attribute, ...] = (), scales: tuple[Scale, ...] = ()
) -> Survey:
    return Survey(
        id="pulse",
        version="1",
        title={"en": "Pulse"},
        languages=("en",),
        questions=questions,
        attributes=attributes,
        breakdowns=tuple((attribute.id,) for attribute in attributes),
        scales=scales,
    )


def found(subject: Survey) -> list[tuple[str, str]]:
    problems = warnings(subject)
    assert all(problem.severity == "warning" for problem in problems)
    return [(problem.id, problem.place) for problem in problems]


def ask(text: str) -> list[str]:
    return [problem for problem, _ in found(survey(Question("q", "text", {"en": text}, max_bytes=100)))]


@pytest.mark.parametrize(
    "text",
    [
        "What is your name?",
        "Your full name",
        "Please give us your first and last name.",
        "Surname",
        "Name",
        "Name:",
        "Wie lautet Ihr Name?",
        "Nennen Sie Ihren vollständigen Namen.",
        "Vorname und Nachname",
        "Wie heißen Sie?",
        "Wie heisst du?",
        "If you do not mind, what is your name?",
        "Under which e-mail address can we reach you?",
        "Your email",
        "What is your work e-mail?",
        "E-Mail-Adresse",
        "Bitte geben Sie Ihre E-Mail an.",
        "Date of birth",
        "What is your birth date?",
        "When were you born?",
        "Geburtsdatum",
        "Wann sind Sie geboren?",
        "What is your exact job title?",
        "Job title",
        "Ihre genaue Position",
        "Stellenbezeichnung",
        "Employee number",
        "What is your staff ID?",
        "Personalnummer",
        "Mitarbeiternummer",
        "Your phone number",
        "Handynummer",
        "Telefon",
        "Home address",
        "Ihre Anschrift",
        "Wie ist Ihre private Adresse?",
        "Postleitzahl",
        "What is your postcode?",
    ],
)
def test_a_question_that_identifies_is_warned_of(text: str) -> None:
    assert ask(text) == ["identifies"]


@pytest.mark.parametrize(
    "text",
    [
        "Name one thing that would help.",
        "What would you name as the greatest obstacle?",
        "Please do not give your name.",
        "Write freely, without your name or anybody's.",
        "Your name is not asked and not stored.",
        "Bitte nennen Sie Ihren Namen nicht.",
        "Schreiben Sie bitte keine Namen und keine Telefonnummer.",
        "Nennen Sie eine Sache, die Ihnen helfen würde.",
        "How should we address conflicts in your team?",
        "How comfortable are you with putting your name to an idea?",
        "Do you get too much e-mail?",
        "Wie gehen Sie mit Ihrer E-Mail-Flut um?",
        "Does your phone ring too often?",
        "Is the number of staff on your site right?",
        "Are staff numbers high enough?",
        "Does my job title say what I do?",
        "What is your role in decisions?",
        "How does the company celebrate birthdays?",
        "Was gehört bei uns zum guten Namensgedächtnis?",
        "Do people get on with whoever they work with?",
        "What do people here value most?",
    ],
)
def test_a_harmless_question_is_not(text: str) -> None:
    assert ask(text) == []


@pytest.mark.parametrize(
    "identifier",
    ["name", "email", "e-mail", "birth-date", "job-title", "employee-number", "phone", "address"],
)
def test_an_attribute_is_known_by_its_id_too(identifier: str) -> None:
    attribute = Attribute(identifier, {"en": "Please choose."}, LEVELS)
    assert found(survey(attributes=(attribute,))) == [("identifies", "attributes[0].text")]


def test_a_choice_that_identifies_is_warned_of_like_a_comment() -> None:
    question = Question("q", "choice", {"en": "What is your exact job title?"}, LEVELS)
    assert found(survey(ITEM, question)) == [("identifies", "questions[1].text")]


def test_each_kind_of_what_identifies_is_named_once() -> None:
    question = Question(
        "name", "text", {"en": "Your name and phone number", "de": "Ihr Name und Ihre Telefonnummer"}
    )
    messages = [problem.message for problem in warnings(survey(question))]
    assert messages == ["it asks for a name", "it asks for a phone number"]


@pytest.mark.parametrize(
    "text",
    [
        "Who has helped you most?",
        "Think back. Who stood in your way?",
        "With whom do you work best?",
        "Which colleague deserves thanks?",
        "Name one person who helped you.",
        "What should your manager do differently?",
        "Wer hat Ihnen am meisten geholfen?",
        "Welche Kollegin verdient Dank?",
        "Nennen Sie eine Person, die Ihnen geholfen hat.",
        "Was könnte Ihre Führungskraft besser machen?",
    ],
)
def test_a_comment_about_one_person_is_warned_of(text: str) -> None:
    assert ask(text) == ["about-a-person"]


@pytest.mark.parametrize(
    "text",
    [
        "What would help those who work at night?",
        "Please do not name any colleague.",
        "Was würde denen helfen, die nachts arbeiten, und wer weiß, warum?",
        "What could management do differently?",
    ],
)
def test_a_comment_about_the_work_is_not(text: str) -> None:
    assert ask(text) == []


def test_only_comments_can_be_about_one_person() -> None:
    scale = replace(ITEM, text={"en": "Your manager listens."})
    assert found(survey(scale)) == []


def test_many_levels_are_warned_of_from_13_on() -> None:
    levels = tuple(Option(f"l-{number}", {"en": f"Level {number}"}) for number in range(13))
    assert found(survey(attributes=(Attribute("site", {"en": "Site"}, levels[:12]),))) == []
    attribute = Attribute("site", {"en": "Site"}, levels)
    assert found(survey(attributes=(attribute,))) == [("many-levels", "attributes[0].levels")]


def test_a_cross_is_warned_of_from_61_groups_on() -> None:
    def crossed(rows: int, columns: int) -> Survey:
        attributes = tuple(
            Attribute(name, {"en": name}, tuple(Option(f"l-{n}", {"en": f"Level {n}"}) for n in range(size)))
            for name, size in (("row", rows), ("column", columns))
        )
        return replace(survey(attributes=attributes), breakdowns=(("row", "column"),))

    assert found(crossed(12, 5)) == []
    assert found(crossed(8, 8)) == [("many-groups", "breakdowns[0]")]


@pytest.mark.parametrize(
    "text", ["Managing director", "Chief Financial Officer", "Geschäftsführung", "Vorstand"]
)
def test_a_level_that_very_few_have_is_warned_of(text: str) -> None:
    attribute = Attribute("grade", {"en": "Grade"}, (*LEVELS, Option("top", {"en": text})))
    assert found(survey(attributes=(attribute,))) == [("rare-level", "attributes[0].levels[2]")]


@pytest.mark.parametrize(
    "text",
    [
        "Which gender identity do you have?",
        "Sexual orientation",
        "Do you have a disability?",
        "Geschlecht",
        "Welche sexuelle Orientierung haben Sie?",
        "Haben Sie eine Schwerbehinderung?",
        "Religion",
    ],
)
def test_a_sensitive_attribute_needs_a_reason_and_no_roster(text: str) -> None:
    attribute = Attribute("group", {"en": text}, LEVELS)
    assert found(survey(attributes=(attribute,))) == [("sensitive-without-reason", "attributes[0]")]
    explained = replace(attribute, reason={"en": "To see whether everybody is treated alike."})
    assert found(survey(attributes=(explained,))) == []
    known = replace(explained, source="roster")
    assert found(survey(attributes=(known,))) == [("sensitive-in-roster", "attributes[0]")]


def test_an_attribute_that_nothing_reports_is_warned_of() -> None:
    attribute = Attribute("site", {"en": "Site"}, LEVELS)
    unreported = replace(survey(attributes=(attribute,)), breakdowns=())
    assert found(unreported) == [("not-reported", "attributes[0]")]


def test_a_long_scale_without_a_reversed_item_is_warned_of() -> None:
    items = tuple(replace(ITEM, id=f"item-{number}") for number in range(5))
    scale = Scale("Time", "Our own", tuple(item.id for item in items))
    assert found(survey(*items, scales=(scale,))) == [("nothing-reversed", "scales[0]")]
    assert found(survey(*items, scales=(replace(scale, items=scale.items[:4]),))) == []
    turned = replace(items[2], reverse=True, favourable=("step-1", "step-2"))
    assert found(survey(*items[:2], turned, *items[3:], scales=(scale,))) == []


def test_a_theme_of_scales_of_two_lengths_is_warned_of() -> None:
    themes = (Theme("time", {"en": "Time"}), Theme("joy", {"en": "Joy"}))
    first, second = replace(ITEM, theme="time"), replace(ITEM, id="short", theme="time", options=STEPS[2:])
    assert found(replace(survey(first, second), themes=themes)) == [("mixed-scales", "themes[0]")]
    assert found(replace(survey(first, replace(second, theme="joy")), themes=themes)) == []


@pytest.mark.parametrize(
    ("favourable", "reverse", "warned"),
    [
        (("step-1", "step-2"), False, True),
        (("step-4", "step-5"), True, True),
        (("step-3",), False, False),
        (("step-1",), True, False),
        (("step-3", "step-4"), False, False),
    ],
)
def test_favourable_options_at_the_low_end_are_warned_of(
    favourable: tuple[str, ...], reverse: bool, warned: bool
) -> None:
    question = replace(ITEM, favourable=favourable, reverse=reverse)
    assert found(survey(question)) == ([("favourable-scores-low", "questions[0]")] if warned else [])


def test_a_warning_has_the_line_of_what_it_is_about() -> None:
    question = Question("q", "text", {"en": "What is your name?"}, max_bytes=100)
    lines = {("questions", 1, "text"): 42}
    assert [problem.line for problem in warnings(survey(ITEM, question), lines.get)] == [42]


def test_steps_above_one_that_is_reported_are_not_asked_for_nothing() -> None:
    steps = [
        Attribute(name, {"en": name}, (), "roster", path="place", parent=parent)
        for name, parent in (("site", None), ("building", "site"), ("floor", "building"))
    ]
    asked = replace(survey(ITEM, attributes=tuple(steps)), breakdowns=(("building",),))
    assert found(asked) == [("not-reported", "attributes[2]")]
