"""A refresh token that changes with every use, while others use it, or while the keyring or the program fails."""

from __future__ import annotations

import random
import signal
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest
from kit import cases
from kit.credential_runs import CALLS, CANARY, Vendor, get, login, run
from kit.keyrings import SecretService
from kit.program import SCRIPTS, TIMEOUT, unmeasured
from kit.ways import REFRESH

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager
    from pathlib import Path

Env = dict[str, str]

FIRST = REFRESH.account["refresh_token"]
"""The refresh token of the account before it is used."""

GET = [str(SCRIPTS / "callinspect"), "get", REFRESH.provider, CALLS[REFRESH.provider]]
AGAIN = f"stored in the keyring (profile default) were refused: callinspect auth login {REFRESH.provider}"
USED_UP = f"the stored refresh token is no longer valid: callinspect auth login {REFRESH.provider}"


def without_token(keyring: SecretService) -> None:
    """Take the access token out of an item, so that only its refresh token is of use."""
    item = keyring.item(REFRESH.item)
    keyring.put(REFRESH.item, {name: value for name, value in item.items() if name != "token"})


def at_once(processes: int, user: Env) -> list[tuple[int, str]]:
    """Ask for a call in several processes; return their statuses, and what they said."""
    with ThreadPoolExecutor(processes) as pool:
        runs = list(pool.map(lambda _: get(REFRESH, env=user), range(processes)))
    return [(done.status, done.said) for done in runs]


class TestRefreshToken:
    """One that is replaced by the next."""

    def test_the_new_one_is_stored_and_used_the_next_time(
        self, vendor: Vendor, keyring: SecretService, user: Env
    ) -> None:
        item = vendor.account(REFRESH)
        keyring.put(REFRESH.item, item)
        assert get(REFRESH, env=user).said == ""
        second = keyring.item(REFRESH.item)
        keyring.put(REFRESH.item, second | {"token": second["token"] | {"renew_at": 1}})
        assert get(REFRESH, env=user, secrets=(second["refresh_token"],)).status == 0
        third = keyring.item(REFRESH.item)
        assert len({each["refresh_token"] for each in (item, second, third)}) == 3
        assert vendor.exchanges == ["POST 200", "GET 200"] * 2

    def test_the_access_token_is_kept_while_it_is_good(self, vendor: Vendor, keyring: SecretService, user: Env) -> None:
        keyring.put(REFRESH.item, vendor.account(REFRESH))
        assert get(REFRESH, env=user).status == 0
        token = keyring.item(REFRESH.item)["token"]["access_token"]
        assert get(REFRESH, env=user, secrets=(token,)).status == 0
        assert vendor.exchanges == ["POST 200", "GET 200", "GET 200"]

    def test_the_new_one_is_stored_whatever_comes_of_the_call(
        self, vendor: Vendor, keyring: SecretService, user: Env
    ) -> None:
        keyring.put(REFRESH.item, vendor.account(REFRESH))
        no_such_call = cases.good(REFRESH.provider).call_id
        assert run("get", REFRESH.provider, no_such_call, env=user).status == 3
        assert keyring.item(REFRESH.item)["refresh_token"] != FIRST

    def test_an_access_token_beside_it_is_used_until_it_is_refused(
        self, vendor: Vendor, keyring: SecretService, user: Env
    ) -> None:
        keyring.put(REFRESH.item, vendor.account(REFRESH, access_token=CANARY))
        for _ in range(2):
            assert get(REFRESH, env=user, secrets=(CANARY,)).status == 0
        assert vendor.exchanges == ["GET 401", "POST 200", "GET 200", "GET 200"]

    def test_one_from_the_environment_stays_and_that_is_said(self, vendor: Vendor, bare: Env) -> None:
        done = get(REFRESH, env=bare | vendor.address_variables(REFRESH) | REFRESH.variables(**REFRESH.account))
        assert done.status == 0
        assert "replaced the refresh token, but the environment still has the old one" in done.said
        assert f"callinspect auth login {REFRESH.provider}" in done.said

    def test_one_that_is_used_up_asks_for_a_new_login(self, vendor: Vendor, keyring: SecretService, user: Env) -> None:
        keyring.put(REFRESH.item, vendor.account(REFRESH, refresh_token=CANARY))
        done = get(REFRESH, env=user, secrets=(CANARY,))
        assert done.status == 4
        assert AGAIN in done.said


class TestOthersMeanwhile:
    """Other processes that renew, log in or log out at the same time."""

    @pytest.mark.parametrize("processes", [2, 5])
    def test_processes_that_renew_at_once_lose_nothing(self, processes: int, keyring: SecretService, user: Env) -> None:
        for _ in range(5):
            with Vendor() as vendor:
                keyring.put(REFRESH.item, vendor.account(REFRESH))
                assert at_once(processes, user) == [(0, "")] * processes
                assert keyring.item(REFRESH.item)["refresh_token"] != FIRST
                without_token(keyring)
                assert get(REFRESH, env=user).status == 0
                assert vendor.exchanges[-2:] == ["POST 200", "GET 200"]

    def test_even_where_tokens_live_too_short_to_be_shared(self, keyring: SecretService, user: Env) -> None:
        with Vendor(token_lifetime=1) as vendor:
            keyring.put(REFRESH.item, vendor.account(REFRESH))
            assert [status for status, _ in at_once(3, user)] == [0, 0, 0]

    @pytest.mark.parametrize(
        "changed", [{}, {"client_id": "other", "client_secret": CANARY}], ids=["same-client", "another"]
    )
    def test_a_login_made_meanwhile_is_not_written_over(self, changed: Env, keyring: SecretService, user: Env) -> None:
        newer: dict[str, Any] = {}
        with Vendor(renewed=lambda: keyring.put(REFRESH.item, newer)) as vendor:
            keyring.put(REFRESH.item, vendor.account(REFRESH))
            newer |= vendor.account(REFRESH, refresh_token=CANARY, **changed)
            assert get(REFRESH, env=user, secrets=(CANARY,)).status == 0
            assert keyring.item(REFRESH.item) == newer

    def test_a_logout_made_meanwhile_holds(self, keyring: SecretService, user: Env) -> None:
        with Vendor(renewed=keyring.clear) as vendor:
            keyring.put(REFRESH.item, vendor.account(REFRESH))
            assert get(REFRESH, env=user).status == 0
            assert keyring.text(REFRESH.item) is None


class TestFailuresMeanwhile:
    """A keyring that fails, or a process that ends, between the vendor's answer and the item."""

    @pytest.mark.parametrize("command", ["get", "login"])
    @pytest.mark.parametrize("state", [SecretService.stopped, SecretService.locked, SecretService.killed])
    def test_a_keyring_that_fails_is_told_with_what_it_costs(
        self,
        state: Callable[[SecretService], AbstractContextManager[None]],
        command: str,
        fragile: SecretService,
        tmp_path: Path,
    ) -> None:
        env = fragile.user(tmp_path, CALLINSPECT_KEYRING_TIMEOUT="4")
        with ExitStack() as broken, Vendor(renewed=lambda: broken.enter_context(state(fragile))) as vendor:
            item = vendor.account(REFRESH)
            fragile.put(REFRESH.item, item)
            if command == "get":
                done = get(REFRESH, env=env)
                assert (done.status, done.json["provider"]) == (0, REFRESH.provider)
            else:
                done = login(REFRESH, env=env, stdin=item)
                assert (done.status, done.out) == (10, "")
            assert USED_UP in done.said
        assert fragile.item(REFRESH.item) == item

    def test_a_process_killed_before_it_stores_costs_a_login_only(self, keyring: SecretService, user: Env) -> None:
        running: list[subprocess.Popen[bytes]] = []

        def kill() -> None:
            running[0].kill()

        with Vendor(renewed=kill) as vendor:
            item = vendor.account(REFRESH)
            keyring.put(REFRESH.item, item)
            running.append(subprocess.Popen(GET, env=unmeasured(user), stdout=-1, stderr=-1))
            running[0].communicate(timeout=TIMEOUT)
            assert running[0].returncode == -signal.SIGKILL
            assert keyring.item(REFRESH.item) == item
            later = get(REFRESH, env=user)
            assert (later.status, later.out) == (4, "")
            assert AGAIN in later.said
            assert keyring.item(REFRESH.item) == item

    def test_one_killed_at_any_moment_leaves_what_works_or_a_hint(self, keyring: SecretService, user: Env) -> None:
        for _ in range(5):
            with Vendor() as vendor:
                keyring.put(REFRESH.item, vendor.account(REFRESH))
                # Unmeasured: one that is killed while it writes what it measured leaves a file that cannot be read.
                running = [subprocess.Popen(GET, env=unmeasured(user), stdout=-1, stderr=-1) for _ in range(2)]
                time.sleep(random.uniform(0.1, 0.6))
                running[0].kill()
                for process in running:
                    process.communicate(timeout=TIMEOUT)
                without_token(keyring)
                later = get(REFRESH, env=user)
                assert later.status == 0 or AGAIN in later.said
                assert running[1].returncode == 0 or running[1].returncode == later.status == 4

    @pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
    def test_one_that_is_interrupted_stores_the_new_one_first(
        self, number: signal.Signals, keyring: SecretService, user: Env
    ) -> None:
        running: list[subprocess.Popen[bytes]] = []

        def interrupt() -> None:
            running[0].send_signal(number)
            time.sleep(0.5)

        with Vendor(renewed=interrupt) as vendor:
            keyring.put(REFRESH.item, vendor.account(REFRESH))
            running.append(subprocess.Popen(GET, env=user, stdout=-1, stderr=-1))
            running[0].communicate(timeout=TIMEOUT)
            assert running[0].returncode in {128 + number, 130}
            assert keyring.item(REFRESH.item)["refresh_token"] != FIRST
