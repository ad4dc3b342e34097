"""One module, change by change."""

import collections
import difflib
import hashlib
import itertools
import json
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from mutation.reach import QUIET, Reach, reaching
from mutation.source import Source
from mutation.statements import changes
from mutation.trial import Trial


class Module:
    """A module that is changed on disk, since most tests run the program as a process that takes nothing of ours.

    Args:
        home: the clone that it is in.
        name: its path below `callinspect`, without `.py`.
        reach: what is known of the tests.
        most: seconds for which tests may try a change.
        again: whether to try what survived the last time only.
    """

    def __init__(self, home: Path, name: str, reach: Reach, *, most: float, again: bool) -> None:
        self._name = name
        self._path = home / "callinspect" / f"{name}.py"
        self._source = Source(self._path)
        self._reach = dict(reach)
        self._most = most
        self._record = home / ".mutation" / f"{name.replace('/', '-')}.json"
        self._killers: dict[str, str | None] = {}
        if again and self._record.exists():
            self._killers = json.loads(self._record.read_text())
        self._kills: collections.Counter[str | None] = collections.Counter()
        self._stamps = itertools.count(int(time.time()) + 1_000_000)

    def mutate(self) -> None:
        """Print what no test notices, in a process of its own, and leave the module as it was."""
        files = list(dict.fromkeys(test.partition("::")[0] for test in self._reach))
        child = os.fork()
        if not child:
            signal.signal(signal.SIGTERM, lambda *_: pytest.exit("terminated"))
            try:
                trial = Trial(self._name, self._reach, self._every)
                code = pytest.main([*QUIET, "-s", "--no-header", *files], plugins=[trial])
            finally:
                self._put(self._source.text)
            sys.stdout.flush()
            os._exit(int(code))
        signal.signal(signal.SIGTERM, lambda *_: os.kill(child, signal.SIGTERM))
        if os.waitpid(child, 0)[1]:
            sys.exit(1)

    def _every(self, trial: Trial) -> None:
        started = time.monotonic()
        self._unchanged(trial)
        tried = survived = 0
        for change in changes(self._source):
            changed = self._source.changed(change)
            name = hashlib.sha256(changed).hexdigest()[:12]
            if self._killers.get(name) is not None:
                continue
            tried += 1
            tests = sorted(reaching(change, self._name, self._reach), key=self._cost)
            self._put(changed)
            if trial.survived(self._enough(tests)):
                self._killers[name] = None
                survived += 1
                self._show(name, changed, is_reached=bool(tests))
            else:
                self._kills[trial.killer] += 1
                self._killers[name] = trial.killer or "its import"
        self._record.write_text(json.dumps(self._killers))
        took = time.monotonic() - started
        print(f"{self._name}: {tried} changes, {tried - survived} noticed, {survived} survived, {took:.0f} s\n")
        sys.stdout.flush()

    def _unchanged(self, trial: Trial) -> None:
        """Leave out the tests that fail without any change where they are tried."""
        self._put(self._source.text)
        while not trial.survived(self._enough(sorted(self._reach, key=self._cost))):
            if trial.killer is None:
                raise SystemExit(f"{self._name} cannot be imported")
            print(f"{trial.killer} fails without any change, and is left out", file=sys.stderr)
            del self._reach[trial.killer]

    def _cost(self, test: str) -> float:
        """Put those first that are quick and have noticed others."""
        return (self._reach[test].seconds + 0.01) / (1 + 3 * self._kills[test])

    def _enough(self, tests: list[str]) -> list[str]:
        total = itertools.accumulate(self._reach[test].seconds for test in tests)
        return [test for test, so_far in zip(tests, total, strict=True) if so_far <= self._most]

    def _put(self, content: bytes) -> None:
        self._path.write_bytes(content)
        stamp = next(self._stamps)
        os.utime(self._path, (stamp, stamp))  # what was compiled before is told by its size and whole seconds

    def _show(self, name: str, changed: bytes, *, is_reached: bool) -> None:
        old, new = (text.decode().splitlines(keepends=True) for text in (self._source.text, changed))
        file = f"{self._name}.py"
        print(f"# {name}" + ("" if is_reached else " (no test reaches it)"))
        print("".join(difflib.unified_diff(old, new, file, file, n=1)))
        sys.stdout.flush()
