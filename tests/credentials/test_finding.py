"""Where credentials come from, what is missing, and where they go: with a real keyring and a real vendor, and alone."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
from kit import cases, vendors
from kit.credential_runs import CALLS, CANARY, Vendor, get, run
from kit.ways import ACCEPTED_WAYS, CLIENT, DECLARED, PASSWORD, REFRESH, SERVER, TOKEN, Way, each_way

from callinspect import providers
from callinspect.credentials.environment import variables
from callinspect.credentials.explaining import require
from callinspect.credentials.finding import addresses, find, from_values
from callinspect.credentials.values import deciding
from callinspect.errors import AuthMissingError, ConfigError, UsageError
from callinspect.provider import Field, Token

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kit.keyrings import SecretService

Env = dict[str, str]

with_customary_names = each_way(way for way in ACCEPTED_WAYS if way.has_customary_names)
IN_PART = [
    (way, {**way.given("1", *way.needs[:-1]), **({"base_url": "https://h"} if "base_url" in way.needs[:-1] else {})})
    for way in DECLARED
    if way.is_one_of_several and len(way.needs) > 1
]
"""Ways of which all is set but the last field, at vendors that have others."""


ADDRESSED = {
    each.name: field
    for each in map(providers.get, vendors.NAMES)
    for field in deciding(each)
    if not field.url and field.aliases
}
"""The fields that stand in an address without being one, such as a region, by vendor."""


def missing(way: Way, given: Iterable[str], profile: str = "") -> list[str]:
    """Return the hints: the login, and what each way lacks in variables.

    The way that needs least comes first; of two, the one that lasts longer than a ready-made token.
    """
    asked = cases.account(way.provider)["ways"]
    ways = [next(each for each in asked if {*scheme} <= {*each}) for scheme in way.declared["schemes"]]
    lacking = [[field for field in each if field not in given] for each in ways]
    return [
        f"log in: callinspect auth login {way.provider}{profile}",
        *(f"or set {' and '.join(map(way.variable, fields))}" for fields in sorted(lacking, key=_how_soon)),
        "or add _FILE to a variable's name, and set it to a file that has the value",
    ]


def _how_soon(lacking: list[str]) -> tuple[int, bool]:
    return len(lacking), lacking == ["access_token"]


def mistyped(field: str) -> str:
    """Return a field's name with one letter left out."""
    return field[0] + field[2:]


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
        assert get(TOKEN, env=env | {"PYTHON_KEYRING_BACKEND": "nowhere.Keyring"}).status == 0

    @with_customary_names
    def test_the_vendors_customary_names_work(self, way: Way, vendor: Vendor, bare: Env) -> None:
        given = vendor.address_variables(way) | way.customary_variables(**way.account)
        assert get(way, env=bare | given).status == 0

    def test_our_own_names_win_over_them(self, vendor: Vendor, bare: Env) -> None:
        env = bare | vendor.address_variables(TOKEN)
        wrong = {TOKEN.secret: CANARY}
        ours, customary = TOKEN.variables(**TOKEN.account), TOKEN.customary_variables(**wrong)
        assert get(TOKEN, env=env | ours | customary, secrets=(CANARY,)).status == 0
        ours, customary = TOKEN.variables(**wrong), TOKEN.customary_variables(**TOKEN.account)
        assert get(TOKEN, env=env | ours | customary, secrets=(CANARY,)).status == 4

    def test_an_empty_variable_is_not_set(self, vendor: Vendor, bare: Env) -> None:
        env = bare | vendor.address_variables(TOKEN)
        names = TOKEN.variables(**{TOKEN.secret: ""}) | TOKEN.customary_variables(**TOKEN.account)
        assert get(TOKEN, env=env | names).status == 0

    def test_set_wins_over_the_environment(self, vendor: Vendor, elsewhere: Vendor, bare: Env) -> None:
        env = bare | elsewhere.address_variables(TOKEN) | TOKEN.variables(**TOKEN.account)
        assert get(TOKEN, "--set", f"base_url={vendor.addresses(TOKEN)['base_url']}", env=env).status == 0
        assert vendor.exchanges == ["GET 200"]
        assert elsewhere.log == []

    def test_it_wins_over_the_keyring_field_by_field(self, vendor: Vendor, keyring: SecretService, user: Env) -> None:
        field = CLIENT.scheme[0]
        keyring.put(CLIENT.item, vendor.account(CLIENT, **{field: "another"}))
        assert get(CLIENT, env=user).status == 4
        assert get(CLIENT, env=user | CLIENT.variables(**{field: CLIENT.account[field]})).status == 0

    @pytest.mark.parametrize(
        "command",
        [["get", TOKEN.provider, CALLS[TOKEN.provider]], ["auth", "login", TOKEN.provider]],
        ids=["get", "login"],
    )
    def test_a_secret_is_refused_as_an_argument_and_not_repeated(
        self, command: list[str], vendor: Vendor, user: Env
    ) -> None:
        setting = f"{TOKEN.secret}={CANARY}"
        done = run(*command, "--set", setting, env=user | vendor.environment, secrets=(CANARY,))
        assert (done.status, done.out) == (2, "")
        assert f"{TOKEN.secret} is a secret, and secrets are never accepted as arguments" in done.err
        assert vendor.log == []

    def test_an_unknown_setting_names_the_nearest(self, env: Env) -> None:
        done = get(TOKEN, "--set", "base_ulr=https://example.com", env=env)
        assert done.status == 2
        assert f"{TOKEN.provider} has no field “base_ulr”\n  · did you mean base_url?" in done.err

    def test_a_setting_without_a_value_is_not_repeated(self, env: Env) -> None:
        done = get(TOKEN, "--set", CANARY, env=env, secrets=(CANARY,))
        assert done.status == 2
        assert "--set takes NAME=VALUE" in done.err

    @with_customary_names
    def test_each_value_says_where_it_comes_from(self, way: Way) -> None:
        """A field that is not secret by --set, another by a name of our own, the others by the vendor's."""
        set_, own = way.shown[:1], way.shown[-1:]
        environ = way.customary_variables(**way.given(CANARY, *way.fields))
        environ |= way.variables(**way.given("ours", *own), base_url="https://h/X//")
        provider = providers.get(way.provider)
        found = find(provider, profile="default", settings=way.given("set", *set_), environ=environ)
        values = way.given(CANARY, *way.fields) | way.given("ours", *own) | way.given("set", *set_)
        usual = {each.name: each.aliases.get(each.default, each.default) for each in provider.fields if each.default}
        usual = {name: value for name, value in usual.items() if "url" not in way.declared["fields"][name].split()}
        following = {each.name: each.follows("https://h/X") for each in provider.fields if each.follows}
        assert found.account.values == {**usual, **following, **values, "base_url": "https://h/X"}
        assert found.account.base_url == "https://h/X"
        assert found.sources == {
            **{field: f"environment ({way.customary(field)})" for field in way.fields},
            **{field: f"environment ({way.variable(field)})" for field in (*own, "base_url")},
            **dict.fromkeys(set_, "--set"),
        }
        assert found.secrets == {CANARY}
        assert found.scheme is provider.schemes[way.number]
        assert (found.stored, found.bound, found.token, found.login) == ({}, None, None, None)
        assert CANARY not in repr(found)

    def test_a_password_may_be_empty_and_nothing_else(self) -> None:
        provider = providers.get(PASSWORD.provider)
        account = dict.fromkeys(PASSWORD.fields, "me") | {PASSWORD.secret: ""}
        others = {each.name: "" for each in provider.settings if each.name not in account}
        environ = PASSWORD.variables(**account, **others)
        found = find(provider, profile="default", settings={}, environ=environ)
        assert found.account.values == account
        assert found.account.base_url == (PASSWORD.base_url or "")
        assert found.secrets == frozenset()

    @pytest.mark.parametrize(
        ("name", "message", "hint"),
        [
            (
                mistyped(PASSWORD.fields[0]),
                f"{PASSWORD.provider} has no field “{mistyped(PASSWORD.fields[0])}”",
                f"did you mean {PASSWORD.fields[0]}?",
            ),
            (
                "zzz",
                f"{PASSWORD.provider} has no such field",
                f"its fields are {', '.join(each.name for each in providers.get(PASSWORD.provider).settings)}",
            ),
            (
                PASSWORD.secret,
                f"{PASSWORD.secret} is a secret, and secrets are never accepted as arguments",
                "use the environment",
            ),
        ],
        ids=["mistyped", "unknown", "secret"],
    )
    def test_a_setting_that_is_refused_says_what_to_do(self, name: str, message: str, hint: str) -> None:
        environ = PASSWORD.variables(**dict.fromkeys(PASSWORD.fields, "1"))
        with pytest.raises(UsageError) as raised:
            find(providers.get(PASSWORD.provider), profile="default", settings={name: "1"}, environ=environ)
        assert (raised.value.message, raised.value.hint) == (message, hint)

    def test_a_hyphen_in_a_provider_s_name_is_an_underscore(self) -> None:
        """That of a field's variable has none: a shell would not take it."""
        other = providers.get(CLIENT.provider)._replace(name="my-own-vendor")
        field = Field(name="account_id", title="", env=("MINE",))
        assert variables(other, field) == ("CALLINSPECT_MY_OWN_VENDOR_ACCOUNT_ID", "MINE")

    def test_every_field_that_is_an_address_counts_as_one(self) -> None:
        provider = providers.get(CLIENT.provider)
        account = CLIENT.variables(**CLIENT.account)
        environ = account | CLIENT.variables(token_url="https://t", base_url="https://b")
        assert addresses(provider, environ) == {"token_url": "https://t", "base_url": "https://b"}
        assert addresses(provider, account) == {}


class TestMissing:
    """What is said when credentials are missing."""

    @pytest.mark.parametrize(
        ("way", "given"),
        [*((Way(name, 0), {}) for name in vendors.NAMES), *IN_PART],
        ids=[*vendors.NAMES, *(f"{way}-in-part" for way, _ in IN_PART)],
    )
    def test_the_missing_variables_and_the_login_are_named(self, way: Way, given: Env, user: Env) -> None:
        done = get(way, env=user | way.variables(**given))
        assert (done.status, done.out) == (4, "")
        assert done.said.endswith("".join(f"\n  · {hint}" for hint in missing(way, given)) + "\n")

    def test_the_login_has_the_profile_that_was_asked_for(self, user: Env) -> None:
        done = get(TOKEN, "--profile", "work", env=user)
        assert done.status == 4
        assert f"log in: callinspect auth login {TOKEN.provider} --profile work\n" in done.said

    def test_programs_are_told_with_a_code(self, user: Env) -> None:
        done = get(TOKEN, "-o", "json", env=user)
        assert '"code":"auth_missing"' in done.said

    @pytest.mark.parametrize(("way", "given"), IN_PART, ids=[str(way) for way, _ in IN_PART])
    def test_the_way_that_needs_least_comes_first(self, way: Way, given: Env) -> None:
        provider = providers.get(way.provider)
        incomplete = from_values(provider, given, lambda _: None)
        assert incomplete.scheme is None
        with pytest.raises(AuthMissingError) as raised:
            require(incomplete, provider, "work")
        assert (raised.value.message, list(raised.value.hints)) == (
            f"the credentials for {provider.title} are missing or incomplete",
            missing(way, given, " --profile work"),
        )

    def test_what_was_entered_makes_credentials_of_its_own(self) -> None:
        provider = providers.get(CLIENT.provider)
        kept: list[Token] = []
        made = from_values(provider, CLIENT.account, kept.append)
        assert made.login
        made.login.save(Token("t"))
        assert kept == [Token("t")]
        assert (made.scheme, set(made.sources.values())) == (provider.schemes[CLIENT.number], {"your input"})
        assert require(made, provider, "default") is made
        with pytest.raises(ConfigError) as raised:
            from_values(provider, {CLIENT.secret: "a b"}, kept.append)
        assert raised.value.hint == "it comes from your input"


class TestBinding:
    """A stored credential goes to the address that it was stored for, and to no other."""

    def test_it_is_not_sent_to_another_base_url(
        self, vendor: Vendor, elsewhere: Vendor, keyring: SecretService, user: Env
    ) -> None:
        keyring.put(TOKEN.item, vendor.account(TOKEN))
        assert get(TOKEN, env=user).status == 0
        other = elsewhere.addresses(TOKEN)["base_url"]
        for done in (
            get(TOKEN, "--set", f"base_url={other}", env=user),
            get(TOKEN, env=user | TOKEN.variables(base_url=other)),
        ):
            assert done.status == 4
            assert f"the stored ones are for {vendor.addresses(TOKEN)['base_url']} only" in done.err
        assert elsewhere.log == []

    @pytest.mark.parametrize(
        "written", ["HTTP://LOCALHOST:{port}{path}", "http://localhost:0{port}{path}/", "Http://localHost:{port}{path}"]
    )
    def test_the_same_address_written_otherwise_is_no_other(
        self, written: str, vendor: Vendor, keyring: SecretService, user: Env
    ) -> None:
        place = urlsplit(vendor.addresses(TOKEN)["base_url"])
        usual = f"http://localhost:{place.port}{place.path}"
        other = written.format(port=place.port, path=place.path)
        keyring.put(TOKEN.item, vendor.account(TOKEN, base_url=usual))
        assert get(TOKEN, "--set", f"base_url={other}", env=user).status == 0
        keyring.put(TOKEN.item, vendor.account(TOKEN, base_url=other))
        assert get(TOKEN, "--set", f"base_url={usual}", env=user).status == 0

    @each_way(way for way in ACCEPTED_WAYS if len(way.needs) > 1)
    def test_a_secret_of_the_environment_goes_to_no_stored_address(
        self, way: Way, vendor: Vendor, keyring: SecretService, user: Env
    ) -> None:
        keyring.put(way.item, vendor.account(way))
        done = get(way, env=user | way.variables(**way.given(CANARY, way.secret)), secrets=(CANARY,))
        assert done.status == 4
        for lacking in way.needs:
            assert (way.variable(lacking) in done.err) == (lacking != way.secret)
        assert f"the stored ones are for {vendor.addresses(way)['base_url']} only" in done.err
        assert vendor.log == []

    @each_way(way for way in ACCEPTED_WAYS if ADDRESSED.keys() >= {way.provider})
    def test_a_region_of_the_environment_draws_none_elsewhere(
        self, way: Way, keyring: SecretService, user: Env
    ) -> None:
        field = ADDRESSED[way.provider]
        here, there, *_ = dict.fromkeys(field.aliases.values())
        keyring.put(way.item, way.account | {field.name: here})
        for variable in variables(providers.get(way.provider), field):
            done = get(way, env=user | {variable: there})
            assert done.status == 4
            assert f"the stored ones are for {str(way.base_url).format(**{field.name: here})} only" in done.err

    def test_a_token_of_the_environment_goes_to_the_vendors_own(
        self, vendor: Vendor, keyring: SecretService, user: Env
    ) -> None:
        keyring.put(REFRESH.item, vendor.account(REFRESH))
        done = get(REFRESH, env=user | REFRESH.variables(access_token=CANARY), secrets=(CANARY,))
        assert (done.status, vendor.log) == (7, [])
        assert str(urlsplit(REFRESH.base_url).hostname) in done.err

    def test_a_secret_of_the_environment_goes_to_an_address_of_it(
        self, vendor: Vendor, elsewhere: Vendor, keyring: SecretService, user: Env
    ) -> None:
        keyring.put(TOKEN.item, vendor.account(TOKEN, **{TOKEN.secret: CANARY}))
        given = elsewhere.address_variables(TOKEN) | TOKEN.customary_variables(**TOKEN.account)
        assert get(TOKEN, env=user | given, secrets=(CANARY,)).status == 0
        assert vendor.log == []

    def test_it_is_not_sent_to_another_path_of_the_same_host(
        self, vendor: Vendor, keyring: SecretService, user: Env
    ) -> None:
        keyring.put(TOKEN.item, vendor.account(TOKEN))
        assert get(TOKEN, "--set", f"base_url={vendor.addresses(TOKEN)['base_url']}2", env=user).status == 4
        assert vendor.log == []

    def test_a_final_slash_makes_no_other_address(self, vendor: Vendor, keyring: SecretService, user: Env) -> None:
        place = vendor.addresses(TOKEN)["base_url"]
        keyring.put(TOKEN.item, vendor.account(TOKEN))
        assert get(TOKEN, "--set", f"base_url={place}/", env=user).status == 0
        keyring.put(TOKEN.item, vendor.account(TOKEN, base_url=f"{place}/"))
        assert get(TOKEN, "--set", f"base_url={place}", env=user).status == 0

    @pytest.mark.parametrize("way", [TOKEN, SERVER], ids=["of-which-there-is-one", "of-which-there-is-none"])
    def test_one_without_an_address_is_for_the_vendors_own(
        self, way: Way, vendor: Vendor, keyring: SecretService, user: Env
    ) -> None:
        keyring.put(way.item, way.account)
        done = get(way, "--set", f"base_url={vendor.addresses(way)['base_url']}", env=user)
        assert done.status == 4
        there = (
            f"callinspect auth login {way.provider} --profile NAME --set base_url={vendor.addresses(way)['base_url']}"
        )
        assert f"log in there, with a profile of its own: {there}" in done.said
        place = way.base_url or "the vendor's own base_url"
        assert f"the stored ones are for {place} only" in done.err
        assert vendor.log == []

    @pytest.mark.parametrize("bound", [True, False], ids=["another", "the-vendors-own"])
    def test_client_credentials_are_not_sent_to_another_token_url(
        self, bound: bool, vendor: Vendor, elsewhere: Vendor, keyring: SecretService, user: Env
    ) -> None:
        item = vendor.account(CLIENT)
        address = item["token_url"] if bound else CLIENT.token_url
        if not bound:
            del item["token_url"]
        keyring.put(CLIENT.item, item)
        done = get(CLIENT, "--set", f"token_url={elsewhere.addresses(CLIENT)['token_url']}", env=user)
        assert done.status == 4
        assert f"the stored ones are for {address} only" in done.err
        assert vendor.log == elsewhere.log == []

    def test_the_token_of_stored_credentials_is_not_used_with_others(
        self, vendor: Vendor, keyring: SecretService, user: Env
    ) -> None:
        keyring.put(CLIENT.item, vendor.account(CLIENT))
        assert get(CLIENT, env=user).status == 0
        before = keyring.item(CLIENT.item)
        client_id, client_secret = CLIENT.scheme
        others = CLIENT.variables(**{client_id: "somebody-else", client_secret: CANARY})
        assert get(CLIENT, env=user | vendor.address_variables(CLIENT) | others, secrets=(CANARY,)).status == 4
        assert vendor.exchanges[-1] == "POST 401"
        assert keyring.item(CLIENT.item) == before

    def test_a_token_got_with_others_is_not_stored_with_them(
        self, vendor: Vendor, keyring: SecretService, user: Env
    ) -> None:
        item = vendor.account(REFRESH, refresh_token=CANARY)
        keyring.put(REFRESH.item, item)
        others = REFRESH.variables(refresh_token=REFRESH.account["refresh_token"])
        assert get(REFRESH, env=user | vendor.address_variables(REFRESH) | others, secrets=(CANARY,)).status == 0
        assert keyring.item(REFRESH.item) == item
