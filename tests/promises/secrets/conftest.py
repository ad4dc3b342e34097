"""A user who is watched, a vendor with faults, and another origin that must never be asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from kit.leaky_vendor import FaultyVendor
from kit.servers import Server
from kit.watched import KEYRING, MANY, WatchedUser

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[WatchedUser]:
    """Make a user, a vendor with faults, and another origin that must never be asked."""
    home, modules = tmp_path / "home", tmp_path / "modules"
    (home / "TMPDIR").mkdir(parents=True)
    modules.mkdir()
    (modules / "many.py").write_text(MANY)
    (modules / "kept.py").write_text(KEYRING)
    with Server(lambda _: None) as elsewhere, FaultyVendor(elsewhere.url) as vendor:
        yield WatchedUser(home, modules, vendor, elsewhere)
