"""Entry point of `callinspect` and `python -m callinspect`, and the place of what makes it start quickly."""

import gc
import os
import sys

from callinspect import __version__

UNCOLLECTED = 100_000
"""New objects between two searches for cycles, which take 10 ms of a single call when they come more often.

Importing makes some thirty thousand of them, and none is ever garbage.
"""


def main() -> int:
    """Run the program with the process's arguments; return its exit status."""
    if sys.argv[1:] == ["--version"] and _is_version_shown():
        return 0
    if os.environ.get("_CALLINSPECT_COMPLETE"):
        from callinspect.completion.answers import answer

        return answer(os.environ)
    import signal

    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        # Until there is somebody who takes it: Python's own way is a traceback.
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.set_threshold(UNCOLLECTED)
    # httpx imports its own command line if click is there, which takes as long as the rest of it; httpcore imports
    # anyio for clients of another kind.
    for needless in ("httpx._main", "anyio"):
        sys.modules.setdefault(needless, None)  # type: ignore[arg-type]  # how Python marks it as missing
    from callinspect.cli.main import run

    status = run(sys.argv[1:])
    # Everything is written. The interpreter would take 20 ms to take all of it apart, and wait for a keyring's threads.
    os._exit(status)


def _is_version_shown() -> bool:
    """Show the version without importing a command line for it; where that goes wrong, the long way says how."""
    try:
        sys.stdout.write(f"callinspect {__version__}\n")
        sys.stdout.flush()
    except (AttributeError, OSError, ValueError):
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
