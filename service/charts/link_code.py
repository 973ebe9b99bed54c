"""Links as QR codes (ISO/IEC 18004) for pages and print."""

from typing import Any

import segno

# Looking for the best of eight masks takes five times as long. Links end in chance, so that one is as good as
# another, and readers are told which it is.
_MASK = 2


def code_of(link: str) -> dict[str, Any]:
    """A link as a QR code: its size in modules and the rows of dark runs, (x, y, length)."""
    code = segno.make_qr(link, error="m", mask=_MASK)
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


def code_svg(link: str) -> str:
    """A link as a QR code alone, with its quiet zone, on nothing."""
    code = code_of(link)
    size = code["size"]
    dark = "".join(f"M{x} {y}h{length}v1h-{length}z" for x, y, length in code["runs"])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {size} {size}" width="{size}" height="{size}">'
        f'<path d="{dark}" fill="#000000"/></svg>'
    )
