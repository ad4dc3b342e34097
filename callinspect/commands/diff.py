"""`callinspect diff`: what differs between two records, or between then and now."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer

from callinspect import providers
from callinspect.cli import groups, main, opening
from callinspect.cli.input import files, mask_keys, masked, sides
from callinspect.cli.options import Options
from callinspect.cli.results import compared, writers
from callinspect.cli.results.forms import FormOption, ListFormat
from callinspect.cli.results.output import Format, Output
from callinspect.comparing import Comparison, Side, compare
from callinspect.errors import DIFFERENT, UsageError
from callinspect.provider import Extras

if TYPE_CHECKING:
    from callinspect.client.inspection import Inspection
    from callinspect.provider import Provider, Target
    from callinspect.render.jsontext import Record

app = main.command()


@app.command(cls=main.Command)
@groups.expanded
def diff(
    ctx: typer.Context,
    *,
    a: Annotated[
        str,
        typer.Argument(
            metavar="A",
            help="PROVIDER:CALL_ID, or a call ID whose form says whose it is; a file with a record, or - for standard "
            "input; or PROVIDER:@FILE, a vendor's saved response.",
        ),
    ],
    b: Annotated[
        str | None, typer.Argument(metavar="B", help="The same; if omitted, the call that A is about, as it is now.")
    ] = None,
    output: FormOption = ListFormat.AUTO,
    related: groups.Related,
    reading: groups.Reading,
    everything: Annotated[
        bool, typer.Option("--all", help="Also compare what changes with every reading, and what is computed.")
    ] = False,
) -> int:
    """Show what differs between two calls, or two records of one.

    Exits 0 if nothing differs, 1 if something does. In a pipe, prints a JSON Patch (RFC 6902) that turns A into B.

    Not compared unless --all: when it was read, the raw response, warnings, the timeline, durations that are computed
    or still growing, and the query of URLs. Related data that was read on one side only, such as events, is never
    compared itself; what follows from it, such as the cause, is.

    What was saved with --redact is compared with --redact as well, and the key that it was masked with.
    """
    options = ctx.ensure_object(Options)
    options.result_format = output
    result = Output(form=Format(output.value), several=False, options=options, kind=compared.COMPARED)
    words = [a] if b is None else [a, b]
    found = sides.parsed(words, options)
    calls = [each for each in found if isinstance(each, sides.Live)]
    if not calls and (related.with_ or related.without):
        raise UsageError("both sides are saved: leave out --with and --without, which are for calls that are looked up")
    is_masked = mask_keys.check(words, found, options)
    read: dict[Target, Inspection] = {}
    if calls:
        wanted = _extras(found, related)
        with opening.client(options, reading.setting, meanwhile=result.prepare) as client:
            for each in calls:
                read[each.target] = read.get(each.target) or client.inspect(each.target, wanted)
    # A URL is masked whole, so its query goes first, unless it is compared or was masked with the URL already.
    queries = everything or is_masked
    first, second = (_side(options, each, read, everything=everything, queries=queries) for each in found)
    if is_masked:
        mask_keys.check_same(first.record, second.record)
    names = {*_below_vendor(first.record), *_below_vendor(second.record)}
    comparison = compare(first, second, everything=everything, extras=names)
    if result.form is not Format.TABLE:
        _tell(options, comparison)
    result.add(comparison)
    result.end()
    return DIFFERENT if comparison.patch else 0


def _extras(found: Sequence[sides.Side], related: groups.Related) -> Extras:
    """Return which related data to read of live calls: what is asked for, or what the other side has.

    Raises:
        UsageError: a provider has no related data of that name.
    """
    names = {each.target.provider for each in found if isinstance(each, sides.Live)}
    if related.with_ or related.without or all(isinstance(each, sides.Live) for each in found):
        return related.extras(names.pop() if len(names) == 1 else None)._replace(is_alone=True)
    kept, provider = next(each for each in found if not isinstance(each, sides.Live)), providers.get(names.pop())
    read = frozenset(_read_with(kept.record, provider) if isinstance(kept, sides.Record) else ())
    return Extras(read, frozenset(provider.extras) - read, is_alone=True)


def _read_with(record: Mapping[str, Any], provider: "Provider") -> Iterator[str]:
    """Yield the names of the related data that a record has."""
    for name, extra in provider.extras.items():
        held = record.get("related" if extra.read else "vendor")
        if isinstance(held, dict) and held.get(name) is not None:
            yield name


def _side(
    options: Options, side: sides.Side, read: "Mapping[Target, Inspection]", *, everything: bool, queries: bool
) -> Side:
    """Return a side as it is compared and shown.

    Raises:
        UsageError: with --redact, it is not a record that can be masked.
    """
    if isinstance(side, sides.Record):
        name = files.display_name(side.path)
        return Side(masked.record(options, side.record, name, queries=queries), name)
    if isinstance(side, sides.Live):
        inspection, source = read[side.target], "live"
    else:
        inspection, source = side.inspection, f"response in {files.display_name(side.path)}"
    record = (writers.full_record_of if everything else writers.record_of)(inspection)
    return Side(masked.record(options, record, source, queries=queries), source)


def _tell(options: Options, comparison: Comparison) -> None:
    """Say on standard error what a JSON Patch cannot: what was read on one side only."""
    for side, paths in (("A", comparison.only_in_a), ("B", comparison.only_in_b)):
        if paths:
            options.notice(f"not compared, since read on side {side} only: {', '.join(paths)}")


def _below_vendor(record: "Record") -> Iterator[str]:
    """Yield the names of related data that stand under `vendor`; of a provider that is not installed, none is known."""
    if (name := providers.spelled(record["provider"])) in {each.name for each in providers.usable()}:
        yield from (key for key, extra in providers.get(name).extras.items() if extra.read is None)
