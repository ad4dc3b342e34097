"""`callinspect get --with events`: what else a vendor knows of a call."""

import json
from base64 import b64encode
from typing import Any

import pytest
from kit.program import callinspect
from kit.sandbox_calls import BUSY_EVENTS
from kit.servers import Answer, Chooser, answer, header, reset, silence

Env = dict[str, str]


def account(server: Chooser, bare: Env) -> Env:
    """Return the environment of a user of that server."""
    return bare | {
        "CALLINSPECT_CATAPULT_BASE_URL": server.url,
        "CALLINSPECT_CATAPULT_USER_ID": "u-1",
        "CALLINSPECT_CATAPULT_TOKEN": "t-canary",
        "CALLINSPECT_CATAPULT_SECRET": "s-canary",
    }


def got(*arguments: str, env: Env) -> Any:
    done = callinspect("get", *arguments, env=env)
    assert (done.returncode, done.stderr) == (0, b"")
    return json.loads(done.stdout)


def test_events_of_catapult_say_why_a_call_ended(env: Env) -> None:
    """They are read unasked for one call that nobody answered, not for many."""
    without = got(*BUSY_EVENTS, "--without", "events", env=env)
    assert (without["outcome"], without["cause"], without["related"]["events"]) == ("unanswered", None, None)
    [warning] = without["warnings"]
    assert "why it ended is in the call's events" in warning
    for options in ([], ["--with", "events"]):
        found = got(*BUSY_EVENTS, *options, env=env)
        assert (found["outcome"], found["cause"]["code"], found["warnings"]) == ("busy", "USER_BUSY", [])
        assert [(each["name"], each["event"]) for each in found["related"]["events"]] == [
            ("create", "created"),
            ("hangup", "ended"),
        ]
        assert "events" not in found["vendor"]
    done = callinspect("get", BUSY_EVENTS[0], "-", "-o", "jsonl", env=env, stdin=f"{BUSY_EVENTS[1]}\n")
    bulk = json.loads(done.stdout)
    assert (bulk["outcome"], bulk["related"]["events"], bulk["warnings"]) == ("unanswered", None, [warning])


OVER = {"id": "c-1", "state": "completed"}


FAILING: dict[str, tuple[Answer, str]] = {
    "missing": (
        answer(404, json.dumps({"category": "not-found", "message": "No such call"})),
        "“No such call” (HTTP 404)",
    ),
    "forbidden": (answer(403, json.dumps({"category": "forbidden", "message": "Not yours"})), "“Not yours” (HTTP 403)"),
    "refused": (answer(401, json.dumps({"category": "authentication", "message": "Who?"})), "“Who?” (HTTP 401)"),
    "failed": (answer(500, json.dumps({"category": "backend", "message": "Down"})), "“Down” (HTTP 500)"),
    "overloaded": (answer(503, json.dumps({"message": "Too much"}), {"Retry-After": "9999"}), "“Too much” (HTTP 503)"),
    "limited": (answer(429, "{}", {"X-RateLimit-Reset": "9999999999999"}), "(HTTP 429)"),
    "a page": (answer(404, "<html>"), "a web page instead of the vendor's own error message (HTTP 404)"),
    "not JSON": (answer(200, "[{"), "cannot be read: it is not JSON"),
    "not a list": (answer(200, json.dumps({"name": "hangup", "data": "USER_BUSY"})), "the answer is not a list"),
    "out of time": (silence, "did not answer within"),
    "broken": (reset, "broke before the response was complete"),
    "elsewhere": (answer(302, given={"Location": "/elsewhere"}), "a redirect, which is never followed (HTTP 302)"),
}
"""What comes in place of a call's events, and what is said of it."""


@pytest.mark.parametrize("kind", FAILING)
def test_events_that_cannot_be_had_cost_a_warning_only(kind: str, bare: Env) -> None:
    events, said = FAILING[kind]
    with Chooser(lambda request: events if b"/events" in request else answer(200, json.dumps(OVER))) as server:
        record = got(
            "catapult", "c-1", "--with", "events", "--timeout", "2", "--rate", "1000/s", env=account(server, bare)
        )
    assert (record["id"], record["outcome"], record["cause"]) == ("c-1", "unanswered", None)
    (warning,) = record["warnings"]
    assert warning.startswith("the call's events could not be read: ")
    assert said in warning


def test_a_warning_about_events_is_short_and_tells_no_secret(bare: Env) -> None:
    def choose(request: bytes) -> Answer:
        if b"/events" not in request:
            return answer(200, json.dumps(OVER))
        said = f"{'x' * 340} {header(request, 'authorization')} {'y' * 5000}"
        return answer(403, json.dumps({"category": "forbidden", "message": said}))

    with Chooser(choose) as server:
        (warning,) = got("catapult", "c-1", "--with", "events", env=account(server, bare))["warnings"]
    sent = b64encode(b"t-canary:s-canary").decode()
    assert len(warning) < 500
    assert not any(sent[:length] in warning for length in range(6, len(sent)))
