"""What the card shows below its own facts: links, what was attached to the call, and what else the vendor sent."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from rich.text import Text

from callinspect.model import EMPTY, Call, Direction, Outcome, Recording
from callinspect.model.writing import record
from callinspect.render.harmless import rows
from callinspect.render.layout import MAX_LINES, flattened, labeled, omission, sentence
from callinspect.render.parties import ids_shown
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


SAYS_NOTHING = re.compile(r"(?i)n/?a|not.?applicable|null|none|", re.ASCII)
"""Words that stand for no value."""

MAX_OF_LIST = 6
"""Fields at most of the objects of one list; with more of them, the card says how many objects are in JSON."""

TROUBLE = re.compile("error|fail|warn|notification", re.IGNORECASE)
"""Keys of such objects and within them that are shown nevertheless: what went wrong is what people look for."""

MIN_DIGITS = 7
"""Digits from which on two numbers are the same if one ends with the other: it is a number within its region."""

Leaf = tuple[str, Any]
"""A field's path and value."""

_NUMBER = re.compile(r"[0-9 ()+./-]+", re.ASCII)
_MARKS = re.compile(r"[\W_]")
_MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.,]+ ?(Z|[+-][0-9:]+)", re.ASCII)
_DURATION = re.compile("duration|bill", re.IGNORECASE)
_FIGURE = re.compile(r"[0-9]{1,9}(\.[0-9]{1,9})?", re.ASCII)
_OBJECT = re.compile(r"(?P<list>[^\[]+)\[(?P<index>[0-9]+)\]\.")


def further(
    sent: Call,
    style: Style,
    vendor: str,
    *,
    is_state_shown: bool,
    original: Call,
    is_short: bool = False,
) -> Iterator[list[Text]]:
    """Yield the lines of each group that has any.

    Args:
        sent: the call, whose values are shown.
        style: how to draw.
        vendor: the vendor's name.
        is_state_shown: whether the vendor's word for the state is in the heading.
        original: the same before it was masked; it decides what is said already.
        is_short: whether to leave out what else the vendor sent.
    """
    needless = OWN_LINKS | _empty_lists(original.recording)
    urls = {name: url for name, url in original.links.items() if name not in needless and not url.startswith("/")}
    left, besides = _besides(original, [*urls.values(), *ids_shown(original)], is_state_shown=is_state_shown)
    besides, lists = _without_long_lists([each for each in besides if not says_nothing(each[1])])
    groups = (
        ("Links", _shown(urls.items(), original.links, sent.links), ""),
        ("Attached", _shown(flattened(original.metadata), original.metadata, sent.metadata), ""),
        (
            f"More from {vendor}",
            [*_shown(left, record(original), record(sent)), *_shown(besides, original.vendor, sent.vendor)],
            _in_json(lists, style),
        ),
    )
    for heading, group, last in groups[:-1] if is_short else groups:
        leaves = [(path, _concealed(path, value)) for path, value in group if value not in (None, "", [], {})]
        if leaves or last:
            shown = rows(leaves[:MAX_LINES], style, is_cut=True)
            lines = [Text(f" {heading}", "dim italic"), *labeled(shown, style, INDENT)]
            if (count := len(leaves) - MAX_LINES) > 0:
                lines += sentence(Text(omission(count, style), "dim"), style, INDENT)
            yield lines + (sentence(Text(last, "dim"), style, INDENT) if last else [])


def _shown(leaves: Iterable[Leaf], original: Any, sent: Any) -> list[Leaf]:
    """Return what is shown of fields of an original."""
    if sent is original:
        return list(leaves)
    masked = dict(_masks(original, sent))
    return [masked[path] for path, _ in leaves]


def _masks(original: Any, masked: Any, path: str = "", masked_path: str = "") -> Iterator[tuple[str, Leaf]]:
    """Yield the path of every leaf of a JSON value, as `flattened` has them, with the path and value it has masked."""
    if isinstance(original, Mapping) and original:
        for (key, below), (masked_key, shown) in zip(original.items(), masked.items(), strict=True):
            keys = (f"{path}.{key}", f"{masked_path}.{masked_key}") if path else (key, masked_key)
            yield from _masks(below, shown, *keys)
    elif isinstance(original, list) and original and not all(isinstance(each, str) for each in original):
        for index, (below, shown) in enumerate(zip(original, masked, strict=True)):
            yield from _masks(below, shown, f"{path}[{index}]", f"{masked_path}[{index}]")
    else:
        yield path, (masked_path, masked)


def _in_json(lists: Mapping[str, int], style: Style) -> str:
    """Return which lists are in JSON only, and how many objects they have."""
    shown = rows(lists.items(), style)
    return f"{', '.join(f'{name} ({count})' for name, count in shown)}: in full with -o json" if shown else ""


def says_nothing(value: Any) -> bool:
    """Whether a value is empty, or a word that stands for none."""
    return value in (None, [], {}) or (isinstance(value, str) and SAYS_NOTHING.fullmatch(value) is not None)


def _without_long_lists(leaves: list[Leaf]) -> tuple[list[Leaf], dict[str, int]]:
    """Return fields without those of lists with many, and how many objects such a list has."""
    within = [_OBJECT.match(path) for path, _ in leaves]
    times = Counter(found["list"] for found in within if found)
    kept: list[Leaf] = []
    indexes: dict[str, set[str]] = {}
    for (path, value), found in zip(leaves, within, strict=True):
        if found is None or times[found["list"]] <= MAX_OF_LIST or TROUBLE.search(path):
            kept.append((path, value))
        else:
            indexes.setdefault(found["list"], set()).add(found["index"])
    return kept, {name: len(found) for name, found in indexes.items()}


def is_same(one: str, other: str) -> bool:
    """Whether two words are the same but for case and what joins their parts."""
    return _plain(one) == _plain(other)


def _empty_lists(recording: Recording) -> set[str]:
    """Return the links to lists that have nothing in them, since there is no recording or no transcription."""
    off = {"recordings": recording.enabled, "transcriptions": recording.transcription_enabled}
    return {name for name, is_on in off.items() if is_on is False}


def _besides(sent: Call, told: Iterable[str], *, is_state_shown: bool) -> tuple[list[Leaf], list[Leaf]]:
    """Return, by path, the values left over of the record, and of the vendor's fields, that are not on the card yet.

    The heading tells the direction, and how the call was or came out. What was sent besides of related parts is in
    JSON only.
    """
    left, known = [], _Known(sent, told)
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
    own = []
    for path, value in left:
        if value and value not in known:
            known.add(value)
            own.append((path, value))
    return own, list(_of_vendor(sent, known))


def _of_vendor(sent: Call, known: "_Known") -> Iterator[Leaf]:
    """Yield the vendor's fields that are not on the card yet; those of objects in lists last, as they may be left out.

    Of several objects, each has its own yes or no.
    """
    again: set[tuple[str, str]] = set()
    attached = {(path, str(value)) for path, value in flattened(sent.metadata)}
    for path, value in sorted(flattened(sent.vendor), key=lambda leaf: "]." in leaf[0]):
        key, is_of_list = path.rpartition(".")[2], "]." in path
        is_direction = path == "direction" and sent.direction is not Direction.UNKNOWN
        is_again = (key, str(value)) in again and not (is_of_list and isinstance(value, bool))
        is_again = is_again or (is_of_list and (key, str(value)) in attached)
        is_told = is_again or str(value) in known or known.is_measured(key, value)
        if not is_told and not is_direction and not _is_within_api(path, value):
            yield path, value
        again.add((key, str(value)))


def _is_within_api(path: str, value: Any) -> bool:
    """Whether a value is an address without a host."""
    is_address = any(key.endswith(ADDRESSES) for key in path.casefold().split("."))
    return is_address and isinstance(value, str) and value.startswith("/")


class _Known:
    """Values that are on the card, however they are written there.

    Words are told by their letters, numbers by their digits, times and durations by what they are.
    """

    def __init__(self, sent: Call, texts: Iterable[str]) -> None:
        self._words: set[str] = set()
        self._numbers: set[str] = set()
        own = (sent.queued_at, sent.created_at, sent.answered_at, sent.ended_at, sent.updated_at)
        moments = [each for each in (*own, *(each.at for each in sent.timeline or ())) if each]
        self._moments = {*moments, *(each.replace(microsecond=0) for each in moments)}
        self._fractions = {each for each in sent.quality or () if each is not None and each % 1}
        self._lengths = {each for each in sent.durations if each is not None}
        self.add(*texts)

    def is_measured(self, key: str, value: Any) -> bool:
        """Whether a value is one of the call's durations, by its key, or a measurement with the same fraction."""
        if not _FIGURE.fullmatch(str(value)):
            return False
        thousands = 1000 if key.casefold().endswith("ms") else 1
        is_length = _DURATION.search(key) is not None and float(value) / thousands in self._lengths
        return is_length or float(value) in self._fractions

    def add(self, *texts: str) -> None:
        self._words.update(map(_plain, texts))
        self._numbers.update(filter(None, map(_digits, texts)))

    def __contains__(self, text: str) -> bool:
        if _MOMENT.fullmatch(text):
            return _moment(text) in self._moments
        digits = _digits(text)
        return _plain(text) in self._words or (bool(digits) and any(each.endswith(digits) for each in self._numbers))


def _moment(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text.replace(" +", "+").replace(" -", "-").replace(" Z", "Z"))
    except ValueError:
        return None


def _plain(text: str) -> str:
    """Return a text without case, and without what joins its words; one that has nothing else as it is."""
    return _MARKS.sub("", text.casefold()) or text


def _digits(text: str) -> str:
    """Return the digits of what is a telephone number, however it is grouped; else nothing."""
    digits = re.sub("[^0-9]", "", text) if _NUMBER.fullmatch(text) else ""
    return digits if len(digits) >= MIN_DIGITS else ""


def _texts(value: Any) -> Iterable[str]:
    several = value if isinstance(value, list) else [value]
    return (each for each in several if isinstance(each, str))


def _concealed(path: str, value: Any) -> Any:
    return f"{len(str(value))} characters, see -o json" if path in SENSITIVE else value
