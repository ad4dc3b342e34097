"""The Reason header of SIP (RFC 3326), and the locations of Q.850 in it (RFC 8606)."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

LOCATIONS = {
    "U": "the user",
    "LPN": "private network of the local user",
    "LN": "public network of the local user",
    "TN": "transit network",
    "RLN": "public network of the remote user",
    "RPN": "private network of the remote user",
    "INTL": "international network",
    "BI": "network beyond an interworking point",
    **{f"LOC-{number}": "no meaning in Q.850" for number in (6, 8, 9, *range(11, 16))},
}
"""Where in the network a cause was set, in words."""

ELSEWHERE = "Another phone that was called at the same time answered, so this one stopped ringing"
"""What the cause 200 of SIP means in this header, which comes with a cancellation."""

# Possessive throughout: what one part has taken is never tried again, so that the time grows with the length alone.
_WORD = r"[\w.!%*+`'~-]++"
_PARAMETER = rf';\s?+({_WORD})(?:\s?+=\s?+("(?:[^"\\]|\\.)*+"|[^\s;,"]++))?+\s?+'
_VALUE = re.compile(rf"\s?+({_WORD})\s?+((?:{_PARAMETER})++)(?:,|$)")


class ReasonValue(NamedTuple):
    """One value of the header.

    Attributes:
        protocol: what the cause is one of, such as `Q.850`.
        cause: the number, None if there is none.
        location: where it was set, in letters.
    """

    protocol: str
    cause: int | None
    location: str | None


def is_header(text: str) -> bool:
    """Whether a text can only be a header's value."""
    return ";" in text


def names_a_cause(text: str) -> bool:
    """Whether a text with a semicolon has a cause of a protocol, as a header's value has."""
    return re.match(r"(Reason\s?:\s?)?[\w.]+\s?;.*cause\s?=", text, re.IGNORECASE) is not None


def values(text: str) -> Iterator[ReasonValue]:
    """Yield the values of a header, or of several, whose name may come first; runs of blanks must be one.

    Raises:
        ValueError: it is malformed.
    """
    text = re.sub(r"^Reason\s?:", "", text, flags=re.IGNORECASE)
    text = re.sub(r"(?<!,)\sReason\s?:", ",", text, flags=re.IGNORECASE)
    start = 0
    while start < len(text):
        found = _VALUE.match(text, start)
        if found is None:
            raise ValueError
        parameters = re.findall(_PARAMETER, found[2])
        given = {name.lower(): value for name, value in parameters}
        if len(given) < len(parameters):
            raise ValueError  # a parameter that stands twice
        cause = given.get("cause", "").strip('"')
        location = given.get("location", "").strip('"').upper()
        yield ReasonValue(found[1], int(cause) if re.fullmatch("[0-9]{1,9}", cause) else None, location or None)
        start = found.end()


def located(letters: str) -> str:
    """Return a location in words."""
    return f"{letters} ({LOCATIONS.get(letters, 'not a location of RFC 8606')})"


def usual(letters: Iterable[str]) -> str:
    """Return the locations that usually set a cause, in words."""
    *others, last = map(located, letters)
    return f"usually {', '.join(others)} or {last}" if others else f"usually {last}"
