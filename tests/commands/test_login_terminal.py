"""`callinspect auth login` on a terminal: it says where credentials go, asks for them, and shows no secret."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from kit import vendors
from kit.answering import Terminal
from kit.ways import ACCEPTED_WAYS, CLIENT, PASSWORD, SERVER, TOKEN, Way, each_way

from callinspect import providers
from callinspect.provider import Bearer

if TYPE_CHECKING:
    from pathlib import Path

    from kit.credential_runs import Vendor
    from kit.keyrings import SecretService

pytestmark = pytest.mark.filterwarnings("ignore:.*forkpty.*:DeprecationWarning")

Env = dict[str, str]

ADDRESS = f"{next(each.title for each in providers.get(SERVER.provider).settings if each.name == 'base_url')}:"
"""What is asked where the server is the user's own."""


def questions(way: Way) -> dict[str, str]:
    """Return what each field is asked for with; long ones are cut, since a terminal breaks them."""
    return {each.name: each.title[:40] for each in providers.get(way.provider).fields if each.name in way.fields}


@each_way(ACCEPTED_WAYS)
def test_secrets_are_not_seen_while_they_are_typed(way: Way, vendor: Vendor, keyring: SecretService, user: Env) -> None:
    """Of several ways the one that was chosen is asked for, and stored."""
    terminal = Terminal("auth", "login", way.provider, "-vv", "--debug", env=user | vendor.address_variables(way))
    terminal.choose(way)
    for field in way.fields:
        terminal.answer(questions(way)[field], way.account[field])
    terminal.skip(way)
    assert terminal.end() == 0
    hidden = {each.name for each in providers.get(way.provider).settings if each.secret}  # the path of a key is not
    for field, value in way.account.items():
        assert (value in terminal.screen) == (field not in hidden)
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
    terminal.skip(way)
    assert terminal.end() == 0
    where = "https://voice.example.com/v2" + (" and https://id.example.com/token" if way.grant else "")
    screen = re.sub(r"\s", "", terminal.screen)
    said = f"Your credentials will be sent to {where}.".replace(" ", "")
    assert said in screen.partition(f"{asked[0]}:".replace(" ", ""))[0]
    assert f"for{where}only".replace(" ", "") in screen
    assert [terminal.screen.count(each) for each in asked] == [1] * len(asked)
    assert keyring.item(way.item)["base_url"] == "https://voice.example.com/v2"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("ftp://gws.example.com", "must begin with https://"),
        ("gws.example.com", "is not an address"),
        ("https://me@gws.example.com", "must not contain a user name"),
    ],
)
def test_a_bad_address_is_asked_for_again_at_once(address: str, said: str, user: Env, keyring: SecretService) -> None:
    """Before a secret is asked for."""
    terminal = Terminal("auth", "login", SERVER.provider, env=user)
    terminal.choose(SERVER)
    terminal.answer(ADDRESS, address)
    terminal.answer(ADDRESS, "\x03")
    assert terminal.end() == 130
    assert f"base_url {said}" in terminal.screen
    assert not any(question in terminal.screen for question in questions(SERVER).values())
    assert keyring.text(SERVER.item) is None


CHOSEN = next(
    (way, each)
    for way in ACCEPTED_WAYS
    for each in providers.get(way.provider).fields
    if each.aliases and each.offered and each.default and f"{{{each.name}}}" in (way.base_url or "")
)
"""A way whose address depends on a choice with several names."""


def test_a_region_is_asked_for_before_the_address_is_said(user: Env, keyring: SecretService) -> None:
    """With its usual value; a wrong one again, with the name that it resembles."""
    way, field = CHOSEN
    name, choice = [*field.aliases.items()][-1]
    terminal = Terminal("auth", "login", way.provider, "--no-verify", env=user)
    terminal.choose(way)
    terminal.answer(f"{field.title} [{field.default}]:", f"{name[:-3]}{name[-2:]}".replace("-", "_"))
    terminal.answer(f"{field.title} [{field.default}]:", name)
    for each in way.fields:
        terminal.answer(questions(way)[each], way.account[each])
    assert terminal.end() == 0
    assert all(len(line) <= 80 for line in terminal.screen.splitlines())
    before, _, after = " ".join(terminal.screen.split()).partition("Your credentials will be sent to ")
    assert "did you mean " in before
    assert after.startswith(str(way.base_url).format(**{field.name: choice}))
    assert questions(way)[way.fields[0]] not in before
    assert keyring.item(way.item)[field.name] == name


def test_a_region_in_the_environment_is_not_asked_for(user: Env, keyring: SecretService) -> None:
    way, field = CHOSEN
    name, choice = [*field.aliases.items()][-1]
    terminal = Terminal("auth", "login", way.provider, "--no-verify", env=user | {field.env[0]: name})
    terminal.choose(way)
    for each in way.fields:
        terminal.answer(questions(way)[each], way.account[each])
    assert terminal.end() == 0
    assert field.title not in terminal.screen
    assert f"sent to {way.base_url}".format(**{field.name: choice}) in terminal.screen
    assert keyring.item(way.item)[field.name] == name


def test_a_wrong_region_in_the_environment_ends_it(user: Env, keyring: SecretService) -> None:
    """Before a secret is asked for."""
    way, field = CHOSEN
    terminal = Terminal("auth", "login", way.provider, env=user | {field.env[0]: "atlantis"})
    assert terminal.end() == 10
    assert f"{field.name} is not known" in terminal.screen
    assert "it comes from the environment" in " ".join(terminal.screen.split())
    assert keyring.text(way.item) is None


@pytest.mark.parametrize("agreed", [True, False])
def test_a_server_without_tls_takes_the_users_word(agreed: bool, user: Env, keyring: SecretService) -> None:
    terminal = Terminal("auth", "login", SERVER.provider, "--no-verify", env=user)
    terminal.choose(SERVER)
    terminal.answer(ADDRESS, "http://gws.example.com")
    terminal.answer("Use it anyway? [y/N]:", "y" if agreed else "")
    if not agreed:
        terminal.answer(ADDRESS, "\x04")
        assert terminal.end() == 130
        assert keyring.text(SERVER.item) is None
        return
    for field in SERVER.fields:
        terminal.answer(questions(SERVER)[field], SERVER.account[field])
    assert terminal.end() == 0
    assert "sent to http://gws.example.com, unencrypted." in terminal.screen
    expected = {"base_url": "http://gws.example.com", "allow_http": "yes", **SERVER.account}
    assert keyring.item(SERVER.item) == expected


def test_a_value_that_cannot_be_is_asked_for_again(keyring: SecretService, user: Env) -> None:
    """What is wrong with it is said; a secret is not repeated."""
    terminal = Terminal("auth", "login", TOKEN.provider, "--no-verify", env=user)
    if TOKEN.is_one_of_several:
        terminal.answer("Which one [1]:", "99")
        terminal.choose(TOKEN)
    terminal.answer(questions(TOKEN)[TOKEN.secret], "canary secret")
    terminal.answer(questions(TOKEN)[TOKEN.secret], "good")
    assert terminal.end() == 0
    assert f"{TOKEN.secret} must be printable ASCII without spaces" in terminal.screen
    assert "canary" not in terminal.screen
    assert keyring.item(TOKEN.item)[TOKEN.secret] == "good"


@pytest.mark.parametrize("name", [each.name for each in map(providers.get, vendors.NAMES) if len(each.schemes) > 1])
def test_a_way_that_lasts_is_the_first_choice(name: str, user: Env) -> None:
    """A ready-made token lapses within the hour, so it is offered last, wherever it is read first."""
    provider = providers.get(name)
    terminal = Terminal("auth", "login", name, env=user)
    terminal.answer("Which one [1]:", "\x03")
    assert terminal.end() == 130
    shown = re.findall(r"^  [0-9]  (.+?):", terminal.screen, re.MULTILINE)
    assert shown == [each.title for each in provider.ways]
    assert {*provider.ways} == {*provider.schemes}
    assert not any(isinstance(each, Bearer) for each in provider.ways[:1])


def test_the_way_that_was_chosen_is_offered_again(vendor: Vendor, user: Env) -> None:
    """After a refusal, even if it is not the first."""
    way = next(each for each in ACCEPTED_WAYS if Terminal.number(each) > 1 and not each.grant)
    terminal = Terminal("auth", "login", way.provider, env=user | vendor.address_variables(way))
    terminal.choose(way)
    for field in way.fields:
        terminal.answer(questions(way)[field], "wrong" if way.is_secret(field) else way.account[field])
    terminal.skip(way)
    terminal.answer("Enter them again? [Y/n]:", "")
    terminal.answer(f"Which one [{Terminal.number(way)}]:", "\x03")
    assert terminal.end() == 130


def test_what_the_vendor_refuses_can_be_entered_again(vendor: Vendor, keyring: SecretService, user: Env) -> None:
    """What is not secret is offered as it was entered."""
    terminal = Terminal("auth", "login", CLIENT.provider, env=user | vendor.address_variables(CLIENT))
    terminal.choose(CLIENT)
    for field in CLIENT.fields:
        terminal.answer(questions(CLIENT)[field], "wrong" if field == CLIENT.secret else CLIENT.account[field])
    terminal.answer("Enter them again? [Y/n]:", "")
    if CLIENT.is_one_of_several:
        terminal.answer("Which one [", "")
    for field in CLIENT.fields:
        offered = "" if field == CLIENT.secret else f" [{CLIENT.account[field]}]"
        terminal.answer(questions(CLIENT)[field] + offered, CLIENT.account[field] if not offered else "")
    assert terminal.end() == 0
    assert "the credentials that you entered were refused" in re.sub(r"\s+", " ", terminal.screen)
    assert {field: keyring.item(CLIENT.item)[field] for field in CLIENT.fields} == CLIENT.account


def test_what_is_neither_yes_nor_no_is_asked_again(user: Env) -> None:
    nowhere = PASSWORD.variables(base_url="http://127.0.0.1:9/api")
    terminal = Terminal("auth", "login", PASSWORD.provider, "--timeout", "0.5", env=user | nowhere)
    terminal.choose(PASSWORD)
    for field in PASSWORD.fields:
        terminal.answer(questions(PASSWORD)[field], PASSWORD.account[field])
    terminal.answer("Store them without verification? [y/N]:", "maybe")
    terminal.answer("Store them without verification? [y/N]:", "NO")
    assert terminal.end() == 7
    assert "Answer y or n." in terminal.screen


@pytest.mark.parametrize("agreed", [True, False])
def test_unreachable_it_offers_to_store_unverified(agreed: bool, keyring: SecretService, user: Env) -> None:
    nowhere = PASSWORD.variables(base_url="http://127.0.0.1:9/api")
    terminal = Terminal("auth", "login", PASSWORD.provider, "--timeout", "0.5", env=user | nowhere)
    terminal.choose(PASSWORD)
    for field in PASSWORD.fields:
        terminal.answer(questions(PASSWORD)[field], PASSWORD.account[field])
    terminal.answer("Store them without verification? [y/N]:", "y" if agreed else "")
    assert terminal.end() == (0 if agreed else 7)
    assert ("not checked with the vendor" in re.sub(r"\r\n", "", terminal.screen)) == agreed
    assert (keyring.text(PASSWORD.item) is not None) == agreed


def test_the_provider_is_chosen_by_its_number(keyring: SecretService, user: Env) -> None:
    terminal = Terminal("auth", "login", "--no-verify", env=user)
    number = [*providers.names()].index(TOKEN.provider) + 1
    terminal.answer("Which provider:", str(number))
    terminal.choose(TOKEN)
    terminal.answer(questions(TOKEN)[TOKEN.secret], "first")
    assert terminal.end() == 0
    assert keyring.item(TOKEN.item)[TOKEN.secret] == "first"


def test_a_login_says_what_it_replaces_and_where_values_are(keyring: SecretService, user: Env) -> None:
    keyring.put(f"{TOKEN.provider}/work", {TOKEN.secret: "before"})
    terminal = Terminal("auth", "login", TOKEN.provider, "--no-verify", "--profile", "work", env=user)
    terminal.choose(TOKEN)
    terminal.answer(questions(TOKEN)[TOKEN.secret], "after")
    assert terminal.end() == 0
    screen = " ".join(terminal.screen.split())
    assert f"{TOKEN.provider}/work is logged in already: this replaces what is stored for the profile work" in screen
    assert providers.get(TOKEN.provider).credentials_help in screen.partition(questions(TOKEN)[TOKEN.secret])[0]
    assert keyring.item(f"{TOKEN.provider}/work")[TOKEN.secret] == "after"


def test_a_server_of_ones_own_is_asked_for(keyring: SecretService, user: Env) -> None:
    """A password may be left empty."""
    terminal = Terminal("auth", "login", SERVER.provider, "--no-verify", env=user)
    terminal.choose(SERVER)
    terminal.answer(ADDRESS, "https://gws.example.com")
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


MODULE = """
from callinspect.provider import Bearer, Field, Provider, Request, Shape, errors, one, place

CALLS = place("calls")
OPEN = Provider(
    name="open", title="Open", docs="https://example.com", base_url=None,
    fields=(
        Field(name="team", title="Team", offered=True),
        Field(name="access_token", title="Token", secret=True),
        Field(name="base_url", title="Your space", url=True),
    ),
    schemes=(Bearer(),), fetch=one(CALLS), normalize=Shape(id="id").reader("open"), refusal=errors("why", "code"),
    verify=lambda account: Request(url=CALLS.url(account)), not_found_hints=(),
    credentials_help="the page of the portal that has the keys of your team (https://open.example.com/signin)",
)
"""


@pytest.fixture
def plugged(tmp_path: Path, user: Env) -> Env:
    """A user whose Python has a vendor with a field that nothing needs."""
    (tmp_path / "opened.py").write_text(MODULE, encoding="utf-8")
    metadata = tmp_path / "opened-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: opened\nVersion: 1.0\n", encoding="utf-8")
    (metadata / "entry_points.txt").write_text("[callinspect.providers]\nopen = opened:OPEN\n", encoding="utf-8")
    return user | {"PYTHONPATH": str(tmp_path)}


@pytest.mark.parametrize("team", ["", "t-1"])
def test_a_field_that_may_be_left_out_is_asked_for(team: str, plugged: Env, keyring: SecretService) -> None:
    """After all that are needed; and the address of an own server before them, by its own name."""
    terminal = Terminal("auth", "login", "open", "--no-verify", env=plugged)
    for question, reply in (
        ("Your space:", "https://s.test"),
        ("Token:", "token-0123456789"),
        ("Team (Enter skips it)", team),
    ):
        terminal.answer(question, reply)
    assert terminal.end() == 0
    stored = keyring.item("open/default")
    assert (stored["base_url"], stored.get("team", "")) == ("https://s.test", team)
    assert "(https://open.example.com/signin)" in terminal.screen.split(), "a bracket stays with its word"
