"""A module's source, and one change of it."""

import ast
import re
from pathlib import Path
from typing import NamedTuple

Node = ast.expr | ast.stmt | ast.keyword | ast.pattern
"""What has a place in the source."""

Span = tuple[int, int]


class Change(NamedTuple):
    """Bytes that are replaced.

    Attributes:
        start: the first of them.
        end: the first one after them.
        text: what stands there instead.
        span: the first and the last line of the statement; None for one that an import runs.
    """

    start: int
    end: int
    text: str
    span: Span | None


class Source:
    """A module's source.

    Attributes:
        text: all of it.
    """

    def __init__(self, path: Path) -> None:
        self.text = path.read_bytes()
        self._lines = [0]
        for line in self.text.splitlines(keepends=True):
            self._lines.append(self._lines[-1] + len(line))

    def changed(self, change: Change) -> bytes:
        """Return the source with a change."""
        return self.text[: change.start] + change.text.encode() + self.text[change.end :]

    def place(self, node: Node) -> Span:
        """Return a node's first byte, and the first one after it."""
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        start = self._lines[node.lineno - 1] + node.col_offset
        return start, self._lines[node.end_lineno - 1] + node.end_col_offset

    def instead(self, node: Node, text: str, span: Span | None) -> Change:
        """Put a text in a node's place."""
        return Change(*self.place(node), text, span)

    def without(self, start: int, end: int, span: Span | None) -> Change:
        """Leave one of several out, with the comma after it or else the one before it."""
        if after := re.compile(rb"\s*,[ ]*").match(self.text, end):
            return Change(start, after.end(), "", span)
        before = re.search(rb",\s*$", self.text[:start])
        return Change(before.start() if before else start, end, "", span)


def lines(node: Node) -> Span:
    """Return a node's first and last line."""
    return node.lineno, node.end_lineno or node.lineno
