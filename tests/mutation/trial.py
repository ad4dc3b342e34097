"""One change tried: the tests that reach it run in a process of their own, until one of them fails."""

from __future__ import annotations

import contextlib
import gc
import importlib
import itertools
import os
import re
import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    import pytest

    from mutation.reach import Reach

SHARED = 60.0
"""Seconds that what several tests share may take to be set up."""


class Trial:
    """A plug-in for pytest: once the tests are collected, it does not run them but lets them be tried.

    Args:
        module: the one that is changed.
        reach: what is known of the tests.
        then: does all the trying.

    Attributes:
        killer: the test that failed the last time.
    """

    def __init__(self, module: str, reach: Reach, then: Callable[[Trial], None]) -> None:
        self.killer: str | None = None
        self._module = module
        self._reach = reach
        self._then = then
        self._report = Path(f".mutation/killer-{os.getpid()}")

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        """Try all changes."""
        self._session = session
        self._items = {item.nodeid: item for item in session.items}
        gc.freeze()
        self._then(self)
        self._report.unlink(missing_ok=True)
        return True

    def pytest_fixture_setup(self, fixturedef: pytest.FixtureDef[object]) -> None:
        """Give what several tests share time of its own: it is whichever of them comes first that waits for it."""
        if fixturedef.scope != "function":
            signal.setitimer(signal.ITIMER_REAL, SHARED)

    def survived(self, tests: list[str]) -> bool:
        """Whether these tests succeed with the source as it is on disk now; otherwise `killer` is one that fails."""
        self._report.write_text("")
        child = os.fork()
        if not child:
            _alone()
            try:
                os._exit(self._run(tests))
            except BaseException:  # noqa: BLE001 - the module cannot even be imported
                os._exit(2)
        end = time.monotonic() + 10 * SHARED + 3 * sum(self._reach[test].seconds for test in tests)
        while not (done := os.waitpid(child, os.WNOHANG))[0]:
            if time.monotonic() > end:
                os.kill(child, signal.SIGKILL)
            time.sleep(0.005)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)  # whatever the tests left behind
        self.killer = self._report.read_text() or None
        return done[1] == 0

    def _run(self, tests: list[str]) -> int:
        import_again(self._module)
        signal.signal(signal.SIGALRM, _late)
        for test, after in itertools.zip_longest(tests, tests[1:]):
            signal.setitimer(signal.ITIMER_REAL, 10 + 5 * self._reach[test].seconds)
            item, following = self._items[test], self._items[after] if after else None
            item.config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            signal.setitimer(signal.ITIMER_REAL, 0)
            if self._session.testsfailed:
                self._report.write_text(test)
                self._session._setupstate.teardown_exact(None)  # noqa: SLF001 - no public way ends a session early
                return 1
        return 0


def _alone() -> None:
    """Make this process, and those that it starts, a group that says nothing and can be ended."""
    os.setsid()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)


def _late(*_: object) -> None:
    raise TimeoutError("with this change it does not end")


def import_again(module: str) -> None:
    """Import the module and all that imports it once more, and lend the new objects to the tests that have the old."""
    old = {each: sys.modules.pop(each) for each in sorted(_stale(module)) if each in sys.modules}
    new: dict[int, object] = {}
    for each, before in old.items():
        after = importlib.import_module(each)
        new[id(before)] = after
        for key, value in vars(before).items():
            if getattr(value, "__module__", None) == each and key in vars(after):
                new[id(value)] = vars(after)[key]
    for tests in list(sys.modules.values()):
        if (getattr(tests, "__file__", None) or "").startswith(f"{Path.cwd()}/tests/"):
            for key, value in list(vars(tests).items()):
                if id(value) in new:
                    setattr(tests, key, new[id(value)])


def _stale(module: str) -> set[str]:
    """Return the module and all that have imported it, directly or not."""
    stale = {f"callinspect.{module}".replace("/", ".").removesuffix(".__init__")}
    imports = {each: _imported(each) for each in sys.modules if each.startswith("callinspect.")}
    while more := {each for each, imported in imports.items() if imported & stale} - stale:
        stale |= more
    return stale


def _imported(name: str) -> set[str]:
    file = sys.modules[name].__file__ or ""
    text = Path(file).read_text(encoding="utf-8") if file.endswith(".py") else ""
    found = set(re.findall(r"^\s*from (callinspect[.\w]*) import", text, re.MULTILINE))
    for line in re.findall(r"^\s*from callinspect import (.*)", text, re.MULTILINE):
        found |= {f"callinspect.{each}" for each in re.findall(r"\w+", line)}
    return found
