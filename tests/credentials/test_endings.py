"""A way to authenticate that its vendor ends: warned of before, and named first when it is refused after."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from kit.plugins import installed
from kit.program import SCRIPTS, callinspect, environment
from kit.servers import Server, answer
from ptyprocess import PtyProcess

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore:.*forkpty.*:DeprecationWarning")

Env = dict[str, str]

MODULE = """
from datetime import date

from callinspect.provider import Basic, Bearer, Ending, Field, Provider, Request, Shape, one, place, refused, url

CALLS = place("calls")


def refusal(response):
    return refused(response, own="why" in response.fields, message=response.fields.get("why"))


PROVIDER = Provider(
    name="acme", title="Acme", docs="https://acme.example.com", base_url="https://acme.example.com",
    fields=(
        Field(name="username", title="User"), Field(name="password", title="Password", secret=True),
        Field(name="key", title="Key", secret=True),
    ),
    schemes=(Bearer("key"), Basic(ending=Ending(date({year}, 3, 2), "a key"))), fetch=one(CALLS),
    normalize=Shape(id="id", state="state", words={{}}).reader("acme"), refusal=refusal,
    verify=lambda account: Request(url=url(account.base_url, "me")), not_found_hints=("Acme forgets",),
)
"""

WARNINGS = {
    2999: "Acme ends username and password on 2 March 2999: log in with a key",
    2001: "Acme ended username and password on 2 March 2001: log in with a key",
}
each_year = pytest.mark.parametrize("year", WARNINGS)


@pytest.fixture
def acme(tmp_path: Path, year: int) -> Iterator[Env]:
    """Make a vendor that refuses everybody, and a user with the plug-in and a password."""
    installed(tmp_path, "acme", MODULE.format(year=year))
    with Server(answer(401, '{"why": "go away"}')) as server:
        account = {"BASE_URL": server.url, "USERNAME": "me", "PASSWORD": "password-of-acme"}
        variables = {f"CALLINSPECT_ACME_{name}": value for name, value in account.items()}
        yield environment(tmp_path, PYTHONPATH=str(tmp_path), **variables)


def screen_of(*arguments: str, env: Env) -> str:
    """Return what a run writes on a terminal."""
    process = PtyProcess.spawn([str(SCRIPTS / "callinspect"), *arguments], env=env, dimensions=(24, 400))
    screen = ""
    while True:
        try:
            screen += process.read(4096).decode()
        except EOFError:
            process.wait()
            return screen


@each_year
def test_it_is_warned_of_once_a_run_on_a_terminal(year: int, acme: Env) -> None:
    def lines(*options: str) -> int:
        env = acme | {"CALLINSPECT_ACME_BASE_URL": "https://acme.invalid"}
        screen = screen_of("get", "acme", "1", "2", "--timeout", "1", *options, env=env)
        return screen.splitlines().count(f"callinspect: {WARNINGS[year]}")

    assert (lines(), lines("-q")) == (1, 0)
    assert f"callinspect: {WARNINGS[year]}\n" not in callinspect("get", "acme", "1", env=acme).stderr.decode()


@each_year
def test_a_server_of_ones_own_is_not_the_vendor(year: int, acme: Env) -> None:
    assert f"callinspect: {WARNINGS[year]}" not in screen_of("get", "acme", "1", env=acme)


@each_year
def test_a_way_that_does_not_end_is_not_warned_of(year: int, acme: Env) -> None:
    assert str(year) not in screen_of("get", "acme", "1", env=acme | {"CALLINSPECT_ACME_KEY": "key-of-acme"})


@each_year
def test_after_the_day_it_is_the_first_hint_of_a_refusal(year: int, acme: Env) -> None:
    said = callinspect("get", "acme", "1", env=acme).stderr.decode()
    refused = "the credentials in CALLINSPECT_ACME_USERNAME and CALLINSPECT_ACME_PASSWORD were refused"
    assert refused in said
    assert (WARNINGS[year] in said.partition(refused)[0]) == (year == 2001)


@each_year
def test_the_status_of_credentials_says_it_too(year: int, acme: Env) -> None:
    assert WARNINGS[year] in callinspect("auth", "status", "acme", "-o", "table", env=acme).stdout.decode()
    lines = callinspect("auth", "status", "acme", env=acme).stdout.decode()
    assert f'"scheme_ends":"{year}-03-02"' in lines
