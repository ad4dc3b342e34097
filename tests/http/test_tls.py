"""Whom the program takes for its vendor: certificates, authorities and versions of TLS, good and bad."""

from __future__ import annotations

import contextlib
import ssl
import subprocess
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from typing import TYPE_CHECKING, Any

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from kit.program import PASSWORD, ask, env_of, environment, error, failure, require
from kit.servers import GOOD, HEAD, Server, after, answer, contexts, endlessly, hang_up, reset, silence

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable
    from pathlib import Path

    from kit.servers import Play

SOON = "0.3"


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


def test_a_private_authority_is_trusted_when_it_is_given(authority: trustme.CA, ca_file: str, tmp_path: Path) -> None:
    with Server(GOOD, tls=contexts(authority)) as server:
        assert ask(env_of(tmp_path, server.url), "--ca-file", ca_file).returncode == 0
        assert ask(env_of(tmp_path, server.url, SSL_CERT_FILE=ca_file)).returncode == 0


YESTERDAY = {"not_before": datetime.now(UTC) - timedelta(9), "not_after": datetime.now(UTC) - timedelta(1)}
TOMORROW = {"not_before": datetime.now(UTC) + timedelta(1), "not_after": datetime.now(UTC) + timedelta(9)}


@pytest.mark.parametrize(
    ("certificate", "reason", "hint"),
    [
        ({"name": "other.test"}, "IP address mismatch, certificate is not valid for '127.0.0.1'", "check base_url"),
        (YESTERDAY, "certificate has expired", "check this machine's clock"),
        (TOMORROW, "certificate is not yet valid", "check this machine's clock"),
    ],
    ids=["another host's", "expired", "not yet valid"],
)
def test_a_certificate_that_is_not_right_is_refused_with_the_reason(
    certificate: dict[str, Any], reason: str, hint: str, authority: trustme.CA, ca_file: str, tmp_path: Path
) -> None:
    with Server(GOOD, tls=contexts(authority, **certificate)) as server:
        told = error(ask(env_of(tmp_path, server.url), "--ca-file", ca_file, "--error-format", "json"), 7)
        assert (told["code"], told["hint"], told["retryable"]) == ("tls", hint, False)
        assert told["message"] == f"no secure connection to {server.address}: {reason}"
        assert (server.requests, server.connections) == ([], 1)


@pytest.mark.parametrize("given", ["the system's", "another", "an empty SSL_CERT_FILE"])
def test_a_certificate_of_an_unknown_authority_is_refused_and_the_ways_to_name_one_are_told(
    given: str, authority: trustme.CA, ca_file: str, tmp_path: Path
) -> None:
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


@pytest.mark.parametrize("scheme", ["HTTPS", "Https", "httpS"])
@pytest.mark.parametrize("field", ["base_url", "token_url"])
def test_the_letter_case_of_an_address_changes_nothing(
    scheme: str, field: str, authority: trustme.CA, ca_file: str, tmp_path: Path
) -> None:
    token = answer(200, '{"access_token": "t"}')
    with Server(token, GOOD, tls=contexts(authority)) as server:
        base = server.url.replace("https", scheme)
        if field == "base_url":
            server.answers = (GOOD,)
            env = env_of(tmp_path, base)
        else:
            env = environment(
                tmp_path,
                CALLINSPECT_BANDWIDTH_BASE_URL=f"{server.url}/api/v2",
                CALLINSPECT_BANDWIDTH_TOKEN_URL=f"{base}/token",
                CALLINSPECT_BANDWIDTH_ACCOUNT_ID="5555555",
                CALLINSPECT_BANDWIDTH_CLIENT_ID="client",
                CALLINSPECT_BANDWIDTH_CLIENT_SECRET=PASSWORD,
            )
        assert error(ask(env, "--error-format", "json"), 7)["code"] == "tls"
        assert server.requests == []
        assert str(tmp_path / "no") in failure(ask(env, "--ca-file", str(tmp_path / "no")), 10)
        assert ask(env, "--ca-file", ca_file).returncode == 0


@pytest.mark.parametrize("kind", ["missing", "garbage", "directory"])
def test_a_file_of_certificates_that_is_none_is_a_configuration_error(kind: str, tmp_path: Path) -> None:
    path = tmp_path / kind
    if kind == "garbage":
        path.write_text("garbage")
    if kind == "directory":
        path.mkdir()
    said = failure(ask(env_of(tmp_path, "https://127.0.0.1:9"), "--ca-file", str(path)), 10)
    assert str(path) in said


def test_a_server_that_speaks_no_tls_is_a_tls_error(tmp_path: Path) -> None:
    with Server(greeting=after(answer(400), silence)) as server:
        base = server.url.replace("http:", "https:")
        told = error(ask(env_of(tmp_path, base), "--error-format", "json"), 7)
        assert (told["code"], told["message"]) == (
            "tls",
            f"no secure connection to {server.address}: wrong version number",
        )
        assert server.connections == 1


@pytest.mark.parametrize("fault", [reset, lambda connection: connection.recv(65536)], ids=["reset", "hang-up"])
def test_a_connection_broken_during_the_handshake_is_a_network_error_and_tried_again(
    fault: Play, tmp_path: Path
) -> None:
    with Server(greeting=fault) as server:
        base = server.url.replace("http:", "https:")
        assert error(ask(env_of(tmp_path, base), "--error-format", "json"), 7)["code"] == "network"
        assert server.connections == 3


def test_faults_within_tls_are_as_they_are_without(authority: trustme.CA, ca_file: str, tmp_path: Path) -> None:
    drip = after(HEAD + b"Content-Length: 9999\r\n\r\n", endlessly(b" ", 0.05))
    with Server(reset, after(GOOD[:-5], hang_up), GOOD, drip, tls=contexts(authority)) as server:
        env = env_of(tmp_path, server.url)
        assert ask(env, "--ca-file", ca_file).returncode == 0
        assert len(server.requests) == 3
        said = failure(ask(env, "--ca-file", ca_file, "--timeout", SOON), 7)
        assert "did not answer within 0.3 s" in said


def issued(
    authority: trustme.CA, *, alone: bool = False, names: bool = True, usage: str = "server"
) -> trustme.LeafCert:
    """Issue a certificate for 127.0.0.1 of a kind that trustme has none of.

    Args:
        authority: who signs it.
        alone: it is signed by itself instead.
        names: it has the address among its alternative names, not as its common name only.
        usage: what it is for: server or client.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    signer = key if alone else serialization.load_pem_private_key(authority.private_key_pem.bytes(), None)
    assert isinstance(signer, ec.EllipticCurvePrivateKey)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    above = x509.load_pem_x509_certificate(authority.cert_pem.bytes())
    purposes = {"server": ExtendedKeyUsageOID.SERVER_AUTH, "client": ExtendedKeyUsageOID.CLIENT_AUTH}
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name if alone else above.subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(1))
        .not_valid_after(datetime.now(UTC) + timedelta(1))
        .add_extension(x509.ExtendedKeyUsage([purposes[usage]]), critical=False)
    )
    if names:
        address = x509.IPAddress(ip_address("127.0.0.1"))
        builder = builder.add_extension(x509.SubjectAlternativeName([address]), critical=False)
    if not alone:
        mark = x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key())
        builder = builder.add_extension(mark, critical=False)
    certificate = builder.sign(signer, hashes.SHA256())
    return trustme.LeafCert(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.TraditionalOpenSSL,
            serialization.NoEncryption(),
        ),
        certificate.public_bytes(serialization.Encoding.PEM),
        [],
    )


def dated(authority: trustme.CA, dates: dict[str, datetime]) -> trustme.LeafCert:
    return authority.issue_cert("127.0.0.1", not_before=dates["not_before"], not_after=dates["not_after"])


def unchained(authority: trustme.CA) -> trustme.LeafCert:
    """Issue a certificate by an intermediate authority whose own certificate is not sent along."""
    leaf = authority.create_child_ca().issue_cert("127.0.0.1")
    return trustme.LeafCert(leaf.private_key_pem.bytes(), leaf.cert_chain_pems[0].bytes(), [])


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


def hashed(ca_file: str, directory: Path) -> str:
    """Make a directory of certificates as OpenSSL looks them up: by the hash of their subject."""
    tool = [require("openssl"), "x509", "-hash", "-noout", "-in", ca_file]
    name = subprocess.run(tool, capture_output=True, check=True, text=True).stdout.strip()
    (directory / f"{name}.0").symlink_to(ca_file)
    return str(directory)


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
def test_a_certificate_that_is_right_is_accepted_whichever_way_its_authority_is_named(
    kind: str, way: str, met: Callable[[str, str], Met]
) -> None:
    seen = met(kind, way)
    assert (seen.done.returncode, seen.done.stderr) == (0, b"")
    assert seen.requests == 1


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("kind", [kind for kind, (_, _, reason) in CERTIFICATES.items() if reason is not None])
def test_a_certificate_that_is_wrong_is_refused_once_with_the_reason_and_nothing_is_sent(
    kind: str, way: str, met: Callable[[str, str], Met]
) -> None:
    seen = met(kind, way)
    told = error(seen.done, 7)
    assert (told["code"], told["retryable"]) == ("tls", False)
    assert told["message"] == f"no secure connection to {seen.address}: {CERTIFICATES[kind][2]}"
    assert (seen.connections, seen.requests) == (1, 0)


def asked_at_once(runs: list[tuple[dict[str, str], list[str]]]) -> list[subprocess.CompletedProcess[bytes]]:
    """Run `get` for one call in every environment with its arguments, several at a time."""
    with ThreadPoolExecutor(8) as pool:
        return list(pool.map(lambda run: ask(run[0], *run[1], "--error-format", "json"), runs))


def test_ca_file_takes_the_place_of_every_other_authority(authority: trustme.CA, ca_file: str, tmp_path: Path) -> None:
    other = tmp_path / "other.pem"
    trustme.CA().cert_pem.write_to_path(other)
    with Server(GOOD, tls=contexts(authority)) as server:
        env = env_of(tmp_path, server.url, SSL_CERT_FILE=ca_file)
        told = error(ask(env, "--ca-file", str(other), "--error-format", "json"), 7)
        assert told["code"] == "tls"
        assert server.requests == []


def test_a_file_of_certificates_may_hold_several_and_be_written_on_another_system(
    authority: trustme.CA, ca_file: str, tmp_path: Path
) -> None:
    pem = authority.cert_pem.bytes()
    written = {
        "after another": trustme.CA().cert_pem.bytes() + pem,
        "before another": pem + trustme.CA().cert_pem.bytes(),
        "twice": pem * 2,
        "with line ends of Windows": pem.replace(b"\n", b"\r\n"),
        "with remarks": b"# ours\n\n" + pem + b"\nsubject: ours\n",
        "with a byte order mark and a remark": b"\xef\xbb\xbf# ours\n" + pem,
        "without a last line end": pem.rstrip(),
        "with a key in it": authority.private_key_pem.bytes() + pem,
    }
    for name, content in written.items():
        (tmp_path / name).write_bytes(content)
    with Server(GOOD, tls=contexts(authority)) as server:
        runs = [(env_of(tmp_path, server.url), ["--ca-file", str(tmp_path / name)]) for name in written]
        # A place that is no good does not spoil one that is.
        useless = env_of(tmp_path, server.url, SSL_CERT_FILE=ca_file, SSL_CERT_DIR=str(tmp_path / "missing"))
        done = dict(zip([*written, "beside a missing directory"], asked_at_once([*runs, (useless, [])]), strict=True))
    assert {name: (each.returncode, each.stderr) for name, each in done.items() if each.returncode} == {}


def test_a_file_of_certificates_without_one_is_a_configuration_error_that_names_it(
    authority: trustme.CA, tmp_path: Path
) -> None:
    pem = authority.cert_pem.bytes()
    written = {
        "empty": b"",
        "a blank": b"\n",
        "a key only": authority.private_key_pem.bytes(),
        "DER": ssl.PEM_cert_to_DER_cert(pem.decode()),
        "half of one": pem[: len(pem) // 2],
        "a letter changed": pem.replace(b"MII", b"MI?", 1),
        "bytes": bytes(range(256)),
        "UTF-16": pem.decode().encode("utf-16"),
    }
    for name, content in written.items():
        (tmp_path / name).write_bytes(content)
    given = {name: str(tmp_path / name) for name in written} | {
        "below a file": str(tmp_path / "empty" / "ca.pem"),
        "a name too long": str(tmp_path / ("x" * 300)),
        "no path at all": "\x1b[31m",
    }
    with Server(GOOD, tls=contexts(authority)) as server:
        env = env_of(tmp_path, server.url)
        done = asked_at_once([(env, ["--ca-file", path]) for path in given.values()])
        assert server.connections == 0
    told = {name: error(each, 10) for name, each in zip(given, done, strict=True)}
    assert {each["code"] for each in told.values()} == {"config"}
    for name, path in given.items():
        assert path in told[name]["message"]
        assert "Traceback" not in told[name]["message"]


def test_a_variable_for_certificates_that_leads_nowhere_is_a_tls_error_that_names_the_ways(
    authority: trustme.CA, tmp_path: Path
) -> None:
    (tmp_path / "garbage").write_bytes(bytes(range(256)))
    (tmp_path / "directory").mkdir()
    (tmp_path / "directory" / "12345678.0").write_text("garbage")
    values = [str(tmp_path / name) for name in ("garbage", "directory")] + [""]
    given = [{name: value} for name in ("SSL_CERT_FILE", "SSL_CERT_DIR") for value in values]
    with Server(GOOD, tls=contexts(authority)) as server:
        done = asked_at_once([(env_of(tmp_path, server.url, **each), []) for each in given])
        assert (server.requests, server.connections) == ([], len(given))
    for each in done:
        told = error(each, 7)
        assert (told["code"], "--ca-file or SSL_CERT_FILE" in told["hint"]) == ("tls", True)
        assert "unable to get local issuer certificate" in told["message"]


@pytest.mark.parametrize("name", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
@pytest.mark.parametrize("place", ["missing", "missing/below", "\xff"])
def test_a_variable_for_certificates_that_are_not_there_is_named(name: str, place: str, tmp_path: Path) -> None:
    value = str(tmp_path / place)
    said = failure(ask(env_of(tmp_path, "https://127.0.0.1:9", **{name: value})), 10)
    assert f"there are no certificates at {name} ({value})" in said


def test_a_good_file_of_certificates_is_not_blamed_for_another_setting(
    authority: trustme.CA, ca_file: str, tmp_path: Path
) -> None:
    with Server(GOOD, tls=contexts(authority)) as server:
        env = env_of(tmp_path, server.url, SSLKEYLOGFILE=str(tmp_path / "missing" / "keys"))
        done = ask(env, "--ca-file", ca_file)
        assert ca_file.encode() not in done.stderr


def of_version(authority: trustme.CA, version: ssl.TLSVersion) -> ssl.SSLContext:
    """Return a server's TLS that speaks one version only."""
    context = contexts(authority)
    with warnings.catch_warnings(action="ignore", category=DeprecationWarning):  # that is what this is about
        context.maximum_version = version
        context.minimum_version = version
    context.set_ciphers("ALL:@SECLEVEL=0")  # OpenSSL offers the oldest versions with the weakest ciphers only
    return context


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1], ids=str)
def test_a_version_of_tls_that_is_broken_is_refused_once(
    version: ssl.TLSVersion, authority: trustme.CA, ca_file: str, tmp_path: Path
) -> None:
    with Server(GOOD, tls=of_version(authority, version)) as server:
        env = env_of(tmp_path, server.url)
        for done in asked_at_once([(env, ["--ca-file", ca_file]), ({**env, "SSL_CERT_FILE": ca_file}, [])]):
            told = error(done, 7)
            assert (told["code"], told["retryable"]) == ("tls", False)
            assert told["message"].startswith(f"no secure connection to {server.address}: ")
            assert "version" in told["message"] or "protocol" in told["message"]
        assert (server.requests, server.connections) == ([], 2)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=str)
def test_a_version_of_tls_that_is_sound_is_spoken(
    version: ssl.TLSVersion, authority: trustme.CA, ca_file: str, tmp_path: Path
) -> None:
    with Server(GOOD, tls=of_version(authority, version)) as server:
        assert ask(env_of(tmp_path, server.url), "--ca-file", ca_file).returncode == 0


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=str)
def test_a_server_that_wants_a_certificate_of_the_client_s_is_a_tls_error_and_asked_once(
    version: ssl.TLSVersion, authority: trustme.CA, ca_file: str, tmp_path: Path
) -> None:
    context = of_version(authority, version)
    context.verify_mode = ssl.CERT_REQUIRED
    authority.configure_trust(context)

    def demand(connection: socket.socket) -> None:
        with contextlib.suppress(ssl.SSLError), context.wrap_socket(connection.dup(), server_side=True) as secure:
            secure.recv(1)
        silence(connection)  # what has come is read, or the system breaks the connection before its reason arrives

    with Server(greeting=demand) as server:
        base = server.url.replace("http:", "https:")
        told = error(ask(env_of(tmp_path, base), "--ca-file", ca_file, "--error-format", "json"), 7)
        assert (told["code"], told["retryable"]) == ("tls", False)
        assert told["message"].startswith(f"no secure connection to {server.address}: ")
        assert server.connections == 1


@pytest.mark.parametrize("kind", ["another name's", "one of the past", "its own", "an unknown authority's"])
def test_a_token_endpoint_with_a_certificate_that_is_wrong_learns_no_secret(
    kind: str, authority: trustme.CA, ca_file: str, tmp_path: Path
) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    CERTIFICATES[kind][0](authority).configure_cert(context)
    with Server(GOOD, tls=contexts(authority)) as vendor, Server(answer(200), tls=context) as endpoint:
        env = environment(
            tmp_path,
            CALLINSPECT_BANDWIDTH_BASE_URL=vendor.url,
            CALLINSPECT_BANDWIDTH_TOKEN_URL=f"{endpoint.url}/token",
            CALLINSPECT_BANDWIDTH_ACCOUNT_ID="5555555",
            CALLINSPECT_BANDWIDTH_CLIENT_ID="client",
            CALLINSPECT_BANDWIDTH_CLIENT_SECRET=PASSWORD,
        )
        told = error(ask(env, "--ca-file", ca_file, "--error-format", "json"), 7)
        assert told["code"] == "tls"
        assert told["message"].startswith(f"no secure connection to {endpoint.address}: ")
        assert (endpoint.requests, endpoint.connections) == ([], 1)
        assert (vendor.requests, vendor.connections) == ([], 0)


SYSTEM = """
import ssl, sys
place = {place!r}
paths = ssl.DefaultVerifyPaths(place + "/bundle.crt", place, "SSL_CERT_FILE", "", "SSL_CERT_DIR", "")
ssl.get_default_verify_paths = lambda: paths
loaded = ssl.SSLContext.load_verify_locations
def load(self, cafile=None, capath=None, cadata=None):
    print("a file" if cafile else "a directory", file=sys.stderr)
    return loaded(self, cafile, capath, cadata)
ssl.SSLContext.load_verify_locations = load
"""
"""A sitecustomize module that has OpenSSL's own place elsewhere, and tells what is loaded."""


@pytest.mark.parametrize("trusted", [True, False], ids=["trusted", "unknown"])
def test_the_system_s_certificates_are_looked_up_in_their_directory(trusted: bool, tmp_path: Path) -> None:
    system, other = trustme.CA(), trustme.CA()
    place = tmp_path / "certs"
    place.mkdir()
    system.cert_pem.write_to_path(place / "bundle.crt")
    openssl = [require("openssl"), "x509", "-noout", "-hash", "-in", str(place / "bundle.crt")]
    name = subprocess.run(openssl, capture_output=True, check=True, text=True).stdout.strip()
    (place / f"{name}.0").symlink_to(place / "bundle.crt")
    (tmp_path / "sitecustomize.py").write_text(SYSTEM.format(place=str(place)))
    with Server(GOOD, tls=contexts(system if trusted else other, "127.0.0.1")) as server:
        done = ask(env_of(tmp_path, server.url, PYTHONPATH=str(tmp_path)), "-f", "id")
    assert (done.returncode, done.stdout) == ((0, b"c-1\n") if trusted else (7, b""))
    assert done.stderr.startswith(b"a directory\n")
    assert b"a file" not in done.stderr
    assert (b"unable to get local issuer" in done.stderr) is not trusted
