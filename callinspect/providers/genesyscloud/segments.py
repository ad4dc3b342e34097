"""What each participant of a conversation did, and from when until when: the segments of the analytics.

A conversation has them as well, in another form, which stands in where the analytics are not allowed.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from callinspect.provider import Json, Reader
from callinspect.providers.genesyscloud.words.calls import VOICE, dotted
from callinspect.providers.genesyscloud.words.events import WRAPUP

NEVER = datetime.max.replace(tzinfo=UTC)

SIP, Q850 = "sip", "q850"

LISTED = {SIP: "sipResponseCodes", Q850: "q850ResponseCodes"}

BEYOND_CODES = 1000
"""No code of SIP or Q.850 has more than three digits."""


class Segment(NamedTuple):
    """One segment.

    Attributes:
        fields: as sent.
        name: what it is, in the vendor's word.
        start, end: its times.
        unread: which of these, `start` and `end`, are there and cannot be read.
        is_open: whether it goes on.
        disconnect: why the participant's part ended with it, in the vendor's word.
        codes: the SIP and Q.850 codes of that.
        flow: the name of the flow that it is of.
    """

    fields: Mapping[str, Any]
    name: str | None
    start: datetime | None
    end: datetime | None
    unread: frozenset[str]
    is_open: bool
    disconnect: str | None
    codes: Mapping[str, int]
    flow: str | None

    @property
    def type(self) -> str | None:
        """What it is, as the analytics write it."""
        return self.name.lower() if self.name else None

    @property
    def word(self) -> str | None:
        """Why the participant's part ended with it, as the call writes it."""
        return dotted(self.disconnect)

    @property
    def is_wrapup(self) -> bool:
        """Whether the call is over for the participant, who works on what follows it."""
        return self.type == WRAPUP


def of_participant(fields: Mapping[str, Any], path: str, warnings: list[str]) -> list[Segment]:
    """Return the segments of a participant's calls, in the order in which they began."""
    found = [*_segments(fields, path, warnings)]
    return sorted(found, key=lambda each: each.start or NEVER)


def _segments(fields: Mapping[str, Any], path: str, warnings: list[str]) -> Iterator[Segment]:
    for name in ("sessions", "calls"):
        for index, session in enumerate(_objects(fields.get(name))):
            if name == "sessions" and session.get("mediaType") != VOICE:
                continue
            flow = session.get("flow")
            flow_name = flow.get("flowName") if isinstance(flow, dict) else None
            for number, each in enumerate(_objects(session.get("segments"))):
                yield _segment(each, Reader(each, warnings, f"{path}{name}[{index}].segments[{number}]."), flow_name)


def _segment(fields: dict[str, Any], seen: Reader, flow: Json) -> Segment:
    of_analytics = "segmentType" in fields
    start, has_started = seen.event("segmentStart" if of_analytics else "startTime")
    end, has_ended = seen.event("segmentEnd" if of_analytics else "endTime")
    codes = {kind: code for kind, key in LISTED.items() if (code := _last(fields.get(key))) is not None}
    return Segment(
        fields=fields,
        name=seen.text("segmentType" if of_analytics else "type"),
        start=start,
        end=end,
        unread=unread(start=(start, has_started), end=(end, has_ended)),
        is_open=has_ended is False,
        disconnect=seen.text("disconnectType"),
        codes=codes,
        flow=flow if isinstance(flow, str) and flow else None,
    )


def unread(**events: tuple[datetime | None, bool | None]) -> frozenset[str]:
    """Return the names of what happened at a time that cannot be read (see `Reader.event`)."""
    return frozenset(name for name, (at, has_happened) in events.items() if at is None and has_happened)


def codes(fields: Mapping[str, Any]) -> Mapping[str, int]:
    """Return the SIP and Q.850 codes with which a participant's call ended: the analytics', else the conversation's."""
    ends = [each for each in of_participant(fields, "", []) if each.disconnect and not each.is_wrapup]
    reasons = map(_reasons, _objects(fields.get("calls")))
    return (ends[-1].codes if ends else None) or next(filter(None, reasons), {})


def _reasons(call: Mapping[str, Any]) -> dict[str, int]:
    found = {}
    for each in _objects(call.get("disconnectReasons")):
        kind, code = each.get("type"), _last([each.get("code")])
        if isinstance(kind, str) and kind in LISTED and code is not None:
            found[kind] = code
    return found


def _last(listed: Json) -> int | None:
    """Return the last whole number in a list."""
    found = listed if isinstance(listed, list) else []
    numbers = [each for each in found if type(each) is int and 0 < each < BEYOND_CODES]
    return numbers[-1] if numbers else None


def _objects(listed: Json) -> Iterator[dict[str, Any]]:
    return (each for each in listed if isinstance(each, dict)) if isinstance(listed, list) else iter(())
