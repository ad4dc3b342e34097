"""What is Telnyx's alone: what its events say of a call, in each of their causes and forms."""

import json
from typing import Any

import pytest

from callinspect import providers
from callinspect.errors import NotFoundError, VendorUnavailableError
from callinspect.model import Call
from callinspect.provider import Account, Document, Extras, Response
from callinspect.provider.reading_extras import fetched, with_extras

TELNYX = providers.get("telnyx")


def event(name: str, second: int, form: str | None = None, **payload: Any) -> dict[str, Any]:
    """Return an event, at a second of one minute; its payload is in the metadata itself, or deeper."""
    at = f"2026-03-12T18:10:{second:02}.000Z"
    raw = {"occurred_at": at, "payload": payload}
    return {"name": name, "event_timestamp": at, "metadata": {form: raw} if form else raw}


def read(body: dict[str, Any], *events: Any) -> Call:
    """Read a call with these events."""
    document = Document(body, extras={"events": [*events]})
    return with_extras(TELNYX, TELNYX.normalize(document), document)


def over(**more: Any) -> dict[str, Any]:
    """Return a Call Control call that has ended."""
    return {"call_control_id": "v3:a", "is_alive": False, "end_time": "2026-03-12T18:10:50.000Z", **more}


ALIVE = {"call_control_id": "v3:a", "is_alive": True}
DIALED = {"call_control_id": "v3:a", "is_alive": False}


@pytest.mark.parametrize(
    ("cause", "answered", "outcome", "ended_by", "codes"),
    [
        ("normal_clearing", True, "answered", "caller", (None, 16)),
        ("normal_clearing", False, "unanswered", "caller", (None, 16)),
        ("originator_cancel", False, "canceled", "caller", (487, 16)),
        ("timeout", False, "no-answer", "platform", (408, 18)),
        ("no_answer", False, "no-answer", "caller", (480, 19)),
        ("user_busy", False, "busy", "caller", (486, 17)),
        ("call_rejected", False, "rejected", "caller", (603, 21)),
        ("not_found", False, "failed", "caller", (404, 1)),
        ("time_limit", True, "answered", "platform", (None, None)),
        ("unspecified", False, "unknown", "caller", (None, None)),
        ("unspecified", True, "answered", "caller", (None, None)),
        ("moon", False, "unknown", "caller", (None, None)),
    ],
)
def test_the_hangup_says_why_and_by_whom(
    cause: str, answered: bool, outcome: str, ended_by: str, codes: tuple[int | None, int | None]
) -> None:
    """A cause that says who ended the call counts more than `hangup_source`."""
    events = [event("call.answered", 10)] * answered
    call = read(over(), *events, event("call.hangup", 50, hangup_cause=cause, hangup_source="caller"))
    assert (call.state, call.outcome, call.ended_by) == ("ended", outcome, ended_by)
    assert call.cause
    assert (call.cause.code, call.cause.sip, call.cause.q850) == (cause, *codes)
    assert call.warnings == ("the hangup event has an undocumented cause: “moon”",) * (cause == "moon")


@pytest.mark.parametrize(("sent", "sip", "sip_from"), [("603", 603, "vendor"), ("unspecified", 486, "nearest")])
def test_the_code_of_the_network_replaces_the_nearest(sent: str, sip: int, sip_from: str) -> None:
    call = read(over(), event("call.hangup", 50, hangup_cause="user_busy", sip_hangup_cause=sent))
    assert call.cause
    assert (call.cause.sip, call.cause.sip_from) == (sip, sip_from)


def test_a_source_that_is_not_known_is_nobody() -> None:
    call = read(over(), event("call.hangup", 50, hangup_cause="user_busy", hangup_source="unknown"))
    assert call.ended_by is None


def test_webhooks_may_come_twice_and_in_any_order() -> None:
    """The earliest answer counts, and the last hangup."""
    late, early = (event("call.answered", second) for second in (20, 10))
    first, last = (event("call.hangup", at, hangup_cause=cause) for at, cause in ((30, "timeout"), (50, "time_limit")))
    call = read(over(), last, late, first, early, early)
    assert call.answered_at
    assert call.answered_at.second == 10
    assert call.cause
    assert call.cause.code == "time_limit"


@pytest.mark.parametrize("form", [None, "raw", "data"])
def test_what_a_webhook_held_is_found_in_any_form(form: str | None) -> None:
    call = read(ALIVE, event("call.initiated", 1, form, direction="incoming"), {"name": "x", "metadata": "junk"})
    assert call.direction == "inbound"


HUNG_UP = {"hangup_cause": "user_busy", "hangup_source": "callee"}


@pytest.mark.parametrize(
    "metadata",
    [
        {"payload": HUNG_UP},
        HUNG_UP,
        {"raw": {"data": {"payload": HUNG_UP}}},
        {"data": {"raw": {"payload": HUNG_UP}}},
        {"raw": HUNG_UP},
        json.dumps({"data": {"payload": HUNG_UP}}),
        {"raw": json.dumps({"payload": HUNG_UP})},
        {"payload": json.dumps(HUNG_UP)},
    ],
)
def test_a_hangup_is_read_wherever_the_event_holds_it(metadata: Any) -> None:
    call = read(over(), {"name": "call.hangup", "metadata": metadata})
    assert (call.outcome, call.ended_by, call.warnings) == ("busy", "callee", ())


@pytest.mark.parametrize("metadata", [None, "junk", "{", [], {"payload": None}, {"x": {"payload": HUNG_UP}}])
def test_a_hangup_that_cannot_be_read_is_a_warning(metadata: Any) -> None:
    call = read(over(), {"name": "call.hangup", "metadata": metadata})
    assert (call.outcome, call.cause) == ("unknown", None)
    assert call.warnings == ("what the hangup event holds could not be read",)


@pytest.mark.parametrize(
    ("name", "payload", "detail"),
    [
        ("call.dtmf.received", {"digit": "5"}, {"digit": "5"}),
        ("call.gather.ended", {"digits": "12", "status": "valid"}, {"digits": "12"}),
        ("call.gather.ended", {"digits": ""}, None),
        ("call.machine.detection.ended", {"result": "human"}, {"result": "human"}),
        ("call.machine.detection.ended", {"result": 1}, None),
        ("call.answered", {"from": "+13125550172"}, None),
    ],
)
def test_an_event_says_what_it_is_about(name: str, payload: dict[str, Any], detail: Any) -> None:
    call = read(ALIVE, event(name, 1, **payload))
    assert call.related
    assert call.related.events
    assert [each.detail for each in call.related.events] == [detail]


@pytest.mark.parametrize(
    ("direction", "answered", "state"),
    [
        ("outgoing", False, "dialing"),
        ("incoming", False, "ringing"),
        ("incoming", True, "active"),
        ("", False, "active"),
    ],
)
def test_a_call_that_is_alive_rings_until_it_is_answered(direction: str, answered: bool, state: str) -> None:
    events = [event("call.answered", 10)] * answered
    assert read(ALIVE, event("call.initiated", 1, direction=direction), *events).state == state


@pytest.mark.parametrize("answered", [True, False])
def test_being_alive_is_no_answer_without_an_event_for_it(answered: bool) -> None:
    """So that `wait --for answered` goes on, also where the events cannot be read."""
    events = [event("call.answered", 10)] * answered
    assert read(ALIVE, event("call.initiated", 1, direction=""), *events).is_talking is answered
    assert not TELNYX.normalize(Document(ALIVE)).is_talking


def test_a_hangup_is_the_end_of_a_call_that_was_just_dialed() -> None:
    call = read(DIALED, event("call.hangup", 50, hangup_cause="no_answer"))
    assert (call.state, call.outcome) == ("ended", "no-answer")
    assert call.ended_at
    assert call.ended_at.second == 50


def test_a_hangup_of_a_call_that_is_alive_is_a_warning() -> None:
    call = read(ALIVE, event("call.hangup", 50, hangup_cause="user_busy"))
    assert (call.state, call.outcome, call.cause) == ("active", None, None)
    assert call.warnings == ("the events report a hangup, but the call's state is active",)


def test_a_cause_that_contradicts_an_answer_is_a_warning() -> None:
    call = read(over(), event("call.answered", 10), event("call.hangup", 50, hangup_cause="user_busy"))
    assert call.outcome == "busy"
    assert len(call.warnings) == 1


@pytest.mark.parametrize(
    ("events", "partial", "outcome"),
    [
        ((), False, "unanswered"),
        ((), True, "unknown"),
        (({"name": 5, "event_timestamp": "2026-03-12T18:10:10.000Z"},), False, "unknown"),
        ((event("call.answered", 10),), True, "answered"),
    ],
    ids=["all", "not all", "one that cannot be read", "the answer"],
)
def test_without_all_events_no_answer_is_not_certain(events: tuple[Any, ...], partial: bool, outcome: str) -> None:
    hangup = event("call.hangup", 50, hangup_cause="normal_clearing")
    document = Document(over(), extras={"events": [*events, hangup]})
    call = TELNYX.normalize(document.but(partial=frozenset({"events"} if partial else ())))
    assert (call.state, call.outcome) == ("ended", outcome)


def test_events_whose_rest_cannot_be_read_are_not_all() -> None:
    """What was read of them stays."""
    body = {"data": over(call_leg_id="7b1e0f2a-11f1-4f0e-9d4e-02420a1f0101")}
    flow = fetched(TELNYX, Account(base_url="https://h", values={}), "v3:a", Extras(is_alone=True))
    next(flow)
    flow.send(answered(body))
    listed = [{**event("call.hangup", 50, hangup_cause="normal_clearing"), "call_leg_id": body["data"]["call_leg_id"]}]
    flow.send(answered({"data": listed, "meta": {"total_pages": 2}}))
    with pytest.raises(StopIteration) as ended:
        flow.throw(VendorUnavailableError("failed"))
    document: Document = ended.value.value
    assert document.partial == {"events"}
    assert TELNYX.normalize(document).outcome == "unknown"


def answered(body: Any) -> Response:
    return Response(200, {}, json.dumps(body).encode())


def test_an_answer_alone_proves_the_outcome() -> None:
    assert read(over(), event("call.answered", 10)).outcome == "answered"


@pytest.mark.parametrize(
    ("status", "cause", "codes", "explanation"),
    [
        ("no-answer", "call_rejected", (603, 21), "refused the call"),
        ("no-answer", "timeout", (480, 19), "before timeout_secs ran out"),
        ("no-answer", "normal_clearing", (480, 19), "before anyone answered"),
        ("no-answer", "unspecified", (480, 19), "Nobody answered in time"),
        ("no-answer", "moon", (480, 19), "Nobody answered in time"),
        ("busy", "call_rejected", (603, 21), "refused the call"),
        ("failed", "not_found", (404, 1), "does not exist"),
        ("failed", "call_rejected", (603, 21), "refused the call"),
        ("completed", "normal_clearing", (None, 16), "One side hung up"),
        ("completed", "time_limit", (None, None), "was cut off"),
        ("completed", "user_busy", (486, 17), "was answered"),
    ],
)
def test_the_hangup_explains_a_texml_call(
    status: str, cause: str, codes: tuple[int | None, int | None], explanation: str
) -> None:
    """Word and outcome stay; the explanation, the codes and the advice go together."""
    call = read({"sid": "v3:a", "status": status}, event("call.hangup", 50, hangup_cause=cause))
    assert call.cause
    assert (call.cause.code, call.cause.sip, call.cause.q850) == (status, *codes)
    assert explanation in (call.cause.explanation or "")
    assert "--with events" not in (call.cause.next or "")


READ: dict[str, Any] = {"extras": {"events": []}}
FAILED = {"failed": frozenset({"events"})}


@pytest.mark.parametrize("status", ["failed", "completed"])
@pytest.mark.parametrize(("asked", "advice"), [({}, "--with events"), (READ, "call.hangup"), (FAILED, "call.hangup")])
def test_events_are_advised_until_they_were_asked_for(status: str, asked: dict[str, Any], advice: str) -> None:
    call = TELNYX.normalize(Document({"sid": "v3:a", "status": status}, **asked))
    assert call.cause
    assert advice in (call.cause.next or "")


@pytest.mark.parametrize(("direction", "is_said"), [("inbound", True), ("outbound", False)])
def test_the_application_alone_answers_inbound_calls(direction: str, is_said: bool) -> None:
    call = TELNYX.normalize(Document({"sid": "v3:a", "status": "completed", "direction": direction}))
    assert call.cause
    assert ("your application alone" in (call.cause.explanation or "")) is is_said


@pytest.mark.parametrize(("body", "is_read"), [(ALIVE, True), ({"data": over()}, True), ({"sid": "v3:a"}, False)])
def test_events_of_a_call_control_call_are_read_unasked(body: dict[str, Any], is_read: bool) -> None:
    """Without them, its record has neither parties nor a cause."""
    assert TELNYX.extras["events"].by_default(Document(body)) is is_read


def test_what_texml_says_stays() -> None:
    sent = {"sid": "v3:a", "status": "completed", "from": "+12185550149", "direction": "inbound"}
    told = event("call.hangup", 50, hangup_cause="user_busy", direction="outgoing") | {"x": 1}
    told["metadata"]["payload"] |= {"from": "+13125550172", "to": "+13125550173"}
    call = read(sent, told)
    assert (call.outcome, call.direction) == ("answered", "inbound")
    assert call.cause
    assert (call.cause.code, call.cause.sip, call.cause.q850) == ("completed", 486, 17)
    assert call.from_
    assert call.to
    assert (call.from_.number, call.to.number) == ("+12185550149", "+13125550173")


@pytest.mark.parametrize(("account_sid", "is_told"), [(None, True), ("0c5bfa11-90d4-4e27-8b1c-3f6a7d2e5541", False)])
def test_without_an_account_the_lack_is_why_no_call_is_found(account_sid: str | None, is_told: bool) -> None:
    values = {"api_key": "KEYFIXTURE"} | ({"account_sid": account_sid} if account_sid else {})
    flow = TELNYX.fetch(Account(base_url="https://api.telnyx.com/v2", values=values), "v3:a")
    asked = [next(flow).url]
    if account_sid:
        asked.append(flow.throw(NotFoundError("", http_status=404)).url)
    assert asked[-1] == "https://api.telnyx.com/v2/calls/v3%3Aa"
    with pytest.raises(NotFoundError) as caught:
        flow.throw(NotFoundError("", http_status=422))
    assert any("without account_sid" in each for each in caught.value.hints) is is_told
    assert not any("without account_sid" in each for each in TELNYX.not_found_hints)


def test_login_offers_the_account_that_texml_needs() -> None:
    assert [each.name for each in TELNYX.fields if each.offered] == ["account_sid"]


def test_the_forms_of_an_id_are_told_apart() -> None:
    forms = "v2: or v3: and letters, digits, - or _; or a UUID, as older calls have"
    assert providers.unlike_hint("telnyx", "abc") == f"it does not look like a call ID of Telnyx: {forms}"
