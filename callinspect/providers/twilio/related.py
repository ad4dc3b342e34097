"""Related data of a Twilio call: the HTTP exchanges about it, its notifications and its recordings."""

from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from callinspect.model import Call, Cause, Outcome
from callinspect.model.timeline import Happened
from callinspect.provider import Document, Json, Reader, as_text, below, elements, parse_mail_date, place
from callinspect.providers import _laml
from callinspect.providers.twilio.words.notifications import NOTIFICATION
from callinspect.providers.twilio.words.recordings import RECORDING_STATES

if TYPE_CHECKING:
    from callinspect.model.related import Event

CALLS = place("2010-04-01", "Accounts", "{account_sid}", "Calls", ending=".json")

RECORDINGS = _laml.RECORDINGS._replace(words=RECORDING_STATES)

REFUSED = 400
"""The lowest HTTP status of an answer that is an error."""

ERROR = "0"
"""The `log` of a notification of an error; a warning's is 1."""

fetch_events = below(CALLS, "Events", paged=_laml.below("events"))
fetch_recordings = below(CALLS, "Recordings", paged=_laml.below("recordings"))
fetch_notifications = below(CALLS, "Notifications", paged=_laml.below("notifications"))


def read_events(found: Json, _call: Call, warnings: list[str]) -> "tuple[Event, ...]":
    """Read the HTTP exchanges about a call, mostly with the application that controls it: `{request, response}`."""
    return elements("events", found, warnings, _exchange)


def _exchange(body: Reader) -> "Event":
    from callinspect.model.related import Event

    request, response = body.nested("request"), body.nested("response")
    status = response.keep("response_code") if response else None
    is_error = isinstance(status, int) and status >= REFUSED
    read = Event(
        at=response.timestamp("date_created", parse_mail_date) if response else None,
        name=request.text("method") if request else None,
        event=Happened.ERROR if is_error else Happened.STEP,
        data=request.text("url") if request else None,
    )
    return read._replace(vendor=body.leftovers())


def has_failed(document: Document) -> bool:
    """Whether a call failed, so that only its notifications say why."""
    return document.fields.get("status") == "failed"


def explained(call: Call, notifications: Json) -> Cause | None:
    """Return the cause with the message and ID of the first error of which a notification was read.

    `failed` has many reasons: there, the error's code explains the call as well.
    """
    listed = notifications if isinstance(notifications, list) else []
    errors = [each for each in listed if isinstance(each, dict) and as_text(each.get("log")) == ERROR]
    if call.cause is None or not errors:
        return call.cause
    error = errors[0]
    text = as_text(error.get("message_text"))
    cause = call.cause._replace(
        message=parse_qs(text).get("Msg", [text])[0] if text else None, error_id=as_text(error.get("sid"))
    )
    word = NOTIFICATION.words.get(as_text(error.get("error_code")) or "")
    if word is None or word.says is None or call.outcome is not Outcome.FAILED:
        return cause
    return cause._replace(explanation=word.says.explanation, next=word.says.next)
