"""Token endpoints: what they say is about the credentials, what something in between says is not."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from kit.bounds import BOMB, LATE, LEEWAY, SHORT, TIME, Measured, bounded, together, within_bounds
from kit.many_calls import call, lines, token
from kit.program import CLIENTS, PASSWORD, SCRIPTS, VENDOR, callinspect, client_of, client_of_webex, failure
from kit.servers import (
    CHUNKED,
    DRIP,
    GOOD,
    HEAD,
    HINTS,
    LONG,
    Answer,
    Chooser,
    Server,
    after,
    answer,
    body,
    endlessly,
    head,
    header,
    limit,
    refusing,
    silence,
)

if TYPE_CHECKING:
    from pathlib import Path

DRIPPING: list[Answer] = [
    silence,
    endlessly(b"H", DRIP),
    endlessly(HINTS, DRIP),
    after(HEAD, endlessly(b"X: y\r\n", DRIP)),
    after(LONG, endlessly(b" ", DRIP)),
    after(CHUNKED + b"1;a=", endlessly(b"x", DRIP)),
    after(head(503), endlessly(b" ", DRIP)),
    after(head(401), endlessly(b" ", DRIP)),
]
TOO_MUCH_FOR_A_TOKEN: list[Answer] = [
    after(HEAD + b"\r\n", endlessly(b" " * 65536)),
    after(HEAD, endlessly(b"X: y\r\n" * 9999)),
    answer(200, BOMB, {"Content-Encoding": "gzip"}),
    answer(200, b"[" * 10_000_000),
    answer(200, b'{"access_token": "' + b"x" * 10_000_000),
    answer(200, b'{"access_token": "' + b"x" * 9_000_000 + b'"}'),
    answer(200, b'{"access_token": "x", "refresh_token": "' + b"x" * 9_000_000 + b'"}'),
]


@dataclass(frozen=True)
class Tokens:
    """Answers of a token endpoint, one after the other, to as many calls."""

    provider: str
    answers: list[Answer]


@pytest.fixture(scope="module")
def tokens(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Measured]:
    home = tmp_path_factory.mktemp("home")

    def run(case: Tokens) -> Measured:
        with Server(*case.answers) as server:
            ids = "".join(f"c-{each}\n" for each in range(len(case.answers)))
            arguments = ["get", case.provider, "-", "--jobs", "1", "-o", "jsonl"]
            env = CLIENTS[case.provider](home, server.url)
            timeout = SHORT if case.answers is DRIPPING else SHORT * 2
            return bounded(*arguments, env=env, timeout=timeout, stdin=ids, server=server)

    cases = {"slow": DRIPPING, "large": TOO_MUCH_FOR_A_TOKEN}
    return together(
        run, {f"{provider} {name}": Tokens(provider, each) for provider in CLIENTS for name, each in cases.items()}
    )


@pytest.mark.parametrize("provider", CLIENTS)
def test_a_token_endpoint_that_drips_has_a_call_s_time(provider: str, tokens: dict[str, Measured]) -> None:
    ended = tokens[f"{provider} slow"]
    within_bounds(ended, SHORT * len(DRIPPING))
    assert [(each["code"], LATE in each["message"]) for each in ended.told] == [("network", True)] * len(DRIPPING)


@pytest.mark.parametrize("provider", CLIENTS)
def test_a_token_endpoint_that_sends_too_much_is_refused(provider: str, tokens: dict[str, Measured]) -> None:
    ended = tokens[f"{provider} large"]
    within_bounds(ended, SHORT * 2 * len(TOO_MUCH_FOR_A_TOKEN))
    assert len(ended.told) == len(TOO_MUCH_FOR_A_TOKEN)
    assert {each["code"] for each in ended.told} <= {"network", "bad_response", "vendor_unavailable"}


@pytest.mark.parametrize(("status", "exit_status"), [(423, 6), (429, 6), (503, 7)])
@pytest.mark.parametrize("provider", CLIENTS)
def test_a_wait_beyond_the_time_for_a_token_is_reported(
    provider: str, status: int, exit_status: int, tmp_path: Path
) -> None:
    with Server(limit(status, "Retry-After", ["9"])) as server:
        env = CLIENTS[provider](tmp_path, server.url)
        ended = bounded("get", provider, "c-1", "--error-format", "json", env=env, timeout=TIME, server=server)
    assert (ended.status, [each["retry_after"] for each in ended.told]) == (exit_status, [9])
    assert [request.split()[0] for request in ended.requests] == [b"POST"]


def test_many_calls_do_not_wait_for_a_token_one_after_the_other(tmp_path: Path) -> None:
    with Server(GOOD) as vendor, Server(silence) as endpoint:
        env = client_of(tmp_path, vendor.url, endpoint.url)
        ids = "".join(f"c-{each}\n" for each in range(160))
        ended = bounded("get", VENDOR, "-", "--jobs", "32", "-o", "jsonl", env=env, stdin=ids)
        within_bounds(ended, 160 / 32 * SHORT)
        assert len(ended.told) == 160
        assert vendor.requests == []


def test_a_token_that_is_renewed_has_no_time_of_its_own(tmp_path: Path) -> None:
    token = answer(200, '{"access_token": "t", "expires_in": 3600}')
    with Server(refusing(401)) as vendor, Server(token, silence) as endpoint:
        ended = bounded("get", VENDOR, "c-1", env=client_of(tmp_path, vendor.url, endpoint.url))
        within_bounds(ended)
        assert (ended.status, len(vendor.requests)) == (7, 1)
        assert f"{endpoint.address} {LATE}" in ended.err


FOREIGN: dict[str, bytes] = {
    "a firewall's 403": answer(403, "<html><h1>Blocked</h1></html>"),
    "a balancer's 404": answer(404, "<html>no route</html>"),
    "a gateway's JSON": answer(404, '{"timestamp": 1, "status": 404, "error": "Not Found", "path": "/token"}'),
    "a gateway's 401": answer(401, '{"message": "Unauthorized"}'),
    "a captive portal's page": answer(200, "<html>Welcome to the Wi-Fi</html>"),
    "nothing at all": answer(200),
    "a list": answer(200, "[]"),
    "a word": answer(405, "Method Not Allowed"),
    "maintenance": answer(200, '{"status": "maintenance"}'),
    "a redirect": answer(302, given={"Location": "https://portal.example.com/"}),
    "a filter's JSON": answer(403, '{"error": "Forbidden", "error_description": "Request blocked by web filter"}'),
}
REASONS: dict[str, tuple[bytes, str]] = {
    "a 400": (answer(400, '{"error": "invalid_client", "error_description": "It has expired"}'), "It has expired"),
    "a 200": (answer(200, '{"error": "invalid_client", "error_description": "It has expired"}'), "It has expired"),
    "a 200 without a description": (answer(200, '{"error": "invalid_grant"}'), "invalid_grant"),
    "a 201": (answer(201, '{"error": "invalid_client", "error_description": "It has expired"}'), "It has expired"),
    "a 402": (answer(402, '{"error": "invalid_client", "error_description": "It has expired"}'), "It has expired"),
    "capitals": (answer(200, '{"error": "INVALID_CLIENT"}'), "INVALID_CLIENT"),
    "an object": (answer(200, '{"error": {"message": "Client locked"}}'), "locked"),
    "a code of the vendor's own": (answer(400, '{"error": "E17", "error_description": "Client locked"}'), "locked"),
    "no code": (answer(400, '{"error_description": "Client locked"}'), "locked"),
}


class TestTokenEndpoint:
    """What it says is about the credentials; what somebody says in its place is not."""

    @pytest.mark.parametrize("page", FOREIGN)
    def test_a_foreign_page_says_nothing_of_the_credentials(self, page: str, tmp_path: Path) -> None:
        with Server(GOOD) as vendor, Server(FOREIGN[page]) as endpoint:
            env = client_of(tmp_path, vendor.url, endpoint.url)
            said = failure(callinspect("get", VENDOR, "c-1", env=env), 7)
            assert "check token_url" in said
            assert "credentials" not in said
            assert vendor.requests == []

    def test_where_it_is_at_the_base_url_that_is_to_be_checked(self, tmp_path: Path) -> None:
        with Server(FOREIGN["a firewall's 403"]) as server:
            env = client_of_webex(tmp_path, server.url)
            assert "check base_url" in failure(callinspect("get", "webex", "c-1", env=env), 7)

    @pytest.mark.parametrize("page", ["a firewall's 403", "a captive portal's page"])
    def test_such_a_page_is_not_held_against_the_calls_after_it(self, page: str, tmp_path: Path) -> None:
        with Chooser(call) as vendor, Server(FOREIGN[page], token()) as endpoint:
            env = client_of(tmp_path, vendor.url, endpoint.url)
            done = callinspect("get", VENDOR, "-", "--jobs", "1", env=env, stdin=lines(5))
            assert (done.returncode, done.stdout.count(b"\n"), done.stderr.count(b"error: ")) == (9, 4, 1)

    def test_such_a_page_does_not_end_a_wait(self, tmp_path: Path) -> None:
        ended = answer(200, json.dumps(json.loads(body()) | {"state": "disconnected"}))
        with Server(ended) as vendor, Server(*[FOREIGN["a firewall's 403"]] * 3, token()) as endpoint:
            env = client_of(tmp_path, vendor.url, endpoint.url)
            done = callinspect("wait", VENDOR, "c-1", "--interval", "0.1", "-f", "state", env=env)
            assert (done.returncode, done.stdout) == (0, b"ended\n")

    @pytest.mark.parametrize("case", REASONS)
    def test_a_refusal_is_told_with_its_reason_whatever_its_status(self, case: str, tmp_path: Path) -> None:
        refused, reason = REASONS[case]
        with Server(GOOD) as vendor, Server(refused) as endpoint:
            env = client_of(tmp_path, vendor.url, endpoint.url)
            said = failure(callinspect("get", VENDOR, "c-1", env=env), 4)
            assert reason in said
            assert "CALLINSPECT_BANDWIDTH_CLIENT_ID and CALLINSPECT_BANDWIDTH_CLIENT_SECRET were refused" in said

    @pytest.mark.parametrize(
        "sent",
        [
            f"access_token={PASSWORD}k7Qz&token_type=bearer",
            f'{{"access_token":"{PASSWORD}k7Qz","exp',
            f"{PASSWORD}k7Qz",
            f'"{PASSWORD}k7Qz"',
            f'["{PASSWORD}k7Qz"]',
        ],
    )
    @pytest.mark.parametrize("status", [200, 400, 404])
    def test_what_may_be_a_token_is_not_repeated(self, status: int, sent: str, tmp_path: Path) -> None:
        with Server(GOOD) as vendor, Server(answer(status, sent)) as endpoint:
            env = client_of(tmp_path, vendor.url, endpoint.url)
            assert "k7Qz" not in failure(callinspect("get", VENDOR, "c-1", env=env), 7)

    def test_an_endpoint_out_of_order_is_not_about_credentials(self, tmp_path: Path) -> None:
        broken = answer(400, '{"error": "temporarily_unavailable", "error_description": "Back soon"}')
        with Server(GOOD) as vendor, Server(broken) as endpoint:
            env = client_of(tmp_path, vendor.url, endpoint.url)
            assert "credentials" not in failure(callinspect("get", VENDOR, "c-1", env=env), 7)

    @pytest.mark.parametrize("refresh", ["", " ", None, False])
    def test_an_empty_refresh_token_is_none(self, refresh: object, tmp_path: Path) -> None:
        with Server(GOOD) as vendor, Server(token(refresh_token=refresh)) as endpoint:
            env = client_of(tmp_path, vendor.url, endpoint.url)
            assert callinspect("get", VENDOR, "c-1", env=env).returncode == 0

    @pytest.mark.parametrize("lifetime", [60, "60", 0, -1, None, "soon", True])
    def test_one_token_serves_many_calls(self, lifetime: object, tmp_path: Path) -> None:
        with Chooser(call) as vendor, Server(token(lifetime=lifetime)) as endpoint:
            env = client_of(tmp_path, vendor.url, endpoint.url)
            assert callinspect("get", VENDOR, "-", env=env, stdin=lines(40)).returncode == 0
            assert len(endpoint.requests) == 1

    def test_a_token_of_seconds_is_renewed_as_it_ends(self, tmp_path: Path) -> None:
        with Chooser(call) as vendor, Chooser(lambda _: token(len(endpoint.requests), lifetime=2)) as endpoint:
            env = client_of(tmp_path, vendor.url, endpoint.url)
            arguments = ("get", VENDOR, "-", "--rate", "10/s")
            assert callinspect(*arguments, env=env, stdin=lines(30)).returncode == 0
            bought, seconds = len(endpoint.requests), max(vendor.times) - min(endpoint.times)
            assert 2 <= bought <= 2 + seconds
            last = {header(each, "authorization") for each in vendor.requests[-3:]}
            assert last <= {f"Bearer token-number-{number}" for number in (bought - 1, bought)}


class TestInterruption:
    """While a token endpoint is silent: Ctrl-C ends the run."""

    @pytest.mark.parametrize(
        ("provider", "words"),
        [
            (VENDOR, ("get", VENDOR, "c-1")),
            (VENDOR, ("get", VENDOR, "-")),
            (VENDOR, ("list", VENDOR)),
            (VENDOR, ("watch", VENDOR, "c-1")),
            # The answer may hold the next refresh token, so that it is waited for as long as a call may take.
            ("webex", ("--timeout", "2", "get", "webex", "c-1")),
            ("webex", ("--timeout", "2", "get", "webex", "-")),
        ],
        ids=lambda value: " ".join(value) if isinstance(value, tuple) else value,
    )
    def test_it_ends_the_run(self, provider: str, words: tuple[str, ...], tmp_path: Path) -> None:
        with Server(silence) as server:
            env = CLIENTS[provider](tmp_path, server.url)
            program = [str(SCRIPTS / "callinspect"), *words]
            with subprocess.Popen(program, env=env, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
                assert process.stdin
                process.stdin.write(lines(100).encode())
                process.stdin.close()
                while not server.requests and process.poll() is None:
                    time.sleep(0.01)
                process.send_signal(signal.SIGINT)
                assert process.wait(timeout=LEEWAY) == 130
