"""What is Plivo's alone: three documents behind one path, two lists, and addresses of recordings."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from kit import cases
from kit.program import callinspect, environment
from kit.sandbox_requests import described
from kit.servers import Chooser, answer, header

from callinspect import providers
from callinspect.provider import Document

ID = cases.account("plivo")["id"]
NOT_FOUND = answer(404, json.dumps({"api_id": "a-1", "error": "not found"}))
RECORD = answer(200, json.dumps({"call_uuid": ID, "end_time": "2026-03-12 15:31:42+05:30", "hangup_cause_code": 3010}))
LIVE = answer(200, json.dumps({"call_uuid": ID, "call_status": "in-progress", "direction": "outbound"}))


def env(home: Path, url: str, token: str = "fixture-token") -> dict[str, str]:
    return environment(home, CALLINSPECT_PLIVO_BASE_URL=url, PLIVO_AUTH_ID="MA1", PLIVO_AUTH_TOKEN=token)


def target(request: bytes) -> str:
    return request.split(b" ", 2)[1].decode()


def test_one_that_ended_after_it_was_listed_is_its_record(tmp_path: Path) -> None:
    def choose(request: bytes) -> bytes:
        asked = target(request)
        if asked == "/Account/MA1/Call/?status=queued":
            return answer(200, json.dumps({"api_id": "a-2", "calls": [ID]}))
        return NOT_FOUND if "status=" in asked else RECORD

    with Chooser(choose) as server:
        arguments = ("list", "plivo", "--param", "status=queued", "-f", "state,outcome")
        done = callinspect(*arguments, env=env(tmp_path, server.url))
    assert done.stdout.decode().split() == ["ended", "busy"]


BOTH = ["?status=live", "?status=queued"]


@pytest.mark.parametrize(
    ("states", "lists"),
    [
        ("active,ringing", ["?status=live"]),
        ("active,queued", BOTH),
        ("held,active", ["?status=live"]),
        ("queued,ended,ringing", [*BOTH, "?limit=20"]),
        ("queued,ended", ["?status=queued", "?limit=20"]),
        ("unknown", ["?status=live", "?limit=20"]),
    ],
)
def test_every_list_is_read_that_has_wanted_calls(states: str, lists: list[str], tmp_path: Path) -> None:
    """The lists of calls without times once, however many parts the time of the records has."""
    with Chooser(lambda asked: answer(200, '{"calls": []}' if b"status=" in asked else '{"objects": []}')) as server:
        arguments = ("list", "plivo", "--state", states, "--since", "50d", "--limit", "99")
        done = callinspect(*arguments, env=env(tmp_path, server.url))
    assert done.returncode == 0, done.stderr
    asked = [target(each).removeprefix("/Account/MA1/Call/") for each in server.requests]
    records = [each for each in asked if "end_time__gte=" in each]
    assert [each for each in asked if each not in records] + ["?limit=20"] * bool(records) == lists
    assert len(records) in {0, 2}


@pytest.mark.parametrize("state", ["held", "dialing", "held,dialing"])
def test_a_state_that_no_call_can_have_is_not_searched(state: str, tmp_path: Path) -> None:
    done = callinspect("list", "plivo", "--state", state, env=env(tmp_path, "http://127.0.0.1:1"))
    assert (done.returncode, b"none of its calls is ever" in done.stderr) == (2, True)


@pytest.mark.parametrize("given", ["status=completed", "limit=50", "limit=0", "call_direction=in", "status="])
def test_a_parameter_that_is_refused_is_not_sent(given: str, tmp_path: Path) -> None:
    done = callinspect("list", "plivo", "--param", given, env=env(tmp_path, "http://127.0.0.1:1"))
    assert (done.returncode, given.partition("=")[0].encode() in done.stderr) == (2, True)
    assert b"cannot be" in done.stderr


def test_nothing_older_is_asked_for_than_is_kept(tmp_path: Path) -> None:
    """When the request arrives, by the vendor's clock."""
    with Chooser(lambda _request: answer(200, '{"objects": []}')) as server:
        done = callinspect("list", "plivo", "--since", "99d", env=env(tmp_path, server.url))
    oldest = datetime.fromisoformat(parse_qs(urlsplit(target(server.requests[-1])).query)["end_time__gte"][0])
    assert timedelta(days=90) - timedelta(minutes=6) < datetime.now(UTC) - oldest.replace(tzinfo=UTC)
    assert datetime.now(UTC) - oldest.replace(tzinfo=UTC) < timedelta(days=90) - timedelta(minutes=4)
    assert b"last 90 days" in done.stderr


@pytest.mark.parametrize(("gone", "said"), [(1, b"1 call is left out"), (2, b"2 calls are left out")])
def test_one_that_is_found_no_more_is_left_out(gone: int, said: bytes, tmp_path: Path) -> None:
    """It ended while the list was read, and its record is not there yet."""
    others = [f"{ID[:-1]}{number}" for number in range(1, gone + 1)]

    def choose(request: bytes) -> bytes:
        if target(request) == "/Account/MA1/Call/?status=live":
            return answer(200, json.dumps({"api_id": "a-2", "calls": [*others, ID]}))
        return LIVE if target(request).endswith(f"/{ID}/?status=live") else NOT_FOUND

    with Chooser(choose) as server:
        done = callinspect("list", "plivo", "--state", "active", "-f", "id", env=env(tmp_path, server.url))
    assert (done.returncode, done.stdout.decode().split()) == (0, [ID])
    assert done.stderr.count(said) == done.stderr.count(b"left out") == 1


@pytest.mark.parametrize(
    ("token", "scheme"), [("stk_fixture-token", "Bearer stk_fixture-token"), ("fixture-stk_token", "Basic ")]
)
def test_a_scoped_token_is_a_bearer_token(token: str, scheme: str, tmp_path: Path) -> None:
    with Chooser(lambda _request: RECORD) as server:
        done = callinspect("get", "plivo", ID, "-f", "outcome", env=env(tmp_path, server.url, token))
    assert done.stdout.strip() == b"busy"
    assert (header(server.requests[0], "authorization") or "").startswith(scheme)
    assert target(server.requests[0]) == f"/Account/MA1/Call/{ID}/"


def test_not_found_says_what_that_can_mean(tmp_path: Path) -> None:
    with Chooser(lambda _request: NOT_FOUND) as server:
        done = callinspect("get", "plivo", ID, env=env(tmp_path, server.url))
    assert (done.returncode, len(server.requests)) == (3, 3)
    assert f"callinspect wait plivo {ID} --grace 300" in done.stderr.decode()
    assert b"Zentrunk" in done.stderr
    assert b"90 days" in done.stderr


def test_live_calls_are_listed_once_whatever_the_time(bare: dict[str, str]) -> None:
    """The time that a list of records is asked for has four parts."""
    done = callinspect("--sandbox", "list", "plivo", "--state", "active", "--since", "all", "-f", "id", env=bare)
    assert done.returncode == 0, done.stderr
    listed = done.stdout.decode().split()
    assert listed.count(described("plivo", "live, outbound, in progress").id) == 1
    assert len({*listed}) == len(listed)


def test_a_record_of_two_months_ago_is_in_an_earlier_part(bare: dict[str, str]) -> None:
    done = callinspect("--sandbox", "list", "plivo", "--since", "80d", "-f", "id", env=bare)
    assert done.returncode == 0, done.stderr
    assert described("plivo", "two months ago").id in done.stdout.decode().split()


@pytest.mark.parametrize(("number", "is_there"), [("+13125550141", True), ("13125550", False)])
def test_a_number_is_compared_whole(number: str, is_there: bool, bare: dict[str, str]) -> None:
    """The vendor compares beginnings."""
    done = callinspect("--sandbox", "list", "plivo", "--since", "1d", "--from", number, "-f", "id", env=bare)
    assert (done.returncode, bool(done.stdout)) == (0, is_there)


@pytest.mark.parametrize(
    ("code", "without"),
    [
        *(
            (code, "canceled if the caller hung up, else unanswered")
            for code in ("4000", "4010", "4030", "6000", "9100")
        ),
        *(("0", "unknown"), ("1010", "failed"), ("6020", "failed"), ("9110", "unanswered")),
    ],
)
def test_explain_says_what_an_outcome_depends_on(code: str, without: str, bare: dict[str, str]) -> None:
    explained = json.loads(callinspect("explain", "plivo", code, "-o", "json", env=bare).stdout)
    assert explained["explanation"].endswith(f"; with an answer_time the outcome is answered, without one {without}")


@pytest.mark.parametrize("said", [{"call_status": "ringing"}, {"hangup_cause_code": 3010}], ids=["live", "record"])
def test_the_address_of_a_customers_server_is_no_key(said: dict[str, object]) -> None:
    """It may have a password or a token in it."""
    address = "https://user:password@customer.example.com/answer?token=secret"
    call = providers.get("plivo").normalize(Document({"call_uuid": ID, "answer_url": address, **said}))
    assert call.vendor["answer_url"] == "https://[secret]@customer.example.com/answer?[secret]"
    assert providers.get("plivo").withheld({"answer_url": address}) == {"answer_url": call.vendor["answer_url"]}


def test_no_output_has_the_address_of_a_recording(bare: dict[str, str]) -> None:
    call = described("plivo", "recorded and transcribed")
    for form in ("table", "jsonl", "csv", "vcon", "json"):
        done = callinspect("--sandbox", "get", "plivo", call.id, "--with", "all", "-o", form, env=bare)
        assert done.returncode == 0
        assert b"media.example.com" not in done.stdout + done.stderr
    assert json.loads(done.stdout)["recording"] == {
        **dict.fromkeys(("state", "url", "transcription_enabled", "transcription_url")),
        "enabled": True,
    }
