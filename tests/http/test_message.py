"""A request as it is sent: its path, its headers, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from kit.program import BASIC, ask, callinspect, env_of, environment, failure
from kit.servers import GOOD, Server, answer, body, header, headers
from kit.transport_calls import OK, PATH, Asked

from callinspect import __version__
from callinspect.provider import Request

if TYPE_CHECKING:
    from pathlib import Path


def test_a_request_carries_the_headers_it_needs_alone(tmp_path: Path) -> None:
    with Server(GOOD) as server:
        assert ask(env_of(tmp_path, server.url)).returncode == 0
        assert server.requests[0].startswith(f"GET {PATH} HTTP/1.1\r\n".encode())
        assert headers(server.requests[0]) == {
            "host": server.address,
            "connection": "keep-alive",
            "accept": "application/json",
            "accept-encoding": "identity",
            "user-agent": f"callinspect/{__version__}",
            "authorization": f"Basic {BASIC}",
        }


def test_a_user_s_netrc_is_not_read(tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("default login other password stranger\n")
    with Server(GOOD) as server:
        assert ask(env_of(tmp_path, server.url)).returncode == 0
        assert header(server.requests[0], "authorization") == f"Basic {BASIC}"


def test_a_cookie_is_not_sent_back(tmp_path: Path) -> None:
    with Server(answer(200, body(), {"Set-Cookie": "session=1; Path=/"})) as server:
        assert ask(env_of(tmp_path, server.url), "c-1", "--jobs", "1").returncode == 0
        assert [header(request, "cookie") for request in server.requests] == [None, None]


@pytest.mark.parametrize("token", ["canary\n-5f0c1d", "canary-5f0c1d\r\nX-Evil: 1", "canary 5f0c1d", "kanári-5f0c1d"])
def test_a_token_that_no_header_can_carry_is_not_sent(token: str, tmp_path: Path) -> None:
    """Nor is it shown."""
    with Server(GOOD) as server:
        env = environment(tmp_path, WEBEX_ACCESS_TOKEN=token, CALLINSPECT_WEBEX_BASE_URL=server.url)
        done = callinspect("get", "webex", "c-1", "-vv", "--debug", env=env)
        assert "access_token" in failure(done, 10)
        assert b"5f0c1d" not in done.stderr
        assert server.connections == 0


def test_a_request_has_the_headers_of_every_request_and_its_own() -> None:
    with Server(OK) as server:
        own = {"x-own": "1", "accept": "text/plain"}
        request = Request(url=f"{server.url}/t", form={"a": "b c"}, headers=own)
        assert Asked(server.url, request=request, authorization="Bearer t").response
        sent = headers(server.requests[0])
        assert server.requests[0].startswith(b"POST /t HTTP/1.1\r\n")
        assert server.requests[0].endswith(b"\r\n\r\na=b+c")
        assert {name: sent.get(name) for name in ("x-own", "accept", "authorization", "user-agent")} == {
            "x-own": "1",
            "accept": "text/plain",
            "authorization": "Bearer t",
            "user-agent": f"callinspect/{__version__}",
        }
        assert (sent["content-type"], sent["content-length"]) == ("application/x-www-form-urlencoded", "5")
        names = [line.partition(b":")[0].lower() for line in server.requests[0].split(b"\r\n")]
        assert names.count(b"accept") == names.count(b"host") == 1
        assert Asked(server.url).response
        assert header(server.requests[1], "authorization") is None


@pytest.mark.parametrize(
    ("path", "sent"),
    [("/v1/é x", b"/v1/%C3%A9%20x"), ("/v1/a%20b?c=d%26", b"/v1/a%20b?c=d%26"), ("", b"/"), ("?a=b", b"/?a=b")],
)
def test_a_path_is_sent_as_an_address_may_have_it(path: str, sent: bytes) -> None:
    with Server(OK) as server:
        assert Asked(server.url, request=Request(url=server.url + path)).response
        assert server.requests[0].startswith(b"GET " + sent + b" HTTP/1.1\r\n")
