"""Questions and attributes of a given size, in one language."""

from privacy.survey import Attribute, Option, Question


def options(count: int) -> tuple[Option, ...]:
    return tuple(Option(f"o{place}", {"en": f"Option {place}"}) for place in range(count))


def choice(name: str, count: int) -> Question:
    return Question(name, "choice", {"en": name}, options(count))


def multiple(name: str, count: int) -> Question:
    return Question(name, "multiple", {"en": name}, options(count))


def nps(name: str) -> Question:
    return Question(name, "nps", {"en": name})


def attribute(name: str, levels: int) -> Attribute:
    return Attribute(name, {"en": name}, options(levels))
