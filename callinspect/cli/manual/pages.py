"""What a command's page says, taken from the command itself: its help and its manual page are written from this."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from callinspect.cli.options import GLOBAL
from callinspect.errors import either

SECTIONS: Mapping[str, frozenset[str]] = {
    "Arguments": frozenset(),
    "Options": frozenset(),
    **{
        section: frozenset(name if name[0] == "-" else f"--{name}" for name in names.split())
        for section, names in {
            "Which calls": "number from to since until state outcome cause failed limit sort history living param",
            "Many calls": "input column jobs rate unordered resume",
            "Waiting": "for interval grace",
            "Output": "output field query -r raw include with without from-file export width exit-status all",
            "Account": "set",
        }.items()
    },
    GLOBAL: frozenset({"--help"}),
}
"""The sections of a page in order, and the options in each; one that is nowhere is in `Options`."""

NUMERIC = ("int", "float")
"""What the names of types of numbers begin with."""

ASKING = "sandbox timeout ca_file verbose"
"""Global options that do nothing where no vendor is asked."""

TIMES = "tz utc"
"""Global options that do nothing where no time is shown."""

MASKING = "redact redact_key"
"""Global options that do nothing where nobody's data is shown."""

UNUSED: Mapping[str, frozenset[str]] = {
    path: frozenset(names.split())
    for path, names in {
        "list": "no_input",
        "wait": "no_input",
        "watch": "no_input",
        "auth login": f"sandbox {TIMES}",
        "auth logout": f"{ASKING} {TIMES} no_input",
        "auth status": "sandbox no_input",
        "identify": f"timeout ca_file verbose {TIMES}",
        "doctor": f"{TIMES} no_input",
        "providers": f"{ASKING} {TIMES} {MASKING} no_input",
        "sandbox serve": f"sandbox timeout ca_file {TIMES} profile no_input",
        "sandbox calls": f"{ASKING} {TIMES} {MASKING} profile quiet no_input",
        "sandbox run": f"sandbox timeout ca_file {TIMES} profile no_input",
        "schema": f"{ASKING} {TIMES} {MASKING} profile quiet no_input",
        "completion": f"{ASKING} {TIMES} {MASKING} profile quiet no_input",
        "explain": f"{ASKING} {TIMES} {MASKING} profile no_input",
        "help": f"{ASKING} {TIMES} {MASKING} profile no_input",
    }.items()
}
"""By command, the global options that do nothing for it: they are accepted, and not shown."""


class Entry(NamedTuple):
    """An option, an argument or a command: its names, the value it takes if any, and what it is for."""

    names: tuple[str, ...]
    takes: str | None
    help: str

    @property
    def label(self) -> str:
        """How it is typed, the short name first."""
        names = ", ".join(sorted(self.names, key=lambda name: name.startswith("--")))
        return f"{names} {self.takes}" if self.takes else names


class Page(NamedTuple):
    """A command's page."""

    path: str
    usage: str
    summary: str
    paragraphs: tuple[str, ...]
    sections: Mapping[str, list[Entry]]

    @property
    def name(self) -> str:
        """The words that are typed to run it."""
        return f"callinspect {self.path}".strip()


def page(command: Any, context: Any) -> Page:
    """Return the page of a command."""
    found: dict[str, list[Entry]] = {}
    for title, each in _parameters(command, context):
        found.setdefault(title, []).append(entry(each, context))
    for title, summaries in command.summaries(context).items() if hasattr(command, "summaries") else ():
        found[title] = [Entry((name,), None, summary) for name, summary in summaries.items()]
    titles = sorted(found, key=lambda title: list(SECTIONS).index(title) if title in SECTIONS else -1)
    paragraphs = tuple((command.help or "").split("\n\n"))
    return Page(
        path=path(context),
        usage=" ".join([f"callinspect {path(context)}".strip(), *command.collect_usage_pieces(context)]),
        summary=command.get_short_help_str(limit=100),
        paragraphs=paragraphs,
        sections={title: found[title] for title in titles},
    )


def every(command: Any, context: Any) -> Iterator[Page]:
    """Yield the pages of a command and of everything below it."""
    yield page(command, context)
    for name in command.list_commands(context) if hasattr(command, "list_commands") else ():
        below = command.get_command(context, name)
        yield from every(below, child(below, context, name))


def child(command: Any, context: Any, name: str) -> Any:
    """Return the context of a subcommand; that of the program, which has no other one above it, if that is None."""
    return type(command).context_class(command, parent=context, info_name=name, **command.context_settings)


def path(context: Any) -> str:
    """Return the words that name a command, without the program's."""
    words: list[str] = []
    while context.parent is not None:
        words.insert(0, context.info_name)
        context = context.parent
    return " ".join(words)


def parameters(command: Any, context: Any) -> list[Any]:
    """Return what a command takes, without the global options that do nothing for it."""
    shared = {each.name for each in context.find_root().command.params}
    unused = shared & UNUSED.get(path(context), frozenset())
    return [
        each for each in command.get_params(context) if not getattr(each, "hidden", False) and each.name not in unused
    ]


def entry(parameter: Any, context: Any) -> Entry:
    """Return the entry of an option or an argument."""
    is_option = parameter.param_type_name == "option"
    help_ = " ".join((getattr(parameter, "help", None) or "").split())
    limits = f" ({'; '.join(_limits(parameter, context))})"
    help_ = help_ if limits == " ()" else f"{help_.removesuffix('.')}{limits}."
    if not is_option:
        return Entry((parameter.make_metavar(context),), None, help_)
    return Entry((*parameter.opts, *parameter.secondary_opts), takes(parameter), help_)


def takes(parameter: Any) -> str | None:
    """Return what stands for a parameter's value, None if it takes none."""
    if getattr(parameter, "is_flag", False) or getattr(parameter, "count", False):
        return None
    words = choices(parameter)
    if parameter.metavar or words:
        return str(parameter.metavar or (words[0] if len(words) == 1 else "WORD"))
    return "N" if parameter.type.name.startswith(NUMERIC) else "TEXT"


def choices(parameter: Any) -> list[str]:
    """Return the words that a parameter can be, empty if it can be any."""
    return [getattr(each, "value", each) for each in getattr(parameter.type, "choices", ())]


def _parameters(command: Any, context: Any) -> Iterator[tuple[str, Any]]:
    """Yield what a command takes, each with the section that it belongs to."""
    for each in parameters(command, context):
        if each.param_type_name != "option":
            yield "Arguments", each
        else:
            named = (title for title, names in SECTIONS.items() if names.intersection(each.opts))
            yield getattr(each, "rich_help_panel", None) or next(named, "Options"), each


def _limits(parameter: Any, context: Any) -> Iterator[str]:
    words, kind = choices(parameter), parameter.type
    if len(words) > 1:
        yield either(words)
    if getattr(kind, "max", None) is not None:
        yield f"{kind.min} to {kind.max}"
    default = parameter.get_default(context, call=False)
    if parameter.secondary_opts and default:
        yield f"default {parameter.opts[0]}"
    elif takes(parameter) and parameter.show_default and default is not None and not callable(default):
        defaults = default if isinstance(default, list | tuple) else [default]
        yield f"default {','.join(str(getattr(each, 'value', each)) for each in defaults)}"
