"""`callinspect auth` against a real keyring and a real vendor, and the file that keeps the names of profiles."""

from __future__ import annotations

import json
import re
import stat
import time
from typing import TYPE_CHECKING, Any

import pytest
from kit import cases, vendors
from kit.accounts import BANDWIDTH_OAUTH, CALLS, WEBEX_REFRESH, SecretService, Vendor, get, run
from kit.program import SCRIPTS
from kit.servers import Server, answer
from ptyprocess import PtyProcess

from callinspect.sandbox import credentials as known

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore:.*forkpty.*:DeprecationWarning")

Env = dict[str, str]
CANARY = "canary-9f3c1e-secret"
IN_KEYRING = "keyring (SecretService Keyring)"
LATER = 4_000_000_000
"""Seconds since the epoch: 2 October 2096."""

ACCOUNTS = {
    provider: {
        name.removeprefix(prefix).lower(): value
        for name, value in known.environment("").items()
        if name.startswith(prefix) and not name.endswith("_URL")
    }
    for provider, prefix in ((name, f"CALLINSPECT_{name.upper()}_") for name in vendors.NAMES)
}
"""The account that the sandbox has of each vendor."""


FOREIGN = [
    (name, body)
    for name in vendors.NAMES
    for body in ("<html>login</html>", "", "null", "[]", "{}", '{"error": "invalid"}', '"ok"')
    if "verified" in cases.account(name) or body not in map(json.dumps, vendors.pages(name, []))
]
"""Answers that are no vendor's to a request that checks credentials: a list without calls can be one."""


def account(vendor: Vendor, provider: str = "webex", **fields: str) -> dict[str, str]:
    """Return what a user of that vendor enters."""
    return {**vendor.addresses(provider), **(fields or ACCOUNTS[provider])}


def login(provider: str, *arguments: str, env: Env, stdin: Any, secrets: tuple[str, ...] = ()) -> Any:
    return run("auth", "login", provider, "--stdin", *arguments, env=env, stdin=stdin, secrets=secrets)


def status(*arguments: str, env: Env, secrets: tuple[str, ...] = ()) -> list[dict[str, Any]]:
    done = run("auth", "status", *arguments, env=env, secrets=secrets)
    return [json.loads(line) for line in done.out.splitlines()]


def names(home: Path) -> Path:
    return home / ".config" / "callinspect" / "profiles.json"


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

    def end(self) -> int:
        """Read the rest of the screen; return the exit status."""
        while True:
            try:
                self.screen += self._process.read(4096).decode()
            except EOFError:
                exit_status: int = self._process.wait()
                return exit_status


class TestLogin:
    """Storing credentials."""

    @pytest.mark.parametrize("provider", ACCOUNTS)
    def test_what_is_stored_is_one_json_object_that_get_then_uses(
        self, provider: str, vendor: Vendor, keyring: SecretService, user: Env
    ) -> None:
        given = account(vendor, provider)
        done = login(provider, env=user, stdin=given)
        assert (done.status, done.out) == (0, "")
        place = vendor.addresses(provider)["base_url"]
        assert done.said == f"callinspect: stored {provider}/default in SecretService Keyring, for {place} only\n"
        item = keyring.item(f"{provider}/default")
        schemes = cases.account(provider)["declares"]["schemes"]
        if any(given.keys() >= {*schemes[case.given.get("scheme", 0)]} for case in cases.cases("tokens", provider)):
            assert set(item.pop("token")) == {"access_token", "expires_at", "renew_at"}
        assert item == given
        assert get(provider, env=user).status == 0

    @pytest.mark.parametrize(("provider", "body"), FOREIGN)
    def test_an_answer_that_is_not_the_vendor_s_verifies_nothing(
        self, provider: str, body: str, keyring: SecretService, user: Env
    ) -> None:
        declared = cases.account(provider)["declares"]
        buying = {case.given.get("scheme", 0) for case in cases.cases("tokens", provider)}
        needed = next(each for number, each in enumerate(declared["schemes"]) if number not in buying)
        fields = dict.fromkeys([*declared["required"], *needed], "1")
        fields |= {name: CANARY for name in fields if "secret" in declared["fields"][name]}
        with Server(answer(200, body)) as server:
            given = fields | {"base_url": f"{server.url}/v1"}
            done = login(provider, env=user, stdin=given, secrets=(CANARY,))
        assert done.status == 12
        assert keyring.text(f"{provider}/default") is None

    def test_lines_do_as_well(self, vendor: Vendor, keyring: SecretService, user: Env) -> None:
        lines = f"# Webex\r\n\nbase_url={vendor.url}/v1\r\n access_token ={known.WEBEX_ACCESS_TOKEN}\n"
        assert login("webex", env=user, stdin=lines).status == 0
        assert keyring.item("webex/default") == account(vendor)

    @pytest.mark.parametrize("form", ["lines", "JSON"])
    def test_a_byte_order_mark_of_utf_8_says_nothing(self, form: str, keyring: SecretService, user: Env) -> None:
        lines = f"access_token={CANARY}\r\nbase_url=https://webex.example.com/v1\r\n"
        fields = {"access_token": CANARY, "base_url": "https://webex.example.com/v1"}
        text = lines if form == "lines" else json.dumps(fields)
        for env in (user, user | {"LC_ALL": "C", "PYTHONIOENCODING": "latin-1"}):
            done = login("webex", "--no-verify", env=env, stdin=text.encode("utf-8-sig"), secrets=(CANARY,))
            assert done.status == 0, done.said
            assert keyring.item("webex/default") == fields

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-16-le"])
    def test_another_encoding_is_told_as_that(self, encoding: str, keyring: SecretService, user: Env) -> None:
        given = f"access_token={CANARY}\n".encode(encoding)
        done = login("webex", "--no-verify", env=user, stdin=given, secrets=(CANARY,))
        assert done.status == 2
        assert "standard input is text in UTF-16, not in UTF-8; Windows PowerShell" in done.said
        assert keyring.text("webex/default") is None

    def test_a_value_of_a_line_is_all_that_follows_the_first_equals_sign(
        self, keyring: SecretService, user: Env
    ) -> None:
        password = " p=ss\u2028wörd "
        lines = f"base_url=https://gws.example.com\nusername=me\npassword={password}\n"
        assert login("genesys", "--no-verify", env=user, stdin=lines, secrets=(password,)).status == 0
        assert keyring.item("genesys/default")["password"] == password

    def test_a_password_may_be_empty_where_the_vendor_allows_it(self, keyring: SecretService, user: Env) -> None:
        given = {"base_url": "https://gws.example.com", "username": "me", "password": ""}
        assert login("genesys", "--no-verify", env=user, stdin=given).status == 0
        assert keyring.item("genesys/default") == given

    def test_a_field_that_is_not_secret_can_be_an_argument(
        self, vendor: Vendor, keyring: SecretService, user: Env
    ) -> None:
        done = login("webex", "--set", f"base_url={vendor.url}/v1", env=user, stdin=ACCOUNTS["webex"])
        assert done.status == 0
        assert keyring.item("webex/default") == account(vendor)

    def test_addresses_in_the_environment_hold_for_it(self, vendor: Vendor, keyring: SecretService, user: Env) -> None:
        env = user | {"CALLINSPECT_WEBEX_BASE_URL": f"{vendor.url}/v1"}
        assert login("webex", env=env, stdin=ACCOUNTS["webex"]).status == 0
        assert vendor.exchanges == ["GET 200"]
        assert keyring.item("webex/default") == account(vendor)

    def test_without_an_address_it_is_stored_for_the_vendors_own(self, keyring: SecretService, user: Env) -> None:
        assert login("webex", "--no-verify", env=user, stdin=ACCOUNTS["webex"]).status == 0
        assert keyring.item("webex/default")["base_url"] == "https://webexapis.com/v1"

    def test_what_the_vendor_refuses_is_not_stored(
        self, vendor: Vendor, keyring: SecretService, user: Env, tmp_path: Path
    ) -> None:
        done = login("webex", env=user, stdin=account(vendor, access_token=CANARY), secrets=(CANARY,))
        assert (done.status, done.out) == (4, "")
        assert vendor.exchanges == ["GET 401"]
        assert keyring.text("webex/default") is None
        assert not names(tmp_path).exists()

    def test_what_was_stored_before_is_left_alone_then(self, vendor: Vendor, keyring: SecretService, user: Env) -> None:
        keyring.put("webex/default", account(vendor))
        assert login("webex", env=user, stdin=account(vendor, access_token=CANARY)).status == 4
        assert keyring.item("webex/default") == account(vendor)

    def test_it_does_not_ask_the_vendor_if_told_not_to(self, vendor: Vendor, keyring: SecretService, user: Env) -> None:
        given = account(vendor, access_token=CANARY)
        done = login("webex", "--no-verify", env=user, stdin=given, secrets=(CANARY,))
        assert done.status == 0
        assert "without asking the vendor" in done.said
        assert vendor.log == []
        assert keyring.item("webex/default") == given

    def test_the_token_got_for_asking_is_kept(self, vendor: Vendor, keyring: SecretService, user: Env) -> None:
        given = account(vendor, "webex", **WEBEX_REFRESH)
        assert login("webex", env=user, stdin=given).status == 0
        item = keyring.item("webex/default")
        assert item["refresh_token"] != given["refresh_token"]
        assert get("webex", env=user, secrets=(item["refresh_token"], item["token"]["access_token"])).status == 0
        assert vendor.exchanges == ["POST 200", "GET 200", "GET 200"]

    def test_what_a_refusal_leaves_stored_is_told(self, keyring: SecretService, user: Env) -> None:
        with Vendor(token_lifetime=0) as vendor:
            done = login("webex", env=user, stdin=account(vendor, "webex", **WEBEX_REFRESH))
        assert done.status == 4
        assert keyring.item("webex/default")["refresh_token"] != known.WEBEX_REFRESH_TOKEN
        assert "stored webex/default in SecretService Keyring all the same: the refresh token entered" in done.said

    def test_the_environment_adds_no_credentials_to_it(self, vendor: Vendor, user: Env) -> None:
        given = account(vendor, "bandwidth", **{**BANDWIDTH_OAUTH, "client_secret": CANARY})
        assert login("bandwidth", env=user | vendor.environment, stdin=given, secrets=(CANARY,)).status == 4

    @pytest.mark.parametrize("stdin", [{"account_id": "1", "password": CANARY}, ""], ids=["in-part", "nothing"])
    def test_what_is_incomplete_is_not_stored(self, stdin: Any, keyring: SecretService, user: Env) -> None:
        done = login("bandwidth", env=user, stdin=stdin, secrets=(CANARY,))
        assert done.status == 4
        assert "needed are account_id + client_id + client_secret or account_id + username + password" in done.said
        assert keyring.text("bandwidth/default") is None

    @pytest.mark.parametrize(
        ("stdin", "message"),
        [
            (f"acess_token={CANARY}", "has no field “acess_token”; did you mean access_token?"),
            (CANARY, "standard input takes NAME=VALUE lines, or a JSON object"),
            (f"{CANARY}==", "has no field of a name given; its fields are access_token, client_id"),
            (f'{{"access_token": "{CANARY}"', "is not a JSON object"),
            (f'{{"access_token": ["{CANARY}"]}}', "the values on standard input must be texts"),
            ('{"access_token": ' + "[" * 100_000, "is not a JSON object"),
        ],
        ids=["unknown", "bare", "bare-base64", "torn", "list", "nested"],
    )
    def test_input_that_cannot_be_meant_is_refused_and_not_repeated(
        self, stdin: str, message: str, keyring: SecretService, user: Env
    ) -> None:
        done = login("webex", env=user, stdin=stdin, secrets=(CANARY,))
        assert (done.status, done.out) == (2, "")
        assert message in done.said
        assert keyring.text("webex/default") is None

    @pytest.mark.parametrize(("encoding", "exit_status"), [("utf-8:strict", 2), ("utf-8:surrogateescape", 10)])
    def test_input_that_is_not_text_is_refused(self, encoding: str, exit_status: int, user: Env) -> None:
        given = b"base_url=https://gws.example.com\nusername=me\npassword=canary\xff\n"
        done = login("genesys", "--no-verify", env=user | {"PYTHONIOENCODING": encoding}, stdin=given)
        assert done.status == exit_status
        assert "canary" not in done.err

    @pytest.mark.parametrize("option", [[], ["--no-input"]])
    def test_without_a_terminal_it_wants_standard_input(self, option: list[str], user: Env) -> None:
        done = run("auth", "login", "webex", *option, env=user)
        assert done.status == 2
        assert "there is no terminal to ask on; give the fields with --stdin" in done.said

    @pytest.mark.parametrize("name", ["a:b", "a b", "a/b", "é", "a\n"])
    def test_a_profile_that_a_shell_would_break_is_refused(self, name: str, user: Env) -> None:
        done = login("webex", "--no-verify", "--profile", name, env=user, stdin=ACCOUNTS["webex"])
        assert done.status == 2
        assert "is not a profile's name" in done.said

    @pytest.mark.parametrize("command", [["get", "webex", "x"], ["auth", "status", "webex"]])
    def test_so_is_one_in_the_environment(self, command: list[str], user: Env) -> None:
        assert run(*command, env=user | {"CALLINSPECT_PROFILE": "a:b"}).status == 2


class TestTerminal:
    """Asking on a terminal."""

    def test_secrets_are_not_seen_while_they_are_typed(self, vendor: Vendor, keyring: SecretService, user: Env) -> None:
        env = user | {"CALLINSPECT_CATAPULT_BASE_URL": f"{vendor.url}/v1"}
        terminal = Terminal("auth", "login", "catapult", "-vv", "--debug", env=env)
        terminal.answer("User id (u-…):", known.CATAPULT_USER_ID)
        terminal.answer("API token (t-…):", known.CATAPULT_TOKEN)
        terminal.answer("API secret (s-…):", known.CATAPULT_SECRET)
        assert terminal.end() == 0
        assert known.CATAPULT_USER_ID in terminal.screen
        assert known.CATAPULT_TOKEN not in terminal.screen
        assert known.CATAPULT_SECRET not in terminal.screen
        assert keyring.item("catapult/default") == account(vendor, "catapult")

    @pytest.mark.parametrize(
        ("way", "questions", "places"),
        [
            ("1", ("Account id:", "OAuth client id:", "OAuth client secret:"), "{base} and {token}"),
            ("2", ("Account id:", "API user name", "API password:"), "{base}"),
        ],
    )
    def test_where_they_go_is_said_before_the_first_is_typed(
        self, way: str, questions: tuple[str, ...], places: str, keyring: SecretService, user: Env
    ) -> None:
        given = {
            "CALLINSPECT_BANDWIDTH_BASE_URL": "HTTPS://Voice.Example.com:443/v2/",
            "CALLINSPECT_BANDWIDTH_TOKEN_URL": "https://id.example.com/token",
        }
        terminal = Terminal("auth", "login", "bandwidth", "--no-verify", env=user | given)
        terminal.answer("Which [1]:", way)
        for question in questions:
            terminal.answer(question, "value")
        assert terminal.end() == 0
        where = places.format(base="https://voice.example.com/v2", token="https://id.example.com/token")
        said = f"Your credentials will be sent to {where}.".replace(" ", "")
        screen = re.sub(r"\s", "", terminal.screen)
        assert said in screen.partition("Accountid:")[0]
        assert "forhttps://voice.example.com/v2only" in screen
        assert [terminal.screen.count(each) for each in questions] == [1, 1, 1]
        assert keyring.item("bandwidth/default")["base_url"] == "https://voice.example.com/v2"

    @pytest.mark.parametrize("address", ["http://gws.example.com", "gws.example.com", "https://me@gws.example.com"])
    def test_a_bad_address_ends_it_before_a_secret_is_asked_for(
        self, address: str, user: Env, keyring: SecretService
    ) -> None:
        terminal = Terminal("auth", "login", "genesys", env=user)
        terminal.answer("Which [1]:", "1")
        terminal.answer("Base URL:", address)
        assert terminal.end() == 10
        assert "Access token:" not in terminal.screen
        assert keyring.text("genesys/default") is None

    def test_of_several_ways_one_is_chosen(self, vendor: Vendor, keyring: SecretService, user: Env) -> None:
        addresses = {f"CALLINSPECT_BANDWIDTH_{name.upper()}": url for name, url in account(vendor, "bandwidth").items()}
        terminal = Terminal("auth", "login", "bandwidth", env=user | {k: v for k, v in addresses.items() if "URL" in k})
        terminal.answer("Which [1]:", "2")
        terminal.answer("Account id:", known.BANDWIDTH_ACCOUNT_ID)
        terminal.answer("API user name", known.BANDWIDTH_USERNAME)
        terminal.answer("API password:", known.BANDWIDTH_PASSWORD)
        assert terminal.end() == 0
        assert known.BANDWIDTH_PASSWORD not in terminal.screen
        item = keyring.item("bandwidth/default")
        assert (item["username"], item["password"]) == (known.BANDWIDTH_USERNAME, known.BANDWIDTH_PASSWORD)

    def test_a_server_of_ones_own_is_asked_for_and_a_password_may_be_left_empty(
        self, keyring: SecretService, user: Env
    ) -> None:
        terminal = Terminal("auth", "login", "genesys", "--no-verify", env=user)
        terminal.answer("Which [1]:", "2")
        terminal.answer("Base URL:", "https://gws.example.com")
        terminal.answer("Agent's user name:", "me")
        terminal.answer("Password (may be empty):", "")
        assert terminal.end() == 0
        assert keyring.item("genesys/default") == {
            "base_url": "https://gws.example.com",
            "username": "me",
            "password": "",
        }

    def test_ctrl_c_at_a_question_stores_nothing(self, keyring: SecretService, user: Env) -> None:
        terminal = Terminal("auth", "login", "catapult", env=user)
        terminal.answer("User id (u-…):", known.CATAPULT_USER_ID)
        terminal.answer("API token (t-…):", "\x03")
        assert terminal.end() == 130
        assert "Traceback" not in terminal.screen
        assert keyring.text("catapult/default") is None


class TestProfiles:
    """Several accounts at one vendor."""

    def test_each_has_an_item_of_its_own(self, vendor: Vendor, keyring: SecretService, user: Env) -> None:
        assert login("webex", "--profile", "work", env=user, stdin=account(vendor)).status == 0
        assert keyring.item("webex/work") == account(vendor)
        assert keyring.text("webex/default") is None
        assert get("webex", env=user).status == 4
        assert get("webex", "--profile", "work", env=user).status == 0
        assert get("webex", env=user | {"CALLINSPECT_PROFILE": "work"}).status == 0
        assert get("webex", "--profile", "default", env=user | {"CALLINSPECT_PROFILE": "work"}).status == 4

    def test_logging_out_of_one_leaves_the_others(
        self, vendor: Vendor, keyring: SecretService, user: Env, tmp_path: Path
    ) -> None:
        for profile in ("default", "work"):
            login("webex", "--no-verify", "--profile", profile, env=user, stdin=account(vendor))
        assert json.loads(names(tmp_path).read_bytes()) == {"webex": ["default", "work"]}
        done = run("auth", "logout", "webex", "--profile", "work", env=user)
        assert (done.status, done.said) == (0, "callinspect: deleted webex/work\n")
        assert keyring.text("webex/work") is None
        assert keyring.item("webex/default") == account(vendor)
        assert json.loads(names(tmp_path).read_bytes()) == {"webex": ["default"]}

    def test_logging_out_of_what_is_not_stored_is_done_already(self, user: Env) -> None:
        done = run("auth", "logout", "webex", env=user)
        assert (done.status, done.said) == (0, "callinspect: webex/default was not stored\n")

    def test_after_logging_out_there_are_no_credentials(
        self, vendor: Vendor, keyring: SecretService, user: Env
    ) -> None:
        keyring.put("webex/default", account(vendor))
        assert get("webex", env=user).status == 0
        run("auth", "logout", "webex", env=user)
        assert get("webex", env=user).status == 4


class TestStatus:
    """Where credentials come from."""

    def test_every_field_has_its_source_and_a_secret_has_no_value(
        self, vendor: Vendor, keyring: SecretService, user: Env
    ) -> None:
        keyring.put("bandwidth/default", account(vendor, "bandwidth"))
        place = vendor.addresses("bandwidth")["base_url"]
        env = user | {
            "BW_CLIENT_SECRET": CANARY,
            "CALLINSPECT_BANDWIDTH_ACCOUNT_ID": "1",
            "CALLINSPECT_BANDWIDTH_BASE_URL": place,
            "CALLINSPECT_BANDWIDTH_TOKEN_URL": vendor.addresses("bandwidth")["token_url"],
        }
        (report,) = status("bandwidth", env=env, secrets=(CANARY,))
        fields = {each["name"]: (each["source"], each["value"]) for each in report["fields"]}
        assert fields == {
            "account_id": ("environment (CALLINSPECT_BANDWIDTH_ACCOUNT_ID)", "1"),
            "client_id": (IN_KEYRING, known.BANDWIDTH_CLIENT_ID),
            "client_secret": ("environment (BW_CLIENT_SECRET)", None),
            "token_url": ("environment (CALLINSPECT_BANDWIDTH_TOKEN_URL)", f"{vendor.url}/api/v1/oauth2/token"),
            "base_url": ("environment (CALLINSPECT_BANDWIDTH_BASE_URL)", place),
        }
        assert report["complete"] is True
        assert report["scheme"] == "OAuth client credentials"

    def test_it_asks_no_vendor(self, vendor: Vendor, keyring: SecretService, user: Env) -> None:
        keyring.put("webex/default", account(vendor, "webex", **WEBEX_REFRESH))
        assert status("webex", env=user)[0]["complete"] is True
        assert vendor.log == []

    def test_the_end_of_a_token_is_told(self, vendor: Vendor, keyring: SecretService, user: Env) -> None:
        token = {"access_token": CANARY, "expires_at": LATER}
        keyring.put("bandwidth/default", {**account(vendor, "bandwidth"), "token": token})
        (report,) = status("bandwidth", env=user, secrets=(CANARY,))
        assert report["token_expires_at"] == "2096-10-02T07:06:40.000Z"
        told = run("auth", "status", "bandwidth", "-o", "table", env=user, secrets=(CANARY,)).out
        assert "access token good until 2096-10-02 07:06:40 UTC" in told
        assert f"  client_secret  (secret)  from {IN_KEYRING}\n" in told

    def test_an_end_beyond_all_calendars_is_none(self, vendor: Vendor, keyring: SecretService, user: Env) -> None:
        token = {"access_token": CANARY, "expires_at": 1e308}
        keyring.put("bandwidth/default", {**account(vendor, "bandwidth"), "token": token})
        assert status("bandwidth", env=user)[0]["token_expires_at"] is None

    def test_a_provider_that_is_not_complete_is_exit_4(self, user: Env) -> None:
        done = run("auth", "status", "bandwidth", env=user | {"BW_ACCOUNT_ID": "1"})
        assert done.status == 4
        assert done.json["complete"] is False
        assert [each["name"] for each in done.json["fields"]] == ["account_id"]

    def test_without_a_provider_it_tells_all_of_them_and_all_profiles(self, vendor: Vendor, user: Env) -> None:
        login("webex", "--no-verify", "--profile", "work", env=user, stdin=account(vendor))
        done = run("auth", "status", env=user)
        assert done.status == 0
        reports = [json.loads(line) for line in done.out.splitlines()]
        assert {(each["provider"], each["profile"]): each["complete"] for each in reports} == {
            **{(provider, "default"): False for provider in CALLS},
            ("webex", "work"): True,
        }

    def test_a_complete_environment_leaves_the_keyring_alone(self, env: Env) -> None:
        reports = status(env=env | {"PYTHON_KEYRING_BACKEND": "nowhere.Keyring"})
        assert all(each["complete"] for each in reports)
        assert {field["source"].split()[0] for each in reports for field in each["fields"]} == {"environment"}

    def test_a_keyring_that_does_not_work_is_told_for_each(self, bare: Env) -> None:
        reports = status(env=bare | {"PYTHON_KEYRING_BACKEND": "nowhere.Keyring"})
        assert {each["error"] for each in reports} == {"the keyring cannot be used (ModuleNotFoundError)"}

    def test_a_terminal_is_sent_no_control_characters(self, user: Env) -> None:
        told = run("auth", "status", "webex", "-o", "table", env=user | {"CALLINSPECT_WEBEX_ORG_ID": "\x9b31m\u202e"})
        assert "org_id  \\x9b31m\\u202e  from" in told.out


class TestNames:
    """The file with the names of profiles, the only thing that is written besides the keyring's item."""

    def test_it_is_for_its_owner_only_and_holds_names_only(
        self, vendor: Vendor, keyring: SecretService, user: Env, tmp_path: Path
    ) -> None:
        assert keyring.text("webex/default") is None
        login("webex", "--no-verify", env=user, stdin=account(vendor))
        file = names(tmp_path)
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
        assert json.loads(file.read_bytes()) == {"webex": ["default"]}
        assert [each for each in tmp_path.rglob("*") if each.is_file()] == [file]

    def test_it_is_where_xdg_says(self, vendor: Vendor, user: Env, tmp_path: Path) -> None:
        env = user | {"XDG_CONFIG_HOME": str(tmp_path / "elsewhere")}
        login("webex", "--no-verify", env=env, stdin=account(vendor))
        assert (tmp_path / "elsewhere" / "callinspect" / "profiles.json").exists()
        assert not names(tmp_path).exists()

    @pytest.mark.parametrize(
        "content",
        [b"", b'{"webex": ["def', b"[]", b'{"webex": "default"}', b'{"webex": ["a:b"]}', b"\xff", b"[" * 100_000],
        ids=["empty", "torn", "list", "text", "bad-name", "not-text", "nested"],
    )
    def test_one_that_was_not_written_by_us_is_neither_used_nor_overwritten(
        self, content: bytes, vendor: Vendor, keyring: SecretService, user: Env, tmp_path: Path
    ) -> None:
        file = names(tmp_path)
        file.parent.mkdir(parents=True)
        file.write_bytes(content)
        done = login("webex", env=user, stdin=account(vendor))
        assert (done.status, done.out) == (10, "")
        assert f"{file}" in done.said
        assert "move it away" in done.said
        assert file.read_bytes() == content
        assert keyring.text("webex/default") is None
        assert vendor.log == []

    def test_without_its_names_there_is_no_status_of_all(self, user: Env, tmp_path: Path) -> None:
        names(tmp_path).parent.mkdir(parents=True)
        names(tmp_path).write_bytes(b"torn")
        assert run("auth", "status", env=user).status == 10

    def test_one_that_cannot_be_written_is_an_error(self, vendor: Vendor, user: Env, tmp_path: Path) -> None:
        (tmp_path / ".config").write_bytes(b"")
        assert login("webex", "--no-verify", env=user, stdin=account(vendor)).status == 10

    def test_get_does_without_it(self, vendor: Vendor, keyring: SecretService, user: Env, tmp_path: Path) -> None:
        keyring.put("webex/default", account(vendor))
        names(tmp_path).parent.mkdir(parents=True)
        names(tmp_path).write_bytes(b"torn")
        assert get("webex", env=user).status == 0
