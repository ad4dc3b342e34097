"""A run that is forked, as most of these tests have it, is no other than one that is started."""

import contextlib
import json
import os
import subprocess
import tempfile
import time
from pathlib import Path

import pytest
from kit import plugins, vendors, warm
from kit.program import SCRIPTS, Done, Env, callinspect

RUNS = [
    ("--version",),
    ("get", "--help"),
    ("get", "nobody", "c-1"),
    ("providers", "-o", "json"),
    ("list", vendors.LISTING[0], "--sandbox", "-o", "csv", "-f", "id,state,outcome"),
    ("get", vendors.PLAIN, "-", "--from-file", "-"),
    ("identify", "-"),
    ("get", "-", "--sandbox", "-o", "jsonl", "-f", "id,state"),
    ("wait", vendors.NAMES[0], "c-1", "--sandbox", "--timeout", "0.5"),
]


def started(words: tuple[str, ...], env: Env, stdin: bytes = b"") -> Done:
    return subprocess.run([SCRIPTS / "callinspect", *words], env=env, input=stdin, capture_output=True, check=False)


def written(done: Done) -> tuple[int, bytes, bytes]:
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("words", RUNS, ids=" ".join)
def test_it_writes_and_ends_as_one_that_is_started(words: tuple[str, ...], bare: Env) -> None:
    stdin = b"c-1\n\xff\n" * 9000
    assert warm.serves(bare)
    assert written(callinspect(*words, env=bare, stdin=stdin)) == written(started(words, bare, stdin))


def test_a_foreign_module_in_its_directory_changes_neither(
    bare: Env, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("json", "callinspect", "httpx"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit(99)")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(warm, "_started", {})
    forked = callinspect("get", "nobody", "c-1", env=bare)
    assert forked.returncode == 2
    assert written(forked) == written(started(("get", "nobody", "c-1"), bare))


@pytest.mark.parametrize(
    "words",
    [
        ("sandbox", "serve", "--port", "0"),
        ("sandbox", "run", "--", "sleep", "30"),
        ("sandbox", "run", "--", "sh", "-c", "sleep 30 & sleep 30"),
        ("sandbox", "run", "--", "sh", "-c", "sleep 30 &"),
    ],
    ids=" ".join,
)
def test_one_that_does_not_end_is_given_up(words: tuple[str, ...], bare: Env) -> None:
    """Nor is what it started waited for."""
    begun = time.monotonic()
    with pytest.raises(subprocess.TimeoutExpired):
        callinspect(*words, env=bare, timeout=0.7)
    assert time.monotonic() - begun < 20
    assert callinspect("--version", env=bare).returncode == 0


def test_a_run_that_nobody_waits_for_ends_no_other(bare: Env) -> None:
    assert callinspect("--version", env=bare).returncode == 0
    before = dict(warm._started)  # noqa: SLF001 - which process forks is nobody else's concern
    with contextlib.ExitStack() as stack:
        pipes = [os.pipe() for _ in range(4)]
        for each in (*(end for pipe in pipes for end in pipe),):
            stack.callback(os.close, each)
        task = stack.enter_context(tempfile.TemporaryFile())
        task.write(json.dumps({"words": ["callinspect", "--version"], "env": bare, "directory": "/"}).encode())
        task.seek(0)
        forking = warm._forking(warm.measured(bare))  # noqa: SLF001 - as above
        forking.fork(task.fileno(), pipes[0][0], *(write for _, write in pipes[1:]))
    assert callinspect("--version", env=bare).returncode == 0
    time.sleep(0.5)
    assert callinspect("--version", env=bare).returncode == 0
    assert dict(warm._started) == before  # noqa: SLF001 - as above


def test_another_process_forks_after_one_has_ended(bare: Env) -> None:
    assert callinspect("--version", env=bare).returncode == 0
    for each in [*warm._started.values()]:  # noqa: SLF001 - it cannot be ended otherwise
        each._process.kill()  # noqa: SLF001 - as above
        each._process.wait()  # noqa: SLF001 - as above
    assert callinspect("--version", env=bare).returncode == 0


def test_every_run_is_started_if_that_is_asked_for(bare: Env, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(warm.STARTING, "1")
    assert not warm.serves(bare)


@pytest.mark.parametrize("name", ["LANG", "LC_ALL", "PYTHONOPTIMIZE", "PYTHONPATH", "_CALLINSPECT_COMPLETE"])
def test_what_an_interpreter_reads_at_its_start_starts_one(name: str, bare: Env) -> None:
    assert not warm.serves({**bare, name: "C"})


PLUGIN = """
from callinspect.provider import Bearer, Field, Provider, Shape, errors, one, place

PROVIDER = Provider(
    name="acme", title="Acme", docs="https://example.com", base_url="https://acme.example.com/v1",
    fields=(Field(name="access_token", title="Token", secret=True),), schemes=(Bearer(),),
    fetch=one(place("calls")), normalize=Shape(id="id", state="state", words={}).reader("acme"),
    refusal=errors("why", "code"),
)
"""


@pytest.mark.parametrize("words", [("providers",), ("identify", "c-1"), ("get", "acme", "c-1"), ("get", "acm", "c-1")])
def test_a_plug_in_is_found_by_both(words: tuple[str, ...], bare: Env, tmp_path: Path) -> None:
    env = bare | {"PYTHONPATH": str(plugins.installed(tmp_path / "plugins", "acme", PLUGIN))}
    assert warm.serves(env)
    done = callinspect(*words, env=env)
    assert b"acme" in (done.stdout + done.stderr).lower() or words[0] == "identify"
    assert written(done) == written(started(words, env))
    assert b"acme" not in callinspect("providers", env=bare).stdout


OTHERS = [
    *("sitecustomize.py", "usercustomize.py", "json.py", "httpx.py", "callinspect/__init__.py", "_ssl.so"),
    *("httpx-0.1.dist-info/METADATA", "rich-1.egg-info/PKG-INFO", "keyring/backends/x.py"),
]


@pytest.mark.parametrize("name", OTHERS)
def test_a_folder_that_changes_more_starts_one(name: str, bare: Env, tmp_path: Path) -> None:
    assert warm.serves({**bare, "PYTHONPATH": str(tmp_path)})
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).touch()
    assert not warm.serves({**bare, "PYTHONPATH": str(tmp_path)})
    assert not warm.serves({**bare, "PYTHONPATH": f"/{os.pathsep}{tmp_path}"})
