"""The course of a call: who acts on whom at each entry, and who talks, calls or is on hold after it."""

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from itertools import islice

from callinspect.model import Call, EndedBy, State
from callinspect.model.further import Role
from callinspect.model.timeline import Entry, Happened
from callinspect.render.ladder.lanes import Lanes
from callinspect.render.ladder.presence import Mark, Presence
from callinspect.render.ladder.rung import Arrow, Rung, arrow
from callinspect.render.telling import Telling, Told, drawn

REACHING = frozenset(
    {Happened.QUEUED, Happened.CALLED, Happened.RINGING, Happened.ANSWERED, Happened.JOINED, Happened.STEP}
)
"""What happens to whom a call is passed on."""

BESIDE = frozenset({Role.QUEUE, Role.IVR, Role.SUPERVISOR})
"""Who does not take a call that an agent passes on, although they are there."""

AT_MOST = timedelta(seconds=1)
"""How long after it was passed on it is there."""

AT_ONCE = frozenset({Happened.RINGING, Happened.ANSWERED, Happened.JOINED})
"""What may share a line with the creation of the leg."""


class Course:
    """The course of a call: who is on which of its legs, entry by entry."""

    def __init__(self, call: Call, lanes: Lanes, *, is_narrow: bool, is_list: bool) -> None:
        self._call = call
        self._entries = drawn(call)
        self._lanes = lanes
        self._is_list = is_list
        self._telling = Telling(call, self._entries, is_narrow=is_narrow)
        self._who = Presence(len(lanes.names))
        self._machines: dict[str | None, int] = {}
        self._callees: dict[str | None, int] = {}
        self._number = 0
        self._called_by: dict[tuple[str | None, int], int] = {}
        self._redirecting: dict[str | None, list[str | None]] = {}
        for entry in reversed(self._entries):
            if entry.event is Happened.REDIRECTED and self._voicemail(entry) is None:
                self._redirecting.setdefault(entry.leg, []).append(entry.party)
        self._acts: Mapping[Happened, Callable[[Entry], Arrow | None]] = {
            Happened.QUEUED: self._queued,
            Happened.CREATED: self._created,
            Happened.CALLED: self._created,
            Happened.RECALLED: self._created,
            Happened.RINGING: self._rings,
            Happened.STEP: self._step,
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
        at_once = {(each.at, each.leg) for each in self._entries if each.at and self._is_at_once(each)}
        unsaid = set()
        for number, entry in enumerate(self._entries):
            self._number = number
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
        is_of_machine = entry.event in {Happened.QUEUED, Happened.STEP} and self._lanes.of(entry.party) is not None
        return entry.event in AT_ONCE or is_of_machine

    def _told(self, entry: Entry, lane: int | None) -> Told:
        concerned = self._lanes.sides(entry.leg)[1] if lane is None else lane
        return self._telling.hear(entry, lane, None if concerned is None else self._lanes.roles.get(concerned))

    def _rung(self, rung: Rung) -> Rung:
        """Return the line after an entry that has been acted upon, and let those go who leave."""
        leg = rung.entry.leg
        after = self._all_marks()
        marks = list(after)
        for each in self._who.leaving if marks else ():
            marks[each] = Mark.LEAVES
        queue = self._machines.pop(leg, None) if rung.entry.event is Happened.ANSWERED else None
        if queue is not None and queue != self._callees.get(leg):
            self._who.leave(queue, leg)  # without a word, since somebody answers
            self._who.leaving.discard(queue)
            after = self._all_marks()
            marks[queue : queue + 1] = [Mark.CALLS] * bool(marks)
        alone = rung.alone
        if alone is None and len(self._who.leaving) == 1:
            (alone,) = self._who.leaving
        self._who.leaving.clear()
        return rung._replace(alone=None if rung.arrow else alone, marks=tuple(marks), after=after)

    def _all_marks(self) -> tuple[Mark, ...]:
        """Return what everybody does, where that is drawn; of many, it would take long."""
        return () if self._is_list else tuple(self._who.marks)

    def _queued(self, entry: Entry) -> Arrow | None:
        queue = self._lanes.of(entry.party)
        if queue is None or self._lanes.roles.get(queue) is not Role.QUEUE:
            self._who.reach(self._lanes.sides(entry.leg)[0], entry.leg)
            return None  # by the platform; nobody is called yet
        return self._handled(queue, entry.leg)

    def _step(self, entry: Entry) -> Arrow | None:
        lane = self._lanes.of(entry.party)
        if lane is None or self._lanes.roles.get(lane) is not Role.IVR:
            return None
        return self._handled(lane, entry.leg)

    def _handled(self, machine: int, leg: str | None) -> Arrow | None:
        """Let a machine have the call: the one that had it before passes it on, else the caller calls."""
        caller = None if self._lanes.shown else self._lanes.sides(leg)[0]  # an agent does not wait for oneself
        before = self._machines.get(leg, caller)
        self._machines[leg] = machine
        self._who.reach(caller, leg)
        if before not in {caller, machine}:
            self._who.leave(before, leg)
        return arrow(before, machine) if self._who.reach(machine, leg) else None

    def _created(self, entry: Entry) -> Arrow | None:
        """Let the caller call, or whoever the call comes back from."""
        caller, called = self._lanes.sides(entry.leg)
        lane = self._lanes.of(entry.party)
        to = called if lane is None else lane
        by = self._calling(entry, lane)
        self._who.reach(caller, entry.leg)
        if not self._who.reach(to, entry.leg):
            return None
        if self._call.recall is None or entry.leg or entry.event is Happened.CALLED:
            return arrow(by, to)
        back = self._lanes.recalled()
        if back not in {caller, to}:
            self._who.leave(back, None)
        self._who.put(caller, None, Mark.CALLS)  # no longer on hold
        return arrow(back, to)

    def _redirected(self, entry: Entry) -> Arrow | None:
        """Let somebody pass the call on: to whom passes it on next, or else to the called party."""
        if (box := self._voicemail(entry)) is not None:
            return self._to_voicemail(box, entry)
        coming = self._redirecting[entry.leg]
        by = self._lanes.of(coming.pop())
        to = self._lanes.of(coming[-1]) if coming else self._lanes.sides(entry.leg)[1]
        self._who.reach(self._lanes.sides(entry.leg)[0], entry.leg)
        if by != to:
            self._who.leave(by, entry.leg)
        self._who.reach(to, entry.leg)
        return arrow(by, to)

    def _voicemail(self, entry: Entry) -> int | None:
        lane = self._lanes.of(entry.party)
        return lane if lane is not None and self._lanes.roles.get(lane) is Role.VOICEMAIL else None

    def _to_voicemail(self, box: int, entry: Entry) -> Arrow | None:
        """Let the caller talk to the voicemail box, which does not pass the call on."""
        caller, _ = self._lanes.sides(entry.leg)
        for each in (caller, box):
            self._who.put(each, entry.leg, Mark.TALKS)
        self._callees[entry.leg] = box
        return arrow(caller, box)

    def _rings(self, entry: Entry) -> Arrow | None:
        caller, called = self._lanes.sides(entry.leg)
        lane = self._lanes.of(entry.party)
        self._who.reach(caller, entry.leg)
        by = self._calling(entry, lane)
        is_new = self._who.reach(called if lane is None else lane, entry.leg)
        return arrow(by, lane) if is_new else None

    def _calling(self, entry: Entry, lane: int | None) -> int | None:
        """Return who calls somebody: whoever has the call, on one that is answered its agent; None if nobody knows."""
        caller, _ = self._lanes.sides(entry.leg)
        machine, answered = self._machines.get(entry.leg), self._callees.get(entry.leg)
        if machine is not None or answered is None or lane is None:
            return caller if machine is None else machine
        if self._lanes.roles.get(lane) is Role.SUPERVISOR:
            return None  # who comes by themselves
        on = self._who.on(entry.leg)
        agents = [each for each in on if each != lane and self._lanes.roles.get(each) is Role.AGENT]
        by = agents[0] if len(agents) == 1 else caller if not agents and answered in on else None
        if by is not None:
            self._called_by[entry.leg, lane] = by
        return by

    def _answered(self, entry: Entry) -> Arrow | None:
        caller, called = self._lanes.sides(entry.leg)
        lane = self._lanes.of(entry.party)
        by = called if lane is None else lane
        if by is not None:
            self._callees[entry.leg] = by
        self._who.put(caller, entry.leg, Mark.TALKS)
        self._who.put(by, entry.leg, Mark.TALKS)
        return arrow(by, caller)

    def _joined(self, entry: Entry) -> Arrow | None:
        """Let somebody join those on the call, or whoever called them; a supervisor joins nobody in particular."""
        by = self._lanes.of(entry.party)
        caller, called = self._lanes.sides(entry.leg) if entry.leg else (None, None)
        if by is not None and self._lanes.roles.get(by) is Role.SUPERVISOR:
            self._who.put(by, entry.leg, Mark.TALKS)
            return None
        called_by = None if by is None else self._called_by.get((entry.leg, by))
        for each in (by, caller, called, called_by):
            self._who.put(each, entry.leg, Mark.TALKS)
        if called_by is not None:
            return arrow(by, called_by)
        return arrow(by, called if by == caller else caller)

    def _held(self, entry: Entry) -> None:
        self._who.hold(self._lanes.of(entry.party), entry.leg)

    def _resumed(self, entry: Entry) -> None:
        self._who.resume(self._lanes.of(entry.party), entry.leg)

    def _observed(self, entry: Entry) -> None:
        """Let those be on hold or talk of whom no more is known than how their legs were when they were read."""
        for leg, call in () if self._is_list else self._lanes.calls.items():
            state = entry.detail if leg == entry.leg else call.state
            if state == State.HELD:
                for before in (Mark.CALLS, Mark.TALKS):
                    self._who.change(leg, before, Mark.HELD)
            elif state == State.ACTIVE and set(self._who.on(leg).values()) <= {Mark.CALLS}:
                self._who.change(leg, Mark.CALLS, Mark.TALKS)

    def _parked(self, entry: Entry) -> Arrow | None:
        caller, by = self._lanes.sides(entry.leg)
        lane = self._lanes.of(entry.party)
        self._who.put(caller, entry.leg, Mark.HELD)
        self._who.put(lane, entry.leg, Mark.HELD)
        if by != lane:
            self._who.leave(by, entry.leg)
        return arrow(by, lane)

    def _transferred(self, entry: Entry) -> Arrow | None:
        """Let whoever is on the call pass it on and leave; anybody else is whom it is passed on to."""
        lane = self._lanes.of(entry.party)
        if lane is None or lane not in self._who.on(entry.leg):
            self._who.reach(lane, entry.leg)
            return None
        self._who.leave(lane, entry.leg)
        to = self._passed_on_to(entry)
        self._who.reach(to, entry.leg)
        if self._machines.get(entry.leg) == lane:
            del self._machines[entry.leg]
        if to is not None and self._callees.get(entry.leg) == lane:
            self._callees[entry.leg] = to
        return arrow(lane, to)

    def _passed_on_to(self, entry: Entry) -> int | None:
        """Return who takes a call that has been passed on: whoever else is there, or else who comes next, at once."""
        on = self._who.on(entry.leg)
        caller, _ = self._lanes.sides(entry.leg)
        others = [each for each in on if each != caller and self._lanes.roles.get(each) not in BESIDE]
        if others:
            return others[0] if len(others) == 1 else None
        for each in islice(self._entries, self._number + 1, None):
            if each.at is None or entry.at is None or each.at - entry.at > AT_MOST:
                break
            if each.leg == entry.leg and each.event in REACHING:
                lane = self._lanes.of(each.party)
                return None if lane in on else lane
        return None

    def _declined(self, entry: Entry) -> Arrow | None:
        caller, called = self._lanes.sides(entry.leg)
        lane = self._lanes.of(entry.party)
        by = called if lane is None else lane
        self._who.leave(by, entry.leg)
        return arrow(by, self._machines.get(entry.leg, caller))

    def _left(self, entry: Entry) -> None:
        lane = self._lanes.of(entry.party)
        if entry.leg is None and lane is not None:
            self._who.leave(lane, None)
        else:
            self._who.close(entry.leg)

    def _ended(self, entry: Entry) -> Arrow | None:
        on_call = self._who.on(entry.leg).keys()
        self._who.close(entry.leg)
        caller, called = self._lanes.sides(entry.leg)
        callee = self._callees.get(entry.leg, called)
        call = self._lanes.calls.get(entry.leg)
        by = call and call.ended_by
        if by not in {EndedBy.CALLER, EndedBy.CALLEE} or not on_call >= {caller, callee}:
            return None
        return arrow(caller, callee) if by is EndedBy.CALLER else arrow(callee, caller)


def _in_words(told: Told, entry: Entry) -> str:
    """Return an entry in one line of words; who passes a call on is seen by the arrow, so that the reason will do."""
    if entry.event is Happened.REDIRECTED and told.why:
        return told.why
    return ": ".join(filter(None, (", ".join(filter(None, (told.word, told.took))), told.why)))
