"""What the card shows of a record: all that the vendor sent, once."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from kit import cases, sandbox_requests
from kit.case_playback import inspect
from kit.screen import columns_of, escaped

from callinspect import providers
from callinspect.client.timeline import with_timeline
from callinspect.errors import CallinspectError
from callinspect.model import (
    Call,
    Direction,
    Durations,
    EndedBy,
    Outcome,
    Party,
    Reason,
    Recording,
    Redirection,
    State,
)
from callinspect.model.further import Verification
from callinspect.model.writing import record
from callinspect.provider import Document
from callinspect.render import people
from callinspect.render.card import card
from callinspect.render.harmless import MAX_TEXT
from callinspect.render.numbers import readable
from callinspect.render.style import NO_BREAK, Style
from callinspect.sandbox import Sandbox, calls

WIDE = Style(width=10_000)
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)

SHORT = 12
"""Characters of a text that may be there twice by coincidence, as a word of ours such as `recording`."""

HIDDEN = re.compile(
    r"schema_version|retrieved_at|updated_at|outcome|warnings.*|(vendor|metadata)\..*|links\.(self|device|parent|events|recordings|transcriptions)"
    r"|cause\.title"  # where it is explained
    r"|cause\.(sip|q850)_from"  # a mark says it
    r"|timeline\[\]\..*|related\.events\[\]\..*"  # each step is told in words
    r"|related\.legs\[\]\.call\..*"  # another record, with a card of its own
    r"|related\.\w+(\[\])?\.vendor\..*"
    r"|monitoring\.state"  # in words
    r"|redirections\[\]\.(vendor_reason|party\.kind)|recall\.party\.kind"  # the reason stands there in our words
    r"|.*\.country\.(code|calling_code)"  # its name is shown
    r"|.*(_|\.)at"  # in the zone of display
)
"""Values of the record that are deliberately in JSON only, shown in other words, or looked at by another test."""


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield from leaves(each, f"{path}.{key}".lstrip("."))
    elif isinstance(value, list):
        for each in value:
            yield from leaves(each, f"{path}[]")
    elif isinstance(value, str) and value:
        yield path, value


LOCAL = re.compile(r"sips?:[^@]*@(127\.0\.0\.1|localhost)\b.*")
"""Addresses that lead nowhere."""


def is_withheld(path: str, value: str, made: dict[str, Any]) -> bool:
    """Whether a value belongs to a party who is private, leads nowhere, or is a word that says nothing."""
    if (path.endswith("uri") and LOCAL.fullmatch(value)) or (path.endswith("kind") and value in {"acd", "user"}):
        return True
    if path == "verification.result" and value == "Not Applicable":
        return True
    return bool((made.get(path.partition(".")[0]) or {}).get("private")) if path.startswith(("from.", "to.")) else False


def check(call: Call) -> None:
    """Check that the card has each text of the record, and above the vendor's own fields as often as the record."""
    made = record(call)
    text = card(call, WIDE, vendor="Vendor").casefold()  # who stands in prose as well
    above = re.split(r"\n (?:attached|more from \w+|! .*)\n", text)[0]
    above = above.replace(((made["cause"] or {}).get("message") or "\0").casefold(), "")  # it may name the cause
    above = above.replace(f"; {call.provider} does not report how", "")  # a sentence of ours
    times = Counter(value for path, value in leaves(made) if not path.startswith(("vendor.", "metadata", "warnings")))
    for path, value in leaves(made):
        if path == "cause.next" and made["outcome"] == "answered":
            assert value.casefold() not in text, "there is nothing to do about a call that went well"
            continue
        if path == "vendor_state" and made["outcome"] not in {None, "unknown"}:
            continue  # state and outcome say it
        if HIDDEN.fullmatch(path) or is_withheld(path, value, made) or value in {"other", "unknown"} or "\x1b" in value:
            continue
        beginning = value[:MAX_TEXT] if path.startswith("related.") else value  # of a text that is long
        shown = escaped(readable(beginning).replace(NO_BREAK, " ")).casefold()
        literal = re.escape(shown)  # first, which is searched for many times faster than what must not stand before it
        whole = rf"{literal}(?<![\w./-]{literal})(?![\w/-])"
        assert re.search(whole, text), (path, value, text)
        alone = rf"{whole}(?!;\d)"  # not the beginning of a longer ID
        assert len(value) < SHORT or len(re.findall(alone, above)) <= times[value], (path, value, text)


@pytest.mark.parametrize("name", cases.vendors())
def test_each_value_of_a_record_is_on_its_card_once(name: str, sandbox: Sandbox) -> None:
    """Of all calls of the sandbox and all cases."""
    for case in cases.cases("calls", name):
        provider = providers.get(name)
        check(with_timeline(provider.normalize(inspect(provider, case)[0])))
    read = 0
    for each in calls(name):
        if not each.description.startswith(("fault", "hostile")) and not each.living:
            try:
                check(with_timeline(sandbox_requests.call(sandbox, each)))
            except CallinspectError:
                continue  # a call that is not found
            read += 1
    assert read > 10


@pytest.mark.parametrize("path", ["to.person_id", "redirections[0].party.place_id"])
def test_ids_without_a_label_stand_with_the_vendors_fields(path: str) -> None:
    provider = providers.get("webex")
    party = {"number": "2107", "placeId": "place-1", "personId": "person-1"}
    body: dict[str, Any] = {"id": "c", "state": "remoteHeld", "personality": "originator", "remoteParty": party}
    body["redirections"] = [{"reason": "busy", "redirectingParty": {"number": "1", "placeId": "place-2"}}]
    text = card(provider.normalize(Document(body)), Style())
    value = {"to.person_id": "person-1"}.get(path, "place-2")
    assert re.search(rf"^   {re.escape(path)} +{value}$", text.partition("More from webex")[2], re.MULTILINE)


@pytest.mark.parametrize(
    ("state", "outcome", "word", "head", "is_below"),
    [
        (State.HELD, None, "remoteHeld", "HELD (remoteHeld)", False),
        (State.ACTIVE, None, "in conference", "ACTIVE (“in conference”)", False),
        (State.ACTIVE, None, "Active", "ACTIVE ", False),
        (State.UNKNOWN, None, "Parked", "UNKNOWN (Parked)", False),
        (State.ENDED, Outcome.ANSWERED, "completed", "ENDED · answered ", False),
        (State.ENDED, Outcome.UNKNOWN, "Released", "ENDED · unknown ", True),
    ],
)
def test_the_vendors_word_for_the_state_is_there_once(
    state: State, outcome: Outcome | None, word: str, head: str, is_below: bool
) -> None:
    """In the heading where it says more than ours; below where the call is over, and nobody knows how."""
    text = card(Call("p", "c", state=state, outcome=outcome, vendor_state=word), Style())
    assert text.startswith(f" {head}")
    assert (word in text.partition("More from p")[2]) is is_below


@pytest.mark.parametrize(
    ("vendor", "said"),
    [
        ({"callType": "Inbound", "direction": "in"}, []),
        ({"ani": "9165550104", "dnis": "(916) 555-0104", "digits": "+1 916.555.0104"}, []),
        ({"ani": "555-0104", "year": "0104"}, ["year"]),
        ({"ani": "9165550105"}, ["ani"]),
        ({"account": "7", "parts": [{"account": "7"}, {"account": "8"}]}, ["account", "parts[1].account"]),
        ({"a": "yes", "b": "yes"}, ["a", "b"]),
        ({"fileFormat": "WAV_16", "dash": "-", "star": "*"}, ["fileFormat", "dash", "star"]),
        ({"status": "no_answer", "other": "NO ANSWER"}, []),
    ],
    ids=str,
)
def test_what_the_card_says_already_is_not_there_again(vendor: dict[str, Any], said: list[str]) -> None:
    """However it is written, and a field of the same name and value in another place; nothing else is left out."""
    call = Call("p", "c", direction=Direction.INBOUND, state=State.ENDED, outcome=Outcome.NO_ANSWER, vendor=vendor)
    text = card(call._replace(from_=Party(number="+19165550104")), Style())
    assert [line.split()[0] for line in text.partition("More from p\n")[2].splitlines()] == said


def test_the_vendors_name_stands_in_prose() -> None:
    call = Call("p", "c", state=State.ENDED, outcome=Outcome.UNKNOWN, vendor={"a": 1}, durations=Durations(reported=4))
    text = card(call, Style(), vendor="Pea Voice")
    assert text.splitlines()[0].endswith(" p")
    assert "\n The call has ended; Pea Voice does not report how.\n" in text
    assert "\n duration according to Pea Voice: 4 s\n" in text
    assert "\n More from Pea Voice\n" in text


@pytest.mark.parametrize(
    ("state", "outcome", "reported", "said"),
    [
        (State.RINGING, None, 0, []),
        (State.ACTIVE, None, 0, []),
        (State.ENDED, Outcome.NO_ANSWER, 0, []),
        (State.ENDED, Outcome.ANSWERED, 0, ["0 s"]),
        (State.ENDED, Outcome.ANSWERED, 63, ["1 min 3 s"]),
        (State.ENDED, Outcome.ANSWERED, 60, []),
    ],
)
def test_what_a_vendor_counts_is_told_where_it_says_more(
    state: State, outcome: Outcome | None, reported: float, said: list[str]
) -> None:
    """Not 0 before there is anything to count, and not what is the total anyway."""
    end = NOW + timedelta(minutes=1) if state is State.ENDED else None
    call = Call("p", "c", state=state, outcome=outcome, created_at=NOW, ended_at=end)
    text = card(call._replace(durations=Durations(reported=reported)), Style())
    assert re.findall(r"duration according to p: (.*)", text) == said
    assert (" total 1 min\n" in text) is (end is not None)


@pytest.mark.parametrize(
    ("party", "said"),
    [
        (Party(uri="client:dana", kind="client"), "client:dana"),
        (Party(uri="sip:dana@example.com", kind="SIP"), "sip:dana@example.com"),
        (Party(uri="client:dana smith", kind="client"), "“client:dana smith”"),
        (Party(uri="sip:dana@example.com", kind="client"), "sip:dana@example.com (client)"),
        (Party(uri="dana@example.com", kind="sip"), "dana@example.com (sip)"),
        (Party(uri="sim:dana", kind="sim", location="Oslo"), "sim:dana (“Oslo”)"),
    ],
)
def test_a_kind_that_the_address_begins_with_is_not_said_again(party: Party, said: str) -> None:
    assert f"\n {said} ──▶ not reported\n" in card(Call("p", "c", from_=party), Style())


@pytest.mark.parametrize(
    ("direction", "is_of_user", "sides"),
    [
        (Direction.INBOUND, True, "1 ──▶ this user"),
        (Direction.INBOUND, False, "1 ──▶ not reported"),
        (Direction.OUTBOUND, True, "1 ──▶ not reported"),
    ],
)
def test_only_a_users_record_leaves_out_the_user(direction: Direction, is_of_user: bool, sides: str) -> None:
    call = Call("p", "c", direction=direction, from_=Party(number="1"), is_of_user=is_of_user)
    assert f"\n {sides}\n" in card(call, Style())


@pytest.mark.parametrize(
    ("key", "said"),
    [("CHANNEL(linkedid)", "CHANNEL(linkedid)"), ("CDR(start,u)", "CDR(start,u)"), ("a b", "“a b”"), ("(a)", "“(a)”")],
)
def test_a_key_that_is_one_word_has_no_quotation_marks(key: str, said: str) -> None:
    assert f"\n   {said}  7\n" in card(Call("p", "c", vendor={key: 7}), Style())


def test_links_are_whole_at_any_width() -> None:
    links = {name: f"https://example.com/{name}/{'x' * 60}" for name in ("self", "recordings", "callback", "fallback")}
    text = card(Call("p", "c", links=links), Style(width=40))
    group = text.partition("\n Links\n")[2].splitlines()
    assert [line.strip() for line in group if "https" in line] == [links[key] for key in list(links)[1:]]
    assert all(line.startswith("   ") for line in group)


def test_a_long_value_of_the_vendors_is_cut() -> None:
    """An ID or a URL is of use only as a whole, and stays whole for longer."""
    url = f"https://example.com/{'x' * 980}"
    sent = {"tag": "a b " * 5000, "url": url, "token": "y" * 20_000, "list": ["c d"] * 1000, "number": 10**2000}
    text = card(Call("p", "c", metadata=sent, vendor={"v": "e f " * 500_000}), WIDE)
    shown = dict(line.split(None, 1) for line in text.splitlines() if line.startswith("   "))
    assert shown == {
        "tag": "a b " * 125 + "…",
        "url": url,
        "token": "y" * 1000 + "…",
        "list": "c d, " * 10 + "… 980 more, see -o json" + ", c d" * 10,
        "number": "1" + "0" * 999 + "…",
        "v": "e f " * 125 + "…",
    }


def test_of_many_keys_the_card_shows_the_first_200() -> None:
    for count, more in ((200, []), (10_000, ["   … 9,800 more, see -o json"])):
        text = card(Call("p", "c", vendor={f"key{n}": f"value {n}" for n in range(count)}), Style())
        assert text.partition("More from p\n")[2].splitlines()[200:] == more


def test_of_many_parties_the_middle_is_left_out() -> None:
    party = Party(number="+19165550104")
    several = (Redirection(Reason.BUSY, party=party),) * 300
    text = card(Call("p", "c", participants=(party,) * 300, redirections=several, capabilities=("hold",) * 300), WIDE)
    assert text.count("… 100 more, see -o json") == 3
    assert text.count("+1 916-555-0104") == 400


def test_links_to_lists_without_anything_in_them_are_left_out() -> None:
    links = {"recordings": "https://example.com/r", "transcriptions": "https://example.com/t"}
    off = Call("p", "c", links=links, recording=Recording(enabled=False, transcription_enabled=True))
    assert "recordings" not in card(off, Style())
    assert "transcriptions  https://example.com/t" in card(off, Style())


def test_an_address_without_a_host_is_in_json_only() -> None:
    links = {"recordings": "/v1/calls/c/recordings", "callback": "https://example.com/c"}
    sent = {"subresource_uris": {"events": "/v1/calls/c/events"}, "app_data": "/var/sounds/hello"}
    text = card(Call("p", "c", links=links, vendor=sent), WIDE)
    assert "/v1/calls" not in text
    assert "callback  https://example.com/c" in text
    assert "app_data  /var/sounds/hello" in text


def test_recordings_come_last_of_the_details_and_actions_of_all() -> None:
    call = Call(
        "p",
        "c",
        capabilities=("hold", "hangup"),
        recording=Recording(url="https://example.com/r", transcription_url="https://example.com/t"),
        verification=Verification(result="passed", attestation="A", originating_id="gw-7"),
        links={"callback": "https://example.com/c"},
        vendor={"more": "here"},
    )
    lines = [line.split()[0] for line in card(call, WIDE).splitlines()[5:] if line]
    assert lines == ["Verification", "Recorded", "Transcribed", "Links", "callback", "More", "more", "Actions"]
    said = "caller ID verified (passed), attestation A: the carrier knows the caller and the number, origin gw-7"
    assert f" Verification  {said}\n" in card(call, WIDE)


ENDED = Call("p", "c", state=State.ENDED, created_at=NOW - timedelta(hours=4), ended_at=NOW - timedelta(hours=3))


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (timedelta(hours=3), "ended  3 h ago"),
        (timedelta(hours=23, minutes=59, seconds=59), "ended  23 h 59 min ago"),
        (timedelta(days=1), "ended"),
        (timedelta(minutes=5, seconds=59), "ended  5 min ago"),
        (timedelta(seconds=119.9), "ended  1 min 59 s ago"),
        (timedelta(seconds=12.9), "ended  12 s ago"),
        (timedelta(), "ended  just now"),
        (timedelta(seconds=-5), "ended"),
    ],
)
def test_the_end_says_how_long_ago_it_was_within_a_day(before: timedelta, said: str) -> None:
    call = ENDED._replace(created_at=NOW - timedelta(days=9), ended_at=NOW - before)
    assert re.findall("ended.*", card(call, Style(zone=UTC), now=NOW)) == [said]
    assert re.findall("ended.*", card(call, Style(zone=UTC))) == ["ended"]


def test_the_end_says_who_ended_the_call() -> None:
    assert "ended by caller  3 h ago\n" in card(ENDED._replace(ended_by=EndedBy.CALLER), Style(), now=NOW)
    assert "\n Ended by  callee\n" in card(ENDED._replace(ended_by=EndedBy.CALLEE, ended_at=None), Style())


def test_a_call_in_progress_is_counted_until_now() -> None:
    call = Call("p", "c", state=State.RINGING, created_at=NOW, retrieved_at=NOW + timedelta(seconds=1))
    assert "░ ring 5 s  so far" in card(call, Style(), now=NOW + timedelta(seconds=5))
    assert "░ ring 1 s  so far" in card(call, Style())
    assert "ago" not in card(call, Style(), now=NOW + timedelta(seconds=5))


def test_an_update_is_shown_while_the_call_is_not_over() -> None:
    call = Call("p", "c", state=State.ACTIVE, created_at=NOW, updated_at=NOW + timedelta(seconds=5))
    assert "\n 12:00:05.000  updated\n" in card(call, Style(zone=UTC))
    assert "updated" not in card(call._replace(state=State.ENDED), Style(zone=UTC))


def test_half_of_a_call_has_no_bar() -> None:
    text = card(Call("p", "c", state=State.ACTIVE, created_at=NOW, answered_at=NOW + timedelta(seconds=5)), Style())
    assert text.count("░") == 1
    assert " ░ ring 5 s\n" in text


def test_the_head_says_that_a_call_is_the_sandboxs() -> None:
    call = Call("bandwidth", "c")
    assert card(call, Style(width=60), is_sandbox=True).splitlines()[0].endswith("bandwidth · sandbox")
    assert "sandbox" not in card(call, Style(width=60))
    assert "\x1b[1;7;35msandbox\x1b[0m" in card(call, Style(color=True), is_sandbox=True)


@pytest.mark.parametrize("word", ["Not Applicable", "not_applicable", "N/A", "none"])
def test_a_verification_that_was_not_made_is_not_told(word: str) -> None:
    assert "Verification" not in card(Call("p", "c", verification=Verification(result=word, attestation=word)), Style())
    assert "attestation A" in card(Call("p", "c", verification=Verification(result=word, attestation="A")), Style())


def test_right_to_left_names_do_not_swap_the_parties() -> None:
    call = Call("p", "c", from_=Party(number="1", name="\u05e9\u05dc\u05d5\u05dd"), to=Party(number="2"))
    assert "\n “\u05e9\u05dc\u05d5\u05dd” 1\n ──▶ 2\n" in card(call, Style())


@pytest.mark.parametrize("columns", [120, 80, 40, 20])
@pytest.mark.parametrize("ascii_only", [True, False])
def test_nothing_but_words_is_wider_than_the_terminal(columns: int, ascii_only: bool) -> None:
    call = ENDED._replace(answered_at=ENDED.created_at, from_=Party(name="\u5c71\u7530" * 9, number="1"))
    style = Style(width=columns, ascii=ascii_only)
    for line in card(call, style, now=NOW, is_sandbox=True).splitlines():
        assert columns_of(line) <= columns or len(line.split()) == 1, line


def test_changes_are_told_in_the_words_of_the_card() -> None:
    found: dict[str, list[Any]] = {
        "state": ["ringing", "active"],
        "answered_at": [None, "2026-11-21T12:00:00.250Z"],
        "media.muted": [False, True],
        "recording.enabled": [None, True],
        "recording.state": ["paused", None],
        "monitoring.listening_in": [False, True],
        "vendor.state": ["a", "b c"],
    }
    assert list(people.changes(found, Style(zone=UTC))) == [
        "state: ringing ──▶ active",
        "answered: 12:00:00.250",
        "Muted: no ──▶ yes",
        "Recording: on",
        "Recording: paused ──▶ not reported",
        "a supervisor is listening in: no ──▶ yes",
        "vendor.state: a ──▶ “b c”",
    ]
