"""The contract that every provider keeps: one suite, run over every vendor's fixtures.

A fixture is one exchange with a vendor: the requests that must go out, the answers that come, and the whole record, or
the error, that must come of them. Records were derived from the model by hand.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from callinspect import providers
from callinspect.coerce import parse_timestamp
from callinspect.errors import CallinspectError
from callinspect.provider import Account, Document, Provider, Request, Response, check_id
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
                error = refusal.error(
                    refusal.message or "", vendor_code=refusal.code, request_id=refusal.request_id, hint=refusal.hint
                )
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
