"""Links on paper: each as a QR code that a page draws."""

from typing import Any

import segno


def code_of(link: str) -> dict[str, Any]:
    """A link as a QR code: its size in modules and the rows of dark runs, (x, y, length)."""
    code = segno.make(link, error="m")
    runs = []
    for y, row in enumerate(code.matrix):
        start = None
        for x, dark in enumerate([*row, 0]):
            if dark and start is None:
                start = x
            elif not dark and start is not None:
                runs.append((start + 4, y + 4, x - start))
                start = None
    return {"size": len(code.matrix) + 8, "runs": runs}
