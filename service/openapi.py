"""``python -m service.openapi`` writes openapi/openapi.json from the code; ``--check`` only compares."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from service.app import describe_api

TARGET = Path(__file__).parents[1] / "openapi" / "openapi.json"


def main(arguments: Sequence[str]) -> int:
    """Write the file, or with ``--check`` say whether it is what the code describes; the exit code."""
    text = json.dumps(describe_api(), indent=2, ensure_ascii=False, sort_keys=True) + "\n"
    if list(arguments) == ["--check"]:
        if TARGET.exists() and TARGET.read_text() == text:
            return 0
        print(f"{TARGET} is not what the code describes; run make openapi", file=sys.stderr)  # noqa: T201
        return 2
    TARGET.parent.mkdir(exist_ok=True)
    TARGET.write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
