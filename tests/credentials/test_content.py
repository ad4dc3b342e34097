"""What a keyring item holds: the token that was bought with a login, and nothing of a login made meanwhile."""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from kit import vendors
from kit.credential_runs import CALLS, CANARY, NOWHERE, Vendor, get, run
from kit.servers import Server, answer, header
from kit.ways import ACCEPTED_WAYS, CLIENT, REFRESH, Way

if TYPE_CHECKING:
    import socket

    from kit.keyrings import SecretService

Env = dict[str, str]
BUYING = [way for way in ACCEPTED_WAYS if way.grant == "client_credentials"]
MARKS = ("base_url", "token_url", "login")
"""What tells one login from the next besides its fields."""

LATER = 4e9
"""Seconds since the epoch, in the year 2096."""

REVOKED = {"access_token": CANARY, "expires_at": LATER}
"""A token that looks good, and that the vendor does not accept."""


class TestLoginMeanwhile:
    """A run keeps the account that it began with, whatever is stored while it goes on."""

    @pytest.mark.parametrize(
        ("way", "changed"), [(way, each) for way in BUYING for each in (*way.fields, *MARKS)], ids=str
    )
    def test_its_token_is_not_taken_over(self, way: Way, changed: str, keyring: SecretService, user: Env) -> None:
        """The first answer refuses the token, which makes the run look for a newer one in the keyring.

        A login is marked: a later one is another, even if it is the same in everything.
        """
        later: dict[str, Any] = {}

        def log_in(connection: socket.socket) -> None:
            keyring.put(way.item, later)
            connection.sendall(answer(401, vendors.unauthorized(way.provider)))

        call_id = CALLS[way.provider]
        bought = answer(200, '{"access_token": "the-second-token", "expires_in": 3600}')
        call = answer(200, json.dumps(vendors.least(way.provider, call_id)))
        with Server(log_in, bought, call) as server:
            addresses = {"base_url": f"{server.url}/api", "token_url": f"{server.url}/token"}
            token = {"access_token": "the-first-token", "expires_at": LATER}
            item = {**addresses, **way.account, "token": token}
            other = f"{NOWHERE}/other" if changed in addresses else "another"
            later |= {**item, changed: other, "token": REVOKED}
            keyring.put(way.item, item)
            done = run("get", way.provider, call_id, call_id, "--jobs", "1", env=user, secrets=(CANARY,))
            sent = [header(each, "authorization") for each in server.requests if each.startswith(b"GET")]
        assert done.status == 0
        assert sent == ["Bearer the-first-token", "Bearer the-second-token", "Bearer the-second-token"]
        assert keyring.text(way.item) == json.dumps(later)

    def test_a_run_that_cannot_go_on_says_why(self, keyring: SecretService, user: Env) -> None:
        def log_in(connection: socket.socket) -> None:
            keyring.put(REFRESH.item, item | {"refresh_token": CANARY, "login": "2"})
            connection.sendall(answer(400, '{"error": "invalid_grant"}'))

        with Server(log_in) as server:
            item = {"base_url": f"{server.url}/api", **REFRESH.account, "login": "1"}
            keyring.put(REFRESH.item, item)
            done = get(REFRESH, env=user, secrets=(CANARY,))
        assert (done.status, len(server.requests)) == (4, 1)
        assert "the stored credentials were replaced or deleted during this run" in done.err


class TestBoughtToken:
    """A token bought with client credentials."""

    def test_it_is_bought_once_and_kept_in_the_item(self, keyring: SecretService, user: Env) -> None:
        with Vendor(token_lifetime=1800) as vendor:
            item = vendor.account(CLIENT)
            keyring.put(CLIENT.item, item)
            assert get(CLIENT, env=user).status == 0
            token = keyring.item(CLIENT.item)["token"]
            assert token["expires_at"] == pytest.approx(time.time() + 1800, abs=30)
            assert get(CLIENT, env=user, secrets=(token["access_token"],)).status == 0
            assert vendor.exchanges == ["POST 200", "GET 200", "GET 200"]
            assert keyring.item(CLIENT.item) == item | {"token": token}

    @pytest.mark.parametrize(("lifetime", "last_part"), [(5, 0.5), (60, 6), (300, 30), (3600, 60), (86_400, 60)])
    def test_it_is_renewed_in_the_last_part_of_its_life(
        self, lifetime: int, last_part: float, keyring: SecretService, user: Env
    ) -> None:
        with Vendor(token_lifetime=lifetime) as vendor:
            keyring.put(CLIENT.item, vendor.account(CLIENT))
            assert get(CLIENT, env=user).status == 0
            item = keyring.item(CLIENT.item)
            assert item["token"]["expires_at"] - item["token"]["renew_at"] == pytest.approx(last_part, abs=0.01)
            keyring.put(CLIENT.item, item | {"token": item["token"] | {"renew_at": time.time() - 1}})
            assert get(CLIENT, env=user).status == 0
            assert vendor.exchanges.count("POST 200") == 2

    @pytest.mark.parametrize(("left", "bought"), [(59, 1), (90, 0)])
    def test_of_unknown_life_it_is_renewed_a_minute_before_its_end(
        self, left: int, bought: int, vendor: Vendor, keyring: SecretService, user: Env
    ) -> None:
        keyring.put(CLIENT.item, vendor.account(CLIENT))
        assert get(CLIENT, env=user).status == 0
        item = keyring.item(CLIENT.item)
        known = {"access_token": item["token"]["access_token"], "expires_at": time.time() + left}
        keyring.put(CLIENT.item, item | {"token": known})
        assert get(CLIENT, env=user).status == 0
        assert vendor.exchanges.count("POST 200") == 1 + bought

    def test_it_is_renewed_when_the_vendor_refuses_it(self, vendor: Vendor, keyring: SecretService, user: Env) -> None:
        keyring.put(CLIENT.item, vendor.account(CLIENT, token=REVOKED))
        assert get(CLIENT, env=user, secrets=(CANARY,)).status == 0
        assert vendor.exchanges == ["GET 401", "POST 200", "GET 200"]
        assert keyring.item(CLIENT.item)["token"]["access_token"] != CANARY

    def test_it_is_renewed_once_only(self, keyring: SecretService, user: Env) -> None:
        with Vendor(token_lifetime=0) as vendor:
            keyring.put(CLIENT.item, vendor.account(CLIENT, token=REVOKED))
            assert get(CLIENT, env=user, secrets=(CANARY,)).status == 4
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
        keyring.put(CLIENT.item, vendor.account(CLIENT, token=token))
        assert get(CLIENT, env=user, secrets=(CANARY,)).status == 0
        assert vendor.exchanges == ["POST 200", "GET 200"]

    def test_one_that_is_over_is_a_secret_all_the_same(self, keyring: SecretService, user: Env) -> None:
        with Server(answer(400, f'{{"error_description": "it came after {CANARY}"}}')) as server:
            here = {"base_url": server.url, "token_url": f"{server.url}/token"}
            over = {"access_token": CANARY, "expires_at": 1}
            keyring.put(CLIENT.item, {**here, **CLIENT.account, "token": over})
            done = get(CLIENT, env=user, secrets=(CANARY,))
            assert (done.status, "it came after" in done.said) == (4, True)

    def test_without_a_keyring_it_is_bought_anew_in_silence(self, vendor: Vendor, bare: Env) -> None:
        env = bare | vendor.address_variables(CLIENT) | CLIENT.variables(**CLIENT.account)
        for _ in range(2):
            assert get(CLIENT, env=env).said == ""
        assert vendor.exchanges == ["POST 200", "GET 200"] * 2
