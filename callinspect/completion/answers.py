"""The words that complete a command line, which a shell's script requests from the program.

The typed line is passed in the environment, never as arguments: an older program without completion then shows its
help instead of running a half-typed command. The answer is one word per line, with its help if the shell shows it; a
lone tab means a file name. If anything goes wrong, there is no answer and no message.

The line is parsed here with `table.json`, not with the commands themselves: a shell waits for the answer at every TAB,
and importing the commands takes three times as long as everything else.
"""

import json
import os
import re
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from callinspect.provider import Provider

REQUEST_VARIABLE = "_CALLINSPECT_COMPLETE"
"""The environment variable that requests completion; its value names the shell, such as `complete_bash`."""


class Word(NamedTuple):
    """A candidate for the word being typed."""

    text: str
    help: str = ""


FILE = Word("\t")
"""File names, which the shell completes itself."""

Table = Mapping[str, Any]
"""A command of `table.json`: its options, arguments and, by name, subcommands."""


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


def answer(environ: Mapping[str, str]) -> int:
    """Write the words that a shell requests; return the exit status, 1 if there is no answer."""
    try:
        # Anything that a plug-in prints when it is imported would be read as words.
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            lines = ANSWERS[environ[REQUEST_VARIABLE]](environ)
        os.write(1, "".join(f"{line}\n" for line in lines).encode())
    except (Exception, SystemExit, KeyboardInterrupt):  # noqa: BLE001 - a message would land in the line being typed
        return 1
    return 0


def words(before: list[str], current: str) -> list[Word]:
    """Return all candidates for the word being typed; the caller or the shell matches its beginning.

    Args:
        before: the words between the program's name and that word.
        current: the typed part of that word; what it begins counts for options and for files among other words.
    """
    option, equals, _ = current.partition("=")
    joined = f"{option}=" if equals and option.startswith("--") else ""
    place = _place([*before, option] if joined else before)._replace(current=current.removeprefix(joined))
    if place.option is not None:
        found = _values(place, place.option)
        if LISTS.intersection((*place.option["names"], place.option["takes"])):
            typed = current.removeprefix(joined).rpartition(",")
            joined += typed[0] + typed[1]
            found = [each for each in found if each.text not in typed[0].split(",")]
    elif joined:
        found = []
    elif current.startswith("-") and not place.options_ended:
        found = [
            Word(name, each["help"])
            for each in place.command["options"]
            if each["repeats"] or not place.given.intersection(each["names"])
            for name in each["names"]
        ]
    elif place.command["commands"]:
        found = [Word(name, each["help"]) for name, each in place.command["commands"].items()]
    else:
        arguments = place.command["arguments"]
        position = len(place.positionals)
        argument = arguments[position] if position < len(arguments) else next(iter(arguments[-1:]), None)
        found = _values(place, argument) if argument and (position < len(arguments) or argument["repeats"]) else []
    return [
        each if each == FILE else Word(joined + each.text, _inert(each.help))
        for each in found
        if each == FILE or each.text.isprintable()
    ]


def table() -> Table:
    """Return the program's entry in `table.json`."""
    with open(f"{os.path.dirname(__file__)}/table.json", "rb") as file:  # noqa: PTH120, PTH123 - pathlib takes longer
        read: Table = json.load(file)
    return read


def _place(before: list[str]) -> Place:
    """Parse the words before the one being typed."""
    command = table()
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


def _values(place: Place, parameter: Table) -> list[Word]:
    if parameter["words"]:
        return [Word(*each) for each in parameter["words"]]
    for name in (parameter["takes"], *parameter["names"]):
        if name in VALUES:
            return VALUES[name](place)
    return []


def _inert(text: str) -> str:
    from callinspect.render.inert import inert

    return inert(" ".join(text.split()))


def _providers(_place: Place) -> list[Word]:
    from callinspect import providers

    return [Word(name) for name in providers.names()]


def _further_providers(place: Place) -> list[Word]:
    return [each for each in _providers(place) if each.text not in place.positionals]


def _sides(place: Place) -> list[Word]:
    from callinspect import providers
    from callinspect.completion import sides

    return [Word(each) for each in sides.of(place.current, providers.names())]


def _provider(place: Place) -> "Provider | None":
    """Return the provider typed before."""
    from callinspect import providers

    typed = (each.partition(":")[0] for each in place.positionals)
    return next((providers.get(name) for name in typed if providers.spelled(name)), None)


def _profiles(_place: Place) -> list[Word]:
    from callinspect.credentials import profiles

    stored = profiles.load(os.environ)
    return [Word(name) for name in sorted({name for names in stored.values() for name in names})]


def _extras(place: Place) -> list[Word]:
    provider = _provider(place)
    if provider is None or not provider.extras:
        return []
    return [*(Word(name, extra.description) for name, extra in provider.extras.items()), Word("all", "everything")]


def _settings(place: Place) -> list[Word]:
    provider = _provider(place)
    return [Word(f"{each.name}=", each.title) for each in provider.settings if not each.secret] if provider else []


def _fields(_place: Place) -> list[Word]:
    from callinspect.render import fields

    return [Word(path) for path in fields.paths()]


def _figures(_place: Place) -> list[Word]:
    from callinspect.figures.paths import KEYS

    return [Word(path) for path in KEYS]


def _groups(place: Place) -> list[Word]:
    from callinspect.figures.paths import GROUPS

    fields = {each.text: each for each in _fields(place)}
    return [*map(Word, GROUPS), *(each for text, each in fields.items() if text not in GROUPS)]


def _sources(place: Place) -> list[Word]:
    from callinspect.completion import sides

    return [*_further_providers(place), *map(Word, sides.files(place.current))]


def _outcomes(_place: Place) -> list[Word]:
    from callinspect.model import Outcome

    return [Word(each) for each in Outcome]


def _states(_place: Place) -> list[Word]:
    from callinspect.model import State

    return [Word(each) for each in State]


def _terms(place: Place) -> list[Word]:
    from callinspect.completion import terms

    return [Word(*each) for each in terms.of(place.positionals, _provider(place))]


LISTS = frozenset({"--field", "--with", "--without", "OUTCOME", "STATE"})
"""Options, by name or metavar, that take several values with commas."""

VALUES: Mapping[str, Callable[[Place], list[Word]]] = {
    "A": _sides,
    "B": _sides,
    "--field": _fields,
    "--sort": _fields,
    "--profile": _profiles,
    "--with": _extras,
    "--without": _extras,
    "--set": _settings,
    "FIELD": _groups,
    "FIGURE": _figures,
    "FILE": lambda _: [FILE],
    "OUTCOME": _outcomes,
    "PROVIDER": _providers,
    "PROVIDER|FILE": _sources,
    "PROVIDER...": _further_providers,
    "STATE": _states,
    "TABLE": lambda place: [Word("sip"), Word("q850"), *_providers(place)],
    "TERM...": _terms,
}
"""Values by the option's metavar or name; fixed values are in the table."""


def _bash(environ: Mapping[str, str]) -> list[str]:
    """Answer bash, which splits words at its COMP_WORDBREAKS, and inserts the answer without quoting it."""
    from callinspect.completion import lines

    line = os.fsencode(environ["_CALLINSPECT_LINE"])[: int(environ["_CALLINSPECT_POINT"])]
    (_, *before, current), quote = lines.split(os.fsdecode(line))
    if REDIRECTION.match(current) or (before and REDIRECTION.fullmatch(before[-1])):
        return [FILE.text]
    texts = [each.text for each in words(before, current) if each == FILE or each.text.startswith(current)]
    split_at = max((current.rfind(each) + 1 for each in ":=" if each in environ["_CALLINSPECT_BREAKS"]), default=0)
    if quote:
        return [text for text in texts if not split_at and not SPECIAL.search(text)]
    return [text if text == FILE.text else SPECIAL.sub(r"\\\g<0>", text[split_at:]) for text in texts]


REDIRECTION = re.compile(r"[0-9&]*[<>]+[|&]?")

SPECIAL = re.compile(r"[^\w@%+=:,./-]", re.ASCII)
"""Characters that a shell may not take literally."""


def _typed(environ: Mapping[str, str]) -> tuple[list[str], str]:
    return environ["_CALLINSPECT_WORDS"].split("\n")[1:], environ.get("_CALLINSPECT_WORD", "")


def _zsh(environ: Mapping[str, str]) -> list[str]:
    """Answer zsh, which matches, quotes and shows the words itself, in the format of its `_describe`."""
    found = words(*_typed(environ))
    return [re.sub(r"[\\:]", r"\\\g<0>", text) + (f":{summary}" if summary else "") for text, summary in found]


def _fish(environ: Mapping[str, str]) -> list[str]:
    """Answer fish, which matches, quotes and shows the words itself."""
    return [f"{text}\t{summary}" if summary else text for text, summary in words(*_typed(environ))]


def _powershell(environ: Mapping[str, str]) -> list[str]:
    """Answer PowerShell: the text to insert, the text to show, and a tooltip, which cannot be empty.

    If a file is expected there is no answer, and PowerShell completes file names.
    """
    before, current = _typed(environ)
    found = [each for each in words(before, current) if each != FILE and each.text.startswith(current)]
    return [f"{_powershell_quoted(text)}\t{text}\t{summary or text}" for text, summary in found]


def _powershell_quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'" if SPECIAL.search(text) else text


ANSWERS: Mapping[str, Callable[[Mapping[str, str]], list[str]]] = {
    "complete_bash": _bash,
    "complete_zsh": _zsh,
    "complete_fish": _fish,
    "complete_powershell": _powershell,
    "complete_pwsh": _powershell,
}
