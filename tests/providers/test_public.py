"""What may be shown of each vendor's answers with --redact: known fields, and never who somebody is."""

import re
from collections.abc import Callable, Iterator
from functools import cache, partial
from typing import Any

import pytest
from kit import bodies, cases
from kit.bodies import Told, leaves

from callinspect import providers
from callinspect.provider import Provider
from callinspect.sandbox import Sandbox

every_vendor = pytest.mark.parametrize("name", cases.vendors())

TellsOf = Callable[[str], list[Told]]

TELLING = re.compile(r"\+\d{7}|@|://|^(?:tel|sips?):|\b\d{1,3}(?:\.\d{1,3}){3}\b")
"""What a number, an address or a URL has."""

PARTY = ("number", "uri", "name", "person_id", "place_id", "location")


@pytest.fixture(scope="module")
def told_of(sandbox: Sandbox) -> TellsOf:
    """What a vendor says of calls, which is read once: no test changes it."""
    return cache(partial(bodies.told_of, sandbox))


def listed(provider: Provider) -> dict[str, set[str]]:
    """Return the paths that are public, by the extra that has them, or `call`."""
    return {"call": {*provider.public.split()}} | {
        name: {*each.public.split()} for name, each in provider.extras.items() if name != "legs"
    }


def spellings(provider: Provider, part: str, path: str) -> set[str]:
    """Return the path, and what is left of it within each envelope."""
    wraps = provider.envelopes.split() if part == "call" else []
    return {path} | {path.removeprefix(f"{each}.") for each in wraps}


def said(provider: Provider, told: Told) -> Iterator[tuple[str, set[str], Any]]:
    """Give every value that was said, with the part that has it, and its path, in all spellings."""
    for part, value in told.parts(provider):
        for path, leaf in leaves(value):
            yield part, spellings(provider, part, path), leaf


@every_vendor
def test_every_vendor_says_what_is_public(name: str, told_of: TellsOf) -> None:
    """Of its calls, and of each extra of which `vendor` has something."""
    provider = providers.get(name)
    paths = listed(provider)
    needed = {"call"}
    for told in told_of(name):
        related = told.record["related"]
        parts = {part: found if isinstance(found, list) else [found] for part, found in related.items() if found}
        needed |= {part for part, found in parts.items() if any(each.get("vendor") for each in found)}
        needed |= {part for part in told.document.extras if provider.extras[part].read is None}
    assert {part for part in needed if not paths[part]} == set()


@every_vendor
def test_every_public_path_is_a_field_of_the_vendor_s(name: str, told_of: TellsOf) -> None:
    """One that a case, the sandbox or the vendor's words have, or its pages alone, as its account says."""
    provider = providers.get(name)
    documented = {part: {*each} for part, each in cases.account(name).get("documented", {}).items()}
    met: dict[str, set[str]] = {part: set() for part in listed(provider)}
    met["call"] |= {field for kind in cases.vocabulary(name).values() for field in kind}
    for told in told_of(name):
        for part, paths, _ in said(provider, told):
            met[part] |= paths
    unknown = {part: sorted(paths - met[part]) for part, paths in listed(provider).items() if paths - met[part]}
    assert unknown == {part: sorted(each) for part, each in documented.items()}


@every_vendor
def test_the_ids_of_calls_are_public(name: str, told_of: TellsOf) -> None:
    provider = providers.get(name)
    paths = listed(provider)["call"]
    masked = set()
    for told in told_of(name):
        cause, verification = told.record["cause"] or {}, told.record["verification"] or {}
        ids = {told.record[key] for key in ("id", "session_id", "parent_id")}
        ids |= {cause.get("error_id"), verification.get("originating_id")}
        for part, spelled, value in said(provider, told):
            if part == "call" and isinstance(value, str) and value and value in ids and spelled.isdisjoint(paths):
                masked.add(min(spelled))
    assert masked == set()


@every_vendor
def test_nothing_public_tells_who_somebody_is(name: str, told_of: TellsOf) -> None:
    """No number, address or URL, and nothing that the record has of a party."""
    provider = providers.get(name)
    paths = listed(provider)
    telling = [
        (told.place, min(spelled), value)
        for told in told_of(name)
        for known in [people(told)]
        for part, spelled, value in said(provider, told)
        if not spelled.isdisjoint(paths[part]) and (TELLING.search(str(value)) or str(value) in known)
    ]
    assert telling == []


def people(told: Told) -> set[str]:
    """Return what the record has of its parties."""
    given = told.record
    parties = [given["from"], given["to"]]
    parties += given["participants"]
    parties += [each["party"] for each in given["redirections"]]
    return {each[key] for each in parties if each for key in PARTY if each[key]}
