"""Second opinions: callinspect beside servers and clients that this project did not write.

They install packages, so they are collected only with CALLINSPECT_SECOND_OPINION=1 in the environment. They alone may
be skipped in CI: they need a network, and the specifications that Prism serves are not in the repository.
"""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

HERE = Path(__file__).parent
INSTALLATION = 150.0
"""Seconds after which an installation is given up."""

collect_ignore_glob = [] if os.environ.get("CALLINSPECT_SECOND_OPINION") == "1" else ["test_*.py"]


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "second_opinion: compares with programs that this project did not write")


Home = Callable[[str], Path]


@pytest.fixture(scope="session")
def home(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Return a function that gives a named directory, which outlives the run if pytest's cache does."""
    cache = getattr(pytestconfig, "cache", None)
    return lambda name: cache.mkdir(name) if cache else tmp_path_factory.mktemp(name)


@pytest.fixture(scope="session")
def python_with(home: Home) -> Callable[[str], Path]:
    """Return a function that gives the Python of a virtual environment with a requirements file installed."""
    ready: dict[str, Path] = {}

    def find(requirements: str) -> Path:
        if requirements not in ready:
            folder = home(f"{Path(requirements).stem}-{sys.version_info.major}.{sys.version_info.minor}")
            python = folder / "bin" / "python"
            install(sys.executable, "-m", "venv", str(folder))
            install(str(python), "-m", "pip", "install", "--quiet", "--retries=1", "-r", str(HERE / requirements))
            ready[requirements] = python
        return ready[requirements]

    return find


@pytest.fixture(scope="session")
def prism(home: Home) -> Path:
    """Return Prism's script, installed."""
    folder = home("prism")
    (folder / "package.json").write_bytes((HERE / "package.json").read_bytes())
    options = ("--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--silent", "--fetch-retries=1")
    install("npm", "install", "--prefix", str(folder), *options)
    return folder / "node_modules" / "@stoplight" / "prism-cli" / "dist" / "index.js"


def install(*command: str) -> None:
    """Run a step of an installation; skip the test when it cannot be done here."""
    try:
        subprocess.run(command, check=True, capture_output=True, text=True, timeout=INSTALLATION)
    except (OSError, subprocess.TimeoutExpired) as error:
        pytest.skip(f"{command[0]} cannot be run: {error}")
    except subprocess.CalledProcessError as error:
        reason = (error.stderr.strip() or error.stdout.strip() or "no reason given").splitlines()[-1]
        pytest.skip(f"not installed: {reason}")
