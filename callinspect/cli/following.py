"""What `wait` and `watch` say of a call while they poll it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from math import ceil
from typing import TYPE_CHECKING

from callinspect.cli.console import live, streams
from callinspect.cli.options import Options
from callinspect.client.polling import Polling
from callinspect.deadline import now
from callinspect.duration import coarse
from callinspect.errors import IN_WORDS, CallinspectError, NotFoundError
from callinspect.model import State
from callinspect.render.inert import inert

if TYPE_CHECKING:
    from callinspect.client.inspection import Inspection
    from callinspect.render.style import Style


class Following:
    """A call that is polled: its state, what stands in the way of reading it, and when it is read next.

    Args:
        polling: the polling.
        options: the global options.
        doing: the command, as what it is doing.
    """

    def __init__(self, polling: Polling, options: Options, doing: str) -> None:
        self._polling = polling
        self._options = options
        self._doing = doing
        self._said = ""
        self._state: State | None = None
        self._since: float | None = None

    def trouble(self, style: "Style") -> str | None:
        """Return why the call cannot be read at the moment, in that style, None if it can."""
        pause = self._options.pause
        if left := pause.left:
            return f"paused: {inert(self._short(pause.why))}; trying again in {left}"
        error = self._polling.trouble
        if isinstance(error, NotFoundError):
            missing = "not found yet" if self._polling.last is None else "no longer found"
            return f"{missing}; keeps trying for {coarse(self._polling.grace_left)}"
        return None if error is None else self._described(error, style)

    def next_look(self) -> str:
        """Return when the call is read next."""
        left = self._polling.next_look
        return f"next look in {ceil(left)} s" if left else "looking now"

    @contextmanager
    def shown(self) -> Iterator[None]:
        """Keep a line about all this on standard error inside the context, if its terminal can be redrawn."""
        self._options.pause.is_shown = live.is_possible() and not self._options.quiet
        if not self._options.pause.is_shown:
            yield
            return
        with live.shown(self._line, on_error=True):
            yield

    def note_state(self, reading: "Inspection") -> None:
        """Note a call's state; print a line if it has changed."""
        state = reading.call.state
        if state is not self._state:
            self._since = _since(reading) if self._state is None else now()
            self._state = state
        self._say(str(self._state), str(self._state), always=False)

    def note_trouble(self) -> None:
        """Print a line about a look that gave no reading, unless the one before gave none for the same reason."""
        error = self._polling.trouble
        if isinstance(error, NotFoundError):
            self._say(error.code, self.trouble(streams.error_style()) or "", always=False)
        elif error is not None:
            self._say(error.message, f"still {self._doing}: {error.shown_message}", always=True)

    def _say(self, key: str, text: str, *, always: bool) -> None:
        """Print a line unless it is drawn instead, or the last one said the same.

        In a pipe, only failures are always reported; -v adds the rest.
        """
        is_wanted = always or streams.is_error_terminal() or self._options.verbose or self._options.debug
        if is_wanted and key != self._said and not self._options.pause.is_shown:
            self._options.notice(text)
        self._said = key

    def _line(self) -> str:
        """Return the line: state and trouble, and as much of the rest as fits on the terminal's current width."""
        from textwrap import fill

        style = streams.error_style()
        width = streams.size(sys.stderr).columns
        known = [part for part in (self._in_state(), self.trouble(style)) if part]
        rest = [
            self.next_look(),
            f"gives up in {coarse(self._polling.time_left)}",
        ]
        separator = f" {style.dot} "
        parts = known + rest * (not self._options.pause.left)
        while len(parts) > max(1, len(known)) and len(separator.join(parts)) > width:
            parts.pop()
        return fill(separator.join(parts), width)

    def _in_state(self) -> str | None:
        if self._state is None or self._since is None or now() <= self._since:
            return self._state and str(self._state)
        return f"{self._state} for {coarse(now() - self._since)}"

    def _described(self, error: CallinspectError, style: "Style") -> str:
        """Return an error as a part of a line: of which kind it is, and its message, a vendor's one quoted."""
        message = self._short(error.message)
        message = style.quoted(message) if error.vendor_message else inert(message)
        return f"{IN_WORDS[error.code]}: {message}" + (f" (HTTP {error.http_status})" if error.http_status else "")

    def _short(self, text: str) -> str:
        return streams.shortened(self._options.redacted(text))


def _since(reading: "Inspection") -> float | None:
    """Return when a call's state began by the vendor's times, as seconds of our clock; None if they do not say."""
    call = reading.call
    ringing = (State.QUEUED, State.DIALING, State.RINGING)
    moment = call.answered_at if call.state is State.ACTIVE else call.created_at if call.state in ringing else None
    return None if moment is None else now() - (datetime.now(UTC) + reading.offset - moment).total_seconds()
