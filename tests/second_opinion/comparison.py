"""What a record must say of a vendor's call, written down from the design and apart from callinspect's own code.

A vendor's call is the JSON of its answer, or what an SDK made of it under the answer's own names. What belongs at which
path of the record, the vendor's module in `expected` says.
"""

from decimal import Decimal
from importlib import import_module
from typing import Any

from second_opinion.reading import Call, instant

RELATIONS = ("parent", "child", "sibling")


def disagreements(provider: str, call: Call, record: Call) -> dict[str, tuple[Any, Any]]:
    """Return the places where a record differs from the call: what the call says there, and what the record says."""
    expected = import_module(f"second_opinion.expected.{provider}").expected(call)
    return {path: (value, said) for path, value in expected.items() if value != (said := at(record, path))}


def at(record: Call, path: str) -> Any:
    """Return the value at a path; None is nothing.

    `address` is a party's number or URI, `child` of legs the IDs of those that the call made, and so with the other
    relations; a time is a moment, an amount a decimal.
    """
    value: Any = record
    for name in path.split("."):
        if isinstance(value, list) and name in RELATIONS:
            value = [each["id"] for each in value if each["relation"] == name]
        elif isinstance(value, list):
            value = value[int(name)] if int(name) < len(value) else None
        elif isinstance(value, dict):
            value = value["number"] or value["uri"] if name == "address" else value.get(name)
    if path.endswith(".amount") and value is not None:
        return Decimal(value)
    return instant(value) if path.endswith(("_at", ".at")) else value
