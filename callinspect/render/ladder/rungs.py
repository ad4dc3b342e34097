"""The lines of a ladder: one for each entry of the timeline, but for what happens to several legs at once."""

from datetime import datetime

from callinspect.model import Call
from callinspect.model.timeline import Entry, Happened
from callinspect.render.ladder.course import Course
from callinspect.render.ladder.lanes import Lanes
from callinspect.render.ladder.presence import Mark
from callinspect.render.ladder.rung import Rung


def rungs(call: Call, lanes: Lanes, *, is_narrow: bool, is_list: bool) -> list[Rung]:
    """Return the lines of the ladder, in the order of the timeline.

    Args:
        call: the call.
        lanes: who takes part.
        is_narrow: whether there is little room for words.
        is_list: whether lines are listed, so that nobody needs to know who talks.
    """
    found: list[Rung] = []
    for rung in Course(call, lanes, is_narrow=is_narrow, is_list=is_list).rungs():
        if found and (shared := _shared(found[-1], rung, lanes)):
            found[-1] = shared
        else:
            found.append(rung)
    return found


def _shared(first: Rung, second: Rung, lanes: Lanes) -> Rung | None:
    """Return the one line of two legs to which the same happened at the same moment, if it is that."""
    main, other = (second, first) if second.entry.leg is None else (first, second)
    number = lanes.numbers.get(other.entry.leg or "")
    if number is None or _what(main.entry) != _what(other.entry) or main.entry.at is None:
        return None
    is_other_told = other.entry.detail in {None, main.entry.detail}
    if main.entry.leg == other.entry.leg or not is_other_told or (first.arrow and second.arrow):
        return None
    if other.arrow and set(other.arrow) != set(lanes.sides(main.entry.leg)):
        return None  # it is between others than those of the line
    either = zip(first.marks, second.marks, strict=True)
    return main._replace(
        words=f"{main.words}; leg {number} too",
        arrow=main.arrow or other.arrow,
        alone=None,
        marks=tuple(Mark.LEAVES if Mark.LEAVES in pair else pair[1] for pair in either),
        after=second.after,
    )


def _what(entry: Entry) -> tuple[datetime | None, Happened]:
    """Return what happened, and when; a leg that leaves a conversation ends."""
    return entry.at, Happened.ENDED if entry.event is Happened.LEFT and entry.leg else entry.event
