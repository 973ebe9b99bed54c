"""A strategy for sound definitions, as data."""

from hypothesis import strategies as st

from privacy.survey import PROGRAM_KINDS
from tests.property.definition_files import Data

WORDS = st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=8)
PLAIN = st.lists(WORDS, min_size=1, max_size=4).map(" ".join)
IDS = st.from_regex(r"[a-z][a-z0-9]{0,5}(-[a-z0-9]{1,4}){0,2}", fullmatch=True).filter(
    lambda identifier: identifier != "not-said"
)


@st.composite
def definitions(draw: st.DrawFn) -> Data:
    """Sound definitions with every type of question, two attributes, two themes and a hierarchy or more."""
    languages = draw(
        st.lists(st.sampled_from(["en", "de", "fr", "pt-BR", "ar"]), min_size=1, max_size=3, unique=True)
    )

    def texts() -> dict[str, str]:
        return {language: draw(PLAIN) for language in draw(st.permutations(languages))}

    def entries(least: int, most: int) -> list[Data]:
        ids = draw(st.lists(IDS, min_size=least, max_size=most, unique=True))
        return [{"id": identifier, "text": texts()} for identifier in ids]

    length = draw(st.integers(2, 11))
    lists = {f"steps-{number}": entries(length, length) for number in range(draw(st.integers(1, 2)))}
    themes = entries(2, 3)
    kinds = ["scale", "scale", "choice", "multiple", "nps", "text"]
    kinds += draw(st.lists(st.sampled_from(kinds), max_size=3))
    ids = draw(st.lists(IDS, min_size=len(kinds), max_size=len(kinds), unique=True))
    questions: list[Data] = []
    names = list(lists)
    for identifier, kind in zip(ids, kinds, strict=True):
        question: Data = {"id": identifier, "type": kind, "text": texts()}
        if kind == "scale":
            name = names[len(questions) % len(names)]
            question["options"] = name
            question["reverse"] = draw(st.booleans())
            question["theme"] = themes[len(questions) % 2]["id"]
            if draw(st.booleans()):
                options = [option["id"] for option in lists[name]]
                question["favourable"] = draw(
                    st.lists(st.sampled_from(options), min_size=1, max_size=len(options) - 1, unique=True)
                )
        elif kind in ("choice", "multiple"):
            question["options"] = entries(2, 4)
        elif kind == "text":
            question["max_bytes"] = draw(st.integers(1, 4_000))
        questions.append(question)
    questions[-1]["theme"] = themes[-1]["id"]
    if response_size(questions) > 16_000:
        for question in questions:
            question.pop("max_bytes", None) and question.update(max_bytes=100)
    attributes = [
        {**attribute, "source": draw(st.sampled_from(["roster", "self"])), "levels": entries(2, 4)}
        for attribute in entries(2, 3)
    ]
    steps = [f"hierarchy-step-{step}" for step in range(draw(st.integers(2, 6)))]
    attributes += [{"id": step, "path": "hierarchy-path", "text": texts()} for step in steps]
    first, second = attributes[0]["id"], attributes[1]["id"]
    return {
        "id": draw(IDS),
        "version": draw(st.sampled_from(["1", "1.0", "2024-05", "3.1-beta"])),
        "title": texts(),
        "languages": languages,
        "cadence": draw(st.sampled_from(["once", "weekly", "quarterly", "yearly"])),
        "programs": draw(st.lists(st.sampled_from(PROGRAM_KINDS), min_size=1, max_size=3, unique=True)),
        "outside_figure": texts(),
        "option_lists": lists,
        "themes": themes,
        "questions": questions,
        "scales": [{"construct": draw(PLAIN), "source": draw(PLAIN), "items": ids[:2]}],
        "attributes": attributes,
        "breakdowns": [[first], [second, first], [steps[-1]], [first, steps[0]]],
    }


def response_size(questions: list[Data]) -> int:
    return sum(question.get("max_bytes", 0) + 4 for question in questions)
