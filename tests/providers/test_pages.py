"""Lists of calls: how a vendor is asked for one, what is on a page, and where the next one is."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import pytest
from kit import cases
from kit.case_playback import account, answered, every
from kit.cases import Case

from callinspect import providers
from callinspect.errors import BadResponseError
from callinspect.provider import Filters, Response
from callinspect.provider.answers import next_page

PAGE = "https://vendor.test/v1/users/1/calls"


SEEMING = '<?page=3>; title="; rel=next"; rel=prev'


FURTHER: dict[str, str | None] = {
    "": None,
    "<?page=2>": None,
    "<?page=2>; rel=last": None,
    '<?page=1>; rel="first", <?page=3>; rel="next", <?page=9>; rel="last"': "?page=3",
    '<?page=3>; rel="NEXT"': "?page=3",
    "<?page=3>; REL=next": "?page=3",
    '<?page=3>; rel="last next"': "?page=3",
    '<?page=3>; rel="nextpage"': None,
    "<?page=3>; title=next": None,
    "<http://vendor.test/elsewhere?page=3>; rel=next": "?page=3",
    "<//vendor.test/elsewhere?page=3>; rel=next": "?page=3",
    "<HTTPS://Vendor.Test/v1?page=3>; rel=next": "?page=3",
    "<https://vendor.test:443/v1?page=3>; rel=next": "?page=3",
    "<https://vendor.test:0443?page=3>; rel=next": "?page=3",
    "<//VENDOR.TEST:/v1?page=3>; rel=next": "?page=3",
}


@pytest.mark.parametrize(
    ("link", "query"),
    [
        *FURTHER.items(),
        (SEEMING, None),
    ],
    ids=lambda value: value or "none",
)
def test_the_next_page_is_the_one_that_the_link_calls_so(link: str, query: str | None) -> None:
    """At the address of this page."""
    further = next_page(Response(200, {"link": link} if link else {}, b"[]"), PAGE)
    assert (further and further.url) == (PAGE + query if query else None)


@pytest.mark.parametrize(
    "link",
    [
        *("<//other.test/v1?page=3>; rel=next", "<http://[bad>; rel=next", f"<?page={'1' * 4000}>; rel=next"),
        *("<https://vendor.test:444/?page=3>; rel=next", "<https://u@vendor.test/?page=3>; rel=next"),
        *("<https://vendor.test.other.test/?page=3>; rel=next", "<ftp://vendor.test/?page=3>; rel=next"),
    ],
)
def test_a_next_page_elsewhere_is_a_bad_response(link: str) -> None:
    """And so is one whose address is invalid."""
    with pytest.raises(BadResponseError, match="next page"):
        next_page(Response(200, {"link": link}, b"[]"), PAGE)


@pytest.mark.parametrize("name", [each for each in cases.vendors() if providers.get(each).listing])
def test_a_list_that_is_none_is_a_bad_response(name: str) -> None:
    listing = providers.get(name).listing
    assert listing
    for body in (b'"calls"', b"{}", b"1", b"null", b'{"items": {}, "calls": {}, "uris": {}}'):
        with pytest.raises(BadResponseError, match="something other than a list of calls"):
            listing.read(Response(200, {}, body))


@every("lists")
def test_requests_for_a_list_are_those_of_the_documentation(case: Case) -> None:
    """And those that check credentials."""
    if "request" not in case.given:
        return
    provider = providers.get(case.vendor)
    of, kind = account(provider, case.fields), case.given.get("of", "calls")
    listing = provider.history if kind == "history" else provider.listing
    if kind == "verify":
        request = provider.verify(of)
    else:
        assert listing
        request = listing.first(of, listing.lists(filters(case.given.get("filters", {})))[0])
    assert f"{request.method} {request.url.removeprefix(of.base_url)}" == case.given["request"]
    assert request.json == case.given.get("sent")


def filters(given: Mapping[str, Any]) -> Filters:
    moments = {name: datetime.fromisoformat(given[name]) for name in ("since", "until") if name in given}
    states = {"states": frozenset({given["state"]} if "state" in given else ())}
    values = {**given, **moments, **states}
    return Filters(**{f"{name}_" if name == "from" else name: value for name, value in values.items()})


@every("lists")
def test_a_page_has_the_calls_or_the_ids_that_the_vendor_sent(case: Case) -> None:
    if "body" not in case.given:
        return
    provider = providers.get(case.vendor)
    of, listing, answer = account(provider, case.fields), provider.listing, answered(case)
    assert listing
    asked = listing.first(of, Filters())._replace(json=case.given.get("asked"))
    page, further = listing.read(answer), listing.following(of, answer, asked)
    assert (list(page.calls), list(page.call_ids)) == (case.given.get("calls", []), case.given.get("ids", []))
    assert (further and f"{further.method} {further.url.removeprefix(of.base_url)}") == case.given.get("next")
    assert (further and further.json) == case.given.get("next_sent")
