"""Fixtures of the tests of streams and signals: the program while signals come, and a vendor that takes its time."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING

import pytest
from kit.counting import Counting, account
from kit.program import unmeasured
from kit.timed_signals import CALLS, MANY, Struck

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kit.program import Env


@pytest.fixture(scope="module", autouse=True)
def _unmeasured_runs() -> Iterator[None]:
    """Have runs measure no coverage, which takes time: what a sweep runs again and again, other tests run as well."""
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ.keys() - unmeasured(os.environ).keys():
            patch.delenv(name)
        yield


@pytest.fixture
def struck(env: Env, tmp_path: Path) -> Struck:
    """The program against a vendor that answers."""
    return Struck(tmp_path, env)


@pytest.fixture
def counting(request: pytest.FixtureRequest) -> Iterator[Counting]:
    """A vendor that takes its time."""
    server = Counting(delay=getattr(request, "param", 0.02))
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def many(counting: Counting, tmp_path: Path) -> tuple[Struck, tuple[str, ...]]:
    """The program with many calls to ask for."""
    (tmp_path / "ids").write_text("\n".join(CALLS))
    return Struck(tmp_path, account(counting, tmp_path)), (*MANY, str(tmp_path / "ids"))
