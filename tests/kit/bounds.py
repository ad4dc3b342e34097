"""The program measured: the seconds from its start to its end, and the most memory that it ever had.

--timeout bounds the seconds, but for what the interpreter takes to start and end on a busy machine.
"""

from __future__ import annotations

import json
import zlib
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from kit.program import BASIC, KILLED, PASSWORD, VENDOR, env_of, measured
from kit.servers import Answer, Server

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

T = TypeVar("T")
R = TypeVar("R")

SOON = "0.3"
"""A --timeout for what never ends, where a run is alone."""

TOGETHER = 8
"""Runs at a time: they wait, most of their time."""

SHORT = 0.5
"""A --timeout for what never ends, where several run at a time."""

LEEWAY = 20.0
"""Seconds beyond a --timeout for interpreters to start and end, several at a time and on a busy machine.

Less than a server's `PATIENCE`, and than a call has where no time is named: a run that keeps none is found out.
"""

MOST_MEMORY = 120 * 1024 * 1024
"""Bytes; a run that reads one call has a third of them."""

TIME = 2.0
"""A --timeout with room for three tries, and not for any wait that is named in these tests."""

LATE = f"did not answer within {SHORT:g} s"


@dataclass(frozen=True)
class Measured:
    """How a measured run ended, and what its server saw of it."""

    status: int
    out: str
    err: str
    seconds: float
    memory: int
    requests: list[bytes] = field(default_factory=list)
    connections: int = 0

    @property
    def told(self) -> list[Any]:
        """What the errors that it wrote as JSON say."""
        return [json.loads(line)["error"] for line in self.err.splitlines() if line.startswith('{"error"')]


def bounded(
    *arguments: str, env: Mapping[str, str], timeout: float = SHORT, stdin: str = "", server: Server | None = None
) -> Measured:
    """Run the program with that --timeout for each call; whatever comes of it, no secret is shown."""
    longest = timeout * max(1, len(stdin.split())) + LEEWAY
    done, seconds, memory = measured(
        *arguments, "--timeout", f"{timeout:g}", env=env, stdin=stdin.encode(), longest=longest
    )
    for secret in (PASSWORD, BASIC):
        assert secret.encode() not in done.stdout + done.stderr
    return Measured(
        status=done.returncode,
        out=done.stdout.decode(),
        err=done.stderr.decode(),
        seconds=seconds,
        memory=memory,
        requests=server.requests if server else [],
        connections=server.connections if server else 0,
    )


def together(work: Callable[[T], R], cases: Mapping[str, T]) -> dict[str, R]:
    """Do the work for every case, several at a time."""
    with ThreadPoolExecutor(TOGETHER) as pool:
        return dict(zip(cases, pool.map(work, cases.values()), strict=True))


def within_bounds(ended: Measured, timeout: float = SHORT) -> None:
    """Check that a run ended by itself and in time, with little memory, and not in a bug."""
    assert ended.status != KILLED, "it had not ended long after its time was over"
    assert ended.seconds < timeout + LEEWAY
    assert ended.memory < MOST_MEMORY
    assert "Traceback" not in ended.err
    assert ended.status != 1, ended.err


def _bomb() -> bytes:
    """Return 200 MB of zeros as gzip writes them, made in pieces: every process of the tests imports this."""
    packing, piece = zlib.compressobj(1, wbits=31), bytes(1_000_000)
    return b"".join(packing.compress(piece) for _ in range(200)) + packing.flush()


BOMB = _bomb()


def one_call(home: Path, timeout: float = SHORT) -> Callable[[Answer], Measured]:
    """Return what asks for one call that is answered like that."""

    def run(sent: Answer) -> Measured:
        with Server(sent) as server:
            env = env_of(home, server.url)
            return bounded("get", VENDOR, "c-1", env=env, timeout=timeout, server=server)

    return run
