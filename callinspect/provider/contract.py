"""The contract between a vendor's module and the rest.

A provider is data and pure functions. It describes requests and reads answers; it never holds a connection, so nothing
in it can forget a timeout, follow a redirect or log a secret.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple, Protocol

from callinspect.errors import UsageError
from callinspect.model import EMPTY, Call
from callinspect.provider.address import segment
from callinspect.provider.exchange import Account, Document, Flow, Refusal, Request, Response, Token
from callinspect.provider.parsing import Json


class Field(NamedTuple):
    """One thing to know about an account: a credential, an account number, a setting.

    Attributes:
        name: its name on the command line, in the environment (in capitals) and in the keyring item.
        title: what `auth login` asks for.
        secret: never shown, never an argument.
        token: goes into a header as it is, so it must be visible ASCII; a password may be any text.
        url: an address that credentials are sent to.
        default: what counts where nothing is given, such as the vendor's own address. In an address `{region}` stands
            for the value of the field of that name.
        plain: whether plain HTTP will do for an address, to a server of the user's own.
        env: the vendor's own customary environment variables.
    """

    name: str
    title: str
    secret: bool = False
    token: bool = True
    url: bool = False
    default: str | None = None
    plain: bool = False
    env: tuple[str, ...] = ()

    @property
    def may_be_empty(self) -> bool:
        """Whether nothing is a value too, as of a password."""
        return self.secret and not self.token


BASE_URL = Field(name="base_url", title="Base URL", url=True)


class Scheme(Protocol):
    """A way to authenticate; the ways there are stand in `callinspect.provider.auth`."""

    @property
    def title(self) -> str:
        """What to call it."""

    @property
    def needs(self) -> tuple[str, ...]:
        """Names of the account's fields that it takes."""

    def token_request(self, account: Account, token: Token | None) -> Request | None:
        """Describe the request for a new access token, given the old one; None for a way that takes none."""

    def authorization(self, account: Account, token: Token | None) -> str:
        """Return the Authorization header's value."""


class Target(NamedTuple):
    """One call: whose, and which."""

    provider: str
    call_id: str


class Filters(NamedTuple):
    """Which calls to list. None lets everything through; times are aware.

    `options` holds parameters of the vendor's own, as given.
    """

    from_: str | None = None
    to: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    state: str | None = None
    cause: str | None = None
    limit: int | None = None
    options: Mapping[str, str] = EMPTY


class Page(NamedTuple):
    """One page of a list: the vendor's call objects, or ids of calls to be read one by one."""

    calls: tuple[Json, ...] = ()
    call_ids: tuple[str, ...] = ()


class Extra(NamedTuple):
    """A further answer about a call, which `--with` reads.

    Attributes:
        description: what it adds, in a few words.
        below: segments of its path below the call's.
        is_default: whether it is read of one call even if nobody asks.
    """

    description: str
    below: tuple[str, ...] = ()
    is_default: bool = False


class IDForm(NamedTuple):
    """What a vendor's call ids look like.

    Attributes:
        pattern: a regular expression for the whole of one.
        description: the same in words.
        is_fixed: whether nothing else can be one, so that it is refused before it is sent.
    """

    pattern: str
    description: str
    is_fixed: bool = False


class Listing(NamedTuple):
    """How a vendor lists calls.

    Attributes:
        first: describes the request for the first page.
        read: reads a page.
        following: describes the request for the page after one, None when there is none.
        applied: names of the filters that the vendor applies itself; the others are applied to what it sends.
        lacks: names of the filters that nothing in its calls could be compared with.
        options: parameters of the vendor's own, and what each means.
    """

    first: Callable[[Account, Filters], Request]
    read: Callable[[Response], Page]
    following: Callable[[Account, Response], Request | None] = lambda _account, _response: None
    applied: frozenset[str] = frozenset()
    lacks: frozenset[str] = frozenset()
    options: Mapping[str, str] = EMPTY


class Provider(NamedTuple):
    """One vendor.

    Attributes:
        name: equals the module's name.
        title: the product's name.
        docs: the page the module was written from.
        base_url: the vendor's address, in which `{region}` stands for the value of the field of that name; None when
            the user must give one.
        fields: what `auth login` asks for, and the environment and `--set` can give.
        schemes: how the fields become authentication; the first that is complete is used.
        fetch: describes the requests for one call: account, call id, names of extras.
        normalize: reads a document into a call. No clock, no network.
        refusal: reads an answer; None when it is a success. Only what has the vendor's own form is the vendor's word
            (see `callinspect.provider.answers.refused`).
        verify: describes a cheap request that succeeds with good credentials only.
        verified: reads the answer to it; raises BadResponseError for one that is not the vendor's.
        not_found_hint: what "not found" can mean at this vendor, and what to do then.
        required: names of the fields that every scheme needs besides its own.
        listing: how it lists calls, None when it does not.
        history: how it lists past calls that have no id, None when it does not.
        extras: further answers that `--with` reads, by name.
        id_form: what its call ids look like.
        allow_http: whether it may be a server of the user's own that speaks plain HTTP, anywhere.
        forgets: whether a call that is over is not found any more.
        grace: seconds for which a new call may not be found yet.
        jobs: how many calls to ask for at once, unless told otherwise.
        interval: seconds from one request to the next that the vendor allows by default.
        reserved_ids: words that stand where a call id stands in a path, and lead elsewhere.
    """

    name: str
    title: str
    docs: str
    base_url: str | None
    fields: tuple[Field, ...]
    schemes: tuple[Scheme, ...]
    fetch: Callable[[Account, str, frozenset[str]], Flow]
    normalize: Callable[[Document], Call]
    refusal: Callable[[Response], Refusal | None]
    verify: Callable[[Account], Request]
    not_found_hint: str
    verified: Callable[[Response], object] = lambda response: response.document
    required: tuple[str, ...] = ()
    listing: Listing | None = None
    history: Listing | None = None
    extras: Mapping[str, Extra] = EMPTY
    id_form: IDForm | None = None
    allow_http: bool = False
    forgets: bool = False
    grace: float = 0.0
    jobs: int = 8
    interval: float = 0.0
    reserved_ids: frozenset[str] = frozenset()

    @property
    def settings(self) -> tuple[Field, ...]:
        """Every field that can be set, each once: the provider's own, and the base URL."""
        fields = {each.name: each for each in (BASE_URL, *self.fields)}
        base_url = fields.pop(BASE_URL.name)
        return (*fields.values(), base_url._replace(default=self.base_url, plain=self.allow_http))

    @property
    def default_extras(self) -> frozenset[str]:
        """Names of the extras that are read of one call even if nobody asks."""
        return frozenset(name for name, extra in self.extras.items() if extra.is_default)

    def recognizes(self, text: str) -> bool:
        """Whether a text has the form of one of its call ids."""
        return self.id_form is not None and re.fullmatch(self.id_form.pattern, text) is not None

    def needs(self, scheme: Scheme) -> tuple[str, ...]:
        """Names of the fields that a way to authenticate takes, each once; the base URL where there is no other."""
        base = () if self.base_url else (BASE_URL.name,)
        return tuple(dict.fromkeys((*base, *self.required, *scheme.needs)))


def check_id(provider: Provider, call_id: str) -> None:
    """Refuse an id that would reach another endpoint of the vendor's.

    Raises:
        UsageError: why.
    """
    segment(call_id)
    if call_id in provider.reserved_ids:
        raise UsageError(f"“{call_id}” is part of {provider.title}'s API paths, not a call ID")
    if provider.id_form is not None and provider.id_form.is_fixed and not provider.recognizes(call_id):
        raise UsageError(f"a call ID of {provider.title} is {provider.id_form.description}")
