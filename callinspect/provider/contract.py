"""The contract between a vendor's module and the rest.

A provider is data and pure functions. It describes requests and reads answers; it never holds a connection, so nothing
in it can forget a timeout, follow a redirect or log a secret.
"""

import json
import re
from collections.abc import Callable, Generator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple, Protocol

from callinspect.errors import BadResponseError, CallinspectError, UsageError
from callinspect.model import EMPTY, Call
from callinspect.provider.address import segment
from callinspect.provider.reader import Json, parse_json

_CODINGS = re.compile(r"((gzip|x-gzip|compress|deflate|br|zstd)(, ?|$)){1,9}", re.ASCII | re.IGNORECASE)
"""HTTP's own names for them; what a vendor says instead can be anything."""

MAX_BODY = 10 * 1024 * 1024
"""Bytes of an answer's body that are read; a call's record takes a few thousand."""


class Field(NamedTuple):
    """One thing to know about an account: a credential, an account number, a setting.

    Attributes:
        name: its name on the command line, in the environment (in capitals) and in the keyring item.
        title: what `auth login` asks for.
        secret: never shown, never an argument.
        token: goes into a header as it is, so it must be visible ASCII; a password may be any text.
        url: an address that credentials are sent to.
        default: the vendor's own address, where there is one and no other is given.
        env: the vendor's own customary environment variables.
    """

    name: str
    title: str
    secret: bool = False
    token: bool = True
    url: bool = False
    default: str | None = None
    env: tuple[str, ...] = ()

    @property
    def may_be_empty(self) -> bool:
        """Whether nothing is a value too, as of a password."""
        return self.secret and not self.token


BASE_URL = Field(name="base_url", title="Base URL", url=True)


class Account:
    """Whose calls are read, and where: the values of a provider's fields. Values are never in its repr."""

    def __init__(self, *, base_url: str, values: Mapping[str, str]) -> None:
        self.base_url = base_url
        self.values = values

    def __getitem__(self, name: str) -> str:
        return self.values[name]

    def get(self, name: str) -> str | None:
        """Return a field's value, None when it is not set."""
        return self.values.get(name)


class Request(NamedTuple):
    """One HTTP request: a GET, or with a form a POST. Headers of an authenticated one are added on sending.

    `shown` is the address as it is shown, where that is not the address as it is.
    """

    url: str
    form: Mapping[str, str] | None = None
    headers: Mapping[str, str] = EMPTY
    shown: str | None = None

    def __repr__(self) -> str:
        return f"{self.method} {self.shown or self.url}"

    @property
    def method(self) -> str:
        """The HTTP method."""
        return "GET" if self.form is None else "POST"


class Token(NamedTuple):
    """An OAuth access token. No token is in its repr.

    Attributes:
        access_token: what goes into a header.
        expires_at: when it ends, in seconds since the epoch, None when unknown.
        refresh_token: what buys the next one, None when there is none, or the one before stays good.
        renew_at: when to buy the next one, a part of its life before the end; None when unknown.
    """

    access_token: str
    expires_at: float | None = None
    refresh_token: str | None = None
    renew_at: float | None = None

    def __repr__(self) -> str:
        return f"Token(expires_at={self.expires_at})"


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


class Response:
    """One HTTP answer: status, headers (names in lower case), body as sent."""

    def __init__(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        self.status = status
        self.headers = headers
        self.body = body

    @cached_property
    def _parsed(self) -> tuple[Json, str | None]:
        try:
            return parse_json(self.body), None
        except ValueError as error:
            return None, str(error)

    @property
    def document(self) -> Json:
        """The body's JSON value.

        Raises:
            BadResponseError: it is not JSON.
        """
        document, problem = self._parsed
        if problem is not None:
            raise BadResponseError(self._unreadable(problem), http_status=self.status)
        return document

    @property
    def fields(self) -> Mapping[str, Any]:
        """The body's JSON object; empty when the body is anything else."""
        document, _ = self._parsed
        return document if isinstance(document, dict) else {}

    def _unreadable(self, problem: str) -> str:
        if not self.body:
            return "answered with an empty body"
        if coding := self.headers.get("content-encoding"):
            named = f"a body encoded as {coding}" if _CODINGS.fullmatch(coding) else "an encoded body"
            return f"answered with {named}, which was not asked for"
        if self.body.lstrip()[:1] == b"<":
            return "answered with a web page instead of JSON"
        return f"answered with a body that cannot be read: {problem}"


class Document:
    """What a vendor said about one call.

    Args:
        answer: the vendor's answer, read only when it is asked for: bytes that are not JSON can be shown all the same.
            Or the call's JSON value, where an answer held several.
        call_id: the id that was asked for; picks the call out of an answer that holds several.
        extras: further answers about the call, by name (see `Provider.extras`).
        notes: what is to be said of the reading besides, as warnings.
        others: JSON values of further answers that the call is read from, in the order in which they came.
    """

    def __init__(
        self,
        answer: Response | Json,
        call_id: str | None = None,
        extras: Mapping[str, Json] = EMPTY,
        notes: tuple[str, ...] = (),
        others: tuple[Json, ...] = (),
    ) -> None:
        self._answer = answer
        self.call_id = call_id
        self.extras = extras
        self.notes = notes
        self.others = others

    @property
    def json(self) -> Json:
        """The answer's JSON value.

        Raises:
            BadResponseError: it is not JSON.
        """
        return self._answer.document if isinstance(self._answer, Response) else self._answer

    @property
    def answers(self) -> tuple[Json, ...]:
        """The JSON values of all answers that the call is read from, its own first.

        Raises:
            BadResponseError: its own is not JSON.
        """
        return (self.json, *self.others)

    @property
    def may_have_halves(self) -> bool:
        """Whether a text in it may have half a surrogate pair, which only an escape of JSON's can bring along."""
        if isinstance(self._answer, Response):
            is_escaped = b"\\ud" in self._answer.body or b"\\uD" in self._answer.body
        else:
            is_escaped = "\\ud" in repr(self._answer)
        return is_escaped or any(each and "\\ud" in repr(each) for each in (self.extras, self.others))

    @property
    def raw(self) -> bytes:
        """The answer's bytes, as they came."""
        if isinstance(self._answer, Response):
            return self._answer.body
        return json.dumps(self._answer, ensure_ascii=False).encode("utf-8", "backslashreplace")


Flow = Generator[Request, Response, Document]
"""Yields requests, receives their answers, returns the document. A refused request is raised at its `yield`."""


class Refusal(NamedTuple):
    """What an answer that is not a success means: kind of failure, and the vendor's own words for it.

    `summary` says it in our words, where the message is none of the vendor's or there is none.

    `retry_at` is the moment (seconds since the epoch) from which the vendor answers again, where the vendor has a
    way of its own to say so.
    """

    error: type[CallinspectError]
    message: str | None = None
    code: str | None = None
    request_id: str | None = None
    hint: str | None = None
    retry_at: float | None = None
    summary: str | None = None


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
        brings: what it adds, in a few words.
        below: segments of its path below the call's.
        is_usual: whether it is read of one call even if nobody asks.
    """

    brings: str
    below: tuple[str, ...] = ()
    is_usual: bool = False


class IDForm(NamedTuple):
    """What a vendor's call ids look like.

    Attributes:
        pattern: a regular expression for the whole of one.
        says: the same in words.
        is_fixed: whether nothing else can be one, so that it is refused before it is sent.
    """

    pattern: str
    says: str
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
        absent: what "not found" can mean at this vendor, and what to do then.
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
        path_words: words that stand where a call id stands in a path, and lead elsewhere.
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
    absent: str
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
    path_words: frozenset[str] = frozenset()

    @property
    def settings(self) -> tuple[Field, ...]:
        """Every field that can be set, each once: the provider's own, and the base URL."""
        fields = {each.name: each for each in (BASE_URL, *self.fields)}
        base_url = fields.pop(BASE_URL.name)
        return (*fields.values(), base_url._replace(default=self.base_url))

    @property
    def usual(self) -> frozenset[str]:
        """Names of the extras that are read of one call even if nobody asks."""
        return frozenset(name for name, extra in self.extras.items() if extra.is_usual)

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
    if call_id in provider.path_words:
        raise UsageError(f"“{call_id}” is a word of {provider.title}'s own paths, not a call id")
    if provider.id_form is not None and provider.id_form.is_fixed and not provider.recognizes(call_id):
        raise UsageError(f"a call id of {provider.title} is {provider.id_form.says}")
