"""A vendor's own answers with other texts in them, wherever the vendor says what a record or an error has from it."""

import json
from collections.abc import Iterable, Mapping
from functools import reduce
from typing import Any, NamedTuple

from kit import cases, vendors
from kit.junk import Place, places, put, valued
from kit.keys import Json


class Saying(NamedTuple):
    """What a vendor answers, and about which call.

    Attributes:
        expected: the record, or the refusal, of the case that it was before the texts were put in.
    """

    vendor: str
    call_id: str
    body: Any
    expected: Json

    def about(self, call_id: str) -> Any:
        """Return the same of another call."""
        return about(call_id, self.body, self.call_id)


def about(call_id: str, body: Any, known_id: str) -> Any:
    """Return what a vendor says of a call as if that were another one."""
    return json.loads(json.dumps(body).replace(json.dumps(known_id)[1:-1], json.dumps(call_id)[1:-1]))


def sayings(kind: str, texts: Mapping[str, str], status: int = 200, state: str | None = None) -> list[Saying]:
    """Return an answer of each vendor of whose answers some case has all of these keys; the texts are in it.

    Args:
        kind: `calls` or `refusals`.
        texts: what the record, or the refusal, is to have, by the path of the key: `from.name`.
        status: which that case has.
        state: of the call in it, where only one will do.
    """
    found: dict[str, Saying] = {}
    for case in cases.cases(kind):
        body = case.given.get("body")
        where = [(place, text) for key, text in texts.items() for place in _places(case, body, key)]
        if case.vendor in found or len(where) < len(texts) or case.given.get("status", 200) != status or case.extras:
            continue
        if state not in {None, case.expected.get("state")}:
            continue
        if all(any(text == said for _, said in where) for text in texts.values()):
            said = reduce(lambda body, each: put(body, *each), where, body)
            found[case.vendor] = Saying(case.vendor, case.call_id, said, case.expected)
    return list(found.values())


def called(call_id: str, texts: Mapping[str, str], states: Iterable[str]) -> tuple[str, list[Any]]:
    """Return a vendor that says these texts of a call in each of these states, and what it says in each.

    One that tells as much of a call in each state comes first: of what others leave out, the earlier word stays.
    """
    said = [{each.vendor: each for each in sayings("calls", texts, state=state)} for state in states]
    common = [each for each in said[0] if all(each in other for other in said)]
    vendor = min(common, key=lambda each: len({other[each].expected["direction"] for other in said}))
    return vendor, [each[vendor].about(call_id) for each in said]


def _places(case: cases.Case, body: Any, key: str) -> list[Place]:
    """Return the places from which a case's record or refusal has a key; the call's own ID is none of them."""
    expected: Any = case.expected
    for step in key.split("."):
        expected = expected.get(step) if isinstance(expected, dict) else None
    if not isinstance(expected, str) or not expected:
        return []
    own = vendors.id_key(case.vendor, body) if expected == case.call_id else None
    return [each for each in places(body) if valued(body, each) == expected and each[-1] != own]
