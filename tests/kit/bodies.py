"""What vendors say of calls: the answers of their cases and of their sandboxes, and the records that they become."""

from __future__ import annotations

import json
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from callinspect import providers
from callinspect.errors import CallinspectError
from callinspect.model.writing import record
from callinspect.provider.reading_extras import with_extras
from callinspect.sandbox import calls
from kit import cases, sandbox_requests
from kit.case_playback import inspect

if TYPE_CHECKING:
    from collections.abc import Iterator

    from callinspect.provider import Document, Provider
    from callinspect.sandbox import Sandbox, SandboxCall

HOSTILE = "hostile:"
"""Begins what is said of a sandbox call whose words are texts that could harm a terminal."""


class Told(NamedTuple):
    """What a vendor says of one call.

    Attributes:
        place: where it is from.
        document: its answers.
        record: what they become, parsed.
    """

    place: str
    document: Document
    record: dict[str, Any]

    def parts(self, provider: Provider) -> Iterator[tuple[str, Any]]:
        """Give all that was said, as sent and as `vendor` has it, by the extra that it is of, or `call`."""
        sent = {name for name, each in provider.extras.items() if not each.read}
        vendor = {name: each for name, each in self.record["vendor"].items() if name not in sent}
        yield from (("call", each) for each in (*self.document.answers, vendor))
        for name, found in self.document.extras.items():
            if name == "legs":
                yield from (("call", each) for each in _legs(found))
                continue
            yield name, found
            if provider.extras[name].read:
                yield name, _vendor(self.record["related"].get(name))


def _vendor(parts: Any) -> list[Any]:
    """Return what the vendor's parts have besides."""
    return [each["vendor"] for each in (parts if isinstance(parts, list) else [parts]) if each]


def _legs(found: Any) -> list[Any]:
    """Return the calls of an extra that has legs, and what it has besides."""
    listed = found["legs"] if isinstance(found, dict) else found
    besides = [{name: each for name, each in found.items() if name != "legs"}] if isinstance(found, dict) else []
    return besides + [each["call"] for each in listed if isinstance(each, dict)]


def told_of(running: Sandbox, vendor: str, *, hostile: bool = False) -> list[Told]:
    """Return what a vendor says of calls: in its cases and in a sandbox."""
    return [*of_cases(vendor), *of_sandbox(running, vendor, hostile=hostile)]


@cache
def of_cases(vendor: str) -> tuple[Told, ...]:
    """Return what the cases of a vendor say of calls."""
    provider = providers.get(vendor)
    found = []
    for case in cases.cases("calls", vendor):
        document, _ = inspect(provider, case)
        found.append(_told(case.place, provider, document))
    return tuple(found)


def of_sandbox(running: Sandbox, vendor: str, *, hostile: bool = False) -> Iterator[Told]:
    """Give what a sandbox says of a vendor's calls, all that can be read with them included."""
    for each in calls_of(vendor, hostile=hostile):
        with suppress(CallinspectError):  # past its retention, or not there yet
            document = sandbox_requests.document(running, each)
            place = f"callinspect/sandbox/vendors/{vendor}/calls.json: “{each.description}”"
            yield _told(place, providers.get(vendor), document)


def calls_of(*vendors: str, hostile: bool = False) -> list[SandboxCall]:
    """Return the calls of vendors' sandboxes that have no faults; those with texts that could do harm if wanted."""
    without = ("fault",) if hostile else ("fault", HOSTILE)
    return [each for each in calls(*vendors) if not each.description.startswith(without)]


def _told(place: str, provider: Provider, document: Document) -> Told:
    call = with_extras(provider, provider.normalize(document), document)
    return Told(place, document, json.loads(json.dumps(record(call))))


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Give every value that is neither an object nor an array, with its path, in which arrays have no index."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from leaves(each, f"{path}.{name}" if path else name)
    elif isinstance(value, list):
        for each in value:
            yield from leaves(each, path)
    else:
        yield path, value
