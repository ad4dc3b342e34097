"""Errors on standard error: as JSON, or as text for people, a headline and a line for each hint."""

import copy
import shlex
from collections.abc import Sequence
from typing import TYPE_CHECKING

from callinspect.cli.console import streams
from callinspect.cli.console.streams import shortened
from callinspect.cli.options import Options
from callinspect.duration import seconds
from callinspect.errors import (
    CallinspectError,
    ConfigError,
    NotFoundError,
    UsageError,
    with_doctor,
)
from callinspect.render.inert import inert

if TYPE_CHECKING:
    from callinspect.render.style import Style

LABEL = "error:"
"""The first word of a headline."""

MAX_ID = 200
"""Characters of an ID that are shown; no vendor has longer ones."""


def report(error: CallinspectError, opts: Options, arguments: Sequence[str] = ()) -> int:
    """Write an error to standard error in the requested format; return its exit status."""
    if isinstance(error, UsageError | ConfigError):  # which repeat what was typed
        opts.add_environment_secrets()
    opts.keep(error.call_id)
    shown = copy.copy(error)
    shown.call_id = error.call_id and opts.typed(error.call_id)
    for name in ("message", "provider"):
        text = getattr(error, name)
        setattr(shown, name, text and opts.redacted(text))
    for name in ("vendor_code", "request_id"):
        text = getattr(error, name)
        setattr(shown, name, text and opts.ticket(text))
    shown.hints = tuple(map(opts.redacted, with_doctor(error, *_account(opts))))
    if opts.writes_json_errors(arguments):
        streams.write_json_error(shown.as_dict())
    else:
        shown.hints = opts.new_hints(shown.hints)
        _write(shown, opts.color)
    return error.exit_status


def _account(opts: Options) -> list[str]:
    """Return the options that choose an account."""
    return [*(["--profile", shlex.quote(opts.profile)] if opts.profile else []), *["--sandbox"] * opts.sandbox]


def _write(error: CallinspectError, color: streams.Color) -> None:
    """Write an error to standard error: on a terminal wrapped at words, its first word in red."""
    style = streams.error_style(color)
    headline = inert(f"{LABEL} {_headline(error, style)}")
    hints = [inert(f"  {style.dot} {shortened(each)}") for each in _hints(error)]
    if not streams.is_error_terminal():
        streams.write_harmless_error("\n".join((headline, *hints)))
        return
    from callinspect.render import people

    streams.write_harmless_error(people.message(headline, hints, LABEL, style).rstrip("\n"))


def _headline(error: CallinspectError, style: "Style") -> str:
    """Return which call it is about and what happened.

    The vendor's message is in quotation marks, so that it cannot be mistaken for our own.
    """
    call_id = style.word(shortened(error.call_id, MAX_ID)) if error.call_id else ""
    about = " ".join(filter(None, (error.provider, call_id)))
    message = shortened(error.message)
    message = style.quoted(message) if error.vendor_message else message
    if isinstance(error, NotFoundError) and call_id:
        about = f"{error.provider} has no call {call_id}"
        message = "" if error.vendor_message else message  # which says the same, often with the ID once more
    facts = [
        f"HTTP {error.http_status}"
        if error.http_status and f"HTTP status {error.http_status}" not in message
        else None,
        f"code {style.word(shortened(error.vendor_code))}" if error.vendor_code else None,
        f"request {style.word(shortened(error.request_id))}" if error.request_id else None,
    ]
    given = ", ".join(filter(None, facts))
    return ": ".join(filter(None, (about, message))) + (f" ({given})" if given else "")


def _hints(error: CallinspectError) -> list[str]:
    named = error.retry_after or 0.0
    return [*error.hints, *[f"retry after {seconds(named)}"] * (named > 0)]
