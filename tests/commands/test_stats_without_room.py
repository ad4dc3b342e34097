"""The temporary file for durations, where it cannot be: a full disk, or Python without SQLite."""

import json
import resource
import subprocess
from pathlib import Path

import pytest
from kit.program import SCRIPTS, TIMEOUT, Env, callinspect, unmeasured

from callinspect.figures.spread import MAX_HELD

COUNT = 3 * MAX_HELD // 2

CALLS = ["-f", "overall.calls", "-q"]

CALL = {"schema_version": "1", "provider": "p", "id": "1", "state": "ended", "outcome": "answered"}


@pytest.fixture
def wide(tmp_path: Path) -> Path:
    """A file of calls with more distinct durations than are held in memory, by us and by SQLite."""
    path = tmp_path / "wide.jsonl"
    every = (json.dumps({**CALL, "durations": {"talk": number, "ring": number}}) for number in range(COUNT))
    path.write_text("\n".join(every))
    return path


def test_a_full_temporary_directory_is_said(wide: Path, env: Env) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))

    words = [str(SCRIPTS / "callinspect"), "stats", str(wide), *CALLS]
    done = subprocess.run(
        words, env=unmeasured(env), capture_output=True, timeout=TIMEOUT, check=False, preexec_fn=limit
    )
    assert (done.returncode, done.stdout) == (74, b""), done.stderr
    assert b"error: the temporary file for the percentiles cannot be written: " in done.stderr
    assert b"TMPDIR" in done.stderr


def test_without_sqlite_the_figures_are_the_same(wide: Path, tmp_path: Path, env: Env) -> None:
    (tmp_path / "without").mkdir()
    (tmp_path / "without" / "sqlite3.py").write_text("raise ModuleNotFoundError('No module named _sqlite3')")
    without = {**env, "PYTHONPATH": str(tmp_path / "without")}
    figures = ["-f", "overall.calls,overall.talk.p50,overall.talk.p95"]
    found, expected = (callinspect("stats", str(wide), *figures, env=each) for each in (without, env))
    assert (found.returncode, found.stdout) == (0, expected.stdout)
    assert expected.stdout.startswith(f"{COUNT}\t".encode())
