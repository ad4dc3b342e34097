"""A call's card as a picture: SVG, or a page of HTML.

To open one fetches nothing: it has no address but the name of SVG itself, and fonts are named only. All text is inert
before it gets here, so that it has no character which XML rejects. Title and text are put into the formats below after
Rich has filled these: to Rich, a brace in them would be a placeholder.
"""

import io
import re
import zlib
from collections.abc import Callable, Iterator, Sequence
from html import escape
from itertools import groupby

from rich.cells import cell_len, chop_cells
from rich.color import Color
from rich.color_triplet import ColorTriplet
from rich.console import Console
from rich.segment import Segment, Segments
from rich.style import Style as Look
from rich.terminal_theme import TerminalTheme
from rich.text import Text

from callinspect.model import Call
from callinspect.render.layout import HANGING
from callinspect.render.style import NO_BREAK, Style

INK, PAPER, DIM = (31, 35, 40), (255, 255, 255), (87, 96, 106)
"""Colors of plain text, of the background, and of what is dim."""

_COLORS = [
    INK,
    (179, 29, 40),  # red
    (17, 99, 41),  # green
    (125, 78, 0),  # yellow
    (5, 80, 174),  # blue
    (130, 49, 153),  # magenta
    (0, 95, 107),  # cyan
    DIM,
]

THEME = TerminalTheme(PAPER, INK, _COLORS)
"""Colors on paper-white, as pictures are printed as well; each has a contrast of 4.5:1 at least."""

FONT_SIZE = 21
"""With it, vertical lines of the ladder meet at Rich's distance of lines, 24.4: DejaVu Sans Mono is 1.164 high."""

ASPECT = 0.602 * FONT_SIZE / 20
"""A character's width by Rich's height of characters, 20; that of DejaVu Sans Mono and Menlo is 0.602 of their size."""

FONTS = 'ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace'

FULL_BLOCK = "█"

_TITLE, _TEXT = "\0title\0", "\0text\0"
"""Stand for the title and the text; there is no such character in inert text."""

_SVG = f"""\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {{width}} {{height}}" width="{{width}}" height="{{height}}" \
role="img" aria-labelledby="{{unique_id}}-title" aria-describedby="{{unique_id}}-text">
<title id="{{unique_id}}-title">{_TITLE}</title>
<desc id="{{unique_id}}-text">
{_TEXT}</desc>
<style>
.{{unique_id}}-matrix {{{{ font-family: {FONTS}; font-size: {FONT_SIZE}px }}}}
{{styles}}
</style>
<defs>
{{lines}}
</defs>
<rect width="100%" height="100%" fill="{ColorTriplet(*PAPER).hex}"/>
<g transform="translate({{terminal_x}}, 32)">
{{backgrounds}}
<g class="{{unique_id}}-matrix">{{matrix}}</g>
</g>
</svg>
"""

_HTML = f"""\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light">
<title>{_TITLE}</title>
<style>
body {{{{ margin: 0; color: {{foreground}}; background: {{background}} }}}}
pre {{{{ margin: 0; padding: 1em; overflow-x: auto; font: 14px/1.164 {FONTS}; font-variant-ligatures: none }}}}
pre i {{{{ display: inline-block; width: 2ch; font-style: normal }}}}
@media print {{{{ pre {{{{ white-space: pre-wrap; overflow-wrap: anywhere }}}} }}}}
</style>
</head>
<body>
<main><pre tabindex="0">{{code}}</pre></main>
</body>
</html>
"""

_RUNS = re.compile("[^ ]+(?: [^ ]+)*| +")
"""Words with single blanks between them, or blanks."""

_LINE_ENDS = re.compile(r"<text [^>]*>\n</text>")
"""What Rich draws at the end of each line."""

_LONG = re.compile(r"(?<=[\" ])[0-9]+\.[0-9]{3,}(?=\"(?:[ />]))")
"""A number of an attribute to a fraction that nobody sees; in a text, quotation marks are escaped."""

_WIDE = re.compile("[\u1100-\U0010ffff]")
"""Among these are the characters that take two columns."""


def title(call: Call, style: Style) -> str:
    """Return what a picture shows: which call, and how it came out."""
    how = f"{call.state}, {call.outcome}" if call.outcome else call.state
    return f"{call.provider} call {style.word(call.id)}: {how}"


def picture(lines: Sequence[Text], title: str, style: Style, checked: Callable[[str], str]) -> str:
    """Return lines as SVG.

    Args:
        lines: the lines, inert.
        title: what they show, inert.
        style: its width is the picture's; longer lines are continued below.
        checked: returns a finished text, masked if need be, or refuses it.
    """
    lines, text = _checked(lines, checked)
    console = _recorded((part for line in lines for part in _folded(line, style.width)), style.width)
    drawn = console.export_svg(
        code_format=_SVG, theme=THEME, font_aspect_ratio=ASPECT, unique_id=_letters(text), title=""
    )
    drawn = _LONG.sub(lambda found: f"{float(found[0]):.2f}".rstrip("0").rstrip("."), _LINE_ENDS.sub("", drawn))
    return _filled(drawn.replace("&#160;", " "), checked(title), text)


def page(lines: Sequence[Text], title: str, style: Style, checked: Callable[[str], str]) -> str:
    """Return lines as a page of HTML, long ones whole; see `picture`."""
    lines, text = _checked(lines, checked)
    console = _recorded(lines, style.width)
    drawn = console.export_html(code_format=_HTML, theme=THEME, inline_styles=True)
    return _filled(_WIDE.sub(_widened, drawn), checked(title), text)


def _checked(lines: Sequence[Text], checked: Callable[[str], str]) -> tuple[Sequence[Text], str]:
    """Return the lines and their text, checked before they become markup, in which nothing could be found.

    If something had to be masked in the text, the lines lose their colors.
    """
    for line in lines:
        line.rstrip()
    text = "".join(f"{line.plain}\n" for line in lines).replace(NO_BREAK, " ")
    finished = checked(text)
    return (lines if finished == text else [Text(line) for line in finished.splitlines()]), finished


def _filled(drawn: str, title: str, text: str) -> str:
    """Return the file with title and text in it; their places come before any text from outside."""
    return drawn.replace(_TITLE, escape(title), 1).replace(_TEXT, escape(text), 1)


def _letters(text: str) -> str:
    """Return a name for the parts of a picture, unlike those of other pictures in the same page, without digits."""
    return "".join(chr(ord("g") + int(digit, 16)) for digit in f"{zlib.crc32(text.encode()):08x}")


def _folded(line: Text, width: int) -> Iterator[Text]:
    """Yield a line, or as many as it takes: the terminal would continue it, and a picture would end."""
    indent, hanging = 0, len(line.plain) - len(line.plain.lstrip()) + HANGING
    while line.cell_len > width - indent:
        first, line = line.divide([len(chop_cells(line.plain, width - indent)[0])])
        yield Text.assemble(" " * indent, first)
        indent = min(hanging, width // 2)
    yield Text.assemble(" " * indent, line)


def _recorded(lines: "Sequence[Text] | Iterator[Text]", width: int) -> Console:
    """Return a console that has recorded lines."""
    console = Console(file=io.StringIO(), record=True, width=width, legacy_windows=False, color_system="truecolor")
    segments = [
        Segment(piece, _spelled_out(look, piece))
        for line in lines
        for text, look, _ in Text.assemble(line).render(console, end="\n")  # `line` would leave out its own look
        for piece in _pieces(text.replace(NO_BREAK, " "))
    ]
    end = Segment("\n")  # Rich gives its last line no clip path of its own
    console.print(Segments([*segments, end]), soft_wrap=True, end="")
    return console


def _pieces(text: str) -> Iterator[str]:
    """Yield the words of a text with single blanks between them, other blanks, and each character that is wide alone.

    In SVG, each begins at its column, and Rich makes it as many columns wide as it has characters. So columns hold with
    any font, and no renderer has blanks at an edge to drop. Marks without a width stay with their character.
    """
    clusters: list[str] = []
    for character in text:
        if clusters and not cell_len(character):
            clusters[-1] += character
        else:
            clusters.append(character)
    for is_narrow, group in groupby(clusters, lambda cluster: len(cluster) == cell_len(cluster) == 1):
        several = list(group)
        yield from _RUNS.findall("".join(several)) if is_narrow else several


def _spelled_out(look: Look | None, piece: str) -> Look:
    """Return a look without dim and reverse, which Rich draws in SVG other than in HTML, and with too little contrast.

    Behind a full block is its own color, or gaps would show where two meet.
    """
    look = look or Look()
    color = look.color or (Color.from_triplet(ColorTriplet(*DIM)) if look.dim else None)
    ground = color if not piece.strip(FULL_BLOCK) else None
    if look.reverse:
        color, ground = Color.from_triplet(ColorTriplet(*PAPER)), color or Color.from_triplet(ColorTriplet(*INK))
    return Look(color=color, bgcolor=ground, bold=look.bold, italic=look.italic)


def _widened(found: re.Match[str]) -> str:
    return f"<i>{found[0]}</i>" if cell_len(found[0]) > 1 else found[0]
