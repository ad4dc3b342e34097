"""Writers around another one: results in an order, and a count of them."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from callinspect.cli.results.writers import Through, Writer, record_of
from callinspect.errors import CallinspectError

if TYPE_CHECKING:
    from callinspect.client.inspection import Inspection


class Order(NamedTuple):
    """An order of results.

    Attributes:
        key: returns what to compare of a result, None if it has nothing to compare.
        descending: whether the greatest comes first.
    """

    key: "Callable[[Inspection], Any]"
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
        return cls(lambda inspection: fields.sortable(record_of(inspection), path), descending=text != path)


NEWEST = Order(lambda inspection: inspection.call.at, descending=True)
"""The newest call first."""


class Ordered(Writer):
    """Holds all results until the end and writes them in an order, those without a key last.

    Args:
        writer: what they are written with.
        orders: the order, then the one of results that are equal in it, and so on.
        limit: how many of them to write, None for all.
        raw: whether a response that is not a call is a result as well; it has no key.
    """

    def __init__(self, writer: Writer, orders: Sequence[Order], *, limit: int | None, raw: bool) -> None:
        self._writer = writer
        self._orders = orders
        self._limit = limit
        self._is_raw = raw
        self._held: list[tuple[list[Any], Inspection]] = []

    def add(self, inspection: "Inspection") -> None:
        """Hold a result."""
        try:
            keys = [order.key(inspection) for order in self._orders]
        except CallinspectError:
            if not self._is_raw:
                raise
            keys = [None] * len(self._orders)
        self._held.append((keys, inspection))

    def end(self) -> None:
        """Write the results."""
        self._write()
        self._writer.end()

    def stop(self) -> None:
        """Write the results that there are."""
        self._write()
        self._writer.stop()

    def _write(self) -> None:
        found, self._held = self._held, []
        for place, order in reversed([*enumerate(self._orders)]):
            known = [each for each in found if each[0][place] is not None]
            known.sort(key=lambda each: each[0][place], reverse=order.descending)
            found = [*known, *(each for each in found if each[0][place] is None)]
        for _, inspection in found[: self._limit]:
            self._writer.add(inspection)


class Counted(Through):
    """Counts the results that are written, by outcome, and those of calls that have none by state.

    Args:
        writer: what they are written with.
    """

    def __init__(self, writer: Writer) -> None:
        super().__init__(writer)
        self.count: Counter[str] = Counter()

    def add(self, inspection: "Inspection") -> None:
        """Write a result, and count it."""
        self._writer.add(inspection)
        self.count[inspection.call.outcome or inspection.call.state] += 1
