"""A run that is forked, as most of these tests have it, is no other than one that is started."""

import subprocess

import pytest
from kit import vendors, warm
from kit.program import SCRIPTS, Env, callinspect

RUNS = [
    ("--version",),
    ("get", "--help"),
    ("get", "nobody", "c-1"),
    ("providers", "-o", "json"),
    ("list", vendors.LISTING[0], "--sandbox", "-o", "csv", "-f", "id,state,outcome"),
    ("get", vendors.PLAIN, "-", "--from-file", "-"),
    ("identify", "-"),
]


@pytest.mark.parametrize("words", RUNS, ids=" ".join)
def test_it_writes_and_ends_as_one_that_is_started(words: tuple[str, ...], bare: Env) -> None:
    stdin = b"c-1\n\xff\n" * 9000
    started = subprocess.run([SCRIPTS / "callinspect", *words], env=bare, input=stdin, capture_output=True, check=False)
    forked = callinspect(*words, env=bare, stdin=stdin)
    assert warm.serves(bare)
    assert (forked.returncode, forked.stdout, forked.stderr) == (started.returncode, started.stdout, started.stderr)


def test_one_that_does_not_end_is_given_up(bare: Env) -> None:
    with pytest.raises(subprocess.TimeoutExpired):
        callinspect("sandbox", "serve", "--port", "0", env=bare, timeout=0.5)


@pytest.mark.parametrize("name", ["LANG", "LC_ALL", "PYTHONOPTIMIZE", "PYTHONPATH", "_CALLINSPECT_COMPLETE"])
def test_what_an_interpreter_reads_at_its_start_starts_one(name: str, bare: Env) -> None:
    assert not warm.serves({**bare, name: "C"})
