"""Whether the four forms of an evidence report state the same figures."""

import csv
import io
import json
import re
from html import unescape
from html.parser import HTMLParser
from typing import Any

from tests.integration.web.pdf_text import texts_of

NUMBERS = ("value", "low", "high", "combined")


class Tables(HTMLParser):
    """The rows of every table of a page, each a list of the texts that are read out."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self._cell = self._hidden = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")
            self._cell = True
        self._hidden = ("aria-hidden", "true") in attrs

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False
        if tag in ("td", "th"):
            self._cell = False

    def handle_data(self, data: str) -> None:
        if self._cell and not self._hidden:
            self.rows[-1][-1] = " ".join((self.rows[-1][-1] + data).split())


def joined(texts: Any) -> str:
    """Texts without their spaces, so that it does not matter where a line ends."""
    return re.sub(r"\s", "", "".join(texts))


def numbers(text: str) -> list[float]:
    return [float(one) for one in re.findall(r"[+-]?\d+(?:\.\d+)?", text)]


def lines(sheet: bytes, part: str) -> list[dict[str, Any]]:
    return [row for row in csv.DictReader(io.StringIO(sheet.decode())) if row["part"] == part]


def check_the_four_agree(page: str, pdf: bytes, sheet: bytes, content: bytes) -> None:
    """Every figure of the JSON stands in the three others, and a row of the page is a row of the PDF."""
    value, rows, printed = json.loads(content), Tables(page).rows, joined(texts_of(pdf))
    by_name = {(row[0], row[-1]): row for row in rows if row}
    for row in rows:
        assert joined(row) in printed, row
    for part, found in (("figure", value["figures"]), ("lasting", value["lasting"])):
        in_sheet = lines(sheet, part)
        assert len(found) == len(in_sheet)
        for figure, line in zip(found, in_sheet, strict=True):
            estimate = figure["estimate"] or dict.fromkeys((*NUMBERS, "verdict"))
            assert [line[name] for name in ("text", "unit", "verdict")] == [
                figure["text"],
                figure["unit"],
                estimate["verdict"] or "",
            ]
            assert [line[name] for name in NUMBERS] == [
                "" if estimate[n] is None else str(estimate[n]) for n in NUMBERS
            ]
            [told] = [
                row
                for (name, how), row in by_name.items()
                if name == figure["text"] and ("after the end" in how) == (part == "lasting")
            ]
            if figure["estimate"] is None:
                assert told[1:4] == ["cannot tell", "not shown", "not shown"]
                continue
            places = 2 if figure["unit"] == "points" else 1
            assert told[1] == estimate["verdict"]
            assert numbers(told[2].removesuffix(figure["unit"])) == [
                round(estimate[name], places) for name in ("value", "combined")
            ]
            assert numbers(told[3]) == [round(estimate[name], places) for name in ("low", "high")]
    for aim, line in zip(value["objectives"], lines(sheet, "objective"), strict=True):
        [told] = [row for row in rows if row and row[0] == aim["text"] and len(row) == 7]
        assert line["status"] == told[1] == aim["status"]
        assert line["value"] == ("" if aim["value"] is None else str(aim["value"]))
        assert numbers(told[4]) == ([] if aim["value"] is None else [round(aim["value"], 2)])
        assert float(line["target"]) == aim["target"] == numbers(told[3])[0]
    told_waves = [row for row in rows if re.fullmatch(r"\d+ of \d+", row[-1])]
    for wave, line, told in zip(value["waves"], lines(sheet, "wave"), told_waves, strict=True):
        assert told[1:4] == [wave["closed_on"], str(wave["invited"]), str(wave["responses"])]
        assert told[-1] == f"{wave['withheld']} of {wave['groups']}"
        assert (line["invited"], line["responses"]) == (told[2], told[3])
    for action, line in zip(value["actions"], lines(sheet, "action"), strict=True):
        [told] = [row for row in rows if row and row[0] == action["text"]]
        asked = action["pulse"] or dict.fromkeys(("value", "low", "high", "margin", "verdict", "state"))
        in_line = [line[name] for name in ("value", "low", "high", "combined", "verdict")]
        assert in_line == [
            "" if asked[n] is None else str(asked[n]) for n in ("value", "low", "high", "margin", "verdict")
        ]
        if asked["value"] is not None:
            assert told[5].startswith(asked["verdict"])
            assert numbers(told[5]) == [asked["value"], asked["margin"], 1, 5, asked["low"], asked["high"]]
        elif asked["state"] == "released":
            assert told[5] == "not shown"
    everything = joined(unescape(re.sub(r"<[^>]+>", "", page)))
    for sentence in (*value["caveats"], *value["method"], *value["privacy"].values(), value["compared_with"]):
        assert joined(sentence) in printed
        assert joined(sentence) in everything
        assert sentence in sheet.decode().replace('""', '"')
