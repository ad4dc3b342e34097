"""A vendor's call as data: what its fields are, and what its words mean.

What all vendors have in common is read here; a hook, a plain function, reads the rest.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import NamedTuple

from callinspect.model import EMPTY, Call, Direction, State
from callinspect.provider.answers import durations, merged, party_of, read, read_id
from callinspect.provider.exchange import Document
from callinspect.provider.moments import parse_timestamp
from callinspect.provider.parsing import Json
from callinspect.provider.reader import Reader, named
from callinspect.provider.words import Word

UNDOCUMENTED = Word(State.UNKNOWN)


def nothing_more(_body: Reader, call: Call, _document: Document) -> Call:
    """Read nothing more."""
    return call


class Shape(NamedTuple):
    """The names of the fields of a vendor's call object; None for what it does not have.

    Attributes:
        id: the call's ID.
        state: its state, a word; None if `more` reads it from something else.
        words: what each state says.
        direction: its direction, a word.
        directions: what each direction means.
        created, queued, answered, ended, updated: times.
        from_, to: calling and called party, each an address.
        session, parent: IDs of the session and call that it belongs to.
        billed, reported: durations, as the vendor reports them.
        per_second: how many units of these make a second: 1000 for milliseconds.
        dials: whether the word for ringing means dialing for an outbound call.
        moment: parses a time (see `callinspect.provider.moments`); raises ValueError if it is invalid.
        others: other objects of the vendor's that look like a call, by a key that no call has.
        numeric_id: whether the call's ID is a number.
        opened: the key of the envelope that the call is in, where an answer has one; or a function that takes the call
            object out of an answer.
        more: reads the rest: takes the object, the call so far and the document; returns the call.
    """

    id: str
    state: str | None = None
    words: Mapping[str, Word] = EMPTY
    direction: str | None = None
    directions: Mapping[str, Direction] = EMPTY
    created: str | None = None
    queued: str | None = None
    answered: str | None = None
    ended: str | None = None
    updated: str | None = None
    from_: str | None = "from"
    to: str | None = "to"
    session: str | None = None
    parent: str | None = None
    billed: str | None = None
    reported: str | None = None
    per_second: int = 1
    dials: bool = False
    moment: Callable[[str], datetime] = parse_timestamp
    others: Mapping[str, str] = EMPTY
    numeric_id: bool = False
    opened: str | Callable[[Document], Json] | None = None
    more: Callable[[Reader, Call, Document], Call] = nothing_more

    def reader(self, provider: str) -> Callable[[Document], Call]:
        """Return the function that reads a provider's documents into calls."""
        return partial(_call, self, provider)


def _call(shape: Shape, provider: str, document: Document) -> Call:
    found, beside = _opened(shape.opened, document)
    body = read(found, shape.others)
    call_id = read_id(body, shape.id, is_number=shape.numeric_id)
    direction = _direction(body, shape)
    vendor_state, word = _state(body, shape)
    state = word.state or State.UNKNOWN
    if shape.dials and state is State.RINGING and direction is Direction.OUTBOUND:
        state = State.DIALING
    times = (shape.created, shape.ended, shape.queued, shape.updated)
    created, ended, queued, updated = (named(body.timestamp, name, shape.moment) for name in times)
    answered, was_answered = (None, None) if shape.answered is None else body.event(shape.answered, shape.moment)
    if state in {State.ACTIVE, State.HELD}:
        was_answered = was_answered or None  # its time may come later than its state
    session, parent = (named(body.text, name) for name in (shape.session, shape.parent))
    from_, to = (None if name is None else party_of(body, name) for name in (shape.from_, shape.to))
    billed, reported = (named(body.seconds, name, shape.per_second) for name in (shape.billed, shape.reported))
    call = Call(
        provider=provider,
        id=call_id,
        session_id=session,
        parent_id=parent,
        direction=direction,
        state=state,
        vendor_state=vendor_state,
        outcome=word.outcome,
        ended_by=word.ended_by,
        cause=word.cause._replace(code=vendor_state) if word.cause else None,
        from_=from_,
        to=to,
        created_at=created,
        queued_at=queued,
        answered_at=answered,
        was_answered=was_answered,
        is_ending=word.is_ending,
        ended_at=ended,
        updated_at=updated,
        durations=durations(body, created, answered, ended, queued=queued, billed=billed)._replace(reported=reported),
    )
    call = shape.more(body, call, document)
    return call._replace(vendor=merged(body.leftovers(), beside, "envelope"), warnings=tuple(body.warnings))


def _opened(way: str | Callable[[Document], Json] | None, document: Document) -> tuple[Json, Mapping[str, Json]]:
    """Return the call object, and what stands beside it in its envelope."""
    if callable(way):
        return way(document), EMPTY
    found = document.json
    if way is None or not isinstance(found, dict) or way not in found:
        return found, EMPTY
    return found[way], {name: value for name, value in found.items() if name != way}


def _state(body: Reader, shape: Shape) -> tuple[str | None, Word]:
    if shape.state is None:
        return None, UNDOCUMENTED
    word = body.choice(shape.state, shape.words, UNDOCUMENTED, kept_elsewhere=True)
    return body.text(shape.state), word or UNDOCUMENTED


def _direction(body: Reader, shape: Shape) -> Direction:
    if shape.direction is None:
        return Direction.UNKNOWN
    return body.choice(shape.direction, shape.directions, Direction.UNKNOWN) or Direction.UNKNOWN
