"""What was met lately, in bounded memory."""

from collections import OrderedDict

MAX_KNOWN = 10_000
"""Ids that are known again: ten of the longest pages. A list shifts by as many calls as come in between two of them."""


class Recent:
    """The ids met lately, as hashes: an id can be as long as a vendor likes."""

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
