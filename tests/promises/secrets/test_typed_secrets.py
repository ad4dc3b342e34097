"""A secret that is typed where none belongs, or that cannot be sent, is refused and not repeated."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle
from typing import TYPE_CHECKING

import pytest
from kit.canary import CORE, canary, leaks
from kit.pairwise import pairwise, sampled
from kit.program import callinspect, environment
from kit.recipes import ASKING, FORMATS, PASSWORDS, PROBING, RECIPES, WAYS
from kit.watched import Case, without_bugs

from callinspect.credentials.environment import variables

if TYPE_CHECKING:
    from pathlib import Path

    from kit.recipes import Command
    from kit.watched import WatchedUser


def given(name: str, secret: str) -> list[Command]:
    """Return the ways in which a user might give a secret on the command line."""
    return [
        ("--set", f"{name}={secret}"),
        (f"--set={name}={secret}",),
        ("--set", f"{name.upper()}={secret}"),
        ("--set", f"{name} = {secret}"),
        ("--set", f"={secret}"),
        ("--set", f"base_url={secret}"),
        ("--set", secret.rstrip("=")),
        (f"--{name}", secret),
        (f"--{name}={secret}",),
        (f"-{name[0]}{secret}",),
    ]


def test_a_secret_on_the_command_line_is_not_repeated(watched: WatchedUser) -> None:
    formats, commands = cycle(FORMATS), cycle(ASKING)
    runs = watched.sweep(
        Case(next(commands), way, arguments=(*next(formats), *given(each.name, canary("argument"))[form]))
        for form, (way, each) in sampled(
            range(len(given("x", ""))), [(way, each) for way in WAYS for each in way.secrets], 4
        )
    )
    assert {run.status for run in runs} <= {2, 10}
    assert watched.vendor.requests == []


def test_a_bare_token_that_ends_in_equals_is_not_repeated(watched: WatchedUser) -> None:
    runs = watched.sweep(
        Case(command, way, arguments=("--set", canary("bare"))) for command, way in sampled(ASKING, WAYS)
    )
    assert {run.status for run in runs} == {2}


def test_a_secret_among_the_words_of_auth_is_not_repeated(watched: WatchedUser) -> None:
    named, formats = [command for command in RECIPES if command[0] == "auth"], cycle(FORMATS)
    runs = watched.sweep(
        Case(command, way, arguments=(*next(formats), canary("argument"))) for command, way in sampled(named, WAYS)
    )
    assert {run.status for run in runs} == {2}


UNUSABLE = {
    "newline": "{0}\n{0}",
    "carriage return": "{0}\r\n{0}",
    "space": "{0} {0}",
    "letters beyond ASCII": "{0}ü{0}",
    "line separator": "{0}\u2028{0}",
    "delete": "{0}\x7f{0}",
    "bytes that are no text": "{0}\udcff{0}",
    "length": "{0}" * 100,
}


def test_a_secret_that_cannot_be_sent_is_not_shown(watched: WatchedUser) -> None:
    """Typed at login, in the environment, or in the keyring."""
    fields = [(way, each) for way in WAYS for each in way.secrets]
    formats, commands, cases = cycle(FORMATS), cycle((*ASKING, ("auth", "status"))), []
    looking = (each for each in commands if each != ("auth", "login") and each not in PROBING)
    for form, number, where in pairwise([*UNUSABLE.values()], range(len(fields)), ("login", "environment", "keyring")):
        way, each = fields[number]
        value = form.format(canary("unusable"))
        account = json.dumps(way.fields(f"{watched.vendor.url}/{way.provider.name}/401", **{each.name: value}))
        command = ("auth", "login") if where == "login" else next(looking)
        known = {"KEPT": account} if where == "keyring" else {}
        typed = {variables(way.provider, each)[0]: value} if where == "environment" else {}
        stdin = account if where == "login" else None
        arguments = next(formats)
        cases.append(
            Case(command, way, "401", arguments, stored=where == "keyring", stdin=stdin, variables=known | typed)
        )
    without_bugs(watched.sweep(cases))


TYPED = [
    *("SECRET", "get SECRET", "get SECRET:1", "get SECRET NAME", "get NAME SECRET", "auth SECRET"),
    *("auth status SECRET", "providers SECRET", "help SECRET", "sandbox serve --fault SECRET", "get NAME 1 --SECRET"),
    *(f"get NAME 1 --{each} SECRET" for each in ("rate", "output", "field", "resume", "with", "timeout", "jobs")),
    *("get NAME 1 --profile SECRET/", "get NAME 1 --query SECRET(", "get NAME 1 --query 'SECRET"),
    *("get --input SECRET", "get NAME --from-file SECRET", "wait NAME 1 --for SECRET"),
    *("list NAME --since SECRET", "list NAME --state SECRET", "list NAME --param SECRET=1"),
    *("explain SECRET", "explain sip SECRET", "explain SECRET 486", "explain q850;cause=SECRET", "explain -f SECRET"),
]


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_secret_in_the_place_of_another_word_is_not_repeated(form: str, tmp_path: Path) -> None:
    secret, way = f"{CORE}-typed-7E", PASSWORDS[0]
    env = environment(tmp_path, **way.variables("http://127.0.0.1:9") | way.set_password(secret))

    def said(line: str) -> str:
        words = [word.replace("SECRET", secret).replace("NAME", way.provider.name) for word in line.split()]
        done = callinspect(*words, "--error-format", form, env=env)
        return (done.stdout + done.stderr).decode()

    with ThreadPoolExecutor(4) as pool:
        runs = dict(zip(TYPED, pool.map(said, TYPED), strict=True))
    assert {line: run for line, run in runs.items() if leaks(run.encode())} == {}
    assert all(run.startswith("error: " if form == "text" else '{"error":') for run in runs.values())
