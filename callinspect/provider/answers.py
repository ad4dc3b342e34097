"""What every vendor's reader of answers shares: refusals, ids, pages, further answers, durations."""

import re
from collections.abc import Generator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urljoin, urlsplit

from callinspect.errors import (
    AuthRejectedError,
    BadResponseError,
    CallinspectError,
    ForbiddenError,
    InternalError,
    NotFoundError,
    RateLimitedError,
    UsageError,
    VendorUnavailableError,
)
from callinspect.model import EMPTY, Direction, Durations, Party, State
from callinspect.provider.address import MAX_ID, authority
from callinspect.provider.contract import Refusal, Request, Response
from callinspect.provider.reader import Json, Reader, as_text, elapsed
from callinspect.provider.withheld import is_withheld

LINK = re.compile(r'<([^<>]*)>((?:\s*;\s*[^\s=;,"]+\s*(?:=\s*(?:"(?:[^"\\]|\\.)*"|[^\s;,"]*))?)*)')
"""One link of a `Link` header (RFC 8288): its target, and its parameters."""

PARAMETER = re.compile(r';\s*([^\s=;,"]+)\s*(?:=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*)))?')
"""One of them: its name, and its value, quoted or bare."""

QUERY = re.compile(r"[!-~]{0,4000}", re.ASCII)
"""What can be the query of a link that is followed."""

ASKED_FOR = "the call that was asked for is"
"""How the note begins that a record bears whose call was asked for by the id of its session."""

_STATUSES: Mapping[int, type[CallinspectError]] = {
    400: UsageError,
    401: AuthRejectedError,
    403: ForbiddenError,
    404: NotFoundError,
    408: VendorUnavailableError,
    410: NotFoundError,
    423: RateLimitedError,
    429: RateLimitedError,
}

NOT_FOUND = 404
ABSENT = frozenset({NOT_FOUND, 410})
"""Statuses that say that something is not found; of what, the words say."""

MOST_QUOTED = 60
"""Characters of a body that is repeated in an error."""

BETWEEN = "and what stands between here and the vendor"
"""What else to check when the vendor did not write the answer."""

LIMITS = frozenset({423, 429})
"""Statuses that ask for patience, whatever else the answer says."""

GRANT_ERRORS: Mapping[str, type[CallinspectError]] = {
    "invalid_request": AuthRejectedError,
    "invalid_client": AuthRejectedError,
    "invalid_grant": AuthRejectedError,
    "invalid_scope": AuthRejectedError,
    "unauthorized_client": AuthRejectedError,
    "unsupported_grant_type": AuthRejectedError,
    "access_denied": AuthRejectedError,
    "server_error": VendorUnavailableError,
    "temporarily_unavailable": VendorUnavailableError,
}
"""What the codes of OAuth (RFC 6749, 4.1.2.1 and 5.2) mean."""

CREDENTIALS_REFUSED = frozenset({400, 401, 403})
"""Statuses with which a token endpoint refuses credentials."""

REFUSED = range(400, 500)
"""The class of statuses that say that a request is not answered as it is."""


def error_for(status: int) -> type[CallinspectError] | None:
    """Return what an HTTP status means for a GET in general; None for a success."""
    if status in _STATUSES:
        return _STATUSES[status]
    if status >= 500:  # noqa: PLR2004 - the class of server errors
        return VendorUnavailableError
    return None if 200 <= status < 300 else BadResponseError  # noqa: PLR2004 - the class of successes


def refused(
    response: Response,
    *,
    own: bool,
    error: type[CallinspectError] | None = None,
    message: str | None = None,
    code: str | None = None,
    request_id: str | None = None,
    hint: str | None = None,
    retry_at: float | None = None,
) -> Refusal | None:
    """Return what an answer means that is no success; None for a success.

    Only the vendor says that there is no such call, that the credentials are refused or do not permit this. A page of a
    load balancer, a gateway's JSON or an empty body says that the vendor was not reached. Limits and failures are what
    they are whoever tells them.

    Args:
        response: the answer.
        own: whether the body has the vendor's own form of an error.
        error: what the vendor's own words mean, where they say more than the HTTP status.
        message: the vendor's words.
        code: the vendor's code.
        request_id: what the vendor's support asks for.
        hint: what to do.
        retry_at: see `Refusal`.
    """
    meaning = error_for(response.status)
    is_anybodys = response.status not in REFUSED or meaning in {RateLimitedError, VendorUnavailableError}
    if not own and not is_anybodys:
        suspects = "base_url, the credentials," if meaning is AuthRejectedError else "base_url,"
        return Refusal(
            error=VendorUnavailableError,
            summary=f"answered with {_kind(response)} instead of the vendor's own error message",
            message=_foreign_words(response),
            hint=f"check {suspects} {BETWEEN}",
        )
    meant = (error if own or meaning is None else None) or meaning
    return Refusal(meant, message, code, request_id, hint, retry_at) if meant else None


def _kind(response: Response) -> str:
    """Say what a body is."""
    text = response.body.strip()
    return "an empty body" if not text else "a web page" if text.startswith(b"<") else "a body in another form"


def _foreign_words(response: Response) -> str | None:
    """Return a short text of somebody else's, None for a page; one that is cut could hide a secret from being found."""
    text = response.body.decode("utf-8", "replace").strip()
    return text if 0 < len(text) < MOST_QUOTED and text[0] != "<" and text.isprintable() else None


def is_elsewhere(*texts: str | None, unnamed: bool) -> bool:
    """Whether it is something else than the call that is not found.

    Args:
        texts: the vendor's words.
        unnamed: whether it is if they name nothing.
    """
    from callinspect.provider.subject import is_call

    about = is_call(texts)
    return unnamed if about is None else not about


def token_refused(response: Response, otherwise: Refusal | None) -> Refusal | None:
    """Return what a token endpoint's answer means that is no success; None for a success.

    Only the endpoint refuses credentials, in RFC 6749's form (5.2), whatever its status, or in the vendor's own. What
    somebody in between says in its place is no word about them.

    Args:
        response: the answer.
        otherwise: how the vendor's reader takes it, None for a success.
    """
    code, said = (as_text(response.fields.get(name)) for name in ("error", "error_description"))
    meaning = error_for(response.status)
    if meaning in {RateLimitedError, VendorUnavailableError}:
        return Refusal(meaning, message=said, code=code) if code or said else otherwise
    if (code in GRANT_ERRORS or said) and response.status in {200, *CREDENTIALS_REFUSED}:
        return Refusal(GRANT_ERRORS.get(code or "", AuthRejectedError), message=said, code=code)
    if otherwise is None:
        return None if response.fields else _nobodys(response)
    is_about_credentials = response.status in CREDENTIALS_REFUSED and otherwise.summary is None
    return otherwise._replace(error=AuthRejectedError) if is_about_credentials else _nobodys(response)


def _nobodys(response: Response) -> Refusal:
    return Refusal(
        error=VendorUnavailableError,
        summary=f"no access token was given, but {_kind(response)}",
        message=_foreign_words(response),
        hint=f"check base_url {BETWEEN}",
    )


def further(name: str, request: Request) -> Generator[Request, Response, tuple[Mapping[str, Json], tuple[str, ...]]]:
    """Read a list that belongs to a call; one that cannot be had costs a note and not the call.

    Args:
        name: what it is a list of.
        request: how to ask for it.

    Returns:
        the list by its name, and notes (see `Document`).
    """
    try:
        found = (yield request).document
    except InternalError:
        raise
    except CallinspectError as error:
        status = f" (HTTP {error.http_status})" if error.http_status else ""
        return {}, (f"the call's {name} could not be read: {error.message}{status}",)
    if not isinstance(found, list):
        return {}, (f"the call's {name} could not be read: the answer is not a list",)
    return {name: found}, ()


def read(document: Json, others: Mapping[str, str] = EMPTY) -> Reader:
    """Return a reader of a JSON object.

    Args:
        document: the object.
        others: what else the vendor sends that looks like a call, by a key that no call has.

    Raises:
        BadResponseError: the document is not an object, or is something else than a call.
    """
    first = document[0] if isinstance(document, list) and document else document
    if isinstance(first, dict) and not others.keys().isdisjoint(first):
        for key, what in others.items():
            if first.get(key) is not None:
                raise BadResponseError(f"this is {what}, not a call")
    if not isinstance(document, dict):
        raise BadResponseError("answered with something other than a call")
    return Reader(document, [])


def read_id(reader: Reader, name: str) -> str:
    """Return the call's id, the one field that a record cannot do without.

    Raises:
        BadResponseError: there is none.
    """
    value = reader.keep(name)
    if isinstance(value, int) and not isinstance(value, bool):
        reader.warnings.append(f"{name} is a number, not a text")
        return str(value)
    call_id = reader.text(name)
    if call_id is None:
        raise BadResponseError(f"answered with a call that has no {name}")
    if len(call_id) > MAX_ID:
        raise BadResponseError(f"answered with a call whose {name} is too long")
    return call_id


def expect(response: Response, *names: str) -> None:
    """Check that an answer is the vendor's: that it has a field of one of these names.

    Raises:
        BadResponseError: it has none.
    """
    if not any(name in response.fields for name in names):
        raise BadResponseError("answered with something other than what was asked for", hint="check base_url")


def items(document: Json) -> tuple[Json, ...]:
    """Return the elements of a JSON array.

    Raises:
        BadResponseError: the document is not an array.
    """
    if not isinstance(document, list):
        raise BadResponseError("answered with something other than a list of calls")
    return tuple(document)


def next_page(response: Response, page: str) -> Request | None:
    """Return the request for the page after this one, None when there is none.

    Only the query of the vendor's `Link` is used, with the address of this page: a link never decides where
    credentials go.

    Args:
        response: this page.
        page: its address without a query.

    Raises:
        BadResponseError: the link points at another host.
    """
    target = next((link[1] for link in LINK.finditer(response.headers.get("link", "")) if _leads_on(link[2])), None)
    if target is None:
        return None
    try:
        following = urljoin(page, target)
        is_here = authority(following) == authority(page)
        query = urlsplit(following).query
    except ValueError:
        raise BadResponseError("answered with an invalid address for the next page") from None
    if not is_here:
        raise BadResponseError("answered with a next page at another host, which is never followed")
    if not QUERY.fullmatch(query):
        raise BadResponseError("answered with a next page whose address cannot be one")
    return Request(url=f"{page}?{query}")


def _leads_on(parameters: str) -> bool:
    """Whether a link's parameters say that it leads to the next page."""
    relations = (quoted or bare for name, quoted, bare in PARAMETER.findall(parameters) if name.lower() == "rel")
    return "next" in next(relations, "").lower().split()


def party(address: str | None) -> Party | None:
    """Return the party with that address: a number, or a SIP or `user@host` address.

    It has neither when the address stands for somebody who is withheld, or not known.
    """
    if address is None:
        return None
    withheld = is_withheld(address)
    if withheld is not None:
        return Party(private=withheld)
    if "@" in address or address.lower().startswith(("sip:", "sips:")):
        return Party(uri=address)
    return Party(number=address)


def party_of(reader: Reader, name: str) -> Party | None:
    """Read a party's address; one that stands for nobody's stays a leftover."""
    found = party(reader.text(name))
    if found is not None and found.number is None and found.uri is None:
        reader.leave(name)
    return found


def state_of(reader: Reader, states: Mapping[str, State], direction: Direction) -> State:
    """Read a state whose word is the same for a call that rings at both ends; an outgoing one is being dialed."""
    state = reader.choice("state", states, State.UNKNOWN, kept_elsewhere=True) or State.UNKNOWN
    return State.DIALING if state is State.RINGING and direction is Direction.OUTBOUND else state


def is_same_call(asked: str, found: str) -> bool:
    """Whether two ids are the same but for letter case, percent-encoding and the padding of base64."""
    return asked == found or plain_id(asked) == plain_id(found)


def plain_id(call_id: str) -> str:
    """Return what all spellings of an id have in common, in the sense of `is_same_call`."""
    return unquote(call_id).rstrip("=").casefold()


def durations(
    reader: Reader,
    created: datetime | None,
    answered: datetime | None,
    ended: datetime | None,
    *,
    billed: float | None = None,
) -> Durations:
    """Return a call's durations in seconds; one that would be negative is None, and warned about."""
    ring, talk, total = elapsed(created, answered), elapsed(answered, ended), elapsed(created, ended)
    if ring is not None and ring < 0:
        reader.warnings.append("the answer comes before the start")
    if talk is not None and talk < 0:
        reader.warnings.append("the end comes before the answer")
    elif total is not None and total < 0:
        reader.warnings.append("the end comes before the start")
    ring, talk, total = (None if each is None or each < 0 else each for each in (ring, talk, total))
    return Durations(ring=ring, talk=talk, total=total, billed=billed)


def together(fields: Mapping[str, Any], others: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return fields and others in one object; if they share a key, the others as an object of that name."""
    if not fields.keys() & others.keys():
        return {**fields, **others}
    while name in fields:
        name += "_"
    return {**fields, name: dict(others)}
