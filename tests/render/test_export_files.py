"""`get --export`: when there is a file, what it may be, and what is refused before a vendor is asked."""

import os
import stat
from pathlib import Path

import pytest
from kit import vendors
from kit.files import bash, mortal, under
from kit.program import callinspect
from kit.sandbox_calls import ANSWERED, BUSY, known
from kit.screen import on_terminal
from kit.servers import Server
from kit.vendors import everywhere

Env = dict[str, str]

ONE = ("get", *ANSWERED, "--export")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((*ONE, "x.png"), "--export takes FILE.svg or FILE.html"),
        ((*ONE, "svg"), "--export takes FILE.svg or FILE.html"),
        ((*ONE, "-"), "--export takes FILE.svg or FILE.html"),
        ((*ONE, ""), "--export takes FILE.svg or FILE.html"),
        ((*ONE, "there/x.svg"), "there is no directory "),
        ((*ONE, "file/x.svg"), "file is not a directory"),
        ((*ONE, "folder.svg"), "folder.svg cannot be written: it is a directory"),
        ((*ONE, "pipe.svg"), "pipe.svg cannot be written: it is not a regular file"),
        ((*ONE, "x" * 300 + ".svg"), "File name too long"),
        ((*ONE, "x.svg", "--raw"), "--export draws the record and cannot be combined with --raw"),
        ((*ONE, "x.svg", "--width", "39"), "--width"),
        (("get", *ANSWERED, "--width", "80"), "--width is the width of what --export draws: add --export FILE"),
        (("get", *ANSWERED, BUSY[1], "--export", "x.svg"), "--export draws one call"),
        (("get", "-", "--export", "x.svg"), "--export draws one call"),
        (("get", "--input", "file", "--export", "x.svg"), "--export draws one call"),
        (("get", vendors.PLAIN, "--from-file", "file", "--raw", "--export", "x.svg"), "cannot be combined with --raw"),
    ],
    ids=lambda value: " ".join(value)[-60:] if isinstance(value, tuple) else None,
)
def test_what_cannot_be_meant_is_refused_unasked(
    arguments: tuple[str, ...], said: str, bare: Env, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("c-1\n")
    (tmp_path / "folder.svg").mkdir()
    os.mkfifo(tmp_path / "pipe.svg")
    before = sorted(tmp_path.iterdir())
    with Server(b"") as server:
        done = callinspect(*arguments, env={**bare, **everywhere(f"http://{server.address}")})
        assert not server.requests
    assert (done.returncode, done.stdout) == (2, b"")
    assert said in done.stderr.decode()
    assert sorted(tmp_path.iterdir()) == before


def test_a_suffix_may_be_in_capitals(env: Env, tmp_path: Path) -> None:
    for name, begin in (("x.SVG", "<svg "), ("x.Html", "<!DOCTYPE html>")):
        assert callinspect(*ONE, str(tmp_path / name), env=env).returncode == 0
        assert (tmp_path / name).read_text().startswith(begin)


def test_a_terminal_is_told_of_the_file(env: Env, tmp_path: Path) -> None:
    """In a pipe there is nothing but the call."""
    file = str(tmp_path / "x.svg")
    _, written = on_terminal(*ONE, file, env=env, columns=200)
    assert f"callinspect: {file} written\r\n" in written.decode()
    _, written = on_terminal(*ONE, file, "-q", env=env, columns=200)
    assert b" written" not in written
    assert callinspect(*ONE, file, env=env).stderr == b""


def test_only_its_owner_may_read_a_picture(env: Env, tmp_path: Path) -> None:
    """One that was there is replaced as a whole; through a link, what the link leads to."""
    file, link = tmp_path / "x.svg", tmp_path / "link.svg"
    file.write_text("old")
    file.chmod(0o644)
    link.symlink_to(file)
    assert callinspect(*ONE, str(link), env=env).returncode == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert link.is_symlink()
    assert ANSWERED[1] in file.read_text()
    assert sorted(tmp_path.iterdir()) == [link, file]


def test_a_folder_that_may_not_be_written_is_refused_unasked(env: Env, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir(0o500)
    with Server(b"") as server:
        done = under(mortal(), *ONE, str(folder / "x.svg"), env={**env, **everywhere(f"http://{server.address}")})
        assert not server.requests
    assert (done.returncode, done.stdout) == (74, b"")
    assert "x.svg could not be written: Permission denied" in done.stderr.decode()


@pytest.mark.parametrize("old", [None, "old"])
def test_a_full_disk_leaves_what_was_there(old: str | None, env: Env, tmp_path: Path) -> None:
    """And nothing is printed: the run has failed."""
    folder = tmp_path / "folder"
    folder.mkdir()
    if old:
        (folder / "x.svg").write_text(old)
    done = under(bash("ulimit -f 1"), *ONE, str(folder / "x.svg"), env=env)
    assert (done.returncode, done.stdout) == (74, b"")
    assert "x.svg could not be written: File too large" in done.stderr.decode()
    assert {each.name: each.read_text() for each in folder.iterdir()} == ({"x.svg": old} if old else {})


def test_a_call_that_is_not_there_has_no_picture(env: Env, tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    missing = next(call for call in known() if call.provider == ANSWERED[0]).id[:-1] + "0"
    done = callinspect("get", ANSWERED[0], missing, "--export", str(folder / "x.svg"), env=env)
    assert done.returncode == 3
    assert not list(folder.iterdir())


def test_a_picture_does_not_change_the_exit_status(env: Env, tmp_path: Path) -> None:
    done = callinspect("get", *BUSY, "--exit-status", "--export", str(tmp_path / "x.svg"), env=env)
    assert done.returncode == 11
    assert (tmp_path / "x.svg").exists()
