"""A vendor from outside the package: one module and an entry point, and every command knows it."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from support import callinspect, environment

MODULE = '''
"""Acme: one call, live or over."""

from contextlib import suppress

from callinspect.provider.auth import Basic
from callinspect.errors import CallinspectError
from callinspect.model import Call, State
from callinspect.provider import Document, Field, Provider, Request, url
from callinspect.provider.answers import party_of, read, read_id
from callinspect.provider.refusals import refused


def fetch(account, call_id, _extras):
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


def refusal(response):
    return refused(response, own="why" in response.fields, message=response.fields.get("why"))


PROVIDER = Provider(
    name="acme", title="Acme", docs="https://acme.example.com/calls", base_url="https://acme.example.com",
    fields=(Field(name="username", title="User"), Field(name="password", title="Password", secret=True)),
    schemes=(Basic(),), fetch=fetch, normalize=normalize, refusal=refusal,
    verify=lambda account: Request(url=url(account.base_url, "me")), absent="Acme forgets a call after an hour",
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
    (tmp_path / "acme.py").write_text(MODULE, encoding="utf-8")
    metadata = tmp_path / "acme-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n", encoding="utf-8")
    (metadata / "entry_points.txt").write_text(
        "[callinspect.providers]\nacme = acme:PROVIDER\nwebex = acme:PROVIDER\nbroken = acme:NOTHING\n",
        encoding="utf-8",
    )
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
    assert "acme 8: “no such call” (HTTP 404); Acme forgets a call after an hour" in done.stderr.decode()


def test_a_page_of_something_in_between_is_not_its_own_word(env: dict[str, str]) -> None:
    done = callinspect("get", "acme", "10", env=env)
    assert (done.returncode, done.stdout) == (7, b"")
    assert b"a web page instead of the vendor's own error message (HTTP 404); check base_url" in done.stderr


def test_an_answer_about_another_call_says_which_call_came(env: dict[str, str]) -> None:
    done = callinspect("get", "acme", "seven", "7", "-f", "id", env=env)
    assert (done.returncode, done.stdout) == (9, b"7\n")
    assert "acme seven: the answer is about another call: “7”" in done.stderr.decode()


def test_one_that_never_gives_up_is_given_up_when_the_time_is_over(env: dict[str, str]) -> None:
    done = callinspect("get", "acme", "99", "--timeout", "0.3", env=env)
    assert done.returncode in {3, 7}  # as the last try ended: not found, or no answer in what time was left
    assert b"Traceback" not in done.stderr


def test_a_bug_of_its_own_costs_its_own_call_only(env: dict[str, str]) -> None:
    done = callinspect("get", "acme", "7", "13", "7", "-f", "id", env=env)
    assert (done.returncode, done.stdout) == (9, b"7\n7\n")
    assert b"acme 13: a bug in callinspect: KeyError at normalize" in done.stderr


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
    described = json.loads(callinspect("providers", "webex", "-o", "jsonl", env=env).stdout)
    assert described["title"] == "Webex Calling"


def test_one_that_cannot_be_loaded_is_a_configuration_error_of_its_own_commands_only(env: dict[str, str]) -> None:
    done = callinspect("get", "broken", "1", env=env)
    assert (done.returncode, done.stdout) == (10, b"")
    assert b"Traceback" not in done.stderr
    for other in (("get", "acme", "7"), ("providers",), ("auth", "status"), ("help", "environment")):
        assert callinspect(*other, env=env).returncode == 0
