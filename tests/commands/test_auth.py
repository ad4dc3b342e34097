"""`callinspect auth`: profiles, `logout` and `status`, against a real keyring and a real vendor."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

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
        told = status(CLIENT, "-o", "table", env=user, secrets=(CANARY,)).out
        assert "access token valid until 2096-10-02 07:06:40 UTC" in told
        assert f"  {CLIENT.secret}  (secret)  from {IN_KEYRING}\n" in told

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
