"""The contract between a provider and the rest of the program.

A provider is data and pure functions. It describes requests and reads responses; it never holds a connection, so it
cannot forget a timeout, follow a redirect or log a secret.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple, Protocol, runtime_checkable

from callinspect.model import EMPTY, Call
from callinspect.provider.exchange import Account, Document, Flow, Refusal, Request, Response, Token
from callinspect.provider.extras import Extra
from callinspect.provider.id_forms import IDForm
from callinspect.provider.parsing import Json
from callinspect.provider.words import Words


class Field(NamedTuple):
    """One field of an account: a credential, an account number, a setting.

    Attributes:
        name: its name on the command line, in the environment (in capitals) and in the keyring item.
        title: the prompt of `auth login`.
        secret: whether it is never shown and never accepted as an argument.
        token: whether it goes into a header unchanged and so must be visible ASCII; a password may be any text.
        url: whether it is an address that credentials are sent to.
        default: its value if none is given, such as the vendor's own address. In an address, `{region}` stands for the
            value of the field of that name.
        plain: whether an address may use plain HTTP if the user allows it, for a server of their own.
        choices: the values that are allowed; any if empty.
        aliases: further names for some of them, such as those of an older edition; the first of a choice is its usual
            one. They and the choices may be in capitals.
        hosts: what hosts begin with whose rest is a choice, such as `api`: an address of one stands for that choice.
        env: the environment variables that the vendor's own tools use.
        offered: whether `auth login` asks for it although no way to authenticate needs it; Enter skips it.
        form: what it looks like, where the vendor promises that; any other value is refused before a request is sent.
        host: of an address, what the name of a customer's host stands for, such as `{}.example.com`: that name and a
            host alone are addresses, too.
        follows: of an address, how it follows from the base URL where it is not given.
        below: of an address, what it is cut off at the end if it is there: the vendor's paths below it. A regular
            expression.
        file: whether it is a secret text that is kept in a file, such as a private key: its value is the file's path,
            or the text itself, and an account has the text.
    """

    name: str
    title: str
    secret: bool = False
    token: bool = True
    url: bool = False
    default: str | None = None
    plain: bool = False
    choices: tuple[str, ...] = ()
    aliases: Mapping[str, str] = EMPTY
    hosts: tuple[str, ...] = ()
    env: tuple[str, ...] = ()
    form: IDForm | None = None
    offered: bool = False
    host: str | None = None
    follows: Callable[[str], str] | None = None
    below: str | None = None
    file: bool = False

    @property
    def is_credential(self) -> bool:
        """Whether it is a secret, or leads to one."""
        return self.secret or self.file

    @property
    def may_be_empty(self) -> bool:
        """Whether an empty value is allowed, as for a password."""
        return self.secret and not self.token


BASE_URL = Field(name="base_url", title="Base URL", url=True)

ALLOW_HTTP = Field(name="allow_http", title="Plain HTTP, on a network without TLS", choices=("yes", "no"))
"""Which providers with `allow_http` take."""


class Ending(NamedTuple):
    """The end of a way to authenticate.

    Attributes:
        on: the first day on which the vendor does not accept it.
        instead: what to log in with, as `log in with …` continues.
    """

    on: date
    instead: str


class Scheme(Protocol):
    """A way to authenticate; `callinspect.provider.auth` has the existing ones."""

    @property
    def title(self) -> str:
        """Its name for users."""

    @property
    def lasts(self) -> bool:
        """Whether what it needs serves until it is changed; a ready-made token lapses."""

    @property
    def needs(self) -> tuple[str, ...]:
        """Names of the account fields that it needs."""

    @property
    def ending(self) -> Ending | None:
        """When the vendor ends it, None if it is not known to end."""

    def token_request(self, account: Account, token: Token | None) -> Request | None:
        """Describe the request for a new access token, given the old one: None if none is needed, or it is signed."""

    def authorization(self, account: Account, token: Token | None) -> str:
        """Return the Authorization header's value."""


@runtime_checkable
class Signing(Protocol):
    """A way to authenticate whose tokens are signed here, by our clock."""

    def sign(self, account: Account, now: float) -> Token:
        """Return a token, at a time in seconds since the epoch; raises ConfigError."""


class Target(NamedTuple):
    """One call: its provider and its ID."""

    provider: str
    call_id: str


class Filters(NamedTuple):
    """Which calls to list. None means no filter; times are aware.

    `states` has every state that is wanted, `state` the one if it is the only one; `options` has the vendor's own query
    parameters, as given.
    """

    from_: str | None = None
    to: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    state: str | None = None
    states: frozenset[str] = frozenset()
    cause: str | None = None
    limit: int | None = None
    options: Mapping[str, str] = EMPTY


class Page(NamedTuple):
    """One page of a list: the vendor's call objects, or IDs of calls to fetch one by one."""

    calls: tuple[Json, ...] = ()
    call_ids: tuple[str, ...] = ()


class Listing(NamedTuple):
    """How a vendor lists calls.

    Attributes:
        first: describes the request for the first page.
        read: reads a page.
        following: describes the request for the next page, None when there is none: account, page, the request for it.
        applied: names of the filters that the vendor applies; the others are applied locally.
        own_times: whether it applies `since` and `until` to another time than that of a call's record, such as its end:
            they are not applied locally again.
        lacks: names of the filters for which its calls have no field.
        options: the vendor's own query parameters, and what each means.
        forms: what a value of some of them looks like, a regular expression; any other is refused before it is sent.
        states: the states that its calls can be in; any if empty.
        lists: tells which of the vendor's lists are read for some filters, one after the other: the filters for each.
        reads: says which of its lists is read for some filters, as “listing its …” continues; None if there is one.
        window: the longest time that one request can ask for, None for any. A longer one is asked for in parts, the
            latest first, so that `first` always gets `since` and `until`.
        kept: how far back the parts go at most; for a vendor with a `window` only.
    """

    first: Callable[[Account, Filters], Request]
    read: Callable[[Response], Page]
    following: Callable[[Account, Response, Request], Request | None] = lambda _account, _page, _asked: None
    applied: frozenset[str] = frozenset()
    own_times: bool = False
    lacks: frozenset[str] = frozenset()
    options: Mapping[str, str] = EMPTY
    forms: Mapping[str, str] = EMPTY
    states: frozenset[str] = frozenset()
    lists: Callable[[Filters], Sequence[Filters]] = lambda filters: (filters,)
    reads: Callable[[Filters], str] | None = None
    window: timedelta | None = None
    kept: timedelta = timedelta(days=365)


class Provider(NamedTuple):
    """One vendor.

    Attributes:
        name: equals the module's name.
        title: the product's name.
        docs: the vendor's documentation that the module follows.
        base_url: the vendor's address, in which `{region}` stands for the value of the field of that name; None if the
            user must give one.
        fields: what `auth login` prompts for, and the environment and `--set` can set.
        schemes: ways to authenticate; the first whose fields are complete is used.
        fetch: describes the requests for one call: account, call ID.
        normalize: reads a document into a call. No clock, no network.
        refusal: reads a response; None for a success. Only a body in the vendor's own form counts as the vendor's word
            (see `callinspect.provider.refusals.refused`).
        verify: describes a cheap request that succeeds only with valid credentials.
        verified: reads the response to it; raises BadResponseError for one that is not the vendor's.
        withheld: returns a call document without what is secret in it, such as the credentials of a customer's own
            server or the signature of a link. A record has none of it either; only the vendor's raw response has.
        not_found_hints: what "not found" can mean for this vendor and what to do, each in a few words; in a command
            `{call}` stands for the provider and the call's ID.
        reads: which calls it can read, and for how long, in a few words.
        credentials_help: where the vendor shows the credentials, with the address of a page that explains it.
        required: names of the fields that every scheme needs in addition to its own.
        listing: how it lists calls, None if it cannot.
        history: how it lists past calls that have no ID, None if it cannot.
        extras: related data that `--with` reads, by name, in the order in which they are read.
        words: the words that it documents, by field, causes first.
        id_forms: what its IDs look like, the most telling form first.
        any_id: whether a call's ID may be any text, since applications choose it: the forms are the usual ones.
        allow_http: whether the user may allow plain HTTP (field `allow_http`), for a server of their own.
        forgets: whether a call is no longer found once it has ended.
        is_of_user: whether its calls are one user's, who is the party that they leave out.
        grace: seconds until a new call is found at the latest.
        jobs: default number of calls to fetch at once.
        interval: minimum seconds between two requests.
        reserved_ids: path segments of the vendor's that are not call IDs.
        public: the paths in its call documents whose values may be shown with --redact, separated by spaces: documented
            words, times, flags, measures, and the IDs of calls, sessions, recordings and applications, never of people
            or accounts. Objects are joined by dots and arrays have no index: `stirShaken.verstat`. All other values
            are masked.
        envelopes: the paths of what a call may be wrapped in, such as `data.call`, separated by spaces.
    """

    name: str
    title: str
    docs: str
    base_url: str | None
    fields: tuple[Field, ...]
    schemes: tuple[Scheme, ...]
    fetch: Callable[[Account, str], Flow]
    normalize: Callable[[Document], Call]
    refusal: Callable[[Response], Refusal | None]
    verify: Callable[[Account], Request]
    not_found_hints: tuple[str, ...]
    reads: str = "calls"
    credentials_help: str = ""
    verified: Callable[[Response], object] = lambda response: response.document
    withheld: Callable[[Json], Json] = lambda document: document
    required: tuple[str, ...] = ()
    listing: Listing | None = None
    history: Listing | None = None
    extras: Mapping[str, Extra] = EMPTY
    words: tuple[Words, ...] = ()
    id_forms: tuple[IDForm, ...] = ()
    any_id: bool = False
    allow_http: bool = False
    forgets: bool = False
    is_of_user: bool = False
    grace: float = 0.0
    jobs: int = 8
    interval: float = 0.0
    reserved_ids: frozenset[str] = frozenset()
    public: str = ""
    envelopes: str = ""

    @property
    def settings(self) -> tuple[Field, ...]:
        """Every field that can be set: the provider's own, the base URL, and whether that may be plain HTTP."""
        fields = {each.name: each for each in (BASE_URL, *self.fields)}
        base_url = fields.pop(BASE_URL.name)
        further = (ALLOW_HTTP,) if self.allow_http else ()
        return (*fields.values(), *further, base_url._replace(default=self.base_url, plain=self.allow_http))

    @property
    def ways(self) -> tuple[Scheme, ...]:
        """Its ways to authenticate, the one that lasts longest first, as they are offered."""
        return tuple(sorted(self.schemes, key=lambda scheme: (scheme.ending is not None, not scheme.lasts)))

    def form_of(self, text: str) -> IDForm | None:
        """Return the first form of the vendor's IDs that a text has, None if it has none."""
        return next((form for form in self.id_forms if form.matches(text)), None)

    def recognizes(self, text: str) -> bool:
        """Whether a text has the form of the vendor's call IDs."""
        form = self.form_of(text)
        return form is not None and form.kind == "call"

    def needs(self, scheme: Scheme) -> tuple[str, ...]:
        """Names of the fields that a scheme needs; including the base URL if the provider has none."""
        base = () if self.base_url else (BASE_URL.name,)
        return tuple(dict.fromkeys((*base, *self.required, *scheme.needs)))
