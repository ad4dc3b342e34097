"""Which proxy the environment names, and what becomes of settings that name none.

Loopback is never reached through a proxy, so the vendor here has a name that nobody but the proxy knows.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from kit.program import BASIC, PASSWORD, ask, env_of, error, failure
from kit.proxying import BEHIND, ENCODED, SECRET, SENT, USER, Seen, Tunnel, looked
from kit.servers import GOOD, Server, contexts, header

from callinspect.http import proxies

if TYPE_CHECKING:
    from pathlib import Path

    import trustme


def test_an_unusable_variable_is_named_in_its_own_letters(tmp_path: Path) -> None:
    said = failure(ask(env_of(tmp_path, "https://vendor.test", Https_Proxy="http://[::1")), 10)
    assert "check Https_Proxy in the environment" in said


def test_a_proxy_with_an_invalid_host_name_is_reported(tmp_path: Path) -> None:
    env = env_of(tmp_path, "https://vendor.test", HTTPS_PROXY="http://a..b:1")
    told = error(ask(env, "--error-format", "json"), 10)
    assert (told["code"], told["message"], told["hint"]) == (
        "config",
        "the environment names a proxy with an invalid host name",
        "check HTTPS_PROXY in the environment",
    )


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
def test_an_unusable_proxy_variable_is_a_configuration_error(name: str, value: str, tmp_path: Path) -> None:
    """The variable is named."""
    assert f"check {name} in the environment" in failure(ask(env_of(tmp_path, BEHIND, **{name: value})), 10)


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
            env = env_of(home, BEHIND, **{name: value.format(proxy.address) for name, value in settings.items()})
            status, out, err = looked(env, "--ca-file", ca_file)
            return Seen(status, out, err, proxy.connections, proxy.requests, tunnel.received)

    cases = USED | UNUSED
    with ThreadPoolExecutor(8) as pool:
        return dict(zip(cases, pool.map(run, cases.values()), strict=True))


@pytest.mark.parametrize("setting", USED)
def test_a_proxy_is_used_however_it_is_named(setting: str, through: dict[str, Seen]) -> None:
    """It learns the vendor's name only."""
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
        done = pool.map(lambda each: looked(env_of(home, BEHIND, **each), timeout=2), cases.values())
        return dict(zip(cases, done, strict=True))


@pytest.mark.parametrize(
    "kind",
    UNUSABLE,
)
def test_a_proxy_that_cannot_be_used_is_reported(kind: str, unusable: dict[str, tuple[int, str, str]]) -> None:
    """The variable is named, and nothing of its value is shown."""
    status, out, err = unusable[f"HTTPS_PROXY {kind}"]
    assert (status in {7, 10}, out) == (True, ""), err
    assert "check HTTPS_PROXY in the environment" in err


@pytest.mark.parametrize("name", ["https_proxy", "ALL_PROXY", "all_proxy"])
@pytest.mark.parametrize("kind", ["half an address", "SOCKS"])
def test_whichever_variable_cannot_be_used_is_named(
    name: str, kind: str, unusable: dict[str, tuple[int, str, str]]
) -> None:
    status, out, err = unusable[f"{name} {kind}"]
    assert (status, out) == (10, ""), err
    assert f"check {name} in the environment" in err


@pytest.mark.parametrize("name", [f"NO_PROXY {kind}" for kind in NO_EXCEPTION] + ["no_proxy half an address"])
def test_an_invalid_exception_is_ignored_or_its_variable_named(
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
