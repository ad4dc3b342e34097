"""What `wait` reads besides the call, and when: never in the way of a look at it."""

import json
import time
from pathlib import Path
from typing import Any

from kit.program import callinspect, environment
from kit.servers import Answer, Chooser, answer, silence

Env = dict[str, str]

CALL = {"id": "x1", "callSessionId": "s1", "personality": "originator", "created": "2025-04-08T10:00:00Z"}
OTHER = {"id": "x2", "callSessionId": "s1", "personality": "terminator", "state": "connected"}


class Lasting:
    """A call that is connected for some seconds from its first look, and its list of calls."""

    def __init__(self, listed: Answer, seconds: float = 1.0) -> None:
        self.listed = listed
        self.seconds = seconds
        self.asked: list[str] = []
        self._begun: float | None = None

    def __call__(self, request: bytes) -> Answer:
        path = request.split(b" ")[1].decode()
        self.asked.append("call" if path.endswith("/x1") else "list")
        if self.asked[-1] == "list":
            return self.listed
        self._begun = self._begun or time.monotonic()
        is_over = time.monotonic() - self._begun >= self.seconds
        return answer(200, json.dumps(CALL | {"state": "disconnected" if is_over else "connected"}))


def waited(vendor: Lasting, *arguments: str, home: Path) -> Any:
    with Chooser(vendor) as server:
        account = {"CALLINSPECT_WEBEX_BASE_URL": server.url, "CALLINSPECT_WEBEX_ACCESS_TOKEN": "t-canary"}
        words = ("wait", "webex", "x1", "--with", "legs", "--interval", "0.2", *arguments)
        done = callinspect(*words, env=environment(home, **account))
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_silent_list_does_not_hide_the_end_of_a_call(tmp_path: Path) -> None:
    vendor = Lasting(silence, seconds=3)
    record = waited(vendor, "--timeout", "9", home=tmp_path)
    assert record["state"] == "ended"
    assert "the call's legs could not be read" in " ".join(record["warnings"])


def test_it_is_not_read_with_every_look(tmp_path: Path) -> None:
    vendor = Lasting(answer(200, json.dumps({"items": [CALL, OTHER]})), seconds=1.5)
    record = waited(vendor, home=tmp_path)
    assert [each["id"] for each in record["related"]["legs"]] == ["x2"]
    assert vendor.asked.count("call") >= 4
    assert vendor.asked.count("list") == 2, "when it was first seen, since the vendor may forget it, and at its end"


def test_what_a_vendor_forgets_is_kept_as_last_seen(tmp_path: Path) -> None:
    class Forgetting(Lasting):
        def __call__(self, request: bytes) -> Answer:
            found = super().__call__(request)
            if self.asked[-1] == "list":
                self.listed = answer(200, json.dumps({"items": []}))
            return found

    record = waited(Forgetting(answer(200, json.dumps({"items": [CALL, OTHER]}))), home=tmp_path)
    assert [each["id"] for each in record["related"]["legs"]] == ["x2"]
    assert "the vendor no longer reports the legs; shown as last seen" in record["warnings"]


def test_a_call_that_goes_on_has_it_when_the_wait_ends(tmp_path: Path) -> None:
    vendor = Lasting(answer(200, json.dumps({"items": [CALL, OTHER]})), seconds=60)
    record = waited(vendor, "--for", "active", home=tmp_path)
    assert record["state"] == "active"
    assert [each["id"] for each in record["related"]["legs"]] == ["x2"]
    assert vendor.asked.count("list") == 1
