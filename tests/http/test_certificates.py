"""Whom the program takes for its vendor: certificates, good and bad."""

from __future__ import annotations

import ssl
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import trustme
from kit.certificates import TOMORROW, YESTERDAY, dated, hashed, issued, unchained
from kit.program import ask, client_of, env_of, error
from kit.servers import GOOD, Server, answer, contexts

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.parametrize(
    ("certificate", "reason", "hint"),
    [
        ({"name": "other.test"}, "IP address mismatch, certificate is not valid for '127.0.0.1'", "check base_url"),
        (YESTERDAY, "certificate has expired", "check this machine's clock"),
        (TOMORROW, "certificate is not yet valid", "check this machine's clock"),
    ],
    ids=["another host's", "expired", "not yet valid"],
)
def test_a_wrong_certificate_says_what_to_check(
    certificate: dict[str, Any], reason: str, hint: str, authority: trustme.CA, ca_file: str, tmp_path: Path
) -> None:
    with Server(GOOD, tls=contexts(authority, **certificate)) as server:
        told = error(ask(env_of(tmp_path, server.url), "--ca-file", ca_file, "--error-format", "json"), 7)
        assert (told["code"], told["hint"], told["retryable"]) == ("tls", hint, False)
        assert told["message"] == f"the TLS handshake with {server.address} failed: {reason}"
        assert (server.requests, server.connections) == ([], 1)


@pytest.mark.parametrize("given", ["the system's", "another", "an empty SSL_CERT_FILE"])
def test_an_unknown_authority_s_certificate_is_refused(
    given: str, authority: trustme.CA, ca_file: str, tmp_path: Path
) -> None:
    """The ways to name an authority are said."""
    empty = tmp_path / "empty.pem"
    empty.touch()
    arguments = ["--ca-file", ca_file] if given == "another" else []
    variables = {"SSL_CERT_FILE": str(empty)} if given == "an empty SSL_CERT_FILE" else {}
    unknown = trustme.CA() if given == "another" else authority
    with Server(GOOD, tls=contexts(unknown)) as server:
        told = error(ask(env_of(tmp_path, server.url, **variables), *arguments, "--error-format", "json"), 7)
        assert told["code"] == "tls"
        assert "issuer certificate" in told["message"]
        assert "--ca-file or SSL_CERT_FILE" in told["hint"]
        assert (server.requests, server.connections) == ([], 1)


MISMATCH = "certificate is not valid for"
CERTIFICATES: dict[str, tuple[Callable[[trustme.CA], trustme.LeafCert], str, str | None]] = {
    "the address's": (lambda ca: ca.issue_cert("127.0.0.1"), "127.0.0.1", None),
    "the name's": (lambda ca: ca.issue_cert("localhost"), "localhost", None),
    "an intermediate authority's": (lambda ca: ca.create_child_ca().issue_cert("127.0.0.1"), "127.0.0.1", None),
    "an intermediate authority's, not sent along": (
        unchained,
        "127.0.0.1",
        "unable to get local issuer certificate",
    ),
    "another name's": (
        lambda ca: ca.issue_cert("other.test"),
        "localhost",
        f"Hostname mismatch, {MISMATCH} 'localhost'",
    ),
    "a name's below it": (
        lambda ca: ca.issue_cert("*.localhost"),
        "localhost",
        f"Hostname mismatch, {MISMATCH} 'localhost'",
    ),
    "the address's, asked by name": (
        lambda ca: ca.issue_cert("127.0.0.1"),
        "localhost",
        f"Hostname mismatch, {MISMATCH} 'localhost'",
    ),
    "the name's, asked by address": (
        lambda ca: ca.issue_cert("localhost"),
        "127.0.0.1",
        f"IP address mismatch, {MISMATCH} '127.0.0.1'",
    ),
    "its common name's alone": (
        lambda ca: issued(ca, names=False),
        "127.0.0.1",
        f"IP address mismatch, {MISMATCH} '127.0.0.1'",
    ),
    "one of the past": (lambda ca: dated(ca, YESTERDAY), "127.0.0.1", "certificate has expired"),
    "one of the future": (
        lambda ca: dated(ca, TOMORROW),
        "127.0.0.1",
        "certificate is not yet valid",
    ),
    "one for clients": (lambda ca: issued(ca, usage="client"), "127.0.0.1", "unsuitable certificate purpose"),
    "its own": (lambda ca: issued(ca, alone=True), "127.0.0.1", "self-signed certificate"),
    "an unknown authority's": (
        lambda _: trustme.CA().issue_cert("127.0.0.1"),
        "127.0.0.1",
        "unable to get local issuer certificate",
    ),
}
WAYS = ["--ca-file", "SSL_CERT_FILE", "SSL_CERT_DIR"]


@dataclass(frozen=True)
class Met:
    """What became of a run, and what the server saw of it."""

    done: subprocess.CompletedProcess[bytes]
    address: str
    connections: int
    requests: int


@pytest.fixture(scope="session")
def met(authority: trustme.CA, ca_file: str, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Met]:
    """Meet every certificate with every way to name its authority, several at a time."""
    home = tmp_path_factory.mktemp("home")
    directory = hashed(ca_file, tmp_path_factory.mktemp("hashed"))
    variables = {"SSL_CERT_FILE": {"SSL_CERT_FILE": ca_file}, "SSL_CERT_DIR": {"SSL_CERT_DIR": directory}}

    def meet(case: tuple[str, str]) -> Met:
        kind, way = case
        issue, host, _ = CERTIFICATES[kind]
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        issue(authority).configure_cert(context)
        arguments = ["--ca-file", ca_file] if way == "--ca-file" else []
        with Server(GOOD, tls=context) as server:
            address = f"{host}:{server.port}"
            env = env_of(home, f"https://{address}", **variables.get(way, {}))
            done = ask(env, *arguments, "--error-format", "json")
            return Met(done, address, server.connections, len(server.requests))

    cases = [(kind, way) for kind in CERTIFICATES for way in WAYS]
    with ThreadPoolExecutor(8) as pool:
        all_met = dict(zip(cases, pool.map(meet, cases), strict=True))
    return lambda kind, way: all_met[kind, way]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", [kind for kind, (_, _, reason) in CERTIFICATES.items() if reason is None])
def test_a_right_certificate_is_accepted(kind: str, way: str, met: Callable[[str, str], Met]) -> None:
    """Whichever way its authority is named."""
    seen = met(kind, way)
    assert (seen.done.returncode, seen.done.stderr) == (0, b"")
    assert seen.requests == 1


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", [kind for kind, (_, _, reason) in CERTIFICATES.items() if reason is not None])
def test_a_wrong_certificate_is_refused_once_with_the_reason(
    kind: str, way: str, met: Callable[[str, str], Met]
) -> None:
    """Nothing is sent."""
    seen = met(kind, way)
    told = error(seen.done, 7)
    assert (told["code"], told["retryable"]) == ("tls", False)
    assert told["message"] == f"the TLS handshake with {seen.address} failed: {CERTIFICATES[kind][2]}"
    assert (seen.connections, seen.requests) == (1, 0)


@pytest.mark.parametrize("kind", ["another name's", "one of the past", "its own", "an unknown authority's"])
def test_a_token_endpoint_of_a_wrong_certificate_learns_nothing(
    kind: str, authority: trustme.CA, ca_file: str, tmp_path: Path
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    CERTIFICATES[kind][0](authority).configure_cert(context)
    with Server(GOOD, tls=contexts(authority)) as vendor, Server(answer(200), tls=context) as endpoint:
        env = client_of(tmp_path, vendor.url, endpoint.url)
        told = error(ask(env, "--ca-file", ca_file, "--error-format", "json"), 7)
        assert told["code"] == "tls"
        assert told["message"].startswith(f"the TLS handshake with {endpoint.address} failed: ")
        assert (endpoint.requests, endpoint.connections) == ([], 1)
        assert (vendor.requests, vendor.connections) == ([], 0)
