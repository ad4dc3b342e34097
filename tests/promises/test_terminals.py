"""Encodings, widths and colors of a terminal: what is shown is what it can show."""

from __future__ import annotations

import re
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from kit.credential_runs import ACCEPTED
from kit.program import VENDOR, Env, env_of
from kit.sandbox_calls import ANSWERED
from kit.servers import GOOD, Answer, Chooser, answer
from kit.streams import AT_ONCE, COMMANDS, FEW, HELP, Ended, all_at_once, shell
from kit.terminals import Terminal

from callinspect.cli.console.progress import Pause
from callinspect.sandbox import calls

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from types import FrameType

    from kit.keyrings import SecretService
    from kit.timed_signals import Struck

pytestmark = pytest.mark.filterwarnings("ignore:.*forkpty.*:DeprecationWarning")
POOR: dict[str, Env] = {
    "latin-1": {"PYTHONIOENCODING": "latin-1"},
    "C": {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    "POSIX-strict": {
        "LC_ALL": "POSIX",
        "PYTHONUTF8": "0",
        "PYTHONCOERCECLOCALE": "0",
        "PYTHONIOENCODING": "ascii:strict",
    },
}

FOREIGN = next(
    call for call in calls() if call.provider == "webex" and "not ASCII" in call.description and not call.living
)


@pytest.mark.parametrize("poor", [POOR["latin-1"], POOR["POSIX-strict"]], ids=["latin-1", "POSIX-strict"])
def test_an_encoding_costs_only_the_characters_it_lacks(poor: Env, env: Env) -> None:
    foreign = {form: ("get", FOREIGN.provider, FOREIGN.id, "-o", form) for form in ("table", "json", "csv")}
    commands = foreign | (COMMANDS | HELP if "PYTHONUTF8" in poor else {name: COMMANDS[name] for name in FEW})
    ended = all_at_once(lambda name: shell(commands[name], "", env=env | poor), list(commands))
    for name, run in ended.items():
        assert run.status == 0, (name, run)
        assert run.out.endswith((b"\n", b"}")), (name, run)
        assert not run.speaks_python, (name, run)
    assert ended["table"].out.decode("latin-1" if "PYTHONUTF8" not in poor else "ascii")
    assert b"\\u" in ended["table"].out
    rich = all_at_once(lambda form: shell(foreign[form], "", env=env), ["json", "csv"])
    for form, run in rich.items():
        assert len(run.out) == len(ended[form].out)
        run.out.decode()
        assert not ended[form].out.isascii()
    failed = shell(("gte",), "", env=env | poor)
    assert failed.status == 2
    assert failed.err.startswith(rb"error: there is no command \u201cgte\u201d")


@pytest.mark.parametrize("columns", ["0", "1", "12", "abc", "-5", "9" * 30])
def test_any_width_is_wide_enough_for_identifiers(columns: str, env: Env) -> None:
    narrow = env | {"COLUMNS": columns}
    commands = {name: COMMANDS[name] for name in ("get-table", "several-table", "several-raw")}
    ended = all_at_once(lambda name: shell(commands[name], "", env=narrow), list(commands))
    for name, run in ended.items():
        assert (run.status, run.err) == (0, b""), (name, run)
        assert ANSWERED[1].encode() in run.out, (name, run)


def test_help_has_words_at_any_width(env: Env) -> None:
    for columns in ("12", "1"):
        run = shell(HELP["command"], "", env=env | {"COLUMNS": columns})
        assert run.status == 0
        assert b"get" in run.out.replace(b"\n", b"")


@pytest.mark.parametrize("given", [{"TERM": "dumb"}, {"NO_COLOR": "1"}, {"TERM": "xterm"}], ids=str)
def test_a_terminal_gets_as_much_color_as_it_can_bear(given: Env, env: Env) -> None:
    def shown(words: tuple[str, ...]) -> Ended:
        return Terminal(*words, env=env | given).ended()

    commands = [COMMANDS["get"], COMMANDS["several"], COMMANDS["watch"], ("gte",)]
    for words, run in all_at_once(shown, commands).items():
        assert run.status == (2 if words == ("gte",) else 0), (words, run)
        assert not run.speaks_python
        assert b"\x1b[3" not in run.out or given == {"TERM": "xterm"}, (words, run)
        assert b"\x1b" not in run.out or given != {"TERM": "dumb"}, (words, run)


FORCED = {"FORCE_COLOR": "1", "CLICOLOR_FORCE": "1", "TERM": "xterm-256color"}
HELPS = [("--help",), ("get", "-h"), ("auth", "--help"), (), ("help", "output"), ("get", "--nonsense"), ("gte",)]


@pytest.mark.parametrize("given", [{}, FORCED], ids=["usual", "forced"])
def test_help_and_errors_have_no_color_that_is_not_wanted(given: Env, bare: Env) -> None:
    def shown(case: tuple[tuple[str, ...], Env]) -> Ended:
        return Terminal(*case[0], env=bare | given | case[1]).ended()

    ways: list[Callable[[tuple[str, ...]], tuple[tuple[str, ...], Env]]] = [
        lambda words: (("--no-color", *words), {}),
        lambda words: ((*words, "--no-color"), {}),
        lambda words: (words, {"NO_COLOR": "1"}),
        lambda words: (words, {"TERM": "dumb"}),
    ]
    # Each way with every command where color is forced, and with some of them where it is not.
    plain = [
        way(words) for at, way in enumerate(ways) for each, words in enumerate(HELPS) if given or each % len(ways) == at
    ]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        runs = list(pool.map(shown, plain))
    for (words, environ), run in zip(plain, runs, strict=True):
        assert run.out, words
        assert b"\x1b" not in run.out, (words, environ)
    assert b"\x1b[1m" in shown((("--help",), {})).out


def test_only_what_is_asked_for_colors_a_pipe(env: Env) -> None:
    for words in (("--help",), COMMANDS["get-table"]):
        assert b"\x1b[" in shell(words, "", env=env | {"FORCE_COLOR": "1"}).out
        for given in ({"FORCE_COLOR": ""}, {"GITHUB_ACTIONS": "1"}, {"FORCE_COLOR": "1", "NO_COLOR": "1"}):
            assert b"\x1b" not in shell(words, "", env=env | given).out, (words, given)
        assert b"\x1b" not in shell((*words, "--no-color"), "", env=env | {"FORCE_COLOR": "1"}).out


@pytest.mark.parametrize("given", [{}, FORCED], ids=["usual", "forced"])
def test_progress_has_no_color_that_is_not_wanted(given: Env, many: tuple[Struck, tuple[str, ...]]) -> None:
    program, words = many
    for word, environ in (("--no-color", Env()), ("-v", {"NO_COLOR": "1"}), ("-v", {"TERM": "dumb"}), ("-v", {})):
        run = Terminal(*words, word, "-o", "table", env=program.env | given | environ).ended()
        is_colored = b"\x1b[3" in run.out or b"\x1b[9" in run.out
        assert (run.status, is_colored) == (0, word == "-v" and not environ), environ
        assert (b" failed" in run.out) == ("TERM" not in environ), environ


def test_a_pause_of_all_calls_is_told_once_and_counted_down(user: Env, tmp_path: Path) -> None:
    def choose(_request: bytes) -> Answer:
        is_limited = len(server.times) > 1 and server.times[-1] < server.times[1] + 2.9
        return answer(429, given={"Retry-After": "3"}) if is_limited else GOOD

    with Chooser(choose) as server:
        words = ["get", VENDOR, *["c-1"] * 20, "--jobs", "4", "--timeout", "1", "-o", "table"]
        run = Terminal(*words, env=env_of(tmp_path, server.url) | user).ended()
    assert run.status == 0, run
    assert run.out.count(b"waiting 3 s") == 1
    left = [int(each) for each in re.findall(rb"resuming in (\d) s", run.out)]
    assert set(left) == {3, 2, 1}
    assert left == sorted(left, reverse=True)


def test_a_pause_that_threads_record_at_once_is_new_once() -> None:
    """However they take turns: each lets the others run at every line."""

    def take_turns(frame: FrameType, event: str, _: object) -> Any:
        if event == "line":
            time.sleep(0.001)
        return take_turns if frame.f_code is Pause.record.__code__ else None

    pause = Pause()
    with ThreadPoolExecutor(8, initializer=sys.settrace, initargs=(take_turns,)) as pool:
        needed = list(pool.map(lambda _: pause.record(3.0, "the vendor asks for it"), range(8)))
    assert needed.count(True) == 1


@pytest.mark.parametrize("poor", [POOR["C"], POOR["POSIX-strict"], {"TERM": ""}], ids=["C", "POSIX-strict", "no-TERM"])
def test_questions_are_asked_in_any_encoding(poor: Env, keyring: SecretService, user: Env) -> None:
    terminal = Terminal("auth", "login", "catapult", "--no-verify", env=user | poor)
    terminal.until("User ID (u-")
    terminal.type(ACCEPTED["catapult"]["user_id"] + "\n")
    for question, value in (
        ("API token", ACCEPTED["catapult"]["token"]),
        ("API secret", ACCEPTED["catapult"]["secret"]),
    ):
        terminal.until(question)
        terminal.until_silent()
        terminal.type(f"{value}\n")
    run = terminal.ended()
    assert run.status == 0, run
    assert ACCEPTED["catapult"]["secret"].encode() not in run.out
    assert keyring.item("catapult/default")["secret"] == ACCEPTED["catapult"]["secret"]
    assert terminal.attributes() == terminal.before
