"""What cannot be masked is not printed: nothing of it, and nothing half."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from kit.plugins import installed
from kit.program import callinspect, environment
from kit.servers import Server, answer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NUMBER = "+19165550104"
PLUGIN = f'''
"""Acme: a call whose caller has a name that is a number cannot be masked."""

from callinspect.provider.auth import Basic
from callinspect.model import Call, Party, State
from callinspect.provider import Document, Field, Provider, Request, url
from callinspect.provider.refusals import refused


def fetch(account, call_id):
    response = yield Request(url=url(account.base_url, "calls", call_id))
    return Document(response, call_id)


def normalize(document):
    name = 5 if document.call_id == "a-13" else "Riley Fisher"
    return Call(provider="acme", id=document.call_id, state=State.ENDED, from_=Party(number="{NUMBER}", name=name))


def refusal(response):
    return refused(response, own="why" in response.fields, message=response.fields.get("why"))


PROVIDER = Provider(
    name="acme", title="Acme", docs="https://acme.example.com/calls", base_url="https://acme.example.com",
    fields=(Field(name="username", title="User"), Field(name="password", title="Password", secret=True)),
    schemes=(Basic(),), fetch=fetch, normalize=normalize, refusal=refusal,
    verify=lambda account: Request(url=url(account.base_url, "me")), not_found_hints=(),
)
'''


@pytest.fixture
def acme(tmp_path: Path) -> Iterator[dict[str, str]]:
    """The environment of a user of that vendor, whose plug-in is installed."""
    modules = installed(tmp_path / "modules", "acme", PLUGIN)
    with Server(answer(200, "{}")) as server:
        account = {"BASE_URL": server.url, "USERNAME": "riley", "PASSWORD": "canary-of-acme"}
        given = {f"CALLINSPECT_ACME_{name}": value for name, value in account.items()}
        yield environment(tmp_path, PYTHONPATH=str(modules), **given)


@pytest.mark.parametrize("options", [("-o", "json"), ("-o", "table"), ("-o", "csv"), ("-f", "from.number")])
def test_a_call_that_cannot_be_masked_is_not_printed(options: tuple[str, ...], acme: dict[str, str]) -> None:
    done = callinspect("get", "acme", "a-13", "--redact", "--debug", *options, env=acme)
    assert (done.returncode, done.stdout) == (70, b"")
    assert "a-13" in done.stderr.decode()
    assert NUMBER[-7:].encode() not in done.stderr


def test_an_array_holds_all_but_what_cannot_be_masked(acme: dict[str, str]) -> None:
    done = callinspect("get", "acme", "-", "-o", "json", "--redact", env=acme, stdin="a-1\na-13\na-2\n")
    assert [each["id"] for each in json.loads(done.stdout)] == ["a-1", "a-2"]
    assert done.returncode == 9
    assert json.loads(done.stderr)["error"]["code"] == "internal"
    assert not [each for each in (NUMBER, "Fisher", "riley") if each.encode() in done.stdout + done.stderr]


def test_what_is_watched_ends_before_it_is_printed(acme: dict[str, str]) -> None:
    done = callinspect("watch", "acme", "a-13", "--redact", "--timeout", "5", env=acme)
    assert (done.returncode, done.stdout) == (70, b"")


@pytest.mark.parametrize("key", ["short", "", None])
def test_without_a_key_that_can_be_used_nothing_is_asked(key: str | None, tmp_path: Path, acme: dict[str, str]) -> None:
    file = tmp_path / NUMBER
    if key is not None:
        file.write_text(key)
    done = callinspect("get", "acme", "a-1", "--redact", "--redact-key", str(file), "-vv", env=acme)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"GET" not in done.stderr
    assert NUMBER[-7:].encode() not in done.stderr


def test_a_mistake_is_reported_with_a_short_key_as_well(acme: dict[str, str]) -> None:
    """Masked, with a key of the run's own: that of the environment is too short."""
    env = acme | {"CALLINSPECT_REDACT_KEY": "short"}
    for line, said in (
        (("get", "acme", "a-1", "--redact", f"--{NUMBER}"), b"error: there is no such option"),
        (("get", "acme", "a-1", "--redact"), b"CALLINSPECT_REDACT_KEY has fewer than 16 bytes"),
    ):
        done = callinspect(*line, env=env)
        assert (done.returncode, done.stdout) == (2, b"")
        assert said in done.stderr
        assert NUMBER[-7:].encode() not in done.stderr


def test_a_key_masks_alike_wherever_it_stands(tmp_path: Path, acme: dict[str, str]) -> None:
    key = tmp_path / "key"
    key.write_bytes(bytes(range(32)))
    key.chmod(0o600)
    named = ("--redact-key", str(key))
    asked = ("get", "acme", "a-1", "-f", "from.number,from.name")
    runs = [("--redact", *named, *asked), ("--redact", *asked, *named), (*named, *asked, "--redact")]
    done = {callinspect(*line, env=acme).stdout for line in runs}
    assert len(done) == 1
    assert done != {b""}
    others = {callinspect(*asked, "--redact", env=acme).stdout for _ in range(2)}
    assert len(done | others) == 3
