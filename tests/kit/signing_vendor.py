"""A vendor whose users sign their tokens: one module and an entry point."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from kit.program import environment
from kit.servers import Chooser, answer, header

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

APPLICATION = "5550c8a4-0d6b-4f0e-9c55-2f6f6a1b0155"
KEY = "CALLINSPECT_ACME_PRIVATE_KEY"
MODULE = """
from callinspect.provider import Field, Provider, Request, Shape, Signed, one, place, refused, url

CALLS = place("calls")


def refusal(response):
    return refused(response, own="why" in response.fields, message=response.fields.get("why"))


PROVIDER = Provider(
    name="acme", title="Acme", docs="https://acme.example.com", base_url="https://acme.example.com",
    fields=(
        Field(name="application_id", title="Application ID"),
        Field(name="private_key", title="Private key file", file=True, env=("ACME_KEY",)),
    ),
    schemes=(Signed(),), fetch=one(CALLS),
    normalize=Shape(id="id", state="state", words={}).reader("acme"), refusal=refusal,
    verify=lambda account: Request(url=url(account.base_url, "me")), not_found_hints=("Acme forgets",),
)
"""
METADATA = "Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n"
ENTRY_POINTS = "[callinspect.providers]\nacme = acme:PROVIDER\n"


def installed(folder: Path) -> dict[str, str]:
    """Install the vendor into a folder; return the environment of a user who has it there, and set no key."""
    (folder / "acme.py").write_text(MODULE, encoding="utf-8")
    metadata = folder / "acme-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text(METADATA, encoding="utf-8")
    (metadata / "entry_points.txt").write_text(ENTRY_POINTS, encoding="utf-8")
    return environment(folder, PYTHONPATH=str(folder), CALLINSPECT_ACME_APPLICATION_ID=APPLICATION)


class Acme(Chooser):
    """The vendor, which knows every call.

    Args:
        refuses: how many requests it refuses, the first ones.
        headers: of each answer.
    """

    def __init__(self, refuses: int = 0, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(self._reply)
        self._refuses = refuses
        self._headers = headers

    def _reply(self, request: bytes) -> bytes:
        if len(self.requests) <= self._refuses:
            return answer(401, '{"why": "go away"}', self._headers)
        call_id = request.split()[1].decode().rpartition("/")[2]
        return answer(200, json.dumps({"id": call_id, "state": "up"}), self._headers)

    @property
    def tokens(self) -> list[str]:
        """The tokens that were sent, in order."""
        return [str(header(request, "authorization")).removeprefix("Bearer ") for request in self.requests]

    def variables(self) -> dict[str, str]:
        """Return the variables that lead here."""
        return {"CALLINSPECT_ACME_BASE_URL": self.url}
