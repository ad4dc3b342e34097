"""Where credentials come from and where they go, with a real keyring and a real vendor; and what they come to alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from base64 import b64encode
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from kit import cases, vendors
from kit.accounts import BANDWIDTH_OAUTH, CALLS, CANARY, KNOWN, WEBEX_REFRESH, SecretService, Vendor, get, run, stored
from kit.servers import Server, answer, header

from callinspect import providers
from callinspect.credentials.finding import Credentials, addresses, find, of, require, variables
from callinspect.credentials.values import check
from callinspect.errors import AuthMissingError, ConfigError, UsageError
from callinspect.provider import BASE_URL, Account, Field, Request, Token
from callinspect.sandbox import credentials as known

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator

Env = dict[str, str]
LATER = 4e9
"""Seconds since the epoch, in the year 2096."""


def customary() -> Iterator[Any]:
    """Give the vendors' own variables, in each way to authenticate that has one for every field."""
    for name in vendors.NAMES:
        declared = cases.account(name)["declares"]
        own = {
            field: word for field, words in declared["fields"].items() for word in words.split() if word[0].isupper()
        }
        for number, scheme in enumerate(declared["schemes"]):
            needed = [*declared["required"], *scheme]
            if own.keys() >= {*needed}:
                yield pytest.param(name, {own[each]: KNOWN[f"{name}_{each}"] for each in needed}, id=f"{name}-{number}")


CUSTOMARY = list(customary())
WAYS = [
    pytest.param(
        name,
        {},
        " or ".join(
            " + ".join(f"CALLINSPECT_{name}_{field}".upper() for field in way) for way in cases.account(name)["ways"]
        ),
        id=name,
    )
    for name in vendors.NAMES
]
BANDWIDTH_CLIENT = "CALLINSPECT_BANDWIDTH_CLIENT_ID + CALLINSPECT_BANDWIDTH_CLIENT_SECRET"
WAYS += [
    pytest.param(
        "bandwidth",
        {"BW_ACCOUNT_ID": "1", "BW_USERNAME": "me"},
        f"CALLINSPECT_BANDWIDTH_PASSWORD or {BANDWIDTH_CLIENT}",
        id="in part",
    )
]

SECRET = Field(name="token", title="", secret=True)
PASSWORD = Field(name="password", title="", secret=True, token=False)
PLAIN = Field(name="user", title="")
LONG = "is longer than 1200 characters"
ASCII = "must be visible ASCII characters without spaces"
CONTROL = "has control characters in it"
NO_TEXT = "is not text in UTF-8"
NO_ADDRESS = "is not an address"
FORM = "is not an address of the form https://host/path"
USER = "must not have a user name in it"
SCHEME = "must begin with https:// (http:// is for loopback only)"

BANDWIDTH = providers.get("bandwidth")
SETTINGS = ("account_id", "client_id", "client_secret", "username", "password", "token_url", "base_url")
ACCOUNT = {"BW_ACCOUNT_ID": "1", "BW_USERNAME": "me", "BW_PASSWORD": "canary"}


def here(vendor: Vendor, provider: str) -> Env:
    """Return the variables that lead a provider to that vendor."""
    return {
        f"CALLINSPECT_{provider.upper()}_{name.upper()}": place for name, place in vendor.addresses(provider).items()
    }


@pytest.fixture
def elsewhere() -> Iterator[Vendor]:
    """Another vendor, who is to get nothing."""
    with Vendor() as running:
        yield running


class TestEnvironment:
    """The environment, and what stands before and after it."""

    @pytest.mark.parametrize("provider", CALLS)
    def test_alone_it_is_enough_and_no_keyring_is_imported(self, provider: str, env: Env) -> None:
        command = [sys.executable, "-X", "importtime", "-m", "callinspect", "get", provider, CALLS[provider]]
        done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=30, check=False)
        assert done.returncode == 0
        assert "httpcore" in done.stderr
        assert "keyring" not in done.stderr

    def test_a_keyring_that_does_not_work_is_no_matter_then(self, env: Env) -> None:
        assert get("webex", env=env | {"PYTHON_KEYRING_BACKEND": "nowhere.Keyring"}).status == 0

    @pytest.mark.parametrize(("provider", "names"), CUSTOMARY)
    def test_the_vendors_customary_names_work(self, provider: str, names: Env, vendor: Vendor, bare: Env) -> None:
        addresses = {
            f"CALLINSPECT_{provider}_{name}".upper(): value for name, value in vendor.addresses(provider).items()
        }
        assert get(provider, env=bare | addresses | names).status == 0

    def test_our_own_names_win_over_them(self, env: Env) -> None:
        assert get("webex", env=env | {"WEBEX_ACCESS_TOKEN": CANARY}).status == 0
        swapped = {"CALLINSPECT_WEBEX_ACCESS_TOKEN": CANARY, "WEBEX_ACCESS_TOKEN": known.WEBEX_ACCESS_TOKEN}
        assert get("webex", env=env | swapped, secrets=(CANARY,)).status == 4

    def test_an_empty_variable_is_none(self, env: Env) -> None:
        names = {"CALLINSPECT_WEBEX_ACCESS_TOKEN": "", "WEBEX_ACCESS_TOKEN": known.WEBEX_ACCESS_TOKEN}
        assert get("webex", env=env | names).status == 0

    def test_set_wins_over_it(self, vendor: Vendor, elsewhere: Vendor, bare: Env) -> None:
        env = bare | elsewhere.environment
        assert get("webex", "--set", f"base_url={vendor.url}/v1", env=env).status == 0
        assert vendor.exchanges == ["GET 200"]
        assert elsewhere.log == []

    def test_it_wins_over_the_keyring_field_by_field(self, vendor: Vendor, keyring: SecretService, user: Env) -> None:
        keyring.put("bandwidth/default", stored(vendor, "bandwidth", **BANDWIDTH_OAUTH | {"account_id": "5550199"}))
        assert get("bandwidth", env=user).status == 5
        assert get("bandwidth", env=user | {"BW_ACCOUNT_ID": known.BANDWIDTH_ACCOUNT_ID}).status == 0

    @pytest.mark.parametrize("command", [["get", "webex", CALLS["webex"]], ["auth", "login", "webex"]])
    def test_a_secret_is_refused_as_an_argument_and_not_repeated(
        self, command: list[str], vendor: Vendor, user: Env
    ) -> None:
        done = run(*command, "--set", f"access_token={CANARY}", env=user | vendor.environment, secrets=(CANARY,))
        assert (done.status, done.out) == (2, "")
        assert "access_token is a secret, and a secret is never an argument" in done.err
        assert vendor.log == []

    def test_an_unknown_setting_names_the_nearest(self, env: Env) -> None:
        done = get("webex", "--set", "base_ulr=https://example.com", env=env)
        assert done.status == 2
        assert "webex has no setting “base_ulr”; did you mean base_url?" in done.err

    def test_a_setting_without_a_value_is_not_repeated(self, env: Env) -> None:
        done = get("webex", "--set", CANARY, env=env, secrets=(CANARY,))
        assert done.status == 2
        assert "--set takes NAME=VALUE" in done.err

    def test_a_complete_environment_says_where_each_value_comes_from_and_what_is_secret(self) -> None:
        environ = {
            **ACCOUNT,
            "CALLINSPECT_BANDWIDTH_USERNAME": "you",
            "CALLINSPECT_BANDWIDTH_BASE_URL": "https://h/X//",
        }
        found = find(BANDWIDTH, profile="default", settings={"account_id": "2"}, environ=environ)
        assert found.account.values == {
            "account_id": "2",
            "username": "you",
            "password": "canary",
            "base_url": "https://h/X",
        }
        assert found.account.base_url == "https://h/X"
        assert found.sources == {
            "account_id": "--set",
            "username": "environment (CALLINSPECT_BANDWIDTH_USERNAME)",
            "password": "environment (BW_PASSWORD)",
            "base_url": "environment (CALLINSPECT_BANDWIDTH_BASE_URL)",
        }
        assert found.secrets == {"canary"}
        assert found.scheme is BANDWIDTH.schemes[1]
        assert (found.stored, found.bound, found.token, found.login) == ({}, None, None, None)
        assert "canary" not in repr(found)

    def test_an_empty_variable_is_none_but_a_password_may_be_empty(self) -> None:
        environ = ACCOUNT | {"BW_PASSWORD": "", "CALLINSPECT_BANDWIDTH_USERNAME": "", "BW_CLIENT_ID": ""}
        found = find(BANDWIDTH, profile="default", settings={}, environ=environ)
        assert found.account.values == {"account_id": "1", "username": "me", "password": ""}
        assert found.account.base_url == BANDWIDTH.base_url
        assert found.secrets == frozenset()

    @pytest.mark.parametrize(
        ("settings", "message", "hint"),
        [
            ({"acount_id": "1"}, "bandwidth has no setting “acount_id”", "did you mean account_id?"),
            (
                {"zzz": "1"},
                "bandwidth has no setting of a name given",
                "its settings are account_id, client_id, client_secret, username, password, token_url, base_url",
            ),
            ({"password": "p"}, "password is a secret, and a secret is never an argument", "use the environment"),
        ],
    )
    def test_a_setting_that_is_none_or_a_secret_is_refused_with_what_to_do(
        self, settings: dict[str, str], message: str, hint: str | None
    ) -> None:
        with pytest.raises(UsageError) as raised:
            find(BANDWIDTH, profile="default", settings=settings, environ=ACCOUNT)
        assert (raised.value.message, raised.value.hint) == (message, hint)

    def test_a_hyphen_in_a_provider_s_name_is_an_underscore_in_that_of_a_variable(self) -> None:
        other = BANDWIDTH._replace(name="my-own-vendor")
        assert variables(other, BANDWIDTH.fields[0]) == ("CALLINSPECT_MY_OWN_VENDOR_ACCOUNT_ID", "BW_ACCOUNT_ID")

    def test_addresses_of_the_environment_are_those_of_all_fields_that_are_one(self) -> None:
        environ = ACCOUNT | {
            "CALLINSPECT_BANDWIDTH_TOKEN_URL": "https://t",
            "CALLINSPECT_BANDWIDTH_BASE_URL": "https://b",
        }
        assert addresses(BANDWIDTH, environ) == {"token_url": "https://t", "base_url": "https://b"}
        assert addresses(BANDWIDTH, ACCOUNT) == {}


class TestMissing:
    """What is said when credentials are missing."""

    @pytest.mark.parametrize(("provider", "variables", "ways"), WAYS)
    def test_the_missing_variables_and_the_login_are_named(
        self, provider: str, variables: Env, ways: str, user: Env
    ) -> None:
        done = get(provider, env=user | variables)
        assert (done.status, done.out) == (4, "")
        assert done.said.endswith(f"run “callinspect auth login {provider}”, or set {ways}\n")

    def test_the_login_has_the_profile_that_was_asked_for(self, user: Env) -> None:
        done = get("webex", "--profile", "work", env=user)
        assert done.status == 4
        assert "“callinspect auth login webex --profile work”" in done.err

    def test_programs_are_told_with_a_code(self, user: Env) -> None:
        done = get("webex", "-o", "json", env=user)
        assert '"code":"auth_missing"' in done.said

    def test_what_is_missing_is_named_with_the_way_that_needs_least_first(self) -> None:
        incomplete = of(BANDWIDTH, {"account_id": "1", "username": "me"}, lambda _: None)
        assert incomplete.scheme is None
        with pytest.raises(AuthMissingError) as raised:
            require(incomplete, BANDWIDTH, "work")
        assert (raised.value.message, raised.value.hint) == (
            "there are no complete credentials for Bandwidth Voice v2",
            (
                "run “callinspect auth login bandwidth --profile work”, or set CALLINSPECT_BANDWIDTH_PASSWORD"
                " or CALLINSPECT_BANDWIDTH_CLIENT_ID + CALLINSPECT_BANDWIDTH_CLIENT_SECRET"
            ),
        )
        genesys = providers.get("genesys")
        with pytest.raises(AuthMissingError, match="Genesys Web Services") as raised:
            require(of(genesys, {"access_token": "t"}, lambda _: None), genesys, "default")
        assert (raised.value.hint or "").startswith(
            "run “callinspect auth login genesys”, or set CALLINSPECT_GENESYS_BASE_URL or "
        )


class TestBinding:
    """A stored credential goes to the address that it was stored for, and to no other."""

    def test_it_is_not_sent_to_another_base_url(
        self, vendor: Vendor, elsewhere: Vendor, keyring: SecretService, user: Env
    ) -> None:
        keyring.put("webex/default", stored(vendor, "webex", access_token=known.WEBEX_ACCESS_TOKEN))
        assert get("webex", env=user).status == 0
        other = f"{elsewhere.url}/v1"
        for done in (
            get("webex", "--set", f"base_url={other}", env=user),
            get("webex", env=user | {"CALLINSPECT_WEBEX_BASE_URL": other}),
        ):
            assert done.status == 4
            assert f"those stored are for {vendor.url}/v1 only" in done.err
        assert elsewhere.log == []

    @pytest.mark.parametrize(
        "written", ["HTTP://LOCALHOST:{port}/v1", "http://localhost:0{port}/v1/", "Http://localHost:{port}/v1"]
    )
    def test_the_same_address_written_otherwise_is_no_other(
        self, written: str, vendor: Vendor, keyring: SecretService, user: Env
    ) -> None:
        port = vendor.url.rpartition(":")[2]
        item = {"base_url": f"http://localhost:{port}/v1", "access_token": known.WEBEX_ACCESS_TOKEN}
        keyring.put("webex/default", item)
        assert get("webex", "--set", f"base_url={written.format(port=port)}", env=user).status == 0
        keyring.put("webex/default", item | {"base_url": written.format(port=port)})
        assert get("webex", "--set", f"base_url=http://localhost:{port}/v1", env=user).status == 0

    @pytest.mark.parametrize(
        ("provider", "item", "secret", "lacking"),
        [
            ("bandwidth", {"account_id": "1", "username": "u", "password": "p"}, "PASSWORD", "ACCOUNT_ID"),
            ("bandwidth", BANDWIDTH_OAUTH, "CLIENT_SECRET", "ACCOUNT_ID"),
            ("webex", WEBEX_REFRESH, "CLIENT_SECRET", "CLIENT_ID"),
            ("catapult", {"user_id": "u-1", "token": "t", "secret": "s"}, "SECRET", "USER_ID"),
            ("genesys", {"access_token": "t"}, "ACCESS_TOKEN", "BASE_URL"),
            ("genesys", {"username": "u", "password": "p"}, "PASSWORD", "BASE_URL"),
        ],
    )
    def test_a_secret_of_the_environment_goes_to_no_stored_address(
        self, provider: str, item: Env, secret: str, lacking: str, vendor: Vendor, keyring: SecretService, user: Env
    ) -> None:
        keyring.put(f"{provider}/default", stored(vendor, provider, **item))
        ours = f"CALLINSPECT_{provider.upper()}_"
        done = get(provider, env=user | {ours + secret: CANARY}, secrets=(CANARY,))
        assert done.status == 4
        assert ours + lacking in done.err
        assert f"those stored are for {vendor.addresses(provider)['base_url']} only" in done.err
        assert vendor.log == []

    def test_a_token_of_the_environment_goes_to_the_vendors_own(
        self, vendor: Vendor, keyring: SecretService, user: Env
    ) -> None:
        keyring.put("webex/default", stored(vendor, "webex", **WEBEX_REFRESH))
        done = get("webex", env=user | {"WEBEX_ACCESS_TOKEN": CANARY}, secrets=(CANARY,))
        assert (done.status, vendor.log) == (7, [])
        assert "webexapis.com" in done.err

    def test_a_secret_of_the_environment_goes_to_an_address_of_it(
        self, vendor: Vendor, elsewhere: Vendor, keyring: SecretService, user: Env
    ) -> None:
        keyring.put("webex/default", stored(vendor, "webex", access_token=CANARY))
        given = here(elsewhere, "webex") | {"WEBEX_ACCESS_TOKEN": known.WEBEX_ACCESS_TOKEN}
        assert get("webex", env=user | given, secrets=(CANARY,)).status == 0
        assert vendor.log == []

    def test_it_is_not_sent_to_another_path_of_the_same_host(
        self, vendor: Vendor, keyring: SecretService, user: Env
    ) -> None:
        keyring.put("webex/default", stored(vendor, "webex", access_token=known.WEBEX_ACCESS_TOKEN))
        assert get("webex", "--set", f"base_url={vendor.url}/v2", env=user).status == 4
        assert vendor.log == []

    def test_a_final_slash_makes_no_other_address(self, vendor: Vendor, keyring: SecretService, user: Env) -> None:
        keyring.put("webex/default", stored(vendor, "webex", access_token=known.WEBEX_ACCESS_TOKEN))
        assert get("webex", "--set", f"base_url={vendor.url}/v1/", env=user).status == 0
        keyring.put("webex/default", {"base_url": f"{vendor.url}/v1/", "access_token": known.WEBEX_ACCESS_TOKEN})
        assert get("webex", "--set", f"base_url={vendor.url}/v1", env=user).status == 0

    def test_one_without_an_address_is_for_the_vendors_own(
        self, vendor: Vendor, keyring: SecretService, user: Env
    ) -> None:
        keyring.put("webex/default", {"access_token": known.WEBEX_ACCESS_TOKEN})
        done = get("webex", "--set", f"base_url={vendor.url}/v1", env=user)
        assert done.status == 4
        assert "those stored are for https://webexapis.com/v1 only" in done.err
        assert vendor.log == []

    def test_one_without_an_address_for_a_vendor_without_one_goes_nowhere(
        self, vendor: Vendor, keyring: SecretService, user: Env
    ) -> None:
        keyring.put("genesys/default", {"access_token": known.GENESYS_ACCESS_TOKEN})
        done = get("genesys", env=user | {"CALLINSPECT_GENESYS_BASE_URL": vendor.addresses("genesys")["base_url"]})
        assert done.status == 4
        assert "those stored are for the vendor's own base_url only" in done.err
        assert vendor.log == []

    @pytest.mark.parametrize("bound", [True, False], ids=["another", "the-vendors-own"])
    def test_client_credentials_are_not_sent_to_another_token_url(
        self, bound: bool, vendor: Vendor, elsewhere: Vendor, keyring: SecretService, user: Env
    ) -> None:
        item = stored(vendor, "bandwidth", **BANDWIDTH_OAUTH)
        if not bound:
            del item["token_url"]
        keyring.put("bandwidth/default", item)
        other = f"{elsewhere.url}/api/v1/oauth2/token"
        done = get("bandwidth", "--set", f"token_url={other}", env=user)
        assert done.status == 4
        address = item["token_url"] if bound else "https://api.bandwidth.com/api/v1/oauth2/token"
        assert f"those stored are for {address} only" in done.err
        assert vendor.log == elsewhere.log == []

    def test_the_token_of_stored_credentials_is_not_used_with_others(
        self, vendor: Vendor, keyring: SecretService, user: Env
    ) -> None:
        keyring.put("bandwidth/default", stored(vendor, "bandwidth", **BANDWIDTH_OAUTH))
        assert get("bandwidth", env=user).status == 0
        before = keyring.item("bandwidth/default")
        others = here(vendor, "bandwidth") | {"BW_CLIENT_ID": "somebody-else", "BW_CLIENT_SECRET": CANARY}
        assert get("bandwidth", env=user | others, secrets=(CANARY,)).status == 4
        assert vendor.exchanges[-1] == "POST 401"
        assert keyring.item("bandwidth/default") == before

    def test_a_token_got_with_others_is_not_stored_with_them(
        self, vendor: Vendor, keyring: SecretService, user: Env
    ) -> None:
        item = stored(vendor, "webex", **WEBEX_REFRESH | {"refresh_token": CANARY})
        keyring.put("webex/default", item)
        others = here(vendor, "webex") | {"CALLINSPECT_WEBEX_REFRESH_TOKEN": known.WEBEX_REFRESH_TOKEN}
        assert get("webex", env=user | others, secrets=(CANARY,)).status == 0
        assert keyring.item("webex/default") == item


class TestLoginMeanwhile:
    """A run keeps the account that it began with, whoever logs in while it goes on."""

    @pytest.mark.parametrize(
        "changed",
        [
            {"base_url": "http://127.0.0.1:9/api/v2"},
            {"token_url": "http://127.0.0.1:9/token"},
            {"account_id": "another"},
            {"client_id": "another"},
            {"login": "a later one, the same in everything"},
        ],
        ids=lambda changed: next(iter(changed)),
    )
    def test_its_token_is_not_taken_over(self, changed: Env, keyring: SecretService, user: Env) -> None:
        """The first answer refuses the token, which makes the run look for a newer one in the keyring."""
        later: dict[str, Any] = {}

        def log_in(connection: socket.socket) -> None:
            keyring.put("bandwidth/default", later)
            connection.sendall(answer(401, '{"type": "authentication-error", "description": "Unauthorized"}'))

        bought = answer(200, '{"access_token": "the-second-token", "expires_in": 3600}')
        call = answer(200, '{"callId": "c-1", "state": "queued"}')
        with Server(log_in, bought, call) as server:
            addresses = {"base_url": f"{server.url}/api/v2", "token_url": f"{server.url}/token"}
            item = {**addresses, **BANDWIDTH_OAUTH, "token": {"access_token": "the-first-token", "expires_at": LATER}}
            later |= {**item, **changed, "token": {"access_token": CANARY, "expires_at": LATER}}
            keyring.put("bandwidth/default", item)
            done = run("get", "bandwidth", "c-1", "c-1", "--jobs", "1", env=user, secrets=(CANARY,))
            sent = [header(each, "authorization") for each in server.requests if each.startswith(b"GET")]
        assert done.status == 0
        assert sent == ["Bearer the-first-token", "Bearer the-second-token", "Bearer the-second-token"]
        assert keyring.text("bandwidth/default") == json.dumps(later)

    def test_a_run_that_cannot_go_on_says_why(self, keyring: SecretService, user: Env) -> None:
        def log_in(connection: socket.socket) -> None:
            keyring.put("webex/default", item | {"refresh_token": CANARY, "login": "2"})
            connection.sendall(answer(400, '{"message": "invalid refresh token", "trackingId": "t"}'))

        with Server(log_in) as server:
            item = {"base_url": f"{server.url}/v1", **WEBEX_REFRESH, "login": "1"}
            keyring.put("webex/default", item)
            done = get("webex", env=user, secrets=(CANARY,))
        assert (done.status, len(server.requests)) == (4, 1)
        assert "other credentials were stored while this ran" in done.err


class TestBandwidthToken:
    """A token bought with client credentials."""

    def test_it_is_bought_once_and_kept_in_the_item(self, vendor: Vendor, keyring: SecretService, user: Env) -> None:
        item = stored(vendor, "bandwidth", **BANDWIDTH_OAUTH)
        keyring.put("bandwidth/default", item)
        assert get("bandwidth", env=user).status == 0
        token = keyring.item("bandwidth/default")["token"]
        assert token["expires_at"] == pytest.approx(time.time() + 3600, abs=30)
        assert get("bandwidth", env=user, secrets=(token["access_token"],)).status == 0
        assert vendor.exchanges == ["POST 200", "GET 200", "GET 200"]
        assert keyring.item("bandwidth/default") == item | {"token": token}

    @pytest.mark.parametrize(("lifetime", "last_part"), [(5, 0.5), (60, 6), (300, 30), (3600, 60), (86_400, 60)])
    def test_it_is_renewed_in_the_last_part_of_its_life(
        self, lifetime: int, last_part: float, keyring: SecretService, user: Env
    ) -> None:
        with Vendor(token_lifetime=lifetime) as vendor:
            keyring.put("bandwidth/default", stored(vendor, "bandwidth", **BANDWIDTH_OAUTH))
            assert get("bandwidth", env=user).status == 0
            item = keyring.item("bandwidth/default")
            assert item["token"]["expires_at"] - item["token"]["renew_at"] == pytest.approx(last_part, abs=0.01)
            keyring.put("bandwidth/default", item | {"token": item["token"] | {"renew_at": time.time() - 1}})
            assert get("bandwidth", env=user).status == 0
            assert vendor.exchanges.count("POST 200") == 2

    @pytest.mark.parametrize(("left", "bought"), [(59, 1), (90, 0)])
    def test_one_whose_life_is_not_known_is_renewed_a_minute_before_its_end(
        self, left: int, bought: int, vendor: Vendor, keyring: SecretService, user: Env
    ) -> None:
        keyring.put("bandwidth/default", stored(vendor, "bandwidth", **BANDWIDTH_OAUTH))
        assert get("bandwidth", env=user).status == 0
        item = keyring.item("bandwidth/default")
        known = {"access_token": item["token"]["access_token"], "expires_at": time.time() + left}
        keyring.put("bandwidth/default", item | {"token": known})
        assert get("bandwidth", env=user).status == 0
        assert vendor.exchanges.count("POST 200") == 1 + bought

    def test_it_is_renewed_when_the_vendor_refuses_it(self, vendor: Vendor, keyring: SecretService, user: Env) -> None:
        revoked = {"access_token": CANARY, "expires_at": LATER}
        keyring.put("bandwidth/default", stored(vendor, "bandwidth", **BANDWIDTH_OAUTH, token=revoked))
        assert get("bandwidth", env=user, secrets=(CANARY,)).status == 0
        assert vendor.exchanges == ["GET 401", "POST 200", "GET 200"]
        assert keyring.item("bandwidth/default")["token"]["access_token"] != CANARY

    def test_it_is_renewed_once_only(self, keyring: SecretService, user: Env) -> None:
        with Vendor(token_lifetime=0) as vendor:
            revoked = {"access_token": CANARY, "expires_at": LATER}
            keyring.put("bandwidth/default", stored(vendor, "bandwidth", **BANDWIDTH_OAUTH, token=revoked))
            assert get("bandwidth", env=user, secrets=(CANARY,)).status == 4
            assert vendor.exchanges.count("GET 401") == 2

    @pytest.mark.parametrize(
        "token",
        [
            "text",
            {"access_token": CANARY, "expires_at": "soon"},
            {"access_token": CANARY, "expires_at": 1e308},
            {"access_token": CANARY, "expires_at": float("nan")},
            {"access_token": f"{CANARY}\n", "expires_at": LATER},
            {"access_token": 1, "expires_at": LATER},
        ],
    )
    def test_one_that_was_not_written_by_us_is_not_used(
        self, token: Any, vendor: Vendor, keyring: SecretService, user: Env
    ) -> None:
        keyring.put("bandwidth/default", stored(vendor, "bandwidth", **BANDWIDTH_OAUTH, token=token))
        assert get("bandwidth", env=user, secrets=(CANARY,)).status == 0
        assert vendor.exchanges == ["POST 200", "GET 200"]

    def test_one_that_is_over_is_a_secret_all_the_same(self, keyring: SecretService, user: Env) -> None:
        with Server(answer(400, f'{{"error_description": "it came after {CANARY}"}}')) as server:
            here = {"base_url": server.url, "token_url": f"{server.url}/token"}
            over = {"access_token": CANARY, "expires_at": 1}
            keyring.put("bandwidth/default", {**here, **BANDWIDTH_OAUTH, "token": over})
            done = get("bandwidth", env=user, secrets=(CANARY,))
            assert (done.status, "it came after" in done.said) == (4, True)

    def test_without_a_keyring_it_is_bought_anew_in_silence(self, vendor: Vendor, bare: Env) -> None:
        for _ in range(2):
            assert get("bandwidth", env=bare | vendor.environment).said == ""
        assert vendor.exchanges == ["POST 200", "GET 200"] * 2


class TestWebexRefresh:
    """A refresh token that changes with every use."""

    def test_processes_that_need_a_new_token_at_once_all_get_one_and_lose_none(
        self, vendor: Vendor, keyring: SecretService, user: Env
    ) -> None:
        keyring.put("webex/default", stored(vendor, "webex", **WEBEX_REFRESH))
        with ThreadPoolExecutor(4) as pool:
            runs = list(pool.map(lambda _: get("webex", env=user), range(4)))
        assert [done.status for done in runs] == [0, 0, 0, 0]
        keyring.put("webex/default", keyring.item("webex/default") | {"token": None})
        assert get("webex", env=user).status == 0

    def test_the_new_one_is_stored_and_used_the_next_time(self, keyring: SecretService, user: Env) -> None:
        with Vendor() as vendor:
            item = stored(vendor, "webex", **WEBEX_REFRESH)
            keyring.put("webex/default", item)
            assert get("webex", env=user).said == ""
            second = keyring.item("webex/default")
            keyring.put("webex/default", second | {"token": second["token"] | {"renew_at": 1}})
            assert get("webex", env=user, secrets=(second["refresh_token"],)).status == 0
            third = keyring.item("webex/default")
            assert len({each["refresh_token"] for each in (item, second, third)}) == 3
            assert vendor.exchanges == ["POST 200", "GET 200"] * 2

    def test_the_access_token_is_kept_while_it_is_good(self, vendor: Vendor, keyring: SecretService, user: Env) -> None:
        keyring.put("webex/default", stored(vendor, "webex", **WEBEX_REFRESH))
        assert get("webex", env=user).status == 0
        token = keyring.item("webex/default")["token"]["access_token"]
        assert get("webex", env=user, secrets=(token,)).status == 0
        assert vendor.exchanges == ["POST 200", "GET 200", "GET 200"]

    def test_the_new_one_is_stored_before_it_is_known_what_comes_of_the_call(
        self, vendor: Vendor, keyring: SecretService, user: Env
    ) -> None:
        keyring.put("webex/default", stored(vendor, "webex", **WEBEX_REFRESH))
        assert run("get", "webex", "no-such-call", env=user).status == 3
        assert keyring.item("webex/default")["refresh_token"] != known.WEBEX_REFRESH_TOKEN

    def test_an_access_token_beside_it_is_used_until_it_is_refused(
        self, vendor: Vendor, keyring: SecretService, user: Env
    ) -> None:
        keyring.put("webex/default", stored(vendor, "webex", **WEBEX_REFRESH, access_token=CANARY))
        for _ in range(2):
            assert get("webex", env=user, secrets=(CANARY,)).status == 0
        assert vendor.exchanges == ["GET 401", "POST 200", "GET 200", "GET 200"]

    def test_another_one_of_the_same_client_stored_meanwhile_is_not_written_over(
        self, keyring: SecretService, user: Env
    ) -> None:
        newer: dict[str, Any] = {}
        with Vendor(renewed=lambda: keyring.put("webex/default", newer)) as vendor:
            keyring.put("webex/default", stored(vendor, "webex", **WEBEX_REFRESH))
            newer |= stored(vendor, "webex", **WEBEX_REFRESH | {"refresh_token": CANARY})
            assert get("webex", env=user, secrets=(CANARY,)).status == 0
            assert keyring.item("webex/default") == newer

    def test_one_from_the_environment_cannot_be_replaced_and_that_is_said(self, vendor: Vendor, bare: Env) -> None:
        env = bare | {f"CALLINSPECT_WEBEX_{name.upper()}": value for name, value in WEBEX_REFRESH.items()}
        env["CALLINSPECT_WEBEX_BASE_URL"] = f"{vendor.url}/v1"
        done = get("webex", env=env)
        assert done.status == 0
        assert "replaced the refresh token, and the one in the environment stays as it is" in done.said
        assert "callinspect auth login webex" in done.said

    def test_one_that_is_used_up_asks_for_a_new_login(self, vendor: Vendor, keyring: SecretService, user: Env) -> None:
        keyring.put("webex/default", stored(vendor, "webex", **WEBEX_REFRESH | {"refresh_token": CANARY}))
        done = get("webex", env=user, secrets=(CANARY,))
        assert done.status == 4
        assert "store new credentials: callinspect auth login webex" in done.said


class TestValues:
    """What a value may be: checked before anything is sent, wherever it comes from."""

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
        account = stored(vendor, "webex", access_token=token)
        if source == "login":
            done = run("auth", "login", "webex", "--stdin", env=user, stdin=account, secrets=(token,))
            assert keyring.text("webex/default") is None
        elif source == "keyring":
            keyring.put("webex/default", account)
            done = get("webex", env=user, secrets=(token,))
        else:
            variables = {"WEBEX_ACCESS_TOKEN": token, "CALLINSPECT_WEBEX_BASE_URL": account["base_url"]}
            done = get("webex", env=user | variables, secrets=(token,))
        assert (done.status, done.out) == (10, "")
        assert "access_token" in done.said
        assert vendor.log == []

    def test_one_of_1200_characters_is_sent(self, vendor: Vendor, env: Env) -> None:
        token = "c" * 1200
        variables = {"CALLINSPECT_WEBEX_ACCESS_TOKEN": token, "CALLINSPECT_WEBEX_BASE_URL": f"{vendor.url}/v1"}
        assert get("webex", env=env | variables, secrets=(token,)).status == 4
        assert vendor.exchanges == ["GET 401"]

    @pytest.mark.parametrize("password", ["", "pass word: ünd ☎\u2028"], ids=["empty", "spaces-and-unicode"])
    def test_a_password_may_be_any_text(self, password: str, bare: Env) -> None:
        with Server(answer(401, '{"statusCode": 20}')) as server:
            genesys = {"BASE_URL": f"{server.url}/api/v2", "USERNAME": "agent", "PASSWORD": password}
            env = bare | {f"CALLINSPECT_GENESYS_{name}": value for name, value in genesys.items()}
            expected = b64encode(f"agent:{password}".encode()).decode()
            assert get("genesys", env=env, secrets=tuple(each for each in (password, expected) if each)).status == 4
            assert header(server.requests[0], "authorization") == f"Basic {expected}"

    @pytest.mark.parametrize(
        "password", ["c" * 1201, "canary\nsecret", os.fsdecode(b"canary\xff")], ids=["long", "newline", "not-UTF-8"]
    )
    def test_a_password_that_cannot_be_sent_is_refused(self, password: str, vendor: Vendor, bare: Env) -> None:
        variables = {"CALLINSPECT_GENESYS_PASSWORD": password}
        done = get("genesys", env=bare | vendor.environment | variables)
        assert (done.status, done.out) == (10, "")
        assert "password" in done.said
        assert "canary" not in done.err
        assert vendor.log == []

    @pytest.mark.parametrize(
        ("address", "problem"),
        [
            ("http://api.example.com", "must begin with https://"),
            ("http://127.0.0.1.example.com", "must begin with https://"),
            ("http://localhost.example.com", "must begin with https://"),
            (f"https://me:{CANARY}@api.example.com", "must not have a user name in it"),
            (f"https://{CANARY}@api.example.com", "must not have a user name in it"),
            ("https://api.example.com?x", "is not an address"),
            ("https://api.example.com/#x", "is not an address"),
            ("https://api.example.com:port", "is not an address"),
            ("https://api.exa mple.com", "is not an address"),
            ("https://[::1", "is not an address"),
            ("api.example.com", "is not an address"),
        ],
    )
    def test_an_address_that_is_not_safe_is_refused(self, address: str, problem: str, env: Env) -> None:
        done = get("webex", "--set", f"base_url={address}", env=env, secrets=(CANARY,))
        assert (done.status, done.out) == (10, "")
        assert f"base_url {problem}" in done.said

    def test_so_is_that_of_a_token_endpoint(self, env: Env) -> None:
        done = get("bandwidth", env=env | {"CALLINSPECT_BANDWIDTH_TOKEN_URL": "http://api.example.com"})
        assert (done.status, done.out) == (10, "")
        assert "token_url must begin with https://" in done.said

    @pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "LOCALHOST"])
    def test_http_is_for_loopback(self, host: str, vendor: Vendor, env: Env) -> None:
        address = vendor.url.replace("127.0.0.1", host)
        assert get("webex", "--set", f"base_url={address}/v1", env=env).status == 0

    @pytest.mark.parametrize(
        ("each", "value", "problem"),
        [
            (SECRET, "x" * 1200, None),
            (SECRET, "x" * 1201, LONG),
            (SECRET, "!~", None),
            (SECRET, "", ASCII),
            (SECRET, "a b", ASCII),
            (SECRET, "ä", ASCII),
            (SECRET, "\x7f", ASCII),
            (PASSWORD, "", None),
            (PASSWORD, "ä b", None),
            (PASSWORD, "x" * 1201, LONG),
            (PASSWORD, "a\x1fb", CONTROL),
            (PASSWORD, "a\nb", CONTROL),
            (PASSWORD, "\x7f", CONTROL),
            (PASSWORD, "a\x80b", None),
            (PASSWORD, "\ud800", NO_TEXT),
            (PASSWORD, "a\udfff", NO_TEXT),
            (PASSWORD, "\ue000\ud7ff", None),
            (PLAIN, "x" * 1201, None),
            (PLAIN, "ä b", None),
            (PLAIN, "", "is empty"),
            (PLAIN, "\t", CONTROL),
            (PLAIN, "\udc80", NO_TEXT),
            (BASE_URL, "https://h", None),
            (BASE_URL, "https://h:1/X/", None),
            (BASE_URL, "http://127.0.0.1:1", None),
            (BASE_URL, "http://[::1]/", None),
            (BASE_URL, "http://LOCALHOST", None),
            (BASE_URL, "HTTPS://h", None),
            (BASE_URL, "http://h", SCHEME),
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
            (BASE_URL, "https://h:99999", NO_ADDRESS),
            (BASE_URL, "https://[h", NO_ADDRESS),
        ],
    )
    def test_a_value_that_cannot_be_used_says_what_is_wrong_and_where_it_comes_from(
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


class TestEntered:
    """What was entered at a login."""

    def test_what_was_entered_makes_credentials_of_its_own(self) -> None:
        kept: list[Token] = []
        made = of(BANDWIDTH, {"account_id": "1", "client_id": "i", "client_secret": "s"}, kept.append)
        assert made.login
        made.login.save(Token("t"))
        assert kept == [Token("t")]
        assert (made.scheme, set(made.sources.values())) == (BANDWIDTH.schemes[0], {"what was entered"})
        assert require(made, BANDWIDTH, "default") is made
        with pytest.raises(ConfigError) as raised:
            of(BANDWIDTH, {"client_secret": "a b"}, kept.append)
        assert raised.value.hint == "it comes from what was entered"
