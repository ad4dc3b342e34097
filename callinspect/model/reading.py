"""Records read back: a call from the JSON object that was written for it."""

from collections.abc import Mapping
from datetime import datetime
from enum import Enum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from callinspect import model
from callinspect.model import SCHEMA_VERSION, UNWRITTEN, Call, Outcome, State, further, related, timeline

KEYS = {"from_": "from"}
"""Keys of the record that are no names in Python."""

ARTICLES = {str: "a text", int: "a whole number", float: "a number", bool: "true or false", Mapping: "an object"}
"""What values are, by their type."""


def is_record(value: Any) -> bool:
    """Whether a JSON value is a record, of any schema version."""
    return isinstance(value, dict) and "schema_version" in value


def call(record: Mapping[str, Any]) -> Call:
    """Return the call of a record; keys that are missing are null, and keys that are not known are left out.

    What a record does not say is taken from what it says: an answered call has an answer time, the outcome `answered`,
    or a state that only an answered call has.

    Args:
        record: a record as `callinspect.model.writing` writes it, parsed.

    Raises:
        ValueError: it is not a record of this schema version; the message says why, by path.
    """
    if record.get("schema_version") != SCHEMA_VERSION:
        raise ValueError(f"its schema_version is not “{SCHEMA_VERSION}”, which is what this version reads")
    for key in ("provider", "id"):
        if not isinstance(record.get(key), str):
            raise ValueError(f"{key} is missing")  # noqa: TRY004 - wrong data, not a wrong use
    found: Call = _tuple(Call, record, "")
    answered = found.answered_at or found.outcome is Outcome.ANSWERED or found.state in {State.ACTIVE, State.HELD}
    return found._replace(was_answered=True if answered else None)


def _tuple(kind: Any, value: Any, path: str) -> Any:
    if not isinstance(value, Mapping):
        raise ValueError(f"{path or 'it'} is not an object")  # noqa: TRY004 - as above
    given = {}
    for name, wanted in _hints(kind).items():
        key = KEYS.get(name, name)
        if key in value and (value[key] is not None or NoneType in get_args(wanted)):
            given[name] = _value(wanted, value[key], f"{path}.{key}" if path else key)
    try:
        return kind(**given)
    except TypeError:
        raise ValueError(f"{path or 'it'} lacks a key") from None


def _value(wanted: Any, value: Any, path: str) -> Any:
    """Return a value as the model has it.

    Raises:
        ValueError: it is of another type.
    """
    if wanted is Any:
        return value
    if get_origin(wanted) in {Union, UnionType}:
        if value is None:
            return None
        (wanted,) = (each for each in get_args(wanted) if each is not NoneType)
    if get_origin(wanted) is tuple:
        if not isinstance(value, list):
            raise ValueError(f"{path} is not an array")
        return tuple(_value(get_args(wanted)[0], each, f"{path}.{index}") for index, each in enumerate(value))
    if hasattr(wanted, "_fields"):
        return _tuple(wanted, value, path)
    return _scalar(wanted, value, path)


def _scalar(wanted: Any, value: Any, path: str) -> Any:
    """Return a text, a number, a word or a time as the model has it; an error does not repeat it."""
    if get_origin(wanted) is not None:  # a mapping
        wanted = Mapping
    if wanted is datetime:
        return _moment(value, path)
    if issubclass(wanted, Enum):
        return _word(wanted, value, path)
    is_number = wanted is float and isinstance(value, int | float)
    if isinstance(value, bool) is not (wanted is bool) or not (is_number or isinstance(value, wanted)):
        raise ValueError(f"{path} is not {ARTICLES[wanted]}")
    return value


def _moment(value: Any, path: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        moment = None
    if moment is None or moment.tzinfo is None:
        raise ValueError(f"{path} is not a time with an offset")
    return moment


def _word(wanted: type[Enum], value: Any, path: str) -> Enum:
    """Return a word of ours; one of a later version is `unknown` or `other` where there is such a word."""
    found = next((each for each in wanted if each.value == value), None)
    if found is None and isinstance(value, str):
        found = wanted.__members__.get("UNKNOWN") or wanted.__members__.get("OTHER")
    if found is None:
        raise ValueError(f"{path} is not a word that this version knows")
    return found


@cache
def _hints(kind: Any) -> Mapping[str, Any]:
    """Return the types of a part's fields, without those of a call that are not written."""
    names = vars(further) | vars(related) | vars(timeline) | vars(model)
    found = get_type_hints(kind, names)
    for name in UNWRITTEN if kind is Call else ():
        del found[name]
    return found
