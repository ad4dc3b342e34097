"""A sandbox for each module, since a call with faults counts how often it was asked for; its time stands still."""

from collections.abc import Iterator

import pytest
from kit.clocks import Clock

from callinspect.sandbox import Sandbox


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(clock=Clock(), burst=10_000) as running:
        yield running
