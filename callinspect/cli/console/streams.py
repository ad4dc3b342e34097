"""Standard output and standard error under guard: output is whole, or the exit status is not 0."""

import io
import os
import select
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import IO, TextIO

from callinspect import stdio
from callinspect.errors import CallinspectError, OutputError
from callinspect.render.duration import seconds
from callinspect.render.inert import inert, quoted, word


class ReaderGoneError(Exception):
    """Standard output was closed by its reader (broken pipe)."""


class UnreadError(KeyboardInterrupt):
    """An interruption of what goes on although its reader is gone, at any moment, as every interruption."""


class Interruption:
    """Puts an interruption off while a result is written, or a token stored; a second one does not wait."""

    def __init__(self) -> None:
        self._holders = 0
        self._pending: type[KeyboardInterrupt] | None = None
        self._counting = threading.Lock()

    def arrive(self, kind: type[KeyboardInterrupt] = KeyboardInterrupt) -> None:
        """Raise an interruption, now or as soon as nothing holds it."""
        if self._holders and not self._pending:
            self._pending = kind
            return
        raise kind

    @contextmanager
    def held(self) -> Iterator[None]:
        """Put interruptions off for a moment; any thread may, and the last to finish raises what came meanwhile."""
        with self._counting:
            self._holders += 1
        try:
            yield
        finally:
            with self._counting:
                self._holders -= 1
        if self._pending and not self._holders:
            raise self._pending


interruption = Interruption()

_above: list[Callable[[str], None]] = []
"""What shows a line on standard error while something else is drawn there, such as progress."""


def is_terminal() -> bool:
    """Whether standard output is a terminal."""
    return stdio.output is not None and stdio.output.isatty()


def is_error_terminal() -> bool:
    """Whether standard error is a terminal."""
    return sys.stderr is not None and sys.stderr.isatty()


def check_output() -> TextIO:
    """Return standard output, early if need be to find out whether there is one.

    Raises:
        OutputError: it is closed.
    """
    if stdio.output is None:
        raise OutputError("standard output is closed")
    return stdio.output


def write(text: str) -> None:
    """Write text to standard output, all of it and now, as UTF-8.

    JSON and CSV are UTF-8 wherever they go.

    Raises:
        OutputError: it could not be written.
        ReaderGoneError: there is no one left to read it.
    """
    write_bytes(text.encode("utf-8", "backslashreplace"))


def write_for_people(text: str) -> None:
    """Write text to standard output in the terminal's own encoding, what it lacks as escapes."""
    write_bytes(text.encode(check_output().encoding or "utf-8", "backslashreplace"))


def write_bytes(data: bytes) -> None:
    """Write bytes to standard output as they are."""
    output = check_output()
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
        _write_all(output, data)
    except BrokenPipeError:
        _abandon(output)
        raise ReaderGoneError from None
    except (OSError, ValueError) as error:
        _abandon(output)
        reason = getattr(error, "strerror", None) or "standard output is closed"
        raise OutputError(f"the result could not be written: {reason}") from None


def _write_all(stream: TextIO, data: bytes) -> None:
    """Write past the buffer, in which what nobody reads would be left behind, and waited for at the end.

    Another program may have set a pipe not to block, in which case it takes what it has room for.
    """
    raw = getattr(stream.buffer, "raw", stream.buffer)
    left = memoryview(data)
    while left:
        written = raw.write(left)
        if written is None:
            select.select([], [raw], [])
        left = left[written or 0 :]


def say(text: str) -> None:
    """Write a line to standard error, inert; if that cannot be, nothing is lost that a program reads."""
    text = inert(text)
    if _above:
        _above[-1](text)
        return
    if sys.stderr is None:
        return
    try:
        _write_all(sys.stderr, (text + "\n").encode(sys.stderr.encoding or "utf-8", "backslashreplace"))
    except (OSError, ValueError):
        _abandon(sys.stderr)


@contextmanager
def lines_above(show: Callable[[str], None]) -> Iterator[None]:
    """Have lines for standard error shown by what is drawn there for the time being."""
    _above.append(show)
    try:
        yield
    finally:
        _above.pop()


def finish() -> None:
    """Make sure that whatever a library has written to standard output is out.

    Raises:
        OutputError: it could not be written.
        ReaderGoneError: there is no one left to read it.
    """
    if stdio.output is not None:
        write_bytes(b"")


MAX_SHOWN = 600
"""Characters of a text of the vendor's that are told on a terminal."""


def shortened(text: str) -> str:
    """Return a text for people, cut off where it goes on too long."""
    return text if len(text) <= MAX_SHOWN else f"{text[:MAX_SHOWN]}…"


def error_line(error: CallinspectError) -> str:
    """Return an error as one line for people: to which call, what happened, what to do next.

    What the vendor says stands in quotation marks, or it could pass for what the program says.
    """
    facts = [
        f"HTTP {error.http_status}" if error.http_status else None,
        word(shortened(error.vendor_code)) if error.vendor_code else None,
        f"request {word(shortened(error.request_id))}" if error.request_id else None,
    ]
    given = ", ".join(each for each in facts if each)
    about = " ".join([error.provider or "", word(error.call_id) if error.call_id else ""]).strip()
    message = shortened(error.message)
    message = quoted(message) if error.vendor_message else message
    parts = ["callinspect", about, message + (f" ({given})" if given else "")]
    if error.retry_after is not None and error.retry_after > 0:
        parts[-1] += f"; retry after {seconds(error.retry_after)}"
    return ": ".join(part for part in parts if part) + (f"; {error.hint}" if error.hint else "")


MIN_WIDTH, MAX_WIDTH = 20, 1000
"""Columns that lines are made for, whatever a terminal says it has."""


def size() -> os.terminal_size:
    """Columns and lines of the terminal that standard output is, as it is now."""
    with suppress(AttributeError, OSError, ValueError):
        found = os.get_terminal_size(stdio.output.fileno())  # type: ignore[union-attr]  # it may be closed
        if found.columns and found.lines:
            return found
    return os.terminal_size((80, 24))


def width() -> int:
    """Columns to make lines for, which COLUMNS may say."""
    import shutil

    return max(MIN_WIDTH, min(shutil.get_terminal_size(size()).columns, MAX_WIDTH))


class CapturedOutput(io.StringIO):
    """Takes what a library writes to standard output, and is to it what standard output is."""

    def __init__(self) -> None:
        super().__init__()
        self._meant = check_output()

    @property
    def encoding(self) -> str:  # type: ignore[override]  # a variable in the base
        """That of standard output."""
        return self._meant.encoding

    def isatty(self) -> bool:
        """Whether standard output is a terminal."""
        return self._meant.isatty()


def is_dumb() -> bool:
    """Whether a terminal can only write line after line, by TERM; on Windows nothing sets that."""
    usual = "windows" if os.name == "nt" else ""
    return (os.environ.get("TERM") or usual).lower() in {"", "dumb", "unknown"}


def has_color(*, allowed: bool, terminal: bool | None = None) -> bool:
    """Whether what is written for people is in colour.

    Args:
        allowed: whether the options allow it, which goes before NO_COLOR, and that before FORCE_COLOR.
        terminal: whether it is written to a terminal; standard output unless given.
    """
    if not allowed or os.environ.get("NO_COLOR"):
        return False
    on_terminal = is_terminal() if terminal is None else terminal
    return not is_dumb() if on_terminal else bool(os.environ.get("FORCE_COLOR"))


def lacks_unicode() -> bool:
    """Whether standard output's encoding cannot take the lines and arrows that tables are drawn with."""
    try:
        "──▶░█·“”".encode((stdio.output and stdio.output.encoding) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return True
    return False


def _abandon(stream: IO[str]) -> None:
    """Point a broken stream nowhere, so that the interpreter's last flush cannot fail on what is left in it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
