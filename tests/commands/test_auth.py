"""`callinspect auth`: profiles, `logout` and `status`, against a real keyring and a real vendor."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from kit import vendors
from kit.credential_runs import CANARY, Vendor, get, login, logout, run, status
from kit.ways import CLIENT, PASSWORD, REFRESH, TOKEN

if TYPE_CHECKING:
    from pathlib import Path

    from kit.keyrings import SecretService

Env = dict[str, str]

IN_KEYRING = "keyring (SecretService Keyring)"
LATER = 4_000_000_000
"""Seconds since the epoch: 2 October 2096."""


def status_of_all(env: Env) -> list[dict[str, Any]]:
    """Ask where the credentials of every vendor come from."""
    return [json.loads(line) for line in run("auth", "status", env=env).out.splitlines()]


def names(home: Path) -> Any:
    """Return the names of profiles in the user's file."""
    return json.loads((home / ".config" / "callinspect" / "profiles.json").read_bytes())


class TestProfiles:
    """Several accounts at one vendor."""

    def test_each_has_an_item_of_its_own(self, vendor: Vendor, keyring: SecretService, user: Env) -> None:
        assert login(TOKEN, "--profile", "work", env=user, stdin=vendor.account(TOKEN)).status == 0
        assert keyring.item(f"{TOKEN.provider}/work") == vendor.account(TOKEN)
        assert keyring.text(TOKEN.item) is None
        assert get(TOKEN, env=user).status == 4
        assert get(TOKEN, "--profile", "work", env=user).status == 0
        assert get(TOKEN, env=user | {"CALLINSPECT_PROFILE": "work"}).status == 0
        assert get(TOKEN, "--profile", "default", env=user | {"CALLINSPECT_PROFILE": "work"}).status == 4

    def test_logging_out_of_one_leaves_the_others(
        self, vendor: Vendor, keyring: SecretService, user: Env, tmp_path: Path
    ) -> None:
        for profile in ("default", "work"):
            login(TOKEN, "--no-verify", "--profile", profile, env=user, stdin=vendor.account(TOKEN))
        assert names(tmp_path) == {TOKEN.provider: ["default", "work"]}
        done = logout(TOKEN, "--profile", "work", env=user)
        assert (done.status, done.said) == (0, f"callinspect: deleted {TOKEN.provider}/work\n")
        assert keyring.text(f"{TOKEN.provider}/work") is None
        assert keyring.item(TOKEN.item) == vendor.account(TOKEN)
        assert names(tmp_path) == {TOKEN.provider: ["default"]}

    def test_logging_out_of_what_is_not_stored_is_done_already(self, user: Env) -> None:
        done = logout(TOKEN, env=user)
        assert (done.status, done.said) == (0, f"callinspect: {TOKEN.item} was not stored\n")

    def test_after_logging_out_there_are_no_credentials(
        self, vendor: Vendor, keyring: SecretService, user: Env
    ) -> None:
        keyring.put(TOKEN.item, vendor.account(TOKEN))
        assert get(TOKEN, env=user).status == 0
        logout(TOKEN, env=user)
        assert get(TOKEN, env=user).status == 4


class TestStatus:
    """Where credentials come from."""

    def test_every_field_has_its_source_and_a_secret_has_no_value(
        self, vendor: Vendor, keyring: SecretService, user: Env
    ) -> None:
        keyring.put(CLIENT.item, vendor.account(CLIENT))
        account, places = vendor.account(CLIENT), vendor.addresses(CLIENT)
        first, secret = CLIENT.fields[0], CLIENT.secret
        named = CLIENT.customary(secret) or CLIENT.variable(secret)
        env = user | vendor.address_variables(CLIENT) | CLIENT.variables(**{first: "1"}) | {named: CANARY}
        report = status(CLIENT, env=env, secrets=(CANARY,)).json
        fields = {each["name"]: (each["source"], each["value"]) for each in report["fields"]}
        assert fields == {
            **{field: (IN_KEYRING, account[field]) for field in CLIENT.fields},
            **{field: (f"environment ({CLIENT.variable(field)})", place) for field, place in places.items()},
            first: (f"environment ({CLIENT.variable(first)})", "1"),
            secret: (f"environment ({named})", None),
        }
        assert report["complete"] is True
        assert report["scheme"] == "OAuth client credentials"

    def test_it_asks_no_vendor(self, vendor: Vendor, keyring: SecretService, user: Env) -> None:
        keyring.put(REFRESH.item, vendor.account(REFRESH))
        assert status(REFRESH, env=user).json["complete"] is True
        assert vendor.log == []

    def test_the_end_of_a_token_is_shown(self, vendor: Vendor, keyring: SecretService, user: Env) -> None:
        token = {"access_token": CANARY, "expires_at": LATER}
        keyring.put(CLIENT.item, vendor.account(CLIENT, token=token))
        report = status(CLIENT, env=user, secrets=(CANARY,)).json
        assert report["token_expires_at"] == "2096-10-02T07:06:40.000Z"
        told = status(CLIENT, "-o", "table", env=user | {"COLUMNS": "200"}, secrets=(CANARY,)).out
        words = [line.split() for line in told.splitlines()]
        assert ["access", "token", "valid", "until", "2096-10-02", "07:06:40", "UTC"] in words
        assert [CLIENT.secret, "(secret)", "from", *IN_KEYRING.split()] in words

    def test_the_sources_of_a_provider_stand_in_a_column(self, keyring: SecretService, user: Env) -> None:
        keyring.put(CLIENT.item, CLIENT.account)
        lines = status(CLIENT, "-o", "table", env=user).out.splitlines()
        assert len({line.index("from ") for line in lines if "from " in line}) == 1

    @pytest.mark.parametrize("width", [40, 80, 200])
    def test_it_is_whole_and_aligned_at_any_width(self, width: int, vendor: Vendor, bare: Env) -> None:
        """Only a word that is wider than the terminal goes beyond it; what belongs together begins in one column."""
        env = bare | vendor.address_variables(CLIENT) | CLIENT.variables(**CLIENT.account) | {"COLUMNS": str(width)}
        shown = run("auth", "status", "-o", "table", env=env).out
        lines = shown.splitlines()
        assert [line for line in lines if len(line) > width and " " in line.strip()] == []
        for field in CLIENT.fields:
            assert f"({CLIENT.variable(field)})" in shown
        for place in vendor.addresses(CLIENT).values():
            assert place in shown
        head, *rows = [line for line in lines if line and not line.startswith("nothing configured")]
        assert head.startswith(f"{CLIENT.provider}/default")
        assert len({line.index("from ") for line in rows if "from " in line}) == 1

    def test_what_there_is_to_type_is_whole_at_40_columns(self, user: Env) -> None:
        shown = run("auth", "status", "-o", "table", env=user | {"COLUMNS": "40"}).out
        assert max(map(len, shown.splitlines())) <= 40
        assert "callinspect auth login\n" in shown

    def test_the_end_of_a_token_is_in_the_chosen_zone(self, vendor: Vendor, keyring: SecretService, user: Env) -> None:
        token = {"access_token": CANARY, "expires_at": LATER}
        keyring.put(CLIENT.item, vendor.account(CLIENT, token=token))
        shown = status(CLIENT, "-o", "table", "--tz", "Asia/Tokyo", env=user, secrets=(CANARY,)).out
        assert "valid until 2096-10-02 16:06:40 JST" in shown
        assert "2096-10-02 07:06:40 UTC" in status(CLIENT, "-o", "table", "--utc", env=user | {"TZ": "EST5"}).out

    def test_an_error_names_the_provider_by_its_name(self, user: Env, bare: Env) -> None:
        """Also where it was typed in capitals, and where nothing could be read."""
        for env in (user, bare | {"PYTHON_KEYRING_BACKEND": "nowhere.Keyring"}):
            done = run("auth", "status", CLIENT.provider.upper(), "--error-format", "json", env=env)
            assert json.loads(done.said)["error"]["provider"] == CLIENT.provider

    def test_providers_without_anything_are_one_line(self, vendor: Vendor, keyring: SecretService, user: Env) -> None:
        keyring.put(CLIENT.item, vendor.account(CLIENT))
        told = run("auth", "status", "-o", "table", env=user).out
        others = ", ".join(name for name in vendors.NAMES if name != CLIENT.provider)
        assert " ".join(told.split()).endswith(f"nothing configured: {others}")
        assert told.count("/default") == 1

    def test_without_anything_at_all_it_says_how_to_begin(self, user: Env) -> None:
        done = run("auth", "status", "-o", "table", env=user)
        assert (done.status, "callinspect auth login\n" in done.out) == (0, True)
        assert run("auth", "status", "--check", env=user).status == 4

    def test_what_is_missing_is_named(self, user: Env) -> None:
        first, *others = CLIENT.fields
        done = status(CLIENT, env=user | CLIENT.variables(**{first: "1"}))
        assert done.json["missing"] == others
        told = status(CLIENT, "-o", "table", env=user | CLIENT.variables(**{first: "1"})).out
        assert f"missing     {' and '.join(others)}" in told


class TestCheck:
    """What the vendor says of credentials."""

    def test_credentials_that_are_accepted_are_said_to_be(
        self, vendor: Vendor, keyring: SecretService, user: Env
    ) -> None:
        keyring.put(TOKEN.item, vendor.account(TOKEN))
        assert status(TOKEN, env=user).json["check"] is None
        done = status(TOKEN, "--check", env=user)
        assert (done.status, done.json["check"]) == (0, {"ok": True, "error": None})
        assert "accepted by the vendor" in status(TOKEN, "--check", "-o", "table", env=user).out
        assert vendor.exchanges == ["GET 200"] * 2

    def test_those_that_are_refused_say_why_and_from_where(
        self, vendor: Vendor, keyring: SecretService, user: Env
    ) -> None:
        keyring.put(TOKEN.item, vendor.account(TOKEN, **{TOKEN.secret: CANARY}))
        done = status(TOKEN, "--check", env=user, secrets=(CANARY,))
        check = done.json["check"]
        assert (done.status, check["ok"], check["error"]["code"]) == (4, False, "auth_rejected")
        login = f"callinspect auth login {TOKEN.provider}"
        assert f"the credentials stored in the keyring (profile default) were refused: {login}" in done.said
        assert "check" in status(TOKEN, "--check", "-o", "table", env=user, secrets=(CANARY,)).out

    def test_a_vendor_that_is_not_there_is_its_own_exit(self, user: Env) -> None:
        env = user | TOKEN.variables(**TOKEN.account, base_url="http://127.0.0.1:9/v1")
        done = status(TOKEN, "--check", "--timeout", "0.5", env=user | env)
        assert (done.status, done.json["check"]["error"]["code"]) == (7, "network")

    def test_of_several_the_exit_says_whether_some_or_all_failed(self, vendor: Vendor, bare: Env) -> None:
        wrong = {way.variable(way.secret): CANARY for way in (TOKEN, PASSWORD)}
        good = bare | vendor.environment
        assert run("auth", "status", "--check", env=good).status == 0
        assert run("auth", "status", "--check", env=good | TOKEN.variables(**{TOKEN.secret: CANARY})).status == 9
        both = {name: value for name, value in good.items() if name.startswith("CALLINSPECT") is False}
        for way in (TOKEN, PASSWORD):
            both |= vendor.address_variables(way) | way.variables(**way.account)
        done = run("auth", "status", "--check", env=both | wrong, secrets=(CANARY,))
        checks = [json.loads(line)["check"] for line in done.out.splitlines()]
        assert (done.status, [each["ok"] for each in checks if each]) == (4, [False, False])


class TestStatusOfAll:
    """All vendors at once."""

    def test_an_end_beyond_all_calendars_is_none(self, vendor: Vendor, keyring: SecretService, user: Env) -> None:
        token = {"access_token": CANARY, "expires_at": 1e308}
        keyring.put(CLIENT.item, vendor.account(CLIENT, token=token))
        assert status(CLIENT, env=user).json["token_expires_at"] is None

    def test_a_provider_that_is_not_complete_is_exit_4(self, user: Env) -> None:
        done = status(CLIENT, env=user | CLIENT.variables(**{CLIENT.fields[0]: "1"}))
        assert done.status == 4
        assert done.json["complete"] is False
        assert [each["name"] for each in done.json["fields"]] == [CLIENT.fields[0]]

    def test_without_a_provider_all_are_shown_with_all_profiles(self, vendor: Vendor, user: Env) -> None:
        login(TOKEN, "--no-verify", "--profile", "work", env=user, stdin=vendor.account(TOKEN))
        done = run("auth", "status", env=user)
        assert done.status == 0
        reports = [json.loads(line) for line in done.out.splitlines()]
        assert {(each["provider"], each["profile"]): each["complete"] for each in reports} == {
            **{(provider, "default"): False for provider in vendors.NAMES},
            (TOKEN.provider, "work"): True,
        }

    def test_a_complete_environment_leaves_the_keyring_alone(self, env: Env) -> None:
        reports = status_of_all(env=env | {"PYTHON_KEYRING_BACKEND": "nowhere.Keyring"})
        assert all(each["complete"] for each in reports)
        assert {field["source"].split()[0] for each in reports for field in each["fields"]} == {"environment"}

    def test_a_keyring_that_does_not_work_is_reported_for_each(self, bare: Env) -> None:
        reports = status_of_all(env=bare | {"PYTHON_KEYRING_BACKEND": "nowhere.Keyring"})
        assert {each["error"] for each in reports} == {"the keyring cannot be used (ModuleNotFoundError)"}

    def test_a_terminal_is_sent_no_control_characters(self, user: Env) -> None:
        field = PASSWORD.shown[0]
        told = status(PASSWORD, "-o", "table", env=user | PASSWORD.variables(**{field: "\x9b31m\u202e"}))
        assert f"{field}  \\x9b31m\\u202e  from" in told.out
