"""Few combinations instead of all: what multiplies is sampled so that any two values of two axes still meet."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Mapping, Sequence


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


def _new(row: Mapping[int, int], axis: int, value: int, missing: Container[object]) -> int:
    """Return how many pairs are met if that axis has that value in a row."""
    return sum(tuple(sorted(((axis, value), other))) in missing for other in row.items())
