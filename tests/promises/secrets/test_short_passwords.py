"""A password that is short, or a word, is hidden in what the vendor says and spoils nothing that we say."""

from __future__ import annotations

import json
import re
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import pytest
from kit import cases, vendors
from kit.canary import canary, leaks
from kit.program import callinspect, environment
from kit.recipes import PASSWORDS, WAYS
from kit.servers import Chooser, Server, answer
from kit.vendor_texts import sayings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from kit.recipes import Way
    from kit.servers import Answer

each_way = pytest.mark.parametrize("way", PASSWORDS, ids=lambda way: way.name)


def user(home: Path, way: Way, url: str, password: str, **given: str) -> dict[str, str]:
    """Return the environment of a user with that password, and other fields than usual where they are given."""
    address = url + vendors.root(way.provider.name)
    return environment(home, **way.variables(address, **given) | way.set_password(password))


def words(way: Way) -> tuple[str, ...]:
    """Return passwords that are words of ours, of the address or of an ID."""
    return (
        *("1234", "2026", way.provider.name, way.provider.title.split()[0], "public", "callinspect", "answered"),
        *("HTTP", "status", "request", "retry", "calls", "127.0.0.1", "0.0.1", "localhost", "secret", "true", "null"),
        *("not_found", "message", "no-such-call"),
    )


def by_id(vendor: str) -> Callable[[bytes], Answer]:
    """Return what answers with the status that the ID begins with."""

    def choose(request: bytes) -> Answer:
        call_id = vendors.last_word(request.split()[1].decode().removesuffix(vendors.suffix(vendor)))
        if call_id[:3] == "200":
            return answer(200, json.dumps(vendors.least(vendor, call_id)))
        return answer(200, "text") if call_id[:3] == "yyy" else answer(int(call_id[:3]), "{}")

    return choose


@pytest.mark.parametrize("form", ["text", "json"])
@each_way
def test_a_password_that_is_a_word_spoils_no_words_of_ours(way: Way, form: str, tmp_path: Path) -> None:
    """Each is tried with IDs that it stands in, and with IDs of the next word."""
    found = words(way)
    calls = {
        word: [f"{status}-{each}-1234" for status in ("200", "403", "404", "500", "yyy") for each in (word, after)]
        for word, after in zip(found, (*found[1:], found[0]), strict=True)
    }

    def said(password: str, ids: list[str]) -> list[str]:
        env = user(tmp_path, way, server.url, password)
        arguments = ("--jobs", "1", "-o", "jsonl", "-vv", "--error-format", form, "--rate", "1000/s")
        done = callinspect("get", way.provider.name, "-", *arguments, env=env, stdin="\n".join(ids))
        text = re.sub(rb'in [0-9.]+ s|"retrieved_at":"[^"]*"', b"", done.stdout + done.stderr)
        text = re.sub(rb"callinspect: [0-9]+ of 10 done, .*\n", b"", text)  # whose numbers the other run has not
        return sorted(text.decode().splitlines())

    with Chooser(by_id(way.provider.name)) as server, ThreadPoolExecutor(4) as pool:
        expected = set(said("kjhqzx", [each for word in found for each in calls[word]]))
        lines = dict(zip(found, pool.map(said, found, calls.values()), strict=True))
    headers = ("  > ", "  < ")
    hints = 1 if form == "text" else 0  # which a run shows once
    shown = {len([line for line in each if not line.startswith(headers)]) for each in lines.values()}
    assert shown == {20 + hints}
    assert {word: set(each) - expected for word, each in lines.items() if set(each) - expected} == {}


REPEATED = {each.vendor: each for each in sayings("refusals", {"message": "{said}", "request_id": "{number}"}, 404)}


@pytest.mark.parametrize("way", [way for way in PASSWORDS if way.provider.name in REPEATED], ids=lambda way: way.name)
@pytest.mark.parametrize("password", ["1234", "NAME", "account", "5555555", "s3cr3t!"])
def test_a_password_that_the_vendor_repeats_is_hidden(password: str, way: Way, tmp_path: Path) -> None:
    name = way.provider.name
    required = dict.fromkeys(way.provider.required, "5555555")
    password = password.replace("NAME", name)
    sent = json.dumps(REPEATED[name].body)
    sent = sent.replace("{said}", f"Call of user:{password} not found").replace("{number}", f"{password}/7")
    call_id = f"c-1234-{name}-5555555"
    with Server(answer(404, sent)) as server:
        env = user(tmp_path, way, server.url, password, **required)
        done = callinspect("get", name, call_id, "-o", "json", "-v", env=env)
    trace, said = done.stderr.decode().splitlines()
    error = json.loads(said)["error"]
    assert (error["message"], error["request_id"]) == ("Call of user:[secret] not found", "[secret]/7")
    assert error["call_id"] == call_id
    assert f"{cases.filled(cases.account(name)['call'], required | {'id': call_id}).split()[1]} " in trace


@pytest.mark.parametrize(("sent", "says"), [("x-1234", "an encoded body"), ("GZIP, br", "a body encoded as GZIP, br")])
def test_a_coding_is_named_if_it_is_one(sent: str, says: str, tmp_path: Path) -> None:
    way = PASSWORDS[0]
    with Server(answer(200, "x", {"Content-Encoding": sent})) as server:
        done = callinspect("get", way.provider.name, "1", env=user(tmp_path, way, server.url, "1234"))
    assert f"{way.provider.name} 1: answered with {says}, which was not asked for" in done.stderr.decode()


@pytest.mark.parametrize("way", [way for way in WAYS if way.buys_tokens], ids=lambda way: way.name)
def test_a_secret_that_a_token_endpoint_repeats_is_hidden(way: Way, tmp_path: Path) -> None:
    secrets = {each.name: "given" for each in way.secrets}
    said = []
    for body in ({"error_description": "not given"}, {"error": "invalid_client"}):
        with Server(answer(400, json.dumps(body))) as server:
            env = environment(tmp_path, **way.variables(server.url, **secrets))
            said.append(callinspect("get", way.provider.name, "given", env=env).stderr.decode())
    assert f"{way.provider.name} given: “not [secret]” (HTTP 400)" in said[0]
    assert f"{way.provider.name} given: no new access token was issued (HTTP 400, code invalid_client)" in said[1]


@pytest.mark.parametrize("way", [way for way in PASSWORDS if way.pages], ids=lambda way: way.name)
def test_a_password_is_hidden_in_a_vendors_link_only(way: Way, tmp_path: Path) -> None:
    """The part of the address that is ours has the same word in it."""
    with Server(answer(200, "[]", {"Link": '<?after=%63alls>; rel="next"'}), answer(200, "[]")) as server:
        done = callinspect(
            "list", way.provider.name, "--since", "all", "-v", env=user(tmp_path, way, server.url, "calls")
        )
    asked = re.findall(r"GET (\S+)", done.stderr.decode())
    assert asked[0].endswith("/calls")
    assert asked[1] == f"{asked[0]}?after=[secret]"


@each_way
def test_user_name_and_password_together_are_hidden(way: Way, tmp_path: Path) -> None:
    """However short they are."""
    [user_name] = set(way.scheme.needs) - {each.name for each in way.secrets}
    basic = b64encode(b"me:1234").decode()
    sent: dict[str, Any] = {"a": basic, "b": quote(basic), "c": basic.rstrip("=")}
    with Server(answer(200, json.dumps(vendors.least(way.provider.name, "1234") | sent))) as server:
        env = user(tmp_path, way, server.url, "1234", **{user_name: "me"})
        done = callinspect("get", way.provider.name, "1234", "-o", "json", env=env)
    record = json.loads(done.stdout)
    assert (record["id"], record["vendor"]) == ("1234", dict.fromkeys("abc", "[secret]"))
    assert b"sent one of the account's secrets back" in done.stderr


@each_way
def test_a_secret_that_was_asked_for_is_not_repeated(way: Way, tmp_path: Path) -> None:
    with Server(answer(200, json.dumps(vendors.least(way.provider.name, "c-1")))) as server:
        env = user(tmp_path, way, server.url, canary("asked"))
        done = callinspect("get", way.provider.name, canary("asked"), "-o", "json", "-v", env=env)
    assert json.loads(done.stderr.splitlines()[-1])["error"]["message"] == "the answer is about another call: “c-1”"
    assert leaks(done.stdout + done.stderr) == []
