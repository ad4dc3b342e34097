"""A channel of ARI, or an event about one, as a call."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from callinspect.model import EMPTY, Call, Direction, Party, Reason, Redirection, State
from callinspect.provider import (
    Document,
    Json,
    Reader,
    Shape,
    Word,
    as_text,
    durations,
    elapsed,
    merged,
    parse_seconds,
    party_of,
)
from callinspect.providers.asterisk.hangup import hung_up
from callinspect.providers.asterisk.variables import Variable
from callinspect.providers.asterisk.words.causes import APPLICATION
from callinspect.providers.asterisk.words.states import REASONS, STATE

OTHERS = {
    "bridge_type": "a bridge",
    "channel_ids": "an endpoint",
    "target_uri": "a recording",
    "asterisk_id": "an event without a channel",
}
"""Other documents of ARI, by a key that channels do not have."""

UNSET = (None, "", "0.000000")
"""Values of variables that are not set."""

MADE = "(Outgoing Line)"
"""`dialplan.app_data` of a leg that Asterisk makes: for Dial, Queue or an originated call."""

SAME_CDR = 0.1
"""Maximum seconds between a channel's creation and its CDR's start; a later CDR is of what came after a Dial."""

NUMBERED = re.compile(r" \(-?[0-9]+\)$")
"""Follows `Unknown` in a state that has no name."""


def _channel(document: Document) -> Json:
    """Return the channel of a document that may be an event about one."""
    found = document.json
    if isinstance(found, dict) and isinstance(found.get("channel"), dict):
        channel: Json = found["channel"]
        return channel
    return found


def _more(body: Reader, call: Call, document: Document) -> Call:
    variables = _variables(document, body)
    word = _state(body)
    direction = _direction(word, variables, made=_is_made(body.keep("dialplan")))
    from_, to = _parties(body, variables, direction)
    answered = _answered(variables, call.created_at)
    attached = body.mapping("channelvars")
    call = call._replace(
        session_id=as_text(attached.get(Variable.LINKED_ID)) or variables.text(Variable.LINKED_ID),
        direction=direction,
        state=_held(variables) if word.state is State.ACTIVE else word.state or State.UNKNOWN,
        vendor_state=body.text("state"),
        outcome=word.outcome,
        from_=from_,
        to=to,
        answered_at=answered,
        durations=durations(body, call.created_at, answered, None),
        redirections=_redirections(body, variables),
        metadata=attached,
    )
    return _refused(as_text(_dialplan(body.keep("dialplan")).get("app_name")), call)


_read = Shape(id="id", created="creationtime", from_=None, to=None, others=OTHERS, opened=_channel, more=_more).reader(
    "asterisk"
)


def normalize(document: Document) -> Call:
    """Read a channel, or an event that has one: `{type, timestamp, channel, …}`."""
    call = _read(document)
    found = document.json
    if isinstance(found, dict) and _channel(document) is not found:
        event = Reader(found, [*call.warnings])
        event.take("channel")
        if event.keep("type") == "ChannelDestroyed":
            call = hung_up(event, call, made=_is_made(call.vendor.get("dialplan")))
        vendor = merged(call.vendor, event.leftovers(), "event")
        call = call._replace(vendor=vendor, warnings=tuple(event.warnings))
    return _bridged(call, document.extras.get("legs"))


def _variables(document: Document, body: Reader) -> Reader:
    """Return a reader of the variables that are set; they all go to `vendor` as well."""
    found = document.extras.get("variables")
    known = found if isinstance(found, dict) else {}
    return Reader({name: each for name, each in known.items() if each not in UNSET}, body.warnings, "variables.")


def _state(body: Reader) -> Word:
    name = body.keep("state")
    if isinstance(name, str) and (known := STATE.words.get(NUMBERED.sub("", name))):
        return known
    return body.choice("state", STATE.words, Word(State.UNKNOWN), kept_elsewhere=True) or Word(State.UNKNOWN)


def _held(variables: Reader) -> State:
    return State.HELD if variables.text(Variable.ON_HOLD) == "1" else State.ACTIVE


def _dialplan(found: Any) -> Mapping[str, Any]:
    """Return where a channel is in the dialplan, as sent."""
    return found if isinstance(found, dict) else EMPTY


def _is_made(dialplan: Any) -> bool:
    """Whether Asterisk made the leg, by where it is in the dialplan."""
    return _dialplan(dialplan).get("app_data") == MADE


def _direction(word: Word, variables: Reader, *, made: bool) -> Direction:
    """Return the direction as seen from Asterisk; a leg that is up does not say unless Asterisk made it."""
    if made:
        return Direction.OUTBOUND
    if isinstance(word.means, Direction):
        return word.means
    return Direction.INBOUND if variables.text(Variable.DIALED) else Direction.UNKNOWN


def _parties(body: Reader, variables: Reader, direction: Direction) -> tuple[Party | None, Party | None]:
    """Return who calls and who is called. `caller` is the far end of this leg, so on an outbound one who is called.

    An originated leg has the caller's ID in both places, and not the number that it calls.
    """
    caller, connected = _party(body, "caller"), _party(body, "connected")
    are_same = caller == connected
    if (variables.text(Variable.PRESENTATION) or "").startswith("prohib"):
        caller = (caller or Party())._replace(private=True)
    if are_same:
        connected = None
    elif direction is Direction.OUTBOUND:
        return connected, caller
    if connected is None and direction is not Direction.OUTBOUND:
        connected = party_of(variables, Variable.DIALED)
    return caller, connected


def _party(body: Reader, name: str) -> Party | None:
    fields = body.nested(name)
    if fields is None:
        return None
    known, called = party_of(fields, "number"), fields.text("name")
    return None if known is None and called is None else (known or Party())._replace(name=called)


def _answered(variables: Reader, created: datetime | None) -> datetime | None:
    """Return when the channel was answered, by its first CDR; it gets another one when a Dial or a bridge ends."""
    started, answered = (variables.timestamp(name, parse_seconds) for name in (Variable.STARTED, Variable.ANSWERED))
    apart = elapsed(created, started)
    return answered if apart is not None and abs(apart) <= SAME_CDR else None


def _redirections(body: Reader, variables: Reader) -> tuple[Redirection, ...]:
    party = party_of(body, "caller_rdnis")
    if party is None:
        return ()
    reason = variables.choice(Variable.REASON, REASONS, Reason.UNKNOWN, kept_elsewhere=True)
    return (Redirection(reason or Reason.UNKNOWN, variables.text(Variable.REASON), party),)


def _refused(application: str | None, call: Call) -> Call:
    """Return a call that the dialplan refused, if it did, by the application that did."""
    word = APPLICATION.words.get(application or "") if call.state is State.ENDED else None
    if word is None or word.cause is None:
        return call
    return call._replace(outcome=word.outcome, cause=word.cause._replace(code=application))


def _bridged(call: Call, found: Any) -> Call:
    """Return the call with its bridge, as sent, and the parties of the bridge's other channels."""
    if not isinstance(found, dict) or found["bridge"] is None:
        return call
    bodies = [each["call"] for each in found["legs"] if isinstance(each["call"], dict)]
    far_ends = [party for body in bodies if (party := _party(Reader(body, []), "caller"))]
    known = [call.from_, call.to]
    others = tuple(dict.fromkeys(each for each in far_ends if not any(_is_same(each, one) for one in known)))
    return call._replace(participants=others, vendor=merged(call.vendor, {"bridge": found["bridge"]}, "legs"))


def _is_same(party: Party, other: Party | None) -> bool:
    """Whether two parties have the same address; without one, the same name."""
    if other is None:
        return False
    address = party.number or party.uri
    return address == (other.number or other.uri) and (address is not None or party.name == other.name)
