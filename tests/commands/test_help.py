"""What the program says about itself: version, help, topics, providers, schema."""

import json
import re

import jsonschema
import pytest
from kit.program import callinspect, unmeasured

from callinspect import __version__, providers
from callinspect.cli.main import COMMANDS

Env = dict[str, str]


def said(*arguments: str, env: Env) -> str:
    done = callinspect(*arguments, env=env)
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.decode()


def test_the_version_is_printed_alone(bare: Env) -> None:
    assert said("--version", env=bare) == f"callinspect {__version__}\n"


def test_help_names_every_command_with_what_it_does(bare: Env) -> None:
    text = said("--help", env=bare)
    for command in COMMANDS:
        assert re.search(rf"│ {command} +\w", text), command


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_with_the_common_options(command: str, env: Env) -> None:
    text = said(command, "-h", env=env)
    assert f"Usage: callinspect {command}" in text
    if command not in {"auth", "sandbox"}:
        assert "--sandbox" in text


TEXTS = [(*command.split(), "--help") for command in ("", *COMMANDS, "auth login", "auth status", "sandbox serve")]


@pytest.mark.parametrize("words", [*TEXTS, ("help", "exit-codes"), ("help", "environment"), ("schema",)], ids=" ".join)
def test_python_that_drops_docstrings_changes_no_text(words: tuple[str, ...], bare: Env) -> None:
    assert said(*words, env=unmeasured(bare | {"PYTHONOPTIMIZE": "2"})) == said(*words, env=bare)


def test_every_exit_status_is_explained(bare: Env) -> None:
    text = said("help", "exit-codes", env=bare)
    assert re.findall(r"^ *(\d+) ", text, re.MULTILINE) == [
        *("0", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "70", "74"),
        *("129", "130", "141", "143"),
    ]
    codes = ("auth_missing", "auth_rejected", "bad_response", "config", "forbidden", "internal", "keyring", "network")
    for code in (*codes, "not_found", "rate_limited", "timeout", "tls", "usage", "vendor_unavailable"):
        assert f"{code}:" in text


def test_every_variable_is_listed(bare: Env) -> None:
    text = said("help", "environment", env=bare)
    for name in ("CALLINSPECT_WEBEX_ACCESS_TOKEN or WEBEX_ACCESS_TOKEN", "BW_CLIENT_SECRET", "CALLINSPECT_PROFILE"):
        assert name in text
    for name in providers.names():
        assert f"CALLINSPECT_{name.upper()}_BASE_URL" in text


@pytest.mark.parametrize("words", TEXTS, ids=" ".join)
def test_no_help_names_a_vendor(words: tuple[str, ...], bare: Env) -> None:
    text = said(*words, env=bare).lower()
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
    assert [each["name"] for each in described] == list(providers.names())
    for each in described:
        assert each["docs"].startswith("https://")
        assert each["schemes"]
        assert each["fields"]
    assert "https://webexapis.com/v1" in said("providers", "webex", "-o", "table", env=bare)


def test_the_schema_is_a_valid_json_schema(bare: Env) -> None:
    schema = json.loads(said("schema", env=bare))
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["required"][0] == "schema_version"


def test_the_sandbox_lists_its_calls_as_json_lines(bare: Env) -> None:
    for line in said("sandbox", "calls", "-o", "jsonl", env=bare).splitlines():
        assert json.loads(line).keys() == {"provider", "id", "living", "description"}
