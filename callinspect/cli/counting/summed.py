"""Adds results up instead of writing them."""

from collections.abc import Callable
from typing import Any

from callinspect.cli.results.writers import Writer
from callinspect.figures import Counting


class Summed(Writer):
    """Adds calls to the figures as they come.

    Args:
        counting: what counts them.
        read: returns the record of one.
    """

    def __init__(self, counting: Counting, read: Callable[[Any], Any]) -> None:
        self._counting = counting
        self._read = read

    def add(self, result: Any) -> None:
        """Count a call.

        Raises:
            CallinspectError: it has no record.
        """
        self._counting.add(self._read(result))
