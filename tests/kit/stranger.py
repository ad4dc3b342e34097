"""A stranger at every vendor's address, who writes hostile texts into calls and refusals."""

from __future__ import annotations

import itertools
import json
import re
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from kit import cases, vendors
from kit.junk import put
from kit.junk_answers import id_place
from kit.program import environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from kit.cases import Case

Env = dict[str, str]

EXTRAS = {name: list(cases.account(name).get("extras", {})) for name in vendors.NAMES}
"""Further answers that a vendor has about a call."""

PIECES = (
    "".join(map(chr, range(0x20))),
    "\x7f" + "".join(map(chr, range(0x80, 0xA0))),
    "\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
    "\u200b\u200c\u200d\u2060\ufeff\u00ad\u2028\u2029\U000e0041",
    "\x1b]8;;http://evil.example.com\x1b\\link\x1b]8;;\x1b\\",
    "\x1b]52;c;ZXZpbA==\x07 \x1b]0;title\x07 \x1bP$q\x1b\\",
    "\x1b[2J\x1b[1;1H\x1b[31m \x9b31m \x9d0;title\x9c",
    "[/x] [bold]b[/bold] [link=http://evil.example.com]l[/link] [red :smile: {0} %s",
    "\ud800 \udfff x\udc00x",
    "\N{GRINNING FACE} \u6f22\u5b57 e\u0301 \U0001f1e9\U0001f1ea",
    "\"quoted\" 'too', =1+1 a\r\nb\tc",
)
LATIN_1 = "\x9b31m\x9d0;title\x9c\x85[bold]\xad"
"""What an HTTP header can carry of it."""

STATUSES = (400, 401, 403, 404, 408, 409, 410, 418, 423, 429, 500, 502, 503, 504)
LATER = {"Retry-After": "99999999", "X-RateLimit-Reset": "99999999999999"}
"""Asks for a longer wait than anyone has, so that nothing is tried again."""


def hostile(tag: object) -> str:
    """Return a text with everything in it, which can be told from all others by its ends."""
    return " ".join((f"<{tag}>", *PIECES, f"</{tag}>"))


@dataclass(frozen=True, eq=False)
class Answer:
    """What a stranger answers: a JSON value, or bytes as they are."""

    body: Any
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    reason: str = "Scripted"

    @property
    def data(self) -> bytes:
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


NOTHING = Answer([])
"""What is listed where nobody was told what."""


@dataclass(frozen=True, eq=False)
class Sent:
    """One call, as a vendor sends it."""

    provider: str
    id: str
    answer: Answer
    events: Any = None
    way: str = ""
    """Of `documents`, the way in which it is hostile."""

    @property
    def word(self) -> str:
        return json.dumps({"provider": self.provider, "id": self.id})


class Stranger(ThreadingHTTPServer):
    """Every vendor at once, each under its own name: answers by the last word of the path, again and again the last."""

    daemon_threads = True
    request_queue_size = 128

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Speaking)
        self.answers: dict[tuple[str, str], list[Answer]] = {}

    def tell(self, *calls: Sent) -> None:
        for call in calls:
            self.answers.setdefault((call.provider, call.id), []).append(call.answer)
            for extra in EXTRAS[call.provider]:
                self.answers[call.provider, f"{call.id}/{extra}"] = [Answer(call.events)]

    def address(self, provider: str) -> str:
        return f"http://127.0.0.1:{self.server_port}/{provider}"

    def user(self, home: Path, **variables: str) -> Env:
        given = [vendors.variables(provider, self.address(provider)) for provider in vendors.NAMES]
        return environment(home, **{name: value for each in given for name, value in each.items()} | variables)


class Speaking(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Stranger

    def do_GET(self) -> None:
        path = urlsplit(self.path).path.rstrip("/")
        _, provider, *words = path.split("/")
        name = unquote(words[-1])
        if (provider, name) not in self.server.answers:  # as a list has, whose path ends as a call's does
            name = name.removesuffix(vendors.suffix(provider))
        if name in EXTRAS[provider]:
            name = f"{unquote(words[-2])}/{name}"
        left = self.server.answers.get((provider, name), [NOTHING])
        answer = left.pop(0) if len(left) > 1 else left[0]
        self.send_response(answer.status, answer.reason)
        for header, value in {"Content-Length": str(len(answer.data)), **answer.headers}.items():
            self.send_header(header, value)
        self.end_headers()
        self.wfile.write(answer.data)

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.do_GET()

    def log_message(self, *_: object) -> None:
        pass


IDS = frozenset(each for vendor in vendors.NAMES for each in vendors.id_keys(vendor))
KEPT_NAMES = IDS | {"data", "call", "calls", "user"}
"""Keys without which there is no call to be read."""

DECIDING = frozenset({"state", "direction", "personality", "callType", "reason", "recordingState", "mute"})
"""Keys of words that decide what else is shown."""

KINDS = frozenset({"mediaType"})
"""Keys of words that decide whether it is a call."""

MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T")


def replaced(value: Any, leaf: Callable[[str, str], str], name: Callable[[str], str] = str, key: str = "") -> Any:
    """Return a JSON value with its texts and its keys replaced; a text is known by the key above it."""
    if isinstance(value, dict):
        return {name(each): replaced(below, leaf, name, each) for each, below in value.items()}
    if isinstance(value, list):
        return [replaced(each, leaf, name, key) for each in value]
    return leaf(key, value) if isinstance(value, str) else value


def bodies(case: Case) -> list[Any]:
    """Return what a case's vendor answers; None for what is not JSON."""
    found = []
    for each in case.exchange:
        try:
            found.append(json.loads(each.content))
        except ValueError:
            found.append(None)
    return found


def calls() -> list[Case]:
    """Return the cases of calls, no more than it takes to have a text in every place where one has any."""
    known = {case.title: case for case in cases.cases("calls") if not case.given.get("saved")}
    found = {
        title: {(case.vendor, place) for place, text in leaves(bodies(case)) if text} for title, case in known.items()
    }
    left = set().union(*found.values())
    taken = []
    while left:
        title = max(found, key=lambda each: len(found[each] & left))
        taken.append(known[title])
        left -= found[title]
    return taken


def documents() -> Iterator[Sent]:
    """Give calls with a text in every place, in every way a stranger could have written them."""
    tags = itertools.count()

    def evil(_: object) -> str:
        return hostile(next(tags))

    for number, case in enumerate(calls()):
        provider, (whole, *further) = case.vendor, bodies(case)[case.exchange.index(case.told) :]
        events = further[:1] if case.extras == ["events"] else []
        picked = '"calls"' in json.dumps(whole)  # out of a list, by its ID
        for way in ("values", "words", "keys", *(() if picked else ("id",))):
            call_id = vendors.call_id(provider, f"{way}-{number}")
            body = whole
            if vendors.has_numbers(provider):
                own = evil(way) if way == "id" else vendors.sent_id(provider, call_id)
                body = put(whole, id_place(provider, whole, case.call_id), own)

            def leaf(key: str, text: str, way: str = way, call_id: str = call_id) -> str:
                if key in IDS and text.strip() == case.call_id.strip() and way != "id":  # noqa: B023 - used here
                    return call_id
                kept = way == "keys" or key in KINDS or (way != "words" and (key in DECIDING or MOMENT.match(text)))
                return text if kept or not text else evil(text)

            def name(key: str, way: str = way) -> str:
                return key if way != "keys" or key in KEPT_NAMES else evil(key)

            def data(key: str, text: str, leaf: Callable[[str, str], str] = leaf) -> str:
                return text if key == "name" else leaf(key, text)  # the cause is told by an event of a certain name

            told = Answer(replaced(body, leaf, name))
            yield Sent(provider, call_id, told, events and replaced(events[0], data), way)


OF_THE_ACCOUNT = frozenset({401, 423, 429})
"""Statuses after which no more calls of the account may be asked for."""


def failures() -> Iterator[Sent]:
    """Give every refusal of the cases, and one of each vendor under every status, as a stranger could write it."""
    tags = (f"E{number}" for number in itertools.count())

    def sent(provider: str, name: str, answer: Answer) -> Sent:
        return Sent(provider, vendors.call_id(provider, name), answer)

    for number, case in enumerate(cases.cases("errors")):
        if not case.exchange or case.expected["code"] in {"auth_rejected", "rate_limited"}:
            continue
        told, body = case.exchange[-1], bodies(case)[-1]
        raw = told.content
        changed = raw if body is None else replaced(body, lambda _key, _text: hostile(next(tags)))
        yield sent(case.vendor, f"error-{number}", Answer(changed, told.status, LATER))
    for provider, status in itertools.product(vendors.NAMES, STATUSES):
        body = cases.account(provider)["refusal"]
        answer = Answer(replaced(body, lambda _key, _text: hostile(next(tags))), status, LATER, LATIN_1)
        yield sent(provider, f"{status}\u202e[/x]\u200b \u6f22\ufeff", answer)
    for provider in vendors.NAMES:
        yield sent(provider, "encoded\u2069", Answer(b"{", headers={"Content-Encoding": LATIN_1}, reason=LATIN_1))
        yield sent(provider, "moved\u2069", Answer(b"", 302, {"Location": LATIN_1}, LATIN_1))
        odd = dict.fromkeys(("Content-Type", "Server", "Date", "Link", "X-RateLimit-Reset"), LATIN_1)
        yield sent(provider, "headed\u2069", Answer({"message": hostile(next(tags))}, 403, odd, LATIN_1))


def asked(calls: Iterable[Sent], home: Path) -> tuple[str, ...]:
    """Return a command line that asks for those calls."""
    (home / "calls").write_text("".join(f"{each.word}\n" for each in calls), encoding="utf-8")
    return ("get", "--input", str(home / "calls"), "--rate", "100000/s")


def placed(value: Any, *above: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Give every value that is neither list nor object, and the keys above it."""
    if isinstance(value, dict):
        for key, below in value.items():
            yield from placed(below, *above, key)
    elif isinstance(value, list):
        for below in value:
            yield from placed(below, *above)
    else:
        yield above, value


def leaves(value: Any) -> Iterator[tuple[str, str]]:
    """Give every text of a JSON value, and where it stands."""
    yield from ((".".join(above), text) for above, text in placed(value) if isinstance(text, str))


def keys(value: Any) -> Iterator[str]:
    """Give every key above a value that says something."""
    yield from (key for above, below in placed(value) if below not in (None, "") for key in above)


def is_hostile(text: str) -> bool:
    return "\x1b" in text
