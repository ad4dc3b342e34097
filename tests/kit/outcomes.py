"""What comes of a call: a record or an error object.

The program runs as a process that is given ids one by one and answers each before it gets the next, or as a process
that is given thousands at once.
"""

from __future__ import annotations

import json
import os
import selectors
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from kit import vendors
from kit.case_playback import keeps_to_the_schema
from kit.program import SCRIPTS, TIMEOUT, environment
from kit.servers import Server, answer

if TYPE_CHECKING:
    import io
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

Env = dict[str, str]

EXITS = {
    "usage": 2,
    "not_found": 3,
    "auth_rejected": 4,
    "forbidden": 5,
    "rate_limited": 6,
    "network": 7,
    "vendor_unavailable": 7,
    "config": 10,
    "bad_response": 12,
}
"""Every code that an answer can earn, and its exit status."""

ERROR_KEYS = {"code", "message", "hint", "hints", "provider", "call_id", "http_status", "vendor_code", "request_id"} | {
    "retryable",
    "retry_after",
}

LATER = {"Retry-After": "999999", "X-RateLimit-Reset": "99999999999999"}
"""Headers of an answer that is not worth another try."""

MEMORY = 150_000_000
"""Bytes that a run over thousands of answers may take."""


class Answers(Server):
    """Answers by the path, or by what stands for the call's id in it; what was asked for is in `asked`, in order."""

    def __init__(self) -> None:
        super().__init__(b"")
        self.bodies: dict[str, bytes] = {}
        self.asked: list[str] = []

    def _next_answer(self, request: bytes) -> bytes:
        target = request.split(b" ", 2)[1].decode("latin-1")
        with self._lock:
            self.asked.append(target)
            self.requests[:] = [request]
        own = next((vendors.not_found(each) for each, place in vendors.PLACES if place in target), "")
        known = (target, vendors.asked_for(target), target.partition("?")[0])
        return next((self.bodies[each] for each in known if each in self.bodies), answer(404, own))

    def put(self, key: str, body: bytes, status: int = 200, given: Mapping[str, str] | None = None) -> None:
        self.bodies[key] = answer(status, body, given)

    def environment(self, home: Path) -> Env:
        """Return the environment of a user with an account of every vendor here, none of which needs a token first."""
        return environment(home, **vendors.everywhere(self.url))


class Done(NamedTuple):
    """What a run wrote, its exit status, and the most memory that it had, in bytes."""

    status: int
    out: bytes
    err: bytes
    memory: int


MEASURE = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(code)
"""
"""Runs a program and writes the most memory that it had. A process of its own: a fork counts its parent's memory."""

UNIT = 1 if sys.platform == "darwin" else 1024


def measured(*arguments: str) -> list[str]:
    return [sys.executable, "-I", "-c", MEASURE, str(SCRIPTS / "callinspect"), *arguments]


def get_each(*arguments: str, ids: Iterable[str], env: Env) -> Done:
    """Run `get` over many ids, as a process of its own."""
    done = subprocess.run(
        measured("get", *arguments, "--jobs", "8", "--rate", "100000/s"),
        env=env,
        input="\n".join(ids).encode(),
        capture_output=True,
        timeout=4 * TIMEOUT,
        check=False,
    )
    said, _, used = done.stderr.rstrip().rpartition(b"\n")
    assert b"Traceback" not in said
    return Done(done.returncode, done.stdout, said, int(used) * UNIT)


Outcome = dict[str, Any]
"""A record; or the failure's error object, which has a code."""


def outcomes(provider: str, ids: Sequence[str], env: Env, *options: str) -> dict[str, Outcome]:
    """Return what came of each id, checked for being what it may be; failures are told in the order of the ids too."""
    done = get_each(provider, "-", "-o", "jsonl", *options, ids=ids, env=env)
    failures = [failure(line) for line in done.err.splitlines()]
    found = {each["call_id"]: each for each in failures}
    assert [key for key in ids if key in found] == [each["call_id"] for each in failures]
    records = [checked(line) for line in done.out.splitlines()]
    found |= dict(zip((key for key in ids if key not in found), records, strict=True))
    assert done.status == (0 if not failures else 9 if records else done.status)
    assert done.memory < MEMORY
    return found


def checked(line: bytes) -> Outcome:
    """Return the record that a line holds."""
    record: Outcome = json.loads(line)
    keeps_to_the_schema(record)
    return record


def failure(line: bytes) -> Outcome:
    """Return the error object that a line holds, of a kind that an answer or an id can earn."""
    told: Outcome = json.loads(line)["error"]
    assert told.keys() == ERROR_KEYS
    assert told["code"] in EXITS, told
    assert told["message"]
    return told


class Conversation:
    """One run of `get` that is told an id, and tells what came of it, before it is told the next; a context manager."""

    def __init__(self, provider: str, env: Env) -> None:
        self.provider = provider
        self._command = measured("get", provider, "-", "-o", "jsonl", "--jobs", "1", "--rate", "100000/s")
        self._env = env

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(self._command, env=self._env, stdin=-1, stdout=-1, stderr=-1, bufsize=0)
        self._waiting = selectors.DefaultSelector()
        self._waiting.register(self._out, selectors.EVENT_READ)
        self._waiting.register(self._err, selectors.EVENT_READ)
        return self

    def __exit__(self, *_: object) -> None:
        self._waiting.close()
        with self._process:
            self._process.stdin.close()  # type: ignore[union-attr] # a pipe
            out, err = self._out.read(), self._err.read()
            self._process.wait(TIMEOUT)
        assert out == b""
        assert int(err) * UNIT < MEMORY, err

    @property
    def _out(self) -> io.BufferedReader:
        return self._process.stdout  # type: ignore[return-value] # a pipe

    @property
    def _err(self) -> io.BufferedReader:
        return self._process.stderr  # type: ignore[return-value] # a pipe

    def ask(self, line: bytes) -> Outcome:
        """Return the record, or the error object: one of them comes, in time, and as one line."""
        self._process.stdin.write(line + b"\n")  # type: ignore[union-attr] # a pipe
        written: dict[Any, bytes] = {self._out: b"", self._err: b""}
        end = time.monotonic() + TIMEOUT
        while not any(text.endswith(b"\n") for text in written.values()):
            ready = self._waiting.select(max(0.0, end - time.monotonic()))
            assert ready, written
            for key, _ in ready:
                chunk = os.read(key.fd, 1 << 20)
                assert chunk, written
                written[key.fileobj] += chunk
        out, err = written[self._out], written[self._err]
        assert out.count(b"\n") + err.count(b"\n") == 1, written
        return checked(out) if out else failure(err)


def one(done: Done) -> Outcome:
    """Return what came of a run for one call: a record and no word besides, or nothing and a failure's exit status."""
    if done.status == 0:
        assert done.err == b""
        return checked(done.out)
    assert done.out == b""
    told = failure(done.err.rstrip(b"\n"))
    assert done.status == EXITS[told["code"]]
    return told
