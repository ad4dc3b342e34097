"""Few combinations instead of all: what multiplies is sampled so that any two values of two axes still meet."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping, Sequence

T = TypeVar("T")
S = TypeVar("S")


def pairwise(*axes: Sequence[Any]) -> Iterator[tuple[Any, ...]]:
    """Give combinations of a value of each axis, so many that any two values of two axes meet in one."""
    missing = dict.fromkeys(
        ((one, first), (other, second))
        for one, other in combinations(range(len(axes)), 2)
        for first in range(len(axes[one]))
        for second in range(len(axes[other]))
    )
    while missing:
        row = dict(next(iter(missing)))
        for axis in set(range(len(axes))) - row.keys():
            start = len(missing)  # so that where no value is better than another, they take turns
            order = [(start + each) % len(axes[axis]) for each in range(len(axes[axis]))]
            row[axis] = max(order, key=[_new(row, axis, value, missing) for value in range(len(order))].__getitem__)
        for pair in combinations(sorted(row.items()), 2):
            missing.pop(pair, None)
        yield tuple(axes[axis][row[axis]] for axis in range(len(axes)))


def sampled(faults: Iterable[T], vendors: Sequence[S], times: int = 2) -> list[tuple[T, S]]:
    """Return each fault with so many of the vendors in turn, and each vendor at least once: the same in every run.

    More vendors take no more time: each of them meets fewer faults.
    """
    known = [*faults]
    step = len(known) if len(known) % len(vendors) else 1  # which leads to other vendors at every turn
    rows = range(max(times * len(known), len(vendors)))
    places = [(row % len(known), (row // len(known) * step + row % len(known)) % len(vendors)) for row in rows]
    return [(known[fault], vendors[vendor]) for fault, vendor in dict.fromkeys(places)]


def _new(row: Mapping[int, int], axis: int, value: int, missing: Container[object]) -> int:
    """Return how many pairs are met if that axis has that value in a row."""
    return sum(tuple(sorted(((axis, value), other))) in missing for other in row.items())
