"""What is hard to hold, to follow or to show is shown or refused, in bounded memory and time."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from functools import partial
from itertools import cycle
from typing import TYPE_CHECKING, Any

import pytest
from kit import cases as known
from kit import vendors
from kit.forks import at_once
from kit.junk import places, put, valued
from kit.junk_answers import HERE, control_characters
from kit.outcomes import EXITS, MEMORY, failure
from kit.program import SCRIPTS, TIMEOUT, unmeasured
from kit.vendor_texts import about, sayings

from callinspect.render import fields

if TYPE_CHECKING:
    from collections.abc import Iterator

    from kit.forks import Forks
    from kit.outcomes import Answers, Env


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
def test_what_is_hard_to_show_is_shown_or_refused(form: str, bare: Env, forks: Forks) -> None:
    def check(provider: str, name: str) -> None:
        text, code = HARD[name]
        odd = json.dumps(known.account(provider)["odd"])
        text = text[: MOST // (odd.count('"{any}"') + 1)]  # which only what is too much anyway exceeds
        body = odd.replace('"{any}"', text).encode()
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
        if form == "fields":
            assert (done.out.count(b"\n"), done.out.count(b"\t")) == (1, len(FORMS[form]) // 2 - 1), name
        elif form != "csv":  # both have what was sent as it is
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


def filled(body: Any, unit: str, before: str = "", after: str = "") -> bytes:
    """Return a body as large as one may be: of so many units, with what is before and after them, where HERE stands."""
    head, _, tail = json.dumps(body, ensure_ascii=False).partition(json.dumps(HERE, ensure_ascii=False))
    head, tail = head + before, after + tail
    return f"{head}{unit * ((MOST - len(head) - len(tail) - 1) // len(unit.encode()))}{tail}".encode()


def least(**more: Any) -> Any:
    return vendors.least(vendors.PLAIN, one_of(vendors.PLAIN)) | more


def one_of(vendor: str) -> str:
    """Return the ID of a vendor's call."""
    return vendors.call_id(vendor, "1")


def own_lists() -> Iterator[Any]:
    """Give each list that a vendor usually sends, much too long: of numbers and of texts by turns."""
    usual = Counter(
        (case.vendor, place)
        for case in known.cases("calls")
        for place in places(case.exchange[0].body)
        if isinstance(valued(case.exchange[0].body, place), list) and all(isinstance(step, str) for step in place)
    )
    units = cycle(("1,", '"1",', '"1",', "1,"))
    for case in known.cases("calls"):
        for place in places(case.exchange[0].body):
            if usual.pop((case.vendor, place), 0) > 2:
                unit = next(units)
                body = put(about(one_of(case.vendor), case.exchange[0].body, case.call_id), place, HERE)
                sent = filled(body, unit, "[", f"{unit[:-1]}]")
                yield pytest.param(case.vendor, sent, "jsonl", id=".".join(place))


TIMED = next(each for each in vendors.NAMES if "ended" in known.account(each))
OVER = known.account(TIMED)["ended"]
AMPLE = [
    pytest.param(vendors.PLAIN, b"[" * (MOST - 1), "jsonl", id="brackets"),
    pytest.param(vendors.PLAIN, filled(least(x=HERE), "1,", "[", "1]"), "jsonl", id="numbers"),
    pytest.param(vendors.PLAIN, filled(least(x=HERE), "\\u0001", '"', '"'), "jsonl", id="control characters"),
    pytest.param(vendors.PLAIN, filled(least(x=HERE), "\x7f", '"', '"'), "jsonl", id="characters to be escaped"),
    pytest.param(
        TIMED,
        filled(vendors.ended(TIMED, one_of(TIMED)) | {OVER["answered"]: HERE}, "1", '"', '"'),
        "table",
        id="a timestamp",
    ),
    *(
        pytest.param(
            each.vendor, filled(each.about(one_of(each.vendor)), "a ", '"', '"'), "table", id="words on a card"
        )
        for each in sayings("calls", {"cause.message": HERE})[:1]
    ),
    *own_lists(),
]


@pytest.mark.parametrize(("provider", "body", "form"), AMPLE)
def test_the_largest_answer_is_shown_or_refused(
    provider: str, body: bytes, form: str, answers: Answers, user: Env
) -> None:
    """In bounded memory, and time."""
    call_id = one_of(provider)
    answers.put(call_id, body)
    limits = [sys.executable, "-I", "-c", LIMITED, str(ROOM), str(EFFORT), str(SCRIPTS / "callinspect")]
    done = subprocess.run(
        [*limits, "get", provider, call_id, "-o", form, "--error-format", "json"],
        env=unmeasured(user),
        capture_output=True,
        timeout=3 * TIMEOUT,
        check=False,
    )
    assert done.returncode in {0, EXITS["bad_response"]}, done.stderr[-500:]
    assert b"another call" not in done.stderr
    assert bool(done.stdout) == (done.returncode == 0)
    if form == "jsonl" and done.stdout:
        assert json.loads(done.stdout)["id"] == call_id
