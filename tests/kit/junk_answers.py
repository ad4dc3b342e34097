"""Every place in every answer of a vendor, with junk in it."""

from __future__ import annotations

import copy
import json
import re
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

from callinspect import providers
from kit import cases as known
from kit import vendors
from kit.case_playback import response
from kit.junk import Place, places, put, valued

if TYPE_CHECKING:
    from collections.abc import Sequence

LONG = "x" * 10_000
DEEP: Any = 7
for _ in range(50):
    DEEP = [{"a": DEEP}] if isinstance(DEEP, int) else [DEEP]

JUNK: list[str] = [
    *("null", "true", "false", "0", "-1", "-1e-7", "1e308", "-1.7976931348623157e308", "1e999", "-1e999", "9" * 4000),
    *('""', '"x"', '" "', f'"{LONG}"', r'"\u0000\u001b[2J\u009b\r\n\t\u202e\ud800"', '"\x7f\u2028\\udfff"'),
    *("[]", "[[]]", "[null]", '["a", 1]', "{}", '{"a": {}}', '{"": {"": [{}]}}', json.dumps(DEEP)),
    *('{"id": "0", "callId": "0", "state": "0", "provider": 1, "raw": 1, "vendor": {"vendor": 1}, "warnings": "w"}',),
    *('"0001-01-01T00:00:00+23:59"', '"9999-12-31T23:59:59.999999-23:59"', '"2025-02-30T00:00:00Z"', '"2025-W07-2"'),
    *('"-99999999999"', '"999999999999999"', '"1e999"', '"\u0661\u0662"', '"sip:"', '"@"', '"http://[x"'),
]
"""What is put in every place, as JSON texts."""

TOO_MUCH = ["NaN", "-Infinity", "9" * 4001, "-" + "9" * 5000]
"""What no place may hold, as JSON texts."""

HERE = "\ue000"
"""Stands where a text is put in; nobody sends it."""


class Sample(NamedTuple):
    """A vendor's answer, and a place in it."""

    provider: str
    call_id: str
    body: Any
    place: Place
    status: int
    code: str

    def holding(self, text: str, key: str) -> bytes:
        """Return the body with that JSON text in the place, whose call has another id."""
        return self._written(put(self.body, self.place, HERE), key).replace(f'"{HERE}"', text).encode("utf-8")

    def lacking(self, key: str) -> bytes:
        """Return the body without what stands there."""
        changed = copy.deepcopy(self.body)
        del valued(changed, self.place[:-1])[self.place[-1]]
        return self._written(changed, key).encode("utf-8")

    def doubled(self, key: str) -> bytes:
        """Return the body with the key of the place standing twice in its object."""
        return self.holding(f"1, {json.dumps(self.place[-1])}: 2", key)

    def _written(self, body: Any, key: str) -> str:
        return json.dumps(body, ensure_ascii=False).replace(json.dumps(self.call_id, ensure_ascii=False)[1:-1], key)

    @property
    def may_be_fatal(self) -> bool:
        """Whether the call's id, or what the call stands in, is there, or the vendor says there that it has failed."""
        if self.place[0] in known.account(self.provider).get("failing", []) and len(self.place) == 1:
            return True
        return id_place(self.provider, self.body, self.call_id)[: len(self.place)] == self.place


def id_place(provider: str, body: Any, call_id: str) -> Place:
    """Return the place of the call's own id."""
    name = vendors.id_key(provider, body)
    found = [each for each in places(body) if each[-1] == name and str(valued(body, each)) == call_id]
    assert found, f"an answer of {provider} has no {name} that is {call_id}, the ID that it was asked for: {body}"
    return min(found, key=len)


@cache
def samples(kind: str, provider: str) -> list[Sample]:
    """Return every place in every case's answer of that kind; of places that differ by the case only, one."""
    found: dict[tuple[Any, ...], Sample] = {}
    for case in known.cases(kind, provider):
        if not case.exchange or case.extras:
            continue
        code = case.expected.get("code", "")
        sent = case.told if kind == "calls" else _refused(case, code)
        for place in places(sent.body):
            shape = tuple("*" if isinstance(step, int) else step for step in place)
            distinct = (shape, type(valued(sent.body, place)), code, sent.status)
            found.setdefault(distinct, Sample(provider, case.call_id, sent.body, place, sent.status, code))
    return list(found.values())


def _refused(case: known.Case, code: str) -> known.Answer:
    """Return the answer that earns a case its error: the last that means so, where several places are asked."""
    provider = providers.get(case.vendor)
    read = ((each, provider.refusal(response(each))) for each in case.exchange)
    return [case.exchange[-1], *(each for each, refusal in read if refusal and refusal.error.code == code)][-1]


class Changed(NamedTuple):
    """A body with something odd in a place: which place, what was put there, and the whole."""

    sample: Sample
    junk: str | None
    body: bytes


def some(number: int) -> list[str]:
    """Return every third junk, less of many vendors, other ones for each number, and something that is too much."""
    step = vendors.one_in(3)
    return [*JUNK[number % step :: step], TOO_MUCH[number % len(TOO_MUCH)]]


def changed(found: Sequence[Sample]) -> dict[str, Changed]:
    """Return every sample with some junk in its place, without it, and with its key twice, by the id of the call."""
    cases: dict[str, Changed] = {}
    for number, sample in enumerate(found):
        for junk in some(number):
            key = vendors.call_id(sample.provider, f"n{len(cases)}")
            cases[key] = Changed(sample, junk, sample.holding(junk, key))
        key = vendors.call_id(sample.provider, f"n{len(cases)}")
        cases[key] = Changed(sample, None, sample.lacking(key))
        if isinstance(sample.place[-1], str):
            key = vendors.call_id(sample.provider, f"n{len(cases)}")
            cases[key] = Changed(sample, "a key twice", sample.doubled(key))
    return cases


def control_characters(text: str) -> set[str]:
    return set(re.findall("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ud800-\udfff]", text))
