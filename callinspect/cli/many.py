"""The options of `get` for many calls, and where they have no effect."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from callinspect.cli.input import targets, times
from callinspect.errors import UsageError

if TYPE_CHECKING:
    from callinspect.cli.groups import Reading, Related
    from callinspect.cli.input.owners import Owners


class Many(NamedTuple):
    """Options for calls that are read from a file, or looked up at once."""

    file: Annotated[
        str | None,
        typer.Option("--input", metavar="FILE", help="Read calls from a file, one per line."),
    ] = None
    column: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Column of CSV input that has the call IDs; by default id, call_id …"),
    ] = None
    jobs: Annotated[
        int | None,
        typer.Option(min=1, max=256, help="Number of calls to fetch at once; 8 unless the vendor allows fewer."),
    ] = None
    rate: Annotated[
        str | None,
        typer.Option(
            metavar="N/s", help="Fixed request rate per vendor, e.g. 5/s; by default it adapts to the vendor."
        ),
    ] = None
    unordered: Annotated[bool, typer.Option("--unordered", help="Print results as they arrive, not in order.")] = False
    resume: Annotated[
        str | None, typer.Option(metavar="FILE", help="Skip calls that are already in this earlier output.")
    ] = None

    @property
    def pace(self) -> float | None:
        """Requests a second, None to adapt to the vendor.

        Raises:
            UsageError: --rate is not a rate.
        """
        return times.rate(self.rate)

    def select(self, provider: str | None, call_ids: Sequence[str], owners: "Owners") -> targets.Selection:
        """Return the calls to look up.

        Raises:
            UsageError: they are not named, or not readable.
        """
        return targets.select(provider, call_ids, owners, file=self.file, column=self.column, resume=self.resume)

    def check_saved(self, related: "Related", reading: "Reading") -> None:
        """Refuse, with --from-file, what has no effect where no vendor is asked.

        Raises:
            UsageError: such an option was given.
        """
        options = {
            **{f"--{'input' if name == 'file' else name}": value for name, value in self._asdict().items()},
            "--with": related.with_,
            "--without": related.without,
            "--set": reading.setting,
        }
        given = [name for name, value in options.items() if value not in (None, False, [])]
        if given:
            *others, last = given
            named = f"{', '.join(others)} and {last}" if others else last
            raise UsageError(f"--from-file shows what was saved, and no vendor is asked: leave out {named}")
