"""A text of a megabyte is written whole, and in no more time than it takes."""

from __future__ import annotations

import contextlib
import json
import subprocess

import pytest
from kit import vendors
from kit.outcomes import EXITS
from kit.program import SCRIPTS, TIMEOUT, callinspect, unmeasured
from kit.screen import escaped, inert, seen
from kit.stranger import Answer, Env, Stranger
from kit.vendor_texts import sayings
from ptyprocess import PtyProcess

MEGABYTE = 1_000_000
LONGEST_LINE = 4000
"""Characters of a line that people read; more than any vendor's message has."""

LARGE = {
    "from.number": "x" * MEGABYTE,
    "to.number": "\u6f22" * (MEGABYTE // 3),
    "cause.message": "\x1b" * (MEGABYTE // 6),
}


def limited(seconds: int) -> tuple[str, ...]:
    """Return the beginning of a command line that fails when it takes that much processor time, or much memory."""
    return ("/bin/sh", "-c", f'ulimit -v 2000000; ulimit -t {seconds}; exec "$0" "$@"', str(SCRIPTS / "callinspect"))


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_a_text_of_a_megabyte_is_written_whole(form: str, bare: Env) -> None:
    vendor, _, body, _ = sayings("calls", LARGE)[0]
    own = {"y" * MEGABYTE: "key", "z": "\u202e[/x]" * (MEGABYTE // 7)}
    vendors.call_in(body, vendors.id_key(vendor)).update(own)
    sent = json.dumps(body, ensure_ascii=False).encode()
    command = [*limited(60), "get", vendor, "--from-file", "-", "-o", form]
    done = subprocess.run(command, env=bare, input=sent, capture_output=True, timeout=2 * TIMEOUT, check=False)
    assert done.returncode == 0
    if form == "csv":
        assert all(each in done.stdout.decode() for each in LARGE.values())
        return
    shown = inert(done.stdout)
    assert "y" * MEGABYTE in shown
    if form == "json":
        record = json.loads(shown)
        assert (record["to"]["number"], record["cause"]["message"]) == (LARGE["to.number"], LARGE["cause.message"])
    else:
        assert all(escaped(each) in seen(shown) for each in LARGE.values())


@pytest.mark.parametrize("command", ["get", "watch"])
def test_a_card_of_many_words_is_drawn_in_seconds(command: str, stranger: Stranger, user: Env) -> None:
    call = sayings("calls", {"cause.message": "a " * (MEGABYTE // 4)}, state="ended")[0]
    stranger.answers[call.vendor, "words"] = [Answer(call.about("words"))]
    terminal = PtyProcess.spawn([*limited(4), command, call.vendor, "words"], env={"TERM": "xterm", **unmeasured(user)})
    with contextlib.suppress(EOFError):
        while True:
            terminal.read(65536)
    terminal.wait()
    assert terminal.exitstatus == 0


def test_a_refusal_of_a_megabyte_reaches_a_program_whole(stranger: Stranger, user: Env) -> None:
    large = {"message": f"Call {LARGE['cause.message']}", "request_id": LARGE["to.number"]}
    vendor, _, body, expected = sayings("refusals", large, 404)[0]
    stranger.answers[vendor, "large"] = [Answer(body, 404)]
    done = callinspect("get", vendor, "large", "--error-format", "json", env=user)
    error = json.loads(inert(done.stderr))["error"]
    assert done.returncode == 3
    assert {name: error[name] for name in large} == large
    assert error["vendor_code"] == expected["code"]


@pytest.mark.parametrize("name", ["message", "request_id"])
def test_a_refusal_of_a_megabyte_is_a_readable_line(name: str, stranger: Stranger, user: Env) -> None:
    said = {"message": "Call not found", "request_id": "7"}
    said[name] = f"{said[name]} begins{LARGE['from.number']}"
    vendor, _, body, expected = sayings("refusals", said, 400)[0]
    stranger.answers[vendor, f"long-{name}"] = [Answer(body, 400)]
    done = callinspect("get", vendor, f"long-{name}", env=user)
    shown = inert(done.stderr)
    assert done.returncode == EXITS[expected["error"]]
    assert "begins" in shown
    assert len(shown) < LONGEST_LINE
