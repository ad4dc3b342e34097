"""What becomes of a request: what is sent, what answers mean, what is tried again.

The program as a process, against servers that send what no library would; and the transport alone where a process would
take longer to say it.
"""

from __future__ import annotations

import contextlib
import gc
import json
import random
import re
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime, formatdate
from typing import TYPE_CHECKING, Any

import pytest
import trustme
from hypothesis import given, settings
from hypothesis import strategies as st
from kit.program import BASIC, PASSWORD, ask, callinspect, env_of, environment, error, failure
from kit.servers import (
    GOOD,
    HEAD,
    Answer,
    Server,
    after,
    answer,
    body,
    contexts,
    endlessly,
    half_close,
    hang_up,
    header,
    headers,
    read_request,
    refusing,
    reset,
    silence,
)

from callinspect import __version__
from callinspect.client import bulk
from callinspect.deadline import Deadline
from callinspect.errors import (
    BadResponseError,
    CallinspectError,
    NetworkError,
    RateLimitedError,
    VendorUnavailableError,
)
from callinspect.http.connection import Selector
from callinspect.http.pace import Pace
from callinspect.http.transport import Transport
from callinspect.provider import Refusal, Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

Done = subprocess.CompletedProcess[bytes]

PATH = "/api/v2/accounts/5555555/calls/c-1"
SOON = "0.3"
"""A --timeout for what never ends."""

GRACE = 5.0
"""Seconds beyond that for the interpreter to start and end, on a busy machine."""


@pytest.fixture
def closed_port() -> Iterator[int]:
    """Hold a port at which nothing listens."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


BROKEN: dict[str, Answer] = {
    "a reset": reset,
    "a hang-up": hang_up,
    "a hang-up of one side": half_close,
    "a body cut short": after(GOOD[:-5], hang_up),
    "a body cut short by one side": after(GOOD[:-5], half_close),
    "a body cut short by a reset": after(GOOD[:-5], reset),
    "chunks cut short": after(HEAD + b"Transfer-Encoding: chunked\r\n\r\n9\r\n{", hang_up),
    "a head cut short": after(HEAD[:-9], hang_up),
    "a head without end": after(HEAD + b"X: " + b"x" * 300_000, silence),
    "headers without end": after(HEAD, endlessly(b"X: y\r\n" * 99)),
    "another protocol": b"SSH-2.0-OpenSSH_9.9\r\n\r\n",
    "random bytes": bytes(range(256)) * 8,
    "two lengths": HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
    "a switch of protocol": answer(101),
}


@pytest.mark.parametrize("fault", BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_connection_is_a_network_error(fault: Answer, tmp_path: Path) -> None:
    with Server(fault) as server:
        started = time.monotonic()
        told = error(ask(env_of(tmp_path, server.url), "--timeout", SOON, "--error-format", "json"), 7)
        assert time.monotonic() - started < GRACE
        assert (told["code"], told["retryable"]) == ("network", True)
        assert server.address in told["message"]
        assert 1 <= len(server.requests) <= 3


def test_a_refused_connection_is_a_network_error(closed_port: int, tmp_path: Path) -> None:
    told = error(ask(env_of(tmp_path, f"http://127.0.0.1:{closed_port}"), "--error-format", "json"), 7)
    assert (told["code"], told["message"]) == (
        "network",
        f"cannot connect to 127.0.0.1:{closed_port}: connection refused",
    )


def test_a_name_that_does_not_resolve_is_a_network_error(tmp_path: Path) -> None:
    started = time.monotonic()
    told = error(ask(env_of(tmp_path, "https://host.invalid"), "--timeout", "2", "--error-format", "json"), 7)
    assert time.monotonic() - started < 2 + GRACE
    assert (told["code"], "host.invalid" in told["message"]) == ("network", True)


@pytest.mark.parametrize("host", ["a..b", "a" * 70 + ".test"])
def test_a_host_name_that_cannot_be_one_is_a_configuration_error(host: str, tmp_path: Path) -> None:
    assert "base_url" in failure(ask(env_of(tmp_path, f"https://{host}")), 10)


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


def head(status: int, fields: list[bytes]) -> bytes:
    return b"HTTP/1.1 %d Odd\r\n" % status + b"".join(field + b"\r\n" for field in fields) + b"\r\n"


@given(
    start=st.just(b"") | st.builds(head, st.integers(0, 1200), st.lists(st.sampled_from(FIELDS))),
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


REFUSED: dict[str, tuple[bytes, str]] = {
    "a web page": (b"\n <!doctype html><title>Maintenance</title>", "a web page instead of JSON"),
    "nothing": (b"", "an empty body"),
    "half of it": (body().encode()[:20], "cannot be read: it is not JSON"),
    "NaN": (b'{"callId": "c-1", "x": NaN}', "NaN is not JSON"),
    "infinity": (b'{"callId": "c-1", "x": -Infinity}', "-Infinity is not JSON"),
    "a list": (b"[1, 2]", "something other than a call"),
    "an empty list": (b"[]", "something other than a call"),
    "null": (b"null", "something other than a call"),
    "a text": (b'"c-1"', "something other than a call"),
    "a number": (b"1", "something other than a call"),
    "an object without the id": (b"{}", "no callId"),
    "brackets": (b"[" * 200_000, "nested too deeply"),
    "braces": (b'{"a":' * 200_000, "nested too deeply"),
    "a key twice": (b'{"callId": "c-1", "callId": "c-2"}', "a key stands twice"),
    "a number of 5000 digits": (b'{"callId": "c-1", "x": %s}' % (b"9" * 5000), "a number in it is too long"),
    "UTF-16": (body().encode("utf-16"), "it is not UTF-8 text"),
    "Latin-1": (b'{"callId": "c-1", "x": "\xe4"}', "it is not UTF-8 text"),
    "bytes": (bytes(range(128, 256)), "cannot be read"),
}


@pytest.mark.parametrize(("sent", "says"), REFUSED.values(), ids=REFUSED.keys())
def test_a_body_that_is_no_call_is_a_bad_response(sent: bytes, says: str, tmp_path: Path) -> None:
    with Server(answer(200, sent)) as server:
        told = error(ask(env_of(tmp_path, server.url), "--error-format", "json"), 12)
        assert (told["code"], told["retryable"]) == ("bad_response", False)
        assert says in told["message"]
        assert len(server.requests) == 1


def test_an_answer_without_a_body_is_a_bad_response(tmp_path: Path) -> None:
    with Server(b"HTTP/1.1 204 No Content\r\n\r\n") as server:
        assert "an empty body" in failure(ask(env_of(tmp_path, server.url)), 12)


TAKEN: dict[str, bytes] = {
    "with a byte order mark": b"\xef\xbb\xbf" + body().encode(),
    "with a number beyond a float": body().encode()[:-1] + b', "x": 1e999}',
    "with half a surrogate pair": body().encode()[:-1] + rb', "x": "\ud800"}',
    "in a list of one": b"[" + body().encode() + b"]",
}


@pytest.mark.parametrize("sent", TAKEN.values(), ids=TAKEN.keys())
def test_a_call_is_read_however_oddly_it_is_written(sent: bytes, tmp_path: Path) -> None:
    with Server(answer(200, sent)) as server:
        done = ask(env_of(tmp_path, server.url))
        assert (done.returncode, done.stderr) == (0, b"")
        assert json.loads(done.stdout)["id"] == "c-1"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed_and_the_other_server_hears_nothing(status: int, tmp_path: Path) -> None:
    with Server(GOOD) as other, Server(answer(status, given={"Location": other.url + PATH})) as server:
        told = error(ask(env_of(tmp_path, server.url), "--error-format", "json"), 12)
        assert (told["code"], told["http_status"]) == ("bad_response", status)
        assert (len(server.requests), other.connections) == (1, 0)


def test_a_redirect_to_the_same_server_is_not_followed_either(tmp_path: Path) -> None:
    with Server(answer(307, given={"Location": "/elsewhere"})) as server:
        assert "never followed" in failure(ask(env_of(tmp_path, server.url)), 12)
        assert len(server.requests) == 1


def test_a_request_carries_the_few_headers_it_needs_and_no_others(tmp_path: Path) -> None:
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


def test_two_calls_use_one_connection(tmp_path: Path) -> None:
    with Server(GOOD) as server:
        assert ask(env_of(tmp_path, server.url), "c-1", "--jobs", "1").returncode == 0
        assert (len(server.requests), server.connections) == (2, 1)


def test_a_cookie_is_not_sent_back(tmp_path: Path) -> None:
    with Server(answer(200, body(), {"Set-Cookie": "session=1; Path=/"})) as server:
        assert ask(env_of(tmp_path, server.url), "c-1", "--jobs", "1").returncode == 0
        assert [header(request, "cookie") for request in server.requests] == [None, None]


def test_a_second_answer_sent_along_is_not_taken_for_the_next_call_s(tmp_path: Path) -> None:
    with Server(GOOD + answer(200, body("c-other")), answer(200, body("c-2"))) as server:
        done = ask(env_of(tmp_path, server.url), "c-2", "--jobs", "1", "-f", "id")
        assert done.stdout.split() == [b"c-1", b"c-2"]


def test_a_connection_that_the_server_closed_meanwhile_is_opened_again(tmp_path: Path) -> None:
    with Server(after(GOOD, hang_up), answer(200, body("c-2"))) as server:
        done = ask(env_of(tmp_path, server.url), "c-2", "--jobs", "1", "-f", "id")
        assert (done.returncode, done.stdout.split()) == (0, [b"c-1", b"c-2"])


def test_with_v_every_request_is_traced(tmp_path: Path) -> None:
    too_long = after(HEAD + b"\r\n", endlessly(b" " * 65536))
    with Server(answer(503), reset, too_long) as server:
        done = ask(env_of(tmp_path, server.url), "-vv", "--debug")
        said = done.stderr.decode().splitlines()
        assert done.returncode == 12
        assert len([line for line in said if line.startswith(f"GET {server.url}{PATH} → ")]) == 3


@pytest.mark.parametrize("token", ["canary\n-5f0c1d", "canary-5f0c1d\r\nX-Evil: 1", "canary 5f0c1d", "kanári-5f0c1d"])
def test_a_token_that_no_header_can_carry_is_refused_unseen_and_unsent(token: str, tmp_path: Path) -> None:
    with Server(GOOD) as server:
        env = environment(tmp_path, WEBEX_ACCESS_TOKEN=token, CALLINSPECT_WEBEX_BASE_URL=server.url)
        done = callinspect("get", "webex", "c-1", "-vv", "--debug", env=env)
        assert "access_token" in failure(done, 10)
        assert b"5f0c1d" not in done.stderr
        assert server.connections == 0


ERROR_KEYS = {"code", "message", "hint", "provider", "call_id", "http_status", "vendor_code", "request_id"} | {
    "retryable",
    "retry_after",
}


@pytest.mark.parametrize("fault", [answer(403), answer(200, "x"), answer(429, given={"Retry-After": "9999"}), reset])
def test_an_error_as_json_has_every_key_whatever_it_is(fault: Answer, tmp_path: Path) -> None:
    with Server(fault) as server:
        done = ask(env_of(tmp_path, server.url), "--timeout", SOON, "--error-format", "json")
        assert done.stdout == b""
        told = json.loads(done.stderr)["error"]
        assert told.keys() == ERROR_KEYS
        assert (told["provider"], told["call_id"]) == ("bandwidth", "c-1")


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_vendor_that_fails_once_is_asked_once_more(status: int, tmp_path: Path) -> None:
    with Server(answer(status), GOOD) as server:
        assert ask(env_of(tmp_path, server.url)).returncode == 0
        assert len(server.requests) == 2


def test_a_vendor_that_keeps_failing_is_asked_three_times(tmp_path: Path) -> None:
    with Server(answer(503)) as server:
        told = error(ask(env_of(tmp_path, server.url), "--error-format", "json"), 7)
        assert (told["code"], told["http_status"], told["retryable"]) == ("vendor_unavailable", 503, True)
        assert len(server.requests) == 3


def test_a_connection_that_breaks_twice_is_tried_a_third_time(tmp_path: Path) -> None:
    with Server(reset, after(GOOD[:-5], hang_up), GOOD) as server:
        assert ask(env_of(tmp_path, server.url)).returncode == 0
        assert len(server.requests) == 3


def test_broken_connections_and_failures_count_together(tmp_path: Path) -> None:
    with Server(reset, answer(503), reset, GOOD) as server:
        failure(ask(env_of(tmp_path, server.url)), 7)
        assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("status", "exit_status"), [(400, 2), (401, 4), (403, 5), (404, 3), (410, 3), (500, 7), (501, 7), (418, 12)]
)
def test_what_will_not_change_is_asked_once(status: int, exit_status: int, tmp_path: Path) -> None:
    for sent, expected in ((refusing(status), exit_status), (answer(status), 7)):
        with Server(sent) as server:
            assert f"HTTP {status}" in failure(ask(env_of(tmp_path, server.url)), expected)
            assert len(server.requests) == 1


def test_a_named_wait_is_obeyed_as_often_as_it_is_named(tmp_path: Path) -> None:
    with Server(*[answer(429, given={"Retry-After": "1"})] * 5, GOOD) as server:
        assert ask(env_of(tmp_path, server.url)).returncode == 0
        assert len(server.requests) == 6
        waits = [later - sooner for sooner, later in zip(server.times, server.times[1:], strict=False)]
        assert min(waits) >= 0.95


WITH_ZONE, OLDER, OLDEST = "%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %d %H:%M:%S %Y"


def test_a_date_to_wait_for_is_in_utc_in_all_three_forms_of_http_wherever_the_user_is(tmp_path: Path) -> None:
    def wait(form: str, zone: str) -> float:
        moment = datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=2)
        with Server(answer(429, given={"Retry-After": moment.strftime(form)}), GOOD) as server:
            assert ask(env_of(tmp_path, server.url, TZ=zone), "--timeout", "20").returncode == 0
            return server.times[1] - moment.timestamp()

    with ThreadPoolExecutor() as pool:
        early = list(pool.map(wait, [WITH_ZONE, OLDER, OLDEST, OLDEST], ["EST5", "EST5", "EST5", "XXX-9"]))
    assert min(early) > -0.05


def test_a_date_to_wait_for_far_ahead_ends_the_run_at_once(tmp_path: Path) -> None:
    moment = format_datetime(datetime.now(timezone(timedelta(hours=-5))) + timedelta(days=1))
    with Server(answer(429, given={"Retry-After": moment})) as server:
        told = error(ask(env_of(tmp_path, server.url), "--error-format", "json"), 6)
        assert 86_000 < told["retry_after"] <= 86_400


@pytest.mark.parametrize("status", [423, 429])
def test_a_wait_beyond_the_time_ends_the_run_at_once_and_names_it(status: int, tmp_path: Path) -> None:
    with Server(answer(status, given={"Retry-After": "999999"})) as server:
        started = time.monotonic()
        told = error(ask(env_of(tmp_path, server.url), "--error-format", "json"), 6)
        assert time.monotonic() - started < GRACE
        assert (told["code"], told["retry_after"], told["retryable"]) == ("rate_limited", 999_999, True)
        assert len(server.requests) == 1
        assert "it answers again in 277 h 46 min 39 s" in failure(ask(env_of(tmp_path, server.url)), 6)


ODD_WAITS: dict[str, tuple[str, ...]] = {
    "none": (),
    "a word": ("soon",),
    "a fraction": ("2.5",),
    "twice": ("1", "2"),
    "a formula": ("rand(30),add(30)",),
    "nothing": ("0",),
    "long ago": ("Sun, 06 Nov 1994 08:49:37 GMT",),
}


def odd(status: int, values: Iterable[str]) -> bytes:
    lines = "".join(f"Retry-After: {value}\r\n" for value in values)
    return f"HTTP/1.1 {status} No\r\n{lines}Content-Length: 2\r\n\r\n{{}}".encode()


@pytest.mark.parametrize("status", [423, 429])
@pytest.mark.parametrize("named", ODD_WAITS)
def test_a_limit_that_names_no_time_is_waited_for_in_growing_pauses(named: str, status: int, tmp_path: Path) -> None:
    with Server(*[odd(status, ODD_WAITS[named])] * 4, GOOD) as server:
        assert ask(env_of(tmp_path, server.url)).returncode == 0
        pauses = [later - sooner for sooner, later in zip(server.times, server.times[1:], strict=False)]
        assert [low <= pause for low, pause in zip([0.12, 0.24, 0.49, 0.99], pauses, strict=True)] == [True] * 4


def test_a_limit_that_names_no_time_is_asked_once_more_at_the_end_of_the_call_s(tmp_path: Path) -> None:
    with Server(answer(429)) as server:
        told = error(ask(env_of(tmp_path, server.url), "--error-format", "json", "--timeout", "3"), 6)
        assert (told["code"], told["retry_after"]) == ("rate_limited", None)
        assert 4 <= len(server.requests) <= 8
        assert 2.4 <= server.times[-1] - server.times[0] <= 3


@pytest.mark.parametrize("skew", [-7200, -600, 600, 7200])
@pytest.mark.parametrize("named", ["Retry-After", "X-RateLimit-Reset"])
def test_a_moment_is_one_by_the_clock_of_the_answer_s_date(named: str, skew: int, tmp_path: Path) -> None:
    theirs = int(time.time()) + skew
    ends = formatdate(theirs + 2, usegmt=True) if named == "Retry-After" else str((theirs + 2) * 1000)
    call = json.dumps({"id": "c-1", "state": "active", "direction": "in"})
    given = {named: ends, "Date": formatdate(theirs, usegmt=True)}
    with Server(answer(429, given=given), answer(200, call)) as server:
        done = catapult(tmp_path, server)
        assert (done.returncode, done.stderr) == (0, b"")
        assert 1.9 <= server.times[1] - server.times[0] <= 2.5


def catapult(home: Path, server: Server, *arguments: str) -> Done:
    """Run `get` for one call of Catapult, which allows one request a second."""
    env = environment(
        home,
        CALLINSPECT_CATAPULT_BASE_URL=f"{server.url}/v1",
        CALLINSPECT_CATAPULT_USER_ID="u-1",
        CALLINSPECT_CATAPULT_TOKEN="t-1",
        CALLINSPECT_CATAPULT_SECRET=PASSWORD,
    )
    return callinspect("get", "catapult", "c-1", *arguments, env=env)


def test_catapult_names_the_end_of_a_limit_in_milliseconds_since_the_epoch(tmp_path: Path) -> None:
    ends = round((time.time() + 2) * 1000)
    call = json.dumps({"id": "c-1", "state": "active", "direction": "in"})
    with Server(answer(429, given={"X-RateLimit-Reset": str(ends)}), answer(200, call)) as server:
        done = catapult(tmp_path, server)
        assert (done.returncode, done.stderr) == (0, b"")
        assert server.times[1] >= ends / 1000 - 0.05


def test_a_vendor_s_pace_that_leaves_no_time_for_another_try_does_not_hide_why_the_first_failed(tmp_path: Path) -> None:
    with Server(answer(429)) as server:
        assert "HTTP 429" in failure(catapult(tmp_path, server, "--timeout", "0.9"), 6)
        assert len(server.requests) == 1


@pytest.mark.parametrize("fault", [answer(503), reset], ids=["503", "reset"])
def test_a_request_for_a_token_is_sent_once(fault: Answer, tmp_path: Path) -> None:
    with Server(GOOD) as vendor, Server(fault) as server:
        env = environment(
            tmp_path,
            CALLINSPECT_BANDWIDTH_BASE_URL=vendor.url,
            CALLINSPECT_BANDWIDTH_TOKEN_URL=f"{server.url}/token",
            CALLINSPECT_BANDWIDTH_ACCOUNT_ID="5555555",
            CALLINSPECT_BANDWIDTH_CLIENT_ID="client",
            CALLINSPECT_BANDWIDTH_CLIENT_SECRET=PASSWORD,
        )
        assert ask(env).returncode in {6, 7}
        assert [request.split()[0] for request in server.requests] == [b"POST"]
        assert vendor.requests == []


OK = answer(200, "{}")


class Asked:
    """One exchange, and what was told meanwhile."""

    def __init__(
        self,
        base: str,
        refusal: Callable[[Response], Refusal | None] | None = None,
        request: Request | None = None,
        seconds: float = 5.0,
        **options: Any,
    ) -> None:
        self.pauses: list[tuple[float, str]] = []
        self.trace: list[str] = []
        self.error: CallinspectError | None = None
        self.response: Response | None = None
        transport = Transport(
            base, trace=self.trace.append, waiting=lambda pause, why: self.pauses.append((pause, why))
        )
        with contextlib.closing(transport):
            try:
                self.response = transport.exchange(
                    request or Request(url=f"{base}/"), refusal or refused, Deadline(seconds), **options
                )
            except CallinspectError as error:
                self.error = error


def refused(response: Response) -> Refusal | None:
    if response.status < 400:
        return None
    return Refusal(error=RateLimitedError if response.status in {423, 429} else VendorUnavailableError)


@pytest.mark.parametrize(("end", "pauses"), [(0, [0.0, 0.0]), (1, [0.5, 1.0])], ids=["least", "most"])
def test_pauses_before_another_try_are_drawn_from_nothing_to_half_a_second_and_then_twice_that(
    end: int, pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(random, "uniform", lambda *bounds: bounds[end])
    with Server(answer(503)) as server:
        asked = Asked(server.url)
        assert asked.pauses == [(pause, "answered with HTTP status 503") for pause in pauses]
        waits = [later - sooner for sooner, later in zip(server.times, server.times[1:], strict=False)]
        assert [wait >= pause for wait, pause in zip(waits, pauses, strict=True)] == [True, True]


@pytest.mark.parametrize(
    ("status", "named", "pause"),
    [(503, "1", 1.0), (503, "0", 0.5), (429, "1", 1.0), (429, "0", 0.25), (423, "0", 0.25), (429, "", 0.25)],
)
def test_a_pause_is_what_was_named_or_what_was_drawn_whichever_is_longer_but_a_limit_s_own_wait_counts_alone(
    status: int, named: str, pause: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(random, "uniform", lambda _low, high: high)
    with Server(answer(status, given={"Retry-After": named} if named else {}), OK) as server:
        asked = Asked(server.url)
        assert asked.response
        assert asked.pauses == [(pause, f"answered with HTTP status {status}")]
        assert server.times[1] - server.times[0] >= pause - 0.01


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        ("007", 7.0),
        ("9" * 12, 999_999_999_999.0),
        ("9" * 20, 999_999_999_999.0),
        ("-1", None),
        ("+7", None),
        ("7.5", None),
        ("7 s", None),
        ("\xb2", None),
        ("Sun, 99 Nov 1994 08:49:37 GMT", None),
        (f"Sun, 06 Nov {'9' * 20} 08:49:37 GMT", None),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 0.0),
    ],
)
def test_a_named_wait_is_whole_seconds_or_a_date_and_all_else_is_none(value: str, seconds: float | None) -> None:
    with Server(answer(429, given={"Retry-After": value})) as server:
        asked = Asked(server.url, request=Request(url=f"{server.url}/", form={}))
        assert asked.error
        assert asked.error.retry_after == seconds


def test_a_vendor_s_own_way_to_name_the_end_goes_before_the_header() -> None:
    ends = time.time() + 99.5
    with Server(answer(429, given={"Retry-After": "7"})) as server:
        asked = Asked(server.url, lambda _: Refusal(error=RateLimitedError, retry_at=ends))
        assert asked.error
        assert isinstance(asked.error.retry_after, float)
        assert 90 < asked.error.retry_after <= 99.5
        assert round(asked.error.retry_after, 3) == asked.error.retry_after
        form = Request(url=f"{server.url}/", form={})
        over = Asked(server.url, lambda _: Refusal(error=RateLimitedError, retry_at=1.0), form)
        assert over.error
        assert over.error.retry_after == 0.0


def test_a_failure_carries_all_that_the_vendor_said_of_it() -> None:
    said = Refusal(error=VendorUnavailableError, message="m", code="c", request_id="r", hint="h")
    with Server(answer(500, given={"Retry-After": "9"})) as server:
        error = Asked(server.url, lambda _: said).error
        assert error
        told = (error.message, error.vendor_code, error.request_id, error.hint, error.http_status, error.retry_after)
        assert told == ("m", "c", "r", "h", 500, 9.0)
        assert isinstance(error, VendorUnavailableError)


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


def test_broken_connections_leave_nothing_behind_that_only_a_search_for_garbage_finds() -> None:
    def exchanged(_: object) -> Response:
        transport = Transport(server.url)
        with contextlib.closing(transport):
            return transport.exchange(Request(url=f"{server.url}/"), refused, Deadline(0.5))

    with Server(hang_up) as server:
        gc.collect()
        gc.disable()
        gc.set_debug(gc.DEBUG_SAVEALL)
        try:
            kinds = {type(each) for each in bulk.each(range(5), exchanged, jobs=1)}
            gc.collect()
            found = {type(each) for each in gc.garbage}
        finally:
            gc.set_debug(0)
            gc.garbage.clear()
            gc.enable()
    assert kinds == {NetworkError}
    assert not found & {NetworkError, Selector}


@pytest.mark.parametrize(
    ("path", "sent"),
    [("/v1/é x", b"/v1/%C3%A9%20x"), ("/v1/a%20b?c=d%26", b"/v1/a%20b?c=d%26"), ("", b"/"), ("?a=b", b"/?a=b")],
)
def test_a_path_is_sent_as_an_address_may_have_it(path: str, sent: bytes) -> None:
    with Server(OK) as server:
        assert Asked(server.url, request=Request(url=server.url + path)).response
        assert server.requests[0].startswith(b"GET " + sent + b" HTTP/1.1\r\n")


def test_a_request_for_which_the_system_has_no_room_at_once_is_sent_whole() -> None:
    path = "/" + "x" * 8_000_000

    def late(connection: socket.socket) -> None:
        time.sleep(0.5)
        request = read_request(connection)
        server.requests.append(request or b"")
        connection.sendall(OK)

    with Server(greeting=late) as server:
        assert Asked(server.url, request=Request(url=server.url + path)).response
        assert server.requests[0].startswith(b"GET " + path.encode() + b" HTTP/1.1\r\n")


def test_a_request_that_is_not_taken_ends_with_its_time() -> None:
    with Server(greeting=lambda _: time.sleep(2)) as server:
        error = Asked(server.url, request=Request(url=f"{server.url}/{'x' * 8_000_000}"), seconds=1.0).error
        assert error
        assert (error.code, error.message) == ("network", f"{server.address} did not answer within 1 s")


def test_an_answer_has_its_status_its_headers_in_lower_case_and_joined_and_its_body_as_sent() -> None:
    with Server(answer(299, b"\x00 x ", {"X-Own": "Value", "x-own": "2"})) as server:
        response = Asked(server.url).response
        assert response
        assert (response.status, response.headers["x-own"], response.body) == (299, "Value, 2", b"\x00 x ")


def test_a_request_is_traced_with_its_answer_s_status_and_size_or_with_the_kind_of_failure() -> None:
    with Server(hang_up, after(OK, reset)) as server:
        trace = Asked(server.url).trace
        start = re.escape(f"GET {server.url}/ → ")
        assert re.fullmatch(start + r"RemoteProtocolError after \d\.\d{3} s", trace[0])
        assert re.fullmatch(start + r"200, 2 bytes in \d\.\d{3} s", trace[1])
        assert len(trace) == 2


def test_a_redirect_says_so_and_what_to_check() -> None:
    with Server(answer(302, given={"Location": "/x"})) as server:
        error = Asked(server.url).error
        assert error
        assert (error.code, error.message, error.hint, error.http_status) == (
            "bad_response",
            "answered with a redirect (302), which is never followed",
            "check base_url",
            302,
        )


FAULTS: dict[str, tuple[str, dict[str, Any], tuple[str, str, str | None]]] = {
    "not HTTP": ("{url}/", {}, ("network", "{host} did not send a whole HTTP answer", "check base_url")),
    "a header that cannot be one": (
        "{url}/",
        {"authorization": "a\nb"},
        ("config", "a credential has characters in it that no HTTP header can carry", None),
    ),
    "a protocol that is another": ("ftp://{host}/", {}, ("config", "base_url is not an address of HTTP", None)),
    "an address that is none": (
        "{url}/\x00",
        {},
        ("usage", "the address made from base_url and the id is not a valid one", None),
    ),
    "a host name that cannot be one": (
        "http://a..b/",
        {},
        ("config", "base_url has a host name that cannot be one", None),
    ),
}


@pytest.mark.parametrize(("address", "options", "expected"), FAULTS.values(), ids=FAULTS.keys())
def test_a_request_that_cannot_be_sent_or_answered_says_why_and_what_to_check(
    address: str, options: dict[str, Any], expected: tuple[str, str, str | None]
) -> None:
    with Server(b"SSH-2.0\r\n\r\n") as server:
        request = Request(url=address.format(url=server.url, host=server.address), form={})
        error = Asked(server.url, request=request, **options).error
        assert error
        code, message, hint = expected
        assert (error.code, error.message, error.hint) == (code, message.format(host=server.address), hint)


def test_a_connection_that_fails_without_a_reason_has_none_in_its_message(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [])
    error = Asked("https://vendor.test", request=Request(url="https://vendor.test/", form={})).error
    assert error
    assert (error.code, error.message, error.hint) == (
        "network",
        "cannot connect to vendor.test",
        "check the network and base_url",
    )


CLOSE_NOTIFY = bytes.fromhex("15 0303 0002 0100")
"""An alert of TLS: the end, in order."""


def test_a_handshake_that_the_server_ends_in_order_is_a_tls_error() -> None:
    with Server(greeting=after(CLOSE_NOTIFY, silence)) as server:
        base = server.url.replace("http:", "https:")
        error = Asked(base, request=Request(url=f"{base}/", form={})).error
        assert error
        assert (error.code, error.message) == ("tls", f"no secure connection to {server.address}: handshake failed")


def test_a_certificate_of_another_host_s_name_says_what_to_check(tmp_path: Path) -> None:
    authority = trustme.CA()
    ca_file = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(ca_file)
    with Server(OK, tls=contexts(authority, "other.test")) as server:
        env = env_of(tmp_path, f"https://localhost:{server.port}")
        told = error(ask(env, "--ca-file", str(ca_file), "--error-format", "json"), 7)
        assert (told["code"], told["hint"]) == ("tls", "check base_url")


def test_a_proxy_variable_in_letters_of_its_own_that_cannot_be_used_is_a_configuration_error(tmp_path: Path) -> None:
    said = failure(ask(env_of(tmp_path, "https://vendor.test", Https_Proxy="http://[::1")), 10)
    assert "check Https_Proxy in the environment" in said


def test_a_proxy_with_a_host_name_that_cannot_be_one_is_told_as_the_environment_s(tmp_path: Path) -> None:
    env = env_of(tmp_path, "https://vendor.test", HTTPS_PROXY="http://a..b:1")
    told = error(ask(env, "--error-format", "json"), 10)
    assert (told["code"], told["message"], told["hint"]) == (
        "config",
        "the environment names a proxy with a host name that cannot be one",
        "check HTTPS_PROXY in the environment",
    )


@pytest.mark.parametrize(
    ("proxy", "reason", "hint"),
    [
        (lambda: Server(greeting=after(answer(400), silence)), "wrong version number", ""),
        (
            lambda: Server(OK, tls=contexts(trustme.CA())),
            "unable to get local issuer certificate",
            "a private certificate authority is given with --ca-file or SSL_CERT_FILE; ",
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
            f"no secure connection to the proxy 127.0.0.1: {reason}",
            f"{hint}check HTTPS_PROXY in the environment",
        )


def test_the_time_in_which_a_first_turn_is_awaited_is_not_the_call_s_own() -> None:
    pace = Pace(1.0)
    pace.take()
    with Server(OK) as server:
        started = time.monotonic()
        assert Asked(server.url, seconds=0.5, pace=pace).response
        assert time.monotonic() - started > 0.9


def test_a_limit_holds_back_all_who_keep_the_same_pace_and_slows_it_down_and_a_success_eases_it() -> None:
    pace = Pace()
    with Server(answer(429, given={"Retry-After": "1"}), OK) as server:
        started = time.monotonic()
        assert Asked(server.url, pace=pace).response
        pace.take()
        assert time.monotonic() - started >= 1.0
        assert pace.interval == pytest.approx(0.02 * 0.98)


def test_a_failure_leaves_the_pace_as_it_is() -> None:
    pace = Pace()
    with Server(answer(503), OK) as server:
        assert Asked(server.url, pace=pace).response
        assert pace.interval == 0.0


@contextlib.contextmanager
def hole() -> Iterator[tuple[str, int]]:
    """A place that drops what comes, as a network does that leads nowhere: its queue is full."""
    with contextlib.ExitStack() as stack:
        listener = stack.enter_context(socket.create_server(("127.0.0.2", 0), backlog=0))
        for _ in range(6):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield listener.getsockname()


def asked_at(url: str, *places: tuple[str, int], seconds: float = 5.0) -> Asked:
    """Ask where every name leads to those places."""
    known = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", place) for place in places]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(socket, "getaddrinfo", lambda *_, **__: known)
        return Asked(url, seconds=seconds)


@pytest.mark.parametrize("dead", [1, 3])
def test_a_name_s_dead_addresses_do_not_cost_the_call(dead: int) -> None:
    """A connection that nobody answers is given up by the system after two minutes."""
    with contextlib.ExitStack() as stack, Server(GOOD) as server:
        holes = [stack.enter_context(hole()) for _ in range(dead)]
        assert asked_at(server.url, *holes, ("127.0.0.1", server.port)).error is None


def test_of_a_name_s_addresses_that_refuse_the_next_is_tried(closed_port: int) -> None:
    with Server(GOOD) as server:
        assert asked_at(server.url, *[("127.0.0.1", closed_port)] * 3, ("127.0.0.1", server.port)).error is None
        assert server.connections == 1


def test_where_every_address_is_dead_the_time_is_kept() -> None:
    with hole() as first, hole() as second:
        error = asked_at("http://127.0.0.1:9", first, second, seconds=1).error
        assert error
        assert error.message == "127.0.0.1:9 did not answer within 1 s"
