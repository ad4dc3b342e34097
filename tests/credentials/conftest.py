"""Keyrings and vendors that only tests of credentials have."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from kit.credential_runs import Vendor
from kit.keyrings import SecretService
from kit.program import environment


@pytest.fixture
def elsewhere() -> Iterator[Vendor]:
    """Another vendor, who is to get nothing."""
    with Vendor() as running:
        yield running


@pytest.fixture(scope="session")
def fragile_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecretService]:
    """The one that `fragile` gives to each test."""
    with SecretService(tmp_path_factory.mktemp("fragile")) as running:
        yield running


@pytest.fixture
def fragile(fragile_service: SecretService) -> SecretService:
    """A keyring that may be broken; the test that does so repairs it."""
    fragile_service.mend()
    return fragile_service


@pytest.fixture
def plain(tmp_path: Path) -> dict[str, str]:
    """The environment of a user whose only keyring is keyrings.alt's readable file."""
    if find_spec("keyrings.alt") is None:
        pytest.fail("keyrings.alt is not installed")
    env = environment(tmp_path)
    del env["PYTHON_KEYRING_BACKEND"]
    return env
