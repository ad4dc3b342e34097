"""A vendor's own answers with other texts in them, wherever the vendor says what a record or an error has from it."""

import json
from collections.abc import Mapping
from functools import reduce
from typing import Any, NamedTuple

from kit import cases
from kit.junk import Place, places, put, valued


class Saying(NamedTuple):
    """What a vendor answers, and about which call."""

    vendor: str
    call_id: str
    body: Any

    def about(self, call_id: str) -> Any:
        """Return the same of another call."""
        return about(call_id, self.body, self.call_id)


def about(call_id: str, body: Any, known_id: str) -> Any:
    """Return what a vendor says of a call as if that were another one."""
    return json.loads(json.dumps(body).replace(json.dumps(known_id)[1:-1], json.dumps(call_id)[1:-1]))


def sayings(kind: str, texts: Mapping[str, str], status: int = 200) -> list[Saying]:
    """Return an answer of each vendor of whose answers some case has all of these keys; the texts are in it.

    Args:
        kind: `calls` or `refusals`.
        texts: what the record, or the refusal, is to have, by the path of the key: `from.name`.
        status: which that case has.
    """
    found: dict[str, Saying] = {}
    for case in cases.cases(kind):
        body = case.given.get("body")
        where = [(place, text) for key, text in texts.items() for place in _places(case, body, key)]
        if case.vendor in found or len(where) < len(texts) or case.given.get("status", 200) != status or case.extras:
            continue
        if all(any(text == said for _, said in where) for text in texts.values()):
            said = reduce(lambda body, each: put(body, *each), where, body)
            found[case.vendor] = Saying(case.vendor, case.call_id, said)
    return list(found.values())


def _places(case: cases.Case, body: Any, key: str) -> list[Place]:
    """Return the places from which a case's record or refusal has a key."""
    expected: Any = case.expected
    for step in key.split("."):
        expected = expected.get(step) if isinstance(expected, dict) else None
    return [each for each in places(body) if isinstance(expected, str) and valued(body, each) == expected != ""]
