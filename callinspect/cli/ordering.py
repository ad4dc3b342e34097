"""Writers around another one: results in an order, and a count of them."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from operator import itemgetter
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from callinspect.cli.writers import Writer, record_of
from callinspect.errors import CallinspectError

if TYPE_CHECKING:
    from callinspect.client.inspection import Inspection


class Order(NamedTuple):
    """The order by a field.

    Attributes:
        path: the field.
        descending: whether the greatest value comes first.
    """

    path: str
    descending: bool

    @classmethod
    def parsed(cls, text: str) -> Self:
        """Return the order that `PATH` or `-PATH` means.

        Raises:
            UsageError: records have no such field.
        """
        from callinspect.render import fields

        path = text.removeprefix("-")
        fields.check(path)
        return cls(path, text != path)

    def key(self, inspection: "Inspection") -> Any:
        """Return what to compare, None if the field is null.

        Raises:
            CallinspectError: the response is not a call.
        """
        from callinspect.render import fields

        return fields.sortable(record_of(inspection), self.path)


def newest(inspection: "Inspection") -> datetime | None:
    """Return a call's time, to compare it; None if it has none, or is not readable."""
    try:
        return inspection.call.at
    except CallinspectError:  # which is raised again when the call is written
        return None


class Ordered(Writer):
    """Holds all results until the end and writes them in an order, those without a key last.

    Args:
        writer: what they are written with.
        key: returns what to compare, None for a result that has nothing to compare.
        descending: whether the greatest comes first.
        limit: how many of them to write, None for all.
    """

    def __init__(
        self, writer: Writer, key: "Callable[[Inspection], Any]", *, descending: bool, limit: int | None = None
    ) -> None:
        self._writer = writer
        self._key = key
        self._is_descending = descending
        self._limit = limit
        self._held: list[tuple[Any, Inspection]] = []

    def add(self, inspection: "Inspection") -> None:
        """Hold a result."""
        self._held.append((self._key(inspection), inspection))

    def end(self) -> None:
        """Write the results."""
        self._write()
        self._writer.end()

    def stop(self) -> None:
        """Write the results that there are."""
        self._write()
        self._writer.stop()

    def _write(self) -> None:
        known = [each for each in self._held if each[0] is not None]
        known.sort(key=itemgetter(0), reverse=self._is_descending)
        rest = [each for each in self._held if each[0] is None]
        for _, inspection in [*known, *rest][: self._limit]:
            self._writer.add(inspection)


class Counted(Writer):
    """Counts the results that are written, by outcome, and those of calls that have none by state.

    Args:
        writer: what they are written with.
    """

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self.count: Counter[str] = Counter()

    def add(self, inspection: "Inspection") -> None:
        """Write a result, and count it."""
        self._writer.add(inspection)
        self.count[inspection.call.outcome or inspection.call.state] += 1

    def end(self) -> None:
        """Write what is held until the end."""
        self._writer.end()

    def stop(self) -> None:
        """End the output of a run that was interrupted or has failed."""
        self._writer.stop()
