"""Which test reaches which lines, in the program's own process too."""

import hashlib
import json
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import coverage
import pytest
from coverage.exceptions import CoverageException

from mutation.source import Change

# Libraries are imported before pytest starts, once for all changes.
QUIET = ["-q", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning"]

MEASURED = """
[run]
source = callinspect
parallel = true
data_file = ${COVERAGE_OF}
patch = _exit
"""

COMMAND_LINE = "callinspect/cli/main.py"
"""Reached by every run of the program."""


class Reached(NamedTuple):
    """What a test reaches: its seconds, and the lines by file."""

    seconds: float
    lines: dict[str, list[int]]


Reach = dict[str, Reached]
"""What each test reaches."""


class Observer:
    """A plug-in for pytest that learns what each test reaches.

    Tests with random data are left out: what only luck would find counts as not found.

    Attributes:
        seen: what each test reaches.
        failed: tests that fail without any change.
    """

    def __init__(self, room: Path) -> None:
        self.seen: Reach = {}
        self.failed: set[str] = set()
        self._room = room
        self._coverage = coverage.Coverage(data_file=None, config_file=False, source=["callinspect"])
        (room / "rc").write_text(MEASURED)
        self._coverage.start()

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Drop tests with random data, and have the program's processes measured."""
        items[:] = [item for item in items if not hasattr(getattr(item, "obj", None), "is_hypothesis_test")]
        os.environ["COVERAGE_PROCESS_START"] = str(self._room / "rc")

    def pytest_runtest_protocol(self, item: pytest.Item) -> None:
        """Begin with a test."""
        self._coverage.switch_context(item.nodeid)
        self._data = self._room / str(len(self.seen))
        self._data.mkdir()
        self.seen[item.nodeid] = Reached(0.0, {})
        os.environ["COVERAGE_OF"] = str(self._data / "lines")

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Take down how long a test took, and what the program's processes reached."""
        seen = self.seen[report.nodeid]
        if report.failed:
            self.failed.add(report.nodeid)
        if report.when == "call":
            self.seen[report.nodeid] = seen._replace(seconds=report.duration)
        if report.when == "teardown":
            for data in self._written():
                _add(seen.lines, data)
            shutil.rmtree(self._data)

    def pytest_sessionfinish(self) -> None:
        """Take down what was reached in this process."""
        self._coverage.stop()
        data = self._coverage.get_data()
        for test, seen in self.seen.items():
            data.set_query_context(test)
            _add(seen.lines, data)

    def _written(self) -> Iterator[coverage.CoverageData]:
        for path in self._data.glob("lines*"):
            data = coverage.CoverageData(str(path))
            try:
                data.read()
            except CoverageException:
                continue  # of a process that was killed
            yield data


def _add(lines: dict[str, list[int]], data: coverage.CoverageData) -> None:
    for file in data.measured_files():
        lines.setdefault(file, []).extend(data.lines(file) or [])


def learned(home: Path, files: Iterable[Path]) -> Reach:
    """Run these test files once, those for which anything has changed since the last time; return what they reach."""
    kept = home / ".mutation" / "reach"
    kept.mkdir(parents=True, exist_ok=True)
    source = _content([*(home / "callinspect").rglob("*.*"), *(home / "tests/kit").rglob("*.py")])
    cases = _content((home / "tests/providers").rglob("*.json"))
    whole: Reach = {}
    for file in files:
        digest = hashlib.sha256(source + cases + file.read_bytes()).hexdigest()[:12]
        result = kept / f"{file.stem}-{digest}.json"
        if not result.exists():
            print(f"learning what {file.relative_to(home)} reaches", file=sys.stderr)
            _learn(home, file, result)
        whole |= {test: Reached(*reached) for test, reached in json.loads(result.read_text()).items()}
    return whole


def _content(paths: Iterable[Path]) -> bytes:
    return b"".join(path.read_bytes() for path in sorted(paths) if path.is_file() and path.suffix != ".pyc")


def _learn(home: Path, file: Path, result: Path) -> None:
    """Run a test file in a process of its own; write what its tests reach, those that succeed."""
    child = os.fork()
    if not child:
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)  # of what pytest says only the failures count, see below
        with tempfile.TemporaryDirectory() as room:
            observer = Observer(Path(room))
            code = pytest.main([*QUIET, str(file)], plugins=[observer])
        for test in observer.failed:
            print(f"{test} fails without any change, and is left out", file=sys.stderr)
        found = {test: _short(home, seen) for test, seen in observer.seen.items() if test not in observer.failed}
        if code in {pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED, pytest.ExitCode.NO_TESTS_COLLECTED}:
            result.write_text(json.dumps(found))
        sys.stderr.flush()
        os._exit(0)
    os.waitpid(child, 0)
    if not result.exists():
        sys.exit(f"{file.relative_to(home)} cannot be run")


def _short(home: Path, seen: Reached) -> Reached:
    lines = {os.path.relpath(file, home): sorted(set(reached)) for file, reached in seen.lines.items()}
    return Reached(seen.seconds, lines)


def reaching(change: Change, module: str, reach: Reach) -> list[str]:
    """Return the tests that reach a change's lines.

    What an import runs is reached by every test of the module. Within pytest only the first one is seen to do so: then
    it is those that reach anything of it, or that have a part of its name among their parameters.
    """
    file = f"callinspect/{module}.py"
    if change.span:
        changed = set(range(change.span[0], change.span[1] + 1))
        return [test for test, (_, lines) in reach.items() if changed & set(lines.get(file, ()))]
    touching = [test for test, (_, lines) in reach.items() if lines.get(file)]
    within = [test for test, (_, lines) in reach.items() if COMMAND_LINE not in lines]
    if not set(touching) & set(within):
        return list(reach)
    named = [test for test in within if any(f"[{part}" in test for part in module.split("/"))]
    return list(dict.fromkeys([*touching, *named]))
