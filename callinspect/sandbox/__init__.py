"""A local emulator of the vendors' HTTP APIs, to try the command, rehearse a runbook, and test against.

It shares no code with the providers, so that it can disagree with them.
"""

from __future__ import annotations

from dataclasses import dataclass

from callinspect.sandbox.bandwidth_calls import CALLS as _BANDWIDTH
from callinspect.sandbox.catapult_calls import CALLS as _CATAPULT
from callinspect.sandbox.faults import FAULTS, Fault
from callinspect.sandbox.genesys_calls import CALLS as _GENESYS
from callinspect.sandbox.server import Sandbox
from callinspect.sandbox.webex_calls import CALLS as _WEBEX

__all__ = ["FAULTS", "Fault", "Sandbox", "SandboxCall", "calls"]


@dataclass(frozen=True, slots=True)
class SandboxCall:
    """A call that the sandbox knows: where to ask for it, and what to expect."""

    provider: str
    id: str
    living: bool
    description: str


def calls() -> list[SandboxCall]:
    """Return every call of every vendor, in the same order and with the same ids in every run."""
    known = {"webex": _WEBEX, "bandwidth": _BANDWIDTH, "catapult": _CATAPULT, "genesys": _GENESYS}
    return [
        SandboxCall(provider, call.id, call.living, call.description)
        for provider, theirs in known.items()
        for call in theirs
    ]
