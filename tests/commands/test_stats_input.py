"""`stats`: files and standard input that are not what they should be, and what surrounds the counting."""

import bz2
import gzip
import json
import lzma
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from kit.program import SCRIPTS, TIMEOUT, Env, callinspect, unmeasured
from kit.random_records import lines, records

from callinspect.cli.input.files import MAX_VALUES_IN_A_LINE

CALLS = ["-f", "overall.calls", "-q"]

SPLIT = "put one entry on a line: jq -c '.[]' FILE | callinspect … -"

CALL = {"schema_version": "1", "provider": "p", "id": "1", "state": "ended", "outcome": "answered"}


def said(*words: str, env: Env, stdin: str = "", status: int = 2) -> str:
    done = callinspect("stats", *words, *CALLS, env=env, stdin=stdin)
    assert done.returncode == status, done.stderr
    return done.stderr.decode()


@pytest.mark.parametrize(("pack", "program"), [(gzip.compress, "gzip"), (bz2.compress, "bzip2"), (lzma.compress, "xz")])
def test_a_compressed_file_is_named_as_one(pack: Any, program: str, tmp_path: Path, env: Env) -> None:
    path = tmp_path / "calls.jsonl"
    path.write_bytes(pack(lines(50).encode()))
    text = said(str(path), env=env)
    assert text.startswith(f"error: {path} is compressed ({program})\n")
    assert f"{program} -dc FILE | callinspect … -" in text
    unpacked = (
        subprocess.run([program, "-dc", path], capture_output=True, check=True).stdout if _is_there(program) else b""
    )
    assert not unpacked or callinspect("stats", "-", *CALLS, env=env, stdin=unpacked.decode()).stdout == b"50\n"


def _is_there(program: str) -> bool:
    return shutil.which(program) is not None


@pytest.mark.parametrize("indent", [None, 0])
def test_an_array_with_too_many_values_is_not_called_no_json(indent: int | None, env: Env) -> None:
    every = [{**CALL, "capabilities": [0] * 1000}] * (MAX_VALUES_IN_A_LINE // 1000)
    text = said("-", env=env, stdin=json.dumps(every, indent=indent))
    assert "line 1: not a record: it has too many values" in text
    assert SPLIT in text


@pytest.mark.parametrize(("indent", "what"), [(None, "line 1, is"), (0, "the JSON text that begins in line 1 is")])
def test_an_array_that_is_too_long_comes_with_a_remedy(indent: int | None, what: str, env: Env) -> None:
    text = said("-", env=env, stdin=json.dumps([{**CALL, "vendor": {"x": "x" * 10**6}}] * 25, indent=indent))
    assert text == f"error: standard input, {what} longer than 20 MiB\n  · {SPLIT}\n"


def test_nan_is_not_json(env: Env) -> None:
    text = json.dumps({**CALL, "vendor": {"x": float("nan")}})
    assert "line 1: not a record: it is not JSON" in said("-", "--by", "vendor.x", env=env, stdin=text)


def test_a_missing_file_is_said_before_others_are_counted(tmp_path: Path, env: Env) -> None:
    """Standard input without an end is not read first."""
    words = [str(SCRIPTS / "callinspect"), "stats", "-", str(tmp_path / "none.jsonl")]
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(words, env=unmeasured(env), **pipes) as run:
        assert run.wait(TIMEOUT) == 2
        _, text = run.communicate()
    assert b"none.jsonl cannot be read: No such file or directory" in text


def test_a_word_that_is_neither_is_said_to_be_neither(env: Env) -> None:
    assert "there is no provider or file “calls.jsn”" in said("calls.jsn", env=env)


def test_a_redirected_file_without_a_dash_is_not_ignored(tmp_path: Path, env: Env) -> None:
    path = tmp_path / "calls.jsonl"
    path.write_text(lines(1))
    with path.open() as stream:
        words = [str(SCRIPTS / "callinspect"), "stats"]
        done = subprocess.run(words, env=env, stdin=stream, capture_output=True, timeout=TIMEOUT, check=False)
    assert b"type stats - to count records from standard input" in done.stderr


def test_calls_without_a_time_are_said_if_times_are_compared(env: Env) -> None:
    timeless = [
        each for each in records(300) if not any(each[key] for key in ("created_at", "answered_at", "ended_at"))
    ]
    failed = [each for each in timeless if each["state"] == "ended" and each["outcome"] != "answered"]
    assert 1 < len(failed) < len(timeless)
    for words, left in (((), timeless), (("--failed",), failed)):
        done = callinspect("stats", "-", "--since", "1d", *words, "-f", "overall.calls", env=env, stdin=lines(300))
        note = f"{len(left)} calls are left out: they have no time, so --since and --until cannot be applied"
        assert note in done.stderr.decode()
    assert b"left out: they" not in callinspect("stats", "-", "--failed", env=env, stdin=lines(300)).stderr


def test_records_that_cannot_be_masked_make_few_lines(env: Env) -> None:
    odd = [{**CALL, "provider": "bandwidth", "id": f"{number}", "answered_at": "soon"} for number in range(50)]
    text = "\n".join(json.dumps(each) for each in (*odd, {**CALL, "provider": "bandwidth", "id": "good"}))
    for words, what in ((("--redact",), "masked"), (("--state", "ended"), "filtered")):
        told = said("-", *words, env=env, stdin=text, status=9)
        assert f"error: bandwidth 0: a record cannot be {what}: answered_at is not a time" in told
        assert told.count("error:") == 11
        assert "error: 40 more lines cannot be counted" in told


def test_limit_counts_calls_and_not_bad_lines(env: Env) -> None:
    done = callinspect("stats", "-", "-n", "5", *CALLS, env=env, stdin=f"x\nx\n{lines(9)}")
    assert (done.returncode, done.stdout) == (9, b"5\n")
