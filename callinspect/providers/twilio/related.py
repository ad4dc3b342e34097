"""Related data of a Twilio call: the HTTP exchanges about it, its notifications and its recordings.

The address of a webhook can hold credentials, in front of its host or in its query: they are left out, texts included.
"""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

from callinspect.model import Call, Cause, Outcome
from callinspect.model.timeline import Happened
from callinspect.provider import (
    Account,
    Document,
    ExtraFlow,
    Incomplete,
    Json,
    Reader,
    as_text,
    below,
    elements,
    parse_mail_date,
    place,
    shown,
    unsigned,
    warn,
)
from callinspect.providers import _laml
from callinspect.providers.twilio.words.notifications import NOTIFICATION
from callinspect.providers.twilio.words.recordings import RECORDING_STATES

if TYPE_CHECKING:
    from callinspect.model.related import Event

CALLS = place("2010-04-01", "Accounts", "{account_sid}", "Calls", ending=".json")

RECORDINGS = _laml.RECORDINGS._replace(words=RECORDING_STATES)

LEAST_ERROR = 400
"""The lowest HTTP status of an answer that is an error."""

LEVELS = {"0": "error", "1": "warning"}
"""What the `log` of a notification says."""

CODE = re.compile("[0-9]{1,9}")

NOTHING_LOGGED = "Twilio logged no error for it: check the number and its format"

LAST = datetime.max.replace(tzinfo=UTC)
"""Where notifications without a time stand among the others."""

fetch_recordings = below(CALLS, "Recordings", paged=_laml.below("recordings"), of="call_sid")
_events = below(CALLS, "Events", paged=_laml.below("events"))
_notifications = below(CALLS, "Notifications", paged=_laml.below("notifications"), of="call_sid")


def fetch_events(account: Account, document: Document) -> ExtraFlow:
    """List the HTTP exchanges about a call."""
    return _bare((yield from _events(account, document)))


def fetch_notifications(account: Account, document: Document) -> ExtraFlow:
    """List a call's errors and warnings."""
    return _bare((yield from _notifications(account, document)))


def read_events(found: Json, _call: Call, warnings: list[str]) -> "tuple[Event, ...]":
    """Read the HTTP exchanges about a call, mostly with the application that controls it: `{request, response}`."""
    return elements("events", found, warnings, _exchange)


def _exchange(body: Reader) -> "Event":
    from callinspect.model.related import Event

    request, response = body.nested("request"), body.nested("response")
    status = as_text(response.keep("response_code")) if response else None
    address = request.text("url") if request else None
    if request:
        request.leave("url")
    is_error = status is not None and status.isdecimal() and int(status) >= LEAST_ERROR
    read = Event(
        at=response.timestamp("date_created", parse_mail_date) if response else None,
        name=request.text("method") if request else None,
        event=Happened.ERROR if is_error else Happened.STEP,
        data=f"{address} answered HTTP {status}" if address and status else address,
    )
    return read._replace(vendor=body.leftovers())


def has_failed(document: Document) -> bool:
    """Whether a call failed, so that only its notifications say why."""
    return document.fields.get("status") == "failed"


def explained(call: Call, document: Document, warnings: list[str]) -> Cause | None:
    """Return the cause with what the earliest error says of which a notification was read.

    `failed` has many reasons: there, the error's code explains the call as well. What else was logged becomes warnings.
    """
    notifications = document.extras.get("notifications")
    if not isinstance(notifications, list):
        return call.cause
    logged = sorted((each for each in notifications if isinstance(each, dict)), key=_logged_at)
    error = next((each for each in logged if call.cause and _level(each) == "error"), None)
    odd = [f"Twilio logged {_level(each)} {_told(each)}" for each in logged if each is not error and _level(each)]
    warn("notifications", odd, warnings)
    has_failed = call.outcome is Outcome.FAILED
    if call.cause is None or error is None:
        is_certain = "notifications" not in document.partial and all(map(_level, notifications))
        next_ = NOTHING_LOGGED if is_certain else None
        return call.cause._replace(next=next_) if call.cause and has_failed else call.cause
    code, said = _code(error), _message(error)
    cause = call.cause._replace(
        message=": ".join(filter(None, (code and f"error {code}", said))) or None, error_id=as_text(error.get("sid"))
    )
    if not has_failed:
        return cause
    word = NOTIFICATION.words.get(code or "")
    if word is None or word.says is None:
        return cause._replace(next=f"Look up error {code}" if code else None)
    return cause._replace(explanation=word.says.explanation, next=word.says.next)


def _logged_at(notification: Mapping[str, Any]) -> datetime:
    return Reader(notification, []).timestamp("message_date", parse_mail_date) or LAST


def _level(notification: Json) -> str | None:
    return LEVELS.get(as_text(notification.get("log")) or "") if isinstance(notification, dict) else None


def _code(notification: Mapping[str, Any]) -> str | None:
    """Return the code of a notification, a number; any other text could pass for a part of our sentence about it."""
    code = as_text(notification.get("error_code"))
    return code if code and CODE.fullmatch(code) else None


def _told(notification: Mapping[str, Any]) -> str:
    """Return the code of a notification and what it means, or else the vendor's words."""
    code = _code(notification) or ""
    word, said = NOTIFICATION.words.get(code), _message(notification)
    means = word.says.title if word and word.says else said and shown(said)
    return ": ".join(filter(None, (code, means))) or "without a code or a message"


def _message(notification: Mapping[str, Any]) -> str | None:
    """Return the message of a notification, whose text is mostly a query: `Msg=…&ErrorCode=…`."""
    text = as_text(notification.get("message_text"))
    return parse_qs(text).get("Msg", [text])[0] if text else None


def _bare(found: "Json | Incomplete") -> "Json | Incomplete":
    """Return what was found without credentials and queries in web addresses."""
    return found._replace(found=unsigned(found.found)) if isinstance(found, Incomplete) else unsigned(found)
