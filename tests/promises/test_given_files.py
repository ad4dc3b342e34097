"""Files that a command line names, whatever they turn out to be."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest
from kit.files import IDS, LIMITED, PROGRAM, bash, offered, said, under
from kit.program import TIMEOUT, VENDOR, Env, callinspect
from kit.sandbox_calls import ANSWERED, BUSY

if TYPE_CHECKING:
    from pathlib import Path

ODD_NAMES = [
    "with space",
    "l1\nl2",
    "-x",
    "--input",
    "\x1b[2J",
    "ü\u202e",
    os.fsdecode(b"\xff\xfe"),
    "a" * 255,
    "*",
    "$(x)",
]


class TestGivenFiles:
    """Files that a command line names."""

    @pytest.mark.parametrize("option", ["--input", "--resume", "--from-file", "--ca-file"])
    def test_what_cannot_be_read_is_a_configuration_error(self, option: str, env: Env, tmp_path: Path) -> None:
        """One line names it."""
        (tmp_path / "loop").symlink_to("loop")
        (tmp_path / "dangling").symlink_to("missing")
        (tmp_path / "file").touch()
        names_of_none = ODD_NAMES if option == "--ca-file" else ODD_NAMES[:7] if option == "--input" else ODD_NAMES[4:7]
        paths = ["loop", "dangling", "missing", "file/x", ".", "n" * 256, *names_of_none]
        paths = [str(tmp_path / path) for path in paths] + ["/proc/self/mem", "/dev/zero", os.fsdecode(b"/\xff")]
        with ThreadPoolExecutor(3) as pool:
            runs = dict(zip(paths, pool.map(lambda path: offered(env, option, path), paths), strict=True))
        for path, done in runs.items():
            told = said(done)
            status = 10 if option == "--ca-file" else 2
            assert (done.returncode, done.stdout, told.count("\n")) == (status, b"", 1), (path, told)
            assert "\x1b" not in told
            assert "\u202e" not in told

    @pytest.mark.parametrize("option", ["--input", "--resume", "--from-file"])
    def test_an_odd_name_is_a_name_like_any_other(self, option: str, env: Env, tmp_path: Path) -> None:
        body = callinspect("get", *BUSY, "--raw", env=env).stdout
        record = callinspect("get", *ANSWERED, "-o", "jsonl", env=env).stdout
        content = {"--input": IDS.encode(), "--resume": record, "--from-file": body}[option]
        odd = ODD_NAMES if option == "--input" else ODD_NAMES[1:7]
        for name in odd:
            (tmp_path / name).write_bytes(content)
        with ThreadPoolExecutor(3) as pool:
            runs = list(pool.map(lambda name: offered(env, option, str(tmp_path / name)), odd))
        assert [(done.returncode, done.stderr) for done in runs] == [(0, b"")] * len(odd)

    def test_a_name_that_begins_with_a_dash_can_be_a_word(self, env: Env, tmp_path: Path) -> None:
        (tmp_path / "-x").write_text(IDS)
        done = under([], "get", VENDOR, "--input", "-x", env=env, cwd=tmp_path)
        assert (done.returncode, done.stdout.count(b"\n")) == (0, 2)

    @pytest.mark.parametrize(
        ("content", "status", "records"),
        [
            (b"", 0, 0),
            (b"\n\r\n \t\n", 0, 0),
            (IDS.encode().rstrip(), 0, 2),
            (IDS.replace("\n", "\r\n").encode(), 0, 2),
            (b"\xef\xbb\xbf" + IDS.encode(), 0, 2),
            (IDS.encode("utf-16"), 2, 0),
            (b"\0" * 3000, 2, 0),
            (IDS.encode() + b"\0\n", 9, 2),
            (IDS.encode() + b"x" * 1_000_000 + b"\n", 9, 2),
            (IDS.encode() + b"[" * 100_000 + b"\n", 9, 2),
            (IDS.encode() + b'{"id":' * 100_000 + b"\n", 9, 2),
            (IDS.replace("\n", "\r").encode(), 2, 0),
        ],
        ids=[
            *("empty", "blank", "no-final-newline", "CRLF", "BOM", "UTF-16", "zeroes", "zero", "long", "brackets"),
            *("nested", "CR"),
        ],
    )
    def test_a_file_of_ids_may_hold_anything(
        self, content: bytes, status: int, records: int, env: Env, tmp_path: Path
    ) -> None:
        (tmp_path / "ids").write_bytes(content)
        done = offered(env, "--input", str(tmp_path / "ids"))
        said(done)
        assert (done.returncode, done.stdout.count(b"\n")) == (status, records)
        assert ("is UTF-16 text, not UTF-8" in said(done)) == (content[1:4:2] == b"\xfe\0")
        piped = callinspect("get", VENDOR, "-", env=env, stdin=content)
        assert (piped.returncode, piped.stdout.count(b"\n")) == (status, records)

    @pytest.mark.parametrize("option", ["--input", "--from-file", "--resume"])
    def test_one_without_an_end_is_given_up_in_little_memory(self, option: str, env: Env) -> None:
        call = (ANSWERED[1],) if option == "--resume" else ()
        done = under(bash(f"ulimit -v {LIMITED}"), "get", VENDOR, *call, option, "/dev/zero", env=env)
        assert (done.returncode, done.stdout) == (2, b"")
        assert "MiB" in said(done)

    def test_a_pipe_with_a_name_is_read_to_its_end(self, env: Env, tmp_path: Path) -> None:
        body = callinspect("get", *BUSY, "--raw", env=env).stdout
        record = callinspect("get", *BUSY, "-o", "jsonl", env=env).stdout
        fifo = tmp_path / "fifo"
        os.mkfifo(fifo)
        for option, content, expected in (
            ("--input", IDS.encode(), 2),
            ("--from-file", body, 0),
            ("--resume", record, 1),
        ):
            writer = threading.Thread(target=fifo.write_bytes, args=(content,))
            writer.start()
            done = offered(env, option, str(fifo))
            writer.join(TIMEOUT)
            assert (done.returncode, done.stderr) == (0, b"")
            assert done.stdout.count(b"\n") == expected or option == "--from-file"

    @pytest.mark.parametrize("option", ["--input", "--ca-file"])
    def test_waiting_for_somebody_to_write_to_it_can_be_interrupted(
        self, option: str, env: Env, tmp_path: Path
    ) -> None:
        os.mkfifo(tmp_path / "fifo")
        env |= {"CALLINSPECT_BANDWIDTH_BASE_URL": "https://127.0.0.1:9/api/v2"}
        running = subprocess.Popen(
            [PROGRAM, "get", VENDOR, *(["x"] if option == "--ca-file" else []), option, str(tmp_path / "fifo")],
            env=env,
            stdout=-1,
            stderr=-1,
        )
        time.sleep(1.5)
        running.send_signal(signal.SIGTERM)
        try:
            running.communicate(timeout=TIMEOUT)
        finally:
            running.kill()
        assert running.returncode in {143, -signal.SIGTERM}
