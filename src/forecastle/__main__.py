"""`python -m forecastle` is the command line."""

import sys

from forecastle.cli import main

if __name__ == "__main__":
    sys.exit(main())
