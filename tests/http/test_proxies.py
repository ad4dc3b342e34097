"""How a vendor is reached through a proxy, and what becomes of settings that name none.

Loopback is never reached through a proxy, so the vendor here has a name that nobody but the proxy knows.
"""

from __future__ import annotations

import socket
import ssl
import time
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
import trustme
from kit.program import BASIC, KILLED, PASSWORD, ask, env_of, error, failure, measured
from kit.servers import (
    GOOD,
    HEAD,
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

from callinspect.http import proxies

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

SOON = "0.3"
"""A --timeout for what never ends."""

GRACE = 5.0
"""Seconds beyond that for the interpreter to start and end, on a busy machine."""

LEEWAY = 10.0
"""Seconds beyond that for the interpreters of several to start and end, on a busy machine."""


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


@pytest.fixture
def closed_port() -> Iterator[int]:
    """Hold a port at which nothing listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


VENDOR = "https://vendor.test"


def test_a_request_goes_through_the_proxy_that_learns_its_destination_and_nothing_else(
    authority: trustme.CA, ca_file: str, tmp_path: Path
) -> None:
    received: list[bytes] = []
    tls = contexts(authority, "vendor.test")

    def tunnel(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 Connection established\r\n\r\n")
        with tls.wrap_socket(connection, server_side=True) as secure:
            received.append(read_request(secure) or b"")
            secure.sendall(GOOD)

    with Server(tunnel) as proxy:
        env = env_of(tmp_path, VENDOR, HTTPS_PROXY=f"http://{proxy.address}")
        assert ask(env, "--ca-file", ca_file).returncode == 0
        assert headers(proxy.requests[0]).keys() == {"host", "accept"}
        assert header(received[0], "authorization") == f"Basic {BASIC}"


def test_a_proxy_that_is_not_there_is_a_network_error_that_names_the_variable(closed_port: int, tmp_path: Path) -> None:
    env = env_of(tmp_path, VENDOR, HTTPS_PROXY=f"http://127.0.0.1:{closed_port}")
    told = error(ask(env, "--error-format", "json"), 7)
    assert (told["code"], told["hint"]) == ("network", "check HTTPS_PROXY in the environment")


@pytest.mark.parametrize("status", [400, 403, 407])
def test_a_proxy_that_refuses_is_asked_once_and_its_password_is_not_shown(status: int, tmp_path: Path) -> None:
    with Server(answer(status, "<html>canary-5f0c1d</html>")) as proxy:
        env = env_of(tmp_path, VENDOR, HTTPS_PROXY=f"http://me:{PASSWORD}@{proxy.address}")
        told = error(ask(env, "--error-format", "json"), 7)
        assert (told["code"], told["http_status"]) == ("network", status)
        assert told["hint"] == "check HTTPS_PROXY in the environment"
        assert len(proxy.requests) == 1


def test_a_proxy_that_fails_once_is_asked_again(tmp_path: Path) -> None:
    with Server(answer(503), answer(403)) as proxy:
        assert "HTTP 403" in failure(ask(env_of(tmp_path, VENDOR, HTTPS_PROXY=f"http://{proxy.address}")), 7)
        assert len(proxy.requests) == 2


@pytest.mark.parametrize("fault", [silence, reset, b"220 mail.test ESMTP\r\n\r\n", endlessly(b"H", 0.05)])
def test_a_proxy_that_is_none_is_a_network_error_that_names_the_variable(fault: Answer, tmp_path: Path) -> None:
    with Server(fault) as proxy:
        started = time.monotonic()
        env = env_of(tmp_path, VENDOR, https_proxy=f"http://{proxy.address}")
        assert "check https_proxy in the environment" in failure(ask(env, "--timeout", SOON), 7)
        assert time.monotonic() - started < GRACE


def test_loopback_is_never_asked_through_a_proxy(closed_port: int, tmp_path: Path) -> None:
    dead = f"http://127.0.0.1:{closed_port}"
    names = ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")
    with Server(GOOD) as server:
        assert ask(env_of(tmp_path, server.url, **dict.fromkeys(names, dead))).returncode == 0
    said = failure(ask(env_of(tmp_path, dead, HTTPS_PROXY="http://other.test")), 7)
    assert "HTTPS_PROXY" not in said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HTTPS_PROXY", f"http://me:{PASSWORD}@proxy.test:http"),
        ("HTTPS_PROXY", f"ftp://me:{PASSWORD}@proxy.test"),
        ("https_proxy", f"http://me:{PASSWORD}@proxy.test\n"),
        ("ALL_PROXY", f"socks5://me:{PASSWORD}@127.0.0.1:1080"),
        ("all_proxy", "socks5h://127.0.0.1:1080"),
    ],
)
def test_a_proxy_variable_that_cannot_be_used_is_a_configuration_error_that_names_it(
    name: str, value: str, tmp_path: Path
) -> None:
    assert f"check {name} in the environment" in failure(ask(env_of(tmp_path, VENDOR, **{name: value})), 10)


ESTABLISHED = b"HTTP/1.1 200 Connection established\r\n\r\n"


class Inner:
    """TLS on top of a connection, which may have TLS already; Python's own wrapping takes plain ones only."""

    def __init__(self, connection: socket.socket, context: ssl.SSLContext) -> None:
        self._connection = connection
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)

    def handshake(self) -> None:
        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                self._connection.sendall(self._outgoing.read())
                self._receive()
            else:
                self._connection.sendall(self._outgoing.read())
                return

    def request(self) -> bytes:
        """Return the next request, nothing when there is none to come."""
        received = b""
        while b"\r\n\r\n" not in received:
            try:
                received += self._tls.read(65536)
            except ssl.SSLWantReadError:
                self._receive()
        return received

    def records(self, content: bytes) -> bytes:
        """Return what the content becomes on the way."""
        self._tls.write(content)
        return self._outgoing.read()

    def send(self, content: bytes) -> None:
        self._connection.sendall(self.records(content))

    def _receive(self) -> None:
        received = self._connection.recv(65536)
        if not received:
            raise ConnectionError
        self._incoming.write(received)


class Tunnel:
    """What a proxy does that connects to the vendor, or plays the vendor itself.

    Args:
        context: the vendor's TLS.
        answers: the vendor's.

    Attributes:
        received: the requests that the vendor got.
    """

    def __init__(self, context: ssl.SSLContext, *answers: bytes | Callable[[Inner, socket.socket], None]) -> None:
        self._context = context
        self._answers = answers
        self.received: list[bytes] = []

    def __call__(self, connection: socket.socket) -> None:
        connection.sendall(ESTABLISHED)
        inner = Inner(connection, self._context)
        inner.handshake()
        for each in self._answers:
            self.received.append(inner.request())
            if isinstance(each, bytes):
                inner.send(each)
            else:
                each(inner, connection)
        silence(connection)


@dataclass(frozen=True)
class Seen:
    """How a run ended, and what the proxy and the vendor behind it saw."""

    status: int
    out: str
    err: str
    connections: int
    at_proxy: list[bytes]
    at_vendor: list[bytes]

    @property
    def said(self) -> str:
        """What it says at the end, below the trace of requests."""
        return self.err.splitlines()[-1] if self.err else ""


USER = "me"
PROXY_PASSWORD = "canary-7a:b/c"
SENT = b64encode(f"{USER}:{PROXY_PASSWORD}".encode()).decode()
ENCODED = quote(PROXY_PASSWORD, safe="")


def looked(env: Mapping[str, str], *arguments: str, timeout: float = 5) -> tuple[int, str, str]:
    """Run `get` for one call at its most talkative; it ends in time, without a bug, and shows no secret in any form."""
    told = ("-vv", "--debug", "--timeout", f"{timeout:g}", *arguments)
    done, seconds, _ = measured("get", "bandwidth", "c-1", *told, env=env, longest=timeout + LEEWAY)
    assert done.returncode != KILLED, "it had not ended long after its time was over"
    assert seconds < timeout + LEEWAY
    for secret in (PASSWORD, BASIC, PROXY_PASSWORD, ENCODED, SENT):
        assert secret.encode() not in done.stdout + done.stderr
    assert b"Traceback" not in done.stderr
    assert done.returncode != 1, done.stderr
    return done.returncode, done.stdout.decode(), done.stderr.decode()


USED: dict[str, dict[str, str]] = {
    "HTTPS_PROXY": {"HTTPS_PROXY": "http://{}"},
    "https_proxy": {"https_proxy": "http://{}"},
    "ALL_PROXY": {"ALL_PROXY": "http://{}"},
    "all_proxy": {"all_proxy": "http://{}"},
    "without a scheme": {"HTTPS_PROXY": "{}"},
    "with a path": {"HTTPS_PROXY": "http://{}/"},
    "in capitals": {"HTTPS_PROXY": "HTTP://{}"},
    "with blanks around": {"NO_PROXY": " ", "HTTPS_PROXY": "http://{}"},
    "the nearer of two": {"ALL_PROXY": "http://nobody.invalid:1", "HTTPS_PROXY": "http://{}"},
    "the lower case of two": {"HTTPS_PROXY": "http://nobody.invalid:1", "https_proxy": "http://{}"},
    "beside one for http": {"HTTP_PROXY": "http://nobody.invalid:1", "HTTPS_PROXY": "http://{}"},
    "with other exceptions": {"HTTPS_PROXY": "http://{}", "NO_PROXY": "other.test,.sub.vendor.test,127.0.0.1,::1,,"},
    "with an exception that is longer": {"HTTPS_PROXY": "http://{}", "NO_PROXY": "my-vendor.test"},
    "with no exceptions": {"HTTPS_PROXY": "http://{}", "no_proxy": ""},
    "with an exception of another address": {"HTTPS_PROXY": "http://{}", "NO_PROXY": "10.0.0.0/8,fe80::1"},
    "beside a SOCKS proxy for the rest": {"HTTPS_PROXY": "http://{}", "ALL_PROXY": "socks5h://127.0.0.1:1"},
    "beside GNOME's proxy for the rest": {"https_proxy": "http://{}", "all_proxy": "socks://127.0.0.1:1/"},
    "beside half an address for the rest": {"HTTPS_PROXY": "http://{}", "ALL_PROXY": "http://[::1"},
    "beside half an address for http": {"HTTPS_PROXY": "http://{}", "HTTP_PROXY": "http://[::1", "http_proxy": ":::"},
    "with an exception in brackets": {"HTTPS_PROXY": "http://{}", "NO_PROXY": "localhost,127.0.0.1,[::1]"},
    "with half an exception": {"HTTPS_PROXY": "http://{}", "no_proxy": "[::1"},
    "with exceptions that are networks": {"HTTPS_PROXY": "http://{}", "NO_PROXY": "10.0.0.0/8 fd00::/8,[fe80::]/10"},
    "with an exception of another port": {"HTTPS_PROXY": "http://{}", "NO_PROXY": "vendor.test:8443"},
    "with a user and a password": {"HTTPS_PROXY": f"http://{USER}:{ENCODED}@{{}}"},
    "with a user and a password, without a scheme": {"ALL_PROXY": f"{USER}:{ENCODED}@{{}}"},
    "with a user alone": {"HTTPS_PROXY": f"http://{USER}@{{}}"},
}
UNUSED: dict[str, dict[str, str]] = {
    "HTTP_PROXY": {"HTTP_PROXY": "http://{}"},
    "http_proxy": {"http_proxy": "http://{}"},
    "taken back in lower case": {"HTTPS_PROXY": "http://{}", "https_proxy": ""},
    "empty": {"HTTPS_PROXY": "", "ALL_PROXY": "", "HTTP_PROXY": "http://{}"},
    "an exception": {"HTTPS_PROXY": "http://{}", "NO_PROXY": "vendor.test"},
    "an exception in lower case": {"https_proxy": "http://{}", "no_proxy": "vendor.test"},
    "an exception among others": {"ALL_PROXY": "http://{}", "NO_PROXY": "a.test, vendor.test ,b.test"},
    "an exception of all below": {"HTTPS_PROXY": "http://{}", "NO_PROXY": "test"},
    "an exception of everything": {"HTTPS_PROXY": "http://{}", "NO_PROXY": "*"},
    "an exception of everything among others": {"HTTPS_PROXY": "http://{}", "no_proxy": "a.test,*"},
    "an exception with its port": {"HTTPS_PROXY": "http://{}", "NO_PROXY": "vendor.test:443"},
    "an exception of all below, with a dot": {"HTTPS_PROXY": "http://{}", "NO_PROXY": ".TEST."},
    "an exception beside one in brackets": {"HTTPS_PROXY": "http://{}", "NO_PROXY": "[::1] vendor.test"},
    "an exception and no proxy": {"NO_PROXY": "localhost,[::1],10.0.0.0/8"},
    "a SOCKS proxy for http": {"HTTP_PROXY": "socks5://127.0.0.1:1"},
    "a proxy that would not work, and an exception of everything": {"HTTPS_PROXY": "http://[::1", "NO_PROXY": "*"},
}


@pytest.fixture(scope="module")
def through(authority: trustme.CA, ca_file: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Seen]:
    """Ask the vendor with every setting, several at a time."""
    home = tmp_path_factory.mktemp("home")
    context = contexts(authority, "vendor.test")

    def run(settings: dict[str, str]) -> Seen:
        tunnel = Tunnel(context, GOOD)
        with Server(tunnel) as proxy:
            env = env_of(home, VENDOR, **{name: value.format(proxy.address) for name, value in settings.items()})
            status, out, err = looked(env, "--ca-file", ca_file)
            return Seen(status, out, err, proxy.connections, proxy.requests, tunnel.received)

    cases = USED | UNUSED
    with ThreadPoolExecutor(8) as pool:
        return dict(zip(cases, pool.map(run, cases.values()), strict=True))


@pytest.mark.parametrize("setting", USED)
def test_a_proxy_is_used_however_it_is_named_and_learns_the_vendor_s_name_only(
    setting: str, through: dict[str, Seen]
) -> None:
    seen = through[setting]
    assert seen.status == 0, seen.err
    assert [request.split(b"\r\n")[0] for request in seen.at_proxy] == [b"CONNECT vendor.test:443 HTTP/1.1"]
    assert BASIC.encode() not in seen.at_proxy[0]
    assert header(seen.at_vendor[0], "authorization") == f"Basic {BASIC}"
    assert header(seen.at_vendor[0], "proxy-authorization") is None


@pytest.mark.parametrize("setting", [name for name in USED if "password" in name])
def test_a_proxy_s_password_goes_to_the_proxy_as_it_is_meant(setting: str, through: dict[str, Seen]) -> None:
    assert header(through[setting].at_proxy[0], "proxy-authorization") == f"Basic {SENT}"


@pytest.mark.parametrize("setting", UNUSED)
def test_a_proxy_for_something_else_is_not_asked(setting: str, through: dict[str, Seen]) -> None:
    seen = through[setting]
    assert (seen.status, seen.connections) == (7, 0)
    assert "vendor.test" in seen.said


@pytest.mark.parametrize(
    ("exceptions", "host", "is_one"),
    [
        ("10.0.0.0/8", "10.1.2.3", True),
        ("10.0.0.0/8", "11.1.2.3", False),
        ("10.1.2.3", "10.1.2.3", True),
        ("10.1.2.3:443", "10.1.2.3", True),
        ("0.0.0.0/0", "192.0.2.1", True),
        ("192.168.0.0/99", "192.168.0.1", False),
        ("[2001:db8::1]", "2001:db8::1", True),
        ("2001:DB8:0::1", "2001:db8::1", True),
        ("2001:db8::/32", "2001:db8::1", True),
        ("[2001:db8::]/32", "2001:db8::1", True),
        ("[2001:db8::1]:443", "2001:db8::1", True),
        ("fd00::/8", "2001:db8::1", False),
        ("*.vendor.test", "api.vendor.test", True),
        (".vendor.test", "vendor.test", True),
        ("https://vendor.test", "vendor.test", True),
        ("vendor.test/8", "vendor.test", False),
        (".", "vendor.test", False),
    ],
)
def test_exceptions_are_names_addresses_and_networks(exceptions: str, host: str, is_one: bool) -> None:
    named = proxies.leading_to("https", host, 443, {"HTTPS_PROXY": "proxy.test", "NO_PROXY": exceptions})
    assert (named is None) == is_one


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


SECRET = f"{USER}:{ENCODED}@"
UNUSABLE = {
    "half an address": f"http://{SECRET}[::1",
    "a word for a port": f"http://{SECRET}host:port",
    "colons": ":::",
    "no host": "http://",
    "no host but a user": f"http://{SECRET}",
    "no host but a port": "http://:3128",
    "no scheme but its mark": "://proxy.test",
    "a port too high": f"http://{SECRET}127.0.0.1:99999",
    "a port below nothing": f"http://{SECRET}127.0.0.1:-1",
    "an address that is none": f"http://{SECRET}[::g]:1",
    "a blank in the host": f"http://{SECRET}127.0.0 .1:1",
    "blanks": "   ",
    "a tab": f"http://{SECRET}127.0.0.1\t:1",
    "a control character": f"http://{SECRET}127.0.0.1\x7f:1",
    "an empty label": f"http://{SECRET}a..b:1",
    "a long label": f"http://{SECRET}{'a' * 70}.invalid:1",
    "another alphabet": f"http://{SECRET}prøxy.invalid:1",
    "bytes of no encoding": f"http://{SECRET}\udcff.invalid:1",
    "an escape": f"http://{SECRET}\x1b[31m.invalid:1",
    "a file": f"file://{SECRET}host/etc/passwd",
    "an unknown scheme": f"gopher://{SECRET}127.0.0.1:1",
    "SOCKS": f"socks5://{SECRET}127.0.0.1:1",
    "SOCKS by name": f"socks5h://{SECRET}127.0.0.1:1",
    "SOCKS of the fourth version": f"socks4://{SECRET}127.0.0.1:1",
    "a name that nobody knows": f"http://{SECRET}nobody.invalid:1",
    "a port where nothing is": f"http://{SECRET}127.0.0.1:1",
    "a port of nothing": f"http://{SECRET}127.0.0.1:0",
    "a very long text": "http://" + "x" * 70_000,
    "a password beyond ASCII": f"http://{USER}:{ENCODED}é@127.0.0.1:1",
    "a password that is half encoded": f"http://{USER}:{ENCODED}%zz@127.0.0.1:1",
    "a user with a line end": f"http://{USER}%0d%0aX:{ENCODED}@127.0.0.1:1",
}
NO_EXCEPTION = {
    "an address in brackets": "[::1]",
    "half an address": "[::1",
    "a word for a port": "vendor.test:port",
    "a port": "vendor.test:443",
    "colons": ":::",
    "a scheme": "https://",
    "an unknown scheme": "gopher://vendor.test",
    "blanks": "   ",
    "a blank within": "a b",
    "a star within": "v*r.test",
    "another alphabet": "vendør.test",
    "a long label": "a" * 70 + ".test",
    "a network that is none": "192.168.0.0/99",
    "a network of the sixth version": "fe80::/10",
    "a control character": "a\x7f",
    "an escape": "\x1b[31m",
    "bytes of no encoding": "\udcff",
    "a very long text": "x" * 70_000,
}


@pytest.fixture(scope="module")
def unusable(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[int, str, str]]:
    home = tmp_path_factory.mktemp("home")
    cases = {f"HTTPS_PROXY {kind}": {"HTTPS_PROXY": value} for kind, value in UNUSABLE.items()}
    cases |= {f"NO_PROXY {kind}": {"NO_PROXY": value} for kind, value in NO_EXCEPTION.items()}
    for name in ("https_proxy", "ALL_PROXY", "all_proxy"):
        for kind in ("half an address", "SOCKS"):
            cases[f"{name} {kind}"] = {name: UNUSABLE[kind]}
    cases["no_proxy half an address"] = {"no_proxy": NO_EXCEPTION["half an address"]}
    with ThreadPoolExecutor(8) as pool:
        done = pool.map(lambda each: looked(env_of(home, VENDOR, **each), timeout=2), cases.values())
        return dict(zip(cases, done, strict=True))


@pytest.mark.parametrize(
    "kind",
    UNUSABLE,
)
def test_a_proxy_that_cannot_be_used_is_told_with_the_variable_and_nothing_of_its_value(
    kind: str, unusable: dict[str, tuple[int, str, str]]
) -> None:
    status, out, err = unusable[f"HTTPS_PROXY {kind}"]
    assert (status in {7, 10}, out) == (True, ""), err
    assert "check HTTPS_PROXY in the environment" in err


@pytest.mark.parametrize("name", ["https_proxy", "ALL_PROXY", "all_proxy"])
@pytest.mark.parametrize("kind", ["half an address", "SOCKS"])
def test_whichever_variable_cannot_be_used_it_is_a_configuration_error_that_names_it(
    name: str, kind: str, unusable: dict[str, tuple[int, str, str]]
) -> None:
    status, out, err = unusable[f"{name} {kind}"]
    assert (status, out) == (10, ""), err
    assert f"check {name} in the environment" in err


@pytest.mark.parametrize("name", [f"NO_PROXY {kind}" for kind in NO_EXCEPTION] + ["no_proxy half an address"])
def test_an_exception_that_is_none_is_ignored_or_told_with_the_variable(
    name: str, unusable: dict[str, tuple[int, str, str]]
) -> None:
    status, out, err = unusable[name]
    assert (status in {7, 10}, out) == (True, ""), err
    assert f"check {name.split(maxsplit=1)[0]} in the environment" in err


def test_loopback_is_reached_whatever_the_variables_hold(tmp_path: Path) -> None:
    names = ("HTTP_PROXY", "https_proxy", "ALL_PROXY", "NO_PROXY")

    def reach(case: tuple[str, str]) -> int:
        base = f"http://{case[0]}:{server.port}"
        return looked(env_of(tmp_path, base, **dict.fromkeys(names, UNUSABLE[case[1]])))[0]

    cases = [
        ("127.0.0.1", "half an address"),
        ("localhost", "half an address"),
        ("127.0.0.1", "SOCKS"),
        ("127.0.0.1", "bytes of no encoding"),
    ]
    with Server(GOOD) as server, ThreadPoolExecutor() as pool:
        assert list(pool.map(reach, cases)) == [0] * len(cases)


LONG = HEAD + b"Content-Length: 9999\r\n\r\n"
DRIP = 0.05


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
            env = env_of(home, VENDOR, HTTPS_PROXY=f"http://{SECRET}{proxy.address}")
            return looked(env, timeout=0.5 if case[0] in DRIPPING else 5)

    cases: dict[str, Answer] = {**DRIPPING, **REFUSING}
    with ThreadPoolExecutor(8) as pool:
        return dict(zip(cases, pool.map(run, cases.items()), strict=True))


@pytest.mark.parametrize("fault", DRIPPING)
def test_a_proxy_that_drips_is_given_up_when_the_time_is_over(
    fault: str, wilful: dict[str, tuple[int, str, str]]
) -> None:
    status, out, err = wilful[fault]
    assert (status, out) == (7, "")
    assert "vendor.test did not answer within 0.5 s; check HTTPS_PROXY in the environment" in err


@pytest.mark.parametrize("fault", REFUSING)
def test_however_a_proxy_refuses_the_variable_is_named_and_nothing_that_it_said(
    fault: str, wilful: dict[str, tuple[int, str, str]]
) -> None:
    status, out, err = wilful[fault]
    assert (status, out) == (7, "")
    assert "the proxy refused the connection to vendor.test" in err
    assert "check HTTPS_PROXY in the environment" in err


def test_a_second_answer_that_comes_through_a_proxy_is_not_taken_for_the_next_call_s(
    authority: trustme.CA, ca_file: str, tmp_path: Path
) -> None:
    context = contexts(authority, "vendor.test")
    first = Tunnel(context, GOOD + answer(200, body("c-other")))
    with Server(first, Tunnel(context, answer(200, body("c-2")))) as proxy:
        env = env_of(tmp_path, VENDOR, HTTPS_PROXY=f"http://{proxy.address}")
        done = ask(env, "c-2", "--jobs", "1", "-f", "id", "--ca-file", ca_file)
        assert done.stdout.split() == [b"c-1", b"c-2"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [("other.test", "Hostname mismatch, certificate is not valid for 'vendor.test'"), (None, "unable to get local")],
)
def test_a_vendor_s_wrong_certificate_is_refused_through_a_proxy_too(
    name: str | None, reason: str, authority: trustme.CA, ca_file: str, tmp_path: Path
) -> None:
    context = contexts(authority, name) if name else contexts(trustme.CA(), "vendor.test")
    tunnel = Tunnel(context, GOOD)
    with Server(tunnel) as proxy:
        env = env_of(tmp_path, VENDOR, HTTPS_PROXY=f"http://{proxy.address}")
        told = error(ask(env, "--ca-file", ca_file, "--error-format", "json"), 7)
        assert told["code"] == "tls"
        assert told["message"].startswith(f"no secure connection to vendor.test: {reason}")
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
            env = env_of(home, VENDOR, HTTPS_PROXY=f"https://{SECRET}{proxy.address}", **variables)
            told = ("-vv", "--timeout", f"{case.timeout:g}", *arguments)
            done, _, _ = measured("get", "bandwidth", "c-1", *told, env=env, longest=case.timeout + LEEWAY)
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
def test_whatever_drips_within_a_proxy_s_tls_the_run_ends_with_its_time(
    fault: str, secured: dict[str, Seen | None]
) -> None:
    seen = secured[fault]
    assert seen is not None, "it had not ended long after its time was over"
    assert (seen.status, seen.out) == (7, "")
    assert "vendor.test did not answer within" in seen.said
