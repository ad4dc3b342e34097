"""A vendor from outside the package: one module and an entry point, and every command knows it."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from kit import vendors
from kit.keyrings import SecretService
from kit.plugins import installed
from kit.program import callinspect, environment
from kit.servers import Chooser, Server, answer

from callinspect import providers
from callinspect.cli.main import COMMANDS

BUILT_IN = vendors.NAMES[0]
MODULE = '''
"""Acme: one call, live or over."""

from contextlib import suppress

from callinspect.provider.auth import Basic
from callinspect.errors import CallinspectError
from callinspect.model import Call, State
from callinspect.provider import Document, Extra, Field, Provider, Request, url
from callinspect.provider.answers import party_of, read, read_id
from callinspect.provider.refusals import refused


def fetch(account, call_id):
    while call_id == "99":
        with suppress(CallinspectError):  # and so for ever
            yield Request(url=url(account.base_url, "calls", call_id))
    response = yield Request(url=url(account.base_url, "calls", call_id))
    return Document(response, call_id)


def normalize(document):
    if document.json["id"] == "13":
        raise KeyError("a bug of Acme's")
    body = read(document.json)
    state = body.choice("status", {"up": State.ACTIVE, "down": State.ENDED}, State.UNKNOWN)
    return Call(provider="acme", id=read_id(body, "id"), state=state, from_=party_of(body, "caller"),
                vendor=body.leftovers(), warnings=tuple(body.warnings))


def mistaken(account, document):
    yield Request(url=url(account.base_url, "calls", "7"))
    raise KeyError("a bug of Acme's")


def fetch_pages(account, document):
    return (yield Request(url=url(account.base_url, "calls", "7"))).document


def misread(found, call, warnings):
    raise KeyError("a bug of Acme's")


def refusal(response):
    return refused(response, own="why" in response.fields, message=response.fields.get("why"))


PROVIDER = Provider(
    name="acme", title="Acme", docs="https://acme.example.com/calls", base_url="https://acme.example.com",
    fields=(Field(name="username", title="User"), Field(name="password", title="Password", secret=True)),
    schemes=(Basic(),), fetch=fetch, normalize=normalize, refusal=refusal,
    verify=lambda account: Request(url=url(account.base_url, "me")),
    not_found_hints=("Acme forgets a call after an hour",),
    extras={"legs": Extra("legs", mistaken), "events": Extra("events", fetch_pages, misread)},
)
'''


class Acme(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        found = self.path in {"/calls/7", "/calls/13", "/calls/seven"}
        name = self.path.rpartition("/")[2].replace("seven", "7")
        call = {"id": name, "status": "up", "caller": "+19195550100", "mood": "fine"}
        answer = call if found else {"why": "no such call"}
        body = json.dumps(answer).encode() if name != "10" else b"<html>404 Not Found</html>"
        self.send_response(200 if found else 404)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def env(tmp_path: Path) -> Iterator[dict[str, str]]:
    installed(tmp_path, "acme", MODULE, f"{BUILT_IN} = acme:PROVIDER", "broken = acme:NOTHING")
    server = HTTPServer(("127.0.0.1", 0), Acme)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    yield environment(
        tmp_path,
        PYTHONPATH=str(tmp_path),
        CALLINSPECT_ACME_BASE_URL=f"http://127.0.0.1:{server.server_port}",
        CALLINSPECT_ACME_USERNAME="me",
        CALLINSPECT_ACME_PASSWORD="secret",
    )
    server.shutdown()
    server.server_close()


def test_its_calls_become_records(env: dict[str, str]) -> None:
    done = callinspect("get", "acme", "7", env=env)
    record = json.loads(done.stdout)
    assert (record["provider"], record["state"], record["from"]["number"]) == ("acme", "active", "+19195550100")
    assert record["vendor"] == {"status": "up", "mood": "fine"}


def test_its_errors_are_told_like_those_of_any_vendor(env: dict[str, str]) -> None:
    done = callinspect("get", "acme", "8", env=env)
    assert (done.returncode, done.stdout) == (3, b"")
    assert "error: acme has no call 8 (HTTP 404)\n  · Acme forgets a call after an hour" in done.stderr.decode()


def test_a_page_of_something_in_between_is_not_its_own_word(env: dict[str, str]) -> None:
    done = callinspect("get", "acme", "10", env=env)
    assert (done.returncode, done.stdout) == (7, b"")
    assert b"a web page instead of the vendor's own error message (HTTP 404)\n  \xc2\xb7 check base_url" in done.stderr


def test_an_answer_about_another_call_says_which_call_came(env: dict[str, str]) -> None:
    done = callinspect("get", "acme", "seven", "7", "-f", "id", env=env)
    assert (done.returncode, done.stdout) == (9, b"7\n")
    assert "acme seven: the answer is about another call: “7”" in done.stderr.decode()


def test_one_that_never_gives_up_is_given_up_in_time(env: dict[str, str]) -> None:
    done = callinspect("get", "acme", "99", "--timeout", "0.3", env=env)
    assert done.returncode in {3, 7}  # as the last try ended: not found, or no answer in what time was left
    assert b"Traceback" not in done.stderr


def test_a_bug_of_its_own_costs_its_own_call_only(env: dict[str, str]) -> None:
    done = callinspect("get", "acme", "7", "13", "7", "-f", "id", env=env)
    assert (done.returncode, done.stdout) == (9, b"7\n7\n")
    assert b"acme 13: a bug in callinspect: KeyError at normalize" in done.stderr


@pytest.mark.parametrize(("extra", "where"), [("legs", "mistaken"), ("events", "misread")])
def test_a_bug_with_an_extra_is_told_as_a_bug(extra: str, where: str, env: dict[str, str]) -> None:
    done = callinspect("get", "acme", "7", "--with", extra, env=env)
    assert (done.returncode, done.stdout) == (70, b"")
    assert f"acme 7: a bug in callinspect: KeyError at {where}" in done.stderr.decode()


HISTORY = """
from callinspect.provider import Listing, Page

PROVIDER = PROVIDER._replace(
    history=Listing(
        first=lambda account, filters: Request(url=url(account.base_url, "past", since=filters.since and "some")),
        read=lambda response: Page(calls=(response.fields,)),
    )
)
"""


def test_past_calls_are_not_limited_to_the_last_day_unsaid(env: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "acme.py").write_text(MODULE + HISTORY, encoding="utf-8")
    with Server(answer(200, '{"status": "down"}')) as server:
        done = callinspect("list", "acme", "--history", env=env | {"CALLINSPECT_ACME_BASE_URL": server.url})
    assert (done.returncode, json.loads(done.stdout)) == (0, {"status": "down"})
    assert server.requests[0].startswith(b"GET /past HTTP")


def test_it_is_listed_with_what_it_needs(env: dict[str, str]) -> None:
    lines = callinspect("providers", "acme", "-o", "jsonl", env=env).stdout.splitlines()
    described = json.loads(lines[0])
    assert described["title"] == "Acme"
    assert described["fields"][1]["environment"] == ["CALLINSPECT_ACME_PASSWORD"]


def test_its_credentials_are_known_to_auth(env: dict[str, str]) -> None:
    done = callinspect("auth", "status", "acme", env=env)
    assert (done.returncode, json.loads(done.stdout)["complete"]) == (0, True)
    assert b"secret" not in done.stdout.replace(b'"secret"', b"")


def test_it_cannot_take_the_name_of_a_vendor_that_is_built_in(env: dict[str, str]) -> None:
    described = json.loads(callinspect("providers", BUILT_IN, "-o", "jsonl", env=env).stdout)
    assert described["title"] == providers.get(BUILT_IN).title


def test_it_cannot_take_the_name_of_a_command_or_a_table(env: dict[str, str], tmp_path: Path) -> None:
    """In upper or lower case; all of them are left out with one notice, where providers are listed."""
    taken = ["Sip", "q850", BUILT_IN.upper(), *(name.title() for name in COMMANDS[::2]), *COMMANDS[1::2]]
    points = "".join(f"{name} = acme:PROVIDER\n" for name in [*taken, "show"])
    entry_points = tmp_path / "acme-1.0.dist-info" / "entry_points.txt"
    entry_points.write_text(f"[callinspect.providers]\nacme = acme:PROVIDER\n{points}", encoding="utf-8")
    for command in (("providers",), ("auth", "status"), ("help", "environment")):
        said = callinspect(*command, env=env).stderr.decode().splitlines()
        left_out = [line for line in said if "left out" in line]
        assert left_out == [f"callinspect: left out, since these names are taken: {', '.join(sorted(taken))}"]
        assert [line for line in said if "show" in line]  # another program's word is not a command
        assert len(said) == 2
    done = callinspect("providers", "sip", env=env)
    assert (done.returncode, b"there is no provider \xe2\x80\x9csip\xe2\x80\x9d" in done.stderr) == (2, True)


def test_one_that_cannot_be_loaded_is_an_error_of_its_own_only(env: dict[str, str]) -> None:
    done = callinspect("get", "broken", "1", env=env)
    assert (done.returncode, done.stdout) == (10, b"")
    assert b"Traceback" not in done.stderr
    for other in (("get", "acme", "7"), ("providers",), ("auth", "status"), ("help", "environment")):
        assert callinspect(*other, env=env).returncode == 0


NIMBUS = '''
"""Nimbus: what no built-in vendor needs: regions, endings of paths, ids of a form, other times, several answers."""

from callinspect.errors import AuthRejectedError, NotFoundError
from callinspect.model import Cause, Direction, Outcome, State
from callinspect.provider import (
    ClientCredentials, Document, Extra, Field, IDForm, Provider, Request, Shape, Word, below, errors, pages,
    parse_mail_date, parse_milliseconds, parse_seconds, parse_utc, place,
)

CALLS = place("v1", "{project}", "calls", ending="/")
LIVE = place("v1", "{project}", "live", ending="/")
EXTRAS = {
    "audio": Extra("where it was recorded", below(CALLS, "audio")),
    "notes": Extra("what was noted", below(CALLS, "notes"), by_default=lambda _document: True),
}
TIMES = {"mail": parse_mail_date, "seconds": parse_seconds, "milliseconds": parse_milliseconds, "utc": parse_utc}


def fetch(account, call_id):
    """The record, or while there is none the live call; both, where both are there."""
    found = []
    for each in (CALLS, LIVE):
        try:
            found.append((yield Request(url=each.url(account, call_id))))
        except NotFoundError as error:
            last = error
    if not found:
        raise last
    return Document(found[0], call_id, others=tuple(each.document for each in found[1:]))


def more(body, call, document):
    states = [each["state"] for each in document.answers]
    begun = {name: body.timestamp(name, parse) for name, parse in TIMES.items()}
    return call._replace(metadata={"states": states, "times": [str(each) for each in begun.values()]})


CALL = Shape(
    id="sid", state="state", direction="way", directions={"in": Direction.INBOUND}, created="utc", moment=parse_utc,
    more=more,
    words={"up": Word(State.ACTIVE), "busy": Word(State.ENDED, Outcome.BUSY, cause=Cause(title="Busy", q850=17))},
)

PROVIDER = Provider(
    name="nimbus", title="Nimbus", docs="https://nimbus.example.com/calls",
    base_url="https://api.{region}.nimbus.example.com", allow_http=True,
    fields=(
        Field(name="project", title="Project", env=("NIMBUS_PROJECT",)),
        Field(name="region", title="Region", default="us-1", env=("NIMBUS_REGION",)),
        Field(name="key", title="Key"),
        Field(name="secret", title="Secret", secret=True),
        Field(name="token_url", title="Token endpoint", url=True, plain=True, default="https://login.{region}.nimbus.example.com/t"),
    ),
    required=("project", "region"), schemes=(ClientCredentials("", "key", "secret"),),
    fetch=fetch, normalize=CALL.reader("nimbus"), extras=EXTRAS,
    refusal=errors(
        "why", "code", meanings={"nope": None, "key": AuthRejectedError}, plain=frozenset({"Channel not found"})
    ),
    verify=lambda account: Request(url=CALLS.url(account)), not_found_hints=("it may be of another region",),
    id_forms=(IDForm("NC[0-9a-f]{4}", "NC and four hexadecimal digits", is_fixed=True),),
    listing=pages(CALLS, query={"since": "after"}, size=("per_page", 2)),
)
'''

RECORDS = {
    "/v1/p-1/calls/NC0001/": {
        "sid": "NC0001",
        "state": "busy",
        "way": "in",
        "from": "+19195550100",
        "mail": "Fri, 18 Oct 2019 17:00:00 -0700",
        "seconds": 1571443200,
        "milliseconds": "1571443200123",
        "utc": "2019-10-19T00:00:00",
    },
    "/v1/p-1/live/NC0001/": {"sid": "NC0001", "state": "up"},
    "/v1/p-1/live/NC0002/": {"sid": "NC0002", "state": "up", "utc": "2019-10-19T02:00:00+02:00"},
    "/v1/p-1/calls/NC0001/notes/": ["a note"],
    "/v1/p-1/calls/NC0001/audio/": ["a recording"],
    "/v1/p-1/calls/?per_page=2": [{"sid": "NC0001", "state": "busy"}, {"sid": "NC0002", "state": "up"}],
}


class Nimbus:
    """A server of Nimbus's, and the environment of a user with the plug-in."""

    def __init__(self, server: Chooser, env: dict[str, str]) -> None:
        self.server = server
        self.env = env | {"CALLINSPECT_NIMBUS_BASE_URL": server.url, "CALLINSPECT_NIMBUS_TOKEN_URL": f"{server.url}/t"}

    @property
    def asked(self) -> list[str]:
        return [each.split(b" ")[1].decode() for each in self.server.requests if each.startswith(b"GET")]


@pytest.fixture
def nimbus(tmp_path: Path) -> Iterator[Nimbus]:
    installed(tmp_path, "nimbus", NIMBUS)

    def choose(request: bytes) -> bytes:
        path = request.split(b" ")[1].decode()
        if request.startswith(b"POST"):
            return answer(200, '{"access_token": "token-of-nimbus", "expires_in": 60}')
        if path in RECORDS:
            return answer(200, json.dumps(RECORDS[path]))
        if "NC0bad" in path:
            return answer(404, "<html>nginx</html>")
        return answer(404, "Channel not found") if "NC00" in path else answer(404, '{"code": "nope", "why": "no call"}')

    with Chooser(choose) as server:
        env = environment(
            tmp_path,
            PYTHONPATH=str(tmp_path),
            NIMBUS_PROJECT="p-1",
            CALLINSPECT_NIMBUS_KEY="key",
            CALLINSPECT_NIMBUS_SECRET="secret-of-nimbus",
        )
        yield Nimbus(server, env)


class TestWhatNoBuiltInVendorNeeds:
    """Each part of the contract that is there for vendors to come."""

    def test_a_call_is_read_from_all_answers_in_order(self, nimbus: Nimbus) -> None:
        record = json.loads(callinspect("get", "nimbus", "NC0001", env=nimbus.env).stdout)
        assert (record["outcome"], record["cause"]["code"], record["cause"]["q850"]) == ("busy", "busy", 17)
        assert record["metadata"]["states"] == ["busy", "up"]
        assert nimbus.asked[:2] == ["/v1/p-1/calls/NC0001/", "/v1/p-1/live/NC0001/"]

    def test_times_are_read_in_the_vendor_s_own_form(self, nimbus: Nimbus) -> None:
        record = json.loads(callinspect("get", "nimbus", "NC0001", env=nimbus.env).stdout)
        whole, fraction = "2019-10-19 00:00:00+00:00", "2019-10-19 00:00:00.123000+00:00"
        assert record["metadata"]["times"] == [whole, whole, fraction, whole]
        assert record["created_at"] == "2019-10-19T00:00:00.000Z"

    def test_one_that_is_live_only_is_read_in_its_place(self, nimbus: Nimbus) -> None:
        record = json.loads(callinspect("get", "nimbus", "NC0002", env=nimbus.env).stdout)
        assert (record["state"], record["created_at"]) == ("active", "2019-10-19T00:00:00.000Z")

    @pytest.mark.parametrize(("arguments", "names"), [((), ["notes"]), (("--with", "audio"), ["audio", "notes"])])
    def test_what_is_usual_is_read_of_one_call_unasked(
        self, arguments: tuple[str, ...], names: list[str], nimbus: Nimbus
    ) -> None:
        record = json.loads(callinspect("get", "nimbus", "NC0001", *arguments, env=nimbus.env).stdout)
        assert nimbus.asked[2:] == [f"/v1/p-1/calls/NC0001/{name}/" for name in names]
        assert [name for name in names if name not in record["vendor"]] == []

    def test_default_extras_are_not_read_for_many_calls(self, nimbus: Nimbus) -> None:
        assert callinspect("get", "nimbus", "-", env=nimbus.env, stdin="NC0001\n").returncode == 0
        assert len(nimbus.asked) == 2

    def test_pages_are_asked_for_by_the_vendor_s_names(self, nimbus: Nimbus) -> None:
        done = callinspect("list", "nimbus", "--limit", "2", "-f", "id", env=nimbus.env)
        assert (done.stdout, nimbus.asked) == (b"NC0001\nNC0002\n", ["/v1/p-1/calls/?per_page=2"])

    def test_an_id_of_another_form_is_refused_before_it_is_sent(self, nimbus: Nimbus) -> None:
        done = callinspect("get", "nimbus", "call-7", env=nimbus.env)
        assert (done.returncode, nimbus.asked) == (2, [])
        assert b"a call ID of Nimbus is NC and four hexadecimal digits" in done.stderr

    def test_a_refusal_in_plain_text_is_the_vendor_s_own(self, nimbus: Nimbus) -> None:
        done = callinspect("get", "nimbus", "NC00ff", "-o", "json", env=nimbus.env)
        assert (done.returncode, json.loads(done.stderr)["error"]["message"]) == (3, "Channel not found")

    @pytest.mark.parametrize(
        ("given", "host"),
        [({}, "us-1"), ({"NIMBUS_REGION": "eu-2"}, "eu-2"), ({"CALLINSPECT_NIMBUS_REGION": "ap"}, "ap")],
    )
    def test_addresses_follow_the_region(self, given: dict[str, str], host: str, nimbus: Nimbus) -> None:
        env = {name: value for name, value in nimbus.env.items() if not name.endswith("_URL")} | given
        done = callinspect("get", "nimbus", "NC0001", "--timeout", "5", env=env)
        assert done.returncode == 7
        assert f"login.{host}.nimbus.example.com".encode() in done.stderr

    @pytest.mark.parametrize("region", ["evil.example.com/", "a@b", "x#", "..", "-.-:80", ""])
    def test_a_region_is_no_more_than_a_part_of_a_host(self, region: str, nimbus: Nimbus) -> None:
        env = {name: value for name, value in nimbus.env.items() if not name.endswith("_URL")}
        done = callinspect("get", "nimbus", "NC0001", "--set", f"region={region}", env=env)
        assert (done.returncode, nimbus.asked) == (10, [])

    def test_credentials_of_one_region_are_not_sent_to_another(
        self, nimbus: Nimbus, keyring: SecretService, tmp_path: Path
    ) -> None:
        dropped = ("_URL", "_KEY", "_SECRET", "_BACKEND")
        env = {name: value for name, value in nimbus.env.items() if not name.endswith(dropped)}
        env = keyring.user(tmp_path, **env)
        stored = {"project": "p-1", "region": "eu-2", "key": "key", "secret": "secret-of-nimbus"}
        keyring.put("nimbus/default", stored)
        done = callinspect("get", "nimbus", "NC0001", "--set", "region=us-1", env=env)
        assert done.returncode == 4
        assert b"the stored ones are for https://api.eu-2.nimbus.example.com only" in done.stderr
        assert b"secret-of-nimbus" not in done.stderr

    def test_a_login_says_for_which_address_it_is(self, nimbus: Nimbus, keyring: SecretService, tmp_path: Path) -> None:
        env = {name: value for name, value in nimbus.env.items() if not name.endswith(("_URL", "_BACKEND"))}
        given = {"project": "p-1", "region": "eu-2", "key": "key", "secret": "secret-of-nimbus"}
        words = ("auth", "login", "nimbus", "--stdin", "--no-verify")
        done = callinspect(*words, env=keyring.user(tmp_path, **env), stdin=json.dumps(given))
        assert done.returncode == 0, done.stderr
        to = b"for https://api.eu-2.nimbus.example.com and https://login.eu-2.nimbus.example.com/t only"
        assert to in done.stderr
        assert keyring.item("nimbus/default") == given

    @pytest.mark.parametrize("way", ["variable", "file", "--set"])
    def test_plain_http_is_for_users_that_allow_it(self, way: str, nimbus: Nimbus, tmp_path: Path) -> None:
        """Never by default, and said once a run."""
        lan = {"CALLINSPECT_NIMBUS_BASE_URL": "http://192.0.2.1:9"}
        variable = "CALLINSPECT_NIMBUS_ALLOW_HTTP"
        (tmp_path / "allowed").write_text("yes\n", encoding="utf-8")
        given = {"variable": {variable: "yes"}, "file": {f"{variable}_FILE": str(tmp_path / "allowed")}, "--set": {}}
        words = ("--set", "allow_http=yes") if way == "--set" else ()
        command = ("get", "nimbus", "NC0001", "NC0002", "--timeout", "0.5", *words)
        done = callinspect(*command, env=nimbus.env | lan | given[way])
        assert done.returncode == 7
        assert done.stderr.count(b"anyone on the network can read the credentials") == 1
        assert b"192.0.2.1:9" in done.stderr

    @pytest.mark.parametrize(("value", "said"), [(None, "set allow_http=yes"), ("no", "https"), ("1", "yes or no")])
    def test_plain_http_is_refused_without_their_word(self, value: str | None, said: str, nimbus: Nimbus) -> None:
        given = {} if value is None else {"CALLINSPECT_NIMBUS_ALLOW_HTTP": value}
        command = ("get", "nimbus", "NC0001", "--set", "base_url=http://192.0.2.1:9")
        done = callinspect(*command, env=nimbus.env | given)
        assert (done.returncode, nimbus.asked) == (10, [])
        assert said in done.stderr.decode()

    def test_a_vendor_of_the_internet_takes_no_plain_http(self, env: dict[str, str]) -> None:
        plain = ("get", "acme", "7", "--set", "base_url=http://192.0.2.1:9")
        done = callinspect(*plain, env=env)
        assert (done.returncode, b"must begin with https://" in done.stderr) == (10, True)
        assert b"allow_http" not in done.stderr
        assert callinspect(*plain, "--set", "allow_http=yes", env=env).returncode == 2


def test_of_a_vendor_that_lists_nothing_everything_is_masked(env: dict[str, str]) -> None:
    """All but the ID that was asked for, and the words of the record itself."""
    sent = json.loads(callinspect("get", "acme", "7", "--redact", "--raw", env=env).stdout)
    assert sent["id"] == "7"
    assert sent["caller"].startswith("num+1-")
    assert all(sent[key].startswith("text-") for key in ("status", "mood"))
    record = json.loads(callinspect("get", "acme", "7", "--redact", env=env).stdout)
    assert record["state"] == "active"
    assert all(record["vendor"][key].startswith("text-") for key in ("status", "mood"))
