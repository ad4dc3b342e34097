"""Calls in the LaML dialect, which several vendors speak: their folders hold their words and what differs.

An object of texts: times as in mail (RFC 2822), numbers as text or not, an empty text for null, one word for state and
outcome. It is a summary of one leg: `start_time` is nowhere said to be the dialing or the answer, so that no answer
time is read from it; `end_time` minus it, or minus `duration`, is none either.
"""

import re
from collections.abc import Callable, Generator, Mapping
from functools import partial

from callinspect.model import Call, Direction, Party, Reason, Redirection, Relation, State
from callinspect.model.further import AnsweredBy, Cost
from callinspect.provider import (
    Account,
    Document,
    ExtraFlow,
    Filters,
    Incomplete,
    Json,
    Listing,
    Paged,
    Place,
    Reader,
    Recordings,
    Request,
    Response,
    Roughly,
    Shape,
    Word,
    calls_in,
    linked_at,
    only,
    pages,
    parse_mail_date,
    party_of,
    read,
    read_below,
    relative,
    shown,
    tried,
)

More = Callable[[Reader, Call, Document], Call]

ADDRESS = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):\S+")
"""A party's address with a scheme, such as `client:` of a browser or app."""

SIP = frozenset({"sip", "sips"})
TEL = "tel"

CURRENCY = re.compile("[A-Z]{3}")

NO_CALLS = {"num_segments": "a message", "friendly_name": "a conference, a queue or another object with a name"}
"""Other objects that look like a call, by a key that calls do not have."""

OTHERS = NO_CALLS | {"call_sid": "a recording or notification of a call"}
"""Those that have a `sid`."""

WITHOUT_SID = {
    "calls": "a list of calls",
    "events": "a list of events",
    "recordings": "a list of recordings",
    "notifications": "a list of notifications",
    "more_info": "an error",
    "errors": "an error",
}
"""Documents without one, by a key that they have."""

LINKS = ("events", "recordings", "transcriptions")
"""What a call's `subresource_uris` may lead to."""

FOLLOWING = "next_page_uri"

MOST = 1000
"""The most calls of a page, of every vendor's."""

RECORDINGS = Recordings(
    "sid", "status", started="start_time", duration="duration", channels="channels", moment=parse_mail_date
)
"""A recording; the words of `status` are the vendor's."""

PUBLIC = """
    sid date_created date_updated start_time end_time duration status direction answered_by price price_unit
"""
"""What every vendor's calls have that may be shown with --redact: no party, name, account or address."""

PUBLIC_OF_RECORDINGS = """
    sid call_sid conference_sid date_created date_updated start_time duration status channels source
    error_code
"""
"""The same of recordings."""


def shape(
    states: Mapping[str, Word],
    directions: Mapping[str, Direction],
    answered_by: Mapping[str, AnsweredBy],
    more: More | None = None,
) -> Shape:
    """Return what a call's fields are.

    Args:
        states: what each word of `status` says.
        directions: what each word of `direction` means.
        answered_by: what each word of `answered_by` means.
        more: reads what is the vendor's own.
    """
    return Shape(
        id="sid",
        state="status",
        words=states,
        direction="direction",
        directions=directions,
        created="date_created",
        ended="end_time",
        updated="date_updated",
        from_=None,
        to=None,
        parent="parent_call_sid",
        reported="duration",
        moment=parse_mail_date,
        others=OTHERS,
        opened=_opened,
        more=partial(_more, answered_by, more),
    )


def _opened(document: Document) -> Json:
    """Return the call object, which is the whole answer."""
    found = document.json
    if isinstance(found, dict) and "sid" not in found:
        read(found, WITHOUT_SID)
    return found


def _more(
    answered_by: Mapping[str, AnsweredBy], more: More | None, body: Reader, call: Call, document: Document
) -> Call:
    diverting = party(body, "forwarded_from")
    call = call._replace(
        from_=named(party(body, "from"), body),
        to=party(body, "to"),
        redirections=(Redirection(Reason.UNKNOWN, party=diverting),) if diverting else (),
        answered_by=_answered_by(body, answered_by),
        cost=cost(body),
        links=_links(body),
    )
    return call if more is None else more(body, call, document)


def _answered_by(body: Reader, meanings: Mapping[str, AnsweredBy]) -> AnsweredBy | None:
    """Read what answered; the word stays under `vendor`, for there are several for a machine."""
    found = body.choice("answered_by", meanings, AnsweredBy.UNKNOWN)
    body.leave("answered_by")
    return found


def party(body: Reader, name: str) -> Party | None:
    """Read a party: a number, or the address of a SIP telephone, a browser or app, a SIM, or whatever has a scheme.

    Any other text is a number as sent; of a `tel:` address the whole stays under `vendor`.
    """
    address = body.text(name) or ""
    named = ADDRESS.fullmatch(address)
    scheme = named[1].lower() if named else None
    if scheme and scheme not in SIP | {TEL}:
        return Party(uri=address, kind=scheme)
    found = party_of(body, name)
    if found and found.number and scheme == TEL:
        body.leave(name)
        return Party(number=address[len(TEL) + 1 :].partition(";")[0])
    return found._replace(kind="sip") if found and found.uri and scheme else found


def named(caller: Party | None, body: Reader) -> Party | None:
    """Return the caller with the name that caller ID gives; one that is a number again stays under `vendor`."""
    name = body.text("caller_name")
    if name is None:
        return caller
    if name.strip().lstrip("+").isdecimal():
        body.leave("caller_name")
        return caller
    return (caller or Party())._replace(name=name)


def cost(body: Reader) -> Cost | None:
    """Read what the call cost, which is known some time after its end; both fields stay under `vendor`."""
    amount, currency = body.amount("price"), body.text("price_unit")
    body.leave("price_unit")
    if currency and not CURRENCY.fullmatch(currency):
        body.warn(f"price_unit is not a currency: {shown(currency)}")
        return None
    return Cost(amount, currency) if amount and currency else None


def _links(body: Reader) -> dict[str, str]:
    """Read the call's own address and those below it, relative to the host as they are sent."""
    own = body.text("uri")
    below = body.keep("subresource_uris")
    found = {name: below.get(name) for name in LINKS} if isinstance(below, dict) else {}
    return {name: link for name, link in ({"self": own} | found).items() if isinstance(link, str) and link}


def below(key: str) -> Paged:
    """Return how the pages of a list are written whose array has this key."""
    return Paged(key, (FOLLOWING,))


def listing(
    calls: Place,
    states: Mapping[str, Word],
    since: Roughly,
    until: Roughly,
    *,
    size: tuple[str, int] | None = None,
    options: Mapping[str, str],
    by_state: bool = True,
) -> Listing:
    """Return how calls are listed. Times and states are filtered again: the vendors promise no more than days.

    Args:
        calls: their path.
        states: what each word of `status` says.
        since: the parameter for the earliest start.
        until: the parameter for the latest.
        size: the parameter for the page size, and its maximum.
        options: further parameters, and what each means.
        by_state: whether the vendor filters by other words than the last ones, too.
    """
    listed = pages(
        calls,
        query={
            "from": "From",
            "to": "To",
            "cause": "Status",
            "since": since,
            "until": until,
            "state": Roughly("Status", partial(_only_word, states if by_state else {})),
        },
        size=size,
        options=options,
        read="calls",
        following=linked_at(FOLLOWING),
    )
    return listed._replace(first=partial(_first, listed, states))


def _first(listed: Listing, states: Mapping[str, Word], account: Account, filters: Filters) -> Request:
    """Describe the request for the first page; a cause that is no documented last word is filtered here alone."""
    word = states.get(filters.cause or "")
    is_known = word is not None and word.state is State.ENDED and word.evidence.is_documented
    if filters.cause is not None and not is_known:
        filters = filters._replace(cause=None, limit=None)
    return listed.first(account, filters if filters.limit else filters._replace(limit=MOST))


def _only_word(states: Mapping[str, Word], state: State) -> str | None:
    """Return the one documented word for a state; None where there are several, or none."""
    found = [name for name, word in states.items() if word.state == state and word.evidence.is_documented]
    return found[0] if len(found) == 1 else None


def fetch_legs(calls: Place, account: Account, document: Document) -> ExtraFlow:
    """Describe the requests for the legs that a call made, and for the one that made it."""
    notes: list[str] = []
    page = calls.url(account)
    first = calls.url(account, ParentCallSid=document.call_id, PageSize=str(MOST))
    listed = calls_in((yield from read_below(page, "legs", notes, paged=below("calls"), first=first)), notes)
    children = only(listed, "parent_call_sid", document.call_id, "calls that others made", notes)
    return (yield from family(calls, account, children, document.fields.get("parent_call_sid"), notes))


def family(
    calls: Place, account: Account, children: list[dict[str, Json]], parent: Json, notes: list[str]
) -> ExtraFlow:
    """Describe the request for the leg that made a call.

    Args:
        calls: the path of the account's calls.
        account: the account.
        children: the legs that the call made.
        parent: the ID of the leg that made it, if there is one.
        notes: what could not be read.
    """
    found: list[Json] = [relative(Relation.CHILD, each) for each in children]
    if isinstance(parent, str) and parent:
        body = yield from tried(_one(calls.url(account, parent)), "the leg that made this one", notes)
        found.insert(0, relative(Relation.PARENT, body, parent))
    return Incomplete(found, tuple(notes))


def _one(url: str) -> Generator[Request, Response, Json]:
    answer = yield Request(url=url)
    return answer.document
