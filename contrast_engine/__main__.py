"""`python -m contrast_engine` is the `contrast` command."""

import sys

from contrast_engine.cli import main

if __name__ == "__main__":
    sys.exit(main())
