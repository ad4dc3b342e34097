"""A command's page as text, for a terminal or a pipe of any width."""

from collections.abc import Iterable, Iterator
from textwrap import TextWrapper

from callinspect.cli.manual.examples import Example
from callinspect.cli.manual.pages import Page

BOLD, NORMAL = "\x1b[1m", "\x1b[0m"

MAX_WIDTH, MAX_LABEL, NARROW = 100, 26, 60
"""Columns of a page, and of a name; on fewer columns than `NARROW`, what it is for is on the lines below it."""


def as_text(page: Page, examples: Iterable[Example], width: int, *, color: bool) -> str:
    """Return a page as text."""
    width = min(width, MAX_WIDTH)
    blocks = [wrapped(f"Usage: {page.usage}", width, rest="    ")]
    blocks += [wrapped(each, width) for each in page.paragraphs]
    for title, entries in page.sections.items():
        blocks.append([f"{title}:", *columns([(each.label, each.help) for each in entries], width, color=color)])
    lines = [*examples_of(examples, width)]
    blocks += [["Examples:", *lines]] if lines else []
    if color:
        for block in (blocks[0], *blocks[1 + len(page.paragraphs) :]):
            heading, colon, rest = block[0].partition(":")
            block[0] = f"{BOLD}{heading}{colon}{NORMAL}{rest}"
    return "\n\n".join("\n".join(block) for block in blocks) + "\n"


def examples_of(several: Iterable[Example], width: int) -> Iterator[str]:
    """Yield the lines of examples: what each does, and how it is typed, which is not broken."""
    for command, does in several:
        yield from wrapped(f"# {does}", width, "  ", "  # ")
        yield f"  {command}"


def columns(rows: Iterable[tuple[str, str]], width: int, *, color: bool = False) -> Iterator[str]:
    """Yield the lines of names and what each is for, in two columns if there is room.

    Each line of what it is for begins on a line of its own.
    """
    rows = list(rows)
    room = 0 if width < NARROW else min(MAX_LABEL, max((len(label) for label, _ in rows), default=0)) + 4
    for label, text in rows:
        shown = f"{BOLD}{label}{NORMAL}" if color else label
        lines = [line for each in text.splitlines() for line in wrapped(each, width, " " * (room or 6))]
        if len(label) + 4 <= room and lines:
            yield f"  {shown}{lines.pop(0)[len(label) + 2 :]}"
        elif label:
            yield f"  {shown}"
        yield from lines


def wrapped(text: str, width: int, indent: str = "", rest: str | None = None) -> list[str]:
    """Return the lines of a text; a word that is too long for a line stays whole.

    Args:
        text: the text.
        width: columns of a line.
        indent: what the first line begins with.
        rest: what each further line begins with; the same by default.
    """
    wrapper = TextWrapper(width, indent, indent if rest is None else rest, break_long_words=False)
    wrapper.break_on_hyphens = False
    return wrapper.wrap(text)
