"""What differs between two records, for `callinspect diff`: as a JSON Patch, and change by change for people."""

from collections.abc import Collection
from typing import Any, NamedTuple

from callinspect.comparing.compared import compared
from callinspect.comparing.patches import Change, Operation, changes, operations


class Side(NamedTuple):
    """One of the two records.

    Attributes:
        record: the record, as JSON.
        source: where it comes from, such as `live` or a file's name.
    """

    record: dict[str, Any]
    source: str


class Comparison(NamedTuple):
    """What differs between two records.

    Attributes:
        a: the first side.
        b: the second side.
        patch: the operations of RFC 6902 that turn the first into the second, in everything that was compared.
        changes: the same, with what was there before.
        skipped: what differs and was not compared.
        only_in_a: paths of what was read on the first side only, and so was not compared.
        only_in_b: the same of the second side.
    """

    a: Side
    b: Side
    patch: list[Operation]
    changes: list[Change]
    skipped: tuple[str, ...]
    only_in_a: tuple[str, ...]
    only_in_b: tuple[str, ...]


def compare(a: Side, b: Side, *, everything: bool = False, extras: Collection[str] = ()) -> Comparison:
    """Compare two records.

    Args:
        a: the first side.
        b: the second side.
        everything: whether to compare what changes by itself, or is derived, as well.
        extras: names of related data that stand under `vendor` when they were read.
    """
    parts = compared(a.record, b.record, everything=everything, extras=extras)
    patch = operations(parts.a, parts.b)
    return Comparison(a, b, patch, changes(parts.a, patch), parts.skipped, parts.only_in_a, parts.only_in_b)
