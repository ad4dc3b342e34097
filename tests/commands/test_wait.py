"""`callinspect wait`, on calls that live."""

import json
import re
import time
from pathlib import Path

import pytest
from kit.bounds import LEEWAY
from kit.program import callinspect, env_of, error
from kit.sandbox_calls import ANSWERED, BUSY, BUSY_SOON, living
from kit.screen import on_terminal, screen
from kit.servers import Server, answer, at, refusing

from callinspect.sandbox import calls

Env = dict[str, str]


def test_it_ends_with_the_record_when_the_call_has_come_so_far(quick: Env) -> None:
    call = living("bandwidth", "answered at 5 s")
    done = callinspect("wait", "bandwidth", call, "--for", "answered", "--interval", "0.2", env=quick)
    record = json.loads(done.stdout)
    assert (done.returncode, record["state"], record["id"]) == (0, "active", call)
    done = callinspect("wait", f"bandwidth:{call}", "--interval", "0.2", "-f", "outcome", env=quick)
    assert (done.returncode, done.stdout) == (0, b"answered\n")


def test_it_has_patience_with_a_call_that_is_too_new_to_be_found(quick: Env) -> None:
    call = living("bandwidth", "404 for 4 s")
    done = callinspect("wait", "bandwidth", call, "--for", "queued", "--interval", "0.2", env=quick)
    assert done.returncode == 0


def test_it_has_no_patience_without_grace(quick: Env) -> None:
    done = callinspect("wait", "bandwidth", "c-none", "--grace", "0", env=quick)
    assert (done.returncode, done.stdout) == (3, b"")


def test_it_gives_up_in_time(quick: Env) -> None:
    call = next(call.id for call in calls() if "waiting in the account's queue" in call.description)
    done = callinspect("wait", "bandwidth", call, "--timeout", "1", "--error-format", "json", env=quick)
    found = error(done, 8)
    assert (found["code"], found["retryable"]) == ("timeout", False)
    assert "still queued" in found["message"]


def test_it_reads_once_more_at_the_end_and_not_beyond(env: Env) -> None:
    call = next(call.id for call in calls() if call.provider == "bandwidth" and "drips" in call.description)
    started = time.monotonic()
    done = callinspect("wait", "bandwidth", call, "--timeout", "2", env=env)
    assert (done.returncode, done.stdout) == (8, b"")
    assert time.monotonic() - started < 2 + LEEWAY
    done = callinspect("wait", *BUSY_SOON, "--timeout", "3", "--interval", "60", env=env)
    assert b"after 3 s" in done.stderr
    assert time.monotonic() - started > 4


def test_it_does_not_wait_for_what_cannot_come_any_more(env: Env) -> None:
    done = callinspect("wait", *BUSY, "--for", "answered", env=env)
    assert (done.returncode, done.stdout) == (8, b"")
    assert b"ended and was never answered" in done.stderr


def test_a_call_that_was_answered_has_been_active(env: Env) -> None:
    assert callinspect("wait", *ANSWERED, "--for", "active", env=env).returncode == 0


def test_a_call_that_only_a_menu_has_taken_is_not_answered(env: Env) -> None:
    """It is active, and may still ring."""
    call = next(call.id for call in calls() if call.description == "inbound, in the menu")
    for goal, status in (("answered", 8), ("ringing", 8), ("active", 0)):
        done = callinspect("wait", "genesyscloud", call, "--for", goal, "--timeout", "1", env=env)
        assert done.returncode == status
        assert not status or b"is still active after 1 s" in done.stderr


def test_an_answer_after_a_menu_is_the_agents(quick: Env) -> None:
    call = living("genesyscloud", "an agent is alerted at 8 s")
    done = callinspect("wait", "genesyscloud", call, "--for", "answered", "--interval", "0.2", env=quick)
    record = json.loads(done.stdout)
    assert (done.returncode, record["answered_at"] is not None) == (0, True)
    assert [each["source"] for each in record["timeline"] if each["event"] == "answered"] == ["/answered_at"]


def test_the_exit_status_can_tell_how_it_ended(env: Env) -> None:
    assert callinspect("wait", *BUSY, "--exit-status", env=env).returncode == 11
    assert callinspect("wait", *ANSWERED, "--exit-status", env=env).returncode == 0


def test_with_exit_status_an_unanswered_end_ends_any_wait(env: Env) -> None:
    """The call is shown as usual, whatever was waited for."""
    for goal in ("answered", "held", "ringing"):
        done = callinspect("wait", *BUSY, "--for", goal, "--exit-status", "-f", "outcome", env=env)
        assert (done.returncode, done.stdout, done.stderr) == (11, b"busy\n", b"")
    assert callinspect("wait", *ANSWERED, "--for", "held", "--exit-status", env=env).returncode == 8


def test_a_call_that_a_forgetful_vendor_shows_no_more_is_over(quick: Env) -> None:
    call = living("webex", "without a last word")
    done = callinspect("wait", "webex", call, "--interval", "0.2", env=quick)
    record = json.loads(done.stdout)
    assert (done.returncode, record["state"], record["outcome"]) == (0, "ended", "answered")
    assert any("no longer shows the call" in warning for warning in record["warnings"])


def test_a_failure_that_may_pass_does_not_end_the_waiting(env: Env) -> None:
    call = next(call.id for call in calls() if call.provider == "bandwidth" and "503, always" in call.description)
    done = callinspect("wait", "bandwidth", call, "--timeout", "4", env=env)
    assert done.returncode == 8
    assert b"still waiting" in done.stderr


def test_a_call_that_could_never_be_read_says_why(tmp_path: Path) -> None:
    """The exit code is that of any time limit; the error has the facts of the last failure."""
    refusal = refusing(503, "maintenance")
    with Server(refusal) as server:
        arguments = ("wait", "bandwidth", "c-1", "--timeout", "1", "--error-format", "json")
        done = callinspect(*arguments, env=env_of(tmp_path, server.url))
    found = error(done, 8)
    assert (found["code"], found["http_status"], found["retryable"]) == ("timeout", 503, True)
    assert "could not be read within 1 s" in found["message"]


def test_unknown_goals_are_usage_errors_that_name_the_known_ones(env: Env) -> None:
    for given, said in {
        "lunch": "--for must be queued, dialing, ringing, active, held, answered or ended",
        "ended,": "--for must be queued",
        "ended,activ": "or ended\n  · did you mean active?",
    }.items():
        done = callinspect("wait", *BUSY, "--for", given, env=env)
        assert (done.returncode, done.stdout) == (2, b"")
        assert said in done.stderr.decode()


def test_any_of_several_states_ends_the_wait(quick: Env) -> None:
    call = living("bandwidth", "answered at 5 s")
    for goals in (["--for", "held,Active"], ["--for", "held", "--for", "answered,ended"]):
        done = callinspect("wait", "bandwidth", call, *goals, "--interval", "0.2", "-f", "state", env=quick)
        assert (done.returncode, done.stdout) == (0, b"active\n")


def test_states_that_cannot_be_reached_any_more_are_named(env: Env) -> None:
    for goals, said in {
        "answered,active": "never answered or active",
        "held,ringing": "not seen held or ringing",
    }.items():
        done = callinspect("wait", *BUSY, "--for", goals, env=env)
        assert (done.returncode, done.stdout) == (8, b"")
        assert f"the call has ended and was {said}" in done.stderr.decode()


NOT_FOUND = answer(404, '{"type": "validation", "description": "Call [c-1] not found", "id": null}')
TROUBLE = [refusing(503, "maintenance")] * 3
"""What one look gets: a request is sent three times."""

LIFE = [NOT_FOUND, at("initiated"), *TROUBLE, at("answered"), at("disconnected", disconnectCause="busy")]
WAIT = ("wait", "bandwidth", "c-1", "--interval", "0.7", "--grace", "50", "-f", "outcome")


def test_a_line_says_what_it_sees_until_the_result(tmp_path: Path) -> None:
    with Server(*LIFE) as server:
        status, written = on_terminal(*WAIT, env=env_of(tmp_path, server.url), columns=100)
    text = written.decode()
    for line in (
        "not found yet; keeps trying for (50|4[0-9]) s · next look in 1 s · gives up in 59 min",
        "ringing · next look in 1 s · gives up in 59 min",
        "ringing · vendor unavailable: “maintenance” \\(HTTP 503\\) · next look in 1 s · gives up in 59 min",
        "active for [0-9] s · next look in 1 s · gives up in 59 min",
    ):
        assert re.search(f"(?m)^.*{line}\r$", text), line
    assert (status, [row for row in screen(text, 100) if row]) == (0, ["busy"])
    assert text.rindex("\x1b[?25h") > text.rindex("\x1b[?25l")


def test_the_line_has_only_characters_of_standard_error(tmp_path: Path) -> None:
    """Whatever the encoding of standard output, which is another stream."""
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.stderr.reconfigure(encoding='ascii')\n")
    with Server(*TROUBLE, at("disconnected", disconnectCause="busy")) as server:
        env = env_of(tmp_path, server.url, PYTHONPATH=str(tmp_path))
        status, written = on_terminal(*WAIT, env=env, columns=100)
    assert status == 0
    assert b'vendor unavailable: "maintenance" (HTTP 503) - next look in 1 s - gives up' in written


def test_a_narrow_terminal_still_shows_the_state(tmp_path: Path) -> None:
    with Server(*LIFE) as server:
        status, written = on_terminal(*WAIT, env=env_of(tmp_path, server.url), columns=38)
    text = written.decode()
    assert status == 0
    assert "ringing · next look in 1 s\r\n" in text
    assert "ringing · vendor unavailable:\r\n“maintenance” (HTTP 503)\r\n" in text
    assert [row for row in screen(text, 38) if row] == ["busy"]


@pytest.mark.parametrize("option", ["-q", "-v", "--utc"])
def test_changes_are_lines_where_the_cursor_cannot_move(option: str, tmp_path: Path) -> None:
    with Server(*LIFE) as server:
        status, written = on_terminal(*WAIT, option, env=env_of(tmp_path, server.url, TERM="dumb"))
    *lines, last = written.decode().split("\r\n")[:-1]
    assert (status, last) == (0, "busy")
    said = [re.sub("[0-9]+ s$", "N s", line) for line in lines if line.startswith("callinspect: ")]
    assert said == (["callinspect: " + text for text in CHANGES] if option != "-q" else [])


CHANGES = ["not found yet; keeps trying for N s", "ringing", "still waiting: “maintenance”", "active"]


@pytest.mark.parametrize("option", ["-q", "-v", "--utc"])
def test_a_pipe_gets_failures_and_with_v_the_changes(option: str, tmp_path: Path) -> None:
    with Server(*LIFE) as server:
        done = callinspect(*WAIT, option, env=env_of(tmp_path, server.url))
    said = re.findall(r"(?m)^callinspect: (.*?)(?:[0-9]+ s)?$", done.stderr.decode())
    changes = [each.removesuffix("N s") for each in CHANGES]
    assert said == {"-q": [], "-v": changes, "--utc": [CHANGES[2]]}[option]
    assert (done.returncode, done.stdout) == (0, b"busy\n")
