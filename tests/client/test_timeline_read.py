"""The timeline as commands write it: with the vendor's clock, what was seen, and only where one call is read."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from kit.program import Env, callinspect, env_of, environment
from kit.screen import on_terminal
from kit.servers import WITH_ZONE, Answer, Chooser, Server, answer, at, later

AHEAD, SECOND = timedelta(minutes=10), timedelta(seconds=1)
WARNING = "bandwidth's clock is 10 min ahead of this computer's"


def since(record: dict[str, Any]) -> timedelta:
    """Return how far the time of the last entry is ahead of the record's own."""
    last = record["timeline"][-1]
    assert last["event"] == "observed"
    return datetime.fromisoformat(last["at"]) - datetime.fromisoformat(record["retrieved_at"])


def words(record: dict[str, Any]) -> list[str]:
    return [each["event"] for each in record["timeline"]]


class Ahead:
    """A call that is answered, by a vendor whose clock is 10 minutes ahead; it began 90 s before, by that clock.

    Args:
        by: another distance.
        lasted: how long ago it was answered instead.
    """

    def __init__(self, by: timedelta = AHEAD, lasted: float = 90) -> None:
        there = datetime.now(UTC) + by
        answered = there - timedelta(seconds=lasted)
        times = {"startTime": answered - timedelta(seconds=5), "answerTime": answered}
        fields = {name: f"{moment:%Y-%m-%dT%H:%M:%S.%fZ}" for name, moment in times.items()}
        body = json.dumps({"callId": "c-1", "state": "answered", "direction": "inbound", **fields})
        self.answer = answer(200, body, {"Date": there.strftime(WITH_ZONE)})


class TestAnotherClock:
    def test_it_is_named_and_counted_by(self, tmp_path: Path) -> None:
        with Chooser(lambda _: Ahead().answer) as server:
            record = json.loads(callinspect("get", "bandwidth", "c-1", env=env_of(tmp_path, server.url)).stdout)
        assert WARNING in record["warnings"]
        assert words(record) == ["created", "answered", "observed"]
        assert timedelta(seconds=595) < since(record) < timedelta(seconds=605)
        assert record["timeline"][-1]["detail"] == "active"

    @pytest.mark.parametrize("by", [AHEAD, -AHEAD, 6.5 * SECOND, 5.5 * SECOND, -5.5 * SECOND], ids=str)
    def test_what_is_read_was_before(self, by: timedelta, tmp_path: Path) -> None:
        """A call that is answered while it is read; that a `Date` has whole seconds makes no difference."""
        with Chooser(lambda _: Ahead(by, lasted=0).answer) as server:
            record = json.loads(callinspect("get", "bandwidth", "c-1", env=env_of(tmp_path, server.url)).stdout)
        assert words(record) == ["created", "answered", "observed"]
        assert abs(since(record) - by) < 6 * SECOND

    def test_the_card_counts_by_it(self, tmp_path: Path) -> None:
        with Chooser(lambda _: Ahead().answer) as server:
            arguments = ("get", "bandwidth", "c-1", "-o", "table")
            shown = callinspect(*arguments, env=env_of(tmp_path, server.url)).stdout.decode()
        assert re.search(r"talk 1 min (29|3\d)(\.\d)? s", shown), shown
        assert WARNING in " ".join(shown.split())

    def test_so_does_the_card_of_watch(self, tmp_path: Path) -> None:
        over = at("disconnected", startTime="2026-10-21T16:45:11Z")
        with Chooser(lambda _: Ahead().answer if len(server.requests) == 1 else over) as server:
            arguments = ("watch", "bandwidth", "c-1", "--interval", "0.2")
            _, written = on_terminal(*arguments, env=env_of(tmp_path, server.url))
        assert re.search(r"talk 1 min (29|3\d)(\.\d)? s", written.decode())

    def test_so_does_the_line_of_wait(self, tmp_path: Path) -> None:
        with Server(Ahead().answer) as server:
            arguments = ("wait", "bandwidth", "c-1", "--interval", "0.2", "--timeout", "2")
            _, written = on_terminal(*arguments, env=env_of(tmp_path, server.url))
        assert re.search(r"active for 1 min (29|3\d) s", written.decode()), written

    def test_the_time_that_extras_take_is_no_difference(self, tmp_path: Path) -> None:
        def choose(request: bytes) -> Answer:
            if b"/events" in request:
                return later(6.5, answer(200, "[]"))
            return answer(200, '{"id": "c-1", "state": "completed"}', {"Date": datetime.now(UTC).strftime(WITH_ZONE)})

        with Chooser(choose) as server:
            env = environment(
                tmp_path,
                CALLINSPECT_CATAPULT_BASE_URL=server.url,
                CALLINSPECT_CATAPULT_USER_ID="u-1",
                CALLINSPECT_CATAPULT_TOKEN="t-canary",
                CALLINSPECT_CATAPULT_SECRET="canary",
            )
            record = json.loads(callinspect("get", "catapult", "c-1", "--with", "events", env=env).stdout)
            assert len(server.requests) == 2
        assert not [each for each in record["warnings"] if "clock" in each or "read" in each]


GENESYS = {"id": "x1", "callType": "Inbound"}


def genesys(url: str, home: Path) -> Env:
    return environment(
        home,
        CALLINSPECT_GENESYS_BASE_URL=url,
        CALLINSPECT_GENESYS_USERNAME="agent",
        CALLINSPECT_GENESYS_PASSWORD="canary",
    )


def in_state(state: str, **fields: str) -> bytes:
    return answer(200, json.dumps({"statusCode": 0, "call": GENESYS | {"state": state, **fields}}))


def watched(home: Path, *answers: bytes) -> dict[str, Any]:
    """Return the last record that is written of a call with these answers."""
    with Server(*answers) as server:
        arguments = ("watch", "genesys", "x1", "--interval", "0.2", "--grace", "0")
        done = callinspect(*arguments, env=genesys(server.url, home))
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])["call"]
    return found


class TestSeen:
    def test_a_hold_and_its_end_are_seen(self, tmp_path: Path) -> None:
        states = ("Ringing", "Established", "Held", "Held", "Established", "Released")
        record = watched(tmp_path, *map(in_state, states))
        assert words(record) == ["answered", "held", "resumed", "ended"]
        for each in record["timeline"]:
            assert each["source"] == "watch"
            assert re.fullmatch(r"seen, up to \d+ s late", each["detail"])
        times = [each["at"] for each in record["timeline"]]
        assert times == sorted({*times})

    def test_a_hold_that_may_have_begun_before_was_not_seen(self, tmp_path: Path) -> None:
        record = watched(tmp_path, *map(in_state, ("SomethingNew", "Held", "Released")))
        assert words(record) == ["ended"]

    def test_muting_is_seen_until_the_end(self, tmp_path: Path) -> None:
        """What an ended call is does not say what it was before."""
        switched = [in_state("Established", mute=each) for each in ("Off", "On", "On", "Off", "On")]
        record = watched(tmp_path, *switched, in_state("Released", mute="Off"))
        assert words(record) == ["muted", "unmuted", "muted", "ended"]

    def test_a_hold_that_the_call_ended_in_was_not_resumed(self, tmp_path: Path) -> None:
        record = watched(tmp_path, *map(in_state, ("Established", "Held", "Released")))
        assert words(record) == ["held", "ended"]

    def test_one_that_has_ended_by_the_first_look_was_not_seen_to(self, tmp_path: Path) -> None:
        assert words(watched(tmp_path, in_state("Released"))) == ["observed"]

    def test_a_call_that_is_no_longer_shown_has_ended_by_then(self, tmp_path: Path) -> None:
        """It was last observed before, so that it is not said to have been observed as ended."""
        missing = answer(404, '{"statusCode": 6, "statusMessage": "Call not found"}')
        record = watched(tmp_path, in_state("Established"), in_state("Held"), missing)
        assert words(record) == ["held", "ended"]
        assert record["timeline"][1]["source"] == "watch"
        assert record["timeline"][1]["at"] > record["retrieved_at"]


@pytest.mark.parametrize("arguments", [("get", "bandwidth", "c-1", "c-2"), ("list", "bandwidth")], ids=" ".join)
def test_no_timeline_is_made_where_calls_are_many(arguments: tuple[str, ...], tmp_path: Path) -> None:
    def choose(request: bytes) -> Answer:
        call = {"callId": "c-1", "state": "active", "direction": "inbound", "startTime": "2026-10-21T16:45:11Z"}
        if b"/calls?" in request:
            return answer(200, json.dumps([call]))
        return answer(200, json.dumps(call | {"callId": "c-2" if b"c-2" in request else "c-1"}))

    with Chooser(choose) as server:
        done = callinspect(*arguments, env=env_of(tmp_path, server.url))
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert records
    assert [each["timeline"] for each in records] == [None] * len(records)


def test_a_saved_answer_has_a_timeline(tmp_path: Path) -> None:
    saved = tmp_path / "call.json"
    saved.write_text('{"callId": "c-1", "state": "active", "startTime": "2026-10-21T16:45:11Z"}')
    record = json.loads(callinspect("get", "bandwidth", "--from-file", str(saved), env=environment(tmp_path)).stdout)
    assert [(each["event"], each["at"], each["source"]) for each in record["timeline"]] == [
        ("created", "2026-10-21T16:45:11.000Z", "/created_at"),
        ("observed", None, "/retrieved_at"),
    ]
