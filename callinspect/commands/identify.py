"""`callinspect identify`: whose ID is this?"""

from collections.abc import Iterable, Iterator
from typing import Annotated, Any

import typer

from callinspect import providers
from callinspect.cli import main
from callinspect.cli.console import messages, streams
from callinspect.cli.input import files, ids, owners, targets, typed
from callinspect.cli.options import Options
from callinspect.cli.results import forms
from callinspect.cli.results.forms import FormOption, ListFormat, resolved
from callinspect.errors import SOME_FAILED, NotFoundError, UsageError
from callinspect.render.inert import inert

app = main.command()

Found = dict[str, Any]
"""An ID and its candidates."""


@app.command(cls=main.Command)
def identify(
    ctx: typer.Context,
    words: Annotated[list[str], typer.Argument(metavar="ID...", help="An ID; - reads IDs from standard input.")],
    output: FormOption = ListFormat.AUTO,
) -> int:
    """Tell whose an ID is, by its form, without asking a vendor.

    Prints which providers' ID it may be, what it is an ID of, how sure that is and why; those with credentials first.
    Exits 3 if no provider has IDs like one of them.
    """
    options = ctx.ensure_object(Options)
    options.result_format = output
    streams.check_output()
    if "-" in words:
        typed.announced(options, "IDs, one a line")
    options.add_environment_secrets()  # one may have been pasted by mistake
    statuses: set[int] = set()
    results = _results(_words(words), options, statuses)
    form = resolved(output)
    if form is ListFormat.TABLE:
        for each in results:
            streams.write_for_people(_as_text(each))
    else:
        forms.write(results, form)
    statuses.discard(0)
    return statuses.pop() if len(statuses) == 1 else SOME_FAILED if statuses else 0


def _words(words: list[str]) -> Iterator[tuple[int | None, Any]]:
    """Yield each ID to identify, with the number of its line if it is read from standard input."""
    for word in words:
        if word != "-":
            yield None, word
            continue
        for entry in files.entries(files.opened("-"), "-"):
            for value in targets.words_of(entry):
                yield entry.number, value.get("id") if isinstance(value, dict) else value


def _results(words: Iterable[tuple[int | None, Any]], options: Options, statuses: set[int]) -> Iterator[Found]:
    """Yield each ID with its candidates; one that cannot be an ID is reported."""
    for number, word in words:
        try:
            found = _identified(word if number is None else targets.plain_word(word), options)
        except UsageError as error:
            if number is not None:
                error.message = f"line {number}: {error.message}"
            statuses.add(messages.report(error, options))
        else:
            statuses.add(0 if found["candidates"] else NotFoundError.exit_status)
            yield found


def _identified(word: str, options: Options) -> Found:
    """Return an ID and its candidates.

    Raises:
        UsageError: it is an address without an ID.
    """
    provider, text = owners.read(word)
    if (address := ids.address(text)) is not None:
        _, text = options.owners.within(address, provider)
    options.keep(text)
    candidates = sorted(providers.candidates(text), key=lambda each: not options.owners.is_configured(each.provider))
    return {
        "id": options.typed(text),
        "candidates": [
            {
                "provider": name,
                "kind": form.kind,
                "certainty": form.certainty.value,
                "why": form.description,
            }
            for name, form in candidates
        ],
    }


def _as_text(found: Found) -> str:
    lines = [
        f"    {each['certainty']}: {each['provider']}, {providers.kind_of(each['kind'])} ({each['why']})"
        for each in found["candidates"]
    ]
    return "\n".join([inert(found["id"]), *(lines or ["    no provider has IDs like this"])]) + "\n"
