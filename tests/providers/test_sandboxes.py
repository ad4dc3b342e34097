"""The contract between a provider and the sandbox of its vendor: all that the provider's cases show can be tried."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from kit import cases, sandbox_requests, vendors

from callinspect import providers
from callinspect.errors import NotFoundError
from callinspect.model import Call
from callinspect.sandbox import Sandbox, calls, names

every_vendor = pytest.mark.parametrize("name", cases.vendors())


def test_every_provider_has_a_sandbox() -> None:
    lacking = sorted(set(providers.built_in()) - set(names()))
    assert not lacking, f"callinspect/sandbox/vendors has no folder {', '.join(lacking)}"
    assert names() == providers.built_in()


def frozen(running: Sandbox, name: str) -> list[Call]:
    """Return the calls of a vendor that do not change and have no faults, as its provider reads them."""
    known = [each for each in calls(name) if not each.living and not each.description.startswith("fault")]
    read = []
    for each in known:
        with suppress(NotFoundError):  # a call past its retention
            read.append(sandbox_requests.call(running, each))
    return read


@every_vendor
@pytest.mark.parametrize("key", ["state", "outcome"])
def test_the_sandbox_has_every_state_and_outcome(name: str, key: str, sandbox: Sandbox) -> None:
    shown = {case.expected[key] for case in cases.cases("calls", name) if not case.given.get("saved")}
    missing = shown - {getattr(call, key) for call in frozen(sandbox, name)}
    assert not missing, (
        f"callinspect/sandbox/vendors/{name}/calls.json: no call has the {key} "
        f"{', '.join(sorted(map(str, missing)))}, which tests/providers/{name}/calls.json shows"
    )


TYPES = {str: "a text", int: "a number", float: "a number", bool: "true or false", dict: "an object", list: "an array"}


def fields(value: Any, key: str) -> Iterator[tuple[str, Any]]:
    """Give all that is in a value, by where it is; null aside."""
    if value is not None and key:
        yield key, value
    if isinstance(value, dict):
        for name, each in value.items():
            yield from fields(each, f"{key}.{name}" if key else name)
    elif isinstance(value, list):
        for each in value:
            yield from fields(each, f"{key}[]")


def shown(name: str) -> tuple[dict[str, set[str]], set[tuple[str, str]]]:
    """Return the types of each field of a call in the cases of its provider, and the values that a case warns about."""
    types, malformed = defaultdict(set), set()
    for case in cases.cases("calls", name):
        warned = {warning.partition(" ")[0] for warning in case.expected["warnings"]}
        sent = case.told.body
        call = vendors.call_in(sent, vendors.id_key(name, sent))
        for key, value in fields(call, ""):
            if key in warned:
                malformed.add((key, repr(value)))
            else:
                types[key].add(TYPES[type(value)])
    return types, malformed


@every_vendor
def test_the_sandbox_sends_fields_in_the_types_of_the_cases(name: str, sandbox: Sandbox) -> None:
    """A value of another type is one that a case shows, with a warning."""
    types, malformed = shown(name)
    well_delivered = [each for each in calls(name) if not each.description.startswith("fault")]
    for each in well_delivered:
        answer = sandbox_requests.get(sandbox, each)
        sent = fields(sandbox_requests.record(each, answer), "") if answer.status == 200 else ()
        for key, value in sent:
            expected, came = types.get(key), TYPES[type(value)]
            assert not expected or came in expected or (key, repr(value)) in malformed, (
                f"callinspect/sandbox/vendors/{name}/calls.json: “{each.description}”: {key}: expected "
                f"{' or '.join(sorted(expected))}, as in tests/providers/{name}/calls.json; came {came}, {value!r}"
            )


@every_vendor
def test_the_sandbox_accepts_each_way_to_authenticate(name: str) -> None:
    """Each of its schemes lists calls, or does whatever else verifies credentials."""
    for scheme in providers.get(name).schemes:
        with Sandbox() as running:
            header = sandbox_requests.authorized(running, name, scheme)
            assert header, f"{sandbox_requests.PLACE.format(name)}: no token is issued for {scheme.title}"
            answer = sandbox_requests.send(running, sandbox_requests.list_request(running, name), header)
            assert answer.status == 200, (
                f"{sandbox_requests.PLACE.format(name)}: {scheme.title} is refused: {answer.body!r}"
            )
