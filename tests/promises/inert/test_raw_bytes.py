"""--raw in a pipe is the bytes that came; on a terminal it is harmless; as JSON it is JSON."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from kit import vendors
from kit.pairwise import sampled
from kit.program import callinspect
from kit.screen import COLOR, inert, on_terminal
from kit.stranger import Answer, Env, Stranger

if TYPE_CHECKING:
    from pathlib import Path


NAME = vendors.PLAIN
PAGE = vendors.call_id(NAME, "page")
"""A call that is answered with a page."""

BODIES: dict[str, bytes] = {
    "no JSON": b"answer: yes\r\n\x1b[2J",
    "a page": b"<html>\n\t<h1>Sign in</h1>\n</html>\n",
    "nothing": b"",
    "a key twice": b'{"id": "1", "id": "2"}',
    "NaN": b'{"id": "1", "duration": NaN}',
    "big numbers": b'{"id": "1", "a": 1e999, "b": ' + b"9" * 5000 + b"}",
    "Latin-1": '{"id": "Zürich"}'.encode("latin-1"),
    "UTF-16": '{"id": "1"}'.encode("utf-16"),
    "a BOM": b'\xef\xbb\xbf{"id" : "1"}\n',
    "no call": b'{"error": "drift"}',
    "deep": b"[" * 5000 + b"]" * 5000,
}


@pytest.mark.parametrize("provider", vendors.NAMES)
def test_raw_in_a_pipe_is_the_bytes_whatever_they_are(provider: str, stranger: Stranger, user: Env) -> None:
    names = [name for name, vendor in sampled(BODIES, vendors.NAMES) if vendor == provider]
    ids = [vendors.call_id(provider, f"raw-{number}") for number in range(len(names))]
    for call_id, body in zip(ids, map(BODIES.__getitem__, names), strict=True):
        stranger.answers[provider, call_id] = [Answer(body)]
    with ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(lambda call_id: callinspect("get", provider, call_id, "--raw", env=user), ids))
    for name, done in zip(names, runs, strict=True):
        assert (done.returncode, done.stdout, done.stderr) == (0, BODIES[name], b""), name


@pytest.mark.parametrize("options", [("--raw",), ("--raw", "-o", "json")], ids=" ".join)
def test_raw_on_a_terminal_shows_what_came_and_is_harmless(options: tuple[str, ...], bare: Env, tmp_path: Path) -> None:
    for name, body in BODIES.items():
        (tmp_path / "body").write_bytes(body)
        status, written = on_terminal("get", NAME, "--from-file", str(tmp_path / "body"), *options, env=bare)
        shown = inert(written, COLOR)
        assert status == 0
        assert {"no JSON": "answer: yes\n\\x1b[2J\n", "a page": "        <h1>Sign in</h1>\n"}.get(name, "") in shown
        assert {"Latin-1": "Z\\xfcrich", "NaN": "NaN", "a BOM": "id", "no call": "drift"}.get(name, "") in shown


@pytest.mark.parametrize("options", [("-o", "jsonl"), ("-o", "table"), ("--query", "id")], ids=" ".join)
def test_raw_that_has_to_be_json_fails_with_a_hint(options: tuple[str, ...], stranger: Stranger, user: Env) -> None:
    stranger.answers[NAME, PAGE] = [Answer(BODIES["a page"])]
    done = callinspect("get", NAME, PAGE, "--raw", *options, "--error-format", "json", env=user)
    error = json.loads(done.stderr)["error"]
    assert (done.returncode, done.stdout) == (12, b"")
    assert (error["provider"], error["call_id"]) == (NAME, PAGE)
    assert "in a pipe" in error["hint"]


def test_raw_with_an_exit_status_fails_where_nobody_can_tell(stranger: Stranger, user: Env) -> None:
    call_id = vendors.call_id(NAME, "drift")
    stranger.answers[NAME, call_id] = [Answer(BODIES["no call"])]
    done = callinspect("get", NAME, call_id, "--raw", "--exit-status", env=user)
    assert (done.returncode, done.stdout) == (12, b"")


def test_raw_of_several_fails_only_for_what_is_not_json(stranger: Stranger, user: Env) -> None:
    good = vendors.call_id(NAME, "good")
    stranger.answers[NAME, PAGE] = [Answer(BODIES["a page"])]
    stranger.answers[NAME, good] = [Answer(vendors.least(NAME, good))]
    done = callinspect("get", NAME, PAGE, good, "--raw", env=user)
    assert (done.returncode, done.stdout) == (
        9,
        f"{json.dumps(vendors.least(NAME, good), separators=(',', ':'))}\n".encode(),
    )
