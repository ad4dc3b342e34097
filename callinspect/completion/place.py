"""A command line that is being typed, parsed up to the word under the cursor."""

from collections.abc import Mapping
from typing import Any, NamedTuple


class Word(NamedTuple):
    """A candidate for the word being typed."""

    text: str
    help: str = ""


FILE = Word("\t")
"""File names, which the shell completes itself."""

Table = Mapping[str, Any]
"""A command of `table.json`: its options, arguments and, by name, subcommands."""

LISTS = frozenset({"--field", "--with", "--without", "OUTCOME", "STATE"})
"""Options, by name or metavar, that take several values with commas."""


class Place(NamedTuple):
    """The parsed command line before the word being typed.

    Attributes:
        command: the command.
        option: the option whose value is being typed, None if it is not a value.
        positionals: the command's positional arguments so far.
        given: the names of the options so far.
        options_ended: whether `--` has ended the options.
        current: the typed part of the word that is completed.
    """

    command: Table
    option: Table | None
    positionals: list[str]
    given: set[str]
    options_ended: bool
    current: str = ""

    @property
    def is_in_list(self) -> bool:
        """Whether what is being typed is one of several values, separated by commas."""
        return self.option is not None and not LISTS.isdisjoint((*self.option["names"], self.option["takes"]))


def parsed(program: Table, before: list[str]) -> Place:
    """Parse the words before the one being typed.

    Args:
        program: the program's entry in `table.json`.
        before: the words after the program's name.
    """
    command = program
    positionals: list[str] = []
    given: set[str] = set()
    options_ended = False
    remaining = iter(before)
    for word in remaining:
        if options_ended or word == "-" or not word.startswith("-"):
            if command["commands"] and not options_ended:
                command = command["commands"][word]
            else:
                positionals.append(word)
        elif word == "--":
            options_ended = True
        else:
            option = _option(command, word, given)
            if option is not None and next(remaining, None) is None:
                return Place(command, option, positionals, given, options_ended)
    return Place(command, None, positionals, given, options_ended)


def _option(command: Table, word: str, given: set[str]) -> Table | None:
    """Record the options in a word; return the one whose value is the next word, if any."""
    known = {name: each for each in command["options"] for name in each["names"]}
    if word.startswith("--"):
        name, equals, _ = word.partition("=")
        given.add(name)
        return None if equals or name not in known or known[name]["takes"] is None else known[name]
    for position, letter in enumerate(word[1:], 2):
        name = f"-{letter}"
        given.add(name)
        if name in known and known[name]["takes"] is not None:
            return known[name] if position == len(word) else None
    return None
