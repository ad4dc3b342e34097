"""Authorities, as the user names them, and versions of TLS."""

from __future__ import annotations

import contextlib
import ssl
import subprocess
import warnings
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
import trustme
from kit.bounds import SOON
from kit.program import ask, client_of, env_of, error, failure, require
from kit.servers import GOOD, HEAD, Server, after, answer, contexts, endlessly, hang_up, reset, silence
from kit.transport_calls import OK, Asked

from callinspect.provider import Request

if TYPE_CHECKING:
    import socket
    from pathlib import Path

    from kit.servers import Play


CLOSE_NOTIFY = bytes.fromhex("15 0303 0002 0100")
"""An alert of TLS: the end, in order."""


def test_a_handshake_ended_in_order_is_a_tls_error() -> None:
    with Server(greeting=after(CLOSE_NOTIFY, silence)) as server:
        base = server.url.replace("http:", "https:")
        error = Asked(base, request=Request(url=f"{base}/", form={})).error
        assert error
        assert (error.code, error.message) == ("tls", f"the TLS handshake with {server.address} failed: unknown reason")


def test_a_certificate_of_another_host_s_name_says_what_to_check(tmp_path: Path) -> None:
    authority = trustme.CA()
    ca_file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(ca_file)
    with Server(OK, tls=contexts(authority, "other.test")) as server:
        env = env_of(tmp_path, f"https://localhost:{server.port}")
        told = error(ask(env, "--ca-file", str(ca_file), "--error-format", "json"), 7)
        assert (told["code"], told["hint"]) == ("tls", "check base_url")


def test_a_private_authority_is_trusted_when_it_is_given(authority: trustme.CA, ca_file: str, tmp_path: Path) -> None:
    with Server(GOOD, tls=contexts(authority)) as server:
        assert ask(env_of(tmp_path, server.url), "--ca-file", ca_file).returncode == 0
        assert ask(env_of(tmp_path, server.url, SSL_CERT_FILE=ca_file)).returncode == 0


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
            env = client_of(tmp_path, server.url, base)
        assert error(ask(env, "--error-format", "json"), 7)["code"] == "tls"
        assert server.requests == []
        assert str(tmp_path / "no") in failure(ask(env, "--ca-file", str(tmp_path / "no")), 10)
        assert ask(env, "--ca-file", ca_file).returncode == 0


@pytest.mark.parametrize("kind", ["missing", "garbage", "directory"])
def test_what_is_not_a_file_of_certificates_is_an_error(kind: str, tmp_path: Path) -> None:
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
            f"the TLS handshake with {server.address} failed: wrong version number",
        )
        assert server.connections == 1


@pytest.mark.parametrize("fault", [reset, lambda connection: connection.recv(65536)], ids=["reset", "hang-up"])
def test_a_broken_handshake_is_tried_again(fault: Play, tmp_path: Path) -> None:
    """In the end it is a network error."""
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


def test_a_file_may_hold_several_certificates(authority: trustme.CA, ca_file: str, tmp_path: Path) -> None:
    """It may have been written on another system."""
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


def test_a_file_without_a_certificate_is_a_configuration_error(authority: trustme.CA, tmp_path: Path) -> None:
    """The file is named."""
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


def test_a_variable_without_certificates_is_a_tls_error(authority: trustme.CA, tmp_path: Path) -> None:
    """The ways to name an authority are said."""
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


def test_a_good_file_is_not_blamed_for_another_setting(authority: trustme.CA, ca_file: str, tmp_path: Path) -> None:
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
            assert told["message"].startswith(f"the TLS handshake with {server.address} failed: ")
            assert "version" in told["message"] or "protocol" in told["message"]
        assert (server.requests, server.connections) == ([], 2)


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=str)
def test_a_version_of_tls_that_is_sound_is_spoken(
    version: ssl.TLSVersion, authority: trustme.CA, ca_file: str, tmp_path: Path
) -> None:
    with Server(GOOD, tls=of_version(authority, version)) as server:
        assert ask(env_of(tmp_path, server.url), "--ca-file", ca_file).returncode == 0


@pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3], ids=str)
def test_a_server_that_wants_our_certificate_is_asked_once(
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
        assert told["message"].startswith(f"the TLS handshake with {server.address} failed: ")
        assert server.connections == 1


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
def test_the_system_s_certificates_are_looked_up_by_directory(trusted: bool, tmp_path: Path) -> None:
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
