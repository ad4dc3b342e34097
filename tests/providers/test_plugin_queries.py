"""A vendor from outside the package that is asked with JSON, and only for a month at once."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from kit.keyrings import SecretService
from kit.plugins import installed
from kit.program import callinspect, environment
from kit.servers import Chooser, answer, header

ZEPHYR = '''
"""Zephyr: calls by a query in JSON; a region that has two names, and a token endpoint beside the API."""

from datetime import timedelta

from callinspect.model import State
from callinspect.provider import (
    Basic, Bearer, ClientCredentials, Field, Listing, Page, Provider, Request, Shape, Word, errors, instant, one, place,
)

CALLS = place("calls")
QUERY = place("calls", "query")
CALL = Shape(id="id", state="state", created="at", words={"up": Word(State.ACTIVE)})


def login(base_url):
    return base_url.replace("//api.", "//login.") + "/token"


def first(account, filters):
    when = {"from": instant(filters.since), "to": instant(filters.until)}
    return Request(url=QUERY.url(account), json={"when": when, "page": 1})


def following(account, page, asked):
    is_last = not page.document["more"]
    return None if is_last else Request(url=QUERY.url(account), json={**asked.json, "page": asked.json["page"] + 1})


PROVIDER = Provider(
    name="zephyr", title="Zephyr", docs="https://zephyr.example.com/calls", base_url="https://api.{region}",
    fields=(
        Field("region", "Region", choices=("zephyr.example", "zephyr.test"), default="eu-1", offered=True,
              aliases={"eu-1": "zephyr.example", "us-1": "zephyr.test"}, hosts=("api", "login")),
        Field("account", "Account"), Field("key", "Key", secret=True),
        Field("client_id", "Client"), Field("client_secret", "Client secret", secret=True),
        Field("access_token", "Access token", secret=True),
        Field("token_url", "Token endpoint", url=True, follows=login),
    ),
    schemes=(ClientCredentials(), Basic("account", "key", bearer="zt_", title="key"), Bearer()),
    fetch=one(CALLS), normalize=CALL.reader("zephyr"),
    refusal=errors("why", "code"), verify=lambda account: Request(url=CALLS.url(account)),
    not_found_hints=("it may be of another region",),
    listing=Listing(
        first=first, read=lambda page: Page(calls=tuple(page.document["calls"])), following=following,
        applied=frozenset({"since", "until"}), window=timedelta(days=30), kept=timedelta(days=90),
    ),
)
'''


class Zephyr:
    """A server of Zephyr's that fails once at first, and the environment of a user with the plug-in."""

    def __init__(self, server: Chooser, env: dict[str, str]) -> None:
        self.server = server
        self.home = env
        self.only: str | None = None  # call, of one page in each part
        self.repeats = False  # the same page for ever
        self.env = env | {"CALLINSPECT_ZEPHYR_BASE_URL": server.url, "CALLINSPECT_ZEPHYR_ACCOUNT": "a-1"}

    def listed(self, *words: str, key: str = "secret-of-zephyr") -> bytes:
        done = callinspect("list", "zephyr", *words, "-f", "id", env=self.env | {"CALLINSPECT_ZEPHYR_KEY": key})
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    @property
    def queries(self) -> list[Any]:
        return [json.loads(each.partition(b"\r\n\r\n")[2]) for each in self.server.requests if b"/query " in each]


@pytest.fixture
def zephyr(tmp_path: Path) -> Iterator[Zephyr]:
    installed(tmp_path, "zephyr", ZEPHYR)
    asked: list[bytes] = []

    def choose(request: bytes) -> bytes:
        asked.append(request)
        if request.startswith(b"POST /token "):
            return answer(200, '{"access_token": "new"}')
        if len(asked) == 1:
            return answer(503)
        sent = json.loads(request.partition(b"\r\n\r\n")[2])
        if user.repeats:
            return answer(200, json.dumps({"calls": [{"id": "c-1"}, {"id": "c-2"}], "more": True}))
        call = {"id": user.only or f"c-{len(asked)}", "state": "up", "at": sent["when"]["to"]}
        return answer(200, json.dumps({"calls": [call], "more": sent["page"] == 1 and not user.only}))

    with Chooser(choose) as server:
        user = Zephyr(server, environment(tmp_path, PYTHONPATH=str(tmp_path)))
        yield user


class TestQueries:
    """A list that is asked for with a JSON body."""

    def test_the_query_is_sent_again_after_a_fault(self, zephyr: Zephyr) -> None:
        """It only reads."""
        assert b"c-2\nc-3\n" in zephyr.listed("--since", "1d")
        assert [each["page"] for each in zephyr.queries] == [1, 1, 2]
        first = zephyr.server.requests[0]
        assert first.startswith(b"POST /calls/query HTTP/1.1\r\n")
        assert header(first, "content-type") == "application/json"

    def test_a_list_whose_pages_bring_nothing_new_ends(self, zephyr: Zephyr) -> None:
        """Each has another body. Each of the three parts of the time may have the calls of its edge again."""
        zephyr.repeats = True
        env = zephyr.env | {"CALLINSPECT_ZEPHYR_KEY": "secret-of-zephyr"}
        done = callinspect("list", "zephyr", "--since", "1d", "-f", "id", env=env)
        assert done.returncode == 12
        assert b"answered with an endless list of pages" in done.stderr
        assert len(zephyr.queries) == 5 + 3

    def test_pages_at_one_address_are_told_by_their_bodies(self, zephyr: Zephyr) -> None:
        zephyr.listed("--since", "80d")
        assert len({str(each) for each in zephyr.queries}) == 6


@pytest.mark.parametrize("given", [("CLIENT_ID", "CLIENT_SECRET", "ACCESS_TOKEN"), ("ACCESS_TOKEN",)])
def test_a_given_token_is_not_sent_in_a_fetched_one_s_place(given: tuple[str, ...], zephyr: Zephyr) -> None:
    env = {f"CALLINSPECT_ZEPHYR_{name}": "given" for name in given}
    assert callinspect("list", "zephyr", "--limit", "1", env=zephyr.env | env).returncode == 0
    sent = [header(each, "authorization") for each in zephyr.server.requests if b"/query " in each]
    assert {*sent} == {"Bearer new" if "CLIENT_ID" in given else "Bearer given"}


class TestWindows:
    """A vendor that can be asked for a month at once, and keeps three."""

    def asked(self, zephyr: Zephyr) -> list[tuple[datetime, datetime]]:
        parts = {(each["when"]["from"], each["when"]["to"]) for each in zephyr.queries}
        return sorted((datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in parts)

    def test_a_longer_time_is_asked_for_in_parts_latest_first(self, zephyr: Zephyr) -> None:
        zephyr.listed("--since", "80d", "--until", "30d")
        (_, between), (start, end) = self.asked(zephyr)
        assert (between, end - start) == (start, timedelta(days=30))
        assert zephyr.queries[0]["when"]["to"] == max(each["when"]["to"] for each in zephyr.queries)

    def test_all_is_what_the_vendor_keeps(self, zephyr: Zephyr) -> None:
        zephyr.listed("--since", "all")
        parts = self.asked(zephyr)
        assert [end - start for start, end in parts] == [timedelta(days=30)] * 3
        assert [end for _, end in parts[:-1]] == [start for start, _ in parts[1:]]

    def test_more_than_is_kept_is_cut_and_said(self, zephyr: Zephyr) -> None:
        told = zephyr.listed("--since", "200d")
        assert b"Zephyr lists calls of the last 90 days only" in told
        assert len(self.asked(zephyr)) == 3

    def test_a_time_that_is_no_longer_kept_is_said(self, zephyr: Zephyr) -> None:
        told = zephyr.listed("--until", "95d")
        assert b"Zephyr lists calls of the last 90 days only" in told
        assert zephyr.queries == []

    def test_a_call_at_the_border_of_two_parts_is_listed_once(self, zephyr: Zephyr) -> None:
        """Each part has it alone on its page."""
        zephyr.only = "c-0"
        assert zephyr.listed("--since", "all") == b"c-0\n"
        assert len(self.asked(zephyr)) == 3

    def test_a_limit_asks_for_no_more_than_it_needs(self, zephyr: Zephyr) -> None:
        zephyr.listed("--limit", "1")
        assert len(self.asked(zephyr)) == 1


class TestPasswordsThatAreTokens:
    """A field for a password in which some users have an access token."""

    @pytest.mark.parametrize(("key", "scheme"), [("zt_1", "Bearer zt_1"), ("xzt_1", "Basic YS0xOnh6dF8x")])
    def test_how_it_begins_tells_how_it_is_sent(self, key: str, scheme: str, zephyr: Zephyr) -> None:
        zephyr.listed("--since", "1d", key=key)
        assert header(zephyr.server.requests[0], "authorization") == scheme


class TestRegions:
    """Names that stand for hosts, and a token endpoint beside the API's host."""

    def failed(self, zephyr: Zephyr, *words: str) -> tuple[int, str]:
        credentials = {"CALLINSPECT_ZEPHYR_CLIENT_ID": "c", "CALLINSPECT_ZEPHYR_CLIENT_SECRET": "s"}
        done = callinspect("get", "zephyr", "7", "--timeout", "5", *words, env=zephyr.home | credentials)
        return done.returncode, done.stderr.decode()

    @pytest.mark.parametrize(
        ("words", "host"),
        [
            ((), "login.zephyr.example"),
            (("--set", "region=us-1"), "login.zephyr.test"),
            (("--set", "region=US-1"), "login.zephyr.test"),
            *(
                (("--set", f"region={region}"), "login.zephyr.test")
                for region in (
                    *("zephyr.test", "Zephyr.Test", " us-1 ", "api.zephyr.test", "https://login.zephyr.test/token"),
                    *("HTTPS://API.zephyr.test/", "zephyr.test/"),
                )
            ),
            (("--set", "base_url=https://api.own.test/v9"), "login.own.test"),
            (("--set", "region=us-1", "--set", "base_url=https://api.own.test"), "login.own.test"),
            (("--set", "token_url=https://other.test/t"), "other.test"),
        ],
    )
    def test_the_token_endpoint_follows_the_base_url(self, words: tuple[str, ...], host: str, zephyr: Zephyr) -> None:
        status, said = self.failed(zephyr, *words)
        assert (status, host in said) == (7, True), said

    @pytest.mark.parametrize(("region", "near"), [("us-2", "us-1"), ("us_1", "us-1"), ("zephyr.tset", "zephyr.test")])
    def test_an_unknown_region_names_the_nearest(self, region: str, near: str, zephyr: Zephyr) -> None:
        status, said = self.failed(zephyr, "--set", f"region={region}")
        assert status == 10
        assert f"region “{region}” is not known" in said
        assert f"did you mean {near}?" in said

    def test_a_setting_is_checked_before_anything_is_asked(self, zephyr: Zephyr) -> None:
        done = callinspect("auth", "login", "zephyr", "--set", "region=us-2", env=zephyr.home)
        assert (done.returncode, b"did you mean us-1?" in done.stderr) == (10, True)

    @pytest.mark.parametrize("region", ["Atlantis", "SECRETSECRET12345", "https://api.other.test"])
    def test_one_that_is_near_to_none_lists_them(self, region: str, zephyr: Zephyr) -> None:
        """It is not repeated: it may be a secret in the wrong place."""
        said = self.failed(zephyr, "--set", f"region={region}")[1]
        assert "valid values: eu-1, us-1\n" in said
        assert "for any other, set base_url" in said
        assert region not in said

    def test_credentials_are_for_one_region(self, zephyr: Zephyr, keyring: SecretService, tmp_path: Path) -> None:
        """By whichever of its names it is called."""
        env = {name: value for name, value in zephyr.home.items() if not name.endswith("_BACKEND")}
        user = keyring.user(tmp_path, **env)
        keyring.put("zephyr/default", {"region": "us-1", "client_id": "c", "client_secret": "s"})
        for region, status in (("us-1", 7), ("zephyr.test", 7), ("eu-1", 4)):
            done = callinspect("get", "zephyr", "7", "--timeout", "5", "--set", f"region={region}", env=user)
            assert done.returncode == status, done.stderr
        assert b"the stored ones are for https://api.zephyr.test only" in done.stderr
