"""`callinspect auth login` on a terminal: it says where credentials go, asks for them, and shows no secret."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING

import pytest
from kit.program import SCRIPTS
from kit.ways import ACCEPTED_WAYS, PASSWORD, SERVER, Way, each_way
from ptyprocess import PtyProcess

from callinspect import providers

if TYPE_CHECKING:
    from kit.credential_runs import Vendor
    from kit.keyrings import SecretService

pytestmark = pytest.mark.filterwarnings("ignore:.*forkpty.*:DeprecationWarning")

Env = dict[str, str]


def questions(way: Way) -> dict[str, str]:
    """Return what each field is asked for with; long ones are cut, since a terminal breaks them."""
    return {each.name: each.title[:40] for each in providers.get(way.provider).fields if each.name in way.fields}


class Terminal:
    """The program on a terminal, answered as it asks."""

    def __init__(self, *arguments: str, env: Env) -> None:
        self._process = PtyProcess.spawn([str(SCRIPTS / "callinspect"), *arguments], env=env, echo=True)
        self.screen = ""

    def answer(self, question: str, reply: str) -> None:
        """Wait for a question and the silence after it, then type."""
        seen = len(self.screen)
        while question not in self.screen[seen:]:
            self.screen += self._process.read(4096).decode()
        time.sleep(0.05)
        self._process.write(f"{reply}\n".encode())

    def choose(self, way: Way) -> None:
        """Say which way it shall be, where there are several."""
        if way.is_one_of_several:
            self.answer("Which one [1]:", str(way.number + 1))

    def end(self) -> int:
        """Read the rest of the screen; return the exit status."""
        while True:
            try:
                self.screen += self._process.read(4096).decode()
            except EOFError:
                exit_status: int = self._process.wait()
                return exit_status


@each_way(ACCEPTED_WAYS)
def test_secrets_are_not_seen_while_they_are_typed(way: Way, vendor: Vendor, keyring: SecretService, user: Env) -> None:
    """Of several ways the one that was chosen is asked for, and stored."""
    terminal = Terminal("auth", "login", way.provider, "-vv", "--debug", env=user | vendor.address_variables(way))
    terminal.choose(way)
    for field in way.fields:
        terminal.answer(questions(way)[field], way.account[field])
    assert terminal.end() == 0
    for field, value in way.account.items():
        assert (value in terminal.screen) == (field in way.shown)
    item, given = keyring.item(way.item), vendor.account(way)
    if way.grant:
        assert item.pop("token")
    if way.grant == "refresh_token":
        assert item.pop("refresh_token") != given.pop("refresh_token")
    assert item == given


@each_way(way for way in ACCEPTED_WAYS if "token_url" in way.declared["fields"])
def test_where_they_go_is_said_before_the_first_is_typed(way: Way, keyring: SecretService, user: Env) -> None:
    given = way.variables(base_url="HTTPS://Voice.Example.com:443/v2/", token_url="https://id.example.com/token")
    terminal = Terminal("auth", "login", way.provider, "--no-verify", env=user | given)
    terminal.choose(way)
    asked = [questions(way)[field] for field in way.fields]
    for question in asked:
        terminal.answer(question, "value")
    assert terminal.end() == 0
    where = "https://voice.example.com/v2" + (" and https://id.example.com/token" if way.grant else "")
    screen = re.sub(r"\s", "", terminal.screen)
    said = f"Your credentials will be sent to {where}.".replace(" ", "")
    assert said in screen.partition(f"{asked[0]}:".replace(" ", ""))[0]
    assert "forhttps://voice.example.com/v2only" in screen
    assert [terminal.screen.count(each) for each in asked] == [1] * len(asked)
    assert keyring.item(way.item)["base_url"] == "https://voice.example.com/v2"


@pytest.mark.parametrize("address", ["http://gws.example.com", "gws.example.com", "https://me@gws.example.com"])
def test_a_bad_address_ends_it_before_a_secret_is_asked_for(address: str, user: Env, keyring: SecretService) -> None:
    terminal = Terminal("auth", "login", SERVER.provider, env=user)
    terminal.choose(SERVER)
    terminal.answer("Base URL:", address)
    assert terminal.end() == 10
    assert not any(question in terminal.screen for question in questions(SERVER).values())
    assert keyring.text(SERVER.item) is None


def test_a_server_of_ones_own_is_asked_for(keyring: SecretService, user: Env) -> None:
    """A password may be left empty."""
    terminal = Terminal("auth", "login", SERVER.provider, "--no-verify", env=user)
    terminal.choose(SERVER)
    terminal.answer("Base URL:", "https://gws.example.com")
    given = SERVER.account | {SERVER.secret: ""}
    for field in SERVER.fields:
        terminal.answer(questions(SERVER)[field], given[field])
    assert terminal.end() == 0
    assert keyring.item(SERVER.item) == {"base_url": "https://gws.example.com", **given}


def test_ctrl_c_at_a_question_stores_nothing(keyring: SecretService, user: Env) -> None:
    terminal = Terminal("auth", "login", PASSWORD.provider, env=user | PASSWORD.variables(base_url="https://h"))
    terminal.choose(PASSWORD)
    first, second, *_ = PASSWORD.fields
    terminal.answer(questions(PASSWORD)[first], PASSWORD.account[first])
    terminal.answer(questions(PASSWORD)[second], "\x03")
    assert terminal.end() == 130
    assert "Traceback" not in terminal.screen
    assert keyring.text(PASSWORD.item) is None
