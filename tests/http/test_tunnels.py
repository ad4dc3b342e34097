"""How a vendor is reached through a proxy, and proxies that refuse, drip or are not to be trusted."""

from __future__ import annotations

import socket
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
import trustme
from kit.bounds import LEEWAY, SOON
from kit.program import BASIC, KILLED, PASSWORD, VENDOR, ask, env_of, error, failure, measured
from kit.proxying import BEHIND, ENCODED, ESTABLISHED, PROXY_PASSWORD, SECRET, SENT, Inner, Seen, Tunnel, looked
from kit.servers import (
    DRIP,
    GOOD,
    LONG,
    Answer,
    Play,
    Server,
    after,
    answer,
    body,
    contexts,
    endlessly,
    header,
    headers,
    read_request,
    reset,
    silence,
)
from kit.transport_calls import OK

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable
    from pathlib import Path


@pytest.mark.parametrize(
    ("proxy", "reason", "hint"),
    [
        (lambda: Server(greeting=after(answer(400), silence)), "wrong version number", ""),
        (
            lambda: Server(OK, tls=contexts(trustme.CA())),
            "unable to get local issuer certificate",
            "for a private certificate authority, use --ca-file or SSL_CERT_FILE; ",
        ),
    ],
    ids=["without TLS", "of an unknown authority"],
)
def test_a_proxy_without_good_tls_is_told_with_the_variable(
    proxy: Callable[[], Server], reason: str, hint: str, tmp_path: Path
) -> None:
    with proxy() as server:
        env = env_of(tmp_path, "https://vendor.test", HTTPS_PROXY=f"https://{server.address}")
        told = error(ask(env, "--error-format", "json"), 7)
        assert (told["code"], told["message"], told["hint"]) == (
            "tls",
            f"the TLS handshake with the proxy 127.0.0.1 failed: {reason}",
            f"{hint}check HTTPS_PROXY in the environment",
        )


def test_a_proxy_learns_a_request_s_destination_alone(authority: trustme.CA, ca_file: str, tmp_path: Path) -> None:
    received: list[bytes] = []
    tls = contexts(authority, "vendor.test")

    def tunnel(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with tls.wrap_socket(connection, server_side=True) as secure:
            received.append(read_request(secure) or b"")
            secure.sendall(GOOD)

    with Server(tunnel) as proxy:
        env = env_of(tmp_path, BEHIND, HTTPS_PROXY=f"http://{proxy.address}")
        assert ask(env, "--ca-file", ca_file).returncode == 0
        assert headers(proxy.requests[0]).keys() == {"host", "accept"}
        assert header(received[0], "authorization") == f"Basic {BASIC}"


def test_a_proxy_that_is_not_there_is_a_network_error(closed_port: int, tmp_path: Path) -> None:
    """The variable is named."""
    env = env_of(tmp_path, BEHIND, HTTPS_PROXY=f"http://127.0.0.1:{closed_port}")
    told = error(ask(env, "--error-format", "json"), 7)
    assert (told["code"], told["hint"]) == ("network", "check HTTPS_PROXY in the environment")


@pytest.mark.parametrize("status", [400, 403, 407])
def test_a_proxy_that_refuses_is_asked_once(status: int, tmp_path: Path) -> None:
    """Its password is not shown."""
    with Server(answer(status, "<html>canary-5f0c1d</html>")) as proxy:
        env = env_of(tmp_path, BEHIND, HTTPS_PROXY=f"http://me:{PASSWORD}@{proxy.address}")
        told = error(ask(env, "--error-format", "json"), 7)
        assert (told["code"], told["http_status"]) == ("network", status)
        assert told["hint"] == "check HTTPS_PROXY in the environment"
        assert len(proxy.requests) == 1


def test_a_proxy_that_fails_once_is_asked_again(tmp_path: Path) -> None:
    with Server(answer(503), answer(403)) as proxy:
        assert "HTTP 403" in failure(ask(env_of(tmp_path, BEHIND, HTTPS_PROXY=f"http://{proxy.address}")), 7)
        assert len(proxy.requests) == 2


@pytest.mark.parametrize("fault", [silence, reset, b"220 mail.test ESMTP\r\n\r\n", endlessly(b"H", 0.05)])
def test_what_is_not_a_proxy_is_a_network_error(fault: Answer, tmp_path: Path) -> None:
    """The variable is named."""
    with Server(fault) as proxy:
        started = time.monotonic()
        env = env_of(tmp_path, BEHIND, https_proxy=f"http://{proxy.address}")
        assert "check https_proxy in the environment" in failure(ask(env, "--timeout", SOON), 7)
        assert time.monotonic() - started < LEEWAY


@pytest.mark.parametrize("secured", [False, True], ids=["a proxy", "a proxy that speaks TLS"])
def test_an_ipv6_address_is_reached_through(secured: bool, authority: trustme.CA, ca_file: str, tmp_path: Path) -> None:
    tunnel = Tunnel(contexts(authority, "2001:db8::1"), GOOD)
    with Server(tunnel, tls=contexts(authority) if secured else None) as proxy:
        env = env_of(tmp_path, "https://[2001:DB8:0::1]", HTTPS_PROXY=proxy.url)
        done = ask(env, "--ca-file", ca_file)
        assert done.returncode == 0, done.stderr
        assert proxy.requests[0].startswith(b"CONNECT [2001:db8::1]:443 HTTP/1.1\r\nHost: [2001:db8::1]:443\r\n")
        assert header(tunnel.received[0], "host") == "[2001:db8::1]"


def test_an_ipv6_address_is_reached_without_a_proxy(authority: trustme.CA, ca_file: str, tmp_path: Path) -> None:
    with Server(GOOD, tls=contexts(authority, "::1"), family=socket.AF_INET6) as server:
        done = ask(env_of(tmp_path, f"https://[0:0::1]:{server.port}"), "--ca-file", ca_file)
        assert done.returncode == 0, done.stderr
        assert header(server.requests[0], "host") == server.address


def drip_handshake(connection: socket.socket) -> None:
    """Connect, then answer the client's first message of TLS with a record byte by byte."""
    connection.sendall(ESTABLISHED)
    connection.recv(65536)
    after(b"\x16\x03\x03\x40\x00", endlessly(b"\x02", DRIP))(connection)


DRIPPING: dict[str, Play] = {
    "headers line by line": after(b"HTTP/1.1 200 OK\r\n", endlessly(b"X: y\r\n", DRIP)),
    "interim answers without end": endlessly(b"HTTP/1.1 100 Continue\r\n\r\n" * 99),
    "a connection and then nothing": after(ESTABLISHED, silence),
    "a handshake byte by byte": drip_handshake,
}
REFUSING: dict[str, bytes] = {
    "a redirect": answer(302, given={"Location": "http://127.0.0.1:1/"}),
    "a limit": answer(429, given={"Retry-After": "999999"}),
    "a failure of its own": answer(500),
    "a challenge": answer(407, given={"Proxy-Authenticate": f'Basic realm="{PASSWORD}"'}),
    "a body without end": b"HTTP/1.1 403 No\r\nContent-Length: 99999999999\r\n\r\n" + b" " * 99_999,
    "a status that there is not": b"HTTP/1.1 999 What\r\nContent-Length: 0\r\n\r\n",
    "a reason with the password": f"HTTP/1.1 407 {SENT} {PROXY_PASSWORD}\r\nContent-Length: 0\r\n\r\n".encode(),
}


@pytest.fixture(scope="module")
def wilful(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, str, str]]:
    home = tmp_path_factory.mktemp("home")

    def run(case: tuple[str, Answer]) -> tuple[int, str, str]:
        with Server(case[1]) as proxy:
            env = env_of(home, BEHIND, HTTPS_PROXY=f"http://{SECRET}{proxy.address}")
            return looked(env, timeout=0.5 if case[0] in DRIPPING else 2)

    cases: dict[str, Answer] = {**DRIPPING, **REFUSING}
    with ThreadPoolExecutor(8) as pool:
        return dict(zip(cases, pool.map(run, cases.items()), strict=True))


@pytest.mark.parametrize("fault", DRIPPING)
def test_a_proxy_that_drips_is_given_up_when_the_time_is_over(
    fault: str, wilful: dict[str, tuple[int, str, str]]
) -> None:
    status, out, err = wilful[fault]
    assert (status, out) == (7, "")
    assert "vendor.test did not answer within 0.5 s\n  · check HTTPS_PROXY in the environment" in err


@pytest.mark.parametrize("fault", REFUSING)
def test_however_a_proxy_refuses_the_variable_is_named(fault: str, wilful: dict[str, tuple[int, str, str]]) -> None:
    """Nothing that it said is repeated."""
    status, out, err = wilful[fault]
    assert (status, out) == (7, "")
    assert "the proxy refused the connection to vendor.test" in err
    assert "check HTTPS_PROXY in the environment" in err


def test_through_a_proxy_a_second_answer_is_not_the_next_call_s(
    authority: trustme.CA, ca_file: str, tmp_path: Path
) -> None:
    context = contexts(authority, "vendor.test")
    first = Tunnel(context, GOOD + answer(200, body("c-other")))
    with Server(first, Tunnel(context, answer(200, body("c-2")))) as proxy:
        env = env_of(tmp_path, BEHIND, HTTPS_PROXY=f"http://{proxy.address}")
        done = ask(env, "c-2", "--jobs", "1", "-f", "id", "--ca-file", ca_file)
        assert done.stdout.split() == [b"c-1", b"c-2"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [("other.test", "Hostname mismatch, certificate is not valid for 'vendor.test'"), (None, "unable to get local")],
)
def test_a_wrong_certificate_is_refused_through_a_proxy_too(
    name: str | None, reason: str, authority: trustme.CA, ca_file: str, tmp_path: Path
) -> None:
    context = contexts(authority, name) if name else contexts(trustme.CA(), "vendor.test")
    tunnel = Tunnel(context, GOOD)
    with Server(tunnel) as proxy:
        env = env_of(tmp_path, BEHIND, HTTPS_PROXY=f"http://{proxy.address}")
        told = error(ask(env, "--ca-file", ca_file, "--error-format", "json"), 7)
        assert told["code"] == "tls"
        assert told["message"].startswith(f"the TLS handshake with vendor.test failed: {reason}")
        assert (tunnel.received, proxy.connections) == ([], 1)


def drip_record(inner: Inner, connection: socket.socket) -> None:
    """Send one record of the vendor's byte by byte."""
    for each in inner.records(LONG + b" " * 9999):
        connection.sendall(bytes([each]))
        time.sleep(DRIP)


def drip_body(inner: Inner, _connection: socket.socket) -> None:
    """Send the vendor's body byte by byte, each in a record."""
    inner.send(LONG)
    while True:
        inner.send(b" ")
        time.sleep(DRIP)


@dataclass(frozen=True)
class Secure:
    """A run through a proxy that speaks TLS, which is given the authority in that way."""

    play: Callable[[ssl.SSLContext], Play]
    way: str
    timeout: float = 0.5


WELL = {
    "SSL_CERT_FILE": Secure(lambda context: Tunnel(context, GOOD), "SSL_CERT_FILE", 20),
    "both": Secure(lambda context: Tunnel(context, GOOD), "both", 20),
}
WITHIN = {
    "the vendor's handshake byte by byte": Secure(lambda _: drip_handshake, "SSL_CERT_FILE", 2),
    "the vendor's record byte by byte": Secure(lambda context: Tunnel(context, drip_record), "SSL_CERT_FILE", 2),
}
BOUNDED = {
    "nothing": Secure(lambda _: silence, "SSL_CERT_FILE"),
    "a connection and then nothing": Secure(lambda _: after(ESTABLISHED, silence), "SSL_CERT_FILE"),
    "the proxy's own answer byte by byte": Secure(lambda _: endlessly(b"H", DRIP), "SSL_CERT_FILE"),
    "the proxy's own headers line by line": Secure(
        lambda _: after(b"HTTP/1.1 200 OK\r\n", endlessly(b"X: y\r\n", DRIP)), "SSL_CERT_FILE"
    ),
    "the vendor's body a record a byte": Secure(lambda context: Tunnel(context, drip_body), "SSL_CERT_FILE"),
}
UNTRUSTED = {"--ca-file": Secure(lambda context: Tunnel(context, GOOD), "--ca-file", 20)}
UNKNOWN = {"no authority": Secure(lambda context: Tunnel(context, GOOD), "none", 20)}


@pytest.fixture(scope="module")
def secured(authority: trustme.CA, ca_file: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Seen | None]:
    """Ask through every proxy that speaks TLS, several at a time; None for a run that had to be ended."""
    home = tmp_path_factory.mktemp("home")
    of_proxy, of_vendor = contexts(authority), contexts(authority, "vendor.test")

    def run(case: Secure) -> Seen | None:
        arguments = ["--ca-file", ca_file] if case.way in {"--ca-file", "both"} else []
        variables = {"SSL_CERT_FILE": ca_file} if case.way in {"SSL_CERT_FILE", "both"} else {}
        play = case.play(of_vendor)
        with Server(play, tls=of_proxy) as proxy:
            env = env_of(home, BEHIND, HTTPS_PROXY=f"https://{SECRET}{proxy.address}", **variables)
            told = ("-vv", "--timeout", f"{case.timeout:g}", *arguments)
            done, _, _ = measured("get", VENDOR, "c-1", *told, env=env, longest=case.timeout + LEEWAY)
            for secret in (PASSWORD, BASIC, PROXY_PASSWORD, ENCODED, SENT):
                assert secret.encode() not in done.stdout + done.stderr
            if done.returncode == KILLED:
                return None
            received = play.received if isinstance(play, Tunnel) else []
            out, err = done.stdout.decode(), done.stderr.decode()
            return Seen(done.returncode, out, err, proxy.connections, proxy.requests, received)

    cases = WELL | WITHIN | BOUNDED | UNTRUSTED | UNKNOWN
    with ThreadPoolExecutor(len(cases)) as pool:
        return dict(zip(cases, pool.map(run, cases.values()), strict=True))


@pytest.mark.parametrize(
    "way",
    [*WELL, "--ca-file"],
)
def test_a_proxy_that_speaks_tls_is_trusted_as_the_vendor_is(way: str, secured: dict[str, Seen | None]) -> None:
    seen = secured[way]
    assert seen is not None
    assert seen.status == 0, seen.err
    assert header(seen.at_proxy[0], "proxy-authorization") == f"Basic {SENT}"
    assert header(seen.at_vendor[0], "authorization") == f"Basic {BASIC}"


def test_a_proxy_of_an_unknown_authority_learns_nothing(secured: dict[str, Seen | None]) -> None:
    seen = secured["no authority"]
    assert seen is not None
    assert (seen.status, seen.at_proxy, seen.connections) == (7, [], 1)
    assert "unable to get local issuer certificate" in seen.err


def test_a_proxy_s_wrong_certificate_is_told_as_the_proxy_s(secured: dict[str, Seen | None]) -> None:
    seen = secured["no authority"]
    assert seen is not None
    assert "HTTPS_PROXY" in seen.said


@pytest.mark.parametrize(
    "fault",
    [*BOUNDED, *WITHIN],
)
def test_whatever_drips_in_a_proxy_s_tls_the_run_ends_in_time(fault: str, secured: dict[str, Seen | None]) -> None:
    seen = secured[fault]
    assert seen is not None, "it had not ended long after its time was over"
    assert (seen.status, seen.out) == (7, "")
    assert "vendor.test did not answer within" in seen.said
