"""Questions, attributes and hierarchies of a given size, in one language."""

from collections.abc import Sequence

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


def hierarchy(*steps: tuple[str, Sequence[int]]) -> tuple[Attribute, ...]:
    """The steps by name, each with how many children each level of the step above has."""
    found: list[Attribute] = []
    for name, children in steps:
        above = found[-1] if found else None
        parents = [level.id for level in above.levels] if above else [None]
        places = [parent for parent, number in zip(parents, children, strict=True) for _ in range(number)]
        levels = tuple(
            Option(f"{name}-{place}", {"en": f"{name} {place}"}, parent)
            for place, parent in enumerate(places)
        )
        found.append(Attribute(name, {"en": name}, levels, "roster", parent=above.id if above else None))
    return tuple(found)
