"""Standard input that a person types."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from callinspect import stdio
from callinspect.cli.console import signals, streams
from callinspect.cli.options import Options
from callinspect.errors import UsageError


def announced(options: Options, what: str = "call IDs, one a line") -> bool:
    """Whether standard input, which is about to be read, is a terminal; if so, say what to type.

    Args:
        options: the global options.
        what: what is read.

    Raises:
        UsageError: it must not be asked for, with --no-input.
    """
    if stdio.source is None or not stdio.source.isatty():
        return False
    if options.no_input:
        raise UsageError("standard input is a terminal, and with --no-input nothing is read from it")
    if not options.quiet and streams.is_error_terminal():
        end = "Ctrl-Z Enter" if os.name == "nt" else "Ctrl-D"
        streams.write_error(f"Type or paste {what}; {end} ends.")
    return True


@contextmanager
def awaited(path: str, what: str, options: Options) -> Iterator[None]:
    """Read a file within the context: it says what to type, and ends if nobody reads standard output any more.

    Args:
        path: the file, or `-` for standard input.
        what: what is read.
        options: the global options.

    Raises:
        UsageError: it must not be asked for, with --no-input.
        ReaderGoneError: the reader of standard output is gone.
    """
    if path == "-":
        announced(options, what)
    with signals.reader_needed():
        yield
