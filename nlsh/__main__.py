"""`python -m nlsh`."""

from __future__ import annotations

import sys

from nlsh.cli import main

if __name__ == "__main__":
    sys.exit(main())
