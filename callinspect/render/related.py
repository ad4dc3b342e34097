"""What was read about a call besides itself: its recordings, transcriptions, other legs, and the user's device."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from rich.text import Text

from callinspect.duration import seconds
from callinspect.render.further import INDENT, is_same
from callinspect.render.harmless import Harmless
from callinspect.render.layout import HANGING, MAX_PARTS, omission, sentence, shortened
from callinspect.render.legs import numbered, related_as
from callinspect.render.moments import clock
from callinspect.render.parties import sides
from callinspect.render.style import NO_BREAK, Style

if TYPE_CHECKING:
    from callinspect.model.related import Device, Leg, StoredRecording, Transcription

COLORS = {"failed": "red", "inactive": "yellow"}
"""Colors of states that explain why there is nothing to hear."""


def related(call: Harmless, style: Style, *, with_legs: bool) -> Iterator[list[Text]]:
    """Yield the lines of each group that has any.

    Args:
        call: the call.
        style: how to draw.
        with_legs: whether to list the other legs, which a ladder shows too.
    """
    read = call.related
    if read is None:
        return
    groups = (
        ("Legs", [_leg(*each, style) for each in numbered(call).values()] if with_legs else []),
        ("Recordings", _counted("recording", map(_recording, read.recordings or ()))),
        (
            "Transcriptions",
            _counted("transcription", (_transcription(each, style) for each in read.transcriptions or ())),
        ),
        ("Device", [_device(read.device)] if read.device else []),
    )
    for heading, parts in groups:
        first, count, last = shortened(parts, MAX_PARTS)
        shown = [*first, *[[Text(omission(count, style), "dim")]] * bool(count), *last]
        if shown:
            yield [Text(f" {heading}", "dim italic"), *(line for part in shown for line in _lines(part, style))]


def _lines(part: Iterable[Text], style: Style) -> Iterator[Text]:
    """Yield the lines of a part: what it is, and below that, indented, what belongs to it."""
    for number, text in enumerate(part):
        if text:
            yield from sentence(text, style, INDENT + HANGING * bool(number))


def _counted(what: str, parts: Iterable[list[Text]]) -> list[list[Text]]:
    """Return parts, numbered as in the list of steps where there are several."""
    every = list(parts)
    if len(every) > 1:
        every = [[Text(f"{what} {number}  ").append(part[0]), *part[1:]] for number, part in enumerate(every, 1)]
    return every


def _named(name: str | None, facts: Iterable[str | Text | None]) -> Text:
    told = Text(", ").join(Text(each) if isinstance(each, str) else each for each in facts if each)
    return Text("  ").join(filter(None, (Text(name or "", "bold"), told)))


def _leg(number: int, leg: "Leg", style: Style) -> list[Text]:
    call = leg.call
    heading = Text(f"leg {number}  ").append(leg.id, "bold").append(f"  {related_as(leg)}")
    if call is None:
        return [heading]
    from_, to = sides(Harmless(call))
    return [heading.append(f", {call.outcome or call.state}"), Text(" ").join([from_, Text(style.arrow, "dim"), to])]


def _recording(found: "StoredRecording") -> list[Text]:
    """Return what there is to say of a recording; its times are in the list of steps."""
    facts = (
        _state(found.state, found.vendor_state),
        None if found.duration is None else seconds(found.duration),
        f"{found.channels}{NO_BREAK}channel" + "s" * (found.channels > 1) if found.channels else None,
        found.format,
        found.transcription and f"transcription {found.transcription}",
    )
    return [_named(found.id, facts), Text(found.url or "")]


def _transcription(found: "Transcription", style: Style) -> list[Text]:
    facts = (
        found.name,
        _state(found.state, found.vendor_state),
        None if found.at is None else clock(style.local(found.at)),
        found.recording_id and f"of {found.recording_id}",
    )
    text = Text(found.text or "").append(" (cut)" if found.text_complete is False else "", "yellow")
    return [_named(found.id, facts), text, Text(found.url or "")]


def _device(device: "Device") -> list[Text]:
    facts = (
        device.number,
        _state(device.state, device.vendor_state),
        device.user_state and f"user {device.user_state}",
        Text("do not disturb", "yellow") if device.do_not_disturb else None,
    )
    return [_named(device.id, facts)]


def _state(state: str | None, word: str | None) -> Text:
    """Return a state, with the vendor's word for it where that is another one, and in color what is not as usual."""
    is_told = not state or not word or is_same(state, word)
    color = COLORS.get((state or word or "").casefold(), "")
    return Text((state or word or "") if is_told else f"{state} ({word})", color)
