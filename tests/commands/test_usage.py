"""Command lines that are wrong, and what they are answered with."""

import json

import pytest
from kit.program import callinspect
from kit.sandbox_calls import ANSWERED

from callinspect import providers
from callinspect.cli.habits import SIDES

Env = dict[str, str]

NAME, ID = ANSWERED
GET = "callinspect get CALL_ID"


def answer(line: str, env: Env) -> str:
    done = callinspect(*line.split(), env=env)
    assert (done.returncode, done.stdout) == (2, b"")
    return done.stderr.decode().rstrip("\n")


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        ("gte", "did you mean get?"),
        ("auth logn", "did you mean login?"),
        ("shwo", "use callinspect get CALL_ID"),
        ("lgoin", "use callinspect auth login PROVIDER"),
        ("lst", "did you mean list?"),
        ("sandbox lst", "use callinspect sandbox calls"),
        ("auth list", "use callinspect auth status"),
        (f"help {NAME.title()}", f"use callinspect providers {NAME}"),
        (f"show {ID}", "use callinspect get CALL_ID"),
        ("describe", "use callinspect get CALL_ID"),
        ("INSPECT", "use callinspect get CALL_ID"),
        ("login", "use callinspect auth login PROVIDER"),
        ("logout", "use callinspect auth logout PROVIDER"),
        ("config", "use callinspect auth login PROVIDER"),
        ("status", "use callinspect auth status"),
        ("ls", "use callinspect list\n"),
        ("tail", "use callinspect watch CALL_ID"),
        *((each, "use callinspect diff A B, each PROVIDER:CALL_ID, a file") for each in ("compare", "cmp", "changes")),
        *((each, "use callinspect get CALL_ID --redact") for each in ("redact", "sanitize", "anonymize", "mask")),
        *((each, "use callinspect get CALL_ID --export FILE.svg\n") for each in ("export", "exprot", "svg", "picture")),
        *((each, "use callinspect doctor\n") for each in ("check", "diagnose", "ping", "test")),
        (f"vcon {ID}", "use callinspect get CALL_ID -o vcon\n"),
        ("share", "use callinspect get CALL_ID --export FILE.svg --redact for a picture"),
        ("open", "use callinspect get --from-file FILE\n"),
        ("version", "use callinspect --version"),
        ("nothing-like-it", "callinspect --help lists the commands"),
        (f"{NAME} {ID}", f"use callinspect get {NAME} {ID}"),
        (f"{NAME.title()}", f"use callinspect get {NAME} CALL_ID"),
        (f"{NAME}:{ID}", f"use callinspect get {NAME}:{ID}"),
        (ID, f"use callinspect get {ID}"),
    ],
)
def test_an_unknown_command_is_answered_with_what_to_type(line: str, instead: str, bare: Env) -> None:
    assert instead in f"{answer(line, bare)}\n"


@pytest.mark.parametrize(
    ("line", "instead"),
    [
        ("get --timout 3", "did you mean --timeout?"),
        ("get --fromat json", "use -o FORMAT"),
        ("get --json", "use -o json"),
        ("get --jq .state", "use --query EXPR, or pipe to jq"),
        ("get --output-format json", "use -o FORMAT"),
        ("get --format json", "use -o FORMAT"),
        ("get --pretty", "use -o table"),
        ("get --table", "use -o table"),
        ("get --csv", "use -o csv"),
        ("get --web", "use -f links"),
        *((f"{each} x --export y.svg", f"use {GET} --export FILE.svg") for each in ("list", "watch", "wait", "diff")),
        ("diff --width 60", f"use {GET} --export FILE.svg --width N"),
        ("get --svg", "use --export FILE.svg"),
        ("list --png", f"use {GET} --export FILE.svg"),
        ("--export x get", f"use {GET} --export FILE.svg"),
        ("list --mask", "use --redact"),
        ("get --anonymize", "use --redact"),
        ("diff x y --vcon", f"use {GET} -o vcon"),
        ("diff x y --csv", "use callinspect list -o csv"),
        ("list --csv", "use -o csv"),
        ("list --from-file x", "use callinspect get --from-file FILE"),
        ("wait --file x", "use callinspect get --from-file FILE"),
        ("get x --diff", "use callinspect diff A B"),
        ("get --filter x", "use callinspect list --state STATE"),
        ("list --filter x", "use --state, --outcome, --cause, --number, --from and --to"),
        ("list --count", "use callinspect stats"),
        ("get --wait", "use callinspect wait CALL_ID"),
        ("get --limit 3", "use callinspect list --limit N"),
        ("list -L 3", "use --limit N"),
        ("get --since 2h", "use callinspect list --since TIME"),
        ("schema --json", "callinspect schema --help lists the options"),
        ("schema --timeot 3", "callinspect schema --help lists the options"),
        ("--json get", "use -o json, after the command"),
        ("-f state get", "-f comes after the command: callinspect get"),
        ("auth --profile x login", "--profile comes after the command: callinspect auth login"),
        ("--versoin", "did you mean --version?"),
    ],
)
def test_an_unknown_option_is_answered_with_what_to_type(line: str, instead: str, bare: Env) -> None:
    assert answer(line, bare).endswith(instead) or instead in answer(line, bare)


@pytest.mark.parametrize(
    "line",
    [
        *("get --token SECRET", "get --password=SECRET", "auth login x --client-secret SECRET", "--user=SECRET get"),
        *("list -u SECRET", "get --SECRET", "get --raw=SECRET", f"{NAME} SECRET", f"{NAME}:SECRET"),
        *("get x y -o SECRET", "get x y --jobs SECRET", "wait x y --for SECRET", "schema SECRET"),
        *("SECRETSECRETSECRETSECRETSECRETSECRET", "completion SECRET"),
    ],
)
def test_a_value_that_may_be_a_secret_is_not_repeated(line: str, bare: Env) -> None:
    assert "zx81" not in answer(line.replace("SECRET", "zx81-hunter2"), bare)


def test_an_empty_value_is_answered_with_its_option(bare: Env) -> None:
    for option, name in (("-p", "--profile"), ("--ca-file", "--ca-file")):
        done = callinspect("get", "x", "y", option, "", env=bare)
        assert (done.returncode, done.stderr.decode()) == (2, f"error: {name} cannot be empty\n")


def test_secrets_as_arguments_are_answered_with_login(bare: Env) -> None:
    for option in ("--token", "--password", "--client-secret", "-u"):
        assert "secrets are never arguments; use callinspect auth login" in answer(f"get {option} x", bare)


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        ("wait", "CALL_ID is missing", "callinspect wait [PROVIDER] CALL_ID"),
        ("wait a b c", "too many arguments", "type callinspect wait [PROVIDER] CALL_ID"),
        ("completion", "SHELL is missing", "type callinspect completion SHELL"),
        ("auth", "the command is missing", "type callinspect auth login, logout or status"),
        ("auth login --stdin", "PROVIDER is missing", f"name one: {', '.join(providers.names())}"),
        ("schema a b", "too many arguments", "type callinspect schema"),
        ("get x y -o jsn", "--output must be auto, table, json, jsonl, csv or vcon", "did you mean json?"),
        ("get x y -o xml", "--output must be auto, table, json, jsonl, csv or vcon", "see callinspect get --help"),
        ("get x y -o svg", "--output must be auto, table, json, jsonl, csv or vcon", "use --export FILE.svg"),
        ("get x y -o HTML", "--output must be auto, table, json, jsonl, csv or vcon", "use --export FILE.html"),
        ("list -o png", "--output must be auto, table, json, jsonl, csv or vcon", f"use {GET} --export FILE.svg"),
        ("diff x y -o vcon", "--output must be auto, table, json or jsonl", f"use {GET} -o vcon"),
        ("get x y -o card", "--output must be auto, table, json, jsonl, csv or vcon", "use -o table"),
        ("diff x y -o patch", "--output must be auto, table, json or jsonl", "use -o json"),
        ("diff", "A is missing", f"type callinspect diff A [B], {SIDES}"),
        ("diff x y z", "too many arguments", f"type callinspect diff A [B], {SIDES}"),
        ("get x y --jobs 0", "--jobs must be a whole number from 1 to 256", "see callinspect get --help"),
        ("get x y --jobs a", "--jobs must be a whole number from 1 to 256", "see callinspect get --help"),
        ("wait x:1", "“x:1” is not a call ID of a known form", "callinspect wait PROVIDER CALL_ID"),
        (f"watch {NAME}", "CALL_ID is missing", f"callinspect watch {NAME} CALL_ID"),
        (
            f"wait {NAME} 1 --interval 0",
            "--interval takes a time such as 30, 30s or 2m, 0.1 s or more and up to 1d",
            None,
        ),
        ("get +1(919)555-0134", "this is a phone number, not a call ID", "callinspect list --number +19195550134"),
        ("get 919-555-0134", "this is a phone number, not a call ID", "callinspect list --number 9195550134"),
        ("identify http://x/", "there is no call ID in the address x/", "give the call ID itself"),
        ("get x y --with", "--with needs a value", "type --with NAME"),
        ("list --with legs", "there is no option --with", "use callinspect get CALL_ID --with NAME"),
        ("get x y --raw=yes", "--raw takes no value", "type --raw alone"),
        ("get x y -Z", "there is no option -Z", "callinspect get --help lists the options"),
        (f"get {NAME} y --query bad[[", "--query is not valid JMESPath: see character 5", None),
        (f"get {NAME} y --query 'bad", "--query is not valid JMESPath: see character 1", None),
        (f"get {NAME} y --query a.", "--query is not valid JMESPath: it ends too early", None),
        (f"get {NAME} y --query foo(", "--query is not valid JMESPath: it ends too early", None),
        ("get --bogus", "there is no option --bogus", "callinspect get --help lists the options"),
        ("get --aaaaaaaaaaaaaaaaaaa", "there is no such option", "callinspect get --help lists the options"),
        ("get --Bogus", "there is no such option", "callinspect get --help lists the options"),
    ],
)
def test_a_usage_error_says_what_is_wrong_and_what_to_type(
    line: str, message: str, hint: str | None, bare: Env
) -> None:
    said = json.loads(answer(f"--error-format json {line}", bare))
    assert (said["error"]["code"], said["error"]["message"], said["error"]["hint"]) == ("usage", message, hint)
