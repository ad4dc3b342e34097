"""A sandbox's vendors, asked over HTTP as their providers ask the real ones."""

from __future__ import annotations

import http.client
import json
import time
from base64 import b64encode
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from callinspect import providers, sandbox
from callinspect.client.windows import parts
from callinspect.credentials import files
from callinspect.errors import NotFoundError
from callinspect.provider import Account, Extras, Filters, Request, Response, Signing, Token
from callinspect.provider.extras import ALL
from callinspect.provider.reading_extras import fetched, with_extras
from kit import vendors
from kit.program import TIMEOUT

if TYPE_CHECKING:
    from collections.abc import Mapping

    from callinspect.model import Call
    from callinspect.provider import Document, Scheme
    from callinspect.sandbox import Sandbox, SandboxCall
    from kit.clocks import Clock

LONGEST = 200
"""Seconds of a call's life in which it has gone through everything, and begun again."""

PLACE = "callinspect/sandbox/vendors/{}/__init__.py"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def response(self) -> Response:
        """The same, as a provider gets it."""
        return Response(self.status, {name.lower(): value for name, value in self.headers.items()}, self.body)


def basic(name: str, password: str) -> str:
    return "Basic " + b64encode(f"{name}:{password}".encode()).decode()


WRONG = [None, "Bearer wrong", basic("wrong", "wrong"), "Basic %%", "Bearer"]
"""Authorization headers that no vendor accepts."""


def send(
    running: Sandbox,
    path: str | Request,
    authorization: str | None = None,
    *,
    method: str = "GET",
    form: Mapping[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    """Send a request; the path may be an address of the sandbox, or a provider's request."""
    sent = dict(headers or {})
    content = urlencode(form).encode() if form is not None else None
    if isinstance(path, Request):
        method = path.method if method == "GET" else method
        content, sent = path.body, {**path.headers, "Content-Type": path.content_type, **sent}
        path = path.url
    if authorization:
        sent["Authorization"] = authorization
    if form is not None:
        sent["Content-Type"] = "application/x-www-form-urlencoded"
    connection = http.client.HTTPConnection(running.url.removeprefix("http://"), timeout=TIMEOUT)
    try:
        connection.request(method, path.removeprefix(running.url), content, sent)
        response = connection.getresponse()
        return Answer(response.status, response.headers, response.read())
    finally:
        connection.close()


def account(running: Sandbox, vendor: str, *needed: str) -> Account:
    """Return the account that leads a provider to a sandbox, with further fields that are needed."""
    prefix = f"CALLINSPECT_{vendor.upper()}_"
    fields = {
        name.removeprefix(prefix).lower(): value
        for name, value in running.environment.items()
        if name.startswith(prefix)
    }
    accepted = sandbox.account(vendor)
    if missing := [need for need in needed if need not in {**accepted, **fields}]:
        raise AssertionError(f"{PLACE.format(vendor)}: `account` has no {', '.join(missing)}")
    given = {need: accepted[need] for need in needed if need in accepted}
    held = [each for each in providers.get(vendor).settings if each.file and each.name in given]
    texts = {each.name: files.text(each, given[each.name], "the sandbox") for each in held}
    return Account(base_url=fields["base_url"], values=fields | given | texts)


def authorized(running: Sandbox, vendor: str, scheme: Scheme) -> str | None:
    """Return the Authorization header of a way to authenticate, None when no token is issued for it."""
    of = account(running, vendor, *providers.get(vendor).needs(scheme))
    if isinstance(scheme, Signing):
        return scheme.authorization(of, scheme.sign(of, time.time()))
    request = scheme.token_request(of, None)
    if request is None:
        return scheme.authorization(of, None)
    answer = send(running, request)
    return scheme.authorization(of, Token(answer.json["access_token"])) if answer.status == 200 else None


def authorization(running: Sandbox, vendor: str) -> str | None:
    """Return the Authorization header of a way for which no token is bought, where there is one."""
    schemes = providers.get(vendor).schemes
    usual = account(running, vendor, *(need for scheme in schemes for need in scheme.needs))
    bought = [scheme for scheme in schemes if scheme.token_request(usual, None)]
    return authorized(running, vendor, next((each for each in schemes if each not in bought), schemes[0]))


def path(running: Sandbox, vendor: str, call_id: str) -> str:
    """Return the path at which a provider asks for a call."""
    flow = providers.get(vendor).fetch(account(running, vendor), call_id)
    return next(flow).url.removeprefix(running.url)


def document(running: Sandbox, asked: SandboxCall) -> Document:
    """Return what a vendor says of a call, with all that its provider can read of it.

    Raises:
        CallinspectError: the vendor refuses.
    """
    provider = providers.get(asked.provider)
    header = authorization(running, asked.provider)
    flow = fetched(provider, account(running, asked.provider), asked.id, Extras(frozenset({ALL})))
    try:
        request = next(flow)
        while True:
            answer = send(running, request, header).response
            refusal = provider.refusal(answer)
            error = refusal and refusal.error(refusal.message or "", http_status=answer.status)
            request = flow.throw(error) if error else flow.send(answer)
    except StopIteration as end:
        found: Document = end.value
        return found


def call(running: Sandbox, asked: SandboxCall) -> Call:
    """Return what a provider makes of a call, all that it can read of it included.

    Raises:
        CallinspectError: the vendor refuses.
    """
    provider, found = providers.get(asked.provider), document(running, asked)
    return with_extras(provider, provider.normalize(found), found)


def get(running: Sandbox, asked: SandboxCall) -> Answer:
    """Ask for a call, and where the first place does not have it, at the next one that the provider asks."""
    provider, header = providers.get(asked.provider), authorization(running, asked.provider)
    flow = provider.fetch(account(running, asked.provider), asked.id)
    answer = send(running, next(flow), header)
    with suppress(NotFoundError):
        while (refusal := provider.refusal(answer.response)) and refusal.error is NotFoundError:
            answer = send(running, flow.throw(NotFoundError("", http_status=answer.status)), header)
    return answer


def list_request(running: Sandbox, vendor: str) -> Request:
    """Return the request with which a provider lists calls, or verifies credentials where there is no list."""
    provider, of = providers.get(vendor), account(running, vendor)
    if not provider.listing:
        return provider.verify(of)
    return provider.listing.first(of, next(parts(provider.listing, Filters(), datetime.now(UTC))))


def listed(running: Sandbox, vendor: str) -> Answer:
    """Ask for the list of calls."""
    return send(running, list_request(running, vendor), authorization(running, vendor))


def record(asked: SandboxCall, answer: Answer) -> dict[str, Any]:
    """Return a vendor's call object, out of what it was sent in."""
    found: dict[str, Any] = vendors.call_in(answer.json, vendors.id_key(asked.provider, answer.json))
    return found


def described(vendor: str, text: str) -> SandboxCall:
    """Return the first call of a vendor that is described with that text."""
    return next(call for call in sandbox.calls(vendor) if text in call.description)


def until(
    running: Sandbox, clock: Clock, call: SandboxCall, wanted: list[int | str], pace: float = 1.0
) -> list[int | str]:
    """Return what the call goes through: its states, and the statuses of answers that are not 200.

    It is asked for at every second of its life, until that was all that is wanted: no state is passed over, and none
    is waited for.

    Args:
        running: a sandbox with that clock.
        clock: what is set to each second of the call's life, from where it stands.
        call: one that lives.
        wanted: all that it shall go through.
        pace: that of the sandbox.
    """
    seen: list[int | str] = []
    begun = clock.seconds
    for second in range(LONGEST):
        clock.seconds = begun + second / pace
        answer = get(running, call)
        now = record(call, answer)["state"] if answer.status == 200 else answer.status
        seen += [now] if now not in seen[-1:] else []
        if seen == wanted:
            break
    return seen


def words(running: Sandbox, vendor: str, *keys: str) -> set[str]:
    """Return what the frozen calls of a vendor have at these keys."""
    frozen = [each for each in sandbox.calls(vendor) if not each.living and "fault" not in each.description]
    records = [record(each, answer) for each in frozen if (answer := get(running, each)).status == 200]
    return {str(found.get(key)) for found in records for key in keys}


def odd(running: Sandbox, vendor: str, *about: str) -> list[str]:
    """Return what is said of the frozen calls that are read with a warning, without those that are about one."""
    frozen = [each for each in sandbox.calls(vendor) if not each.living and "fault" not in each.description]
    known = [each for each in frozen if get(running, each).status == HTTPStatus.OK]
    warned = [each.description for each in known if call(running, each).warnings]
    return [each for each in warned if not any(words in each for words in about)]
