"""What tests share: the program as a process in an environment of its own, and the components they need."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

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


def callinspect(
    *arguments: str, env: Mapping[str, str], stdin: str | bytes = "", timeout: float = TIMEOUT
) -> subprocess.CompletedProcess[bytes]:
    """Run the program to its end; return what it wrote, as bytes, and its exit status."""
    return subprocess.run(
        [str(SCRIPTS / "callinspect"), *arguments],
        env=dict(env),
        input=stdin.encode() if isinstance(stdin, str) else stdin,
        capture_output=True,
        timeout=timeout,
        check=False,
    )
