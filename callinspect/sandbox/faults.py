"""Faults on request: at random for any path, or always for the call IDs made for them."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

FAULTS: Final = ("429", "503", "slow", "truncated", "reset")

SHORT_WAIT: Final = 2
LONG_WAIT: Final = 999_999


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of fault, and the share of requests, from 0 to 1, that it affects."""

    kind: str
    rate: float

    def __post_init__(self) -> None:
        if self.kind not in FAULTS:
            raise ValueError(f"{self.kind!r} is not a fault; the faults are {', '.join(FAULTS)}")
        if not 0 <= self.rate <= 1:
            raise ValueError(f"the share of a fault is between 0 and 1, not {self.rate}")


class Dice:
    """Chooses at random which requests fail, so that each fault affects its share of them."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        if sum(fault.rate for fault in faults) > 1:
            raise ValueError("the shares of the faults add up to more than 1")
        self._faults = tuple(faults)
        self._random = random.SystemRandom()

    def throw(self) -> str | None:
        """Return the kind of fault for the next request, or None."""
        left = self._random.random()
        for fault in self._faults:
            left -= fault.rate
            if left < 0:
                return fault.kind
        return None


class Script(NamedTuple):
    """A call ID with faults.

    Attributes:
        key: what the ID is derived from.
        description: what the call shows.
        steps: what happens to successive requests, repeated from the beginning.
        below: whether the steps are those of what belongs to the call, which itself is answered.
    """

    key: str
    description: str
    steps: tuple[str, ...]
    below: bool = False


SCRIPTS: Final = (
    Script("fault-429", "fault: rate limited for 2 s twice, then answered; and again", ("429", "429", "ok")),
    Script("fault-429-long", "fault: rate limited for 999999 s, always", ("429 long",)),
    Script("fault-503-once", "fault: 503 once, then answered; and again", ("503", "ok")),
    Script("fault-503", "fault: 503, always", ("503",)),
    Script("fault-slow", "fault: the body drips in over 60 s", ("slow",)),
    Script("fault-truncated", "fault: the connection closes in the middle of the body", ("truncated",)),
    Script("fault-reset", "fault: the connection is reset without an answer", ("reset",)),
    Script("fault-html", "fault: an HTML page under HTTP 200", ("html 200",)),
    Script("fault-html-502", "fault: an HTML page under HTTP 502", ("html 502",)),
    Script("fault-with-404", "fault: only what --with reads is not found (404)", ("path",), below=True),
    Script("fault-with-403", "fault: only what --with reads is forbidden (403)", ("403",), below=True),
    Script("fault-with-500", "fault: only what --with reads fails (500)", ("500",), below=True),
    Script("fault-with-html", "fault: only what --with reads is not JSON", ("html 200",), below=True),
    Script("fault-with-slow", "fault: only what --with reads comes too slowly", ("slow",), below=True),
)
