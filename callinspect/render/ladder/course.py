"""The course of a call: who acts on whom at each entry, and who talks, calls or is on hold after it."""

from collections.abc import Callable, Iterator, Mapping
from enum import IntEnum
from typing import NamedTuple

from callinspect.model import Call, EndedBy, State
from callinspect.model.further import Role
from callinspect.model.timeline import Entry, Happened
from callinspect.render.ladder.lanes import Lanes
from callinspect.render.telling import Telling, Told

Arrow = tuple[int, int]
"""Who acts, and whom it concerns."""

AT_ONCE = frozenset({Happened.RINGING, Happened.ANSWERED, Happened.JOINED})
"""What may share a line with the creation of the leg."""


class Mark(IntEnum):
    """What somebody does on the call. Who is on several legs is shown by the greatest."""

    OFF = 0
    HELD = 1
    CALLS = 2
    TALKS = 3
    LEAVES = 4


class Rung(NamedTuple):
    """One line of the ladder.

    Attributes:
        entry: what happened.
        words: the same in words.
        color: the color of the words.
        arrow: from whom to whom; None if nobody acts, or it is not known who.
        alone: the one whom it concerns, where there is no arrow.
        marks: what everybody does on that line; nothing where it is not drawn.
        after: what everybody does below that line.
    """

    entry: Entry
    words: str
    color: str
    arrow: Arrow | None
    alone: int | None
    marks: tuple[Mark, ...]
    after: tuple[Mark, ...]


class Course:
    """The course of a call: who is on which of its legs, entry by entry."""

    def __init__(self, call: Call, lanes: Lanes, *, is_narrow: bool, is_list: bool) -> None:
        self._call = call
        self._lanes = lanes
        self._is_list = is_list
        self._telling = Telling(call, call.timeline or (), is_narrow=is_narrow)
        self._on: list[dict[str | None, Mark]] = [{} for _ in lanes.names]
        self._marks = [Mark.OFF for _ in lanes.names]
        self._leaving: set[int] = set()
        self._queues: dict[str | None, int] = {}
        self._callees: dict[str | None, int] = {}
        self._redirecting: dict[str | None, list[str | None]] = {}
        for entry in reversed(call.timeline or ()):
            if entry.event is Happened.REDIRECTED:
                self._redirecting.setdefault(entry.leg, []).append(entry.party)
        self._acts: Mapping[Happened, Callable[[Entry], Arrow | None]] = {
            Happened.QUEUED: self._queued,
            Happened.CREATED: self._created,
            Happened.CALLED: self._created,
            Happened.RECALLED: self._created,
            Happened.RINGING: self._rings,
            Happened.REDIRECTED: self._redirected,
            Happened.ANSWERED: self._answered,
            Happened.JOINED: self._joined,
            Happened.HELD: self._held,
            Happened.RESUMED: self._resumed,
            Happened.PARKED: self._parked,
            Happened.TRANSFERRED: self._transferred,
            Happened.DECLINED: self._declined,
            Happened.LEFT: self._left,
            Happened.ENDED: self._ended,
            Happened.OBSERVED: self._observed,
        }

    def rungs(self) -> Iterator[Rung]:
        """Yield a line for each entry; what is created and answered or rings at once shares one."""
        entries = self._call.timeline or ()
        at_once = {(each.at, each.leg) for each in entries if each.at and self._is_at_once(each)}
        unsaid = set()
        for entry in entries:
            place = entry.at, entry.leg
            if entry.event is Happened.CREATED and not entry.detail and place in at_once:
                self._telling.hear(entry)
                unsaid.add(place)
                continue
            act = None if self._telling.is_extra(entry) else self._acts.get(entry.event)
            arrow = act(entry) if act else None
            lane = self._lanes.of(entry.party)
            told = self._told(entry, lane)
            if entry.event is Happened.ENDED and entry.leg is None and self._call.cause:
                told = told._replace(why="")  # which is the cause, in the heading
            words = _in_words(told, entry)
            if entry.event is Happened.RINGING and place in unsaid:
                words = words.replace("ringing", "created, rings", 1)
            yield self._rung(Rung(entry, words, told.color, arrow, lane, (), ()))

    def _is_at_once(self, entry: Entry) -> bool:
        """Whether an entry may share a line with the creation: it says as much of who calls whom."""
        return entry.event in AT_ONCE or (entry.event is Happened.QUEUED and self._lanes.of(entry.party) is not None)

    def _told(self, entry: Entry, lane: int | None) -> Told:
        concerned = self._lanes.sides(entry.leg)[1] if lane is None else lane
        return self._telling.hear(entry, lane, None if concerned is None else self._lanes.roles.get(concerned))

    def _rung(self, rung: Rung) -> Rung:
        """Return the line after an entry that has been acted upon, and let those go who leave."""
        leg = rung.entry.leg
        after = self._all_marks()
        marks = list(after)
        for each in self._leaving if marks else ():
            marks[each] = Mark.LEAVES
        queue = self._queues.pop(leg, None) if rung.entry.event is Happened.ANSWERED else None
        if queue is not None and queue != self._callees.get(leg):
            self._leave(queue, leg)  # without a word, since somebody answers
            self._leaving.discard(queue)
            after = self._all_marks()
            marks[queue : queue + 1] = [Mark.CALLS] * bool(marks)
        alone = rung.alone
        if alone is None and len(self._leaving) == 1:
            (alone,) = self._leaving
        self._leaving.clear()
        return rung._replace(alone=None if rung.arrow else alone, marks=tuple(marks), after=after)

    def _all_marks(self) -> tuple[Mark, ...]:
        """Return what everybody does, where that is drawn; of many, it would take long."""
        return () if self._is_list else tuple(self._marks)

    def _put(self, lane: int | None, leg: str | None, mark: Mark) -> None:
        if lane is not None:
            self._on[lane][leg] = mark
            self._marks[lane] = max(self._on[lane].values())

    def _reach(self, lane: int | None, leg: str | None) -> bool:
        """Let somebody call or be called; return whether that is new."""
        is_new = lane is not None and leg not in self._on[lane]
        if is_new:
            self._put(lane, leg, Mark.CALLS)
        return is_new

    def _leave(self, lane: int | None, leg: str | None) -> None:
        if lane is not None:
            self._on[lane].pop(leg, None)
            self._marks[lane] = max(self._on[lane].values(), default=Mark.OFF)
            if not self._on[lane]:
                self._leaving.add(lane)

    def _close(self, leg: str | None) -> None:
        """Let everybody leave who is on that leg alone."""
        for lane, legs in enumerate(self._on):
            if leg in legs:
                self._leave(lane, leg)

    def _queued(self, entry: Entry) -> Arrow | None:
        caller, _ = self._lanes.sides(entry.leg)
        queue = self._lanes.of(entry.party)
        self._reach(caller, entry.leg)
        if queue is None or self._lanes.roles.get(queue) is not Role.QUEUE:
            return None  # by the platform; nobody is called yet
        self._queues[entry.leg] = queue
        self._reach(queue, entry.leg)
        return _arrow(caller, queue)

    def _created(self, entry: Entry) -> Arrow | None:
        """Let the caller call, or whoever the call comes back from."""
        caller, called = self._lanes.sides(entry.leg)
        lane = self._lanes.of(entry.party)
        to = called if lane is None else lane
        self._reach(caller, entry.leg)
        if not self._reach(to, entry.leg):
            return None
        if self._call.recall is None or entry.leg or entry.event is Happened.CALLED:
            return _arrow(caller, to)
        back = self._lanes.recalled()
        if back not in {caller, to}:
            self._leave(back, None)
        self._put(caller, None, Mark.CALLS)  # no longer on hold
        return _arrow(back, to)

    def _redirected(self, entry: Entry) -> Arrow | None:
        """Let somebody pass the call on: to whom passes it on next, or else to the called party."""
        coming = self._redirecting[entry.leg]
        by = self._lanes.of(coming.pop())
        to = self._lanes.of(coming[-1]) if coming else self._lanes.sides(entry.leg)[1]
        self._reach(self._lanes.sides(entry.leg)[0], entry.leg)
        if by != to:
            self._leave(by, entry.leg)
        self._reach(to, entry.leg)
        return _arrow(by, to)

    def _rings(self, entry: Entry) -> Arrow | None:
        caller, called = self._lanes.sides(entry.leg)
        lane = self._lanes.of(entry.party)
        self._reach(caller, entry.leg)
        is_new = self._reach(called if lane is None else lane, entry.leg)
        by = self._queues.get(entry.leg, caller)
        return _arrow(by, lane) if is_new else None

    def _answered(self, entry: Entry) -> Arrow | None:
        caller, called = self._lanes.sides(entry.leg)
        lane = self._lanes.of(entry.party)
        by = called if lane is None else lane
        if by is not None:
            self._callees[entry.leg] = by
        self._put(caller, entry.leg, Mark.TALKS)
        self._put(by, entry.leg, Mark.TALKS)
        return _arrow(by, caller)

    def _joined(self, entry: Entry) -> Arrow | None:
        by = self._lanes.of(entry.party)
        caller, called = self._lanes.sides(entry.leg) if entry.leg else (None, None)
        for each in (by, caller, called):
            self._put(each, entry.leg, Mark.TALKS)
        return _arrow(by, called if by == caller else caller)

    def _held(self, entry: Entry) -> None:
        self._all(entry, Mark.TALKS, Mark.HELD)

    def _resumed(self, entry: Entry) -> None:
        self._all(entry, Mark.HELD, Mark.TALKS)

    def _observed(self, entry: Entry) -> None:
        """Let those be on hold or talk of whom no more is known than how their legs were when they were read."""
        for leg, call in () if self._is_list else self._lanes.calls.items():
            state = entry.detail if leg == entry.leg else call.state
            of_leg = entry._replace(leg=leg)
            if state == State.HELD:
                for before in (Mark.CALLS, Mark.TALKS):
                    self._all(of_leg, before, Mark.HELD)
            elif state == State.ACTIVE and all(legs.get(leg, Mark.CALLS) is Mark.CALLS for legs in self._on):
                self._all(of_leg, Mark.CALLS, Mark.TALKS)

    def _all(self, entry: Entry, before: Mark, after: Mark) -> None:
        """Change what the one whom it concerns does, or everybody on that leg."""
        lane = self._lanes.of(entry.party)
        for each in range(len(self._on)) if lane is None else (lane,):
            if self._on[each].get(entry.leg) is before:
                self._put(each, entry.leg, after)

    def _parked(self, entry: Entry) -> Arrow | None:
        caller, by = self._lanes.sides(entry.leg)
        lane = self._lanes.of(entry.party)
        self._put(caller, entry.leg, Mark.HELD)
        self._put(lane, entry.leg, Mark.HELD)
        if by != lane:
            self._leave(by, entry.leg)
        return _arrow(by, lane)

    def _transferred(self, entry: Entry) -> None:
        """Let whoever is on the call pass it on and leave; anybody else is whom it is passed on to."""
        lane = self._lanes.of(entry.party)
        if lane is not None and entry.leg in self._on[lane]:
            self._leave(lane, entry.leg)
        else:
            self._reach(lane, entry.leg)

    def _declined(self, entry: Entry) -> Arrow | None:
        caller, called = self._lanes.sides(entry.leg)
        lane = self._lanes.of(entry.party)
        by = called if lane is None else lane
        self._leave(by, entry.leg)
        return _arrow(by, self._queues.get(entry.leg, caller))

    def _left(self, entry: Entry) -> None:
        lane = self._lanes.of(entry.party)
        if entry.leg is None and lane is not None:
            self._leave(lane, None)
        else:
            self._close(entry.leg)

    def _ended(self, entry: Entry) -> Arrow | None:
        on_call = {lane for lane, legs in enumerate(self._on) if entry.leg in legs}
        self._close(entry.leg)
        caller, called = self._lanes.sides(entry.leg)
        callee = self._callees.get(entry.leg, called)
        call = self._lanes.calls.get(entry.leg)
        by = call and call.ended_by
        if by not in {EndedBy.CALLER, EndedBy.CALLEE} or not on_call.issuperset({caller, callee}):
            return None
        return _arrow(caller, callee) if by is EndedBy.CALLER else _arrow(callee, caller)


def _arrow(by: int | None, to: int | None) -> Arrow | None:
    return (by, to) if by is not None and to is not None and by != to else None


def _in_words(told: Told, entry: Entry) -> str:
    """Return an entry in one line of words; who passes a call on is seen by the arrow, so that the reason will do."""
    if entry.event is Happened.REDIRECTED and told.why:
        return told.why
    return ": ".join(filter(None, (", ".join(filter(None, (told.word, told.took))), told.why)))
