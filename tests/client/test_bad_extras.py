"""Whatever a vendor does where a call's related data is asked for, the call comes, with a warning and in time."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from kit import cases, vendors
from kit.bounds import LEEWAY
from kit.leaky_vendor import echoing
from kit.pairwise import sampled
from kit.parts import FAST, HAVING, KEYS, PACED, Vendor, good, path_of, record
from kit.program import callinspect
from kit.servers import Answer, Server, after, answer, endlessly, header, reset, silence

from callinspect import providers

if TYPE_CHECKING:
    from collections.abc import Callable

    from kit.program import Env

SAID = "No such channel “kind”"


def refusing(status: int, **headers: str) -> Callable[[str], Answer]:
    """Return what gives a vendor's own refusal."""
    return lambda vendor: answer(
        status, json.dumps(cases.filled(cases.account(vendor)["missing"]["body"], {"text": SAID})), headers
    )


QUOTED = ": “No such channel 'kind'” (HTTP {})"

FAULTS: dict[str, tuple[Callable[[str], Answer], str]] = {
    "missing": (refusing(404), QUOTED.format(404)),
    "forbidden": (refusing(403), QUOTED.format(403)),
    "refused": (lambda vendor: answer(401, vendors.unauthorized(vendor)), "” (HTTP 401)"),
    "limited": (refusing(429, **{"Retry-After": "9999"}), QUOTED.format(429)),
    "failed": (refusing(500), QUOTED.format(500)),
    "overloaded": (refusing(503, **{"Retry-After": "9999"}), QUOTED.format(503)),
    "down": (lambda _: answer(503, "<html>"), "(HTTP 503)"),
    "a page": (lambda _: answer(200, "<html>"), ": answered with a web page instead of JSON"),
    "cut off": (lambda _: answer(200, '[{"id": "1", '), "cannot be read: it is not JSON"),
    "a text": (lambda _: answer(200, '"text"'), "could not be read: "),
    "null": (lambda _: answer(200, "null"), "could not be read: "),
    "another object": (lambda _: answer(200, '{"x": [1]}'), "could not be read: "),
    "empty": (lambda _: answer(200), ": answered with an empty body"),
    "no content": (lambda _: b"HTTP/1.1 204 No Content\r\n\r\n", ": answered with an empty body"),
    "too much": (lambda _: answer(200, b"[" + b" " * 11 * 2**20 + b"]"), ": answered with more than 10 MiB"),
    "broken": (lambda _: reset, "broke before the response was complete"),
    "silent": (lambda _: silence, "did not answer within 2 s"),
    "slow": (lambda _: after(answer(200, "[" + " " * 999)[:-900], endlessly(b" ", 0.05)), "did not answer within 2 s"),
}
"""What comes in place of related data, and what is said of it."""


def read_of(got: Any) -> dict[str, Any]:
    """Return what was read of a record's related data; of a leg that another names, the ID is known all the same."""
    related = {**got["related"], "legs": [each for each in got["related"]["legs"] or () if each["call"]] or None}
    assert {each["relation"] for each in got["related"]["legs"] or ()} <= {"parent"}
    return {name: value for name, value in related.items() if value is not None}


@pytest.mark.parametrize(("fault", "vendor"), sampled(FAULTS, HAVING))
def test_what_cannot_be_read_costs_a_warning_only(fault: str, vendor: str, bare: Env) -> None:
    played, said = FAULTS[fault]
    with Vendor(vendor, lambda _: played(vendor)) as server:
        begun = time.monotonic()
        got = record(server.get("--timeout", "2", *FAST, env=bare))
        assert time.monotonic() - begun < 2 + LEEWAY
    assert got["id"] == server.case.call_id
    assert read_of(got) == {}
    notes = [each for each in got["warnings"] if "could not be read: " in each]
    assert [each for each in notes if said in each or "no time was left of the 2 s" in each] == notes
    assert [each for each in notes if said in each]
    for name in providers.get(vendor).extras:
        assert [each for each in notes if name.replace("_", " ") in each], (name, notes)


@pytest.mark.parametrize("vendor", HAVING)
def test_what_is_odd_about_a_list_is_said_once(vendor: str, bare: Env) -> None:
    """Even if two extras are read from it, or two lists hold the same."""
    with Vendor(vendor, lambda _: answer(200, '["x", {}, {}]')) as server:
        warnings = record(server.get("--timeout", "5", *FAST, env=bare))["warnings"]
    assert warnings
    assert len(warnings) == len({*warnings})


@pytest.mark.parametrize("vendor", HAVING)
def test_no_answer_leads_elsewhere(vendor: str, bare: Env) -> None:
    """Neither a redirect, nor a link to another page, nor an address in a call."""
    with Server(answer(500)) as elsewhere:
        leading = {"Location": f"{elsewhere.url}/x", "Link": f'<{elsewhere.url}/y?z=1>; rel="next"'}

        def part(request: bytes) -> Answer:
            status = 302 if len(path_of(request)) % 2 else 200
            return answer(status, json.dumps([{"id": "1", "url": elsewhere.url}]), leading)

        def astray(body: object) -> object:
            text = json.dumps(body)
            for host in ("http://192.0.2.17:8090", "https://api.example.com"):
                text = text.replace(host, elsewhere.url)
            return json.loads(text)

        with Vendor(vendor, part, astray) as server:
            record(server.get("--timeout", "5", *FAST, env=bare))
        assert server.parts
        assert elsewhere.requests == []


@pytest.mark.parametrize("vendor", HAVING)
def test_with_no_time_left_nothing_more_is_asked_for(vendor: str, bare: Env) -> None:
    with Vendor(vendor, lambda _: silence) as server:
        begun = time.monotonic()
        got = record(server.get("--timeout", "1.5", *FAST, env=bare))
        assert time.monotonic() - begun < 1.5 + LEEWAY
    assert len(server.parts) == 1
    notes = [each for each in got["warnings"] if "could not be read" in each]
    assert len([each for each in notes if "did not answer within 1.5 s" in each]) == 1
    assert all("within 1.5 s" in each or "no time was left of the 1.5 s" in each for each in notes)


ENDED = {each for each in HAVING if good(each).expected["state"] == "ended"}
"""The vendors whose call with related data is over."""


class TestPace:
    """Waiting for a vendor's pace counts where one call is read, and only there."""

    @pytest.mark.parametrize("vendor", PACED)
    def test_a_turn_that_comes_too_late_is_not_waited_for(self, vendor: str, bare: Env) -> None:
        with Vendor(vendor, lambda _: answer(200, "[]")) as server:
            got = record(server.get("--timeout", "0.8", env=bare))
        assert server.parts == []
        names = providers.get(vendor).extras
        assert len([each for each in got["warnings"] if "no time was left of the 0.8 s" in each]) == len(names)

    @pytest.mark.parametrize("vendor", PACED)
    def test_of_many_calls_each_waits_for_its_turn(self, vendor: str, bare: Env) -> None:
        ids = [vendors.call_id(vendor, each) for each in "ab"]
        with Vendor(vendor, lambda _: answer(200, "[]"), ids=ids) as server:
            done = server.get("--timeout", "0.8", env=bare, stdin="\n".join(ids))
        got = [json.loads(each) for each in done.stdout.splitlines()]
        assert (done.returncode, [each["id"] for each in got]) == (0, ids)
        assert not [each for call in got for each in call["warnings"] if "no time" in each]
        assert len(server.parts) >= len(ids) * len(providers.get(vendor).extras)


MANY = {"refused": 12, "limited": 4, "failed": 4, "broken": 2}
"""How many calls each is played for."""


class TestManyCalls:
    """What is refused for one call's related data does not end a run, or spoil what the others are read with."""

    @pytest.mark.parametrize("fault", MANY)
    @pytest.mark.parametrize("vendor", HAVING)
    def test_every_call_comes_with_its_warning(self, fault: str, vendor: str, bare: Env) -> None:
        played, said = FAULTS[fault]
        ids = [vendors.call_id(vendor, f"n{number}") for number in range(MANY[fault])]
        with Vendor(vendor, lambda _: played(vendor), ids=ids) as server:
            done = server.get("--timeout", "3", "--jobs", "2", *FAST, env=bare, stdin="\n".join(ids))
        got = [json.loads(each) for each in done.stdout.splitlines()]
        assert (done.returncode, done.stderr, [each["id"] for each in got]) == (0, b"", ids)
        for call in got:
            assert [each for each in call["warnings"] if said in each]
            assert call["related"].keys() == KEYS
            assert read_of(call) == {}


def bought_at(server: Vendor) -> dict[str, str]:
    """Return the variables of an account there whose token is bought, at the same place."""
    [case, *_] = cases.cases("tokens", server.vendor)
    declared = cases.account(server.vendor)["declares"]["fields"].keys() - {"access_token"}
    given = {**case.fields, "token_url": f"{server.url}/t"}
    fields = {name: value for name, value in given.items() if name in declared}
    return vendors.variables(server.vendor, server.url + vendors.root(server.vendor), fields)


@pytest.mark.parametrize("vendor", [each for each in HAVING if each in vendors.BUYING])
def test_a_refused_part_does_not_cost_a_token(vendor: str, bare: Env) -> None:
    """The token was good for the call: no other is bought."""
    ids = [vendors.call_id(vendor, f"n{number}") for number in range(8)]
    token = answer(200, json.dumps({"access_token": "token-that-is-bought", "expires_in": 3600}))
    refused = answer(401, vendors.unauthorized(vendor))
    with Vendor(vendor, lambda request: token if request.startswith(b"POST") else refused, ids=ids) as server:
        words = ("get", vendor, "-", "--with", "all", "--jobs", "2")
        done = callinspect(*words, *FAST, env={**bare, **bought_at(server)}, stdin="\n".join(ids))
    assert (done.returncode, done.stderr, done.stdout.count(b"\n")) == (0, b"", len(ids))
    assert len([each for each in server.requests if each.startswith(b"POST")]) == 1
    assert len(server.parts) >= len(ids)


@pytest.mark.parametrize(
    ("vendor", "fault"), list(zip(HAVING, ("failed", "refused", "limited", "a page"), strict=False))
)
def test_a_failed_part_neither_ends_nor_repeats_a_wait(vendor: str, fault: str, bare: Env) -> None:
    over = cases.good(vendor)
    played, said = FAULTS[fault]
    looks: list[object] = []

    def call(body: object) -> object:
        looks.append(body)
        ended = json.dumps(over.exchange[0].body).replace(over.call_id, good(vendor).call_id)
        return body if len(looks) < 3 and vendor not in ENDED else json.loads(ended)

    with Vendor(vendor, lambda _: played(vendor), call) as server:
        words = ("wait", vendor, server.ids[0], "--with", "all", "--interval", "0.2", "--timeout", "20")
        got = record(callinspect(*words, env={**bare, **server.variables}))
    assert got["state"] == "ended"
    assert len(looks) == (1 if vendor in ENDED else 3)
    assert said in " ".join(got["warnings"])


@pytest.mark.parametrize("way", ["read", "refused"])
@pytest.mark.parametrize("vendor", HAVING)
def test_no_secret_in_a_part_is_shown(way: str, vendor: str, bare: Env) -> None:
    """Whether it is told to programs, to people or in a trace."""

    def part(request: bytes) -> Answer:
        sent = header(request, "authorization") or ""
        text = f"{sent} {sent.partition(' ')[2]}"
        if way == "read":
            return answer(200, json.dumps(echoing(request, server.sent(request))))
        body = cases.filled(cases.account(vendor)["missing"]["body"], {"text": text})
        return answer(403, json.dumps(body), {"X-Said": text})

    told = b""
    with Vendor(vendor, part) as server:
        for form in (("-o", "json"), ("-o", "table", "-vv", "--debug")):
            done = server.get(*form, "--timeout", "5", *FAST, env=bare)
            assert done.returncode == 0
            told += done.stdout + done.stderr
    secrets = {(header(each, "authorization") or "").partition(" ")[2].encode() for each in server.requests}
    assert not [each for each in (*secrets, vendors.CANARY.encode()) if each in told]
    assert b"[secret]" in told


@pytest.mark.parametrize(("body", "vendor"), sampled(["<html>", "", "null", '"text"', "[1", "7"], HAVING))
def test_with_an_answer_that_is_no_call_nothing_is_asked_for(body: str, vendor: str, bare: Env) -> None:
    """Whether one call is read or many."""
    with Server(answer(200, body)) as server:
        known = {**vendors.variables(vendor, server.url + vendors.root(vendor)), **bare}
        ids = [vendors.call_id(vendor, each) for each in "ab"]
        for words, stdin in (([ids[0]], ""), (["-"], "\n".join(ids))):
            done = callinspect("get", vendor, *words, "--with", "all", *FAST, env=known, stdin=stdin)
            assert done.returncode != 0
        assert len(server.requests) == 1 + len(ids)
