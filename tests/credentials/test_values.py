"""What a value may be: checked before it is sent or stored, whatever its source; and that it comes back as it was."""

from __future__ import annotations

import os
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from kit import vendors
from kit.credential_runs import CANARY, Run, Vendor, get, login
from kit.servers import Server, answer, header
from kit.ways import CLIENT, PASSWORD, REFRESH, TOKEN

from callinspect.credentials.finding import Credentials
from callinspect.credentials.values import check
from callinspect.errors import ConfigError
from callinspect.provider import BASE_URL, Account, Field, IDForm, Request, Token

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from kit.keyrings import SecretService

Env = dict[str, str]

A_TOKEN = Field(name="token", title="", secret=True)
A_PASSWORD = Field(name="password", title="", secret=True, token=False)
A_NAME = Field(name="user", title="")
A_NUMBER = Field(name="number", title="", form=IDForm("[0-9]{4}", "four digits"))
LONG = "is longer than 1200 characters"
ASCII = "must be printable ASCII without spaces"
CONTROL = "contains control characters"
NO_TEXT = "is not UTF-8 text"
NO_ADDRESS = "is not an address"
FORM = "is not an address of the form https://host/path"
USER = "must not contain a user name"
SCHEME = "must begin with https:// (http:// is for loopback only)"

ELSEWHERE = {**PASSWORD.account, "base_url": "https://vendor.example.com"}
"""An account that is not asked whether it is good."""


def at_once(log_in: Callable[[str], Run], given: Iterable[str]) -> list[Run]:
    """Log in several times, some of them at once."""
    with ThreadPoolExecutor(3) as pool:
        return list(pool.map(log_in, given))


class TestSecrets:
    """Tokens and passwords."""

    @pytest.mark.parametrize(
        ("source", "token"),
        [
            ("environment", "tøken-canary"),
            ("environment", "token canary"),
            ("environment", "token\ncanary"),
            ("environment", "token\x7fcanary"),
            ("environment", "c" * 1201),
            ("keyring", "token\ncanary"),
            ("keyring", "c" * 1201),
            ("login", "token\ncanary"),
            ("login", "c" * 1201),
        ],
    )
    def test_a_token_that_no_header_can_carry_is_refused(
        self, source: str, token: str, vendor: Vendor, keyring: SecretService, user: Env
    ) -> None:
        account = vendor.account(TOKEN, **{TOKEN.secret: token})
        if source == "login":
            done = login(TOKEN, env=user, stdin=account, secrets=(token,))
            assert keyring.text(TOKEN.item) is None
        elif source == "keyring":
            keyring.put(TOKEN.item, account)
            done = get(TOKEN, env=user, secrets=(token,))
        else:
            variables = vendor.address_variables(TOKEN) | TOKEN.customary_variables(**{TOKEN.secret: token})
            done = get(TOKEN, env=user | variables, secrets=(token,))
        assert (done.status, done.out) == (10, "")
        assert TOKEN.secret in done.said
        assert vendor.log == []

    def test_one_of_1200_characters_is_sent(self, vendor: Vendor, bare: Env) -> None:
        token = "c" * 1200
        variables = vendor.address_variables(TOKEN) | TOKEN.variables(**{TOKEN.secret: token})
        assert get(TOKEN, env=bare | variables, secrets=(token,)).status == 4
        assert vendor.exchanges == ["GET 401"]

    @pytest.mark.parametrize("password", ["", "pass word: ünd ☎\u2028"], ids=["empty", "spaces-and-unicode"])
    def test_a_password_may_be_any_text(self, password: str, bare: Env) -> None:
        with Server(answer(401, vendors.unauthorized(PASSWORD.provider))) as server:
            account = PASSWORD.account | {PASSWORD.secret: password, "base_url": f"{server.url}/api"}
            pair = ":".join(account[field] for field in PASSWORD.scheme)
            expected = b64encode(pair.encode()).decode()
            secrets = tuple(each for each in (password, expected) if each)
            assert get(PASSWORD, env=bare | PASSWORD.variables(**account), secrets=secrets).status == 4
            assert header(server.requests[0], "authorization") == f"Basic {expected}"

    @pytest.mark.parametrize(
        "password", ["c" * 1201, "canary\nsecret", os.fsdecode(b"canary\xff")], ids=["long", "newline", "not-UTF-8"]
    )
    def test_a_password_that_cannot_be_sent_is_refused(self, password: str, vendor: Vendor, bare: Env) -> None:
        account = PASSWORD.variables(**PASSWORD.account | {PASSWORD.secret: password})
        done = get(PASSWORD, env=bare | vendor.address_variables(PASSWORD) | account)
        assert (done.status, done.out) == (10, "")
        assert PASSWORD.secret in done.said
        assert "canary" not in done.err
        assert vendor.log == []


class TestAddresses:
    """Where credentials may be sent."""

    @pytest.mark.parametrize(
        ("address", "problem"),
        [
            ("http://api.example.com", "must begin with https://"),
            ("http://127.0.0.1.example.com", "must begin with https://"),
            ("http://localhost.example.com", "must begin with https://"),
            (f"https://me:{CANARY}@api.example.com", "must not contain a user name"),
            (f"https://{CANARY}@api.example.com", "must not contain a user name"),
            (f"https://http://me:{CANARY}@api.example.com", "must not contain a user name"),
            (f"https://me/{CANARY}@api.example.com", "must not contain a user name"),
            (f"https://me%3A{CANARY}%40api.example.com", "is not an address"),
            ("https://api.example.com?x", "is not an address"),
            ("https://api.example.com/#x", "is not an address"),
            ("https://api.example.com:port", "is not an address"),
            ("https://api.exa mple.com", "is not an address"),
            ("https://[::1", "is not an address"),
            ("api.example.com", "is not an address"),
        ],
    )
    def test_an_address_that_is_not_safe_is_refused(self, address: str, problem: str, env: Env) -> None:
        done = get(PASSWORD, "--set", f"base_url={address}", env=env, secrets=(CANARY,))
        assert (done.status, done.out) == (10, "")
        assert f"base_url {problem}" in done.said

    def test_an_unsafe_token_url_is_refused(self, env: Env) -> None:
        done = get(CLIENT, env=env | CLIENT.variables(token_url="http://api.example.com"))
        assert (done.status, done.out) == (10, "")
        assert "token_url must begin with https://" in done.said

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST"])
    def test_http_is_for_loopback(self, host: str, vendor: Vendor, bare: Env) -> None:
        address = vendor.addresses(TOKEN)["base_url"]
        env = bare | TOKEN.variables(**TOKEN.account)
        assert urlsplit(address).hostname == "127.0.0.1"
        assert get(TOKEN, "--set", f"base_url={address.replace('127.0.0.1', host)}", env=env).status == 0


class TestEveryKind:
    """What each kind of field may hold, with nothing around it."""

    @pytest.mark.parametrize(
        ("each", "value", "problem"),
        [
            (A_TOKEN, "x" * 1200, None),
            (A_TOKEN, "x" * 1201, LONG),
            (A_TOKEN, "!~", None),
            (A_TOKEN, "", ASCII),
            (A_TOKEN, "a b", ASCII),
            (A_TOKEN, "ä", ASCII),
            (A_TOKEN, "\x7f", ASCII),
            (A_PASSWORD, "", None),
            (A_PASSWORD, "ä b", None),
            (A_PASSWORD, "x" * 1201, LONG),
            (A_PASSWORD, "a\x1fb", CONTROL),
            (A_PASSWORD, "a\nb", CONTROL),
            (A_PASSWORD, "\x7f", CONTROL),
            (A_PASSWORD, "a\x80b", None),
            (A_PASSWORD, "\ud800", NO_TEXT),
            (A_PASSWORD, "a\udfff", NO_TEXT),
            (A_PASSWORD, "\ue000\ud7ff", None),
            (A_NAME, "x" * 1201, None),
            (A_NAME, "ä b", None),
            (A_NAME, "", "is empty"),
            (A_NAME, "\t", CONTROL),
            (A_NAME, "\udc80", NO_TEXT),
            (BASE_URL, "https://h", None),
            (BASE_URL, "https://h:1/X/", None),
            (BASE_URL, "http://127.0.0.1:1", None),
            (BASE_URL, "http://[::1]/", None),
            (BASE_URL, "http://LOCALHOST", None),
            (BASE_URL, "HTTPS://h", None),
            (BASE_URL, "http://h", SCHEME),
            (A_NUMBER, "1234", None),
            *((A_NUMBER, each, "must be four digits") for each in ("123", "12345", "1234\u00b2", "../1")),
            (BASE_URL, "ftp://127.0.0.1", SCHEME),
            (BASE_URL, "", FORM),
            (BASE_URL, "h", FORM),
            (BASE_URL, "https://", FORM),
            (BASE_URL, "https:///p", FORM),
            (BASE_URL, "https://h/?", FORM),
            (BASE_URL, "https://h/#", FORM),
            (BASE_URL, "https://h/\\", FORM),
            (BASE_URL, "https://h/\x7f", FORM),
            (BASE_URL, "https://h/ ", FORM),
            (BASE_URL, "https://me@h", USER),
            (BASE_URL, "https://@h", USER),
            (BASE_URL, "https://me:p@h", USER),
            (BASE_URL, "https://h/x@y", USER),
            (BASE_URL, "https://h:99999", NO_ADDRESS),
            *((BASE_URL, f"https://{each}", NO_ADDRESS) for each in ("http://h", "https:/h", "h:", "h:/p")),
            *((BASE_URL, f"https://{each}", NO_ADDRESS) for each in ("%68", "h*", "$h", "{r}.h", "h,i", ".h", "h..")),
            *((BASE_URL, f"http://{each}", NO_ADDRESS) for each in ("h[::1]", "[::1]h", "[::1]h:1", "[::1][h]")),
            (BASE_URL, "https://[v1.h]", NO_ADDRESS),
            (BASE_URL, "https://h/\udcff", FORM),
            (BASE_URL, "https://h_i.j.", None),
            (BASE_URL, "http://127\u30020\u30020\u30021", None),
            (BASE_URL, "https://[h", NO_ADDRESS),
        ],
    )
    def test_a_value_that_cannot_be_used_says_why_and_its_source(
        self, each: Field, value: str, problem: str | None
    ) -> None:
        if problem is None:
            check(each, value, "there")
            return
        with pytest.raises(ConfigError) as raised:
            check(each, value, "there")
        assert (raised.value.message, raised.value.hint) == (f"{each.name} {problem}", "it comes from there")

    def test_values_of_an_account_are_in_no_repr(self) -> None:
        account = Account(base_url="https://h", values={"password": "canary"})
        token = Token("canary", 1.0, "canary")
        for each in (
            account,
            token,
            Request(url="https://h", form={"password": "canary"}, headers={"authorization": "canary"}),
            Credentials(
                account=account,
                scheme=None,
                sources={},
                stored={"password": "canary"},
                token=token,
                secrets=frozenset({"canary"}),
            ),
        ):
            assert "canary" not in repr(each)


class TestKept:
    """What is stored comes back as it was, and what could not be sent is not stored."""

    @pytest.mark.parametrize("way", ["JSON", "lines"])
    def test_any_text_is_kept_as_a_password(self, way: str, keyring: SecretService, user: Env) -> None:
        passwords = {
            "unicode": "pässwörd-日本語-עברית",
            "emoji": "👩‍👩‍👧 ☎️",
            "quotes": "\"'`$(id)\\n%s{}",
            "json": '{"token": {"access_token": "x"}}',
            "equals": "a=b==",
            "spaces": "  in  and  around  ",
            "separators": "a\u2028b\u2029c\x85d",
            "noncharacters": "\ufffe\U0010ffff\ufeff",
            "decomposed": "e\u0301",
            "long": "ü" * 1200,
        }

        def log_in(profile: str) -> Run:
            given = ELSEWHERE | {PASSWORD.secret: passwords[profile]}
            text = "".join(f"{name}={value}\n" for name, value in given.items()) if way == "lines" else given
            secrets = (passwords[profile],)
            return login(PASSWORD, "--no-verify", "--profile", profile, env=user, stdin=text, secrets=secrets)

        assert {done.status for done in at_once(log_in, passwords)} == {0}
        stored = {name: keyring.item(f"{PASSWORD.provider}/{name}")[PASSWORD.secret] for name in passwords}
        assert stored == passwords

    def test_every_secret_of_an_item_may_be_as_long_as_one_may_be(self, keyring: SecretService, user: Env) -> None:
        given = {
            name: "s" * 1200 if REFRESH.is_secret(name) else "1"
            for name, words in REFRESH.declared["fields"].items()
            if "url" not in words.split()
        }
        assert login(REFRESH, "--no-verify", env=user, stdin=given).status == 0
        assert keyring.item(REFRESH.item) == {"base_url": REFRESH.base_url, **given}

    def test_what_could_not_be_sent_is_not_stored(self, keyring: SecretService, user: Env) -> None:
        """Nor does it replace what was stored before."""
        before = ELSEWHERE | {PASSWORD.secret: "good"}
        keyring.put(PASSWORD.item, before)
        bad = ["canary\n", "can\0ary", "\x1b[2Jcanary", "canary\x7f", "canary\ud800", "c" * 1201, "👩" * 1201]

        def log_in(password: str) -> Run:
            return login(PASSWORD, "--no-verify", env=user, stdin=before | {PASSWORD.secret: password})

        runs = at_once(log_in, bad)
        assert [done.status for done in runs] == [10] * len(bad)
        assert all(PASSWORD.secret in done.said and "canary" not in done.err for done in runs)
        assert keyring.item(PASSWORD.item) == before
