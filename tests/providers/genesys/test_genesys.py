"""What is Genesys Web Services' alone."""

from contextlib import nullcontext
from typing import Any

import pytest
from kit.case_playback import account

from callinspect import providers
from callinspect.errors import BadResponseError, CallinspectError, ConfigError, NotFoundError
from callinspect.model import Country, Party
from callinspect.provider import Document


@pytest.mark.parametrize(
    ("host", "refused"),
    [
        ("api.mypurecloud.com", True),
        ("mypurecloud.de", True),
        ("api.mypurecloud.com.au", True),
        ("api.mypurecloud.ie", True),
        ("api.mypurecloud.jp", True),
        ("API.usw2.Pure.Cloud", True),
        ("notmypurecloud.com", False),
        ("mypurecloud.com.example.com", False),
        ("pure.cloud.example.com", False),
        ("pureXcloud", False),
    ],
)
def test_a_server_of_genesys_cloud_is_refused(host: str, refused: bool) -> None:
    provider = providers.get("genesys")
    of = account(provider, {"base_url": f"https://{host}"})
    with pytest.raises(ConfigError, match="is Genesys Cloud") if refused else nullcontext() as raised:
        provider.verify(of)
    assert raised is None or "Genesys Web Services" in (raised.value.hint or "")


ONE, OTHER = {"id": "1"}, {"id": "2"}
PICKED: list[tuple[Any, str | None, str | None]] = [
    ({"calls": [ONE, OTHER]}, "2", "2"),
    ({"calls": [5, None, ONE]}, "1", "1"),
    ({"calls": [ONE]}, None, "1"),
    ({"user": {"calls": [OTHER, ONE]}}, "1", "1"),
    ({"call": ONE}, "2", "1"),
    ({"data": {"call": ONE}}, "1", "1"),
    (ONE | {"data": {"a": 1}, "user": {"a": 1}}, "1", "1"),
]


@pytest.mark.parametrize(("body", "asked", "found"), PICKED)
def test_a_call_is_picked_by_its_id_out_of_several(body: Any, asked: str | None, found: str) -> None:
    """One that came alone is taken as it is only if none was asked for."""
    assert providers.get("genesys").normalize(Document(body, call_id=asked)).id == found


NOT_PICKED: list[tuple[list[Any], str | None, type[CallinspectError], str]] = [
    ([], "1", NotFoundError, "answered without a call"),
    ([], None, NotFoundError, "answered without a call"),
    ([ONE], "2", BadResponseError, "about another call: “1”"),
    ([ONE, OTHER], "3", BadResponseError, "about other calls: “1”, “2”"),
    ([5, {}], "3", BadResponseError, "about something else"),
    ([ONE, OTHER], None, BadResponseError, "this contains several calls: “1”, “2”"),
    ([{"id": str(each)} for each in range(9)], "x", BadResponseError, "“3”, “4” …"),
]


@pytest.mark.parametrize(("calls", "asked", "error", "said"), NOT_PICKED)
def test_only_an_answer_without_calls_says_that_there_is_none(
    calls: list[Any], asked: str | None, error: type[CallinspectError], said: str
) -> None:
    for body in ({"statusCode": 0, "calls": calls}, {"user": {"calls": calls}}):
        with pytest.raises(error, match=said):
            providers.get("genesys").normalize(Document(body, call_id=asked))


@pytest.mark.parametrize("envelope", [{"call": ONE}, {"calls": [ONE]}, {"data": {"call": ONE, "messageType": "m"}}])
def test_what_stands_beside_a_call_of_genesys_is_kept(envelope: dict[str, Any]) -> None:
    sent = {"statusCode": 0, "channel": "/v2/me/calls", "new": {"a": 1}, **envelope}
    vendor = providers.get("genesys").normalize(Document(sent, call_id="1")).vendor
    assert {"channel": "/v2/me/calls", "new": {"a": 1}}.items() <= dict(vendor).items()


def test_addresses_of_calls_are_no_call_of_genesys() -> None:
    with pytest.raises(BadResponseError, match="call addresses instead of a call"):
        providers.get("genesys").normalize(Document({"uris": []}))


A, B, C = "+12025550101", "+12025550102", "+12025550103"
PARTIES: list[tuple[dict[str, Any], list[Any], str | None, str | None, list[str]]] = [
    ({"callType": "Inbound"}, [{"digits": A}], A, None, []),
    ({"callType": "Inbound"}, [{"digits": A}, {"digits": B}], None, None, [A, B]),
    ({"callType": "Inbound", "ani": A}, [{"digits": B}], A, None, [B]),
    ({"callType": "Inbound", "ani": 5000}, [{"digits": B}], None, None, [B]),
    ({"callType": "Inbound", "ani": "Anonymous"}, [{"digits": B}], None, None, [B]),
    ({"callType": "Inbound", "ani": ""}, [{"digits": B}], B, None, []),
    ({"ani": "2025550101"}, [{"digits": "2025550101", "e164Number": A}], A, None, []),
    ({"ani": "5000"}, [{"digits": "5000", "e164Number": "5000"}], "5000", None, []),
    ({"ani": "2025550101"}, [{"digits": "2025550101", "e164Number": ""}], "2025550101", None, []),
    ({"callType": "Inbound", "dnis": B}, [{"digits": A}, {"digits": B}], A, B, []),
    ({"callType": "Outbound"}, [{"digits": B}], None, B, []),
    ({"callType": "Outbound", "dnis": B}, [{"digits": A}], None, B, [A]),
    ({"callType": "Outbound", "ani": A}, [{"digits": B}], A, None, [B]),
    ({"callType": "Outbound"}, [{"digits": A}, {"digits": B}], None, None, [A, B]),
    ({"callType": "Internal"}, [{"digits": A}], None, None, [A]),
    ({"ani": A, "dnis": B}, [{"digits": A}, {"digits": B}, {"digits": C}], A, B, [C]),
    ({"ani": A, "dnis": B}, [{"digits": B}, {"digits": A}], A, B, []),
    ({"ani": A}, [{"digits": "(1) 202-555-0101"}], A, None, []),
    ({"ani": A}, [{"digits": "2025550101", "e164Number": A}], A, None, []),
    ({"ani": "alice"}, [{"digits": "bob"}], "alice", None, ["bob"]),
    ({"ani": "alice"}, ["alice", "bob"], "alice", None, ["bob"]),
    ({"ani": "*67"}, [{"digits": "67"}], "*67", None, ["67"]),
    ({"ani": A}, [], A, None, []),
    ({"ani": "", "dnis": None}, [{"digits": ""}, {"name": "n"}], None, None, ["", ""]),
]


@pytest.mark.parametrize(("fields", "participants", "from_", "to", "others"), PARTIES)
def test_the_caller_and_the_called_are_no_participants_besides(
    fields: dict[str, Any], participants: list[Any], from_: str | None, to: str | None, others: list[str]
) -> None:
    call = providers.get("genesys").normalize(Document({"id": "1", **fields, "participants": participants}))
    assert (call.from_ and call.from_.number, call.to and call.to.number) == (from_, to)
    assert isinstance(call.participants, tuple)
    assert [each.number or "" for each in call.participants] == others


def test_a_caller_has_what_is_said_of_that_participant() -> None:
    known = {"digits": A, "name": "Ann", "location": "Bonn", "country": {"name": "Germany", "code": "DE"}}
    call = providers.get("genesys").normalize(Document({"id": "1", "ani": A, "dnis": B, "participants": [known]}))
    germany = Country(name="Germany", code="DE")
    assert call.from_ == Party(number=A, name="Ann", location="Bonn", country=germany)
    assert call.to == Party(number=B)


@pytest.mark.parametrize(
    ("uri", "parent"),
    [("/me/calls/AX/", "AX"), ("http://gws.test/calls/A%2F1", "A/1"), ("http://gws.test/", None), ("http://[", None)],
)
def test_the_parent_is_the_last_word_of_its_address(uri: str, parent: str | None) -> None:
    call = providers.get("genesys").normalize(Document({"id": "1", "parentCallUri": uri}))
    assert (call.parent_id, call.links) == (parent, {"parent": uri})


ODD_PARTICIPANTS: list[tuple[dict[str, Any], list[tuple[str | None, str | None]], list[str]]] = [
    ({"participants": {"digits": A}}, [], ["participants is not a list"]),
    ({"participants": "a", "participantsInfo": [{"digits": A}]}, [(A, None)], ["participants is not a list"]),
    ({"participants": None, "participantsInfo": [{"digits": A}]}, [(A, None)], []),
    ({"participantsInfo": {"digits": A}}, [], []),
    (
        {"participants": [A, 5, {}, B]},
        [(A, None), (B, None)],
        [f"participants[{number}] is neither a number nor an object" for number in (1, 2)],
    ),
    (
        {"participants": [A, B], "participantsInfo": [{"name": "Ann"}, 5, {"digits": C}]},
        [(A, "Ann"), (B, None)],
        [],
    ),
    (
        {"participants": [{"name": "Ann", "digits": A}], "participantsInfo": [{"name": "Bob", "digits": B}]},
        [(A, "Ann")],
        [],
    ),
    (
        {"participants": [{"digits": A}, {"name": 5}]},
        [(A, None), (None, None)],
        ["participants[1].name is not a string: “5”"],
    ),
]


@pytest.mark.parametrize(("fields", "parties", "warnings"), ODD_PARTICIPANTS)
def test_participants_that_cannot_be_read_cost_others_nothing(
    fields: dict[str, Any], parties: list[tuple[str | None, str | None]], warnings: list[str]
) -> None:
    """They are warned about."""
    call = providers.get("genesys").normalize(Document({"id": "1", **fields}))
    assert [(each.number, each.name) for each in call.participants] == parties
    assert list(call.warnings) == warnings


@pytest.mark.parametrize(
    ("state", "said", "left"),
    [
        ("listening", "listening", None),
        ({"state": "coaching", "a": 1}, "coaching", {"a": 1}),
        ({"a": 1}, None, {"a": 1}),
    ],
)
def test_the_state_of_monitoring_is_a_text_or_within_an_object(state: Any, said: str | None, left: Any) -> None:
    call = providers.get("genesys").normalize(Document({"id": "1", "supervisorMonitoringState": state}))
    assert (call.monitoring and call.monitoring.state) == said
    assert (call.vendor.get("supervisorMonitoringState"), call.warnings) == (left, ())


def test_monitoring_with_nothing_in_it_is_none() -> None:
    call = providers.get("genesys").normalize(Document({"id": "1", "supervisorMonitoringState": {}}))
    assert call.monitoring is None


def test_a_login_at_genesys_says_that_a_password_may_be_empty() -> None:
    titles = {each.name: each.title for each in providers.get("genesys").fields}
    assert titles == {
        "username": "Agent's user name",
        "password": "Password (may be empty)",
        "access_token": "Access token",
    }


def test_what_stands_beside_a_call_takes_nothing_away() -> None:
    sent = {"data": {"call": {"id": "1", "extensions": "the call's"}, "extensions": "the message's"}}
    kept = str(providers.get("genesys").normalize(Document(sent, call_id="1")).vendor)
    assert "the call's" in kept
    assert "the message's" in kept
