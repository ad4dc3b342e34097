"""The words that complete a command line, which a shell's script requests from the program.

The typed line is passed in the environment, never as arguments: an older program without completion then shows its
help instead of running a half-typed command. The answer is one word per line, with its help if the shell shows it; a
lone tab means a file name. If anything goes wrong, there is no answer and no message.

The line is parsed with `table.json`, not with the commands themselves: a shell waits for the answer at every TAB, and
importing the commands takes three times as long as everything else.
"""

import json
import os
import re
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO

from callinspect.completion.place import FILE, Place, Table, Word, parsed

REQUEST_VARIABLE = "_CALLINSPECT_COMPLETE"
"""The environment variable that requests completion; its value names the shell, such as `complete_bash`."""


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
    place = parsed(table(), [*before, option] if joined else before)._replace(current=current.removeprefix(joined))
    if place.option is not None:
        found = _values(place, place.option)
        if place.is_in_list:
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


def _values(place: Place, parameter: Table) -> list[Word]:
    from callinspect.completion import values

    return values.of(place, parameter)


def _inert(text: str) -> str:
    from callinspect.render.inert import inert

    return inert(" ".join(text.split()))


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
