"""What `list` lets through, what the vendor is asked for, and in what order calls come."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from kit.program import Done, callinspect, env_of
from kit.screen import on_terminal
from kit.servers import Server, answer

Env = dict[str, str]
NOW = datetime.now(UTC)


def ago(**given: float) -> str:
    return (NOW - timedelta(**given)).strftime("%Y-%m-%dT%H:%M:%SZ")


def entry(name: str, **fields: Any) -> dict[str, Any]:
    """Return a call as the vendor lists it, which ended an hour ago."""
    given = {"state": "disconnected", "startTime": ago(hours=1), "from": "+19195550134", "to": "+441632960000"}
    return {"callId": name, **given, **fields}


def listed(tmp_path: Path, entries: list[Any], *arguments: str) -> tuple[Done, dict[str, str]]:
    """Return what a run wrote, and the query that the vendor got."""
    with Server(answer(200, json.dumps(entries))) as server:
        done = callinspect("list", "bandwidth", "-f", "id", *arguments, env=env_of(tmp_path, server.url))
        query = dict(parse_qsl(urlsplit(server.requests[0].split()[1].decode()).query))
    return done, query


def ids(tmp_path: Path, entries: list[Any], *arguments: str) -> list[str]:
    done, _ = listed(tmp_path, entries, "-q", *arguments)
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.decode().split()


NUMBERS = [
    entry("from"),
    entry("to", **{"from": "+441632960000", "to": "+19195550134"}),
    entry("other", **{"from": "+441632960001", "to": "+441632960000"}),
    entry("short", **{"from": "0134", "to": "134"}),
    entry("app", **{"from": "client:alice", "to": "client:bob"}),
    entry("uri", **{"from": "sip:Bob@Example.com", "to": "+441632960000"}),
]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("+19195550134", {"from", "to"}),
        ("19195550134", {"from", "to"}),
        ("0019195550134", {"from", "to"}),
        ("(919) 555-0134", {"from", "to"}),
        ("+1 919-555-0134 US", {"from", "to"}),  # as a card has it
        ("+1\xa0919-555-0134\xa0US", {"from", "to"}),
        ("09195550134", {"from", "to"}),
        ("5550134", {"from", "to"}),
        ("550134", set()),
        ("0134", {"short"}),
        ("01632 960001", {"other"}),
        ("+29195550134", set()),
        ("sip:bob@example.com", {"uri"}),
        ("client:alice", {"app"}),
    ],
)
def test_a_number_is_found_in_any_spelling_on_either_side(given: str, expected: set[str], tmp_path: Path) -> None:
    assert set(ids(tmp_path, NUMBERS, "--number", given)) == expected


def test_each_side_can_be_chosen_in_any_spelling(tmp_path: Path) -> None:
    assert ids(tmp_path, NUMBERS, "--from", "919 555 0134") == ["from"]
    assert ids(tmp_path, NUMBERS, "--to", "919 555 0134") == ["to"]


CAUSES = [
    entry("answered", disconnectCause="hangup", answerTime=ago(minutes=59), endTime=ago(minutes=50)),
    entry("busy", disconnectCause="busy"),
    entry("rejected", disconnectCause="rejected"),
    entry("unknown", disconnectCause="never-heard-of"),
    entry("ringing", state="initiated"),
]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--outcome", "busy,rejected"), ["busy", "rejected"]),
        (("--outcome", "busy", "--outcome", "answered"), ["answered", "busy"]),
        (("--cause", "busy, never-heard-of"), ["busy", "unknown"]),
        (("--state", "ringing,held"), ["ringing"]),
        (("--state", "Ringing", "--state", "HELD"), ["ringing"]),
        (("--failed",), ["busy", "rejected", "unknown"]),
        (("--failed", "--cause", "busy"), ["busy"]),
        (("--failed", "--outcome", "answered"), []),
        (("--failed", "-n", "2"), ["busy", "rejected"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_several_words_of_a_filter_are_alternatives(
    arguments: tuple[str, ...], expected: list[str], tmp_path: Path
) -> None:
    assert ids(tmp_path, CAUSES, *arguments) == expected


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--from", "+19195550134", "-n", "3"), {"from": "+19195550134", "pageSize": "3"}),
        (("--from", "+1 (919) 555-0134", "-n", "3"), {"from": "+19195550134", "pageSize": "3"}),
        (("--from", "9195550134", "-n", "3"), {}),
        (("--number", "+19195550134", "-n", "3"), {}),
        (("--cause", "busy", "-n", "3"), {"disconnectCause": "busy", "pageSize": "3"}),
        (("--cause", "busy,rejected", "-n", "3"), {}),
        (("--cause", "busy", "--failed", "-n", "3"), {"disconnectCause": "busy"}),
        (("--since", "2026-03-02T10:00Z"), {"minStartTime": "2026-03-02T10:00:00.000Z"}),
        (("--since", "all"), {}),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_the_vendor_is_asked_for_what_it_can_filter(
    arguments: tuple[str, ...], expected: dict[str, str], tmp_path: Path
) -> None:
    """Nor for a page of as many calls as are wanted, if some of them may fall out here."""
    assert listed(tmp_path, [], *arguments)[1] == expected


AGES = [
    entry("new", startTime=ago(hours=23)),
    entry("old", startTime=ago(hours=25)),
    entry("going-on", startTime=ago(hours=30), state="answered"),
    entry("timeless", startTime=None),
]


def test_without_a_time_or_a_limit_it_is_the_last_day(tmp_path: Path) -> None:
    """A vendor that filters by time is asked for that day, and what it sends is shown."""
    done, query = listed(tmp_path, AGES)
    assert done.stdout.decode().split() == ["new", "old", "going-on", "timeless"]
    assert done.stderr == b"callinspect: showing the last 24 hours; --since all shows everything\n"
    since = datetime.now(UTC) - datetime.fromisoformat(query["minStartTime"])
    assert abs(since - timedelta(days=1)) < timedelta(minutes=1)
    assert listed(tmp_path, AGES, "-q")[0].stderr == b""


@pytest.mark.parametrize("arguments", [("--since", "all"), ("-n", "9")], ids=" ".join)
def test_the_last_day_is_no_limit_if_asked_otherwise(arguments: tuple[str, ...], tmp_path: Path) -> None:
    done, _ = listed(tmp_path, AGES, *arguments)
    assert (done.stdout.count(b"\n"), done.stderr) == (4, b"")


def test_a_time_that_is_asked_for_hides_calls_without_one(tmp_path: Path) -> None:
    assert ids(tmp_path, AGES, "--since", "24h") == ["new"]
    assert ids(tmp_path, AGES, "--until", "24h") == ["old", "going-on"]


def test_nothing_found_is_said_with_what_to_try(tmp_path: Path) -> None:
    said = listed(tmp_path, [], "--number", "5550134")[0].stderr.decode().splitlines()
    assert said[1] == "callinspect: no calls match"
    assert "seven" in said[2]
    assert "--since all" in said[3]
    assert listed(tmp_path, [], "--since", "all")[0].stderr == b"callinspect: no calls match\n"


@pytest.mark.parametrize("option", [("-o", "json"), ("-o", "jsonl"), ("--error-format", "json")], ids=" ".join)
def test_among_errors_in_json_nothing_else_is_said(option: tuple[str, str], tmp_path: Path) -> None:
    with Server(answer(200, "[]")) as server:
        done = callinspect("list", "bandwidth", *option, env=env_of(tmp_path, server.url))
    assert (done.returncode, done.stdout.strip() in {b"", b"[]"}, done.stderr) == (0, True, b"")


def test_nothing_found_is_said_in_ascii_where_it_must_be(tmp_path: Path) -> None:
    with Server(answer(200, "[]")) as server:
        env = env_of(tmp_path, server.url, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
        said = callinspect("list", "bandwidth", env=env).stderr
    assert b"\n  - only the last 24 hours were listed" in said
    assert listed(tmp_path, [], "-q")[0].stderr == b""


LENGTHS = [
    entry("b", startTime=ago(minutes=20), endTime=ago(minutes=10), tag="B"),
    entry("none", endTime=None),
    entry("a", startTime=ago(minutes=9), endTime=ago(minutes=8), tag="a"),
    entry("c", startTime=ago(minutes=30), endTime=ago(minutes=10), tag="c"),
]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("--sort", "durations.total"), ["a", "b", "c", "none"]),
        (("--sort", "-durations.total"), ["c", "b", "a", "none"]),
        (("--sort", "created_at"), ["none", "c", "b", "a"]),
        (("--sort", "vendor.tag"), ["a", "b", "c", "none"]),
        (("--sort", "-vendor.tag"), ["c", "b", "a", "none"]),
        (("--sort", "id", "-n", "3"), ["a", "b", "c"]),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else None,
)
def test_calls_are_sorted_by_a_field_null_last(arguments: tuple[str, ...], expected: list[str], tmp_path: Path) -> None:
    """The limit ends the reading, as without an order: what was read is sorted."""
    assert ids(tmp_path, LENGTHS, *arguments) == expected


def test_raw_entries_that_are_not_calls_are_sorted_last(tmp_path: Path) -> None:
    elements = [{"unknown": 1}, entry("b"), entry("a")]
    with Server(answer(200, json.dumps(elements))) as server:
        form = ("--raw", "-o", "jsonl", "--sort", "id")
        done = callinspect("list", "bandwidth", "-q", *form, env=env_of(tmp_path, server.url))
    assert done.returncode == 0
    assert [json.loads(line) for line in done.stdout.splitlines()] == elements[::-1]


def test_what_was_read_before_a_failure_is_sorted_too(tmp_path: Path) -> None:
    link = {"Link": '<http://other.example.com/x>; rel="next"'}
    with Server(answer(200, json.dumps(LENGTHS), link)) as server:
        done = callinspect("list", "bandwidth", "-q", "-f", "id", "--sort", "id", env=env_of(tmp_path, server.url))
    assert (done.returncode, done.stdout) == (12, b"a\nb\nc\nnone\n")


def test_a_terminal_is_told_how_many_came_out_how(tmp_path: Path) -> None:
    with Server(answer(200, json.dumps([*CAUSES, entry("engaged", disconnectCause="busy")]))) as server:
        env = env_of(tmp_path, server.url)
        loud = on_terminal("list", "bandwidth", env=env)[1].decode().splitlines()
        quiet = on_terminal("list", "bandwidth", "-q", env=env)[1].decode()
    assert loud[-1] == "6 calls: 2 busy, 1 answered, 1 rejected, 1 unknown, 1 ringing"
    assert "calls:" not in quiet
