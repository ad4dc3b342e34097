"""Many calls of an account: their IDs, and what a vendor answers each."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from kit.servers import answer, body, refusing

if TYPE_CHECKING:
    from kit.program import Done

REFUSED = refusing(401, "Invalid credentials")


def lines(count: int) -> str:
    """Return the IDs of so many calls, as standard input has them."""
    return "".join(f"c-{number}\n" for number in range(count))


def asked_for(request: bytes) -> str:
    """Return the id of the call that is asked for."""
    return request.split(b" ")[1].decode().rpartition("/")[2]


def call(request: bytes) -> bytes:
    """Return the call that is asked for."""
    return answer(200, body(asked_for(request)))


def told(done: Done) -> list[Any]:
    """Return what every failure says."""
    return [json.loads(line)["error"] for line in done.stderr.splitlines()]


def token(number: int = 0, lifetime: object = 3600, **more: object) -> bytes:
    """Return what a token endpoint answers."""
    return answer(200, json.dumps({"access_token": f"token-number-{number}", "expires_in": lifetime} | more))
