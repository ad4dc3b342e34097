"""What is Catapult's alone."""

from typing import Any

import pytest

from callinspect import providers
from callinspect.model import Call
from callinspect.provider import Document, explained
from callinspect.reference import q850, tables


@pytest.mark.parametrize(
    ("state", "cause", "answered", "outcome"),
    [
        ("completed", "ORIGINATOR_CANCEL", False, "canceled"),
        ("completed", "USER_BUSY", False, "busy"),
        ("completed", "NO_ANSWER", False, "no-answer"),
        ("completed", "CALL_REJECTED", False, "rejected"),
        ("completed", "UNALLOCATED_NUMBER", False, "failed"),
        ("completed", "NORMAL_TEMPORARY_FAILURE", False, "failed"),
        ("completed", "NORMAL_CLEARING", False, "unanswered"),
        ("completed", "MOON", False, "unanswered"),
        ("completed", None, False, "unanswered"),
        ("completed", "USER_BUSY", True, "busy"),
        ("completed", "ORIGINATOR_CANCEL", True, "canceled"),
        ("completed", "UNALLOCATED_NUMBER", True, "failed"),
        ("completed", "NORMAL_TEMPORARY_FAILURE", True, "failed"),
        ("completed", "NORMAL_CLEARING", True, "answered"),
        ("completed", "MOON", True, "answered"),
        ("completed", None, True, "answered"),
        ("rejected", "USER_BUSY", True, "rejected"),
        ("error", "USER_BUSY", True, "failed"),
        ("active", None, True, None),
        ("active", "NORMAL_CLEARING", True, None),
        ("active", "MOON", True, None),
        ("active", "USER_BUSY", True, None),
    ],
)
def test_the_outcome_follows_from_the_state_answer_and_event(
    state: str, cause: str | None, answered: bool, outcome: str | None
) -> None:
    """In that order."""
    body = {"id": "c-1", "state": state} | ({"activeTime": "2025-04-08T10:00:00Z"} if answered else {})
    events = [None, {"name": "answer", "data": "x"}, {"name": "hangup"}, {"name": "hangup", "data": cause}]
    call = providers.get("catapult").normalize(Document(body, extras={"events": events}))
    assert (call.outcome, call.cause and call.cause.code) == (outcome, None if state == "active" else cause)
    said = ["the hangup event has an undocumented cause: “MOON”"] * (cause == "MOON" and state != "active")
    said += ["the events report a hangup, but the call's state is active"] * (state == "active")
    contradicts = answered and state != "active" and cause not in {None, "MOON", "NORMAL_CLEARING"}
    said += [f"the hangup event says {cause}, but activeTime says that the call was answered"] * contradicts
    assert list(call.warnings) == said


@pytest.mark.parametrize(
    ("state", "cause", "is_said"),
    [
        ("rejected", "USER_BUSY", True),
        ("rejected", "ORIGINATOR_CANCEL", True),
        ("rejected", "UNALLOCATED_NUMBER", True),
        ("rejected", "CALL_REJECTED", False),
        ("rejected", "NORMAL_CLEARING", False),
        ("error", "NO_ANSWER", True),
        ("error", "UNALLOCATED_NUMBER", False),
        ("completed", "USER_BUSY", False),
    ],
)
def test_a_state_that_the_event_contradicts_is_a_warning(state: str, cause: str, is_said: bool) -> None:
    events = [{"name": "hangup", "data": cause}]
    call = providers.get("catapult").normalize(Document({"id": "c-1", "state": state}, extras={"events": events}))
    assert call.warnings == (f"state is {state}, but the hangup event says {cause}",) * is_said
    assert state == "completed" or call.outcome == {"rejected": "rejected", "error": "failed"}[state]


END = "2018-09-03T14:00:30Z"
AT_END, BEFORE, EARLIER = 1535983230100, "2018-09-03T14:00:29Z", "2018-09-03T14:00:03Z"


@pytest.mark.parametrize(
    ("ended", "hangups", "code", "others"),
    [
        (END, [(None, "USER_BUSY"), (AT_END, "NORMAL_CLEARING")], "NORMAL_CLEARING", "“USER_BUSY”"),
        (END, [("soon", "USER_BUSY"), (EARLIER, "NO_ANSWER")], "NO_ANSWER", "“USER_BUSY”"),
        (END, [(EARLIER, "USER_BUSY"), (AT_END, None), (BEFORE, "NO_ANSWER")], "NO_ANSWER", "“USER_BUSY”"),
        (EARLIER, [(AT_END, "USER_BUSY"), (EARLIER, "NO_ANSWER")], "NO_ANSWER", "“USER_BUSY”"),
        (None, [(EARLIER, "A"), (AT_END, "USER_BUSY"), (None, "B")], "USER_BUSY", "“A” or “B”"),
        (END, [(None, "USER_BUSY"), (None, "NO_ANSWER")], "USER_BUSY", "“NO_ANSWER”"),
        (END, [(None, "USER_BUSY"), (AT_END, "USER_BUSY"), (AT_END, "")], "USER_BUSY", None),
    ],
)
def test_of_hangups_that_differ_the_one_at_the_end_counts(
    ended: str | None, hangups: list[tuple[Any, str | None]], code: str, others: str | None
) -> None:
    """Without an end, the latest; and those without a time come last."""
    events = [{"name": "hangup", "time": at, "data": data} for at, data in hangups]
    body = {"id": "c-1", "state": "completed", "endTime": ended}
    call = providers.get("catapult").normalize(Document(body, extras={"events": events}))
    assert call.cause
    assert call.cause.code == code
    said = f"causes: “{code}” counts, not {others}"
    assert [each.partition("the hangup events have ")[2][2:] for each in call.warnings] == [said] * (others is not None)


NAMES: dict[str, tuple[int | None, str]] = {
    "UNALLOCATED_NUMBER": (1, "failed"),
    "NO_ROUTE_DESTINATION": (3, "failed"),
    "NO_USER_RESPONSE": (18, "no-answer"),
    "SUBSCRIBER_ABSENT": (20, "no-answer"),
    "NUMBER_CHANGED": (22, "failed"),
    "EXCHANGE_ROUTING_ERROR": (25, "failed"),
    "INVALID_NUMBER_FORMAT": (28, "failed"),
    "NORMAL_UNSPECIFIED": (31, "unknown"),
    "NORMAL_CIRCUIT_CONGESTION": (34, "failed"),
    "NETWORK_OUT_OF_ORDER": (38, "failed"),
    "SWITCH_CONGESTION": (42, "failed"),
    "OUTGOING_CALL_BARRED": (52, "rejected"),
    "INCOMPATIBLE_DESTINATION": (88, "failed"),
    "RECOVERY_ON_TIMER_EXPIRE": (102, "failed"),
    "ACCESS_INFO_DISCARDED": (43, "failed"),
    "INTERWORKING": (127, "failed"),
    "No answer from user (user alerted)": (19, "no-answer"),
    "Invalid number format (address incomplete)": (28, "failed"),
    "VALID_CAUSE_CODE_NOT_YET_RECEIVED": (0, "failed"),
    "Redirection to new destination": (23, "failed"),
    "Normal call clearing": (16, "unanswered"),
    "User busy": (17, "busy"),
    "No circuit/channel available": (34, "failed"),
    "Non-selected user clearing": (26, "canceled"),
    "Call completed elsewhere": (13, "canceled"),
    "LOSE_RACE": (26, "canceled"),
    "PICKED_OFF": (26, "canceled"),
    "MEDIA_TIMEOUT": (None, "failed"),
    "USER_NOT_REGISTERED": (20, "no-answer"),
    "PROGRESS_TIMEOUT": (18, "no-answer"),
    "BUSY_EVERYWHERE": (17, "busy"),
    "DECLINE": (21, "rejected"),
    "DOES_NOT_EXIST_ANYWHERE": (1, "failed"),
    "UNSPECIFIED": (31, "unknown"),
}
"""Names of Q.850 and of FreeSWITCH: the number, and the outcome of a call that nobody answered."""

GIVING_WAY = {
    *("NORMAL_UNSPECIFIED", "UNSPECIFIED", "ACCESS_INFO_DISCARDED", "VALID_CAUSE_CODE_NOT_YET_RECEIVED"),
    *("Redirection to new destination", "Normal call clearing", "MEDIA_TIMEOUT"),
}
"""Those that have no outcome of their own: with a time of answer, the call was answered."""

ACTIVE = {"activeTime": "2025-04-08T10:00:00Z"}


@pytest.mark.parametrize("name", NAMES)
def test_a_cause_with_a_name_of_q850_or_freeswitch_is_explained(name: str) -> None:
    body: dict[str, Any] = {"id": "c-1", "state": "completed"}
    extras = {"events": [{"name": "hangup", "data": name}]}
    call = providers.get("catapult").normalize(Document(body, extras=extras))
    assert call.cause
    assert (call.cause.code, call.cause.q850, call.outcome) == (name, *NAMES[name])
    assert (call.warnings, call.cause.title == "Internal error") == ((), False)
    answered = providers.get("catapult").normalize(Document(body | ACTIVE, extras=extras))
    assert answered.outcome == ("answered" if name in GIVING_WAY else call.outcome)
    assert any("activeTime" in each for each in answered.warnings) == (name not in GIVING_WAY)


@pytest.mark.parametrize("name", [*q850.names(), *NAMES, "MOON"])
def test_explain_says_of_a_cause_what_the_call_says(name: str) -> None:
    provider = providers.get("catapult")
    body = {"id": "c-1", "state": "completed"} | ACTIVE
    cause = provider.normalize(Document(body, extras={"events": [{"name": "hangup", "data": name}]})).cause
    table = explained.table(provider)
    said = [*tables.exact(table, name), *tables.other(table, name, as_spelled=False)][0]
    assert cause
    assert (said.title, said.explanation, said.next) == (cause.title, cause.explanation, cause.next)
    assert (said.kind, said.sip, said.q850) == ("cause", cause.sip, cause.q850)


@pytest.mark.parametrize("word", ["NORMAL_CLEARING", "normal clearing"])
@pytest.mark.parametrize(("sent", "unanswered"), [({}, True), (ACTIVE, False), ({"activeTime": ""}, False)])
def test_a_hangup_says_so_if_nobody_answered_it(sent: dict[str, str], unanswered: bool, word: str) -> None:
    extras = {"events": [{"name": "hangup", "data": word}]}
    call = providers.get("catapult").normalize(Document({"id": "c-1", "state": "completed"} | sent, extras=extras))
    assert call.cause
    assert call.cause.explanation
    assert ("before anyone answered" in call.cause.explanation) == unanswered


@pytest.mark.parametrize(
    ("written", "name"),
    [
        *(("originator_cancel", "ORIGINATOR_CANCEL"), ("Originator Cancel", "ORIGINATOR_CANCEL")),
        *(("call rejected", "CALL_REJECTED"), ("normal-temporary-failure", "NORMAL_TEMPORARY_FAILURE")),
        *(("User busy", "USER_BUSY"), (" no answer ", "NO_ANSWER"), ("Unallocated.Number", "UNALLOCATED_NUMBER")),
    ],
)
def test_catapult_s_own_meaning_of_a_name_comes_first(written: str, name: str) -> None:
    def said(data: str) -> Call:
        body = {"id": "c-1", "state": "completed"}
        return providers.get("catapult").normalize(
            Document(body, extras={"events": [{"name": "hangup", "data": data}]})
        )

    found, wanted = said(written), said(name)
    assert found.cause
    assert wanted.cause
    assert (found.cause.code, found.warnings) == (written, ())
    assert found.cause._replace(code=name) == wanted.cause
    assert (found.outcome, found.ended_by) == (wanted.outcome, wanted.ended_by)


@pytest.mark.parametrize(
    ("sent", "extras", "failed", "said"),
    [
        ({"state": "completed"}, {}, set(), True),
        ({"state": "rejected"}, {}, set(), True),
        ({"state": "error"}, {}, set(), True),
        ({"state": "completed", "activeTime": ""}, {}, set(), True),
        ({"state": "completed"} | ACTIVE, {}, set(), False),
        ({"state": "started"}, {}, set(), False),
        ({"state": "completed"}, {"events": []}, set(), False),
        ({"state": "completed"}, {}, {"events"}, False),
        ({"state": "completed"}, {}, {"recordings"}, True),
    ],
)
def test_a_call_of_catapult_says_when_its_events_would_say_more(
    sent: dict[str, str], extras: dict[str, Any], failed: set[str], said: bool
) -> None:
    document = Document({"id": "c-1", **sent}, extras=extras, failed=frozenset(failed))
    call = providers.get("catapult").normalize(document)
    assert any("--with events" in each for each in call.warnings) == said


def test_a_login_at_catapult_says_how_each_id_begins() -> None:
    titles = {each.name: each.title for each in providers.get("catapult").fields}
    assert titles == {"user_id": "User ID (u-…)", "token": "API token (t-…)", "secret": "API secret (s-…)"}
