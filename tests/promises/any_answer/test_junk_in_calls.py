"""Junk in any place of an answer is fatal only where there is no call without it, and in no form of output."""

from __future__ import annotations

import csv
import io
import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from kit import cases as known
from kit import vendors
from kit.junk import places
from kit.junk_answers import TOO_MUCH, Changed, Sample, changed, control_characters, samples
from kit.outcomes import LATER, MEMORY, get_each, one, outcomes

from callinspect.render import fields

if TYPE_CHECKING:
    from kit.forks import Forks
    from kit.outcomes import Answers, Env


@pytest.mark.parametrize("provider", vendors.NAMES)
def test_junk_in_a_call_is_fatal_in_the_id_only(provider: str, answers: Answers, user: Env) -> None:
    cases = changed(samples("calls", provider))
    for key, each in cases.items():
        answers.put(key, each.body)
    found = outcomes(provider, list(cases), user)
    for key, (sample, junk, _) in cases.items():
        code = found[key].get("code")
        if junk in TOO_MUCH or junk == "a key twice":
            assert code == "bad_response", (sample.place, junk, found[key])
        elif not sample.may_be_fatal:
            assert code is None, (sample.place, junk, found[key])
            assert found[key]["id"] == key
    good = [key for key in cases if "code" not in found[key]]
    for number, check in enumerate((check_csv, check_fields, check_table, check_query, check_raw, check_included)):
        check(provider, cases, good[number::6], user)


Cases = dict[str, Changed]


def written(provider: str, ids: list[str], env: Env, *options: str) -> str:
    """Return what `get` writes for calls that have a record."""
    done = get_each(provider, "-", *options, ids=ids, env=env)
    assert (done.status, done.err) == (0, b"")
    assert done.memory < MEMORY
    return done.out.decode("utf-8")


def check_csv(provider: str, _cases: Cases, ids: list[str], env: Env) -> None:
    head, *rows = csv.reader(io.StringIO(written(provider, ids, env, "-o", "csv"), newline=""), strict=True)
    assert len(rows) == len(ids)
    assert {len(row) for row in rows} == {len(head)}


def check_fields(provider: str, _cases: Cases, ids: list[str], env: Env) -> None:
    options = [word for path in fields.paths() for word in ("-f", path)]
    lines = written(provider, ids, env, *options).split("\n")
    assert len(lines) == len(ids) + 1
    assert {line.count("\t") for line in lines[:-1]} == {len(fields.paths()) - 1}


def check_table(provider: str, cases: Cases, ids: list[str], env: Env) -> None:
    text = written(provider, ids, env, "-o", "table")
    assert not control_characters(text)
    assert {key for key in ids if not cases[key].sample.may_be_fatal} <= set(text.split())


def check_query(provider: str, _cases: Cases, ids: list[str], env: Env) -> None:
    query = "{a: vendor, b: [state, from.number || to.uri], c: length(warnings), d: to_string(@), e: durations.*}"
    lines = written(provider, ids, env, "--query", query).splitlines()
    assert [json.loads(line).keys() for line in lines] == [{"a": 0, "b": 0, "c": 0, "d": 0, "e": 0}.keys()] * len(ids)


def check_raw(provider: str, cases: Cases, ids: list[str], env: Env) -> None:
    lines = written(provider, ids, env, "--raw").splitlines()
    assert [json.loads(line) for line in lines] == [sent(cases[key].body) for key in ids]


def check_included(provider: str, cases: Cases, ids: list[str], env: Env) -> None:
    lines = written(provider, ids, env, "--include", "raw").splitlines()
    assert [json.loads(line)["raw"] for line in lines] == [whole(sent(cases[key].body)) for key in ids]


def whole(value: Any) -> Any:
    """Return a value as a record has it: without halves of characters."""
    return json.loads(re.sub("[\ud800-\udfff]", "\N{REPLACEMENT CHARACTER}", json.dumps(value, ensure_ascii=False)))


def sent(body: bytes) -> Any:
    """Return a body's value, in which a number beyond all floats is its text."""
    return json.loads(body, parse_float=lambda digits: digits if "e999" in digits else float(digits))


OF_THE_ACCOUNT = frozenset({"auth_rejected", "rate_limited"})
"""Failures after which no more calls of the account may be asked for."""


@pytest.mark.parametrize("provider", vendors.NAMES)
def test_junk_in_a_refusal_leaves_its_meaning(provider: str, answers: Answers, user: Env, forks: Forks) -> None:
    """A refusal of the account ends a run: each takes one of its own, and a fourth of them has to do."""
    cases = changed([each for each in samples("errors", provider) if each.status >= 400])
    for key, (sample, _, body) in cases.items():
        answers.put(key, body, sample.status, LATER)
    alone = [key for key, (sample, _, _) in cases.items() if sample.code in OF_THE_ACCOUNT or sample.status == 401]
    found = outcomes(provider, [key for key in cases if key not in alone], user)
    for key in alone[::4]:
        found[key] = one(forks.run("get", provider, key, "-o", "json", env=user))
    for key, told in found.items():
        sample, junk, _ = cases[key]
        assert told["http_status"] == sample.status
        readable = junk not in TOO_MUCH and junk != "a key twice"
        if readable and ".".join(map(str, sample.place)) not in known.account(provider)["deciding"]:
            assert told["code"] == sample.code, (sample.place, junk, told)
        if not readable and sample.status in range(400, 500):
            assert told["code"] == ("rate_limited" if sample.status in {423, 429} else "vendor_unavailable")


EXTRAS = [
    (name, extra)
    for name in vendors.NAMES
    for extra, request in known.account(name).get("extras", {}).items()
    if isinstance(request, str)
]
"""What is read with a call in one request."""

STEP = max(1, len(EXTRAS) // 4)
"""Of how many places in one of them one gets junk: more extras take no more time."""


@pytest.mark.parametrize(("provider", "extra"), EXTRAS)
def test_junk_in_an_extra_leaves_the_call(provider: str, extra: str, answers: Answers, user: Env) -> None:
    case = next(case for case in known.cases("calls", provider) if case.extras == [extra])
    call, further = case.exchange
    found = [*places(further.body)][EXTRAS.index((provider, extra)) % STEP :: STEP]
    cases = changed([Sample(provider, "no id", further.body, place, 200, "") for place in found])
    for key, each in cases.items():
        sent = json.dumps(call.body).replace(json.dumps(case.call_id)[1:-1], key)
        answers.put(key, sent.encode())
        answers.put(vendors.root(provider) + further.request.split()[1].replace(case.call_id, key), each.body)
    outcome = outcomes(provider, list(cases), user, "--with", extra)
    for key, (sample, junk, _) in cases.items():
        is_unreadable = junk in TOO_MUCH or junk == "a key twice"
        assert "code" not in outcome[key], (sample.place, junk, outcome[key])
        said = [each for each in outcome[key]["warnings"] if f"{extra} could not be read" in each]
        said = [each for each in said if "another call's" not in each]  # where junk stands for the call's ID
        assert len(said) == is_unreadable, (sample.place, junk, outcome[key])
