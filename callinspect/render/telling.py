"""What the entries of a timeline are called, and how long what they end has taken."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from operator import attrgetter
from typing import NamedTuple

from callinspect.duration import ago, seconds
from callinspect.model import Call, Outcome, Reason, State
from callinspect.model.further import Role
from callinspect.model.timeline import WATCHED, Entry, Happened
from callinspect.render.holds import holds, on_hold
from callinspect.render.labels import MOMENTS
from callinspect.render.legs import numbered
from callinspect.render.moments import span

DAY = timedelta(days=1)

NEVER_ANSWERED = frozenset({Outcome.NO_ANSWER, Outcome.BUSY, Outcome.CANCELED, Outcome.REJECTED, Outcome.UNANSWERED})

PLAIN = {key: Happened(word) for key, word in MOMENTS.items() if key != "updated_at"}
"""The timeline of a call that comes without one."""

STATES: Mapping[str, str] = {
    State.HELD: "still on hold when read",
    State.ENDED: "already over when read",
    State.UNKNOWN: "state not known when read",
}
"""How a call was when it was read, where that is not “still” and the name of the state."""

SAID = frozenset({Happened.PLAYED, Happened.SPOKE, Happened.KEYED, Happened.COLLECTED})
"""What is told together with its detail: what was played, spoken, or keyed in."""

NAMED = frozenset({Happened.ERROR, Happened.STEP})
"""What is told with its detail after a colon."""

PROGRESS = {"start": "started", "done": "finished"}
"""Details that are no text or file: an event may say that something begins or is over."""

SOUNDS = {Happened.PLAYED: "playback", Happened.SPOKE: "speech"}

GOING_ON = frozenset({"interact", "system"})
"""What somebody does who is on the call, in vendors' words."""

WRAPUPS = frozenset({"wrapup", "wrap-up"})
AFTER_CALL = "after-call work"
NO_ANSWER = "noanswer"
"""How vendors put it that an offered call was not refused; with hyphens or dots in it, or not."""

MOMENT = timedelta(seconds=1)
"""How long before the end of the call it may be over for somebody."""

MENU = "menu"
SUPERVISING = {"coaching": "coaching", "monitoring": "listening in", "barging": "barged in"}
"""What a supervisor does, by vendors' words for it."""

WAITED_IN = frozenset({Role.QUEUE, Role.IVR})
"""Where a caller is before any phone rings, or between two."""

BEGINNINGS = (Happened.CREATED, Happened.CALLED, Happened.RINGING)
TALKING = (Happened.ANSWERED, Happened.JOINED)

TROUBLE = frozenset({Happened.RECORDING_FAILED, Happened.ERROR})
"""What is told in red."""

_STORED = re.compile(r"/related/(?P<list>recordings|transcriptions)/(?P<index>[0-9]{1,6})/.*", re.ASCII)
_EVENTS = "/related/events/"


class Told(NamedTuple):
    """An entry in words.

    Attributes:
        word: which leg, and what happened.
        took: how long what came before it took.
        why: the vendor's word for why, or what it was about.
        color: the color of all that.
    """

    word: str
    took: str
    why: str
    color: str


def entries(call: Call) -> Sequence[Entry]:
    """Return the call's timeline; of one that comes without it, that of its own moments."""
    if call.timeline is not None:
        return call.timeline
    own = [Entry(at, event, source=f"/{key}") for key, event in PLAIN.items() if (at := getattr(call, key))]
    return sorted(own, key=attrgetter("at"))  # a contact center's queue comes after the call was created


def drawn(call: Call) -> Sequence[Entry]:
    """Return the entries that say something: not that somebody of whom all is told already goes on with it.

    What an agent does after the call comes after its end, although for the agent it begins a little earlier.
    """
    told = [each for each in entries(call) if not (each.event is Happened.OTHER and _word(each) in GOING_ON)]
    last = end(told)
    if last is None or last.at is None:
        return told
    until = last.at
    rest: list[Entry] = []
    after: list[Entry] = []
    for each in told:
        is_after = _is_wrapup(each) and each.at is not None and timedelta() <= until - each.at <= MOMENT
        (after if is_after else rest).append(each)
    place = rest.index(last) + 1
    return [*rest[:place], *after, *rest[place:]]


def end(told: Sequence[Entry]) -> Entry | None:
    """Return the call's own end: what the record says rather than an event."""
    ends = [each for each in told if each.event is Happened.ENDED and each.leg is None]
    return next((each for each in ends if not _is_of_events(each)), ends[0] if ends else None)


def how_long_ago(entry: Entry | None, now: datetime | None) -> str:
    """Return how long ago something was that was within a day."""
    if entry is None or entry.at is None or now is None or not timedelta() <= now - entry.at < DAY:
        return ""
    return ago((now - entry.at).total_seconds())


class Telling:
    """Tells what happened, one entry after the other.

    Args:
        call: the call.
        told: its entries.
        is_narrow: whether there is little room.
    """

    def __init__(self, call: Call, told: Sequence[Entry], *, is_narrow: bool) -> None:
        legs = numbered(call)
        self._calls: dict[str | None, Call | None] = {None: call, **{id_: leg.call for id_, (_, leg) in legs.items()}}
        self._numbers = {id_: number for id_, (number, _) in legs.items()}
        self._is_narrow = is_narrow
        self._holds = holds(told)
        self._end = end(told)
        self._times = Counter((each.event, each.leg) for each in told)
        self._said = {(each.event, each.leg): each.party for each in told if not _is_of_events(each)}
        read = call.related
        self._stored = {name: getattr(read, name) or () for name in ("recordings", "transcriptions")} if read else {}
        self._reasons = {f"/redirections/{n}": each.vendor_reason or "" for n, each in enumerate(call.redirections)}
        self._first: dict[tuple[Happened, str | None], datetime] = {}
        self._since: dict[tuple[str, str | None, int | None], datetime] = {}
        self._queued: set[str | None] = set()
        self._voicemail: dict[str | None, datetime] = {}

    def is_extra(self, entry: Entry) -> bool:
        """Whether an event tells a moment of the call for which the record has a time of its own.

        That of a party it names is a moment of that party.
        """
        is_moment = entry.event in PLAIN.values() and _is_of_events(entry)
        return is_moment and (entry.event, entry.leg) in self._said and not self._is_of_another(entry)

    def _is_of_another(self, entry: Entry) -> bool:
        """Whether an entry names another party than the record's own moment of the same kind."""
        own = self._said.get((entry.event, entry.leg))
        return own is not None and entry.party not in {None, own}

    def hear(self, entry: Entry, lane: int | None = None, role: Role | None = None) -> Told:
        """Return an entry in words.

        Args:
            entry: the next entry.
            lane: the one whom it concerns, None if that is not known or does not matter.
            role: what that one is, or else the called party.
        """
        which = "" if entry.leg is None else f"leg {self._numbers.get(entry.leg, entry.leg)} "
        is_exact = not _is_of_events(entry) and not (entry.source == WATCHED and entry.event in PLAIN.values())
        is_counted = is_exact and (entry.event, entry.leg) not in self._first
        took = self._took(entry, lane, role, is_counted=is_counted)
        if entry.at and is_counted:
            self._first[entry.event, entry.leg] = entry.at
        word, why = self._what(entry, role)
        if entry.source == WATCHED and why:
            took, why = (f"seen; {took}", "") if took else (why, "")
        return Told(which + word, took, why, "red" if entry.event in TROUBLE else "")

    def _what(self, entry: Entry, role: Role | None) -> tuple[str, str]:
        """Return what happened, in our words or else in the vendor's, and what else there is to say of it."""
        event, detail = entry.event, entry.detail or ""
        if event is Happened.OBSERVED:
            return STATES.get(detail, f"still {detail or State.ACTIVE} when read"), ""
        if event in SOUNDS and (progress := PROGRESS.get(detail.strip('“”"'))):
            return f"{SOUNDS[event]} {progress}", ""
        if detail and event in SAID | NAMED:
            word = MENU if role is Role.IVR and event is Happened.STEP else f"{event}{':' if event in NAMED else ''}"
            return f"{word} {detail}", ""
        if event is Happened.REDIRECTED and detail == Reason.UNKNOWN:
            detail = self._reasons.get(entry.source, "")
        subject = self._calls.get(entry.leg)
        if event is Happened.ENDED and subject and subject.ended_by and (entry.leg or entry is self._end):
            word = f"ended by {subject.ended_by}"
        else:
            word = _of_party(entry, role) or event.replace("-", " ")
        return self._told_apart(entry, word), detail

    def _told_apart(self, entry: Entry, word: str) -> str:
        """Return the word for an entry with what tells it from others like it."""
        if (found := _STORED.fullmatch(entry.source)) and len(self._stored.get(found["list"], ())) > 1:
            what, number = found["list"].removesuffix("s"), int(found["index"]) + 1
            return f"{what} {number} {word.removeprefix('recording ') if what == 'recording' else 'available'}"
        is_one_of_many = entry.event in PLAIN.values() and self._times[entry.event, entry.leg] > 1
        if is_one_of_many and entry.vendor_event and _is_of_events(entry) and not self._is_of_another(entry):
            return f"{word} ({entry.vendor_event} event)"
        return word

    def _took(self, entry: Entry, lane: int | None, role: Role | None, *, is_counted: bool) -> str:
        """Return how long what the entry ends has taken, and remember what it begins.

        A part of the call is counted between the record's own moments, as in the bar; events may tell others.
        """
        took, leg = "", entry.leg
        match entry.event:
            case Happened.QUEUED if role is Role.QUEUE:
                self._queued.add(leg)
            case Happened.RINGING | Happened.HELD if entry.at:
                self._since.setdefault((entry.event, leg, lane), entry.at)
            case Happened.REDIRECTED if role is Role.VOICEMAIL and entry.at:
                self._voicemail.setdefault(leg, entry.at)
            case Happened.DECLINED:
                took = _length("", self._since.pop((Happened.RINGING, leg, lane), None), entry.at)
            case Happened.RESUMED:
                took = _length("held", self._since.pop((Happened.HELD, leg, lane), None), entry.at)
            case Happened.CREATED if is_counted:
                took = _length("queued", self._earliest(leg, Happened.QUEUED), entry.at)
            case Happened.ANSWERED if leg in self._queued and is_counted:
                took = _length("waited", self._earliest(leg, Happened.QUEUED), entry.at)
            case Happened.ANSWERED | Happened.JOINED if is_counted:
                verb = "waited" if has_waited(self._calls.get(leg)) else "rang"
                took = _length(verb, self._earliest(leg, *BEGINNINGS), entry.at)
            case Happened.ENDED if is_counted:
                took = self._ended(entry)
        return took

    def _ended(self, entry: Entry) -> str:
        call = self._calls.get(entry.leg)
        answered = self._earliest(entry.leg, *TALKING)
        if answered is None and entry.leg in self._voicemail:
            left = _length("", self._voicemail[entry.leg], entry.at)
            return f"{left} in voicemail" if left else ""
        if answered is None:
            is_unanswered = call is not None and call.outcome in NEVER_ANSWERED
            since = self._earliest(entry.leg, *BEGINNINGS)
            return _length("not answered for", since, entry.at) if is_unanswered else ""
        talked = _length("talked", answered, entry.at)
        if not talked or call is None or self._is_narrow:
            return talked
        held = on_hold(call, self._holds.get(entry.leg, ()), answered, entry.at)
        return f"{talked}, {seconds(held)} of it on hold" if held else talked

    def _earliest(self, leg: str | None, *events: Happened) -> datetime | None:
        return next((at for event in events if (at := self._first.get((event, leg)))), None)


def has_waited(call: Call | None) -> bool:
    """Whether the time before the answer of a call is not one in which it only rang."""
    return call is not None and any(party.role in WAITED_IN for party in (*call.participants, call.to) if party)


def _of_party(entry: Entry, role: Role | None) -> str:
    """Return what happened where that depends on what the party is, or on the vendor's word; empty elsewhere."""
    match entry.event:
        case Happened.RINGING if role is Role.AGENT:
            return "offered"
        case Happened.JOINED if role is Role.SUPERVISOR:
            return ", ".join(filter(None, ("joined", SUPERVISING.get(_word(entry)))))
        case Happened.REDIRECTED if role is Role.VOICEMAIL:
            return "voicemail"
        case Happened.DECLINED if NO_ANSWER in re.sub(r"[\W_]", "", _word(entry)):
            return "no answer"
        case Happened.OTHER:
            return AFTER_CALL if _is_wrapup(entry) else entry.vendor_event or ""
    return ""


def _word(entry: Entry) -> str:
    """Return the vendor's word for what happened to a party, as it is looked up; empty if it is of the whole call."""
    return (entry.vendor_event or "").strip('“”"').casefold() if entry.party else ""


def _is_wrapup(entry: Entry) -> bool:
    return entry.event is Happened.OTHER and _word(entry) in WRAPUPS


def _is_of_events(entry: Entry) -> bool:
    return entry.source.startswith(_EVENTS)


def _length(verb: str, start: datetime | None, stop: datetime | None) -> str:
    """Return a length in words; nothing if it has none, or an impossible one."""
    length = span(start, stop) or 0
    return f"{verb} {seconds(length)}".lstrip() if length > 0 else ""
