"""Calls of a real Asterisk: their states, both legs, what is read with them, and the list."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from kit.program import Env, callinspect
from providers.asterisk.pbx import PBX, needed, until
from providers.asterisk.pbx.events import Application

needed()

Got = Callable[..., Any]

ADA = "+12025550101"
"""Who calls, unless a test says something else."""


def number(party: dict[str, Any] | None) -> str | None:
    return party["number"] if party else None


def seen(call: dict[str, Any]) -> tuple[str | None, ...]:
    """Return what a record says of the leg: state, direction, who calls and who is called."""
    return call["state"], call["direction"], number(call["from"]), number(call["to"])


@pytest.mark.parametrize(
    ("called", "half", "vendor_state", "leg"),
    [
        ("silent", "", "Down", ("dialing", "outbound", ADA, None)),
        ("silent", ";2", "Ring", ("ringing", "inbound", ADA, None)),
        ("ring", "", "Ringing", ("ringing", "outbound", ADA, None)),
        ("answer", "", "Up", ("active", "unknown", ADA, None)),
        ("music", ";2", "Up", ("active", "unknown", ADA, None)),
    ],
)
def test_a_leg_says_how_far_it_is(pbx: PBX, got: Got, called: str, half: str, vendor_state: str, leg: object) -> None:
    pbx.call(called, "one")
    pbx.channel(id=f"one{half}", state=vendor_state)
    record = got(f"one{half}", "--with", "variables")
    assert (record["vendor_state"], seen(record)) == (vendor_state, leg)
    assert (record["id"], record["session_id"], record["outcome"]) == (f"one{half}", "one", None)
    assert (record["answered_at"] is not None) == (vendor_state == "Up")


@pytest.mark.parametrize(
    ("called", "word", "outcome", "codes"),
    [("busy", "Busy", "busy", (486, 17)), ("congestion", "Congestion", "failed", (503, 34))],
)
def test_a_refused_caller_who_listens_has_been_refused(
    application: Application, got: Got, called: str, word: str, outcome: str, codes: object
) -> None:
    application.dial(called, "one")
    application.pbx.channel(id="one;2", state="Busy")
    record = got("one;2")
    assert (record["state"], record["vendor_state"], record["outcome"]) == ("ended", "Busy", outcome)
    assert (record["cause"]["code"], (record["cause"]["sip"], record["cause"]["q850"])) == (word, codes)


@pytest.mark.parametrize(
    ("dialed", "reached", "state", "leg_state"),
    [("+12025550120", "ring", "Ringing", "ringing"), ("+12025550122", "answer", "Up", "active")],
)
def test_each_leg_over_sip_says_who_calls_whom(
    pbx: PBX, got: Got, dialed: str, reached: str, state: str, leg_state: str
) -> None:
    """Without variables, a caller's leg that is up does not tell that it came in."""
    pbx.call(f"PJSIP/{dialed}@trunk", "far")
    callee = pbx.channel(app_name="AppDial", state=state)["id"]
    caller = pbx.channel(exten=dialed, app_name="Dial")["id"]
    called = next(each["id"] for each in pbx.channels() if each["dialplan"]["exten"] in {reached, f"{reached}-1"})
    incoming = "inbound" if state == "Ringing" else "unknown"
    assert seen(got("far")) == (
        (leg_state, "outbound", ADA, dialed) if state == "Ringing" else (leg_state, "unknown", dialed, ADA)
    )
    assert seen(got(caller)) == (leg_state, incoming, ADA, dialed)
    assert seen(got(caller, "--with", "variables")) == (leg_state, "inbound", ADA, dialed)
    assert seen(got(callee)) == (leg_state, "outbound", ADA, dialed)
    assert seen(got(called)) == (leg_state, incoming, ADA, None)
    assert seen(got(called, "--with", "variables")) == (leg_state, "inbound", ADA, dialed.replace("5012", "5011"))
    assert got(caller)["session_id"] == got(callee)["session_id"] == caller


def test_two_joined_legs_know_each_other(pbx: PBX, got: Got) -> None:
    pbx.call("PJSIP/+12025550122@trunk")
    callee = pbx.channel(app_name="AppDial", state="Up")["id"]
    caller = pbx.channel(app_name="Dial", state="Up")["id"]
    until(lambda: pbx.ask("GET", "bridges"))
    for mine, other in ((caller, callee), (callee, caller)):
        record = got(mine, "--with", "variables,legs")
        [leg] = record["related"]["legs"]
        assert (leg["relation"], leg["id"], leg["call"]["state"]) == ("sibling", other, "active")
        bridge = record["vendor"]["bridge"]
        assert (bridge["technology"], bridge["bridge_class"]) == ("simple_bridge", "basic")
        assert record["participants"] == []
        assert record["created_at"] < record["answered_at"] <= record["retrieved_at"]


def conference(application: Application) -> None:
    """Have three channels, `one`, `two` and `three`, in one bridge."""
    for count, call_id in enumerate(("one", "two", "three"), 1):
        caller = f'"{call_id}" <+1202555017{count}>'
        application.pbx.call("PJSIP/answer@trunk", call_id, app=application.NAME, callerId=caller)
        application.event("StasisStart", id=call_id)
    bridge = application.pbx.ask("POST", "bridges", type="mixing")["id"]
    application.pbx.ask("POST", f"bridges/{bridge}/addChannel", channel="one,two,three")
    until(lambda: application.pbx.ask("GET", f"bridges/{bridge}")["technology"] == "softmix")


def test_a_conference_has_the_other_legs_and_their_parties(application: Application, got: Got) -> None:
    conference(application)
    record = got("one", "--with", "legs")
    assert {each["id"] for each in record["related"]["legs"]} == {"two", "three"}
    assert record["vendor"]["bridge"]["technology"] == "softmix"
    named = [record["from"], record["to"], *record["participants"]]
    assert {number(each) for each in named} == {"+12025550171", "+12025550172", "+12025550173"}


def test_a_party_on_hold_is_held_where_variables_are_read(application: Application, got: Got) -> None:
    application.pbx.call("PJSIP/answer@trunk", "one", app=application.NAME)
    application.event("StasisStart", id="one")
    application.pbx.ask("POST", "channels/one/hold")
    until(lambda: application.pbx.value("one", "CHANNEL(onhold)") == "1")
    assert got("one")["state"] == "active"
    assert got("one", "--with", "variables")["state"] == "held"
    application.pbx.ask("DELETE", "channels/one/hold")
    until(lambda: application.pbx.value("one", "CHANNEL(onhold)") == "0")
    assert got("one", "--with", "variables")["state"] == "active"


def test_what_came_after_a_dial_is_not_when_it_was_answered(pbx: PBX, got: Got) -> None:
    """A channel that goes on after it has a new CDR, answered when it began."""
    pbx.call("PJSIP/+12025550121@trunk")
    callee = pbx.channel(app_name="AppDial", state="Up")["id"]
    caller = pbx.channel(app_name="Dial", state="Up")["id"]
    record = got(caller, "--with", "variables")
    assert 1 <= record["durations"]["ring"] < 2
    pbx.hang_up(callee)
    pbx.channel(id=caller, app_name="Wait")
    record = got(caller, "--with", "variables")
    assert (record["state"], record["answered_at"]) == ("active", None)
    assert float(record["vendor"]["variables"]["CDR(answer,u)"]) > 0


@pytest.mark.parametrize("called", ["private-ring", "PJSIP/private-ring@trunk"])
def test_a_withheld_caller_is_private_with_variables(pbx: PBX, got: Got, called: str) -> None:
    """The number is in the answer all the same."""
    pbx.call(called)
    callee = pbx.channel(exten="ring", app_name="Wait", state="Ring")["id"]
    assert not got(callee)["from"]["private"]
    caller = got(callee, "--with", "variables")["from"]
    assert (caller["private"], caller["number"]) == (True, ADA)


def test_a_diverted_call_says_by_whom_and_with_variables_why(pbx: PBX, got: Got) -> None:
    pbx.call("diverted-ring", "one")
    pbx.channel(id="one;2", app_name="Wait")
    for options, why in (((), ("unknown", None)), (("--with", "variables"), ("busy", "cfb"))):
        [diverted] = got("one;2", *options)["redirections"]
        assert (diverted["reason"], diverted["vendor_reason"]) == why
        assert number(diverted["party"]) == "+12025550177"


LONGEST = "a/b;c+d e?f#g%41.å🙂".ljust(145, "x")
"""An ID of 149 bytes, as many as there may be."""


@pytest.mark.parametrize("call_id", [LONGEST, "/", "+", "1795670595.8;2"])
def test_an_id_of_any_form_is_found(pbx: PBX, got: Got, call_id: str) -> None:
    pbx.call("PJSIP/ring@trunk", call_id)
    assert got(call_id)["id"] == call_id


def test_a_channel_in_other_letters_is_found_with_its_legs(pbx: PBX, got: Got) -> None:
    """Asterisk does not tell an ID in capitals from one in small letters, and answers with the channel's own."""
    pbx.call("dial-answer", "Mixed", otherChannelId="Mixed-Other")
    pbx.channel(id="Mixed-Other", app_name="Dial", state="Up")
    record = got("MIXED-other", "--with", "variables,legs")
    assert (record["id"], len(record["related"]["legs"])) == ("Mixed-Other", 1)


def test_fifty_channels_are_listed_filtered_and_read(pbx: PBX, inspector: Env) -> None:
    for count in range(25):
        pbx.call("ring" if count % 5 else "answer", f"n{count}", callerId=f"<+120255501{count:02}>")
    until(lambda: sum(each["state"] == "Up" for each in pbx.channels()) == 10)

    def listed(*options: str) -> list[str]:
        done = callinspect("list", "asterisk", "-q", *options, env=inspector)
        assert (done.returncode, done.stderr) == (0, b"")
        return [json.loads(line)["id"] for line in done.stdout.splitlines()]

    ids = {f"n{count}{half}" for count in range(25) for half in ("", ";2")}
    everything = listed()
    assert (len(everything), set(everything)) == (50, ids)
    answered = {f"n{count}{half}" for count in range(0, 25, 5) for half in ("", ";2")}
    assert set(listed("--state", "active")) == answered
    assert set(listed("--state", "ringing", "--since", "1h")) == ids - answered
    assert set(listed("--from", "+12025550107")) == {"n7", "n7;2"}
    assert set(listed("--from", "+12025550107", "--state", "active")) == set()
    assert len(listed("-n", "3")) == 3
    lines = "".join(f"{each}\n" for each in everything)
    done = callinspect("get", "asterisk", "-", "-f", "id", env=inspector, stdin=lines)
    assert (done.returncode, done.stdout.decode()) == (0, lines)


def test_an_idle_server_has_no_calls(pbx: PBX, inspector: Env) -> None:
    done = callinspect("list", "asterisk", "-q", env=inspector)
    assert (done.returncode, done.stdout, pbx.channels()) == (0, b"", [])
