"""Recently seen IDs, in bounded memory."""

from collections import OrderedDict

MAX_KNOWN = 10_000
"""IDs that are remembered: ten pages of maximum size. A list shifts by the calls that start between two pages."""


class Recent:
    """The recently seen IDs, as hashes: an ID can be long."""

    def __init__(self) -> None:
        self._met: OrderedDict[int, None] = OrderedDict()

    def add(self, call_id: str) -> bool:
        """Remember an ID; return whether it is new."""
        key = hash(call_id)
        is_new = key not in self._met
        self._met[key] = None
        self._met.move_to_end(key)
        if len(self._met) > MAX_KNOWN:
            self._met.popitem(last=False)
        return is_new
