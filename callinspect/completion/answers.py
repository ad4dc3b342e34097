"""Shell completion: the words that a shell's script asks the program for.

What has been typed comes through the environment, never as arguments: a program that does not know the question then
shows its help instead of running a half-typed command. The answer is one word a line, each with its help where the
shell shows one; a lone tab means that a file is expected. Whatever goes wrong, there is no answer and no message.

The command line is read here a second time, by the table in `table.json`: a shell waits for the answer at every TAB,
and to import the command line itself takes three times as long as everything else.
"""

import json
import os
import re
import shlex
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from pkgutil import get_data
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from callinspect.provider import Provider

ASKED = "_CALLINSPECT_COMPLETE"
"""Set, to `complete_bash` for instance, it makes the program answer a shell instead of running a command."""


class Word(NamedTuple):
    """What can stand in place of the word being typed."""

    text: str
    help: str = ""


FILE = Word("\t")
"""Stands for the names of files, which the shell completes better itself."""

Table = Mapping[str, Any]
"""A command of `table.json`: its options and arguments, and the commands below it by name."""


class Place(NamedTuple):
    """Where on a command line a word is being typed.

    Attributes:
        command: the command typed before.
        option: the option whose value the word is, None when it is not.
        positionals: the command's arguments typed before.
        given: names of the options typed before.
        is_over: whether `--` has said that there are no more options.
    """

    command: Table
    option: Table | None
    positionals: list[str]
    given: set[str]
    is_over: bool


def answer(environ: Mapping[str, str]) -> int:
    """Write the words that a shell asks for; return the exit status, 1 when there is no answer."""
    try:
        # A plug-in that prints when it is imported would add words of its own.
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            lines = ANSWERS[environ[ASKED]](environ)
        os.write(1, "".join(f"{line}\n" for line in lines).encode())
    except (Exception, SystemExit, KeyboardInterrupt):  # noqa: BLE001 - a message would land in the line being typed
        return 1
    return 0


def words(before: list[str], current: str) -> list[Word]:
    """Return what can stand where a word is being typed, whatever the word begins with.

    Args:
        before: the words between the program's name and that word.
        current: that word as far as it is typed; only whether it is an option counts.
    """
    option, equals, _ = current.partition("=")
    joined = f"{option}=" if equals and option.startswith("--") else ""
    place = _place([*before, option] if joined else before)
    if place.option is not None:
        found = _values(place, place.option)
    elif joined:
        found = []
    elif current.startswith("-") and not place.is_over:
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
        meant = arguments[position] if position < len(arguments) else next(iter(arguments[-1:]), None)
        found = _values(place, meant) if meant and (position < len(arguments) or meant["repeats"]) else []
    return [
        each if each == FILE else Word(joined + each.text, _inert(each.help))
        for each in found
        if each == FILE or each.text.isprintable()
    ]


def table() -> Table:
    """Return what `table.json` says of the program."""
    read: Table = json.loads(get_data(__package__, "table.json") or b"")
    return read


def _place(before: list[str]) -> Place:
    """Read the words of a command line up to the one that is being typed."""
    command = table()
    positionals: list[str] = []
    given: set[str] = set()
    is_over = False
    left = iter(before)
    for word in left:
        if is_over or word == "-" or not word.startswith("-"):
            if command["commands"] and not is_over:
                command = command["commands"][word]
            else:
                positionals.append(word)
        elif word == "--":
            is_over = True
        else:
            option = _option(command, word, given)
            if option is not None and next(left, None) is None:
                return Place(command, option, positionals, given, is_over)
    return Place(command, None, positionals, given, is_over)


def _option(command: Table, word: str, given: set[str]) -> Table | None:
    """Take note of the options in a word; return the one whose value is the next word."""
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
    for name in (*parameter["names"], parameter["takes"]):
        if name in VALUES:
            return VALUES[name](place)
    return []


def _inert(text: str) -> str:
    from callinspect.render.inert import inert

    return inert(" ".join(text.split()))


def _providers(_place: Place) -> list[Word]:
    from callinspect import providers

    return [Word(name) for name in providers.names()]


def _provider(place: Place) -> "Provider | None":
    """Return the provider typed before."""
    from callinspect import providers

    typed = (each.partition(":")[0] for each in place.positionals)
    return next((providers.get(name) for name in typed if name in providers.names()), None)


def _profiles(_place: Place) -> list[Word]:
    from callinspect.credentials import profiles

    stored = profiles.load(os.environ)
    return [Word(name) for name in sorted({name for names in stored.values() for name in names})]


def _extras(place: Place) -> list[Word]:
    provider = _provider(place)
    return [Word(name, extra.description) for name, extra in provider.extras.items()] if provider else []


def _settings(place: Place) -> list[Word]:
    provider = _provider(place)
    return [Word(f"{each.name}=", each.title) for each in provider.settings if not each.secret] if provider else []


def _fields(_place: Place) -> list[Word]:
    from callinspect.render import fields

    return [Word(path) for path in fields.paths()]


VALUES: Mapping[str, Callable[[Place], list[Word]]] = {
    "--field": _fields,
    "--profile": _profiles,
    "--with": _extras,
    "--set": _settings,
    "FILE": lambda _: [FILE],
    "PROVIDER": _providers,
}
"""Values by the option's name or by the word that stands for them in the help; fixed ones are in the table."""


def _bash(environ: Mapping[str, str]) -> list[str]:
    """Answer bash, which breaks words at characters of its own, and inserts what it gets as it is."""
    line = os.fsencode(environ["_CALLINSPECT_LINE"])[: int(environ["_CALLINSPECT_POINT"])]
    (_, *before, current), quote = _split(os.fsdecode(line))
    if REDIRECTION.match(current) or (before and REDIRECTION.fullmatch(before[-1])):
        return [FILE.text]
    texts = [each.text for each in words(before, current) if each == FILE or each.text.startswith(current)]
    broken = max((current.rfind(each) + 1 for each in ":=" if each in environ["_CALLINSPECT_BREAKS"]), default=0)
    if quote:
        return [text for text in texts if not broken and not SPECIAL.search(text)]
    return [text if text == FILE.text else SPECIAL.sub(r"\\\g<0>", text[broken:]) for text in texts]


REDIRECTION = re.compile(r"[0-9&]*[<>]+[|&]?")

SPECIAL = re.compile(r"[^\w@%+=:,./-]", re.ASCII)
"""What a shell may take for more than a character of a word."""


def _split(line: str) -> tuple[list[str], str]:
    """Return the words of a line, the last one the one being typed, and the quotation mark that it is in."""
    # One character more, taken off again, makes a word of the nothing after a space.
    lexer = shlex.shlex(f"{line}x", posix=True)
    lexer.whitespace_split, lexer.commenters = True, ""
    found: list[str] = []
    quote = ""
    try:
        while (word := lexer.get_token()) is not None:
            found.append(word)
    except ValueError:
        found.append(lexer.token)
        quote = str(vars(lexer)["state"])  # which typeshed leaves out
    return [*found[:-1], found[-1][:-1]], quote


def _typed(environ: Mapping[str, str]) -> tuple[list[str], str]:
    return environ["_CALLINSPECT_WORDS"].split("\n")[1:], environ.get("_CALLINSPECT_WORD", "")


def _zsh(environ: Mapping[str, str]) -> list[str]:
    """Answer zsh, which matches, quotes and shows the words itself: in the form of its `_describe`."""
    found = words(*_typed(environ))
    return [re.sub(r"[\\:]", r"\\\g<0>", text) + (f":{brings}" if brings else "") for text, brings in found]


def _fish(environ: Mapping[str, str]) -> list[str]:
    """Answer fish, which matches, quotes and shows the words itself."""
    return [f"{text}\t{brings}" if brings else text for text, brings in words(*_typed(environ))]


def _powershell(environ: Mapping[str, str]) -> list[str]:
    """Answer PowerShell: what to insert, what to show, and a tooltip, which cannot be empty.

    Where a file is expected there is no answer, and PowerShell completes one.
    """
    before, current = _typed(environ)
    found = [each for each in words(before, current) if each != FILE and each.text.startswith(current)]
    return [f"{_powershell_quoted(text)}\t{text}\t{brings or text}" for text, brings in found]


def _powershell_quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'" if SPECIAL.search(text) else text


ANSWERS: Mapping[str, Callable[[Mapping[str, str]], list[str]]] = {
    "complete_bash": _bash,
    "complete_zsh": _zsh,
    "complete_fish": _fish,
    "complete_powershell": _powershell,
    "complete_pwsh": _powershell,
}
