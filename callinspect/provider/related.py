"""Events, recordings and transcriptions of a call as data: what their fields are, and what their words mean.

The method of each is the `read` of an `Extra`: it returns what the record has of the vendor's list. What has no key of
its own is in `vendor`, and an element that is not an object is left out with a warning.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from callinspect.errors import BadResponseError
from callinspect.model import EMPTY, Call, StoredState
from callinspect.model.timeline import Happened
from callinspect.provider.extras import MAX_PARTS
from callinspect.provider.moments import parse_timestamp
from callinspect.provider.parsing import MAX_VALUES, Json, parse_json
from callinspect.provider.reader import Reader, elapsed, named, shown

if TYPE_CHECKING:
    from callinspect.model.related import Event, StoredRecording, Transcription

T = TypeVar("T")

MAX_ODD = 10
"""Warnings about one list."""


class Recordings(NamedTuple):
    """The names of the fields of a vendor's recordings; None for what they do not have.

    Attributes:
        id: the recording's ID.
        state: its state, a word.
        words: what each state means.
        started, ended: times.
        duration: its length: a number, digits or ISO 8601.
        spans: whether it lasts from one of the times to the other, where no field says its length.
        per_second: how many of the duration's units make a second.
        channels: how many it has.
        format: the file's format.
        url: where the audio is.
        transcription: the object of its transcription, whose key `id` is that one's ID.
        moment: parses a time (see `callinspect.provider.moments`).
    """

    id: str
    state: str | None = None
    words: Mapping[str, StoredState] = EMPTY
    started: str | None = None
    ended: str | None = None
    duration: str | None = None
    spans: bool = False
    per_second: int = 1
    channels: str | None = None
    format: str | None = None
    url: str | None = None
    transcription: str | None = None
    moment: Callable[[str], datetime] = parse_timestamp

    def read(self, found: Json, _call: Call, warnings: list[str]) -> "tuple[StoredRecording, ...]":
        """Read a list of recordings."""
        return elements("recordings", found, warnings, self._one)

    def _one(self, body: Reader) -> "StoredRecording":
        from callinspect.model.related import StoredRecording

        transcription = named(body.nested, self.transcription)
        start, end = (named(body.timestamp, each, self.moment) for each in (self.started, self.ended))
        read = StoredRecording(
            id=body.text(self.id),
            state=_state(body, self.state, self.words),
            vendor_state=named(body.text, self.state),
            started_at=start,
            ended_at=end,
            duration=_between(body, start, end) if self.spans else named(body.seconds, self.duration, self.per_second),
            channels=named(body.count, self.channels),
            format=named(body.text, self.format),
            url=named(body.text, self.url),
            transcription=None if transcription is None else transcription.text("id"),
        )
        return read._replace(vendor=body.leftovers())


def _between(body: Reader, start: datetime | None, end: datetime | None) -> float | None:
    """Return the seconds from start to end; None where the end comes first, with a warning."""
    seconds = elapsed(start, end)
    if seconds is not None and seconds < 0:
        body.warn("a recording ended before it started")
        return None
    return seconds


class Transcriptions(NamedTuple):
    """The names of the fields of a vendor's transcriptions; None for what they do not have.

    Attributes:
        id: the transcription's ID.
        recording: the ID of the recording that it is of.
        name: its name.
        state: its state, a word.
        words: what each state means.
        at: when it was completed.
        text: the text.
        size: the length of the whole text, of which `text` may be the beginning.
        cut_at: the length from which the vendor cuts a text.
        url: where the text is.
        moment: parses a time (see `callinspect.provider.moments`).
    """

    id: str
    recording: str | None = None
    name: str | None = None
    state: str | None = None
    words: Mapping[str, StoredState] = EMPTY
    at: str | None = None
    text: str | None = None
    size: str | None = None
    cut_at: int | None = None
    url: str | None = None
    moment: Callable[[str], datetime] = parse_timestamp

    def read(self, found: Json, _call: Call, warnings: list[str]) -> "tuple[Transcription, ...]":
        """Read a list of transcriptions."""
        return elements("transcriptions", found, warnings, self._one)

    def _one(self, body: Reader) -> "Transcription":
        from callinspect.model.related import Transcription

        text = named(body.text, self.text)
        read = Transcription(
            id=body.text(self.id),
            recording_id=named(body.text, self.recording),
            name=named(body.text, self.name),
            state=_state(body, self.state, self.words),
            vendor_state=named(body.text, self.state),
            at=named(body.timestamp, self.at, self.moment),
            text=text,
            text_complete=self._is_complete(body, text),
            url=named(body.text, self.url),
        )
        return read._replace(vendor=body.leftovers())

    def _is_complete(self, body: Reader, text: str | None) -> bool | None:
        size = named(body.count, self.size)
        if self.size is not None:
            body.leave(self.size)
        if size is None or text is None:
            return None
        return size <= len(text) and (self.cut_at is None or size <= self.cut_at)


class Events(NamedTuple):
    """The names of the fields of a vendor's events; None for what they do not have.

    Attributes:
        name: what happened, a word.
        words: what each means. Any other is `Happened.OTHER`.
        at: when.
        id: the event's ID.
        data: what came with it: a text, which may hold JSON, or JSON.
        moment: parses a time (see `callinspect.provider.moments`).
    """

    name: str
    words: Mapping[str, Happened]
    at: str | None = None
    id: str | None = None
    data: str | None = None
    moment: Callable[[str], datetime] = parse_timestamp

    def read(self, found: Json, _call: Call, warnings: list[str]) -> "tuple[Event, ...]":
        """Read a list of events, which stay in the vendor's order."""
        details = Details()
        return elements("events", found, warnings, lambda body: self._one(body, details))

    def _one(self, body: Reader, details: "Details") -> "Event":
        from callinspect.model.related import Event

        name = body.text(self.name)
        data, detail = (None, None) if self.data is None else _data(body, self.data, details)
        read = Event(
            id=named(body.text, self.id),
            at=named(body.timestamp, self.at, self.moment),
            name=name,
            event=None if name is None else self.words.get(name, Happened.OTHER),
            data=data,
            detail=detail,
        )
        return read._replace(vendor=body.leftovers())


def elements(name: str, found: Json, warnings: list[str], read: Callable[[Reader], T]) -> tuple[T, ...]:
    """Read the objects of a vendor's list.

    Args:
        name: of the list, for warnings.
        found: the list.
        warnings: collects what was odd.
        read: reads one.

    Raises:
        BadResponseError: it is not a list.
    """
    if not isinstance(found, list):
        raise BadResponseError("the answer is not a list")
    odd: list[str] = []
    listed = objects(name, bounded(name, found, warnings), odd)
    parts = [read(Reader(each, odd, f"{name}[{index}].")) for index, each in listed]
    warn(name, odd, warnings)
    return tuple(parts)


def objects(name: str, found: Iterable[Json], odd: list[str]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Give the objects of a list, each with its place in it; anything else is odd."""
    for index, each in enumerate(found):
        if isinstance(each, dict):
            yield index, each
        else:
            odd.append(f"{name}[{index}] is not an object: {shown(each)}")


def warn(name: str, odd: list[str], warnings: list[str]) -> None:
    """Add the warnings about a list, each once, of many the first and how many more there are."""
    odd = [*dict.fromkeys(odd)]
    warnings += odd[:MAX_ODD]
    if len(odd) > MAX_ODD:
        warnings.append(f"there are {len(odd) - MAX_ODD} more warnings about the call's {name}")


def bounded(name: str, found: list[T], warnings: list[str]) -> list[T]:
    """Return as much of a list as is read, with a warning if that is not all."""
    if len(found) > MAX_PARTS:
        warnings.append(f"the call has more than {MAX_PARTS} {name}; the first {MAX_PARTS} are shown")
    return found[:MAX_PARTS]


def _state(body: Reader, name: str | None, words: Mapping[str, StoredState]) -> StoredState:
    """Read a state; a word that is not documented gets a warning."""
    if name is None:
        return StoredState.UNKNOWN
    return body.choice(name, words, StoredState.UNKNOWN, kept_elsewhere=True) or StoredState.UNKNOWN


def _data(body: Reader, name: str, details: "Details") -> tuple[str | None, Any]:
    """Read what came with an event: as a text, which may be empty, and as JSON."""
    if isinstance(body.keep(name), dict | list):
        return None, body.take(name)
    if body.keep(name) == "":
        return body.take(name), None
    text = body.text(name)
    return text, text and details.of(text)


class Details:
    """Reads the JSON that texts hold: an object or an array; all of them together have a limited number of values."""

    def __init__(self) -> None:
        self._left = MAX_VALUES

    def of(self, text: str) -> Any:
        """Return the object or array in a text, None if it holds none."""
        if text.lstrip()[:1] not in {"{", "["}:
            return None
        try:
            found = parse_json(text.encode(), self._left)
            if "\\u" in text:
                json.dumps(found, ensure_ascii=False).encode()  # fails for half a character
        except ValueError:
            return None
        self._left -= sum(map(text.count, "{[,"))
        return found
