"""What a release's report says, in the order it says it. Nothing is in it that was not released."""

from itertools import groupby
from typing import Any

from service.charts.report import Block, bars, figures, heading, items, paragraph, quotes, table
from service.charts.shapes import Bar, Distribution, Value, Values, number, percent
from service.results.released import Released
from service.web import results_figures as chosen

_LETTERS = 40  # of a footer's title


def report_value(wave: Released, language: str) -> dict[str, Any]:
    """The value of service.charts.report.report_pdf, with the survey's texts in ``language``."""
    title = wave.manifest.title[language]
    closed = wave.closed_at.date().isoformat()
    short = title if len(title) <= _LETTERS else f"{title[: _LETTERS - 1]}…"
    return {
        "title": title,
        "language": language,
        "closed": wave.closed_at.isoformat(),
        "footer": f"{short}, closed on {closed}",
        "blocks": [
            *_asked(wave, closed, language),
            *_promised(wave),
            *_everybody(wave, language),
            *_groups(wave, language),
            *_comments(wave, language),
            *_withheld(wave),
            *_method(wave),
        ],
    }


def _asked(wave: Released, closed: str, language: str) -> list[Block]:
    board = wave.value["board"]
    answered = chosen.counts(wave, (), language)[0][1]
    return [
        paragraph(f"Results of one wave, closed on {closed}."),
        heading("Who was asked"),
        paragraph(
            f"{board['invited']} people were asked. {board['responses']} sealed responses are on the board. "
            f"Answers counted: {_about(answered)}; responses that were withdrawn do not count."
        ),
    ]


def _about(count: Value) -> str:
    if count.value is None:
        return "not shown"
    return f"about {round(count.value)}"


def _promised(wave: Released) -> list[Block]:
    guarantee = wave.value["guarantee"]
    return [
        heading("What this promises whoever answered"),
        items([guarantee[relation]["words"] for relation in ("presence", "answers")]),
        heading("How to read the margins"),
        paragraph(
            "Every figure has noise added, so that nobody's answer can be read from it. What stands after ± "
            "is the 90 % margin of that noise: in nine of ten cases the figure without noise lies within it. "
            "It does not cover who chose not to answer. Two figures whose margins overlap may well be equal."
        ),
    ]


def _everybody(wave: Released, language: str) -> list[Block]:
    shown = chosen.distribution(wave, language)
    blocks = [heading("Themes"), *_drawn(chosen.themes(wave, language), "Theme")]
    if shown.bars:
        words = "Percent of those who answered the question, from the first answer in the table to the last."
        blocks += [heading(shown.title), paragraph(words), bars(shown), *_answers(shown)]
    for chart in chosen.chosen(wave, language):
        blocks += [heading(chart.title, 2), *_drawn(chart, "Answer")]
    blocks += [heading("Means of the questions"), *_drawn(chosen.items(wave, language), "Question")]
    promoters = chosen.promoters(wave, language)
    return [*blocks, heading("eNPS"), *_drawn(promoters, "Question")] if promoters else blocks


def _answers(shown: Distribution) -> list[Block]:
    """One table for each run of questions that have the same answers."""
    return [
        table(
            ("Question", *labels),
            [
                (bar.label, *(part.words or percent(part.share, part.margin) for part in bar.parts))
                for bar in run
            ],
        )
        for labels, run in groupby(shown.bars, _labels)
    ]


def _labels(bar: Bar) -> tuple[str, ...]:
    return tuple(part.label for part in bar.parts)


def _groups(wave: Released, language: str) -> list[Block]:
    blocks: list[Block] = []
    for by in chosen.breakdowns(wave):
        heatmap = chosen.heatmap(wave, by, language)
        answers = [number(one.value, one.margin) for _, one in chosen.counts(wave, by, language)]
        rows = [(row[0], many, *row[1:]) for row, many in zip(heatmap.table()[1], answers, strict=True)]
        blocks += [
            heading(chosen.table_text(wave, by, language)),
            heading(heatmap.title, 2),
            *figures(heatmap, ("Group", "Answers", *heatmap.columns), rows),
            heading("Groups against everybody, all items together", 2),
            *_drawn(chosen.differences(wave, by, None, language), "Group"),
        ]
    return blocks


def _drawn(chart: Values, first: str) -> list[Block]:
    header, rows = chart.table()
    return figures(chart, (first, *header[1:]), rows)


def _comments(wave: Released, language: str) -> list[Block]:
    texts = {one.id: one.text[language] for one in wave.manifest.questions}
    if not any(one.type == "text" for one in wave.manifest.questions):
        return []
    found = wave.value["comments"] or []
    least = wave.manifest.policy.comment_k
    blocks = [
        heading("Comments"),
        paragraph(f"In an order drawn at random. They are shown from {least} comments on."),
    ]
    for one in found:
        blocks += [heading(texts.get(one["question"], ""), 2), quotes(one["texts"])]
    return blocks if found else [*blocks, paragraph("No comments are shown.")]


def _withheld(wave: Released) -> list[Block]:
    policy = wave.manifest.policy
    withheld = sum(not row["shown"] for row in wave.rows)
    margins = policy.margins
    return [
        heading("What is withheld and why"),
        paragraph(
            f"{withheld} of {len(wave.rows)} figures are not shown. What is withheld and what nobody said "
            "look the same. A figure is withheld:"
        ),
        items(
            [
                f"where fewer than {policy.k} answered, or where its size is too uncertain",
                "where its margin is too wide to be of use: wider than "
                + ", ".join(f"{margins[kind]:g} for {name}" for kind, name in _KINDS if kind in margins),
                "where showing it would reveal a group that is withheld",
            ]
        ),
    ]


_KINDS = (("scale", "a mean"), ("share", "a share in percent"), ("nps", "eNPS"))


def _method(wave: Released) -> list[Block]:
    content, manifest = wave.value, wave.manifest
    policy = manifest.policy
    tables = ", ".join("everybody" if not one else " × ".join(one) for one in policy.tables)
    value = content["guarantee"]
    rows: list[tuple[str, ...]] = [
        ("Mechanism", policy.mechanism),
        ("Smallest group", str(policy.k)),
        ("Smallest number of comments", str(policy.comment_k)),
        *(
            (f"Epsilon and delta, {name}", f"{value[kind]['epsilon']:g}, {value[kind]['delta']:g}")
            for kind, name in (("presence", "whether you answered"), ("answers", "what you answered"))
        ),
        ("Tables", tables),
        ("Responses are deleted after", f"{manifest.retention_days} days"),
        ("Hash of the wave's contract (SHA-256)", wave.wave),
        ("Root of the board", content["board"]["root"]),
        ("Public key of the release", content["public_key"]),
        ("Signature of the release", content["signature"]),
    ]
    return [
        heading("Method"),
        paragraph("The release is signed. It can be verified against the contract that everybody was shown."),
        table(("What", "Value"), rows, size=6.5),
    ]
