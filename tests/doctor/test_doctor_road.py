"""What is wrong on the way to a vendor, and that its remedy works."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from kit.bounds import LEEWAY
from kit.certificates import YESTERDAY, dated
from kit.checkups import WELL, doctor
from kit.program import VENDOR, env_of
from kit.proxying import BEHIND, SECRET, Tunnel
from kit.servers import Server, answer, contexts, half_close, reset, silence

if TYPE_CHECKING:
    import socket
    import ssl
    from pathlib import Path

    import trustme


def reset_later(connection: socket.socket) -> None:
    """Reset a connection once TLS was begun."""
    connection.recv(9999)
    reset(connection)


SHORT = 1.5
"""A --timeout for what never ends."""


@pytest.fixture
def trusted(authority: trustme.CA) -> ssl.SSLContext:
    """The TLS of a vendor on loopback."""
    return contexts(authority)


class TestTLS:
    def test_a_private_authority_is_told_and_its_file_helps(
        self, trusted: ssl.SSLContext, ca_file: str, tmp_path: Path
    ) -> None:
        with Server(WELL, tls=trusted) as server:
            env = env_of(tmp_path, server.url)
            said, remedy = doctor(VENDOR, env=env).failure("tls", 7)
            assert "unable to get local issuer certificate" in said
            assert "</dev/null | openssl x509 -noout -subject -issuer -dates" in remedy
            assert f"if your own CA issued it: callinspect doctor {VENDOR} --ca-file FILE" in remedy
            done = doctor(VENDOR, "--ca-file", ca_file, env=env)
        assert (done.status, done.wrong) == (0, [])
        assert done["ca"]["summary"] == f"1 CA certificate in {ca_file}"
        assert done["tls"]["summary"].startswith("TLS 1.3, certificate of 127.0.0.1 from trustme v")
        assert done["http"]["summary"].startswith("Bandwidth Voice v2 answered with HTTP 200 in")

    def test_what_a_failed_handshake_makes_pointless_is_skipped(self, trusted: ssl.SSLContext, tmp_path: Path) -> None:
        with Server(WELL, tls=trusted) as server:
            done = doctor(VENDOR, env=env_of(tmp_path, server.url))
            assert not server.requests
        assert {name: done.statuses[name] for name in ("connect", "tls", "http", "clock", "accepted", "limit")} == {
            "connect": "ok",
            "tls": "fail",
            **dict.fromkeys(("http", "clock", "accepted", "limit"), "skip"),
        }
        assert done["limit"]["summary"] == "not checked, since tls failed"

    def test_an_expired_certificate_fails(self, authority: trustme.CA, ca_file: str, tmp_path: Path) -> None:
        context = contexts(authority)
        dated(authority, YESTERDAY).configure_cert(context)
        with Server(WELL, tls=context) as server:
            done = doctor(VENDOR, "--ca-file", ca_file, env=env_of(tmp_path, server.url))
        said, remedy = done.failure("tls", 7)
        assert said.endswith("certificate has expired")
        assert "check this machine's clock" in remedy

    def test_a_certificate_that_soon_expires_warns(self, authority: trustme.CA, ca_file: str, tmp_path: Path) -> None:
        now = datetime.now(UTC)
        soon = {"not_before": now - timedelta(9), "not_after": now + timedelta(days=13, hours=1)}
        context = contexts(authority)
        dated(authority, soon).configure_cert(context)
        with Server(WELL, tls=context) as server:
            done = doctor(VENDOR, "--ca-file", ca_file, env=env_of(tmp_path, server.url))
        said, remedy = done.warning("tls")
        assert "13 days left" in said
        assert "openssl s_client -connect" in remedy

    @pytest.mark.parametrize("content", [None, "not PEM"])
    def test_a_file_of_authorities_that_is_none_fails(
        self, content: str | None, trusted: ssl.SSLContext, tmp_path: Path
    ) -> None:
        file = tmp_path / "ca.pem"
        if content:
            file.write_text(content)
        with Server(WELL, tls=trusted) as server:
            done = doctor(VENDOR, "--ca-file", str(file), env=env_of(tmp_path, server.url))
        said, remedy = done.failure("ca", 10)
        assert said == "the certificate file cannot be used: ~/ca.pem"
        assert remedy.endswith(f"callinspect doctor {VENDOR}")
        assert done["connect"]["status"] == "ok"
        assert done["tls"]["summary"] == "not checked, since ca failed"

    def test_a_variable_that_names_no_authorities_warns(self, trusted: ssl.SSLContext, tmp_path: Path) -> None:
        (tmp_path / "ca.pem").write_text("none")
        with Server(WELL, tls=trusted) as server:
            done = doctor(VENDOR, env=env_of(tmp_path, server.url, SSL_CERT_FILE=str(tmp_path / "ca.pem")))
        assert done["ca"]["status"] == "warn"
        assert done["ca"]["summary"] == "there are no CA certificates in ~/ca.pem"
        assert "env -u SSL_CERT_FILE" in done["ca"]["remedy"]

    def test_a_server_that_hangs_up_is_told_in_plain_words(self, tmp_path: Path) -> None:
        with Server(greeting=half_close) as server:
            done = doctor(VENDOR, env=env_of(tmp_path, server.url.replace("http:", "https:")))
            said = f"{server.address} closed the connection during the TLS handshake"
            assert done.failure("tls", 7)[0] == said
        with Server(greeting=reset_later) as server:
            done = doctor(VENDOR, env=env_of(tmp_path, server.url.replace("http:", "https:")))
            said = f"the TLS handshake with {server.address} failed: connection reset by peer"
            assert done.failure("tls", 7)[0] == said

    def test_a_handshake_that_stalls_ends_in_time(self, tmp_path: Path) -> None:
        with Server(greeting=silence) as server:
            env = env_of(tmp_path, server.url.replace("http:", "https:"))
            begun = time.monotonic()
            done = doctor(VENDOR, "--timeout", f"{SHORT}", env=env)
        assert time.monotonic() - begun < SHORT + LEEWAY
        assert "did not answer within 1.5 s" in done.failure("tls", 7)[0]


class TestConnections:
    def test_a_name_that_nobody_knows_fails(self, tmp_path: Path) -> None:
        done = doctor(VENDOR, env=env_of(tmp_path, "https://api.vendor.invalid"))
        said, remedy = done.failure("dns", 7)
        assert said.startswith("cannot resolve api.vendor.invalid")
        assert "getent hosts api.vendor.invalid" in remedy
        assert done["connect"]["summary"] == "not checked, since dns failed"

    def test_the_name_that_is_looked_up_is_the_one_that_is_asked(self, tmp_path: Path) -> None:
        """A `ß` is a letter of its own, and `ss` would be somebody else's name."""
        said, _ = doctor(VENDOR, env=env_of(tmp_path, "https://Straße.invalid")).failure("dns", 7)
        assert said.startswith("cannot resolve xn--strae-oqa.invalid")

    def test_a_port_where_nothing_listens_fails(self, closed_port: int, tmp_path: Path) -> None:
        done = doctor(VENDOR, env=env_of(tmp_path, f"https://127.0.0.1:{closed_port}"))
        said, remedy = done.failure("connect", 7)
        assert said == f"cannot connect to 127.0.0.1:{closed_port}: connection refused"
        assert remedy == f"check the network, the firewall and base_url: curl -v https://127.0.0.1:{closed_port}"

    def test_the_remedy_repeats_what_was_given(self, ca_file: str, tmp_path: Path) -> None:
        env = env_of(tmp_path, "https://other.invalid")
        given = "--set", "base_url=https://api.vendor.invalid", "--profile", "emea", "--ca-file", ca_file
        said, remedy = doctor(VENDOR, *given, env=env).failure("dns", 7)
        assert said.startswith("cannot resolve api.vendor.invalid")
        assert f" callinspect doctor {VENDOR} --profile emea --set base_url=https://api.vendor.invalid" in remedy
        assert f"--ca-file {ca_file}" in remedy

    def test_a_name_server_that_never_answers_ends_in_time(self, tmp_path: Path) -> None:
        (tmp_path / "sitecustomize.py").write_text(
            "import socket, time\nsocket.getaddrinfo = lambda *_, **__: time.sleep(60)\n"
        )
        env = env_of(tmp_path, "https://api.vendor.test", PYTHONPATH=str(tmp_path))
        begun = time.monotonic()
        done = doctor(VENDOR, "--timeout", f"{SHORT}", env=env)
        assert time.monotonic() - begun < SHORT + LEEWAY
        assert done.failure("dns", 7)[0] == "api.vendor.test was not resolved within 1.5 s"


class TestProxies:
    def test_one_that_works_is_used_and_named(self, authority: trustme.CA, ca_file: str, tmp_path: Path) -> None:
        tunnel = Tunnel(contexts(authority, "vendor.test"), WELL)
        with Server(tunnel) as proxy:
            env = env_of(tmp_path, BEHIND, HTTPS_PROXY=f"http://{SECRET}{proxy.address}")
            done = doctor(VENDOR, "--ca-file", ca_file, env=env)
            assert done["proxy"]["summary"] == f"http://{proxy.address} (HTTPS_PROXY)"
            assert done["connect"]["summary"].startswith(f"port 443 of vendor.test through http://{proxy.address}, in")
        assert done["tls"]["summary"].startswith("TLS 1.3")
        assert (done.status, done["http"]["status"]) == (0, "ok")

    def test_one_that_is_dead_fails_and_going_without_helps(self, closed_port: int, tmp_path: Path) -> None:
        env = env_of(tmp_path, "https://api.vendor.invalid", HTTPS_PROXY=f"http://127.0.0.1:{closed_port}")
        said, remedy = doctor(VENDOR, env=env).failure("connect", 7)
        assert (
            said
            == f"cannot connect to 127.0.0.1:{closed_port}: connection refused (proxy http://127.0.0.1:{closed_port})"
        )
        assert f"env -u HTTPS_PROXY callinspect doctor {VENDOR}" in remedy
        assert 'export NO_PROXY="api.vendor.invalid"' in remedy
        more = doctor(VENDOR, env=env | {"no_proxy": "other.invalid"}).failure("connect", 7)[1]
        assert 'export no_proxy="$no_proxy,api.vendor.invalid"' in more, "what is excluded already stays so"
        done = doctor(VENDOR, env=env | {"NO_PROXY": "api.vendor.invalid"})
        assert done.wrong == ["dns"], "now it is looked up here"
        assert done["proxy"]["summary"] == "none: NO_PROXY excludes api.vendor.invalid"

    def test_one_that_swallows_everything_ends_in_time(self, tmp_path: Path) -> None:
        with Server(silence) as proxy:
            env = env_of(tmp_path, BEHIND, HTTPS_PROXY=f"http://{proxy.address}")
            begun = time.monotonic()
            done = doctor(VENDOR, "--timeout", f"{SHORT}", env=env)
            assert time.monotonic() - begun < SHORT + LEEWAY
            said, remedy = done.failure("connect", 7)
            assert said == f"vendor.test did not answer within 1.5 s (proxy http://{proxy.address})"
        assert "env -u HTTPS_PROXY" in remedy

    def test_one_that_wants_a_password_says_how_to_give_it(self, tmp_path: Path) -> None:
        with Server(answer(407)) as proxy:
            done = doctor(VENDOR, env=env_of(tmp_path, BEHIND, HTTPS_PROXY=f"http://{proxy.address}"))
            said, remedy = done.failure("connect", 7)
            assert "(HTTP 407)" in said
            assert f"export HTTPS_PROXY=http://USER:PASSWORD@{proxy.address}" in remedy

    def test_one_whose_name_nobody_knows_is_told_as_such(self, tmp_path: Path) -> None:
        done = doctor(VENDOR, env=env_of(tmp_path, BEHIND, all_proxy="http://proxy.invalid:3128"))
        said, remedy = done.failure("dns", 7)
        assert said.endswith("(proxy http://proxy.invalid:3128)")
        assert "check all_proxy in the environment" in remedy

    def test_openssl_is_to_go_through_it_as_well(self, authority: trustme.CA, tmp_path: Path) -> None:
        with Server(Tunnel(contexts(authority, "vendor.test"), WELL)) as proxy:
            done = doctor(VENDOR, env=env_of(tmp_path, BEHIND, HTTPS_PROXY=f"http://{proxy.address}"))
            assert f"-servername vendor.test -proxy {proxy.address} </dev/null" in done.failure("tls", 7)[1]

    @pytest.mark.parametrize(
        "value", ["http://[::1", "ftp://proxy.test", "http://proxy.test:port", "http://", "h:99999"]
    )
    def test_one_that_cannot_be_understood_fails(self, value: str, tmp_path: Path) -> None:
        done = doctor(VENDOR, env=env_of(tmp_path, BEHIND, HTTPS_PROXY=value))
        said, remedy = done.failure("proxy", 10)
        assert said == "the environment names a proxy with an invalid address"
        assert "check HTTPS_PROXY in the environment" in remedy
        assert done["dns"]["summary"] == "not checked, since proxy failed"
