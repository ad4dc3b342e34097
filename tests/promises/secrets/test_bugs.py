"""A bug in a provider shows no secret, in no form of a traceback."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from kit.canary import canary
from kit.recipes import ODD, PATIENT, RECIPES, TALK, WAYS, is_login
from kit.watched import Case

if TYPE_CHECKING:
    from collections.abc import Callable

    from kit.recipes import Command
    from kit.watched import WatchedUser


PLUGIN = """
import json, os
from base64 import b64encode
from urllib.parse import quote, quote_plus

from callinspect.provider.auth import Basic
from callinspect.model import Call, State
from callinspect.provider import Document, Field, Listing, Page, Provider, Refusal, Request, url
from callinspect.provider.refusals import error_for

def bug(where):
    if os.environ.get("BUG") == where:
        secret = os.environ["CALLINSPECT_ACME_PASSWORD"]
        values = {"password": secret}
        text = eval(os.environ["TEXT"])
        error = RuntimeError(text)
        error.add_note(text)
        raise error from ValueError(text)

def fetch(account, call_id):
    bug("fetch")
    key = account["password"] if os.environ.get("BUG") == "key in the address" else None
    address = os.environ["ELSEWHERE"] if os.environ.get("BUG") == "elsewhere" else account.base_url
    response = yield Request(url=url(address, "calls", call_id, key=key))
    bug("fetch, afterwards")
    return Document(response, call_id)

def normalize(document):
    bug("normalize")
    return Call(provider="acme", id="7", state=State.ENDED)

def refusal(response):
    bug("refusal")
    error = error_for(response.status)
    return error and Refusal(error=error)

def of(where, result):
    def function(*_):
        bug(where)
        return result(*_)
    return function

def list_calls(account, *_):
    return Request(url=url(account.base_url, "calls"))

PROVIDER = Provider(
    name="acme", title="Acme", docs="https://acme.example.com", base_url="https://acme.example.com",
    fields=(Field(name="username", title="User"), Field(name="password", title="Password", secret=True, token=False)),
    schemes=(Basic(),), fetch=fetch, normalize=normalize, refusal=refusal, verify=of("verify", list_calls),
    not_found_hints=(),
    listing=Listing(
        first=of("first", list_calls),
        read=of("read", lambda response: Page(calls=(response.document,))),
        following=of("following", lambda *_: None),
    ),
)
bug("load")
"""
TEXTS = {
    "as it is": "secret",
    "after a line": "f'some\\nthing {secret}'",
    "in Basic": "b64encode(f'me:{secret}'.encode()).decode()",
    "in repr": "repr(values)",
    "in JSON": "json.dumps(values)",
    "in a URL": "quote(secret, safe='')",
    "in a form": "quote_plus(secret)",
}
READ = (("get",), ("wait",), ("watch",))
LISTED = (("list",),)
BUGS = {
    **dict.fromkeys(("fetch", "fetch, afterwards", "normalize", "refusal"), READ),
    **dict.fromkeys(("first", "read", "following"), LISTED),
    "verify": (("auth", "login"),),
    "load": (*READ, *LISTED, ("auth", "status"), ("providers",)),
}


@pytest.fixture
def acme(watched: WatchedUser) -> Callable[..., Case]:
    """Install a vendor with bugs; return what makes a case of one."""
    (watched.modules / "acme.py").write_text(PLUGIN)
    metadata = watched.modules / "acme-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[callinspect.providers]\nacme = acme:PROVIDER\n")

    def case(command: Command, bug: str, text: str = "secret", password: str = canary("acme", plain=False)) -> Case:
        account = {"base_url": f"{watched.vendor.url}/{WAYS[0].provider.name}", "username": "me", "password": password}
        given = {f"CALLINSPECT_ACME_{name.upper()}": value for name, value in account.items()}
        recipe = tuple(word.replace("PROVIDER", "acme") for word in RECIPES[command])
        return Case(
            command,
            WAYS[0],
            arguments=(*TALK, *PATIENT),
            stdin=json.dumps(account) if is_login(command) else "",
            variables={**given, "BUG": bug, "TEXT": text, "ELSEWHERE": watched.elsewhere.url},
            recipe=recipe,
        )

    return case


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_bug_shows_no_secret(text: str, watched: WatchedUser, acme: Callable[..., Case]) -> None:
    runs = watched.sweep(acme(command, bug, text) for bug, where in BUGS.items() for command in where if bug != "load")
    assert {run.status for run in runs} == {70}
    assert all("RuntimeError" in run.err for run in runs)


def test_a_provider_that_cannot_be_loaded_shows_no_secret(watched: WatchedUser, acme: Callable[..., Case]) -> None:
    watched.sweep(acme(command, "load") for command in BUGS["load"])


def test_a_bug_shows_no_password_with_a_line_break_in_it(watched: WatchedUser, acme: Callable[..., Case]) -> None:
    watched.sweep(acme(("get",), bug, password=ODD) for bug in BUGS if bug in {"fetch", "normalize"})


def test_a_short_password_is_hidden_in_a_bugs_text_only(watched: WatchedUser, acme: Callable[..., Case]) -> None:
    bugs = [bug for bug, where in BUGS.items() if ("get",) in where and bug != "load"]
    for run in watched.sweep(acme(("get",), bug, password="callinspect") for bug in bugs):
        assert "\nRuntimeError: [secret]\n[secret]\n" in run.err
        assert "\nValueError: [secret]\n" in run.err
        assert "/callinspect/client/" in run.err
        assert "error: acme c-1: a bug in callinspect: RuntimeError at bug" in run.err


def test_a_key_in_the_address_of_a_request_is_not_shown(watched: WatchedUser, acme: Callable[..., Case]) -> None:
    runs = watched.sweep(acme(command, "key in the address") for command in READ)
    assert all("GET" in run.err for run in runs)


def test_a_provider_cannot_send_credentials_elsewhere(watched: WatchedUser, acme: Callable[..., Case]) -> None:
    runs = watched.sweep(acme(command, "elsewhere") for command in READ)
    assert {run.status for run in runs} == {70}
