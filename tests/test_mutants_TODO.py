"""What a request and an account come to, fact by fact, where a process would take longer to say it."""

from __future__ import annotations

import contextlib
import random
import re
import time
from typing import TYPE_CHECKING, Any

import pytest
from servers import Server, after, answer, hang_up, header, headers, reset

from callinspect import __version__, providers
from callinspect.credentials import addresses, check, find, of, require, variables
from callinspect.deadline import Deadline
from callinspect.errors import (
    AuthMissingError,
    CallinspectError,
    ConfigError,
    RateLimitedError,
    UsageError,
    VendorUnavailableError,
)
from callinspect.pace import Pace
from callinspect.provider import BASE_URL, Account, Field, Refusal, Request, Response, Token
from callinspect.transport import Transport

if TYPE_CHECKING:
    from collections.abc import Callable

GOOD = answer(200, "{}")

# --- transport --------------------------------------------------------------------------------------------------------


class Asked:
    """One exchange, and what was told meanwhile."""

    def __init__(
        self,
        base: str,
        refusal: Callable[[Response], Refusal | None] | None = None,
        request: Request | None = None,
        seconds: float = 5.0,
        **options: Any,
    ) -> None:
        self.pauses: list[tuple[float, str]] = []
        self.trace: list[str] = []
        self.error: CallinspectError | None = None
        self.response: Response | None = None
        transport = Transport(
            base, trace=self.trace.append, waiting=lambda pause, why: self.pauses.append((pause, why))
        )
        with contextlib.closing(transport):
            try:
                self.response = transport.exchange(
                    request or Request(url=f"{base}/"), refusal or refused, Deadline(seconds), **options
                )
            except CallinspectError as error:
                self.error = error


def refused(response: Response) -> Refusal | None:
    if response.status < 400:
        return None
    return Refusal(error=RateLimitedError if response.status in {423, 429} else VendorUnavailableError)


@pytest.mark.parametrize(("end", "pauses"), [(0, [0.0, 0.0]), (1, [0.5, 1.0])], ids=["least", "most"])
def test_pauses_before_another_try_are_drawn_from_nothing_to_half_a_second_and_then_twice_that(
    end: int, pauses: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(random, "uniform", lambda *bounds: bounds[end])
    with Server(answer(503)) as server:
        asked = Asked(server.url)
        assert asked.pauses == [(pause, "answered with HTTP status 503") for pause in pauses]
        waits = [later - sooner for sooner, later in zip(server.times, server.times[1:], strict=False)]
        assert [wait >= pause for wait, pause in zip(waits, pauses, strict=True)] == [True, True]


@pytest.mark.parametrize(
    ("status", "named", "pause"),
    [(503, "1", 1.0), (503, "0", 0.5), (429, "1", 1.0), (429, "0", 0.05), (423, "0", 0.05), (429, "", 0.5)],
)
def test_a_pause_is_what_was_named_or_what_was_drawn_whichever_is_longer_but_a_limit_s_own_wait_counts_alone(
    status: int, named: str, pause: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(random, "uniform", lambda _low, high: high)
    with Server(answer(status, given={"Retry-After": named} if named else {}), GOOD) as server:
        asked = Asked(server.url)
        assert asked.response
        assert asked.pauses == [(pause, f"answered with HTTP status {status}")]
        assert server.times[1] - server.times[0] >= pause - 0.01


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        ("7", 7.0),
        ("007", 7.0),
        ("9" * 12, 999_999_999_999.0),
        ("9" * 20, 999_999_999_999.0),
        ("-1", None),
        ("+7", None),
        ("7.5", None),
        ("7 s", None),
        ("Sun, 99 Nov 1994 08:49:37 GMT", None),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 0.0),
    ],
)
def test_a_named_wait_is_whole_seconds_or_a_date_and_all_else_is_none(value: str, seconds: float | None) -> None:
    with Server(answer(429, given={"Retry-After": value})) as server:
        asked = Asked(server.url, request=Request(url=f"{server.url}/", form={}))
        assert asked.error
        assert asked.error.retry_after == seconds


def test_a_vendor_s_own_way_to_name_the_end_goes_before_the_header() -> None:
    ends = time.time() + 100
    with Server(answer(429, given={"Retry-After": "7"})) as server:
        asked = Asked(server.url, lambda _: Refusal(error=RateLimitedError, retry_at=ends))
        assert asked.error
        assert asked.error.retry_after
        assert 90 < asked.error.retry_after <= 100
        assert round(asked.error.retry_after, 3) == asked.error.retry_after
        form = Request(url=f"{server.url}/", form={})
        over = Asked(server.url, lambda _: Refusal(error=RateLimitedError, retry_at=1.0), form)
        assert over.error
        assert over.error.retry_after == 0.0


def test_a_failure_carries_all_that_the_vendor_said_of_it() -> None:
    said = Refusal(error=VendorUnavailableError, message="m", code="c", request_id="r", hint="h")
    with Server(answer(500, given={"Retry-After": "9"})) as server:
        error = Asked(server.url, lambda _: said).error
        assert error
        told = (error.message, error.vendor_code, error.request_id, error.hint, error.http_status, error.retry_after)
        assert told == ("m", "c", "r", "h", 500, 9.0)
        assert isinstance(error, VendorUnavailableError)


def test_a_request_has_the_headers_of_every_request_and_its_own() -> None:
    with Server(GOOD) as server:
        own = {"x-own": "1", "accept": "text/plain"}
        request = Request(url=f"{server.url}/t", form={"a": "b c"}, headers=own)
        assert Asked(server.url, request=request, authorization="Bearer t").response
        sent = headers(server.requests[0])
        assert server.requests[0].startswith(b"POST /t HTTP/1.1\r\n")
        assert server.requests[0].endswith(b"\r\n\r\na=b+c")
        assert {name: sent.get(name) for name in ("x-own", "accept", "authorization", "user-agent")} == {
            "x-own": "1",
            "accept": "text/plain",
            "authorization": "Bearer t",
            "user-agent": f"callinspect/{__version__}",
        }
        assert Asked(server.url).response
        assert header(server.requests[1], "authorization") is None


def test_an_answer_has_its_status_its_headers_in_lower_case_and_its_body_as_sent() -> None:
    with Server(answer(299, b"\x00 x ", {"X-Own": "Value"})) as server:
        response = Asked(server.url).response
        assert response
        assert (response.status, response.headers["x-own"], response.body) == (299, "Value", b"\x00 x ")


def test_a_request_is_traced_with_its_answer_s_status_and_size_or_with_the_kind_of_failure() -> None:
    with Server(hang_up, after(GOOD, reset)) as server:
        trace = Asked(server.url).trace
        start = re.escape(f"GET {server.url}/ → ")
        assert re.fullmatch(start + r"RemoteProtocolError after \d\.\d{3} s", trace[0])
        assert re.fullmatch(start + r"200, 2 bytes in \d\.\d{3} s", trace[1])
        assert len(trace) == 2


def test_a_redirect_says_so_and_what_to_check() -> None:
    with Server(answer(302, given={"Location": "/x"})) as server:
        error = Asked(server.url).error
        assert error
        assert (error.code, error.message, error.hint, error.http_status) == (
            "bad_response",
            "answered with a redirect (302), which is never followed",
            "check base_url",
            302,
        )


FAULTS: dict[str, tuple[str, dict[str, Any], tuple[str, str, str | None]]] = {
    "not HTTP": ("{url}/", {}, ("network", "{host} did not send a whole HTTP answer", "check base_url")),
    "a header that cannot be one": (
        "{url}/",
        {"authorization": "a\nb"},
        ("config", "a credential has characters in it that no HTTP header can carry", None),
    ),
    "a protocol that is another": ("ftp://{host}/", {}, ("config", "base_url is not an address of HTTP", None)),
    "an address that is none": (
        "{url}/\x00",
        {},
        ("usage", "the address made from base_url and the id is not a valid one", None),
    ),
    "a host name that cannot be one": (
        "http://a..b/",
        {},
        ("config", "base_url has a host name that cannot be one", None),
    ),
}


@pytest.mark.parametrize(("address", "options", "expected"), FAULTS.values(), ids=FAULTS.keys())
def test_a_request_that_cannot_be_sent_or_answered_says_why_and_what_to_check(
    address: str, options: dict[str, Any], expected: tuple[str, str, str | None]
) -> None:
    with Server(b"SSH-2.0\r\n\r\n") as server:
        request = Request(url=address.format(url=server.url, host=server.address), form={})
        error = Asked(server.url, request=request, **options).error
        assert error
        code, message, hint = expected
        assert (error.code, error.message, error.hint) == (code, message.format(host=server.address), hint)


def test_the_time_in_which_a_first_turn_is_awaited_is_not_the_call_s_own() -> None:
    pace = Pace(1.0)
    pace.take()
    with Server(GOOD) as server:
        started = time.monotonic()
        assert Asked(server.url, seconds=0.5, pace=pace).response
        assert time.monotonic() - started > 0.9


def test_a_limit_holds_back_all_who_keep_the_same_pace_and_slows_it_down_and_a_success_eases_it() -> None:
    pace = Pace()
    with Server(answer(429, given={"Retry-After": "1"}), GOOD) as server:
        started = time.monotonic()
        assert Asked(server.url, pace=pace).response
        pace.take()
        assert time.monotonic() - started >= 1.0
        assert pace.interval == pytest.approx(0.02 * 0.98)


def test_a_failure_and_a_limit_that_is_over_leave_the_pace_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "uniform", lambda _low, high: high)
    pace = Pace()
    with Server(answer(429, given={"Retry-After": "0"}), answer(503), GOOD) as server:
        assert Asked(server.url, pace=pace).response
        assert pace.interval == 0.0


# --- credentials ------------------------------------------------------------------------------------------------------

SECRET = Field(name="token", title="", secret=True)
PASSWORD = Field(name="password", title="", secret=True, token=False)
PLAIN = Field(name="user", title="")
LONG = "is longer than 1200 characters"
ASCII = "must be visible ASCII characters without spaces"
CONTROL = "has control characters in it"
NO_TEXT = "is not text in UTF-8"
NO_ADDRESS = "is not an address"
FORM = "is not an address of the form https://host/path"
USER = "must not have a user name in it"
SCHEME = "must begin with https:// (http:// is for loopback only)"


@pytest.mark.parametrize(
    ("each", "value", "problem"),
    [
        (SECRET, "x" * 1200, None),
        (SECRET, "x" * 1201, LONG),
        (SECRET, "!~", None),
        (SECRET, "", ASCII),
        (SECRET, "a b", ASCII),
        (SECRET, "ä", ASCII),
        (SECRET, "\x7f", ASCII),
        (PASSWORD, "", None),
        (PASSWORD, "ä b", None),
        (PASSWORD, "x" * 1201, LONG),
        (PASSWORD, "a\x1fb", CONTROL),
        (PASSWORD, "a\nb", CONTROL),
        (PASSWORD, "\x7f", CONTROL),
        (PASSWORD, "a\x80b", None),
        (PASSWORD, "\ud800", NO_TEXT),
        (PASSWORD, "a\udfff", NO_TEXT),
        (PASSWORD, "\ue000\ud7ff", None),
        (PLAIN, "x" * 1201, None),
        (PLAIN, "ä b", None),
        (PLAIN, "", "is empty"),
        (PLAIN, "\t", CONTROL),
        (PLAIN, "\udc80", NO_TEXT),
        (BASE_URL, "https://h", None),
        (BASE_URL, "https://h:1/p/", None),
        (BASE_URL, "http://127.0.0.1:1", None),
        (BASE_URL, "http://[::1]/", None),
        (BASE_URL, "http://LOCALHOST", None),
        (BASE_URL, "HTTPS://h", None),
        (BASE_URL, "http://h", SCHEME),
        (BASE_URL, "ftp://127.0.0.1", SCHEME),
        (BASE_URL, "", FORM),
        (BASE_URL, "h", FORM),
        (BASE_URL, "https://", FORM),
        (BASE_URL, "https:///p", FORM),
        (BASE_URL, "https://h/?", FORM),
        (BASE_URL, "https://h/#", FORM),
        (BASE_URL, "https://h/\\", FORM),
        (BASE_URL, "https://h/\x7f", FORM),
        (BASE_URL, "https://h/ ", FORM),
        (BASE_URL, "https://me@h", USER),
        (BASE_URL, "https://@h", USER),
        (BASE_URL, "https://me:p@h", USER),
        (BASE_URL, "https://h:99999", NO_ADDRESS),
        (BASE_URL, "https://[h", NO_ADDRESS),
    ],
)
def test_a_value_that_cannot_be_used_says_what_is_wrong_and_where_it_comes_from(
    each: Field, value: str, problem: str | None
) -> None:
    if problem is None:
        check(each, value, "there")
        return
    with pytest.raises(ConfigError) as raised:
        check(each, value, "there")
    assert (raised.value.message, raised.value.hint) == (f"{each.name} {problem}", "it comes from there")


BANDWIDTH = providers.get("bandwidth")
ACCOUNT = {"BW_ACCOUNT_ID": "1", "BW_USERNAME": "me", "BW_PASSWORD": "canary"}


def test_a_complete_environment_says_where_each_value_comes_from_and_what_is_secret() -> None:
    environ = {**ACCOUNT, "CALLINSPECT_BANDWIDTH_USERNAME": "you", "CALLINSPECT_BANDWIDTH_BASE_URL": "https://h/x//"}
    found = find(BANDWIDTH, profile="default", settings={"account_id": "2"}, environ=environ)
    assert found.account.values == {
        "account_id": "2",
        "username": "you",
        "password": "canary",
        "base_url": "https://h/x//",
    }
    assert found.account.base_url == "https://h/x"
    assert found.sources == {
        "account_id": "--set",
        "username": "environment (CALLINSPECT_BANDWIDTH_USERNAME)",
        "password": "environment (BW_PASSWORD)",
        "base_url": "environment (CALLINSPECT_BANDWIDTH_BASE_URL)",
    }
    assert found.secrets == {"canary"}
    assert found.scheme is BANDWIDTH.schemes[1]
    assert (found.stored, found.bound, found.token, found.keep, found.again) == ({}, None, None, None, None)
    assert "canary" not in repr(found)


def test_an_empty_variable_is_none_but_a_password_may_be_empty() -> None:
    environ = ACCOUNT | {"BW_PASSWORD": "", "CALLINSPECT_BANDWIDTH_USERNAME": "", "BW_CLIENT_ID": ""}
    found = find(BANDWIDTH, profile="default", settings={}, environ=environ)
    assert found.account.values == {"account_id": "1", "username": "me", "password": ""}
    assert found.account.base_url == BANDWIDTH.base_url
    assert found.secrets == frozenset()


@pytest.mark.parametrize(
    ("settings", "message", "hint"),
    [
        ({"acount_id": "1"}, "bandwidth has no setting “acount_id”", "did you mean account_id?"),
        ({"zzz": "1"}, "bandwidth has no setting “zzz”", None),
        ({"password": "p"}, "password is a secret, and a secret is never an argument", "use the environment"),
    ],
)
def test_a_setting_that_is_none_or_a_secret_is_refused_with_what_to_do(
    settings: dict[str, str], message: str, hint: str | None
) -> None:
    with pytest.raises(UsageError) as raised:
        find(BANDWIDTH, profile="default", settings=settings, environ=ACCOUNT)
    assert (raised.value.message, raised.value.hint) == (message, hint)


def test_a_hyphen_in_a_provider_s_name_is_an_underscore_in_that_of_a_variable() -> None:
    other = BANDWIDTH._replace(name="my-own-vendor")
    assert variables(other, BANDWIDTH.fields[0]) == ("CALLINSPECT_MY_OWN_VENDOR_ACCOUNT_ID", "BW_ACCOUNT_ID")


def test_addresses_of_the_environment_are_those_of_all_fields_that_are_one() -> None:
    environ = ACCOUNT | {"CALLINSPECT_BANDWIDTH_TOKEN_URL": "https://t", "CALLINSPECT_BANDWIDTH_BASE_URL": "https://b"}
    assert addresses(BANDWIDTH, environ) == {"token_url": "https://t", "base_url": "https://b"}
    assert addresses(BANDWIDTH, ACCOUNT) == {}


def test_what_was_entered_makes_credentials_of_its_own() -> None:
    kept: list[Token] = []
    made = of(BANDWIDTH, {"account_id": "1", "client_id": "i", "client_secret": "s"}, kept.append)
    assert made.keep
    made.keep(Token("t"))
    assert kept == [Token("t")]
    assert (made.scheme, set(made.sources.values())) == (BANDWIDTH.schemes[0], {"what was entered"})
    assert require(made, BANDWIDTH, "default") is made
    with pytest.raises(ConfigError) as raised:
        of(BANDWIDTH, {"client_secret": "a b"}, kept.append)
    assert raised.value.hint == "it comes from what was entered"


def test_what_is_missing_is_named_with_the_way_that_needs_least_first() -> None:
    incomplete = of(BANDWIDTH, {"account_id": "1", "username": "me"}, lambda _: None)
    assert incomplete.scheme is None
    with pytest.raises(AuthMissingError) as raised:
        require(incomplete, BANDWIDTH, "work")
    assert (raised.value.message, raised.value.hint) == (
        "there are no complete credentials for Bandwidth Voice v2",
        (
            "run “callinspect auth login bandwidth --profile work”, or set CALLINSPECT_BANDWIDTH_PASSWORD"
            " or CALLINSPECT_BANDWIDTH_CLIENT_ID + CALLINSPECT_BANDWIDTH_CLIENT_SECRET"
        ),
    )
    genesys = providers.get("genesys")
    with pytest.raises(AuthMissingError, match="Genesys Web Services") as raised:
        require(of(genesys, {"access_token": "t"}, lambda _: None), genesys, "default")
    assert (raised.value.hint or "").startswith(
        "run “callinspect auth login genesys”, or set CALLINSPECT_GENESYS_BASE_URL or "
    )


def test_values_of_an_account_are_not_in_its_repr() -> None:
    assert "canary" not in repr(Account(base_url="https://h", values={"password": "canary"}))
    assert "canary" not in repr(
        Request(url="https://h", form={"password": "canary"}, headers={"authorization": "canary"})
    )
    assert "canary" not in repr(Token("canary", 1.0, "canary"))
