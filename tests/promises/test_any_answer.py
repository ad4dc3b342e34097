"""Any answer has an exit status, and so has any id: what comes is a whole record or a failure told in plain words.

The program runs in three ways here. As a process that is given ids one by one and answers each before it gets the next;
as a process that is given thousands at once; and forked for each run from one that has done all its imports.
"""

from __future__ import annotations

import copy
import csv
import io
import json
import os
import re
import selectors
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import cache, partial
from pathlib import Path
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, NamedTuple, Self
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from kit import cases as known
from kit import vendors
from kit.junk import Json, places, put
from kit.playing import VALIDATOR
from kit.program import SCRIPTS, TIMEOUT, environment, unmeasured
from kit.servers import Server, answer

from callinspect.render import fields

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

Env = dict[str, str]
Place = tuple[Any, ...]

EXITS = {
    "usage": 2,
    "not_found": 3,
    "auth_rejected": 4,
    "forbidden": 5,
    "rate_limited": 6,
    "network": 7,
    "vendor_unavailable": 7,
    "config": 10,
    "bad_response": 12,
}
"""Every code that an answer can earn, and its exit status."""

ERROR_KEYS = {"code", "message", "hint", "provider", "call_id", "http_status", "vendor_code", "request_id"} | {
    "retryable",
    "retry_after",
}

LATER = {"Retry-After": "999999", "X-RateLimit-Reset": "99999999999999"}
"""Headers of an answer that is not worth another try."""

GRACE = 10.0
"""Seconds that a run may take beyond its time on a busy machine."""

MEMORY = 150_000_000
"""Bytes that a run over thousands of answers may take."""


class Answers(Server):
    """Answers by what stands for the call's id in the path; what was asked for is in `asked`, in order."""

    def __init__(self) -> None:
        super().__init__(b"")
        self.bodies: dict[str, bytes] = {}
        self.asked: list[str] = []

    def _next_answer(self, request: bytes) -> bytes:
        target = request.split(b" ", 2)[1].decode("latin-1")
        with self._lock:
            self.asked.append(target)
            self.requests[:] = [request]
        own = next((vendors.not_found(each) for each in vendors.NAMES if vendors.path(each, "call") in target), "")
        return self.bodies.get(vendors.asked_for(target), answer(404, own))

    def put(self, key: str, body: bytes, status: int = 200, given: Mapping[str, str] | None = None) -> None:
        self.bodies[key] = answer(status, body, given)

    def environment(self, home: Path) -> Env:
        """Return the environment of a user with an account of every vendor here, none of which needs a token first."""
        return environment(home, **vendors.everywhere(self.url))


@pytest.fixture(scope="module")
def answers() -> Iterator[Answers]:
    with Answers() as server:
        yield server


@pytest.fixture(scope="module")
def user(answers: Answers, tmp_path_factory: pytest.TempPathFactory) -> Env:
    return answers.environment(tmp_path_factory.mktemp("home"))


class Done(NamedTuple):
    """What a run wrote, its exit status, and the most memory that it had, in bytes."""

    status: int
    out: bytes
    err: bytes
    memory: int


MEASURE = """
import resource, subprocess, sys
code = subprocess.run(sys.argv[1:]).returncode
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss, file=sys.stderr)
sys.exit(code)
"""
"""Runs a program and writes the most memory that it had. A process of its own: a fork counts its parent's memory."""

UNIT = 1 if sys.platform == "darwin" else 1024


def measured(*arguments: str) -> list[str]:
    return [sys.executable, "-I", "-c", MEASURE, str(SCRIPTS / "callinspect"), *arguments]


def each(*arguments: str, ids: Iterable[str], env: Env) -> Done:
    """Run `get` over many ids, as a process of its own."""
    done = subprocess.run(
        measured("get", *arguments, "--jobs", "8", "--rate", "100000/s"),
        env=env,
        input="\n".join(ids).encode(),
        capture_output=True,
        timeout=4 * TIMEOUT,
        check=False,
    )
    said, _, used = done.stderr.rstrip().rpartition(b"\n")
    assert b"Traceback" not in said
    return Done(done.returncode, done.stdout, said, int(used) * UNIT)


Outcome = dict[str, Any]
"""A record; or the failure's error object, which has a code."""


def outcomes(provider: str, ids: Sequence[str], env: Env, *options: str) -> dict[str, Outcome]:
    """Return what came of each id, checked for being what it may be; failures are told in the order of the ids too."""
    done = each(provider, "-", "-o", "jsonl", *options, ids=ids, env=env)
    failures = [failure(line) for line in done.err.splitlines()]
    found = {each["call_id"]: each for each in failures}
    assert [key for key in ids if key in found] == [each["call_id"] for each in failures]
    records = [checked(line) for line in done.out.splitlines()]
    found |= dict(zip((key for key in ids if key not in found), records, strict=True))
    assert done.status == (0 if not failures else 9 if records else done.status)
    assert done.memory < MEMORY
    return found


def checked(line: bytes) -> Outcome:
    """Return the record that a line holds."""
    record: Outcome = json.loads(line)
    VALIDATOR.validate(record)
    return record


def failure(line: bytes) -> Outcome:
    """Return the error object that a line holds, of a kind that an answer or an id can earn."""
    told: Outcome = json.loads(line)["error"]
    assert told.keys() == ERROR_KEYS
    assert told["code"] in EXITS, told
    assert told["message"]
    return told


class Conversation:
    """One run of `get` that is told an id, and tells what came of it, before it is told the next; a context manager."""

    def __init__(self, provider: str, env: Env) -> None:
        self.provider = provider
        self._command = measured("get", provider, "-", "-o", "jsonl", "--jobs", "1", "--rate", "100000/s")
        self._env = env

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(self._command, env=self._env, stdin=-1, stdout=-1, stderr=-1, bufsize=0)
        self._waiting = selectors.DefaultSelector()
        self._waiting.register(self._out, selectors.EVENT_READ)
        self._waiting.register(self._err, selectors.EVENT_READ)
        return self

    def __exit__(self, *_: object) -> None:
        self._waiting.close()
        with self._process:
            self._process.stdin.close()  # type: ignore[union-attr] # a pipe
            out, err = self._out.read(), self._err.read()
            self._process.wait(TIMEOUT)
        assert out == b""
        assert int(err) * UNIT < MEMORY, err

    @property
    def _out(self) -> io.BufferedReader:
        return self._process.stdout  # type: ignore[return-value] # a pipe

    @property
    def _err(self) -> io.BufferedReader:
        return self._process.stderr  # type: ignore[return-value] # a pipe

    def ask(self, line: bytes) -> Outcome:
        """Return the record, or the error object: one of them comes, in time, and as one line."""
        self._process.stdin.write(line + b"\n")  # type: ignore[union-attr] # a pipe
        written: dict[Any, bytes] = {self._out: b"", self._err: b""}
        end = time.monotonic() + TIMEOUT
        while not any(text.endswith(b"\n") for text in written.values()):
            ready = self._waiting.select(max(0.0, end - time.monotonic()))
            assert ready, written
            for key, _ in ready:
                chunk = os.read(key.fd, 1 << 20)
                assert chunk, written
                written[key.fileobj] += chunk
        out, err = written[self._out], written[self._err]
        assert out.count(b"\n") + err.count(b"\n") == 1, written
        return checked(out) if out else failure(err)


FORKING = """
import json, os, sys, time
from callinspect.cli.main import run
import callinspect.commands.list, callinspect.client.inspector
import callinspect.credentials.finding, callinspect.http.transport

def play(task):
    for number, path in enumerate(task["files"]):
        opened = os.open(path, os.O_RDWR)
        os.dup2(opened, number)
        os.close(opened)
    os.environ.clear()
    os.environ.update(task["env"])
    time.tzset()
    return run(task["arguments"])

tell, tasks = os.fdopen(os.dup(1), "w"), os.fdopen(os.dup(0))
for number, line in enumerate(tasks):
    task = json.loads(line)
    if number < 3:
        play(task)
        status, memory = 0, 0
    else:
        child = os.fork()
        if child == 0:
            sys.exit(play(task))
        _, status, usage = os.wait4(child, 0)
        status, memory = os.waitstatus_to_exitcode(status), usage.ru_maxrss
    print(json.dumps([status, memory]), file=tell, flush=True)
"""
"""Runs the program in a process forked for each line of its input; in itself at first, so that imports are done."""


class Forks:
    """The program, run as often as wanted without importing it each time; for two threads. A context manager."""

    def __enter__(self) -> Self:
        self._idle: SimpleQueue[subprocess.Popen[bytes]] = SimpleQueue()
        self._closing = ExitStack()
        self._home = Path(self._closing.enter_context(tempfile.TemporaryDirectory()))
        self.runs = 0
        for _ in range(2):
            process = subprocess.Popen(
                [sys.executable, "-c", FORKING], env=environment(self._home), stdin=-1, stdout=-1, cwd=self._home
            )
            self._closing.callback(self._end, process)
            self._idle.put(process)
            for form in ("table", "csv", "json"):
                self._play(process, ["get", "webex", "--from-file", "-", "-o", form], {}, b'{"id": "1"}')
        return self

    def __exit__(self, *_: object) -> None:
        self._closing.close()

    @staticmethod
    def _end(process: subprocess.Popen[bytes]) -> None:
        with process:
            process.kill()

    def run(self, *arguments: str, env: Mapping[str, str], stdin: bytes = b"") -> Done:
        process = self._idle.get()
        try:
            done = self._play(process, arguments, env, stdin)
        finally:
            self._idle.put(process)
        assert done.status in {0, 9, *EXITS.values()}, done
        assert b"Traceback" not in done.err
        return done

    def _play(
        self, process: subprocess.Popen[bytes], arguments: Sequence[str], env: Mapping[str, str], stdin: bytes
    ) -> Done:
        self.runs += 1
        with ExitStack() as stack:
            files = [stack.enter_context(tempfile.NamedTemporaryFile(dir=self._home)) for _ in range(3)]
            files[0].write(stdin)
            files[0].flush()
            task = {"arguments": arguments, "env": env, "files": [file.name for file in files]}
            process.stdin.write(json.dumps(task).encode() + b"\n")  # type: ignore[union-attr] # a pipe
            process.stdin.flush()  # type: ignore[union-attr] # as above
            status, memory = json.loads(process.stdout.readline())  # type: ignore[union-attr] # as above
            out, err = (Path(file.name).read_bytes() for file in files[1:])
        return Done(status, out, err, memory * UNIT)


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    with Forks() as running:
        yield running


def at_once(calls: Iterable[Callable[[], None]]) -> None:
    """Make calls from two threads; raise what one of them raises."""
    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(call) for call in calls]:
            done.result()


def one(done: Done) -> Outcome:
    """Return what came of a run for one call: a record and no word besides, or nothing and a failure's exit status."""
    if done.status == 0:
        assert done.err == b""
        return checked(done.out)
    assert done.out == b""
    told = failure(done.err.rstrip(b"\n"))
    assert done.status == EXITS[told["code"]]
    return told


# Bodies of calls, with junk in every place.

LONG = "x" * 10_000
DEEP: Any = 7
for _ in range(50):
    DEEP = [{"a": DEEP}] if isinstance(DEEP, int) else [DEEP]

JUNK: list[str] = [
    *("null", "true", "false", "0", "-1", "-1e-7", "1e308", "-1.7976931348623157e308", "1e999", "-1e999", "9" * 4000),
    *('""', '"x"', '" "', f'"{LONG}"', r'"\u0000\u001b[2J\u009b\r\n\t\u202e\ud800"', '"\x7f\u2028\\udfff"'),
    *("[]", "[[]]", "[null]", '["a", 1]', "{}", '{"a": {}}', '{"": {"": [{}]}}', json.dumps(DEEP)),
    *('{"id": "0", "callId": "0", "state": "0", "provider": 1, "raw": 1, "vendor": {"vendor": 1}, "warnings": "w"}',),
    *('"0001-01-01T00:00:00+23:59"', '"9999-12-31T23:59:59.999999-23:59"', '"2025-02-30T00:00:00Z"', '"2025-W07-2"'),
    *('"-99999999999"', '"999999999999999"', '"1e999"', '"\u0661\u0662"', '"sip:"', '"@"', '"http://[x"'),
]
"""What is put in every place, as JSON texts."""

TOO_MUCH = ["NaN", "-Infinity", "9" * 4001, "-" + "9" * 5000]
"""What no place may hold, as JSON texts."""

HERE = "\ue000"
"""Stands where a text is put in; nobody sends it."""


class Sample(NamedTuple):
    """A vendor's answer, and a place in it."""

    provider: str
    call_id: str
    body: Any
    place: Place
    status: int
    code: str

    def holding(self, text: str, key: str) -> bytes:
        """Return the body with that JSON text in the place, whose call has another id."""
        return self._written(put(self.body, self.place, HERE), key).replace(f'"{HERE}"', text).encode("utf-8")

    def lacking(self, key: str) -> bytes:
        """Return the body without what stands there."""
        changed = copy.deepcopy(self.body)
        del valued(changed, self.place[:-1])[self.place[-1]]
        return self._written(changed, key).encode("utf-8")

    def doubled(self, key: str) -> bytes:
        """Return the body with the key of the place standing twice in its object."""
        return self.holding(f"1, {json.dumps(self.place[-1])}: 2", key)

    def _written(self, body: Any, key: str) -> str:
        return json.dumps(body, ensure_ascii=False).replace(json.dumps(self.call_id, ensure_ascii=False)[1:-1], key)

    @property
    def may_be_fatal(self) -> bool:
        """Whether the call's id, or what the call stands in, is there, or the vendor says there that it has failed."""
        if self.place[0] in known.account(self.provider).get("failing", []) and len(self.place) == 1:
            return True
        return id_place(self.provider, self.body, self.call_id)[: len(self.place)] == self.place


def id_place(provider: str, body: Any, call_id: str) -> Place:
    """Return the place of the call's own id."""
    name = vendors.id_key(provider)
    return min((each for each in places(body) if each[-1] == name and valued(body, each) == call_id), key=len)


def valued(body: Any, place: Place) -> Any:
    for step in place:
        body = body[step]
    return body


@cache
def samples(kind: str, provider: str) -> list[Sample]:
    """Return every place in every case's answer of that kind; of places that differ by the case only, one."""
    found: dict[tuple[Any, ...], Sample] = {}
    for case in known.cases(kind, provider):
        if not case.exchange or case.extras:
            continue
        sent, code = case.exchange[0], case.expected.get("code", "")
        for place in places(sent.body):
            shape = tuple("*" if isinstance(step, int) else step for step in place)
            distinct = (shape, type(valued(sent.body, place)), code, sent.status)
            found.setdefault(distinct, Sample(provider, case.call_id, sent.body, place, sent.status, code))
    return list(found.values())


class Changed(NamedTuple):
    """A body with something odd in a place: which place, what was put there, and the whole."""

    sample: Sample
    junk: str | None
    body: bytes


def some(number: int) -> list[str]:
    """Return every third junk, less of many vendors, other ones for each number, and something that is too much."""
    step = 3 * vendors.CROWD
    return [*JUNK[number % step :: step], TOO_MUCH[number % len(TOO_MUCH)]]


def changed(found: Sequence[Sample]) -> dict[str, Changed]:
    """Return every sample with some junk in its place, without it, and with its key twice, by the id of the call."""
    cases: dict[str, Changed] = {}
    for number, sample in enumerate(found):
        for junk in some(number):
            key = f"n{len(cases)}"
            cases[key] = Changed(sample, junk, sample.holding(junk, key))
        key = f"n{len(cases)}"
        cases[key] = Changed(sample, None, sample.lacking(key))
        if isinstance(sample.place[-1], str):
            key = f"n{len(cases)}"
            cases[key] = Changed(sample, "a key twice", sample.doubled(key))
    return cases


def control_characters(text: str) -> set[str]:
    return set(re.findall("[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ud800-\udfff]", text))


@pytest.mark.parametrize("provider", vendors.NAMES)
def test_junk_in_any_place_of_a_call_is_fatal_in_the_id_only_and_in_no_form(
    provider: str, answers: Answers, user: Env
) -> None:
    cases = changed(samples("calls", provider))
    for key, each in cases.items():
        answers.put(key, each.body)
    found = outcomes(provider, list(cases), user)
    for key, (sample, junk, _) in cases.items():
        code = found[key].get("code")
        if junk in TOO_MUCH or junk == "a key twice":
            assert code == "bad_response", (sample.place, junk, found[key])
        elif not sample.may_be_fatal:
            assert code is None, (sample.place, junk, found[key])
            assert found[key]["id"] == key
    good = [key for key in cases if "code" not in found[key]]
    for number, check in enumerate((check_csv, check_fields, check_table, check_query, check_raw, check_included)):
        check(provider, cases, good[number::6], user)


Cases = dict[str, Changed]


def written(provider: str, ids: list[str], env: Env, *options: str) -> str:
    """Return what `get` writes for calls that have a record."""
    done = each(provider, "-", *options, ids=ids, env=env)
    assert (done.status, done.err) == (0, b"")
    assert done.memory < MEMORY
    return done.out.decode("utf-8")


def check_csv(provider: str, _cases: Cases, ids: list[str], env: Env) -> None:
    head, *rows = csv.reader(io.StringIO(written(provider, ids, env, "-o", "csv"), newline=""), strict=True)
    assert len(rows) == len(ids)
    assert {len(row) for row in rows} == {len(head)}


def check_fields(provider: str, _cases: Cases, ids: list[str], env: Env) -> None:
    options = [word for path in fields.paths() for word in ("-f", path)]
    lines = written(provider, ids, env, *options).split("\n")
    assert len(lines) == len(ids) + 1
    assert {line.count("\t") for line in lines[:-1]} == {len(fields.paths()) - 1}


def check_table(provider: str, cases: Cases, ids: list[str], env: Env) -> None:
    text = written(provider, ids, env, "-o", "table")
    assert not control_characters(text)
    assert {key for key in ids if not cases[key].sample.may_be_fatal} <= set(text.split())


def check_query(provider: str, _cases: Cases, ids: list[str], env: Env) -> None:
    query = "{a: vendor, b: [state, from.number || to.uri], c: length(warnings), d: to_string(@), e: durations.*}"
    lines = written(provider, ids, env, "--query", query).splitlines()
    assert [json.loads(line).keys() for line in lines] == [{"a": 0, "b": 0, "c": 0, "d": 0, "e": 0}.keys()] * len(ids)


def check_raw(provider: str, cases: Cases, ids: list[str], env: Env) -> None:
    lines = written(provider, ids, env, "--raw").splitlines()
    assert [json.loads(line) for line in lines] == [sent(cases[key].body) for key in ids]


def check_included(provider: str, cases: Cases, ids: list[str], env: Env) -> None:
    lines = written(provider, ids, env, "--include", "raw").splitlines()
    assert [json.loads(line)["raw"] for line in lines] == [whole(sent(cases[key].body)) for key in ids]


def whole(value: Any) -> Any:
    """Return a value as a record has it: without halves of characters."""
    return json.loads(re.sub("[\ud800-\udfff]", "\N{REPLACEMENT CHARACTER}", json.dumps(value, ensure_ascii=False)))


def sent(body: bytes) -> Any:
    """Return a body's value, in which a number beyond all floats is its text."""
    return json.loads(body, parse_float=lambda digits: digits if "e999" in digits else float(digits))


OF_THE_ACCOUNT = frozenset({"auth_rejected", "rate_limited"})
"""Failures after which no more calls of the account may be asked for."""


@pytest.mark.parametrize("provider", vendors.NAMES)
def test_junk_in_any_place_of_a_refusal_leaves_its_meaning(
    provider: str, answers: Answers, user: Env, forks: Forks
) -> None:
    cases = changed([each for each in samples("errors", provider) if each.status >= 400])
    for key, (sample, _, body) in cases.items():
        answers.put(key, body, sample.status, LATER)
    alone = [key for key, (sample, _, _) in cases.items() if sample.code in OF_THE_ACCOUNT or sample.status == 401]
    found = outcomes(provider, [key for key in cases if key not in alone], user)
    for key in alone:
        found[key] = one(forks.run("get", provider, key, "-o", "json", env=user))
    for key, (sample, junk, _) in cases.items():
        told = found[key]
        assert told["http_status"] == sample.status
        readable = junk not in TOO_MUCH and junk != "a key twice"
        if readable and ".".join(map(str, sample.place)) not in known.account(provider)["deciding"]:
            assert told["code"] == sample.code, (sample.place, junk, told)
        if not readable and sample.status in range(400, 500):
            assert told["code"] == ("rate_limited" if sample.status in {423, 429} else "vendor_unavailable")


EXTRAS = [(name, extra) for name in vendors.NAMES for extra in known.account(name).get("extras", {})]


@pytest.mark.parametrize(("provider", "extra"), EXTRAS)
def test_junk_in_any_place_of_an_extra_leaves_the_call(provider: str, extra: str, answers: Answers, user: Env) -> None:
    case = next(case for case in known.cases("calls", provider) if case.extras == [extra])
    call, further = case.exchange
    cases = changed([Sample(provider, "no id", further.body, place, 200, "") for place in places(further.body)])
    for key, each in cases.items():
        sent = json.dumps(call.body).replace(json.dumps(case.call_id)[1:-1], key)
        answers.put(key, sent.encode())
        answers.put(f"{key}/{extra}", each.body)
    outcome = outcomes(provider, list(cases), user, "--with", extra)
    for key, (sample, junk, _) in cases.items():
        is_unreadable = junk in TOO_MUCH or junk == "a key twice"
        assert "code" not in outcome[key], (sample.place, junk, outcome[key])
        said = [each for each in outcome[key]["warnings"] if f"{extra} could not be read" in each]
        assert len(said) == is_unreadable, (sample.place, junk, outcome[key])


def listed(provider: str) -> list[Any]:
    """Return a list of two calls in every way in which the vendor writes one."""
    return vendors.pages(provider, [vendors.least(provider, each) | {"state": "active"} for each in ("l1", "l2")])


LISTS = [
    pytest.param(name, page, id=f"{name}-{number}")
    for name in vendors.LISTING
    for number, page in enumerate(listed(name))
]


@pytest.mark.parametrize(("provider", "body"), LISTS)
def test_junk_in_any_place_of_a_list_costs_nobody_else_and_is_told(
    provider: str, body: Any, answers: Answers, user: Env, forks: Forks
) -> None:
    for key in ("l1", "l2"):
        answers.put(key, json.dumps(vendors.least(provider, key)).encode())

    def check(number: int, place: Place, junk: str) -> None:
        prefix = f"/list{number}"
        text = json.dumps(put([body], (0, *place), HERE)[0]).replace(json.dumps(HERE), junk)
        answers.bodies[prefix + vendors.path(provider, "list")] = answer(200, text)
        name = f"CALLINSPECT_{provider.upper()}_BASE_URL"
        base = user[name].replace(answers.url, answers.url + prefix)
        done = forks.run("list", provider, "-o", "jsonl", env=user | {name: base})
        records, failures = map(checked, done.out.splitlines()), map(failure, done.err.splitlines())
        ids, codes = [each["id"] for each in records], [each["code"] for each in failures]
        assert done.status == (EXITS[codes[0]] if codes and not ids else 9 if codes and ids else 0) or codes == [
            "bad_response"
        ], (place, junk, done)
        assert "usage" not in codes, (place, junk, codes)
        index = next((step for step in place if isinstance(step, int)), None)
        if index is not None and junk not in TOO_MUCH:
            assert {"l1", "l2"} - {f"l{index + 1}"} <= {*ids}, (place, junk)
            # An address can be another call's, which may be over and gone.
            assert len(ids) + len(codes) == 2 or (place[0] == "uris" and junk[0] == '"'), (place, junk, done)

    tasks = [(place, junk) for number, place in enumerate([(), *places(body)]) for junk in some(number)[::2]]
    at_once(partial(check, number, *task) for number, task in enumerate(tasks))


TOKEN = {"access_token": "canary-5f0c1d-at", "token_type": "Bearer", "expires_in": 3600, "refresh_token": "canary-rt"}


def token_path(provider: str, key: str) -> str:
    """Return the path at which a provider buys a token of a user of the key's."""
    if "token_url" in known.account(provider)["declares"]["fields"]:
        return f"/{key}/token"
    return f"/{key}{urlsplit(known.cases('tokens', provider)[0].given['request'].split()[1]).path}"


def token_user(provider: str, server: Answers, home: Path, key: str) -> Env:
    """Return the environment of a user who has to buy a token first, at an address of the key's."""
    case, declared = known.cases("tokens", provider)[0], known.account(provider)["declares"]
    needed = [*declared["required"], *declared["schemes"][case.given.get("scheme", 0)]]
    fields = {name: case.fields[name] for name in needed}
    if "token_url" in declared["fields"]:
        fields = fields | {"token_url": server.url + token_path(provider, key)}
    return environment(home, **vendors.variables(provider, f"{server.url}/{key}{vendors.root(provider)}", fields))


@pytest.mark.parametrize("provider", vendors.BUYING)
def test_junk_in_any_place_of_a_token_is_a_token_or_a_plain_error(
    provider: str, answers: Answers, forks: Forks, tmp_path: Path
) -> None:
    def check(number: int, status: int, text: str) -> None:
        key = f"t{number}"
        answers.put(key, json.dumps(vendors.least(provider, key)).encode())
        answers.bodies[token_path(provider, key)] = answer(status, text, LATER)
        done = forks.run("get", provider, key, "-o", "jsonl", env=token_user(provider, answers, tmp_path, key))
        if done.status == 0:
            assert status == 200
            assert re.fullmatch(rb"(callinspect: [A-Z][A-Za-z0-9 ]+ replaced the refresh token.*\n)?", done.err)
            assert checked(done.out)["id"] == key
        else:
            told = one(done)
            assert told["code"] in {"bad_response", "auth_rejected", "rate_limited", "vendor_unavailable"}
        assert answers.asked.count(token_path(provider, key)) == 1

    texts = [
        json.dumps(put([TOKEN], (0, *place), HERE)[0]).replace(json.dumps(HERE), junk)
        for number, place in enumerate([(), *places(TOKEN)])
        for junk in some(number)
    ]
    refusals = [f'{{"error": {junk}, "error_description": {junk}}}' for junk in JUNK]
    tasks = [(200, text) for text in texts]
    tasks += [((400, 401, 403, 429, 500)[number % 5], text) for number, text in enumerate(refusals)]
    at_once(partial(check, number, *task) for number, task in enumerate(tasks))


# Ids.


def assert_asked_for_nothing_else(call_id: str, outcome: Outcome, provider: str, asked: Sequence[str]) -> None:
    """Fail unless an id was refused unasked, or asked for as one segment of the vendor's own path."""
    if outcome["code"] == "usage":
        assert not asked
        return
    assert outcome["code"] == "not_found", outcome
    (target,) = asked
    assert target.startswith(vendors.path(provider, "call"))
    segment = target.removeprefix(vendors.path(provider, "call"))
    assert re.fullmatch(r"(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})+", segment)
    assert segment not in {".", ".."}
    assert unquote(segment, errors="strict") == call_id


SEGMENTS = [
    "/",
    "\\",
    "..",
    ".",
    "%2e",
    "%2F",
    "?",
    "#",
    ";",
    "@",
    ":",
    "//",
    "http://h",
    "&",
    "=",
    "+",
    " ",
    "\u00e9",
    "x",
]
ANY_ID = (
    st.text(min_size=1, max_size=40)
    | st.lists(st.sampled_from(SEGMENTS), min_size=1, max_size=6).map("".join)
    | st.binary(min_size=1, max_size=30).map(lambda data: data.decode("utf-8", "surrogateescape"))
)


@given(provider=st.sampled_from(vendors.NAMES), call_id=ANY_ID)
@settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.too_slow])
def test_any_word_is_one_segment_of_a_path_or_refused(
    answers: Answers, user: Env, forks: Forks, provider: str, call_id: str
) -> None:
    # None of these is an argument, or one that means a call of this provider.
    assume("\0" not in call_id and call_id != "-" and call_id.partition(":")[0] not in vendors.NAMES)
    assume(not any("\ud800" <= each < "\udc80" or "\udcff" < each <= "\udfff" for each in call_id))
    del answers.asked[:]
    done = forks.run("get", provider, "-o", "json", "--", call_id, env=user)
    assert_asked_for_nothing_else(call_id, one(done), provider, answers.asked)


@pytest.fixture(scope="module", params=vendors.NAMES)
def conversation(request: pytest.FixtureRequest, user: Env) -> Iterator[Conversation]:
    with Conversation(request.param, user) as running:
        yield running


@given(call_id=ANY_ID)
@example(call_id="x" * 70_000)
@example(call_id="\ud800")
@settings(deadline=None, max_examples=250)
def test_any_id_of_an_object_is_one_segment_of_a_path_or_refused(
    answers: Answers, conversation: Conversation, call_id: str
) -> None:
    del answers.asked[:]
    outcome = conversation.ask(json.dumps({"id": call_id}).encode())
    assert_asked_for_nothing_else(call_id, outcome, conversation.provider, answers.asked)


@given(line=st.binary(min_size=1, max_size=60) | ANY_ID.map(lambda text: text.encode("utf-8", "surrogatepass")))
@settings(deadline=None, max_examples=250)
def test_any_line_is_an_id_or_refused(answers: Answers, conversation: Conversation, line: bytes) -> None:
    text = line.decode("utf-8", "surrogateescape").strip()
    assume(text and b"\n" not in line and text.partition(":")[0] not in vendors.NAMES)
    assume(text[0] not in '#{["\ufeff')  # a comment, JSON that may go on, and what begins a file
    assume(not re.fullmatch("n[0-9]+", text))  # an id that is known here
    del answers.asked[:]
    assert_asked_for_nothing_else(text, conversation.ask(line), conversation.provider, answers.asked)


# Answers that nobody has thought of.

NAMES = ["Content-Type", "Content-Encoding", "Link", "Location", "Set-Cookie", "Date", "Server", "Vary", "X-Request-Id"]
VALUES = st.text(st.characters(min_codepoint=0x20, max_codepoint=0xFF, exclude_characters="\x7f"), max_size=60) | (
    st.sampled_from(["text/html; charset=x", "gzip", '<?a=1>; rel="next"', "//[", "a=b; Domain=[; Expires=x", "\xff"])
)
STATUSES = st.sampled_from([200, 200, 200, 201, 400, 401, 403, 404, 500, 503]) | st.integers(200, 599).filter(
    lambda status: status not in {423, 429}  # of which there is a test by itself: they are of the account
)


@cache
def bodies(provider: str) -> list[Any]:
    """Return the answers of every case of a provider."""
    own = [*known.cases("calls", provider), *known.cases("errors", provider)]
    found = [each.body for case in own for each in case.exchange]
    return [each for each in found if isinstance(each, dict | list) and each]


def with_something_odd(body: Any) -> st.SearchStrategy[Any]:
    return st.builds(lambda place, junk: put(body, place, junk), st.sampled_from([*places(body)]), Json)


@given(data=st.data(), status=STATUSES, names=st.dictionaries(st.sampled_from(NAMES), VALUES, max_size=3))
@settings(deadline=None, max_examples=400, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_any_answer_is_a_record_or_a_plain_error(
    answers: Answers, conversation: Conversation, data: st.DataObject, status: int, names: dict[str, str]
) -> None:
    odd = st.sampled_from(bodies(conversation.provider)).flatmap(with_something_odd)
    body = data.draw(st.binary(max_size=200) | (Json | odd).map(lambda value: json.dumps(value).encode()))
    answers.put("any", body, status, names | LATER)
    outcome = conversation.ask(b"any")
    if (
        outcome.get("code") == "auth_rejected" or outcome.get("http_status") == 401
    ):  # or the account would not be asked any more
        answers.put("good", b"{}")
        conversation.ask(b"good")
    if "code" not in outcome:
        assert 200 <= status < 300
    else:
        assert outcome["http_status"] in {status, None}
        assert (outcome["provider"], outcome["call_id"]) == (conversation.provider, "any")


WAITS = (
    st.sampled_from(["0", "-1", "1e9", "9" * 30, "999999", "0x10", "\xb2", "Fri, 01 Jan 2100 00:00:00 GMT"]) | VALUES
)
WAITS |= st.text("0123456789 ,:+-GMTJanFebFri", max_size=40)


@given(
    provider=st.sampled_from(vendors.NAMES),
    status=st.sampled_from([423, 429, 503]),
    names=st.fixed_dictionaries({"Retry-After": WAITS, "X-RateLimit-Reset": WAITS}),
    detail=Json,
)
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
def test_any_wait_that_is_named_is_obeyed_or_refused_in_time(
    answers: Answers, user: Env, forks: Forks, provider: str, status: int, names: dict[str, str], detail: Any
) -> None:
    body = json.dumps({"details": [{"name": "rateLimitResetTime", "value": detail}]}).encode()
    answers.put("wait", body, status, names)
    started = time.monotonic()
    told = one(forks.run("get", provider, "wait", "-o", "json", "--timeout", "0.2", env=user))
    assert time.monotonic() - started < GRACE
    assert told["code"] in {"network", "vendor_unavailable" if status == 503 else "rate_limited"}


def test_a_body_that_echoes_a_secret_keeps_whatever_else_is_in_it(answers: Answers, user: Env, forks: Forks) -> None:
    secret = user["CALLINSPECT_WEBEX_ACCESS_TOKEN"]
    body = {"id": "echo", "x": f"{secret} C:\\u0041bc \\/ \\\\u0041"}
    answers.put("echo", json.dumps(body).encode())
    done = forks.run("get", "webex", "echo", "-o", "json", env=user)
    assert done.status == 0
    assert checked(done.out)["vendor"]["x"] == body["x"].replace(secret, "[secret]")


def test_what_a_message_says_beside_a_call_takes_nothing_away(bare: Env, forks: Forks) -> None:
    body = b'{"data": {"call": {"id": "1", "extensions": "the call\'s"}, "extensions": "the message\'s"}}'
    done = forks.run("get", "genesys", "--from-file", "-", env=bare, stdin=body)
    kept = json.dumps(checked(done.out))
    assert "the call's" in kept
    assert "the message's" in kept


QUERIES = [
    pytest.param("(" * 2000 + "a" + ")" * 2000, id="parentheses"),
    pytest.param("[" * 500, id="brackets"),
    pytest.param("`" + "[" * 5000 + "`", id="a literal"),
    pytest.param("`1e999`", id="a number beyond all floats"),
    pytest.param("to_number(vendor.x)", id="a vendor's text as a number"),
    pytest.param("a" + ".a" * 3000, id="dots"),
    pytest.param("a" + " | a" * 100, id="pipes"),
    pytest.param('"\\ud800"', id="half a surrogate pair"),
]


@pytest.mark.parametrize("query", QUERIES)
def test_any_query_is_applied_or_a_usage_error(query: str, bare: Env, forks: Forks) -> None:
    arguments = ("get", "webex", "--from-file", "-", "--error-format", "json", "--query", query)
    done = forks.run(*arguments, env=bare, stdin=b'{"id": "1", "x": "nan"}')
    assert done.status in {0, EXITS["usage"]}
    if done.status == 0:
        json.loads(done.out, parse_constant=pytest.fail)
    else:
        assert done.out == b""


# What is known to be hard to hold, to follow or to show.


def nested(depth: int, before: str = "[", after: str = "]") -> str:
    return before * depth + "1" + after * depth


HARD: dict[str, tuple[str, str | None]] = {
    "90 lists deep": (nested(90), None),
    "90 objects deep": (nested(90, '{"a":', "}"), None),
    "101 lists deep": (nested(101), "bad_response"),
    "975 lists deep": (nested(975), "bad_response"),
    "975 objects deep": (nested(975, '{"a":', "}"), "bad_response"),
    "9 MB of brackets": ("[" * 3_000_000, "bad_response"),
    "4000 digits": ("9" * 4000, None),
    "4001 digits": ("9" * 4001, "bad_response"),
    "a float of 4001 digits": ("9" * 4001 + ".5", None),
    "1e999": ("1e999", None),
    "half a surrogate pair": (r'"\ud800"', None),
    "every control character": (json.dumps("".join(map(chr, range(0xA0)))), None),
    "1000 keys": (json.dumps(dict.fromkeys(map(str, range(1000)), 1)), None),
    "keys of ours": ('{"id": {}, "raw": 1, "vendor": {"vendor": 1}, "warnings": [1], "schema_version": "0"}', None),
    "a key that is a path": ('{"a.b": {"": {"c..d": [[1]]}}, "\\n\\u0000\\ud800": 1}', None),
}

FORMS: dict[str, tuple[str, ...]] = {
    "json": (),
    "jsonl": ("-o", "jsonl"),
    "csv": ("-o", "csv"),
    "card": ("-o", "table"),
    "card and document": ("-o", "table", "--include", "raw"),
    "document": ("-o", "table", "--raw"),
    "raw": ("--raw",),
    "included": ("--include", "raw"),
    "fields": tuple(word for path in fields.paths() for word in ("-f", path)),
    "query": ("--query", "[to_string(@), vendor.*, keys(vendor), warnings]"),
}


@pytest.mark.parametrize("form", FORMS)
def test_what_is_hard_to_hold_or_to_show_is_shown_or_refused(form: str, bare: Env, forks: Forks) -> None:
    def check(provider: str, name: str) -> None:
        text, code = HARD[name]
        body = json.dumps(known.account(provider)["odd"]).replace('"{any}"', text).encode()
        arguments = ("get", provider, "--from-file", "-", "--error-format", "json", *FORMS[form])
        done = forks.run(*arguments, env=bare, stdin=body)
        assert done.memory < MEMORY, name
        if form == "raw":
            assert (done.status, done.out) == (0, body), name
            return
        if code is not None:
            assert done.out == b"", name
            assert (failure(done.err.rstrip(b"\n"))["code"], done.status) == (code, EXITS[code]), name
            return
        assert (done.status, done.err) == (0, b""), (name, done.err[:300])
        assert not control_characters(done.out.decode("utf-8").replace("\r\n", "\n").replace("\t", "")), name
        if "-o" not in FORMS[form] and form != "fields":
            json.loads(done.out)

    turns = enumerate(HARD, [*FORMS].index(form))
    at_once(partial(check, vendors.NAMES[number % len(vendors.NAMES)], name) for number, name in turns)


LIMITED = """
import os, resource, sys
resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[1]),) * 2)
resource.setrlimit(resource.RLIMIT_CPU, (int(sys.argv[2]),) * 2)
os.execv(sys.argv[3], sys.argv[3:])
"""
"""Runs a program that gets no more memory, and no more of the processor's time, than so much."""

ROOM = 700_000_000
"""Bytes of addresses that any answer may take: a body of ten mebibytes in several forms, and the interpreter."""

EFFORT = 25
"""Seconds of the processor's time that any answer may take, less than a call may take by default."""

MOST = 10 * 1024 * 1024


def filled(before: str, unit: str, after: str) -> bytes:
    """Return a body that is as large as one may be, with as many of the units as there is room for."""
    return f"{before}{unit * ((MOST - len(before) - len(after) - 1) // len(unit.encode()))}{after}".encode()


AMPLE = [
    pytest.param("bandwidth", filled("", "[", ""), "jsonl", id="brackets"),
    pytest.param("bandwidth", filled('{"callId": "1", "x": [', "1,", "1]}"), "jsonl", id="numbers"),
    pytest.param("bandwidth", filled('{"callId": "1", "to": "', "\\u0001", '"}'), "jsonl", id="control characters"),
    pytest.param("genesys", filled('{"id": "1", "capabilities": [', '"",', '""]}'), "jsonl", id="texts"),
    pytest.param("webex", filled('{"id": "1", "created": "', "1", '"}'), "table", id="a timestamp"),
    pytest.param(
        "genesys",
        filled('{"id": "1", "participants": [', "1,", "1]}"),
        "jsonl",
        id="participants that are none",
    ),
    pytest.param(
        "genesys",
        filled('{"id": "1", "participants": [', '"1",', '"1"]}'),
        "jsonl",
        id="participants",
    ),
    pytest.param(
        "bandwidth",
        filled('{"callId": "1", "x": "', "\x7f", '"}'),
        "jsonl",
        id="characters to be escaped",
    ),
    pytest.param("bandwidth", filled('{"callId": "1", "errorMessage": "', "a ", '"}'), "table", id="words on a card"),
]


@pytest.mark.parametrize(("provider", "body", "form"), AMPLE)
def test_the_largest_answer_is_shown_or_refused_in_bounded_memory_and_time(
    provider: str, body: bytes, form: str, answers: Answers, user: Env
) -> None:
    answers.put("1", body)
    limits = [sys.executable, "-I", "-c", LIMITED, str(ROOM), str(EFFORT), str(SCRIPTS / "callinspect")]
    done = subprocess.run(
        [*limits, "get", provider, "1", "-o", form, "--error-format", "json"],
        env=unmeasured(user),
        capture_output=True,
        timeout=3 * TIMEOUT,
        check=False,
    )
    assert done.returncode in {0, EXITS["bad_response"]}, done.stderr[-500:]
    assert bool(done.stdout) == (done.returncode == 0)
    if form == "jsonl" and done.stdout:
        assert json.loads(done.stdout)["id"] == "1"
