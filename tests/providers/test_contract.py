"""The contract that every provider keeps: one suite, run over every vendor's cases (see `kit.cases`).

Records were derived from the model by hand. What is one vendor's alone stands beside its cases.
"""

import json
from typing import Any

import pytest
from kit import cases, times, vendors
from kit.case_playback import VALIDATOR, account, call_object, differences, every, inspect, response
from kit.cases import Case

from callinspect import providers
from callinspect.errors import CallinspectError
from callinspect.model.writing import record, timestamp
from callinspect.provider import Document, Request, Token
from callinspect.provider.reading_extras import with_extras

every_vendor = pytest.mark.parametrize("name", cases.vendors())


def test_every_vendor_has_cases() -> None:
    """A vendor without a list of calls has none of a list, and one without OAuth none of a token."""
    for name in {*providers.names()} ^ {*cases.vendors()}:
        has = "a provider and no account.json" if name in providers.names() else "cases and no provider"
        pytest.fail(f"tests/providers/{name}: there is {has}")
    for name in cases.vendors():
        provider = providers.get(name)
        listed = {case.given.get("of", "calls") for case in cases.cases("lists", name)}
        there = {"calls": provider.listing, "history": provider.history, "verify": provider.verify}
        expected = {kind for kind, found in there.items() if found}
        assert listed == expected, f"tests/providers/{name}/lists.json: expected {expected}, came {listed}"
        for kind in ("errors", "refusals"):
            assert cases.cases(kind, name), f"tests/providers/{name}/{kind}.json: there are no cases"
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
    got = json.loads(json.dumps(record(with_extras(provider, provider.normalize(document), document))))
    expected = dict(case.expected)
    warnings, got_warnings = expected.pop("warnings"), [*got.pop("warnings"), *document.notes]
    assert list(got) == [*expected, "retrieved_at"]
    wrong = differences(expected, {key: got[key] for key in expected})
    assert not wrong, "\n".join([case.place, *wrong])
    assert len(warnings) == len(got_warnings), (case.place, got_warnings)
    assert all(any(part in each for each in got_warnings) for part in warnings), (case.place, got_warnings)


@every("calls")
def test_every_record_keeps_to_the_schema(case: Case) -> None:
    provider = providers.get(case.vendor)
    document, _ = inspect(provider, case)
    VALIDATOR.validate(json.loads(json.dumps(record(with_extras(provider, provider.normalize(document), document)))))


@every("calls")
def test_requests_for_a_call_are_those_of_the_documentation(case: Case) -> None:
    provider = providers.get(case.vendor)
    _, sent = inspect(provider, case)
    base = account(provider, case.fields).base_url
    assert [f"{each.method} {each.url.removeprefix(base)}" for each in sent] == [
        each.request for each in case.exchange
    ], case.place


@every("calls")
def test_a_document_holds_the_answers_as_they_were_sent(case: Case) -> None:
    """And the ID that was asked for. What takes several requests is put together from their answers."""
    document, _ = inspect(providers.get(case.vendor), case)
    assert (document.call_id, document.raw) == (case.call_id, case.told.content)
    assert document.extras.keys() <= {*case.extras}
    sent = {each.request: response(each).document for each in case.exchange}
    assert as_sent(case, document) == {name: sent[asked] for name, asked in asked_once(case, document).items()}


def asked_once(case: Case, document: Document) -> dict[str, str]:
    """Return the requests for what was read with a call, where one is enough."""
    asked = cases.filled(cases.account(case.vendor).get("extras", {}), {"id": case.call_id, **case.fields})
    return {name: asked[name] for name in document.extras if isinstance(asked[name], str)}


def as_sent(case: Case, document: Document) -> dict[str, Any]:
    """Return what was read with a call in one request."""
    return {name: document.extras[name] for name in asked_once(case, document)}


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
    """Every text and number of the call's own object, and of what was read with it, is somewhere in its record."""
    provider = providers.get(case.vendor)
    document, _ = inspect(provider, case)
    got = record(with_extras(provider, provider.normalize(document), document))
    kept = json.dumps(got, ensure_ascii=False)
    moments = {str(value) for key, value in named_leaves(got) if key == "at" or key.endswith("_at")}
    form = cases.account(case.vendor).get("times", "iso")
    switched = {"On", "Off"} if got["media"]["muted"] is not None else set()
    for value in leaves([call_object(case.vendor, document), *as_sent(case, document).values()]):
        text = json.dumps(value, ensure_ascii=False).strip('"')
        read = {times.read(each, value) for each in (form, "iso", "epoch_milliseconds")}
        length = times.length(value)
        is_there = text in kept or text in switched or (length is not None and str(length) in kept)
        is_there = is_there or not moments.isdisjoint(timestamp(each) for each in read if each)
        assert is_there, f"{case.place}: the record has {value!r} nowhere, and none of its times is that one ({form})"


def leaves(value: Any) -> list[Any]:
    if isinstance(value, dict):
        return [leaf for each in value.values() for leaf in leaves(each)]
    if isinstance(value, list):
        return [leaf for each in value for leaf in leaves(each)]
    return [] if value in (None, "", True, False) else [value]


def named_leaves(value: Any, key: str = "") -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [leaf for name, each in value.items() for leaf in named_leaves(each, name)]
    if isinstance(value, list):
        return [leaf for each in value for leaf in named_leaves(each, key)]
    return [(key, value)]


@every_vendor
def test_a_provider_describes_itself_completely(name: str) -> None:
    provider = providers.get(name)
    assert provider.name == name
    assert provider.title
    assert provider.docs.startswith("https://")
    assert provider.credentials_help
    assert any(": callinspect " in hint for hint in provider.not_found_hints)
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
    *("Anonymous (private)", "Unknown name, private number", "Restricted/Withheld"),
]
NOT_KNOWN = ["Unavailable", "UNKNOWN", "Out of Area", "+86282452253", "+8656696", "sip:unavailable@unknown.invalid"]
NOT_KNOWN += ["Unknown_Caller", "number not available", "information unavailable", "Unknown / unavailable"]
KNOWN = [
    *(
        "266696687",
        "7378742833",
        "+17378742833",
        "Anonymous Ltd",
        "Private Bakery",
        "private2",
        "sip:privat@gw.example.com",
    ),
    *("Anonymous <sip:+12025550143@gw.example.com>", "sip:ann@anonymous.invalid.example.com", "+1202555*"),
    *("private@bakery.example", "hidden@valley.example", "private.party@bakery.example", "sip:blocked@gw.example.com"),
    *("no.name@bakery.example", "anonymous.smith@bakery.example", "sip:caller@bakery.example", "Caller", "User"),
]


@every_vendor
@pytest.mark.parametrize("text", [*WITHHELD, *NOT_KNOWN, *KNOWN])
def test_who_is_withheld_or_not_known_has_no_address(name: str, text: str) -> None:
    of = cases.account(name)
    call_id = vendors.sent_id(name, vendors.call_id(name, "1"))
    sent = cases.filled(of["least"] | of["caller"], {"id": call_id, "text": text})
    call = providers.get(name).normalize(Document(sent))
    assert call.from_
    assert call.from_.private == (text in WITHHELD)
    assert (call.from_.number or call.from_.uri) == (text if text in KNOWN else None)
    assert (json.dumps(text) in json.dumps(call.vendor)) == (text not in KNOWN)


@every_vendor
def test_an_account_takes_these_fields_and_these_are_secret(name: str) -> None:
    provider, declared = providers.get(name), cases.account(name)["declares"]
    assert provider.base_url == declared["base_url"]
    assert {
        each.name: " ".join(
            [word for word in ("secret", "file", "token", "url") if getattr(each, word)] + list(each.env)
        )
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


@every("tokens")
def test_a_token_is_fetched_as_the_documentation_says(case: Case) -> None:
    provider, given = providers.get(case.vendor), case.given
    scheme, of = provider.schemes[given.get("scheme", 0)], account(provider, case.fields)
    request = scheme.token_request(of, Token(**given["old"]) if "old" in given else None)
    assert isinstance(request, Request)
    assert f"{request.method} {request.url}" == given["request"]
    assert (request.form, request.headers) == (given["form"], given.get("sent", {}))
    assert scheme.authorization(of, Token("new")) == "Bearer new"


@every_vendor
def test_of_a_call_with_nothing_but_an_id_the_rest_is_unknown(name: str) -> None:
    call_id = vendors.call_id(name, "1")
    call = providers.get(name).normalize(Document(vendors.least(name, call_id)))
    assert (call.id, call.direction, call.state) == (call_id, "unknown", "unknown")
    assert (call.outcome, call.vendor_state) == (None, None)
    assert (call.from_, call.to, call.participants, call.warnings) == (None, None, (), ())
