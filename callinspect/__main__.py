"""Entry point of `callinspect` and `python -m callinspect`."""

import sys


def main() -> int:
    """Run the program with the process's arguments; return its exit status."""
    from callinspect.cli.main import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
