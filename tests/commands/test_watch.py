"""`callinspect watch`, on calls that live."""

import json
import re
import signal
import time
from pathlib import Path

import pytest
from kit.program import SCRIPTS, TIMEOUT, callinspect, env_of
from kit.sandbox_calls import living
from kit.screen import on_terminal, screen
from kit.servers import Server, answer, at
from ptyprocess import PtyProcess

Env = dict[str, str]


def test_a_pipe_gets_a_line_for_every_change(quick: Env) -> None:
    call = living("genesys", "on hold")
    done = callinspect("watch", "genesys", call, "--interval", "0.2", env=quick)
    news = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert news[0]["changed"] == {}
    seen = [news[0]["call"]["state"], *(each["changed"]["state"][1] for each in news if "state" in each["changed"])]
    assert seen == ["ringing", "active", "held", "active", "ended"]
    assert all(each["at"] == each["call"]["retrieved_at"] for each in news)


def test_a_terminal_shows_the_card_and_the_changes(quick: Env) -> None:
    """And is left as it was, with its cursor."""
    call = living("bandwidth", "answered at 5 s")
    status, written = on_terminal("watch", "bandwidth", call, "--interval", "0.2", env=quick)
    text = written.decode()
    assert status == 0
    assert "state: ringing ──▶ active" in text
    assert "state: active ──▶ ended" in text
    assert text.rindex("\x1b[?25h") > text.rindex("\x1b[?25l")


def test_an_interruption_leaves_the_terminal_as_it_was(quick: Env) -> None:
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


LONG_ID = "c-95ac8d6e-1a31c52e-b38f-4198-93c1-51633ec68f8d"


def about(state: str, **fields: str) -> bytes:
    return at(state, callId=LONG_ID, startTime="2026-10-21T16:45:11Z", **fields)


LIFE = [about("initiated"), *[about("answered", answerTime="2026-10-21T16:45:14Z")] * 4]


OVER = about("disconnected", answerTime="2026-10-21T16:45:14Z", disconnectCause="hangup")


def begun(env: Env, columns: int) -> PtyProcess:
    """Watch a call on a terminal of that width."""
    words = [str(SCRIPTS / "callinspect"), "watch", "bandwidth", LONG_ID, "--interval", "0.2"]
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
    assert re.fullmatch(r" \d\d:\d\d:\d\d  state: ringing ──▶ active", line)
    assert [line for line in written.splitlines() if "state: active ──▶ ended" in line]


def test_what_a_later_answer_puts_otherwise_is_no_change(tmp_path: Path) -> None:
    """As when the call began, put more exactly, or what it no longer says."""
    exactly = at("answered", callId=LONG_ID, startTime="2026-10-21T16:45:10.500Z", answerTime="2026-10-21T16:45:14Z")
    with Server(about("initiated", parentCallId="c-1", tag="a"), exactly, OVER) as server:
        terminal = begun(env_of(tmp_path, server.url, TERM="dumb"), 80)
        written = until(terminal)
    assert "state: ringing ──▶ active" in written
    assert "created:" not in written
    assert "not reported" not in written.partition("state:")[2].partition("ENDED")[0]


def test_the_vendors_fields_are_the_first_to_make_room(tmp_path: Path) -> None:
    """While the call is watched; its last card is whole."""
    more = {f"field{n}": f"value {n}" for n in range(30)}
    with Server(*[about("initiated", **more)] * 3, about("disconnected", disconnectCause="busy", **more)) as server:
        words = [str(SCRIPTS / "callinspect"), "watch", "bandwidth", LONG_ID, "--interval", "0.2"]
        env = {"TERM": "xterm", **env_of(tmp_path, server.url)}
        written = until(PtyProcess.spawn(words, env=env, dimensions=(24, 80)))
    live, _, last = written.rpartition("ENDED")
    assert "RINGING" in live
    assert " s ago, " in live  # in the last line of the card: when the next look is, or that it is now
    assert "field2" not in live.rpartition(" s ago, ")[0]
    assert "field29" in last


def test_how_a_call_came_about_is_kept(quick: Env) -> None:
    """The vendor reports it while the call rings; that it no longer does is no change of what has happened."""
    done = callinspect("watch", "webex", living("webex", "on hold"), "--interval", "0.2", env=quick)
    news = [json.loads(line) for line in done.stdout.splitlines()]
    assert [news[n]["call"]["state"] for n in (0, -1)] == ["ringing", "ended"]
    assert {each["reason"] for line in news for each in line["call"]["redirections"]} == {"hunt-group"}
    assert all(line["call"]["redirections"] for line in news)
    assert not [path for line in news for path in line["changed"] if path.startswith("redirections")]
    last = news[-1]["call"]
    assert [each["event"] for each in last["timeline"][:4]] == ["called", "redirected", "created", "answered"]
    assert [each for each in last["warnings"] if "no longer reports the redirections" in each]
