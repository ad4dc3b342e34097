"""Fixtures that tests share: a vendor to ask, a user's environment to ask from, and what connections begin with."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme
from kit import warm
from kit.clocks import Clock
from kit.credential_runs import Vendor
from kit.keyrings import SecretService
from kit.program import environment

from callinspect import stdio
from callinspect.sandbox import Sandbox

HERE = Path(__file__).parent
SLOW = (
    *("promises", "test_deadline.py"),
    *(f"api/test_{each}.py" for each in ("api_calls", "api_guest", "api_many", "dask", "duckdb")),
    *(f"client/test_{each}.py" for each in ("bulk", "filters", "polling", "standing", "surrogates", "tokens")),
    *("client/test_asking_again.py", "client/test_signed_tokens.py"),
    *("client/test_timeline_many.py", "client/test_timeline_read.py"),
    *("client/test_bad_extras.py", "client/test_following_with_extras.py"),
    *("credentials/test_backends.py", "credentials/test_finding.py"),
    *("credentials/test_key_files.py", "credentials/test_keychain.py", "credentials/test_rotation.py"),
    *("commands/test_login.py", "commands/test_login_terminal.py"),
    *("commands/test_diff_living.py", "commands/test_wait.py", "commands/test_watch.py"),
    *("doctor", "figures/test_figures_apart.py"),
    *(f"masking/test_{each}.py" for each in ("every_command_masked", "leaks", "masked_cards", "planted")),
    "completion/test_completion_in_shells.py",
    *("http/test_faults.py", "http/test_proxies.py", "http/test_tls.py", "http/test_tunnels.py"),
    *("http/test_waits_kept.py", "providers/test_drift.py", "providers/test_plugin.py"),
    *("http/test_pace.py", "sandbox/test_sandbox_parts.py", "sandbox/test_sandbox_run.py"),
)
"""What `-m "not slow"` leaves out, to be done within two minutes: sweeps, and real waits, daemons and terminals."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what is slow."""
    assert not (gone := [each for each in SLOW if not (HERE / each).exists()]), gone
    slow = {path: any(path.is_relative_to(HERE / each) for each in SLOW) for path in {item.path for item in items}}
    for item in items:
        if slow[item.path]:
            item.add_marker("slow")


@pytest.fixture(scope="session", autouse=True)
def _streams_left_alone() -> None:
    """Leave the streams of the process with the tests alone, as those of any program that uses this one as a library.

    A keyring that a test asks for itself would have them redirected, and duplicates of them left open.
    """
    stdio.leave_alone()


@pytest.fixture(scope="session", autouse=True)
def _forking_ends() -> Iterator[None]:
    """End what runs are forked from, before their coverage is collected."""
    yield
    warm.end()


@pytest.fixture(scope="session")
def sandbox() -> Iterator[Sandbox]:
    """A sandbox that serves every vendor, with no rate limit to speak of; its time stands still.

    So what it lists is the same for every test, and from one run of a test to the next.
    """
    with Sandbox(clock=Clock(), burst=100_000) as running:
        yield running


@pytest.fixture
def env(tmp_path: Path, sandbox: Sandbox) -> dict[str, str]:
    """The environment of a user with an account at every vendor."""
    return environment(tmp_path, **sandbox.environment)


@pytest.fixture
def bare(tmp_path: Path) -> dict[str, str]:
    """The environment of a user who has set nothing."""
    return environment(tmp_path)


@pytest.fixture(scope="session")
def secret_service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecretService]:
    """A real keyring; `keyring` gives it empty to each test."""
    with SecretService(tmp_path_factory.mktemp("keyring")) as running:
        yield running


@pytest.fixture
def keyring(secret_service: SecretService) -> Iterator[SecretService]:
    """A real keyring, empty at first."""
    secret_service.mend()
    yield secret_service
    secret_service.clear()


@pytest.fixture
def user(keyring: SecretService, tmp_path: Path) -> dict[str, str]:
    """The environment of a user who has set nothing, and has that keyring."""
    return keyring.user(tmp_path)


@pytest.fixture
def vendor() -> Iterator[Vendor]:
    """A sandbox of the test's own, which tells what it was asked."""
    with Vendor() as running:
        yield running


@pytest.fixture
def closed_port() -> Iterator[int]:
    """Hold a port at which nothing listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


@pytest.fixture(scope="session")
def authority() -> trustme.CA:
    """Make a certificate authority of one's own."""
    return trustme.CA()


@pytest.fixture(scope="session")
def ca_file(authority: trustme.CA, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Write the authority's certificate to a file."""
    path = tmp_path_factory.mktemp("ca") / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return str(path)
