"""What IDs of a vendor look like."""

import re
from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple


class Certainty(StrEnum):
    """How much the form of an ID says about whose it is, the most first."""

    CERTAIN = "certain"
    LIKELY = "likely"
    POSSIBLE = "possible"


class IDForm(NamedTuple):
    """What IDs of a vendor look like.

    Attributes:
        pattern: a regular expression for a whole ID.
        description: the same in words.
        certainty: how sure it is that an ID of this form is the vendor's.
        kind: what it is an ID of: `call`, or something else of the vendor's, such as `person`.
        is_fixed: whether an ID of a call in no such form is refused before a request is sent.
        decoded: returns what the pattern is matched with, for an ID that is an encoded text.
        instead: the command for an ID of something other than a call, which `{}` stands for: such an ID is refused
            before a request is sent.
    """

    pattern: str
    description: str
    certainty: Certainty = Certainty.CERTAIN
    kind: str = "call"
    is_fixed: bool = False
    decoded: Callable[[str], str] = str
    instead: str = ""

    def matches(self, text: str) -> bool:
        """Whether a text has this form."""
        return re.fullmatch(self.pattern, self.decoded(text)) is not None

    def command(self, text: str) -> str | None:
        """Return the command for an ID of this form, if it is one of something other than a call."""
        return self.instead.replace("{}", text) or None
