"""Bounded waiting, and a process that stands still for longer than its calls may take, as after Ctrl-Z."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING

import pytest
from kit.many_calls import REFUSED, token
from kit.program import PASSWORD, SCRIPTS, TIMEOUT, VENDOR, Env, client_of, env_of, environment
from kit.servers import GOOD, Answer, Server, after, later, limited, silence

from callinspect.deadline import within

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def test_what_does_not_come_back_is_left_behind() -> None:
    with pytest.raises(TimeoutError):
        within(0.05, partial(time.sleep, 1))


def test_what_fails_in_time_fails_as_it_would_have() -> None:
    with pytest.raises(ZeroDivisionError):
        within(5, lambda: 1 // 0)


SLOW_KEYRING = """
import os, time
from pathlib import Path
from keyring.backend import KeyringBackend

class Slow(KeyringBackend):
    priority = 1
    name = "slow"

    def get_password(self, service, username):
        Path(os.environ["ITEM"]).with_name("asked").touch()
        time.sleep(0.7)
        return Path(os.environ["ITEM"]).read_text()

    def set_password(self, service, username, password):
        pass
"""


@contextmanager
def running(*arguments: str, env: Env) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([str(SCRIPTS / "callinspect"), *arguments], env=env, stdout=-1, stderr=-1)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def until(is_so: Callable[[], object]) -> None:
    ends = time.monotonic() + TIMEOUT
    while not is_so():
        assert time.monotonic() < ends
        time.sleep(0.02)


def stop(process: subprocess.Popen[bytes], seconds: float) -> None:
    """Let a process stand still for so long."""
    process.send_signal(signal.SIGSTOP)
    time.sleep(seconds)
    process.send_signal(signal.SIGCONT)


STOP = 2.5
"""Seconds: longer than the time of these calls, and than anything wakes up late without having been stopped."""

UNDER_WAY: dict[str, Answer] = {
    "silent": silence,
    "late": later(2, GOOD),
    "half": after(GOOD[:-5], silence),
    "a pause": limited("1"),
}


class TestStopped:
    """A process that stands still for longer than its calls may take, as after Ctrl-Z."""

    def test_a_call_under_way_is_not_lost(self, tmp_path: Path) -> None:
        def stopped(case: tuple[str, float]) -> tuple[int, bytes, bytes]:
            fault, seconds = case
            with (
                Server(UNDER_WAY[fault], GOOD) as server,
                running("get", VENDOR, "c-1", "-f", "id", "--timeout", "1.5", env=env_of(tmp_path, server.url)) as run,
            ):
                until(lambda: server.requests)
                stop(run, seconds)
                out, said = run.communicate(timeout=TIMEOUT)
                return run.returncode, out, said

        cases = [(fault, seconds) for fault in UNDER_WAY for seconds in (STOP, 4.5)]
        with ThreadPoolExecutor(len(cases)) as pool:
            ended = dict(zip(cases, pool.map(stopped, cases), strict=True))
        assert ended == dict.fromkeys(cases, (0, b"c-1\n", b""))

    def test_a_request_for_a_token_is_not_lost(self, tmp_path: Path) -> None:
        with (
            Server(GOOD) as vendor,
            Server(silence, token()) as endpoint,
            running(
                "get", VENDOR, "c-1", "--timeout", "1.5", env=client_of(tmp_path, vendor.url, endpoint.url)
            ) as process,
        ):
            until(lambda: endpoint.requests)
            stop(process, STOP)
            out, _ = process.communicate(timeout=TIMEOUT)
            assert (process.returncode, json.loads(out)["id"]) == (0, "c-1")

    def test_a_token_that_came_meanwhile_is_taken(self, tmp_path: Path) -> None:
        with (
            Server(GOOD) as vendor,
            Server(later(2, token()), REFUSED) as endpoint,
            running(
                "get", VENDOR, "c-1", "--timeout", "1.5", env=client_of(tmp_path, vendor.url, endpoint.url)
            ) as process,
        ):
            until(lambda: endpoint.requests)
            stop(process, 3)
            out, _ = process.communicate(timeout=TIMEOUT)
            assert (process.returncode, json.loads(out)["id"], len(endpoint.requests)) == (0, "c-1", 1)

    def test_a_keyring_that_answers_meanwhile_is_heard(self, tmp_path: Path) -> None:
        (tmp_path / "slow.py").write_text(SLOW_KEYRING, encoding="utf-8")
        with Server(GOOD) as server:
            item = {"account_id": "1", "username": "u", "password": PASSWORD, "base_url": f"{server.url}/api/v2"}
            (tmp_path / "item").write_text(json.dumps(item), encoding="utf-8")
            env = environment(
                tmp_path,
                PYTHONPATH=str(tmp_path),
                PYTHON_KEYRING_BACKEND="slow.Slow",
                CALLINSPECT_KEYRING_TIMEOUT="1.5",
                ITEM=str(tmp_path / "item"),
            )
            with running("get", VENDOR, "c-1", env=env) as process:
                until((tmp_path / "asked").exists)
                stop(process, STOP)
                out, said = process.communicate(timeout=TIMEOUT)
                assert (process.returncode, said) == (0, b""), said
                assert json.loads(out)["id"] == "c-1"
