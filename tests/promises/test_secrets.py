"""No secret gets out: a canary in every one, every command, every fault, and an origin that must hear nothing.

Commands, providers, ways to authenticate and secret fields are found from the program, so that a new one joins by
itself. All canaries share one core, which no encoding of text changes, so that a part of one is found as well.
"""

from __future__ import annotations

import html
import json
import os
import pty
import re
import signal
import ssl
import subprocess
import sys
import time
import unicodedata
from base64 import b64decode, b64encode
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import cache, partial
from itertools import cycle, product
from pathlib import Path
from random import Random
from tempfile import TemporaryFile, mkdtemp
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, quote, quote_plus, unquote, urlsplit

import pytest
import trustme
from kit import cases, vendors
from kit.accounts import Run
from kit.program import SCRIPTS, TIMEOUT, callinspect, env_of, environment, unmeasured
from kit.servers import Answer, Chooser, Server, after, answer, endlessly, hang_up, header, reset, silence
from typer import Context

from callinspect import providers
from callinspect.cli.main import program
from callinspect.credentials.finding import variables
from callinspect.provider import Account, Field, Provider, Response, Scheme
from callinspect.redaction import Secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from kit.accounts import SecretService

    Fault = Callable[[bytes, Any], Answer]

AT_ONCE = 12
"""Processes that run at the same time; most of them wait."""

TALK = ("-vv", "--debug")
CORE = "canary7f3a91c0"
"""Letters and digits only: it reads the same in a URL, in JSON, in a form and in a traceback."""


def canary(name: str, *, plain: bool = True) -> str:
    """Return the secret of that name, with characters in it that are written otherwise in URLs, JSON or tracebacks."""
    return f"{CORE}-{name}+/%7E=" if plain else f"{CORE}-{name} \"\\'/+{CORE}"


def marks() -> Iterator[bytes]:
    """Give what betrays a canary: its core, as it is, and in base64 wherever in the text it begins."""
    yield CORE.encode()
    for shift in range(3):
        encoded = b64encode(bytes(shift) + CORE.encode())
        yield encoded[-(-shift * 8 // 6) : (shift + len(CORE)) * 8 // 6]


MARKS = tuple(marks())
SPELLED = re.compile(rb"(?:%(?:25)*(?:u00)?|\\+(?:u00|x))([0-9A-Fa-f]{2})")
"""A character as addresses, JSON or Python write it, once or one in the other."""


def leaks(data: bytes) -> list[str]:
    """Return the surroundings of every canary in the data, its characters spelled in any way."""
    once = SPELLED.sub(lambda spelled: bytes.fromhex(spelled[1].decode()), data)
    twice = SPELLED.sub(lambda spelled: bytes.fromhex(spelled[1].decode()), once)
    found = [(text, text.find(mark)) for text in {data, once, twice} for mark in MARKS if mark in text]
    return [text[max(0, at - 100) : at + 60].decode(errors="replace") for text, at in found]


def every_character(text: str, form: str = "%{:02X}") -> str:
    """Return an ASCII text with every character of it spelled out."""
    return "".join(form.format(ord(each)) for each in text)


QUOTED: dict[str, Callable[[str], str]] = {
    "as usual": quote,
    "wholly": partial(quote, safe=""),
    "but for what a query can hold": partial(quote, safe="/+=:~?@!$'()*,;"),
    "in small letters": lambda text: re.sub("%..", lambda each: each[0].lower(), quote(text, safe="")),
    "as forms are": quote_plus,
    "twice": lambda text: quote(quote(text)),
    "every character": every_character,
    "every character twice": lambda text: every_character(text, "%25{:02x}"),
    "every other character": lambda text: "".join(
        quote(each) if number % 2 else every_character(each) for number, each in enumerate(text)
    ),
    "as JavaScript does": lambda text: every_character(text, "%u{:04X}"),
}
"""Ways to write a text into an address."""

ESCAPED: dict[str, Callable[[str], str]] = {
    "for JSON": partial(every_character, form="\\u{:04x}"),
    "for JSON twice": partial(every_character, form="\\\\u{:04X}"),
    "for Python": partial(every_character, form="\\x{:02x}"),
    "for an address in JSON": lambda text: every_character(quote(text, safe=""), "\\u{:04x}"),
    "for an address in JSON twice": lambda text: every_character(quote(text, safe=""), "\\\\u{:04x}"),
    "for JSON in an address": lambda text: quote(every_character(text, "\\u{:04x}")),
    "for a web page": partial(every_character, form="&#{};"),
    "repr": lambda text: repr(text)[1:-1],
    "ascii": lambda text: ascii(text)[1:-1],
    "repr of repr": lambda text: repr(repr(text)[1:-1])[1:-1],
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON with slashes": lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    "HTML": html.escape,
}
"""Ways to write a text into another."""

SPELL = QUOTED | ESCAPED


@pytest.mark.parametrize("plain", [True, False])
def test_a_canary_is_found_in_every_form_it_can_take(plain: bool) -> None:
    value = canary("x", plain=plain)
    assert len(value) >= 20
    pair = [b64encode(f"{'u' * length}:{value}".encode()).decode() for length in range(3)]
    forms = [value, quote(value), quote_plus(value), repr(value), json.dumps(value), json.dumps(value[:16]), *pair]
    spelled = [spell(value) for name, spell in SPELL.items() if name != "for a web page"]
    for form in [*forms, *map(quote, pair), *spelled]:
        assert leaks(f"something {form} else".encode()), form
    assert leaks(b"something else") == []


Command = tuple[str, ...]
ID = "c-1"
SHORT = "0.8"
"""A --timeout for what never ends; a reading that fails is tried again as long as there is time."""

PATIENT = ("--timeout", "30")
"""For what ends by itself, however busy the machine is."""

RECIPES: dict[Command, Command] = {
    ("get",): ("PROVIDER", ID, "--timeout", SHORT),
    ("list",): ("PROVIDER", "--timeout", SHORT),
    ("wait",): ("PROVIDER", ID, "--timeout", SHORT, "--interval", "0.2"),
    ("watch",): ("PROVIDER", ID, "--timeout", SHORT, "--interval", "0.2"),
    ("auth", "login"): ("PROVIDER", "--stdin", "--timeout", SHORT),
    ("auth", "status"): ("PROVIDER",),
    ("auth", "logout"): ("PROVIDER",),
    ("providers",): ("PROVIDER",),
    ("schema",): (),
    ("sandbox", "serve"): (),
    ("sandbox", "calls"): ("PROVIDER",),
    ("help",): ("environment",),
}
"""Arguments with which each command does what it is for."""

ENDLESS = {("sandbox", "serve")}


def leaves(command: Any, context: Context, path: Command = ()) -> Iterator[Command]:
    """Give the path of every command below a command."""
    if not hasattr(command, "list_commands"):
        yield path
        return
    for name in command.list_commands(context):
        yield from leaves(command.get_command(context, name), context, (*path, name))


def commands() -> list[Command]:
    """Return every command of the program."""
    whole = program()
    return list(leaves(whole, Context(whole)))


@dataclass(frozen=True)
class Way:
    """A way to authenticate at a vendor."""

    provider: Provider
    scheme: Scheme

    @property
    def name(self) -> str:
        return f"{self.provider.name}, {self.scheme.title}"

    @property
    def needs(self) -> list[Field]:
        """The fields that it takes, and every address."""
        names = {*self.provider.required, *self.scheme.needs}
        return [each for each in self.provider.settings if each.name in names or each.url]

    @property
    def secrets(self) -> list[Field]:
        return [each for each in self.needs if each.secret]

    @property
    def pages(self) -> bool:
        """Whether the vendor's lists have more than one page."""
        account = Account(base_url="https://vendor.test", values=self.fields("https://vendor.test"))
        page = Response(200, {"link": '<?x=1>; rel="next"'}, b"[]")
        return self.provider.listing is not None and self.provider.listing.following(account, page) is not None

    @property
    def buys_tokens(self) -> bool:
        account = Account(base_url="https://vendor.test", values=self.fields("https://vendor.test"))
        return self.scheme.token_request(account, None) is not None

    def fields(self, address: str) -> dict[str, str]:
        """Return an account at that address."""
        return {each.name: self._value(each, address) for each in self.needs}

    def variables(self, address: str) -> dict[str, str]:
        """Return the environment variables of that account."""
        fields = self.fields(address)
        return {variables(self.provider, each)[0]: fields[each.name] for each in self.needs}

    def _value(self, each: Field, address: str) -> str:
        if each.url:
            return address if each.name == "base_url" else f"{address}/{each.name}"
        if not each.secret:
            return f"public-{each.name}"
        return canary(f"{self.provider.name}-{each.name}", plain=each.token)


WAYS = [Way(each, scheme) for name in providers.names() for each in [providers.get(name)] for scheme in each.schemes]


def test_every_command_has_a_recipe() -> None:
    assert set(commands()) == set(RECIPES)


def test_every_secret_of_every_provider_belongs_to_a_way_that_is_tried() -> None:
    for name in providers.names():
        secrets = {each.name for each in providers.get(name).settings if each.secret}
        assert {each.name for way in WAYS if way.provider.name == name for each in way.secrets} == secrets


STATUSES = (199, 299, 400, 401, 402, 403, 404, 408, 409, 410, 418, 423, 429, 451, 500, 501, 502, 503, 504, 600)
REDIRECTS = (301, 302, 303, 307, 308)


def echoed(request: bytes) -> str:
    """Return all that a request says of credentials, as sent and decoded."""
    authorization = header(request, "authorization") or ""
    form = request.partition(b"\r\n\r\n")[2].decode()
    texts = [authorization, *authorization.split()[1:], form, *(each for [each] in parse_qs(form).values())]
    if authorization.startswith("Basic "):
        texts.append(b64decode(authorization.split()[1]).decode())
    return " ".join(filter(None, texts)) or "nothing"


def in_header(request: bytes) -> str:
    """Return the same for a header, unless that cannot hold it."""
    text = echoed(request)
    return text if text.isascii() else header(request, "authorization") or "nothing"


def refusal(request: bytes, before: str = "", **more: Any) -> str:
    """Return the body of an error, in the words of every vendor at once."""
    text = before + echoed(request)
    words = ("message", "description", "error", "error_description", "errorDescription", "statusMessage", "id")
    codes = ("code", "trackingId", "errorCode", "request_id")
    return json.dumps(
        dict.fromkeys((*words, *codes), text)
        | {"type": "validation", "category": "bad-request"}  # by which two of them are told from somebody else's
        | {"errors": [{"description": text, "errorCode": text}], "details": [{"name": text, "value": text}]}
        | more
    )


def failing(status: int, request: bytes, _good: Any, before: str = "", **given: str) -> Answer:
    text = in_header(request)
    return answer(
        status, refusal(request, before), {"X-Request-Id": text, "TrackingId": text, "WWW-Authenticate": text} | given
    )


def redirecting(status: int, elsewhere: str, request: bytes, good: Any) -> Answer:
    return failing(status, request, good, Location=f"{elsewhere}/?{quote(in_header(request))}")


def leading_on(spell: Callable[[str], str], request: bytes, good: Any) -> Answer:
    """Return a page whose link to the next one has the request's credentials in it."""
    return answer(200, json.dumps(good), {"Link": f'<?x={spell(in_header(request))}>; rel="next"'})


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


def echoing(request: bytes, good: Any, *, spare: tuple[str, ...] = ("id", "callId")) -> Any:
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


def faults(elsewhere: str) -> dict[str, Fault]:
    """Return every fault by its name, which a path or an id can have in it."""
    statuses: dict[str, Fault] = {str(status): partial(failing, status) for status in STATUSES}
    redirects: dict[str, Fault] = {str(status): partial(redirecting, status, elsewhere) for status in REDIRECTS}
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 9999\r\n\r\n"
    return {
        "good": lambda _, good: answer(200, json.dumps(good)),
        **statuses,
        **redirects,
        "redirect-to-http": lambda request, good: failing(
            302, request, good, Location=f"//{urlsplit(elsewhere).netloc}"
        ),
        "limit-that-is-over": lambda request, good: failing(429, request, good, **{"Retry-After": "0"}),
        "limit-without-end": lambda request, good: failing(423, request, good, **{"Retry-After": "999999"}),
        "limit-of-nothing": lambda request, good: failing(
            429, request, good, **{"Retry-After": in_header(request), "X-RateLimit-Reset": in_header(request)}
        ),
        # The authorization stands where a message that is too long to be shown is cut off.
        "long": lambda request, good: failing(503, request, good, before="x" * 568),
        "interim": lambda request, good: b"HTTP/1.1 100 Continue\r\n\r\n" + _bytes(failing(401, request, good)),
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
        "key-twice": lambda request, _: answer(
            200, f"{{{json.dumps(echoed(request))}:1,{json.dumps(echoed(request))}:2}}"
        ),
        "number": lambda request, _: answer(200, f'{{"x": {echoed(request)}}}'),
        "bare-text": lambda request, _: answer(200, json.dumps(echoed(request))),
        "latin-1": lambda request, _: answer(200, refusal(request).encode() + b"\xe4"),
        "encoding": lambda request, _: answer(200, echoed(request), {"Content-Encoding": in_header(request)}),
        "refusal-with-200": lambda request, _: answer(200, refusal(request, statusCode=20)),
        "refusal-with-a-code": lambda request, _: answer(200, refusal(request, statusCode=echoed(request))),
        "echo": lambda request, good: answer(200, json.dumps(echoing(request, good))),
        "echo-as-is": lambda request, good: answer(200, json.dumps(echoing(request, good), ensure_ascii=False)),
        "echo-with-slashes": lambda request, good: answer(200, json.dumps(echoing(request, good)).replace("/", "\\/")),
        "echo-escaped": lambda request, good: answer(200, escaped(request, good, '"\\')),
        "echo-wholly-escaped": lambda request, good: answer(200, escaped(request, good, "")),
        "echo-as-id": lambda request, good: answer(200, json.dumps(echoing(request, good, spare=()))),
        "uris": lambda *_: answer(200, json.dumps({"uris": [f"{elsewhere}/calls/{ID}"]})),
        "leads-away": lambda request, good: answer(
            200, json.dumps(good), {"Link": f'<{elsewhere}/calls?x={quote(in_header(request))}>; rel="next"'}
        ),
        **{f"leads-on-{way.replace(' ', '-')}": partial(leading_on, QUOTED[way]) for way in QUOTED},
        **{f"spelled-{way.replace(' ', '-')}": partial(spelling, SPELL[way]) for way in SPELLINGS},
    }


def _bytes(given: Answer) -> bytes:
    assert isinstance(given, bytes)
    return given


@cache
def ended_call(provider: str) -> tuple[str, str]:
    """Return what that vendor says of a call that is over, and the call's id."""
    ended = cases.good(provider)
    return json.dumps(ended.exchange[0].body), ended.call_id


OF_THEIR_OWN = {"echo-wholly-escaped", "long"}
"""Faults that have a test of their own."""


class Vendor(Server):
    """Every vendor at one address, whose path says which, and what it does: /PROVIDER/FAULT/…/calls/FAULT.

    The last fault in the path counts; one with `token-` before it is the token endpoint's. With `renewed` in the path
    every token is refused, and so is a new refresh token.
    """

    def __init__(self, elsewhere: str) -> None:
        super().__init__(b"")
        self.faults = faults(elsewhere)
        self.paging = [fault for fault in self.faults if fault.startswith(("leads-", "uris"))]
        self.swept = [fault for fault in self.faults if fault not in {*OF_THEIR_OWN, *self.paging}]
        self._elsewhere = elsewhere

    def _next_answer(self, request: bytes) -> Answer:
        super()._next_answer(request)
        method, target = request.decode("latin-1").split()[:2]
        words = [unquote(each) for each in urlsplit(target).path.split("/")[1:]]
        if "renewed" in words and (method == "GET" or quote_plus(GOT.format(words[0], "refresh")).encode() in request):
            return failing(401, request, None)
        if method == "POST":
            fault = next((each.removeprefix("token-") for each in words if each.startswith("token-")), "good")
            return self.faults[fault](request, token(words[0]))
        fault = next((each for each in reversed(words) if each in self.faults), "good")
        return self.faults[fault](request, self._good(words))

    def _good(self, words: list[str]) -> Any:
        """Return what that path leads to: the call with the id in it, or a page with one call."""
        provider = words[0]
        if words[-1] == vendors.verifying(provider):
            return cases.account(provider)["verified"]
        calls = vendors.path(provider, "call").strip("/").rpartition("/")[2]
        _, _, rest = "/".join(words).rpartition(f"/{calls}")
        call_id = rest.strip("/").partition("/")[0].removesuffix(vendors.suffix(provider))
        call = self._call(provider, call_id or ID)
        return call if call_id else vendors.pages(provider, [call])[0]

    def _call(self, provider: str, call_id: str) -> Any:
        """Return a call that is over, with links that lead elsewhere."""
        body, known_id = ended_call(provider)
        call = json.loads(body.replace(known_id, json.dumps(call_id)[1:-1]))
        links = ("uri", "deviceUri", "events", "recordings", "callbackUrl", "link", "href", "self", "next")
        return call | dict.fromkeys(links, self._elsewhere) if isinstance(call, dict) else call


GOT = canary("{}-{}-token-got")


def token(provider: str) -> dict[str, Any]:
    """Return what a token endpoint gives."""
    tokens = {f"{kind}_token": GOT.format(provider, kind) for kind in ("access", "refresh")}
    return {**tokens, "expires_in": 3600}


MANY = """
import gc, json, os, sys
from importlib import import_module
from pathlib import Path

rooms = {"cli": "main", "client": "inspector session polling", "render": "card table csv"}
for name in (f"callinspect.{room}.{each}" for room, names in rooms.items() for each in names.split()):
    import_module(name)
main = sys.modules["callinspect.cli.main"]
for name in (*(f"callinspect.commands.{each}" for each in main.COMMANDS), "httpx", "keyring", "truststore", "jmespath"):
    import_module(name)

STARTS = {"subprocess.Popen", "os.exec", "os.posix_spawn", "os.spawn", "os.system", "os.fork", "os.forkpty"}

def witness(event, arguments):
    if event in STARTS or event == "socket.connect":
        line = f"{'connect' if event == 'socket.connect' else 'start'} {arguments[1:]}"
        os.write(seen, line.encode(errors="backslashreplace") + b"\\n")

def play(number, case):
    global seen
    files = [os.open(f"{folder}/{number}.{name}", os.O_RDWR | os.O_CREAT) for name in ("in", "out", "err", "seen")]
    os.write(files[0], case["stdin"].encode())
    os.lseek(files[0], 0, 0)
    seen = files[3]
    for target in range(3):
        os.dup2(files[target], target)
    os.environ.clear()
    os.environ.update(case["env"])
    sys.addaudithook(witness)
    sys.exit(main.run(case["line"]))

cases, folder = json.loads(Path(sys.argv[1]).read_bytes()), sys.argv[2]
gc.freeze()  # a collection would touch, and so copy, all that a process shares
at_once, running, statuses = int(sys.argv[3]), {}, {}
for number, case in enumerate([*cases, *[None] * at_once]):
    if len(running) == at_once or (case is None and running):
        process, status = os.wait()
        statuses[running.pop(process)] = os.waitstatus_to_exitcode(status)
    if case is not None:
        process = os.fork()
        if process == 0:
            play(number, case)
        running[process] = number
print(json.dumps([statuses[number] for number in range(len(cases))]))
"""
"""Runs many command lines, each in a process of its own that has the program loaded already: starting takes longest.

Every process notes the processes that it starts, and the addresses that it connects to.
"""

KEYRING = '''
import logging, os, time, warnings
from keyring.backend import KeyringBackend
from keyring.errors import KeyringError, KeyringLocked, PasswordSetError

class Panic(BaseException):
    """As Rust's extensions raise it."""

class Kept(KeyringBackend):
    """Keeps items in memory; does what it is told first."""
    name = "kept"
    priority = 1
    item = os.environ.get("KEPT")

    def get_password(self, service, username):
        text = self.item
        exec(os.environ.get("WHEN_READ", ""))
        return self.item

    def set_password(self, service, username, password):
        text = password
        exec(os.environ.get("WHEN_WRITTEN", ""))
        self.item = password

    def delete_password(self, service, username):
        text = self.item
        exec(os.environ.get("WHEN_WRITTEN", ""))
        self.item = None
'''


@dataclass(frozen=True)
class Case:
    """A command, by whom, and what the vendor does.

    Attributes:
        arguments: what follows those of the command's recipe.
        stored: whether the credentials are in the keyring rather than in the environment.
        stdin: for `auth login` the credentials unless something else is given.
        variables: of the environment, besides.
        recipe: instead of the command's own.
        origin: where the account is, if not at the vendor's.
    """

    command: Command
    way: Way
    fault: str = "good"
    arguments: Command = ()
    stored: bool = False
    stdin: str | None = None
    variables: Mapping[str, str] = field(default_factory=dict)
    recipe: Command | None = None
    origin: str | None = None

    @property
    def line(self) -> Command:
        words = RECIPES[self.command] if self.recipe is None else self.recipe
        named = [self.way.provider.name if word == "PROVIDER" else word for word in words]
        return (*self.command, *named, *self.arguments)

    def __str__(self) -> str:
        return f"{self.way.name}, {self.fault}: callinspect {' '.join(self.line)}"


@dataclass
class User:
    """Somebody with an account at the vendor, whose whole home is searched, and whose every process is watched."""

    home: Path
    modules: Path
    vendor: Vendor
    elsewhere: Server

    def env(self, case: Case) -> dict[str, str]:
        """Return the case's environment, in which everything is written below the home and every proxy is elsewhere."""
        proxies = dict.fromkeys(("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy"), self.elsewhere.url)
        directories = ("TMPDIR", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")
        account = {} if is_login(case.command) else case.way.variables(self.address(case))
        if case.stored:
            account = {"KEPT": json.dumps(case.way.fields(self.address(case)))}
        own = {name: str(self.home / name) for name in directories} | {"PYTHONPATH": str(self.modules)}
        return unmeasured(
            environment(
                self.home, **own | proxies | {"PYTHON_KEYRING_BACKEND": "kept.Kept"} | account | dict(case.variables)
            )
        )

    def address(self, case: Case) -> str:
        return f"{case.origin or self.vendor.url}/{case.way.provider.name}/{case.fault}"

    def stdin(self, case: Case) -> str:
        if case.stdin is None and is_login(case.command):
            return json.dumps(case.way.fields(self.address(case)))
        return case.stdin or ""

    def sweep(self, cases: Iterable[Case]) -> list[Run]:
        """Run all of them; whatever they do, none shows a secret, starts a process or asks another origin."""
        cases = list(cases)
        results = Path(mkdtemp(dir=self.modules))
        played = [{"line": each.line, "env": self.env(each), "stdin": self.stdin(each)} for each in cases]
        (results / "cases.json").write_text(json.dumps(played))
        done = subprocess.run(
            [sys.executable, self.modules / "many.py", results / "cases.json", results, str(AT_ONCE)],
            env=unmeasured(environment(self.home, PYTHONPATH=str(self.modules))),
            capture_output=True,
            timeout=10 * TIMEOUT,
            check=True,
        )
        statuses = json.loads(done.stdout)
        runs = [
            Run(status, *((results / f"{number}.{name}").read_bytes().decode() for name in ("out", "err")))
            for number, status in enumerate(statuses)
        ]
        wrong = [problem for case, run in zip(cases, runs, strict=True) for problem in shown(case, run)]
        assert wrong == [], f"{len(wrong)} of {len(runs)} runs\n" + "\n".join(wrong)
        seen = {line for number in range(len(cases)) for line in (results / f"{number}.seen").read_text().splitlines()}
        self.search(seen)
        return runs

    def search(self, seen: Iterable[str] = ()) -> None:
        """Search the home, what processes did, and the other origin."""
        for path in (self.home, *self.home.rglob("*")):
            assert leaks(str(path).encode()) == []
            if path.is_file():
                assert leaks(path.read_bytes()) == [], path
        assert [line for line in seen if line.startswith("start") or str(self.elsewhere.port) in line] == []
        assert self.elsewhere.connections == 0


def is_login(command: Command) -> bool:
    """Whether a command takes credentials on standard input."""
    return "--stdin" in RECIPES[command]


def shown(case: Case, run: Run) -> list[str]:
    """Return what a run shows that it must not."""
    texts = {"standard output": run.out, "standard error": run.err}
    return [f"{case}\n    {where}: {leak!r}" for where, text in texts.items() for leak in leaks(text.encode())]


def interrupted(line: Command, env: Mapping[str, str], ready: Callable[[], bool] = lambda: False) -> Run:
    """Run a command until it has written something, or is ready; then interrupt it."""
    with TemporaryFile() as out, TemporaryFile() as err:
        with subprocess.Popen([str(SCRIPTS / "callinspect"), *line], env=dict(env), stdout=out, stderr=err) as process:
            until = time.monotonic() + TIMEOUT
            while not (os.fstat(out.fileno()).st_size or ready()) and process.poll() is None:
                assert time.monotonic() < until, line
                time.sleep(0.02)
            time.sleep(0.2)
            process.send_signal(signal.SIGINT)
            process.wait(TIMEOUT)
        out.seek(0)
        err.seek(0)
        return Run(process.returncode, out.read().decode(), err.read().decode())


@pytest.fixture
def watched(tmp_path: Path) -> Iterator[User]:
    """Make a user, a vendor with faults, and another origin that must never be asked."""
    home, modules = tmp_path / "home", tmp_path / "modules"
    (home / "TMPDIR").mkdir(parents=True)
    modules.mkdir()
    (modules / "many.py").write_text(MANY)
    (modules / "kept.py").write_text(KEYRING)
    with Server(lambda _: None) as elsewhere, Vendor(elsewhere.url) as vendor:
        yield User(home, modules, vendor, elsewhere)


FORMATS = ((*TALK, "--error-format", "json"), (*TALK, "--error-format", "text"))
ASKING = [command for command in RECIPES if "--timeout" in RECIPES[command]]
"""The commands that ask the vendor: their recipes say how long."""


def without_bugs(runs: list[Run]) -> None:
    """Fail if one of the runs ended as only a bug ends one."""
    assert [run.err for run in runs if run.status == 1 or "Traceback" in run.err] == []


def test_no_command_shows_a_secret_when_all_is_well(watched: User) -> None:
    formats, stored = cycle(FORMATS), cycle((False, True, True, False))
    cases = [
        Case(command, way, arguments=(*next(formats), *PATIENT), stored=next(stored))
        for command, way in product(RECIPES, WAYS)
        if command not in ENDLESS and (command != ("list",) or way.provider.listing)
    ]
    runs = watched.sweep(cases)
    assert [str(case) for case, run in zip(cases, runs, strict=True) if run.status] == []
    assert any(leaks(request) for request in watched.vendor.requests)


def test_a_command_without_end_shows_no_secret(watched: User) -> None:
    for command in ENDLESS:
        case = Case(command, WAYS[0], arguments=TALK)
        run = interrupted(case.line, watched.env(case))
        assert shown(case, run) == []
        assert run.status == 0
        assert "\nexport " in run.out
    watched.search()


TELLING = ("401", "503", "echo")
"""The faults that are tried with every way and every command; the others with every command."""


def test_no_fault_makes_a_command_show_a_secret(watched: User) -> None:
    ways, formats, stored = cycle(WAYS), cycle(FORMATS), cycle((False, True))
    others = [fault for fault in watched.vendor.swept if fault not in TELLING]
    runs = watched.sweep(
        Case(command, way, fault, next(formats), stored=next(stored))
        for fault, command, way in (
            *product(TELLING, ASKING, WAYS),
            *((fault, command, next(ways)) for fault, command in product(others, ASKING)),
        )
    )
    without_bugs(runs)
    assert sum("[secret]" in run.err for run in runs) > len(runs) / 4


def test_no_page_of_a_list_makes_it_show_a_secret(watched: User) -> None:
    formats, stored = cycle(FORMATS), cycle((False, True))
    cases = [
        Case(("list",), way, fault, next(formats), stored=next(stored))
        for fault, way in product(watched.vendor.paging, WAYS)
    ]
    runs = watched.sweep(cases)
    without_bugs(runs)
    leading = [
        run for case, run in zip(cases, runs, strict=True) if case.fault.startswith("leads-on") and case.way.pages
    ]
    assert leading
    assert [run.err for run in leading if "[secret]" not in run.err] == []


def test_a_message_that_is_cut_off_shows_no_part_of_a_secret(watched: User) -> None:
    watched.sweep(Case(command, way, "long", TALK) for command, way in product(ASKING, WAYS))


OUTPUTS: tuple[Command, ...] = (
    (*TALK, "-o", "jsonl", "--include", "raw"),
    (*TALK, "--raw"),
    (*TALK, "-o", "table", "--error-format", "json"),
    ("-v", "-o", "table", "--raw"),
    ("-o", "csv"),
    ("--debug", "--query", "@"),
    ("-q", "-f", "id", "-f", "vendor_state", "--error-format", "json"),
)


def test_no_fault_shows_a_secret_in_any_form_of_output(watched: User) -> None:
    faults = watched.vendor.swept
    whole = ("--jobs", "99", "--rate", "1000/s", "--timeout", "2")
    runs = watched.sweep(
        Case(
            ("get",),
            way,
            arguments=(*output, *whole, *(f"--with={extra}" for extra in way.provider.extras)),
            stdin="".join(f"{way.provider.name}:{fault}\n" for fault in faults),
            recipe=("-",),
        )
        for way, output in product(WAYS, OUTPUTS)
    )
    without_bugs(runs)
    assert {run.status for run in runs} == {9}
    assert all("[secret]" in run.err for run in runs)


def test_a_single_call_shows_no_secret_that_the_vendor_sends_back(watched: User) -> None:
    echoes = [fault for fault in watched.vendor.swept if fault.startswith("echo-") and fault != "echo-drip"]
    outputs = [("--raw",), ("-o", "json", "--include", "raw"), ("-o", "table", "--include", "raw"), ("-o", "csv")]
    runs = watched.sweep(
        Case(("get",), way, arguments=output, recipe=("PROVIDER", fault))
        for way, fault, output in product(WAYS, echoes, outputs)
    )
    without_bugs(runs)
    assert all("[secret]" in run.out for run in runs if "-o csv" not in run.out and run.status == 0)


def test_no_fault_of_a_token_endpoint_shows_a_secret(watched: User) -> None:
    buying = [way for way in WAYS if way.buys_tokens]
    assert buying
    each, formats, stored = cycle(ASKING), cycle(FORMATS), cycle((False, True))
    runs = watched.sweep(
        Case(next(each), way, f"token-{fault}", next(formats), stored=next(stored))
        for fault, way in product(watched.vendor.swept, buying)
    )
    without_bugs(runs)
    assert sum("[secret]" in run.err for run in runs) > len(runs) / 4


def test_tokens_got_on_the_way_are_secrets_as_well(watched: User) -> None:
    cases = [
        Case(command, way, "renewed", (*TALK, *PATIENT)) for command, way in product(ASKING, WAYS) if way.buys_tokens
    ]
    runs = watched.sweep(cases)
    assert {run.status for run in runs} == {4}
    assert all("[secret]" in run.err for run in runs)


ODD = f"{CORE} ü\u2028{CORE}"
"""A password that is shown with escapes in it, by JSON and on a terminal."""


@pytest.mark.parametrize(
    "fault",
    [
        "401",
        "echo",
        "echo-as-is",
        "503",
        "echo-escaped",
        "echo-wholly-escaped",
    ],
)
def test_a_password_that_is_shown_with_escapes_is_not_shown(fault: str, watched: User) -> None:
    passwords = [(way, each) for way in WAYS for each in way.secrets if not each.token]
    assert passwords
    watched.sweep(
        Case(command, way, fault, TALK, variables={variables(way.provider, each)[0]: ODD})
        for (way, each), command in product(passwords, ASKING)
        if not is_login(command)
    )


def test_an_id_that_is_an_address_is_an_id(watched: User) -> None:
    ways = cycle(WAYS)
    host = watched.elsewhere.address
    ids = [
        f"http://{host}/calls/{ID}",
        f"//{host}/{ID}",
        f"@{host}",
        f"\\\\{host}\\x",
        f"..//{host}",
        f"?{host}",
        f"#{host}",
    ]
    runs = watched.sweep(
        Case(command, next(ways), arguments=(*TALK, "--timeout", SHORT), recipe=("PROVIDER", call_id))
        for command, call_id in product(ASKING, ids)
        if ID in RECIPES[command]
    )
    without_bugs(runs)


def test_stored_credentials_are_for_their_own_address(watched: User) -> None:
    ways = [(way, each) for way in WAYS for each in way.needs if each.url]
    cases = [
        Case(command, way, arguments=(*TALK, *arguments), stored=True, variables=given)
        for command, (way, each) in product(ASKING, ways)
        if not is_login(command)
        for arguments, given in (
            (("--set", f"{each.name}={watched.elsewhere.url}"), {}),
            ((), {variables(way.provider, each)[0]: watched.elsewhere.url}),
        )
    ]
    assert {run.status for run in watched.sweep(cases)} == {4}
    assert watched.vendor.requests == []


def test_a_proxy_learns_no_secret(watched: User) -> None:
    origin = "https://vendor.test"
    with Server(answer(407, "{}", {"Proxy-Authenticate": "Basic"})) as proxy:
        runs = watched.sweep(
            Case(
                command,
                way,
                arguments=TALK,
                origin=origin,
                stdin=json.dumps(way.fields(f"{origin}/v1")) if is_login(command) else None,
                variables=dict.fromkeys(
                    ("HTTPS_PROXY", "ALL_PROXY"), f"http://me:{canary('proxy')[:-5]}@{proxy.address}"
                ),
            )
            for command, way in product(ASKING, WAYS)
        )
        assert {run.status for run in runs} <= {7, 8}
        assert proxy.requests
        for request in proxy.requests:
            assert request.startswith(b"CONNECT vendor.test:443 ")
            assert header(request, "authorization") is None
            own = (header(request, "proxy-authorization") or "").encode()
            assert leaks(request.replace(own, b"")) == []


def test_nothing_is_sent_before_the_certificate_is_accepted(watched: User) -> None:
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(tls)
    stored = cycle((False, True, True))
    with Server(answer(200), tls=tls) as server:
        runs = watched.sweep(
            Case(command, way, arguments=(*TALK, *PATIENT), stored=next(stored), origin=server.url)
            for command, way in product(ASKING, WAYS)
        )
        assert {run.status for run in runs} == {7}
        assert server.requests == []
        assert server.connections


def given(name: str, secret: str) -> list[Command]:
    """Return the ways in which somebody might give a secret on the command line."""
    return [
        ("--set", f"{name}={secret}"),
        (f"--set={name}={secret}",),
        ("--set", f"{name.upper()}={secret}"),
        ("--set", f"{name} = {secret}"),
        ("--set", f"={secret}"),
        ("--set", f"base_url={secret}"),
        ("--set", secret.rstrip("=")),
        (f"--{name}", secret),
        (f"--{name}={secret}",),
        (f"-{name[0]}{secret}",),
    ]


def test_a_secret_on_the_command_line_is_refused_and_not_repeated(watched: User) -> None:
    fields = [(way, each) for way in WAYS for each in way.secrets]
    formats, commands = cycle(FORMATS), cycle(ASKING)
    runs = watched.sweep(
        Case(next(commands), way, arguments=(*next(formats), *words))
        for way, each in fields
        for words in given(each.name, canary("argument"))
    )
    assert {run.status for run in runs} <= {2, 10}
    assert watched.vendor.requests == []


def test_a_bare_token_that_ends_in_an_equals_sign_is_not_repeated(watched: User) -> None:
    runs = watched.sweep(
        Case(command, way, arguments=("--set", canary("bare"))) for command, way in product(ASKING, WAYS)
    )
    assert {run.status for run in runs} == {2}


def test_a_secret_among_the_arguments_of_auth_is_not_repeated(watched: User) -> None:
    named, formats = [command for command in RECIPES if command[0] == "auth"], cycle(FORMATS)
    runs = watched.sweep(
        Case(command, way, arguments=(*next(formats), canary("argument"))) for command, way in product(named, WAYS)
    )
    assert {run.status for run in runs} == {2}


UNUSABLE = {
    "newline": "{0}\n{0}",
    "carriage return": "{0}\r\n{0}",
    "space": "{0} {0}",
    "letters beyond ASCII": "{0}ü{0}",
    "line separator": "{0}\u2028{0}",
    "delete": "{0}\x7f{0}",
    "bytes that are no text": "{0}\udcff{0}",
    "length": "{0}" * 100,
}


@pytest.mark.parametrize("form", UNUSABLE.values(), ids=UNUSABLE.keys())
def test_a_secret_that_cannot_be_sent_is_not_shown(form: str, watched: User) -> None:
    formats, commands, cases = cycle(FORMATS), cycle((*ASKING, ("auth", "status"))), []
    for way in WAYS:
        for command, each in product((next(commands), ("auth", "login")), way.secrets):
            value = form.format(canary("unusable"))
            account = way.fields(f"{watched.vendor.url}/{way.provider.name}/401") | {each.name: value}
            case = Case(command, way, "401", next(formats))
            if is_login(command):
                cases.append(replace(case, stdin=json.dumps(account)))
                continue
            cases.append(replace(case, variables={variables(way.provider, each)[0]: value}))
            cases.append(replace(case, stored=True, variables={"KEPT": json.dumps(account)}))
    without_bugs(watched.sweep(cases))


RAISED = (
    *("RuntimeError(text)", "KeyError(text)", "OSError(5, text)", "ModuleNotFoundError(text)", "SystemExit(text)"),
    *("KeyringError(text)", "KeyringLocked(text)", "PasswordSetError(text)", "Panic(text)", "KeyboardInterrupt(text)"),
    *("ExceptionGroup(text, [ValueError(text)])", "RuntimeError(text) from ValueError(text)"),
)
STATES: dict[str, dict[str, str]] = {
    **{name: {"PYTHON_KEYRING_BACKEND": name} for name in ("nowhere.Keyring", "json.JSONDecoder", "kept.Panic")},
    **{name: {"PYTHON_KEYRING_BACKEND": f"keyring.backends.{name}.Keyring"} for name in ("null", "fail")},
    **{f"read: {error}": {"WHEN_READ": f"raise {error}"} for error in RAISED},
    **{f"written: {error}": {"WHEN_WRITTEN": f"raise {error}"} for error in RAISED},
    "silent": {"WHEN_READ": "time.sleep(9)", "CALLINSPECT_KEYRING_TIMEOUT": "0.3"},
    "torn": {"WHEN_READ": "return text and text[:-9]"},
    "a list": {"WHEN_READ": "return f'[{text}]'"},
    "a text": {"WHEN_READ": "return json.dumps(text)"},
    "bytes": {"WHEN_READ": "return (text or '').encode()"},
    "a dictionary": {"WHEN_READ": "return {'text': text}"},
    "another's": {"WHEN_READ": "return json.dumps({'base_url': text, 'token': text, 'token_url': [text]})"},
    "forgetful": {"WHEN_WRITTEN": "return"},
}


def test_no_state_of_the_keyring_shows_what_is_in_it(watched: User) -> None:
    ways, formats = cycle(WAYS), cycle(FORMATS)
    commands = [command for command in RECIPES if command in {("get",), ("watch",)} or command[0] == "auth"]
    runs = watched.sweep(
        Case(command, next(ways), arguments=next(formats), stored=True, variables=state)
        for command, state in product(commands, STATES.values())
    )
    without_bugs(runs)
    assert sum(run.status == 10 for run in runs) > len(runs) / 4


def test_what_is_in_the_keyring_is_nowhere_else(watched: User, keyring: SecretService) -> None:
    def runs(number: int) -> list[tuple[Case, Run]]:
        way, done = WAYS[number], []
        for command in (("auth", "login"), ("get",), ("auth", "status"), ("list",)):
            case = Case(command, way, arguments=(*TALK, *PATIENT, "--profile", f"p{number}"), stored=True)
            env = watched.env(case) | keyring.user(watched.home)
            result = callinspect(*case.line, env=env, stdin=watched.stdin(case))
            done.append((case, Run(result.returncode, result.stdout.decode(), result.stderr.decode())))
        return done

    with ThreadPoolExecutor(AT_ONCE) as pool:
        done = [each for of_way in pool.map(runs, range(len(WAYS))) for each in of_way]
    assert [problem for case, run in done for problem in shown(case, run)] == []
    assert {run.status for _, run in done} == {0}
    for number, way in enumerate(WAYS):
        assert leaks((keyring.text(f"{way.provider.name}/p{number}") or "").encode())
    watched.search()
    assert "profiles.json" in {path.name for path in watched.home.rglob("*")}


ODD_SECRETS = {
    "canary": canary("odd"),
    "quotes and a backslash": canary("odd", plain=False),
    "escapes of its own": "100%secret%41word%2fabc&amp;C:\\u0041\\new",
    "base64": b64encode(f"api-user:{canary('odd')}??>".encode()).decode(),
}


@pytest.mark.parametrize(
    ("secret", "ours", "hidden"),
    [
        ("RCC3N118!", "01RCC3N118!B1V0", "01RCC3N118!B1V0"),
        ("95ac8d6e-1a31!", "/calls/c-95ac8d6e-1a31!c52e", "/calls/c-95ac8d6e-1a31!c52e"),
        ("api/v2", "http://gws.test/api/v2/me", "http://gws.test/api/v2/me"),
        ("S3cret-4x!", "line 1: S3cret-4x! names no provider", "line 1: [secret] names no provider"),
    ],
)
def test_of_a_short_secret_no_part_of_an_id_is_hidden(secret: str, ours: str, hidden: str) -> None:
    secrets = Secrets()
    secrets.add(secret)
    assert secrets.hide(ours, ours=True) == hidden


@pytest.mark.parametrize("secret", ODD_SECRETS.values(), ids=ODD_SECRETS.keys())
@pytest.mark.parametrize("way", SPELL)
def test_a_secret_is_found_however_it_is_spelled(way: str, secret: str) -> None:
    secrets = Secrets()
    secrets.add(secret)
    for text in (f"see ?x={SPELL[way](secret)}", f"{{\n{SPELL[way](secret)}\n}}"):
        assert secrets.hide(text) == secrets.hide(text, ours=True) == text.replace(SPELL[way](secret), "[secret]")
        assert secrets.hide_body(text.encode()) == text.replace(SPELL[way](secret), "[secret]").encode()


@pytest.mark.parametrize("secret", [canary("odd"), canary("odd", plain=False)])
def test_a_secret_is_found_in_a_mixture_of_spellings(secret: str) -> None:
    secrets, dice = Secrets(), Random(1)
    secrets.add(secret)
    ways = [each for each in SPELL.values() if each not in {quote_plus, html.escape}]
    for _ in range(200):
        mixed = "".join(dice.choice(ways)(each) for each in secret)
        assert secrets.hide(f"<{mixed}>") == "<[secret]>", mixed


BEYOND_ASCII: dict[str, Callable[[str], str]] = {
    "as it is": str,
    "decomposed": partial(unicodedata.normalize, "NFD"),
    "quoted": quote,
    "quoted and decomposed": lambda text: quote(unicodedata.normalize("NFD", text)),
    "quoted as Latin-1": partial(quote, encoding="latin-1", errors="xmlcharrefreplace"),
    "as JSON": lambda text: json.dumps(text)[1:-1],
    "as JSON in JSON": lambda text: json.dumps(json.dumps(text)[1:-1])[1:-1],
    "as Python": lambda text: ascii(text)[1:-1],
    "as bytes of Python": lambda text: repr(text.encode())[2:-1],
    "for a web page": lambda text: text.encode("ascii", "xmlcharrefreplace").decode(),
}


@pytest.mark.parametrize("secret", ["pässwörd", "ключ-для-проверки", "n👍🏽t a pässwörd"])
@pytest.mark.parametrize("way", BEYOND_ASCII)
def test_a_secret_beyond_ascii_is_found(way: str, secret: str) -> None:
    for known in {secret, unicodedata.normalize("NFD", secret)}:
        secrets = Secrets()
        secrets.add(known)
        assert secrets.hide(f"see {BEYOND_ASCII[way](secret)}.") == "see [secret]."


BODIES = {
    "odd layout": b'\xef\xbb\xbf{"a" :1.0,\r\n\t"b":"\\/x SECRET\\n", "c":1e400}  ',
    "a key twice": b'{"a":"SECRET","a":"\\u0041","SECRET":1,"SECRET":2}',
    "torn": b'{"a":"\\u00',
    "Latin-1": b'{"a":"\xe4 SECRET \xff"}',
    "an escape before it": b'{"a":"\\"SECRET\\"","b":"C:\\\\SECRET\\\\n"}',
    "one after the other": b'["SECRETSECRET","SECRET"]',
    "a web page": b"<p>SECRET&amp;SECRET</p>",
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES.keys())
def test_all_of_a_body_but_the_secret_stays_as_it_is(body: bytes) -> None:
    secrets, secret = Secrets(), canary("body")
    secrets.add(secret)
    sent = body.replace(b"SECRET", secret.encode())
    expected = body.replace(b"SECRETSECRET", b"SECRET").replace(b"\\\\SECRET", b"SECRET")
    assert secrets.hide_body(sent) == expected.replace(b"SECRET", b"[secret]")
    assert secrets.hide_body(body) is body


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-be", "utf-16-le", "utf-32"])
def test_a_secret_in_a_wide_encoding_is_taken_out(encoding: str) -> None:
    secrets = Secrets()
    secrets.add(canary("wide"))
    assert canary("wide").encode(encoding)[4:] not in secrets.hide_body(f'{{"a":"{canary("wide")}"}}'.encode(encoding))


def test_a_secret_at_any_place_in_a_long_body_is_found() -> None:
    secrets, secret, filler = Secrets(), canary("far"), b"%41, \xe4%" * 40_000
    secrets.add(secret, secret[4:-2])
    for border in (128 * 1024, 192 * 1024):
        for length in range(border - 26, border + 2):
            body = filler[:length] + secret.encode() + b" and so on"
            assert secrets.hide_body(body) == filler[:length] + b"[secret] and so on"


class Searched(bytes):
    """Counts how often something is looked for in it."""

    searches = 0

    def __contains__(self, part: Any) -> bool:
        Searched.searches += 1
        return super().__contains__(part)


def test_no_number_of_tokens_makes_hiding_slower_and_slower() -> None:
    def searches(tokens: int) -> int:
        secrets = Secrets()
        secrets.add(canary("kept"))
        for number in range(tokens):
            secrets.add_sent(f"Bearer {number:03}{CORE}")
        before = Searched.searches
        secrets.hide_body(Searched(b'{"a":1}'))
        assert secrets.hide(f"{canary('kept')} {tokens - 1:03}{CORE}") == "[secret] [secret]"
        return Searched.searches - before

    assert searches(1) < searches(100) == searches(1_000) < 100


def test_secrets_are_hidden_while_others_are_added() -> None:
    secrets = Secrets()
    secrets.add(canary("kept"))

    def work(worker: int) -> set[str]:
        found = set()
        for number in range(200):
            secrets.add_sent(f"Bearer {worker:02}{number:03}{CORE}")
            found.add(secrets.hide(f"{worker:02}{number:03}{CORE} {canary('kept')}"))
        return found

    with ThreadPoolExecutor(8) as pool:
        assert set().union(*pool.map(work, range(8))) == {"[secret] [secret]"}


def test_of_overlapping_secrets_nothing_is_left() -> None:
    secrets = Secrets()
    secrets.add("secret", "canary-secret-7", "secret-7f3a91c0-word")
    assert secrets.hide("a canary-secret-7f3a91c0-word, a secret") == "a [secret], a [secret]"


def genesys_env(home: Path, url: str, password: str) -> dict[str, str]:
    return environment(
        home,
        CALLINSPECT_GENESYS_BASE_URL=url,
        CALLINSPECT_GENESYS_USERNAME="agent7",
        CALLINSPECT_GENESYS_PASSWORD=password,
    )


WORDS = (
    *("1234", "2026", "genesys", "Genesys", "agent7", "callinspect", "answered", "HTTP", "status", "request", "retry"),
    *("calls", "127.0.0.1", "0.0.1", "localhost", "secret", "true", "null", "not_found", "message", "no-such-call"),
)
"""Passwords that are words of ours, of the address or of an ID."""


def by_id(request: bytes) -> Answer:
    """Return an answer with the status that the ID begins with."""
    word = urlsplit(request.split()[1].decode()).path.rpartition("/")[2]
    if word[:3] == "200":
        return answer(200, json.dumps({"statusCode": 0, "call": {"id": word, "state": "Released"}}))
    return answer(200, "text") if word[:3] == "yyy" else answer(int(word[:3]), "{}")


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_password_that_is_a_word_spoils_no_words_of_ours(form: str, tmp_path: Path) -> None:
    ids = "".join(f"{status}-{word}-1234\n" for status in ("200", "403", "404", "500", "yyy") for word in WORDS)

    def told(password: str) -> list[str]:
        env = genesys_env(tmp_path, server.url, password)
        arguments = ("--jobs", "1", "-o", "jsonl", "-vv", "--error-format", form)
        done = callinspect("get", "genesys", "-", *arguments, env=env, stdin=ids)
        said = re.sub(rb'in [0-9.]+ s|"retrieved_at":"[^"]*"', b"", done.stdout + done.stderr)
        return sorted(said.decode().splitlines())

    with Chooser(by_id) as server, ThreadPoolExecutor(4) as pool:
        expected, *said = pool.map(told, ("kjhqzx", *WORDS))
    assert len(expected) == 10 * len(WORDS)
    spoilt = {word: set(each) - set(expected) for word, each in zip(WORDS, said, strict=True) if each != expected}
    assert spoilt == {}


@pytest.mark.parametrize("password", ["1234", "bandwidth", "account", "5555555", "s3cr3t!"])
def test_a_password_that_the_vendor_repeats_is_hidden(password: str, tmp_path: Path) -> None:
    body = {"type": "validation", "description": f"Call of user:{password} not found", "id": f"{password}/7"}
    env = env_of(tmp_path, "") | {"CALLINSPECT_BANDWIDTH_PASSWORD": password}
    with Server(answer(404, json.dumps(body))) as server:
        env |= {"CALLINSPECT_BANDWIDTH_BASE_URL": server.url}
        done = callinspect("get", "bandwidth", "c-1234-bandwidth-5555555", "-o", "json", "-v", env=env)
    trace, said = done.stderr.decode().splitlines()
    told = json.loads(said)["error"]
    assert (told["message"], told["request_id"]) == ("Call of user:[secret] not found", "[secret]/7")
    assert told["call_id"] == "c-1234-bandwidth-5555555"
    assert "/accounts/5555555/calls/c-1234-bandwidth-5555555 " in trace


@pytest.mark.parametrize(("sent", "says"), [("x-1234", "an encoded body"), ("GZIP, br", "a body encoded as GZIP, br")])
def test_a_coding_is_named_if_it_is_one(sent: str, says: str, tmp_path: Path) -> None:
    with Server(answer(200, "x", {"Content-Encoding": sent})) as server:
        done = callinspect("get", "genesys", "1", env=genesys_env(tmp_path, server.url, "1234"))
    assert f"genesys 1: answered with {says}, which was not asked for" in done.stderr.decode()


def test_a_password_that_a_token_endpoint_repeats_is_hidden(tmp_path: Path) -> None:
    account = {"account_id": "given", "client_id": "me", "client_secret": "given"}
    env = environment(tmp_path, **{f"CALLINSPECT_BANDWIDTH_{name.upper()}": text for name, text in account.items()})
    said = []
    for body in ({"error_description": "not given"}, {"error": "invalid_client"}):
        with Server(answer(400, json.dumps(body))) as server:
            env |= {f"CALLINSPECT_BANDWIDTH_{name}_URL": server.url for name in ("BASE", "TOKEN")}
            said.append(callinspect("get", "bandwidth", "given", env=env).stderr.decode())
    assert "bandwidth given: “not [secret]” (HTTP 400)" in said[0]
    assert "bandwidth given: no new access token was given (HTTP 400, invalid_client)" in said[1]


def test_a_password_in_a_link_is_hidden_and_not_in_our_part_of_it(tmp_path: Path) -> None:
    env = env_of(tmp_path, "") | {"CALLINSPECT_BANDWIDTH_PASSWORD": "calls"}
    with Server(answer(200, "[]", {"Link": '<?after=%63alls>; rel="next"'}), answer(200, "[]")) as server:
        env |= {"CALLINSPECT_BANDWIDTH_BASE_URL": server.url}
        done = callinspect("list", "bandwidth", "-v", env=env)
    assert re.findall(r"/accounts/\S+", done.stderr.decode()) == [
        "/accounts/5555555/calls",
        "/accounts/5555555/calls?after=[secret]",
    ]


def test_user_name_and_password_together_are_hidden_however_short(tmp_path: Path) -> None:
    basic = b64encode(b"me:1234").decode()
    sent = {"id": "1234", "state": "Held", "userData": {"a": basic, "b": quote(basic), "c": basic.rstrip("=")}}
    with Server(answer(200, json.dumps(sent))) as server:
        env = genesys_env(tmp_path, server.url, "1234") | {"CALLINSPECT_GENESYS_USERNAME": "me"}
        done = callinspect("get", "genesys", "1234", "-o", "json", env=env)
    record = json.loads(done.stdout)
    assert (record["id"], record["metadata"]) == ("1234", dict.fromkeys("abc", "[secret]"))
    assert b"sent a secret of the account's back" in done.stderr


def test_a_secret_that_was_asked_for_is_not_repeated(tmp_path: Path) -> None:
    env = env_of(tmp_path, "") | {"CALLINSPECT_BANDWIDTH_PASSWORD": canary("asked")}
    with Server(answer(200, '{"callId": "c-1", "state": "active"}')) as server:
        env |= {"CALLINSPECT_BANDWIDTH_BASE_URL": server.url}
        done = callinspect("get", "bandwidth", canary("asked"), "-o", "json", "-v", env=env)
    assert json.loads(done.stderr.splitlines()[-1])["error"]["message"] == "the answer is about another call: “c-1”"
    assert leaks(done.stdout + done.stderr) == []


TYPED = [
    *("SECRET", "get SECRET", "get SECRET:1", "get SECRET bandwidth", "get bandwidth SECRET", "auth SECRET"),
    *(
        "auth status SECRET",
        "providers SECRET",
        "help SECRET",
        "sandbox serve --fault SECRET",
        "get bandwidth 1 --SECRET",
    ),
    *(f"get bandwidth 1 --{each} SECRET" for each in ("rate", "output", "field", "resume", "with", "timeout", "jobs")),
    *("get bandwidth 1 --profile SECRET/", "get bandwidth 1 --query SECRET(", "get bandwidth 1 --query 'SECRET"),
    *("get --input SECRET", "get bandwidth --from-file SECRET", "wait bandwidth 1 --for SECRET"),
    *("list bandwidth --since SECRET", "list bandwidth --state SECRET", "list bandwidth --param SECRET=1"),
]


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_secret_in_the_place_of_something_else_is_not_repeated(form: str, tmp_path: Path) -> None:
    secret = f"{CORE}-typed-7E"
    env = env_of(tmp_path, "http://127.0.0.1:9") | {"CALLINSPECT_BANDWIDTH_PASSWORD": secret}

    def said(line: str) -> str:
        words = [word.replace("SECRET", secret) for word in line.split()]
        done = callinspect(*words, "--error-format", form, env=env)
        return (done.stdout + done.stderr).decode()

    with ThreadPoolExecutor(4) as pool:
        runs = dict(zip(TYPED, pool.map(said, TYPED), strict=True))
    assert {line: run for line, run in runs.items() if leaks(run.encode())} == {}
    assert all("callinspect" in run or '"error"' in run for run in runs.values())


PLUGIN = """
import json, os
from base64 import b64encode
from urllib.parse import quote, quote_plus

from callinspect.provider.auth import Basic
from callinspect.model import Call, State
from callinspect.provider import Document, Field, Listing, Page, Provider, Refusal, Request, url
from callinspect.provider.refusals import error_for

def bug(where):
    if os.environ.get("BUG") == where:
        secret = os.environ["CALLINSPECT_ACME_PASSWORD"]
        values = {"password": secret}
        text = eval(os.environ["TEXT"])
        error = RuntimeError(text)
        error.add_note(text)
        raise error from ValueError(text)

def fetch(account, call_id, _extras):
    bug("fetch")
    key = account["password"] if os.environ.get("BUG") == "key in the address" else None
    address = os.environ["ELSEWHERE"] if os.environ.get("BUG") == "elsewhere" else account.base_url
    response = yield Request(url=url(address, "calls", call_id, key=key))
    bug("fetch, afterwards")
    return Document(response, call_id)

def normalize(document):
    bug("normalize")
    return Call(provider="acme", id="7", state=State.ENDED)

def refusal(response):
    bug("refusal")
    error = error_for(response.status)
    return error and Refusal(error=error)

def of(where, result):
    def function(*_):
        bug(where)
        return result(*_)
    return function

def list_calls(account, *_):
    return Request(url=url(account.base_url, "calls"))

PROVIDER = Provider(
    name="acme", title="Acme", docs="https://acme.example.com", base_url="https://acme.example.com",
    fields=(Field(name="username", title="User"), Field(name="password", title="Password", secret=True, token=False)),
    schemes=(Basic(),), fetch=fetch, normalize=normalize, refusal=refusal, verify=of("verify", list_calls), absent="",
    listing=Listing(
        first=of("first", list_calls),
        read=of("read", lambda response: Page(calls=(response.document,))),
        following=of("following", lambda *_: None),
    ),
)
bug("load")
"""
TEXTS = {
    "as it is": "secret",
    "after a line": "f'some\\nthing {secret}'",
}
OTHER_TEXTS = {
    "in Basic": "b64encode(f'me:{secret}'.encode()).decode()",
    "in repr": "repr(values)",
    "in JSON": "json.dumps(values)",
    "in a URL": "quote(secret, safe='')",
    "in a form": "quote_plus(secret)",
}
READ = (("get",), ("wait",), ("watch",))
LISTED = (("list",),)
BUGS = {
    **dict.fromkeys(("fetch", "fetch, afterwards", "normalize", "refusal"), READ),
    **dict.fromkeys(("first", "read", "following"), LISTED),
    "verify": (("auth", "login"),),
    "load": (*READ, *LISTED, ("auth", "status"), ("providers",)),
}


@pytest.fixture
def acme(watched: User) -> Callable[..., Case]:
    """Install a vendor with bugs; return what makes a case of one."""
    (watched.modules / "acme.py").write_text(PLUGIN)
    metadata = watched.modules / "acme-1.0.dist-info"
    metadata.mkdir()
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: acme\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text("[callinspect.providers]\nacme = acme:PROVIDER\n")

    def case(command: Command, bug: str, text: str = "secret", password: str = canary("acme", plain=False)) -> Case:
        account = {"base_url": f"{watched.vendor.url}/webex", "username": "me", "password": password}
        given = {f"CALLINSPECT_ACME_{name.upper()}": value for name, value in account.items()}
        recipe = tuple("acme" if word == "PROVIDER" else word for word in RECIPES[command])
        return Case(
            command,
            WAYS[0],
            arguments=(*TALK, *PATIENT),
            stdin=json.dumps(account) if is_login(command) else "",
            variables={**given, "BUG": bug, "TEXT": text, "ELSEWHERE": watched.elsewhere.url},
            recipe=recipe,
        )

    return case


@pytest.mark.parametrize(
    "text",
    [*TEXTS.values(), *(pytest.param(text) for text in OTHER_TEXTS.values())],
    ids=[*TEXTS, *OTHER_TEXTS],
)
def test_a_bug_shows_no_secret(text: str, watched: User, acme: Callable[..., Case]) -> None:
    runs = watched.sweep(acme(command, bug, text) for bug, where in BUGS.items() for command in where if bug != "load")
    assert {run.status for run in runs} == {1}
    assert all("RuntimeError" in run.err for run in runs)


def test_a_provider_that_cannot_be_loaded_shows_no_secret(watched: User, acme: Callable[..., Case]) -> None:
    watched.sweep(acme(command, "load") for command in BUGS["load"])


def test_a_bug_shows_no_password_that_has_a_line_break_in_it(watched: User, acme: Callable[..., Case]) -> None:
    watched.sweep(acme(("get",), bug, password=ODD) for bug in BUGS if bug in {"fetch", "normalize"})


def test_a_password_that_is_a_word_is_hidden_in_the_text_of_a_bug_only(
    watched: User, acme: Callable[..., Case]
) -> None:
    bugs = [bug for bug, where in BUGS.items() if ("get",) in where and bug != "load"]
    for run in watched.sweep(acme(("get",), bug, password="callinspect") for bug in bugs):
        assert "\nRuntimeError: [secret]\n[secret]\n" in run.err
        assert "\nValueError: [secret]\n" in run.err
        assert "/callinspect/client/inspector.py" in run.err
        assert "callinspect: acme c-1: a bug in callinspect: RuntimeError at bug" in run.err


def test_a_key_in_the_address_of_a_request_is_not_shown(watched: User, acme: Callable[..., Case]) -> None:
    runs = watched.sweep(acme(command, "key in the address") for command in READ)
    assert all("GET" in run.err for run in runs)


def test_a_provider_cannot_send_credentials_elsewhere(watched: User, acme: Callable[..., Case]) -> None:
    runs = watched.sweep(acme(command, "elsewhere") for command in READ)
    assert {run.status for run in runs} == {1}


def on_terminal(line: Command, env: Mapping[str, str]) -> Run:
    """Run a command on a terminal so wide that it breaks no line; return all that was drawn."""
    ours, theirs = pty.openpty()
    try:
        wide = {**env, "COLUMNS": "5000", "TERM": "xterm"}
        process = subprocess.Popen(
            [str(SCRIPTS / "callinspect"), *line], env=wide, stdin=theirs, stdout=theirs, stderr=theirs
        )
        os.close(theirs)
        drawn = b""
        with process, suppress(OSError):  # reading fails when the other side is closed
            while chunk := os.read(ours, 65536):
                drawn += chunk
        return Run(process.wait(TIMEOUT), drawn.decode(errors="backslashreplace"), "")
    finally:
        os.close(ours)


@pytest.mark.parametrize("fault", ["503", "401", "echo", "limit-without-end"])
def test_a_terminal_is_shown_no_secret(fault: str, watched: User) -> None:
    cases = [
        Case(command, way, fault) for command, way in zip(ASKING, cycle(WAYS), strict=False) if not is_login(command)
    ]
    with ThreadPoolExecutor(AT_ONCE) as pool:
        runs = list(pool.map(lambda case: on_terminal(case.line, watched.env(case)), cases))
    assert [problem for case, run in zip(cases, runs, strict=True) for problem in shown(case, run)] == []
    watched.search()


def test_an_interruption_shows_no_secret(watched: User) -> None:
    cases = [
        Case(command, way, "drip", (*TALK, *PATIENT))
        for command, way in zip(ASKING, cycle(WAYS), strict=False)
        if not is_login(command)
    ]

    def run(case: Case) -> Run:
        words, before = f"/{case.way.provider.name}/drip".encode(), len(watched.vendor.requests)
        return interrupted(
            case.line, watched.env(case), lambda: any(words in each for each in watched.vendor.requests[before:])
        )

    runs = [run(case) for case in cases]
    assert [problem for case, run in zip(cases, runs, strict=True) for problem in shown(case, run)] == []
    without_bugs(runs)
    assert {run.status for run in runs} <= {130, -signal.SIGINT}  # the latter where it was not ready to take signals
