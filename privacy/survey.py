"""What a survey is: questions, options, themes and attributes. Values only; definition.py parses them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

QUESTION_TYPES = ("scale", "choice", "multiple", "nps", "text")
QuestionType = Literal["scale", "choice", "multiple", "nps", "text"]
AttributeSource = Literal["roster", "self"]
Texts = Mapping[str, str]  # language tag -> text
NPS_SCORES = 11  # 0 to 10
ProgramKind = Literal[
    "mentorship",
    "sponsorship",
    "employee-resource-group",
    "ally-network",
    "ally-training",
    "manager-training",
    "flexible-work",
    "professional-development",
    "recognition",
    "community-outreach",
    "benefits-policy",
    "representation-network",
    "culture-initiative",
    "other",
]
PROGRAM_KINDS: tuple[ProgramKind, ...] = get_args(ProgramKind)


@dataclass(frozen=True, slots=True)
class Option:
    """An answer option, or a level of an attribute, in its order.

    The rest is of levels alone: ``parent`` is the level of the attribute above in a hierarchy, ``invited``
    the public number of people on the roster, and ``members`` the levels that were merged into this one.
    """

    id: str
    text: Texts
    parent: str | None = None
    invited: int | None = None
    members: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    ``options`` belong to scale, choice and multiple and run from the least to the most agreement on a scale;
    ``favourable`` are option ids of a scale; ``reverse`` marks a scale whose agreement is unfavourable, so
    that its score is K + 1 minus the option's position; ``max_bytes`` bounds the UTF-8 length of a text.
    """

    id: str
    type: QuestionType
    text: Texts
    options: tuple[Option, ...] = ()
    favourable: tuple[str, ...] = ()
    reverse: bool = False
    theme: str | None = None
    max_bytes: int = 0


@dataclass(frozen=True, slots=True)
class Attribute:
    """A way to break results down. Respondents state it themselves, inside the sealed response.

    ``roster`` attributes are also a column of the roster, so that public group sizes are known. ``reason``
    says why it is asked: kept with the definition, it is in no manifest, so respondents do not see it.

    Attributes of one ``path`` are the steps of an organisation's hierarchy, coarsest first; ``parent`` is the
    attribute a step above. Their levels come from the roster's column of that name, whose fields are paths,
    and stand in the order of their parents. Levels of an ``ordered`` attribute are merged with their
    neighbours only.
    """

    id: str
    text: Texts
    levels: tuple[Option, ...]
    source: AttributeSource = "self"
    reason: Texts | None = None
    path: str | None = None
    ordered: bool = False
    parent: str | None = None


@dataclass(frozen=True, slots=True)
class Theme:
    """A set of questions that is reported together."""

    id: str
    text: Texts


@dataclass(frozen=True, slots=True)
class Scale:
    """The construct that some items measure and where the scale comes from."""

    construct: str
    source: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Survey:
    """A survey definition that holds together.

    ``programs`` are the kinds of program that it evaluates, of PROGRAM_KINDS; ``outside_figure`` suggests a
    figure from elsewhere, such as retention, to hold its results against.
    """

    id: str
    version: str
    title: Texts
    languages: tuple[str, ...]
    questions: tuple[Question, ...]
    attributes: tuple[Attribute, ...] = ()
    themes: tuple[Theme, ...] = ()
    breakdowns: tuple[tuple[str, ...], ...] = ()
    cadence: str | None = None
    scales: tuple[Scale, ...] = field(default=())
    programs: tuple[str, ...] = ()
    outside_figure: Texts | None = None
