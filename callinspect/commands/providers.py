"""`callinspect providers`: the providers, what each can do, and what it needs."""

import os
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, Any

import typer

from callinspect import providers as registry
from callinspect.cli import main
from callinspect.cli.console import streams
from callinspect.cli.manual import text
from callinspect.cli.options import Options
from callinspect.cli.results import forms
from callinspect.cli.results.forms import FormOption, ListFormat, resolved
from callinspect.credentials import configured, profiles
from callinspect.credentials.environment import file_variable, variables
from callinspect.duration import seconds
from callinspect.provider import BASE_URL, Listing, Provider

app = main.command()


@app.command(cls=main.Command)
def providers(
    ctx: typer.Context,
    name: Annotated[
        str | None,
        typer.Argument(metavar="PROVIDER", help="Provider name; all providers if omitted."),
    ] = None,
    output: FormOption = ListFormat.AUTO,
) -> None:
    """List the providers, or show what one can do and needs.

    Without a name, prints a line for each: its name, the vendor's product, the commands that can ask it, and where its
    credentials are. With a name, adds every field with its variables, the filters of list, and the vendor's
    documentation.
    """
    options = ctx.ensure_object(Options)
    found = [registry.get(name)] if name else registry.every(options.broken)
    form = resolved(output)
    stored = configured.stored(os.environ, options.broken)
    if form is not ListFormat.TABLE:
        forms.write((_as_json(each, _configured(each, stored)) for each in found), form)
    elif name:
        streams.write_lines(_wrapped(_as_text(found[0]), streams.width()))
    else:
        rows = [
            (each.name, each.title, " ".join(_commands(each)), _configured(each, stored) or "not set") for each in found
        ]
        lines = _table([("NAME", "VENDOR", "COMMANDS", "CREDENTIALS"), *rows], streams.width())
        streams.write_lines(lines)


def _commands(provider: Provider) -> list[str]:
    """Return the commands that can ask a provider."""
    return ["get", *(["list"] if provider.listing or provider.history else []), "wait", "watch"]


def _configured(provider: Provider, stored: profiles.Stored) -> str | None:
    """Return where credentials for a provider are, None if there are none; the keyring is not opened."""
    if configured.in_environment(provider, os.environ):
        return "environment"
    names = stored.get(provider.name, [])
    return f"keyring ({', '.join(sorted(names))})" if names else None


def _table(rows: Sequence[tuple[str, ...]], width: int) -> Iterator[str]:
    """Yield aligned rows; if they are too wide, each row's name, and the rest on lines below it."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    if sum(widths) + 2 * (len(widths) - 1) <= width:
        for row in rows:
            yield "  ".join(cell.ljust(wide) for cell, wide in zip(row, widths, strict=True)).rstrip()
        return
    for name, *facts in rows[1:]:
        yield name
        yield from (line for fact in facts for line in text.wrapped(fact, width, "  ", "    "))


def _as_json(provider: Provider, configured: str | None) -> dict[str, Any]:
    return {
        "name": provider.name,
        "title": provider.title,
        "commands": _commands(provider),
        "credentials": configured,
        "docs": provider.docs,
        "reads": provider.reads,
        "base_url": provider.base_url,
        "fields": [
            {
                "name": each.name,
                "title": each.title,
                "secret": each.secret,
                "required": each.name in provider.required,
                "environment": list(variables(provider, each)),
                "environment_file": file_variable(provider, each),
            }
            for each in provider.settings
        ],
        "schemes": [{"title": scheme.title, "needs": list(scheme.needs)} for scheme in provider.schemes],
        "extras": {name: extra.description for name, extra in provider.extras.items()},
        "not_found": list(provider.not_found_hints),
    }


def _as_text(provider: Provider) -> Iterator[str]:
    yield f"{provider.name}  {provider.title}"
    yield f"  {provider.docs}"
    yield f"  reads {provider.reads}"
    yield f"  address: {provider.base_url or _own_address(provider)}"
    for scheme in provider.ways:
        yield f"  {scheme.title}: {', '.join(provider.needs(scheme))}"
    for name, extra in provider.extras.items():
        yield f"  --with {name}: {extra.description}"
    if provider.listing:
        own = f"; query parameters: {', '.join(provider.listing.options)}" if provider.listing.options else ""
        yield f"  lists calls{own}"
        yield from _filters(provider.listing)
    if provider.history:
        yield "  lists past calls, without IDs: list --history"
    yield f"  fetches {provider.jobs} calls at once" if provider.jobs > 1 else "  fetches one call at a time"
    if provider.grace:
        yield f"  a new call may not be found for up to {seconds(provider.grace)}"
    yield "  not found:"
    for hint in provider.not_found_hints:
        yield f"    {hint}"
    for each in provider.settings:
        yield f"  {each.name}{' (secret)' if each.secret else ''}: {each.title}"
        yield from (f"      {name}" for name in variables(provider, each))


def _own_address(provider: Provider) -> str:
    """Say what the address is of a vendor that has one for each customer, by the field's title if it has its own."""
    field = next(each for each in provider.settings if each.name == BASE_URL.name)
    if field.host:
        return f"https://{field.host.format('NAME')} (base_url)"
    return f"{'your own server' if field.title == BASE_URL.title else field.title} (base_url)"


def _wrapped(lines: Iterable[str], width: int) -> Iterator[str]:
    """Yield lines of that width, each continued below its own indent."""
    for line in lines:
        indent = " " * (len(line) - len(line.lstrip()))
        yield from text.wrapped(line.lstrip(), width, indent, f"{indent}    ")


def _filters(listing: Listing) -> Iterator[str]:
    """Yield which filters the vendor applies, and which are not possible."""
    for said, names in (("filtered by the vendor:", listing.applied), ("cannot be filtered by:", listing.lacks)):
        if names:
            yield f"    {said} {', '.join(f'--{name}' for name in sorted(names))}"
