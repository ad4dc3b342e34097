"""Calls in the LaML dialect, which several vendors speak: their folders hold their words and what differs.

An object of texts: times as in mail (RFC 2822), numbers as text or not, an empty text for null, one word for state and
outcome. It is a summary of one leg: `start_time` is nowhere said to be the dialing or the answer, so that no answer
time is read from it; `end_time` minus it, or minus `duration`, is none either.
"""

from collections.abc import Callable, Generator, Mapping
from functools import partial

from callinspect.model import Call, Direction, Party, Reason, Redirection, Relation, State
from callinspect.model.further import AnsweredBy, Cost
from callinspect.provider import (
    Account,
    Document,
    ExtraFlow,
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
    pages,
    parse_mail_date,
    party_of,
    read_below,
    relative,
    tried,
)

More = Callable[[Reader, Call, Document], Call]

KINDS = frozenset({"client", "sim", "whatsapp"})
"""The schemes of parties that are neither telephone numbers nor SIP addresses."""

SIP = frozenset({"sip", "sips"})

LINKS = ("events", "recordings", "transcriptions")
"""What a call's `subresource_uris` may lead to."""

FOLLOWING = "next_page_uri"

RECORDINGS = Recordings(
    "sid", "status", started="start_time", duration="duration", channels="channels", moment=parse_mail_date
)
"""A recording; the words of `status` are the vendor's."""


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
        more=partial(_more, answered_by, more),
    )


def _more(
    answered_by: Mapping[str, AnsweredBy], more: More | None, body: Reader, call: Call, document: Document
) -> Call:
    diverting = party(body, "forwarded_from")
    call = call._replace(
        from_=named(party(body, "from"), body),
        to=party(body, "to"),
        redirections=(Redirection(Reason.UNKNOWN, party=diverting),) if diverting else (),
        answered_by=body.choice("answered_by", answered_by, AnsweredBy.UNKNOWN),
        cost=cost(body),
        links=_links(body),
    )
    return call if more is None else more(body, call, document)


def party(body: Reader, name: str) -> Party | None:
    """Read a party: a number, or the address of a SIP telephone, a browser or app, a SIM or a WhatsApp user."""
    address = body.text(name)
    scheme = (address or "").partition(":")[0].lower()
    if scheme in KINDS:
        return Party(uri=address, kind=scheme)
    found = party_of(body, name)
    return found._replace(kind="sip") if found and found.uri and scheme in SIP else found


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
) -> Listing:
    """Return how calls are listed. Times and states are filtered again: the vendors promise no more than days.

    Args:
        calls: their path.
        states: what each word of `status` says.
        since: the parameter for the earliest start.
        until: the parameter for the latest.
        size: the parameter for the page size, and its maximum.
        options: further parameters, and what each means.
    """
    return pages(
        calls,
        query={
            "from": "From",
            "to": "To",
            "cause": "Status",
            "since": since,
            "until": until,
            "state": Roughly("Status", partial(_only_word, states)),
        },
        size=size,
        options=options,
        read="calls",
        following=linked_at(FOLLOWING),
    )


def _only_word(states: Mapping[str, Word], state: State) -> str | None:
    """Return the one documented word for a state; None where there are several, or none."""
    found = [name for name, word in states.items() if word.state == state and word.evidence.is_documented]
    return found[0] if len(found) == 1 else None


def fetch_legs(calls: Place, account: Account, document: Document) -> ExtraFlow:
    """Describe the requests for the legs that a call made, and for the one that made it."""
    notes: list[str] = []
    page = calls.url(account)
    first = calls.url(account, ParentCallSid=document.call_id)
    listed = yield from read_below(page, "legs", notes, paged=below("calls"), first=first)
    return (yield from family(calls, account, calls_in(listed, notes), document.fields.get("parent_call_sid"), notes))


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
