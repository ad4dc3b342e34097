"""What the card shows below its own facts: links, what was attached to the call, and what else the vendor sent."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rich.text import Text

from callinspect.model import EMPTY, Call, Direction, Outcome, Recording
from callinspect.render.harmless import rows
from callinspect.render.json import record
from callinspect.render.layout import MAX_LINES, flattened, labeled, omission, sentence
from callinspect.render.style import Style

INDENT = 3
"""Indent of keys, which is more than that of our labels."""

SENSITIVE = frozenset({"identity"})
"""Vendor fields with a signed token that contains both numbers: they are in JSON, not on the card."""

OWN_LINKS = frozenset({"self", "device", "parent", "events"})
"""Links into the API that lead no further than the IDs on the card: they are in JSON only."""

ADDRESSES = ("uri", "uris", "url", "urls")
"""Ends of keys that lead to an address; one without a host leads nowhere for people, and is in JSON only."""

UNSAID = ("schema_version", "_at", "sip_from", "q850_from")
"""Ends of keys whose values are not on the card as they are."""

LEFT_OVER = frozenset({"vendor_state", "person_id", "place_id"})
"""Keys of the record that have no label of their own: they are shown with the vendor's further fields."""


MIN_DIGITS = 7
"""Digits from which on two numbers are the same if one ends with the other: it is a number within its region."""

_NUMBER = re.compile(r"[0-9 ()+./-]+", re.ASCII)
_MARKS = re.compile(r"[\W_]")


def further(sent: Call, style: Style, vendor: str, *, is_state_shown: bool) -> Iterator[list[Text]]:
    """Yield the lines of each group that has any.

    Args:
        sent: the call.
        style: how to draw.
        vendor: the vendor's name.
        is_state_shown: whether the vendor's word for the state is in the heading.
    """
    needless = OWN_LINKS | _empty_lists(sent.recording)
    links = {name: url for name, url in sent.links.items() if name not in needless and not url.startswith("/")}
    groups = (
        ("Links", links.items()),
        ("Attached", flattened(sent.metadata)),
        (f"More from {vendor}", _besides(sent, links, is_state_shown=is_state_shown)),
    )
    for heading, group in groups:
        leaves = [(path, _concealed(path, value)) for path, value in group if value not in (None, "", [], {})]
        if leaves:
            shown = rows(leaves[:MAX_LINES], style, is_cut=True)
            lines = [Text(f" {heading}", "dim italic"), *labeled(shown, style, INDENT)]
            if (count := len(leaves) - MAX_LINES) > 0:
                lines += sentence(Text(omission(count, style), "dim"), style, INDENT)
            yield lines


def is_same(one: str, other: str) -> bool:
    """Whether two words are the same but for case and what joins their parts."""
    return _plain(one) == _plain(other)


def _empty_lists(recording: Recording) -> set[str]:
    """Return the links to lists that have nothing in them, since there is no recording or no transcription."""
    off = {"recordings": recording.enabled, "transcriptions": recording.transcription_enabled}
    return {name for name, is_on in off.items() if is_on is False}


def _besides(sent: Call, links: Mapping[str, str], *, is_state_shown: bool) -> Iterator[tuple[str, Any]]:
    """Yield, by path, the values left over of the record and of the vendor's fields that are not on the card yet.

    The heading tells the direction, and how the call was or came out. What was sent besides of related parts is in
    JSON only.
    """
    left, known = [], _Known(links.values())
    is_state_told = is_state_shown or sent.outcome not in {None, Outcome.UNKNOWN}
    withheld = [name for name, party in (("from", sent.from_), ("to", sent.to)) if party and party.private]
    shown = sent._replace(vendor=EMPTY, metadata=EMPTY, links=EMPTY, related=None, timeline=None, warnings=())
    for path, value in flattened(record(shown)):
        group, _, key = path.rpartition(".")
        if key.endswith(UNSAID):
            continue
        if key not in LEFT_OVER or (key == "vendor_state" and is_state_told):
            known.add(*_texts(value))
        elif group not in withheld:
            left.append((path, value))
    for path, value in left:
        if value and value not in known:
            known.add(value)
            yield path, value
    told = set()
    for path, value in flattened(sent.vendor):
        again = path.rpartition(".")[2], str(value)
        is_direction = path == "direction" and sent.direction is not Direction.UNKNOWN
        if str(value) not in known and again not in told and not is_direction and not _is_within_api(path, value):
            yield path, value
        told.add(again)


def _is_within_api(path: str, value: Any) -> bool:
    """Whether a value is an address without a host."""
    is_address = any(key.endswith(ADDRESSES) for key in path.split("."))
    return is_address and isinstance(value, str) and value.startswith("/")


class _Known:
    """Values that are on the card, however they are written there: words by their letters, numbers by their digits."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._words: set[str] = set()
        self._numbers: set[str] = set()
        self.add(*texts)

    def add(self, *texts: str) -> None:
        self._words.update(map(_plain, texts))
        self._numbers.update(filter(None, map(_digits, texts)))

    def __contains__(self, text: str) -> bool:
        digits = _digits(text)
        return _plain(text) in self._words or (bool(digits) and any(each.endswith(digits) for each in self._numbers))


def _plain(text: str) -> str:
    """Return a text without case, and without what joins its words; one that has nothing else as it is."""
    return _MARKS.sub("", text.casefold()) or text


def _digits(text: str) -> str:
    """Return the digits of what is a telephone number, however it is grouped; else nothing."""
    digits = re.sub("[^0-9]", "", text) if _NUMBER.fullmatch(text) else ""
    return digits if len(digits) >= MIN_DIGITS else ""


def _texts(value: Any) -> Iterable[str]:
    return (each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str))


def _concealed(path: str, value: Any) -> Any:
    return f"{len(str(value))} characters, see -o json" if path in SENSITIVE else value
