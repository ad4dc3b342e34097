"""Measure how fast callinspect is, beside programs that do a part of its work: `python tests/benchmarks --help`."""

import sys
from pathlib import Path

if __name__ == "__main__":
    # A folder that is run does not know that it is a package.
    sys.path[0] = str(Path(__file__).parents[1])
    from benchmarks.command import main

    sys.exit(main())
