"""What is Genesys Cloud's alone: the codes of a leg, and the other documents from which a call is folded."""

from json import dumps
from typing import Any

import pytest

from callinspect import providers
from callinspect.model import Call
from callinspect.provider import Account, Document, Incomplete, Response

CLOUD = providers.get("genesyscloud")

CUSTOMER = {
    "purpose": "customer",
    "direction": "outbound",
    "state": "terminated",
    "endTime": "2026-05-04T09:00:05.000Z",
}


def fold(*participants: dict[str, Any], **more: Any) -> Call:
    """Read a conversation of these participants."""
    return CLOUD.normalize(Document({"id": "c-1", "participants": [*participants], **more}))


def unanswered(**codes: Any) -> Call:
    """Read what the analytics say of an outgoing call whose called side ended with these codes."""
    segment = {
        "segmentType": "dialing",
        "segmentStart": "2026-05-04T09:00:00.000Z",
        "segmentEnd": "2026-05-04T09:00:05.000Z",
        "disconnectType": "endpoint",
        **codes,
    }
    session = {"mediaType": "voice", "direction": "outbound", "segments": [segment]}
    participant = {"participantId": "p-1", "purpose": "customer", "sessions": [session]}
    said = {"conversationId": "c-1", "originatingDirection": "outbound", "participants": [participant]}
    return CLOUD.normalize(Document(said))


SIP = {
    **dict.fromkeys((486, 600), "busy"),
    **dict.fromkeys((603, 403, 607, 608), "rejected"),
    **dict.fromkeys((408, 480), "no-answer"),
    487: "canceled",
    **dict.fromkeys((404, 410, 484, 604, 500, 503, 504), "failed"),
}
Q850 = {
    17: "busy",
    **dict.fromkeys((18, 19), "no-answer"),
    21: "rejected",
    **dict.fromkeys((1, 3, 27, 28, 34, 38, 41, 42), "failed"),
}


@pytest.mark.parametrize(("code", "outcome"), SIP.items())
def test_a_sip_code_says_how_the_call_came_out(code: int, outcome: str) -> None:
    call = unanswered(sipResponseCodes=[code])
    assert call.cause
    assert (call.outcome, call.cause.sip, call.cause.q850) == (outcome, code, None)


@pytest.mark.parametrize(("code", "outcome"), Q850.items())
def test_a_q850_code_says_it_where_no_sip_code_does(code: int, outcome: str) -> None:
    call = unanswered(q850ResponseCodes=[code])
    assert call.cause
    assert (call.outcome, call.cause.sip, call.cause.q850) == (outcome, None, code)
    assert unanswered(sipResponseCodes=[486], q850ResponseCodes=[code]).outcome == "busy"


@pytest.mark.parametrize(
    "codes", [{}, {"sipResponseCodes": []}, {"sipResponseCodes": [302]}, {"q850ResponseCodes": [16]}]
)
def test_codes_that_say_nothing_leave_the_word(codes: dict[str, Any]) -> None:
    assert unanswered(**codes).outcome == "unanswered"


def test_codes_do_not_undo_an_answer() -> None:
    """The far end may send one at the end of a call that went well."""
    said = {
        "conversationId": "c-1",
        "originatingDirection": "outbound",
        "participants": [
            {
                "participantId": "p-1",
                "purpose": "customer",
                "sessions": [
                    {
                        "mediaType": "voice",
                        "direction": "outbound",
                        "segments": [
                            {
                                "segmentType": "interact",
                                "segmentStart": "2026-05-04T09:00:00.000Z",
                                "segmentEnd": "2026-05-04T09:00:05.000Z",
                                "disconnectType": "endpoint",
                                "sipResponseCodes": [480],
                            }
                        ],
                    }
                ],
            }
        ],
    }
    assert CLOUD.normalize(Document(said)).outcome == "answered"


OURS = {"purpose": "agent", "direction": "outbound", "state": "terminated", "endTime": "2026-05-04T09:00:05.000Z"}


@pytest.mark.parametrize(
    ("word", "ended_by"),
    [
        ("client", "caller"),
        ("endpoint", "caller"),
        *((each, "platform") for each in ("system", "error", "transport.failure", "inactivity", "session.expired")),
        ("takeover", "platform"),
        ("peer", None),
        ("transfer", None),
        ("other", None),
    ],
)
def test_whoever_went_first_ended_it(word: str, ended_by: str | None) -> None:
    """The customer's side says that the other one did: so it is that one's word that tells."""
    assert fold(CUSTOMER | {"disconnectType": "peer"}, OURS | {"disconnectType": word}).ended_by == ended_by


def test_error_info_of_others_is_no_message() -> None:
    """It stands on agents of calls that went well."""
    said = {"message": "The session is inactive for this command"}
    call = fold(CUSTOMER | {"disconnectType": "endpoint"}, OURS | {"errorInfo": said})
    assert call.cause
    assert call.cause.message is None


def test_the_order_of_times_tells_who_was_first() -> None:
    """Not the order in which participants are sent."""
    later = CUSTOMER | {"purpose": "external", "direction": "inbound", "startTime": "2026-05-04T09:00:03.000Z"}
    call = fold(later, CUSTOMER | {"startTime": "2026-05-04T09:00:00.000Z", "dnis": "tel:+13125550163"})
    assert (call.direction, call.to and call.to.number) == ("outbound", "+13125550163")


def aged(*participants: dict[str, Any], **more: Any) -> Call:
    """Read what the analytics say of a conversation of these participants."""
    return CLOUD.normalize(Document({"conversationId": "c-1", "participants": [*participants], **more}))


def talking(purpose: str, **session: Any) -> dict[str, Any]:
    """Return a participant of the analytics who talked for five seconds."""
    segment = {
        "segmentType": "interact",
        "segmentStart": "2026-05-04T09:00:00.000Z",
        "segmentEnd": "2026-05-04T09:00:05.000Z",
        "disconnectType": "peer",
    }
    return {"purpose": purpose, "sessions": [{"mediaType": "voice", "segments": [segment], **session}]}


@pytest.mark.parametrize(
    ("of_session", "originating", "direction"),
    [
        ("outbound", "inbound", "outbound"),
        (None, "inbound", "inbound"),
        (None, "sideways", "unknown"),
        (None, None, "unknown"),
    ],
)
def test_the_customer_s_part_says_the_direction_first(
    of_session: str | None, originating: str | None, direction: str
) -> None:
    call = aged(talking("customer", direction=of_session), talking("agent"), originatingDirection=originating)
    assert call.direction == direction
    assert call.was_answered is (None if direction == "unknown" else True)
    assert bool(call.warnings) == (originating == "sideways")


def test_an_aged_internal_call_has_both_addresses() -> None:
    numbers = {"ani": "sip:desk@pbx.example.com", "dnis": "tel:+13125550163"}
    call = aged(talking("user", direction="outbound", **numbers), talking("user", direction="inbound", **numbers))
    assert (call.from_ and call.from_.uri, call.to and call.to.number) == ("sip:desk@pbx.example.com", "+13125550163")


def test_a_consulted_outsider_is_where_it_was_called() -> None:
    """And not at the number that was shown to it, although the analytics have no address."""
    shown = {"ani": "tel:+13125550172", "dnis": "tel:+13125550188"}
    call = aged(talking("customer", direction="inbound"), talking("external", direction="outbound", **shown))
    assert [each.number for each in call.participants] == ["+13125550188"]


def test_the_platform_ends_a_call_of_any_direction() -> None:
    call = fold(CUSTOMER | {"direction": None, "disconnectType": "system"})
    assert (call.direction, call.outcome, call.ended_by) == ("unknown", "unknown", "platform")


ASKED = "2026-05-04T09:00:01.000Z"
TAKEN = {"connectedTime": ASKED}
INBOUND = {"direction": "inbound"}
USER = {"purpose": "user", "state": "terminated", "endTime": "2026-05-04T09:00:05.000Z"}
MAILBOX = {"purpose": "voicemail", "state": "terminated", "connectedTime": ASKED, "endTime": ASKED}


@pytest.mark.parametrize(
    ("subject", "others", "said"),
    [
        (CUSTOMER | TAKEN | {"disconnectType": "endpoint"}, [OURS], "The called party hung up"),
        (
            CUSTOMER | TAKEN | {"disconnectType": "peer"},
            [OURS | TAKEN | {"disconnectType": "client"}],
            "The agent hung up",
        ),
        (CUSTOMER | INBOUND | {"disconnectType": "endpoint"}, [OURS | TAKEN], "The caller hung up"),
        (
            CUSTOMER | INBOUND | {"disconnectType": "peer"},
            [OURS | TAKEN | {"disconnectType": "client"}],
            "The agent hung up",
        ),
        (
            CUSTOMER | INBOUND | {"disconnectType": "peer"},
            [OURS | TAKEN | {"disconnectType": "error"}],
            "Genesys Cloud ended the call",
        ),
        (CUSTOMER | INBOUND | {"disconnectType": "peer"}, [OURS | TAKEN], "The other side hung up"),
        (CUSTOMER | INBOUND | {"disconnectType": "endpoint"}, [], "The caller hung up before anyone answered"),
        (
            CUSTOMER | INBOUND | {"disconnectType": "endpoint"},
            [MAILBOX],
            "Nobody answered, and the call went to a voicemail box",
        ),
        (
            CUSTOMER | INBOUND | {"disconnectType": "peer"},
            [OURS | {"disconnectType": "client"}],
            "The agent declined the call",
        ),
        (
            CUSTOMER | {"disconnectType": "peer"},
            [OURS | {"disconnectType": "client"}],
            "The agent hung up before anyone answered",
        ),
        (USER | {"disconnectType": "client"}, [USER | {"direction": "outbound"}], "The called user declined the call"),
        (
            USER | {"disconnectType": "peer"},
            [USER | {"direction": "outbound", "disconnectType": "client"}],
            "The caller hung up before anyone answered",
        ),
        (
            USER | {"disconnectType": "transfer.noanswer"},
            [USER | {"direction": "outbound"}],
            "The user did not respond",
        ),
        (
            CUSTOMER | TAKEN | {"disconnectType": "transfer.forward"},
            [OURS],
            "The user forwards calls, so the call was forwarded",
        ),
    ],
)
def test_the_cause_says_who_hung_up_and_what_of_it(
    subject: dict[str, Any], others: list[dict[str, Any]], said: str
) -> None:
    call = fold(subject, *others)
    assert call.cause
    assert call.cause.explanation == said
    assert call.cause.next


def test_codes_change_what_hanging_up_means() -> None:
    """The words agree with the outcome, which is the codes'."""
    for code, said in ((486, "The called party was busy"), (480, "Nobody answered the call")):
        cause = unanswered(sipResponseCodes=[code]).cause
        assert cause
        assert cause.explanation == said


@pytest.mark.parametrize("participants", [None, []])
def test_a_call_of_nobody_is_told(participants: Any) -> None:
    call = CLOUD.normalize(Document({"id": "c-1", "participants": participants}))
    assert call.warnings == ("the conversation has no participants, so that its state is not known",)
    assert CLOUD.normalize(Document({"id": "c-1"})).warnings == ()


def test_recordings_of_other_conversations_are_left_out() -> None:
    """One that does not say whose it is, is this call's."""
    listed = [{"id": "r-1", "conversationId": "c-9"}, {"id": "r-2"}, {"id": "r-3", "conversationId": "c-1"}]
    account = Account(base_url="https://api.mypurecloud.com", values={})
    flow = CLOUD.extras["recordings"].fetch(account, Document({"id": "c-1"}, "c-1"))
    assert next(flow).url.endswith("/api/v2/conversations/c-1/recordingmetadata")
    with pytest.raises(StopIteration) as end:
        flow.send(Response(200, {}, dumps(listed).encode()))
    found = end.value.value
    assert isinstance(found, Incomplete)
    assert (found.found, found.notes) == (
        listed[1:],
        ("the vendor also listed recordings of other calls, which were left out",),
    )


NEVER = ["1970-01-01T00:00:00Z", "0001-01-01T00:00:00Z", 0, "", None]


@pytest.mark.parametrize("time", NEVER)
def test_who_is_connected_talks_whatever_the_time_of_it(time: Any) -> None:
    call = fold(CUSTOMER | {"state": "connected", "connectedTime": time, "endTime": None})
    assert (call.state, call.answered_at, call.is_talking) == ("active", None, True)


@pytest.mark.parametrize(("time", "outcome"), [("2026-05-04T09:00:65Z", "no-answer"), (0, "unknown"), ("", "unknown")])
def test_whether_a_voicemail_answered_is_known_by_a_time_alone(time: Any, outcome: str) -> None:
    caller = CUSTOMER | {"direction": "inbound", "disconnectType": "endpoint"}
    voicemail = {"purpose": "voicemail", "direction": "inbound", "state": "terminated", "connectedTime": time}
    assert fold(caller, voicemail).outcome == outcome
