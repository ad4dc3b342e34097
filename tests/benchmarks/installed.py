"""What is measured, installed as its users have it, outside of the checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

ROOT = Path(__file__).parents[2]


class UnableError(Exception):
    """Something cannot be measured; says why."""


def require(program: str) -> str:
    """Return the path of a program that is measured or measured with.

    Raises:
        UnableError: it is not installed.
    """
    found = shutil.which(program)
    if found is None:
        raise UnableError(f"{program} is not installed")
    return found


def build(*command: str | Path, cwd: Path | None = None) -> None:
    """Run a program that installs something.

    Without the variables of Python's own: one of them keeps pip from compiling what it installs, and every start of
    every program then takes four times as long.

    Raises:
        UnableError: it fails.
    """
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    done = subprocess.run([str(word) for word in command], env=env, cwd=cwd, capture_output=True, check=False)
    if done.returncode:
        said = (done.stdout + done.stderr).decode(errors="replace")
        raise UnableError(f"{command[0]} exited with {done.returncode}: {command}\n{said[-3000:]}")


def environment(folder: Path) -> Path:
    """Make a virtual environment; return the directory of its programs."""
    build(sys.executable, "-m", "venv", folder)
    return folder / "bin"


def vendors() -> list[str]:
    """Return the names of the vendors of the checkout."""
    folders = (ROOT / "callinspect" / "providers").iterdir()
    return sorted(each.name for each in folders if each.is_dir() and each.name[0] not in "_.")


def callinspect(folder: Path, only: Collection[str] = ()) -> Path:
    """Install the wheel of the checkout and nothing but what it needs; return the directory of its programs.

    Args:
        folder: where to.
        only: the vendors whose folders are left, all if none are named.

    Raises:
        UnableError: what came of it is not what a user has.
    """
    programs = environment(folder / "environment")
    build(programs / "pip", "wheel", "-q", "--no-deps", "-w", folder, ROOT)
    (wheel,) = folder.glob("*.whl")
    build(programs / "pip", "install", "-q", wheel)
    if not list(programs.parent.glob("lib/*/site-packages/httpx/__pycache__/*.pyc")):
        raise UnableError("pip has not compiled what it has installed")
    if subprocess.run([programs / "python", "-c", "import click"], capture_output=True, check=False).returncode == 0:
        raise UnableError("click is installed, and httpx imports its own command line with it")
    (package,) = programs.parent.glob("lib/*/site-packages/callinspect")
    for name in set(vendors()) - set(only) if only else ():
        shutil.rmtree(package / "providers" / name)
        shutil.rmtree(package / "sandbox" / "vendors" / name)
    return programs


def httpie(folder: Path) -> Path:
    """Return the path of HTTPie, installed there unless it is."""
    program = folder / "httpie" / "bin" / "http"
    if not program.exists():
        build(environment(folder / "httpie") / "pip", "install", "-q", "httpie")
    return program


def twilio(folder: Path) -> Path | None:
    """Return the path of twilio-cli, installed there unless it is; None when it cannot be."""
    program = folder / "twilio" / "node_modules" / ".bin" / "twilio"
    if not program.exists():
        if shutil.which("npm") is None:
            return None
        (folder / "twilio").mkdir(parents=True, exist_ok=True)
        options = ("--no-audit", "--no-fund", "--ignore-scripts", "--prefix", folder / "twilio")
        try:
            build("npm", "install", *options, "twilio-cli")
        except UnableError as error:
            print(error, file=sys.stderr)
            return None
    return program
