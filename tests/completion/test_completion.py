"""Completion: the scripts, and the words that the program offers."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from kit.completing import COMPLETIONS, HOSTILE, settle
from kit.program import callinspect

from callinspect import providers
from callinspect.cli import described, main
from callinspect.cli.results.output import Format
from callinspect.completion import Shell, answers, scripts, sides
from callinspect.credentials import profiles

FILES = {
    Shell.BASH: "callinspect.bash",
    Shell.ZSH: "_callinspect",
    Shell.FISH: "callinspect.fish",
    Shell.POWERSHELL: "callinspect.ps1",
}
BREAKS = " \t\n\"'><=;|&(:"
"""Bash's own COMP_WORDBREAKS."""

BUILT_IN = providers.names()

# The scripts


@pytest.mark.parametrize("shell", FILES)
def test_files_are_what_the_program_prints(shell: Shell, bare: dict[str, str]) -> None:
    printed = callinspect("completion", shell, env=bare)
    assert (printed.returncode, printed.stderr) == (0, b"")
    assert printed.stdout == (COMPLETIONS / FILES[shell]).read_bytes(), (
        f"callinspect completion {shell} > completions/{FILES[shell]} brings it up to date"
    )


def test_pwsh_gets_the_script_for_powershell() -> None:
    assert scripts.SCRIPTS[Shell.PWSH] == scripts.SCRIPTS[Shell.POWERSHELL]


def test_zsh_finds_its_directive_on_the_first_line() -> None:
    assert scripts.ZSH.startswith("#compdef callinspect\n")


def test_the_powershell_script_leaves_no_variable_behind() -> None:
    script = scripts.POWERSHELL
    assert "Register-ArgumentCompleter -Native -CommandName callinspect" in script
    for name in ("_CALLINSPECT_COMPLETE", "_CALLINSPECT_WORDS", "_CALLINSPECT_WORD"):
        assert script.count(f"$env:{name} =") == 2


# The words


Ask = Callable[..., list[str]]


@pytest.fixture(scope="module")
def settled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of a user with stored profiles and a plug-in."""
    return settle(tmp_path_factory.mktemp("home"))


@pytest.fixture
def ask(settled: dict[str, str], monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Ask:
    """Ask for the answer on a line of which the last word, possibly empty, is being typed."""
    monkeypatch.setenv("XDG_CONFIG_HOME", settled["XDG_CONFIG_HOME"])
    monkeypatch.setattr(providers, "names", lambda: (*BUILT_IN, HOSTILE))

    def asked(line: str, shell: str = "fish", point: int | None = None) -> list[str]:
        *before, current = line.split(" ")
        environ = {
            "_CALLINSPECT_COMPLETE": f"complete_{shell}",
            "_CALLINSPECT_WORDS": "\n".join(before),
            "_CALLINSPECT_WORD": current,
            "_CALLINSPECT_LINE": line,
            "_CALLINSPECT_POINT": str(len(line.encode()) if point is None else point),
            "_CALLINSPECT_BREAKS": BREAKS,
        }
        status = answers.answer(environ)
        written, said = capfdbinary.readouterr()
        assert (status, said) == (0, b"")
        return written.decode().splitlines()

    return asked


def test_what_completion_knows_of_the_command_line_is_what_it_is() -> None:
    known = described.describe(main.program())
    assert answers.table() == known, "python -m callinspect.cli.described brings it up to date"


def texts(answer: list[str]) -> list[str]:
    return [line.partition("\t")[0] for line in answer]


def test_commands_come_with_one_line_of_help(ask: Ask) -> None:
    answer = dict(line.split("\t") for line in ask("callinspect "))
    assert set(answer) == set(main.COMMANDS)
    assert all(answer.values())


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("callinspect auth ", ["login", "logout", "status"]),
        ("callinspect get ", [*BUILT_IN, HOSTILE]),
        ("callinspect auth login ", [*BUILT_IN, HOSTILE]),
        ("callinspect auth status ", [*BUILT_IN, HOSTILE]),
        ("callinspect auth logout ", [*BUILT_IN, HOSTILE]),
        ("callinspect providers ", [*BUILT_IN, HOSTILE]),
        ("callinspect get webex ", []),
        ("callinspect get webex -o ", ["auto", "table", "json", "jsonl", "csv", "vcon"]),
        ("callinspect get webex --output=", [f"--output={each}" for each in Format]),
        ("callinspect get webex --raw=", []),
        ("callinspect get webex --include ", ["raw"]),
        ("callinspect get webex --error-format ", ["text", "json"]),
        ("callinspect --error-format ", ["text", "json"]),
        ("callinspect completion ", ["bash", "zsh", "fish", "powershell", "pwsh"]),
        ("callinspect get --profile ", ["lab.1", "night-shift", "north"]),
        ("callinspect --profile ", ["lab.1", "night-shift", "north"]),
        ("callinspect get catapult --with ", ["events", "recordings", "transcriptions", "legs", "all"]),
        ("callinspect get catapult:c-1 --with ", ["events", "recordings", "transcriptions", "legs", "all"]),
        ("callinspect get --with ", []),
        ("callinspect get --query catapult --with ", []),
        ("callinspect get --raw=", []),
        ("callinspect get webex --with ", ["legs", "all"]),
        ("callinspect get catapult c-1 --set ", ["user_id=", "base_url="]),
        ("callinspect auth login catapult --set ", ["user_id=", "base_url="]),
        ("callinspect --profile catapult get genesys --set ", ["username=", "allow_http=", "base_url="]),
        ("callinspect doctor ", [*BUILT_IN, HOSTILE]),
        ("callinspect doctor webex ", [each for each in [*BUILT_IN, HOSTILE] if each != "webex"]),
        ("callinspect help ", ["exit-codes", "environment", "output", "record", *main.COMMANDS]),
        ("callinspect schema ", []),
        ("callinspect stats -o ", ["auto", "table", "json", "jsonl", "csv"]),
    ],
)
def test_a_word_is_completed_with_what_can_follow(ask: Ask, line: str, words: list[str]) -> None:
    assert sorted(texts(ask(line))) == sorted(words)


def test_figures_groups_and_files_complete_stats(ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "calls.jsonl").touch()
    others = [each for each in (*BUILT_IN, HOSTILE) if each != "webex"]
    assert sorted(texts(ask("callinspect stats webex "))) == sorted([*others, "calls.jsonl"])
    assert texts(ask("callinspect stats ./ca"))[-1] == "./calls.jsonl"
    assert texts(ask("callinspect stats --by "))[:3] == ["provider", "direction", "country"]
    assert "recording.state" in texts(ask("callinspect stats --by "))
    figures = texts(ask("callinspect stats -f overall.asr,"))
    assert {"overall.asr,overall.ner", "overall.asr,by.groups.talk.p95"} <= set(figures)
    assert "overall.asr,from.number" not in figures
    assert "from.number" in texts(ask("callinspect list -f "))


SIDES = {
    "": [*(f"{each}:" for each in (*BUILT_IN, HOSTILE)), "b c.json", "before.json", "saved/"],
    "b": ["bandwidth:", "b c.json", "before.json"],
    "before.json ": [*(f"{each}:" for each in (*BUILT_IN, HOSTILE)), "b c.json", "before.json", "saved/"],
    "saved/": ["saved/after.json"],
    "./sa": ["./saved/"],
    "~/be": ["~/before.json"],
    ".h": [".hidden.json"],
    "webex:@be": ["webex:@before.json"],
    "webex:@saved/a": ["webex:@saved/after.json"],
    "webex:": [],
    "nowhere/": [],
    "a b ": [],
}


def test_a_side_of_diff_is_a_provider_or_a_file(ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "saved").mkdir()
    for name in ("before.json", "b c.json", ".hidden.json", "saved/after.json"):
        (tmp_path / name).touch()
    for typed, words in SIDES.items():
        for shell in ("fish", "zsh"):
            found = [each.replace("\\:", ":").replace("\\\\", "\\") for each in ask(f"callinspect diff {typed}", shell)]
            assert sorted(found) == sorted(words), (typed, shell)
    assert ask("callinspect diff b", "bash") == ["bandwidth:", "b\\ c.json", "before.json"]
    assert ask("callinspect diff webex:@be", "bash") == ["@before.json"]
    assert ask("callinspect diff b", "powershell")[1] == "'b c.json'\tb c.json\tb c.json"


def test_many_files_are_not_all_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(sides.MAX_FILES + 10):
        (tmp_path / f"call-{number}.json").touch()
    monkeypatch.chdir(tmp_path)
    assert len(answers.words(["diff"], "call-")) == sides.MAX_FILES


@pytest.mark.parametrize(
    "line", ["callinspect --ca-file ", "callinspect --ca-file=", "callinspect get webex --ca-file a"]
)
def test_names_of_files_are_left_to_the_shell(ask: Ask, line: str) -> None:
    assert ask(line) == ["\t"]


def test_offers_paths_of_fields(ask: Ask) -> None:
    assert {"state", "from.number", "cause.code"} <= set(ask("callinspect get webex c-1 -f "))


def test_the_last_of_several_values_is_completed(ask: Ask) -> None:
    """But for those that are there already."""

    def offered(line: str) -> set[str]:
        return {each.partition("\t")[0] for each in ask(line)}

    extras = offered("callinspect get catapult c-1 --with ")
    assert {"events", "all"} <= extras
    assert {f"events,{each}" for each in extras - {"events"}} == offered("callinspect get catapult c-1 --with events,")
    assert "--outcome=busy,failed" in offered("callinspect list --outcome=busy,f")


def test_offers_the_command_s_own_options_and_the_common_ones(ask: Ask) -> None:
    offered = texts(ask("callinspect get webex --timeout 3 --field state -"))
    assert {"--output", "-o", "--utc", "--profile", "--no-input", "--help"} <= set(offered)
    assert "--field" in offered, "it can be repeated"
    assert not {"--timeout", "--version"} & set(offered)
    assert "--version" in texts(ask("callinspect -"))


def test_options_that_do_nothing_for_a_command_are_not_offered(ask: Ask) -> None:
    assert {"--debug", "--help"} <= set(texts(ask("callinspect schema -")))
    assert not {"--sandbox", "--timeout", "--profile", "--quiet"} & set(texts(ask("callinspect schema -")))
    assert "--sandbox" not in texts(ask("callinspect auth login -"))


def test_secret_fields_are_not_offered(ask: Ask) -> None:
    secret = {f"{each.name}=" for each in providers.get("bandwidth").fields if each.secret}
    assert not secret & set(texts(ask("callinspect get bandwidth --set ")))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("callinspect get we", ["webex"]),
        ("callinspect get webex:abc --outp", ["--output"]),
        ("callinspect get webex --output=js", ["json", "jsonl"]),
        ('callinspect get "we', ["webex"]),
        ("callinspect get 'we", ["webex"]),
        ("callinspect get w\\e", ["webex"]),
        ("callinspect get webex --raw=", []),
        ("callinspect get webex 'c 1' --outp", ["--output"]),
        ("callinspect get webex c-1 > cert", ["\t"]),
        ("callinspect get webex c-1 2>", ["\t"]),
        ("callinspect get x", [re.sub(r"([^\w:])", r"\\\1", HOSTILE)]),
        ('callinspect get "x', []),
        ("callinspect get 'x", []),
    ],
)
def test_bash_gets_what_replaces_the_word_as_bash_sees_it(ask: Ask, line: str, words: list[str]) -> None:
    assert ask(line, "bash") == words


def test_bash_counts_bytes_up_to_the_cursor(ask: Ask) -> None:
    line = "callinspect --profile é get we and more"
    assert ask(line, "bash", len("callinspect --profile é get we".encode())) == ["webex"]


def test_powershell_gets_word_name_and_tooltip(ask: Ask) -> None:
    assert ask("callinspect get we", "powershell") == ["webex\twebex\twebex"]
    assert ask("callinspect g", "pwsh") == ["get\tget\tShow what happened to a call."]
    quoted = "'" + HOSTILE.replace("'", "''") + "'"
    assert ask("callinspect get x", "powershell") == [f"{quoted}\t{HOSTILE}\t{HOSTILE}"]
    assert ask("callinspect --ca-file ", "powershell") == []


def test_words_with_control_characters_are_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(providers, "names", lambda: ("good", "b\nad", "b\x1b[2Jad", "b\tad"))
    assert [each.text for each in answers.words(["get"], "")] == ["good"]


@pytest.mark.parametrize("instruction", ["complete_bash", "complete_zsh", "complete_tcsh", "source_bash", "1"])
def test_a_question_that_makes_no_sense_gets_no_answer(bare: dict[str, str], instruction: str) -> None:
    answer = callinspect("get", "webex", "c-1", env={**bare, "_CALLINSPECT_COMPLETE": instruction})
    assert (answer.stdout, answer.stderr, answer.returncode) == (b"", b"", 1)


@pytest.mark.parametrize("text", ["{", '{"webex": ["$(touch owned)"]}', '{"webex": 1}', "[" * 100_000])
def test_profiles_that_cannot_be_read_are_no_answer(tmp_path: Path, text: str) -> None:
    env = settle(tmp_path)
    profiles.path(env).write_text(text)
    answer = callinspect(
        env={**env, "_CALLINSPECT_COMPLETE": "complete_zsh", "_CALLINSPECT_WORDS": "callinspect\n--profile"}
    )
    assert (answer.stdout, answer.stderr, answer.returncode) == (b"", b"", 1)


def test_a_plug_in_that_prints_adds_no_words(tmp_path: Path) -> None:
    env = settle(tmp_path)
    plugins = tmp_path / "plugins"
    (plugins / "loud-1.dist-info").mkdir()
    (plugins / "loud-1.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: loud\nVersion: 1\n")
    (plugins / "loud-1.dist-info" / "entry_points.txt").write_text("[callinspect.providers]\nloud = loud:PROVIDER\n")
    (plugins / "loud.py").write_text(
        "import sys\nfrom callinspect.providers.webex import PROVIDER\n"
        "print('noise')\nprint('noise', file=sys.stderr)\nPROVIDER = PROVIDER._replace(name='loud')\n"
    )
    words = "callinspect\nget\nloud\n--set"
    answer = callinspect(env={**env, "_CALLINSPECT_COMPLETE": "complete_fish", "_CALLINSPECT_WORDS": words})
    assert b"base_url=" in answer.stdout
    assert b"noise" not in answer.stdout + answer.stderr


@pytest.mark.parametrize("line", ["callinspect ", "callinspect get catapult --set ", "callinspect --profile "])
def test_neither_network_nor_keyring_is_touched(settled: dict[str, str], line: str) -> None:
    program = """if True:
        import sys
        def watch(event, arguments):
            if event.startswith("socket.") or event == "import" and arguments[0] == "keyring":
                print(event, *arguments, file=sys.stderr)
        sys.addaudithook(watch)
        from callinspect.__main__ import main
        sys.exit(main())
    """
    env = {**settled, "_CALLINSPECT_COMPLETE": "complete_fish", "_CALLINSPECT_WORDS": "\n".join(line.split())}
    done = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, check=True)
    assert done.stdout
    assert done.stderr == b""
