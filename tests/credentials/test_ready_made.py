"""Ready-made tokens that say when they were issued and when they expire."""

import json
import time
from base64 import urlsafe_b64encode
from pathlib import Path
from typing import Any

import pytest
from kit import vendors
from kit.program import callinspect, environment
from kit.servers import Server, answer

from callinspect import providers
from callinspect.provider import Bearer

NAME, FIELD = next(
    (name, scheme.token)
    for name in vendors.NAMES
    for scheme in providers.get(name).schemes
    if isinstance(scheme, Bearer) and providers.get(name).needs(scheme) == (scheme.token,)
)
"""A vendor that takes one, and the field for it."""

HOUR = 3600


def made(claims: object) -> str:
    body = urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    return f"header.{body}.signature"


UNTIMED: list[object] = [{}, [], 7, None, {"exp": "soon"}, {"exp": True}, {"exp": -1}, {"exp": 1e300}]


def env(home: Path, token: str, url: str = "https://127.0.0.1:1") -> dict[str, str]:
    prefix = f"CALLINSPECT_{NAME.upper()}_"
    return environment(home, **{f"{prefix}{FIELD.upper()}": token, f"{prefix}BASE_URL": url})


def expiry(home: Path, token: str) -> Any:
    done = callinspect("auth", "status", NAME, "-o", "jsonl", env=env(home, token))
    return json.loads(done.stdout)["token_expires_at"]


def test_the_status_says_when_a_token_expires(tmp_path: Path) -> None:
    assert expiry(tmp_path, made({"exp": 4000000000})) == "2096-10-02T07:06:40.000Z"
    shown = callinspect("auth", "status", NAME, "-o", "table", env=env(tmp_path, made({"exp": 1000000000}))).stdout
    assert b"expired at 2001-09-09 01:46:40" in shown


@pytest.mark.parametrize(
    "token",
    ["opaque", "a.b.c", "a..c", "a.b.c.d", "a." + "W" * 900 + ".c", *map(made, UNTIMED)],
    ids=lambda token: token[:24],
)
def test_a_token_that_says_no_time_has_none(token: str, tmp_path: Path) -> None:
    assert expiry(tmp_path, token) is None


@pytest.mark.parametrize(
    ("claims", "said"),
    [
        ({"exp": -2 * HOUR, "iat": -3 * HOUR}, ["the token expired 2 h ago"]),
        ({"exp": HOUR, "iat": -3 * HOUR}, ["the token was issued 3 h ago"]),
        ({"iat": -3 * HOUR}, ["the token was issued 3 h ago"]),
        ({"exp": HOUR}, []),
    ],
)
def test_a_refused_token_is_said_to_be_old(claims: dict[str, int], said: list[str], tmp_path: Path) -> None:
    token = made({name: int(time.time()) + seconds for name, seconds in claims.items()})
    with Server(answer(401, vendors.unauthorized(NAME))) as server:
        done = callinspect("get", NAME, vendors.call_id(NAME, "1"), env=env(tmp_path, token, server.url))
    shown = done.stderr.decode()
    assert done.returncode == 4
    assert [line.strip(" ·") for line in shown.splitlines() if "the token " in line] == said
    assert token not in shown
