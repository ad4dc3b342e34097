"""Standard output and standard error: output is complete, or the exit status is not 0."""

import os
import select
import sys
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from enum import StrEnum
from typing import IO, TYPE_CHECKING, Any, TextIO

from callinspect import stdio
from callinspect.errors import CallinspectError, InternalError, OutputError
from callinspect.render.inert import inert

if TYPE_CHECKING:
    from callinspect.render.style import Style


class ReaderGoneError(Exception):
    """Standard output was closed by its reader (broken pipe)."""


class UnreadError(KeyboardInterrupt):
    """Interrupts a run whose reader is gone; like Ctrl-C, it can be raised anywhere."""


class Interruption:
    """Delays an interruption while a result is written or a token is stored; a second one is not delayed."""

    def __init__(self) -> None:
        self._holders = 0
        self._pending: type[KeyboardInterrupt] | None = None
        self._counting = threading.Lock()

    def interrupt(self, kind: type[KeyboardInterrupt] = KeyboardInterrupt) -> None:
        """Raise an interruption, now or when it is no longer held."""
        if self._holders and not self._pending:
            self._pending = kind
            return
        raise kind

    def held(self) -> "Interruption":
        """Delay interruptions in a `with` block; any thread may do so, and the last to finish raises the pending one.

        Not by a generator, which takes three times as long: there is a block for every record.
        """
        return self

    def __enter__(self) -> None:
        """Delay interruptions."""
        with self._counting:
            self._holders += 1

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Raise the pending interruption if nobody delays it any more, also in place of a failure.

        What ends the run by itself comes first.
        """
        with self._counting:
            self._holders -= 1
        if self._pending and not self._holders and (kind is None or issubclass(kind, CallinspectError)):
            raise self._pending


interruption = Interruption()

said: Callable[[str], str] = str
"""What every sentence for standard error passes: hides secrets and, with --redact, masks people."""

finished: Callable[[str], str] = str
"""What looks once more at every finished text: returns it, masked if need be with --redact, or refuses it."""

LEFT_OUT = "callinspect: a message is left out: it could not be masked\n"
"""Stands for a text on standard error that is refused."""

_above: list[Callable[[str], None]] = []
"""Functions that print a line above what is drawn on the terminal, such as progress; the last one is used."""


def is_terminal() -> bool:
    """Whether standard output is a terminal."""
    return stdio.output is not None and stdio.output.isatty()


def is_error_terminal() -> bool:
    """Whether standard error is a terminal."""
    return sys.stderr is not None and sys.stderr.isatty()


def check_output() -> TextIO:
    """Return standard output; called early, it checks that there is one.

    Raises:
        OutputError: it is closed.
    """
    if stdio.output is None:
        raise OutputError("standard output is closed")
    return stdio.output


def write(text: str) -> None:
    """Write text to standard output, unbuffered and as UTF-8, which JSON and CSV always are.

    Raises:
        OutputError: it could not be written.
        ReaderGoneError: standard output was closed by its reader.
    """
    write_bytes(finished(text).encode("utf-8", "backslashreplace"))


def write_for_people(text: str) -> None:
    """Write text to standard output in the terminal's encoding, characters that it lacks as escapes."""
    write_bytes(finished(text).encode(check_output().encoding or "utf-8", "backslashreplace"))


def write_lines(lines: Iterable[str]) -> None:
    """Write lines to standard output in the terminal's encoding, all at once."""
    write_for_people("".join(f"{line}\n" for line in lines))


def write_bytes(data: bytes) -> None:
    """Write bytes to standard output as they are."""
    output = check_output()
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
        _write_all(output, data)
    except BrokenPipeError:
        _redirect_to_null(output)
        raise ReaderGoneError from None
    except (OSError, ValueError) as error:
        _redirect_to_null(output)
        reason = getattr(error, "strerror", None) or "standard output is closed"
        raise OutputError(f"the result could not be written: {reason}") from None


def _write_all(stream: TextIO, data: bytes) -> None:
    """Write without the buffer: data left in it would block at exit if nobody reads it.

    A pipe may be non-blocking, if another program has made it so; it then takes only what fits.
    """
    raw = getattr(stream.buffer, "raw", stream.buffer)
    left = memoryview(data)
    while left:
        written = raw.write(left)
        if written is None:
            select.select([], [raw], [])
        left = left[written or 0 :]


def write_error(text: str) -> None:
    """Write a line to standard error, inert; failures are ignored, since results are not written here."""
    write_harmless_error(inert(said(text)))


def write_sentence(text: str, *, is_ours: bool = False) -> None:
    """Write a sentence to standard error, inert: on a terminal wrapped at words.

    Args:
        text: the sentence.
        is_ours: whether all of its words and numbers are ours, such as how many calls there were: they stay.
    """
    text = inert(text if is_ours else said(text))
    if is_error_terminal() and len(text) > (columns := width(sys.stderr)):
        from textwrap import fill

        text = fill(text, columns, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
    write_harmless_error(text)


def write_json_error(value: Mapping[str, Any]) -> None:
    """Write a JSON object, whose texts have passed what sentences pass, to standard error as a line."""
    from callinspect.render.jsontext import dumps

    write_harmless_error(inert(dumps(value, lines=True)))


def write_harmless_error(text: str) -> None:
    """Write lines that are inert and masked already, and may be in color, to standard error; failures are ignored."""
    if _above:
        _above[-1](text)
    else:
        draw_error(text + "\n")


def draw_error(text: str) -> None:
    """Write text that contains our own color and cursor codes to standard error; failures are ignored."""
    if sys.stderr is None:
        return
    try:
        text = finished(text)
    except InternalError:
        text = LEFT_OUT
    try:
        _write_all(sys.stderr, text.encode(sys.stderr.encoding or "utf-8", "backslashreplace"))
    except (OSError, ValueError):
        _redirect_to_null(sys.stderr)


@contextmanager
def lines_above(show: Callable[[str], None]) -> Iterator[None]:
    """Print texts for standard error with *show* inside the context, above what is drawn there."""
    _above.append(show)
    try:
        yield
    finally:
        _above.pop()


def finish() -> None:
    """Flush whatever a library has written to standard output.

    Raises:
        OutputError: it could not be written.
        ReaderGoneError: standard output was closed by its reader.
    """
    if stdio.output is not None:
        write_bytes(b"")


MAX_SHOWN = 600
"""Characters of a vendor's message that are shown."""


def shortened(text: str, most: int = MAX_SHOWN) -> str:
    """Return a text, cut off if it has more characters than are shown."""
    return text if len(text) <= most else f"{text[:most]}…"


MIN_WIDTH, MAX_WIDTH = 20, 1000
"""Limits of the columns to lay out for, whatever size the terminal reports."""


def size(stream: IO[str] | None = None) -> os.terminal_size:
    """Return the current columns and lines of a stream's terminal; by default, standard output's."""
    with suppress(AttributeError, OSError, ValueError):
        found = os.get_terminal_size((stream or stdio.output).fileno())  # type: ignore[union-attr]  # it may be closed
        if found.columns and found.lines:
            return found
    return os.terminal_size((80, 24))


def width(stream: IO[str] | None = None) -> int:
    """Return the columns to lay out for on a stream's terminal; COLUMNS overrides the terminal's."""
    import shutil

    return max(MIN_WIDTH, min(shutil.get_terminal_size(size(stream)).columns, MAX_WIDTH))


def is_dumb() -> bool:
    """Whether the terminal cannot be redrawn, by TERM, which Windows does not set."""
    usual = "windows" if os.name == "nt" else ""
    return (os.environ.get("TERM") or usual).lower() in {"", "dumb", "unknown"}


class Color(StrEnum):
    """When text is in color."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


def has_color(wanted: Color, *, terminal: bool | None = None) -> bool:
    """Whether text for people is in color.

    Args:
        wanted: the option, which overrides NO_COLOR, which overrides FORCE_COLOR.
        terminal: whether it is written to a terminal; by default, whether standard output is one.
    """
    if wanted is not Color.AUTO:
        return wanted is Color.ALWAYS
    if os.environ.get("NO_COLOR"):
        return False
    on_terminal = is_terminal() if terminal is None else terminal
    return not is_dumb() if on_terminal else bool(os.environ.get("FORCE_COLOR"))


def lacks_unicode(stream: TextIO | None = None) -> bool:
    """Whether a stream's encoding lacks the lines and arrows of cards and tables; by default, standard output's.

    So it does in the locale C, in which Python writes UTF-8 by itself, unless the user asks it to.
    """
    if os.environ.get("LC_ALL") in {"C", "POSIX"} and not os.environ.keys() & {"PYTHONUTF8", "PYTHONIOENCODING"}:
        return True
    stream = stream or stdio.output
    try:
        "──▶░█·“”✓✗".encode((stream and stream.encoding) or "ascii")
    except (UnicodeEncodeError, LookupError):
        return True
    return False


def error_style(color: Color = Color.AUTO) -> "Style":
    """Return the style for people on standard error."""
    from callinspect.render.style import Style

    return Style(
        width=width(sys.stderr),
        color=has_color(color, terminal=is_error_terminal()),
        ascii=lacks_unicode(sys.stderr),
        encoding=(sys.stderr and sys.stderr.encoding) or "utf-8",
    )


def _redirect_to_null(stream: IO[str]) -> None:
    """Redirect a broken stream to the null device, so that the flush at exit cannot fail."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, stream.fileno())
    os.close(null)
