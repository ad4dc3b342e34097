"""What is imported, and why: each of these is waited for, every time.

A name that is missing here is either not needed for what is done, and belongs into the function that needs it, or is
worth its milliseconds, and gets its reason here.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from kit.program import SCRIPTS, environment

from callinspect import __version__
from callinspect.sandbox import Sandbox

CALL = "c-e4d41dd5-d796d842-ef25-2a32-fbc0-1b8b4b7a77c1"

IMPORTED = """
import os, sys
before = set(sys.modules)
from callinspect.__main__ import main
os._exit = sys.exit  # which it ends with when it has done its work
try:
    sys.exit(main())
finally:
    there = {name for name, module in sys.modules.items() if module is not None}
    print(*sorted(there - before), sep="\\n", file=sys.stderr)
"""

START = {"callinspect", "callinspect.__main__"}

ANSWER = START | {
    "callinspect.completion.answers",
    "callinspect.completion.lines",  # splits the line as bash does
    "callinspect.completion.place",  # parses it
    "callinspect.render.inert",  # a help text may be a plug-in's
}

COMMAND_LINE = START | {
    "callinspect.cli.main",
    "callinspect.cli.options",
    "callinspect.cli.console.messages",  # any run may end with an error
    "callinspect.cli.console.signals",
    "callinspect.cli.console.streams",
    "callinspect.stdio",  # which a signal may have the terminal restored by
    "callinspect.errors",
    "callinspect.redaction",  # nothing is told that has not passed it
    "callinspect.cli.redacting",  # which asks for masks only with --redact
    "callinspect.duration",
    "callinspect.render.inert",
    *("typer", "annotated_doc", "shellingham"),  # Typer, and what it imports
}

GET = COMMAND_LINE | {
    "callinspect.commands.get",
    "callinspect.cli.input.files",  # ids can come from a file
    "callinspect.cli.input.ids",
    "callinspect.cli.input.owners",
    "callinspect.cli.input.paths",
    "callinspect.cli.groups",
    "callinspect.cli.many",  # the options for many calls
    "callinspect.cli.picturing",  # the options for a picture
    "callinspect.cli.results.output",
    "callinspect.cli.results.writers",
    "callinspect.cli.opening",
    "callinspect.cli.results.tally",
    "callinspect.cli.input.targets",
    "callinspect.cli.input.times",  # reads --rate
    "callinspect.cli.input.typed",  # says what to type
    "callinspect.cli.input.words",  # reads -f
    "callinspect.provider.address",
    "callinspect.provider.auth",
    "callinspect.client.accounts",
    "callinspect.client.timeline",
    "callinspect.client.timeline.clock",  # whether the vendor's is another
    "callinspect.client.timeline.sources",
    "callinspect.client.inspection",
    "callinspect.client.inspector",
    "callinspect.provider.reader",
    "callinspect.http.connection",
    "callinspect.credentials.content",
    "callinspect.credentials.environment",
    "callinspect.credentials.explaining",  # warns of credentials that end, or travel unencrypted
    "callinspect.credentials.files",  # reads the values that are in files
    "callinspect.credentials.finding",
    "callinspect.credentials.values",
    "callinspect.deadline",
    "callinspect.installed",  # whether there are plug-ins, and keyring backends
    "callinspect.model",
    "callinspect.model.words",
    "callinspect.model.timeline",
    "callinspect.provider.reading_extras",  # whatever else is read, it is read after the call
    "callinspect.provider.words",
    "callinspect.provider.public",  # what may be shown with --redact, as data
    "callinspect.provider.moments",  # reads the times of a call
    "callinspect.http.pace",
    "callinspect.credentials.profiles",
    "callinspect.provider.check_ids",
    "callinspect.provider.contract",
    "callinspect.provider.extras",
    "callinspect.provider.exchange",
    "callinspect.provider.flows",
    "callinspect.provider.id_forms",
    "callinspect.provider.parsing",
    "callinspect.provider.legs",
    "callinspect.provider.links",
    "callinspect.provider.lists_below",
    "callinspect.provider.related",  # what else can be read, as data
    "callinspect.provider.refusals",
    "callinspect.provider.reading_errors",  # the vendor's refusals, as data
    "callinspect.provider.shape",
    "callinspect.provider.ids",  # of vendors whose answers hold several calls
    "callinspect.providers",
    "callinspect.providers.bandwidth",  # the one that is asked, no other
    "callinspect.providers.bandwidth.public",
    "callinspect.providers.bandwidth.related",
    "callinspect.providers.bandwidth.words",
    *(f"callinspect.providers.bandwidth.words.{topic}" for topic in ("calls", "errors", "recordings")),
    "callinspect.http.proxies",  # whether one leads there
    "callinspect.provider.answers",
    "callinspect.model.writing",
    "callinspect.render.jsontext",
    "callinspect.client.session",
    "callinspect.client.connections",
    "callinspect.client.settings",
    "callinspect.client.tokens",
    "callinspect.client.standing",
    "callinspect.http.tls",
    "callinspect.provider.withheld",  # looks at the numbers of a call
    "callinspect.http.transport",
    "callinspect.http.faults",
    "callinspect.http.message",
    "callinspect.http.retry",
    *("httpcore", "h11", "certifi"),  # HTTP, and what it imports
}

EXPLAIN = COMMAND_LINE | {
    "callinspect.deadline",  # of what a signal starts
    "callinspect.commands.explain",
    "callinspect.cli.explaining",
    "callinspect.cli.input.words",  # reads -f
    "callinspect.cli.results.drawn",
    "callinspect.cli.results.explained",
    "callinspect.cli.results.output",
    "callinspect.cli.results.writers",
    "callinspect.reference.explained",
    "callinspect.reference.reason",
    "callinspect.reference.tables",
    "callinspect.render.jsontext",
}

TABLES = {
    "sip": {"callinspect.reference.sip"},
    "q850": {"callinspect.reference.q850", "callinspect.reference.q850_causes", "callinspect.reference.freeswitch"},
}
"""What each table is read from."""

COSTLY = {
    *("anyio", "asyncio", "concurrent", "multiprocessing"),  # threads do
    *("click", "pydantic", "pygments", "markdown_it", "rich"),  # for help, and for people
    *("httpx", "idna"),  # for a proxy, and for addresses that are not plainly written
    "phonenumbers",  # for people
    *("csv", "email", "importlib.metadata", "keyring", "jmespath", "truststore", "unittest", "xml"),
}
"""What is slow to import and comes along easily: from the standard library, or where it happens to be installed."""


def imported(arguments: tuple[str, ...], env: dict[str, str]) -> set[str]:
    """Return the modules that a run imports: ours and those of the standard library whole, others by their package."""
    done = subprocess.run(
        [str(SCRIPTS / "python"), "-c", IMPORTED, *arguments],
        env={name: value for name, value in env.items() if not name.startswith("COVERAGE_")},
        capture_output=True,
        check=False,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout
    names = done.stderr.splitlines()
    return {name if _is_known(name) else name.partition(".")[0] for name in names}


def _is_known(name: str) -> bool:
    top = name.partition(".")[0]
    return top == "callinspect" or top in sys.stdlib_module_names


def with_packages(names: set[str]) -> set[str]:
    """Return modules, and the packages that they are in."""
    return {".".join(parts[:end]) for name in names for parts in [name.split(".")] for end in range(1, len(parts) + 1)}


def beyond_the_standard_library(names: set[str]) -> set[str]:
    return {name for name in names if name.partition(".")[0] not in sys.stdlib_module_names}


def costly(names: set[str]) -> set[str]:
    return names & COSTLY


@pytest.fixture
def env(tmp_path: Path, sandbox: Sandbox) -> dict[str, str]:
    """The environment of a user with an account at every vendor, in which httpx could find its own command line."""
    (tmp_path / "click.py").touch()
    return environment(tmp_path, PYTHONPATH=str(tmp_path), **sandbox.environment)


def test_the_version_is_shown_without_a_command_line(env: dict[str, str]) -> None:
    assert beyond_the_standard_library(imported(("--version",), env)) == START


@pytest.mark.parametrize(
    ("line", "besides"),
    [
        ("callinspect ", set()),
        ("callinspect get bandwidth c-1 --", set()),
        (
            "callinspect get we",
            {"callinspect.completion.values", "callinspect.providers", "callinspect.installed", "callinspect.errors"},
        ),
    ],
    ids=["a command", "an option", "a provider"],
)
def test_a_shell_is_answered_without_a_command_line(line: str, besides: set[str], env: dict[str, str]) -> None:
    asked = {"_CALLINSPECT_COMPLETE": "complete_bash", "_CALLINSPECT_LINE": line, "_CALLINSPECT_BREAKS": " "}
    names = imported((), {**env, **asked, "_CALLINSPECT_POINT": str(len(line))})
    assert beyond_the_standard_library(names) == with_packages(ANSWER) | besides
    assert not costly(names - besides)


def test_one_call_in_a_pipe_takes_no_more_than_it_needs(env: dict[str, str]) -> None:
    names = imported(("get", "bandwidth", CALL), env)
    assert beyond_the_standard_library(names) <= with_packages(GET)
    assert not costly(names)


def test_what_is_listed_is_imported(env: dict[str, str]) -> None:
    names = imported(("get", "bandwidth", CALL), env)
    assert {name for name in GET if name.startswith("callinspect")} <= names


@pytest.mark.parametrize("line", ["sip 486", "sip", "q850 17", "Q.850;cause=17"])
def test_only_the_table_asked_for_is_read(line: str, env: dict[str, str]) -> None:
    names = imported(("explain", *line.split()), env)
    own = TABLES["sip" if "sip" in line else "q850"]
    assert beyond_the_standard_library(names) == with_packages(EXPLAIN | own)
    assert not costly(names)


def test_records_are_counted_without_what_masks(env: dict[str, str]) -> None:
    names = imported(("stats", os.devnull, "-o", "json"), env)
    assert not {name for name in names if name.startswith(("callinspect.masking", "callinspect.comparing"))}
    assert not costly(names)


def test_countries_are_counted_without_what_draws(tmp_path: Path, env: dict[str, str]) -> None:
    file = tmp_path / "calls.jsonl"
    file.write_text('{"schema_version": "1", "provider": "p", "id": "1", "to": {"number": "+4930901820"}}')
    assert costly(imported(("stats", str(file), "--by", "country", "-o", "json"), env)) == {"phonenumbers"}


@pytest.mark.parametrize("command", ["get", "list", "wait", "watch"])
def test_no_vendor_is_imported_to_show_help(command: str, env: dict[str, str]) -> None:
    assert not any(name.startswith("callinspect.providers.") for name in imported((command, "--help"), env))


@pytest.mark.parametrize("arguments", [("--help",), ("get", "--help"), ("help", "record")], ids=" ".join)
def test_help_is_shown_without_what_draws_boxes(arguments: tuple[str, ...], env: dict[str, str]) -> None:
    needless = {"rich", "markdown_it", "pygments", "httpx", "keyring", "callinspect.sandbox"}
    assert not needless & imported(arguments, env)


@pytest.mark.parametrize("arguments", [("--version",), ("--version", "--no-color")], ids=" ".join)
def test_the_version_is_the_same_either_way(arguments: tuple[str, ...], env: dict[str, str]) -> None:
    done = subprocess.run([str(SCRIPTS / "callinspect"), *arguments], env=env, capture_output=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, f"callinspect {__version__}{os.linesep}".encode(), b"")
