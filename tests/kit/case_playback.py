"""Cases played: a provider describes its requests, and a case answers them."""

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import jsonschema
import pytest

from callinspect.provider import Account, Document, Extras, Provider, Request, Response, check_id, is_same_call
from callinspect.provider.reading_extras import fetched
from callinspect.render import schema
from kit import cases, vendors
from kit.cases import Answer, Case, CaseError

SCHEMA = json.loads(schema.text())
assert SCHEMA.keys() <= {*("$schema", "$id", "$defs", "title", "description"), *("type", "properties", "required")}

VALIDATOR = jsonschema.Draft202012Validator(SCHEMA, format_checker=jsonschema.FormatChecker())


def keeps_to_the_schema(record: Any) -> None:
    """Fail unless a record keeps to the schema: value by value, as the schema says nothing of several at once.

    A value that many records have is looked at once: in a sweep they differ in one.
    """
    assert isinstance(record, dict)
    assert record.keys() >= {*SCHEMA["required"]}
    for key, value in record.items():
        _keeps(key, json.dumps(value))


@lru_cache(5000)
def _keeps(key: str, text: str) -> None:
    VALIDATOR.evolve(schema=SCHEMA["properties"].get(key, True)).validate(json.loads(text))


def every(kind: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("case", cases.cases(kind), ids=lambda case: case.title)


def account(provider: Provider, fields: Mapping[str, str]) -> Account:
    """Return an account with these fields, and those that follow from its base URL."""
    base_url = (fields.get("base_url") or provider.base_url or "").rstrip("/")
    following = {each.name: each.follows(base_url) for each in provider.fields if each.follows}
    return Account(base_url=base_url, values={**following, **fields})


def response(answer: Answer) -> Response:
    """Return an answer as the provider gets it."""
    return Response(answer.status, lowered(answer.headers), answer.content)


def answered(case: Case) -> Response:
    """Return the one answer of a case."""
    given = case.given
    content = given["text"] if "text" in given else json.dumps(given["body"])
    return Response(given.get("status", 200), lowered(given.get("headers", {})), content.encode())


def lowered(headers: Mapping[str, str]) -> dict[str, str]:
    """Return headers with their names in lower case."""
    return {name.lower(): value for name, value in headers.items()}


def inspect(provider: Provider, case: Case) -> tuple[Document, list[Request]]:
    """Play a case's answers to the requests that the provider describes; return its document and the requests.

    Raises:
        CallinspectError: what the answers mean.
        CaseError: the provider asks for more than the case answers.
    """
    check_id(provider, case.call_id)
    sent: list[Request] = []
    flow = fetched(provider, account(provider, case.fields), case.call_id, Extras(frozenset(case.extras)))
    try:
        request = next(flow)
        while True:
            if len(sent) == len(case.exchange):
                raise CaseError(f"{case.place}: expected {len(sent)} requests, and then came {request!r}")
            answer = response(case.exchange[len(sent)])
            sent.append(request)
            refusal = provider.refusal(answer)
            if refusal is None:
                request = flow.send(answer)
            else:
                said = refusal.summary or refusal.message or ""
                error = refusal.error(
                    said,
                    hint=refusal.hint,
                    http_status=answer.status,
                    vendor_code=refusal.code,
                    request_id=refusal.request_id,
                )
                request = flow.throw(error)
    except StopIteration as end:
        document: Document = end.value
        return document, sent


def call_object(vendor: str, document: Document) -> Any:
    """Return the vendor's call object, out of the envelope that holds it."""
    key = vendors.id_key(vendor, document.json)
    found = list(vendors.calls_in(document.json, key))
    asked = [each for each in found if is_same_call(document.call_id or "", str(each[key]))]
    return (asked or found)[0]


def differences(expected: Any, got: Any, key: str = "record") -> list[str]:
    """Return what differs from what was expected, a line for each key; “*” stands for any text that is not empty."""
    if isinstance(expected, dict) and isinstance(got, dict):
        return [
            line
            for name in dict.fromkeys([*expected, *got])
            for line in (
                differences(expected[name], got[name], f"{key}.{name}")
                if name in expected and name in got
                else [_line(f"{key}.{name}", expected.get(name, NO_SUCH_KEY), got.get(name, NO_SUCH_KEY))]
            )
        ]
    if isinstance(expected, list) and isinstance(got, list) and len(expected) == len(got):
        pairs = enumerate(zip(expected, got, strict=True))
        return [line for number, (one, other) in pairs for line in differences(one, other, f"{key}[{number}]")]
    if expected == "*" and isinstance(got, str) and got:
        return []
    same = expected == got and isinstance(got, bool) == isinstance(expected, bool)
    return [] if same else [_line(key, expected, got)]


NO_SUCH_KEY = object()
"""What is at a key that is not there."""


def _line(key: str, expected: Any, got: Any) -> str:
    one, other = (
        "no such key" if each is NO_SUCH_KEY else json.dumps(each, ensure_ascii=False) for each in (expected, got)
    )
    return f"{key}: expected {one}, came {other}"
