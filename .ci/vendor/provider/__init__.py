"""FILL IN the vendor's name, what is read, for whom, and any quirks."""

from callinspect.errors import AuthRejectedError
from callinspect.provider import (
    Account,
    Basic,
    Field,
    IDForm,
    Provider,
    Request,
    Shape,
    arrayed,
    errors,
    one,
    pages,
    place,
)
from callinspect.providers.NAME.words import DIRECTIONS, STATES, WORDS

CALLS = place("accounts", "{account_id}", "calls")  # FILL IN the path; a segment in braces is a field's value


def verify(account: Account) -> Request:
    """List one call."""
    return Request(url=CALLS.url(account, limit="1"))  # FILL IN a cheap request that needs valid credentials


CALL = Shape(  # FILL IN which key is what; leave out what the vendor does not send
    id="id",
    state="status",
    words=STATES,
    direction="direction",
    directions=DIRECTIONS,
    created="created_at",
    answered="answered_at",
    ended="ended_at",
    billed="billed_seconds",
)

PROVIDER = Provider(
    name="NAME",
    title="NAME",  # FILL IN the product's name
    docs="https://docs.example.com/calls",  # FILL IN the page that documents how one call is read
    base_url="https://api.example.com/v1",  # FILL IN
    fields=(  # FILL IN what `auth login` asks for
        Field(name="account_id", title="Account ID"),
        Field(name="key", title="API key"),
        Field(name="secret", title="API secret", secret=True),
    ),
    required=("account_id",),
    schemes=(Basic("key", "secret"),),  # FILL IN; the others are Bearer, ClientCredentials, RefreshToken
    fetch=one(CALLS),
    normalize=CALL.reader("NAME"),
    words=WORDS,
    refusal=errors(  # FILL IN the keys of the message and the code, and the codes that say more than the status
        "message",
        "code",
        meanings={"not_found": None, "rate_limited": None, "forbidden": None, "unauthorized": AuthRejectedError},
        elsewhere="check account_id and base_url",
    ),
    verify=verify,
    verified=arrayed,
    # FILL IN what “not found” can mean, and what to type then
    not_found_hints=("it may belong to another account: callinspect auth status NAME",),
    reads="calls of the account",  # FILL IN which calls, and for how long
    credentials_help="Settings > API keys (https://docs.example.com/keys)",  # FILL IN where the vendor shows them
    id_forms=(IDForm(r"call-[0-9a-f]{12}", "call- and 12 hexadecimal digits"),),  # FILL IN what the IDs look like
    listing=pages(CALLS, query={"from": "from", "to": "to"}, size=("limit", 100)),  # FILL IN, or leave out
    # FILL IN what may be shown with --redact: words, times, measures, IDs of calls; nothing that says who somebody is
    public="id status direction created_at answered_at ended_at billed_seconds",
)
