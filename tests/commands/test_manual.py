"""The manual page: generated, current, and clean roff."""

import re
import subprocess
from pathlib import Path

import pytest
from kit.program import callinspect, require
from kit.recipes import RECIPES

from callinspect.cli import described
from callinspect.cli.manual.pages import Entry, Page
from callinspect.cli.manual.roff import as_roff

FILE = Path(__file__).parents[2] / "completions" / "callinspect.1"
SECTIONS = (
    *("NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "OPTIONS"),
    *("OUTPUT", "RECORD", "EXIT STATUS", "ENVIRONMENT", "FILES", "EXAMPLES"),
)


OTHERWISE = {"All", "set", "one", "two,", "names", "both.", "mounts;", "CALLINSPECT_PROVIDER_FIELD,"}
"""What a topic says of its own form."""


def formatted(source: str) -> str:
    """Return a page as groff prints it on a wide terminal; it may warn of nothing."""
    command = [require("groff"), "-ww", "-man", "-Tutf8", "-P-cbou", "-rLL=200n"]
    done = subprocess.run(command, input=source.encode(), capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.decode()


def test_the_manual_page_is_what_the_commands_say() -> None:
    text = FILE.read_text(encoding="utf-8")
    assert text == described.manual(), "python -m callinspect.cli.described brings it up to date"


def test_the_manual_page_depends_on_no_width(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    assert FILE.read_text(encoding="utf-8") == described.manual()


def test_the_manual_page_has_its_sections_in_order() -> None:
    source = FILE.read_text(encoding="utf-8")
    assert tuple(re.findall(r"^\.SH (.+)$", source, re.MULTILINE)) == SECTIONS
    assert source.isascii()


def test_the_manual_page_has_every_command_and_exit_status() -> None:
    text = formatted(FILE.read_text(encoding="utf-8"))
    for command in RECIPES:
        assert f"\n   {' '.join(command)}\n" in text
    for words in (
        "-h, --help",
        "--timeout TIME",
        "-o, --output FORMAT",
        "       126",
        "       127",
        "       141",
        "CALLINSPECT_PROFILE",
        "profiles.json",
    ):
        assert words in text
    assert "callinspect get PROVIDER CALL_ID -f outcome" in text


@pytest.mark.parametrize("topic", ["output", "environment", "record", "exit-codes"])
def test_the_manual_page_has_what_the_topics_of_help_say(topic: str, bare: dict[str, str]) -> None:
    """Every word of them but the examples, which are of a real call."""
    page = set(formatted(FILE.read_text(encoding="utf-8")).split())
    said, _, _ = callinspect("help", topic, env=bare).stdout.decode().partition("\nExamples:")
    missing = {each for each in said.split() if each not in page}
    assert not missing - OTHERWISE


def test_what_a_command_says_is_never_a_request() -> None:
    hostile = r"""'tis \\fBbold\n ~ ^ ` "quoted" — .so /etc/passwd"""
    entry = Entry(("--x-y",), ".N", f".so {hostile}")
    page = Page("get", "callinspect get", "Get", (f".so {hostile}",), {"Options": [entry], "Global options": [entry]})
    text = formatted(as_roff([page._replace(path=""), page]))
    assert text.count(f".so {hostile}") == 4
    assert "--x-y .N" in text
