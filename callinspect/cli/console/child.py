"""Runs another program in the foreground, as a shell does: its streams, signals and exit status pass through."""

import errno
import os
import signal
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from callinspect import stdio
from callinspect.cli.console.terminal import is_in_foreground
from callinspect.errors import NO_SUCH_PROGRAM, NOT_EXECUTABLE, SIGNALLED, UsageError

PASSED_ON = ("SIGINT", "SIGQUIT", "SIGTERM", "SIGHUP", "SIGUSR1", "SIGUSR2")
FROM_KEYS = ("SIGINT", "SIGQUIT")
"""A terminal's keys send these to all programs in the foreground, so that the child has them already."""


class NoSuchProgramError(UsageError):
    """There is no program of that name."""

    exit_status = NO_SUCH_PROGRAM


class NotExecutableError(UsageError):
    """The program cannot be executed."""

    exit_status = NOT_EXECUTABLE


def run(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Run a program to its end, without a shell; return its exit status, 128 + N if signal N ended it.

    Raises:
        NoSuchProgramError: there is none of that name.
        NotExecutableError: the system does not execute it.
    """
    early: list[int] = []
    with _signals(early.append):
        try:
            child = subprocess.Popen(  # noqa: S603 - to run what the user names is what this is for
                command, env=environment, stdin=stdio.source, stdout=stdio.output
            )
        except OSError as error:
            raise _as_error(command[0], error) from None

        def pass_on(number: int) -> None:
            is_from_keys = signal.Signals(number).name in FROM_KEYS
            if not is_from_keys or not is_in_foreground(otherwise=os.name == "nt"):
                child.send_signal(number)

        with _signals(pass_on):
            for number in early:
                child.send_signal(number)
            status = child.wait()
    return SIGNALLED - status if status < 0 else status


@contextmanager
def _signals(handle: Callable[[int], None]) -> Iterator[None]:
    """Handle signals inside the context with a function that takes their number, except those that are ignored."""
    numbers = [getattr(signal, name) for name in PASSED_ON if hasattr(signal, name)]
    previous = {number: handler for number in numbers if (handler := signal.getsignal(number)) is not signal.SIG_IGN}
    for number in previous:
        signal.signal(number, lambda received, _: handle(received))
    try:
        yield
    finally:
        for number, handler in previous.items():
            signal.signal(number, handler)


def _as_error(name: str, error: OSError) -> UsageError:
    if error.errno in {errno.ENOENT, errno.ENOTDIR}:
        if Path(name).exists() and os.sep in name:
            return NotExecutableError(f"“{name}” cannot be run: its first line names a program that does not exist")
        return NoSuchProgramError(f"“{name}” cannot be run: there is no such program")
    hint = None
    if error.errno == errno.ENOEXEC:
        hint = "a script needs a first line such as #!/bin/sh"
    elif error.errno == errno.EACCES and Path(name).is_file():
        hint = f"chmod +x {name}"
    return NotExecutableError(f"“{name}” cannot be run: {error.strerror}", hint=hint)
