"""What the card shows below its own facts: links, what was attached to the call, and what else the vendor sent."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from rich.text import Text

from callinspect.model import EMPTY, Call, Recording, Related, State
from callinspect.render.harmless import rows
from callinspect.render.json import record
from callinspect.render.layout import flattened, labeled
from callinspect.render.style import Style

INDENT = 3
"""Indent of keys, which is more than that of our labels."""

SENSITIVE = frozenset({"identity"})
"""Vendor fields with a signed token that contains both numbers: they are in JSON, not on the card."""

OWN_LINKS = frozenset({"self", "device", "parent", "events"})
"""Links into the API that lead no further than the IDs on the card: they are in JSON only."""

UNSAID = ("schema_version", "_at", "sip_from", "q850_from")
"""Ends of keys whose values are not on the card as they are."""

LEFT_OVER = frozenset({"vendor_state", "person_id", "place_id"})
"""Keys of the record that have no label of their own: they are shown with the vendor's further fields."""


def further(sent: Call, style: Style) -> Iterator[list[Text]]:
    """Yield the lines of each group that has any."""
    links = {name: url for name, url in sent.links.items() if name not in OWN_LINKS | _empty_lists(sent.recording)}
    groups = (
        ("Links", links.items()),
        ("Attached", flattened(sent.metadata)),
        (f"More from {style.inert(sent.provider)}", _besides(sent, links)),
    )
    for heading, group in groups:
        leaves = [(path, _concealed(path, value)) for path, value in group if value not in (None, "", [], {})]
        if leaves:
            yield [Text(f" {heading}", "dim italic"), *labeled(rows(leaves, style), style, INDENT)]


def _empty_lists(recording: Recording) -> set[str]:
    """Return the links to lists that have nothing in them, since there is no recording or no transcription."""
    off = {"recordings": recording.enabled, "transcriptions": recording.transcription_enabled}
    return {name for name, is_on in off.items() if is_on is False}


def _besides(sent: Call, links: Mapping[str, str]) -> Iterator[tuple[str, Any]]:
    """Yield, by path, the values left over of the record and of the vendor's fields that are not on the card yet."""
    left, known = [], {url.casefold() for url in links.values()}
    is_state_shown = sent.state is State.UNKNOWN
    withheld = [name for name, party in (("from", sent.from_), ("to", sent.to)) if party and party.private]
    shown = sent._replace(vendor=EMPTY, metadata=EMPTY, links=EMPTY, related=None, timeline=None, warnings=())
    for path, value in flattened(record(shown)):
        group, _, key = path.rpartition(".")
        if key.endswith(UNSAID):
            continue
        if key not in LEFT_OVER or (key == "vendor_state" and is_state_shown):
            known.update(text.casefold() for text in _texts(value))
        elif group not in withheld:
            left.append((path, value))
    for path, value in left:
        if value and value.casefold() not in known:
            known.add(value.casefold())
            yield path, value
    besides = (*flattened(sent.vendor), *_of_related(sent.related))
    yield from ((path, value) for path, value in besides if str(value).casefold() not in known)


def _of_related(related: Related | None) -> Iterator[tuple[str, Any]]:
    """Yield, by path, what the vendor sent besides of a recording, a transcription and the device.

    What it sent of the events and the other legs is in JSON only.
    """
    if related is None:
        return
    for name in ("recordings", "transcriptions"):
        for number, each in enumerate(getattr(related, name) or ()):
            yield from flattened(each.vendor, f"{name}[{number}]")
    if related.device:
        yield from flattened(related.device.vendor, "device")


def _texts(value: Any) -> Iterable[str]:
    return (each for each in (value if isinstance(value, list) else [value]) if isinstance(each, str))


def _concealed(path: str, value: Any) -> Any:
    return f"{len(str(value))} characters, see -o json" if path in SENSITIVE else value
