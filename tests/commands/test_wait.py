"""`callinspect wait`, on calls that live."""

import json
import time

from kit.program import callinspect
from kit.sandbox_calls import ANSWERED, BUSY, BUSY_SOON, living

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
    error = json.loads(done.stderr)["error"]
    assert (done.returncode, done.stdout, error["code"]) == (8, b"", "timeout")
    assert "still queued" in error["message"]


def test_it_reads_once_more_at_the_end_and_not_beyond(env: Env) -> None:
    call = next(call.id for call in calls() if call.provider == "bandwidth" and "drips" in call.description)
    started = time.monotonic()
    done = callinspect("wait", "bandwidth", call, "--timeout", "2", env=env)
    assert (done.returncode, done.stdout) == (8, b"")
    assert time.monotonic() - started < 8
    done = callinspect("wait", *BUSY_SOON, "--timeout", "3", "--interval", "60", env=env)
    assert b"after 3 s" in done.stderr
    assert time.monotonic() - started > 4


def test_it_does_not_wait_for_what_cannot_come_any_more(env: Env) -> None:
    done = callinspect("wait", *BUSY, "--for", "answered", env=env)
    assert (done.returncode, done.stdout) == (8, b"")
    assert b"ended and was never answered" in done.stderr


def test_a_call_that_was_answered_has_been_active(env: Env) -> None:
    assert callinspect("wait", *ANSWERED, "--for", "active", env=env).returncode == 0


def test_the_exit_status_can_tell_how_it_ended(env: Env) -> None:
    assert callinspect("wait", *BUSY, "--exit-status", env=env).returncode == 11
    assert callinspect("wait", *ANSWERED, "--exit-status", env=env).returncode == 0


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


def test_unknown_goals_are_usage_errors_that_name_the_known_ones(env: Env) -> None:
    done = callinspect("wait", *BUSY, "--for", "lunch", env=env)
    assert done.returncode == 2
    assert b"'answered'" in done.stderr
