"""`callinspect help`: a command's help; exit codes, environment variables, output formats, the record."""

from collections.abc import Callable, Iterator
from typing import Annotated, Any

import typer

from callinspect import providers
from callinspect.cli import main
from callinspect.cli.console import streams
from callinspect.cli.manual import examples, facts, pages, text
from callinspect.cli.options import Options
from callinspect.credentials.environment import FILE, variables
from callinspect.errors import UsageError, suggestion

app = main.command()


@app.command("help", cls=main.Command)
def show(
    ctx: typer.Context,
    words: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="TOPIC|COMMAND",
            help="exit-codes, environment, output or record; or a command.",
            autocompletion=lambda: [*TOPICS, *main.COMMANDS],
        ),
    ] = None,
) -> None:
    """Explain a command, exit codes, environment variables, output formats or the record.

    Without a topic, lists topics and commands.
    """
    topic = " ".join(words or ())
    if topic in TOPICS:
        _, lines = TOPICS[topic]
        streams.write_lines(lines(ctx.ensure_object(Options)))
    elif words:
        _show_command(ctx.find_root(), words)
    else:
        streams.write_lines(_contents(ctx.find_root()))


def _show_command(context: Any, words: list[str]) -> None:
    """Show the help of a command.

    Raises:
        UsageError: there is no such command, and no such topic.
    """
    from callinspect.reference.tables import CODES

    for word in words:
        names = context.command.list_commands(context) if hasattr(context.command, "list_commands") else []
        if word not in names:
            if context.parent is None and (provider := providers.spelled(word)):
                raise UsageError(f"{provider} is a provider", hint=f"use callinspect providers {provider}")
            if context.parent is None and (word in CODES or word.isdecimal()):
                raise UsageError(f"{word} is not a topic", hint=f"use callinspect explain {' '.join(words)}")
            known = [*TOPICS, *names] if context.parent is None else names
            hint = suggestion(word, known, f"the topics are {', '.join(TOPICS)}, and every command")
            raise UsageError(f"there is no help on “{word}”", hint=hint)
        context = pages.child(context.command.get_command(context, word), context, word)
    context.command.format_help(context, None)


def _contents(root: Any) -> Iterator[str]:
    sections = {"Topics": {name: summary for name, (summary, _) in TOPICS.items()}, **root.command.summaries(root)}
    yield "Usage: callinspect help NAME"
    for title, summaries in sections.items():
        yield ""
        yield f"{title}:"
        yield from text.columns(summaries.items(), streams.width())


def _exit_codes(_options: Options) -> Iterator[str]:
    rows = [
        ("" if position else f"{status:>3}", meaning)
        for status, meanings in facts.exit_codes().items()
        for position, meaning in enumerate(meanings)
    ]
    yield from text.columns(rows, streams.width())


def _environment(options: Options) -> Iterator[str]:
    width = streams.width()
    yield from text.wrapped(
        f"CALLINSPECT_PROVIDER_FIELD{FILE} names a file with the value of CALLINSPECT_PROVIDER_FIELD, such as a secret "
        "that a container mounts; set one of the two, not both.",
        width,
    )
    yield ""
    for provider in providers.every(options.broken):
        yield f"{provider.title} ({provider.name})"
        for each in provider.settings:
            yield from text.wrapped(" or ".join(variables(provider, each)), width, "  ")
            yield from text.wrapped(each.title, width, "      ")
    yield "All"
    for variable, meaning in facts.ENVIRONMENT.items():
        yield from text.wrapped(variable, width, "  ")
        yield from text.wrapped(meaning, width, "      ")


def _output(_options: Options) -> Iterator[str]:
    for part in facts.OUTPUT:
        if isinstance(part, str):
            yield from text.wrapped(part, streams.width())
        else:
            yield from text.columns(part.items(), streams.width())
        yield ""
    yield "Examples:"
    yield from text.examples_of(examples.filled("help output"), streams.width())


def _record(_options: Options) -> Iterator[str]:
    from callinspect.render import schema

    yield from text.columns(schema.keys(), streams.width())


TOPICS: dict[str, tuple[str, Callable[[Options], Iterator[str]]]] = {
    "exit-codes": ("What the exit codes mean.", _exit_codes),
    "environment": ("Which variables are read.", _environment),
    "output": ("How results are printed.", _output),
    "record": ("What each key of the record means.", _record),
}
"""The topics, each with its summary and what gives its lines."""
