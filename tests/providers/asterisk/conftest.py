"""A real Asterisk, once in a session, and who asks it."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from kit.program import Env, callinspect, environment
from providers.asterisk.pbx import PBX
from providers.asterisk.pbx.events import Application


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PBX]:
    """A server, one in each process of a session."""
    with PBX(tmp_path_factory.mktemp("pbx")) as running:
        yield running.ready()


@pytest.fixture
def pbx(server: PBX) -> Iterator[PBX]:
    """That server, without calls at first."""
    yield server
    server.clear()


@pytest.fixture
def application(pbx: PBX) -> Iterator[Application]:
    """An application that is told what happens there."""
    with Application(pbx) as running:
        yield running


@pytest.fixture
def inspector(pbx: PBX, tmp_path: Path) -> Env:
    """The environment of a user who may read there."""
    return environment(tmp_path, **pbx.variables())


@pytest.fixture
def got(inspector: Env) -> Callable[..., Any]:
    """Read a call, with these options, without a warning; return the record."""

    def read(call_id: str, *options: str) -> Any:
        done = callinspect("get", "asterisk", call_id, *options, env=inspector)
        assert (done.returncode, done.stderr) == (0, b"")
        return json.loads(done.stdout)

    return read
