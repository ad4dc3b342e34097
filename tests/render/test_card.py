"""The card and the table, as they look on a real terminal."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from enum import Enum
from types import UnionType
from typing import Any, get_args, get_origin, get_type_hints

import pytest
from kit.ladders import REDIRECTED
from kit.program import callinspect
from kit.sandbox_calls import ANSWERED, ATTACHED, BUSY, EACH, known
from kit.screen import on_terminal

from callinspect import providers
from callinspect.model import Call, Cause, Outcome, State, further, related, timeline
from callinspect.model.related import Leg
from callinspect.provider import Document
from callinspect.render import table
from callinspect.render.card import card as drawn
from callinspect.render.style import Style

Env = dict[str, str]
COLOR = re.compile(r"\x1b\[[0-9;]*m")
ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
NARROW, NARROW_ASCII = Style(width=40), Style(width=40, ascii=True, encoding="ascii")


def shown(*arguments: str, env: Env, columns: int = 80) -> str:
    """Return what the program writes to a terminal of that width."""
    return on_terminal(*arguments, env=env, columns=columns)[1].decode().replace("\r\n", "\n")


def card(*arguments: str, env: Env, columns: int = 80) -> list[str]:
    return COLOR.sub("", shown("get", *arguments, env=env, columns=columns)).splitlines()


def test_it_says_first_what_state_and_how_it_came_out(env: Env) -> None:
    first, second, *_ = card(*BUSY, env=env)
    assert re.fullmatch(r" ENDED · busy +bandwidth · outbound · sandbox", first)
    assert second == f" {BUSY[1]}"


def test_it_says_why_in_words_and_in_codes(env: Env) -> None:
    lines = card(*BUSY, env=env)
    assert lines[3] == " The called party was busy (busy)."
    assert " “Callee is busy”" in lines
    assert any(line.startswith(" ≈ SIP 486 · Q.850 17") for line in lines)


def test_it_says_who_called_whom(env: Env) -> None:
    assert " +1 919-555-0143 US ──▶ +1 919-555-0134 US" in card(*ANSWERED, env=env)


def test_it_draws_ring_and_talk_in_proportion(env: Env) -> None:
    lines = card(*ANSWERED, env=env)
    (bar,) = [line for line in lines if "░█" in line]
    assert len(bar) == 79
    assert bar.count("░") == 1
    assert " ░ ring 3.1 s  █ talk 9 min 58.5 s  total 10 min 1.7 s" in lines


def test_it_tells_redirections_as_a_chain_most_recent_first() -> None:
    """Of a call without a timeline; else the ladder tells it."""
    text = drawn(REDIRECTED._replace(timeline=None), Style())
    assert "\n Redirected  “Dana Whitfield” 2107 (busy) ◀─ “Support queue” 8000 (call-queue)\n" in text


def test_it_shows_what_was_attached_and_what_else_was_sent(env: Env) -> None:
    lines = card(*ATTACHED, env=env)
    assert " Attached" in lines
    assert " More from Genesys Web Services" in lines
    assert any(line.split()[:1] == ["connId"] for line in lines)


def test_it_shows_what_the_vendor_withholds_as_private(env: Env) -> None:
    call = next(call for call in known() if "withholds the identity" in call.description)
    assert any(re.match(r" private( \(\w+\))? ──▶", line) for line in card(call.provider, call.id, env=env))


def test_it_does_not_show_a_signed_identity(env: Env) -> None:
    call = next(call for call in known() if "Identity header" in call.description)
    lines = card(call.provider, call.id, env=env)
    assert any(re.fullmatch(r"   identity +\d+ characters, see -o json", line) for line in lines)


@pytest.mark.parametrize("columns", [40, 80, 120])
@pytest.mark.parametrize("call", EACH, ids=lambda call: call[0])
def test_no_line_is_wider_than_the_terminal(call: tuple[str, str], columns: int, env: Env) -> None:
    """But for words that must stay whole."""
    for line in card(*call, env=env, columns=columns):
        assert len(line) <= columns or len(line.split()) == 1


def test_there_is_color_on_a_terminal(env: Env) -> None:
    assert COLOR.search(shown("get", *ANSWERED, env=env))


@pytest.mark.parametrize("asked", [{"NO_COLOR": "1"}, {"TERM": "dumb"}, {}], ids=["NO_COLOR", "TERM", "--no-color"])
def test_there_is_none_where_it_is_not_wanted(asked: Env, env: Env) -> None:
    option = () if asked else ("--no-color",)
    assert "\x1b" not in shown("get", *ANSWERED, *option, env=env | asked)


def test_an_empty_no_color_means_nothing(env: Env) -> None:
    assert COLOR.search(shown("get", *ANSWERED, env=env | {"NO_COLOR": ""}))


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_json_is_colored_on_a_terminal_and_never_wrapped(form: str, env: Env) -> None:
    text = shown("get", *ANSWERED, "-o", form, env=env, columns=40)
    plain = shown("get", *ANSWERED, "-o", form, "--no-color", env=env, columns=40)
    assert "\x1b" not in plain
    assert "\x1b" in text
    assert undated(COLOR.sub("", text)) == undated(plain)
    assert json.loads(plain)["state"] == "ended"
    assert form == "json" or plain.count("\n") == 1


def undated(text: str) -> str:
    """Return a record's text without its times, which are those of the sandbox's start."""
    return re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "", text)


def test_times_are_local_with_the_zone_named_or_utc(env: Env) -> None:
    local = card(*ANSWERED, env=env | {"TZ": "Asia/Kolkata"})
    assert any(line.endswith(", IST (UTC+5:30)") for line in local)
    assert any(line.endswith(", UTC") for line in card(*ANSWERED, "--utc", env=env | {"TZ": "Asia/Kolkata"}))


@pytest.mark.parametrize("options", [(), ("--raw",), ("-o", "json"), ("--raw", "-o", "json")], ids=" ".join)
def test_nothing_in_a_hostile_record_acts_on_the_terminal(options: tuple[str, ...], env: Env) -> None:
    for call in known(hostile=True):
        text = COLOR.sub("", shown("get", call.provider, call.id, *options, env=env))
        assert not {"\x1b", "\x07", "\x9b", "\x7f", "\u202e", "\u200b"} & set(text)


def test_a_terminal_without_unicode_gets_plain_characters(env: Env) -> None:
    lines = card(*ANSWERED, env=env | ASCII)
    assert " +1 919-555-0143 US --> +1 919-555-0134 US" in lines
    assert all(line.isascii() for line in lines)


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "1970-01-01T00:00:00Z"])
def test_a_date_that_stands_for_none_is_no_time_and_not_a_crash(moment: str, bare: Env) -> None:
    body = json.dumps({"callId": "c-1", "state": "queued", "enqueuedTime": moment}).encode()
    arguments = ("get", "bandwidth", "--from-file", "-", "-o", "table")
    done = callinspect(*arguments, env=bare | {"TZ": "America/New_York"}, stdin=body)
    assert done.returncode == 0
    assert b"  queued" not in done.stdout
    assert f"enqueuedTime is a placeholder, not a time: “{moment}”" in " ".join(done.stdout.decode().split())


def saved(provider: str, document: Any, *options: str, env: Env) -> str:
    """Return the card of a call as a vendor's document tells it."""
    arguments = ("get", provider, "--from-file", "-", "-o", "table", *options)
    done = callinspect(*arguments, env=env, stdin=json.dumps(document))
    assert (done.returncode, done.stderr) == (0, b"")
    return done.stdout.decode()


def told(provider: str, document: Any, style: Style) -> str:
    """Return the same without a process, as it is drawn in that style."""
    return drawn(providers.get(provider).normalize(Document(document)), style)


def unquoted(text: str) -> str:
    """Return what stands outside quotation marks, wherever it was broken."""
    return re.sub(r"\s", "", re.sub('“[^”]*”|"[^"]*"', "", text))


def calls_of(stranger: str) -> dict[str, Any]:
    """Return a call of each vendor in which that stranger chose everything but names, and keys of attached data."""
    party = {"number": stranger, "callType": stranger}
    webex = {
        "id": stranger,
        "callSessionId": stranger,
        "state": stranger,
        "personality": "terminator",
        "remoteParty": party,
        "redirections": [{"reason": stranger, "redirectingParty": party}],
        "recall": {"type": stranger, "party": party},
    }
    shaken = {"verstat": stranger, "attestationIndicator": stranger}
    bandwidth = {
        "callId": stranger,
        "parentCallId": stranger,
        "state": "disconnected",
        "direction": "inbound",
        "from": stranger,
        "to": f"sip:{stranger}@example.com",
        "disconnectCause": stranger,
        "errorMessage": stranger,
        "errorId": stranger,
        "stirShaken": shaken,
    }
    genesys = {
        "id": "g",
        "state": "Established",
        "ani": stranger,
        "participants": [
            {"digits": stranger, "location": stranger, "country": {"name": stranger}},
            {"digits": stranger},
        ],
        "capabilities": [stranger],
        "supervisorMonitoringState": stranger,
    }
    return {"webex": webex, "bandwidth": bandwidth, "genesys": genesys}


SEPARATE = {**vars(further), **vars(related), **vars(timeline), "Call": Call}
"""The types that are imported only where they are needed."""


def filled(kind: Any, text: str, left_out: tuple[str, ...] = ()) -> Any:
    """Return a value of a type of the record, every text in which is the one given; a leg has no legs of its own."""
    if kind is str or kind is Any:
        return text
    if get_origin(kind) in {UnionType, tuple}:
        each = filled(get_args(kind)[0], text, left_out)
        return (each,) if get_origin(kind) is tuple else each
    if get_origin(kind) is Mapping:
        return {text: text}
    if hasattr(kind, "_fields"):
        left_out = ("related", "timeline") if kind is Leg else left_out
        fields = {name: below for name, below in get_type_hints(kind, localns=SEPARATE).items() if name not in left_out}
        return kind(**{name: filled(below, text, left_out) for name, below in fields.items()})
    return list(kind)[-1] if issubclass(kind, Enum) else None


@pytest.mark.parametrize(
    "text", ["\x1b[2J", "\x07\x08", "\u202e123", "a\nENDED", "\x9b31m", "\ud800", "\u200b"], ids=ascii
)
@pytest.mark.parametrize("drawing", [drawn, lambda call, style: table.calls([call], style)], ids=["card", "table"])
def test_no_text_of_a_call_acts_whatever_its_field(drawing: Any, text: str) -> None:
    shown = drawing(filled(Call, text), Style(width=200))
    assert shown.replace("\n", "").isprintable()
    assert "\nENDED" not in shown


OURS = {"Call": ("provider",), "Cause": ("title", "explanation", "next")}
"""Fields with texts of ours, by the type that has them."""


def strangers(value: Any) -> Any:
    """Return a part of a record with fields of ours as they would be, and without those below keys of the vendor."""
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return tuple(strangers(each) for each in value)
    if not hasattr(value, "_fields"):
        return value
    fields = {name: strangers(each) for name, each in value._asdict().items()}
    own = dict.fromkeys(OURS.get(type(value).__name__, ()), "ours")
    return value._replace(**fields | own | {name: {} for name, each in fields.items() if isinstance(each, Mapping)})


@pytest.mark.parametrize("event", [each for each in timeline.Happened if each != "observed"])
def test_no_type_of_the_record_is_without_its_guard(event: timeline.Happened) -> None:
    """Guards are known by the names of types: one that has none would be drawn as if its texts were ours.

    What is observed is a state of ours.
    """
    forged = "x” forged “y"
    call = strangers(filled(Call, forged))._replace(warnings=())
    entry = call.timeline[0]._replace(event=event, source="/related/events/0")
    for each in (call._replace(timeline=(entry,)), call._replace(timeline=(entry,), outcome=None, participants=())):
        text = re.sub("“[^”]*”", "", drawn(each, Style(width=1000)))
        assert "forged" not in text


NAMES = (
    "+14155550100",
    "private",
    "+14155550100 ──▶ +19005550000",
    "Riley” +19005550000 ──▶ “Bob",
    'Riley" --> "Bob',
    "Riley Maximilian Fisher ended",
    "Riley Fisher 10:17:34.621  answered",
    f"{'A' * 60}ENDED·answered",
    f"{'A' * 32}\u00a0ENDED\u00a0·\u00a0answered",
    f"Riley{' ' * 90}ENDED · answered",
    "! the call ended before it started",
    "Session Y2lzY29zcGFyazovL3VzL0NBTEwvY2FsbGhhbGY",
)
"""Names that look like something of the card's, or whose lines begin so."""


@pytest.mark.parametrize("ascii_only", [False, True], ids=["UTF-8", "ASCII"])
@pytest.mark.parametrize("name", NAMES)
def test_a_name_stands_in_quotation_marks_that_it_cannot_close(name: str, ascii_only: bool) -> None:
    party = {"name": name, "number": "+14155550142"}
    document = {
        "id": "c",
        "state": "alerting",
        "personality": "terminator",
        "remoteParty": party,
        "redirections": [{"reason": "busy", "redirectingParty": party}],
        "recall": {"type": "park", "party": {"name": name}},
    }
    text = told("webex", document, NARROW_ASCII if ascii_only else NARROW)
    first, *lines = text.partition("\n\n")[2].split("\n")
    said = "+1415-555-0142US-->thisuserRedirected+1415-555-0142US(busy)Recallpark,"
    said += "Morefromwebexpersonalityterminator"
    assert unquoted(text.partition("\n\n")[2]) == (said if ascii_only else said.replace("-->", "──▶"))
    assert re.match(' ["“]', first)
    assert all(re.match("$|   | (──▶|-->|Redirected|Recall|More) ?", line) for line in lines), text
    assert all(len(line) <= 40 for line in lines)
    assert text.isascii() or not ascii_only


WORDS = (
    "+1 ──▶ +19005550000",
    "+1 --> +19005550000",
    "+1 (emergency) ",
    "busy) +19005550000 (external",
    "ENDED · answered",
    "x” the call was answered “y",
    'x" the call was answered "y',
    "! the call ended before it started",
    "<+19005550000>",
    f"Recording{' ' * 30}on",
)
"""What is no number, no id and no plain word, and looks like something of the card's."""


@pytest.mark.parametrize("stranger", WORDS)
@pytest.mark.parametrize("provider", calls_of(""))
def test_what_is_no_plain_word_stands_in_quotation_marks(provider: str, stranger: str) -> None:
    text = told(provider, calls_of(stranger)[provider], NARROW)
    own, _, beside = text.partition(f" More from {provider}\n")
    warnings = beside[beside.index("\n !") :] if "\n !" in beside else ""
    assert re.sub(r"\s", "", stranger) not in unquoted(own + warnings)
    assert unquoted(own).count("──▶") == 1
    assert "wasanswered" not in unquoted(own + warnings)


@pytest.mark.parametrize(
    "number", ["2107", "*72", "(916) 555-0104", "+1 415 555 0100", "sip:a.b@example.com;user=phone"]
)
def test_a_number_stands_without_quotation_marks(number: str) -> None:
    document = {"id": "c", "personality": "terminator", "remoteParty": {"number": number}}
    assert f"\n {number} ──▶ this user\n" in told("webex", document, Style())


@pytest.mark.parametrize("number", ["reception", "answered", "emergency"])
def test_a_word_in_place_of_a_number_is_not_ours(number: str) -> None:
    document = {"id": "c", "personality": "terminator", "remoteParty": {"number": number}}
    assert f"\n “{number}” ──▶ this user\n" in told("webex", document, Style())


def test_keys_of_others_are_indented_more_than_our_labels() -> None:
    others = {"Session": "forged", "ENDED · answered": 1, "! forged": 1, f"{'x' * 50} ended": f"{'y' * 50} ended"}
    document = {"id": "c", "state": "Established", "callUuid": "true-session", "userData": others, **others}
    text = told("genesys", document, NARROW)
    own = [line for line in text.splitlines() if re.match(r" \S", line)]
    assert own[3:] == [" Session  true-session", " Attached", " More from genesys"]
    assert text.count("“ENDED · answered”") == text.count("“! forged”") == 2


def test_the_vendors_document_below_a_card_is_not_the_cards(bare: Env) -> None:
    text = saved("webex", {"id": "c", "Session": "forged"}, "--include", "raw", env=bare)
    assert re.search(r"\n As webex sent it\n   id +c\n   Session  forged\n$", text)


def test_a_saved_answer_of_the_sandbox_is_any_vendors(env: Env) -> None:
    raw = callinspect("get", *ANSWERED, "--raw", env=env).stdout
    done = callinspect("get", ANSWERED[0], "--from-file", "-", "-o", "table", env=env, stdin=raw)
    assert done.stdout.decode().splitlines()[0].endswith("bandwidth · inbound")


def test_an_emergency_call_says_so_in_red(env: Env) -> None:
    call = next(call for call in known() if "emergency" in call.description)
    text = shown("get", call.provider, call.id, env=env)
    assert "\x1b[1;31memergency\x1b[0m" in text
    assert " ──▶ unknown (emergency)\n" in COLOR.sub("", text)


@pytest.mark.parametrize(("kind", "shown"), [("external", " (external)"), ("other", ""), ("a) (b", " (“a) (b”)")])
def test_what_a_party_is_stands_beside_it(kind: str, shown: str) -> None:
    document = {"id": "c", "personality": "terminator", "remoteParty": {"number": "2107", "callType": kind}}
    assert f"\n 2107{shown} ──▶ this user\n" in told("webex", document, Style())


ZONES = [
    ("America/New_York", "2026-11-01T05:30", "2026-11-01T06:10", ["EDT (UTC-4)", "01:30", "EST (UTC-5)", "01:10"]),
    ("America/New_York", "2026-03-08T06:59", "2026-03-08T07:00", ["EST (UTC-5)", "01:59", "EDT (UTC-4)", "03:00"]),
    ("America/Bogota", "2026-10-25T00:59", "2026-10-25T01:01", ["UTC-5", "19:59", "20:01"]),
    ("Europe/London", "2026-11-21T12:59", "2026-11-21T13:01", ["GMT (UTC+0)", "12:59", "13:01"]),
    ("Europe/Berlin", "2026-10-25T00:59", "2026-10-25T01:01", ["CEST (UTC+2)", "02:59", "CET (UTC+1)", "02:01"]),
    ("Australia/Lord_Howe", "2026-04-04T14:59", "2026-04-04T15:01", ["UTC+11", "01:59", "UTC+10:30", "01:31"]),
    ("UTC", "2026-11-21T23:59", "2026-11-22T00:01", ["UTC", "23:59", "UTC", "00:01"]),
    ("UTC", "2026-11-21T22:59", "2026-11-21T23:01", ["UTC", "22:59", "23:01"]),
]


@pytest.mark.parametrize(("zone", "start", "end", "expected"), ZONES)
def test_each_time_stands_under_its_own_date_and_zone(
    zone: str, start: str, end: str, expected: list[str], bare: Env
) -> None:
    document = {"callId": "c", "state": "disconnected", "startTime": f"{start}:00Z", "endTime": f"{end}:00Z"}
    text = saved("bandwidth", document, env=bare | {"TZ": zone}).replace("\N{MINUS SIGN}", "-")
    assert re.findall(r"20[0-9]{2}, (.+)|^ ([0-9:]{5}):00\.000", text, re.MULTILINE) == [
        ("", each) if re.fullmatch("[0-9:]{5}", each) else (each, "") for each in expected
    ]


START = datetime(2026, 11, 21, 10, 0, tzinfo=UTC)
LATER = START + timedelta(seconds=10)


ENDED = {"state": State.ENDED, "created_at": START, "ended_at": LATER}
GOING_ON = {"created_at": START, "retrieved_at": LATER}
HELD = {"state": State.HELD, "created_at": None, "answered_at": START}


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        (ENDED | {"outcome": Outcome.BUSY}, "░ no answer 10 s  total 10 s"),
        (ENDED | {"outcome": Outcome.ANSWERED}, "total 10 s"),
        (ENDED | {"outcome": Outcome.UNKNOWN}, "total 10 s"),
        (ENDED | {"outcome": Outcome.FAILED}, "total 10 s"),
        (ENDED | {"outcome": Outcome.BUSY, "ended_at": START}, "total 0 s"),
        (ENDED | {"outcome": Outcome.BUSY, "ended_at": START - timedelta(seconds=1)}, ""),
        (ENDED | {"outcome": Outcome.CANCELED, "created_at": None, "queued_at": START}, ""),
        (ENDED | {"outcome": Outcome.ANSWERED, "ended_at": None, "retrieved_at": LATER}, ""),
        (ENDED | {"answered_at": START + timedelta(seconds=3), "ended_at": None, "retrieved_at": LATER}, "░ ring 3 s"),
        (GOING_ON | {"state": State.QUEUED, "created_at": None, "queued_at": START}, "░ queued 10 s  so far"),
        (GOING_ON | {"state": State.RINGING, "created_at": None, "queued_at": START}, ""),
        (GOING_ON | {"state": State.RINGING}, "░ ring 10 s  so far"),
        (GOING_ON | {"state": State.DIALING}, "░ dialing 10 s  so far"),
        (GOING_ON | {"state": State.ACTIVE}, "10 s so far"),
        (
            GOING_ON | {"state": State.HELD, "created_at": None, "answered_at": START},
            "█ since answer 10 s  so far, now on hold",
        ),
        (GOING_ON | {"state": State.ACTIVE, "answered_at": START}, "█ talk 10 s  so far"),
        (GOING_ON | {"state": State.UNKNOWN}, ""),
    ],
)
def test_how_long_says_no_more_than_is_known(facts: dict[str, Any], said: str) -> None:
    text = drawn(Call("p", "c", **facts), Style())
    found = [line.strip() for line in text.splitlines() if re.search("^ [^0-9]*[0-9.]+ s|far", line)]
    assert found == [said] * bool(said)
    assert ("░" in text or "█" in text) == ("░ " in said or "█ " in said)


@pytest.mark.parametrize(
    ("outcome", "cause", "said"),
    [
        (Outcome.UNANSWERED, None, ["The call ended without being answered."]),
        (Outcome.UNKNOWN, None, ["The call has ended; p does not report how."]),
        (Outcome.FAILED, None, ["The call failed."]),
        (Outcome.BUSY, None, []),
        (Outcome.UNANSWERED, Cause(code="X"), ["The call ended without being answered (X)."]),
        (Outcome.CANCELED, Cause(title="Answered elsewhere", q850=26), ["Answered elsewhere.", "≈ Q.850 26"]),
        (Outcome.BUSY, Cause(code="x y", sip=486), ["cause “x y”  ≈ SIP 486"]),
    ],
)
def test_why_it_ended_is_told_from_what_is_there(outcome: Outcome, cause: Cause | None, said: list[str]) -> None:
    text = drawn(Call("p", "c", state=State.ENDED, outcome=outcome, cause=cause), Style())
    assert [line.strip() for line in text.splitlines()[3:-2]] == said


def test_codes_that_come_nearest_are_told_in_ascii_too(env: Env) -> None:
    assert any(line.startswith(" ~ SIP 486 - Q.850 17  error ID ") for line in card(*BUSY, env=env | ASCII))


def test_a_duration_says_whose_it_is(env: Env) -> None:
    assert " duration according to Genesys Web Services: 1 min 35 s" in card(*ATTACHED, env=env)


@pytest.mark.parametrize("text", ["é" * 30, "\u6f22" * 30], ids=["Latin", "Chinese"])
def test_a_terminal_that_lacks_characters_is_not_overfull(text: str, bare: Env) -> None:
    document = {"id": "c", "personality": "terminator", "remoteParty": {"name": text}, "note": text}
    assert max(map(len, saved("webex", document, env=bare | ASCII).splitlines())) <= 80


@pytest.mark.parametrize(
    ("given", "is_ascii"),
    [
        ({"LC_ALL": "C"}, True),
        ({"LC_ALL": "POSIX"}, True),
        ({"LC_ALL": "C.UTF-8"}, False),
        ({"LC_ALL": "C", "PYTHONUTF8": "1"}, False),
    ],
    ids=str,
)
def test_in_the_locale_c_the_card_is_drawn_in_ascii(given: dict[str, str], is_ascii: bool, env: Env) -> None:
    assert "".join(card(*BUSY, env=env | given)).isascii() is is_ascii
