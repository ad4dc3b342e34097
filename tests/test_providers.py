"""The contract that every provider keeps: one suite, run over every vendor's fixtures.

A fixture is one exchange with a vendor: the requests that must go out, the answers that come, and the whole record, or
the error, that must come of them. Records were derived from the model by hand.
"""

import json
from collections.abc import Callable, Mapping
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from callinspect import providers
from callinspect.errors import BadResponseError, CallinspectError, ConfigError, NotFoundError, UsageError
from callinspect.model import Call, Country, Party
from callinspect.provider import Account, Document, Filters, Provider, Request, Response, Token, check_id
from callinspect.provider.answers import next_page
from callinspect.provider.moments import parse_timestamp
from callinspect.reference import q850
from callinspect.render import schema
from callinspect.render.json import record, timestamp

FIXTURES = Path(__file__).parent / "fixtures"
CASES = sorted(FIXTURES.glob("*/*.json"))
VALIDATOR = jsonschema.Draft202012Validator(json.loads(schema.text()), format_checker=jsonschema.FormatChecker())

Case = dict[str, Any]


def case(path: Path) -> Case:
    found: Case = json.loads(path.read_text(encoding="utf-8"))
    return found


def named(path: Path) -> str:
    return f"{path.parent.name}/{path.stem}"


def of_kind(kind: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("path", [path for path in CASES if kind in case(path)], ids=named)


def account(provider: Provider, fields: Mapping[str, str]) -> Account:
    return Account(base_url=fields.get("base_url") or provider.base_url or "", values=fields)


def response(answer: Mapping[str, Any]) -> Response:
    body = answer["body_text"] if "body_text" in answer else json.dumps(answer["body"])
    return Response(answer["status"], {name.lower(): value for name, value in answer["headers"].items()}, body.encode())


def inspect(provider: Provider, wanted: Case) -> tuple[Document, list[Request]]:
    """Play a fixture's answers to the requests that the provider describes; return its document and the requests."""
    check_id(provider, wanted["call_id"])
    answers = iter(wanted["exchange"])
    sent: list[Request] = []
    flow = provider.fetch(account(provider, wanted["fields"]), wanted["call_id"], frozenset(wanted["extras"]))
    try:
        request = next(flow)
        while True:
            sent.append(request)
            answer = response(next(answers))
            refusal = provider.refusal(answer)
            if refusal is None:
                request = flow.send(answer)
            else:
                said = refusal.summary or refusal.message or ""
                error = refusal.error(said, vendor_code=refusal.code, request_id=refusal.request_id, hint=refusal.hint)
                request = flow.throw(error)
    except StopIteration as end:
        document: Document = end.value
        return document, sent


def agree(expected: Any, got: Any) -> bool:
    """Whether a value is the expected one, where “*” stands for any text that is not empty."""
    if expected == "*":
        return isinstance(got, str) and bool(got)
    if isinstance(expected, dict) and isinstance(got, dict):
        return expected.keys() == got.keys() and all(agree(expected[key], got[key]) for key in expected)
    if isinstance(expected, list) and isinstance(got, list):
        return len(expected) == len(got) and all(map(agree, expected, got))
    return bool(expected == got) and type(expected) in {type(got), int, float}


@of_kind("record")
def test_a_vendors_answer_gives_the_record_of_the_model(path: Path) -> None:
    wanted, provider = case(path), providers.get(path.parent.name)
    document, _ = inspect(provider, wanted)
    got = json.loads(json.dumps(record(provider.normalize(document))))
    warnings, got_warnings = wanted["record"].pop("warnings"), got.pop("warnings")
    assert {key: got[key] for key, value in wanted["record"].items() if not agree(value, got[key])} == {}
    assert list(got) == [*wanted["record"], "retrieved_at"]
    assert len(warnings) == len(got_warnings), got_warnings
    assert all(any(part in each for each in got_warnings) for part in warnings), got_warnings


@of_kind("record")
def test_every_record_keeps_to_the_schema(path: Path) -> None:
    provider = providers.get(path.parent.name)
    document, _ = inspect(provider, case(path))
    VALIDATOR.validate(json.loads(json.dumps(record(provider.normalize(document)))))


@of_kind("record")
def test_requests_are_those_of_the_vendors_documentation(path: Path) -> None:
    wanted, provider = case(path), providers.get(path.parent.name)
    _, sent = inspect(provider, wanted)
    base = account(provider, wanted["fields"]).base_url
    assert [f"{each.method} {each.url.removeprefix(base)}" for each in sent] == [
        each["request"] for each in wanted["exchange"]
    ]


@of_kind("record")
def test_a_document_holds_the_answers_as_they_were_sent_and_the_id_that_was_asked_for(path: Path) -> None:
    wanted, provider = case(path), providers.get(path.parent.name)
    document, _ = inspect(provider, wanted)
    first, *further = [response(each) for each in wanted["exchange"]]
    assert (document.call_id, document.raw) == (wanted["call_id"], first.body)
    assert document.extras == {name: each.document for name, each in zip(wanted["extras"], further, strict=True)}


@of_kind("error")
def test_a_vendors_refusal_means_what_its_sheet_says(path: Path) -> None:
    wanted, provider = case(path), providers.get(path.parent.name)
    with pytest.raises(CallinspectError) as raised:
        provider.normalize(inspect(provider, wanted)[0])
    error, expected = raised.value, wanted["error"]
    assert (error.code, error.exit_status) == (expected["code"], expected["exit"])
    assert expected["message_contains"] in error.message
    assert (error.vendor_code, error.request_id) == (expected["vendor_code"], expected["request_id"])


@of_kind("record")
def test_nothing_that_the_vendor_sent_is_lost(path: Path) -> None:
    """Every text and number of the call's own object is found again somewhere in its record."""
    wanted, provider = case(path), providers.get(path.parent.name)
    document, _ = inspect(provider, wanted)
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


def call_object(document: Document) -> Any:
    """Return the vendor's call object, out of the envelope that holds it."""
    body: Any = document.json
    if isinstance(body, list):
        return body[0]
    for key in ("data", "user"):
        body = body.get(key, body) if isinstance(body.get(key), dict) else body
    if isinstance(body.get("calls"), list):
        return next(each for each in body["calls"] if each.get("id") == document.call_id)
    return body["call"] if isinstance(body.get("call"), dict) else body


def leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for each in value.values() for leaf in leaves(each)]
    if isinstance(value, list):
        return [leaf for each in value for leaf in leaves(each)]
    return [] if value in (None, "", True, False) else [value]


@pytest.mark.parametrize("name", providers.names())
def test_a_provider_describes_itself_completely(name: str) -> None:
    provider = providers.get(name)
    assert provider.name == name
    assert provider.title
    assert provider.docs.startswith("https://")
    assert provider.absent
    known = {each.name for each in provider.settings}
    assert {*provider.required, *(need for scheme in provider.schemes for need in scheme.needs)} <= known
    assert any((FIXTURES / name).glob("*.json"))


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("+12025550143", "number"),
        ("sipper", "number"),
        ("sip:alice", "uri"),
        ("sips:alice", "uri"),
        ("SIP:alice", "uri"),
        ("alice@example.com", "uri"),
    ],
)
def test_an_address_of_sip_or_of_a_user_at_a_host_is_a_uri_and_all_else_a_number(address: str, kind: str) -> None:
    call = providers.get("bandwidth").normalize(Document({"callId": "c-1", "from": address}))
    assert call.from_ == (Party(uri=address) if kind == "uri" else Party(number=address))


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


def called_by(name: str, text: str) -> dict[str, Any]:
    """Return what a vendor sends of an incoming call with that in the place of the caller's number."""
    sent: dict[str, dict[str, Any]] = {
        "webex": {"personality": "terminator", "remoteParty": {"number": text}},
        "genesys": {"ani": text},
    }
    return {"id": "1", "callId": "1", **sent.get(name, {"from": text})}


@pytest.mark.parametrize("name", ["webex", "bandwidth", "catapult", "genesys"])
@pytest.mark.parametrize("text", [*WITHHELD, *NOT_KNOWN, *KNOWN])
def test_who_is_withheld_or_not_known_has_no_address(name: str, text: str) -> None:
    call = providers.get(name).normalize(Document(called_by(name, text)))
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


@pytest.mark.parametrize("name", providers.names())
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


def test_a_foreign_body_is_quoted_whole_or_not_at_all() -> None:
    """Part of one could be part of a secret, which nothing finds any more."""
    for body, said in {"a" * 59: "a" * 59, "a" * 60: None, "a\nb": None, "<p>": None}.items():
        refusal = providers.get("webex").refusal(Response(404, {}, body.encode()))
        assert refusal
        assert refusal.message == said
        assert "instead of the vendor's own error message" in (refusal.summary or "")


MEANINGS = {
    **dict.fromkeys([200, 201, 299]),
    **dict.fromkeys([199, 300], "bad_response"),
    **dict.fromkeys([400, 401, 403, 404, 408, 410, 418, 499, 500, 599], "vendor_unavailable"),
    **dict.fromkeys([423, 429], "rate_limited"),
}


@pytest.mark.parametrize("name", providers.names())
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


@pytest.mark.parametrize("name", ["webex", "bandwidth", "catapult", "genesys"])
def test_a_list_that_is_none_is_a_bad_response(name: str) -> None:
    listing = providers.get(name).listing
    assert listing
    for body in (b'"calls"', b"{}", b"1", b"null", b'{"items": {}, "calls": {}, "uris": {}}'):
        with pytest.raises(BadResponseError, match="something other than a list of calls"):
            listing.read(Response(200, {}, body))


FOREIGN = {"error": "vendor_unavailable", "message": "instead of the vendor's own", "hint": "check base_url"}
NO_CALL = {"error": "not_found", "message": "Call not found"}
NO_PATH = {"error": "config", "message": "Not Found"}
RESET = {"X-RateLimit-Reset": "1700000000500"}
DETAILS = [{"name": "requestMethod", "value": "1"}, {"name": "rateLimitResetTime"}, None]
REFUSALS: list[tuple[str, int, Any, dict[str, Any]]] = [
    (
        *("webex", 403, {"message": "m", "errors": [{"description": "d", "errorCode": "a", "code": "b"}]}),
        {"error": "forbidden", "message": "m", "code": "a"},
    ),
    (
        *("webex", 400, {"errors": [{"description": "d", "errorCode": 4003, "code": 1}], "trackingId": "t"}),
        {"error": "forbidden", "message": "d", "code": "4003", "request_id": "t", "hint": "a Service App's needs"},
    ),
    (
        *("webex", 400, {"errors": [{"code": "9601"}], "errorCode": "c"}),
        {"error": "forbidden", "code": "9601", "hint": "a user's own token"},
    ),
    ("webex", 404, {"errors": [], "errorCode": 4008}, {"error": "config", "code": "4008", "hint": "licence"}),
    ("webex", 404, {"message": "Call not found", "trackingId": "t"}, {**NO_CALL, "request_id": "t"}),
    *(
        (
            *("webex", 404, {"message": said, "trackingId": "t"}),
            {
                "error": error,
                "message": said,
                "request_id": "t",
                **({"hint": "member_id"} if error == "config" else {}),
            },
        )
        for said, error in (
            ("Not Found", "not_found"),
            ("The requested resource could not be found.", "not_found"),
            ("No such user", "config"),
            ("Person is not in this organization", "config"),
            ("URL not found", "config"),
        )
    ),
    ("webex", 400, {"errors": [1], "message": True, "trackingId": ""}, FOREIGN),
    ("webex", 400, {"errors": {"errorCode": "4003"}, "message": {"a": 1}}, FOREIGN),
    ("webex", 200, {"errors": [{"errorCode": "4003"}]}, {}),
    (
        *("bandwidth", 404, {"type": "validation", "description": "Call not found", "id": "i"}),
        {**NO_CALL, "code": "validation", "request_id": "i"},
    ),
    (
        *("bandwidth", 404, {"type": "validation", "description": "Not Found", "id": ""}),
        {**NO_PATH, "code": "validation", "hint": "check account_id and base_url"},
    ),
    ("bandwidth", 400, {"type": [], "description": True, "id": ""}, FOREIGN),
    ("bandwidth", 400, ["type"], FOREIGN),
    (
        *("catapult", 403, {"category": "forbidden", "code": "user-access-denied", "message": "m"}),
        {"error": "forbidden", "message": "m", "code": "user-access-denied", "hint": "user_id"},
    ),
    ("catapult", 403, {"category": "credit", "code": ""}, {"error": "forbidden", "code": "credit"}),
    ("catapult", 404, {"code": "call-not-found"}, {"error": "not_found", "code": "call-not-found"}),
    ("catapult", 404, {"code": "user-not-found"}, {"error": "config", "code": "user-not-found", "hint": "user_id"}),
    ("catapult", 404, {"category": "not-found", "message": "Call not found"}, {**NO_CALL, "code": "not-found"}),
    (
        *("catapult", 404, {"category": "not-found", "message": "Not Found"}),
        {**NO_PATH, "code": "not-found", "hint": "base_url"},
    ),
    *(
        ("catapult", status, {"category": "authentication"}, {"error": "auth_rejected", "code": "authentication"})
        for status in (400, 403, 404, 410, 500)
    ),
    *(
        ("bandwidth", status, {"type": kind, "description": "m"}, {"error": error, "message": "m", "code": kind})
        for status in (400, 401, 403, 404, 410)
        for kind, error in (
            ("authentication-error", "auth_rejected"),
            ("authorization-error", "forbidden"),
            ("internal-error", "vendor_unavailable"),
        )
    ),
    *(
        (name, 200, {"statusCode": 0, "type": "authentication-error", "description": "m"}, {})
        for name in ("bandwidth", "genesys")
    ),
    (
        *("webex", 404, {"message": "m", "errors": [{"description": "d"}, {"errorCode": 4008}]}),
        {"error": "config", "message": "m", "code": "4008", "hint": "licence"},
    ),
    ("webex", 404, {"errors": [{"code": 4008}]}, {"error": "config", "code": "4008", "hint": "licence"}),
    *(
        ("genesys", status, {"status": "error", "errorDescription": "m"}, {"error": error, "message": "m"})
        for status, error in {
            200: "vendor_unavailable",
            400: "usage",
            401: "auth_rejected",
            403: "forbidden",
            404: "not_found",
            410: "not_found",
            429: "rate_limited",
            500: "vendor_unavailable",
        }.items()
    ),
    ("catapult", 429, RESET, {"error": "rate_limited", "retry_at": 1_700_000_000.5}),
    ("catapult", 503, RESET, {"error": "vendor_unavailable"}),
    (
        *("catapult", 429, {"details": [*DETAILS, {"name": "rateLimitResetTime", "value": "1700000001250"}]}),
        {"error": "rate_limited", "retry_at": 1_700_000_001.25},
    ),
    (
        *("catapult", 429, {"details": [{"name": "rateLimitResetTime", "value": 9}], **RESET}),
        {"error": "rate_limited", "retry_at": 1_700_000_000.5},
    ),
    ("catapult", 429, {"X-RateLimit-Reset": "1" * 15}, {"error": "rate_limited", "retry_at": 111_111_111_111.111}),
    ("catapult", 429, {"X-RateLimit-Reset": "1" * 16}, {"error": "rate_limited"}),
    ("catapult", 429, {"X-RateLimit-Reset": "1.5"}, {"error": "rate_limited"}),
    ("catapult", 429, {"X-RateLimit-Reset": "٣"}, {"error": "rate_limited"}),
    ("catapult", 429, {"details": {"name": "rateLimitResetTime"}}, {"error": "rate_limited"}),
    ("genesys", 200, {"statusCode": 0}, {}),
    ("genesys", 200, {"statusCode": "0", "status": "ok"}, {}),
    ("genesys", 200, {}, {}),
    ("genesys", 403, {"statusCode": 0, "statusMessage": "m"}, {"error": "forbidden", "message": "m"}),
    ("genesys", 200, {"status": "error", "statusMessage": "m"}, {"error": "vendor_unavailable", "message": "m"}),
    (
        *("genesys", 500, {"statusCode": 6, "errorDescription": "e"}),
        {"error": "not_found", "message": "e", "code": "6"},
    ),
    ("genesys", 404, {"statusCode": 99}, {"error": "vendor_unavailable", "code": "99"}),
    ("genesys", 404, {"statusCode": 404, "message": "m"}, FOREIGN),
    ("genesys", 404, {"statusCode": 0}, FOREIGN),
    ("genesys", 404, {"statusMessage": "Call not found"}, NO_CALL),
    ("genesys", 404, {"statusMessage": "Not Found"}, {**NO_PATH, "hint": "base_url"}),
    ("genesys", 429, {"statusCode": 4, "statusMessage": "m"}, {"error": "rate_limited", "message": "m", "code": "4"}),
    (
        *("genesys", 200, {"statusCode": 8, "statusMessage": "m", "errorDescription": "e"}),
        {"error": "auth_rejected", "message": "m", "code": "8", "hint": "the user must change the password first"},
    ),
]
"""Provider, status, body and headers of an answer (those with a capital are headers), and what it means."""


@pytest.mark.parametrize(("name", "status", "sent", "expected"), REFUSALS)
def test_an_answer_that_is_no_success_is_read_however_much_of_it_is_there(
    name: str, status: int, sent: Any, expected: dict[str, Any]
) -> None:
    headers = {key: value for key, value in sent.items() if key[0].isupper()} if isinstance(sent, dict) else {}
    body = {key: value for key, value in sent.items() if key not in headers} if headers else sent
    refusal = providers.get(name).refusal(response({"status": status, "headers": headers, "body": body}))
    if not expected:
        assert refusal is None
        return
    assert refusal
    got = {each: getattr(refusal, each) for each in ("code", "request_id", "retry_at")}
    assert got == {each: expected.get(each) for each in got}
    if expected is FOREIGN:
        assert expected["message"] in (refusal.summary or "")
    else:
        assert (refusal.message, refusal.summary) == (expected.get("message"), None)
    assert refusal.error.code == expected["error"]
    assert expected["hint"] in (refusal.hint or "") if "hint" in expected else refusal.hint is None


OWN: dict[str, Callable[[str], dict[str, Any]]] = {
    "webex": lambda said: {"message": said, "errors": [{"description": said}], "trackingId": "t"},
    "bandwidth": lambda said: {"type": "validation", "description": said},
    "catapult": lambda said: {"category": "not-found", "message": said},
    "genesys": lambda said: {"statusCode": 6, "statusMessage": said},
}
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


@pytest.mark.parametrize("name", OWN)
@pytest.mark.parametrize("said", [*THE_CALL, *ANOTHER_THING])
def test_what_is_not_found_is_what_the_vendor_says(name: str, said: str) -> None:
    for status in (404, 410):
        refusal = providers.get(name).refusal(Response(status, {}, json.dumps(OWN[name](said)).encode()))
        assert refusal
        assert refusal.error.code == ("not_found" if said in THE_CALL else "config")
        assert ("check " in (refusal.hint or "")) == (said in ANOTHER_THING)


def test_a_code_or_a_description_names_the_thing_before_the_rest() -> None:
    webex = {"message": "The requested resource could not be found.", "errors": [{"description": "Person not found"}]}
    catapult = {"category": "not-found", "code": "user-not-found", "message": "No user for this call"}
    for name, sent in (("webex", webex), ("catapult", catapult)):
        for status in (404, 410):
            refusal = providers.get(name).refusal(Response(status, {}, json.dumps(sent).encode()))
            assert refusal
            assert refusal.error.code == "config"


def test_what_names_nothing_is_the_call_where_the_vendor_says_so_of_one() -> None:
    for said in ("Not Found", "The requested resource could not be found.", "Resource not found"):
        codes = {}
        for name, body in OWN.items():
            refusal = providers.get(name).refusal(Response(404, {}, json.dumps(body(said)).encode()))
            assert refusal
            codes[name] = refusal.error.code
        assert codes == {"webex": "not_found", "bandwidth": "config", "catapult": "config", "genesys": "not_found"}


MEMBER = {"member_id": "m/1", "org_id": "o 1", "line_owner_id": "l"}
SINCE, UNTIL = datetime(2025, 4, 8, 10, 0, 0, 500_000, UTC), datetime(2025, 4, 9, tzinfo=UTC)
EVERYTHING = Filters(from_="+1", to="+2", since=SINCE, until=UNTIL, state="active", cause="busy")
LISTED: list[tuple[str, dict[str, str], str, Filters, str]] = [
    ("webex", {}, "first", EVERYTHING, "/telephony/calls"),
    ("webex", {"line_owner_id": "l/1"}, "first", Filters(), "/telephony/calls?lineOwnerId=l%2F1"),
    ("webex", MEMBER, "first", Filters(), "/telephony/calls/members/m%2F1/calls?orgId=o%201"),
    ("webex", {}, "history", Filters(), "/telephony/calls/history"),
    (
        "webex",
        MEMBER,
        "history",
        Filters(options={"type": "missed"}),
        "/telephony/calls/members/m%2F1/history?type=missed",
    ),
    ("bandwidth", {"account_id": "1"}, "first", Filters(), "/accounts/1/calls"),
    (
        *("bandwidth", {"account_id": "1"}, "first", EVERYTHING),
        (
            "/accounts/1/calls?from=%2B1&to=%2B2&minStartTime=2025-04-08T10%3A00%3A00.500Z"
            "&maxStartTime=2025-04-09T00%3A00%3A00.000Z&disconnectCause=busy"
        ),
    ),
    ("bandwidth", {"account_id": "1"}, "first", Filters(limit=5), "/accounts/1/calls?pageSize=5"),
    ("bandwidth", {"account_id": "1"}, "first", Filters(limit=10_000), "/accounts/1/calls?pageSize=10000"),
    ("bandwidth", {"account_id": "1"}, "first", Filters(limit=10_001), "/accounts/1/calls?pageSize=10000"),
    (
        *("bandwidth", {"account_id": "1"}, "first", Filters(limit=5, options={"pageSize": "7"})),
        "/accounts/1/calls?pageSize=7",
    ),
    ("catapult", {"user_id": "u"}, "first", Filters(), "/users/u/calls"),
    ("catapult", {"user_id": "u"}, "first", EVERYTHING, "/users/u/calls?from=%2B1&to=%2B2"),
    ("catapult", {"user_id": "u"}, "first", Filters(limit=5), "/users/u/calls?size=5"),
    ("catapult", {"user_id": "u"}, "first", Filters(limit=1001), "/users/u/calls?size=1000"),
    (
        *("catapult", {"user_id": "u"}, "first", Filters(limit=5, options={"size": "7", "bridgeId": "b"})),
        "/users/u/calls?size=7&bridgeId=b",
    ),
    ("genesys", {"base_url": "https://gws.test"}, "first", EVERYTHING, "/api/v2/me/calls?fields=%2A"),
    ("genesys", {"base_url": "https://gws.test/x/api/v2"}, "first", Filters(), "/me/calls?fields=%2A"),
    ("webex", {}, "verify", Filters(), "/telephony/calls"),
    ("webex", MEMBER, "verify", Filters(), "/telephony/calls/members/m%2F1/calls?orgId=o%201"),
    ("bandwidth", {"account_id": "1"}, "verify", Filters(), "/accounts/1/statistics"),
    ("catapult", {"user_id": "u"}, "verify", Filters(), "/users/u/calls?size=1"),
    ("genesys", {"base_url": "https://gws.test/"}, "verify", Filters(), "/api/v2/me"),
]


@pytest.mark.parametrize(("name", "fields", "kind", "filters", "expected"), LISTED)
def test_requests_without_a_call_are_those_of_the_vendors_documentation(
    name: str, fields: dict[str, str], kind: str, filters: Filters, expected: str
) -> None:
    provider = providers.get(name)
    of = account(provider, fields | {"base_url": fields.get("base_url", "").rstrip("/")})
    listing = provider.history if kind == "history" else provider.listing
    assert listing
    request = provider.verify(of) if kind == "verify" else listing.first(of, filters)
    assert (request.method, request.url.removeprefix(of.base_url)) == ("GET", expected)


SENT = {
    "webex": ({"items": [{"id": "1"}, 2]}, ({"id": "1"}, 2), ()),
    "bandwidth": ([{"callId": "1"}], ({"callId": "1"},), ()),
    "catapult": ([], (), ()),
    "genesys": ({"statusCode": 0, "calls": [{"id": "1"}]}, ({"id": "1"},), ()),
    "genesys of a user": ({"user": {"calls": [1]}}, (1,), ()),
    "genesys addresses": (
        {"uris": ["http://gws.test/api/v2/me/calls/A%2F1", "/calls/2/", 5, "", "http://[", "http://gws.test", "3"]},
        *((5, "", "http://[", "http://gws.test"), ("A/1", "2", "3")),
    ),
}


@pytest.mark.parametrize("named", SENT)
def test_a_page_has_the_calls_or_the_ids_that_the_vendor_sent(named: str) -> None:
    body, calls, ids = SENT[named]
    listing = providers.get(named.split(maxsplit=1)[0]).listing
    assert listing
    page = listing.read(response({"status": 200, "headers": {}, "body": body}))
    assert (page.calls, page.call_ids) == (calls, ids)


@pytest.mark.parametrize(
    ("host", "refused"),
    [
        ("api.mypurecloud.com", True),
        ("mypurecloud.de", True),
        ("api.mypurecloud.com.au", True),
        ("api.mypurecloud.ie", True),
        ("api.mypurecloud.jp", True),
        ("API.usw2.Pure.Cloud", True),
        ("notmypurecloud.com", False),
        ("mypurecloud.com.example.com", False),
        ("pure.cloud.example.com", False),
        ("pureXcloud", False),
    ],
)
def test_a_server_of_genesys_cloud_is_told_from_one_of_genesys_web_services(host: str, refused: bool) -> None:
    provider = providers.get("genesys")
    of = account(provider, {"base_url": f"https://{host}"})
    with pytest.raises(ConfigError, match="is Genesys Cloud") if refused else nullcontext() as raised:
        provider.verify(of)
    assert raised is None or "Genesys Web Services" in (raised.value.hint or "")


WEBEX_PATHS = """
history members dial answer reject hangup hold resume mute unmute divert transfer park retrieve pickup bargeIn push pull
transmitDtmf startRecording stopRecording pauseRecording resumeRecording
"""


def test_no_last_word_of_webex_s_other_paths_is_taken_for_an_id() -> None:
    webex = providers.get("webex")
    for word in WEBEX_PATHS.split():
        with pytest.raises(UsageError, match=word):
            check_id(webex, word)
        check_id(webex, word.upper())


ACCOUNTS: dict[str, tuple[str | None, dict[str, str], tuple[str, ...], list[tuple[str, ...]]]] = {
    "webex": (
        "https://webexapis.com/v1",
        {
            "access_token": "secret token WEBEX_ACCESS_TOKEN",
            "client_id": "token",
            "client_secret": "secret token",
            "refresh_token": "secret token",
            "member_id": "token",
            "org_id": "token",
            "line_owner_id": "token",
        },
        (),
        [("client_id", "client_secret", "refresh_token"), ("access_token",)],
    ),
    "bandwidth": (
        "https://voice.bandwidth.com/api/v2",
        {
            "account_id": "token BW_ACCOUNT_ID",
            "client_id": "token BW_CLIENT_ID",
            "client_secret": "secret token BW_CLIENT_SECRET",
            "username": "token BW_USERNAME",
            "password": "secret BW_PASSWORD",
            "token_url": "token url",
        },
        ("account_id",),
        [("client_id", "client_secret"), ("username", "password")],
    ),
    "catapult": (
        "https://api.catapult.inetwork.com/v1",
        {"user_id": "token", "token": "secret token", "secret": "secret token"},
        ("user_id",),
        [("token", "secret")],
    ),
    "genesys": (
        None,
        {"username": "token", "password": "secret", "access_token": "secret token"},
        (),
        [("access_token",), ("username", "password")],
    ),
}
"""Base URL, fields with what is true of them, fields that every way to authenticate takes, and the ways."""


@pytest.mark.parametrize("name", ACCOUNTS)
def test_an_account_takes_these_fields_and_these_are_secret(name: str) -> None:
    provider = providers.get(name)
    base_url, fields, required, ways = ACCOUNTS[name]
    assert provider.base_url == base_url
    assert {
        each.name: " ".join([word for word in ("secret", "token", "url") if getattr(each, word)] + list(each.env))
        for each in provider.fields
    } == fields
    assert (provider.required, [scheme.needs for scheme in provider.schemes]) == (required, ways)


MANNERS: dict[str, dict[str, Any]] = {
    "webex": {"forgets": True},
    "bandwidth": {"grace": 120.0},
    "catapult": {"interval": 1.0, "jobs": 1},
    "genesys": {"forgets": True},
}
FILTERS = {
    "webex": ("", "cause", ""),
    "webex history": ("", "", "type"),
    "bandwidth": ("cause from since to until", "", "pageSize"),
    "catapult": ("from to", "cause", "bridgeId conferenceId page size sortOrder"),
    "genesys": ("", "cause since until", ""),
}
"""Filters that the vendor applies itself, those that nothing in its calls could be compared with, and its own."""


@pytest.mark.parametrize("name", MANNERS)
def test_a_vendor_is_asked_in_its_own_manner(name: str) -> None:
    provider = providers.get(name)
    plain = {"forgets": False, "grace": 0.0, "interval": 0.0, "jobs": 8}
    assert {each: getattr(provider, each) for each in plain} == plain | MANNERS[name]
    assert set(provider.extras) == ({"events"} if name == "catapult" else set())
    for kind, listing in {name: provider.listing, f"{name} history": provider.history}.items():
        assert (listing is not None) == (kind in FILTERS)
        if listing:
            kinds = (listing.applied, listing.lacks, listing.options)
            assert tuple(" ".join(sorted(each)) for each in kinds) == FILTERS[kind]


ENDED = {"callId": "c-1", "state": "disconnected", "direction": "outbound"}
ANSWERED = {"answerTime": "2025-04-08T10:00:00Z"}


@pytest.mark.parametrize(
    ("sent", "outcome", "cause"),
    [
        ({}, "unanswered", None),
        (ANSWERED, "answered", None),
        ({"answerTime": "2025-04-08T10:00:00"}, "answered", None),
        ({"answerTime": ""}, "unknown", None),
        (ANSWERED | {"disconnectCause": ""}, "answered", None),
        ({"errorMessage": "m"}, "unanswered", "Ended with an error"),
        ({"errorId": "e"}, "unanswered", "Ended with an error"),
        (ANSWERED | {"errorId": "e"}, "answered", "Ended with an error"),
        ({"disconnectCause": "moon"}, "unknown", "Undocumented cause"),
        ({"disconnectCause": "unknown"}, "unknown", "Unknown error"),
        ({"disconnectCause": "hangup"}, "canceled", "Ended normally"),
        (ANSWERED | {"disconnectCause": "hangup"}, "answered", "Ended normally"),
        (ANSWERED | {"disconnectCause": "busy"}, "busy", "Busy"),
    ],
)
def test_how_a_call_of_bandwidth_came_out_is_said_by_its_cause_and_by_whether_it_was_answered(
    sent: dict[str, str], outcome: str, cause: str | None
) -> None:
    call = providers.get("bandwidth").normalize(Document(ENDED | sent))
    assert (call.outcome, call.cause and call.cause.title) == (outcome, cause)
    if call.cause:
        given = {
            "code": sent.get("disconnectCause"),
            "message": sent.get("errorMessage"),
            "error_id": sent.get("errorId"),
        }
        assert {name: getattr(call.cause, name) for name in given} == given


@pytest.mark.parametrize(
    ("state", "cause", "answered", "outcome"),
    [
        ("completed", "ORIGINATOR_CANCEL", False, "canceled"),
        ("completed", "USER_BUSY", False, "busy"),
        ("completed", "NO_ANSWER", False, "no-answer"),
        ("completed", "CALL_REJECTED", False, "rejected"),
        ("completed", "UNALLOCATED_NUMBER", False, "failed"),
        ("completed", "NORMAL_TEMPORARY_FAILURE", False, "failed"),
        ("completed", "NORMAL_CLEARING", False, "unanswered"),
        ("completed", "MOON", False, "unanswered"),
        ("completed", None, False, "unanswered"),
        ("completed", "USER_BUSY", True, "busy"),
        ("completed", "ORIGINATOR_CANCEL", True, "canceled"),
        ("completed", "UNALLOCATED_NUMBER", True, "failed"),
        ("completed", "NORMAL_TEMPORARY_FAILURE", True, "failed"),
        ("completed", "NORMAL_CLEARING", True, "answered"),
        ("completed", "MOON", True, "answered"),
        ("completed", None, True, "answered"),
        ("rejected", "USER_BUSY", True, "rejected"),
        ("error", "USER_BUSY", True, "failed"),
        ("active", None, True, None),
    ],
)
def test_how_a_call_of_catapult_came_out_is_said_by_its_state_then_by_its_answer_then_by_its_event(
    state: str, cause: str | None, answered: bool, outcome: str | None
) -> None:
    body = {"id": "c-1", "state": state} | ({"activeTime": "2025-04-08T10:00:00Z"} if answered else {})
    events = [None, {"name": "answer", "data": "x"}, {"name": "hangup"}, {"name": "hangup", "data": cause}]
    call = providers.get("catapult").normalize(Document(body, extras={"events": events}))
    assert (call.outcome, call.cause and call.cause.code) == (outcome, cause)
    said = ["the hangup event has an undocumented cause: “MOON”"] * (cause == "MOON")
    contradicts = answered and state != "active" and cause not in {None, "MOON", "NORMAL_CLEARING"}
    said += [f"the hangup event says {cause}, and activeTime that the call was answered"] * contradicts
    assert list(call.warnings) == said


NAMES: dict[str, tuple[int | None, str]] = {
    "UNALLOCATED_NUMBER": (1, "failed"),
    "NO_ROUTE_DESTINATION": (3, "failed"),
    "NO_USER_RESPONSE": (18, "no-answer"),
    "SUBSCRIBER_ABSENT": (20, "no-answer"),
    "NUMBER_CHANGED": (22, "failed"),
    "EXCHANGE_ROUTING_ERROR": (25, "failed"),
    "INVALID_NUMBER_FORMAT": (28, "failed"),
    "NORMAL_UNSPECIFIED": (31, "unknown"),
    "NORMAL_CIRCUIT_CONGESTION": (34, "failed"),
    "NETWORK_OUT_OF_ORDER": (38, "failed"),
    "SWITCH_CONGESTION": (42, "failed"),
    "OUTGOING_CALL_BARRED": (52, "rejected"),
    "INCOMPATIBLE_DESTINATION": (88, "failed"),
    "RECOVERY_ON_TIMER_EXPIRE": (102, "failed"),
    "ACCESS_INFO_DISCARDED": (43, "failed"),
    "INTERWORKING": (127, "failed"),
    "No answer from user (user alerted)": (19, "no-answer"),
    "Invalid number format (address incomplete)": (28, "failed"),
    "VALID_CAUSE_CODE_NOT_YET_RECEIVED": (0, "failed"),
    "Redirection to new destination": (23, "failed"),
    "Normal call clearing": (16, "unanswered"),
    "User busy": (17, "busy"),
    "No circuit/channel available": (34, "failed"),
    "Non-selected user clearing": (26, "canceled"),
    "Call completed elsewhere": (13, "canceled"),
    "LOSE_RACE": (26, "canceled"),
    "PICKED_OFF": (26, "canceled"),
    "MEDIA_TIMEOUT": (None, "failed"),
    "USER_NOT_REGISTERED": (20, "no-answer"),
    "PROGRESS_TIMEOUT": (18, "no-answer"),
    "BUSY_EVERYWHERE": (17, "busy"),
    "DECLINE": (21, "rejected"),
    "DOES_NOT_EXIST_ANYWHERE": (1, "failed"),
    "UNSPECIFIED": (31, "unknown"),
}
"""Names of Q.850 and of FreeSWITCH: the number, and the outcome of a call that nobody answered."""

GIVING_WAY = {
    *("NORMAL_UNSPECIFIED", "UNSPECIFIED", "ACCESS_INFO_DISCARDED", "VALID_CAUSE_CODE_NOT_YET_RECEIVED"),
    *("Redirection to new destination", "Normal call clearing", "MEDIA_TIMEOUT"),
}
"""Those that have no outcome of their own: with a time of answer, the call was answered."""

ACTIVE = {"activeTime": "2025-04-08T10:00:00Z"}


@pytest.mark.parametrize("name", NAMES)
def test_a_cause_with_a_name_of_q850_or_freeswitch_is_explained(name: str) -> None:
    body: dict[str, Any] = {"id": "c-1", "state": "completed"}
    extras = {"events": [{"name": "hangup", "data": name}]}
    call = providers.get("catapult").normalize(Document(body, extras=extras))
    assert call.cause
    assert (call.cause.code, call.cause.q850, call.outcome) == (name, *NAMES[name])
    assert (call.warnings, call.cause.title == "Internal error") == ((), False)
    answered = providers.get("catapult").normalize(Document(body | ACTIVE, extras=extras))
    assert answered.outcome == ("answered" if name in GIVING_WAY else call.outcome)
    assert any("activeTime" in each for each in answered.warnings) == (name not in GIVING_WAY)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        *(("originator_cancel", "ORIGINATOR_CANCEL"), ("Originator Cancel", "ORIGINATOR_CANCEL")),
        *(("call rejected", "CALL_REJECTED"), ("normal-temporary-failure", "NORMAL_TEMPORARY_FAILURE")),
        *(("User busy", "USER_BUSY"), (" no answer ", "NO_ANSWER"), ("Unallocated.Number", "UNALLOCATED_NUMBER")),
    ],
)
def test_catapult_s_own_meaning_of_a_name_comes_first(written: str, name: str) -> None:
    def said(data: str) -> Call:
        body = {"id": "c-1", "state": "completed"}
        return providers.get("catapult").normalize(
            Document(body, extras={"events": [{"name": "hangup", "data": data}]})
        )

    found, wanted = said(written), said(name)
    assert found.cause
    assert wanted.cause
    assert (found.cause.code, found.warnings) == (written, ())
    assert found.cause._replace(code=name) == wanted.cause
    assert (found.outcome, found.ended_by) == (wanted.outcome, wanted.ended_by)


@pytest.mark.parametrize(("answered", "warned"), [("2025-04-08T10:00:00Z", True), ("", False), (None, False)])
def test_a_call_answered_elsewhere_is_canceled_whatever_else(answered: str | None, warned: bool) -> None:
    body = {"id": "1", "state": "disconnected", "completedElsewhere": True, "answered": answered}
    call = providers.get("webex").normalize(Document(body))
    assert (call.outcome, call.cause and call.cause.code) == ("canceled", "completedElsewhere")
    assert any("completedElsewhere is true" in each for each in call.warnings) == warned


def test_every_name_of_q850_is_read_and_explained() -> None:
    names = q850.names()
    assert len(names) > 150
    for name in names:
        found = q850.meaning(name)
        assert found
        assert found.cause.title
        assert (found.cause.explanation or ".")[-1].isalpha()


@pytest.mark.parametrize(
    ("sent", "extras", "notes", "said"),
    [
        ({"state": "completed"}, {}, (), True),
        ({"state": "rejected"}, {}, (), True),
        ({"state": "error"}, {}, (), True),
        ({"state": "completed", "activeTime": ""}, {}, (), True),
        ({"state": "completed"} | ACTIVE, {}, (), False),
        ({"state": "started"}, {}, (), False),
        ({"state": "completed"}, {"events": []}, (), False),
        ({"state": "completed"}, {}, ("the events could not be read",), False),
    ],
)
def test_a_call_of_catapult_says_when_its_events_would_say_more(
    sent: dict[str, str], extras: dict[str, Any], notes: tuple[str, ...], said: bool
) -> None:
    call = providers.get("catapult").normalize(Document({"id": "c-1", **sent}, None, extras, notes))
    assert any("--with events" in each for each in call.warnings) == said


EMPTY = [("bandwidth", "stirShaken", "verification"), ("genesys", "supervisorMonitoringState", "monitoring")]


@pytest.mark.parametrize(("name", "sent", "made"), EMPTY)
def test_an_object_with_nothing_in_it_makes_no_part_of_a_record(name: str, sent: str, made: str) -> None:
    call = providers.get(name).normalize(Document({"id": "1", "callId": "1", sent: {}}))
    assert getattr(call, made) is None


@pytest.mark.parametrize(
    ("name", "fields", "page"),
    [
        ("bandwidth", {"account_id": "1/2"}, "https://voice.bandwidth.com/api/v2/accounts/1%2F2/calls"),
        ("catapult", {"user_id": "u/2"}, "https://api.catapult.inetwork.com/v1/users/u%2F2/calls"),
    ],
)
def test_the_next_page_of_a_list_is_at_the_list_s_own_address(name: str, fields: dict[str, str], page: str) -> None:
    provider = providers.get(name)
    assert provider.listing
    answers = [Response(200, given, b"[]") for given in ({}, {"link": "<?page=2>; rel=next"})]
    requests = [provider.listing.following(account(provider, fields), each) for each in answers]
    assert [each and each.url for each in requests] == [None, f"{page}?page=2"]


@pytest.mark.parametrize("name", ["webex", "genesys"])
def test_a_list_on_one_page_has_no_next(name: str) -> None:
    provider = providers.get(name)
    assert provider.listing
    assert provider.listing.following(account(provider, {}), Response(200, {"link": "<?2>; rel=next"}, b"")) is None


BASIC = {"authorization": "Basic aTpz"}
CLIENT = {"client_id": "i", "client_secret": "s", "refresh_token": "r"}
REFRESH = {"grant_type": "refresh_token", **CLIENT}
BOUGHT: list[tuple[str, dict[str, str], Token | None, str, dict[str, str], dict[str, str]]] = [
    (
        *("bandwidth", CLIENT, None, "https://api.bandwidth.com/api/v1/oauth2/token"),
        *({"grant_type": "client_credentials"}, BASIC),
    ),
    (
        *("bandwidth", CLIENT | {"token_url": "https://t.test/x"}, Token("a", 1.0, "other"), "https://t.test/x"),
        *({"grant_type": "client_credentials"}, BASIC),
    ),
    ("webex", CLIENT, None, "https://webexapis.com/v1/access_token", REFRESH, {}),
    ("webex", CLIENT, Token("a"), "https://webexapis.com/v1/access_token", REFRESH, {}),
    (
        *("webex", CLIENT, Token("a", 1.0, "newer"), "https://webexapis.com/v1/access_token"),
        *(REFRESH | {"refresh_token": "newer"}, {}),
    ),
]


@pytest.mark.parametrize(("name", "fields", "old", "url", "form", "headers"), BOUGHT)
def test_a_token_is_bought_where_and_as_the_vendor_s_documentation_says(
    name: str, fields: dict[str, str], old: Token | None, url: str, form: dict[str, str], headers: dict[str, str]
) -> None:
    provider = providers.get(name)
    request = provider.schemes[0].token_request(account(provider, fields), old)
    assert request
    assert (request.method, request.url, request.form, request.headers) == ("POST", url, form, headers)
    assert provider.schemes[0].authorization(account(provider, fields), Token("new")) == "Bearer new"


@pytest.mark.parametrize("name", ["webex", "bandwidth", "catapult", "genesys"])
def test_of_a_call_with_nothing_but_an_id_the_rest_is_unknown(name: str) -> None:
    call = providers.get(name).normalize(Document({"id": "1", "callId": "1"}))
    assert (call.id, call.direction, call.state, call.outcome, call.vendor_state) == (
        "1",
        "unknown",
        "unknown",
        None,
        None,
    )
    assert (call.from_, call.to, call.participants, call.warnings) == (None, None, (), ())


ONE, OTHER = {"id": "1"}, {"id": "2"}
PICKED: list[tuple[Any, str | None, str | None]] = [
    ({"calls": [ONE, OTHER]}, "2", "2"),
    ({"calls": [5, None, ONE]}, "1", "1"),
    ({"calls": [ONE]}, None, "1"),
    ({"user": {"calls": [OTHER, ONE]}}, "1", "1"),
    ({"call": ONE}, "2", "1"),
    ({"data": {"call": ONE}}, "1", "1"),
    (ONE | {"data": {"a": 1}, "user": {"a": 1}}, "1", "1"),
]


@pytest.mark.parametrize(("body", "asked", "found"), PICKED)
def test_a_call_of_genesys_is_picked_by_its_id_out_of_several_and_alone_only_if_none_was_asked_for(
    body: Any, asked: str | None, found: str
) -> None:
    assert providers.get("genesys").normalize(Document(body, call_id=asked)).id == found


NOT_PICKED: list[tuple[list[Any], str | None, type[CallinspectError], str]] = [
    ([], "1", NotFoundError, "answered with no call"),
    ([], None, NotFoundError, "answered with no call"),
    ([ONE], "2", BadResponseError, "about another call: “1”"),
    ([ONE, OTHER], "3", BadResponseError, "about other calls: “1”, “2”"),
    ([5, {}], "3", BadResponseError, "about something else"),
    ([ONE, OTHER], None, BadResponseError, "this holds several calls: “1”, “2”"),
    ([{"id": str(each)} for each in range(9)], "x", BadResponseError, "“3”, “4” …"),
]


@pytest.mark.parametrize(("calls", "asked", "error", "said"), NOT_PICKED)
def test_only_an_answer_without_calls_says_that_there_is_none(
    calls: list[Any], asked: str | None, error: type[CallinspectError], said: str
) -> None:
    for body in ({"statusCode": 0, "calls": calls}, {"user": {"calls": calls}}):
        with pytest.raises(error, match=said):
            providers.get("genesys").normalize(Document(body, call_id=asked))


@pytest.mark.parametrize("envelope", [{"call": ONE}, {"calls": [ONE]}, {"data": {"call": ONE, "messageType": "m"}}])
def test_what_stands_beside_a_call_of_genesys_is_kept(envelope: dict[str, Any]) -> None:
    sent = {"statusCode": 0, "channel": "/v2/me/calls", "new": {"a": 1}, **envelope}
    vendor = providers.get("genesys").normalize(Document(sent, call_id="1")).vendor
    assert {"channel": "/v2/me/calls", "new": {"a": 1}}.items() <= dict(vendor).items()


def test_addresses_of_calls_are_no_call_of_genesys() -> None:
    with pytest.raises(BadResponseError, match="addresses of calls instead of a call"):
        providers.get("genesys").normalize(Document({"uris": []}))


A, B, C = "+12025550101", "+12025550102", "+12025550103"
PARTIES: list[tuple[dict[str, Any], list[Any], str | None, str | None, list[str]]] = [
    ({"callType": "Inbound"}, [{"digits": A}], A, None, []),
    ({"callType": "Inbound"}, [{"digits": A}, {"digits": B}], None, None, [A, B]),
    ({"callType": "Inbound", "ani": A}, [{"digits": B}], A, None, [B]),
    ({"callType": "Inbound", "ani": 5000}, [{"digits": B}], None, None, [B]),
    ({"callType": "Inbound", "ani": "Anonymous"}, [{"digits": B}], None, None, [B]),
    ({"callType": "Inbound", "ani": ""}, [{"digits": B}], B, None, []),
    ({"ani": "2025550101"}, [{"digits": "2025550101", "e164Number": A}], A, None, []),
    ({"ani": "5000"}, [{"digits": "5000", "e164Number": "5000"}], "5000", None, []),
    ({"ani": "2025550101"}, [{"digits": "2025550101", "e164Number": ""}], "2025550101", None, []),
    ({"callType": "Inbound", "dnis": B}, [{"digits": A}, {"digits": B}], A, B, []),
    ({"callType": "Outbound"}, [{"digits": B}], None, B, []),
    ({"callType": "Outbound", "dnis": B}, [{"digits": A}], None, B, [A]),
    ({"callType": "Outbound", "ani": A}, [{"digits": B}], A, None, [B]),
    ({"callType": "Outbound"}, [{"digits": A}, {"digits": B}], None, None, [A, B]),
    ({"callType": "Internal"}, [{"digits": A}], None, None, [A]),
    ({"ani": A, "dnis": B}, [{"digits": A}, {"digits": B}, {"digits": C}], A, B, [C]),
    ({"ani": A, "dnis": B}, [{"digits": B}, {"digits": A}], A, B, []),
    ({"ani": A}, [{"digits": "(1) 202-555-0101"}], A, None, []),
    ({"ani": A}, [{"digits": "2025550101", "e164Number": A}], A, None, []),
    ({"ani": "alice"}, [{"digits": "bob"}], "alice", None, ["bob"]),
    ({"ani": "alice"}, ["alice", "bob"], "alice", None, ["bob"]),
    ({"ani": "*67"}, [{"digits": "67"}], "*67", None, ["67"]),
    ({"ani": A}, [], A, None, []),
    ({"ani": "", "dnis": None}, [{"digits": ""}, {"name": "n"}], None, None, ["", ""]),
]


@pytest.mark.parametrize(("fields", "participants", "from_", "to", "others"), PARTIES)
def test_participants_of_genesys_that_are_the_caller_or_the_called_are_not_told_twice(
    fields: dict[str, Any], participants: list[Any], from_: str | None, to: str | None, others: list[str]
) -> None:
    call = providers.get("genesys").normalize(Document({"id": "1", **fields, "participants": participants}))
    assert (call.from_ and call.from_.number, call.to and call.to.number) == (from_, to)
    assert isinstance(call.participants, tuple)
    assert [each.number or "" for each in call.participants] == others


def test_a_caller_of_genesys_has_what_is_said_of_the_participant_with_that_number() -> None:
    known = {"digits": A, "name": "Ann", "location": "Bonn", "country": {"name": "Germany", "code": "DE"}}
    call = providers.get("genesys").normalize(Document({"id": "1", "ani": A, "dnis": B, "participants": [known]}))
    germany = Country(name="Germany", code="DE")
    assert call.from_ == Party(number=A, name="Ann", location="Bonn", country=germany)
    assert call.to == Party(number=B)


@pytest.mark.parametrize(
    ("uri", "parent"),
    [("/me/calls/AX/", "AX"), ("http://gws.test/calls/A%2F1", "A/1"), ("http://gws.test/", None), ("http://[", None)],
)
def test_the_parent_of_a_call_of_genesys_is_the_last_word_of_its_address(uri: str, parent: str | None) -> None:
    call = providers.get("genesys").normalize(Document({"id": "1", "parentCallUri": uri}))
    assert (call.parent_id, call.links) == (parent, {"parent": uri})


ODD_PARTICIPANTS: list[tuple[dict[str, Any], list[tuple[str | None, str | None]], list[str]]] = [
    ({"participants": {"digits": A}}, [], ["participants is not a list"]),
    ({"participants": "a", "participantsInfo": [{"digits": A}]}, [(A, None)], ["participants is not a list"]),
    ({"participants": None, "participantsInfo": [{"digits": A}]}, [(A, None)], []),
    ({"participantsInfo": {"digits": A}}, [], []),
    (
        {"participants": [A, 5, {}, B]},
        [(A, None), (B, None)],
        [f"participants[{number}] is neither a number nor an object" for number in (1, 2)],
    ),
    (
        {"participants": [A, B], "participantsInfo": [{"name": "Ann"}, 5, {"digits": C}]},
        [(A, "Ann"), (B, None)],
        [],
    ),
    (
        {"participants": [{"name": "Ann", "digits": A}], "participantsInfo": [{"name": "Bob", "digits": B}]},
        [(A, "Ann")],
        [],
    ),
    (
        {"participants": [{"digits": A}, {"name": 5}]},
        [(A, None), (None, None)],
        ["participants[1].name is not a text: “5”"],
    ),
]


@pytest.mark.parametrize(("fields", "parties", "warnings"), ODD_PARTICIPANTS)
def test_participants_of_genesys_that_cannot_be_read_are_warned_about_and_cost_the_others_nothing(
    fields: dict[str, Any], parties: list[tuple[str | None, str | None]], warnings: list[str]
) -> None:
    call = providers.get("genesys").normalize(Document({"id": "1", **fields}))
    assert [(each.number, each.name) for each in call.participants] == parties
    assert list(call.warnings) == warnings


@pytest.mark.parametrize(
    ("state", "said", "left"),
    [
        ("listening", "listening", None),
        ({"state": "coaching", "a": 1}, "coaching", {"a": 1}),
        ({"a": 1}, None, {"a": 1}),
    ],
)
def test_the_state_of_monitoring_is_a_text_or_within_an_object(state: Any, said: str | None, left: Any) -> None:
    call = providers.get("genesys").normalize(Document({"id": "1", "supervisorMonitoringState": state}))
    assert (call.monitoring and call.monitoring.state) == said
    assert (call.vendor.get("supervisorMonitoringState"), call.warnings) == (left, ())
