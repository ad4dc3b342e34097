"""Asterisk's REST interface: channels, their variables, bridges, and the ping; below the prefix of its HTTP server."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from callinspect.sandbox.catalogue import read
from callinspect.sandbox.exchange import Refusal, Reply, Request, page
from callinspect.sandbox.scene import At, digest
from callinspect.sandbox.vendor import Route, Vendor

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_ACCOUNT: Final = {"username": "inspector", "password": "sandbox-asterisk-password"}

_NAME: Final = re.compile(r"(?:[^,()]|\([^()]*\))+")
"""A name in a list of them; a comma within brackets parts nothing."""


def _channel_id(name: str) -> str:
    number = int.from_bytes(digest(f"asterisk {name}")[:4])
    return f"17{number % 10**8:08}.{number % 97}"


def _error(status: int, message: str, **headers: str) -> Refusal:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Refusal(status, {"message": message}, named)


_CALLS, _PARTS = read(Path(__file__).with_name("calls.json"), _channel_id, form="iso_offset_basic")


class Asterisk(Vendor):
    """One server: it forgets a channel that has ended."""

    calls = _CALLS
    account = _ACCOUNT
    way = ("username", "password")
    addresses = {"base_url": "/pbx"}
    refusals = {
        "credentials": _error(401, "Authentication required", WWW_Authenticate='Basic realm="Asterisk REST Interface"'),
        "path": _error(404, "Resource not found"),
        "method": _error(405, "Invalid method"),
        "call": _error(404, "Channel not found"),
        "403": _error(403, "Access denied by ACL"),
        "429": _error(429, "Too many requests", Retry_After="{wait}"),
        "500": Refusal(500, {"error": "Allocation failed"}),
        "503": _error(503, "Asterisk not booted", Connection="close"),
        "channel of a variable": _error(404, "Provided channel was not found"),
        "no variable": _error(404, "Provided variable was not found"),
        "no function": _error(500, "Unable to read provided function"),
        "no name": _error(400, "Variable name is required"),
    }

    def routes(self) -> Sequence[Route]:
        """Return the paths of ARI that are read; two that only take a POST come before the channel of that name."""
        channels = "/pbx/ari/channels"
        return (
            Route("/pbx/ari/asterisk/ping", self._ping),
            Route("/pbx/ari/bridges", self._bridges),
            Route(channels, self._list),
            Route(f"{channels}/create", self._list, method="POST"),
            Route(f"{channels}/externalMedia", self._list, method="POST"),
            Route(f"{channels}/{{}}", self.one),
            Route(f"{channels}/{{}}/variable", self._variable),
            Route(f"{channels}/{{}}/variables", self._variables),
        )

    def answer(self, request: Request) -> Reply:
        """Return the answer; what is not below ARI's path is answered by the web server, with a page."""
        if request.segments[:2] != ("pbx", "ari"):
            return page("404 Not Found", status=404)
        return super().answer(request)

    def admit(self, request: Request) -> Reply | None:
        """Return 401 for wrong credentials."""
        is_known = request.basic == (self.account["username"], self.account["password"])
        return None if is_known else self.refuse(request, "credentials")

    def present(self, _call: Any, record: Any) -> Reply:
        """Return a channel, whose variables are asked for apart."""
        return self.reply(_channel(record))

    def _list(self, _request: Request) -> Reply:
        return self.reply([_channel(record) for _, record in self.current()])

    def _bridges(self, _request: Request) -> Reply:
        return self.reply(_PARTS["bridges"])

    def _ping(self, _request: Request) -> Reply:
        return self.reply(
            {"ping": "pong", "timestamp": At(self.scene.elapsed, "iso_offset_basic"), "asterisk_id": "sandbox"}
        )

    def _variable(self, request: Request, call_id: str) -> Reply:
        found, name = self._set(call_id), request.query.get("variable")
        if not name:
            return self.refuse(request, "no name")
        if found is None:
            return self.refuse(request, "channel of a variable")
        refusal = self._missing(request, found, [name])
        return refusal or self.reply({"value": found.get(name, "")})

    def _variables(self, request: Request, call_id: str) -> Reply:
        found = self._set(call_id)
        if found is None:
            return self.refuse(request, "call")
        names = _NAME.findall(request.query.get("variables", ""))
        refusal = self._missing(request, found, names)
        return refusal or self.reply({"variables": {name: found.get(name, "") for name in names}})

    def _set(self, call_id: str) -> Mapping[str, Any] | None:
        """Return a channel's variables."""
        found = self.find(call_id)
        return found and found[1].get("variables", {})

    def _missing(self, request: Request, found: Mapping[str, Any], names: Sequence[str]) -> Reply | None:
        """Return the refusal of a name that is not set; a function of the channel is empty instead."""
        for name in names:
            if found.get(name, "") is None:
                return self.refuse(request, "no function")
            if name not in found and "(" not in name:
                return self.refuse(request, "no variable")
        return None


def _channel(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if name != "variables"}


VENDOR = Asterisk
