"""What is Bandwidth's alone."""

import pytest

from callinspect import providers
from callinspect.model import Party
from callinspect.provider import Document
from callinspect.providers.bandwidth.words.calls import CAUSES


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("+12025550143", "number"),
        ("sipper", "number"),
        ("sip:alice", "uri"),
        ("sips:alice", "uri"),
        ("SIP:alice", "uri"),
        ("alice@example.com", "uri"),
    ],
)
def test_an_address_at_a_host_is_a_uri_and_all_else_a_number(address: str, kind: str) -> None:
    call = providers.get("bandwidth").normalize(Document({"callId": "c-1", "from": address}))
    assert call.from_ == (Party(uri=address) if kind == "uri" else Party(number=address))


ENDED = {"callId": "c-1", "state": "disconnected", "direction": "outbound"}
ANSWERED = {"answerTime": "2025-04-08T10:00:00Z"}


@pytest.mark.parametrize(
    ("sent", "outcome", "cause"),
    [
        ({}, "unanswered", None),
        (ANSWERED, "answered", None),
        ({"answerTime": "2025-04-08T10:00:00"}, "answered", None),
        ({"answerTime": ""}, "unknown", None),
        (ANSWERED | {"disconnectCause": ""}, "answered", None),
        ({"errorMessage": "m"}, "unanswered", "Ended with an error"),
        ({"errorId": "e"}, "unanswered", "Ended with an error"),
        (ANSWERED | {"errorId": "e"}, "answered", "Ended with an error"),
        ({"disconnectCause": "moon"}, "unknown", "Undocumented cause"),
        ({"disconnectCause": "unknown"}, "unknown", "Unknown error"),
        ({"disconnectCause": "hangup"}, "canceled", "Hung up"),
        (ANSWERED | {"disconnectCause": "hangup"}, "answered", "Hung up"),
        (ANSWERED | {"disconnectCause": "busy"}, "busy", "Busy"),
    ],
)
def test_the_outcome_follows_from_the_cause_and_the_answer(
    sent: dict[str, str], outcome: str, cause: str | None
) -> None:
    call = providers.get("bandwidth").normalize(Document(ENDED | sent))
    assert (call.outcome, call.cause and call.cause.title) == (outcome, cause)
    if call.cause:
        given = {
            "code": sent.get("disconnectCause"),
            "message": sent.get("errorMessage"),
            "error_id": sent.get("errorId"),
        }
        assert {name: getattr(call.cause, name) for name in given} == given


@pytest.mark.parametrize(("sent", "unanswered"), [({}, True), (ANSWERED, False), ({"answerTime": ""}, False)])
def test_a_hangup_says_so_if_nobody_answered(sent: dict[str, str], unanswered: bool) -> None:
    call = providers.get("bandwidth").normalize(Document(ENDED | sent | {"disconnectCause": "hangup"}))
    assert call.cause
    assert call.cause.explanation
    assert ("before anyone answered" in call.cause.explanation) == unanswered


def test_a_verification_with_nothing_in_it_is_none() -> None:
    call = providers.get("bandwidth").normalize(Document({"callId": "1", "stirShaken": {}}))
    assert call.verification is None


def test_a_login_at_bandwidth_says_api_user_and_oauth_client() -> None:
    titles = {each.name: each.title for each in providers.get("bandwidth").fields}
    assert titles.pop("username").startswith("API user name")
    assert titles == {
        "account_id": "Account ID",
        "client_id": "OAuth client ID",
        "client_secret": "OAuth client secret",
        "password": "API password",
        "token_url": "Token endpoint",
    }


@pytest.mark.parametrize("direction", ["inbound", "outbound"])
@pytest.mark.parametrize("word", [*CAUSES, None])
def test_what_to_do_next_can_be_done_on_every_call(word: str | None, direction: str) -> None:
    """The message stands right below, an errorId may be missing, and a condition is no step."""
    sent = {"disconnectCause": word} if word else {"errorMessage": "m"}
    cause = providers.get("bandwidth").normalize(Document(ENDED | sent | {"direction": direction})).cause
    assert cause
    assert cause.next
    assert "errorMessage" not in cause.next
    assert not cause.next.startswith("If ")
    assert ("errorId" in cause.next) == ("if there is one" in cause.next)


@pytest.mark.parametrize(
    ("message", "word"),
    [("Callee is busy", "busy"), ("Call was not answered", "timeout"), ("Service unavailable", "error")],
)
def test_the_message_of_a_cause_says_what_the_cause_says(message: str, word: str) -> None:
    (said,) = (each.words[message].says for each in providers.get("bandwidth").words if each.kind == "message")
    assert said == CAUSES[word].cause
