"""`callinspect auth login` with fields on standard input, against a real keyring and a real vendor."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from kit import cases, vendors
from kit.credential_commands import words
from kit.credential_runs import CANARY, Vendor, get, login, run
from kit.servers import Server, answer
from kit.ways import ACCEPTED_WAYS, CLIENT, DECLARED, PASSWORD, REFRESH, TOKEN, Way, each_way

from callinspect import providers

if TYPE_CHECKING:
    from pathlib import Path

    from kit.keyrings import SecretService

Env = dict[str, str]

WITHOUT_A_TOKEN = {way.provider: way for way in reversed(DECLARED) if way.grant is None}
"""The first way of each vendor that asks at once whether credentials are good, without buying a token."""

FOREIGN = [
    (way, body)
    for way in WITHOUT_A_TOKEN.values()
    for body in ("<html>login</html>", "", "null", "[]", "{}", '{"error": "invalid"}', '"ok"')
    if "verified" in cases.account(way.provider) or body not in map(json.dumps, vendors.pages(way.provider, []))
]
"""Answers that are no vendor's to a request that checks credentials: a list without calls can be one."""

ELSEWHERE = {"base_url": "https://vendor.example.com", **PASSWORD.account}
"""An account that is not asked whether it is good."""

FIELDS = ", ".join(each.name for each in providers.get(TOKEN.provider).settings)
MISTYPED = TOKEN.secret[0] + TOKEN.secret[2:]


def as_lines(**fields: str) -> str:
    """Return fields as lines; the last one is the secret."""
    return "".join(f"{name}={value}\n" for name, value in fields.items())


class TestLogin:
    """Storing credentials."""

    @each_way(way for way in ACCEPTED_WAYS if way.grant != "refresh_token")
    def test_one_json_object_is_stored_that_get_then_uses(
        self, way: Way, vendor: Vendor, keyring: SecretService, user: Env
    ) -> None:
        """A refresh token is replaced at once, see below."""
        given = vendor.account(way)
        done = login(way, env=user, stdin=given)
        assert (done.status, done.out) == (0, "")
        place = given["base_url"] + (f" and {given['token_url']}" if way.grant else "")
        *warnings, said = done.said.splitlines()
        assert said == f"callinspect: stored {way.item} in SecretService Keyring, for {place} only"
        assert [f" {way.scheme[0]} and {way.scheme[1]} on " in each for each in warnings] == [True] * len(warnings)
        item = keyring.item(way.item)
        if way.grant:
            assert set(item.pop("token")) == {"access_token", "expires_at", "renew_at"}
        assert item == given
        assert get(way, env=user).status == 0

    @pytest.mark.parametrize(("way", "body"), FOREIGN, ids=[f"{way}-{body}" for way, body in FOREIGN])
    def test_an_answer_that_is_not_the_vendor_s_verifies_nothing(
        self, way: Way, body: str, keyring: SecretService, user: Env
    ) -> None:
        fields = way.given("1", *way.fields) | {name: CANARY for name in way.fields if way.is_secret(name)}
        with Server(answer(200, body)) as server:
            done = login(way, env=user, stdin=fields | {"base_url": f"{server.url}/api"}, secrets=(CANARY,))
        assert done.status == 12
        assert keyring.text(way.item) is None

    def test_lines_of_name_and_value_are_read_as_well(self, vendor: Vendor, keyring: SecretService, user: Env) -> None:
        place, token = vendor.addresses(TOKEN)["base_url"], TOKEN.account[TOKEN.secret]
        lines = f"# Work\r\n\nbase_url={place}\r\n {TOKEN.secret} ={token}\n"
        assert login(TOKEN, env=user, stdin=lines).status == 0
        assert keyring.item(TOKEN.item) == vendor.account(TOKEN)

    @pytest.mark.parametrize("form", ["lines", "JSON"])
    def test_a_byte_order_mark_of_utf_8_says_nothing(self, form: str, keyring: SecretService, user: Env) -> None:
        lines = f"{TOKEN.secret}={CANARY}\r\nbase_url=https://vendor.example.com/v1\r\n"
        fields = {TOKEN.secret: CANARY, "base_url": "https://vendor.example.com/v1"}
        text = lines if form == "lines" else json.dumps(fields)
        for env in (user, user | {"LC_ALL": "C", "PYTHONIOENCODING": "latin-1"}):
            done = login(TOKEN, "--no-verify", env=env, stdin=text.encode("utf-8-sig"), secrets=(CANARY,))
            assert done.status == 0, done.said
            assert keyring.item(TOKEN.item) == fields

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-16-le"])
    def test_another_encoding_is_reported_as_that(self, encoding: str, keyring: SecretService, user: Env) -> None:
        given = f"{TOKEN.secret}={CANARY}\n".encode(encoding)
        done = login(TOKEN, "--no-verify", env=user, stdin=given, secrets=(CANARY,))
        assert done.status == 2
        assert "standard input is UTF-16 text, not UTF-8\n  · in Windows PowerShell" in done.said
        assert keyring.text(TOKEN.item) is None

    def test_a_line_s_value_is_all_after_its_first_equals_sign(self, keyring: SecretService, user: Env) -> None:
        password = " p=ss\u2028wörd "
        lines = as_lines(**ELSEWHERE | {PASSWORD.secret: password})
        assert login(PASSWORD, "--no-verify", env=user, stdin=lines, secrets=(password,)).status == 0
        assert keyring.item(PASSWORD.item)[PASSWORD.secret] == password

    def test_a_password_may_be_empty_where_the_vendor_allows_it(self, keyring: SecretService, user: Env) -> None:
        given = ELSEWHERE | {PASSWORD.secret: ""}
        assert login(PASSWORD, "--no-verify", env=user, stdin=given).status == 0
        assert keyring.item(PASSWORD.item) == given

    def test_a_field_that_is_not_secret_can_be_an_argument(
        self, vendor: Vendor, keyring: SecretService, user: Env
    ) -> None:
        done = login(TOKEN, "--set", f"base_url={vendor.addresses(TOKEN)['base_url']}", env=user, stdin=TOKEN.account)
        assert done.status == 0
        assert keyring.item(TOKEN.item) == vendor.account(TOKEN)

    def test_addresses_in_the_environment_hold_for_it(self, vendor: Vendor, keyring: SecretService, user: Env) -> None:
        env = user | vendor.address_variables(TOKEN)
        assert login(TOKEN, env=env, stdin=TOKEN.account).status == 0
        assert vendor.exchanges == ["GET 200"]
        assert keyring.item(TOKEN.item) == vendor.account(TOKEN)

    def test_without_an_address_it_is_stored_for_the_vendors_own(self, keyring: SecretService, user: Env) -> None:
        assert login(TOKEN, "--no-verify", env=user, stdin=TOKEN.account).status == 0
        assert keyring.item(TOKEN.item)["base_url"] == TOKEN.base_url

    def test_what_the_vendor_refuses_is_not_stored(
        self, vendor: Vendor, keyring: SecretService, user: Env, tmp_path: Path
    ) -> None:
        done = login(TOKEN, env=user, stdin=vendor.account(TOKEN, **{TOKEN.secret: CANARY}), secrets=(CANARY,))
        assert (done.status, done.out) == (4, "")
        assert vendor.exchanges == ["GET 401"]
        assert keyring.text(TOKEN.item) is None
        assert list(tmp_path.rglob("profiles.json")) == []

    def test_what_was_stored_before_is_left_alone_then(self, vendor: Vendor, keyring: SecretService, user: Env) -> None:
        keyring.put(TOKEN.item, vendor.account(TOKEN))
        assert login(TOKEN, env=user, stdin=vendor.account(TOKEN, **{TOKEN.secret: CANARY})).status == 4
        assert keyring.item(TOKEN.item) == vendor.account(TOKEN)

    def test_it_does_not_ask_the_vendor_if_told_not_to(self, vendor: Vendor, keyring: SecretService, user: Env) -> None:
        given = vendor.account(TOKEN, **{TOKEN.secret: CANARY})
        done = login(TOKEN, "--no-verify", env=user, stdin=given, secrets=(CANARY,))
        assert done.status == 0
        assert "not checked with the vendor" in done.said
        assert vendor.log == []
        assert keyring.item(TOKEN.item) == given

    def test_the_token_got_for_asking_is_kept(self, vendor: Vendor, keyring: SecretService, user: Env) -> None:
        given = vendor.account(REFRESH)
        assert login(REFRESH, env=user, stdin=given).status == 0
        item = keyring.item(REFRESH.item)
        assert item["refresh_token"] != given["refresh_token"]
        assert get(REFRESH, env=user, secrets=(item["refresh_token"], item["token"]["access_token"])).status == 0
        assert vendor.exchanges == ["POST 200", "GET 200", "GET 200"]

    def test_what_a_refusal_leaves_stored_is_reported(self, keyring: SecretService, user: Env) -> None:
        with Vendor(token_lifetime=0) as vendor:
            given = vendor.account(REFRESH)
            done = login(REFRESH, env=user, stdin=given)
        assert done.status == 4
        assert keyring.item(REFRESH.item)["refresh_token"] != given["refresh_token"]
        place = f"{REFRESH.item} in SecretService Keyring"
        assert f"stored {place} anyway: the refresh token that was entered" in done.said

    def test_the_environment_adds_no_credentials_to_it(self, vendor: Vendor, user: Env) -> None:
        given = vendor.account(CLIENT, **{CLIENT.secret: CANARY})
        assert login(CLIENT, env=user | vendor.environment, stdin=given, secrets=(CANARY,)).status == 4

    def test_a_vendor_that_is_not_there_need_not_be_asked(self, keyring: SecretService, user: Env) -> None:
        given = PASSWORD.account | {"base_url": "http://127.0.0.1:9/api"}
        done = login(PASSWORD, "--timeout", "0.5", env=user, stdin=given)
        assert (done.status, keyring.text(PASSWORD.item)) == (7, None)
        assert "--no-verify stores them without asking the vendor" in done.said

    def test_without_a_provider_a_script_is_told_their_names(self, user: Env) -> None:
        for option in ("--stdin", "--no-input"):
            done = run("auth", "login", option, env=user)
            assert done.status == 2
            assert f"name one: {', '.join(vendors.NAMES)}" in done.said

    @pytest.mark.parametrize("given", [{CLIENT.secret: CANARY}, ""], ids=["in-part", "nothing"])
    def test_what_is_incomplete_is_not_stored(self, given: Env | str, keyring: SecretService, user: Env) -> None:
        done = login(CLIENT, env=user, stdin=given, secrets=(CANARY,))
        assert done.status == 4
        ways = [" + ".join(way.needs) for way in DECLARED if way.provider == CLIENT.provider]
        assert f"needed: {' or '.join(ways)}" in done.said
        assert keyring.text(CLIENT.item) is None


class TestInput:
    """What cannot be stored, whatever it is."""

    @pytest.mark.parametrize(
        ("stdin", "message"),
        [
            (f"{MISTYPED}={CANARY}", f"has no field “{MISTYPED}”\n  · did you mean {TOKEN.secret}?"),
            (CANARY, "standard input must be NAME=VALUE lines or a JSON object"),
            (f"{CANARY}==", f"has no such field\n  · its fields are {FIELDS}"),
            (f'{{"{TOKEN.secret}": "{CANARY}"', "is not a valid JSON object"),
            (f'{{"{TOKEN.secret}": ["{CANARY}"]}}', "the values on standard input must be strings"),
            (f'{{"{TOKEN.secret}": ' + "[" * 100_000, "is not a valid JSON object"),
        ],
        ids=["unknown", "bare", "bare-base64", "torn", "list", "nested"],
    )
    def test_input_that_cannot_be_meant_is_refused_and_not_repeated(
        self, stdin: str, message: str, keyring: SecretService, user: Env
    ) -> None:
        done = login(TOKEN, env=user, stdin=stdin, secrets=(CANARY,))
        assert (done.status, done.out) == (2, "")
        assert message in done.said
        assert keyring.text(TOKEN.item) is None

    @pytest.mark.parametrize(("encoding", "exit_status"), [("utf-8:strict", 2), ("utf-8:surrogateescape", 10)])
    def test_input_that_is_not_text_is_refused(self, encoding: str, exit_status: int, user: Env) -> None:
        given = as_lines(**ELSEWHERE | {PASSWORD.secret: "canary"}).encode().rstrip() + b"\xff\n"
        done = login(PASSWORD, "--no-verify", env=user | {"PYTHONIOENCODING": encoding}, stdin=given)
        assert done.status == exit_status
        assert "canary" not in done.err

    @pytest.mark.parametrize("option", [[], ["--no-input"]])
    def test_without_a_terminal_it_wants_standard_input(self, option: list[str], user: Env) -> None:
        done = run("auth", "login", TOKEN.provider, *option, env=user)
        assert done.status == 2
        assert "there is no terminal to prompt on\n  · pass the fields with --stdin" in done.said

    @pytest.mark.parametrize("name", ["a:b", "a b", "a/b", "é", "a\n"])
    def test_a_profile_that_a_shell_would_break_is_refused(self, name: str, user: Env) -> None:
        done = login(TOKEN, "--no-verify", "--profile", name, env=user, stdin=TOKEN.account)
        assert done.status == 2
        assert "the profile's name is invalid" in done.said

    @pytest.mark.parametrize("command", ["get", "status"])
    def test_so_is_one_in_the_environment(self, command: str, user: Env) -> None:
        assert run(*words(command), env=user | {"CALLINSPECT_PROFILE": "a:b"}).status == 2
