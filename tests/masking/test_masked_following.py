"""`watch`, `wait` and `auth login` with --redact: on a terminal and in a pipe, what they say and draw is masked."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from kit.answering import Terminal
from kit.clocks import Patient
from kit.credential_runs import Vendor
from kit.program import callinspect, environment
from kit.sandbox_calls import living
from kit.screen import on_terminal
from kit.ways import CLIENT

from callinspect import providers
from callinspect.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kit.keyrings import SecretService

pytestmark = pytest.mark.filterwarnings("ignore:.*forkpty.*:DeprecationWarning")

Env = dict[str, str]

CALL = ("bandwidth", living("bandwidth", "answered at 5 s"))
MASK = re.compile("num[+]1-[bcdfghjklmnpqrstvwxz]{10}")


@pytest.fixture
def brisk(tmp_path: Path) -> Iterator[Env]:
    """The environment of a user whose vendors' calls live eight times as fast, beginning now, for who looks as often.

    From one look to the next it is never more than 1.6 seconds of a call's life.
    """
    with Sandbox(pace=8.0, clock=Patient(0.2), burst=100_000) as running:
        yield environment(tmp_path, **running.environment)


def numbers(env: Env) -> set[str]:
    """Return the call's numbers, by their last digits."""
    done = callinspect("get", *CALL, "-f", "from.number,to.number", env=env)
    return {each[-7:] for each in done.stdout.decode().split()}


def test_watch_masks_every_line_alike(brisk: Env) -> None:
    known = numbers(brisk)
    done = callinspect("watch", *CALL, "--interval", "0.2", "--redact", "-vv", env=brisk)
    news = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert [each["changed"]["state"] for each in news[1:] if "state" in each["changed"]]
    assert {each["call"]["id"] for each in news} == {CALL[1]}
    [masks] = {(each["call"]["from"]["number"], each["call"]["to"]["number"]) for each in news}
    assert all(map(MASK.fullmatch, masks))
    assert not [each for each in known if each in (done.stdout + done.stderr).decode()]


@pytest.mark.parametrize("command", ["watch", "wait"])
def test_a_terminal_shows_masks_only(command: str, brisk: Env) -> None:
    known = numbers(brisk)
    status, written = on_terminal(command, *CALL, "--interval", "0.2", "--redact", "-vv", env=brisk)
    text = written.decode()
    assert status == 0
    assert len({*MASK.findall(text)}) == len(known)
    assert CALL[1] in text
    assert not [each for each in known if each in re.sub(r"[ ()-]", "", text)]
    assert "127.0.0.1" not in text


def test_what_is_offered_again_is_masked_and_stored(keyring: SecretService, user: Env) -> None:
    """As it was entered."""
    titles = {each.name: each.title[:40] for each in providers.get(CLIENT.provider).fields}
    with Vendor() as vendor:
        terminal = Terminal("auth", "login", CLIENT.provider, "--redact", env=user | vendor.address_variables(CLIENT))
        terminal.choose(CLIENT)
        for field in CLIENT.fields:
            terminal.answer(titles[field], "wrong" if field == CLIENT.secret else CLIENT.account[field])
        terminal.answer("Enter them again? [Y/n]:", "")
        if CLIENT.is_one_of_several:
            terminal.answer("Which one [", "")
        for field in CLIENT.fields:
            is_secret = field == CLIENT.secret
            offered = "" if is_secret else " [account-"
            terminal.answer(titles[field] + offered, CLIENT.account[field] if is_secret else "")
        assert terminal.end() == 0
        port = vendor.url.rpartition(":")[2]
    assert {field: keyring.item(CLIENT.item)[field] for field in CLIENT.fields} == CLIENT.account
    assert f":{port}" not in terminal.screen


def test_auth_status_masks_values_and_names_sources(env: Env) -> None:
    arguments = ("auth", "status", "bandwidth", "-o", "json")
    [plain] = json.loads(callinspect(*arguments, env=env).stdout)
    [masked] = json.loads(callinspect(*arguments, "--redact", env=env).stdout)
    pairs = [*zip(plain["fields"], masked["fields"], strict=True)]
    assert [each["source"] for each, _ in pairs] == [each["source"] for _, each in pairs]
    assert all(before["value"] != after["value"] for before, after in pairs if before["value"])
    assert plain | {"fields": 0} == masked | {"fields": 0}


def test_a_filter_compares_before_anything_is_masked(env: Env) -> None:
    plain = callinspect("list", "bandwidth", "--since", "all", "--sort", "from.number", "-f", "id,from.number", env=env)
    rows = [line.split("\t") for line in plain.stdout.decode().splitlines()]
    number = rows[0][1]
    options = ("--since", "all", "--sort", "from.number", "-f", "id,from.number", "--redact")
    masked = callinspect("list", "bandwidth", *options, env=env).stdout.decode().splitlines()
    assert [line.split("\t")[0] for line in masked] == [call_id for call_id, _ in rows]
    found = callinspect("list", "bandwidth", "--from", number, *options, env=env).stdout.decode().splitlines()
    assert [line.split("\t")[0] for line in found] == [call_id for call_id, own in rows if own == number]
    assert number not in "".join(found)
