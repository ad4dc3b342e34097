"""`callinspect providers`: the providers, what each can do, and what it needs."""

from collections.abc import Iterator
from textwrap import wrap
from typing import Annotated, Any

import typer

from callinspect import providers as registry
from callinspect.cli import main
from callinspect.cli.console import streams
from callinspect.cli.forms import FormOption, ListFormat, resolved
from callinspect.cli.options import Options
from callinspect.credentials.environment import file_variable, variables
from callinspect.provider import Listing, Provider
from callinspect.render.duration import seconds
from callinspect.render.json import dumps

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
    """Show what each provider can do, what it needs, and where the vendor's documentation is."""
    options = ctx.ensure_object(Options)
    found = [registry.get(name)] if name else registry.every(options.broken)
    if resolved(output) is ListFormat.JSONL:
        streams.write("".join(dumps(_as_json(each), lines=True) + "\n" for each in found))
        return
    streams.write_for_people("\n".join("".join(f"{line}\n" for line in _as_text(each)) for each in found))


def _as_json(provider: Provider) -> dict[str, Any]:
    return {
        "name": provider.name,
        "title": provider.title,
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
        "not_found": provider.not_found_hint,
    }


def _as_text(provider: Provider) -> Iterator[str]:
    yield f"{provider.name}  {provider.title}"
    yield f"  {provider.docs}"
    yield f"  reads {provider.reads}"
    yield f"  address: {provider.base_url or 'your own server (base_url)'}"
    for scheme in provider.schemes:
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
    yield from wrap(f"not found: {provider.not_found_hint}", 76, initial_indent="  ", subsequent_indent="    ")
    for each in provider.settings:
        yield f"  {each.name}{' (secret)' if each.secret else ''}: {each.title}"
        yield from (f"      {name}" for name in variables(provider, each))


def _filters(listing: Listing) -> Iterator[str]:
    """Yield which filters the vendor applies, and which are not possible."""
    for said, names in (("filtered by the vendor:", listing.applied), ("cannot be filtered by:", listing.lacks)):
        if names:
            yield f"    {said} {', '.join(f'--{name}' for name in sorted(names))}"
