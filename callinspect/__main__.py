"""Entry point of `callinspect` and `python -m callinspect`, and what makes it start quickly."""

import gc
import os
import sys

from callinspect import __version__

UNCOLLECTED = 100_000
"""New objects between two garbage collections; by default they take 10 ms of a single call.

Imports create some thirty thousand objects, none of which is ever garbage.
"""


def main() -> int:
    """Run the program with the process's arguments; return its exit status."""
    if sys.argv[1:] == ["--version"] and _is_version_shown():
        return 0
    if os.environ.get("_CALLINSPECT_COMPLETE"):
        from callinspect.completion.answers import answer

        os._exit(answer(os.environ))  # as below
    import signal

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        # Until our handler is installed; Python's default prints a traceback.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.set_threshold(UNCOLLECTED)
    # httpx imports its own command line if click is installed, which takes as long as the rest of it; httpcore imports
    # anyio for asynchronous clients.
    for needless in ("httpx._main", "anyio"):
        sys.modules.setdefault(needless, None)  # type: ignore[arg-type]  # this marks it as missing
    from callinspect.cli.main import run

    status = run(sys.argv[1:])
    # Everything is written; a regular exit would take 20 ms for cleaning up, and wait for a keyring's threads.
    os._exit(status)


def _is_version_shown() -> bool:
    """Show the version without importing the command line, which reports the error if this fails."""
    try:
        sys.stdout.write(f"callinspect {__version__}\n")
        sys.stdout.flush()
    except (AttributeError, OSError, ValueError):
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
