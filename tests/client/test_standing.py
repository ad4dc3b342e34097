"""An account and its vendor over many calls: refused credentials and long waits."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING

import pytest
from kit.many_calls import REFUSED, asked_for, call, lines, token, told
from kit.program import PASSWORD, VENDOR, callinspect, client_of, env_of, error, failure
from kit.servers import GOOD, Answer, Chooser, Server, answer, body, header, later, limited, refusing, silence

if TYPE_CHECKING:
    from pathlib import Path


class TestRefusedCredentials:
    """Tried a few times in all, and not once a call."""

    @pytest.mark.parametrize("jobs", ["1", "8", "64"])
    def test_a_wrong_password_is_tried_three_times_for_many_calls(self, jobs: str, tmp_path: Path) -> None:
        with Server(REFUSED) as server:
            env = env_of(tmp_path, server.url)
            done = callinspect("get", VENDOR, "-", "-o", "jsonl", "--jobs", jobs, env=env, stdin=lines(100))
            assert (done.returncode, len(told(done))) == (4, 100)
            assert len(server.requests) == 3
            last = told(done)[-1]
            assert last["message"] == "skipped because the credentials were refused: “Invalid credentials”"
            assert [each["call_id"] for each in told(done)] == lines(100).split()
            assert (last["code"], last["http_status"], last["call_id"]) == ("auth_rejected", 401, "c-99")

    def test_refused_fresh_tokens_are_bought_three_times_only(self, tmp_path: Path) -> None:
        with Server(REFUSED) as vendor, Server(token()) as endpoint:
            env = client_of(tmp_path, vendor.url, endpoint.url)
            done = callinspect("get", VENDOR, "-", env=env, stdin=lines(100))
            assert done.returncode == 4
            assert len(endpoint.requests) <= 4
            assert len(vendor.requests) <= 6

    def test_a_password_that_is_changed_meanwhile_ends_the_run(self, tmp_path: Path) -> None:
        def choose(request: bytes) -> Answer:
            return call(request) if len(server.requests) <= 50 else REFUSED

        with Chooser(choose) as server:
            env = env_of(tmp_path, server.url)
            done = callinspect("get", VENDOR, "-", "-f", "id", "--jobs", "4", env=env, stdin=lines(200))
            assert (done.returncode, done.stdout.count(b"\n")) == (9, 50)
            assert 54 <= len(server.requests) <= 62
            asked = [asked_for(each) for each in server.requests]
            (again,) = {each for each in asked if asked.count(each) > 1}
            assert again in done.stdout.decode().split()  # which was accepted: to make sure

    def test_credentials_that_are_refused_slowly_are_tried_as_seldom(self, tmp_path: Path) -> None:
        with Server(later(1.5, REFUSED)) as server:
            env = env_of(tmp_path, server.url)
            done = callinspect("get", VENDOR, "-", "--jobs", "64", env=env, stdin=lines(100))
            assert (done.returncode, len(server.requests)) == (4, 3)

    @pytest.mark.parametrize("jobs", ["1", "8"])
    def test_a_foreign_401_does_not_have_credentials_sent_on(self, jobs: str, tmp_path: Path) -> None:
        with Server(answer(401, "<html>Log in</html>", {"WWW-Authenticate": "Basic"})) as server:
            env = env_of(tmp_path, server.url)
            done = callinspect("get", VENDOR, "-", "--jobs", jobs, env=env, stdin=lines(100))
            assert (done.returncode, len(server.requests)) == (7, 3)

    def test_refusals_that_were_under_way_together_count_once(self, tmp_path: Path) -> None:
        def choose(request: bytes) -> Answer:
            return later(0.3, REFUSED if 20 < len(server.requests) <= 28 else call(request))

        with Chooser(choose) as server:
            env = env_of(tmp_path, server.url)
            done = callinspect("get", VENDOR, "-", "--jobs", "8", env=env, stdin=lines(60))
            assert done.returncode == 9
            assert done.stdout.count(b"\n") >= 51

    def test_one_refused_call_does_not_cost_a_token_a_call(self, tmp_path: Path) -> None:
        def choose(request: bytes) -> Answer:
            return REFUSED if int(asked_for(request)[2:]) % 2 else call(request)

        with Chooser(choose) as vendor, Chooser(lambda _: token(len(endpoint.requests))) as endpoint:
            env = client_of(tmp_path, vendor.url, endpoint.url)
            done = callinspect("get", VENDOR, "-", "--jobs", "4", env=env, stdin=lines(80))
            assert (done.returncode, done.stdout.count(b"\n")) == (9, 40)
            assert len(endpoint.requests) <= 5

    @pytest.mark.parametrize("jobs", ["1", "8", "64"])
    def test_calls_of_another_account_end_nothing_however_many(self, jobs: str, tmp_path: Path) -> None:
        def choose(request: bytes) -> Answer:
            return call(request) if int(asked_for(request)[2:]) % 20 == 0 else REFUSED

        with Chooser(choose) as server:
            env = env_of(tmp_path, server.url)
            done = callinspect("get", VENDOR, "-", "-f", "id", "--jobs", jobs, env=env, stdin=lines(300))
            assert (done.returncode, done.stdout.split()) == (9, lines(300).encode().split()[::20])
            assert b"skipped" not in done.stderr
            assert len(server.requests) <= 300 + 300 / 3

    def test_a_refused_client_is_told_of_every_call_by_its_own_name(self, tmp_path: Path) -> None:
        refused = answer(401, '{"error": "invalid_client", "error_description": "It has expired"}')
        with Server(GOOD) as vendor, Server(refused) as endpoint:
            env = client_of(tmp_path, vendor.url, endpoint.url)
            done = callinspect("get", VENDOR, "-", "-o", "jsonl", env=env, stdin=lines(20))
            assert [each["call_id"] for each in told(done)] == lines(20).split()
            assert (done.returncode, len(endpoint.requests)) == (4, 1)

    def test_refusals_with_answers_in_between_end_nothing(self, tmp_path: Path) -> None:
        def choose(request: bytes) -> Answer:
            return REFUSED if asked_for(request).endswith(("1", "2")) else call(request)

        with Chooser(choose) as server:
            env = env_of(tmp_path, server.url)
            done = callinspect("get", VENDOR, "-", "--jobs", "1", env=env, stdin=lines(100))
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

    def test_the_first_request_is_alone_for_its_own_time_only(self, tmp_path: Path) -> None:
        with Chooser(lambda request: silence if asked_for(request) == "c-0" else call(request)) as server:
            env = env_of(tmp_path, server.url)
            done = callinspect("get", VENDOR, "-", "--timeout", "2", "--unordered", env=env, stdin=lines(40))
            assert (done.returncode, done.stdout.count(b"\n")) == (9, 39)
            # Its own time is 2 s; to find out about credentials a request would have 10 s to itself.
            assert max(server.times) - min(server.times) < 9


class TestLongWait:
    """It is the account that waits, not the call."""

    @pytest.mark.parametrize("jobs", ["1", "8"])
    def test_all_hold_back_until_the_vendor_answers_again(self, jobs: str, tmp_path: Path) -> None:
        def choose(request: bytes) -> Answer:
            is_early = time.time() < server.times[0] + 2
            return limited("2") if is_early else call(request)

        with Chooser(choose) as server:
            env = env_of(tmp_path, server.url)
            arguments = ("get", VENDOR, "-", "--jobs", jobs, "--timeout", "1")
            done = callinspect(*arguments, env=env, stdin=lines(60))
            assert (done.returncode, done.stderr, done.stdout.count(b"\n")) == (0, b"", 60)
            assert len(server.requests) <= 61 + int(jobs)

    def test_a_list_waits_for_a_rate_limit_too(self, tmp_path: Path) -> None:
        page = answer(200, f"[{body('c-1')}]", {"Link": "</?page=2>; rel=next"})
        with Server(page, limited("2"), answer(200, f"[{body('c-2')}]")) as server:
            env = env_of(tmp_path, server.url)
            done = callinspect("list", VENDOR, "-f", "id", "--timeout", "1", env=env)
            assert (done.returncode, done.stdout) == (0, b"c-1\nc-2\n")

    @pytest.mark.parametrize(("named", "seconds"), [("601", 601), ("86400", 86_400)])
    def test_where_it_is_too_long_the_rest_is_not_asked(self, named: str, seconds: int, tmp_path: Path) -> None:
        def choose(request: bytes) -> Answer:
            return limited(named) if asked_for(request) == "c-5" else call(request)

        with Chooser(choose) as server:
            env = env_of(tmp_path, server.url)
            done = callinspect("get", VENDOR, "-", "-o", "jsonl", "--jobs", "1", env=env, stdin=lines(100))
            assert (done.returncode, len(server.requests), len(told(done))) == (9, 6, 95)
            assert all(seconds - 10 < each["retry_after"] <= seconds for each in told(done))
            assert {each["code"] for each in told(done)} == {"rate_limited"}
            assert told(done)[-1]["message"].startswith("skipped because the account is rate limited")

    def test_one_call_does_not_wait_that_long(self, tmp_path: Path) -> None:
        with Server(limited("3"), GOOD) as server:
            done = callinspect("get", VENDOR, "c-1", "--timeout", "1", env=env_of(tmp_path, server.url))
            assert "retry after 3 s" in failure(done, 6)

    @pytest.mark.parametrize("named", ["2", "0", "soon"])
    @pytest.mark.parametrize("timeout", ["1", "30"])
    def test_a_token_endpoint_s_wait_is_the_account_s_too(self, named: str, timeout: str, tmp_path: Path) -> None:
        def choose(_request: bytes) -> Answer:
            return limited(named) if time.time() < endpoint.times[0] + 0.2 else token()

        with Chooser(call) as vendor, Chooser(choose) as endpoint:
            env = client_of(tmp_path, vendor.url, endpoint.url)
            done = callinspect("get", VENDOR, "-", "--timeout", timeout, env=env, stdin=lines(20))
            assert (done.returncode, done.stdout.count(b"\n")) == (0, 20), done.stderr
            assert len(endpoint.requests) <= 5

    def test_one_call_waits_for_a_token_as_long_as_it_may_take(self, tmp_path: Path) -> None:
        with Server(GOOD) as vendor, Server(limited("1"), limited("0"), token()) as endpoint:
            env = client_of(tmp_path, vendor.url, endpoint.url)
            assert callinspect("get", VENDOR, "c-1", env=env).returncode == 0

    def test_turns_are_given_anew_after_a_pause(self, tmp_path: Path) -> None:
        def choose(request: bytes) -> Answer:
            is_early = time.time() < server.times[0] + 2
            return later(0.2, limited("2") if is_early and len(server.times) > 1 else call(request))

        with Chooser(choose) as server:
            env = env_of(tmp_path, server.url)
            arguments = ("get", VENDOR, "-", "--jobs", "16", "--rate", "5/s")
            assert callinspect(*arguments, env=env, stdin=lines(16)).returncode == 0
            after_it = [each for each in server.times if each > server.times[0] + 2]
            # Seen here as late as a busy machine gets to it: each may be late, all together are not.
            assert max(after_it) - min(after_it) > (len(after_it) - 1) * 0.2 / 2 > 1

    def test_calls_that_are_not_found_are_answers_too(self, tmp_path: Path) -> None:
        def choose(request: bytes) -> Answer:
            number = int(asked_for(request)[2:])
            is_limited = number % 10 == 5 and requests.count(number) == 0
            requests.append(number)
            return limited("2") if is_limited else refusing(404)

        requests: list[int] = []
        with Chooser(choose) as server:
            env = env_of(tmp_path, server.url)
            arguments = ("get", VENDOR, "-", "--jobs", "1", "--timeout", "1", "-o", "jsonl")
            done = callinspect(*arguments, env=env, stdin=lines(20))
            assert {each["code"] for each in told(done)} == {"not_found"}


def test_an_error_of_a_call_that_was_not_asked_has_its_hint(tmp_path: Path) -> None:
    with Server(REFUSED) as server:
        done = callinspect("get", VENDOR, "-", "-o", "jsonl", env=env_of(tmp_path, server.url), stdin=lines(5))
        refused = "the credentials in CALLINSPECT_BANDWIDTH_USERNAME and CALLINSPECT_BANDWIDTH_PASSWORD were refused"
        assert all(refused in each["hint"] for each in told(done))
        assert error(callinspect("get", VENDOR, "c-1", "-o", "json", env=env_of(tmp_path, server.url)), 4)
