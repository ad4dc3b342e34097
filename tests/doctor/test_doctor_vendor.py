"""What a vendor says: of the credentials, of the time, of how many requests are left."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import jwt
import pytest
from kit.bounds import LEEWAY
from kit.checkups import WELL, doctor
from kit.program import CLIENTS, VENDOR, client_of, env_of, environment
from kit.servers import WITH_ZONE, Chooser, Server, answer, contexts, limited, refusing, silence

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import trustme

DAY = 86_400


def said_at(ahead: float) -> Callable[[bytes], bytes]:
    """Return what answers as a vendor does whose clock is so many seconds ahead."""

    def answered(_request: bytes) -> bytes:
        date = time.strftime(WITH_ZONE, time.gmtime(time.time() + ahead))
        return answer(200, '{"currentCallQueueSize": 0}', {"Date": date})

    return answered


class TestClocks:
    @pytest.mark.parametrize(
        ("ahead", "said"),
        [(120, r"this machine's clock is (2 min|1 min 5\d s) behind Bandwidth Voice v2's"), (-DAY, "is 24 h ahead of")],
    )
    def test_one_that_is_minutes_off_fails(self, ahead: float, said: str, tmp_path: Path) -> None:
        with Chooser(said_at(ahead + 0.5)) as server:
            done = doctor(VENDOR, env=env_of(tmp_path, server.url))
        summary, remedy = done.failure("clock", 10)
        assert re.search(said, summary), summary
        assert remedy.startswith("set it: ")
        assert done["accepted"]["status"] == "ok"

    def test_one_that_is_seconds_off_warns(self, tmp_path: Path) -> None:
        with Chooser(said_at(30)) as server:
            done = doctor(VENDOR, env=env_of(tmp_path, server.url))
        assert "s behind" in done.warning("clock")[0]

    def test_one_that_is_right_is_ok(self, tmp_path: Path) -> None:
        with Chooser(said_at(0)) as server:
            assert doctor(VENDOR, env=env_of(tmp_path, server.url))["clock"]["status"] == "ok"

    def test_a_refusal_tells_the_time_as_well(self, tmp_path: Path) -> None:
        date = time.strftime(WITH_ZONE, time.gmtime(time.time() + 300))
        with Server(refusing(401, given={"Date": date})) as server:
            done = doctor(VENDOR, env=env_of(tmp_path, server.url))
        assert done.wrong == ["clock", "accepted"]
        assert done.status == 10, "the first one that fails says how the run ends"


class TestAcceptance:
    def test_refused_credentials_are_named_by_where_they_are(self, tmp_path: Path) -> None:
        with Server(refusing(401, "no such user")) as server:
            done = doctor(VENDOR, env=env_of(tmp_path, server.url))
        said, remedy = done.failure("accepted", 4)
        assert said == "“no such user” (HTTP 401)"
        assert "CALLINSPECT_BANDWIDTH_USERNAME and CALLINSPECT_BANDWIDTH_PASSWORD were refused" in remedy
        assert f"callinspect auth status {VENDOR}" in remedy
        assert done["http"]["summary"].startswith("Bandwidth Voice v2 answered with HTTP 401")

    def test_a_permission_that_is_missing_ends_with_5(self, tmp_path: Path) -> None:
        with Server(refusing(403, "no permission")) as server:
            said, remedy = doctor(VENDOR, env=env_of(tmp_path, server.url)).failure("accepted", 5)
        assert said == "“no permission” (HTTP 403)"
        assert "account_id is 5555555, from CALLINSPECT_BANDWIDTH_ACCOUNT_ID" in remedy

    @pytest.mark.parametrize("vendor", CLIENTS)
    def test_refused_clients_are_named_by_where_they_are(self, vendor: str, tmp_path: Path) -> None:
        with Server(answer(401, '{"error": "invalid_client"}')) as server:
            done = doctor(vendor, env=CLIENTS[vendor](tmp_path, server.url))
        assert f"CALLINSPECT_{vendor}_CLIENT_SECRET".upper() in done.failure("accepted", 4)[1]

    def test_an_expired_token_is_told_before_it_is_refused(self, tmp_path: Path) -> None:
        token = jwt.encode({"iat": 1_700_000_000, "exp": 1_700_003_600}, "k" * 32)
        with Server(answer(401, '{"message": "expired", "trackingId": "t-1"}')) as server:
            env = environment(
                tmp_path, CALLINSPECT_WEBEX_BASE_URL=f"{server.url}/v1", CALLINSPECT_WEBEX_ACCESS_TOKEN=token
            )
            done = doctor("webex", env=env)
        assert "the token expired" in done["credentials"]["summary"]
        assert done["credentials"]["remedy"] == "log in again: callinspect auth login webex"
        assert "the token expired" in done.failure("accepted", 4)[1]

    def test_a_page_in_the_vendor_s_place_is_not_its_word(self, tmp_path: Path) -> None:
        page = answer(403, "<html>no</html>", {"Content-Type": "text/html"})
        with Server(page) as server:
            done = doctor(VENDOR, env=env_of(tmp_path, server.url))
        assert "base_url" in done.failure("http", 7)[1]
        assert done["accepted"]["summary"] == "not checked, since http failed"

    def test_a_server_that_never_answers_ends_in_time(self, tmp_path: Path) -> None:
        with Server(silence) as server:
            begun = time.monotonic()
            done = doctor(VENDOR, "--timeout", "1", env=env_of(tmp_path, server.url))
        assert time.monotonic() - begun < 1 + LEEWAY
        assert "did not answer within" in done.failure("http", 7)[0]
        assert done["http"]["remedy"] == f"give it more time: callinspect doctor {VENDOR} --timeout 60"


class TestTokenEndpoints:
    def test_one_that_cannot_be_reached_fails_by_its_name(self, closed_port: int, tmp_path: Path) -> None:
        with Server(WELL) as server:
            env = client_of(tmp_path, server.url, f"http://127.0.0.1:{closed_port}")
            done = doctor(VENDOR, env=env)
            said, remedy = done.failure("connect", 7)
            assert said == f"cannot connect to 127.0.0.1:{closed_port}: connection refused"
            assert "the firewall and token_url: curl -v " in remedy
            assert f"tokens from http://127.0.0.1:{closed_port}/token, from CALL" in done["base_url"]["summary"]
            unknown = doctor(VENDOR, env=client_of(tmp_path, server.url, "https://tokens.invalid"))
            assert "token_url: getent hosts tokens.invalid" in unknown.failure("dns", 7)[1]
            assert not server.requests

    def test_one_whose_certificate_is_not_trusted_fails(self, authority: trustme.CA, tmp_path: Path) -> None:
        with Server(WELL) as server, Server(WELL, tls=contexts(authority)) as tokens:
            done = doctor(VENDOR, env=client_of(tmp_path, server.url, tokens.url))
            assert tokens.address in done.failure("tls", 7)[0]

    def test_with_a_password_nobody_asks_it(self, tmp_path: Path) -> None:
        with Server(WELL) as server:
            done = doctor(VENDOR, env=env_of(tmp_path, server.url))
        assert "tokens" not in done["base_url"]["summary"]


class TestLimits:
    @pytest.mark.parametrize(
        "given", [{"X-RateLimit-Remaining": "41"}, {"RateLimit-Remaining": "41"}, {"RateLimit": '"default";r=41;t=9'}]
    )
    def test_what_is_left_is_told(self, given: dict[str, str], tmp_path: Path) -> None:
        with Server(answer(200, '{"currentCallQueueSize": 0}', given)) as server:
            assert doctor(VENDOR, env=env_of(tmp_path, server.url))["limit"]["summary"] == "41 requests left"

    def test_nothing_left_warns(self, tmp_path: Path) -> None:
        with Server(answer(200, '{"currentCallQueueSize": 0}', {"X-RateLimit-Remaining": "0"})) as server:
            assert "no requests left" in doctor(VENDOR, env=env_of(tmp_path, server.url)).warning("limit")[0]

    def test_a_limit_that_outlasts_the_time_ends_with_6(self, tmp_path: Path) -> None:
        with Server(limited("60")) as server:
            done = doctor(VENDOR, "--timeout", "1", env=env_of(tmp_path, server.url))
        assert f"sleep 60; callinspect doctor {VENDOR}" in done.failure("limit", 6)[1]
        assert (done["http"]["status"], done["accepted"]["status"]) == ("ok", "skip")
