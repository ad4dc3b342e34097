"""What went wrong with a request, told as what it is: network, TLS, vendor, or an answer that cannot be read."""

from __future__ import annotations

import json
import socket
import time
from typing import TYPE_CHECKING, Any

import pytest
from kit.bounds import LEEWAY, SOON
from kit.program import VENDOR, ask, env_of, error, failure
from kit.servers import (
    GOOD,
    HEAD,
    Answer,
    Server,
    after,
    answer,
    body,
    endlessly,
    half_close,
    hang_up,
    reset,
    silence,
)
from kit.transport_calls import PATH, Asked

from callinspect.errors import VendorUnavailableError
from callinspect.provider import Refusal, Request

if TYPE_CHECKING:
    from pathlib import Path

BROKEN: dict[str, Answer] = {
    "a reset": reset,
    "a hang-up": hang_up,
    "a hang-up of one side": half_close,
    "a body cut short": after(GOOD[:-5], hang_up),
    "a body cut short by one side": after(GOOD[:-5], half_close),
    "a body cut short by a reset": after(GOOD[:-5], reset),
    "chunks cut short": after(HEAD + b"Transfer-Encoding: chunked\r\n\r\n9\r\n{", hang_up),
    "a odd_head cut short": after(HEAD[:-9], hang_up),
    "a odd_head without end": after(HEAD + b"X: " + b"x" * 300_000, silence),
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
        assert time.monotonic() - started < LEEWAY
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
    assert time.monotonic() - started < 2 + LEEWAY
    assert (told["code"], "host.invalid" in told["message"]) == ("network", True)


@pytest.mark.parametrize("host", ["a..b", "a" * 70 + ".test"])
def test_a_host_name_that_cannot_be_one_is_a_configuration_error(host: str, tmp_path: Path) -> None:
    assert "base_url" in failure(ask(env_of(tmp_path, f"https://{host}")), 10)


REFUSED: dict[str, tuple[bytes, str]] = {
    "a web page": (b"\n <!doctype html><title>Maintenance</title>", "a web page instead of JSON"),
    "XML": (b"<?xml version='1.0'?><TwoPlusTwo/>", "answered with XML instead of JSON"),
    "a page in XML": (b"<?xml version='1.0'?><!DOCTYPE HTML><HTML/>", "a web page instead of JSON"),
    "nothing": (b"", "an empty body"),
    "half of it": (body().encode()[:20], "cannot be read: it is not JSON"),
    "NaN": (b'{"callId": "c-1", "x": NaN}', "NaN is not JSON"),
    "infinity": (b'{"callId": "c-1", "x": -Infinity}', "-Infinity is not JSON"),
    "a list": (b"[1, 2]", "something other than a call"),
    "an empty list": (b"[]", "something other than a call"),
    "null": (b"null", "something other than a call"),
    "a text": (b'"c-1"', "something other than a call"),
    "a number": (b"1", "something other than a call"),
    "an object without the id": (b"{}", "no usable callId"),
    "brackets": (b"[" * 200_000, "nested too deeply"),
    "braces": (b'{"a":' * 200_000, "nested too deeply"),
    "a key twice": (b'{"callId": "c-1", "callId": "c-2"}', "the same key twice"),
    "a number of 5000 digits": (b'{"callId": "c-1", "x": %s}' % (b"9" * 5000), "it has a number that is too long"),
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


BETWEEN = "any proxy or gateway in between"
PAGE = "<html>502 Bad Gateway</html>"


@pytest.mark.parametrize(
    ("sent", "status", "said"),
    [
        (answer(502, PAGE), 7, "answered with a web page instead of the vendor's own error message (HTTP 502)"),
        (answer(504, ""), 7, "answered with an empty body instead of the vendor's own error message (HTTP 504)"),
        (answer(200, PAGE), 12, "answered with a web page instead of JSON (HTTP 200)"),
    ],
    ids=["502", "504", "200"],
)
def test_a_page_in_the_vendors_place_says_what_to_check(sent: Answer, status: int, said: str, tmp_path: Path) -> None:
    with Server(sent) as server:
        headline, *hints = failure(ask(env_of(tmp_path, server.url), "--timeout", "1"), status).splitlines()
    assert headline == f"error: {VENDOR} c-1: {said}"
    assert [hint for hint in hints if BETWEEN in hint and "check base_url" in hint]


def test_the_status_is_said_once(tmp_path: Path) -> None:
    with Server(answer(429, "", {"Retry-After": "9999"})) as server:
        headline = failure(ask(env_of(tmp_path, server.url)), 6).splitlines()[0]
    assert headline == f"error: {VENDOR} c-1: answered with HTTP status 429"


@pytest.mark.parametrize(("named", "waits"), [("9999500", 9999.5), ("soon", 8888), ("-1", 8888), ("", 8888)])
def test_a_wait_in_milliseconds_counts_before_that_in_seconds(named: str, waits: float, tmp_path: Path) -> None:
    with Server(answer(429, "", {"Retry-After-Ms": named, "Retry-After": "8888"})) as server:
        told = error(ask(env_of(tmp_path, server.url), "--error-format", "json"), 6)
    assert told["retry_after"] == waits


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
def test_a_redirect_to_another_server_is_not_followed(status: int, tmp_path: Path) -> None:
    with Server(GOOD) as other, Server(answer(status, given={"Location": other.url + PATH})) as server:
        told = error(ask(env_of(tmp_path, server.url), "--error-format", "json"), 12)
        assert (told["code"], told["http_status"]) == ("bad_response", status)
        assert (len(server.requests), other.connections) == (1, 0)


def test_a_redirect_to_the_same_server_is_not_followed_either(tmp_path: Path) -> None:
    with Server(answer(307, given={"Location": "/elsewhere"})) as server:
        assert "never followed" in failure(ask(env_of(tmp_path, server.url)), 12)
        assert len(server.requests) == 1


ERROR_KEYS = {"code", "message", "hint", "hints", "provider", "call_id", "http_status", "vendor_code", "request_id"} | {
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
        assert (told["provider"], told["call_id"]) == (VENDOR, "c-1")


def test_a_failure_carries_all_that_the_vendor_said_of_it() -> None:
    said = Refusal(error=VendorUnavailableError, message="m", code="c", request_id="r", hint="h")
    with Server(answer(500, given={"Retry-After": "9"})) as server:
        error = Asked(server.url, lambda _: said).error
        assert error
        told = (error.message, error.vendor_code, error.request_id, error.hint, error.http_status, error.retry_after)
        assert told == ("m", "c", "r", "h", 500, 9.0)
        assert isinstance(error, VendorUnavailableError)


def test_a_redirect_says_so_and_what_to_check() -> None:
    with Server(answer(302, given={"Location": "/x"})) as server:
        error = Asked(server.url).error
        assert error
        assert (error.code, error.message, error.hint, error.http_status) == (
            "bad_response",
            "answered with a redirect, which is never followed",
            "check base_url",
            302,
        )


FAULTS: dict[str, tuple[str, dict[str, Any], tuple[str, str, str | None]]] = {
    "not HTTP": ("{url}/", {}, ("network", "{host} did not send a complete HTTP response", "check base_url")),
    "a header that cannot be one": (
        "{url}/",
        {"authorization": "a\nb"},
        ("config", "a credential has characters that are not allowed in an HTTP header", None),
    ),
    "a protocol that is another": ("ftp://{host}/", {}, ("config", "base_url is not an HTTP address", None)),
    "an address that is none": (
        "{url}/\x00",
        {},
        ("usage", "base_url and the ID do not make a valid address", None),
    ),
    "an invalid host name": (
        "http://a..b/",
        {},
        ("config", "base_url has an invalid host name", None),
    ),
}


@pytest.mark.parametrize(("address", "options", "expected"), FAULTS.values(), ids=FAULTS.keys())
def test_a_failed_request_says_why_and_what_to_check(
    address: str, options: dict[str, Any], expected: tuple[str, str, str | None]
) -> None:
    with Server(b"SSH-2.0\r\n\r\n") as server:
        request = Request(url=address.format(url=server.url, host=server.address), form={})
        error = Asked(server.url, request=request, **options).error
        assert error
        code, message, hint = expected
        assert (error.code, error.message, error.hint) == (code, message.format(host=server.address), hint)


def test_a_connection_that_fails_for_no_reason_names_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [])
    error = Asked("https://vendor.test", request=Request(url="https://vendor.test/", form={})).error
    assert error
    assert (error.code, error.message, error.hint) == (
        "network",
        "cannot connect to vendor.test",
        "check the network and base_url",
    )
