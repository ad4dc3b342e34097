"""What tests of commands share."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from kit.clocks import Patient
from kit.program import environment

from callinspect.sandbox import Sandbox

Env = dict[str, str]


@pytest.fixture
def quick(tmp_path: Path) -> Iterator[Env]:
    """The environment of a user whose vendors' calls live four times as fast, beginning now, for who looks as often.

    From one look to the next it is never more than 0.8 seconds of a call's life.
    """
    with Sandbox(pace=4.0, clock=Patient(0.2), burst=100_000) as running:
        yield environment(tmp_path, **running.environment)
