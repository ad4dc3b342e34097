"""Input files and standard input, read in bounded memory whatever they contain."""

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from io import BytesIO
from itertools import chain, islice
from pathlib import Path
from typing import Any, BinaryIO, NamedTuple

from callinspect import stdio
from callinspect.cli.input.ids import is_member
from callinspect.errors import UsageError
from callinspect.provider import MAX_BODY
from callinspect.provider.parsing import MAX_VALUES, Json, parse_json

MAX_LINE = 2 * MAX_BODY
"""Bytes of a line, or of a JSON text on several lines: a record may include the vendor's whole body."""

_TOKENS = re.compile(r'(?:[\s{}\[\],:]|"(?:[^"\\]|\\.)*+"|-?[0-9][0-9.eE+-]*+|true|false|null)*+')
_COMMENT = re.compile(r"\s+#.*")
_TEXT = re.compile(r'"(?:[^"\\]|\\.)*+"')
_COMMON = frozenset("{}[]:")
"""What is in JSON beside texts and commas."""


PACKED = {b"\x1f\x8b": "gzip", b"BZh": "bzip2", b"\xfd7zXZ\0": "xz", b"\x28\xb5\x2f\xfd": "zstd"}
"""How compressed files begin, and the program that reads them."""

LINES_HINT = "put one entry on a line: jq -c '.[]' FILE | callinspect … -"
"""The hint for an array that is too large."""

UTF8_HINT = "save it as UTF-8; in Windows PowerShell, use | Out-File -Encoding utf8 FILE instead of > FILE"
"""The hint for a file in another encoding."""


class Entry(NamedTuple):
    """One line of input, or several lines that are one JSON text.

    Attributes:
        number: the number of the first line.
        text: the first line.
        json: the JSON value, None if the text is not valid JSON.
        provider: the provider that the line names in a column of its own, None if it has none.
        is_fragment: whether it is a piece of a JSON text whose beginning is missing.
        is_too_large: whether it was not parsed because it has more values than a line may have.
    """

    number: int
    text: str
    json: Any = None
    provider: str | None = None
    is_fragment: bool = False
    is_too_large: bool = False


class _Unfinished:
    """A JSON text that continues after its first line."""

    def __init__(self, number: int, line: str, depth: int) -> None:
        self.number = number
        self.lines = [line]
        self.depth = depth
        self.size = len(line)

    def accept(self, line: str) -> bool:
        """Add the next line if it can be part of a JSON text; return whether it was."""
        change = _depth_change(line)
        if change is None:
            return False
        self.lines.append(line)
        self.depth += change
        self.size += len(line) + 1
        return True

    def entry(self) -> Entry:
        """Return the entry, with its JSON value if the text is complete."""
        text = "\n".join(self.lines)
        value = _parsed(text) if self.depth <= 0 else None
        return Entry(self.number, self.lines[0], value, is_too_large=value is None and has_too_many(text))


MAX_VALUES_IN_A_LINE = 2 * MAX_VALUES + 1000
"""JSON values of a line: the vendor's, in the record and again in the included body, and the record's own."""


def opened(path: str) -> BinaryIO:
    """Open a file, or standard input for `-`.

    Raises:
        UsageError: it cannot be read.
    """
    if path == "-":
        if stdio.source is None:
            raise UsageError("standard input is closed")
        return open(stdio.source.fileno(), "rb", closefd=False)
    if not path:  # pathlib takes it for the current directory
        raise UsageError("the name of the file is empty")
    try:
        return Path(path).open("rb")
    except OSError as error:
        raise _unreadable(path, error) from None


def lines(stream: BinaryIO, path: str) -> Iterator[bytes]:
    """Yield the lines of a stream lazily.

    Args:
        stream: the stream to read.
        path: its name for error messages.

    Raises:
        UsageError: reading failed, or a line is too long.
    """
    number = 0
    while True:
        try:
            line = stream.readline(MAX_LINE + 1)
        except OSError as error:
            raise _unreadable(path, error) from None
        if not line:
            return
        number += 1
        if len(line) > MAX_LINE:
            raise _too_long(path, number, is_array=line.lstrip(b"\xef\xbb\xbf \t")[:1] == b"[")
        yield line


def foreign_encoding(text: bytes) -> str | None:
    """Return a message if a text begins like UTF-16, else None."""
    is_marked = text[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}
    every_other_is_zero = {text[0:4:2].count(0), text[1:4:2].count(0)} == {0, 2}
    return "is UTF-16 text, not UTF-8" if is_marked or every_other_is_zero else None


def record(line: bytes) -> Json:
    """Parse the JSON value of a line, such as an earlier record.

    Raises:
        ValueError: it is not JSON, or has more values than any record.
    """
    return parse_json(line, MAX_VALUES_IN_A_LINE)


def first_values(body: bytes) -> list[Json]:
    """Return the first two values of JSON Lines, which are enough to tell that there are several; none if one is wrong.

    Args:
        body: the lines; empty ones are skipped.
    """
    try:
        return [record(line) for line in islice(filter(bytes.strip, BytesIO(body)), 2)]
    except ValueError:
        return []


def entries(
    stream: BinaryIO, path: str, column: str | None = None, *, parse: Callable[[str], Any] | None = None
) -> Iterator[Entry]:
    """Yield the entries of a stream lazily; empty lines and those that begin with `#` are skipped.

    Args:
        stream: the stream to read.
        path: its name for error messages.
        column: the column of CSV that has the IDs, None for the usual ones.
        parse: returns the JSON value of a line, None if it is not JSON; by default as strict as with vendors.

    Raises:
        UsageError: reading failed, or a line is too long.
        UsageError: the encoding is not UTF-8, or the input is CSV without such a column.
    """
    from callinspect.cli.input import columns

    numbered = _texts(stream, path)
    for number, line in numbered:
        if is_skipped(line):
            continue
        if (header := columns.header(line, column)) is not None:
            for at, call_id, provider in columns.cells(header, numbered, number):
                yield Entry(at, call_id, provider=provider)
        else:
            yield from _entries(chain([(number, line)], numbered), path, parse or _parsed)


def _texts(stream: BinaryIO, path: str) -> Iterator[tuple[int, str]]:
    """Yield the lines of a stream as texts, each with its number.

    Raises:
        UsageError: the encoding is not UTF-8.
    """
    for number, line in enumerate(lines(stream, path), 1):
        if number == 1 and (program := next((PACKED[each] for each in PACKED if line.startswith(each)), None)):
            hint = f"{program} -dc FILE | callinspect … -"
            raise UsageError(f"{display_name(path)} is compressed ({program})", hint=hint)
        if number == 1 and (encoding := foreign_encoding(line)):
            raise UsageError(f"{display_name(path)} {encoding}", hint=UTF8_HINT)
        yield number, line.decode("utf-8", "surrogateescape").lstrip("\ufeff")


def _entries(numbered: Iterable[tuple[int, str]], path: str, parse: Callable[[str], Any]) -> Iterator[Entry]:
    """Yield the entries of lines that are not CSV."""
    unfinished: _Unfinished | None = None
    before, is_fragment = "", False
    for number, line in numbered:
        text = line.strip()
        if unfinished and unfinished.accept(text):
            if unfinished.size > MAX_LINE:
                raise _too_long(path, unfinished.number, is_array=unfinished.lines[0].startswith("["), has_more=True)
            if unfinished.depth > 0:
                continue
            text = ""  # it is part of the JSON text
        if unfinished:
            yield unfinished.entry()
            unfinished = None
        if is_skipped(text):
            continue
        is_fragment = text[0] == '"' and not is_member(text) and _is_continued(before, is_fragment=is_fragment)
        value = None if is_fragment else parse(text)
        before = text
        if value is None and text[0] in "{[" and (depth := _depth_change(text) or 0) > 0:
            unfinished = _Unfinished(number, text, depth)
        else:
            bare = text if value is not None else _COMMENT.sub("", text)
            is_large = value is None and not is_fragment and has_too_many(text)
            yield Entry(number, bare, value, is_fragment=is_fragment, is_too_large=is_large)
    if unfinished:
        yield unfinished.entry()


def has_too_many(text: str) -> bool:
    """Whether a line, or a JSON text on several, has more values than it may have."""
    return text[:1] in "{[" and text.count(",") + text.count("{") + text.count("[") > MAX_VALUES_IN_A_LINE


def is_skipped(line: str) -> bool:
    """Whether a line is empty or a comment."""
    text = line.strip()
    return not text or text.startswith("#")


def _parsed(text: str) -> Any:
    """Return the value of a JSON object, array or string, None for anything else."""
    if text[0] not in '{["':
        return None
    try:
        return record(text.encode("utf-8", "surrogateescape"))
    except ValueError:
        return None


def _depth_change(line: str) -> int | None:
    """Return by how many levels a line of a JSON text changes the nesting, None if it cannot be JSON."""
    if not _TOKENS.fullmatch(line):
        return None
    bare = _TEXT.sub("", line)
    return bare.count("{") + bare.count("[") - bare.count("}") - bare.count("]")


def _is_continued(line: str, *, is_fragment: bool) -> bool:
    """Whether a line is part of a JSON text that continues on the next line; a list of IDs may have commas as well."""
    if line[-1:] not in {",", ":", "[", "{"} or _depth_change(line) is None:
        return False
    return is_fragment or not _COMMON.isdisjoint(_TEXT.sub("", line))


def body(path: str, most: int = MAX_BODY) -> bytes:
    """Read a whole file, such as a saved response body or record.

    Args:
        path: the file, or `-` for standard input.
        most: the largest number of bytes.

    Raises:
        UsageError: it cannot be read, or is larger.
    """
    with opened(path) as stream:
        try:
            content = stream.read(most + 1)
        except OSError as error:
            raise _unreadable(path, error) from None
    if len(content) > most:
        raise too_large(path, most)
    return content


def too_large(path: str, most: int) -> UsageError:
    """Return the error for a file that is larger than that many bytes."""
    return UsageError(f"{display_name(path)} is larger than {most // 1024**2} MiB")


def _too_long(path: str, number: int, *, is_array: bool, has_more: bool = False) -> UsageError:
    what = f"the JSON text that begins in line {number}" if has_more else f"line {number},"
    message = f"{display_name(path)}, {what} is longer than {MAX_LINE // 1024**2} MiB"
    return UsageError(message, hint=LINES_HINT if is_array else None)


def _unreadable(path: str, error: OSError) -> UsageError:
    return UsageError(f"{display_name(path)} cannot be read: {error.strerror}")


def display_name(path: str) -> str:
    """Return the name of an input file for messages."""
    return "standard input" if path == "-" else path
