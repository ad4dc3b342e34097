"""Junk in any place of a list or of a token costs nothing else, and is reported."""

from __future__ import annotations

import json
import re
from functools import partial
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import pytest
from kit import cases as known
from kit import vendors
from kit.forks import at_once
from kit.junk import Place, places, put
from kit.junk_answers import HERE, JUNK, TOO_MUCH, some
from kit.outcomes import EXITS, LATER, checked, failure, one
from kit.program import environment
from kit.servers import answer

from callinspect import providers

if TYPE_CHECKING:
    from pathlib import Path

    from kit.forks import Forks
    from kit.outcomes import Answers, Env


def listed(provider: str) -> list[Any]:
    """Return a list of two calls in every way in which the vendor writes one."""
    return vendors.pages(provider, [vendors.least(provider, each) | {"state": "active"} for each in two(provider)])


def two(provider: str) -> tuple[str, str]:
    """Return the IDs of two calls."""
    return vendors.call_id(provider, "l1"), vendors.call_id(provider, "l2")


ADDRESSES = {
    key
    for vendor in vendors.LISTING
    for page in known.account(vendor)["pages"]
    for key in (page if isinstance(page, dict) else ())
    if page[key] == "{addresses}"
}
"""Keys under which a vendor lists the addresses of calls instead of calls."""

LISTS = [
    pytest.param(name, page, id=f"{name}-{number}")
    for name in vendors.LISTING
    for number, page in enumerate(listed(name))
]


@pytest.mark.parametrize(("provider", "body"), LISTS)
def test_junk_in_a_list_costs_no_other_call(
    provider: str, body: Any, answers: Answers, user: Env, forks: Forks
) -> None:
    for key in two(provider):
        answers.put(key, json.dumps(vendors.least(provider, key)).encode())
    listing = providers.get(provider).listing
    when = () if listing and listing.window else ("--since", "all")  # many parts with the same page never end

    def check(number: int, place: Place, junk: str) -> None:
        prefix = f"/list{number}"
        text = json.dumps(put([body], (0, *place), HERE)[0]).replace(json.dumps(HERE), junk)
        answers.bodies[prefix + vendors.path(provider, "list")] = answer(200, text)
        name = f"CALLINSPECT_{provider.upper()}_BASE_URL"
        base = user[name].replace(answers.url, answers.url + prefix)
        done = forks.run("list", provider, *when, "-o", "jsonl", env=user | {name: base})
        # A vendor that is asked for one part of the time after the other answers with the same page each time.
        lines = dict.fromkeys(done.err.splitlines())
        records, failures = map(checked, done.out.splitlines()), map(failure, lines)
        ids, codes = [each["id"] for each in records], [each["code"] for each in failures]
        assert done.status == (EXITS[codes[0]] if codes and not ids else 9 if codes and ids else 0) or codes == [
            "bad_response"
        ], (place, junk, done)
        assert "usage" not in codes, (place, junk, codes)
        index = next((step for step in place if isinstance(step, int)), None)
        if index is not None and junk not in TOO_MUCH:
            assert {*two(provider)} - {two(provider)[index]} <= {*ids}, (place, junk)
            # An address can be another call's, which may be over and gone.
            assert len(ids) + len(codes) == 2 or (place[0] in ADDRESSES and junk[0] == '"'), (place, junk, done)

    tasks = [(place, junk) for number, place in enumerate([(), *places(body)]) for junk in some(number)[::2]]
    at_once(partial(check, number, *task) for number, task in enumerate(tasks))


TOKEN = {"access_token": "canary-5f0c1d-at", "token_type": "Bearer", "expires_in": 3600, "refresh_token": "canary-rt"}


def token_path(provider: str, key: str) -> str:
    """Return the path at which a provider buys a token of a user of the key's."""
    if "token_url" in known.account(provider)["declares"]["fields"]:
        return f"/{key}/token"
    return f"/{key}{urlsplit(known.cases('tokens', provider)[0].given['request'].split()[1]).path}"


def token_user(provider: str, server: Answers, home: Path, key: str) -> Env:
    """Return the environment of a user who has to buy a token first, at an address of the key's."""
    case, declared = known.cases("tokens", provider)[0], known.account(provider)["declares"]
    needed = [*declared["required"], *declared["schemes"][case.given.get("scheme", 0)]]
    fields = {name: case.fields[name] for name in needed}
    if "token_url" in declared["fields"]:
        fields = fields | {"token_url": server.url + token_path(provider, key)}
    return environment(home, **vendors.variables(provider, f"{server.url}/{key}{vendors.root(provider)}", fields))


@pytest.mark.parametrize("provider", vendors.BUYING)
def test_junk_in_a_token_is_a_token_or_a_plain_error(
    provider: str, answers: Answers, forks: Forks, tmp_path: Path
) -> None:
    def check(number: int, status: int, text: str) -> None:
        key = vendors.call_id(provider, f"{provider}-t{number}")
        answers.put(key, json.dumps(vendors.least(provider, key)).encode())
        answers.bodies[token_path(provider, key)] = answer(status, text, LATER)
        done = forks.run("get", provider, key, "-o", "jsonl", env=token_user(provider, answers, tmp_path, key))
        if done.status == 0:
            assert status == 200
            assert re.fullmatch(
                rb'(\{"warning":\{"message":"[A-Z][A-Za-z0-9 ]+ replaced the refresh token.*\n)?', done.err
            )
            assert checked(done.out)["id"] == key
        else:
            told = one(done)
            assert told["code"] in {"bad_response", "auth_rejected", "rate_limited", "vendor_unavailable"}
        assert answers.asked.count(token_path(provider, key)) == 1

    texts = [
        json.dumps(put([TOKEN], (0, *place), HERE)[0]).replace(json.dumps(HERE), junk)
        for number, place in enumerate([(), *places(TOKEN)])
        for junk in some(number)
    ]
    refusals = [f'{{"error": {junk}, "error_description": {junk}}}' for junk in JUNK]
    tasks = [(200, text) for text in texts]
    tasks += [((400, 401, 403, 429, 500)[number % 5], text) for number, text in enumerate(refusals)]
    at_once(partial(check, number, *task) for number, task in enumerate(tasks))
