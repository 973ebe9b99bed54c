"""How long a sheet of cards takes with one mask and with the best of eight, and whether its codes are read.

``PYTHONPATH=. python benchmarks/cards.py [--cards N]``. The two take turns; the ratio is of their medians.
"""

import argparse
import secrets
import time
from datetime import UTC, datetime
from statistics import median

import zxingcpp
from pypdfium2 import PdfDocument

from service.charts import link_code
from service.charts.sheet import Card, Sheet, sheet_pdf

ROUNDS = 3
DOTS = 80  # an inch, at which the codes are read
SHEET = Sheet(
    "en",
    "Pulse",
    ("Open until Monday", "Scan it", "Nobody sees it"),
    "a link",
    datetime(2026, 1, 1, tzinfo=UTC),
)


def timed(cards: list[Card], mask: int | None) -> tuple[float, bytes]:
    """Seconds, and the sheet."""
    link_code._MASK = mask
    begin = time.perf_counter()
    pdf = sheet_pdf(SHEET, cards)
    return time.perf_counter() - begin, pdf


def read_from(pdf: bytes) -> set[str]:
    """The links that a decoder reads in a sheet."""
    pages = (page.render(scale=DOTS / 72).to_numpy() for page in PdfDocument(pdf))
    return {code.text for page in pages for code in zxingcpp.read_barcodes(page)}


def main() -> None:
    """Prints the ratio, and how many codes are read."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cards", type=int, default=800)
    number = parser.parse_args().cards
    start = f"https://pulse.example.org/w/{secrets.token_hex(32)}#"
    cards = [Card(f"person {place}", start + secrets.token_urlsafe(16)) for place in range(number)]
    ours = link_code._MASK
    best, one = [], []
    for _ in range(ROUNDS):
        best.append(timed(cards, None)[0])
        seconds, pdf = timed(cards, ours)
        one.append(seconds)
    found = read_from(pdf) & {card.link for card in cards}
    print(f"{number} cards: best of eight masks {median(best):.1f} s, one mask {median(one):.1f} s, ", end="")
    print(f"{median(best) / median(one):.1f} times as fast")
    print(f"{len(found)} of {number} codes are read at {DOTS} dots an inch")


if __name__ == "__main__":
    main()
