"""Who is on which leg of a call at a moment, and what each does there."""

from enum import IntEnum


class Mark(IntEnum):
    """What somebody does on the call. Who is on several legs is shown by the greatest."""

    OFF = 0
    HELD = 1
    CALLS = 2
    TALKS = 3
    LEAVES = 4


class Presence:
    """Who is on which leg: lanes by number, legs by their IDs.

    Args:
        count: the number of lanes.

    Attributes:
        marks: what everybody does.
        leaving: who has left, since it was last cleared.
    """

    def __init__(self, count: int) -> None:
        self.marks = [Mark.OFF] * count
        self.leaving: set[int] = set()
        self._on: list[dict[str | None, Mark]] = [{} for _ in range(count)]
        self._holding: dict[str | None, set[int]] = {}

    def on(self, leg: str | None) -> dict[int, Mark]:
        """Return who is on a leg, and what they do there."""
        return {lane: legs[leg] for lane, legs in enumerate(self._on) if leg in legs}

    def put(self, lane: int | None, leg: str | None, mark: Mark) -> None:
        """Let somebody do something."""
        if lane is not None:
            self._on[lane][leg] = mark
            self.marks[lane] = max(self._on[lane].values())

    def reach(self, lane: int | None, leg: str | None) -> bool:
        """Let somebody call or be called; return whether that is new."""
        is_new = lane is not None and leg not in self._on[lane]
        if is_new:
            self.put(lane, leg, Mark.CALLS)
        return is_new

    def leave(self, lane: int | None, leg: str | None) -> None:
        """Let somebody leave, and those talk again who are on hold because of them alone."""
        if lane is not None:
            self._on[lane].pop(leg, None)
            self.marks[lane] = max(self._on[lane].values(), default=Mark.OFF)
            if not self._on[lane]:
                self.leaving.add(lane)
            self._release(lane, leg)

    def close(self, leg: str | None) -> None:
        """Let everybody leave who is on a leg alone."""
        for lane in self.on(leg):
            self.leave(lane, leg)

    def change(self, leg: str | None, before: Mark, after: Mark) -> None:
        """Change what everybody does on a leg who does something."""
        for lane, mark in self.on(leg).items():
            if mark is before:
                self.put(lane, leg, after)

    def hold(self, lane: int | None, leg: str | None) -> None:
        """Let somebody put the other end on hold, so that neither talks; several others talk on with each other."""
        talking = {each for each, mark in self.on(leg).items() if mark is Mark.TALKS}
        if lane is not None:
            self._holding.setdefault(leg, set()).add(lane)
            if len(talking - {lane}) > 1:
                talking &= {lane}
        for each in talking:
            self.put(each, leg, Mark.HELD)

    def resume(self, lane: int | None, leg: str | None) -> None:
        """Let somebody take the other end off hold, unless somebody else has put it there as well."""
        if lane is None:
            self._holding.pop(leg, None)
            self.change(leg, Mark.HELD, Mark.TALKS)
            return
        if self._on[lane].get(leg) is Mark.HELD:
            self.put(lane, leg, Mark.TALKS)
        self._release(lane, leg)

    def _release(self, lane: int, leg: str | None) -> None:
        holding = self._holding.get(leg, set())
        if lane in holding:
            holding.remove(lane)
            if not holding:
                self.change(leg, Mark.HELD, Mark.TALKS)
