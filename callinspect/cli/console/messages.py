"""Errors as text for people: a headline, and a line for each hint."""

import sys

from callinspect.cli.console import streams
from callinspect.cli.console.streams import shortened
from callinspect.errors import CallinspectError, NotFoundError
from callinspect.render.duration import seconds
from callinspect.render.inert import inert, quoted, word

LABEL = "error:"
"""The first word of a headline."""


def write(error: CallinspectError, color: streams.Color) -> None:
    """Write an error to standard error: on a terminal wrapped at words, its first word in red."""
    dot = "-" if streams.lacks_unicode(sys.stderr) else "·"
    headline, hints = (
        inert(f"{LABEL} {_headline(error)}"),
        [inert(f"  {dot} {shortened(each)}") for each in _hints(error)],
    )
    if not streams.is_error_terminal():
        streams.write_harmless_error("\n".join((headline, *hints)))
        return
    from callinspect.render import people

    style = people.Style(
        width=streams.width(sys.stderr),
        color=streams.has_color(color, terminal=True),
        encoding=sys.stderr.encoding or "utf-8",
    )
    streams.write_harmless_error(people.message(headline, hints, LABEL, style).rstrip("\n"))


def _headline(error: CallinspectError) -> str:
    """Return which call it is about and what happened.

    The vendor's message is in quotation marks, so that it cannot be mistaken for our own.
    """
    call_id = word(shortened(error.call_id)) if error.call_id else ""
    about = " ".join(filter(None, (error.provider, call_id)))
    message = shortened(error.message)
    message = quoted(message) if error.vendor_message else message
    if isinstance(error, NotFoundError) and call_id:
        about = f"{error.provider} has no call {call_id}"
        message = "" if error.vendor_message else message  # which says the same, often with the ID once more
    facts = [
        f"HTTP {error.http_status}"
        if error.http_status and f"HTTP status {error.http_status}" not in message
        else None,
        word(shortened(error.vendor_code)) if error.vendor_code else None,
        f"request {word(shortened(error.request_id))}" if error.request_id else None,
    ]
    given = ", ".join(filter(None, facts))
    return ": ".join(filter(None, (about, message))) + (f" ({given})" if given else "")


def _hints(error: CallinspectError) -> list[str]:
    named = error.retry_after or 0.0
    return [*error.hints, *[f"retry after {seconds(named)}"] * (named > 0)]
