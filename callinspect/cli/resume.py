"""Earlier output, of a run that did not come to its end: which calls it holds, and how to go on with it."""

import os
import stat
from typing import BinaryIO

from callinspect import stdio
from callinspect.cli import inputs, streams
from callinspect.errors import ConfigError, OutputError, UsageError
from callinspect.provider import Target


def done_before(path: str) -> frozenset[Target]:
    """Return the calls whose records an earlier output holds. A last line that was cut off is not one of them.

    Where this run's output is appended to that very file, such a line is taken away, so that the first new line does
    not continue it.

    Raises:
        UsageError: it is standard input.
        ConfigError: it cannot be read, or is something else than JSON Lines.
        OutputError: its end cannot be mended.
    """
    if path == "-":
        raise UsageError("--resume reads a file, not standard input")
    done = set()
    position = 0
    with inputs.opened(path) as stream:
        for number, line in enumerate(inputs.lines(stream, path), 1):
            try:
                target = _target(line)
            except ValueError:
                if not line.endswith(b"\n") and (line.startswith(b"{") or not line.strip(b"\0")):
                    _mend(stream, position)
                    break
                raise ConfigError(
                    f"{path}, line {number}, is no record", hint="--resume reads what -o jsonl has written"
                ) from None
            position += len(line)
            if target is not None:
                done.add(target)
            if not line.endswith(b"\n"):
                _mend(stream, None)
    return frozenset(done)


def _target(line: bytes) -> Target | None:
    """Return the call of a record; None for a failure, which has its record yet to come, and for an empty line.

    Raises:
        ValueError: the line is none of these.
    """
    if not line.strip():
        return None
    match inputs.record(line):
        case {"provider": str(provider), "id": str(call_id)}:
            return Target(provider, call_id)
        case {"error": dict()}:
            return None
    raise ValueError


def _mend(earlier: BinaryIO, whole: int | None) -> None:
    """End the last line of an earlier output if that is where this run writes to.

    Args:
        earlier: the output.
        whole: how many of its bytes are whole lines; None when only the line's end is missing.
    """
    if stdio.output is None or not stat.S_ISREG(os.fstat(earlier.fileno()).st_mode):
        return
    output = stdio.output.fileno()
    if not os.path.samestat(os.fstat(earlier.fileno()), os.fstat(output)):
        return
    if whole is None:
        streams.write("\n")
        return
    try:
        os.ftruncate(output, whole)
    except OSError as error:
        raise OutputError(f"the line that was cut off cannot be taken away: {error.strerror}") from None
