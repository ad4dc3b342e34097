"""The contract between a provider and the sandbox of its vendor: all that the provider's cases show can be tried."""

from contextlib import suppress

import pytest
from kit import cases, emulated

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
            read.append(emulated.call(running, each))
    return read


@every_vendor
@pytest.mark.parametrize("key", ["state", "outcome"])
def test_the_sandbox_has_every_state_and_outcome(name: str, key: str, sandbox: Sandbox) -> None:
    shown = {case.expected[key] for case in cases.cases("calls", name)}
    missing = shown - {getattr(call, key) for call in frozen(sandbox, name)}
    assert not missing, (
        f"callinspect/sandbox/vendors/{name}/calls.json: no call has the {key} "
        f"{', '.join(sorted(map(str, missing)))}, which tests/providers/{name}/calls.json shows"
    )


@every_vendor
def test_the_sandbox_accepts_each_way_to_authenticate(name: str) -> None:
    """Each of its schemes lists calls, or does whatever else verifies credentials."""
    for scheme in providers.get(name).schemes:
        with Sandbox() as running:
            header = emulated.authorized(running, name, scheme)
            assert header, f"{emulated.PLACE.format(name)}: no token is issued for {scheme.title}"
            answer = emulated.send(running, emulated.list_path(running, name), header)
            assert answer.status == 200, f"{emulated.PLACE.format(name)}: {scheme.title} is refused: {answer.body!r}"
