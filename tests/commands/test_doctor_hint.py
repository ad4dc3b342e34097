"""A vendor that is not reached: the error names the command that finds out where the way ends."""

from __future__ import annotations

import shlex
import socket
from typing import TYPE_CHECKING

import pytest
from kit.credential_runs import login
from kit.program import callinspect, env_of, error
from kit.sandbox_calls import ANSWERED
from kit.ways import CLIENT, PASSWORD, TOKEN, Way, each_way

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from kit.keyrings import SecretService

Env = dict[str, str]

NAME, ID = ANSWERED
HINT = "check the network and base_url: callinspect doctor bandwidth"


@pytest.fixture
def lost(tmp_path: Path) -> Iterator[Env]:
    """The environment of a user whose vendor refuses connections."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield env_of(tmp_path, f"http://127.0.0.1:{held.getsockname()[1]}")


def test_a_network_error_names_doctor(lost: Env) -> None:
    for line in (f"get {NAME} {ID}", f"list {NAME}", f"diff {NAME}:{ID} {NAME}:{ID}", f"get {ID} --redact"):
        told = error(callinspect(*line.split(), "--timeout", "2", "--error-format", "json", env=lost), 7)
        assert told["hints"] == [HINT], line


def test_the_command_in_the_hint_finds_the_fault(lost: Env) -> None:
    done = callinspect(*shlex.split(HINT.partition(": ")[2])[1:], env=lost, timeout=30)
    assert done.returncode == 7
    assert b"refused" in done.stdout


def test_many_calls_name_doctor_once(lost: Env) -> None:
    ids = [f"{NAME}:{ID[:-1]}{each}" for each in range(3)]
    done = callinspect("get", *ids, "--timeout", "2", "--error-format", "text", env=lost)
    assert done.stderr.decode().count("callinspect doctor") == 1


def test_the_hint_repeats_the_profile(lost: Env) -> None:
    line = ("get", NAME, ID, "-p", "night", "--timeout", "2", "--error-format", "json")
    told = error(callinspect(*line, env=lost), 7)
    assert told["hints"] == [f"{HINT} --profile night"]


def test_a_better_hint_stays_alone(lost: Env, tmp_path: Path) -> None:
    env = env_of(tmp_path, "https://vendor.test", HTTPS_PROXY=lost["CALLINSPECT_BANDWIDTH_BASE_URL"])
    told = error(callinspect("get", NAME, ID, "--timeout", "2", "--error-format", "json", env=env), 7)
    assert told["hints"] == ["check HTTPS_PROXY in the environment"]


@each_way([PASSWORD, CLIENT, TOKEN])
def test_a_login_that_fails_does_not_name_doctor(way: Way, lost: Env, keyring: SecretService, user: Env) -> None:
    """It would look for credentials that are not stored."""
    place = lost["CALLINSPECT_BANDWIDTH_BASE_URL"]
    done = login(
        way,
        env=user,
        stdin=way.account | {"base_url": place, **{each: place for each in way.account if each.endswith("url")}},
    )
    assert (done.status, keyring.text(way.item)) == (7, None)
    assert "doctor" not in done.said
