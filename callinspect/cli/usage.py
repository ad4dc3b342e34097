"""Command lines that are wrong: what to type instead, for a slip of the finger or another program's habit.

What was typed is repeated only where it resembles a name of ours: it may be a secret in the wrong place.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from callinspect.errors import UsageError, nearest

MAX_NAME = 32
"""Characters of a word that is repeated in an error."""

GET = "callinspect get PROVIDER CALL_ID"
LIST = "callinspect list PROVIDER"
LOGIN = "callinspect auth login PROVIDER"

COMMANDS: Mapping[str, str] = {
    **dict.fromkeys(("show", "describe", "inspect", "info", "view", "lookup", "find", "fetch", "call"), GET),
    **dict.fromkeys(("ls", "calls", "search", "query"), LIST),
    **dict.fromkeys(("tail", "follow", "monitor"), "callinspect watch PROVIDER CALL_ID"),
    **dict.fromkeys(("login", "signin", "configure"), LOGIN),
    "config": f"{LOGIN}, or set what callinspect help environment lists",
    **dict.fromkeys(("logout", "signout"), "callinspect auth logout PROVIDER"),
    "status": f"callinspect auth status for credentials, {GET} for a call",
    "whoami": "callinspect auth status",
    **dict.fromkeys(("profile", "profiles", "credentials"), "callinspect auth status"),
    **dict.fromkeys(("provider", "vendor", "vendors"), "callinspect providers"),
    **dict.fromkeys(("man", "docs", "topics"), "callinspect help"),
    "version": "callinspect --version",
    "fields": "callinspect help record",
    **dict.fromkeys(("mock", "emulator", "demo"), "callinspect sandbox calls"),
}
"""Words that other programs have for our commands, and what to type here."""

SECRETS_ARE_NO_ARGUMENTS = f"secrets are never arguments: {LOGIN}, or callinspect help environment"

OPTIONS: Mapping[str, tuple[str, ...]] = {
    "--json": ("-o json",),
    "--jsonl": ("-o jsonl",),
    "--ndjson": ("-o jsonl",),
    "--csv": ("-o csv",),
    "--table": ("-o table",),
    "--pretty": ("-o table",),
    "--text": ("-o table",),
    "--jq": ("--query EXPR, or pipe to jq",),
    "--template": ("--query EXPR, or pipe to jq",),
    "--format": ("-o FORMAT",),
    "--output-format": ("-o FORMAT",),
    "--out": ("> FILE",),
    "--output-file": ("> FILE",),
    "--fields": ("-f PATH",),
    "--columns": ("-f PATH",),
    "--select": ("-f PATH",),
    "--filter": ("--state, --cause, --from and --to", f"{LIST} --state STATE"),
    "--limit": ("--limit N", f"{LIST} --limit N"),
    "-L": ("--limit N", f"{LIST} --limit N"),
    "-n": ("--limit N", f"{LIST} --limit N"),
    "--max-items": ("--limit N", f"{LIST} --limit N"),
    "--page-size": ("--limit N", f"{LIST} --limit N"),
    "--since": ("--since TIME", f"{LIST} --since TIME"),
    "--until": ("--until TIME", f"{LIST} --until TIME"),
    "--after": ("--since TIME", f"{LIST} --since TIME"),
    "--before": ("--until TIME", f"{LIST} --until TIME"),
    "--start-time": ("--since TIME", f"{LIST} --since TIME"),
    "--end-time": ("--until TIME", f"{LIST} --until TIME"),
    "--web": ("-f links for the addresses that the vendor sends",),
    "--watch": ("callinspect watch PROVIDER CALL_ID",),
    "--follow": ("callinspect watch PROVIDER CALL_ID",),
    "--wait": ("callinspect wait PROVIDER CALL_ID",),
    "--id": (GET,),
    "--call-id": (GET,),
    "--provider": (GET,),
    "--vendor": (GET,),
    "--region": ("--set region=REGION",),
    "--endpoint-url": ("--set base_url=URL",),
    "--base-url": ("--set base_url=URL",),
    "--url": ("--set base_url=URL",),
    "--no-verify-ssl": ("--ca-file FILE to trust another authority; certificates are always checked",),
    "--insecure": ("--ca-file FILE to trust another authority; certificates are always checked",),
    "-k": ("--ca-file FILE to trust another authority; certificates are always checked",),
    "--ca-bundle": ("--ca-file FILE",),
    "--yes": ("--no-input",),
    "-y": ("--no-input",),
    "--silent": ("-q",),
    "-s": ("-q",),
    "--monochrome": ("--no-color",),
    "--no-colour": ("--no-color",),
    "-V": ("callinspect --version",),
    **dict.fromkeys(
        ("--token", "--access-token", "--password", "--secret", "--client-secret", "--api-key", "--key", "--auth"),
        (SECRETS_ARE_NO_ARGUMENTS,),
    ),
    **dict.fromkeys(("--user", "--username", "-u", "-a"), (SECRETS_ARE_NO_ARGUMENTS,)),
}
"""Options of gh, aws, httpie, curl and the like, and what to type here: the first that the command has."""


def unknown_command(context: Any, names: list[str], words: list[str]) -> UsageError:
    """Return the error for a command that does not exist.

    Args:
        context: the context of the program or the group of commands.
        names: the commands that it has.
        words: the command line from the unknown command on.
    """
    word = words[0]
    near = nearest(word, names)
    hint = next(_meant(words), None) if context.parent is None else None
    if hint is None:
        hint = f"did you mean {near}?" if near else f"{context.command_path} --help lists the commands"
    called = f" “{word}”" if len(word) <= MAX_NAME else " of that name"
    return UsageError(f"there is no command{called}", hint=hint)


def _meant(words: list[str]) -> Iterator[str]:
    """Yield the command line that may be meant by words that begin with no command."""
    from callinspect import providers

    word, *rest = words
    if word.lower() in COMMANDS:
        yield f"use {COMMANDS[word.lower()]}"
    name, colon, call_id = word.partition(":")
    if name.lower() in providers.names():
        given = call_id if colon else next(iter(rest), "")
        is_id = providers.get(name.lower()).recognizes(given)
        separator = ":" if colon else " "
        yield f"use callinspect get {name.lower()}{separator}{given if is_id else 'CALL_ID'}"
    if len(word) > 1 and re.search(r"\d", word):
        fits = [each.name for each in providers.every(lambda _: None) if each.recognizes(word)]
        if fits:
            yield "use " + " or ".join(f"callinspect get {name} {word}" for name in fits)


def error(failure: Any) -> UsageError:
    """Return the error for a command line that the parser refuses."""
    context = getattr(failure, "ctx", None)
    parameter = getattr(failure, "param", None)
    path = context.command_path if context else "callinspect"
    match type(failure).__name__:
        case "NoSuchOption":
            return _unknown_option(failure.option_name, context)
        case "MissingParameter" if parameter is not None:
            return UsageError(f"{_name(parameter, context)} is missing", hint=f"type {_usage(context)}")
        case "BadParameter" if parameter is not None:
            return _invalid(failure.message, parameter, context)
        case "BadOptionUsage" if context:
            return _bad_value(failure.option_name, context)
    message = failure.format_message().rstrip(".")
    if message.startswith("Got unexpected extra argument"):
        # Not repeated: one of them may be a secret.
        return UsageError("too many arguments", hint=f"type {_usage(context)}")
    if message.startswith("Missing command"):
        names = context.command.list_commands(context)
        return UsageError("the command is missing", hint=f"type {path} {', '.join(names[:-1])} or {names[-1]}")
    return UsageError(message[:1].lower() + message[1:], hint=f"see {path} --help")


def _unknown_option(typed: str, context: Any) -> UsageError:
    known = list(_options(context))
    hint = _habit(typed, known, context) or _below(typed, context)
    near = nearest(typed, known) if typed.startswith("--") else None
    if not hint:
        hint = f"did you mean {near}?" if near else f"{context.command_path} --help lists the options"
    is_known = bool(near) or typed in OPTIONS or len(typed) == len("-x")
    return UsageError(f"there is no option {typed}" if is_known else "there is no such option", hint=hint)


def _habit(typed: str, known: Iterable[str], context: Any) -> str | None:
    """Return what to type instead of another program's option: an option that the command has, or a command line."""
    for each in OPTIONS.get(typed, ()):
        first = re.match(r"(-[\w-]+)", each)
        if not first or first[0] in known:
            return f"use {each}" if each != SECRETS_ARE_NO_ARGUMENTS else each
    return None


def _below(typed: str, context: Any) -> str | None:
    """Return the hint for an option before the command that commands take after their names, or a habit of that kind."""
    if context.parent is not None:
        return None
    from callinspect.completion.answers import table

    for name, each in table()["commands"].items():
        known = [option for entry in each["options"] for option in entry["names"]]
        if typed in known:
            return f"{typed} comes after the command: callinspect {name} … {typed}"
        if hint := _habit(typed, known, context):
            return f"{hint}, after the command: callinspect {name} …"
    return None


def _invalid(message: str, parameter: Any, context: Any) -> UsageError:
    """Return the error for a value that a parameter does not take; the value is not repeated."""
    from callinspect.cli.manual.pages import NUMERIC, choices

    name, words, kind = _name(parameter, context), choices(parameter), parameter.type
    if words:
        typed = re.match(r"'(.*)' is not", message)
        near = nearest(typed[1], words) if typed else None
        hint = f"did you mean {near}?" if near else f"see {context.command_path} --help"
        return UsageError(f"{name} must be {_either(words)}", hint=hint)
    if kind.name.startswith(NUMERIC):
        number = "a number" if kind.name.startswith("float") else "a whole number"
        least, most = getattr(kind, "min", None), getattr(kind, "max", None)
        within = f" from {least:g} to {most:g}" if most is not None else f", {least:g} or more" if least is not None else ""
        return UsageError(f"{name} must be {number}{within}", hint=f"see {context.command_path} --help")
    return UsageError(f"{name} is invalid", hint=f"see {context.command_path} --help")


def _bad_value(option: str, context: Any) -> UsageError:
    from callinspect.cli.manual.pages import takes

    value = takes(_options(context)[option])
    if value is None:
        return UsageError(f"{option} takes no value", hint=f"type {option} alone")
    return UsageError(f"{option} needs a value", hint=f"type {option} {value}")


def _options(context: Any) -> dict[str, Any]:
    """Return a command's options by name, without hidden ones."""
    return {
        name: each
        for each in context.command.get_params(context)
        if each.param_type_name == "option" and not each.hidden
        for name in (*each.opts, *each.secondary_opts)
    }


def _name(parameter: Any, context: Any) -> str:
    if parameter.param_type_name == "option":
        return str(max(parameter.opts, key=len))
    return str(parameter.make_metavar(context)).removesuffix("...")


def _usage(context: Any) -> str:
    """Return how a command is typed, without its options."""
    pieces = context.command.collect_usage_pieces(context)
    return " ".join([context.command_path, *(each for each in pieces if each != "[OPTIONS]")])


def _either(words: list[str]) -> str:
    return f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else words[0]
