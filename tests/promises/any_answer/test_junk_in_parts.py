"""Junk in any place of an answer with related data costs no more than that place, and leaves a valid record."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from kit.case_playback import account, keeps_to_the_schema
from kit.junk import places, put, valued
from kit.junk_answers import HERE, JUNK, control_characters
from kit.parts import FAST, HAVING, Vendor, played, record
from kit.servers import answer

from callinspect import providers
from callinspect.errors import NotFoundError
from callinspect.model.writing import record as written
from callinspect.provider import Extras, Response
from callinspect.provider.reading_extras import fetched

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from kit.cases import Answer, Case
    from kit.program import Env

HOSTILE = '"\\u001b[2J\\u009b31m\\u202e\\ud800 \\udfffx\\r\\n\\u0000“”<b>&"'
"""A text that would do things to a terminal, and has halves of characters."""


LEADING = {"callUuid", "callSessionId", "parentCallUri", "id", "callId", "parentCallId"}
"""Keys whose values lead from one answer to another."""


def spoiled(exchange: list[Answer], met: set[object]) -> Iterator[tuple[int, str, bytes]]:
    """Give every answer but the first with junk in each place: its number, what was put there, and the body.

    Nothing in places that were met, but for their number in a list.
    """
    for number, each in enumerate(exchange[1:], 1):
        yield from ((number, junk, junk.encode()) for junk in JUNK)
        for place in places(each.body):
            shape = (*("*" if isinstance(key, int) else key for key in place), type(valued(each.body, place)))
            if shape in met:
                continue
            met.add(shape)
            for junk in JUNK:
                yield number, junk, json.dumps(put(each.body, place, HERE)).replace('"\\ue000"', junk).encode()


def read(vendor: str, case: Case, bodies: Mapping[str, bytes]) -> Any:
    """Return the record of a call whose vendor answers like that, by path; what it does not know is not found."""
    from callinspect.client.inspection import Inspection

    provider = providers.get(vendor)
    of = account(provider, case.fields)
    flow = fetched(provider, of, case.call_id, Extras(frozenset(case.extras)))
    try:
        request = next(flow)
        while True:
            body = bodies.get(request.url.removeprefix(of.base_url))
            if body is None:
                request = flow.throw(NotFoundError("gone", http_status=404))
            else:
                request = flow.send(Response(200, {}, body))
    except StopIteration as end:
        return json.loads(json.dumps(written(Inspection(provider, end.value, None).call)))


@pytest.mark.parametrize("vendor", HAVING)
def test_junk_leaves_a_record_that_keeps_to_the_schema(vendor: str) -> None:
    met: set[object] = set()
    for case in played(vendor):
        exchange = case.exchange[case.exchange.index(case.told) :]
        asked = [each.request.split()[1] for each in exchange]
        sent = [each.content for each in exchange]
        for number, junk, body in spoiled(exchange, met):
            got = read(vendor, case, dict(zip(asked, [*sent[:number], body, *sent[number + 1 :]], strict=True)))
            assert got["id"] == case.call_id, (case.place, junk)
            keeps_to_the_schema(got)
            json.dumps(got, ensure_ascii=False).encode()  # fails for half a character


@pytest.mark.parametrize("vendor", HAVING)
def test_hostile_texts_are_drawn_as_what_they_are(vendor: str, bare: Env) -> None:
    """In every text but IDs."""

    def part(request: bytes) -> bytes:
        body = server.sent(request)
        for place in [*places(body)]:
            if isinstance(valued(body, place), str) and place[-1] not in LEADING:
                body = put(body, place, HERE)
        return answer(200, json.dumps(body).replace('"\\ue000"', HOSTILE))

    with Vendor(vendor, part) as server:
        drawn = server.get("-o", "table", *FAST, env=bare)
        told = record(server.get(*FAST, env=bare))
    assert drawn.returncode == 0
    assert not control_characters(drawn.stdout.decode())
    assert told["id"] == server.case.call_id
