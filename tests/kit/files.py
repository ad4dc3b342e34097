"""Runs that read or write files, under the conditions of a test's choice."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING, Any

from kit.program import SCRIPTS, TIMEOUT, VENDOR, Done, Env, callinspect, require
from kit.sandbox_calls import ANSWERED, BUSY

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

PROGRAM = str(SCRIPTS / "callinspect")
CANARY = "canary-9f3c1e-secret"
LOGIN = ("auth", "login", "webex", "--stdin", "--no-verify")

LIMITED = 1_500_000
"""KiB of addresses that a process may have here; it takes a third of that for itself."""


def names(home: Path) -> Path:
    """Return the file of names, in a directory that is there."""
    file = home / ".config" / "callinspect" / "profiles.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    return file


def under(prefix: Iterable[str], *arguments: str, env: Env, stdin: str = "", cwd: Path | None = None) -> Done:
    """Run the program by way of another one."""
    return subprocess.run(
        [*prefix, PROGRAM, *arguments],
        env=env,
        input=stdin.encode(),
        capture_output=True,
        timeout=TIMEOUT,
        check=False,
        cwd=cwd,
    )


def bash(before: str) -> list[str]:
    """Return what runs a program after something else in the same shell."""
    return ["bash", "-c", f'{before}; exec "$@"', "bash"]


def mortal() -> list[str]:
    """Return what takes away a superuser's right to every file, if it is one who runs the tests."""
    if os.geteuid() != 0:
        return []
    return [require("setpriv"), "--inh-caps=-all", "--bounding-set=-all"]


def account(**fields: str) -> str:
    """Return what a login reads from standard input."""
    return json.dumps({"access_token": CANARY, **fields})


def login(profile: str, env: Env, *, prefix: Iterable[str] = (), cwd: Path | None = None) -> Done:
    """Store an account under the name of a profile."""
    return under(prefix, *LOGIN, "--profile", profile, env=env, stdin=account(), cwd=cwd)


def said(done: Done) -> str:
    """Return what a run wrote on standard error, having made sure that it ended neither in a bug nor with a secret."""
    text = done.stderr.decode(errors="surrogateescape")
    assert done.returncode != 1, text
    assert "Traceback" not in text
    assert CANARY not in text + (done.stdout or b"").decode(errors="surrogateescape")
    return text


IDS = f"{BUSY[1]}\n{ANSWERED[1]}\n"


def offered(env: Env, option: str, path: str, **given: Any) -> Done:
    """Run `get` with a file for an option."""
    call = {"--input": (), "--from-file": (), "--resume": (ANSWERED[1],), "--ca-file": (ANSWERED[1],)}[option]
    if option == "--ca-file":
        env = env | {"CALLINSPECT_BANDWIDTH_BASE_URL": "https://127.0.0.1:9/api/v2"}
    return callinspect("get", VENDOR, *call, f"{option}={path}", "--timeout", "2", env=env, **given)
