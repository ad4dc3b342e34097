"""Any answer, header and wait is a record or an error in plain words, in time."""

from __future__ import annotations

import json
import time
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from kit import cases as known
from kit import vendors
from kit.junk import Json, places, put
from kit.outcomes import EXITS, LATER, checked, one

if TYPE_CHECKING:
    from kit.forks import Forks
    from kit.outcomes import Answers, Conversation, Env

EXAMPLES = 1000 // len(vendors.NAMES)
"""For each vendor's conversation: more vendors take no more time."""

ALLOWED = [HealthCheck.too_slow, HealthCheck.data_too_large]
NAMES = ["Content-Type", "Content-Encoding", "Link", "Location", "Set-Cookie", "Date", "Server", "Vary", "X-Request-Id"]
VALUES = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"), max_size=60) | (
    st.sampled_from(["text/html; charset=x", "gzip", '<?a=1>; rel="next"', "//[", "a=b; Domain=[; Expires=x", "\xff"])
)
STATUSES = st.sampled_from([200, 200, 200, 201, 400, 401, 403, 404, 500, 503]) | st.integers(200, 599).filter(
    lambda status: status not in {423, 429}  # of which there is a test by itself: they are of the account
)


@cache
def bodies(provider: str) -> list[Any]:
    """Return the answers of every case of a provider."""
    own = [*known.cases("calls", provider), *known.cases("errors", provider)]
    found = [each.body for case in own for each in case.exchange]
    return [each for each in found if isinstance(each, dict | list) and each]


def with_something_odd(body: Any) -> st.SearchStrategy[Any]:
    return st.builds(lambda place, junk: put(body, place, junk), st.sampled_from([*places(body)]), Json)


@given(data=st.data(), status=STATUSES, names=st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=3))
@settings(
    deadline=None,
    max_examples=1000 // len(vendors.NAMES),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
def test_any_answer_is_a_record_or_a_plain_error(
    answers: Answers, conversation: Conversation, data: st.DataObject, status: int, names: dict[str, str]
) -> None:
    odd = st.sampled_from(bodies(conversation.provider)).flatmap(with_something_odd)
    body = data.draw(st.binary(max_size=200) | (Json | odd).map(lambda value: json.dumps(value).encode()))
    call_id = vendors.call_id(conversation.provider, "any")
    answers.put(call_id, body, status, names | LATER)
    outcome = conversation.ask(call_id.encode())
    if (
        outcome.get("code") == "auth_rejected" or outcome.get("http_status") == 401
    ):  # or the account would not be asked any more
        good = vendors.call_id(conversation.provider, "good")
        answers.put(good, b"{}")
        conversation.ask(good.encode())
    if "code" not in outcome:
        assert 200 <= status < 300
    else:
        assert outcome["http_status"] in {status, None}
        assert (outcome["provider"], outcome["call_id"]) == (conversation.provider, call_id)


GRACE = 10.0
"""Seconds that a run may take beyond its time on a busy machine."""

WAITS = (
    st.sampled_from(["0", "-1", "1e9", "9" * 30, "999999", "0x10", "\xb2", "Fri, 01 Jan 2100 00:00:00 GMT"]) | VALUES
)
WAITS |= st.text("0123456789 ,:+-GMTJanFebFri", max_size=40)


@given(
    provider=st.sampled_from(vendors.NAMES),
    status=st.sampled_from([423, 429, 503]),
    names=st.fixed_dictionaries({"Retry-After": WAITS, "X-RateLimit-Reset": WAITS}),
    detail=Json,
)
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
def test_any_wait_that_is_named_is_obeyed_or_refused_in_time(
    answers: Answers, user: Env, forks: Forks, provider: str, status: int, names: dict[str, str], detail: Any
) -> None:
    body = json.dumps({"details": [{"name": "rateLimitResetTime", "value": detail}]}).encode()
    call_id = vendors.call_id(provider, "wait")
    answers.put(call_id, body, status, names)
    started = time.monotonic()
    told = one(forks.run("get", provider, call_id, "-o", "json", "--timeout", "0.2", env=user))
    assert time.monotonic() - started < GRACE
    assert told["code"] in {"network", "vendor_unavailable" if status == 503 else "rate_limited"}


@pytest.mark.parametrize("provider", vendors.NAMES)
def test_a_body_that_echoes_a_secret_keeps_all_else(provider: str, answers: Answers, user: Env, forks: Forks) -> None:
    secret = next(value for name, value in user.items() if provider.upper() in name and vendors.CANARY in value)
    call_id = vendors.call_id(provider, "echo")
    body = vendors.least(provider, call_id) | {"x": f"{secret} C:\\u0041bc \\/ \\\\u0041"}
    answers.put(call_id, json.dumps(body).encode())
    done = forks.run("get", provider, call_id, "-o", "json", env=user)
    assert done.status == 0
    assert checked(done.out)["vendor"]["x"] == body["x"].replace(secret, "[secret]")


QUERIES = [
    pytest.param("(" * 2000 + "a" + ")" * 2000, id="parentheses"),
    pytest.param("[" * 500, id="brackets"),
    pytest.param("`" + "[" * 5000 + "`", id="a literal"),
    pytest.param("`1e999`", id="a number beyond all floats"),
    pytest.param("to_number(vendor.x)", id="a vendor's text as a number"),
    pytest.param("a" + ".a" * 3000, id="dots"),
    pytest.param("a" + " | a" * 100, id="pipes"),
    pytest.param('"\\ud800"', id="half a surrogate pair"),
]


@pytest.mark.parametrize("query", QUERIES)
def test_any_query_is_applied_or_a_usage_error(query: str, bare: Env, forks: Forks) -> None:
    arguments = ("get", vendors.PLAIN, "--from-file", "-", "--error-format", "json", "--query", query)
    body = json.dumps(vendors.least(vendors.PLAIN, vendors.call_id(vendors.PLAIN, "1")) | {"x": "nan"}).encode()
    done = forks.run(*arguments, env=bare, stdin=body)
    assert done.status in {0, EXITS["usage"]}
    if done.status == 0:
        json.loads(done.out, parse_constant=pytest.fail)
    else:
        assert done.out == b""


# What is known to be hard to hold, to follow or to show.
