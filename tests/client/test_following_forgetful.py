"""What `wait` and `watch` keep of a call of which later answers say less, and of one that its vendor forgets."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from kit.program import Env, callinspect, environment
from kit.screen import on_terminal
from kit.servers import Answer, Chooser, answer

RINGING = {
    "id": "1795670595.8",
    "name": "PJSIP/trunk-00000010",
    "state": "Ring",
    "caller": {"name": "", "number": "12025550101"},
    "connected": {"name": "", "number": ""},
    "dialplan": {"context": "from-trunk", "exten": "12025550100", "priority": 1, "app_name": "Dial", "app_data": "x"},
    "creationtime": "2026-10-21T16:45:11.000+0000",
}
MISSING = answer(404, json.dumps({"message": "Channel not found"}))
SET = {"CHANNEL(onhold)": "0", "CALLERID(dnid)": "12025550100", "CDR(disposition)": "ANSWERED"}


class Channel:
    """A channel whose looks have these states, and which is forgotten then, with its variables."""

    def __init__(self, *states: str) -> None:
        self._states = [*states]
        self._is_over = False

    def __call__(self, request: bytes) -> Answer:
        path = request.split(b" ")[1].partition(b"?")[0]
        if path.endswith(b"/bridges"):
            return answer(200, "[]")
        if path.endswith((b"/variables", b"/variable")):
            return MISSING if self._is_over else answer(200, json.dumps({"variables": SET, "value": ""}))
        self._is_over = not self._states
        return MISSING if self._is_over else answer(200, json.dumps(RINGING | {"state": self._states.pop(0)}))


def account(server: Chooser, home: Path) -> Env:
    return environment(
        home,
        CALLINSPECT_ASTERISK_BASE_URL=server.url,
        CALLINSPECT_ASTERISK_USERNAME="inspector",
        CALLINSPECT_ASTERISK_PASSWORD="canary-password",
    )


FAST = ("--interval", "0.2", "--grace", "0")


def waited(home: Path, *states: str, arguments: tuple[str, ...] = ()) -> dict[str, Any]:
    with Chooser(Channel(*states)) as server:
        done = callinspect("wait", "asterisk", "1795670595.8", *FAST, *arguments, env=account(server, home))
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def card(home: Path, *states: str, arguments: tuple[str, ...] = ()) -> str:
    with Chooser(Channel(*states)) as server:
        words = ("wait", "asterisk", "1795670595.8", *FAST, *arguments)
        status, written = on_terminal(*words, env=account(server, home))
    assert status == 0
    return written.decode()


def test_what_cannot_change_is_kept_as_it_was_said(tmp_path: Path) -> None:
    """A channel that is up does not say which way it came."""
    record = waited(tmp_path, "Ring", "Up", "Up")
    assert (record["state"], record["direction"], record["outcome"]) == ("ended", "inbound", "answered")


def test_an_answer_and_an_end_without_times_are_seen(tmp_path: Path) -> None:
    record = waited(tmp_path, "Ring", "Up", "Up")
    told = [(each["event"], each["source"]) for each in record["timeline"]]
    assert told == [("created", "/created_at"), ("answered", "watch"), ("ended", "watch")]
    assert all(re.fullmatch(r"seen, up to \d+ s late", each["detail"]) for each in record["timeline"][1:])


def test_extras_are_kept_that_could_last_be_read(tmp_path: Path) -> None:
    record = waited(tmp_path, "Ring", "Up", "Up", "Up", arguments=("--with", "all"))
    assert record["vendor"]["variables"]["CDR(disposition)"] == "ANSWERED"
    assert len(record["warnings"]) == 1


@pytest.mark.parametrize("arguments", [(), ("--with", "all"), ("--with", "variables")])
def test_the_card_of_a_forgotten_call_raises_no_alarm(arguments: tuple[str, ...], tmp_path: Path) -> None:
    shown = card(tmp_path, "Ring", "Up", "Up", arguments=arguments)
    assert "Asterisk no longer shows the call: this is what was last seen." in shown
    assert "Not read" not in shown
    assert " ! " not in shown
    assert re.search(r"answered  seen, up to \d+ s late", shown)
