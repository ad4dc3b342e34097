"""A vendor's errors as data: where their parts are, and what its codes mean."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, ParamSpec

from callinspect.errors import CallinspectError, ConfigError
from callinspect.model import EMPTY
from callinspect.provider.exchange import Refusal, Response
from callinspect.provider.reader import as_text, first
from callinspect.provider.refusals import (
    LIMITS,
    NOT_FOUND,
    NOT_FOUND_STATUSES,
    REFUSED,
    is_elsewhere,
    quotable,
    refused,
    reset_at,
)

Refused = Callable[[Response], Refusal | None]

Form = ParamSpec("Form")

Own = Callable[[Response, str | None, str | None], bool]
"""Whether an answer is the vendor's own; takes its message and code as well."""

NO_STATUSES: Mapping[int, type[CallinspectError]] = {}


class Errors(NamedTuple):
    """What a vendor's errors look like, which are JSON objects.

    A key may be a path: `error.errors.0.reason`. Of several keys, the first counts that has a value.

    Attributes:
        message: the key of the error message, or several.
        code: the key of the error code, or several.
        meanings: the vendor's codes and what each means; None if the HTTP status says more. A response with another
            code is not the vendor's own; if this is empty, every response with both keys is.
        by_status: what HTTP statuses mean with a code that means nothing, where that is not what they usually do.
        hints: what to do, by code or message.
        request_id: the key, or the header, of the ID that the vendor's support asks for; or several.
        elsewhere: what to check if something other than the call is not found; None if it is always the call.
        call: a regular expression for what a “not found” message says if it does not say “call”.
        unnamed: whether a 404 is about something other than the call if its message names nothing.
        plain: the vendor's error messages that are not JSON, verbatim.
        bare: statuses with which the vendor also answers in no form: with nothing, or a text that is not JSON. A web
            page is never its own.
        opened: takes the object out of a response, if that is not its JSON.
        own: whether a response is the vendor's own, if the code alone does not say so.
        reset: the header that says when a rate limit ends, and what parses it (see `reset_at`); `Retry-After` needs
            none, and counts first.
    """

    message: str | tuple[str, ...]
    code: str | tuple[str, ...] = ()
    meanings: Mapping[str, type[CallinspectError] | None] = EMPTY
    by_status: Mapping[int, type[CallinspectError]] = NO_STATUSES
    hints: Mapping[str, str] = EMPTY
    request_id: str | tuple[str, ...] = ()
    elsewhere: str | None = None
    call: str | None = None
    unnamed: bool = True
    plain: frozenset[str] = frozenset()
    bare: frozenset[int] = frozenset()
    opened: Callable[[Response], Mapping[str, Any]] = lambda response: response.fields
    own: Own | None = None
    reset: tuple[str, Callable[[str], datetime]] | None = None

    def read(self, response: Response) -> Refusal | None:
        """Return what a response means; None for a success."""
        body = self.opened(response)
        sent, code = _values(body, self.message), as_text(first(_values(body, self.code)))
        texts = [as_text(each) for each in sent]
        is_own = self._is_own(response, first(sent), code)
        if not body and (whole := response.body.decode("utf-8", "replace").strip()) in self.plain:
            is_own, texts = True, [whole]
        elif response.status in self.bare and response.is_bare:
            is_own, texts = True, [quotable(response)]
        is_limit, message = response.status in LIMITS, first(texts)
        reset = self.reset if is_limit and "retry-after" not in response.headers else None
        error = self.meanings.get(code or "") or self.by_status.get(response.status)
        if is_limit or response.status not in REFUSED:
            error = None
        is_other = error is None and self._is_elsewhere(response.status, texts)
        return refused(
            response,
            own=is_own,
            error=ConfigError if is_other else error,
            message=message,
            code=code,
            request_id=self._request_id(response, body),
            hint=self.elsewhere if is_other else self.hints.get(code or "", self.hints.get(message or "")),
            retry_at=reset_at(response, *reset) if reset else None,
        )

    def _is_own(self, response: Response, message: object, code: str | None) -> bool:
        if self.own is not None:
            return self.own(response, as_text(message), code)
        return (code in self.meanings if self.meanings else code is not None) and isinstance(message, str)

    def _is_elsewhere(self, status: int, texts: Sequence[str | None]) -> bool:
        if self.elsewhere is None or status not in NOT_FOUND_STATUSES:
            return False
        return is_elsewhere(*texts, unnamed=self.unnamed and status == NOT_FOUND, call=self.call)

    def _request_id(self, response: Response, body: Mapping[str, Any]) -> str | None:
        names = (self.request_id,) if isinstance(self.request_id, str) else self.request_id
        return first([as_text(_at(body, each)) or response.headers.get(each.lower()) for each in names])


def _reading(form: Callable[Form, Errors]) -> Callable[Form, Refused]:
    """Return a function that takes a form's parts and returns the function that reads with it."""

    def reader(*values: Form.args, **named: Form.kwargs) -> Refused:
        return form(*values, **named).read

    return reader


errors = _reading(Errors)
"""Returns the function that reads a vendor's errors; takes what `Errors` has."""


def _values(body: Mapping[str, Any], paths: str | tuple[str, ...]) -> list[Any]:
    """Return what can be shown as text of what is at some paths."""
    found = (_at(body, path) for path in ((paths,) if isinstance(paths, str) else paths))
    return [each for each in found if as_text(each) is not None]


def _at(body: Any, path: str) -> Any:
    """Return what is at a path in a body; None if nothing is."""
    for key in path.split("."):
        if isinstance(body, Mapping):
            body = body.get(key)
        elif isinstance(body, list) and key.isdecimal() and int(key) < len(body):
            body = body[int(key)]
        else:
            return None
    return body
