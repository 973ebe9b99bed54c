"""Draws a release for a terminal: figures with both 90 % margins, and what is withheld."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.console import Console
from rich.table import Table

from privacy.contract import Manifest
from privacy.survey import Survey, Texts

WITHHELD = "[dim]withheld[/dim]"
LANGUAGE = "en"
Row = Mapping[str, Any]


def show_release(console: Console, release: Mapping[str, Any], manifest: Manifest, survey: Survey) -> None:
    """Print the whole and each breakdown."""
    rows: list[Row] = list(release["figures"])
    console.print(_whole(rows, manifest, survey))
    for table in manifest.policy.tables:
        if table:
            console.print(_breakdown(rows, table, manifest, survey))


def _whole(rows: list[Row], manifest: Manifest, survey: Survey) -> Table:
    table = Table(title="Everybody", title_justify="left", title_style="bold", pad_edge=False)
    table.add_column("", overflow="fold", max_width=58)
    table.add_column("mean, 1 to 5", justify="right", no_wrap=True)
    table.add_column("favourable", justify="right", no_wrap=True)
    mine = [row for row in rows if not row["table"]]
    for question in manifest.questions:
        if question.type == "scale":
            table.add_row(_text(question.text), *_pair(mine, question=question.id, theme=None))
    table.add_section()
    for theme in survey.themes:
        table.add_row(_text(theme.text), *_pair(mine, question=None, theme=theme.id))
    table.add_row("All of these together", *_pair(mine, question=None, theme=None), style="bold")
    return table


def _breakdown(rows: list[Row], attributes: tuple[str, ...], manifest: Manifest, survey: Survey) -> Table:
    names = {attribute.id: _text(attribute.text) for attribute in manifest.attributes}
    title = f"{', '.join(names[attribute] for attribute in attributes)} (mean, 1 to 5)"
    table = Table(title=title, title_justify="left", title_style="bold", pad_edge=False)
    table.add_column("")
    table.add_column("answers", justify="right", no_wrap=True)
    for theme in survey.themes:
        table.add_column(_text(theme.text), justify="right")
    table.add_column("Together", justify="right", no_wrap=True)
    mine = [row for row in rows if tuple(row["table"]) == attributes]
    for group in _groups(mine):
        cells = [row for row in mine if row["group"] == group]
        means = [_value(_one(cells, "mean", question=None, theme=theme.id)) for theme in survey.themes]
        table.add_row(
            _group_name(group, manifest),
            _value(_one(cells, "count", question=None, theme=None)),
            *means,
            _value(_one(cells, "mean", question=None, theme=None)),
        )
    return table


def _groups(rows: list[Row]) -> Iterator[Mapping[str, str]]:
    seen: list[Mapping[str, str]] = []
    for row in rows:
        if row["group"] not in seen:
            seen.append(row["group"])
            yield row["group"]


def _group_name(group: Mapping[str, str], manifest: Manifest) -> str:
    texts = {
        (attribute.id, level.id): _text(level.text)
        for attribute in manifest.attributes
        for level in attribute.levels
    }
    return " / ".join(texts.get(item, "Not said") for item in group.items())


def _pair(rows: list[Row], *, question: str | None, theme: str | None) -> tuple[str, str]:
    mean = _one(rows, "mean", question=question, theme=theme)
    favourable = _one(rows, "favourable", question=question, theme=theme)
    return _value(mean), _value(favourable, " %")


def _one(rows: list[Row], figure: str, *, question: str | None, theme: str | None) -> Row | None:
    for row in rows:
        if (row["figure"], row["question"], row["theme"]) == (figure, question, theme):
            return row
    return None


def _value(row: Row | None, unit: str = "") -> str:
    if row is None:
        return ""
    if not row["shown"]:
        return WITHHELD
    if row["words"]:
        return str(row["words"])
    digits = 0 if row["figure"] in ("count", "favourable") else 2 if row["margin"] < 0.1 else 1
    margins = [row["margin"]] if row["combined"] is None else [row["margin"], row["combined"]]
    told = "/".join(f"{margin:.{digits}f}" for margin in margins)
    return f"{row['value']:.{digits}f}{unit}±{told}"


def _text(texts: Texts) -> str:
    return texts.get(LANGUAGE) or next(iter(texts.values()))
