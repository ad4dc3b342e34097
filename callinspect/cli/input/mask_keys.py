"""Sides of `diff` that were saved with --redact: they compare with what has masks of the same key only."""

import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from callinspect.cli.input import files, sides
from callinspect.errors import UsageError
from callinspect.masking import forms

if TYPE_CHECKING:
    from callinspect.cli.options import Options

LOST = "a key that was not kept is lost: save both sides with one --redact-key"


def check(words: Sequence[str], found: Sequence[sides.Side], options: "Options") -> bool:
    """Return whether a saved side is masked; called before a vendor is asked.

    Args:
        words: the sides as they were typed.
        found: the sides, files read.
        options: the global options.

    Raises:
        UsageError: the other side has no masks, or not those of its key.
    """
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


def check_same(a: Mapping[str, Any], b: Mapping[str, Any]) -> None:
    """Refuse masked records of one call that have no mask in common.

    Raises:
        UsageError: they have none.
    """
    first, second = _masks(a), _masks(b)
    is_same_call = (a["provider"], a["id"]) == (b["provider"], b["id"])
    if is_same_call and first and second and first.isdisjoint(second):
        hint = ["mask both with one key: --redact --redact-key FILE", LOST]
        raise UsageError("the two sides are masked with different keys", hint=hint)


def _seen(side: sides.Record | sides.Body) -> Any:
    return side.record if isinstance(side, sides.Record) else side.inspection.document.json


def _masks(value: Any) -> set[str]:
    """Return the letters of every mask in a JSON value."""
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
