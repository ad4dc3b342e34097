"""Records that were saved, masked with --redact as calls are."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from callinspect import providers
from callinspect.errors import UsageError

if TYPE_CHECKING:
    from callinspect.cli.options import Options
    from callinspect.model import Call
    from callinspect.render.jsontext import Record


def record(
    options: "Options",
    found: "Record",
    source: str,
    *,
    queries: bool = False,
    tell: "Callable[[Call], Call]" = lambda call: call,
) -> "Record":
    """Return a record, masked with --redact, with the queries of URLs or without.

    Args:
        options: the global options.
        found: the record.
        source: where it is from, for the message.
        queries: whether the queries of URLs are kept.
        tell: returns the call with what has to be known of it once it is masked.

    Raises:
        UsageError: it cannot be read as a record.
    """
    if options.masker is None:
        return found
    from callinspect.comparing.compared import without_queries
    from callinspect.model import reading, writing

    try:
        call = tell(reading.call(found if queries else without_queries(found)))
    except ValueError as error:
        raise UsageError(f"{source} cannot be masked: {error}") from None
    options.masker.keep(call.id)
    return writing.record(options.masker.call(call, providers.get(call.provider)))
