"""What tests share: the program as a process in an environment of its own, and the components they need."""

import json
import os
import shutil
import subprocess
import sys
from base64 import b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from kit import warm

Env = dict[str, str]
Done = subprocess.CompletedProcess[bytes]

SCRIPTS = Path(sys.executable).parent
TIMEOUT = 60.0
"""Seconds after which a process is a failure; nothing here comes near."""


def require(program: str) -> str:
    """Return the path of a program that a test needs; without it the test is skipped, and in CI it fails."""
    found = shutil.which(program)
    if found is None:
        if os.environ.get("CI"):
            pytest.fail(f"{program} is not installed")
        pytest.skip(f"{program} is not installed")
    return found


def environment(home: Path, **variables: str) -> dict[str, str]:
    """Return the environment of a user who has set nothing but these variables, at home in that directory."""
    kept = {name: value for name, value in os.environ.items() if name.startswith("COVERAGE_")}
    return {
        **kept,
        "PATH": f"{SCRIPTS}{os.pathsep}{os.environ['PATH']}",
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        **variables,
    }


def unmeasured(env: Mapping[str, str]) -> dict[str, str]:
    """Return an environment without what measures coverage: it takes time, and has files and tracebacks of its own."""
    return {name: value for name, value in env.items() if not name.startswith("COVERAGE_")}


def callinspect(
    *arguments: str, env: Mapping[str, str], stdin: str | bytes = "", timeout: float = TIMEOUT
) -> subprocess.CompletedProcess[bytes]:
    """Run the program to its end; return what it wrote, as bytes, and its exit status."""
    words, given = [str(SCRIPTS / "callinspect"), *arguments], stdin.encode() if isinstance(stdin, str) else stdin
    if warm.serves(env):
        return warm.run(words, env, given, timeout)
    return subprocess.run(
        words,
        env=dict(env),
        input=given,
        capture_output=True,
        timeout=timeout,
        check=False,
    )


FEW_THREADS = """
import threading
left, usual = {left}, threading._start_new_thread
def start(*arguments, **more):
    global left
    left -= 1
    if left < 0:
        raise RuntimeError("can't start new thread")
    return usual(*arguments, **more)
threading._start_new_thread = start
"""


def with_threads(left: int, directory: Path) -> dict[str, str]:
    """Return the variables of a machine that lets a process start no more than so many threads."""
    (directory / "sitecustomize.py").write_text(FEW_THREADS.format(left=left))
    return {"PYTHONPATH": str(directory)}


SLOW_PARSER = """
import h11, time
usual, count = h11.Connection.next_event, 0
def slow(connection):
    global count
    count += 1
    if count % 16 == 0:
        time.sleep(0.003)
    return usual(connection)
h11.Connection.next_event = slow
"""


def with_slow_parser(directory: Path) -> dict[str, str]:
    """Return the variables of a machine so busy that it understands few chunks in a second."""
    (directory / "sitecustomize.py").write_text(SLOW_PARSER)
    return {"PYTHONPATH": str(directory)}


VENDOR = "bandwidth"
"""The provider of those tests that take any one; `env_of` and `client_of` are accounts of it."""

PASSWORD = "canary-5f0c1d"
BASIC = b64encode(f"user:{PASSWORD}".encode()).decode()


def env_of(home: Path, base: str, **variables: str) -> dict[str, str]:
    """Return the environment of a user with a password, whose base URL begins like that."""
    return environment(
        home,
        CALLINSPECT_BANDWIDTH_BASE_URL=f"{base}/api/v2",
        CALLINSPECT_BANDWIDTH_ACCOUNT_ID="5555555",
        CALLINSPECT_BANDWIDTH_USERNAME="user",
        CALLINSPECT_BANDWIDTH_PASSWORD=PASSWORD,
        **variables,
    )


def client_of(home: Path, base: str, tokens: str = "") -> dict[str, str]:
    """Return the environment of a client that buys tokens, at an address of their own if one is given."""
    return environment(
        home,
        CALLINSPECT_BANDWIDTH_BASE_URL=f"{base}/api/v2",
        CALLINSPECT_BANDWIDTH_TOKEN_URL=f"{tokens or base}/token",
        CALLINSPECT_BANDWIDTH_ACCOUNT_ID="5555555",
        CALLINSPECT_BANDWIDTH_CLIENT_ID="client",
        CALLINSPECT_BANDWIDTH_CLIENT_SECRET=PASSWORD,
    )


def client_of_webex(home: Path, base: str) -> dict[str, str]:
    """Return the environment of a client that buys tokens at its base URL, with a refresh token."""
    return environment(
        home,
        CALLINSPECT_WEBEX_BASE_URL=f"{base}/v1",
        CALLINSPECT_WEBEX_CLIENT_ID="client",
        CALLINSPECT_WEBEX_CLIENT_SECRET=PASSWORD,
        CALLINSPECT_WEBEX_REFRESH_TOKEN="refresh",
    )


CLIENTS = {VENDOR: client_of, "webex": client_of_webex}
"""Clients by provider: one whose token is bought with its secret alone, and one that has a refresh token."""


def catapult_of(home: Path, base: str) -> dict[str, str]:
    """Return the environment of a user of Catapult, which names limits in a way of its own, and a pace."""
    return environment(
        home,
        CALLINSPECT_CATAPULT_BASE_URL=f"{base}/v1",
        CALLINSPECT_CATAPULT_USER_ID="u-1",
        CALLINSPECT_CATAPULT_TOKEN="t-1",
        CALLINSPECT_CATAPULT_SECRET=PASSWORD,
    )


def ask(env: Mapping[str, str], *arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run `get` for one call; whatever comes of it, no secret is shown."""
    done = callinspect("get", VENDOR, "c-1", *arguments, env=env)
    for secret in (PASSWORD, BASIC):
        assert secret.encode() not in done.stdout + done.stderr
    return done


def failure(done: subprocess.CompletedProcess[bytes], status: int) -> str:
    """Return the one error that a failed run reports: a headline, and a line for each hint."""
    assert done.stdout == b""
    text = done.stderr.decode()
    assert all(line.startswith("  · ") for line in text.splitlines()[1:]), text
    assert done.returncode == status, text
    return text.rstrip("\n")


def error(done: subprocess.CompletedProcess[bytes], status: int) -> Any:
    """Return the error object of a run that failed with --error-format json."""
    return json.loads(failure(done, status))["error"]


KILLED = 99
"""The status of a measured run that had not ended by itself."""

MEASURE = f"""
import resource, subprocess, sys, time
started = time.monotonic()
try:
    code = subprocess.run(sys.argv[2:], timeout=float(sys.argv[1])).returncode
except subprocess.TimeoutExpired:
    code = {KILLED}
print(time.monotonic() - started, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(code)
"""
"""Runs a program, for so long at the most, and writes how long it took and the most memory that it had.

A process of its own: a fork counts its parent's memory, and what RUSAGE_CHILDREN tells is the most of all children.
"""


def measured(
    *arguments: str, env: Mapping[str, str], stdin: bytes = b"", longest: float = TIMEOUT
) -> tuple[subprocess.CompletedProcess[bytes], float, int]:
    """Run the program; return what it did, the seconds that it took, and the most memory it had, in bytes.

    What measures coverage would take more of both.
    """
    wrapped = [sys.executable, "-I", "-c", MEASURE, str(longest), str(SCRIPTS / "callinspect"), *arguments]
    done = subprocess.run(
        wrapped, env=unmeasured(env), input=stdin, capture_output=True, timeout=longest + TIMEOUT, check=False
    )
    said, _, used = done.stderr.rstrip().rpartition(b"\n")
    seconds, memory = used.split()
    unit = 1 if sys.platform == "darwin" else 1024
    return (
        subprocess.CompletedProcess(wrapped, done.returncode, done.stdout, said),
        float(seconds),
        int(memory) * unit,
    )
