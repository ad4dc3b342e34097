"""Warnings about an answer: each once, and not without end, whatever is odd in it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from kit.program import callinspect

if TYPE_CHECKING:
    from pathlib import Path

COUNT = 5000

WEBEX = {"id": "c-1", "state": "connected"}


@pytest.mark.parametrize(
    ("odd", "most"),
    [
        ({"redirections": [{"reason": f"odd-{number}"} for number in range(COUNT)]}, 1000),
        ({"redirections": [{"reason": number} for number in range(COUNT)]}, 1000),
        ({"redirections": list(range(COUNT))}, 1),
    ],
    ids=["words", "types", "elements"],
)
def test_warnings_have_an_end(odd: dict[str, Any], most: int, bare: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "body").write_text(json.dumps(WEBEX | odd), encoding="utf-8")
    done = callinspect("get", "webex", "--from-file", str(tmp_path / "body"), "-o", "json", env=bare)
    warnings = json.loads(done.stdout)["warnings"]
    assert done.returncode == 0
    assert 1 <= len(warnings) <= most
    assert len(set(warnings)) == len(warnings)
