"""`callinspect list`, as a process, against the sandbox's lists and a server that pages as it likes."""

import json
import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from kit import vendors
from kit.case_playback import VALIDATOR
from kit.program import callinspect, env_of, environment
from kit.servers import Chooser, Server, answer, header

Env = dict[str, str]


def listed(*arguments: str, env: Env) -> list[Any]:
    done = callinspect("list", *arguments, "-q", env=env)
    assert (done.returncode, done.stderr) == (0, b"")
    return [json.loads(line) for line in done.stdout.splitlines()]


@pytest.mark.parametrize("provider", vendors.LISTING)
def test_every_vendor_lists_its_calls_as_records(provider: str, env: Env) -> None:
    records = listed(provider, env=env)
    assert len(records) > 5
    for record in records:
        VALIDATOR.validate(record)
        assert record["provider"] == provider


def test_what_is_listed_can_be_looked_up(env: Env) -> None:
    lines = callinspect("list", "bandwidth", "--since", "1d", env=env).stdout
    done = callinspect("get", "-", "-f", "id", env=env, stdin=lines)
    assert done.returncode == 0
    assert done.stdout.decode().split() == [json.loads(line)["id"] for line in lines.splitlines()]


def test_filters_let_through_what_they_say(env: Env) -> None:
    assert {each["cause"]["code"] for each in listed("bandwidth", "--cause", "busy", env=env)} == {"busy"}
    assert {each["state"] for each in listed("genesys", "--state", "held", env=env)} == {"held"}
    assert {each["state"] for each in listed("webex", "--state", "active", env=env)} == {"active"}
    number = listed("webex", env=env)[0]["from"]["number"]
    assert {each["from"]["number"] for each in listed("webex", "--from", number, env=env)} == {number}
    assert listed("catapult", "--from", "+19195550199", env=env) == []
    assert listed("bandwidth", "--until", "30d", env=env) == []


def test_a_limit_ends_the_reading(env: Env) -> None:
    assert len(listed("bandwidth", "--limit", "2", env=env)) == 2
    assert len(listed("catapult", "--limit", "3", "--param", "size=2", env=env)) == 3


def test_pages_are_followed_to_the_end(env: Env) -> None:
    at_once = [each["id"] for each in listed("catapult", "--param", "size=1000", env=env)]
    assert [each["id"] for each in listed("catapult", "--param", "size=12", env=env)] == at_once
    at_once = [each["id"] for each in listed("bandwidth", env=env)]
    assert [each["id"] for each in listed("bandwidth", "--param", "pageSize=4", env=env)] == at_once


def test_past_calls_without_ids_are_shown_as_they_are(env: Env) -> None:
    done = callinspect("list", "webex", "--history", "--param", "type=missed", env=env)
    assert done.returncode == 0
    assert {json.loads(line)["type"] for line in done.stdout.splitlines()} == {"missed"}
    assert b"have no IDs" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("bandwidth", "--since", "2199-01-01"), "in the future"),
        (("bandwidth", "--since", "soon"), "--since takes a time"),
        (("bandwidth", "--limit", "0"), "--limit must be a whole number, 1 or more"),
        (("bandwidth", "--state", "talking"), "ringing"),
        (("bandwidth", "--param", "pagesize=1"), "did you mean pageSize?"),
        (("genesys", "--since", "1h"), "its calls have no time, so --since cannot be applied"),
        (("webex", "--cause", "busy"), "its calls have no cause"),
        (("bandwidth", "--history"), "does not list past calls"),
        (("webx",), "did you mean webex?"),
        (("bandwidth", "--since", "1h", "--until", "2h"), "--since is after --until"),
        (("bandwidth", "--outcome", "busy,anwered"), "did you mean answered?"),
        (
            ("bandwidth", "--state", "active,"),
            "--state must be queued, dialing, ringing, active, held, ended or unknown",
        ),
        (("bandwidth", "--cause", "busy,,rejected"), "--cause has an empty word"),
        (("bandwidth", "-f", "id,"), "-f has an empty word"),
        (("bandwidth", "--number", "anonymous"), "--number takes a number"),
        (("bandwidth", "--from", "anonymous"), "--from takes a number"),
        (("bandwidth", "--to", "anonymous"), "--to takes a number"),
        (("bandwidth", "--sort", "-durations.tlk"), "did you mean durations.talk?"),
        (
            ("bandwidth", "-f", "id,when"),
            "a record has no field “when”\n  · callinspect help record explains",
        ),
        (("bandwidth", "--sort", "-when"), "a record has no field “when”\n  · callinspect help record"),
        (("--param", "pageSize=1"), "--param needs the name of one provider"),
        (("webex", "bandwidth", "--history"), "--history needs the name of one provider"),
        (("webex", "--history", "--failed"), "--failed cannot be applied"),
        (("webex", "--history", "--sort", "id"), "--sort cannot be applied"),
        (("webex", "genesys", "--cause", "busy"), "Calling cannot be asked: its calls have no cause"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_what_cannot_be_meant_is_a_usage_error(arguments: tuple[str, ...], said: str, env: Env) -> None:
    done = callinspect("list", *arguments, env=env)
    assert (done.returncode, done.stdout) == (2, b"")
    assert said in done.stderr.decode()


LINKS = {
    "self": '</api/v2/accounts/self/calls?pageToken=1>; rel="next"',
    "words": '<?pageToken=2>; title="a,b"; rel="last next"',
    "broken": "<http://[bad>; rel=next",
    "active": "<?page=\x1b[31m>; rel=next",
    "long": f"<?page={'1' * 5000}>; rel=next",
}
"""What the first page's link is, by account."""


class Pages(BaseHTTPRequestHandler):
    """A vendor whose list is addresses only, or has junk in it, or leads to another host, in circles, or nowhere."""

    protocol_version = "HTTP/1.1"
    elsewhere = ""
    asked: "list[str]"

    def do_GET(self) -> None:
        self.server.asked.append(self.path)  # type: ignore[attr-defined] # a server of ours
        address = urlsplit(self.path)
        headers = {}
        if address.path == "/api/v2/me/calls":
            body: Any = {"statusCode": 0, "uris": [f"http://inner.example.com/api/v2/me/calls/{name}" for name in "AB"]}
        elif address.path.startswith("/api/v2/me/calls/"):
            body = {"statusCode": 0, "call": {"id": address.path[-1], "state": "Ringing"}}
        else:
            page = int(parse_qs(address.query).get("pageToken", ["0"])[0])
            account = address.path.split("/")[4]
            body = [{"callId": f"c-{page}"}]
            host = "http://other.example.com" if page == 1 else ""
            headers = {"Link": f'<{host}/api/v2/accounts/1/calls?pageToken={page + 1}>; rel="next"'}
            if account in LINKS:
                headers = {"Link": LINKS[account]} if page < 2 else {}
            if account == "junk":
                body = [{"callId": "a"}, {"x": 1}, None, 7, "s", [], {"callId": ""}, {"callId": "b"}]
                headers = {}
        text = json.dumps(body).encode()
        self.send_response(200)
        for name, value in {"Content-Length": str(len(text)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[tuple[Env, list[str]]]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    server.asked = []  # type: ignore[attr-defined] # what it was asked for, in order
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}/api/v2"
    yield (
        environment(
            tmp_path,
            CALLINSPECT_GENESYS_BASE_URL=base,
            CALLINSPECT_GENESYS_USERNAME="agent",
            CALLINSPECT_GENESYS_PASSWORD="",
            CALLINSPECT_BANDWIDTH_BASE_URL=base,
            CALLINSPECT_BANDWIDTH_ACCOUNT_ID="1",
            CALLINSPECT_BANDWIDTH_USERNAME="user",
            CALLINSPECT_BANDWIDTH_PASSWORD="pass",
        ),
        server.asked,  # type: ignore[attr-defined]
    )
    server.shutdown()
    server.server_close()


def test_addresses_are_followed_by_their_id_not_their_host(pages: tuple[Env, list[str]]) -> None:
    env, asked = pages
    assert [each["id"] for each in listed("genesys", env=env)] == ["A", "B"]
    assert asked == ["/api/v2/me/calls?fields=%2A", "/api/v2/me/calls/A", "/api/v2/me/calls/B"]


def test_a_next_page_at_another_host_is_refused(pages: tuple[Env, list[str]]) -> None:
    env, asked = pages
    done = callinspect("list", "bandwidth", "-f", "id", env=env)
    assert (done.returncode, done.stdout) == (12, b"c-0\nc-1\n")
    assert b"another host" in done.stderr
    assert len(asked) == 2


def test_a_limit_reads_no_further_page(pages: tuple[Env, list[str]]) -> None:
    env, asked = pages
    assert len(listed("bandwidth", "--limit", "1", env=env)) == 1
    assert asked == ["/api/v2/accounts/1/calls?pageSize=1"]


def test_a_list_that_leads_in_a_circle_is_ended(pages: tuple[Env, list[str]]) -> None:
    env, asked = pages
    done = callinspect("list", "bandwidth", "-f", "id", env=env | {"CALLINSPECT_BANDWIDTH_ACCOUNT_ID": "self"})
    assert (done.returncode, done.stdout) == (12, b"c-0\nc-1\n")
    assert b"endless list of pages" in done.stderr
    assert len(asked) == 2


def test_a_link_may_have_any_form_that_links_have(pages: tuple[Env, list[str]]) -> None:
    env, _ = pages
    done = callinspect("list", "bandwidth", "-f", "id", env=env | {"CALLINSPECT_BANDWIDTH_ACCOUNT_ID": "words"})
    assert (done.returncode, done.stdout) == (0, b"c-0\nc-2\n")


@pytest.mark.parametrize("account", ["broken", "active", "long"])
def test_a_link_that_cannot_be_followed_is_a_bad_response(account: str, pages: tuple[Env, list[str]]) -> None:
    env, _ = pages
    done = callinspect("list", "bandwidth", "-v", "-f", "id", env=env | {"CALLINSPECT_BANDWIDTH_ACCOUNT_ID": account})
    assert (done.returncode, done.stdout) == (12, b"c-0\n")
    assert b"\x1b" not in done.stderr


def test_junk_in_a_list_costs_nobody_else(pages: tuple[Env, list[str]]) -> None:
    env, _ = pages
    done = callinspect("list", "bandwidth", "-q", "-f", "id", env=env | {"CALLINSPECT_BANDWIDTH_ACCOUNT_ID": "junk"})
    assert (done.returncode, done.stdout) == (9, b"a\nb\n")
    assert done.stderr.count(b"\n") == 6


def test_raw_elements_that_are_no_calls_are_listed_as_they_are(tmp_path: Path) -> None:
    """The vendor's format may have changed: --raw does not depend on what is known of it."""
    elements = [{"callUid": "of a later edition"}, {"callId": "c-1"}]
    with Server(answer(200, json.dumps(elements))) as server:
        env = env_of(tmp_path, server.url)
        done = callinspect("list", "bandwidth", "--raw", env=env)
        assert (done.returncode, [json.loads(line) for line in done.stdout.splitlines()]) == (0, elements)
        assert callinspect("list", "bandwidth", "-f", "id", env=env).returncode == 9


def shifting(*pages: list[Any]) -> Chooser:
    """Return a vendor of these pages, whatever they have in common, each of which leads to the next."""

    def choose(request: bytes) -> bytes:
        number = int((re.search(rb"pageToken=(\d+)", request) or [b"", b"0"])[1])
        host = header(request, "host")
        link = f'<http://{host}/api/v2/accounts/5555555/calls?pageToken={number + 1}>; rel="next"'
        return answer(200, json.dumps(pages[number]), {"Link": link} if number + 1 < len(pages) else {})

    return Chooser(choose)


def page(*numbers: int, **others: Any) -> list[Any]:
    return [{"callId": f"c-{number}", **others} for number in numbers]


@pytest.mark.parametrize(
    ("pages", "options", "expected"),
    [
        ([page(5, 4, 3), page(3, 2, 1)], (), [5, 4, 3, 2, 1]),
        ([page(5, 4), page(5, 4), page(3, 2)], (), [5, 4, 3, 2]),
        ([page(5), page(5)], (), [5, 5]),
        ([page(6, 5), page(4, 3), page(5, 4), page(3, 2)], (), [6, 5, 4, 3, 2]),
        ([page(5, 4, 3), page(3, 2, 1)], ("--limit", "4"), [5, 4, 3, 2]),
        ([page(5, 4), page(4, 3, state="disconnected")], ("--state", "ended"), [4, 3]),
    ],
    ids=["one", "page", "alone", "pages", "limit", "filtered before"],
)
def test_a_call_that_shifts_to_the_next_page_is_listed_once(
    pages: list[list[Any]], options: tuple[str, ...], expected: list[int], tmp_path: Path
) -> None:
    with shifting(*pages) as server:
        for form in (("-f", "id"), ("-o", "jsonl"), ("--raw", "-o", "jsonl")):
            done = callinspect("list", "bandwidth", "-q", *form, *options, env=env_of(tmp_path, server.url))
            assert (done.returncode, done.stderr) == (0, b"")
            assert re.findall(rb"c-\d", done.stdout) == [b"c-%d" % number for number in expected]


def test_elements_without_a_readable_id_are_all_kept(tmp_path: Path) -> None:
    elements = [{"callUid": "x"}, {"callUid": "x"}, 7, 7, None]
    with shifting(elements, elements) as server:
        done = callinspect("list", "bandwidth", "--raw", "-o", "jsonl", env=env_of(tmp_path, server.url))
    assert (done.returncode, [json.loads(line) for line in done.stdout.splitlines()]) == (0, elements * 2)


def test_a_call_whose_address_is_listed_twice_is_asked_for_once(tmp_path: Path) -> None:
    def choose(request: bytes) -> bytes:
        path = request.split()[1].decode()
        asked.append(path)
        call = {"statusCode": 0, "call": {"id": path[-1], "state": "Ringing"}}
        uris = {"statusCode": 0, "uris": [f"http://h/api/v2/me/calls/{name}" for name in "ABBA"]}
        return answer(200, json.dumps(call if "/calls/" in path else uris))

    asked: list[str] = []
    with Chooser(choose) as server:
        env = environment(
            tmp_path,
            CALLINSPECT_GENESYS_BASE_URL=server.url,
            CALLINSPECT_GENESYS_USERNAME="agent",
            CALLINSPECT_GENESYS_PASSWORD="canary",
        )
        assert [each["id"] for each in listed("genesys", env=env)] == ["A", "B"]
    assert [path[-1] for path in asked[1:]] == ["A", "B"]
