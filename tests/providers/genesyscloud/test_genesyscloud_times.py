"""Times of a conversation of which one cannot be read: the first or last of several is then not known."""

from typing import Any

import pytest
from kit import cases
from kit.junk import put, valued

from callinspect import providers
from callinspect.model import Call
from callinspect.provider import Document

CLOUD = providers.get("genesyscloud")
UNREAD = "2026-05-04T09:00:65.000Z"

MOMENTS = {"start": "created_at", "connected": "answered_at", "end": "ended_at"}


def told(name: str) -> Any:
    """Return a call that an agent answered, as the calls resource or the analytics have it."""
    return next(case for case in cases.cases("calls", "genesyscloud") if case.name == name).told.body


def times(body: Any) -> dict[tuple[Any, ...], str]:
    """Return the places of the times from which the record's are folded, and what each is."""
    people = [*enumerate(body["participants"])]
    keys = {"startTime": "start", "connectedTime": "connected", "endTime": "end"}
    found: dict[tuple[Any, ...], str]
    found = {("participants", at, key): keys[key] for at, each in people for key in keys if key in each}
    for at, each in people:
        for one, session in enumerate(each.get("sessions", [])):
            for number, segment in enumerate(session["segments"]):
                if segment["segmentType"] == "wrapup":
                    continue
                place = ("participants", at, "sessions", one, "segments", number)
                found[*place, "segmentStart"] = "connected" if segment["segmentType"] == "interact" else "start"
                found |= {(*place, "segmentEnd"): "end"} if "segmentEnd" in segment else {}
    return found


def read(body: Any) -> Call:
    return CLOUD.normalize(Document(body))


@pytest.mark.parametrize("name", ["answered", "aged"])
def test_a_time_that_cannot_be_read_is_not_another_ones(name: str) -> None:
    """Of an agent's alone: when the customer joined, and that an IVR answered, are no times of an answer."""
    body, whole = told(name), read(told(name))
    assert whole.warnings == ()
    for place, what in times(body).items():
        if what == "connected" and body["participants"][place[1]]["purpose"] != "agent":
            continue
        call = read(put(body, place, UNREAD))
        assert getattr(call, MOMENTS[what]) is None, place
        assert (call.state, call.outcome, call.was_answered) == ("ended", "answered", True), place
        assert any(place[-1] in each and UNREAD in each for each in call.warnings), place
        for key in MOMENTS.values():
            assert getattr(call, key) in {None, getattr(whole, key)}, place


@pytest.mark.parametrize("name", ["answered", "aged"])
def test_a_time_that_is_not_there_is_left_out(name: str) -> None:
    """A conversation has participants whose part has no such time, and the others' count."""
    body = told(name)
    place = next(each for each, what in times(body).items() if what == "end" and each[1] == 1)
    assert valued(body, place)
    call = read(put(body, place, "1970-01-01T00:00:00Z"))
    assert call.created_at is not None
    assert call.answered_at is not None
