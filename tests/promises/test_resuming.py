"""An earlier output that a run goes on from."""

from __future__ import annotations

import json
import random
import subprocess
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from urllib.parse import quote_plus

import pytest
from kit.files import IDS, PROGRAM, mortal, offered, said
from kit.program import TIMEOUT, VENDOR, Done, Env, callinspect, unmeasured
from kit.sandbox_calls import ANSWERED, BUSY, RINGING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


class TestResuming:
    """An earlier output that a run goes on from."""

    @pytest.fixture
    def record(self, env: Env) -> bytes:
        return callinspect("get", *BUSY, "-o", "jsonl", env=env).stdout

    def resumed(self, env: Env, file: Path) -> Done:
        """Run `get … --resume FILE >> FILE`."""
        with file.open("ab") as output:
            return subprocess.run(
                [PROGRAM, "get", VENDOR, "-", "--resume", str(file)],
                env=env,
                input=IDS.encode(),
                stdout=output,
                stderr=subprocess.PIPE,
                timeout=TIMEOUT,
                check=False,
            )

    @pytest.mark.parametrize(
        "end",
        [
            b"",
            b"CUT",
            b'{"provider":VENDOR,"id":"c-e4d4',
            b"{",
            b'{"provider":VENDOR,"id":"\xc3',
            b"\0" * 500,
        ],
        ids=["whole", "without-newline", "cut", "bracket", "in-a-character", "zeroes"],
    )
    def test_appended_to_itself_it_is_what_one_run_would_write(
        self, end: bytes, record: bytes, env: Env, tmp_path: Path
    ) -> None:
        file = tmp_path / "out.jsonl"
        file.write_bytes(record.rstrip(b"\n") if end == b"CUT" else record + end)
        done = self.resumed(env, file)
        assert (done.returncode, done.stderr) == (0, b"")
        records = [json.loads(line) for line in file.read_bytes().splitlines()]
        assert [each["id"] for each in records] == [BUSY[1], ANSWERED[1]]
        assert file.read_bytes().endswith(b"}\n")

    def test_wherever_a_kill_cuts_it(self, env: Env, tmp_path: Path) -> None:
        whole = callinspect("get", VENDOR, "-", env=env, stdin=IDS).stdout
        ids = [json.loads(line)["id"] for line in whole.splitlines()]
        cuts = sorted({0, 1, whole.index(b"\n"), whole.index(b"\n") + 1, len(whole) - 1, len(whole)})
        cuts += random.sample(range(2, len(whole) - 1), 6)

        def mended(cut: int) -> list[str]:
            file = tmp_path / f"out-{cut}.jsonl"
            file.write_bytes(whole[:cut])
            done = self.resumed(env, file)
            assert (done.returncode, done.stderr) == (0, b""), cut
            return [json.loads(line)["id"] for line in file.read_bytes().splitlines()]

        with ThreadPoolExecutor(3) as pool:
            assert dict(zip(cuts, pool.map(mended, cuts), strict=True)) == dict.fromkeys(cuts, ids)

    def test_into_another_file_it_is_left_as_it_is(self, record: bytes, env: Env, tmp_path: Path) -> None:
        file, other = tmp_path / "out.jsonl", tmp_path / "other.jsonl"
        file.write_bytes(record + b'{"provider":"bandw')
        before = file.stat()
        done = self.piped(env, file, f"> {other}")
        assert (done.returncode, done.stderr) == (0, b"")
        assert [json.loads(line)["id"] for line in other.read_bytes().splitlines()] == [ANSWERED[1]]
        assert file.read_bytes() == record + b'{"provider":"bandw'
        assert file.stat().st_mtime_ns == before.st_mtime_ns

    def piped(self, env: Env, file: Path, how: str, ids: str = IDS, prefix: list[str] | None = None) -> Done:
        """Run `get … --resume FILE` in a shell, with what follows it there; the exit status is its own."""
        script = f'"$1" get bandwidth - -o jsonl --resume "$2" {how}; exit ${{PIPESTATUS[0]}}'
        words = [*(prefix or []), "bash", "-c", script, "bash", PROGRAM, str(file)]
        return subprocess.run(words, env=env, input=ids.encode(), capture_output=True, timeout=TIMEOUT, check=False)

    @pytest.mark.parametrize("end", [b"", b"CUT", b'{"provider":VENDOR,"id":"c-e4d4', b"{", b"\0" * 500])
    @pytest.mark.parametrize("how", ['| tee -a "$2" > /dev/null', '| cat >> "$2"', '| tee -a "$2" | cat', '>> "$2"'])
    def test_however_it_is_gone_on_with_it_becomes_whole(
        self, how: str, end: bytes, record: bytes, env: Env, tmp_path: Path
    ) -> None:
        file = tmp_path / "out.jsonl"
        file.write_bytes(record.rstrip(b"\n") if end == b"CUT" else record + end)
        for _ in range(2):
            done = self.piped(env, file, how)
            assert done.returncode == 0, said(done)
            records = [json.loads(line) for line in file.read_bytes().splitlines()]
            assert [each["id"] for each in records] == [BUSY[1], ANSWERED[1]]

    def test_one_that_nobody_can_write_is_left_as_it_is(self, record: bytes, env: Env, tmp_path: Path) -> None:
        file = tmp_path / "out.jsonl"
        file.write_bytes(record + b'{"provider":"bandw')
        file.chmod(0o400)
        done = self.piped(unmeasured(env), file, "| cat", prefix=mortal())
        assert (done.returncode, done.stderr) == (0, b"")
        assert file.read_bytes() == record + b'{"provider":"bandw'

    @pytest.mark.parametrize("form", [("-f", "id"), ("-f", "nofield"), ("-o", "csv")])
    def test_another_form_or_a_usage_error_leaves_it_as_it_is(
        self, form: tuple[str, ...], record: bytes, env: Env, tmp_path: Path
    ) -> None:
        file = tmp_path / "out.jsonl"
        file.write_bytes(record + b'{"provider":"bandw')
        done = callinspect("get", VENDOR, "-", *form, "--resume", str(file), env=env, stdin=f"{ANSWERED[1]}\n")
        assert done.returncode == (2 if "nofield" in form else 0)
        assert file.read_bytes() == record + b'{"provider":"bandw'

    def test_what_was_said_meanwhile_is_passed_over(self, record: bytes, env: Env, tmp_path: Path) -> None:
        file = tmp_path / "out.jsonl"
        file.write_bytes(b"callinspect: waiting 2 s: slow down\n" + record + b"callinspect: interrupted\n")
        done = self.piped(env, file, "| cat", ids=f"{json.loads(record)['id']}\n")
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")

    @pytest.mark.parametrize("spelled", [str.upper, quote_plus, lambda each: each.replace("-", "%2d"), "{}=".format])
    def test_an_id_in_another_spelling_is_the_same_call(
        self, spelled: Callable[[str], str], record: bytes, env: Env, tmp_path: Path
    ) -> None:
        file = tmp_path / "out.jsonl"
        file.write_bytes(record)
        done = self.piped(env, file, "| cat", ids=f"{spelled(BUSY[1])}\n")
        assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")

    def test_a_call_asked_for_by_its_session_is_not_asked_again(self, env: Env, tmp_path: Path) -> None:
        record = json.loads(callinspect("get", "webex", RINGING[1], "-o", "jsonl", env=env).stdout)
        file = tmp_path / "out.jsonl"
        note = f"the call that was asked for is {record['session_id']}"
        for notes, left in (([], 1), ([note], 0)):
            file.write_text(json.dumps(record | {"warnings": notes}) + "\n")
            words = ("get", "webex", "-", "--resume", str(file), "-o", "jsonl")
            done = callinspect(*words, env=env, stdin=f"{record['id']}\n{record['session_id']}\n")
            assert len((done.stdout + done.stderr).splitlines()) == left

    @pytest.mark.parametrize(
        ("content", "line"),
        [
            (b"id,provider\nx,bandwidth\n", 1),
            (b"RECORDnot a record\nRECORD", 2),
            (b"RECORD5\n", 2),
            (b"RECORD[]\n", 2),
            (b'RECORD{"provider": VENDOR}\n', 2),
            (b'RECORD{"provider": 1, "id": "x"}\n', 2),
            (b"RECORD" + b"[" * 100_000 + b"\n", 2),
            (b"RECORDRECORD\0\0\0\n", 3),
            (b'{"provider":"bandwRECORD', 1),
        ],
        ids=["csv", "text", "number", "list", "no-id", "id-of-number", "nested", "zeroes", "glued"],
    )
    def test_what_is_not_earlier_output_is_refused_with_the_line(
        self, content: bytes, line: int, record: bytes, env: Env, tmp_path: Path
    ) -> None:
        """It is left as it is."""
        file = tmp_path / "out.jsonl"
        content = content.replace(b"RECORD", record)
        file.write_bytes(content)
        done = self.resumed(env, file)
        assert done.returncode == 2
        assert f"{file}, line {line}, is not a record" in said(done)
        assert file.read_bytes() == content

    @pytest.mark.parametrize("form", ["BOM", "UTF-16"])
    def test_so_is_one_in_another_encoding(self, form: str, record: bytes, env: Env, tmp_path: Path) -> None:
        file = tmp_path / "out.jsonl"
        content = b"\xef\xbb\xbf" + record if form == "BOM" else record.decode().encode("utf-16")
        file.write_bytes(content)
        done = self.resumed(env, file)
        if form == "UTF-16":
            assert f"{file} is UTF-16 text, not UTF-8\n  · save it as UTF-8" in said(done)
        if done.returncode == 0:
            assert form == "BOM"
            assert [json.loads(each)["id"] for each in file.read_text("utf-8-sig").splitlines()] == [
                BUSY[1],
                ANSWERED[1],
            ]
        else:
            assert (done.returncode, file.read_bytes()) == (2, content)

    @pytest.mark.parametrize("end", [b"precious notes", b"id;provider", b"[1, 2"], ids=["notes", "csv", "list"])
    def test_a_last_line_that_begins_no_record_was_not_cut_off(
        self, end: bytes, record: bytes, env: Env, tmp_path: Path
    ) -> None:
        file = tmp_path / "out.jsonl"
        file.write_bytes(record + end)
        assert self.resumed(env, file).returncode == 2
        assert file.read_bytes() == record + end

    def test_lines_may_end_as_on_windows(self, record: bytes, env: Env, tmp_path: Path) -> None:
        file = tmp_path / "out.jsonl"
        file.write_bytes(record.replace(b"\n", b"\r\n"))
        assert self.resumed(env, file).returncode == 0
        assert [json.loads(line)["id"] for line in file.read_bytes().splitlines()] == [BUSY[1], ANSWERED[1]]

    def test_it_may_be_reached_by_a_symbolic_link(self, record: bytes, env: Env, tmp_path: Path) -> None:
        (tmp_path / "real").write_bytes(record + b'{"prov')
        (tmp_path / "out.jsonl").symlink_to("real")
        assert self.resumed(env, tmp_path / "out.jsonl").returncode == 0
        assert [json.loads(line)["id"] for line in (tmp_path / "real").read_bytes().splitlines()] == [
            BUSY[1],
            ANSWERED[1],
        ]

    def test_one_that_is_empty_is_where_every_run_begins(self, env: Env, tmp_path: Path) -> None:
        (tmp_path / "out.jsonl").touch()
        assert self.resumed(env, tmp_path / "out.jsonl").returncode == 0
        assert (tmp_path / "out.jsonl").read_bytes().count(b"\n") == 2

    def test_standard_input_is_refused(self, env: Env) -> None:
        done = offered(env, "--resume", "-")
        assert (done.returncode, done.stdout) == (2, b"")
        assert "--resume reads a file, not standard input" in said(done)
