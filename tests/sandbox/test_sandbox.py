"""The sandbox, over its real port, as the vendors' documentation describes them."""

from __future__ import annotations

import base64
import http.client
import json
import re
import socket
import subprocess
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode

import pytest
from kit.program import SCRIPTS, environment

from callinspect import providers
from callinspect.credentials.finding import variables
from callinspect.sandbox import FAULTS, Fault, Sandbox, SandboxCall, calls
from callinspect.sandbox import credentials as known

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ID_SHAPES = {
    "webex": r"[A-Za-z0-9+/]+=*",
    "bandwidth": r"c-[0-9a-f]{8}-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    "catapult": r"c-[a-z2-7]{23}",
    "genesys": r"[0-9A-V]{32}|[0-9a-f]{16}",
}
WEBEX = "/v1/telephony/calls"
BANDWIDTH = f"/api/v2/accounts/{known.BANDWIDTH_ACCOUNT_ID}"
CATAPULT = f"/v1/users/{known.CATAPULT_USER_ID}"
GENESYS = "/api/v2/me/calls"


def basic(name: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


PATHS = {"webex": WEBEX, "bandwidth": f"{BANDWIDTH}/calls", "catapult": f"{CATAPULT}/calls", "genesys": GENESYS}
AUTHORIZATION = {
    "webex": f"Bearer {known.WEBEX_ACCESS_TOKEN}",
    "bandwidth": basic(known.BANDWIDTH_USERNAME, known.BANDWIDTH_PASSWORD),
    "catapult": basic(known.CATAPULT_TOKEN, known.CATAPULT_SECRET),
    "genesys": basic(known.GENESYS_USERNAME, known.GENESYS_PASSWORD),
}
PROVIDERS = list(PATHS)


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


def send(
    sandbox: Sandbox,
    path: str,
    authorization: str | None = None,
    *,
    method: str = "GET",
    form: dict[str, str] | None = None,
    **headers: str,
) -> Answer:
    sent = dict(headers)
    if authorization:
        sent["Authorization"] = authorization
    if form is not None:
        sent["Content-Type"] = "application/x-www-form-urlencoded"
    connection = http.client.HTTPConnection(sandbox.url.removeprefix("http://"), timeout=3)
    try:
        connection.request(method, path, urlencode(form) if form is not None else None, sent)
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())
    finally:
        connection.close()


def ask(sandbox: Sandbox, provider: str, path: str = "") -> Answer:
    return send(sandbox, PATHS[provider] + path, AUTHORIZATION[provider])


def get(sandbox: Sandbox, call: SandboxCall) -> Answer:
    return ask(sandbox, call.provider, "/" + quote(call.id, safe=""))


def record(call: SandboxCall, answer: Answer) -> dict[str, Any]:
    document = answer.json
    if call.provider == "genesys":
        assert document["statusCode"] == 0
        document = document["call"]
    found: dict[str, Any] = document[0] if isinstance(document, list) else document
    return found


def described(provider: str, text: str) -> SandboxCall:
    return next(call for call in calls() if call.provider == provider and text in call.description)


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(catapult_burst=10_000) as running:
        yield running


def until(sandbox: Sandbox, call: SandboxCall, wanted: list[int | str]) -> list[int | str]:
    """Return what the call goes through: its states, and the statuses of answers that are not 200."""
    seen: list[int | str] = []
    deadline = time.monotonic() + 5
    while seen != wanted and time.monotonic() < deadline:
        answer = get(sandbox, call)
        now = record(call, answer)["state"] if answer.status == 200 else answer.status
        if not seen or seen[-1] != now:
            seen.append(now)
        time.sleep(0.005)
    return seen


class TestCatalogue:
    """The calls the sandbox knows."""

    def test_ids_are_distinct_and_have_the_vendors_shape(self) -> None:
        assert len({(call.provider, call.id) for call in calls()}) == len(calls())
        for call in calls():
            assert re.fullmatch(ID_SHAPES[call.provider], call.id)

    def test_ids_are_the_same_in_every_run(self) -> None:
        assert described("bandwidth", "(hangup)").id == "c-e4d41dd5-d796d842-ef25-2a32-fbc0-1b8b4b7a77c1"

    @pytest.mark.parametrize("provider", PROVIDERS)
    def test_every_vendor_has_a_living_a_hostile_and_faulty_calls(self, provider: str) -> None:
        theirs = [call for call in calls() if call.provider == provider]
        assert any(call.living for call in theirs)
        assert any(call.description.startswith("hostile") for call in theirs)
        assert sum(call.description.startswith("fault") for call in theirs) >= 9

    @pytest.mark.parametrize(
        "call",
        [call for call in calls() if not call.living and not call.description.startswith(("fault", "ended eight"))],
        ids=lambda call: f"{call.provider}-{call.description[:40]}",
    )
    def test_every_frozen_call_answers(self, sandbox: Sandbox, call: SandboxCall) -> None:
        answer = get(sandbox, call)
        assert answer.status == 200
        assert answer.headers["Content-Type"].startswith("application/json")
        found = record(call, answer)
        assert found[{"bandwidth": "callId"}.get(call.provider, "id")] == call.id
        assert found["state"]

    @pytest.mark.parametrize("provider", PROVIDERS)
    def test_the_hostile_call_holds_escape_sequences_and_direction_overrides(
        self, sandbox: Sandbox, provider: str
    ) -> None:
        call = described(provider, "hostile")
        text = json.dumps(record(call, get(sandbox, call)), ensure_ascii=False)
        assert "\\u001b]8;;" in text
        assert "\u202e" in text
        assert "=HYPERLINK" in text

    def test_the_vendors_words_are_all_there(self, sandbox: Sandbox) -> None:
        def words(provider: str, *keys: str) -> set[Any]:
            frozen = [c for c in calls() if c.provider == provider and not c.living and "fault" not in c.description]
            records = [record(call, answer) for call in frozen if (answer := get(sandbox, call)).status == 200]
            return {str(found.get(key)) for found in records for key in keys}

        assert words("webex", "state", "personality", "recordingState") >= {
            *("connecting", "alerting", "connected", "held", "remoteHeld", "disconnected"),
            *("originator", "terminator", "clickToDial", "pending", "started", "paused", "stopped", "failed"),
        }
        assert words("bandwidth", "state", "disconnectCause") >= {
            *("queued", "initiated", "answered", "disconnected", "hangup", "busy", "timeout", "cancel", "rejected"),
            *("callback-error", "invalid-bxml", "application-error", "account-limit", "node-capacity-exceeded"),
            *("error", "unknown"),
        }
        assert words("catapult", "state", "direction") >= {
            *("started", "rejected", "active", "completed", "transferring", "error", "in", "out"),
        }
        assert words("genesys", "state", "callType", "mute", "recordingState") >= {
            *("Ringing", "Dialing", "Established", "Held", "Released", "Internal", "Inbound", "Outbound", "Consult"),
            *("On", "Recording", "Paused", "Stopped"),
        }

    def test_ten_redirections_name_ten_reasons(self, sandbox: Sandbox) -> None:
        redirections = get(sandbox, described("webex", "ten times")).json["redirections"]
        assert len({redirection["reason"] for redirection in redirections}) == 10


class TestCredentials:
    """Who is let in, and how the others are turned away."""

    @pytest.mark.parametrize("provider", PROVIDERS)
    @pytest.mark.parametrize("authorization", [None, "Bearer wrong", basic("wrong", "wrong"), "Basic %%", "Bearer"])
    def test_wrong_ones_get_the_vendors_own_refusal(
        self, sandbox: Sandbox, provider: str, authorization: str | None
    ) -> None:
        answer = send(sandbox, PATHS[provider], authorization)
        body = answer.json
        if provider == "genesys":
            assert (answer.status, body) == (403, {"statusCode": 20, "statusMessage": "Access denied"})
            return
        assert answer.status == 401
        if provider == "webex":
            assert body["message"].startswith("The request requires a valid access token")
            assert body["trackingId"].startswith("ROUTERGW_")
        if provider == "bandwidth":
            assert body == {
                "type": "authentication-error",
                "description": "The credentials provided were invalid",
                "id": None,
            }
        if provider == "catapult":
            assert body["category"] == "authentication"

    def test_the_environment_names_every_provider(self, sandbox: Sandbox) -> None:
        environment = sandbox.environment
        assert {name.split("_")[1].lower() for name in environment} == set(PROVIDERS)
        assert environment["CALLINSPECT_WEBEX_BASE_URL"] == f"{sandbox.url}/v1"
        assert environment["CALLINSPECT_GENESYS_BASE_URL"] == f"{sandbox.url}/api/v2"
        token = environment["CALLINSPECT_WEBEX_ACCESS_TOKEN"]
        assert send(sandbox, WEBEX, f"Bearer {token}").status == 200

    def test_another_account_is_forbidden(self, sandbox: Sandbox) -> None:
        answer = send(sandbox, "/api/v2/accounts/9900000/calls", AUTHORIZATION["bandwidth"])
        assert (answer.status, answer.json["type"]) == (403, "authorization-error")
        answer = send(sandbox, "/v1/users/u-other/calls", AUTHORIZATION["catapult"])
        assert (answer.status, answer.json["code"]) == (401, "user-access-denied")
        assert send(sandbox, WEBEX, f"Bearer {known.WEBEX_UNSCOPED_TOKEN}").status == 403

    def test_bandwidth_issues_tokens_that_work_and_expire(self) -> None:
        client = basic(known.BANDWIDTH_CLIENT_ID, known.BANDWIDTH_CLIENT_SECRET)
        grant = {"grant_type": "client_credentials"}
        with Sandbox(token_lifetime=1) as short:
            path = short.environment["CALLINSPECT_BANDWIDTH_TOKEN_URL"].removeprefix(short.url)
            issued = send(short, path, client, method="POST", form=grant).json
            assert (issued["expires_in"], issued["token_type"]) == (1, "Bearer")
            bearer = f"Bearer {issued['access_token']}"
            assert send(short, PATHS["bandwidth"], bearer).status == 200
            assert send(short, path, basic("wrong", "wrong"), method="POST", form=grant).status == 401
            assert send(short, path, client, method="POST", form={"grant_type": "password"}).status == 400
            assert send(short, path, client, method="POST").status == 415
            time.sleep(1.01)
            assert send(short, PATHS["bandwidth"], bearer).status == 401

    def test_a_genesys_session_or_bearer_token_is_enough(self, sandbox: Sandbox) -> None:
        cookie = send(sandbox, GENESYS, AUTHORIZATION["genesys"]).headers["Set-Cookie"].partition(";")[0]
        assert send(sandbox, GENESYS, Cookie=cookie).status == 200
        assert send(sandbox, GENESYS, Cookie="JSESSIONID=guess").status == 403
        assert send(sandbox, GENESYS, f"Bearer {known.GENESYS_ACCESS_TOKEN}").status == 200
        assert send(sandbox, "/api/v2/diagnostics/version").json["version"]


class TestWebexTokens:
    """Refresh tokens that rotate, and the two kinds of access tokens."""

    REFRESH = {  # noqa: RUF012
        "grant_type": "refresh_token",
        "client_id": known.WEBEX_CLIENT_ID,
        "client_secret": known.WEBEX_CLIENT_SECRET,
        "refresh_token": known.WEBEX_REFRESH_TOKEN,
    }

    def renew(self, sandbox: Sandbox, **form: str) -> Answer:
        return send(sandbox, "/v1/access_token", method="POST", form=self.REFRESH | form)

    def test_a_refresh_token_is_good_once(self) -> None:
        with Sandbox() as fresh:
            first = self.renew(fresh)
            assert first.status == 200
            assert first.json["expires_in"] == 1_209_599
            assert send(fresh, WEBEX, f"Bearer {first.json['access_token']}").status == 200
            assert self.renew(fresh).status == 400
            assert self.renew(fresh, refresh_token=first.json["refresh_token"]).status == 200

    def test_a_wrong_client_does_not_use_it_up(self) -> None:
        with Sandbox() as fresh:
            refused = self.renew(fresh, client_id="wrong")
            assert (refused.status, refused.json["errors"][0]["description"]) == (400, "Client Id is invalid")
            assert self.renew(fresh, client_secret="wrong").status == 401
            assert self.renew(fresh).status == 200

    def test_access_tokens_expire(self) -> None:
        with Sandbox(token_lifetime=0) as short:
            issued = self.renew(short).json
            assert issued["expires_in"] == 0
            assert send(short, WEBEX, f"Bearer {issued['access_token']}").status == 401

    def test_members_paths_are_for_the_service_app_only(self, sandbox: Sandbox) -> None:
        service, user = f"Bearer {known.WEBEX_SERVICE_TOKEN}", AUTHORIZATION["webex"]
        member = f"{WEBEX}/members/{known.WEBEX_MEMBER_ID}/calls"
        one = described("webex", "incoming and connected").id
        assert send(sandbox, f"{member}/{one}?orgId={known.WEBEX_ORG_ID}", service).json["id"] == one
        assert send(sandbox, member, service).json["items"]
        assert send(sandbox, f"{WEBEX}/members/me/calls/{one}?lineOwnerId=x", user).json["id"] == one
        for path, token in ((member, user), (WEBEX, service), (f"{WEBEX}/members/me/calls", service)):
            refused = send(sandbox, path, token)
            assert (refused.status, refused.json["errors"][0]["errorCode"]) == (400, 4003)
        unlicensed = send(sandbox, f"{WEBEX}/members/somebody/calls", service)
        assert (unlicensed.status, unlicensed.json["errors"][0]["errorCode"]) == (404, 4008)


class TestErrors:
    """What is not there."""

    @pytest.mark.parametrize("provider", PROVIDERS)
    def test_an_unknown_call(self, sandbox: Sandbox, provider: str) -> None:
        answer = ask(sandbox, provider, "/nonsense")
        assert answer.status == 404
        assert {
            "webex": lambda body: body["message"] == "Call not found",
            "bandwidth": lambda body: body["description"] == "Call [nonsense] not found",
            "catapult": lambda body: body["code"] == "call-not-found",
            "genesys": lambda body: body["statusCode"] == 6,
        }[provider](answer.json)

    @pytest.mark.parametrize(
        ("provider", "path"),
        [
            ("webex", "/v1/people"),
            ("bandwidth", f"{BANDWIDTH}/nonsense"),
            ("catapult", f"{CATAPULT}/nonsense"),
            ("genesys", "/api/v2/conversations/calls"),
        ],
    )
    def test_an_unknown_path(self, sandbox: Sandbox, provider: str, path: str) -> None:
        answer = send(sandbox, path, AUTHORIZATION[provider])
        assert answer.status == 404
        assert "call" not in answer.json.get("message", "").lower()

    @pytest.mark.parametrize("provider", PROVIDERS)
    def test_a_wrong_method(self, sandbox: Sandbox, provider: str) -> None:
        answer = send(sandbox, PATHS[provider], AUTHORIZATION[provider], method="DELETE")
        assert (answer.status, answer.headers["Allow"]) == (405, "GET")
        assert answer.json

    def test_names_of_webex_actions_are_not_ids(self, sandbox: Sandbox) -> None:
        assert ask(sandbox, "webex", "/dial").status == 405
        assert send(sandbox, f"{WEBEX}/dial", AUTHORIZATION["webex"], method="POST").status == 501

    def test_dots_stay_in_their_segment(self, sandbox: Sandbox) -> None:
        assert ask(sandbox, "bandwidth", "/..").json["description"] == "Call [..] not found"
        assert ask(sandbox, "bandwidth", "/a%2Fb").json["description"] == "Call [a/b] not found"

    def test_a_path_of_no_vendor(self, sandbox: Sandbox) -> None:
        assert send(sandbox, "/").status == 404

    def test_past_retention(self, sandbox: Sandbox) -> None:
        assert get(sandbox, described("bandwidth", "ended eight days ago")).status == 404


class TestLists:
    """Lists, filters, paging and sub-resources."""

    def test_webex_lists_what_is_in_progress(self, sandbox: Sandbox) -> None:
        states = {item["state"] for item in ask(sandbox, "webex").json["items"]}
        assert "connected" in states
        assert "disconnected" not in states

    def test_webex_history_by_type(self, sandbox: Sandbox) -> None:
        types = [item["type"] for item in ask(sandbox, "webex", "/history").json["items"]]
        assert set(types) == {"placed", "missed", "received"}
        assert [item["type"] for item in ask(sandbox, "webex", "/history?type=missed").json["items"]] == ["missed"]
        assert ask(sandbox, "webex", "/history?type=nonsense").status == 400

    def test_bandwidth_pages_follow_the_link(self, sandbox: Sandbox) -> None:
        everything = [item["callId"] for item in ask(sandbox, "bandwidth").json]
        found: list[str] = []
        path = "?pageSize=10"
        for _ in range(10):
            answer = ask(sandbox, "bandwidth", path)
            found += [item["callId"] for item in answer.json]
            link = re.fullmatch(r'<(\S+)>; rel="next"', answer.headers.get("Link", ""))
            if not link:
                break
            path = link[1].removeprefix(sandbox.url + PATHS["bandwidth"])
        assert found == everything
        assert len(found) > 20

    def test_bandwidth_filters(self, sandbox: Sandbox) -> None:
        everything = ask(sandbox, "bandwidth").json
        starts = sorted(item["startTime"] for item in everything if item["startTime"])
        assert [item["disconnectCause"] for item in ask(sandbox, "bandwidth", "?disconnectCause=busy").json] == ["busy"]
        late = ask(sandbox, "bandwidth", "?" + urlencode({"minStartTime": starts[-1]})).json
        assert starts[-1] in [item["startTime"] for item in late]
        assert len(late) < len(everything)
        early = ask(sandbox, "bandwidth", "?" + urlencode({"maxStartTime": starts[0]})).json
        assert {item["startTime"] for item in early} == {starts[0]}
        assert len(ask(sandbox, "bandwidth", "?to=sip:agent@voice.example.com").json) == 1
        assert ask(sandbox, "bandwidth", "?from=%2B19195550143").json
        assert ask(sandbox, "bandwidth", "?from=+19195550143").json == []
        for wrong in ("pageSize=0", "pageSize=10001", "pageToken=%21", "minStartTime=yesterday"):
            assert ask(sandbox, "bandwidth", f"?{wrong}").json["type"] == "validation"

    def test_bandwidth_recordings_and_statistics(self, sandbox: Sandbox) -> None:
        path = f"/{described('bandwidth', '(hangup)').id}/recordings"
        first, second = ask(sandbox, "bandwidth", path).json
        assert second["mediaUrl"] is None
        for url in (first["mediaUrl"], first["transcription"]["url"]):
            assert send(sandbox, url.removeprefix(sandbox.url), AUTHORIZATION["bandwidth"]).status == 200
        assert ask(sandbox, "bandwidth", f"{path}/{first['recordingId']}").json == first
        assert ask(sandbox, "bandwidth", f"{path}/r-none").status == 404
        assert ask(sandbox, "bandwidth", "/nonsense/recordings").json == []
        assert len(send(sandbox, f"{BANDWIDTH}/recordings", AUTHORIZATION["bandwidth"]).json) == 2
        statistics = send(sandbox, f"{BANDWIDTH}/statistics", AUTHORIZATION["bandwidth"]).json
        assert statistics["currentCallQueueSize"] >= 1

    def test_catapult_pages(self, sandbox: Sandbox) -> None:
        everything = [item["id"] for item in ask(sandbox, "catapult", "?size=1000").json]
        found: list[str] = []
        relations: list[list[str]] = []
        path = "?size=8"
        while path:
            answer = ask(sandbox, "catapult", path)
            found += [item["id"] for item in answer.json]
            links = {rel: url for url, rel in re.findall(r'<(\S+)>; rel="(\w+)"', answer.headers["Link"])}
            relations.append(list(links))
            path = links.get("next", "").removeprefix(sandbox.url + PATHS["catapult"])
        assert found == everything
        assert relations[0] == ["first", "next", "last"]
        assert relations[1] == ["first", "previous", "next", "last"]
        assert relations[3] == ["first", "previous", "last"]
        assert ask(sandbox, "catapult", "?size=1001").json["category"] == "bad-request"

    def test_catapult_order_and_filters(self, sandbox: Sandbox) -> None:
        descending = [item["startTime"] for item in ask(sandbox, "catapult", "?size=1000").json]
        ascending = [item["startTime"] for item in ask(sandbox, "catapult", "?size=1000&sortOrder=asc").json]
        assert descending == sorted(descending, reverse=True)
        assert ascending == sorted(ascending)
        assert len(ask(sandbox, "catapult", "?from=alice@sip.example.com").json) == 1
        assert len(ask(sandbox, "catapult", "?conferenceId=conf-sandboxsandboxsandbox66").json) == 1

    def test_catapult_hangup_causes_are_in_the_events(self, sandbox: Sandbox) -> None:
        unanswered = [call for call in calls() if call.provider == "catapult" and "never answered" in call.description]
        assert len(unanswered) == 10
        for call in unanswered:
            events = ask(sandbox, "catapult", f"/{call.id}/events").json
            cause = re.findall(r"\(([A-Z_]+)\)", call.description)
            assert [event["data"] for event in events if event["name"] == "hangup"] == cause
        assert ask(sandbox, "catapult", "/nonsense/events").json["code"] == "call-not-found"

    def test_catapult_links_lead_to_what_they_name(self, sandbox: Sandbox) -> None:
        call = get(sandbox, described("catapult", "recorded and transcribed")).json
        for name in ("events", "recordings", "transcriptions"):
            assert call[name].startswith(sandbox.url)
            assert send(sandbox, call[name].removeprefix(sandbox.url), AUTHORIZATION["catapult"]).json
        event = ask(sandbox, "catapult", f"/{call['id']}/events").json[0]
        single = ask(sandbox, "catapult", f"/{call['id']}/events/{event['id']}").json
        assert isinstance(event["time"], str)
        assert isinstance(single["time"], int)

    def test_genesys_lists_in_its_three_forms(self, sandbox: Sandbox) -> None:
        uris = ask(sandbox, "genesys").json["uris"]
        full = ask(sandbox, "genesys", "?fields=*").json["calls"]
        assert [uri.rpartition("/")[2] for uri in uris] == [call["id"] for call in full]
        assert ask(sandbox, "genesys", "?fields=id,state").json["calls"][0].keys() == {"id", "state"}
        me = send(sandbox, "/api/v2/me?subresources=devices,calls", AUTHORIZATION["genesys"]).json["user"]
        assert [call["id"] for call in me["calls"]] == [call["id"] for call in full]
        assert me["devices"]
        assert "calls" not in send(sandbox, "/api/v2/me", AUTHORIZATION["genesys"]).json["user"]


class TestLivingCalls:
    """Calls that change."""

    @pytest.mark.parametrize(
        ("provider", "description", "life"),
        [
            ("webex", "incoming, rings", ["alerting", "connected", "held", "connected", "disconnected", 404]),
            ("webex", "without a last word", ["connecting", "connected", 404]),
            ("bandwidth", "inbound, answered at", ["initiated", "answered", "disconnected"]),
            ("bandwidth", "404 for 4 s", [404, "queued", "initiated", "answered", "disconnected"]),
            ("catapult", "active at 5 s", ["started", "active", "completed"]),
            ("catapult", "gives up at", ["started", "completed"]),
            ("genesys", "inbound, rings", ["Ringing", "Established", "Held", "Established", "Released", 404]),
        ],
    )
    def test_it_goes_through_its_states(self, provider: str, description: str, life: list[int | str]) -> None:
        call = described(provider, description)
        assert call.living
        with Sandbox(pace=40, catapult_burst=10_000) as fast:
            assert until(fast, call, life) == life
            after = get(fast, call)
            assert (after.status if life[-1] == 404 else record(call, after)["state"]) == life[-1]

    def test_times_keep_to_the_pace(self) -> None:
        call = described("bandwidth", "inbound, answered at")
        with Sandbox(pace=40) as fast:
            until(fast, call, ["initiated", "answered", "disconnected"])
            ended = get(fast, call).json
        assert ended["startTime"] < ended["answerTime"] < ended["endTime"]
        assert ended["endTime"] <= time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(time.time() + 1))


class TestFaults:
    """Faults on request."""

    @pytest.mark.parametrize("provider", PROVIDERS)
    def test_limited_twice_then_answered(self, sandbox: Sandbox, provider: str) -> None:
        call = described(provider, "rate limited for 2 s twice")
        before = time.time()
        answers = [get(sandbox, call) for _ in range(4)]
        assert [answer.status for answer in answers] == [429, 429, 200, 429]
        if provider == "catapult":
            reset = int(answers[0].headers["X-RateLimit-Reset"])
            assert before * 1000 + 2000 <= reset < before * 1000 + 3000
            assert answers[0].json["details"][0] == {"name": "rateLimitResetTime", "value": str(reset)}
            assert "message" not in answers[0].json
            assert "Retry-After" not in answers[0].headers
        else:
            assert answers[0].headers["Retry-After"] == "2"

    @pytest.mark.parametrize("provider", PROVIDERS)
    def test_limited_for_days(self, sandbox: Sandbox, provider: str) -> None:
        answer = get(sandbox, described(provider, "999999"))
        wait = int(answer.headers.get("Retry-After", "0"))
        if provider == "catapult":
            wait = int(answer.headers["X-RateLimit-Reset"]) // 1000 - int(time.time())
        assert (answer.status, round(wait, -1)) == (429, 1_000_000)

    @pytest.mark.parametrize("provider", PROVIDERS)
    def test_unavailable_once_and_always(self, sandbox: Sandbox, provider: str) -> None:
        once, always = described(provider, "503 once"), described(provider, "503, always")
        assert [get(sandbox, once).status for _ in range(2)] == [503, 200]
        assert [get(sandbox, always).status for _ in range(2)] == [503, 503]

    @pytest.mark.parametrize("provider", PROVIDERS)
    def test_html(self, sandbox: Sandbox, provider: str) -> None:
        for status in (200, 502):
            answer = get(sandbox, described(provider, f"HTML page under HTTP {status}"))
            assert answer.status == status
            assert answer.headers["Content-Type"].startswith("text/html")
            assert answer.body.startswith(b"<!DOCTYPE html>")

    @pytest.mark.parametrize("provider", PROVIDERS)
    def test_broken_on_the_way(self, sandbox: Sandbox, provider: str) -> None:
        with pytest.raises(http.client.IncompleteRead):
            get(sandbox, described(provider, "middle of the body"))
        with pytest.raises(ConnectionResetError):
            get(sandbox, described(provider, "connection is reset"))

    @pytest.mark.parametrize("provider", PROVIDERS)
    def test_slow(self, sandbox: Sandbox, provider: str) -> None:
        call = described(provider, "drips")
        connection = http.client.HTTPConnection(sandbox.url.removeprefix("http://"), timeout=3)
        path = f"{PATHS[provider]}/{quote(call.id, safe='')}"
        connection.request("GET", path, headers={"Authorization": AUTHORIZATION[provider]})
        response = connection.getresponse()
        assert response.status == 200
        assert response.read(1) in b"{["
        started = time.monotonic()
        assert len(response.read(2)) == 2
        assert time.monotonic() - started > 0.02
        response.close()
        connection.close()

    @pytest.mark.parametrize(
        ("description", "status", "code"),
        [("statusCode 2 ", 200, 2), ("statusCode 6 ", 200, 6), ("statusCode 4 ", 500, 4), ("statusCode 5 ", 403, 5)],
    )
    def test_genesys_codes(self, sandbox: Sandbox, description: str, status: int, code: int) -> None:
        answer = get(sandbox, described("genesys", description))
        assert (answer.status, answer.json["statusCode"]) == (status, code)
        assert answer.json["statusMessage"]

    def test_retry_after_as_a_date_and_a_lock(self, sandbox: Sandbox) -> None:
        assert get(sandbox, described("bandwidth", "is a date")).headers["Retry-After"].endswith(" GMT")
        assert get(sandbox, described("webex", "locked")).status == 423

    def test_catapult_limits_to_one_a_second_after_its_burst(self) -> None:
        with Sandbox(catapult_burst=3) as strict:
            answers = [ask(strict, "catapult") for _ in range(4)]
            assert [answer.status for answer in answers] == [200, 200, 200, 429]
            wait = int(answers[3].headers["X-RateLimit-Reset"]) / 1000 - time.time()
            assert 0 < wait < 1.1
            assert send(strict, f"{CATAPULT}/recordings", AUTHORIZATION["catapult"]).status == 200
            time.sleep(wait + 0.01)
            assert ask(strict, "catapult").status == 200

    @pytest.mark.parametrize(("kind", "status"), [("429", 429), ("503", 503)])
    @pytest.mark.parametrize("provider", PROVIDERS)
    def test_at_random(self, provider: str, kind: str, status: int) -> None:
        with Sandbox(faults=[Fault(kind, 1)]) as broken:
            assert ask(broken, provider).status == status
        with Sandbox(faults=[Fault(kind, 0)]) as whole:
            assert ask(whole, provider).status == 200

    def test_broken_at_random(self) -> None:
        with Sandbox(faults=[Fault("truncated", 1)]) as broken, pytest.raises(http.client.IncompleteRead):
            ask(broken, "webex")
        with Sandbox(faults=[Fault("reset", 1)]) as broken, pytest.raises(ConnectionResetError):
            ask(broken, "webex")

    def test_shares_add_up(self) -> None:
        with Sandbox(faults=[Fault("429", 0.5), Fault("503", 0.5)]) as broken:
            assert {ask(broken, "webex").status for _ in range(60)} == {429, 503}

    @pytest.mark.parametrize(("kind", "rate"), [("typo", 0.5), (FAULTS[0], 1.5), (FAULTS[0], -0.1)])
    def test_nonsense_is_refused(self, kind: str, rate: float) -> None:
        with pytest.raises(ValueError, match="fault"):
            Fault(kind, rate)

    def test_more_than_everything_is_refused(self) -> None:
        with pytest.raises(ValueError, match="more than 1"):
            Sandbox(faults=[Fault("429", 0.6), Fault("503", 0.6)])


class TestServer:
    """The server under the vendors."""

    @pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "::", "example.com", ""])
    def test_loopback_only(self, host: str) -> None:
        with pytest.raises(ValueError, match="loopback"):
            Sandbox(host=host)

    def test_time_goes_forward_only(self) -> None:
        with pytest.raises(ValueError, match="pace"):
            Sandbox(pace=0)

    def test_it_stops_at_once_whatever_is_open(self) -> None:
        with Sandbox() as running:
            address = running.url.removeprefix("http://")
            idle = http.client.HTTPConnection(address, timeout=3)
            idle.request("GET", "/")
            idle.getresponse().read()
            slow = http.client.HTTPConnection(address, timeout=3)
            path = f"{GENESYS}/{described('genesys', 'drips').id}"
            slow.request("GET", path, headers={"Authorization": AUTHORIZATION["genesys"]})
            slow.getresponse().read(1)
            started = time.perf_counter()
        assert time.perf_counter() - started < 0.05
        idle.close()
        slow.close()
        with pytest.raises(ConnectionRefusedError):
            send(running, "/")

    def test_a_connection_is_kept_alive(self, sandbox: Sandbox) -> None:
        connection = http.client.HTTPConnection(sandbox.url.removeprefix("http://"), timeout=3)
        ports = set()
        for _ in range(3):
            connection.request("GET", WEBEX, headers={"Authorization": AUTHORIZATION["webex"]})
            connection.getresponse().read()
            assert connection.sock is not None
            ports.add(connection.sock.getsockname())
        connection.close()
        assert len(ports) == 1

    def test_it_tells_the_log_and_keeps_secrets_out_of_it(self) -> None:
        lines: list[str] = []
        with Sandbox(log=lines.append) as logged:
            ask(logged, "webex")
        assert lines == [f"GET {WEBEX} 200"]

    def test_a_port_in_use_is_an_error(self, sandbox: Sandbox) -> None:
        with pytest.raises(OSError, match="in use"):
            Sandbox(port=int(sandbox.url.rpartition(":")[2]))

    def test_serve_forever_ends_with_the_keyboard(self, monkeypatch: pytest.MonkeyPatch) -> None:
        served = Sandbox()

        def interrupt(*_: object) -> None:
            raise KeyboardInterrupt

        monkeypatch.setattr("selectors.DefaultSelector.select", interrupt)
        served.serve_forever()
        with pytest.raises(ConnectionRefusedError):
            send(served, "/")

    def test_many_at_once(self, sandbox: Sandbox) -> None:
        statuses: list[int] = []
        threads = [
            threading.Thread(target=lambda: statuses.append(ask(sandbox, "bandwidth").status)) for _ in range(40)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert statuses == [200] * 40

    @pytest.mark.parametrize(
        ("status", "head"),
        [
            (413, b"GET /v1/telephony/calls HTTP/1.1\r\nContent-Length: nonsense\r\n\r\n"),
            (413, b"POST /v1/access_token HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n"),
            (413, b"POST /v1/access_token HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
            (400, b"GET http://[::bad/v1/telephony/calls HTTP/1.1\r\n\r\n"),
        ],
    )
    def test_requests_it_cannot_take(self, sandbox: Sandbox, status: int, head: bytes) -> None:
        host, _, port = sandbox.url.removeprefix("http://").partition(":")
        with socket.create_connection((host, int(port)), timeout=3) as raw:
            raw.sendall(head)
            assert raw.recv(64).startswith(f"HTTP/1.1 {status} ".encode())


@pytest.mark.parametrize("provider", PROVIDERS)
def test_what_serve_prints_leads_a_shell_there_alone(provider: str, tmp_path: Path) -> None:
    """Whatever account the shell had before, of ours or of the vendor's names, is none of what is sent."""
    before = [name for each in providers.get(provider).settings for name in variables(providers.get(provider), each)]
    real = {name: "https://127.0.0.1:9" if name.endswith("URL") else "REAL-CREDENTIAL" for name in before}
    with subprocess.Popen(
        [str(SCRIPTS / "callinspect"), "sandbox", "serve"], env=environment(tmp_path), stdout=subprocess.PIPE, text=True
    ) as serving:
        assert serving.stdout is not None
        printed = [serving.stdout.readline()]
        while "GENESYS_PASSWORD" not in printed[-1]:
            printed.append(serving.stdout.readline())
        shell = f"set -eu\n{''.join(printed)}\nenv | grep REAL && exit 9\ncallinspect list {provider} --limit 1 -f id"
        env = environment(tmp_path, **real)
        done = subprocess.run(["sh", "-c", shell], env=env, capture_output=True, text=True, timeout=30, check=False)
        serving.terminate()
    assert (done.returncode, done.stdout.count("\n")) == (0, 1), done.stderr
