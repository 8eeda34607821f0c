"""The page: ``python app.py``, the same as ``citewell app``."""

import sys

from assistant.cli import main

if __name__ == "__main__":
    sys.exit(main(["app", *sys.argv[1:]]))
