"""What belongs to a call, for every vendor in the sandbox: it can fail while the call itself is answered."""

from __future__ import annotations

import http.client
import json
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from kit.program import TIMEOUT, callinspect
from kit.sandbox_requests import authorization, described, list_request, listed, path

from callinspect import providers
from callinspect import sandbox as emulator
from callinspect.provider import Request

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from callinspect.sandbox import Sandbox, SandboxCall

PROVIDERS = emulator.names()
STATUSES = {"is not found": 404, "is forbidden": 403, "fails": 500, "is not JSON": 200}
"""The status of what `--with` reads, by what the call's description says of it."""

every_vendor = pytest.mark.parametrize("provider", PROVIDERS)


def struck(provider: str, words: str) -> SandboxCall:
    return described(provider, f"fault: only what --with reads {words}")


@contextmanager
def connected(running: Sandbox, provider: str) -> Iterator[Callable[[str | Request], http.client.HTTPResponse]]:
    """Give a function that sends requests over one connection, as a client does that reads a call and more of it."""
    connection = http.client.HTTPConnection(running.url.removeprefix("http://"), timeout=TIMEOUT)
    header = {"Authorization": authorization(running, provider) or ""}

    def ask(where: str | Request) -> http.client.HTTPResponse:
        asked = where if isinstance(where, Request) else Request(where)
        path = asked.url.removeprefix(running.url)
        connection.request(asked.method, path, asked.body, header | {"Content-Type": asked.content_type})
        return connection.getresponse()

    try:
        yield ask
    finally:
        connection.close()


def read(answer: http.client.HTTPResponse) -> int:
    answer.read()
    return answer.status


@every_vendor
@pytest.mark.parametrize("words", STATUSES)
def test_the_call_is_answered_and_what_follows_is_not(sandbox: Sandbox, provider: str, words: str) -> None:
    """A list is struck as long as it is asked for with that call; for anybody else it is there."""
    call, healthy = struck(provider, words), emulator.calls(provider)[0]
    with connected(sandbox, provider) as ask:
        assert read(ask(path(sandbox, provider, call.id))) == 200
        for _ in range(2):
            answer = ask(list_request(sandbox, provider))
            assert answer.headers["Content-Type"].startswith("text/html") is (words == "is not JSON")
            assert read(answer) == STATUSES[words]
        assert read(ask(path(sandbox, provider, healthy.id))) == 200
        answer = ask(list_request(sandbox, provider))
        assert (answer.headers["Content-Type"].startswith("text/html"), read(answer)) == (False, 200)
    assert listed(sandbox, provider).status == 200


@every_vendor
def test_what_comes_slowly_arrives_byte_by_byte(sandbox: Sandbox, provider: str) -> None:
    with connected(sandbox, provider) as ask:
        assert read(ask(path(sandbox, provider, struck(provider, "comes too slowly").id))) == 200
        started = time.monotonic()
        answer = ask(list_request(sandbox, provider))
        assert len(answer.read(4)) == 4
        assert time.monotonic() - started > 0.005
        answer.close()


@every_vendor
def test_calls_so_struck_are_in_no_list(sandbox: Sandbox, provider: str) -> None:
    text = listed(sandbox, provider).body.decode()
    assert not [words for words in STATUSES if struck(provider, words).id in text]


@pytest.mark.parametrize("provider", [each for each in PROVIDERS if providers.get(each).extras])
@pytest.mark.parametrize("words", STATUSES)
def test_a_user_sees_the_call_and_a_warning(provider: str, words: str, bare: dict[str, str]) -> None:
    call = struck(provider, words)
    done = callinspect("--sandbox", "get", provider, call.id, "--with", "all", "-o", "json", env=bare)
    assert done.returncode == 0, done.stderr
    record = json.loads(done.stdout)
    assert record["id"] == call.id
    assert not any((record["related"] or {}).values())
    assert [each for each in record["warnings"] if "could not be read" in each]
