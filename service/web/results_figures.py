"""Charts of a release. They are chosen from its figures; nothing is computed but roundings."""

from collections.abc import Iterable, Sequence
from dataclasses import replace

from privacy.changes import Reading, changes
from privacy.evaluate import NotCompared, Outcome
from service.charts.shapes import Bar, Distribution, Heatmap, Part, Trend, Value, Values
from service.results.comparison import Against, compare
from service.results.one_figure import row_in
from service.results.participation_models import groups_of
from service.results.released import Released, Row
from service.results.rows import labelled
from service.results.selection import FigureKind, Selection, select

MEANS = (1.0, 5.0)


def distribution(wave: Released, language: str) -> Distribution:
    """How everybody answered each question."""
    shares: dict[str, list[Row]] = {}
    for row in _whole(wave, "share"):
        shares.setdefault(row["question"], []).append(row)
    bars = [
        Bar(question.text[language], tuple(_part(wave, row, language) for row in shares[question.id]))
        for question in wave.manifest.questions
        if question.id in shares and question.type != "multiple"
    ]
    return Distribution("How people answered", tuple(bars))


def chosen(wave: Released, language: str) -> list[Values]:
    """For each question with several answers, the share who chose each option, in percent."""
    found = []
    shares = _whole(wave, "share")
    for question in wave.manifest.questions:
        rows = [row for row in shares if row["question"] == question.id]
        if question.type == "multiple" and rows:
            values = (_value(_option(wave, row, language), row) for row in rows)
            found.append(Values(question.text[language], 0, 100, tuple(values)))
    return found


def themes(wave: Released, language: str) -> Values:
    """Each theme's mean over everybody, and all scale items together last."""
    rows = _theme_means(wave)
    values = tuple(_value(_theme(wave, row, language), row) for row in rows)
    return Values("Themes", *_scale(wave), values)


def items(wave: Released, language: str) -> Values:
    """Each scale item's mean over everybody."""
    rows = [row for row in _whole(wave, "mean") if row["question"] is not None]
    values = tuple(_value(labelled(wave, row, language).question_text or "", row) for row in rows)
    return Values("Means of the questions", *_scale(wave), values)


def promoters(wave: Released, language: str) -> Values | None:
    """eNPS, if it was asked: the share who recommend less the share who do not, -100 to 100."""
    rows = _whole(wave, "nps")
    values = tuple(_value(labelled(wave, row, language).question_text or "", row) for row in rows)
    return Values("eNPS", -100, 100, values, zero=True) if values else None


def heatmap(wave: Released, by: tuple[str, ...], language: str) -> Heatmap:
    """Means of themes in each group of a breakdown."""
    columns = _theme_means(wave)
    rows = [row for row in wave.rows if tuple(row["table"]) == by and row["figure"] == "mean"]
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in rows:
        if row["question"] is None:
            groups.setdefault(tuple(row["group"][name] for name in by), []).append(row)
    return Heatmap(
        "Groups by themes",
        *_scale(wave),
        columns=tuple(_theme(wave, row, language) for row in columns),
        rows=tuple(
            (
                labelled(wave, cells[0], language).group_text or "",
                tuple(_value(_theme(wave, row, language), row) for row in cells),
            )
            for cells in groups.values()
        ),
    )


def counts(wave: Released, by: tuple[str, ...], language: str) -> list[tuple[str, Value]]:
    """How many answered in each group, by the group's name."""
    rows = _counts(wave, by)
    names = [labelled(wave, row, language).group_text or "Everybody" for row in rows]
    return [(name, _value(name, row)) for name, row in zip(names, rows, strict=True)]


def taken_part(wave: Released, by: tuple[str, ...], language: str) -> Values | None:
    """Of each group of a roster attribute, the percent of those invited who answered; None for others."""
    texts = {(one.id, level.id): level.text for one in wave.manifest.attributes for level in one.levels}
    values = tuple(
        _cut(Value(texts[one.attribute, one.level][language], one.rate, one.low, one.high, one.margin))
        for one in groups_of(wave)
        if (one.attribute,) == by
    )
    return Values("Who took part, in percent of those invited", 0, 100, values) if values else None


def differences(
    wave: Released,
    by: tuple[str, ...],
    theme: str | None,
    language: str,
    against: tuple[str, ...] | None = None,
) -> Values:
    """Each group less the whole, or less the group ``against``, of one theme or of all items together."""
    wanted = Selection(None, theme, None, "mean", by, None, index=theme is None)
    found = [
        _outcome(labelled(wave, one.row, language).group_text or "", one.outcome)
        for one in compare(wave, wanted, Against(against, None))
    ]
    title = "everybody" if against is None else dict(groups(wave, by, language))["&".join(against)]
    return _around_zero(f"Groups against {title}", found)


def groups(wave: Released, by: tuple[str, ...], language: str) -> list[tuple[str, str]]:
    """The groups of a breakdown: their levels joined by "&", and their names."""
    return [
        ("&".join(row["group"][name] for name in by), labelled(wave, row, language).group_text or "")
        for row in _counts(wave, by)
    ]


def wave_changes(waves: Sequence[Released], theme: str | None) -> tuple[Values, list[str]]:
    """Each wave less the one before of one theme, or of all items together; and what stands in the way."""
    wanted = Selection(None, theme, None, "mean", (), None, index=theme is None)
    readings = [Reading(one.manifest.survey, one.closed_at.date(), row_in(one, wanted)) for one in waves]
    found, notes = [], []
    for wave, one in zip(waves, changes(readings), strict=True):
        label = wave.closed_at.date().isoformat()
        if one.against is not None:
            label += f" against {waves[one.against].closed_at.date().isoformat()}"
        found.append(_outcome(label, one.outcome))
        notes.append(f"{label}: {one.note}")
    return _around_zero("Each wave against the one before", found), notes


def trend(waves: Iterable[Released], theme: str | None) -> Trend:
    """The mean of one theme, or of all items together, in each wave; a gap where it is not shown."""
    found, scale = [], MEANS
    for wave in waves:
        rows = [row for row in _theme_means(wave) if row["theme"] == theme]
        label, scale = wave.closed_at.date().isoformat(), _scale(wave)
        found.append(_value(label, rows[0]) if rows else Value(label, None, None, None))
    return Trend("Over the waves", *scale, tuple(found))


def breakdowns(wave: Released) -> list[tuple[str, ...]]:
    """The tables that were released, but the whole."""
    return [table for table in wave.manifest.policy.tables if table]


def table_text(wave: Released, by: tuple[str, ...], language: str) -> str:
    """A breakdown's name: the texts of its attributes."""
    texts = {one.id: one.text[language] for one in wave.manifest.attributes}
    return " × ".join(texts[name] for name in by)


def _outcome(label: str, outcome: Outcome) -> Value:
    if isinstance(outcome, NotCompared):
        return Value(label, None, None, None)
    return Value(label, outcome.value, outcome.low, outcome.high, outcome.margin, outcome.verdict)


def _around_zero(title: str, found: list[Value]) -> Values:
    reach = max([0.5, *(abs(end) for one in found for end in (one.low, one.high) if end is not None)])
    return Values(title, -reach, reach, tuple(found), zero=True)


def _whole(wave: Released, figure: FigureKind) -> list[Row]:
    return select(Selection(None, None, None, figure, (), None), wave.rows)


def _theme_means(wave: Released) -> list[Row]:
    return [row for row in _whole(wave, "mean") if row["question"] is None]


def _counts(wave: Released, by: tuple[str, ...]) -> list[Row]:
    return select(Selection(None, None, None, "count", by, None), wave.rows)


def _scale(wave: Released) -> tuple[float, float]:
    most = max((len(one.options) for one in wave.manifest.questions if one.type == "scale"), default=5)
    return 1.0, float(most)


def _theme(wave: Released, row: Row, language: str) -> str:
    return labelled(wave, row, language).theme_text or row["theme"] or "All items together"


def _option(wave: Released, row: Row, language: str) -> str:
    return labelled(wave, row, language).option_text or str(row["option"])


def _part(wave: Released, row: Row, language: str) -> Part:
    share, margin = (None if row[name] is None else row[name] / 100 for name in ("value", "margin"))
    return Part(_option(wave, row, language), share, margin, row["words"])


def _value(label: str, row: Row) -> Value:
    if row["value"] is None:
        return Value(label, None, None, None, None, row["words"] or "")
    return _cut(Value(label, row["value"], row["low"], row["high"], row["margin"]))


def _cut(one: Value) -> Value:
    # The value is unbiased and may lie outside what is possible, to which the interval is cut already.
    if one.value is None or one.low is None or one.high is None:
        return one
    return replace(one, value=min(max(one.value, one.low), one.high))
