"""What goes out to a vendor and what comes back: accounts, requests, tokens, answers, documents, refusals."""

import json
import re
from collections.abc import Generator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple
from urllib.parse import urlencode

from callinspect.errors import BadResponseError, CallinspectError
from callinspect.model import EMPTY
from callinspect.provider.parsing import Json, parse_json

_CODINGS = re.compile(r"((gzip|x-gzip|compress|deflate|br|zstd)(, ?|$)){1,9}", re.ASCII | re.IGNORECASE)
"""HTTP's names of encodings; a vendor may send anything else."""

BETWEEN = "and any proxy or gateway in between"
"""What else to check if the response is not the vendor's."""

MAX_HEAD = 1000
"""Bytes within which a page says that it is one."""

MAX_BODY = 10 * 1024 * 1024
"""Bytes of a response body that are read; a call takes a few thousand."""


class Account:
    """The values of a provider's fields. They are never in its repr."""

    def __init__(self, *, base_url: str, values: Mapping[str, str]) -> None:
        self.base_url = base_url
        self.values = values

    def __getitem__(self, name: str) -> str:
        return self.values[name]

    def get(self, name: str) -> str | None:
        """Return a field's value, None when it is not set."""
        return self.values.get(name)


class Request(NamedTuple):
    """One HTTP request: a GET, or a POST if it has a form or a JSON object. Authentication is added when it is sent.

    A form asks for a token and is sent once, since it may use up a refresh token. A JSON object only reads: it is
    retried like a GET. `shown` is the address for logs. `is_extra` is for related data: a refusal concerns these alone.
    """

    url: str
    form: Mapping[str, str] | None = None
    headers: Mapping[str, str] = EMPTY
    shown: str | None = None
    is_extra: bool = False
    json: Mapping[str, Any] | None = None

    def __repr__(self) -> str:
        return f"{self.method} {self.shown or self.url}"

    @property
    def method(self) -> str:
        """The HTTP method."""
        return "GET" if self.body is None else "POST"

    @property
    def body(self) -> bytes | None:
        """The body as it is sent, None for a GET."""
        form = None if self.form is None else urlencode(self.form).encode()
        return form if self.json is None else json.dumps(self.json).encode()

    @property
    def content_type(self) -> str:
        """The media type of the body."""
        return "application/json" if self.json is not None else "application/x-www-form-urlencoded"


class Token(NamedTuple):
    """An OAuth access token. No token is in its repr.

    Attributes:
        access_token: the token itself.
        expires_at: when it expires, in seconds since the epoch, None if unknown.
        refresh_token: fetches the next one; None if there is none, or the previous one stays valid.
        renew_at: when to renew it, some time before it expires; None if unknown.
    """

    access_token: str
    expires_at: float | None = None
    refresh_token: str | None = None
    renew_at: float | None = None

    def __repr__(self) -> str:
        return f"Token(expires_at={self.expires_at})"


class Response:
    """One HTTP response: status, headers (names in lower case), body as sent, and when it began to arrive."""

    def __init__(
        self, status: int, headers: Mapping[str, str], body: bytes, arrived_at: datetime | None = None
    ) -> None:
        self.status = status
        self.headers = headers
        self.body = body
        self.arrived_at = arrived_at

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
            hint = f"check base_url {BETWEEN}" if self.is_page else None
            raise BadResponseError(self._unreadable(problem), hint=hint, http_status=self.status)
        return document

    @property
    def fields(self) -> Mapping[str, Any]:
        """The body's JSON object; empty when the body is anything else."""
        document, _ = self._parsed
        return document if isinstance(document, dict) else {}

    @property
    def mapping(self) -> Mapping[str, Any]:
        """The body's JSON object.

        Raises:
            BadResponseError: it is anything else.
        """
        if not isinstance(self.document, dict):
            raise BadResponseError("the answer is not an object")
        return self.document

    @property
    def is_page(self) -> bool:
        """Whether the body is a web page."""
        return self.body.lstrip()[:1] == b"<"

    @property
    def is_bare(self) -> bool:
        """Whether the body is empty, or a text: neither JSON, not even a broken one, nor a web page."""
        _, problem = self._parsed
        return problem is not None and self.body.lstrip()[:1] not in {b"<", b"{", b"["}

    @property
    def kind(self) -> str:
        """What the body is, if it is not JSON, with its article."""
        text = self.body.strip()
        if not text:
            return "an empty body"
        if not self.is_page:
            return "an unfamiliar body"
        is_xml = text.startswith(b"<?xml") or "/xml" in self.headers.get("content-type", "").lower()
        return "XML" if is_xml and b"<html" not in text[:MAX_HEAD].lower() else "a web page"

    def _unreadable(self, problem: str) -> str:
        if not self.body:
            return "answered with an empty body"
        if coding := self.headers.get("content-encoding"):
            named = f"a body encoded as {coding}" if _CODINGS.fullmatch(coding) else "an encoded body"
            return f"answered with {named}, which was not asked for"
        if self.is_page:
            return f"answered with {self.kind} instead of JSON"
        return f"answered with a body that cannot be read: {problem}"


class Document:
    """What a vendor reports about one call.

    Args:
        answer: the vendor's response, parsed only when needed: bytes that are not JSON can still be shown. Or the
            call's JSON value, if a response had several.
        call_id: the requested ID; picks the call from a response that has several.
        extras: related data of the call, by name (see `Provider.extras`).
        notes: further warnings.
        others: JSON values of further responses that the call is read from, in order.
        failed: names of the extras that were asked for and could not be read.
        partial: names of those of which something is left out: that it has no such part is not known.
    """

    def __init__(
        self,
        answer: Response | Json,
        call_id: str | None = None,
        extras: Mapping[str, Json] = EMPTY,
        notes: tuple[str, ...] = (),
        others: tuple[Json, ...] = (),
        failed: frozenset[str] = frozenset(),
        partial: frozenset[str] = frozenset(),
    ) -> None:
        self._answer = answer
        self.call_id = call_id
        self.extras, self.notes = extras, notes
        self.others = others
        self.failed, self.partial = failed, partial

    def but(self, **changes: Any) -> "Document":
        """Return the document with other values for some of what it was made of."""
        names = ("call_id", "extras", "notes", "others", "failed", "partial")
        return Document(**({"answer": self._answer} | {name: getattr(self, name) for name in names} | changes))

    def having(self, name: str, extra: Json) -> "Document":
        """Return the document with an extra."""
        return self.but(extras={**self.extras, name: extra})

    def failing(self, name: str) -> "Document":
        """Return the document with an extra that could not be read."""
        return self.but(failed=self.failed | {name})

    def noting(self, *notes: str) -> "Document":
        """Return the document with further warnings, each once."""
        return self.but(notes=tuple(dict.fromkeys((*self.notes, *notes))))

    @property
    def json(self) -> Json:
        """The answer's JSON value.

        Raises:
            BadResponseError: it is not JSON.
        """
        return self._answer.document if isinstance(self._answer, Response) else self._answer

    @property
    def fields(self) -> Mapping[str, Any]:
        """The answer's JSON object; empty when it is anything else."""
        try:
            found = self.json
        except BadResponseError:
            return EMPTY
        return found if isinstance(found, dict) else EMPTY

    @property
    def may_be_call(self) -> bool:
        """Whether the answer is JSON that can hold a call."""
        try:
            return isinstance(self.json, dict | list)
        except BadResponseError:
            return False

    @property
    def answers(self) -> tuple[Json, ...]:
        """The JSON values of all answers that the call is read from, its own first.

        Raises:
            BadResponseError: its own is not JSON.
        """
        return (self.json, *self.others)

    @property
    def may_have_halves(self) -> bool:
        """Whether a text in it may have a lone surrogate, which only a JSON escape can produce."""
        if isinstance(self._answer, Response):
            is_escaped = b"\\ud" in self._answer.body or b"\\uD" in self._answer.body
        else:
            is_escaped = "\\ud" in repr(self._answer)
        return is_escaped or any(each and "\\ud" in repr(each) for each in (self.extras, self.others))

    @property
    def server(self) -> str | None:
        """The answer's `Server` header; None if it has none, as in a saved answer, or is an element of a list."""
        return self._answer.headers.get("server") if isinstance(self._answer, Response) else None

    @property
    def date(self) -> str | None:
        """The answer's `Date` header, None as for `server`."""
        return self._answer.headers.get("date") if isinstance(self._answer, Response) else None

    @property
    def arrived_at(self) -> datetime | None:
        """When the answer began to arrive, before any extra was asked for; None as for `server`."""
        return self._answer.arrived_at if isinstance(self._answer, Response) else None

    @property
    def raw(self) -> bytes:
        """The answer's bytes, as they came."""
        if isinstance(self._answer, Response):
            return self._answer.body
        return json.dumps(self._answer, ensure_ascii=False).encode("utf-8", "backslashreplace")


Flow = Generator[Request, Response, Document]
"""Yields requests, receives their responses, returns the document. A failed request raises at its `yield`."""


class Incomplete(NamedTuple):
    """What was read of an extra although some of its requests failed, or left something out.

    Attributes:
        found: what was read; None if nothing was.
        notes: what was not, for the record's warnings.
    """

    found: Json
    notes: tuple[str, ...]


class Refusal(NamedTuple):
    """What an unsuccessful response means: the kind of failure, and the vendor's message.

    `summary` is our own message, if there is none from the vendor. `retry_at` is when to retry, in seconds since the
    epoch, if the vendor has its own way of saying so.
    """

    error: type[CallinspectError]
    message: str | None = None
    code: str | None = None
    request_id: str | None = None
    hint: str | None = None
    retry_at: float | None = None
    summary: str | None = None
