"""Calls as data: what a vendor would say of each, from when to when, in seconds from the sandbox's start."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from typing import Any, Final, NamedTuple

Record = Mapping[str, Any]

ALWAYS: Final = float("-inf")

PAUSE: Final = 30.0
"""Seconds from the last stage of a living call until it starts again: long enough for `wait` to see how it ended."""

HOSTILE: Final = (
    '=HYPERLINK("https://example.com","open") \x1b[31;1mred\x1b[0m '
    "\x1b]8;;https://example.com/\x1b\\click\x1b]8;;\x1b\\ \u202eesrever\u202c [bold]loud[/bold] [/x] \x9b2J \x07"
)


@dataclass(frozen=True, slots=True)
class At:
    """A moment: seconds from the start, and the way the vendor writes it."""

    seconds: float
    form: str = "iso_milliseconds"
    """One of `FORMS`."""


@dataclass(frozen=True, slots=True)
class Elapsed:
    """The whole seconds since a moment, as text."""

    since: float


@dataclass(frozen=True, slots=True)
class Here:
    """An address of the vendor's in the sandbox: its path."""

    path: str


_AHEAD: Final = timezone(timedelta(hours=5, minutes=30))


def _iso(moment: datetime, precision: str) -> str:
    return moment.isoformat(timespec=precision).replace("+00:00", "Z")


def _behind(moment: datetime) -> str:
    return _iso(moment.astimezone(timezone(timedelta(hours=-5))), "milliseconds")


def _epoch(moment: datetime, parts: int) -> int:
    return int(moment.timestamp() * parts)


FORMS: Final[Mapping[str, Callable[[datetime], str | int]]] = {
    "iso_milliseconds": lambda moment: _iso(moment, "milliseconds"),
    "iso_seconds": lambda moment: _iso(moment, "seconds"),
    "iso_offset": _behind,
    "iso_offset_basic": lambda moment: "".join(_behind(moment).rsplit(":", 1)),
    "iso_offset_blank": lambda moment: moment.astimezone(_AHEAD).isoformat(" ", "seconds"),
    "iso_bare": lambda moment: moment.replace(tzinfo=None).isoformat(timespec="seconds"),
    "iso_bare_blank": lambda moment: moment.replace(tzinfo=None).isoformat(" ", "microseconds"),
    "mail": format_datetime,
    "epoch_seconds": lambda moment: _epoch(moment, 1),
    "epoch_seconds_text": lambda moment: str(_epoch(moment, 1)),
    "epoch_seconds_fraction_text": lambda moment: f"{moment.timestamp():.6f}",
    "epoch_milliseconds": lambda moment: _epoch(moment, 1000),
    "epoch_milliseconds_text": lambda moment: str(_epoch(moment, 1000)),
}
"""How vendors write moments.

`iso_…` is ISO 8601: in UTC to the millisecond or the second; `iso_offset` five hours behind UTC, to the millisecond;
`iso_offset_basic` the same without a colon in the offset; `iso_bare` in UTC to the second, without an offset. With
`_blank`, there is a blank in place of the T: half past five ahead of UTC, or in UTC to the microsecond. `mail` is RFC
2822. `epoch_…` is the time since 1970, a number; with `_text`, the same as a string, with `_fraction` to the
microsecond.
"""

_TO_THE_SECOND: Final = {"iso_seconds", "iso_offset_blank", "iso_bare", "mail", "epoch_seconds", "epoch_seconds_text"}


def ending(moment: datetime, form: str) -> str:
    """Return a moment in that form, rounded up to what the form can hold: what ends there is over then."""
    step = timedelta(seconds=1) if form in _TO_THE_SECOND else timedelta(milliseconds=1)
    return str(FORMS[form](moment + step - timedelta(microseconds=1)))


class Stage(NamedTuple):
    """What the vendor says from a moment on; None while it knows no such call."""

    since: float
    record: Record | None


@dataclass(frozen=True, slots=True)
class Call:
    """One call.

    Attributes:
        id: its ID.
        description: what it shows.
        stages: what the vendor says of it, in order.
        steps: what happens to successive requests for it, if not all are answered.
        extra: what the vendor's own module needs.
        below: the lists below it, such as its recordings, by the last segment of their path.
        steps_below: what happens to successive requests for what belongs to it.
    """

    id: str
    description: str
    stages: tuple[Stage, ...]
    steps: tuple[str, ...] = ()
    extra: Record = field(default_factory=dict)
    below: Mapping[str, Sequence[Any]] = field(default_factory=dict)
    steps_below: tuple[str, ...] = ()

    @property
    def living(self) -> bool:
        """Whether the call changes while the sandbox runs."""
        return len(self.stages) > 1

    @property
    def faulty(self) -> bool:
        """Whether something happens to requests for the call, or for what belongs to it."""
        return bool(self.steps or self.steps_below)

    def current(self, elapsed: float) -> Call:
        """Return the call with the times of its present run: a living one starts again `PAUSE` after its last stage."""
        if not self.living:
            return self
        cycle = self.stages[-1].since + PAUSE
        start = elapsed // cycle * cycle
        if start <= 0:
            return self
        stages = tuple(Stage(since + start, _later(record, start)) for since, record in self.stages)
        return replace(self, stages=stages, extra=_later(self.extra, start), below=_later(self.below, start))

    def at(self, elapsed: float) -> Record | None:
        """Return the record after *elapsed* seconds, or None when there is none then."""
        stages = self.current(elapsed).stages
        return next((record for since, record in reversed(stages) if since <= elapsed), None)


def _later(value: Any, seconds: float) -> Any:
    """Return *value* with its moments moved by so many seconds."""
    match value:
        case At(moment, form):
            return At(moment + seconds, form)
        case Elapsed(since):
            return Elapsed(since + seconds)
        case Mapping():
            return {name: _later(item, seconds) for name, item in value.items()}
        case list() | tuple():
            return [_later(item, seconds) for item in value]
    return value


def digest(key: str) -> bytes:
    """Return twenty bytes that stand for *key* in every run: what IDs are made of."""
    return hashlib.blake2b(key.encode(), digest_size=20, person=b"callinspect").digest()


class Scene:
    """The clock of one running sandbox, and a vendor's address there. *pace* speeds up what happens after the start.

    *clock* gives the seconds that pass: one that stands still holds all calls as they are.
    """

    def __init__(self, pace: float = 1.0, clock: Callable[[], float] = time.monotonic) -> None:
        if not pace > 0:
            raise ValueError(f"the pace is greater than 0, not {pace}")
        self.url = ""
        self._pace = pace
        self._started = datetime.now(UTC)
        self._clock = clock
        self._origin = clock()

    def at(self, url: str) -> Scene:
        """Return the scene with the same clock at *url*."""
        there = copy(self)
        there.url = url
        return there

    @property
    def elapsed(self) -> float:
        """Seconds since the start, at the scene's pace."""
        return (self._clock() - self._origin) * self._pace

    def moment(self, seconds: float) -> datetime:
        """Return the real time that lies *seconds* from the start."""
        return self._started + timedelta(seconds=seconds / self._pace if seconds > 0 else seconds)

    def render(self, value: Any) -> Any:
        """Return *value* with its moments, durations and URLs written out, ready for JSON."""
        match value:
            case At(seconds, form):
                return FORMS[form](self.moment(seconds))
            case Elapsed(since):
                return str(int(self.elapsed - since))
            case Here(path):
                return self.url + path
            case Mapping():
                return {name: self.render(item) for name, item in value.items()}
            case list() | tuple():
                return [self.render(item) for item in value]
        return value
