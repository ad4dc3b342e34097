"""The program between standard streams of a test's choice, and a command of each kind that writes to them."""

from __future__ import annotations

import fcntl
import os
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from kit.program import SCRIPTS, TIMEOUT, Env
from kit.sandbox_calls import ANSWERED, BUSY

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

K = TypeVar("K")
V = TypeVar("V")

AT_ONCE = 4
"""Runs at a time."""

PAGE = 4096
"""Bytes: the smallest that a pipe can be made."""

CALLINSPECT = str(SCRIPTS / "callinspect")
TAB = {"_CALLINSPECT_COMPLETE": "complete_fish", "_CALLINSPECT_WORDS": "callinspect\nget", "_CALLINSPECT_WORD": ""}
PAIR = ("get", *ANSWERED, BUSY[1])

COMMANDS: dict[str, tuple[str, ...]] = {
    "get": ("get", *ANSWERED),
    "get-table": ("get", *ANSWERED, "-o", "table"),
    "get-field": ("get", *ANSWERED, "-f", "state"),
    "get-raw": ("get", *ANSWERED, "--raw"),
    "several": PAIR,
    "several-table": (*PAIR, "-o", "table"),
    "several-csv": (*PAIR, "-o", "csv"),
    "several-raw": (*PAIR, "--raw", "-o", "table"),
    "bulk": ("get", "-"),
    "list": ("list", "webex", "--limit", "9"),
    "list-table": ("list", "webex", "--limit", "9", "-o", "table"),
    "history": ("list", "webex", "--history"),
    "wait": ("wait", *ANSWERED),
    "watch": ("watch", *ANSWERED),
    "auth-status": ("auth", "status"),
    "auth-status-one": ("auth", "status", "webex"),
    "schema": ("schema",),
    "providers": ("providers", "-o", "table"),
    "help": ("help", "exit-codes"),
    "version": ("--version",),
    "completion": ("completion", "zsh"),
}
"""Commands that write a result, and exit with 0 when they have."""

HELP: dict[str, tuple[str, ...]] = {
    "program": ("--help",),
    "command": ("get", "-h"),
    "group": ("auth", "--help"),
}

FAILURES: dict[str, tuple[tuple[str, ...], int]] = {
    "usage": (("gte",), 2),
    "no-command": (("auth",), 2),
    "not-found": (("get", ANSWERED[0], "c-none"), 3),
    "nothing-to-read": (("auth", "login", "webex", "--stdin"), 10),
}
"""Commands that write no result, and what they exit with."""

FEW = ("get", "several-table", "bulk", "watch", "schema", "version")
"""Commands that write in as many ways."""

LINES = f"{':'.join(ANSWERED)}\n{':'.join(BUSY)}\n"


@dataclass
class Ended:
    """How a run ended.

    Attributes:
        status: its exit status, a negative number for a signal, None if it had to be killed.
        out: what it wrote to standard output, or on its terminal.
        err: what it wrote to standard error.
        struck: how many of its moments came.
        counted: calls of functions in all, those until our own code had begun, and those until it took signals.
    """

    status: int | None
    out: bytes
    err: bytes
    struck: int = 0
    counted: dict[str, int] = field(default_factory=dict)

    @property
    def speaks_python(self) -> bool:
        """Whether anything shown is Python's own."""
        return any(word in self.out + self.err for word in (b"Traceback", b"Exception ignored", b"Fatal Python"))


def shell(words: Sequence[str], redirections: str, *, env: Env, stdin: str | None = LINES) -> Ended:
    """Run the program as a shell does, with these redirections."""
    done = subprocess.run(
        ["/bin/sh", "-c", f'exec "$0" "$@" {redirections}', CALLINSPECT, *words],
        env=env,
        input=None if stdin is None else stdin.encode(),
        capture_output=True,
        timeout=TIMEOUT,
        check=False,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def all_at_once(work: Callable[[K], V], given: Sequence[K]) -> dict[K, V]:
    """Return what the work returns for each that is given, done several at a time."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        return dict(zip(given, pool.map(work, given), strict=True))


def shape(out: bytes) -> tuple[int, bytes]:
    """Return what two runs have in common that differ in their time only."""
    return out.count(b"\n"), out[-1:]


def give(process: subprocess.Popen[bytes], text: str) -> None:
    """Write all that there is to standard input; it fits a pipe."""
    assert process.stdin
    with suppress(BrokenPipeError), process.stdin as stream:
        stream.write(text.encode())
    process.stdin = None


@dataclass
class Pipe:
    """A small pipe that a run writes to; `blocking` as another process that shares it may have set it."""

    blocking: bool = True

    def __post_init__(self) -> None:
        self.read, self.write = os.pipe()
        fcntl.fcntl(self.write, fcntl.F_SETPIPE_SZ, PAGE)
        os.set_blocking(self.write, self.blocking)

    def drained(self, after: float) -> bytes:
        """Close this end for writing, take no notice of what comes for some time, then read slowly to the end."""
        os.close(self.write)
        time.sleep(after)
        out = b""
        with os.fdopen(self.read, "rb", buffering=0) as reader:
            while chunk := reader.read(1000):
                out += chunk
                time.sleep(0.002)
        return out
