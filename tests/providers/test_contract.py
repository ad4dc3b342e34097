"""The contract that every provider keeps: one suite, run over every vendor's cases (see `kit.cases`).

Records were derived from the model by hand. What is one vendor's alone stands beside its cases.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from enum import Enum
from importlib import import_module
from pkgutil import walk_packages
from typing import Any

import pytest
from kit import cases
from kit.cases import Case
from kit.playing import VALIDATOR, account, call_object, differences, every, inspect, lowered, response

from callinspect import providers
from callinspect.errors import BadResponseError, CallinspectError
from callinspect.provider import Document, Filters, Response, Token
from callinspect.provider.answers import next_page
from callinspect.provider.moments import parse_timestamp
from callinspect.reference import q850
from callinspect.render.json import record, timestamp

every_vendor = pytest.mark.parametrize("name", cases.vendors())


def test_every_vendor_has_cases() -> None:
    """A vendor without a list of calls has none of a list, and one without OAuth none of a token."""
    assert cases.vendors() == sorted(providers.names())
    for name in cases.vendors():
        provider = providers.get(name)
        listed = {case.given.get("of", "calls") for case in cases.cases("lists", name)}
        there = {"calls": provider.listing, "history": provider.history, "verify": provider.verify}
        assert listed == {kind for kind, found in there.items() if found}
        assert cases.cases("errors", name)
        assert cases.cases("refusals", name)
        fields = {each.name: "x" for each in provider.fields}
        buying = [
            number
            for number, scheme in enumerate(provider.schemes)
            if scheme.token_request(account(provider, fields), None)
        ]
        assert sorted({case.given.get("scheme", 0) for case in cases.cases("tokens", name)}) == buying


@every("calls")
def test_a_vendors_answer_gives_the_record_of_the_model(case: Case) -> None:
    provider = providers.get(case.vendor)
    document, _ = inspect(provider, case)
    got = json.loads(json.dumps(record(provider.normalize(document))))
    expected = dict(case.expected)
    warnings, got_warnings = expected.pop("warnings"), got.pop("warnings")
    assert list(got) == [*expected, "retrieved_at"]
    wrong = differences(expected, {key: got[key] for key in expected})
    assert not wrong, "\n".join([case.place, *wrong])
    assert len(warnings) == len(got_warnings), (case.place, got_warnings)
    assert all(any(part in each for each in got_warnings) for part in warnings), (case.place, got_warnings)


@every("calls")
def test_every_record_keeps_to_the_schema(case: Case) -> None:
    provider = providers.get(case.vendor)
    document, _ = inspect(provider, case)
    VALIDATOR.validate(json.loads(json.dumps(record(provider.normalize(document)))))


@every("calls")
def test_requests_are_those_of_the_vendors_documentation(case: Case) -> None:
    provider = providers.get(case.vendor)
    _, sent = inspect(provider, case)
    base = account(provider, case.fields).base_url
    assert [f"{each.method} {each.url.removeprefix(base)}" for each in sent] == [
        each.request for each in case.exchange
    ], case.place


@every("calls")
def test_a_document_holds_the_answers_as_they_were_sent_and_the_id_that_was_asked_for(case: Case) -> None:
    document, _ = inspect(providers.get(case.vendor), case)
    first, *further = [response(each) for each in case.exchange]
    assert (document.call_id, document.raw) == (case.call_id, first.body)
    assert document.extras == {name: each.document for name, each in zip(case.extras, further, strict=True)}


@every("errors")
def test_a_vendors_refusal_means_what_its_sheet_says(case: Case) -> None:
    provider = providers.get(case.vendor)
    with pytest.raises(CallinspectError) as raised:
        provider.normalize(inspect(provider, case)[0])
    error, expected = raised.value, case.expected
    assert (error.code, error.exit_status) == (expected["code"], expected["exit"])
    assert expected["message_contains"] in error.message
    assert (error.vendor_code, error.request_id) == (expected["vendor_code"], expected["request_id"])


@every("calls")
def test_nothing_that_the_vendor_sent_is_lost(case: Case) -> None:
    """Every text and number of the call's own object is found again somewhere in its record."""
    provider = providers.get(case.vendor)
    document, _ = inspect(provider, case)
    got = record(provider.normalize(document))
    kept = json.dumps(got, ensure_ascii=False)
    moments = {str(value) for key, value in got.items() if key.endswith("_at")}
    switched = {"On", "Off"} if got["media"]["muted"] is not None else set()
    for value in leaves(call_object(document)):
        text = json.dumps(value, ensure_ascii=False).strip('"')
        assert text in kept or text in switched or moment(text) in moments, value


def moment(text: str) -> str | None:
    try:
        return timestamp(parse_timestamp(text))
    except ValueError:
        return None


def leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for each in value.values() for leaf in leaves(each)]
    if isinstance(value, list):
        return [leaf for each in value for leaf in leaves(each)]
    return [] if value in (None, "", True, False) else [value]


@every_vendor
def test_a_provider_describes_itself_completely(name: str) -> None:
    provider = providers.get(name)
    assert provider.name == name
    assert provider.title
    assert provider.docs.startswith("https://")
    assert provider.absent
    known = {each.name for each in provider.settings}
    assert {*provider.required, *(need for scheme in provider.schemes for need in scheme.needs)} <= known


WITHHELD = [
    *("Anonymous", "anonymous", "RESTRICTED", "Private", "Private Number", "Withheld", "Blocked", "caller id blocked"),
    *("+266696687", "+7378742833", "+2562533", "tel:+266696687", "sip:+266696687@gw.example.com"),
    *("sip:anonymous@anonymous.invalid", "SIPS:Anonymous@192.0.2.7:5061;transport=tls", "anonymous@anonymous.invalid"),
    *(
        '"Anonymous" <sip:anonymous@anonymous.invalid>;tag=1',
        "sip:c8oq84@anonymous.invalid:5060",
        "restricted@gw.example",
    ),
    *("No Caller ID", "NO NUMBER", "private_number", "identity withheld", "anonymous user", "Withheld by the caller"),
    *("Private name, private number", "tel:anonymous", "Unknown@anonymous.invalid"),
]
NOT_KNOWN = ["Unavailable", "UNKNOWN", "Out of Area", "+86282452253", "+8656696", "sip:unavailable@unknown.invalid"]
NOT_KNOWN += ["Unknown_Caller", "number not available", "information unavailable"]
KNOWN = [
    *("266696687", "7378742833", "+17378742833", "Anonymous Ltd", "private2", "sip:privat@gw.example.com"),
    *("Anonymous <sip:+12025550143@gw.example.com>", "sip:ann@anonymous.invalid.example.com", "+1202555*"),
    *("private@bakery.example", "hidden@valley.example", "private.party@bakery.example", "sip:blocked@gw.example.com"),
    *("no.name@bakery.example", "anonymous.smith@bakery.example", "sip:caller@bakery.example", "Caller", "User"),
]


@every_vendor
@pytest.mark.parametrize("text", [*WITHHELD, *NOT_KNOWN, *KNOWN])
def test_who_is_withheld_or_not_known_has_no_address(name: str, text: str) -> None:
    of = cases.account(name)
    sent = cases.filled(of["least"] | of["caller"], {"id": "1", "text": text})
    call = providers.get(name).normalize(Document(sent))
    assert call.from_
    assert call.from_.private == (text in WITHHELD)
    assert (call.from_.number or call.from_.uri) == (text if text in KNOWN else None)
    assert (json.dumps(text) in json.dumps(call.vendor)) == (text not in KNOWN)


FOREIGN_BODIES = [
    "",
    " \n",
    "<html><head><title>404 Not Found</title></head><hr>nginx</html>",
    "\n<!DOCTYPE html><title>Sign in</title>",
    "<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>",
    "default backend - 404",
    "404 page not found\n",
    "{}",
    "[]",
    "null",
    '"Not Found"',
    '{"message":"no Route matched with those values"}',
    '{"message":"Call not found","request_id":"f00"}',
    '{"error":"Not Found","path":"/api/v2","status":404,"timestamp":"2025-04-08T10:00:00Z"}',
    '{"error":"invalid_token","error_description":"The access token expired"}',
    '{"type":"about:blank","title":"Not Found","status":404,"detail":"Call not found"}',
    '{"statusCode":STATUS,"message":"Resource not found"}',
    '{"status":"error","message":"Call not found"}',
    '{"code":404,"message":"Call not found"}',
    '{"errors":[{"status":"404","title":"Not Found"}]}',
    '{"code":"900901","type":"Status report","message":"Invalid Credentials","description":"Call failure for API"}',
    '{"type":"https://problem.test/route","status":404,"description":"no call route here"}',
    '{"category":"OBJECT_NOT_FOUND","message":"Call not found"}',
    '{"errors":[{"code":7003,"message":"Could not route to the call"}]}',
    '{"fault":{"faultstring":"Unable to identify proxy","detail":{"errorcode":"x"}}}',
]
"""What a load balancer, an ingress, a gateway or a login page answers in the vendor's place."""


@every_vendor
@pytest.mark.parametrize("body", FOREIGN_BODIES, ids=lambda text: text[:30])
def test_only_the_vendor_itself_refuses(name: str, body: str) -> None:
    for status in (400, 401, 403, 404, 405, 410):
        text = body.replace("STATUS", str(status))
        refusal = providers.get(name).refusal(Response(status, {}, text.encode()))
        assert refusal
        assert (refusal.error.code, refusal.error.exit_status, refusal.error.retryable) == (
            "vendor_unavailable",
            7,
            True,
        )
        assert "base_url" in (refusal.hint or "")
        assert "what stands between here and the vendor" in (refusal.hint or "")
    for status, code in ((429, "rate_limited"), (423, "rate_limited"), (503, "vendor_unavailable")):
        refusal = providers.get(name).refusal(Response(status, {}, body.encode()))
        assert refusal
        assert refusal.error.code == code


@every_vendor
def test_a_foreign_body_is_quoted_whole_or_not_at_all(name: str) -> None:
    """Part of one could be part of a secret, which nothing finds any more."""
    for body, said in {"a" * 59: "a" * 59, "a" * 60: None, "a\nb": None, "<p>": None}.items():
        refusal = providers.get(name).refusal(Response(404, {}, body.encode()))
        assert refusal
        assert refusal.message == said
        assert "instead of the vendor's own error message" in (refusal.summary or "")


MEANINGS = {
    **dict.fromkeys([200, 201, 299]),
    **dict.fromkeys([199, 300], "bad_response"),
    **dict.fromkeys([400, 401, 403, 404, 408, 410, 418, 499, 500, 599], "vendor_unavailable"),
    **dict.fromkeys([423, 429], "rate_limited"),
}


@every_vendor
@pytest.mark.parametrize(("status", "code"), MEANINGS.items())
def test_a_status_without_a_body_means_the_same_at_every_vendor(name: str, status: int, code: str | None) -> None:
    refusal = providers.get(name).refusal(Response(status, {}, b""))
    assert (refusal.error.code if refusal else None) == code


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
def test_the_next_page_is_the_one_that_the_link_calls_so_at_the_address_of_this_page(
    link: str, query: str | None
) -> None:
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
def test_a_next_page_elsewhere_or_without_an_address_is_a_bad_response(link: str) -> None:
    with pytest.raises(BadResponseError, match="next page"):
        next_page(Response(200, {"link": link}, b"[]"), PAGE)


@pytest.mark.parametrize("name", [each for each in cases.vendors() if providers.get(each).listing])
def test_a_list_that_is_none_is_a_bad_response(name: str) -> None:
    listing = providers.get(name).listing
    assert listing
    for body in (b'"calls"', b"{}", b"1", b"null", b'{"items": {}, "calls": {}, "uris": {}}'):
        with pytest.raises(BadResponseError, match="something other than a list of calls"):
            listing.read(Response(200, {}, body))


@every("refusals")
def test_an_answer_that_is_no_success_is_read_however_much_of_it_is_there(case: Case) -> None:
    refusal = providers.get(case.vendor).refusal(answered(case))
    expected = case.expected
    if not expected:
        assert refusal is None
        return
    assert refusal
    assert refusal.error.code == expected["error"]
    for each in ("message", "code", "request_id", "retry_at"):
        assert getattr(refusal, each) == expected[each], each
    for each in ("hint", "summary"):
        said = getattr(refusal, each)
        assert said is None if expected[each] is None else expected[each] in said, each


def answered(case: Case) -> Response:
    """Return the one answer of a case."""
    headers = lowered(case.given.get("headers", {}))
    return Response(case.given.get("status", 200), headers, json.dumps(case.given["body"]).encode())


THE_CALL = [
    *("Call not found", "The call c-1 could not be found", "Call [c-1] not found", "No such call", "callId not found"),
    *("Call not found for this user", "Call not found on line 1", "The call of this member does not exist"),
    *("The user has no active call", "The member's call does not exist", "Could not find call c-1 in the account"),
]
ANOTHER_THING = [
    *("User not found", "Person not found in the organization", "No such user", "The requested path was not found"),
    *("Workspace not found", "Virtual line not found", "memberId not found", "lineOwnerId not found", "Invalid org"),
    *("Device '5001' was not found", "Endpoint not found", "Location not found", "Unsupported API version"),
    *("Account [1] not found for call [c-1]", "The user u-call could not be found for this call", "Account gone"),
    *("Call queue not found", "The recording of the call could not be found", "Agent session not found"),
]


def missing(name: str, said: str, status: int = 404) -> Response:
    """Return a vendor's answer to a question for what is not there."""
    body = cases.filled(cases.account(name)["missing"]["body"], {"text": said})
    return Response(status, {}, json.dumps(body).encode())


@every_vendor
@pytest.mark.parametrize("said", [*THE_CALL, *ANOTHER_THING])
def test_what_is_not_found_is_what_the_vendor_says(name: str, said: str) -> None:
    for status in (404, 410):
        refusal = providers.get(name).refusal(missing(name, said, status))
        assert refusal
        assert refusal.error.code == ("not_found" if said in THE_CALL else "config")
        assert ("check " in (refusal.hint or "")) == (said in ANOTHER_THING)


@every_vendor
def test_what_names_nothing_is_the_call_where_the_vendor_says_so_of_one(name: str) -> None:
    for said in ("Not Found", "The requested resource could not be found.", "Resource not found"):
        refusal = providers.get(name).refusal(missing(name, said))
        assert refusal
        assert refusal.error.code == cases.account(name)["missing"]["unnamed"]


@every("lists")
def test_requests_without_a_call_are_those_of_the_vendors_documentation(case: Case) -> None:
    if "request" not in case.given:
        return
    provider = providers.get(case.vendor)
    of, kind = account(provider, case.fields), case.given.get("of", "calls")
    listing = provider.history if kind == "history" else provider.listing
    if kind == "verify":
        request = provider.verify(of)
    else:
        assert listing
        request = listing.first(of, filters(case.given.get("filters", {})))
    assert f"{request.method} {request.url.removeprefix(of.base_url)}" == case.given["request"]


def filters(given: Mapping[str, Any]) -> Filters:
    moments = {name: datetime.fromisoformat(given[name]) for name in ("since", "until") if name in given}
    return Filters(**{f"{name}_" if name == "from" else name: value for name, value in {**given, **moments}.items()})


@every("lists")
def test_a_page_has_the_calls_or_the_ids_that_the_vendor_sent(case: Case) -> None:
    if "body" not in case.given:
        return
    provider = providers.get(case.vendor)
    of, listing, answer = account(provider, case.fields), provider.listing, answered(case)
    assert listing
    page, further = listing.read(answer), listing.following(of, answer)
    assert (list(page.calls), list(page.call_ids)) == (case.given.get("calls", []), case.given.get("ids", []))
    assert (further and f"{further.method} {further.url.removeprefix(of.base_url)}") == case.given.get("next")


@every_vendor
def test_an_account_takes_these_fields_and_these_are_secret(name: str) -> None:
    provider, declared = providers.get(name), cases.account(name)["declares"]
    assert provider.base_url == declared["base_url"]
    assert {
        each.name: " ".join([word for word in ("secret", "token", "url") if getattr(each, word)] + list(each.env))
        for each in provider.fields
    } == declared["fields"]
    assert list(provider.required) == declared["required"]
    assert [list(scheme.needs) for scheme in provider.schemes] == declared["schemes"]


@every_vendor
def test_a_vendor_is_asked_in_its_own_manner(name: str) -> None:
    provider, declared = providers.get(name), cases.account(name)["declares"]
    for each in ("forgets", "grace", "interval", "jobs"):
        assert getattr(provider, each) == declared[each], each
    assert sorted(provider.extras) == declared["extras"]
    listings = {"calls": provider.listing, "history": provider.history}
    assert {
        kind: {each: sorted(getattr(listing, each)) for each in ("applied", "lacks", "options")}
        for kind, listing in listings.items()
        if listing
    } == declared["filters"]


def test_every_name_of_q850_is_read_and_explained() -> None:
    names = q850.names()
    assert len(names) > 150
    for name in names:
        found = q850.meaning(name)
        assert found
        assert found.cause.title
        assert (found.cause.explanation or ".")[-1].isalpha()


@every("tokens")
def test_a_token_is_bought_where_and_as_the_vendor_s_documentation_says(case: Case) -> None:
    provider, given = providers.get(case.vendor), case.given
    scheme, of = provider.schemes[given.get("scheme", 0)], account(provider, case.fields)
    request = scheme.token_request(of, Token(**given["old"]) if "old" in given else None)
    assert request
    assert f"{request.method} {request.url}" == given["request"]
    assert (request.form, request.headers) == (given["form"], given.get("sent", {}))
    assert scheme.authorization(of, Token("new")) == "Bearer new"


@every_vendor
def test_of_a_call_with_nothing_but_an_id_the_rest_is_unknown(name: str) -> None:
    call = providers.get(name).normalize(Document(cases.filled(cases.account(name)["least"], {"id": "1"})))
    assert (call.id, call.direction, call.state) == ("1", "unknown", "unknown")
    assert (call.outcome, call.vendor_state) == (None, None)
    assert (call.from_, call.to, call.participants, call.warnings) == (None, None, (), ())


def tables(vendor: str) -> Iterator[tuple[str, Mapping[Any, Any]]]:
    """Give the tables of a vendor's words: every public mapping of its modules, and every enumeration made there."""
    home = import_module(f"callinspect.providers.{vendor}")
    names = [home.__name__, *(each.name for each in walk_packages(home.__path__, f"{home.__name__}."))]
    for module in map(import_module, names):
        for name, value in vars(module).items():
            if name.startswith("_"):
                continue
            if isinstance(value, Mapping):
                yield f"{module.__name__}.{name}", value
            elif isinstance(value, type) and issubclass(value, Enum) and value.__module__ == module.__name__:
                yield f"{module.__name__}.{name}", {each.value: each for each in value}


@every_vendor
def test_every_word_of_a_vendor_s_tables_is_in_a_case(name: str) -> None:
    played = [case for kind in ("calls", "errors") for case in cases.cases(kind, name)]
    single = [case for kind in ("refusals", "lists") for case in cases.cases(kind, name)]
    bodies = [each.body for case in played for each in case.exchange]
    bodies += [case.given["body"] for case in single if "body" in case.given]
    said = set(words(bodies))
    found = {
        table: [word for word, meaning in known.items() if is_word(word) and not spellings(word, meaning) & said]
        for table, known in tables(name)
    }
    assert found
    assert {table: missing for table, missing in found.items() if missing} == {}


def is_word(key: Any) -> bool:
    """Whether a key is the vendor's, and not a word of our model or a fact."""
    return type(key) in {str, int}


def spellings(word: Any, meaning: Any) -> set[str]:
    """Return how the vendor may spell it: a table of fields has a word of ours, and the name of the vendor's field."""
    return {str(word), meaning} if type(meaning) is str else {str(word)}


def words(value: Any) -> Iterator[str]:
    """Give all that a body says: the texts, the numbers and the names of what it holds."""
    if isinstance(value, dict):
        yield from value
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for each in inner:
        yield from words(each)
    if isinstance(value, str | int | float):
        yield str(value)
