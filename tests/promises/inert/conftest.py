"""A stranger at every vendor's address, and the user who asks there."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any

import pytest
from kit.program import callinspect
from kit.screen import inert
from kit.stranger import Env, Sent, Stranger, asked, documents

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def stranger() -> Iterator[Stranger]:
    with Stranger() as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def user(tmp_path: Path, stranger: Stranger) -> Env:
    """The environment of a user whose vendors are all that stranger."""
    return stranger.user(tmp_path)


@pytest.fixture(scope="module")
def sent(stranger: Stranger) -> list[Sent]:
    """Every hostile call there is."""
    found = [each for each in documents() if each.way != "id"]  # which are about other calls
    stranger.tell(*found)
    return found


@pytest.fixture(scope="module")
def records(sent: list[Sent], stranger: Stranger, tmp_path_factory: pytest.TempPathFactory) -> dict[Sent, Any]:
    """The record of each, as a program reads it from a pipe."""
    home = tmp_path_factory.mktemp("reader")
    done = callinspect(*asked(sent, home), "--include", "raw", env=stranger.user(home))
    assert (done.returncode, done.stderr) == (0, b"")
    inert(done.stdout)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["provider"] for each in found] == [each.provider for each in sent]
    return dict(zip(sent, found, strict=True))
