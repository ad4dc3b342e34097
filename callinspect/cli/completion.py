"""Shell completion: the scripts that shells load, and the words that the scripts ask the program for.

What has been typed comes through the environment, never as arguments: a program that does not know the question then
shows its help instead of running a half-typed command. The answer is one word a line, each with its help where the
shell shows one; a lone tab means that a file is expected. Whatever goes wrong, there is no answer and no message.
"""

import os
import re
import shlex
from collections.abc import Callable, Mapping
from contextlib import redirect_stderr, redirect_stdout
from io import StringIO
from typing import Any, NamedTuple

from typer._click.core import ParameterSource
from typer._click.shell_completion import _resolve_context, _resolve_incomplete
from typer.core import TyperArgument, TyperGroup, TyperOption

from callinspect import profiles, providers
from callinspect.cli import streams
from callinspect.cli.options import ASKED, Shell
from callinspect.provider import Provider
from callinspect.render.inert import inert


class Word(NamedTuple):
    """What can stand in place of the word being typed."""

    text: str
    help: str = ""


FILE = Word("\t")
"""Stands for the names of files, which the shell completes better itself."""


BASH = r"""# Completion of callinspect for bash; written by: callinspect --show-completion bash

_callinspect() {
    local word
    COMPREPLY=()
    while IFS= read -r word; do
        if [[ $word == $'\t' ]]; then
            compopt -o default
        else
            COMPREPLY+=("$word")
        fi
    done < <(
        _CALLINSPECT_COMPLETE=complete_bash _CALLINSPECT_LINE=$COMP_LINE _CALLINSPECT_POINT=$COMP_POINT \
            _CALLINSPECT_BREAKS=$COMP_WORDBREAKS command callinspect </dev/null
    )
    if [[ ${COMPREPLY[0]-} == *= ]]; then
        compopt -o nospace
    fi
} 2>/dev/null

complete -F _callinspect callinspect
"""

ZSH = r"""#compdef callinspect
# Completion of callinspect for zsh; written by: callinspect --show-completion zsh

_callinspect() {
    local -a lines suffix
    lines=("${(@f)$(
        _CALLINSPECT_COMPLETE=complete_zsh _CALLINSPECT_WORDS="${(F)${(@Q)words[1,CURRENT-1]}}" \
            _CALLINSPECT_WORD="${(Q)PREFIX}" command callinspect </dev/null 2>/dev/null
    )}")
    if [[ $lines == $'\t' ]]; then
        if [[ $PREFIX == --*=* ]]; then
            compset -P '*='
        fi
        _files
    elif [[ -n $lines ]]; then
        if [[ ${lines[1]%%:*} == *= ]]; then
            suffix=(-S '')
        fi
        _describe -t words word lines "${suffix[@]}"
    fi
}

# From fpath the file is the body of the function, called for the first time; sourced, it only defines the function.
if [[ $funcstack[1] == _callinspect ]]; then
    _callinspect "$@"
else
    compdef _callinspect callinspect
fi
"""

FISH = r"""# Completion of callinspect for fish; written by: callinspect --show-completion fish

function __callinspect_complete
    set -l word (commandline -ct)
    set -lx _CALLINSPECT_COMPLETE complete_fish
    set -lx _CALLINSPECT_WORDS (commandline -opc | string collect)
    set -lx _CALLINSPECT_WORD $word
    set -l lines (command callinspect </dev/null 2>/dev/null)
    if test "$lines" = \t
        set -l option (string match --regex -- '^--[^=]*=' $word)
        printf '%s\n' "$option"(__fish_complete_path (string replace --regex -- '^--[^=]*=' '' $word))
    else if set -q lines[1]
        printf '%s\n' $lines
    end
end

complete --command callinspect --no-files --arguments '(__callinspect_complete)'
"""

POWERSHELL = r"""# Completion of callinspect for PowerShell; written by: callinspect --show-completion powershell

Register-ArgumentCompleter -Native -CommandName callinspect -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $before = $commandAst.CommandElements |
        Where-Object { $_.Extent.EndOffset -lt $cursorPosition } |
        ForEach-Object { $_.Extent.Text }
    $env:_CALLINSPECT_COMPLETE = 'complete_powershell'
    $env:_CALLINSPECT_WORDS = $before -join "`n"
    $env:_CALLINSPECT_WORD = $wordToComplete
    try {
        callinspect 2>$null | ForEach-Object {
            $text, $name, $help = $_ -split "`t", 3
            [System.Management.Automation.CompletionResult]::new($text, $name, 'ParameterValue', $help)
        }
    } finally {
        $env:_CALLINSPECT_COMPLETE = $env:_CALLINSPECT_WORDS = $env:_CALLINSPECT_WORD = $null
    }
}
"""

SCRIPTS = {
    Shell.BASH: BASH,
    Shell.ZSH: ZSH,
    Shell.FISH: FISH,
    Shell.POWERSHELL: POWERSHELL,
    Shell.PWSH: POWERSHELL,
}


def answer(program: Any, environ: Mapping[str, str]) -> int:
    """Write the words that a shell asks for; return the exit status, 1 when there is no answer."""
    try:
        # A plug-in that prints when it is imported would add words of its own.
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            lines = ANSWERS[environ[ASKED]](program, environ)
        streams.write("".join(f"{line}\n" for line in lines))
    except (Exception, SystemExit, KeyboardInterrupt):  # noqa: BLE001 - a message would land in the line being typed
        return 1
    return 0


def words(program: Any, before: list[str], current: str) -> list[Word]:
    """Return what can stand where a word is being typed, whatever the word begins with.

    Args:
        program: the program.
        before: the words between the program's name and that word.
        current: that word as far as it is typed; only whether it is an option counts.
    """
    option, equals, _ = current.partition("=")
    joined = f"{option}=" if equals and option.startswith("--") else ""
    if joined:
        before, current = [*before, option], ""
    context = _resolve_context(program, {}, "callinspect", before)
    meant, _ = _resolve_incomplete(context, before, current)
    if isinstance(meant, TyperOption):
        # The parser gives up on an option without its value, and with it on the provider before.
        context = _resolve_context(program, {}, "callinspect", before[:-1])
        found = _values(context, meant)
    elif joined:
        found = []
    elif isinstance(meant, TyperArgument):
        found = _values(context, meant)
    elif current.startswith("-"):
        found = _options(context)
    else:
        found = _commands(context) if isinstance(meant, TyperGroup) else []
    return [
        each if each == FILE else Word(joined + each.text, inert(" ".join(each.help.split())))
        for each in found
        if each == FILE or each.text.isprintable()
    ]


def _commands(context: Any) -> list[Word]:
    names = context.command.list_commands(context)
    found = [(name, context.command.get_command(context, name)) for name in names]
    return [Word(name, command.get_short_help_str(limit=100)) for name, command in found if not command.hidden]


def _options(context: Any) -> list[Word]:
    return [
        Word(name, each.help or "")
        for each in context.command.get_params(context)
        if isinstance(each, TyperOption) and not each.hidden
        if each.multiple or context.get_parameter_source(each.name) is not ParameterSource.COMMANDLINE
        for name in (*each.opts, *each.secondary_opts)
    ]


def _values(context: Any, parameter: Any) -> list[Word]:
    for name in (*parameter.opts, parameter.metavar):
        if name in VALUES:
            return VALUES[name](context)
    return [Word(item.value, item.help or "") for item in parameter.shell_complete(context, "")]


def _provider(context: Any) -> Provider | None:
    """Return the provider typed before, whatever the command calls that argument."""
    arguments = (each.name for each in context.command.params if isinstance(each, TyperArgument))
    typed = (str(context.params.get(name)).partition(":")[0] for name in arguments)
    return next((providers.get(name) for name in typed if name in providers.names()), None)


def _profiles(_context: Any) -> list[Word]:
    stored = profiles.load(os.environ)
    return [Word(name) for name in sorted({name for names in stored.values() for name in names})]


def _extras(context: Any) -> list[Word]:
    provider = _provider(context)
    return [Word(name, brings) for name, brings in provider.extras.items()] if provider else []


def _settings(context: Any) -> list[Word]:
    provider = _provider(context)
    return [Word(f"{each.name}=", each.title) for each in provider.settings if not each.secret] if provider else []


def _topics(_context: Any) -> list[Word]:
    from callinspect.cli.help import TOPICS

    return [Word(topic) for topic in TOPICS]


VALUES: Mapping[str, Callable[[Any], list[Word]]] = {
    "--profile": _profiles,
    "--with": _extras,
    "--set": _settings,
    "TOPIC": _topics,
    "FILE": lambda _: [FILE],
}
"""Values by the option's name or by the metavar; any other parameter knows its own."""


def _bash(program: Any, environ: Mapping[str, str]) -> list[str]:
    """Answer bash, which breaks words at characters of its own, and inserts what it gets as it is."""
    line = os.fsencode(environ["_CALLINSPECT_LINE"])[: int(environ["_CALLINSPECT_POINT"])]
    (_, *before, current), quote = _split(os.fsdecode(line))
    if REDIRECTION.match(current) or (before and REDIRECTION.fullmatch(before[-1])):
        return [FILE.text]
    texts = [each.text for each in words(program, before, current) if each == FILE or each.text.startswith(current)]
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


def _zsh(program: Any, environ: Mapping[str, str]) -> list[str]:
    """Answer zsh, which matches, quotes and shows the words itself: in the form of its `_describe`."""
    found = words(program, *_typed(environ))
    return [re.sub(r"[\\:]", r"\\\g<0>", text) + (f":{brings}" if brings else "") for text, brings in found]


def _fish(program: Any, environ: Mapping[str, str]) -> list[str]:
    """Answer fish, which matches, quotes and shows the words itself."""
    return [f"{text}\t{brings}" if brings else text for text, brings in words(program, *_typed(environ))]


def _powershell(program: Any, environ: Mapping[str, str]) -> list[str]:
    """Answer PowerShell: what to insert, what to show, and a tooltip, which cannot be empty.

    Where a file is expected there is no answer, and PowerShell completes one.
    """
    before, current = _typed(environ)
    found = [each for each in words(program, before, current) if each != FILE and each.text.startswith(current)]
    return [f"{_powershell_quoted(text)}\t{text}\t{brings or text}" for text, brings in found]


def _powershell_quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'" if SPECIAL.search(text) else text


ANSWERS: Mapping[str, Callable[[Any, Mapping[str, str]], list[str]]] = {
    "complete_bash": _bash,
    "complete_zsh": _zsh,
    "complete_fish": _fish,
    "complete_powershell": _powershell,
    "complete_pwsh": _powershell,
}
