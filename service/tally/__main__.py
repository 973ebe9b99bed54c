"""``python -m service.tally``: the tally as a process of its own."""

import sys

from service.cli import main

if __name__ == "__main__":
    main(["tally", *sys.argv[1:]])
