"""How calls of a real Asterisk end: seen by `wait` and `watch`, and told by the event of the end."""

import json
import threading
from collections.abc import Callable
from typing import Any

import pytest
from kit.program import Env, callinspect
from providers.asterisk.pbx import PBX, needed
from providers.asterisk.pbx.events import Application

needed()

GONE = "the vendor no longer shows the call, so it has ended; this is its last known state"


def later(seconds: float, do: Callable[..., object], *arguments: object) -> None:
    """Do something when so many seconds have passed."""
    threading.Timer(seconds, do, arguments).start()


@pytest.mark.slow
@pytest.mark.parametrize(("called", "outcome"), [("answer", "answered"), ("ring", "unknown")])
def test_waiting_sees_the_end_of_a_call(pbx: PBX, inspector: Env, called: str, outcome: str) -> None:
    """Asterisk forgets a channel when it ends: it was answered if it was seen so."""
    pbx.call(called, "one")
    later(1, pbx.hang_up, "one")
    done = callinspect("wait", "asterisk", "one", "--for", "ended", "--interval", "0.2", env=inspector)
    record = json.loads(done.stdout)
    assert done.returncode == 0
    assert (record["state"], record["outcome"], record["warnings"]) == ("ended", outcome, [GONE])


@pytest.mark.slow
def test_waiting_sees_a_call_answered(pbx: PBX, inspector: Env) -> None:
    pbx.call("ring-1", "one")
    done = callinspect("wait", "asterisk", "one", "--for", "answered", "--interval", "0.2", env=inspector)
    assert (done.returncode, json.loads(done.stdout)["state"]) == (0, "active")


@pytest.mark.slow
def test_watching_sees_every_state_and_the_end(pbx: PBX, inspector: Env) -> None:
    pbx.call("ring-1", "one")
    later(2, pbx.hang_up, "one")
    done = callinspect("watch", "asterisk", "one", "--interval", "0.2", env=inspector)
    changes = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert [each["call"]["state"] for each in changes] == ["ringing", "active", "ended"]
    assert changes[-1]["call"]["outcome"] == "answered"


@pytest.mark.slow
def test_an_answer_does_not_swap_who_called_and_who_was(pbx: PBX, inspector: Env) -> None:
    """What Asterisk calls out to names the other side as its caller once it is up."""
    pbx.call("PJSIP/+12025550121@trunk", "far")
    later(3, pbx.hang_up, "far")
    done = callinspect("watch", "asterisk", "far", "--interval", "0.2", env=inspector)
    calls = [json.loads(line)["call"] for line in done.stdout.splitlines()]
    assert {"ringing", "active", "ended"} <= {each["state"] for each in calls}
    parties = {(each["direction"], each["from"]["number"], each["to"]["number"]) for each in calls}
    assert parties == {("outbound", "+12025550101", "+12025550121")}


def told(event: dict[str, Any], env: Env) -> Any:
    """Return the record of an event."""
    done = callinspect("get", "asterisk", "--from-file", "-", env=env, stdin=json.dumps(event))
    assert (done.returncode, done.stderr) == (0, b"")
    return json.loads(done.stdout)


@pytest.mark.parametrize(
    ("number", "outcome", "q850", "sip"),
    [
        ("+12025550123", "busy", 17, 486),
        ("+12025550124", "rejected", 21, 403),
        ("+12025550125", "failed", 34, 503),
        ("+12025550126", "no-answer", 19, 480),
        ("+12025550128", "failed", 1, 404),
    ],
)
def test_the_end_of_a_refused_leg_says_why(
    application: Application, inspector: Env, number: str, outcome: str, q850: int, sip: int
) -> None:
    application.pbx.call(f"PJSIP/{number}@trunk", "far")
    event = application.event("ChannelDestroyed", app_name="AppDial")
    record = told(event, inspector)
    assert (record["state"], record["direction"], record["outcome"]) == ("ended", "outbound", outcome)
    assert (record["cause"]["code"], record["cause"]["q850"], record["cause"]["sip"]) == (str(q850), q850, sip)
    assert (record["from"]["number"], record["to"]["number"]) == ("+12025550101", number)
    assert record["created_at"] <= record["ended_at"]
    assert record["warnings"] == []


def test_a_caller_who_gives_up_has_canceled_every_leg(application: Application, inspector: Env) -> None:
    application.pbx.call("PJSIP/+12025550120@trunk", "far")
    callee = application.pbx.channel(app_name="AppDial", state="Ringing")["id"]
    caller = application.pbx.channel(app_name="Dial")["id"]
    application.pbx.hang_up("far")
    for call_id in ("far", caller, callee):
        record = told(application.event("ChannelDestroyed", id=call_id), inspector)
        assert (record["state"], record["outcome"]) == ("ended", "canceled"), record


def test_the_end_of_an_answered_leg_says_so(application: Application, inspector: Env) -> None:
    application.pbx.call("PJSIP/+12025550122@trunk", "far")
    callee = application.pbx.channel(app_name="AppDial", state="Up")["id"]
    application.pbx.hang_up(callee)
    record = told(application.event("ChannelDestroyed", id=callee), inspector)
    assert (record["state"], record["outcome"], record["cause"]["q850"]) == ("ended", "answered", 16)


def test_another_event_shows_the_channel_as_it_is(application: Application, inspector: Env) -> None:
    application.pbx.call("ring", "one")
    event = application.event("ChannelStateChange", id="one", state="Ringing")
    record = told(event, inspector)
    assert (record["state"], record["ended_at"], record["vendor"]["type"]) == ("ringing", None, "ChannelStateChange")
