"""Command lines that are wrong: what to type instead, for a slip of the finger or another program's habit.

What was typed is repeated only where it resembles a name of ours: it may be a secret in the wrong place.
"""

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any

from callinspect.cli.habits import BELOW, COMMANDS, FORMATS, MEANINGS, OPTIONS, SECRETS_ARE_NO_ARGUMENTS
from callinspect.errors import UsageError, either, nearest, suggestion

MAX_OPTION = 20
"""Characters of an unknown option that is repeated, if it is made of letters and hyphens."""

SIMILAR = 0.75
"""How similar an option must be to be suggested, from 0 to 1."""


def unknown_command(context: Any, names: list[str], words: list[str]) -> UsageError:
    """Return the error for a command that does not exist.

    Args:
        context: the context of the program or the group of commands.
        names: the commands that it has.
        words: the command line from the unknown command on.
    """
    from callinspect.providers import MAX_NAME

    word = words[0]
    habits = COMMANDS if context.parent is None else BELOW.get(context.info_name, {})
    if context.parent is None and word.lower() not in habits and (found := _call(words)):
        return found
    near = nearest(word.lower(), [*names, *habits])
    called = f" “{word}”" if len(word) <= MAX_NAME else " of that name"
    hint = f"did you mean {near}?" if near in names else f"{context.command_path} --help lists the commands"
    if near and near in habits:
        hint = f"use {habits[near]}"
    return UsageError(f"there is no command{called}", hint=hint)


def _call(words: list[str]) -> UsageError | None:
    """Return the error for a provider's name or a call ID in a command's place; the ID is one, so it is repeated."""
    from callinspect import providers

    word, *rest = words
    name, separator, call_id = word.partition(":")
    if name.lower() in providers.names():
        provider = providers.get(name.lower())
        call_id = call_id if separator else next(iter(rest), "")
        call_id = call_id if provider.recognizes(call_id) else "CALL_ID"
        hint = f"use callinspect get {provider.name}{separator or ' '}{call_id}"
        return UsageError(f"{provider.name} is a provider, not a command", hint=hint)
    if not re.search(r"\d", word):
        return None
    fits = any(each.form.kind == "call" for each in providers.candidates(word))
    return UsageError("a call ID is not a command", hint=f"use callinspect get {word}") if fits else None


def error(failure: Any) -> UsageError:
    """Return the error for a command line that the parser refuses."""
    context = getattr(failure, "ctx", None)
    parameter = getattr(failure, "param", None)
    kind = type(failure).__name__
    message = failure.format_message().rstrip(".")
    if context is None:
        return UsageError(message, hint="see callinspect --help")
    if parameter is not None and kind == "BadParameter":
        return _invalid(failure.message, parameter, context)
    if kind == "NoSuchOption":
        return _unknown_option(failure.option_name, context)
    if kind == "BadOptionUsage":
        return _bad_value(failure.option_name, context)
    meaning = MEANINGS.get(context.command_path)
    hint = f"type {_usage(context)}" + (f", {meaning}" if meaning else "")
    if parameter is not None and kind == "MissingParameter":
        message = f"{_name(parameter, context)} is missing"
    elif message.startswith("Got unexpected extra argument"):
        message = "too many arguments"  # not repeated: one of them may be a secret
    elif message.startswith("Missing command"):
        message = "the command is missing"
        hint = f"type {context.command_path} {either(context.command.list_commands(context))}"
    return UsageError(message, hint=hint)


def _unknown_option(typed: str, context: Any) -> UsageError:
    known = list(_options(context))
    able = [*known, *_formats(context)]
    hint = _habit(typed, able) or _below(typed, context)
    slip = typed if hint else _near(typed, known) or _near(typed, OPTIONS)
    if not hint and slip:
        hint = f"did you mean {slip}?" if slip in known else _habit(slip, able)
    is_name = len(typed) <= MAX_OPTION and re.fullmatch(r"--[a-z-]+|-.", typed)
    called = f"there is no option {typed}" if slip or is_name else "there is no such option"
    return UsageError(called, hint=hint or f"{context.command_path} --help lists the options")


def _near(typed: str, known: Iterable[str]) -> str | None:
    """Return the long option that resembles what was typed."""
    return next(iter(get_close_matches(typed, [each for each in known if len(each) > len("-x")], 1, SIMILAR)), None)


def _habit(typed: str, known: Iterable[str], habits: Mapping[str, tuple[str, ...]] = OPTIONS) -> str | None:
    """Return what to type instead of another program's option: an option that the command has, or a command line.

    Args:
        typed: the option, or the format.
        known: the options that the command has, and its formats, such as `-o json`.
        habits: what to type.
    """
    for each in habits.get(typed, ()):
        first = re.match(r"-o [a-z]+|-[\w-]+", each)
        if not first or first[0] in known:
            return f"use {each}" if each != SECRETS_ARE_NO_ARGUMENTS else each
    return None


def _below(typed: str, context: Any) -> str | None:
    """Return the hint for an option before a command's name that some command takes after it."""
    from callinspect.cli.manual.pages import path
    from callinspect.completion.answers import table

    place = table()
    for word in path(context).split():
        place = place["commands"][word]
    for name, each in place["commands"].items():
        known = [option for entry in each["options"] for option in entry["names"]]
        known += [f"-o {word}" for entry in each["options"] if "-o" in entry["names"] for word, _ in entry["words"]]
        if typed in known:
            return f"{typed} comes after the command: {context.command_path} {name} … {typed}"
        if hint := _habit(typed, known):
            return f"{hint}, after the command: {context.command_path} {name} …"
    return None


def _invalid(message: str, parameter: Any, context: Any) -> UsageError:
    """Return the error for a value that a parameter does not take; the value is not repeated."""
    from callinspect.cli.manual.pages import NUMERIC, choices

    name, words, kind = _name(parameter, context), choices(parameter), parameter.type
    if words:
        typed = re.match(r"'(.*)' is not", message)
        word = typed[1] if typed else ""
        able = [*_options(context), *_formats(context)]
        habit = _habit(word.lower(), able, FORMATS) if "--output" in parameter.opts else None
        hint = habit or suggestion(word, words, f"see {context.command_path} --help")
        return UsageError(f"{name} must be {either(words)}", hint=hint)
    if kind.name.startswith(NUMERIC):
        number = "a number" if kind.name.startswith("float") else "a whole number"
        least, most = getattr(kind, "min", None), getattr(kind, "max", None)
        within = (
            f" from {least:g} to {most:g}" if most is not None else f", {least:g} or more" if least is not None else ""
        )
        return UsageError(f"{name} must be {number}{within}", hint=f"see {context.command_path} --help")
    return UsageError(f"{name} is invalid", hint=f"see {context.command_path} --help")


def _bad_value(option: str, context: Any) -> UsageError:
    from callinspect.cli.manual.pages import takes

    value = takes(_options(context)[option])
    if value is None:
        return UsageError(f"{option} takes no value", hint=f"type {option} alone")
    return UsageError(f"{option} needs a value", hint=f"type {option} {value}")


def _options(context: Any) -> dict[str, Any]:
    """Return a command's options by name."""
    from callinspect.cli.manual import pages

    return {
        name: each
        for each in pages.parameters(context.command, context)
        if each.param_type_name == "option"
        for name in (*each.opts, *each.secondary_opts)
    }


def _formats(context: Any) -> list[str]:
    """Return the formats that a command has, as they are typed."""
    from callinspect.cli.manual.pages import choices

    output = _options(context).get("-o")
    return [f"-o {each}" for each in choices(output)] if output else []


def _name(parameter: Any, context: Any) -> str:
    if parameter.param_type_name == "option":
        return str(max(parameter.opts, key=len))
    return str(parameter.make_metavar(context)).removesuffix("...")


def _usage(context: Any) -> str:
    """Return how a command is typed, without its options."""
    pieces = context.command.collect_usage_pieces(context)
    return " ".join([context.command_path, *(each for each in pieces if each != "[OPTIONS]")])
