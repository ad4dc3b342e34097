"""Pictures of calls, read back: what stands where in an SVG file or a page of HTML, and in which colors."""

import re
from html.parser import HTMLParser
from typing import NamedTuple
from xml.etree import ElementTree as ET

from kit.screen import columns_of

SVG = "{http://www.w3.org/2000/svg}"
PAPER = "#ffffff"

_RULE = re.compile(r"\.(\S+-r\d+) \{ fill: (#[0-9a-f]{6})")
_COLOR = re.compile(r"(?:^|; )(color|background-color): (#[0-9a-f]{6})")


class Piece(NamedTuple):
    """A text in one color: the line and the column at which it begins, its color, and that of its background."""

    line: int
    column: float
    text: str
    color: str
    ground: str


def pieces(file: str) -> list[Piece]:
    """Return what a picture shows; the file must be valid."""
    return _of_svg(file) if file.startswith("<svg") else _of_page(file)


def lines(file: str) -> list[str]:
    """Return the lines of a picture, each piece at its column."""
    shown: dict[int, str] = {}
    for each in pieces(file):
        before = shown.get(each.line, "")
        gap = each.column - columns_of(before)
        assert abs(gap - round(gap)) < 0.01, f"{each} is between two columns"
        assert gap > -0.01, f"{each} is drawn over “{before}”"
        shown[each.line] = before + " " * round(gap) + each.text
    return [shown.get(number, "").rstrip() for number in range(max(shown) + 1)]


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colors, by WCAG 2.2."""
    darker, lighter = sorted(map(_luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(color: str) -> float:
    parts = [int(color[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _number(element: ET.Element, name: str) -> float:
    return float(element.get(name) or 0)


def _of_svg(file: str) -> list[Piece]:
    root = ET.fromstring(file)
    colors = dict(_RULE.findall(root.findtext(f"{SVG}style") or ""))
    clips = {each.get("id") for each in root.iter(f"{SVG}clipPath")}
    [matrix] = [each for each in root.iter(f"{SVG}g") if str(each.get("class")).endswith("-matrix")]
    texts = list(matrix)
    longest = max(texts, key=lambda each: len(each.text or ""))
    width = _number(longest, "textLength") / len(longest.text or "")  # of which least was rounded off
    height = min(_number(each, "y") for each in texts) * 1.22
    rects = [each for each in root.iter(f"{SVG}rect") if each.get("shape-rendering")]
    found = []
    for each in texts:
        text = each.text or ""
        assert text == re.sub(" +", " ", text).strip(), f"a renderer may drop blanks of “{text}”"
        assert str(each.get("clip-path"))[5:-1] in clips, f"“{text}” is clipped by nothing that is there"
        x, y = _number(each, "x"), _number(each, "y")
        behind = [
            rect
            for rect in rects
            if _number(rect, "x") <= x + 0.1 < _number(rect, "x") + _number(rect, "width")
            and _number(rect, "y") <= y < _number(rect, "y") + _number(rect, "height")
        ]
        ground = str(behind[-1].get("fill")) if behind else PAPER
        line = round((y - min(_number(each, "y") for each in texts)) / height)
        found.append(Piece(line, x / width, text, colors[str(each.get("class"))], ground))
    return found


class _Page(HTMLParser):
    """Collects the texts of the one `pre` of a page."""

    def __init__(self, color: str) -> None:
        super().__init__()
        self.found: list[Piece] = []
        self._looks = [(color, PAPER)]
        self._is_inside = False
        self._line, self._column = 0, 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._is_inside |= tag == "pre"
        if tag in {"span", "i"}:
            said = dict(_COLOR.findall(dict(attrs).get("style") or ""))
            color, ground = self._looks[-1]
            self._looks.append((said.get("color", color), said.get("background-color", ground)))

    def handle_endtag(self, tag: str) -> None:
        self._is_inside &= tag != "pre"
        if tag in {"span", "i"}:
            self._looks.pop()

    def handle_data(self, data: str) -> None:
        for number, text in enumerate(data.split("\n") if self._is_inside else []):
            if number:
                self._line, self._column = self._line + 1, 0
            if text:
                self.found.append(Piece(self._line, self._column, text, *self._looks[-1]))
            self._column += columns_of(text)


def _of_page(file: str) -> list[Piece]:
    found = re.search(r"body \{ margin: 0; color: (#[0-9a-f]{6}); background: #ffffff \}", file)
    assert found is not None
    page = _Page(found[1])
    page.feed(file)
    page.close()
    return page.found
