"""An account and its vendor over many calls: refusals, token endpoints, long waits, and time that stood still."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest
from kit.program import PASSWORD, SCRIPTS, callinspect, env_of, environment, error, failure
from kit.servers import GOOD, Answer, Chooser, Server, after, answer, body, header, refusing, silence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from socket import socket

Env = dict[str, str]
Done = subprocess.CompletedProcess[bytes]

REFUSED = refusing(401, "Invalid credentials")


def lines(count: int) -> str:
    return "".join(f"c-{number}\n" for number in range(count))


def asked_for(request: bytes) -> str:
    """Return the id of the call that is asked for."""
    return request.split(b" ")[1].decode().rpartition("/")[2]


def call(request: bytes) -> bytes:
    """Return the call that is asked for."""
    return answer(200, body(asked_for(request)))


def told(done: Done) -> list[Any]:
    """Return what every failure says."""
    return [json.loads(line)["error"] for line in done.stderr.splitlines()]


def client_of(home: Path, vendor: str, tokens: str) -> Env:
    """Return the environment of a client of Bandwidth, which buys tokens there."""
    return environment(
        home,
        CALLINSPECT_BANDWIDTH_BASE_URL=f"{vendor}/api/v2",
        CALLINSPECT_BANDWIDTH_TOKEN_URL=f"{tokens}/token",
        CALLINSPECT_BANDWIDTH_ACCOUNT_ID="5555555",
        CALLINSPECT_BANDWIDTH_CLIENT_ID="client",
        CALLINSPECT_BANDWIDTH_CLIENT_SECRET=PASSWORD,
    )


def token(number: int = 0, lifetime: object = 3600, **more: object) -> bytes:
    return answer(200, json.dumps({"access_token": f"token-number-{number}", "expires_in": lifetime} | more))


class TestRefusedCredentials:
    """Tried a few times in all, and not once a call."""

    @pytest.mark.parametrize("jobs", ["1", "8", "64"])
    def test_a_wrong_password_is_tried_three_times_for_many_calls(self, jobs: str, tmp_path: Path) -> None:
        with Server(REFUSED) as server:
            env = env_of(tmp_path, server.url)
            done = callinspect("get", "bandwidth", "-", "-o", "jsonl", "--jobs", jobs, env=env, stdin=lines(100))
            assert (done.returncode, len(told(done))) == (4, 100)
            assert len(server.requests) == 3
            last = told(done)[-1]
            assert last["message"] == "not asked, since the credentials were refused: “Invalid credentials”"
            assert [each["call_id"] for each in told(done)] == lines(100).split()
            assert (last["code"], last["http_status"], last["call_id"]) == ("auth_rejected", 401, "c-99")

    def test_fresh_tokens_that_are_refused_are_bought_three_times_only(self, tmp_path: Path) -> None:
        with Server(REFUSED) as vendor, Server(token()) as endpoint:
            env = client_of(tmp_path, vendor.url, endpoint.url)
            done = callinspect("get", "bandwidth", "-", env=env, stdin=lines(100))
            assert done.returncode == 4
            assert len(endpoint.requests) <= 4
            assert len(vendor.requests) <= 6

    def test_a_password_that_is_changed_meanwhile_ends_the_run(self, tmp_path: Path) -> None:
        def choose(request: bytes) -> Answer:
            return call(request) if len(server.requests) <= 50 else REFUSED

        with Chooser(choose) as server:
            env = env_of(tmp_path, server.url)
            done = callinspect("get", "bandwidth", "-", "--jobs", "4", env=env, stdin=lines(200))
            assert (done.returncode, done.stdout.count(b"\n")) == (9, 50)
            assert 56 <= len(server.requests) <= 64

    def test_credentials_that_are_refused_slowly_are_tried_as_seldom(self, tmp_path: Path) -> None:
        with Server(later(2.5, REFUSED)) as server:
            env = env_of(tmp_path, server.url)
            done = callinspect("get", "bandwidth", "-", "--jobs", "64", env=env, stdin=lines(100))
            assert (done.returncode, len(server.requests)) == (4, 3)

    @pytest.mark.parametrize("jobs", ["1", "8"])
    def test_a_foreign_page_in_answer_to_credentials_is_no_reason_to_send_them_on_and_on(
        self, jobs: str, tmp_path: Path
    ) -> None:
        with Server(answer(401, "<html>Log in</html>", {"WWW-Authenticate": "Basic"})) as server:
            env = env_of(tmp_path, server.url)
            done = callinspect("get", "bandwidth", "-", "--jobs", jobs, env=env, stdin=lines(100))
            assert (done.returncode, len(server.requests)) == (7, 3)

    def test_refusals_that_were_under_way_together_count_once(self, tmp_path: Path) -> None:
        def choose(request: bytes) -> Answer:
            return later(0.3, REFUSED if 20 < len(server.requests) <= 28 else call(request))

        with Chooser(choose) as server:
            env = env_of(tmp_path, server.url)
            done = callinspect("get", "bandwidth", "-", "--jobs", "8", env=env, stdin=lines(60))
            assert done.returncode == 9
            assert done.stdout.count(b"\n") >= 51

    def test_one_call_that_is_refused_is_no_reason_for_a_token_a_call(self, tmp_path: Path) -> None:
        def choose(request: bytes) -> Answer:
            return REFUSED if int(asked_for(request)[2:]) % 2 else call(request)

        with Chooser(choose) as vendor, Chooser(lambda _: token(len(endpoint.requests))) as endpoint:
            env = client_of(tmp_path, vendor.url, endpoint.url)
            done = callinspect("get", "bandwidth", "-", "--jobs", "4", env=env, stdin=lines(80))
            assert (done.returncode, done.stdout.count(b"\n")) == (9, 40)
            assert len(endpoint.requests) <= 5

    def test_a_refused_client_is_told_of_every_call_by_its_own_name(self, tmp_path: Path) -> None:
        refused = answer(401, '{"error": "invalid_client", "error_description": "It has expired"}')
        with Server(GOOD) as vendor, Server(refused) as endpoint:
            env = client_of(tmp_path, vendor.url, endpoint.url)
            done = callinspect("get", "bandwidth", "-", "-o", "jsonl", env=env, stdin=lines(20))
            assert [each["call_id"] for each in told(done)] == lines(20).split()
            assert (done.returncode, len(endpoint.requests)) == (4, 1)

    def test_refusals_with_answers_in_between_end_nothing(self, tmp_path: Path) -> None:
        def choose(request: bytes) -> Answer:
            return REFUSED if asked_for(request).endswith(("1", "2")) else call(request)

        with Chooser(choose) as server:
            env = env_of(tmp_path, server.url)
            done = callinspect("get", "bandwidth", "-", "--jobs", "1", env=env, stdin=lines(100))
            assert (done.returncode, len(server.requests)) == (9, 100)

    def test_the_calls_of_another_vendor_go_on(self, tmp_path: Path) -> None:
        def choose(request: bytes) -> Answer:
            basic = (header(request, "authorization") or "").startswith("Basic")
            return REFUSED if basic else answer(200, json.dumps({"id": asked_for(request), "state": "connected"}))

        with Chooser(choose) as server:
            env = env_of(tmp_path, server.url) | {
                "CALLINSPECT_WEBEX_BASE_URL": f"{server.url}/v1",
                "CALLINSPECT_WEBEX_ACCESS_TOKEN": PASSWORD,
            }
            both = "".join(f"bandwidth:c-{number}\nwebex:c-{number}\n" for number in range(30))
            done = callinspect("get", "-", "-f", "provider", env=env, stdin=both)
            assert (done.returncode, done.stdout.split()) == (9, [b"webex"] * 30)

    def test_the_first_request_has_no_more_than_its_own_time_to_itself(self, tmp_path: Path) -> None:
        with Chooser(lambda request: silence if asked_for(request) == "c-0" else call(request)) as server:
            env = env_of(tmp_path, server.url)
            started = time.monotonic()
            done = callinspect("get", "bandwidth", "-", "--timeout", "2", "--unordered", env=env, stdin=lines(40))
            assert (done.returncode, done.stdout.count(b"\n")) == (9, 39)
            assert max(server.times) - min(server.times) < 3
            assert time.monotonic() - started < 8


def later(seconds: float, then: Answer) -> Callable[[socket], None]:
    """Answer after so long."""

    def play(connection: socket) -> None:
        time.sleep(seconds)
        connection.sendall(then) if isinstance(then, bytes) else then(connection)

    return play


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
    def test_a_page_of_somebody_else_s_says_nothing_of_the_credentials(self, page: str, tmp_path: Path) -> None:
        with Server(GOOD) as vendor, Server(FOREIGN[page]) as endpoint:
            env = client_of(tmp_path, vendor.url, endpoint.url)
            said = failure(callinspect("get", "bandwidth", "c-1", env=env), 7)
            assert "check token_url" in said
            assert "credentials" not in said
            assert vendor.requests == []

    def test_where_it_is_at_the_base_url_that_is_to_be_checked(self, tmp_path: Path) -> None:
        with Server(FOREIGN["a firewall's 403"]) as server:
            env = environment(
                tmp_path,
                CALLINSPECT_WEBEX_BASE_URL=f"{server.url}/v1",
                CALLINSPECT_WEBEX_CLIENT_ID="client",
                CALLINSPECT_WEBEX_CLIENT_SECRET=PASSWORD,
                CALLINSPECT_WEBEX_REFRESH_TOKEN="refresh",
            )
            assert "check base_url" in failure(callinspect("get", "webex", "c-1", env=env), 7)

    @pytest.mark.parametrize("page", ["a firewall's 403", "a captive portal's page"])
    def test_such_a_page_is_not_held_against_the_calls_after_it(self, page: str, tmp_path: Path) -> None:
        with Chooser(call) as vendor, Server(FOREIGN[page], token()) as endpoint:
            env = client_of(tmp_path, vendor.url, endpoint.url)
            done = callinspect("get", "bandwidth", "-", "--jobs", "1", env=env, stdin=lines(5))
            assert (done.returncode, done.stdout.count(b"\n"), done.stderr.count(b"\n")) == (9, 4, 1)

    def test_such_a_page_does_not_end_a_wait(self, tmp_path: Path) -> None:
        ended = answer(200, json.dumps(json.loads(body()) | {"state": "disconnected"}))
        with Server(ended) as vendor, Server(*[FOREIGN["a firewall's 403"]] * 3, token()) as endpoint:
            env = client_of(tmp_path, vendor.url, endpoint.url)
            done = callinspect("wait", "bandwidth", "c-1", "--interval", "0.1", "-f", "state", env=env)
            assert (done.returncode, done.stdout) == (0, b"ended\n")

    @pytest.mark.parametrize("case", REASONS)
    def test_a_refusal_is_told_with_its_reason_whatever_its_status(self, case: str, tmp_path: Path) -> None:
        refused, reason = REASONS[case]
        with Server(GOOD) as vendor, Server(refused) as endpoint:
            env = client_of(tmp_path, vendor.url, endpoint.url)
            said = failure(callinspect("get", "bandwidth", "c-1", env=env), 4)
            assert reason in said
            assert "store new credentials" in said

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
            assert "k7Qz" not in failure(callinspect("get", "bandwidth", "c-1", env=env), 7)

    def test_one_that_is_out_of_order_says_nothing_of_the_credentials(self, tmp_path: Path) -> None:
        broken = answer(400, '{"error": "temporarily_unavailable", "error_description": "Back soon"}')
        with Server(GOOD) as vendor, Server(broken) as endpoint:
            env = client_of(tmp_path, vendor.url, endpoint.url)
            assert "credentials" not in failure(callinspect("get", "bandwidth", "c-1", env=env), 7)

    @pytest.mark.parametrize("refresh", ["", " ", None, False])
    def test_an_empty_refresh_token_is_none(self, refresh: object, tmp_path: Path) -> None:
        with Server(GOOD) as vendor, Server(token(refresh_token=refresh)) as endpoint:
            env = client_of(tmp_path, vendor.url, endpoint.url)
            assert callinspect("get", "bandwidth", "c-1", env=env).returncode == 0

    @pytest.mark.parametrize("lifetime", [60, "60", 0, -1, None, "soon", True])
    def test_one_token_serves_many_calls(self, lifetime: object, tmp_path: Path) -> None:
        with Chooser(call) as vendor, Server(token(lifetime=lifetime)) as endpoint:
            env = client_of(tmp_path, vendor.url, endpoint.url)
            assert callinspect("get", "bandwidth", "-", env=env, stdin=lines(40)).returncode == 0
            assert len(endpoint.requests) == 1

    def test_a_token_of_seconds_is_renewed_as_it_ends(self, tmp_path: Path) -> None:
        with Chooser(call) as vendor, Chooser(lambda _: token(len(endpoint.requests), lifetime=2)) as endpoint:
            env = client_of(tmp_path, vendor.url, endpoint.url)
            arguments = ("get", "bandwidth", "-", "--rate", "10/s")
            assert callinspect(*arguments, env=env, stdin=lines(50)).returncode == 0
            assert 2 <= len(endpoint.requests) <= 4
            assert {header(each, "authorization") for each in vendor.requests[-3:]} == {
                f"Bearer token-number-{len(endpoint.requests)}"
            }


def limited(seconds: str) -> bytes:
    return answer(429, given={"Retry-After": seconds})


class TestLongWait:
    """It is the account that waits, not the call."""

    @pytest.mark.parametrize("jobs", ["1", "8"])
    def test_all_hold_back_until_the_vendor_answers_again(self, jobs: str, tmp_path: Path) -> None:
        def choose(request: bytes) -> Answer:
            is_early = time.time() < server.times[0] + 3
            return limited("3") if is_early else call(request)

        with Chooser(choose) as server:
            env = env_of(tmp_path, server.url)
            arguments = ("get", "bandwidth", "-", "--jobs", jobs, "--timeout", "1")
            done = callinspect(*arguments, env=env, stdin=lines(60))
            assert (done.returncode, done.stderr, done.stdout.count(b"\n")) == (0, b"", 60)
            assert len(server.requests) <= 61 + int(jobs)

    def test_a_list_waits_too(self, tmp_path: Path) -> None:
        page = answer(200, f"[{body('c-1')}]", {"Link": "</?page=2>; rel=next"})
        with Server(page, limited("2"), answer(200, f"[{body('c-2')}]")) as server:
            env = env_of(tmp_path, server.url)
            done = callinspect("list", "bandwidth", "-f", "id", "--timeout", "1", env=env)
            assert (done.returncode, done.stdout) == (0, b"c-1\nc-2\n")

    @pytest.mark.parametrize(("named", "seconds"), [("601", 601), ("86400", 86_400)])
    def test_where_it_is_too_long_the_rest_is_not_asked(self, named: str, seconds: int, tmp_path: Path) -> None:
        def choose(request: bytes) -> Answer:
            return limited(named) if asked_for(request) == "c-5" else call(request)

        with Chooser(choose) as server:
            env = env_of(tmp_path, server.url)
            done = callinspect("get", "bandwidth", "-", "-o", "jsonl", "--jobs", "1", env=env, stdin=lines(100))
            assert (done.returncode, len(server.requests), len(told(done))) == (9, 6, 95)
            assert all(seconds - 10 < each["retry_after"] <= seconds for each in told(done))
            assert {each["code"] for each in told(done)} == {"rate_limited"}
            assert told(done)[-1]["message"].startswith("not asked, since the account is over its limit")

    def test_one_call_does_not_wait_that_long(self, tmp_path: Path) -> None:
        with Server(limited("3"), GOOD) as server:
            done = callinspect("get", "bandwidth", "c-1", "--timeout", "1", env=env_of(tmp_path, server.url))
            assert "it answers again in 3 s" in failure(done, 6)

    @pytest.mark.parametrize("named", ["2", "0", "soon"])
    @pytest.mark.parametrize("timeout", ["1", "30"])
    def test_a_token_endpoint_s_wait_is_the_account_s_too(self, named: str, timeout: str, tmp_path: Path) -> None:
        def choose(_request: bytes) -> Answer:
            return limited(named) if time.time() < endpoint.times[0] + 0.2 else token()

        with Chooser(call) as vendor, Chooser(choose) as endpoint:
            env = client_of(tmp_path, vendor.url, endpoint.url)
            done = callinspect("get", "bandwidth", "-", "--timeout", timeout, env=env, stdin=lines(20))
            assert (done.returncode, done.stdout.count(b"\n")) == (0, 20), done.stderr
            assert len(endpoint.requests) <= 5

    def test_one_call_waits_for_a_token_as_long_as_it_may_take(self, tmp_path: Path) -> None:
        with Server(GOOD) as vendor, Server(limited("1"), limited("0"), token()) as endpoint:
            env = client_of(tmp_path, vendor.url, endpoint.url)
            assert callinspect("get", "bandwidth", "c-1", env=env).returncode == 0

    def test_turns_are_given_anew_after_a_pause(self, tmp_path: Path) -> None:
        def choose(request: bytes) -> Answer:
            is_early = time.time() < server.times[0] + 2
            return later(0.2, limited("2") if is_early and len(server.times) > 1 else call(request))

        with Chooser(choose) as server:
            env = env_of(tmp_path, server.url)
            arguments = ("get", "bandwidth", "-", "--jobs", "16", "--rate", "10/s")
            assert callinspect(*arguments, env=env, stdin=lines(40)).returncode == 0
            after_it = [each for each in server.times if each > server.times[0] + 2]
            assert all(later - sooner > 0.05 for sooner, later in itertools.pairwise(after_it))

    def test_calls_that_are_not_found_are_answers_too(self, tmp_path: Path) -> None:
        def choose(request: bytes) -> Answer:
            number = int(asked_for(request)[2:])
            is_limited = number % 10 == 5 and requests.count(number) == 0
            requests.append(number)
            return limited("2") if is_limited else refusing(404)

        requests: list[int] = []
        with Chooser(choose) as server:
            env = env_of(tmp_path, server.url)
            arguments = ("get", "bandwidth", "-", "--jobs", "1", "--timeout", "1", "-o", "jsonl")
            done = callinspect(*arguments, env=env, stdin=lines(30))
            assert {each["code"] for each in told(done)} == {"not_found"}


SLOW_KEYRING = """
import os, time
from pathlib import Path
from keyring.backend import KeyringBackend

class Slow(KeyringBackend):
    priority = 1
    name = "slow"

    def get_password(self, service, username):
        Path(os.environ["ITEM"]).with_name("asked").touch()
        time.sleep(0.7)
        return Path(os.environ["ITEM"]).read_text()

    def set_password(self, service, username, password):
        pass
"""


@contextmanager
def running(*arguments: str, env: Env) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([str(SCRIPTS / "callinspect"), *arguments], env=env, stdout=-1, stderr=-1)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def until(is_so: Callable[[], object]) -> None:
    ends = time.monotonic() + 10
    while not is_so():
        assert time.monotonic() < ends
        time.sleep(0.02)


class TestStopped:
    """A process that stands still for longer than its calls may take, as after Ctrl-Z."""

    @pytest.mark.parametrize("seconds", [2.5, 4.5])
    @pytest.mark.parametrize(
        "fault",
        [silence, later(2, GOOD), after(GOOD[:-5], silence), limited("1")],
        ids=["silent", "late", "half", "a pause"],
    )
    def test_a_call_under_way_is_not_lost(self, fault: Answer, seconds: float, tmp_path: Path) -> None:
        with (
            Server(fault, GOOD) as server,
            running("get", "bandwidth", "c-1", "--timeout", "1.5", env=env_of(tmp_path, server.url)) as process,
        ):
            until(lambda: server.requests)
            os.kill(process.pid, signal.SIGSTOP)
            time.sleep(seconds)
            os.kill(process.pid, signal.SIGCONT)
            out, said = process.communicate(timeout=10)
            assert (process.returncode, json.loads(out)["id"], said) == (0, "c-1", b"")

    def test_a_request_for_a_token_is_not_lost(self, tmp_path: Path) -> None:
        with (
            Server(GOOD) as vendor,
            Server(silence, token()) as endpoint,
            running(
                "get", "bandwidth", "c-1", "--timeout", "1.5", env=client_of(tmp_path, vendor.url, endpoint.url)
            ) as process,
        ):
            until(lambda: endpoint.requests)
            os.kill(process.pid, signal.SIGSTOP)
            time.sleep(4)
            os.kill(process.pid, signal.SIGCONT)
            out, _ = process.communicate(timeout=10)
            assert (process.returncode, json.loads(out)["id"]) == (0, "c-1")

    def test_a_token_that_came_meanwhile_is_taken(self, tmp_path: Path) -> None:
        def slowly(connection: socket) -> None:
            time.sleep(2)
            connection.sendall(token())

        with (
            Server(GOOD) as vendor,
            Server(slowly, REFUSED) as endpoint,
            running(
                "get", "bandwidth", "c-1", "--timeout", "1.5", env=client_of(tmp_path, vendor.url, endpoint.url)
            ) as process,
        ):
            until(lambda: endpoint.requests)
            os.kill(process.pid, signal.SIGSTOP)
            time.sleep(4.5)
            os.kill(process.pid, signal.SIGCONT)
            out, _ = process.communicate(timeout=10)
            assert (process.returncode, json.loads(out)["id"], len(endpoint.requests)) == (0, "c-1", 1)

    def test_a_keyring_that_answers_meanwhile_is_heard(self, tmp_path: Path) -> None:
        (tmp_path / "slow.py").write_text(SLOW_KEYRING, encoding="utf-8")
        with Server(GOOD) as server:
            item = {"account_id": "1", "username": "u", "password": PASSWORD, "base_url": f"{server.url}/api/v2"}
            (tmp_path / "item").write_text(json.dumps(item), encoding="utf-8")
            env = environment(
                tmp_path,
                PYTHONPATH=str(tmp_path),
                PYTHON_KEYRING_BACKEND="slow.Slow",
                CALLINSPECT_KEYRING_TIMEOUT="1.5",
                ITEM=str(tmp_path / "item"),
            )
            with running("get", "bandwidth", "c-1", env=env) as process:
                until((tmp_path / "asked").exists)
                os.kill(process.pid, signal.SIGSTOP)
                time.sleep(4)
                os.kill(process.pid, signal.SIGCONT)
                out, said = process.communicate(timeout=10)
                assert (process.returncode, said) == (0, b""), said
                assert json.loads(out)["id"] == "c-1"


def test_an_error_of_a_call_that_was_not_asked_has_its_hint(tmp_path: Path) -> None:
    with Server(REFUSED) as server:
        done = callinspect("get", "bandwidth", "-", "-o", "jsonl", env=env_of(tmp_path, server.url), stdin=lines(5))
        assert {each["hint"] for each in told(done)} == {"callinspect auth status bandwidth says where they come from"}
        assert error(callinspect("get", "bandwidth", "c-1", "-o", "json", env=env_of(tmp_path, server.url)), 4)
