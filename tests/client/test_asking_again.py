"""What settles whose fault refusals are: a call that was read before is asked for once more, and nothing else."""

from __future__ import annotations

import itertools
import threading
import time
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING

import pytest
from kit.many_calls import REFUSED, asked_for, call, lines, told
from kit.program import VENDOR, callinspect, env_of
from kit.servers import GOOD, Answer, Chooser, Server, answer, hang_up, later, limited, refusing, silence

from callinspect.client.standing import Standing
from callinspect.deadline import Deadline
from callinspect.errors import AuthRejectedError, CallinspectError, NotFoundError

if TYPE_CHECKING:
    from pathlib import Path

SKIPPED = "skipped because the credentials were refused: “Invalid credentials”"
FOREIGN = answer(401, "<html>Log in</html>", {"WWW-Authenticate": "Basic"})
"""A gateway's refusal."""


class Changed(Chooser):
    """A vendor that refuses the credentials after so many calls.

    Args:
        again: what a call that was read before is answered with then, in turn.
    """

    def __init__(self, *again: Answer, read: int = 10) -> None:
        super().__init__(self._chosen)
        self._read, self._again = read, again
        self.read: set[str] = set()
        self.refused: list[str] = []
        self.asked_again: list[str] = []

    def _chosen(self, request: bytes) -> Answer:
        call_id = asked_for(request)
        if call_id in self.read:
            self.asked_again.append(call_id)
            return self._again[min(len(self.asked_again), len(self._again)) - 1]
        if len(self.read) < self._read:
            self.read.add(call_id)
            return call(request)
        self.refused.append(call_id)
        return REFUSED


@pytest.mark.parametrize(
    "again",
    [answer(503, "{}"), answer(403, "{}"), answer(302), hang_up, silence, FOREIGN, limited("3600")],
    ids=["unavailable", "forbidden", "redirect", "hang-up", "silence", "foreign", "limited"],
)
def test_unless_it_is_read_again_no_more_are_asked(again: Answer, tmp_path: Path) -> None:
    """As long as it is not known that the credentials are good, more refusals may lock the account."""
    with Changed(again) as server:
        env = env_of(tmp_path, server.url)
        arguments = ("get", VENDOR, "-", "-o", "jsonl", "--jobs", "1", "--timeout", "2")
        done = callinspect(*arguments, env=env, stdin=lines(60))
        assert (done.returncode, done.stdout.count(b"\n"), server.refused) == (9, 10, ["c-10", "c-11", "c-12"])
        assert len(told(done)) == 50
        assert all(each["message"].startswith("skipped because") for each in told(done)[3:])


@pytest.mark.parametrize("answers", [(refusing(404),), (limited("2"), GOOD), (answer(503, "{}"), GOOD)])
def test_with_an_answer_about_it_the_others_are_asked(answers: tuple[Answer, ...], tmp_path: Path) -> None:
    """Also where it is gone by now, or answered after a wait that is longer than one call's time."""
    with Changed(*answers, *[GOOD] * 20) as server:
        env = env_of(tmp_path, server.url)
        arguments = ("get", VENDOR, "-", "-o", "jsonl", "--jobs", "4", "--timeout", "1")
        done = callinspect(*arguments, env=env, stdin=lines(60))
        assert (done.returncode, done.stdout.count(b"\n"), len(server.refused)) == (9, 10, 50)


def test_no_other_is_asked_for_meanwhile() -> None:
    """Also where requests under way were sent before there was a doubt."""
    standing, refusal, entered = Standing(patience=600.0), AuthRejectedError("no"), threading.Event()

    def ask(error: CallinspectError | None) -> bool:
        is_time = False
        with suppress(CallinspectError), standing.asking(Deadline(9)) as allowed:
            entered.set()
            if error is not None:
                is_time = standing.note_failure(error, allowed)
                raise error
        return is_time

    assert [ask(each) for each in (None, refusal, refusal, NotFoundError("gone"))] == [False] * 4
    with suppress(AuthRejectedError), standing.asking(Deadline(9)) as first, standing.asking(Deadline(9)) as second:
        assert (standing.note_failure(refusal, first), standing.note_failure(refusal, second)) == (True, False)
        raise refusal
    entered.clear()
    other = threading.Thread(target=ask, args=(None,))
    other.start()
    assert not entered.wait(0.3)
    standing.settled(None)
    assert entered.wait(9)
    other.join()


def test_who_waits_for_that_is_let_go_by_a_client_that_is_closed() -> None:
    standing, said = Standing(patience=600.0), list[str]()

    def ask() -> None:
        try:
            with standing.asking(Deadline(9)):
                said.append("asked")
        except CallinspectError as error:
            said.append(error.message)

    with ExitStack() as others:
        for _ in range(3):
            others.enter_context(standing.asking(Deadline(9)))
        waiting = threading.Thread(target=ask)
        waiting.start()
        standing.stop()
        waiting.join(9)
        assert said == ["the client is closed"]


@pytest.mark.parametrize("jobs", ["8", "64"])
def test_however_slowly_they_are_refused_it_is_three_times(jobs: str, tmp_path: Path) -> None:
    """Vendors answer wrong passwords slowly on purpose."""
    with Server(later(11, REFUSED)) as server:
        env = env_of(tmp_path, server.url)
        done = callinspect("get", VENDOR, "-", "-o", "jsonl", "--jobs", jobs, env=env, stdin=lines(100))
        assert (done.returncode, len(server.requests)) == (4, 3)
        assert [each["message"] for each in told(done)].count(SKIPPED) == 97


@pytest.mark.parametrize("jobs", ["8", "64"])
def test_nor_more_often_where_some_are_not_answered(jobs: str, tmp_path: Path) -> None:
    """That a vendor breaks down now and then does not say that the credentials are good."""

    def choose(request: bytes) -> Answer:
        return later(0.05, answer(503, "{}") if int(asked_for(request)[2:]) % 3 == 0 else REFUSED)

    with Chooser(choose) as server:
        env = env_of(tmp_path, server.url)
        done = callinspect("get", VENDOR, "-", "-o", "jsonl", "--jobs", jobs, env=env, stdin=lines(100))
        assert (done.returncode, len(told(done))) == (9, 100)
        # Three, and those under way with the third.
        assert 3 <= [each["message"] for each in told(done)].count("Invalid credentials") <= 5


@pytest.mark.parametrize("jobs", ["8", "64"])
def test_after_one_refusal_a_silent_vendor_is_asked_many_at_once(jobs: str, tmp_path: Path) -> None:
    """More with each that is not answered: else the time limits of all calls would add up."""
    with Chooser(lambda request: REFUSED if asked_for(request) == "c-1" else silence) as server:
        env = env_of(tmp_path, server.url)
        arguments = ("get", VENDOR, "-", "-o", "jsonl", "--jobs", jobs, "--timeout", "1")
        begun = time.monotonic()
        done = callinspect(*arguments, env=env, stdin=lines(40))
        assert len(told(done)) == 40
        assert time.monotonic() - begun < 20


def test_a_single_call_is_not_asked_for_twice_at_once(tmp_path: Path) -> None:
    """What is looked at again and again is its own proof."""
    with Server(GOOD, FOREIGN) as server:
        arguments = ("wait", VENDOR, "c-1", "--for", "ended", "--interval", "0.5", "--timeout", "4")
        assert callinspect(*arguments, env=env_of(tmp_path, server.url)).returncode == 8
        assert len(server.times) > 5
        assert min(later - sooner for sooner, later in itertools.pairwise(server.times)) > 0.4
