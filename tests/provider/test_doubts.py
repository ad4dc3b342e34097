"""What in the record of a call cannot all be true is said, once, whoever the vendor is."""

from typing import Any

import pytest

from callinspect import providers
from callinspect.client.inspection import Inspection
from callinspect.model import Call
from callinspect.provider import Document

ISO, MAIL = "2026-03-12T18:10:50.000Z", "Thu, 12 Mar 2026 18:10:50 +0000"
HANGUP = {"name": "call.hangup", "event_timestamp": ISO, "metadata": {"payload": {"hangup_cause": "normal_clearing"}}}
ANSWER = {"name": "call.answered", "event_timestamp": ISO}


def read(provider: str, body: dict[str, Any], **extras: Any) -> Call:
    return Inspection(providers.get(provider), Document(body, extras=extras), None).call


@pytest.mark.parametrize(
    ("provider", "body", "state"),
    [
        ("bandwidth", {"callId": "c-1", "state": "answered", "endTime": ISO}, "active"),
        ("bandwidth", {"callId": "c-1", "state": "queued", "endTime": ISO}, "queued"),
        ("bandwidth", {"callId": "c-1", "endTime": ISO}, "not known"),
        ("catapult", {"id": "c-1", "direction": "out", "state": "started", "endTime": ISO}, "dialing"),
        ("webex", {"id": "Y", "state": "remoteHeld", "disconnected": ISO}, "held"),
        ("twilio", {"sid": "CA1", "status": "ringing", "end_time": MAIL}, "ringing"),
        ("signalwire", {"sid": "1", "status": "in-progress", "end_time": MAIL}, "active"),
        ("vonage", {"uuid": "1", "status": "machine", "end_time": ISO}, "active"),
        ("telnyx", {"sid": "v3:a", "status": "ringing", "end_time": MAIL}, "ringing"),
        ("telnyx", {"call_control_id": "v3:a", "is_alive": True, "end_time": ISO}, "active"),
    ],
    ids=str,
)
def test_an_end_of_a_call_that_goes_on_is_a_warning(provider: str, body: dict[str, Any], state: str) -> None:
    call = read(provider, body)
    assert call.warnings == (f"the call has an end time, but its state is {state}",)
    assert (call.outcome, call.ended_at is None) == (None, False)


@pytest.mark.parametrize("state", ["answered", "disconnected"])
def test_neither_an_end_nor_a_call_without_one_is(state: str) -> None:
    ended = {"endTime": ISO} if state == "disconnected" else {}
    assert read("bandwidth", {"callId": "c-1", "state": state, **ended}).warnings == ()


def test_a_state_that_is_not_documented_is_named_alone() -> None:
    call = read("twilio", {"sid": "CA1", "status": "pondering", "end_time": MAIL})
    assert call.warnings == ("status has an undocumented value: “pondering”",)


@pytest.mark.parametrize(
    ("provider", "body", "extras", "outcome"),
    [
        ("catapult", {"id": "c-1", "state": "rejected", "activeTime": ISO}, {}, "rejected"),
        ("catapult", {"id": "c-1", "state": "rejected", "activeTime": 1773339050}, {}, "rejected"),
        ("telnyx", {"sid": "v3:a", "status": "busy"}, {"events": [ANSWER, HANGUP]}, "busy"),
        ("telnyx", {"sid": "v3:a", "status": "canceled"}, {"events": [ANSWER]}, "canceled"),
    ],
    ids=str,
)
def test_so_is_an_outcome_that_an_answer_contradicts(
    provider: str, body: dict[str, Any], extras: dict[str, Any], outcome: str
) -> None:
    call = read(provider, body, **extras)
    assert call.outcome == outcome
    assert call.warnings[-1] == f"the outcome is {outcome}, but the call was answered"


@pytest.mark.parametrize(
    ("provider", "body"),
    [
        ("bandwidth", {"callId": "c-1", "state": "disconnected", "disconnectCause": "busy", "answerTime": ISO}),
        ("plivo", {"call_uuid": "1", "hangup_cause_code": 3010, "answer_time": ISO}),
        ("webex", {"id": "Y", "state": "disconnected", "answered": ISO, "completedElsewhere": True}),
    ],
    ids=str,
)
def test_what_the_vendor_s_own_reader_says_is_not_said_again(provider: str, body: dict[str, Any]) -> None:
    (warning,) = read(provider, body).warnings
    assert "the call was answered" in warning


def test_a_call_may_fail_after_its_answer() -> None:
    body = {"callId": "c-1", "state": "disconnected", "disconnectCause": "invalid-bxml", "answerTime": ISO}
    assert read("bandwidth", body).warnings == ()


def test_of_another_leg_its_own_record_says_it() -> None:
    leg = {"callId": "c-2", "parentCallId": "c-1", "state": "answered", "endTime": ISO}
    call = read("bandwidth", {"callId": "c-1"}, legs=[{"relation": "child", "id": "c-2", "call": leg}])
    assert call.related
    assert [each.call and each.call.warnings for each in call.related.legs or ()] == [
        ("the call has an end time, but its state is active",)
    ]
    assert call.warnings == ()
