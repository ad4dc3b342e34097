"""Saved records with --redact: masked as calls are; sides of `diff` that are masked already need the same key."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from callinspect import providers
from callinspect.cli.input import files
from callinspect.errors import UsageError

if TYPE_CHECKING:
    from callinspect.cli.input import sides
    from callinspect.cli.options import Options
    from callinspect.render.jsontext import Record

LOST = "a key that was not kept is lost: save both sides with one --redact-key"


def record(options: "Options", found: "Record", source: str, *, queries: bool = False) -> "Record":
    """Return a record, masked with --redact, with the queries of URLs or without.

    Args:
        options: the global options.
        found: the record.
        source: where it is from, for the message.
        queries: whether the queries of URLs are kept.

    Raises:
        UsageError: it cannot be read as a record.
    """
    if options.masker is None:
        return found
    from callinspect.comparing.compared import without_queries
    from callinspect.model import reading, writing

    try:
        call = reading.call(found if queries else without_queries(found))
    except ValueError as error:
        raise UsageError(f"{source} cannot be masked: {error}") from None
    options.masker.keep(call.id)
    return writing.record(options.masker.call(call, providers.get(call.provider)))


def check(words: Sequence[str], found: "Sequence[sides.Side]", options: "Options") -> bool:
    """Return whether a saved side is masked; called before a vendor is asked.

    Args:
        words: the sides as they were typed.
        found: the sides, files read.
        options: the global options.

    Raises:
        UsageError: the other side has no masks, or not those of its key.
    """
    from callinspect.cli.input import sides

    saved = [each for each in found if not isinstance(each, sides.Live)]
    masked = [each for each in saved if _masks(_seen(each))]
    if not masked or len(masked) == len(found) or options.has_key:
        return bool(masked)
    name = files.display_name(masked[0].path)
    if options.masker is None:
        message = f"{name} is masked, and the other side is not"
    else:
        message = f"{name} is masked with a key that is not given"
    line = f"{options.command} {shlex.join(words)} --redact --redact-key FILE"
    raise UsageError(message, hint=[f"with the key that masked it: {line}", LOST])


def check_keys(a: Mapping[str, Any], b: Mapping[str, Any]) -> None:
    """Refuse masked records of one call that have no mask in common.

    Raises:
        UsageError: they have none.
    """
    first, second = _masks(a), _masks(b)
    is_same_call = (a["provider"], a["id"]) == (b["provider"], b["id"])
    if is_same_call and first and second and first.isdisjoint(second):
        hint = ["mask both with one key: --redact --redact-key FILE", LOST]
        raise UsageError("the two sides are masked with different keys", hint=hint)


def _seen(side: "sides.Record | sides.Body") -> Any:
    from callinspect.cli.input import sides

    return side.record if isinstance(side, sides.Record) else side.inspection.document.json


def _masks(value: Any) -> set[str]:
    """Return the letters of every mask in a JSON value."""
    from callinspect.masking import forms

    return {letters for text in _texts(value) for letters in forms.masks(text)}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, below in value.items():
            yield key
            yield from _texts(below)
    elif isinstance(value, list):
        for each in value:
            yield from _texts(each)
