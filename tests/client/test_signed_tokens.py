"""Tokens that are signed here: what they say, how long one serves, and what is told when none can be made."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import uuid
from email.utils import formatdate
from typing import TYPE_CHECKING, Any

import jwt
import pytest
from kit import private_keys
from kit.program import TIMEOUT, callinspect
from kit.signing_vendor import APPLICATION, KEY, Acme, installed

from callinspect.provider import Account, Signed

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

Env = dict[str, str]

ACCOUNT = Account(
    base_url="https://acme.example.com", values={"application_id": APPLICATION, "private_key": private_keys.rsa()}
)


@pytest.fixture
def env(tmp_path: Path) -> Env:
    """Make a user with an application and its key."""
    return installed(tmp_path) | {KEY: private_keys.kept(private_keys.rsa())}


def said(token: str) -> dict[str, Any]:
    """Return the claims of a token, which another library has verified."""
    claims: dict[str, Any] = jwt.decode(token, private_keys.rsa_key().public_key(), algorithms=["RS256"])
    return claims


def told(env: Mapping[str, str], *arguments: str) -> dict[str, Any]:
    """Return the error of a run, an object of the JSON error format."""
    done = callinspect("get", "acme", *arguments, "--error-format", "json", env=env)
    error: dict[str, Any] = json.loads(done.stderr)["error"]
    return error


def test_it_says_whose_it_is_and_ends_after_a_quarter_of_an_hour(env: Env) -> None:
    with Acme() as vendor:
        begun = int(time.time())
        assert callinspect("get", "acme", "c-1", env=env | vendor.variables()).returncode == 0
    [token] = vendor.tokens
    claims = said(token)
    assert jwt.get_unverified_header(token) == {"alg": "RS256", "typ": "JWT"}
    assert claims == {
        "application_id": APPLICATION,
        "iat": claims["iat"],
        "jti": claims["jti"],
        "exp": claims["iat"] + 900,
    }
    assert begun <= claims["iat"] <= time.time()
    assert uuid.UUID(claims["jti"]).version == 4


def test_one_token_serves_every_call_of_a_run(env: Env) -> None:
    with Acme() as vendor:
        ids = [f"c-{number}" for number in range(24)]
        done = callinspect("get", "acme", *ids, "--jobs", "8", "-o", "jsonl", env=env | vendor.variables())
    assert (done.returncode, len(vendor.tokens), len({*vendor.tokens})) == (0, 24, 1)


def test_each_run_signs_a_token_of_its_own(env: Env) -> None:
    with Acme() as vendor:
        for _ in range(2):
            assert callinspect("get", "acme", "c-1", env=env | vendor.variables()).returncode == 0
    assert len({said(token)["jti"] for token in vendor.tokens}) == 2


def test_it_is_made_from_the_account_and_the_time_alone() -> None:
    scheme = Signed()
    assert scheme.needs == ("application_id", "private_key")
    token = scheme.sign(ACCOUNT, 1_764_147_200.9)
    assert (token.expires_at, token.refresh_token) == (1_764_148_100.0, None)
    assert scheme.authorization(ACCOUNT, token) == f"Bearer {token.access_token}"


RUN = """
import os, sys, time

from callinspect import providers
from callinspect.client.inspector import Inspector
from callinspect.client.settings import Settings
from callinspect.credentials import finding
from callinspect.provider import Target
from callinspect.redaction import Secrets

real, later = time.time, 0.0
time.time = lambda: real() + later
find = lambda provider: finding.find(provider, profile="default", settings={}, environ=os.environ)
with Inspector(Settings(credentials=find, secrets=Secrets())) as client:
    for later in map(float, sys.argv[1:]):
        client.inspect(Target("acme", "c-1"))
"""
"""Asks for a call again and again, each time as many seconds later as the arguments say."""


def test_it_is_renewed_when_less_than_a_minute_is_left(env: Env) -> None:
    with Acme() as vendor:
        words = [sys.executable, "-c", RUN, "0", "835", "845", "1600"]
        done = subprocess.run(words, env=env | vendor.variables(), capture_output=True, timeout=TIMEOUT, check=False)
    assert done.returncode == 0, done.stderr
    first, second, third, last = vendor.tokens
    assert first == second != third == last


@pytest.mark.parametrize(("refuses", "status"), [(1, 0), (2, 4)])
def test_a_refused_token_is_replaced_once(refuses: int, status: int, env: Env) -> None:
    with Acme(refuses=refuses) as vendor:
        done = callinspect("get", "acme", "c-1", env=env | vendor.variables())
    assert done.returncode == status
    first, second = (said(token) for token in vendor.tokens)
    assert first["jti"] != second["jti"]


@pytest.mark.parametrize(
    ("seconds", "far"), [(400, "7 min behind"), (-400, "7 min ahead of"), (200, "3 min behind"), (50, None)]
)
def test_a_clock_that_is_off_is_named_where_a_token_is_refused(seconds: int, far: str | None, env: Env) -> None:
    date = formatdate(time.time() + seconds, usegmt=True)
    with Acme(refuses=9, headers={"Date": date}) as vendor:
        hints = told(env | vendor.variables(), "c-1")["hints"]
    expected = f"this machine's clock is {far} Acme's, so its tokens are refused: set it"
    about = [each for each in hints if "clock" in each]
    assert about == ([expected] if far else [])


def unable(env: Env, tmp_path: Path, failure: str) -> dict[str, Any]:
    """Return the error where importing what signs fails."""
    (tmp_path / "cryptography.py").write_text(f"raise {failure}\n", encoding="utf-8")
    with Acme() as vendor:
        error = told(env | vendor.variables(), "c-1")
    assert vendor.requests == []
    return error


@pytest.mark.parametrize(("extra", "package"), [("", "cryptography"), ('extra="acme"', "'callinspect[acme]'")])
def test_what_signs_is_asked_for_where_it_is_missing(extra: str, package: str, env: Env, tmp_path: Path) -> None:
    """By the extra that has it; a vendor from outside has none."""
    vendor = tmp_path / "acme.py"
    vendor.write_text(vendor.read_text(encoding="utf-8").replace("Signed()", f"Signed({extra})"), encoding="utf-8")
    error = unable(env, tmp_path, "ModuleNotFoundError(name='cryptography')")
    assert (error["code"], error["message"]) == (
        "config",
        "signing a token needs the package cryptography, which is not installed",
    )
    assert error["hints"] == [f"pip install {package}", "with pipx: pipx inject callinspect cryptography"]


@pytest.mark.parametrize(
    "failure", ["ImportError('libssl.so.9: no such file')", "ModuleNotFoundError('No module named x', name='x')"]
)
def test_what_signs_and_cannot_be_loaded_is_not_missing(failure: str, env: Env, tmp_path: Path) -> None:
    error = unable(env, tmp_path, failure)
    said = failure.split("'")[1]
    assert error["message"] == f"signing a token needs the package cryptography, which cannot be loaded: {said}"
    assert not [each for each in error.get("hints", ()) if "install" in each]


def test_of_many_calls_only_the_first_says_why_no_token_is_made(env: Env) -> None:
    with Acme() as vendor:
        unusable = {KEY: private_keys.kept(private_keys.rsa(1024))}
        done = callinspect("get", "acme", "c-1", "c-2", "c-3", env=env | vendor.variables() | unusable)
    lines = [line for line in done.stderr.decode().splitlines() if line.startswith("error:")]
    skipped = "skipped because no token can be signed: private_key is too short: 1024 bits"
    assert (done.returncode, vendor.requests) == (10, [])
    assert lines == [
        "error: acme c-1: private_key is too short: 1024 bits",
        *(f"error: acme {each}: {skipped}" for each in ("c-2", "c-3")),
    ]
