"""A text of a megabyte is written whole, and in no more time than it takes."""

from __future__ import annotations

import contextlib
import json
import subprocess

import pytest
from kit.program import SCRIPTS, TIMEOUT, callinspect, unmeasured
from kit.screen import escaped, inert, seen
from kit.stranger import Answer, Env, Stranger
from ptyprocess import PtyProcess

MEGABYTE = 1_000_000
LONGEST_LINE = 4000
"""Characters of a line that people read; more than any vendor's message has."""

LARGE = {
    "from": "x" * MEGABYTE,
    "to": "\u6f22" * (MEGABYTE // 3),
    "errorMessage": "\x1b" * (MEGABYTE // 6),
    "applicationId": "\u202e[/x]" * (MEGABYTE // 7),
}


def limited(seconds: int) -> tuple[str, ...]:
    """Return the beginning of a command line that fails when it takes that much processor time, or much memory."""
    return ("/bin/sh", "-c", f'ulimit -v 2000000; ulimit -t {seconds}; exec "$0" "$@"', str(SCRIPTS / "callinspect"))


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_a_text_of_a_megabyte_is_written_whole(form: str, bare: Env) -> None:
    body = json.dumps({"callId": "c-1", **LARGE, "y" * MEGABYTE: "key"}, ensure_ascii=False).encode()
    command = [*limited(60), "get", "bandwidth", "--from-file", "-", "-o", form]
    done = subprocess.run(command, env=bare, input=body, capture_output=True, timeout=2 * TIMEOUT, check=False)
    assert done.returncode == 0
    if form == "csv":
        assert all(LARGE[each] in done.stdout.decode() for each in ("from", "to", "errorMessage"))
        return
    shown = inert(done.stdout)
    assert "y" * MEGABYTE in shown
    if form == "json":
        record = json.loads(shown)
        assert (record["to"]["number"], record["cause"]["message"]) == (LARGE["to"], LARGE["errorMessage"])
    else:
        assert all(escaped(LARGE[each]) in seen(shown) for each in ("from", "to", "errorMessage"))


@pytest.mark.parametrize("command", ["get", "watch"])
def test_a_card_of_many_words_is_drawn_in_seconds(command: str, stranger: Stranger, user: Env) -> None:
    body = {"callId": "words", "state": "disconnected", "errorMessage": "a " * (MEGABYTE // 4)}
    stranger.answers["bandwidth", "words"] = [Answer(body)]
    terminal = PtyProcess.spawn([*limited(4), command, "bandwidth", "words"], env={"TERM": "xterm", **unmeasured(user)})
    with contextlib.suppress(EOFError):
        while True:
            terminal.read(65536)
    terminal.wait()
    assert terminal.exitstatus == 0


def test_a_refusal_of_a_megabyte_reaches_a_program_whole(stranger: Stranger, user: Env) -> None:
    large = {"type": "validation", "description": f"Call {LARGE['errorMessage']}", "id": LARGE["to"]}
    stranger.answers["bandwidth", "large"] = [Answer(large, 404)]
    done = callinspect("get", "bandwidth", "large", "--error-format", "json", env=user)
    error = json.loads(inert(done.stderr))["error"]
    assert done.returncode == 3
    assert (error["vendor_code"], error["message"], error["request_id"]) == tuple(large.values())


@pytest.mark.parametrize("name", ["description", "id"])
def test_a_refusal_of_a_megabyte_is_a_readable_line(name: str, stranger: Stranger, user: Env) -> None:
    said = {"type": "validation", "description": "Call not found"}
    said[name] = f"{said.get(name)} begins{LARGE['from']}"
    stranger.answers["bandwidth", f"long-{name}"] = [Answer(said, 404)]
    done = callinspect("get", "bandwidth", f"long-{name}", env=user)
    shown = inert(done.stderr)
    assert done.returncode == 3
    assert "begins" in shown
    assert "7 days" in shown, "the hint, which stands last"
    assert len(shown) < LONGEST_LINE
