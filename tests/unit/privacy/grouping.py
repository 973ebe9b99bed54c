"""Attributes, rosters and groups to test merging with."""

from collections.abc import Mapping, Sequence

from privacy.groups import Grouped, grouped
from privacy.survey import Attribute, Option


def flat(name: str, *levels: str, ordered: bool = False) -> Attribute:
    options = tuple(Option(level, {"en": level.title(), "de": level.upper()}) for level in levels)
    return Attribute(name, {"en": name}, options, "roster", ordered=ordered)


def hierarchy(*names: str) -> tuple[Attribute, ...]:
    return tuple(Attribute(name, {"en": name}, (), "roster", path="unit") for name in names)


def people(column: str, sizes: Mapping[str, int]) -> list[dict[str, str]]:
    return [{column: level} for level, number in sizes.items() for _ in range(number)]


def group(
    attributes: Sequence[Attribute],
    roster: Sequence[Mapping[str, str]],
    merge_at: int = 10,
    previous: Sequence[Attribute] = (),
) -> Grouped:
    return grouped(attributes, roster, merge_at=merge_at, previous=previous, languages=("en", "de"))


def found(groups: Grouped, name: str) -> list[str]:
    """The groups of one attribute as ``a+b``."""
    (attribute,) = [attribute for attribute in groups.attributes if attribute.id == name]
    return ["+".join(level.members or (level.id,)) for level in attribute.levels]


def paths(sizes: Mapping[str, int]) -> list[dict[str, str]]:
    """People by path, given as ``A/B/C``."""
    return people("unit", {path.replace("/", " / "): number for path, number in sizes.items()})
