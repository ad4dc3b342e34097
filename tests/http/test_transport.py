"""One exchange: what is traced, what an answer becomes, whatever bytes come."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kit.program import PASSWORD, ask, env_of
from kit.servers import HEAD, Server, after, answer, endlessly, hang_up, reset
from kit.transport_calls import OK, PATH, Asked

from callinspect.deadline import Deadline
from callinspect.errors import BadResponseError, CallinspectError
from callinspect.http.transport import Transport
from callinspect.provider import Refusal, Request, Response

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def loose() -> Iterator[Server]:
    """Serve whatever the test puts first among the answers, then close the connection."""
    with Server(hang_up) as server:
        yield server


FIELDS = [
    b"Content-Length: 3",
    b"Content-Length: -1",
    b"Transfer-Encoding: chunked",
    b"Content-Encoding: br",
    b"Retry-After: x",
    b"Retry-After: -1",
    b"Location: //[",
    b"Set-Cookie: a=b; Domain=[",
    b"Connection: close",
    b"X: \xff",
    b": x",
    b"X",
]


def odd_head(status: int, fields: list[bytes]) -> bytes:
    return b"HTTP/1.1 %d Odd\r\n" % status + b"".join(field + b"\r\n" for field in fields) + b"\r\n"


@given(
    start=st.just(b"") | st.builds(odd_head, st.integers(0, 1200), st.lists(st.sampled_from(FIELDS))),
    rest=st.binary(max_size=300),
)
@settings(deadline=None, max_examples=150)
def test_whatever_bytes_come_are_an_answer_or_a_failure_of_ours(loose: Server, start: bytes, rest: bytes) -> None:
    loose.answers = (after(start + rest, hang_up),)
    with contextlib.closing(Transport(loose.url)) as transport, contextlib.suppress(CallinspectError):
        # A request with a form is never tried again, so this takes no time.
        transport.exchange(Request(url=f"{loose.url}/", form={"a": "b"}), _judge, Deadline(5))


def _judge(response: Response) -> Refusal | None:
    return Refusal(error=BadResponseError) if response.status >= 300 else None


def test_with_v_every_request_is_traced(tmp_path: Path) -> None:
    too_long = after(HEAD + b"\r\n", endlessly(b" " * 65536))
    with Server(answer(503), reset, too_long) as server:
        done = ask(env_of(tmp_path, server.url), "-vv", "--debug")
        said = done.stderr.decode().splitlines()
        assert done.returncode == 12
        assert len([line for line in said if line.startswith(f"GET {server.url}{PATH} → ")]) == 3


GIVEN = {"X-Request-Id": "r-1", "Set-Cookie": "id=crumb", "X-Auth-Token": "crumb", "X-Odd": f"a\x1b[31mb {PASSWORD}"}


def test_with_vv_headers_are_below_their_request(tmp_path: Path) -> None:
    """Both sides' headers, inert; of one that can hold a secret, at most the scheme."""
    with Server(answer(200, "{}", GIVEN)) as server:
        lines = ask(env_of(tmp_path, server.url), "-vv").stderr.decode().splitlines()
        assert lines[0].startswith(f"GET {server.url}{PATH} → 200, 2 bytes")
    assert {"  > accept: application/json", "  > authorization: Basic [secret]"} <= set(lines)
    assert {"  < x-request-id: r-1", "  < set-cookie: [secret]", "  < x-auth-token: [secret]"} <= set(lines)
    assert "  < x-odd: a\\x1b[31mb [secret]" in lines
    assert "crumb" not in "".join(lines)


@pytest.mark.parametrize("talk", [("-v",), ("--debug",)])
def test_with_v_headers_are_not_shown(talk: tuple[str, ...], tmp_path: Path) -> None:
    with Server(answer(200, "{}", GIVEN)) as server:
        assert "x-request-id" not in ask(env_of(tmp_path, server.url), *talk).stderr.decode()


def test_with_vv_a_request_without_an_answer_has_its_headers(tmp_path: Path) -> None:
    with Server(hang_up) as server:
        said = ask(env_of(tmp_path, server.url), "-v", "-v", "--timeout", "1").stderr.decode()
    assert re.search(r"^GET .* → RemoteProtocolError after .*\n  > host: 127\.0\.0\.1:", said, re.MULTILINE)
    assert "  < " not in said


def test_an_answer_has_its_status_headers_and_body() -> None:
    """Headers in lower case and joined, the body as it was sent."""
    with Server(answer(299, b"\x00 x ", {"X-Own": "Value", "x-own": "2"})) as server:
        response = Asked(server.url).response
        assert response
        assert (response.status, response.headers["x-own"], response.body) == (299, "Value, 2", b"\x00 x ")


def test_a_request_is_traced_with_what_became_of_it() -> None:
    """The answer's status and size, or the kind of failure."""
    with Server(hang_up, after(OK, reset)) as server:
        trace = Asked(server.url).trace
        start = re.escape(f"GET {server.url}/ → ")
        assert re.fullmatch(start + r"RemoteProtocolError after \d\.\d{3} s", trace[0])
        assert re.fullmatch(start + r"200, 2 bytes in \d\.\d{3} s", trace[1])
        assert len(trace) == 2
