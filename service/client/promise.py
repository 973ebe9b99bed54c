"""What a respondent is told before answering: the contract in plain words."""

import textwrap
from urllib.parse import urlsplit

from privacy.contract import Manifest, Pairing
from privacy.errors import Invalid, Problem
from privacy.guarantee import guarantee_of
from privacy.plan import design_of
from privacy.survey import Texts
from service.client.failures import one_line

WIDTH = 88


def language_of(manifest: Manifest, wanted: str | None) -> str:
    """The language to ask in: ``wanted``, or English where nobody chose. Raises Invalid if there is none."""
    if wanted is None:
        return "en" if "en" in manifest.title else next(iter(manifest.title))
    if wanted not in manifest.title:
        languages = one_line(", ".join(manifest.title))
        problem = Problem(
            "language", "--language", "the survey has no such language", f"choose of {languages}"
        )
        raise Invalid([problem])
    return wanted


def text_in(texts: Texts, language: str) -> str:
    """One text as one printable line; another language where this one is missing."""
    return one_line(texts.get(language) or texts.get("en") or next(iter(texts.values())))


def promise(manifest: Manifest, base_url: str, language: str) -> str:
    """The paragraphs shown before the first question."""
    policy = manifest.policy
    design = design_of(manifest.questions, manifest.attributes, policy)
    guarantee = guarantee_of(design, policy, manifest.pairing)
    host = urlsplit(base_url).netloc
    closes = f"{manifest.closes_at:%Y-%m-%d at %H:%M} UTC"
    points = [
        "Your answer is sealed on this machine, and opened after the close together with all others.",
        "Nobody, the operator included, can tell which sealed answer is yours.",
        f"No group of fewer than {policy.k} people is shown.",
        "Every number is published with random noise, drawn once. Noise means that a number is about right "
        "for a group and says next to nothing about one person. "
        f"{guarantee['presence']['words']} {guarantee['answers']['words']}",
    ]
    if manifest.pairing is not None:
        points.append(_comparison(manifest.pairing))
    if any(question.type == "text" for question in manifest.questions):
        points.append(
            f"Comments on a question are published if at least {policy.comment_k} people wrote one, shuffled "
            "and without anything else of an answer. No noise is added to them: what you write about "
            "yourself, or how you write, can give you away."
        )
    return "\n".join(
        (
            text_in(manifest.title, language),
            "",
            _paragraph(
                f"Asked by {host} of {manifest.invited} invited people, until {closes}. Every question may "
                "be skipped. Until the close you can change or withdraw your answer."
            ),
            "",
            "The contract of this survey, which your link names by its hash, says:",
            *(_paragraph(point, "- ") for point in points),
            _paragraph(
                "Not promised: hiding from somebody who watches your network that you took part, and when."
            ),
        )
    )


def _comparison(pairing: Pairing) -> str:
    other = "an earlier survey" if pairing.carried_until is None else "a later survey"
    if pairing.links > 1:
        other = "an earlier survey and a later one"
    kept = "Nothing is kept for a later survey."
    if pairing.carried_until is not None:
        kept = (
            "Of an answer with a code, what is compared is kept sealed until the later survey's results are "
            f"out, and no longer than {pairing.carried_until:%Y-%m-%d at %H:%M} UTC; then it is destroyed "
            "with its key."
        )
    return (
        f"With a program code, if you like, your answers are compared with those to {other}, after the "
        "close, inside the software that opens all answers together. The average change of everybody with a "
        f"code comes out, with noise, and nobody can link you to a code. {kept} What this costs in privacy "
        f"is in the numbers above: epsilon {pairing.epsilon_presence:g} for whether you answered, "
        f"{pairing.epsilon_answers:g} for what you answered."
    )


def _paragraph(text: str, mark: str = "") -> str:
    return textwrap.fill(text, WIDTH, initial_indent=mark, subsequent_indent=" " * len(mark))
