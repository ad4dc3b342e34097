"""What a provider says as data: IDs that are numbers, envelopes, pages, the end of a rate limit."""

from collections.abc import Callable
from datetime import UTC, datetime
from json import dumps
from time import process_time
from typing import Any

import pytest

from callinspect.errors import BadResponseError, ConfigError, UsageError
from callinspect.model import Call
from callinspect.provider import (
    Account,
    Document,
    Filters,
    Response,
    Roughly,
    Shape,
    address,
    day,
    day_after,
    errors,
    linked_at,
    pages,
    parse_mail_date,
    parse_milliseconds,
    parse_seconds,
    parse_utc,
    place,
    unsigned,
)

CALLS = place("calls")
ACCOUNT = Account(base_url="https://vendor.test/v1", values={})


def normalized(sent: Any, **more: Any) -> Call:
    return Shape(id="id", state="state", words={}, **more).reader("any")(Document(sent))


@pytest.mark.parametrize(
    ("sent", "left", "warnings"),
    [(812343, {}, ()), ("812343", {"id": "812343"}, ("id is a string, not a number",))],
)
def test_an_id_that_is_a_number_is_its_digits(sent: Any, left: Any, warnings: Any) -> None:
    call = normalized({"id": sent}, numeric_id=True)
    assert (call.id, call.vendor, call.warnings) == ("812343", left, warnings)


@pytest.mark.parametrize("numeric", [True, False])
@pytest.mark.parametrize("sent", [None, True, 1.5, "", [1], {}, 10**1000])
def test_what_is_no_id_is_fatal_for_both_kinds(sent: Any, numeric: bool) -> None:
    with pytest.raises(BadResponseError):
        normalized({"id": sent}, numeric_id=numeric)


@pytest.mark.parametrize("call_id", ["", ".", "..", "a\nb", "x" * 1001, "a/b" * 400])
def test_what_is_no_segment_of_a_path_is_never_asked_for(call_id: str) -> None:
    """Neither where it is typed nor where an answer has it."""
    with pytest.raises(UsageError):
        CALLS.url(ACCOUNT, call_id)
    assert CALLS.url(ACCOUNT, "x" * 1000, "a/b", "...") == f"https://vendor.test/v1/calls/{'x' * 1000}/a%2Fb/..."


def test_a_call_is_taken_out_of_its_envelope() -> None:
    """What stands beside it is not lost."""
    call = normalized({"call": {"id": "1", "a": 1}, "status": "ok"}, opened="call")
    assert (call.id, call.vendor) == ("1", {"a": 1, "status": "ok"})
    both = normalized({"call": {"id": "1", "a": 1}, "a": 2}, opened="call")
    assert both.vendor == {"a": 1, "envelope": {"a": 2}}


def test_a_call_without_its_envelope_is_read_as_it_is() -> None:
    assert normalized({"id": "1", "a": 1}, opened="call").vendor == {"a": 1}


@pytest.mark.parametrize("sent", [{"call": None}, {"call": []}, {"call": "1"}, [], None, 1])
def test_an_envelope_without_a_call_is_a_bad_response(sent: Any) -> None:
    with pytest.raises(BadResponseError, match="other than a call"):
        normalized(sent, opened="call")


LISTING = pages(CALLS, read="calls", following=linked_at("meta", "next"))
DEEPER = pages(CALLS, read=("inner", "calls"))

ASKED = LISTING.first(ACCOUNT, Filters())


def listed(body: Any) -> Response:
    return Response(200, {}, dumps(body).encode())


def test_a_page_is_read_from_its_key() -> None:
    assert LISTING.read(listed({"calls": [1, 2], "meta": {}})).calls == (1, 2)
    assert DEEPER.read(listed({"inner": {"calls": [1, 2]}})).calls == (1, 2)


@pytest.mark.parametrize("body", [{}, {"calls": None}, {"calls": {}}, [], "calls", None])
def test_a_page_without_its_key_is_a_bad_response(body: Any) -> None:
    with pytest.raises(BadResponseError, match="other than a list of calls"):
        LISTING.read(listed(body))


@pytest.mark.parametrize(
    ("link", "query"),
    [
        *((each, None) for each in (None, "")),
        *((each, "?page=2") for each in ("https://vendor.test/v1/calls?page=2", "/v1/calls?page=2", "?page=2")),
        ("https://VENDOR.test:443/elsewhere?page=2", "?page=2"),
    ],
)
def test_the_next_page_is_at_the_address_in_the_body(link: Any, query: str | None) -> None:
    further = LISTING.following(ACCOUNT, listed({"meta": {"next": link}}), ASKED)
    assert (further and further.url) == (query and f"https://vendor.test/v1/calls{query}")


@pytest.mark.parametrize("link", ["https://xn--strae-oqa.test/v1/calls?a=1", "https://STRAßE.test:443?a=1"])
def test_a_next_page_at_the_same_host_in_other_letters_is_here(link: str) -> None:
    base = address.check("https://Straße.test/v1")
    assert base == "https://xn--strae-oqa.test/v1"
    account = Account(base_url=base, values={})
    further = LISTING.following(account, listed({"meta": {"next": link}}), LISTING.first(account, Filters()))
    assert further
    assert further.url == f"{base}/calls?a=1"


@pytest.mark.parametrize(
    "host", ["strasse.test", "api.vendor\u0445.test", "\uff41.test", "\u260e.test", f"{'ü' * 70}.test"]
)
def test_a_name_that_only_looks_alike_is_another_host(host: str) -> None:
    """Python's own codec takes `ß` for `ss`."""
    try:
        form = address.canonical(f"https://{host}")
    except ValueError:
        return
    assert form.isascii()
    assert form not in {address.canonical(f"https://{each}") for each in ("straße.test", "api.vendorx.test", "a.test")}


@pytest.mark.parametrize("body", [{}, {"meta": None}, {"meta": []}, {"meta": "next"}, {"meta": {}}, [], None])
def test_a_page_without_such_an_address_is_the_last(body: Any) -> None:
    assert LISTING.following(ACCOUNT, listed(body), ASKED) is None


@pytest.mark.parametrize(
    "link",
    [
        *(
            1,
            True,
            [],
            {},
            "x",
            "https://vendor.test/v1/calls",
            "https://[?page=2",
            "?\x1b[2J",
            "?",
            "#?a",
            f"?page={'1' * 4000}",
        ),
        *("https://other.test/v1/calls?page=2", "//other.test?page=2", "https://u@vendor.test/?page=2", "ftp:?page=2"),
    ],
)
def test_an_address_that_leads_nowhere_is_a_bad_response(link: Any) -> None:
    """And so is one that leads to another host."""
    with pytest.raises(BadResponseError, match="next page"):
        LISTING.following(ACCOUNT, listed({"meta": {"next": link}}), ASKED)


Parse = Callable[[str], datetime]


def end(parse: Parse, text: str, status: int = 429, wait: str | None = None) -> float | None:
    read = errors("message", "code", reset=("X-Reset", parse))
    headers = {"x-reset": text} | ({"retry-after": wait} if wait else {})
    refusal = read(Response(status, headers, b'{"code": "c", "message": "m"}'))
    assert refusal
    return refusal.retry_at


@pytest.mark.parametrize(
    ("parse", "text"),
    [(parse_seconds, "30"), (parse_seconds, "0"), (parse_milliseconds, "30000"), (parse_seconds, "-1")],
)
def test_seconds_to_wait_are_not_the_end_of_a_limit(parse: Parse, text: str) -> None:
    """A vendor may mean either with such a header; `Retry-After` is obeyed then."""
    assert end(parse, text) is None


@pytest.mark.parametrize(
    ("parse", "text"),
    [
        (parse_seconds, "1584998270"),
        (parse_milliseconds, "1584998270000"),
        (parse_mail_date, "Mon, 23 Mar 2020 21:17:50 +0000"),
        (parse_utc, "2020-03-23T21:17:50"),
    ],
)
def test_the_end_of_a_limit_is_read_in_the_vendors_form(parse: Parse, text: str) -> None:
    assert end(parse, text) == 1584998270
    assert end(parse, text, 503) is None


def test_a_limit_that_names_the_wait_ends_after_that() -> None:
    assert end(parse_seconds, "1584998270", wait="2") is None


@pytest.mark.parametrize("text", ["", "soon", "\x1b", "9" * 50, "-", "1e9"])
@pytest.mark.parametrize("parse", [parse_seconds, parse_milliseconds, parse_mail_date, parse_utc])
def test_an_end_that_cannot_be_read_is_none(parse: Parse, text: str) -> None:
    assert end(parse, text) is None


@pytest.mark.parametrize(
    ("sent", "seconds", "warned"),
    [(60250, 60.25, False), ("60250", 60.25, False), (0, 0, False), (10**4000, None, True), ("1 min", None, True)],
    ids=["number", "digits", "zero", "endless", "words"],
)
def test_a_duration_can_be_in_milliseconds(sent: Any, seconds: float | None, warned: bool) -> None:
    call = normalized({"id": "1", "length": sent}, reported="length", per_second=1000)
    assert (call.durations.reported, bool(call.warnings)) == (seconds, warned)


NESTED = errors("error.message", "error.errors.0.reason", meanings={"notFound": None})


def test_an_error_can_lie_deeper_in_the_body() -> None:
    body = {"error": {"message": "Call not found", "errors": [{"reason": "notFound"}]}}
    refusal = NESTED(Response(404, {}, dumps(body).encode()))
    assert refusal
    assert (refusal.error.code, refusal.message, refusal.code) == ("not_found", "Call not found", "notFound")


@pytest.mark.parametrize(
    "body",
    [
        {"error": "notFound"},
        {"error": {"message": "m", "errors": []}},
        {"error": {"message": "m", "errors": {}}},
        [],
        {},
    ],
    ids=str,
)
def test_an_error_that_lies_elsewhere_is_not_the_vendors(body: Any) -> None:
    refusal = NESTED(Response(404, {}, dumps(body).encode()))
    assert refusal
    assert refusal.error.code == "vendor_unavailable"


BY_DAY = pages(
    CALLS,
    query={
        "cause": "Status",
        "state": Roughly("Status", {"active": "in-progress"}.get),
        "since": Roughly("From>", day),
        "until": Roughly("From<", day_after),
    },
    size=("Size", 1000),
)
LATE = datetime(2026, 3, 2, 23, 59, 59, tzinfo=UTC)


@pytest.mark.parametrize(
    ("filters", "query"),
    [
        (Filters(limit=5), "?Size=5"),
        (Filters(cause="busy", limit=5), "?Status=busy&Size=5"),
        (Filters(since=LATE), "?From%3E=2026-03-02&Size=1000"),
        (Filters(until=LATE, limit=9999), "?From%3C=2026-03-03&Size=1000"),
        (Filters(state="active"), "?Status=in-progress&Size=1000"),
        (Filters(state="ended"), "?Size=1000"),
        (Filters(state="active", cause="busy"), "?Status=busy&Size=1000"),
        (Filters(since=LATE, options={"Size": "7"}), "?From%3E=2026-03-02&Size=7"),
        (Filters(), ""),
    ],
)
def test_rough_filters_are_asked_for_in_large_pages(filters: Filters, query: str) -> None:
    """And by its words alone: another filter that takes the same parameter has it."""
    assert BY_DAY.first(ACCOUNT, filters).url == f"https://vendor.test/v1/calls{query}"


def test_what_a_vendor_filters_roughly_is_filtered_again() -> None:
    assert BY_DAY.applied == {"cause"}


def test_seconds_to_wait_count_from_the_date_of_the_answer() -> None:
    """A number that is too small for a time since the epoch is one of seconds."""
    read = errors("message", "code", reset=("X-Reset", parse_seconds))
    sent = {"x-reset": "30", "date": "Thu, 12 Mar 2026 10:00:00 GMT"}
    for date, retry_at in ((sent["date"], 1773309630.0), ("soon", None), ("", None)):
        refusal = read(Response(429, sent | {"date": date}, b'{"code": "c", "message": "m"}'))
        assert refusal
        assert refusal.retry_at == retry_at


def test_a_field_that_a_path_needs_is_named_if_not_set() -> None:
    with pytest.raises(ConfigError, match="this needs team, which is not set") as raised:
        place("teams", "{team}", "calls").url(ACCOUNT)
    assert "--set team=" in (raised.value.hint or "")


def test_a_record_without_a_word_for_the_state_has_none() -> None:
    sent = {"id": "1", "state": "moon"}
    call = Shape(id="id").reader("any")(Document(sent))
    assert (call.state, call.vendor_state, call.vendor, call.warnings) == ("unknown", None, {"state": "moon"}, ())


def test_a_link_is_kept_without_what_signs_it() -> None:
    link = "https://vendor.test/1.wav"
    sent = {"a": [f"{link}?X-Signature=abc#x", {"b": f"HTTP://vendor.test?{link}"}], "c": link, "d": "who? me", "e": 1}
    kept = {"a": [f"{link}?[secret]", {"b": "HTTP://vendor.test?[secret]"}], "c": link, "d": "who? me", "e": 1}
    assert unsigned(sent) == kept


LINK = "//vendor.test/1.wav"
LINKS = {
    f" https:{LINK}?sig=abc": f" https:{LINK}?[secret]",
    f"See (https:{LINK}?sig=abc).": f"See (https:{LINK}?[secret]",
    f"two: {LINK}?sig=1 and {LINK}#sig=2 end": f"two: {LINK}?[secret] and {LINK}#[secret] end",
    "//user:p@ss@vendor.test/a@b": "//[secret]@vendor.test/a@b",
    f'{{"url": "https:{LINK}?a=1\\u0026sig=abc", "n": 1}}': f'{{"url": "https:{LINK}?[secret]", "n": 1}}',
    r'{"url":"https:\/\/u:p@vendor.test\/1?sig=a"}': r'{"url":"https:\/\/[secret]@vendor.test\/1?[secret]"}',
    "a=https%3A%2F%2Fu%40vendor.test%2F1%3Fsig%3Dabc&n=1": "a=https%3A%2F%2F[secret]@vendor.test%2F1%3F[secret]&n=1",
    f"why https:{LINK}? Because": f"why https:{LINK}? Because",
    **{same: same for same in ("a//b", "1 // 2? 3", "//", "a?b#c", "u@vendor.test", f"ftp:{LINK}", "////")},
}


@pytest.mark.parametrize(("sent", "kept"), LINKS.items(), ids=str)
def test_no_link_in_a_text_can_be_opened(sent: str, kept: str) -> None:
    assert unsigned([{"a": sent}]) == [{"a": kept}]


@pytest.mark.parametrize(
    "text", ["/" * 400_000, "//a" * 200_000, "//" + "@" * 400_000, "http" * 100_000, "//\\" * 99_999]
)
def test_long_texts_are_searched_for_links_in_no_time(text: str) -> None:
    begun = process_time()
    unsigned(text)
    assert process_time() - begun < 1


@pytest.mark.parametrize("base", ["https://vendor.test", "https://vendor.test/api"])
def test_the_root_of_a_place_is_added_where_it_is_missing(base: str) -> None:
    account = Account(base_url=base, values={})
    assert place("calls", root="/api").url(account, "1", of="2") == "https://vendor.test/api/calls/1?of=2"


def test_another_path_that_ends_alike_is_no_root() -> None:
    account = Account(base_url="https://vendor.test/myapi", values={})
    assert place("calls", root="/api").url(account) == "https://vendor.test/myapi/api/calls"
