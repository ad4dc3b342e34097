"""`callinspect identify`: whose ID is this? And what surrounds an ID that people paste."""

import json
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterable, Mapping
from random import Random
from typing import Any

import pytest
from kit.program import callinspect
from kit.sandbox_calls import ANSWERED, BILLED, RINGING
from kit.terminals import Terminal

from callinspect.sandbox import calls

Env = dict[str, str]
KNOWN = [(call.provider, call.id) for call in calls()]
UUID = "3c9f1d20-77aa-4e0b-9d31-5f2b8a640011"
UUIDS = ("asterisk", "genesyscloud", "plivo", "signalwire", "telnyx", "vonage")
"""Whose calls may have such an ID."""


def identified(words: Iterable[str], env: Mapping[str, str]) -> list[Any]:
    """Return what is said of words on standard input."""
    done = callinspect("identify", "-", env=env, stdin="".join(f"{word}\n" for word in words))
    assert done.stderr == b"", done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_every_id_of_the_sandbox_is_known_as_its_vendors(bare: Env) -> None:
    """And none that is certain or likely has another candidate."""
    found = identified((call_id for _, call_id in KNOWN), bare)
    assert [each["id"] for each in found] == [call_id for _, call_id in KNOWN]
    for (provider, call_id), each in zip(KNOWN, found, strict=True):
        candidates = [(one["provider"], one["kind"]) for one in each["candidates"]]
        assert (provider, "call") in candidates, call_id
        assert len(candidates) == 1 or {one["certainty"] for one in each["candidates"]} == {"possible"}, call_id


WRAPS: list[Callable[[str], str]] = [
    *(lambda text, pair=pair: f"{pair[0]}{text}{pair[1]}" for pair in ("()", "[]", "{}", "<>", '""', "''", "``")),
    *(
        lambda text, pair=pair: f"{pair[0]}{text}{pair[1]}"
        for pair in ("“”", "\u2018\u2019", "«»", "\u200b\ufeff", "  ")
    ),
    *(lambda text, end=end: f"{text}{end}" for end in (",", ";", "\r", "\t", "\u200e", ")", "]", '",', "\u00a0")),
    *(lambda text, start=start: f"{start}{text}" for start in ("\ufeff", "(", "<", "'", "\u00a0", ", ")),
    *(lambda text, name=name: f"{name}{text}" for name in ("callId=", "call_id: ", "Call ID: ", "UUID = ", "sid:")),
    lambda text: text.replace("-", "\u2011"),
    lambda text: text.replace("-", "\u2013"),
    lambda text: f"{text[:9]}\u200b{text[9:]}",
]

PASTES: list[Callable[[str], str]] = [
    lambda text: f'"callId": "{text}",',
    lambda text: f"'call_id' : '{text}'",
    lambda text: f"[call](https://portal.example.com/calls/{text})",
    lambda text: f"[the call](<https://portal.example.com/calls/{text}>)",
    lambda text: f"see https://portal.example.com/calls/{text} please",
    lambda text: f"bandwidth: it is (https://portal.example.com/calls/{text}).",
    lambda text: f'<a href="https://portal.example.com/calls/{text}">this</a>',
]
"""Pieces of logs, pages and messages."""

ADDRESSES: list[Callable[[str], str]] = [
    lambda text: f"https://portal.example.com/calls/{text}",
    lambda text: f"https://portal.example.com/calls/{text}/events/?tab=2&token=x",
    lambda text: f"http://me:pw@portal.example.com:8080/#/calls/{text}?tab=2",
    lambda text: f"HTTPS://portal.example.com/search?from=2026-11-26&call={text}",
]


def test_what_surrounds_an_id_is_taken_off_and_nothing_else(bare: Env) -> None:
    dice = Random(14)
    pasted = []
    for _, call_id in KNOWN * 3:
        text = dice.choice(ADDRESSES)(call_id) if dice.random() < 1 / 3 else call_id
        for wrap in dice.sample(WRAPS, dice.randint(1, 4)):
            text = wrap(text)
        pasted.append(text)
    found = identified(pasted, bare)
    wrong = [
        (text, each["id"])
        for text, each, (_, known) in zip(pasted, found, KNOWN * 3, strict=True)
        if each["id"] != known
    ]
    assert wrong == []


@pytest.mark.parametrize("wrap", [*WRAPS, *ADDRESSES, *PASTES])
def test_each_thing_that_surrounds_an_id_is_taken_off(wrap: Callable[[str], str], bare: Env) -> None:
    """In an argument, too."""
    for _, call_id in (ANSWERED, RINGING):
        done = callinspect("identify", wrap(call_id), "-", env=bare, stdin=f"{wrap(call_id)}\n" * 2)
        assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == [call_id] * 3


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (ANSWERED[1], [("bandwidth", "call", "certain")]),
        (BILLED[1], [("catapult", "call", "certain")]),
        (ANSWERED[1].upper(), []),
        ("0071022ec8ac8056", [("genesys", "call", "likely")]),
        ("01RCC3N118B1V0SL8O7GK2LAES000010", [("genesys", "call", "likely")]),
        ("0123456789ABCDEF" * 2, [("genesys", "call", "possible")]),
        ("0123456789abcdef" * 2, [("vonage", "call", "possible")]),
        ("CON-0123456789abcdef", [("vonage", "conversation", "certain")]),
        (
            UUID,
            [
                *((name, "call", "possible") for name in UUIDS),
                ("webex", "session", "possible"),
            ],
        ),
        ("v3:ab_-c==", [("telnyx", "call", "certain")]),
        ("PJSIP/trunk-00000007", [("asterisk", "channel name", "certain")]),
        *(
            (text, [("asterisk", "call", "certain")])
            for text in ("1764147200.18", "1764147200.18;2", "pbx-1-1764147200.1")
        ),
        ("CA" + "0123456789abcdef" * 2, [("twilio", "call", "certain")]),
        *((text, []) for text in ("x%2Fy%20", "a+b/c=", "(1)(2)", "a;1", "x=y", "call", "id", "é")),
    ],
)
def test_the_form_says_whose_an_id_is(text: str, expected: list[tuple[str, ...]], bare: Env) -> None:
    done = callinspect("identify", text, env=bare)
    found = json.loads(done.stdout)
    assert found["id"] == text
    assert [(each["provider"], each["kind"], each["certainty"]) for each in found["candidates"]] == expected
    assert all(each.keys() == {"provider", "kind", "certainty", "why"} and each["why"] for each in found["candidates"])
    assert done.returncode == (0 if expected else 3)


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("us/CALL/callhalf-1:0", "call"),
        ("us/CALL/BCLD/callhalf-488:0", "call"),
        ("urn:TEAM:us-east-2_a/CALL/callhalf-1:0", "call"),
        (f"us/PEOPLE/{UUID}", "person"),
        (f"us/PLACE/{UUID}", "workspace"),
        (f"us/APPLICATION/{UUID}", "application"),
        (f"us/ORGANIZATION/{UUID}", "other"),
    ],
)
def test_an_id_that_holds_an_address_says_what_it_is_of(word: str, kind: str, bare: Env) -> None:
    encoded = urlsafe_b64encode(f"ciscospark://{word}".encode()).decode()
    for text in (encoded, encoded.rstrip("=")):
        [candidate] = json.loads(callinspect("identify", text, env=bare).stdout)["candidates"]
        assert (candidate["provider"], candidate["kind"], candidate["certainty"]) == ("webex", kind, "certain")


def test_an_id_without_a_candidate_still_has_its_line(bare: Env) -> None:
    done = callinspect("identify", ANSWERED[1], "nonsense", "-o", "json", env=bare)
    assert done.returncode == 3
    assert [len(each["candidates"]) for each in json.loads(done.stdout)] == [1, 0]
    done = callinspect("identify", "nonsense", BILLED[1], "-o", "table", env=bare)
    lines = done.stdout.decode().splitlines()
    assert lines[:3] == ["nonsense", "    no provider has IDs like this", BILLED[1]]
    assert lines[3].startswith("    certain: catapult, a call ID (")


def test_what_get_reads_identify_reads(bare: Env) -> None:
    text = f"id,outcome\n{BILLED[1]},busy\n"
    assert [each["id"] for each in identified([text], bare)] == [BILLED[1]]
    lines = (f"Bandwidth:{ANSWERED[1]}", json.dumps({"provider": "x", "id": BILLED[1]}), f'["{RINGING[1]}"]')
    assert [each["id"] for each in identified(lines, bare)] == [ANSWERED[1], BILLED[1], RINGING[1]]


def test_a_line_that_cannot_be_an_id_is_named(bare: Env) -> None:
    done = callinspect("identify", "-", env=bare, stdin=f"c 1\n{ANSWERED[1]}\n")
    assert (done.returncode, json.loads(done.stdout)["id"]) == (2, ANSWERED[1])
    assert b"line 1: " in done.stderr


def test_an_address_without_an_id_is_named_without_its_query(bare: Env) -> None:
    for command in ("identify", "get"):
        done = callinspect(command, "https://me:pw@h.example.com/a/b?token=hush#x", "-v", env=bare)
        assert (done.returncode, done.stdout) == (2, b"")
        assert b"h.example.com/a/b" in done.stderr
        assert not any(each in done.stderr for each in (b"hush", b"pw"))


def test_ids_that_are_typed_are_answered_one_by_one(bare: Env) -> None:
    terminal = Terminal("identify", "-", env=bare)
    terminal.until("Type or paste IDs, one a line; Ctrl-D ends.\r\n")
    terminal.type(f"{ANSWERED[1]}\n")
    terminal.until("certain: bandwidth")
    terminal.type("\x04")
    assert terminal.ended().status == 0


def test_without_input_no_terminal_is_read(bare: Env) -> None:
    run = Terminal("identify", "-", "--no-input", env=bare).ended()
    assert (run.status, b"with --no-input nothing is read" in run.out) == (2, True)


def test_its_help_has_the_options_that_decide_the_order(bare: Env) -> None:
    shown = callinspect("identify", "--help", env=bare).stdout.decode()
    assert all(option in shown for option in ("--profile", "--sandbox", "--no-input"))
    assert "--timeout" not in shown
