"""What the program says about itself: version, help, topics, providers, schema."""

import json
import re
import subprocess
from pathlib import Path

import jsonschema
import pytest
from kit.program import TIMEOUT, callinspect, unmeasured
from kit.recipes import RECIPES

from callinspect import __version__, providers, sandbox
from callinspect.cli.main import COMMANDS, SECTIONS
from callinspect.cli.manual import examples
from callinspect.completion import answers
from callinspect.credentials import profiles

Env = dict[str, str]

PATHS = [(), *sorted({command[:length] for command in RECIPES for length in (1, 2)})]
"""Every command and group of commands."""


def said(*arguments: str, env: Env) -> str:
    done = callinspect(*arguments, env=env)
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.decode()


def test_the_version_is_printed_alone(bare: Env) -> None:
    assert said("--version", env=bare) == f"callinspect {__version__}\n"


def test_help_names_every_command_with_what_it_does(bare: Env) -> None:
    text = said("--help", env=bare)
    for section, names in SECTIONS.items():
        _, _, listed = text.partition(f"\n{section}:\n")
        listed, _, _ = listed.partition("\n\n")
        assert re.findall(r"^  (\w+)  +\w", listed, re.MULTILINE) == list(names)


@pytest.mark.parametrize("command", PATHS, ids=" ".join)
def test_help_ends_with_the_global_options_and_examples(command: tuple[str, ...], env: Env) -> None:
    text = said(*command, "-h", env=env)
    assert text.startswith(f"Usage: callinspect {' '.join(command)}".rstrip())
    headings = re.findall(r"\n\n(\S.*):\n  ", text)
    assert headings[-2:] == ["Global options", "Examples"]
    _, _, examples = text.partition("\nExamples:\n")
    assert len(re.findall(r"^  # .+\n  (?:source <\()?callinspect ", examples, re.MULTILINE)) == 3


@pytest.mark.parametrize("command", [each for each in PATHS if each], ids=" ".join)
def test_an_option_is_in_help_if_it_is_completed(command: tuple[str, ...], bare: Env) -> None:
    listed, _, _ = said(*command, "--help", env=bare).partition("\nExamples:")
    labels = [line.partition("  ")[0] for line in re.findall(r"^  (-.*)", listed, re.MULTILINE)]
    names = {name for label in labels for name in re.findall(r"(?:^|, )(--?[a-z-]+)", label)}
    assert names == {each.text for each in answers.words([*command], "-") if each.text.startswith("-")}


def test_a_default_is_shown_as_it_is_typed(bare: Env) -> None:
    text = " ".join(said("wait", "--help", env=bare).split())
    assert "the first one reached ends the wait (default ended)." in text


def test_options_stand_where_they_are_looked_for(bare: Env) -> None:
    headings = re.findall(r"\n\n(\S.*):\n  ", said("get", "--help", env=bare))
    assert headings == ["Arguments", "Many calls", "Output", "Account", "Global options", "Examples"]
    text = said("list", "--help", env=bare)
    _, _, filters = text.partition("\nWhich calls:\n")
    assert {"--from", "--since", "--limit"} <= set(re.findall(r"(--\w+)", filters.partition("\n\n")[0], re.MULTILINE))


@pytest.mark.parametrize(
    ("command", "shown", "hidden"),
    [
        ("get", ["--sandbox", "--timeout", "--profile"], []),
        ("auth login", ["--timeout", "--no-input"], ["--sandbox"]),
        ("auth logout", ["--profile"], ["--sandbox", "--timeout", "--ca-file"]),
        ("providers", ["--profile", "--quiet"], ["--sandbox", "--timeout", "--no-input"]),
        ("schema", ["--error-format"], ["--sandbox", "--timeout", "--profile", "--quiet", "--verbose"]),
        ("completion", ["--debug"], ["--sandbox", "--timeout", "--ca-file"]),
        ("help", ["--quiet"], ["--sandbox", "--timeout", "--ca-file"]),
    ],
)
def test_only_global_options_that_do_something_are_shown(
    command: str, shown: list[str], hidden: list[str], bare: Env
) -> None:
    _, _, options = said(*command.split(), "--help", env=bare).partition("\nGlobal options:\n")
    options, _, _ = options.partition("\n\n")
    assert [each for each in shown if each not in options] == []
    assert [each for each in hidden if each in options] == []


def test_a_global_option_that_does_nothing_is_accepted(bare: Env) -> None:
    assert said("schema", "--timeout", "3", "--sandbox", env=bare) == said("schema", env=bare)


@pytest.mark.parametrize("width", ["40", "80", "200"])
def test_no_line_of_help_is_wider_than_the_terminal(width: str, bare: Env) -> None:
    topics = (("help", topic) for topic in ("exit-codes", "environment", "output", "record"))
    for words in (("--help",), ("list", "--help"), ("help",), *topics, ("providers", "-o", "table")):
        text, _, _ = said(*words, env=bare | {"COLUMNS": width}).partition("\nExamples:\n")
        assert [line for line in text.splitlines() if len(line) > int(width) and " " in line.strip()] == []


def test_examples_have_a_call_that_the_sandbox_has() -> None:
    """Not that it is the first: another vendor may come before its own."""
    name, call_id = examples.FIRST.read_text(encoding="utf-8").split()
    steady = {call.id for call in sandbox.calls(name) if not call.living}
    assert call_id in steady, "python -m callinspect.cli.described brings it up to date"


EXAMPLES = sorted({example.line for path in examples.EXAMPLES for example in examples.filled(path)})
RUN = [line for line in EXAMPLES if not re.search(r"auth|serve|jq|zsh|fish|source", line)]


@pytest.mark.parametrize("line", RUN)
def test_an_example_works_in_the_sandbox(line: str, bare: Env, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it is typed in a shell; `wait` and `watch` may run out of time, where the call does not end.

    `diff` finds differences: a call begins anew with each sandbox.
    """
    monkeypatch.chdir(tmp_path)
    _, _, call_id = next(each for each in EXAMPLES if " get " in each).rpartition(" ")
    (tmp_path / "ids.txt").write_text(f"{call_id}\n")
    (tmp_path / "runbook.sh").write_text("#!/bin/sh\n")
    (tmp_path / "runbook.sh").chmod(0o700)
    if "calls.jsonl" in line:
        listed = said("--sandbox", "list", "-q", "-o", "jsonl", env=bare)
        (tmp_path / "calls.jsonl").write_text(listed)
    for name in ("before.json", "after.json") if re.search(" diff |from-file", line) else ():
        (tmp_path / name).write_text(said("--sandbox", "get", call_id, "-q", "--include", "raw", env=bare))
    typed = line.replace("callinspect", "callinspect --sandbox --timeout 5")
    if re.search(r"[^\w\s:.,/=+-]", typed):
        done = subprocess.run(["sh", "-c", typed], env=bare, capture_output=True, timeout=TIMEOUT, check=False)
    else:  # words, which a shell hands over as they are
        done = callinspect(*typed.split()[1:], env=bare)
    statuses = {0, 8} if re.search("wait|watch", line) else {1} if " diff " in line else {0}
    assert done.returncode in statuses, done.stderr
    assert done.stderr == b"" or done.returncode == 8 or re.search("vcon|stats", line)  # which say what is left out


@pytest.mark.parametrize("command", PATHS, ids=" ".join)
def test_help_of_a_command_is_its_help_option(command: tuple[str, ...], bare: Env) -> None:
    if command:
        assert said("help", *command, env=bare).rstrip() == said(*command, "--help", env=bare).rstrip()


def test_options_that_judge_a_call_say_so_exactly(bare: Env) -> None:
    """A call whose outcome is not known is among the failed ones; --query sees one call at a time."""
    lines = {words: " ".join(said(*words.split(), env=bare).split()) for words in ("list --help", "get --help")}
    assert "--failed Only calls that ended with any outcome but answered." in lines["list --help"]
    assert "Exit 11 if the call ended with another outcome than answered" in lines["get --help"]
    assert "--query EXPR Print the result of a JMESPath expression for each call" in lines["get --help"]
    assert "the call ended with another outcome than answered" in said("help", "exit-codes", env=bare)


def test_help_alone_lists_topics_and_commands(bare: Env) -> None:
    text = said("help", env=bare)
    listed = re.findall(r"^  ([\w-]+)  +\w", text, re.MULTILINE)
    assert listed == ["exit-codes", "environment", "output", "record", *COMMANDS]


@pytest.mark.parametrize(
    ("words", "hint"),
    [("exit-code", "did you mean exit-codes?"), ("gte", "did you mean get?"), ("auth lgin", "did you mean login?")],
)
def test_help_on_what_there_is_not_names_the_nearest(words: str, hint: str, bare: Env) -> None:
    done = callinspect("help", *words.split(), env=bare)
    assert (done.returncode, done.stdout) == (2, b"")
    assert hint in done.stderr.decode()


def test_every_key_of_the_record_is_explained(bare: Env) -> None:
    text = said("help", "record", env=bare)
    rows = dict(re.findall(r"^  (\S+)\s+(\S.*)$", text, re.MULTILINE))
    assert set(json.loads(said("schema", env=bare))["properties"]) <= set(rows)
    assert {"from.number", "cause.sip", "durations.talk", "redirections.reason"} <= set(rows)
    assert rows["to"] == "called party; keys as in from"


TEXTS = [(*command.split(), "--help") for command in ("", *COMMANDS, "auth login", "auth status", "sandbox serve")]


@pytest.mark.parametrize("words", [*TEXTS, ("help", "exit-codes"), ("help", "environment"), ("schema",)], ids=" ".join)
def test_python_that_drops_docstrings_changes_no_text(words: tuple[str, ...], bare: Env) -> None:
    assert said(*words, env=unmeasured(bare | {"PYTHONOPTIMIZE": "2"})) == said(*words, env=bare)


def test_every_exit_status_is_explained(bare: Env) -> None:
    text = said("help", "exit-codes", env=bare)
    assert re.findall(r"^ *(\d+) ", text, re.MULTILINE) == [
        *("0", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "70", "74"),
        *("126", "127", "129", "130", "141", "143"),
    ]
    codes = ("auth_missing", "auth_rejected", "bad_response", "config", "forbidden", "internal", "keyring", "network")
    for code in (*codes, "not_found", "rate_limited", "timeout", "tls", "usage", "vendor_unavailable"):
        assert f"{code}:" in text


@pytest.mark.parametrize("words", [("help", "exit-codes"), ("providers", "bandwidth", "-o", "table")], ids=" ".join)
def test_lines_are_as_wide_as_the_terminal(words: tuple[str, ...], bare: Env) -> None:
    for width in (64, 100):
        lines = said(*words, env=bare | {"COLUMNS": str(width)}).splitlines()
        widest = max(len(line) for line in lines if " " in line.strip())
        assert width - 16 < widest <= width


def test_every_variable_is_listed(bare: Env) -> None:
    text = said("help", "environment", env=bare)
    for name in ("CALLINSPECT_WEBEX_ACCESS_TOKEN or WEBEX_ACCESS_TOKEN", "BW_CLIENT_SECRET", "CALLINSPECT_PROFILE"):
        assert name in text
    for name in providers.names():
        assert f"CALLINSPECT_{name.upper()}_BASE_URL" in text


@pytest.mark.parametrize("words", TEXTS, ids=" ".join)
def test_no_help_names_a_vendor_but_in_examples(words: tuple[str, ...], bare: Env) -> None:
    text, _, _ = said(*words, env=bare).lower().partition("\nexamples:\n")
    assert not [name for name in providers.names() if name in text]


@pytest.mark.parametrize(
    ("provider", "facts"),
    [
        (
            "bandwidth",
            ["filtered by the vendor: --cause, --from, --since, --to, --until", "not be found for up to 2 min"],
        ),
        ("catapult", ["cannot be filtered by: --cause", "one call at a time", "bridgeId", "--with events"]),
        ("webex", ["list --history", "8 calls at once"]),
    ],
)
def test_a_provider_says_how_options_differ_there(provider: str, facts: list[str], bare: Env) -> None:
    text = said("providers", provider, "-o", "table", env=bare)
    assert [each for each in facts if each not in text] == []


def test_output_is_explained(bare: Env) -> None:
    assert "-o csv" in said("help", "output", env=bare)


def test_every_provider_says_what_it_needs_and_its_documentation(bare: Env) -> None:
    described = [json.loads(line) for line in said("providers", env=bare).splitlines()]
    assert json.loads(said("providers", "-o", "json", env=bare)) == described
    assert [each["name"] for each in described] == list(providers.names())
    for each in described:
        assert each["docs"].startswith("https://")
        assert each["schemes"]
        assert each["fields"]
    assert "https://webexapis.com/v1" in said("providers", "webex", "-o", "table", env=bare)


def test_providers_are_a_table_of_what_each_can_do(bare: Env) -> None:
    first, *rows = said("providers", "-o", "table", env=bare).splitlines()
    assert first.split() == ["NAME", "VENDOR", "COMMANDS", "CREDENTIALS"]
    assert [row.split()[0] for row in rows] == list(providers.names())
    assert all(row.endswith("get list wait watch  not set") for row in rows)


def test_providers_say_where_credentials_are_without_a_keyring(bare: Env) -> None:
    profiles.remember(bare, "catapult", "emea")
    (row,) = [line for line in said("providers", "-o", "table", env=bare).splitlines() if line.startswith("catapult")]
    assert row.endswith("keyring (emea)")
    env = bare | {"CALLINSPECT_WEBEX_ACCESS_TOKEN": "t-1"}
    assert json.loads(said("providers", "webex", "-o", "json", env=env))[0]["credentials"] == "environment"
    invalid = bare | {"CALLINSPECT_WEBEX_BASE_URL": "nonsense"}
    assert json.loads(said("providers", "webex", "-o", "json", env=invalid))[0]["credentials"] is None


def test_the_schema_is_a_valid_json_schema(bare: Env) -> None:
    schema = json.loads(said("schema", env=bare))
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["required"][0] == "schema_version"


def test_the_sandbox_lists_its_calls_as_json_lines(bare: Env) -> None:
    calls = [json.loads(line) for line in said("sandbox", "calls", "-o", "jsonl", env=bare).splitlines()]
    for each in calls:
        assert each.keys() == {"provider", "id", "living", "description"}
    assert json.loads(said("sandbox", "calls", "-o", "json", env=bare)) == calls
