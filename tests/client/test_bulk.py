"""Many calls: several at a time, in order, under rate limits and interruptions."""

import json
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from kit.counting import Counting, account, counting, ids
from kit.program import SCRIPTS, TIMEOUT, callinspect, unmeasured, with_threads
from kit.sandbox_calls import BUSY, RINGING

Env = dict[str, str]


@pytest.fixture
def vendor(request: pytest.FixtureRequest) -> Iterator[Counting]:
    with counting(**getattr(request, "param", {})) as server:
        yield server


def test_a_vendor_without_credentials_fails_its_own_calls_only(env: Env) -> None:
    del env["CALLINSPECT_WEBEX_ACCESS_TOKEN"]
    done = callinspect("get", f"webex:{RINGING[1]}", f"bandwidth:{BUSY[1]}", "-o", "jsonl", env=env)
    assert (done.returncode, ids(done.stdout)) == (9, [BUSY[1]])
    assert json.loads(done.stderr)["error"]["code"] == "auth_missing"


@pytest.mark.parametrize("vendor", [{"refuse_every": 3}], indirect=True)
def test_rate_limits_lose_nothing_and_repeat_nothing(vendor: Counting, tmp_path: Path) -> None:
    wanted = [f"c-{number}" for number in range(20)]
    done = callinspect("get", "bandwidth", "-", "--jobs", "8", env=account(vendor, tmp_path), stdin="\n".join(wanted))
    assert (done.returncode, done.stderr) == (0, b"")
    assert ids(done.stdout) == wanted
    assert vendor.answered == dict.fromkeys(wanted, 1)
    assert vendor.requests == 29  # two answers, one refusal, and so on until the 20th answer


@pytest.mark.parametrize("vendor", [{"delay": 0.02}], indirect=True)
def test_results_keep_the_order_and_connections_are_reused(vendor: Counting, tmp_path: Path) -> None:
    wanted = [f"c-{number}" for number in range(200)]
    done = callinspect("get", "bandwidth", "-", "--jobs", "16", env=account(vendor, tmp_path), stdin="\n".join(wanted))
    assert ids(done.stdout) == wanted
    assert vendor.connections <= 16


@pytest.mark.parametrize("threads", [0, 1, 3])
def test_with_fewer_threads_than_jobs_every_call_is_asked(threads: int, vendor: Counting, tmp_path: Path) -> None:
    wanted = [*(f"c-{number}" for number in range(50)), "none", *(f"d-{number}" for number in range(50))]
    env = account(vendor, tmp_path) | with_threads(threads, tmp_path)
    done = callinspect("get", "bandwidth", "-", "--jobs", "16", env=unmeasured(env), stdin="\n".join(wanted))
    assert (done.returncode, done.stderr.count(b"error: ")) == (9, 1)
    assert ids(done.stdout) == [each for each in wanted if each != "none"]
    assert vendor.answered == dict.fromkeys(wanted, 1)


def test_results_may_come_unordered(vendor: Counting, tmp_path: Path) -> None:
    wanted = [f"c-{number}" for number in range(50)]
    arguments = ("get", "bandwidth", "-", "--jobs", "8", "--unordered")
    done = callinspect(*arguments, env=account(vendor, tmp_path), stdin="\n".join(wanted))
    assert sorted(ids(done.stdout)) == sorted(wanted)


def test_a_rate_that_is_set_is_kept(vendor: Counting, tmp_path: Path) -> None:
    started = time.monotonic()
    arguments = ("get", "bandwidth", "-", "--jobs", "8", "--rate", "20/s")
    done = callinspect(*arguments, env=account(vendor, tmp_path), stdin="\n".join(f"c-{n}" for n in range(21)))
    assert done.returncode == 0
    assert time.monotonic() - started >= 1.0


@pytest.mark.parametrize("rate", ["0", "fast", "-1/s", "1/y"])
def test_a_rate_that_is_none_is_a_usage_error(rate: str, bare: Env) -> None:
    assert callinspect("get", "bandwidth", "-", "--rate", rate, env=bare).returncode == 2


@pytest.mark.parametrize("vendor", [{"delay": 0.05}], indirect=True)
def test_being_terminated_has_a_status_of_its_own(vendor: Counting, tmp_path: Path) -> None:
    (tmp_path / "ids").write_text("\n".join(f"c-{number}" for number in range(1000)), encoding="utf-8")
    command = [str(SCRIPTS / "callinspect"), "get", "bandwidth", "--input", str(tmp_path / "ids"), "--jobs", "4"]
    running = subprocess.Popen(command, env=account(vendor, tmp_path), stdout=-1, stderr=-1, bufsize=0)
    assert running.stdout
    running.stdout.readline()
    running.terminate()
    _, said = running.communicate(timeout=TIMEOUT)
    assert running.returncode == 143
    assert b"interrupted: " in said


@pytest.mark.parametrize("vendor", [{"delay": 0.05}], indirect=True)
def test_an_interruption_leaves_whole_lines_and_says_the_rest(vendor: Counting, tmp_path: Path) -> None:
    (tmp_path / "ids").write_text("\n".join(f"c-{number}" for number in range(1000)), encoding="utf-8")
    command = [str(SCRIPTS / "callinspect"), "get", "bandwidth", "--input", str(tmp_path / "ids"), "--jobs", "4"]
    running = subprocess.Popen(command, env=account(vendor, tmp_path), stdout=-1, stderr=-1, bufsize=0)
    assert running.stdout
    first = running.stdout.readline()
    running.send_signal(signal.SIGINT)
    rest, said = running.communicate(timeout=TIMEOUT)
    done = ids(first + rest)
    assert running.returncode == 130
    assert done == [f"c-{number}" for number in range(len(done))]
    counted = "1 call" if len(done) == 1 else f"{len(done)} calls"
    assert f"interrupted: {counted} done, {1000 - len(done)} not done" in said.decode()
