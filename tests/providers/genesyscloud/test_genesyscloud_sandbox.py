"""The sandbox's Genesys Cloud, over its real port: all its resources tell one story."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
from kit.clocks import Clock
from kit.sandbox_requests import WRONG, basic, described, send

from callinspect.provider import Request
from callinspect.sandbox import Sandbox, account, calls

if TYPE_CHECKING:
    from kit.sandbox_requests import Answer

ACCOUNT = account("genesyscloud")
ROOT = "/genesyscloud/api/v2"
USER = f"Bearer {ACCOUNT['access_token']}"
QUERY = f"{ROOT}/analytics/conversations/details/query"
EVER = {"interval": "2020-01-01T00:00:00Z/2100-01-01T00:00:00Z"}
VOICE = {"type": "and", "predicates": [{"dimension": "mediaType", "value": "voice"}]}


def ask(running: Sandbox, path: str, authorization: str | None = USER) -> Answer:
    return send(running, ROOT + path, authorization)


def query(running: Sandbox, **said: Any) -> Answer:
    return send(running, Request(QUERY, json=EVER | said), USER)


def token(running: Sandbox, name: str = ACCOUNT["client_id"], secret: str = ACCOUNT["client_secret"]) -> Answer:
    """Ask for a token."""
    path, form = "/genesyscloud/oauth/token", {"grant_type": "client_credentials"}
    return send(running, path, basic(name, secret), method="POST", form=form)


READ = [each for each in calls("genesyscloud") if not each.living and not each.description.startswith("fault")]


def test_the_analytics_and_the_call_agree(sandbox: Sandbox) -> None:
    """In who took part, from when to when, and how they ended."""
    told = 0
    for each in READ:
        call, details = (
            ask(sandbox, path)
            for path in (f"/conversations/calls/{each.id}", f"/analytics/conversations/{each.id}/details")
        )
        if (call.status, details.status) != (200, 200):
            continue
        told += 1
        people = {one["participantId"]: one["sessions"][0]["segments"] for one in details.json["participants"]}
        assert [*people] == [one["id"] for one in call.json["participants"]]
        for one in call.json["participants"]:
            segments = [part for part in people[one["id"]] if part["segmentType"] != "wrapup"]
            if one.get("startTime"):
                assert segments[0]["segmentStart"] == one["startTime"], each.description
            if segments:
                assert segments[-1].get("segmentEnd") == one.get("endTime"), each.description
    assert told > 40


def test_every_conversation_has_the_same_participants_everywhere(sandbox: Sandbox) -> None:
    """And the recording state, which the conversation writes in capitals."""
    told = 0
    for each in READ:
        call, other = (ask(sandbox, path) for path in (f"/conversations/calls/{each.id}", f"/conversations/{each.id}"))
        if call.status != 200:
            continue
        told += 1
        one, conversation = call.json, other.json
        assert [who["id"] for who in one["participants"]] == [who["id"] for who in conversation["participants"]]
        assert conversation["recordingState"] == (one.get("recordingState") or "none").upper()
    assert told > 40


def test_an_offer_that_was_not_taken_was_never_connected(sandbox: Sandbox) -> None:
    [call] = [each for each in READ if each.description.startswith("inbound to the queue, two agents")]
    declined = ask(sandbox, f"/conversations/calls/{call.id}").json["participants"][3]
    assert declined["disconnectType"] == "client"
    assert "connectedTime" not in declined


def test_a_call_goes_through_its_states() -> None:
    call = described("genesyscloud", "outbound: dialing, ringing at 4 s")
    life = [("dialing", False), ("alerting", False), ("connected", False), ("connected", True), ("connected", False)]
    life += [("terminated", False)]
    seen: list[tuple[str, bool]] = []
    clock = Clock()
    with Sandbox(clock=clock, burst=10_000) as running:
        for clock.seconds in range(45):
            agent, *others = ask(running, f"/conversations/calls/{call.id}").json["participants"]
            now = (others[0]["state"], agent["held"]) if others else None
            seen += [now] if now and now not in seen[-1:] else []
    assert seen == life


def test_ids_have_the_vendor_s_shape() -> None:
    form = "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
    assert all(re.fullmatch(form, each.id) for each in calls("genesyscloud"))


class TestTokens:
    """The token endpoint, which refuses a client with 400."""

    def test_a_client_gets_one_for_a_day(self, sandbox: Sandbox) -> None:
        said = token(sandbox).json
        assert (said["token_type"], said["expires_in"]) == ("bearer", 86_400)
        assert ask(sandbox, "/tokens/me", f"Bearer {said['access_token']}").json["OAuthClient"]["name"] == "Sandbox"

    @pytest.mark.parametrize(
        ("name", "secret", "said"),
        [("x", "x", "client not found"), (ACCOUNT["client_id"], "x", "authentication failed")],
    )
    def test_an_unknown_client_is_refused_with_400(self, name: str, secret: str, said: str, sandbox: Sandbox) -> None:
        answer = token(sandbox, name, secret)
        assert (answer.status, answer.json["error"], answer.json["description"]) == (400, "invalid_client", said)

    @pytest.mark.parametrize("authorization", WRONG)
    def test_wrong_credentials_get_the_vendor_s_refusal(self, authorization: str | None, sandbox: Sandbox) -> None:
        answer = ask(sandbox, "/tokens/me", authorization)
        assert (answer.status, answer.json["code"]) == (401, "bad.credentials")
        assert answer.headers["ININ-Correlation-Id"] == answer.json["contextId"]


class TestLists:
    """A user's own calls, and the query that everybody may send."""

    def test_only_a_user_has_calls_of_its_own(self, sandbox: Sandbox) -> None:
        client = f"Bearer {token(sandbox).json['access_token']}"
        assert ask(sandbox, "/conversations/calls", client).json["code"] == "not.a.user"
        found = ask(sandbox, "/conversations/calls").json["entities"]
        assert found
        assert all(any("endTime" not in one for one in each["participants"]) for each in found if each["participants"])

    def test_pages_add_up_to_all_hits_in_order(self, sandbox: Sandbox) -> None:
        pages, number = [], 1
        while (page := query(sandbox, order="desc", paging={"pageSize": 25, "pageNumber": number}).json).get(
            "conversations"
        ):
            pages.append(page)
            number += 1
        starts = [each["conversationStart"] for page in pages for each in page["conversations"]]
        assert len(starts) == {page["totalHits"] for page in pages}.pop() == page["totalHits"]
        assert starts == sorted(starts, reverse=True)

    def test_a_filter_leaves_out_other_media(self, sandbox: Sandbox) -> None:
        everything, voice = (query(sandbox, **more).json["totalHits"] for more in ({}, {"segmentFilters": [VOICE]}))
        assert everything == voice + 1

    @pytest.mark.parametrize(("dimension", "value"), [("sipResponseCode", "486"), ("ani", "tel:+13125550141")])
    def test_a_segment_fits_a_filter(self, dimension: str, value: str, sandbox: Sandbox) -> None:
        wanted = [{"type": "or", "predicates": [{"dimension": dimension, "value": value}]}]
        found = query(sandbox, segmentFilters=wanted, paging={"pageSize": 100}).json
        assert 0 < found["totalHits"] < query(sandbox).json["totalHits"]
        assert all(value in str(each) for each in found["conversations"])

    def test_an_interval_is_one_of_time(self, sandbox: Sandbox) -> None:
        found = query(sandbox, interval="2020-01-01T00:00:00Z/2020-01-02T00:00:00Z")
        assert (found.status, found.json) == (200, {"totalHits": 0})

    @pytest.mark.parametrize(
        "said",
        [
            {"interval": "yesterday"},
            {"interval": "a/b"},
            {"paging": {"pageSize": 101}},
            {"order": "up"},
            {"orderBy": "x"},
        ],
    )
    def test_a_query_that_is_none_is_refused(self, said: dict[str, Any], sandbox: Sandbox) -> None:
        answer = query(sandbox, **said)
        assert (answer.status, answer.json["code"]) == (400, "bad.request")

    @pytest.mark.parametrize("body", ["[]", "{", ""])
    def test_a_body_that_is_no_object_is_refused(self, body: str, sandbox: Sandbox) -> None:
        assert send(sandbox, QUERY, USER, method="POST", form={body: ""}).status == 400
