"""A call that is read again and again: what each answer means after those before it."""

import json
from pathlib import Path

import pytest
from kit import vendors
from kit.program import callinspect, env_of, environment
from kit.servers import GOOD, Answer, Chooser, Server, answer, at, body

from callinspect import providers

Env = dict[str, str]


NOT_FOUND = answer(404, '{"type": "validation", "description": "Call [c-1] not found", "id": null}')


@pytest.mark.parametrize("command", ["wait", "watch"])
def test_a_call_that_was_seen_may_be_missing_for_a_while(command: str, tmp_path: Path) -> None:
    """The vendor's copies lag behind each other: a later one has not heard of the call yet."""
    answers = [at("answered"), NOT_FOUND, NOT_FOUND, at("answered"), NOT_FOUND, at("disconnected")]
    with Server(*answers) as server:
        done = callinspect(command, "bandwidth", "c-1", "--interval", "0.1", env=env_of(tmp_path, server.url))
    last = json.loads(done.stdout.splitlines()[-1] if command == "watch" else done.stdout)
    assert (done.returncode, len(server.requests)) == (0, 6)
    assert last.get("call", last)["state"] == "ended"


KEEPING = [name for name in vendors.NAMES if not providers.get(name).forgets]
LEAST = {"state": "active", "status": "in-progress", "is_alive": True, "call_status": "in-progress", "participants": []}


@pytest.mark.parametrize("vendor", KEEPING)
def test_what_a_vendor_keeps_is_not_gone_at_once(vendor: str, tmp_path: Path) -> None:
    """Whether it names a time until a call is found, or none: the first answer showed the call."""
    call_id = vendors.call_id(vendor, "1")
    first: list[bytes] = []

    def choose(request: bytes) -> Answer:
        first.append(request.split()[1])
        if first.count(first[0]) == 2 or (first[-1] != first[0] and first.count(first[0]) == 1):
            return answer(404, vendors.not_found(vendor))
        return answer(200, json.dumps({**LEAST, **vendors.least(vendor, call_id)}))

    with Chooser(choose) as server:
        env = environment(tmp_path, **vendors.variables(vendor, server.url + vendors.root(vendor)))
        arguments = ("wait", vendor, call_id, "--interval", "0.2", "--timeout", "3")
        done = callinspect(*arguments, env=env)
    assert done.returncode == 8, done.stderr
    assert b"the call is still" in done.stderr
    assert first.count(first[0]) > 2


def test_one_of_a_forgetful_vendor_may_be_missing_within_grace(tmp_path: Path) -> None:
    live = answer(200, '{"statusCode": 0, "call": {"id": "X1", "state": "Established", "callType": "Inbound"}}')
    over = answer(200, '{"statusCode": 0, "call": {"id": "X1", "state": "Released", "callType": "Inbound"}}')
    missing = answer(404, '{"statusCode": 6, "statusMessage": "Call not found"}')
    with Server(live, missing, live, over) as server:
        env = environment(
            tmp_path,
            CALLINSPECT_GENESYS_BASE_URL=server.url,
            CALLINSPECT_GENESYS_USERNAME="agent",
            CALLINSPECT_GENESYS_PASSWORD="agent-password",
        )
        done = callinspect("wait", "genesys", "X1", "--grace", "5", "--interval", "0.2", env=env)
    record = json.loads(done.stdout)
    assert (done.returncode, len(server.requests)) == (0, 4)
    assert (record["vendor_state"], record["outcome"]) == ("Released", "answered")


@pytest.mark.parametrize(
    "end", [{}, {"disconnectCause": "hangup"}, {"disconnectCause": "hangup", "answerTime": ""}], ids=str
)
def test_a_call_that_was_seen_active_was_answered(end: dict[str, str], tmp_path: Path) -> None:
    """Whether the vendor's last word tells of the answer or not."""
    with Server(at("answered"), at("disconnected", **end)) as server:
        arguments = ("wait", "bandwidth", "c-1", "--interval", "0.1", "--exit-status")
        done = callinspect(*arguments, env=env_of(tmp_path, server.url))
    record = json.loads(done.stdout)
    assert (done.returncode, record["outcome"], record["answered_at"]) == (0, "answered", None)
    assert any("the call was active before it ended" in warning for warning in record["warnings"])


@pytest.mark.parametrize("cause", ["busy", "cancel", "timeout", "rejected", "error"])
def test_a_cause_holds_whatever_was_seen(cause: str, tmp_path: Path) -> None:
    with Server(at("answered"), at("disconnected", disconnectCause=cause)) as server:
        arguments = ("wait", "bandwidth", "c-1", "--interval", "0.1", "--exit-status", "-f", "outcome")
        assert callinspect(*arguments, env=env_of(tmp_path, server.url)).returncode == 11


@pytest.mark.parametrize(("moment", "status"), [("2026-10-21T16:45:14", 0), ("1970-01-01T00:00:00Z", 8), ("", 8)])
def test_a_time_of_answer_ends_the_wait_for_it_if_it_proves_it(moment: str, status: int, tmp_path: Path) -> None:
    with Server(at("initiated", answerTime=moment)) as server:
        arguments = ("wait", "bandwidth", "c-1", "--for", "answered", "--interval", "0.2", "--timeout", "2")
        assert callinspect(*arguments, env=env_of(tmp_path, server.url)).returncode == status


def test_a_partys_name_is_kept_while_the_number_is_the_same(tmp_path: Path) -> None:
    """A vendor may tell it only while the call goes on."""
    call = {"id": "X1", "callType": "Inbound", "ani": "5550141", "dnis": "5550142"}
    named = {"digits": "5550141", "name": "Ada Example"}
    live = {"call": {**call, "state": "Established", "participants": ["5550141"], "participantsInfo": [named]}}
    over = {"call": {**call, "state": "Released"}}
    with Server(*(answer(200, json.dumps({"statusCode": 0, **each})) for each in (live, over))) as server:
        env = environment(
            tmp_path,
            CALLINSPECT_GENESYS_BASE_URL=server.url,
            CALLINSPECT_GENESYS_USERNAME="agent",
            CALLINSPECT_GENESYS_PASSWORD="agent-password",
        )
        done = callinspect("wait", "genesys", "X1", "--interval", "0.2", "-f", "from.name", "-f", "state", env=env)
    assert done.stdout == b"Ada Example\tended\n"


def test_one_that_stays_missing_is_not_found(tmp_path: Path) -> None:
    with Server(at("answered"), NOT_FOUND) as server:
        arguments = ("wait", "bandwidth", "c-1", "--interval", "0.2", "--grace", "1")
        done = callinspect(*arguments, env=env_of(tmp_path, server.url))
    assert (done.returncode, done.stdout) == (3, b"")
    assert 3 <= len(server.requests) <= 7


@pytest.mark.parametrize("vendor", vendors.NAMES)
def test_at_no_vendor_does_a_gateway_say_that_a_call_is_over(vendor: str, tmp_path: Path) -> None:
    call_id = vendors.call_id(vendor, "1")
    asked: list[bytes] = []

    def choose(request: bytes) -> Answer:
        asked.append(request)
        good = json.dumps({**LEAST, **vendors.least(vendor, call_id)})
        return answer(200, good) if len(asked) == 1 else answer(404, '{"error": "Not Found", "path": "/"}')

    with Chooser(choose) as server:
        env = environment(tmp_path, **vendors.variables(vendor, server.url + vendors.root(vendor)))
        done = callinspect("wait", vendor, call_id, "--interval", "0.1", "--timeout", "1.5", env=env)
    assert (done.returncode, done.stdout) == (8, b"")
    assert len(asked) > 1


def account(server: Chooser, home: Path) -> Env:
    return environment(
        home,
        CALLINSPECT_GENESYS_BASE_URL=server.url,
        CALLINSPECT_GENESYS_USERNAME="agent",
        CALLINSPECT_GENESYS_PASSWORD="canary",
        CALLINSPECT_WEBEX_BASE_URL=server.url,
        CALLINSPECT_WEBEX_ACCESS_TOKEN="canary",
    )


GOING_ON = answer(200, json.dumps({"statusCode": 0, "call": {"id": "x1", "state": "Established"}, "id": "x1"}))


IN_BETWEEN = {
    "a page": answer(404, "<html><title>404 Not Found</title></html>"),
    "a text": answer(404, "default backend - 404"),
    "nothing": answer(404),
    "gone": answer(410, "<html>"),
    "a gateway": answer(404, json.dumps({"message": "no Route matched with those values"})),
}


@pytest.mark.parametrize("kind", IN_BETWEEN)
def test_what_stands_in_between_does_not_say_that_a_call_is_over(kind: str, tmp_path: Path) -> None:
    asked: list[bytes] = []

    def choose(request: bytes) -> Answer:
        asked.append(request)
        return IN_BETWEEN[kind] if len(asked) == 2 else GOING_ON

    with Chooser(choose) as server:
        arguments = ("wait", "genesys", "x1", "--interval", "0.2", "--timeout", "2")
        done = callinspect(*arguments, env=account(server, tmp_path))
    assert (done.returncode, done.stdout) == (8, b"")
    assert b"still waiting" in done.stderr
    assert b"is still active" in done.stderr


NOT_THE_CALL = {
    "message": "Target user is not a Webex Calling user",
    "errors": [{"errorCode": 4008}],
    "trackingId": "t",
}


def test_something_else_that_is_not_found_is_no_end_of_a_call(tmp_path: Path) -> None:
    asked: list[bytes] = []

    def choose(request: bytes) -> Answer:
        asked.append(request)
        return GOING_ON if len(asked) == 1 else answer(404, json.dumps(NOT_THE_CALL))

    with Chooser(choose) as server:
        done = callinspect("wait", "webex", "x1", "--interval", "0.2", env=account(server, tmp_path))
    assert (done.returncode, done.stdout) == (10, b"")
    assert b"license" in done.stderr


WEBEX_TEXT = "The requested resource could not be found."


ELSEWHERE = {
    "a device": ("genesys", 404, {"statusCode": 6, "statusMessage": "Device '5001' was not found"}, 10),
    "a user": ("genesys", 200, {"statusCode": 6, "statusMessage": "User not found"}, 10),
    "a path": ("genesys", 404, {"status": "error", "errorDescription": "The path was not found"}, 10),
    "a workspace": ("webex", 404, {"message": "Workspace not found", "trackingId": "t"}, 10),
    "a person": ("webex", 404, {"message": WEBEX_TEXT, "errors": [{"description": "Person not found"}]}, 10),
    "a member": ("webex", 410, {"message": "Member gone", "trackingId": "t"}, 10),
    "other calls": ("genesys", 200, {"statusCode": 0, "calls": [{"id": "other", "state": "Held"}]}, 12),
    "the call": ("webex", 404, {"message": "Call not found for this user", "trackingId": "t"}, 0),
    "no call": ("genesys", 200, {"statusCode": 0, "calls": []}, 0),
    "the call in the oldest form": ("genesys", 404, {"status": "error", "errorDescription": "Call not found"}, 0),
    "something": ("genesys", 404, {"statusCode": 6, "statusMessage": "Resource not found"}, 0),
}
"""Provider, status and body of an answer after one that showed the call, and the exit status that it means."""


@pytest.mark.parametrize("kind", ELSEWHERE)
def test_only_the_call_s_own_absence_ends_it(kind: str, tmp_path: Path) -> None:
    provider, status, body, exit_status = ELSEWHERE[kind]
    asked: list[bytes] = []

    def choose(request: bytes) -> Answer:
        asked.append(request)
        return GOING_ON if len(asked) == 1 else answer(status, json.dumps(body))

    with Chooser(choose) as server:
        arguments = ("wait", provider, "x1", "--interval", "0.2", "--timeout", "9", "-f", "state")
        done = callinspect(*arguments, env=account(server, tmp_path))
    assert (done.returncode, done.stdout) == (exit_status, b"" if exit_status else b"ended\n")


def test_a_time_that_means_never_is_not_waited_for(tmp_path: Path) -> None:
    ringing = {"id": "x1", "personality": "terminator", "state": "alerting", "answered": "1970-01-01T00:00:00Z"}
    with Chooser(lambda _: answer(200, json.dumps(ringing))) as server:
        arguments = ("wait", "webex", "x1", "--for", "answered", "--interval", "0.2", "--timeout", "1")
        done = callinspect(*arguments, env=account(server, tmp_path))
    assert (done.returncode, done.stdout) == (8, b"")
    assert b"is still ringing" in done.stderr


def test_an_answer_about_another_call_is_not_waited_for(tmp_path: Path) -> None:
    over = {"id": "x2", "state": "disconnected", "answered": "2025-04-08T10:00:00Z"}
    with Chooser(lambda _: answer(200, json.dumps(over))) as server:
        done = callinspect("wait", "webex", "x1", "--timeout", "2", env=account(server, tmp_path))
    assert (done.returncode == 0, done.stdout) == (False, b"")
    assert "about another call: “x2”" in done.stderr.decode()


NO_ANSWERS: dict[str, bytes] = {
    "a page of maintenance": answer(200, "<html>Back soon</html>"),
    "an empty body": answer(200),
    "half a body": answer(200, body()[:-9]),
    "another call": answer(200, body("c-2")),
    "a redirect": answer(302, given={"Location": "/login"}),
}


class TestNoAnswer:
    """An answer that is none."""

    @pytest.mark.parametrize("command", ["wait", "watch"])
    @pytest.mark.parametrize("what", NO_ANSWERS)
    def test_one_in_between_ends_nothing(self, what: str, command: str, tmp_path: Path) -> None:
        ended = answer(200, json.dumps(json.loads(body()) | {"state": "disconnected"}))
        with Server(GOOD, NO_ANSWERS[what], GOOD, NO_ANSWERS[what], NO_ANSWERS[what], ended) as server:
            arguments = (command, "bandwidth", "c-1", "--interval", "0.1")
            done = callinspect(*arguments, env=env_of(tmp_path, server.url))
            assert done.returncode == 0, done.stderr
            assert len(server.requests) == 6

    @pytest.mark.parametrize("command", ["wait", "watch"])
    def test_several_in_a_row_end_it(self, command: str, tmp_path: Path) -> None:
        with Server(GOOD, NO_ANSWERS["a page of maintenance"]) as server:
            arguments = (command, "bandwidth", "c-1", "--interval", "0.1")
            done = callinspect(*arguments, env=env_of(tmp_path, server.url))
            assert (done.returncode, len(server.requests)) == (12, 6)
            assert done.stderr.count(b"a web page") == 2


@pytest.mark.parametrize("given", ["redirections", "recall"])
@pytest.mark.parametrize("last", ["over", "gone"])
def test_what_led_to_a_call_is_kept_as_last_seen(given: str, last: str, tmp_path: Path) -> None:
    """A vendor that reports it while the call rings does not say later that it was not so."""
    party = {"name": "Support", "number": "8000"}
    led = {
        "redirections": [{"reason": "callQueue", "redirectingParty": party}],
        "recall": {"type": "park", "party": party},
    }
    ringing = {"id": "x1", "personality": "terminator", "state": "alerting"}
    connected = ringing | {"state": "connected", "answered": "2025-04-08T10:00:00Z"}
    over = {
        "over": answer(200, json.dumps(connected | {"state": "disconnected"})),
        "gone": answer(404, json.dumps({"message": "Call not found for this user", "trackingId": "t"})),
    }
    seen = [answer(200, json.dumps(each)) for each in (ringing | {given: led[given]}, connected, connected)]
    asked: list[bytes] = []

    def choose(request: bytes) -> Answer:
        asked.append(request)
        return [*seen, over[last]][min(len(asked), 4) - 1]

    with Chooser(choose) as server:
        arguments = ("wait", "webex", "x1", "--interval", "0.1", "--grace", "0")
        done = callinspect(*arguments, env=account(server, tmp_path))
    record = json.loads(done.stdout)
    assert record["state"] == "ended"
    assert record[given]
    assert f"/{given}" in {each["source"].removesuffix("/0") for each in record["timeline"]}
    assert record["warnings"].count(f"the vendor no longer reports the {given}; shown as last seen") == 1
