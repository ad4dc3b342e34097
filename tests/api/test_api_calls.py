"""Calls asked for in Python: the same records, lists and errors as the command's."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from itertools import islice
from typing import Any

import pytest
from kit import vendors
from kit.credential_runs import CALLS
from kit.program import Env, callinspect
from kit.sandbox_calls import ANSWERED, BUSY, EACH

from callinspect import Call, CallinspectError, Client
from callinspect.sandbox import calls


@pytest.fixture
def client(env: Env) -> Iterator[Client]:
    with Client(environ=env) as opened:
        yield opened


def lasting(record: Any) -> Any:
    """Return a record without the times at which it was read, and the names of answers that are new in each."""
    if isinstance(record, dict):
        changing = {"retrieved_at", "api_id", "at" if record.get("source") == "/retrieved_at" else ""}
        return {name: lasting(value) for name, value in record.items() if name not in changing}
    return [lasting(each) for each in record] if isinstance(record, list) else record


def written(*arguments: str, env: Env) -> list[Any]:
    done = callinspect(*arguments, env=env)
    assert done.returncode == 0, done.stderr
    return [lasting(json.loads(line)) for line in done.stdout.splitlines()]


def recorded(found: Iterator[Call | CallinspectError]) -> list[Any]:
    return [lasting(json.loads(json.dumps(each.as_dict()))) for each in found]


@pytest.mark.parametrize("vendor", vendors.NAMES)
def test_a_call_s_record_is_what_get_prints(vendor: str, client: Client, env: Env) -> None:
    for words, with_ in (((), ()), (("--with", "all"), "all")):
        call = client.get(vendor, CALLS[vendor], with_=with_)
        assert isinstance(call, Call)
        printed = written("get", vendor, CALLS[vendor], "-o", "jsonl", *words, env=env)
        assert [lasting(json.loads(json.dumps(call.as_dict())))] == printed
        assert call.timeline is not None


@pytest.mark.parametrize("vendor", vendors.NAMES)
def test_many_calls_have_the_records_of_many(vendor: str, client: Client, env: Env) -> None:
    known = [each.id for each in calls(vendor) if not each.living and not each.description.startswith("fault")][:6]
    done = callinspect("get", vendor, *known, "-o", "jsonl", "--error-format", "json", env=env)
    printed = [lasting(json.loads(line)) for line in (done.stdout + done.stderr).splitlines()]
    found = recorded(client.get_many((vendor, each) for each in known))
    assert len(found) == len(known)
    if len(known) == 1:  # which has a timeline there
        found[0]["timeline"] = printed[0]["timeline"]
    assert sorted(map(json.dumps, found)) == sorted(map(json.dumps, printed))


FILTERS: list[tuple[dict[str, Any], tuple[str, ...]]] = [
    ({}, ("--since", "all")),
    ({"failed": True}, ("--failed", "--since", "all")),
    ({"outcome": "busy"}, ("--outcome", "busy", "--since", "all")),
    ({"outcome": ["Busy", "no-answer"]}, ("--outcome", "busy,no-answer", "--since", "all")),
    ({"cause": "busy", "limit": 1}, ("--cause", "busy", "-n", "1")),
    ({"number": "+1 919-555-0143"}, ("--number", "9195550143", "--since", "all")),
    ({"from_": "+19195550143"}, ("--from", "+19195550143", "--since", "all")),
    ({"since": timedelta(days=2)}, ("--since", "2d")),
]


@pytest.mark.parametrize(("filters", "options"), FILTERS, ids=lambda each: " ".join(map(str, each)))
def test_a_list_has_the_command_s_calls(
    filters: dict[str, Any], options: tuple[str, ...], client: Client, env: Env
) -> None:
    if "since" in filters:
        filters = filters | {"since": datetime.now(UTC) - filters["since"]}
    for vendor in ("bandwidth", "twilio"):
        living = {each.id for each in calls(vendor) if each.living}  # which change from one reading to the next
        printed = [each for each in written("list", vendor, "-q", *options, env=env) if each["id"] not in living]
        found = [each for each in recorded(client.list(vendor, **filters)) if each["id"] not in living]
        assert found == printed, vendor
        assert printed or "number" in filters or "from_" in filters


FAILURES: dict[str, dict[str, str]] = {
    "not_found": {},
    "auth_missing": {"CALLINSPECT_BANDWIDTH_CLIENT_SECRET": "", "CALLINSPECT_BANDWIDTH_ACCOUNT_ID": ""},
    "auth_rejected": {"CALLINSPECT_BANDWIDTH_CLIENT_SECRET": "another-secret-1"},
    "config": {"CALLINSPECT_BANDWIDTH_BASE_URL": "ftp://x"},
    "network": {"CALLINSPECT_BANDWIDTH_BASE_URL": "http://127.0.0.1:9/api/v2"},
}


@pytest.mark.parametrize("code", FAILURES)
def test_an_error_is_what_the_command_says(code: str, env: Env) -> None:
    call_id = "c-00000000-00000000-0000-0000-0000-000000000000"
    env |= FAILURES[code]
    done = callinspect("get", "bandwidth", call_id, "--timeout", "3", "-q", "-o", "json", env=env)
    with Client(environ=env, timeout=3) as client, pytest.raises(CallinspectError) as raised:
        client.get("bandwidth", call_id)
    assert raised.value.as_dict() == json.loads(done.stderr)
    assert raised.value.code == code


def test_targets_come_in_any_form_and_lazily(client: Client) -> None:
    record = client.get(*BUSY).as_dict()
    listed = next(each for each in client.list("bandwidth", limit=1) if isinstance(each, Call))
    read: list[int] = []

    def targets() -> Iterator[Any]:
        for number in range(100_000):
            read.append(number)
            yield (ANSWERED, ":".join(ANSWERED), list(BUSY), record, listed)[number % 5]

    found = client.get_many(targets(), jobs=2)
    assert read == []
    calls = list(islice(found, 5))
    found.close()  # type: ignore[attr-defined]  # it is a generator
    assert [each.id for each in calls if isinstance(each, Call)] == [
        *(ANSWERED[1], ANSWERED[1], BUSY[1], BUSY[1], listed.id)
    ]
    assert len(read) < 50


def test_an_error_stands_in_the_place_of_its_call(client: Client) -> None:
    targets = [ANSWERED, ("bandwidth", "c-none"), "nobody:1", "no provider", 7, ("bandwidth", ""), BUSY, ("webex", 1)]
    found = list(client.get_many(targets))
    codes = [each.code if isinstance(each, CallinspectError) else each.id for each in found]
    assert codes == [ANSWERED[1], "not_found", *["usage"] * 4, BUSY[1], "usage"]
    passed = list(client.get_many([found[1], ANSWERED]))
    assert passed[0] is found[1]
    assert [each.as_dict().keys() >= {"id"} for each in passed] == [False, True]
    assert found[1].as_dict()["error"]["call_id"] == "c-none"


def test_ids_of_several_vendors_are_read_in_one_run(client: Client) -> None:
    found = list(client.get_many(EACH * 5, jobs=4))
    assert [(each.provider, each.id) for each in found if isinstance(each, Call)] == EACH * 5
    unordered = client.get_many(EACH * 5, jobs=4, ordered=False)
    assert sorted(each.id for each in unordered if isinstance(each, Call)) == sorted(each for _, each in EACH * 5)


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        ({"since": datetime(2026, 11, 21)}, "since takes a datetime with a zone"),  # noqa: DTZ001 - that is refused
        ({"until": "yesterday"}, "until takes a datetime with a zone"),
        ({"since": datetime(2999, 1, 1, tzinfo=UTC)}, "since is in the future"),
        (
            {"since": datetime(2026, 2, 1, tzinfo=UTC), "until": datetime(2026, 1, 1, tzinfo=UTC)},
            "since is after until",
        ),
        ({"outcome": "bussy"}, "outcome must be"),
        ({"state": ["ended", "over"]}, "state must be"),
        ({"number": "call me"}, "number takes a number"),
        ({"since": datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=14)))}, "since is beyond any time in UTC"),
        ({"number": 9195550134}, "number takes a text"),
        *(({name: each}, f"{name} takes a word") for name in ("state", "outcome", "cause") for each in (None, [486])),
        ({"limit": 0}, "limit takes a number"),
        ({"limit": 2.5}, "limit takes a number"),
        ({"parameters": {"pageSize": 7}}, "parameters takes a mapping of texts"),
        ({"parameters": {"none": "1"}}, "bandwidth has no parameter “none”"),
    ],
    ids=str,
)
def test_a_filter_that_is_none_is_refused_at_once(filters: dict[str, Any], said: str, client: Client) -> None:
    with pytest.raises(CallinspectError, match=f"^{said}") as raised:
        client.list("bandwidth", **filters)
    assert raised.value.code == "usage"


@pytest.mark.parametrize("provider", [None, 7, "", b"bandwidth", "bandwith"], ids=str)
def test_a_provider_that_is_none_is_refused_at_once(provider: Any, client: Client) -> None:
    for ask in (client.list, lambda name: client.get(name, "1")):
        with pytest.raises(CallinspectError) as raised:
            ask(provider)
        assert raised.value.code == "usage"


def test_a_vendor_without_such_calls_is_refused_at_once(client: Client) -> None:
    with pytest.raises(CallinspectError, match="its calls have no time, so since cannot be applied"):
        client.list("genesys", since=datetime.now(UTC) - timedelta(hours=1))


@pytest.mark.parametrize(
    "arguments",
    [
        {"timeout": 0},
        {"timeout": 1e9},
        {"timeout": None},
        {"timeout": "30s"},
        {"rate": "5"},
        {"ca_file": 7},
        {"profile": 7},
        {"rate": 0},
        {"rate": float("inf")},
        {"rate": -1},
        {"profile": "a b"},
        {"values": None},
        {"values": {"base_url": 7}},
        {"values": {7: "7"}},
        {"environ": {"CALLINSPECT_BANDWIDTH_ACCOUNT_ID": 7}},
    ],
    ids=str,
)
def test_what_no_client_can_be_made_with_is_refused(arguments: dict[str, Any], env: Env) -> None:
    with pytest.raises(CallinspectError) as raised:
        Client(**{"environ": env} | arguments)
    assert raised.value.code == "usage"


def test_numbers_of_other_libraries_are_taken(env: Env) -> None:
    limits: dict[str, Any] = {"timeout": Decimal(20), "rate": Decimal(50)}
    with Client(environ=env, **limits) as client:
        assert client.get(*ANSWERED).id == ANSWERED[1]


def test_many_are_refused_what_cannot_be_done(client: Client) -> None:
    refused: list[dict[str, Any]] = [
        *({"targets": [ANSWERED], "jobs": each} for each in (0, 257, 2.5, "8")),
        *({"targets": each} for each in ("bandwidth:1", {"provider": "bandwidth", "id": "1"}, client.get(*BUSY))),
        *({"targets": each} for each in (BUSY, list(BUSY), b"bandwidth:1", CallinspectError("of a list"))),
        *({"targets": each} for each in (None, 7, True)),
        *({"targets": [ANSWERED], "with_": each} for each in ("nothing", None, 7, ["legs", 7])),
    ]
    for each in refused:
        with pytest.raises(CallinspectError) as raised:
            client.get_many(**each)
        assert raised.value.code == "usage", each
