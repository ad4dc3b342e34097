"""What it was measured on."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.bench import twilio_env
from benchmarks.installed import require

if TYPE_CHECKING:
    from collections.abc import Mapping

    from benchmarks.bench import Bench

VERSIONS = """
import platform
from importlib.metadata import version
print("Python", platform.python_version())
for name in ("callinspect", "httpx", "typer", "rich", "keyring", "truststore"):
    print(name, version(name))
"""


def load() -> str:
    """Return how busy the machine is."""
    return " ".join(f"{each:.2f}" for each in os.getloadavg())


def description(bench: Bench, load_before: str) -> dict[str, str]:
    """Return what can make a difference, by name."""
    found = {
        "processor": _processor(),
        "cores": str(len(os.sched_getaffinity(0))),
        "system": platform.platform(),
        "load average before": load_before,
    }
    env = bench.env()
    ours = _said(env, bench.python, "-c", VERSIONS).splitlines()
    found |= {name: version for name, _, version in (line.partition(" ") for line in ours)}
    found["curl"] = _version(env, require("curl"), "--version")
    found["nginx"] = _version(env, require("nginx"), "-v")
    found["jq"] = _version(env, require("jq"), "--version")
    found["httpie"] = _version(env, str(bench.httpie), "--version")
    if bench.twilio is not None:
        found["node"] = _version(env, require("node"), "--version")
        found["twilio-cli"] = _version(twilio_env(bench), str(bench.twilio), "--version")
    return found


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")


def _version(env: Mapping[str, str], *command: str) -> str:
    found = re.search(r"\d+(\.\d+)+", _said(env, *command))
    return found[0] if found else "unknown"


def _said(env: Mapping[str, str], *command: str) -> str:
    done = subprocess.run(
        command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=True
    )
    return done.stdout.decode(errors="replace")
