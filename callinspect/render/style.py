"""How text for people is drawn: what the terminal has room and characters for."""

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import NamedTuple

from callinspect.render.inert import inert, quoted, word

CALLING, TALKING, HOLD = "cyan", "green", "yellow"
"""The colors of what a call does: calling or ringing, talking, and being on hold, as in the card's heading."""

NO_BREAK = "\N{NO-BREAK SPACE}"
"""A space at which no line is broken, as in a number; on the terminal it is a plain one, so that it can be copied."""


class Style(NamedTuple):
    """How to draw: columns, color, the zone of times, plain ASCII for old terminals, and the encoding.

    Without a zone, times are in the system's local one. Characters that the encoding lacks are escaped, and take more
    columns.
    """

    width: int = 80
    color: bool = False
    zone: tzinfo | None = None
    ascii: bool = False
    encoding: str = "utf-8"

    @property
    def arrow(self) -> str:
        """Separates the calling and the called party."""
        return "-->" if self.ascii else "──▶"

    @property
    def back(self) -> str:
        """Separates a redirection from the previous one."""
        return "<-" if self.ascii else "◀─"

    @property
    def dot(self) -> str:
        """Separates the words of a heading."""
        return "-" if self.ascii else "·"

    @property
    def marks(self) -> tuple[str, str]:
        """The characters of the bar for ringing and talking."""
        return (".", "#") if self.ascii else ("░", "█")

    @property
    def on_hold(self) -> str:
        """The character of the bar for being on hold."""
        return "=" if self.ascii else "▒"

    @property
    def next(self) -> str:
        """Precedes what to do next."""
        return "->" if self.ascii else "→"

    @property
    def checks(self) -> Mapping[str, str]:
        """The marks of checks that are well, warn, fail and are skipped."""
        return dict(zip(("ok", "warn", "fail", "skip"), "+!x-" if self.ascii else "✓!✗\N{EN DASH}", strict=True))

    @property
    def minus(self) -> str:
        """Precedes the hours of a zone west of UTC."""
        return "-" if self.ascii else "\N{MINUS SIGN}"

    @property
    def absent(self) -> str:
        """Stands for a value where there is none."""
        return "-" if self.ascii else "\N{EM DASH}"

    @property
    def nearly(self) -> str:
        """Precedes the nearest SIP and Q.850 codes."""
        return "~" if self.ascii else "≈"

    @property
    def ellipsis(self) -> str:
        """Stands for the end of a text that is cut."""
        return "..." if self.ascii else "…"

    def inert(self, text: str) -> str:
        """Return the text inert, in the terminal's encoding."""
        return self._encodable(inert(text))

    def quoted(self, text: str) -> str:
        """Return the text in quotation marks, inert; for text that a stranger may have chosen."""
        return self._encodable(quoted(text, self._quotation))

    def word(self, text: str) -> str:
        """Return the text unchanged if it is one plain word, else in quotation marks; for a vendor's words."""
        return self._encodable(word(text, self._quotation))

    @property
    def _quotation(self) -> str:
        return '""' if self.ascii else "“”"

    def _encodable(self, text: str) -> str:
        return text if text.isascii() else text.encode(self.encoding, "backslashreplace").decode(self.encoding)

    def local(self, moment: datetime) -> datetime:
        """Return the moment in the zone of display."""
        try:
            return moment.astimezone(self.zone)
        except (OverflowError, ValueError):
            return moment  # near year 1 or 9999, which some vendors send for "no date"
