"""A user who is watched, a vendor with faults, and another origin that must never be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from kit.leaky_vendor import FaultyVendor
from kit.watched import WatchedUser, watched_user

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[WatchedUser]:
    """Make a user, a vendor with faults, and another origin that must never be asked."""
    with watched_user(tmp_path, FaultyVendor) as made:
        yield made
