"""Report which changes of the source no test notices: `python tests/mutation --help`."""

import sys
from pathlib import Path

if __name__ == "__main__":
    # A folder that is run does not know that it is a package.
    sys.path[0] = str(Path(__file__).parents[1])
    from mutation.command import main

    main()
