"""signalwire: one call, and the list of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final

from callinspect.sandbox.catalogue import read
from callinspect.sandbox.exchange import Refusal, Reply, Request
from callinspect.sandbox.scene import digest
from callinspect.sandbox.vendor import Route, Vendor

if TYPE_CHECKING:
    from collections.abc import Sequence

_ACCOUNT: Final = {"account_id": "acme-1", "key": "sandbox-signalwire-key", "secret": "sandbox-signalwire-secret"}  # FILL IN


def _error(status: int, code: str, message: str) -> Refusal:
    return Refusal(status, {"code": code, "message": message})  # FILL IN the form of the vendor's errors


class Emulator(Vendor):
    """signalwire's side of one sandbox."""

    # FILL IN what IDs look like
    calls = read(Path(__file__).with_name("calls.json"), lambda name: f"call-{digest(name).hex()[:12]}").calls
    account = _ACCOUNT
    way = ("account_id", "key", "secret")  # FILL IN the fields of one way to authenticate
    addresses = {"base_url": "/v1"}  # FILL IN
    refusals = {  # FILL IN status, body and headers of each
        "credentials": _error(401, "unauthorized", "Invalid API key"),
        "path": _error(404, "not_found", "{path} does not exist"),
        "method": _error(405, "method_not_allowed", "{method} is not allowed"),
        "call": _error(404, "not_found", "Call {call_id} does not exist"),
        "403": _error(403, "forbidden", "Not allowed"),
        "429": Refusal(429, {"code": "rate_limited", "message": "Too many requests"}, {"Retry-After": "{wait}"}),
        "500": _error(500, "internal_error", "Internal error"),
        "503": _error(503, "unavailable", "Try again later"),
    }

    def routes(self) -> Sequence[Route]:
        """Return the paths of an account."""
        calls = f"/v1/accounts/{self.account['account_id']}/calls"  # FILL IN
        return (Route(calls, self._list), Route(f"{calls}/{{}}", self.one))

    def admit(self, request: Request) -> Reply | None:
        """Return 401 for wrong credentials."""
        # FILL IN what the vendor checks
        is_known = request.basic == (self.account["key"], self.account["secret"])
        return None if is_known else self.refuse(request, "credentials")

    def _list(self, request: Request) -> Reply:
        limit = int(request.query.get("limit", "100"))
        return self.reply([record for _, record in self.current()][:limit])


VENDOR = Emulator
