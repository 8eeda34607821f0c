"""``python -m assistant`` is the same as ``citewell``."""

import sys

from assistant.cli import main

sys.exit(main())
