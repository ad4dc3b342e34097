"""`callinspect wait` and `watch`, on calls that live."""

import json
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from kit.calls import ANSWERED, BUSY, BUSY_SOON
from kit.program import SCRIPTS, TIMEOUT, callinspect, env_of, environment
from kit.servers import GOOD, Answer, Chooser, Server, answer, body
from ptyprocess import PtyProcess

from callinspect.sandbox import Sandbox, calls

Env = dict[str, str]


def living(provider: str, words: str) -> str:
    return next(call.id for call in calls() if call.provider == provider and call.living and words in call.description)


@pytest.fixture
def quick(tmp_path: Path) -> Iterator[Env]:
    """The environment of a user whose vendors' calls live four times as fast, beginning now."""
    with Sandbox(pace=4.0, catapult_burst=100_000) as running:
        yield environment(tmp_path, **running.environment)


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
    assert any("does not show the call any more" in warning for warning in record["warnings"])


NOT_FOUND = answer(404, '{"type": "validation", "description": "Call [c-1] not found", "id": null}')


def at(state: str, **fields: str) -> bytes:
    """Return Bandwidth's answer about a call in that state."""
    return answer(200, json.dumps({"callId": "c-1", "state": state, "direction": "inbound", **fields}))


@pytest.mark.parametrize("command", ["wait", "watch"])
def test_a_call_that_was_seen_may_be_missing_for_a_while(command: str, tmp_path: Path) -> None:
    """The vendor's copies lag behind each other: a later one has not heard of the call yet."""
    answers = [at("answered"), NOT_FOUND, NOT_FOUND, at("answered"), NOT_FOUND, at("disconnected")]
    with Server(*answers) as server:
        done = callinspect(command, "bandwidth", "c-1", "--interval", "0.1", env=env_of(tmp_path, server.url))
    last = json.loads(done.stdout.splitlines()[-1] if command == "watch" else done.stdout)
    assert (done.returncode, len(server.requests)) == (0, 6)
    assert last.get("call", last)["state"] == "ended"


def test_one_of_a_forgetful_vendor_may_be_missing_where_that_is_allowed(tmp_path: Path) -> None:
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
    assert any("it was seen active" in warning for warning in record["warnings"])


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


def test_one_that_stays_missing_is_not_found(tmp_path: Path) -> None:
    with Server(at("answered"), NOT_FOUND) as server:
        arguments = ("wait", "bandwidth", "c-1", "--interval", "0.2", "--grace", "1")
        done = callinspect(*arguments, env=env_of(tmp_path, server.url))
    assert (done.returncode, done.stdout) == (3, b"")
    assert 3 <= len(server.requests) <= 7


def test_a_failure_that_may_pass_does_not_end_the_waiting(env: Env) -> None:
    call = next(call.id for call in calls() if call.provider == "bandwidth" and "503, always" in call.description)
    done = callinspect("wait", "bandwidth", call, "--timeout", "4", env=env)
    assert done.returncode == 8
    assert b"still waiting" in done.stderr


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
    assert b"licence" in done.stderr


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


def test_unknown_goals_are_usage_errors_that_name_the_known_ones(env: Env) -> None:
    done = callinspect("wait", *BUSY, "--for", "lunch", env=env)
    assert done.returncode == 2
    assert b"'answered'" in done.stderr


def test_watching_in_a_pipe_gives_a_line_for_every_change(quick: Env) -> None:
    call = living("genesys", "on hold")
    done = callinspect("watch", "genesys", call, "--interval", "0.2", env=quick)
    news = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert news[0]["changed"] == {}
    seen = [news[0]["call"]["state"], *(each["changed"]["state"][1] for each in news if "state" in each["changed"])]
    assert seen == ["ringing", "active", "held", "active", "ended"]
    assert all(each["at"] == each["call"]["retrieved_at"] for each in news)


def test_watching_on_a_terminal_shows_the_card_and_the_changes_and_leaves_it_as_it_was(quick: Env) -> None:
    call = living("bandwidth", "answered at 5 s")
    arguments = [str(SCRIPTS / "callinspect"), "watch", "bandwidth", call, "--interval", "0.2"]
    terminal = PtyProcess.spawn(arguments, env={"TERM": "xterm", **quick}, dimensions=(50, 80))
    written = b""
    while True:
        try:
            written += terminal.read(65536)
        except EOFError:
            break
    terminal.wait()
    text = written.decode()
    assert terminal.exitstatus == 0
    assert "state: ringing ──▶ active" in text
    assert "state: active ──▶ ended" in text
    assert text.rindex("\x1b[?25h") > text.rindex("\x1b[?25l")


def test_an_interruption_of_watching_leaves_the_terminal_as_it_was(quick: Env) -> None:
    call = living("bandwidth", "answered at 5 s")
    arguments = [str(SCRIPTS / "callinspect"), "watch", "bandwidth", call]
    terminal = PtyProcess.spawn(arguments, env={"TERM": "xterm", **quick}, dimensions=(50, 80))
    written = b""
    while b"inbound" not in written:
        written += terminal.read(65536)
    terminal.kill(signal.SIGINT)
    while True:
        try:
            written += terminal.read(65536)
        except EOFError:
            break
    terminal.wait()
    assert terminal.exitstatus == 130
    assert b"Traceback" not in written
    assert written.rindex(b"\x1b[?25h") > written.rindex(b"\x1b[?25l")


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


LONG_ID = "c-95ac8d6e-1a31c52e-b38f-4198-93c1-51633ec68f8d"


def about(state: str, **fields: str) -> bytes:
    return at(state, callId=LONG_ID, startTime="2026-10-21T16:45:11Z", **fields)


LIFE = [about("initiated"), *[about("answered", answerTime="2026-10-21T16:45:14Z")] * 4]
OVER = about("disconnected", answerTime="2026-10-21T16:45:14Z", disconnectCause="hangup")


def begun(env: Env, columns: int) -> PtyProcess:
    """Watch a call on a terminal of that width."""
    words = [str(SCRIPTS / "callinspect"), "watch", "bandwidth", LONG_ID, "--interval", "0.3"]
    return PtyProcess.spawn(words, env={"TERM": "xterm", **env}, dimensions=(60, columns))


def until(terminal: PtyProcess, text: str | None = None) -> str:
    """Return what a terminal is sent until there is that text, or no more."""
    written, deadline = b"", time.monotonic() + TIMEOUT
    while text is None or text not in written.decode(errors="replace"):
        assert time.monotonic() < deadline, (text, written)
        try:
            written += terminal.read(65536)
        except EOFError:
            break
    return written.decode()


def screen(written: str, columns: int) -> list[str]:
    """Return the lines that a terminal shows in the end, which wraps them and obeys movements of the cursor."""
    rows, row, column = [""], 0, 0
    for code, character in re.findall(r"\x1b\[([?0-9;]*[A-Za-z])|(.)", written, re.DOTALL):
        if code == "1A":
            row = max(0, row - 1)
        elif code == "2K":
            rows[row] = ""
        elif character == "\r":
            column = 0
        elif character == "\n" or (character and column == columns):
            row, column = row + 1, column if character == "\n" else 0
            rows += [""] * (row + 1 - len(rows))
        if character and character not in "\r\n":
            rows[row] = rows[row].ljust(column)[:column] + character
            column += 1
    return rows


@pytest.mark.parametrize("columns", [20, 30, 40, 50, 80, 120])
def test_the_card_is_kept_in_one_place_at_any_width(columns: int, tmp_path: Path) -> None:
    with Server(*LIFE, OVER) as server:
        terminal = begun(env_of(tmp_path, server.url), columns)
        written = until(terminal)
        assert terminal.wait() == 0
    drawings = written.split("ACTIVE")[1:]
    assert len(drawings) >= 3
    assert all(LONG_ID in drawing for drawing in drawings)
    shown = screen(written, columns)
    assert sum("ENDED" in row for row in shown) == 1
    assert not any("ACTIVE" in row or "waiting" in row for row in shown)
    assert "".join(shown).count(LONG_ID) == 1


def test_the_card_is_as_wide_as_the_terminal_is_by_then(tmp_path: Path) -> None:
    with Server(LIFE[-1]) as server:
        terminal = begun(env_of(tmp_path, server.url, NO_COLOR="1"), 80)
        assert "█" * 90 not in until(terminal, "so far")
        terminal.setwinsize(60, 120)
        assert "█" * 100 in until(terminal, "█" * 100)
        terminal.setwinsize(60, 30)
        until(terminal, "\r\n ░ ring 3 s\r\n")
        terminal.kill(signal.SIGTERM)
        until(terminal)
        terminal.wait()


@pytest.mark.parametrize("term", ["dumb", "unknown", ""])
def test_changes_are_lines_where_the_cursor_cannot_move(term: str, tmp_path: Path) -> None:
    trouble = answer(503, json.dumps({"type": "x", "description": "maintenance"}))
    with Server(LIFE[0], *[trouble] * 6, *LIFE[1:3], OVER) as server:
        terminal = begun(env_of(tmp_path, server.url, TERM=term, FORCE_COLOR="1"), 80)
        written = until(terminal)
        assert terminal.wait() == 0
    assert "\x1b" not in written
    assert written.count("RINGING") == written.count("ENDED") == 1
    assert written.count("maintenance") == 1
    (line,) = [line for line in written.splitlines() if "state: " in line and "active" in line and "ringing" in line]
    assert re.fullmatch(r" \d\d:\d\d:\d\d UTC state: ringing ──▶ active", line)
    assert [line for line in written.splitlines() if "state: active ──▶ ended" in line]
