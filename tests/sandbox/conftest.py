"""A sandbox for each module, since a call with faults counts how often it was asked for."""

from collections.abc import Iterator

import pytest

from callinspect.sandbox import Sandbox


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(burst=10_000) as running:
        yield running
