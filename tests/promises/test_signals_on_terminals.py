"""Signals while the terminal is changed: it is left as it was, and shows no secret.

Unmeasured: what measures coverage keeps a lock, and a signal that comes while it is held is never got over.
"""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING

import pytest
from kit.program import VENDOR, Env, env_of, require, unmeasured
from kit.sandbox_calls import ANSWERED, BUSY_SOON
from kit.servers import GOOD, Server
from kit.streams import Ended, all_at_once
from kit.terminals import Terminal
from kit.timed_signals import CALLS, SIGNALS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from kit.keyrings import SecretService

pytestmark = pytest.mark.filterwarnings("ignore:.*forkpty.*:DeprecationWarning")


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_a_signal_at_a_secret_s_prompt_restores_the_terminal(
    number: signal.Signals, keyring: SecretService, user: Env, tmp_path: Path
) -> None:
    terminal = Terminal("auth", "login", "webex", "--no-verify", env=unmeasured(user))
    terminal.until("Which one [1]:")
    terminal.type("2\n")
    terminal.until("Access token:")
    terminal.until_silent()
    terminal.strike(number)
    run = terminal.ended()
    assert (run.status, run.speaks_python) == (SIGNALS[number], False)
    assert terminal.attributes() == terminal.before
    assert keyring.text("webex/default") is None
    assert not [file for file in tmp_path.rglob("*") if file.is_file()]


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
def test_a_signal_while_watching_restores_the_terminal(number: signal.Signals, env: Env) -> None:
    def watched(delay: float) -> tuple[Ended, bool, bool]:
        terminal = Terminal("watch", *BUSY_SOON, "--timeout", "60", env=unmeasured(env))
        terminal.until("QUEUED")
        time.sleep(delay)
        terminal.strike(number)
        return terminal.ended(), terminal.shows_cursor, terminal.attributes() == terminal.before

    for delay, (run, shows_cursor, is_as_before) in all_at_once(watched, [0.0, 0.05, 0.3, 0.55]).items():
        assert (run.status, run.speaks_python) == (SIGNALS[number], False), (delay, run)
        assert shows_cursor
        assert is_as_before


DEADLY = [signal.SIGQUIT, signal.SIGABRT, signal.SIGALRM, signal.SIGUSR1, signal.SIGXCPU]


def drawing(name: str, env: Env, tmp_path: Path) -> Terminal:
    """Return the program once it has changed its terminal."""
    if name == "secret":
        terminal = Terminal("auth", "login", "webex", "--no-verify", env=unmeasured(env))
        terminal.until("Which one [1]:")
        terminal.type("2\n")
        terminal.until("Access token:")
        terminal.until_silent()
    elif name == "card":
        terminal = Terminal("watch", VENDOR, "c-1", env=unmeasured(env))
        terminal.until("UNKNOWN")
    elif name == "line":
        terminal = Terminal("wait", VENDOR, "c-1", env=unmeasured(env))
        terminal.until("next look in")
    else:
        (tmp_path / "ids").write_text("\n".join(CALLS))
        words = ("get", VENDOR, "--input", str(tmp_path / "ids"), "--rate", "1/s", "-o", "table")
        terminal = Terminal(*words, env=unmeasured(env))
        terminal.until(" failed")
    return terminal


@pytest.mark.parametrize("name", ["card", "line", "progress", "secret"])
def test_a_signal_that_kills_restores_the_terminal(name: str, user: Env, tmp_path: Path) -> None:
    with Server(GOOD) as server:
        env = env_of(tmp_path, server.url) | user
        for number in DEADLY:
            terminal = drawing(name, env, tmp_path)
            terminal.strike(number)
            run = terminal.ended()
            assert (run.status, run.speaks_python) == (-number, False), run
            assert terminal.shows_cursor, number
            assert terminal.attributes() == terminal.before, number


@pytest.mark.parametrize("number", SIGNALS, ids=lambda number: number.name)
@pytest.mark.parametrize("words", [("get", *ANSWERED), ("watch", *ANSWERED)], ids=["get", "watch"])
def test_a_signal_while_starting_restores_the_terminal(
    words: tuple[str, ...], number: signal.Signals, env: Env
) -> None:
    def begun(delay: float) -> tuple[Ended, bool, bool]:
        terminal = Terminal(*words, env=unmeasured(env))
        time.sleep(delay)
        terminal.strike(number)
        return terminal.ended(), terminal.shows_cursor, terminal.attributes() == terminal.before

    for delay, (run, shows_cursor, is_as_before) in all_at_once(begun, [0.0, 0.1, 0.2, 0.3, 0.4]).items():
        is_python_s = b"Fatal Python error: init" in run.out  # the interpreter's own, before it has read any of ours
        assert run.status in {SIGNALS[number], -number, 0} or is_python_s, (delay, run)
        assert shows_cursor
        assert is_as_before


@pytest.fixture
def shell_terminal() -> Iterator[Callable[[Env], Terminal]]:
    """A shell with job control, on a terminal."""
    bash, begun = require("bash"), list[Terminal]()

    def start(env: Env) -> Terminal:
        begun.append(Terminal("--norc", "--noprofile", "-i", env={**unmeasured(env), "PS1": "ready> "}, program=bash))
        begun[-1].until("ready> ")
        return begun[-1]

    yield start
    for each in begun:
        each.kill()


def test_a_secret_is_not_seen_after_a_stop_and_a_return_either(
    shell_terminal: Callable[[Env], Terminal], user: Env
) -> None:
    terminal = shell_terminal(user)
    terminal.type("callinspect auth login webex --no-verify\n")
    terminal.until("Which one [1]:")
    terminal.type("2\n")
    terminal.until("Access token:")
    terminal.until_silent()
    terminal.type("\x1a")
    terminal.until("Stopped")
    terminal.type("fg\n")
    terminal.until("callinspect auth login")
    terminal.until_silent()
    terminal.type("canary-9f3c1e\n")
    terminal.until("stored webex/default")
    assert b"canary-9f3c1e" not in terminal.screen


def test_the_cursor_is_seen_while_watching_is_stopped(shell_terminal: Callable[[Env], Terminal], env: Env) -> None:
    terminal = shell_terminal(env)
    terminal.type(f"callinspect watch bandwidth {BUSY_SOON[1]}\n")
    terminal.until("QUEUED")
    time.sleep(0.5)
    terminal.type("\x1a")
    terminal.until("Stopped")
    assert terminal.shows_cursor


def test_progress_is_not_drawn_in_the_background(
    shell_terminal: Callable[[Env], Terminal], env: Env, tmp_path: Path
) -> None:
    """The terminal is the shell's there; back in the foreground, it is drawn again."""
    (tmp_path / "ids").write_text(f"{ANSWERED[1]}\n" * 40)
    terminal = shell_terminal(env)
    terminal.type(f"callinspect get bandwidth --input {tmp_path / 'ids'} --rate 2/s -o table\n")
    terminal.until(" failed")
    terminal.type("\x1a")
    terminal.until("Stopped")
    terminal.type("bg\n")
    terminal.until("ready> ")
    time.sleep(1.5)
    terminal.type("echo $((40 + 2)) seen\n")
    terminal.until("42 seen")
    assert b" failed" not in terminal.screen[terminal.screen.rindex(b"Stopped") :]
    terminal.type("fg\n")
    terminal.until(" failed")
    terminal.type("\x03")
    terminal.until("not done")
    assert terminal.shows_cursor
