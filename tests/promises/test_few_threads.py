"""A machine that lets a process start no threads: calls are read, and what needs one says so."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from kit.program import VENDOR, callinspect, env_of, environment, failure, unmeasured, with_threads
from kit.servers import Server, answer, body

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("words", [("get", "c-1"), ("list",), ("wait", "c-1")], ids=lambda words: words[0])
def test_without_threads_a_call_is_read(words: tuple[str, ...], host: str, tmp_path: Path) -> None:
    ended = json.loads(body()) | {"state": "disconnected"}
    with Server(answer(200, json.dumps([ended] if words == ("list",) else ended))) as server:
        env = env_of(tmp_path, f"http://{host}:{server.port}") | with_threads(0, tmp_path)
        done = callinspect(words[0], VENDOR, *words[1:], "-q", "-f", "id", env=unmeasured(env))
    assert (done.returncode, done.stdout, done.stderr) == (0, b"c-1\n", b"")


@pytest.mark.parametrize(
    "words", [("auth", "login", "webex", "--stdin"), ("auth", "status", "webex"), ("get", "webex", "1")], ids=" ".join
)
def test_without_threads_a_keyring_is_not_waited_for(words: tuple[str, ...], tmp_path: Path) -> None:
    env = environment(tmp_path) | with_threads(0, tmp_path)
    said = failure(callinspect(*words, env=unmeasured(env)), 10)
    assert "the keyring cannot be used: the system allows no more threads" in said
    assert "set the credentials in the environment" in said


@pytest.mark.parametrize("threads", [0, 1, 2])
def test_the_sandbox_needs_one_thread_beside_the_command(threads: int, tmp_path: Path) -> None:
    env = environment(tmp_path) | with_threads(threads, tmp_path)
    done = callinspect("--sandbox", "list", "catapult", "-f", "id", "--limit", "3", env=unmeasured(env))
    if threads:
        assert (done.returncode, done.stdout.count(b"\n"), done.stderr) == (0, 3, b"")
    else:
        assert "the sandbox cannot be started: the system allows no more threads" in failure(done, 10)
