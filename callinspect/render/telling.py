"""What the entries of a timeline are called beside a ladder, and how long what they end has taken."""

from collections.abc import Mapping
from datetime import datetime

from callinspect.duration import seconds
from callinspect.model import EndedBy, Outcome, Reason, State
from callinspect.model.further import Role
from callinspect.model.timeline import Entry, Happened
from callinspect.render.lanes import Lanes

STATES: Mapping[str, str] = {
    State.HELD: "still on hold when read",
    State.ENDED: "already over when read",
    State.UNKNOWN: "state not known when read",
}
"""How the call was when it was read, where that is not “still” and the state's name."""

MAY_HAVE_TALKED = frozenset({None, Outcome.ANSWERED, Outcome.FAILED, Outcome.UNKNOWN})
"""Outcomes of a call that may have been answered though its record does not say when."""

NAMED_BY_DETAIL = frozenset({Happened.REDIRECTED, Happened.OBSERVED})

SAID = frozenset(
    {Happened.PLAYED, Happened.SPOKE, Happened.KEYED, Happened.COLLECTED, Happened.STEP, Happened.TRANSCRIBED}
)
"""What is told together with its detail: what was played, spoken, keyed in."""

SEEN = "watch"
"""The source of what was seen while the call was watched."""

BEGINNINGS = (Happened.CREATED, Happened.CALLED, Happened.RINGING)


class Telling:
    """Tells what happened, one entry after the other."""

    def __init__(self, lanes: Lanes) -> None:
        self._lanes = lanes
        self._first: dict[tuple[Happened, str | None], datetime] = {}
        self._since: dict[tuple[str, str | None, int | None], datetime] = {}
        self._held: dict[str | None, float] = {}
        self._queued: set[str | None] = set()

    def hear(self, entry: Entry, lane: int | None) -> str:
        """Return an entry in words: the leg, what happened, how long that took, and the vendor's word for why.

        Args:
            entry: the next entry.
            lane: the one whom it concerns, None if that is not known.
        """
        which = "" if entry.leg is None else f"leg {self._lanes.numbers.get(entry.leg, entry.leg)} "
        words = ", ".join(filter(None, (which + self._what(entry, lane), self._took(entry, lane))))
        if entry.at:
            self._first.setdefault((entry.event, entry.leg), entry.at)
        if not entry.detail or entry.event in NAMED_BY_DETAIL:
            return words
        before = ", " if entry.source == SEEN else " " if entry.event in SAID else ": "
        return words + before + entry.detail

    def _what(self, entry: Entry, lane: int | None) -> str:
        detail = entry.detail or ""
        name: str | None = None
        match entry.event:
            case Happened.RINGING if self._is_agent(entry, lane):
                name = "offered"
            case Happened.RINGING if entry.at and self._first.get((Happened.CREATED, entry.leg)) == entry.at:
                name = "created, rings"
            case Happened.ENDED if by := self._ended_by(entry):
                name = f"ended by {by}"
            case Happened.REDIRECTED:
                name = "" if detail == Reason.UNKNOWN else detail
            case Happened.OBSERVED:
                name = STATES.get(detail, f"still {detail or State.ACTIVE} when read")
            case Happened.OTHER:
                name = entry.vendor_event
        return name or entry.event.replace("-", " ")

    def _took(self, entry: Entry, lane: int | None) -> str:
        """Return how long what the entry ends has taken, and remember what it begins."""
        took = ""
        match entry.event:
            case Happened.QUEUED if lane is not None and self._lanes.roles.get(lane) is Role.QUEUE:
                self._queued.add(entry.leg)
            case Happened.ANSWERED if entry.leg in self._queued:
                took = _span("waited", self._first.get((Happened.QUEUED, entry.leg)), entry.at)
            case Happened.ANSWERED | Happened.JOINED:
                took = _span("rang", self._earliest(entry.leg, *BEGINNINGS), entry.at)
            case Happened.RINGING | Happened.HELD if entry.at:
                self._since[entry.event, entry.leg, lane] = entry.at
            case Happened.DECLINED:
                took = _span("", self._since.pop((Happened.RINGING, entry.leg, lane), None), entry.at)
            case Happened.RESUMED:
                took = self._resumed(entry, lane)
            case Happened.ENDED:
                took = self._ended(entry)
        return took

    def _resumed(self, entry: Entry, lane: int | None) -> str:
        since = self._since.pop((Happened.HELD, entry.leg, lane), None)
        if since and entry.at and lane is None:
            self._held[entry.leg] = self._held.get(entry.leg, 0) + (entry.at - since).total_seconds()
        return _span("held", since, entry.at)

    def _ended(self, entry: Entry) -> str:
        if answered := self._earliest(entry.leg, Happened.ANSWERED, Happened.JOINED):
            self._resumed(entry, None)
            talked = _span("talked", answered, entry.at)
            held = self._held.get(entry.leg)
            return f"{talked}, {seconds(held)} of it on hold" if talked and held else talked
        call = self._lanes.calls.get(entry.leg)
        if call is None or call.outcome in MAY_HAVE_TALKED:
            return ""
        return _span("not answered for", self._earliest(entry.leg, *BEGINNINGS), entry.at)

    def _is_agent(self, entry: Entry, lane: int | None) -> bool:
        called = self._lanes.sides(entry.leg)[1] if lane is None else lane
        return called is not None and self._lanes.roles.get(called) is Role.AGENT

    def _ended_by(self, entry: Entry) -> EndedBy | None:
        call = self._lanes.calls.get(entry.leg)
        return call.ended_by if call else None

    def _earliest(self, leg: str | None, *events: Happened) -> datetime | None:
        return next((at for event in events if (at := self._first.get((event, leg)))), None)


def _span(verb: str, start: datetime | None, end: datetime | None) -> str:
    """Return a length in words; nothing if it has none, or an impossible one."""
    length = (end - start).total_seconds() if start and end else 0
    return f"{verb} {seconds(length)}".lstrip() if length > 0 else ""
