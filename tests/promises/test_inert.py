"""Inert text: whatever strangers put into it, a terminal shows it and does nothing, and a program reads it back whole.

What may not come out raw is told by Unicode's own categories, not by the program's list of them.
"""

from __future__ import annotations

import contextlib
import csv
import io
import itertools
import json
import re
import signal
import socket
import subprocess
import threading
import unicodedata
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

import pytest
from kit import cases, vendors
from kit.program import SCRIPTS, TIMEOUT, callinspect, environment, unmeasured
from ptyprocess import PtyProcess

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    from kit.cases import Case

Env = dict[str, str]

EXTRAS = {name: list(cases.account(name).get("extras", {})) for name in vendors.NAMES}
"""Further answers that a vendor has about a call."""

ACTIVE = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories of characters that do something, or cannot be seen, or are none."""

COLOR = r"\x1b\[[0-9;]*m"
DRAWING = rf"{COLOR}|\x1b\[\?25[lh]|\x1b\[2K|\x1b\[1A|\r"
"""What the program itself draws with: colours; while something moves, the cursor hidden, lines erased and redrawn."""

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


def escaped(text: str) -> str:
    """Return what stands on a screen for a text."""
    return "".join(_escape(each) if unicodedata.category(each) in ACTIVE else each for each in text)


def _escape(character: str) -> str:
    code = ord(character)
    width = 2 if code <= 0xFF else 4 if code <= 0xFFFF else 8
    return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(character) or f"\\{'?xu_U'[width // 2]}{code:0{width}x}"


def inert(written: bytes, own: str = "$^") -> str:
    """Return what a terminal shows of bytes; fail if any of them could do more than `own` does, and end a line."""
    text = re.sub(own, "", re.sub(r"\r+\n", "\n", written.decode()))
    raw = {each for each in set(text) if unicodedata.category(each) in ACTIVE and each != "\n"}
    assert not raw, f"{raw} in {text[max(0, text.index(min(raw)) - 200) :][:400]!r}"
    return text


def whole(text: str) -> str:
    """Return a text as a record has it: without halves of characters."""
    return re.sub("[\ud800-\udfff]", "\N{REPLACEMENT CHARACTER}", text)


def spaced(text: str) -> str:
    """Return a text on one line, wherever it was broken."""
    return re.sub(r"[ \n]+", " ", text)


def seen(text: str) -> str:
    """Return what is seen of a text wherever it was broken: a word as well, and marks within quotations are single."""
    return re.sub(r"[ \n]+", "", text).replace('"', "'")


def columns_of(line: str) -> int:
    """Return how many columns a line takes."""
    return sum(
        0 if unicodedata.category(each) in {"Mn", "Me"} else 2 if unicodedata.east_asian_width(each) in "WF" else 1
        for each in line
    )


def on_terminal(*arguments: str, env: Env, columns: int = 80) -> tuple[int | None, bytes]:
    """Return the exit status, and the bytes that the program writes to a terminal of that width."""
    terminal = PtyProcess.spawn(
        [str(SCRIPTS / "callinspect"), *arguments], env={"TERM": "xterm-256color", **env}, dimensions=(50, columns)
    )
    late = threading.Timer(TIMEOUT, terminal.kill, (signal.SIGKILL,))
    late.start()
    written = b""
    while True:
        try:
            written += terminal.read(65536)
        except EOFError:
            break
    terminal.wait()
    late.cancel()
    return terminal.exitstatus, written


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


@dataclass(frozen=True, eq=False)
class Sent:
    """One call, as a vendor sends it."""

    provider: str
    id: str
    answer: Answer
    events: Any = None

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
        path = urlsplit(self.path).path
        _, provider, *words = path.split("/")
        name = unquote(words[-1])
        if name in EXTRAS[provider]:
            name = f"{unquote(words[-2])}/{name}"
        left = self.server.answers[provider, name]
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


IDS = frozenset(map(vendors.id_key, vendors.NAMES))
KEPT_NAMES = IDS | {"data", "call", "calls", "user"}
"""Keys without which there is no call to be read."""

DECIDING = frozenset({"state", "direction", "personality", "callType", "reason", "recordingState", "mute"})
"""Keys of words that decide what else is shown."""

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
    known = {case.title: case for case in cases.cases("calls")}
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
        provider, (body, *events) = case.vendor, bodies(case)
        picked = '"calls"' in json.dumps(body)  # out of a list, by its ID
        for way in ("values", "words", "keys", *(() if picked else ("id",))):
            call_id = f"{way}-{number}"

            def leaf(key: str, text: str, way: str = way, call_id: str = call_id) -> str:
                if key in IDS and text.strip() == case.call_id.strip() and way != "id":  # noqa: B023 - used here
                    return call_id
                kept = way == "keys" or (way != "words" and (key in DECIDING or MOMENT.match(text)))
                return text if kept or not text else evil(text)

            def name(key: str, way: str = way) -> str:
                return key if way != "keys" or key in KEPT_NAMES else evil(key)

            def data(key: str, text: str, leaf: Callable[[str, str], str] = leaf) -> str:
                return text if key == "name" else leaf(key, text)  # the cause is told by an event of a certain name

            yield Sent(provider, call_id, Answer(replaced(body, leaf, name)), events and replaced(events[0], data))


OF_THE_ACCOUNT = frozenset({401, 423, 429})
"""Statuses after which no more calls of the account may be asked for."""


def failures() -> Iterator[Sent]:
    """Give every refusal of the cases, and one of each vendor under every status, as a stranger could write it."""
    tags = (f"E{number}" for number in itertools.count())
    for number, case in enumerate(cases.cases("errors")):
        if not case.exchange or case.expected["code"] in {"auth_rejected", "rate_limited"}:
            continue
        [sent], [body] = case.exchange, bodies(case)
        raw = sent.content
        changed = raw if body is None else replaced(body, lambda _key, _text: hostile(next(tags)))
        yield Sent(case.vendor, f"error-{number}", Answer(changed, sent.status, LATER))
    for provider, status in itertools.product(vendors.NAMES, STATUSES):
        body = cases.account(provider)["refusal"]
        answer = Answer(replaced(body, lambda _key, _text: hostile(next(tags))), status, LATER, LATIN_1)
        yield Sent(provider, f"{status}\u202e[/x]\u200b \u6f22\ufeff", answer)
    for provider in vendors.NAMES:
        yield Sent(provider, "encoded\u2069", Answer(b"{", headers={"Content-Encoding": LATIN_1}, reason=LATIN_1))
        yield Sent(provider, "moved\u2069", Answer(b"", 302, {"Location": LATIN_1}, LATIN_1))
        odd = dict.fromkeys(("Content-Type", "Server", "Date", "Link", "X-RateLimit-Reset"), LATIN_1)
        yield Sent(provider, "headed\u2069", Answer({"message": hostile(next(tags))}, 403, odd, LATIN_1))
        yield Sent(provider, "no call\u2069", Answer([hostile(next(tags))]))


@pytest.fixture(scope="module")
def stranger() -> Iterator[Stranger]:
    with Stranger() as running:
        thread = threading.Thread(target=running.serve_forever, args=(0.01,))
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def user(tmp_path: Path, stranger: Stranger) -> Env:
    """The environment of a user whose vendors are all that stranger."""
    return stranger.user(tmp_path)


@pytest.fixture(scope="module")
def sent(stranger: Stranger) -> list[Sent]:
    """Every hostile call there is."""
    found = [each for each in documents() if not each.id.startswith("id-")]  # which are about other calls
    stranger.tell(*found)
    return found


@pytest.fixture(scope="module")
def records(sent: list[Sent], stranger: Stranger, tmp_path_factory: pytest.TempPathFactory) -> dict[Sent, Any]:
    """The record of each, as a program reads it from a pipe."""
    home = tmp_path_factory.mktemp("reader")
    done = callinspect(*asked(sent, home), "--include", "raw", env=stranger.user(home))
    assert (done.returncode, done.stderr) == (0, b"")
    inert(done.stdout)
    found = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["provider"] for each in found] == [each.provider for each in sent]
    return dict(zip(sent, found, strict=True))


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


def too_wide(text: str, columns: int) -> list[str]:
    """Return the lines that do not fit and could: those of one word cannot, and an id is never cut."""
    return [line for line in text.splitlines() if columns_of(line) > columns and len(line.split()) > 1]


def test_a_pipe_gets_the_very_values_that_the_vendor_sent(records: dict[Sent, Any]) -> None:
    for call, record in records.items():
        assert record["raw"] == json.loads(whole(json.dumps(call.answer.body, ensure_ascii=False)))
        known = {whole(text) for _, text in leaves([call.answer.body, call.events])}
        for path, text in leaves({**record, "raw": None}):
            # A parent's id is the end of its address, and a warning quotes.
            assert text in known or path in {"parent_id", "warnings"} or not is_hostile(text), path


def test_several_calls_in_every_form_act_on_no_terminal(
    sent: list[Sent], records: dict[Sent, Any], user: Env, tmp_path: Path
) -> None:
    said = asked(sent, tmp_path)
    forms = [("-o", "jsonl"), ("--raw", "-o", "jsonl"), ("-o", "csv"), ("-f", "id", "-f", "vendor"), ("--raw",)]
    with ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(lambda form: on_terminal(*said, *form, "-q", env=user), forms))
    assert {status for status, _ in runs} == {0}
    tabbed = runs[3][1].replace(b"\t", b"|")  # the one that stands between two fields
    lines, raw, cells, bare, table = (
        inert(each, COLOR) for each in (*(run[1] for run in runs[:3]), tabbed, runs[4][1])
    )
    assert [json.loads(line)["vendor"] for line in lines.splitlines()] == [each["vendor"] for each in records.values()]
    assert [json.loads(line) for line in raw.splitlines()] == [each.answer.body for each in sent]
    rows = list(csv.DictReader(io.StringIO(cells, newline="")))
    for row, line, record in zip(rows, bare.splitlines(), records.values(), strict=True):
        identifier, _, vendor = line.partition("|")
        assert row["id"] == identifier == escaped(record["id"])
        assert row["vendor_state"] == escaped(record["vendor_state"] or "")
        assert row["from.name"] == escaped((record["from"] or {}).get("name") or "")
        assert json.loads(row["vendor"]) == json.loads(vendor) == record["vendor"]
        assert json.loads(row["warnings"]) == record["warnings"]
    shown = seen(table)
    for call in sent:
        for text in (*(text for _, text in leaves(call.answer.body)), *keys(call.answer.body)):
            assert not is_hostile(text) or seen(escaped(text)) in shown


@pytest.mark.parametrize("columns", [40, 80])
def test_a_table_of_several_calls_acts_on_no_terminal(
    columns: int, sent: list[Sent], records: dict[Sent, Any], user: Env, tmp_path: Path
) -> None:
    status, written = on_terminal(*asked(sent, tmp_path), "-q", env=user, columns=columns)
    shown = seen(inert(written, COLOR))
    assert status == 0
    for record in records.values():
        assert seen(escaped(record["id"])) in shown
        for party in (record["from"], record["to"]):
            if party and not party["private"]:
                assert seen(escaped(party["number"] or party["uri"] or party["name"] or "unknown")) in shown


def test_a_table_of_several_calls_fits_its_terminal(sent: list[Sent], user: Env, tmp_path: Path) -> None:
    _, written = on_terminal(*asked(sent, tmp_path), "-q", env=user, columns=40)
    assert too_wide(inert(written, COLOR), 40) == []


OFF_CARD = re.compile(
    r"links\.|(.*\.)?(kind|person_id|place_id|country\.code|country\.calling_code|identity|vendor_state|"
    r"originating_id)$"
)
"""What a card leaves to JSON."""


def on_card(record: Any) -> Iterator[str]:
    """Give the texts of a record that its card shows."""
    record = {**record, "raw": None}
    withheld = {name for name in ("from", "to") if (record[name] or {}).get("private")}
    off = {text for path, text in leaves(record) if OFF_CARD.match(path) or path.partition(".")[0] in withheld}
    yield from (text for _, text in leaves(record) if is_hostile(text) and text not in off)
    # What stands elsewhere in the record is not said again as the vendor's own.
    said = {text.casefold() for path, text in leaves(record) if not path.startswith(("vendor", "warnings"))}
    own = [(above, value) for above, value in placed(record["vendor"]) if str(value).casefold() not in said]
    yield from (key for above, value in own if value not in (None, "") for key in above if is_hostile(key))
    yield from filter(is_hostile, keys(record["metadata"]))


@dataclass(frozen=True, eq=False)
class Drawn:
    """A card, as it is on a terminal."""

    call: Sent
    columns: int
    status: int | None
    text: str


@pytest.fixture(scope="module")
def cards(sent: list[Sent], stranger: Stranger, tmp_path_factory: pytest.TempPathFactory) -> list[Drawn]:
    """The cards of those calls, on a wide terminal and on a narrow one by turns."""
    env = stranger.user(tmp_path_factory.mktemp("cards"))
    wanted = [each for each in sent if each.id.startswith("values")]
    wanted += [each for each in sent if not each.id.startswith("values")][::14]

    def drawn(call: Sent, columns: int) -> Drawn:
        more = (word for extra in EXTRAS[call.provider] for word in ("--with", extra))
        status, written = on_terminal("get", call.provider, call.id, *more, env=env, columns=columns)
        return Drawn(call, columns, status, inert(written, COLOR))

    with ThreadPoolExecutor(3) as pool:
        return list(pool.map(drawn, wanted, itertools.cycle((80, 40))))


def test_a_card_shows_everything_and_acts_on_no_terminal(cards: list[Drawn], records: dict[Sent, Any]) -> None:
    for card in cards:
        shown = seen(card.text)
        assert card.status == 0
        for text in (*on_card(records[card.call]), *(text for _, text in leaves(card.call.events))):
            assert not is_hostile(text) or seen(escaped(whole(text))) in shown


UNBROKEN = re.compile(r" (error |UNKNOWN \(|<)")
"""Lines of the vendor's own error id, of an unknown state, of a key."""


def test_a_card_fits_its_terminal(cards: list[Drawn]) -> None:
    for card in cards:
        assert [line for line in too_wide(card.text, card.columns) if not UNBROKEN.match(line)] == []


def test_a_card_fits_its_terminal_whatever_a_key_a_state_or_an_error_id_is(cards: list[Drawn]) -> None:
    for card in cards:
        assert too_wide(card.text, card.columns) == []


def test_a_list_acts_on_no_terminal(stranger: Stranger, user: Env) -> None:
    calls: dict[str, list[Any]] = {name: [] for name in vendors.NAMES}
    for each in documents():
        body = each.answer.body.get("call") or each.answer.body if isinstance(each.answer.body, dict) else {}
        calls[each.provider] += [body] if IDS & body.keys() else []
    past = {case.vendor: case for case in cases.cases("lists") if case.given.get("of") == "history"}
    forms = [*itertools.product(vendors.LISTING, [("-q",), ("-q", "-o", "csv")])]
    forms += [(name, ("-q", "--history")) for name in past]
    for name in vendors.LISTING:
        page = Answer(vendors.pages(name, calls[name])[0])
        stranger.answers[name, vendors.last_word(vendors.path(name, "list"))] = [page]
        if name in past:
            stranger.answers[name, vendors.last_word(past[name].given["request"])] = [page]
    with ThreadPoolExecutor(3) as pool:
        runs = list(pool.map(lambda form: on_terminal("list", form[0], *form[1], env=user), forms))
    for (name, options), (status, written) in zip(forms, runs, strict=True):
        shown = seen(inert(written, COLOR).replace('""', '"'))  # as CSV quotes
        assert status == 0
        for body in calls[name]:
            call_id = body[vendors.id_key(name)]
            assert seen(escaped(call_id if "--history" in options else whole(call_id))) in shown
    assert all(len(calls[name]) > 5 for name in vendors.LISTING)


def test_a_call_that_is_watched_acts_on_no_terminal(stranger: Stranger, user: Env) -> None:
    trouble = Answer({"statusCode": 4, "statusMessage": hostile("trouble")}, 500)
    states = (None, ("Ringing", "one"), None, ("Established", "two"), ("Released", "three"))

    def call(call_id: str, state: str, name: str) -> Answer:
        fields = {"id": call_id, "state": state, "ani": "1", "callUuid": hostile(name), hostile("key"): name}
        return Answer({"call": fields})

    for name in ("watched", "piped", "waited"):
        stranger.tell(*(Sent("genesys", name, call(name, *each) if each else trouble) for each in states))
    interval = ("--interval", "0.6")
    with ThreadPoolExecutor(3) as pool:
        watched = pool.submit(on_terminal, "watch", "genesys", "watched", *interval, env=user)
        waited = pool.submit(on_terminal, "wait", "genesys", "waited", *interval, env=user, columns=40)
        piped = pool.submit(callinspect, "watch", "genesys", "piped", *interval, env=user)
    shown = spaced(inert(watched.result()[1], DRAWING))
    assert watched.result()[0] == waited.result()[0] == piped.result().returncode == 0
    for name in ("trouble", "key", "one", "two", "three"):
        assert all(piece in shown for piece in (f"<{name}>", f"</{name}>")), name
    assert "\\x00\\x01\\x02" in shown
    assert seen(f"callinspect: still waiting: “{escaped(hostile('trouble'))}”") in seen(
        inert(waited.result()[1], COLOR)
    )
    inert(piped.result().stderr)
    news = [json.loads(line) for line in inert(piped.result().stdout).splitlines()]
    assert [each["call"]["session_id"] for each in news] == [whole(hostile(each)) for each in ("one", "two", "three")]
    assert news[1]["changed"]["session_id"] == [whole(hostile("one")), whole(hostile("two"))]


def reached(call: Sent, error: dict[str, Any], shown: str) -> bool:
    """Whether a program has a refusal's texts as they were, and a terminal shows them so that they do nothing."""
    known = {whole(text): text for _, text in leaves(call.answer.body)}
    for each in ("message", "vendor_code", "request_id"):
        text = error[each] or ""
        is_ours = text.startswith("the answer is about another call: “")
        assert text in known or is_ours or not is_hostile(text)
        assert seen(escaped(known.get(text, text))) in shown or is_ours
    message = escaped(known.get(error["message"], error["message"]))
    message = f"“{message}”" if error["message"] in known else message
    called = call.id if call.id.isascii() else f"“{escaped(call.id)}”"
    return seen(f"callinspect: {call.provider} {called}: {message}") in shown


def test_a_refusal_acts_on_no_terminal_and_reaches_a_program_as_it_was(
    stranger: Stranger, user: Env, tmp_path: Path
) -> None:
    found = [each for each in failures() if each.answer.status not in OF_THE_ACCOUNT]
    stranger.tell(*found)
    pause = Answer({"description": hostile("pause")}, 429, {"Retry-After": "2"})
    stranger.tell(Sent("bandwidth", "pause", pause), Sent("bandwidth", "pause", Answer({"callId": "pause"})))
    said = (*asked(found, tmp_path), "--jobs", "16", "-vv", "--debug")
    with ThreadPoolExecutor(3) as pool:
        piped = pool.submit(callinspect, *said, "--error-format", "json", env=user)
        terminal = pool.submit(on_terminal, *said, "-o", "table", "--error-format", "text", env=user)
        paused = pool.submit(on_terminal, "get", "bandwidth", "pause", env=user)
    lines = inert(piped.result().stderr).splitlines()
    errors = [json.loads(line)["error"] for line in lines if line.startswith("{")]
    shown = seen(inert(terminal.result()[1], DRAWING))
    assert [each["call_id"] for each in errors] == [each.id for each in found]
    assert all(reached(call, error, shown) for call, error in zip(found, errors, strict=True))
    hostile_ones = [each for each in errors if is_hostile(each["message"])]
    assert len(hostile_ones) > 70
    assert sum(is_hostile(each["vendor_code"] or "") for each in errors) > 30
    assert sum(is_hostile(each["request_id"] or "") for each in errors) > 20
    assert any("\x9b31m" in each["message"] for each in errors), "the header of a body that was encoded unasked"
    assert (
        sum(line.startswith("GET http://") and "%E2%80%AE%5B%2Fx%5D%E2%80%8B%20%E6%BC%A2" in line for line in lines)
        > 30
    )
    assert paused.result()[0] == 0
    assert f"callinspect: waiting 2 s: “{escaped(hostile('pause'))}”" in inert(paused.result()[1], COLOR)


@pytest.mark.parametrize("provider", vendors.NAMES)
def test_a_refusal_of_the_account_acts_on_no_terminal_and_reaches_a_program_as_it_was(
    provider: str, stranger: Stranger, user: Env
) -> None:
    for call in failures():
        if call.provider == provider and call.answer.status in OF_THE_ACCOUNT:
            stranger.tell(call)
            piped = callinspect("get", call.provider, call.id, "--error-format", "json", env=user)
            (error,) = [json.loads(line)["error"] for line in inert(piped.stderr).splitlines()]
            _, written = on_terminal("get", call.provider, call.id, "--error-format", "text", env=user)
            assert reached(call, error, seen(inert(written, DRAWING)))


@pytest.mark.parametrize("status", [401, 429])
def test_what_is_not_asked_any_more_says_so_in_words_that_do_nothing(
    status: int, stranger: Stranger, user: Env, tmp_path: Path
) -> None:
    answer = Answer({"type": "validation", "description": hostile("over")}, status, LATER, LATIN_1)
    calls = [Sent("bandwidth", f"over-{number}", answer) for number in range(6)]
    stranger.tell(*calls)
    _, written = on_terminal(*asked(calls, tmp_path), "-o", "table", "--error-format", "text", env=user)
    shown = seen(inert(written, DRAWING))
    assert "not asked, since the " in inert(written, DRAWING)
    assert shown.count(seen("<over>")) == len(calls)


def test_a_refusal_of_a_token_acts_on_no_terminal(stranger: Stranger, user: Env) -> None:
    refused = Answer({"error": hostile("error"), "error_description": hostile("described")}, 400, {}, LATIN_1)
    stranger.answers["webex", "access_token"] = [refused]
    stranger.answers["webex", "renewed"] = [Answer({"trackingId": "t"}, 401)]
    fields = {"CLIENT_ID": "c-id", "CLIENT_SECRET": "c-secret", "REFRESH_TOKEN": "r-token"}
    env = user | {f"CALLINSPECT_WEBEX_{name}": value for name, value in fields.items()}
    status, written = on_terminal("get", "webex", "renewed", "-vv", env=env)
    assert status == 4
    assert seen(escaped(hostile("described"))) in seen(inert(written))


def test_a_cell_that_a_spreadsheet_would_compute_is_the_vendors_text_as_it_is(bare: Env) -> None:
    computed = ("=1+1", "+1+1", "-1+1", "@SUM(1)", '=HYPERLINK("http://evil.example.com")', "\t=1", "\r=1")
    columns = ("id", "from.number", "to.number", "cause.code", "cause.message", "cause.error_id", "parent_id")
    names = ("callId", "from", "to", "disconnectCause", "errorMessage", "errorId", "parentCallId")
    body = json.dumps(dict(zip(names, computed, strict=True)))
    done = callinspect("get", "bandwidth", "--from-file", "-", "-o", "csv", env=bare, stdin=body)
    (row,) = csv.DictReader(io.StringIO(done.stdout.decode(), newline=""))
    assert [row[column] for column in columns[:3]] == list(computed[:3])
    assert {row[column] for column in columns[3:]} | {row["from.uri"]} >= set(computed[4:])


def test_the_help_says_what_spreadsheets_make_of_such_cells(bare: Env) -> None:
    shown = " ".join(callinspect("get", "--help", env=bare | {"COLUMNS": "200"}).stdout.decode().split())
    assert "Import those columns as text, or a spreadsheet takes the plus sign for arithmetic" in shown


CELL = 'a,b\r\n\u0645\u06cc\u200c\u062e\x1b[2J"c"\t\u2028\u202e'
"""A name with all that needs care: what CSV quotes, what ends a line or a value, what a terminal obeys."""


@pytest.fixture
def named(tmp_path: Path) -> str:
    """The file of a call with such a name."""
    party = {"name": CELL, "number": "1"}
    (tmp_path / "named").write_text(json.dumps({"id": "c", "personality": "terminator", "remoteParty": party}))
    return str(tmp_path / "named")


def test_csv_in_a_pipe_has_names_as_they_are(named: str, bare: Env) -> None:
    done = callinspect("get", "webex", "--from-file", named, "-o", "csv", env=bare)
    (row,) = csv.DictReader(io.StringIO(done.stdout.decode(), newline=""))
    assert row["from.name"] == CELL
    assert b'"a,b\r\n' in done.stdout
    assert b'[2J""c""\t' in done.stdout


def test_csv_on_a_terminal_has_names_harmless(named: str, bare: Env) -> None:
    _, written = on_terminal("get", "webex", "--from-file", named, "-o", "csv", env=bare)
    (row,) = csv.DictReader(io.StringIO(inert(written), newline=""))
    assert row["from.name"] == escaped(CELL)


def test_a_field_in_a_pipe_is_as_it_is_but_on_one_line(named: str, bare: Env) -> None:
    done = callinspect("get", "webex", "--from-file", named, "-f", "from.name", "-f", "id", env=bare)
    ends = CELL.replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t").replace("\u2028", "\\u2028")
    assert done.stdout.decode() == f"{ends}\tc\n"


def test_a_field_on_a_terminal_is_harmless(named: str, bare: Env) -> None:
    _, written = on_terminal("get", "webex", "--from-file", named, "-f", "from.name", env=bare)
    assert inert(written) == f"{escaped(CELL)}\n"


@pytest.mark.parametrize("end", ["\n", "\r", "\t", "\v", "\f", "\x1c", "\x85", "\u2028", "\u2029"])
def test_no_name_begins_a_record_of_its_own(end: str, bare: Env) -> None:
    party = {"name": f"a{end}forged", "number": "1"}
    body = json.dumps({"id": "c", "personality": "terminator", "remoteParty": party})
    done = callinspect("get", "webex", "--from-file", "-", "-f", "from.name", env=bare, stdin=body)
    text = done.stdout.decode()
    assert (len(text.splitlines()), len(text.split("\t"))) == (1, 1)


BODIES: dict[str, bytes] = {
    "no JSON": b"answer: yes\r\n\x1b[2J",
    "a page": b"<html>\n\t<h1>Sign in</h1>\n</html>\n",
    "nothing": b"",
    "a key twice": b'{"id": "1", "id": "2"}',
    "NaN": b'{"id": "1", "duration": NaN}',
    "big numbers": b'{"id": "1", "a": 1e999, "b": ' + b"9" * 5000 + b"}",
    "Latin-1": '{"id": "Zürich"}'.encode("latin-1"),
    "UTF-16": '{"id": "1"}'.encode("utf-16"),
    "a BOM": b'\xef\xbb\xbf{"id" : "1"}\n',
    "no call": b'{"error": "drift"}',
    "deep": b"[" * 5000 + b"]" * 5000,
}


@pytest.mark.parametrize("provider", vendors.NAMES)
def test_raw_in_a_pipe_is_the_bytes_whatever_they_are(provider: str, stranger: Stranger, user: Env) -> None:
    for number, body in enumerate(BODIES.values()):
        stranger.answers[provider, f"raw-{number}"] = [Answer(body)]
    with ThreadPoolExecutor(2) as pool:
        runs = list(pool.map(lambda n: callinspect("get", provider, f"raw-{n}", "--raw", env=user), range(len(BODIES))))
    for (name, body), done in zip(BODIES.items(), runs, strict=True):
        assert (done.returncode, done.stdout, done.stderr) == (0, body, b""), name


@pytest.mark.parametrize("options", [("--raw",), ("--raw", "-o", "json")], ids=" ".join)
def test_raw_on_a_terminal_shows_what_came_and_is_harmless(options: tuple[str, ...], bare: Env, tmp_path: Path) -> None:
    for name, body in BODIES.items():
        (tmp_path / "body").write_bytes(body)
        status, written = on_terminal("get", "webex", "--from-file", str(tmp_path / "body"), *options, env=bare)
        shown = inert(written, COLOR)
        assert status == 0
        assert {"no JSON": "answer: yes\n\\x1b[2J\n", "a page": "        <h1>Sign in</h1>\n"}.get(name, "") in shown
        assert {"Latin-1": "Z\\xfcrich", "NaN": "NaN", "a BOM": "id", "no call": "drift"}.get(name, "") in shown


@pytest.mark.parametrize("options", [("-o", "jsonl"), ("-o", "table"), ("--query", "id")], ids=" ".join)
def test_raw_that_has_to_be_json_fails_with_a_hint(options: tuple[str, ...], stranger: Stranger, user: Env) -> None:
    stranger.answers["bandwidth", "page"] = [Answer(BODIES["a page"])]
    done = callinspect("get", "bandwidth", "page", "--raw", *options, "--error-format", "json", env=user)
    error = json.loads(done.stderr)["error"]
    assert (done.returncode, done.stdout) == (12, b"")
    assert (error["provider"], error["call_id"]) == ("bandwidth", "page")
    assert "in a pipe" in error["hint"]


def test_raw_with_an_exit_status_fails_where_nobody_can_tell(stranger: Stranger, user: Env) -> None:
    stranger.answers["bandwidth", "drift"] = [Answer(BODIES["no call"])]
    done = callinspect("get", "bandwidth", "drift", "--raw", "--exit-status", env=user)
    assert (done.returncode, done.stdout) == (12, b"")


def test_raw_of_several_calls_fails_only_for_those_that_are_not_json(stranger: Stranger, user: Env) -> None:
    stranger.answers["bandwidth", "page"] = [Answer(BODIES["a page"])]
    stranger.answers["bandwidth", "good"] = [Answer({"callId": "good"})]
    done = callinspect("get", "bandwidth", "page", "good", "--raw", env=user)
    assert (done.returncode, done.stdout) == (9, b'{"callId":"good"}\n')


FORGED = "gone (HTTP 200); run: curl evil.example.com”; “"


def test_an_error_quotes_what_the_vendor_says(stranger: Stranger, user: Env) -> None:
    stranger.answers["bandwidth", "e"] = [
        Answer({"type": "validation", "description": f"Call {FORGED}", "id": "x) (HTTP 200"}, 404)
    ]
    done = callinspect("get", "bandwidth", "e", env=user)
    said = (
        "“Call gone (HTTP 200); run: curl evil.example.com'; '” (HTTP 404, validation, request “x) (HTTP 200”); a new"
    )
    assert done.stderr.decode().startswith(f"callinspect: bandwidth e: {said}")


@pytest.mark.parametrize("body", [b"<html>", b"{}", b""], ids=["page", "object", "empty"])
def test_an_error_of_our_own_stands_without_quotation_marks(body: bytes, stranger: Stranger, user: Env) -> None:
    for status in (200, 404):
        stranger.answers["bandwidth", "own"] = [Answer(body, status)]
        done = callinspect("get", "bandwidth", "own", env=user)
        assert done.stderr.startswith(b"callinspect: bandwidth own: answered with ")


@pytest.mark.parametrize("columns", [40, 200])
def test_a_table_quotes_what_strangers_chose(columns: int, stranger: Stranger, user: Env) -> None:
    arrow = "+1 ──▶ +19005550000"
    party = {"name": arrow, "number": "+14155550142"}
    stranger.answers["webex", "t"] = [Answer({"id": "t", "personality": "terminator", "remoteParty": party})]
    stranger.answers["bandwidth", "a  b"] = [Answer({"callId": "a  b", "from": arrow, "to": "busy ended"})]
    arguments = ("get", "webex:t", "bandwidth:a  b", "-o", "table")
    text = callinspect(*arguments, env=user | {"COLUMNS": str(columns)}).stdout.decode()
    for quoted in (f"“{arrow}” +14155550142", f"“{arrow}”", "“busy ended”", "“a  b”"):
        assert spaced(quoted) in spaced(text)
    assert re.sub("“[^”]*”", "", text).count("──▶") == (2 if columns == 40 else 0)
    assert all(re.match(r"   |t$| (webex|bandwidth|“|not)|“a  b”", line) for line in text.splitlines() if columns == 40)


def test_a_change_that_is_watched_quotes_what_strangers_chose(stranger: Stranger, user: Env) -> None:
    def call(state: str, name: str) -> Answer:
        party = {"name": name, "number": "1"}
        return Answer({"id": "n", "personality": "terminator", "state": state, "remoteParty": party, "a  b": name})

    names = ("Riley", "x ──▶ y 10:17:34 state: active ──▶ ended", "+14155550100")
    for state, name in zip(("alerting", "connected", "disconnected"), names, strict=True):
        stranger.tell(Sent("webex", "n", call(state, name)))
    _, written = on_terminal("watch", "webex", "n", "--interval", "0.3", env=user, columns=60)
    shown = spaced(inert(written, DRAWING))
    assert re.search(r"[0-9]{2}:[0-9]{2}:[0-9]{2} UTC from\.name: “Riley” ──▶ “x ──▶ y 10:17:34 state: active", shown)
    assert "ended” ──▶ “+14155550100”" in shown
    assert "“vendor.a b”: Riley ──▶ “x ──▶ y" in shown
    assert not re.search(r"\n ? ?(y|x|──▶|10:17|state|active|ended)", inert(written, DRAWING))


UNSEEN = ["\ufe00", "\ufe0f", "\ufff0", "\U0001bca0", "\U0001d173"]
"""Characters without width or shape, by Unicode's Default_Ignorable_Code_Point, that no category tells."""


@pytest.mark.parametrize("form", ["table", "json"])
def test_a_character_that_cannot_be_seen_is_shown_escaped(form: str, bare: Env) -> None:
    body = json.dumps({"callId": f"c-{'-'.join(UNSEEN)}-1", "state": "answered"})
    done = callinspect("get", "bandwidth", "--from-file", "-", "-o", form, env=bare, stdin=body)
    assert set(UNSEEN) & set(done.stdout.decode()) == set()


WORD = f"\x1b]0;title\x07\x1b[2J\x9b31m\u202e\u200b\udcff\n[/x][bold]\u6f22{'e' * 3}\x7f"
"""A word of a command line, of the environment or of a file's name."""

ECHOED = [
    (WORD,),
    (f"--{WORD}",),
    (f"-{WORD}",),
    ("get", WORD),
    ("get", f"{WORD}:1"),
    ("get", "webex", WORD),
    ("get", "webex:1", WORD),
    *(
        ("get", "webex", "1", option, WORD)
        for option in ("-o", "-f", "--query", "--with", "--set", "--profile", "--timeout", "--jobs", "--rate")
    ),
    ("get", "webex", "1", "--set", f"{WORD}=1"),
    ("get", "webex", "1", "--set", f"base_url={WORD}"),
    ("get", "webex", "1", "--set", f"base_url=https://{WORD}.example.com/"),
    ("get", "webex", "1", "--set", "base_url=https://evil\x9b31m\u202e.invalid/", "-vv"),
    *(("get", "webex", "1", option, WORD) for option in ("--error-format", "--input", "--resume")),
    ("get", "webex", "--input", WORD, "--error-format", "json"),
    *(("list", "webex", option, WORD) for option in ("--state", "--since", "--param", "--limit")),
    ("wait", "webex", "1", "--for", WORD),
    ("watch", "webex", "1", "--interval", WORD),
    ("auth", WORD),
    ("auth", "login", "webex", "--stdin", "--set", f"{WORD}=1"),
    ("auth", "status", WORD),
    ("providers", WORD),
    ("sandbox", "serve", "--fault", WORD),
    ("help", WORD),
    ("--show-completion", WORD),
]


def test_an_argument_that_is_echoed_acts_on_no_terminal(user: Env, tmp_path: Path) -> None:
    def run(arguments: tuple[str, ...]) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [SCRIPTS / "callinspect", *arguments],
            env=user,
            cwd=tmp_path,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=TIMEOUT,
            check=False,
        )

    with ThreadPoolExecutor(3) as pool:
        runs = list(pool.map(run, ECHOED))
    for arguments, done in zip(ECHOED, runs, strict=True):
        assert done.returncode in {2, 7, 10}, arguments
        assert done.stdout == b"", arguments
        lines = inert(done.stderr).splitlines()
        assert [line for line in lines if line.startswith(("callinspect: ", "{"))][-1:] == lines[-1:] != [], arguments
    shown = b"\n".join(done.stderr for done in runs).decode()
    assert shown.count(escaped(WORD)) > 10, "they are echoed"


def test_a_file_whose_name_is_hostile_acts_on_no_terminal(user: Env, tmp_path: Path) -> None:
    word = WORD.replace("/", "")
    name = tmp_path / word
    name.write_text("{", encoding="ascii")
    (tmp_path / "config" / "callinspect").mkdir(parents=True)
    (tmp_path / "config" / "callinspect" / "profiles.json").write_text("{", encoding="ascii")
    (tmp_path / "config").rename(tmp_path / f"{word}config")
    asking: list[tuple[tuple[str, ...], Env]] = [
        (("get", "webex", "--from-file", str(name)), {}),
        (("get", "--input", str(name)), {}),
        (("get", "webex", "--input", str(tmp_path / f"{word}config")), {}),
        (("get", "webex", "--from-file", str(tmp_path / f"{word}config")), {}),
        (("get", "webex", "1", "--ca-file", str(name)), {"CALLINSPECT_WEBEX_BASE_URL": "https://127.0.0.1:9"}),
        (("get", "webex", "1"), {"CALLINSPECT_WEBEX_BASE_URL": "https://127.0.0.1:9", "SSL_CERT_FILE": str(name)}),
        (("auth", "status"), {"XDG_CONFIG_HOME": str(tmp_path / f"{word}config")}),
    ]
    with ThreadPoolExecutor(3) as pool:
        runs = list(pool.map(lambda each: on_terminal(*each[0], env=user | each[1]), asking))
    shown = [inert(written, COLOR) for _, written in runs]
    for (arguments, _), (status, _), text in zip(asking, runs, shown, strict=True):
        assert status in {2, 7, 10, 12}, arguments
        assert text.startswith("callinspect: "), arguments
        assert text.count("\n") == 1, arguments
    assert sum(escaped(word) in text for text in shown) >= 5


def test_a_setting_that_is_echoed_acts_on_no_terminal(user: Env) -> None:
    odd = "".join(each for each in WORD if unicodedata.category(each) not in {"Cc", "Cs"}) + "\x9b31m"
    kept = {"CALLINSPECT_BANDWIDTH_ACCOUNT_ID": odd, "CALLINSPECT_WEBEX_MEMBER_ID": odd}
    kept["CALLINSPECT_GENESYS_BASE_URL"] = "https://evil\x9b31m\u202e.invalid"
    asking: list[tuple[tuple[str, ...], Env]] = [
        (("auth", "status"), kept),
        (("auth", "status", "-o", "jsonl"), kept),
        (("auth", "status"), kept | {"PYTHON_KEYRING_BACKEND": WORD, "CALLINSPECT_WEBEX_ACCESS_TOKEN": ""}),
        (("get", "genesys", "1", "-vv"), kept),
        (("get", "bandwidth", "values-0", "-vv"), kept),
        (("get", "webex", "1"), {"CALLINSPECT_PROFILE": WORD}),
        (("get", "webex", "1"), {"CALLINSPECT_WEBEX_ACCESS_TOKEN": WORD}),
        (("get", "webex", "1"), {"CALLINSPECT_WEBEX_MEMBER_ID": WORD}),
        (("get", "webex", "1"), {"CALLINSPECT_WEBEX_BASE_URL": WORD}),
        (("get", "webex", "1"), {"CALLINSPECT_WEBEX_ACCESS_TOKEN": "", "PYTHON_KEYRING_BACKEND": WORD}),
        (("get", "webex", "1"), {"CALLINSPECT_WEBEX_ACCESS_TOKEN": "", "CALLINSPECT_KEYRING_TIMEOUT": WORD}),
        (("get", "genesys", "1", "-vv"), kept | {"HTTPS_PROXY": f"http://{WORD}"}),
        (("get", "genesys", "1", "-vv"), kept | {"NO_PROXY": WORD}),
        (("get", "--help"), {"TZ": WORD, "COLUMNS": WORD, "LINES": WORD, "TERM": WORD}),
    ]
    with ThreadPoolExecutor(3) as pool:
        runs = list(pool.map(lambda each: on_terminal(*each[0], env=user | each[1]), asking))
    shown = [inert(written, COLOR) for _, written in runs]
    for (arguments, _), (status, _), text in zip(asking, runs, shown, strict=True):
        assert status != 1, (arguments, text)
        assert text.strip()
    assert [text.count(escaped(odd)) for text in shown[:3]] == [2, 0, 1]
    assert ["evil\\x9b31m\\u202e.invalid" in text for text in shown[:4]] == [True, False, True, True]


def test_the_sandbox_shows_what_it_is_asked_and_does_not_act(bare: Env) -> None:
    serving = subprocess.Popen(
        [SCRIPTS / "callinspect", "sandbox", "serve", "-v"], env=bare, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert serving.stdout
    port = next(int(found[1]) for line in serving.stdout if (found := re.search(rb"127\.0\.0\.1:([0-9]+)", line)))
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(b"GET /\x1b]0;title\x07\x9b31m\xe2\x80\xae HTTP/1.1\r\nHost: a\x1b[2J\r\n\r\n")
        connection.settimeout(TIMEOUT)
        connection.recv(65536)
    serving.send_signal(signal.SIGINT)
    _, errors = serving.communicate(timeout=TIMEOUT)
    assert "title" in inert(errors)


MEGABYTE = 1_000_000
LONGEST_LINE = 4000
"""Characters of a line that people read; more than any vendor's message has."""

LARGE = {
    "from": "x" * MEGABYTE,
    "to": "\u6f22" * (MEGABYTE // 3),
    "errorMessage": "\x1b" * (MEGABYTE // 6),
    "applicationId": "\u202e[/x]" * (MEGABYTE // 7),
}


def limited(seconds: int) -> tuple[str, ...]:
    """Return the beginning of a command line that fails when it takes that much processor time, or much memory."""
    return ("/bin/sh", "-c", f'ulimit -v 2000000; ulimit -t {seconds}; exec "$0" "$@"', str(SCRIPTS / "callinspect"))


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_a_text_of_a_megabyte_is_written_whole(form: str, bare: Env) -> None:
    body = json.dumps({"callId": "c-1", **LARGE, "y" * MEGABYTE: "key"}, ensure_ascii=False).encode()
    command = [*limited(60), "get", "bandwidth", "--from-file", "-", "-o", form]
    done = subprocess.run(command, env=bare, input=body, capture_output=True, timeout=2 * TIMEOUT, check=False)
    assert done.returncode == 0
    if form == "csv":
        assert all(LARGE[each] in done.stdout.decode() for each in ("from", "to", "errorMessage"))
        return
    shown = inert(done.stdout)
    assert "y" * MEGABYTE in shown
    if form == "json":
        record = json.loads(shown)
        assert (record["to"]["number"], record["cause"]["message"]) == (LARGE["to"], LARGE["errorMessage"])
    else:
        assert all(escaped(LARGE[each]) in seen(shown) for each in ("from", "to", "errorMessage"))


@pytest.mark.parametrize("command", ["get", "watch"])
def test_a_card_of_many_words_takes_no_longer_than_one_of_few(command: str, stranger: Stranger, user: Env) -> None:
    body = {"callId": "words", "state": "disconnected", "errorMessage": "a " * (MEGABYTE // 4)}
    stranger.answers["bandwidth", "words"] = [Answer(body)]
    terminal = PtyProcess.spawn([*limited(4), command, "bandwidth", "words"], env={"TERM": "xterm", **unmeasured(user)})
    with contextlib.suppress(EOFError):
        while True:
            terminal.read(65536)
    terminal.wait()
    assert terminal.exitstatus == 0


def test_a_refusal_of_a_megabyte_reaches_a_program_whole(stranger: Stranger, user: Env) -> None:
    large = {"type": "validation", "description": f"Call {LARGE['errorMessage']}", "id": LARGE["to"]}
    stranger.answers["bandwidth", "large"] = [Answer(large, 404)]
    done = callinspect("get", "bandwidth", "large", "--error-format", "json", env=user)
    error = json.loads(inert(done.stderr))["error"]
    assert done.returncode == 3
    assert (error["vendor_code"], error["message"], error["request_id"]) == tuple(large.values())


@pytest.mark.parametrize("name", ["description", "id"])
def test_a_refusal_of_a_megabyte_is_a_line_that_people_can_read(name: str, stranger: Stranger, user: Env) -> None:
    said = {"type": "validation", "description": "Call not found"}
    said[name] = f"{said.get(name)} begins{LARGE['from']}"
    stranger.answers["bandwidth", f"long-{name}"] = [Answer(said, 404)]
    done = callinspect("get", "bandwidth", f"long-{name}", env=user)
    shown = inert(done.stderr)
    assert done.returncode == 3
    assert "begins" in shown
    assert "7 days" in shown, "the hint, which stands last"
    assert len(shown) < LONGEST_LINE
