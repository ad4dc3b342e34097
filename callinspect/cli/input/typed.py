"""Standard input that a person types."""

import os

from callinspect import stdio
from callinspect.cli.console import streams
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
