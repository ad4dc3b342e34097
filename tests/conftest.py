"""Fixtures that tests share: a vendor to ask, and a user's environment to ask from."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from support import environment

from callinspect.sandbox import Sandbox


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """A sandbox that serves all four vendors, with no rate limit to speak of."""
    with Sandbox(catapult_burst=100_000) as running:
        yield running


@pytest.fixture
def env(tmp_path: Path, sandbox: Sandbox) -> dict[str, str]:
    """The environment of a user with an account at every vendor."""
    return environment(tmp_path, **sandbox.environment)


@pytest.fixture
def bare(tmp_path: Path) -> dict[str, str]:
    """The environment of a user who has set nothing."""
    return environment(tmp_path)
