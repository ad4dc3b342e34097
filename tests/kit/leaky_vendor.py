"""A vendor with faults: whatever it answers, the request's credentials are in it, in some spelling."""

from __future__ import annotations

import json
from base64 import b64decode
from functools import cache, partial
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, quote_plus, unquote, urlsplit

from kit import cases, vendors
from kit.canary import QUOTED, SPELL, canary
from kit.junk import put
from kit.junk_answers import id_place
from kit.recipes import ID
from kit.servers import Answer, Server, after, answer, endlessly, hang_up, header, reset, silence

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Fault = Callable[[bytes, Any], Answer]

STATUSES = (199, 299, 400, 401, 402, 403, 404, 408, 409, 410, 418, 423, 429, 451, 500, 501, 502, 503, 504, 600)
REDIRECTS = (301, 302, 303, 307, 308)
FAILING = {key for vendor in vendors.NAMES for key in cases.account(vendor).get("failing", [])}
"""Keys by which an answer with the status 200 is a refusal."""

ID_KEYS = tuple(map(vendors.id_key, vendors.NAMES))


def echoed(request: bytes) -> str:
    """Return all that a request says of credentials, as sent and decoded."""
    authorization = header(request, "authorization") or ""
    form = request.partition(b"\r\n\r\n")[2].decode()
    texts = [authorization, *authorization.split()[1:], form, *(each for [each] in parse_qs(form).values())]
    if authorization.startswith("Basic "):
        texts.append(b64decode(authorization.split()[1]).decode())
    return " ".join(filter(None, texts)) or "nothing"


def is_query(request: bytes) -> bool:
    """Whether a POST only reads, such as a list whose filters stand in its body: a token is asked for with a form."""
    return (header(request, "content-type") or "").startswith("application/json")


def in_header(request: bytes) -> str:
    """Return the same for a header, unless that cannot hold it."""
    text = echoed(request)
    return text if text.isascii() else header(request, "authorization") or "nothing"


def refusal(request: bytes, before: str = "", more: Mapping[str, Any] | None = None) -> str:
    """Return the body of an error, in the words of every vendor at once."""
    text = before + echoed(request)
    said: dict[str, Any] = dict.fromkeys(("error", "error_description", "errorDescription", "errorCode", "code"), text)
    for vendor in vendors.NAMES:
        said |= spelled(cases.account(vendor)["refusal"], lambda _: text)
    said = {key: value for key, value in said.items() if key not in FAILING}
    kinds = {"type": "validation", "category": "bad-request"}  # without them it is a stranger's error page
    return json.dumps(said | kinds | (dict(more) if more else {}))


def failing(status: int, request: bytes, _good: Any, before: str = "", **given: str) -> Answer:
    text = in_header(request)
    return answer(
        status, refusal(request, before), {"X-Request-Id": text, "TrackingId": text, "WWW-Authenticate": text} | given
    )


def redirecting(status: int, elsewhere: str, request: bytes, good: Any) -> Answer:
    return failing(status, request, good, Location=f"{elsewhere}/?{quote(in_header(request))}")


NEXT = "{next}"
"""Stands in a page for the address of the next one."""


def leading(before: str, spell: Callable[[str], str], request: bytes, good: Any) -> Answer:
    """Return a page whose link to the next one, in the header and in the body, has the request's credentials in it."""
    link = f"{before}?x={spell(in_header(request))}"
    body = json.dumps(good).replace(json.dumps(NEXT), json.dumps(link))
    return answer(200, body, {"Link": f'<{link}>; rel="next"'})


SPELLINGS = ("wholly", "every character twice", "for JSON", "for Python", "for an address in JSON")
"""The ways to write a text that are tried in a refusal, with every command."""


def spelling(spell: Callable[[str], str], request: bytes, _good: Any) -> Answer:
    """Return a refusal that repeats the request's credentials in that way."""
    return answer(401, json.dumps(spelled(json.loads(refusal(request)), spell)))


def spelled(value: Any, spell: Callable[[str], str]) -> Any:
    """Return a JSON value with every text in it spelled in that way."""
    match value:
        case dict():
            return {name: spelled(each, spell) for name, each in value.items()}
        case list():
            return [spelled(each, spell) for each in value]
    return spell(value)


def echoing(request: bytes, good: Any, *, spare: tuple[str, ...] = ID_KEYS) -> Any:
    """Return a good body that has the request's credentials wherever it has a text, and in some more places."""
    text = echoed(request)
    match good:
        case dict():
            inner = {name: echoing(request, value) if name not in spare else value for name, value in good.items()}
            return inner | {"echo": text, text: [{"deep": text}], "userData": {"x": text}, "tag": text}
        case list():
            return [echoing(request, value) for value in good]
        case str():
            return text
    return good


def escaped(request: bytes, good: Any, spared: str) -> str:
    """Return such a body with the characters of the credentials written as JSON's escapes, but for some."""
    text = echoed(request)
    form = "".join(json.dumps(each)[1:-1] if each in spared else f"\\u{ord(each):04X}" for each in text)
    return json.dumps(echoing(request, good)).replace(json.dumps(text)[1:-1], form)


def _statuses(elsewhere: str) -> dict[str, Fault]:
    """Refusals under every status, redirects and limits; all of their headers repeat the credentials."""
    statuses: dict[str, Fault] = {str(status): partial(failing, status) for status in STATUSES}
    redirects: dict[str, Fault] = {str(status): partial(redirecting, status, elsewhere) for status in REDIRECTS}
    away = f"//{urlsplit(elsewhere).netloc}"
    return {
        **statuses,
        **redirects,
        "redirect-to-http": lambda request, good: failing(302, request, good, Location=away),
        "limit-that-is-over": lambda request, good: failing(429, request, good, **{"Retry-After": "0"}),
        "limit-without-end": lambda request, good: failing(423, request, good, **{"Retry-After": "999999"}),
        "limit-of-nothing": lambda request, good: failing(
            429, request, good, **{"Retry-After": in_header(request), "X-RateLimit-Reset": in_header(request)}
        ),
        # The authorization stands where a message that is too long to be shown is cut off.
        "long": lambda request, good: failing(503, request, good, before="x" * 568),
        "refusal-with-200": lambda request, _: answer(200, refusal(request, more=dict.fromkeys(FAILING, 20))),
        "refusal-with-a-code": lambda request, _: answer(
            200, refusal(request, more=dict.fromkeys(FAILING, echoed(request)))
        ),
        **{f"spelled-{way.replace(' ', '-')}": partial(spelling, SPELL[way]) for way in SPELLINGS},
    }


def _broken() -> dict[str, Fault]:
    """Answers that are no good HTTP, no whole body or no JSON."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n"
    return {
        "interim": lambda request, _: b"HTTP/1.1 100 Continue\r\n\r\n" + answer(401, refusal(request)),
        "switch": lambda request, _: answer(101, refusal(request)),
        "no-content": lambda *_: b"HTTP/1.1 204 No Content\r\n\r\n",
        "status-line": lambda request, _: f"HTTP/1.1 401 {in_header(request)}\r\nContent-Length: 0\r\n\r\n".encode(),
        "another-protocol": lambda request, _: f"{in_header(request)}\r\n\r\n".encode(),
        "reset": lambda *_: reset,
        "hang-up": lambda *_: hang_up,
        "cut-short": lambda request, _: after(answer(200, refusal(request))[:-9], hang_up),
        "drip": lambda *_: after(head, endlessly(b" ", 0.05)),
        "echo-drip": lambda request, _: after(head + refusal(request).encode(), silence),
        "text": lambda request, _: answer(200, echoed(request)),
        "web-page": lambda request, _: answer(503, f"<html>{echoed(request)}</html>"),
        "torn": lambda request, _: answer(200, refusal(request)[:-9]),
        "key-twice": lambda request, _: answer(200, "{{{0}:1,{0}:2}}".format(json.dumps(echoed(request)))),
        "number": lambda request, _: answer(200, f'{{"x": {echoed(request)}}}'),
        "bare-text": lambda request, _: answer(200, json.dumps(echoed(request))),
        "latin-1": lambda request, _: answer(200, refusal(request).encode() + b"\xe4"),
        "encoding": lambda request, _: answer(200, echoed(request), {"Content-Encoding": in_header(request)}),
    }


def _good(elsewhere: str) -> dict[str, Fault]:
    """Good answers: as they should be, with the credentials in every text, and with links that lead on or away."""
    return {
        "good": lambda _, good: answer(200, json.dumps(good)),
        "echo": lambda request, good: answer(200, json.dumps(echoing(request, good))),
        "echo-as-is": lambda request, good: answer(200, json.dumps(echoing(request, good), ensure_ascii=False)),
        "echo-with-slashes": lambda request, good: answer(200, json.dumps(echoing(request, good)).replace("/", "\\/")),
        "echo-escaped": lambda request, good: answer(200, escaped(request, good, '"\\')),
        "echo-wholly-escaped": lambda request, good: answer(200, escaped(request, good, "")),
        "echo-as-id": lambda request, good: answer(200, json.dumps(echoing(request, good, spare=()))),
        "uris": lambda *_: answer(200, json.dumps({"uris": [f"{elsewhere}/calls/{ID}"]})),
        "leads-away": partial(leading, f"{elsewhere}/calls", quote),
        **{f"leads-on-{way.replace(' ', '-')}": partial(leading, "", QUOTED[way]) for way in QUOTED},
    }


@cache
def ended_call(provider: str) -> tuple[str, str]:
    """Return what that vendor says of a call that is over, and the call's id."""
    ended = cases.good(provider)
    return json.dumps(ended.exchange[0].body), ended.call_id


OF_THEIR_OWN = {"echo-wholly-escaped", "long"}
"""Faults that have a test of their own."""


class FaultyVendor(Server):
    """Every vendor at one address; the path says which, and what it does: /PROVIDER/FAULT/…/calls/FAULT.

    The last fault in the path counts; one with `token-` before it is the token endpoint's. With `renewed` in the path
    every token is refused, and so is a new refresh token.
    """

    def __init__(self, elsewhere: str) -> None:
        super().__init__(b"")
        self.faults = {**_good(elsewhere), **_statuses(elsewhere), **_broken()}
        self.paging = [fault for fault in self.faults if fault.startswith(("leads-", "uris"))]
        self.swept = [fault for fault in self.faults if fault not in {*OF_THEIR_OWN, *self.paging}]
        self._elsewhere = elsewhere

    def _next_answer(self, request: bytes) -> Answer:
        super()._next_answer(request)
        method, target = request.decode("latin-1").split()[:2]
        words = [unquote(each) for each in urlsplit(target).path.rstrip("/").split("/")[1:]]
        reads = method == "GET" or is_query(request)
        if "renewed" in words and (reads or quote_plus(GOT.format(words[0], "refresh")).encode() in request):
            return failing(401, request, None)
        if not reads:
            fault = next((each.removeprefix("token-") for each in words if each.startswith("token-")), "good")
            return self.faults[fault](request, token(words[0]))
        asked = {vendors.call_id(words[0], each): each for each in self.faults}
        words[-1] = words[-1].removesuffix(vendors.suffix(words[0]))
        named = (asked.get(each, each) for each in reversed(words))
        fault = next((each for each in named if each in self.faults), "good")
        return self.faults[fault](request, self._good(words, NEXT if fault.startswith("leads-") else None))

    def _good(self, words: list[str], following: str | None) -> Any:
        """Return what that path leads to: the call with the id in it, or a page with one call, before that one."""
        provider = words[0]
        if words[-1] == vendors.verifying(provider):
            return cases.account(provider)["verified"]
        kinds = ("call", "list") if provider in vendors.LISTING else ("call",)
        ending = vendors.suffix(provider)
        holders = {vendors.last_word(vendors.path(provider, kind).rstrip("/")).removesuffix(ending) for kind in kinds}
        at = max((number for number, word in enumerate(words) if word in holders), default=-1)
        if at < 0 and "verified" in cases.account(provider):  # at an address that the account's own ID ends
            return cases.account(provider)["verified"]
        call_id = "".join(words[at + 1 : at + 2]).removesuffix(ending)
        call = self._call(provider, call_id or vendors.call_id(provider, ID))
        if call_id:
            return call
        others = cases.account(provider).get("other_ids", [])  # by which a list may know its calls
        return vendors.pages(provider, [call | dict.fromkeys(others, vendors.call_id(provider, ID))], following)[0]

    def _call(self, provider: str, call_id: str) -> Any:
        """Return a call that is over, with links that lead elsewhere."""
        body, known_id = ended_call(provider)
        known = json.loads(body)
        call = put(known, id_place(provider, known, known_id), vendors.sent_id(provider, call_id))
        links = ("uri", "deviceUri", "events", "recordings", "callbackUrl", "link", "href", "self", "next")
        return call | dict.fromkeys(links, self._elsewhere) if isinstance(call, dict) else call


GOT = canary("{}-{}-token-got")


def token(provider: str) -> dict[str, Any]:
    """Return what a token endpoint gives."""
    tokens = {f"{kind}_token": GOT.format(provider, kind) for kind in ("access", "refresh")}
    return {**tokens, "expires_in": 3600}
