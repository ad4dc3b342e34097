"""A local emulator of the vendors' HTTP APIs, to try the command, to rehearse a runbook, and to test against.

It shares no code with the providers, so that it can disagree with them. `vendor` describes how to emulate a vendor.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from callinspect.sandbox import vendors
from callinspect.sandbox.faults import FAULTS, Fault
from callinspect.sandbox.scene import PAUSE
from callinspect.sandbox.server import Sandbox

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = ["FAULTS", "PAUSE", "Fault", "Sandbox", "SandboxCall", "account", "calls", "check", "names"]

check = vendors.check
names = vendors.names


@dataclass(frozen=True, slots=True)
class SandboxCall:
    """A call of the sandbox: its provider and ID, and what it shows."""

    provider: str
    id: str
    living: bool
    description: str


def calls(*only: str) -> list[SandboxCall]:
    """Return every call of the given vendors, or of all; order and IDs are the same in every run."""
    return [
        SandboxCall(name, call.id, call.living, call.description)
        for name in only or vendors.names()
        for call in vendors.get(name).calls
    ]


def account(name: str) -> Mapping[str, str]:
    """Return all credentials that a vendor accepts, by the names of its provider's fields."""
    return vendors.get(name).account
