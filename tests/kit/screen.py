"""What a terminal shows of the bytes that are written to it, and which of them could act on it.

What may not come out raw is told by Unicode's own categories, not by the program's list of them.
"""

from __future__ import annotations

import re
import signal
import threading
import unicodedata
from typing import TYPE_CHECKING

from ptyprocess import PtyProcess

from kit import warm
from kit.program import SCRIPTS, TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Mapping

ACTIVE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories of characters that do something, or cannot be seen, or are none."""

COLOR = r"\x1b\[[0-9;]*m"
DRAWING = rf"{COLOR}|\x1b\[\?25[lh]|\x1b\[2K|\x1b\[1A|\r"
"""What the program itself draws with: colors; while something moves, the cursor hidden, lines erased and redrawn."""


def escaped(text: str) -> str:
    """Return what stands on a screen for a text."""
    return "".join(_escape(each) if unicodedata.category(each) in ACTIVE else each for each in text)


def _escape(character: str) -> str:
    code = ord(character)
    width = 2 if code <= 0xFF else 4 if code <= 0xFFFF else 8
    return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(character) or f"\\{'?xu_U'[width // 2]}{code:0{width}x}"


def inert(written: bytes, own: str = "$^") -> str:
    """Return what a terminal shows of bytes; fail if any of them could do more than `own` does, and end a line."""
    text = re.sub(own, "", re.sub(r"\r+\n", "\n", written.decode()))
    raw = {each for each in set(text) if unicodedata.category(each) in ACTIVE and each != "\n"}
    assert not raw, f"{raw} in {text[max(0, text.index(min(raw)) - 200) :][:400]!r}"
    return text


def whole(text: str) -> str:
    """Return a text as a record has it: without halves of characters."""
    return re.sub("[\ud800-\udfff]", "\N{REPLACEMENT CHARACTER}", text)


def spaced(text: str) -> str:
    """Return a text on one line, wherever it was broken."""
    return re.sub(r"[ \n]+", " ", text)


def seen(text: str) -> str:
    """Return what is seen of a text wherever it was broken: a word as well, and marks within quotations are single."""
    return re.sub(r"[ \n]+", "", text).replace('"', "'")


SKIN_TONES = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"


def columns_of(line: str) -> int:
    """Return how many columns a line takes; a skin tone is drawn within the emoji before it."""
    return sum(
        0
        if unicodedata.category(each) in {"Mn", "Me"} or each in SKIN_TONES
        else 2
        if unicodedata.east_asian_width(each) in "WF"
        else 1
        for each in line
    )


def on_terminal(*arguments: str, env: Mapping[str, str], columns: int = 80) -> tuple[int | None, bytes]:
    """Return the exit status, and the bytes that the program writes to a terminal of that width."""
    words, env = [str(SCRIPTS / "callinspect"), *arguments], {"TERM": "xterm-256color", **env}
    if warm.serves(env):
        return warm.drawn(words, env, columns, TIMEOUT)
    terminal = PtyProcess.spawn(words, env=env, dimensions=(50, columns))
    late = threading.Timer(TIMEOUT, terminal.kill, (signal.SIGKILL,))
    late.start()
    written = b""
    while True:
        try:
            written += terminal.read(65536)
        except EOFError:
            break
    terminal.wait()
    late.cancel()
    return terminal.exitstatus, written


def screen(written: str, columns: int) -> list[str]:
    """Return the lines that a terminal shows in the end, which wraps them and obeys movements of the cursor."""
    rows, row, column = [""], 0, 0
    for code, character in re.findall(r"\x1b\[([?0-9;]*[A-Za-z])|(.)", written, re.DOTALL):
        if code == "1A":
            row = max(0, row - 1)
        elif code == "2K":
            rows[row] = ""
        elif character == "\r":
            column = 0
        elif character == "\n" or (character and column == columns):
            row, column = row + 1, column if character == "\n" else 0
            rows += [""] * (row + 1 - len(rows))
        if character and character not in "\r\n":
            rows[row] = rows[row].ljust(column)[:column] + character
            column += 1
    return rows


def too_wide(text: str, columns: int) -> list[str]:
    """Return the lines that do not fit and could: those of one word cannot, and an id is never cut."""
    return [line for line in text.splitlines() if columns_of(line) > columns and len(line.split()) > 1]
