"""`callinspect list` of several providers at once, and of all that have credentials."""

import json
import re
import threading
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from kit import vendors
from kit.program import callinspect, env_of, unmeasured, with_threads
from kit.screen import on_terminal
from kit.servers import Chooser, Server, answer

Env = dict[str, str]
NOW = datetime.now(UTC)
NO_LIST = answer(200, json.dumps({"unexpected": True}))


def ago(minutes: int) -> str:
    return (NOW - timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%M:%SZ")


def bandwidth(**minutes: int) -> bytes:
    """Return a vendor's list of calls that began so many minutes ago."""
    return answer(200, json.dumps([{"callId": name, "startTime": ago(since)} for name, since in minutes.items()]))


def catapult(**minutes: int) -> bytes:
    """Return the same of another vendor."""
    return answer(200, json.dumps([{"id": name, "startTime": ago(since)} for name, since in minutes.items()]))


def accounts(home: Path, bandwidth: str, catapult: str) -> Env:
    """Return the environment of a user with accounts at both, and at no other."""
    return env_of(
        home,
        bandwidth,
        CALLINSPECT_CATAPULT_BASE_URL=f"{catapult}/v1",
        CALLINSPECT_CATAPULT_USER_ID="u-1",
        CALLINSPECT_CATAPULT_TOKEN="token",
        CALLINSPECT_CATAPULT_SECRET="canary",
    )


def remember(home: Path, **profiles: list[str]) -> None:
    file = home / ".config" / "callinspect" / "profiles.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(profiles))


def test_all_that_have_credentials_are_asked(env: Env) -> None:
    done = callinspect("list", "-f", "provider", env=env)
    assert done.returncode == 0
    found = Counter(done.stdout.decode().split())
    assert set(found) == set(vendors.LISTING)
    assert min(found.values()) > 5


def test_the_sandbox_has_all_of_its_vendors_asked(bare: Env, tmp_path: Path) -> None:
    """And no stored profile."""
    remember(tmp_path, another=["default"])
    done = callinspect("--sandbox", "list", "-q", "-f", "provider", env=bare)
    assert (done.returncode, done.stderr) == (0, b"")
    assert set(done.stdout.decode().split()) == set(vendors.LISTING)


def test_without_credentials_it_says_how_to_store_some(bare: Env, tmp_path: Path) -> None:
    done = callinspect("list", env=bare | {"CALLINSPECT_CATAPULT_TOKEN": "not-all-that-it-takes"})
    assert (done.returncode, done.stdout) == (4, b"")
    assert b"callinspect auth login" in done.stderr
    remember(tmp_path, webex=["emea"])
    assert callinspect("list", env=bare).returncode == 4


def test_a_provider_with_a_stored_profile_is_asked(bare: Env, tmp_path: Path) -> None:
    """By its name alone: that there is nothing in the keyring is found when it is asked."""
    remember(tmp_path, webex=["emea"])
    done = callinspect("list", "--profile", "emea", env=bare)
    assert done.returncode == 4
    assert b"webex: the credentials for Webex Calling are missing" in done.stderr


@pytest.fixture
def both(tmp_path: Path) -> Callable[..., tuple[int | None, list[str], str]]:
    """Return a function that lists what both vendors answer, and returns the status, the IDs, and what was said."""

    def run(first: bytes, second: bytes, *arguments: str) -> tuple[int | None, list[str], str]:
        with Server(first) as one, Server(second) as other:
            env = accounts(tmp_path, one.url, other.url)
            done = callinspect("list", "-f", "id", *arguments, env=env)
        return done.returncode, done.stdout.decode().split(), done.stderr.decode()

    return run


Both = Callable[..., tuple[int | None, list[str], str]]


def test_with_sort_calls_are_merged_and_those_without_are_last(both: Both) -> None:
    lists = bandwidth(a=10, b=30), catapult(c=40, d=20)
    assert both(*lists, "-q", "--sort", "-created_at") == (0, ["a", "d", "b", "c"], "")
    assert both(*lists, "-q", "--sort", "provider") == (0, ["a", "b", "d", "c"], "")
    assert both(*lists, "-q", "--sort", "provider", "-n", "3") == (0, ["a", "b", "d"], "")


@pytest.mark.parametrize("order", [("--sort", "-created_at"), ("-o", "table"), ("--sort", "-created_at", "-o", "json")])
def test_an_entry_that_is_not_a_call_costs_no_other(order: tuple[str, ...], both: Both) -> None:
    """Also where all are held until the end, to be sorted."""
    junk = answer(200, json.dumps([{"x": 1}, {"callId": "a", "startTime": ago(10)}]))
    status, found, said = both(junk, catapult(b=20), "-q", *order)
    assert (status, re.findall(r"\b[ab]\b", " ".join(found))) == (9, ["a", "b"])
    assert "bandwidth" in said


def test_a_provider_named_twice_is_asked_once(tmp_path: Path) -> None:
    with Server(bandwidth(a=1)) as one:
        done = callinspect("list", "bandwidth", "BANDWIDTH", "-q", "-f", "id", env=env_of(tmp_path, one.url))
        assert (done.returncode, done.stdout, len(one.requests)) == (0, b"a\n", 1)


def test_the_limit_is_for_all_together(both: Both) -> None:
    status, found, _ = both(bandwidth(a=10, b=30), catapult(c=40, d=20), "-n", "3")
    assert (status, len(found)) == (0, 3)


def test_a_terminal_shows_the_newest_first(tmp_path: Path) -> None:
    timeless = answer(200, json.dumps([{"callId": "t"}, {"callId": "a", "startTime": ago(10)}]))
    with Server(timeless) as one, Server(catapult(c=40, d=5)) as other:
        env = accounts(tmp_path, one.url, other.url)
        text = on_terminal("list", "-q", env=env, columns=120)[1].decode()
        few = on_terminal("list", "-q", "-n", "2", "-f", "id", env=env)[1].decode()
    assert [line.split()[-1] for line in text.splitlines() if "unknown" in line] == ["d", "a", "c", "t"]
    assert few.split() == ["d", "a"]


def test_vendors_are_asked_at_the_same_time(tmp_path: Path) -> None:
    """Each answers only when the other has been asked as well."""
    meeting = threading.Barrier(2, timeout=20)

    def met(listed: bytes) -> Callable[[bytes], bytes]:
        def choose(_: bytes) -> bytes:
            meeting.wait()
            return listed

        return choose

    with Chooser(met(bandwidth(a=1))) as one, Chooser(met(catapult(b=1))) as other:
        done = callinspect("list", "-q", "-f", "id", env=accounts(tmp_path, one.url, other.url))
    assert (done.returncode, sorted(done.stdout.decode().split())) == (0, ["a", "b"])


def test_without_threads_they_are_asked_one_after_another(tmp_path: Path) -> None:
    with Server(bandwidth(a=1)) as one, Server(NO_LIST) as other:
        env = accounts(tmp_path, one.url, other.url) | with_threads(0, tmp_path)
        done = callinspect("list", "-q", "-f", "id", env=unmeasured(env))
    assert (done.returncode, done.stdout) == (9, b"a\n")


def test_one_that_fails_is_named_and_the_others_come(both: Both) -> None:
    status, found, said = both(NO_LIST, catapult(a=1, b=2), "-q")
    assert (status, found) == (9, ["a", "b"])
    assert "bandwidth" in said
    assert "catapult" not in said
    assert both(NO_LIST, catapult(), "-q")[0] == 9


def test_if_all_fail_alike_the_status_says_how(both: Both) -> None:
    status, found, said = both(NO_LIST, NO_LIST, "-q")
    assert (status, found) == (12, [])
    assert "bandwidth" in said
    assert "catapult" in said
    link = {"Link": '<http://other.example.com/x>; rel="next"'}
    begun = answer(200, json.dumps([{"callId": "a", "startTime": ago(1)}]), link)
    assert both(begun, NO_LIST, "-q")[:2] == (9, ["a"])


def test_one_that_cannot_list_such_calls_is_left_out(env: Env) -> None:
    """Its status is not changed by that; a single one that is named is a usage error."""
    done = callinspect("list", "--since", "30d", "-f", "provider", env=env)
    assert done.returncode == 0
    assert set(done.stdout.decode().split()) == {*vendors.LISTING} - {"genesys"}
    assert b"Genesys Web Services is left out: its calls have no time, so --since cannot be applied" in done.stderr
    assert callinspect("list", "genesys", "--since", "30d", env=env).returncode == 2
    done = callinspect("list", "--since", "30d", "-o", "jsonl", env=env)
    assert "is left out" in json.loads(done.stderr)["warning"]["message"]


def test_several_can_be_named(env: Env) -> None:
    done = callinspect("list", "webex", "genesys", "webex", "-q", "-f", "provider", "-f", "id", env=env)
    assert done.returncode == 0
    found = [tuple(line.split("\t")) for line in done.stdout.decode().splitlines()]
    assert {name for name, _ in found} == {"webex", "genesys"}
    assert len(found) == len(set(found))


def test_a_broken_list_of_profiles_is_said(bare: Env, tmp_path: Path) -> None:
    remember(tmp_path, webex=["emea"])
    (tmp_path / ".config" / "callinspect" / "profiles.json").write_text("{")
    done = callinspect("list", env=bare)
    assert (done.returncode, done.stdout) == (10, b"")
    assert b"profiles.json cannot be read" in done.stderr


def test_with_credentials_elsewhere_that_is_a_notice(env: Env, tmp_path: Path) -> None:
    remember(tmp_path)
    (tmp_path / ".config" / "callinspect" / "profiles.json").write_text("{")
    done = callinspect("list", "-f", "provider", env=env)
    assert (done.returncode, set(done.stdout.decode().split())) == (0, set(vendors.LISTING))
    assert done.stderr.count(b"profiles.json cannot be read") == 1
