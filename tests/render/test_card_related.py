"""What the card shows of a reason, of a call's parts, and of what was read about it besides."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from callinspect.model import (
    Call,
    Cause,
    CodeFrom,
    Direction,
    Durations,
    EndedBy,
    Outcome,
    Party,
    Recording,
    RecordingState,
    Related,
    Relation,
    State,
    StoredState,
)
from callinspect.model.further import AnsweredBy, Cost, Monitoring, Quality, Role, Verification
from callinspect.model.related import Device, Event, Leg, StoredRecording, Transcription
from callinspect.model.timeline import Entry, Happened
from callinspect.render import people
from callinspect.render.card import card
from callinspect.render.style import Style

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
WIDE = Style(width=200, zone=UTC)
VENDOR, NEAREST = CodeFrom.VENDOR, CodeFrom.NEAREST


def shown(style: Style = WIDE, **facts: Any) -> str:
    return card(Call("p", "c", **facts), style)


def section(heading: str, read: Related, style: Style = WIDE, **facts: Any) -> list[str]:
    """Return the lines below a heading, without their blank for the margin."""
    text = shown(style, related=read, **facts).partition(f"\n {heading}\n")[2].partition("\n\n")[0]
    return [line.removeprefix("   ") for line in text.splitlines()]


def ended(**cause: Any) -> dict[str, Any]:
    return {"state": State.ENDED, "outcome": Outcome.BUSY, "cause": Cause(**cause)}


@pytest.mark.parametrize(("style", "mark"), [(WIDE, "→"), (Style(ascii=True, encoding="ascii"), "->")])
def test_what_to_do_next_stands_under_the_reason(style: Style, mark: str) -> None:
    text = shown(style, **ended(code="busy", explanation="The called party was busy", next="Try again later."))
    assert f"\n The called party was busy (busy).\n {mark} Try again later.\n" in text


@pytest.mark.parametrize(
    ("sip", "q850", "said"),
    [
        (NEAREST, NEAREST, "≈ SIP 486 · Q.850 17"),
        (VENDOR, VENDOR, "SIP 486 · Q.850 17"),
        (VENDOR, NEAREST, "SIP 486  ≈ Q.850 17"),
        (NEAREST, VENDOR, "Q.850 17  ≈ SIP 486"),
    ],
)
def test_a_code_is_marked_where_it_is_only_the_nearest(sip: CodeFrom, q850: CodeFrom, said: str) -> None:
    text = shown(**ended(title="Busy", sip=486, sip_from=sip, q850=17, q850_from=q850))
    assert f"\n {said}\n" in text


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (Verification("ok", "A"), "ok, attestation A: the carrier knows the caller and the number"),
        (Verification(None, "B"), "attestation B: the carrier knows the caller, but not whose the number is"),
        (Verification(None, "C", "gw"), "attestation C: passed on from elsewhere, origin gw"),
        (Verification(None, "D"), "attestation D"),
    ],
)
def test_a_letter_of_attestation_is_told_in_words(found: Verification, said: str) -> None:
    assert shown(verification=found).endswith(f"\n Verification  {said}\n")


@pytest.mark.parametrize("word", ["TN-Validation-Failed", "“Not Verified”", "failed"])
def test_a_failed_verification_is_yellow(word: str) -> None:
    text = shown(Style(color=True), verification=Verification(word.strip("“”")))
    assert f"\x1b[33mcaller ID failed verification ({word})\x1b[0m" in text
    assert "\x1b[33m" not in shown(Style(color=True), verification=Verification("TN-Validation-Passed", "A"))


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("TN-Validation-Passed", "caller ID verified (TN-Validation-Passed)"),
        ("Verified", "caller ID verified (Verified)"),
        ("valid", "caller ID verified (valid)"),
        ("No-TN-Validation", "No-TN-Validation"),
        ("Unverified", "Unverified"),
        ("Invalid", "caller ID failed verification (Invalid)"),
        ("TN_VALIDATION_PASSED_B", "caller ID verified (TN_VALIDATION_PASSED_B)"),
        ("TN-Validation-Passthrough", "TN-Validation-Passthrough"),
        ("Bypassed", "Bypassed"),
        ("No-Pass", "No-Pass"),
        ("TN-Validation-Not-Passed", "TN-Validation-Not-Passed"),
        ("Never-Verified", "Never-Verified"),
    ],
)
def test_a_verification_is_told_in_words_where_it_is_certain(word: str, said: str) -> None:
    assert shown(verification=Verification(word)).endswith(f"\n Verification  {said}\n")


@pytest.mark.parametrize(
    ("view", "said"),
    [
        (Monitoring(monitored=True, state="Coach"), "coaching (this user is the supervisor)"),
        (Monitoring(monitored=True), "this user is the supervisor"),
        (Monitoring(state="BargeIn", monitored_user_muted=True), "barged in, the monitored user is muted"),
        (Monitoring(listening_in=True, state="Whisper"), "Whisper, a supervisor is listening in"),
    ],
)
def test_who_supervises_is_told_in_words(view: Monitoring, said: str) -> None:
    assert shown(monitoring=view).endswith(f"\n Monitoring  {said}\n")


def test_the_vendors_message_stands_before_what_to_do() -> None:
    text = shown(**ended(title="Busy", message="Callee is busy", next="Try again later.", error_id="2196"))
    assert "\n Busy.\n “Callee is busy”\n → Try again later.\n error ID 2196\n" in text


def test_what_failed_is_red_and_why_nothing_rings_yellow() -> None:
    failed = StoredRecording("r", StoredState.FAILED)
    device = Device("d", state="inactive", do_not_disturb=True)
    end = Entry(NOW, Happened.RECORDING_FAILED, source="/related/recordings/0/ended_at")
    text = shown(
        Style(color=True),
        related=Related(recordings=(failed,), device=device),
        recording=Recording(state=RecordingState.FAILED),
        timeline=(end,),
    )
    assert text.count("\x1b[31mfailed\x1b[0m") == 2
    assert "\x1b[31mrecording failed\x1b[0m" in text
    assert "\x1b[33minactive\x1b[0m, \x1b[33mdo not disturb\x1b[0m" in text


def test_what_a_call_cost_and_how_it_was_is_told() -> None:
    text = shown(answered_by=AnsweredBy.MACHINE, cost=Cost("0.0085", "USD"), quality=Quality(4.2, 3, 0.15, 45.0))
    assert "\n Answered by  machine\n Cost         0.0085 USD\n" in text
    assert "\n Quality      MOS 4.2, jitter 3 ms, loss 0.15%, round trip 45 ms\n" in text
    assert "\n Quality  loss 0%\n" in shown(quality=Quality(loss_percent=0.0))


def test_a_hold_of_a_call_without_times_is_told() -> None:
    assert "\n hold 4 s\n" in shown(durations=Durations(held=4.0))


def test_who_ended_it_stands_at_the_end_or_alone() -> None:
    """An event may tell the end of a call that has no time of its own for it."""
    end = (Entry(NOW, Happened.ENDED, source="/related/events/0"),)
    assert "Ended by" not in shown(ended_by=EndedBy.CALLEE, timeline=end)
    assert " ended by callee\n" in shown(ended_by=EndedBy.CALLEE, timeline=end)
    assert "\n Ended by  callee\n" in shown(ended_by=EndedBy.CALLEE, timeline=())


@pytest.mark.parametrize(("kind", "said"), [("external", "external, agent"), ("agent", "agent"), (None, "agent")])
def test_what_a_party_is_on_the_call_stands_beside_it(kind: str | None, said: str) -> None:
    assert f"\n 1 ({said}) ──▶ not reported\n" in shown(from_=Party(number="1", kind=kind, role=Role.AGENT))


LATER = NOW + timedelta(seconds=9.5)
RECORDING = StoredRecording(
    "r-1", StoredState.AVAILABLE, "complete", NOW, LATER, 9.5, 2, "wav", "https://e.example/1", "t-1"
)


def test_recordings_are_listed_with_where_they_are() -> None:
    read = Related(recordings=(RECORDING, StoredRecording("r-2", StoredState.DELETED, "Deleted", channels=1)))
    assert section("Recordings", read) == [
        "recording 1  r-1  available (complete), 9.5 s, 2 channels, wav, transcription t-1",
        "  https://e.example/1",
        "recording 2  r-2  deleted, 1 channel",
    ]
    assert section("Recordings", Related(recordings=(StoredRecording("r-2", StoredState.DELETED),))) == ["r-2  deleted"]


def test_how_many_channels_is_not_broken() -> None:
    for columns in range(20, 60):
        lines = section("Recordings", Related(recordings=(RECORDING,)), Style(width=columns))
        assert [line for line in lines if "2 channels" in line], columns


@pytest.mark.parametrize(("complete", "said"), [(False, " (cut)"), (True, ""), (None, "")])
def test_a_transcription_is_quoted_and_says_if_it_is_cut(complete: bool | None, said: str) -> None:
    found = Transcription(
        "t", "r", "main", StoredState.AVAILABLE, "available", NOW, "Hi”", complete, "https://e.example/2"
    )
    assert section("Transcriptions", Related(transcriptions=(found,))) == [
        "t  “main”, available, 12:00:00.000, of r",
        f"  “Hi'”{said}",
        "  https://e.example/2",
    ]


def test_a_long_transcription_is_cut_within_its_quotation() -> None:
    found = Transcription("t", text="Hi there” " * 2000, url="https://e.example/" + "x" * 900)
    _, text, url = section("Transcriptions", Related(transcriptions=(found,)), Style(width=1000))
    assert text == "  “" + "Hi there' " * 50 + "…”"
    assert url.strip() == found.url


def test_of_many_parts_the_middle_is_left_out() -> None:
    """Their numbers are still those of the list of steps."""
    read = Related(
        recordings=(StoredRecording("r"),) * 10_000,
        transcriptions=(Transcription("t"),) * 20,
        legs=tuple(Leg(Relation.CHILD, f"c-{number}") for number in range(2, 27)),
    )
    recordings = section("Recordings", read)
    assert (len(recordings), recordings[9][:12]) == (21, "recording 10")
    assert recordings[10] == "… 9,980 more, see -o json"
    assert recordings[11].startswith("recording 9991  r")
    assert len(section("Transcriptions", read)) == 20
    legs = section("Legs", read)
    assert legs[9:12] == [
        "leg 11  c-11  child, could not be read",
        "… 5 more, see -o json",
        "leg 17  c-17  child, could not be read",
    ]


def test_a_device_says_how_it_is() -> None:
    device = Device("d", "2107", "connected", "Connected", "LoggedIn", do_not_disturb=True)
    assert section("Device", Related(device=device)) == ["d  2107, connected, user LoggedIn, do not disturb"]
    free = device._replace(user_state=None, do_not_disturb=False)
    assert section("Device", Related(device=free)) == ["d  2107, connected"]


def test_other_legs_are_numbered_with_their_relation() -> None:
    inbound = Call("p", "c-2", direction=Direction.INBOUND, from_=Party("+1415"), is_of_user=True)
    call = inbound._replace(state=State.ENDED, outcome=Outcome.BUSY)
    legs = (
        Leg(Relation.CHILD, "c-2", call),
        Leg(Relation.PARENT, "c-3"),
        Leg(Relation.SIBLING, "c-4", Call("p", "c-4")),
    )
    assert section("Legs", Related(legs=legs)) == [
        "leg 2  c-2  child, busy",
        "  +1415 ──▶ this user",
        "leg 3  c-3  parent, could not be read",
        "leg 4  c-4  sibling, unknown",
        "  not reported ──▶ not reported",
    ]


def test_what_was_not_read_or_not_there_has_no_section() -> None:
    """But what was looked for and is not there is said."""
    plain = shown()
    assert shown(related=None) == plain
    empty = shown(related=Related(events=(), recordings=(), transcriptions=(), legs=()))
    assert empty == f"{plain}\n There are no events, recordings, transcriptions or legs.\n"


def test_what_else_the_vendor_sent_of_them_is_in_json_only() -> None:
    leg = Call(
        "p", "c-2", vendor={"of": "leg"}, metadata={"of": "metadata"}, links={"callback": "https://e.example/leg"}
    )
    read = Related(
        events=(Event("e", NOW, "speak", detail={"of": "detail"}, vendor={"of": "event"}),),
        recordings=(RECORDING._replace(vendor={"size": 22}),),
        transcriptions=(Transcription("t", vendor={"a": {"b": "c d"}}),),
        legs=(Leg(Relation.CHILD, "c-2", leg),),
        device=Device("d", vendor={"line": 3}),
    )
    text = shown(related=read)
    assert "More from" not in text
    assert not {"of", "size", "line", "c d"} & set(text.split())


STRANGER = "x” ENDED · answered “y"


def test_strangers_texts_stand_in_quotation_marks() -> None:
    leg = Call("p", "c", from_=Party(name=STRANGER, number=STRANGER), to=Party(uri=STRANGER))
    read = Related(
        recordings=(
            StoredRecording(STRANGER, vendor_state=STRANGER, format=STRANGER, url=STRANGER, transcription=STRANGER),
        ),
        transcriptions=(
            Transcription(STRANGER, STRANGER, STRANGER, vendor_state=STRANGER, text=STRANGER, url=STRANGER),
        ),
        legs=(Leg(Relation.CHILD, STRANGER, leg),),
        device=Device(STRANGER, STRANGER, STRANGER, STRANGER, STRANGER),
    )
    text = shown(Style(width=1000), related=read, cost=Cost(STRANGER, STRANGER))
    assert text.count("ENDED · answered") == 20  # once for a name that is the number, and for two equal states
    assert "ENDED" not in re.sub("“[^”]*”", "", text)


@pytest.mark.parametrize("columns", [120, 80, 40, 20])
@pytest.mark.parametrize("ascii_only", [False, True])
def test_no_section_is_wider_than_the_terminal(columns: int, ascii_only: bool) -> None:
    text = "It has to be said that this is a text of some length, which is read from a recording."
    read = Related(
        recordings=(RECORDING,) * 2,
        transcriptions=(Transcription("t", "r", "main", text=text, text_complete=False),),
        legs=(Leg(Relation.CHILD, "c-2", Call("p", "c-2", from_=Party("+19195550143"), to=Party("+19195550134"))),),
        device=Device("d", "2107", "connected", "Connected", "LoggedIn", do_not_disturb=True),
    )
    style = Style(width=columns, ascii=ascii_only, encoding="ascii" if ascii_only else "utf-8")
    for line in shown(style, related=read, quality=Quality(4.2, 3, 0.15, 45.0)).splitlines():
        assert len(line) <= columns or len(line.split()) == 1, line


def test_changes_of_the_new_keys_are_told_in_words() -> None:
    found: dict[str, list[Any]] = {
        "cause.next": [None, "Try again later."],
        "cause.sip_from": ["nearest", "vendor"],
        "answered_by": [None, "machine"],
        "cost.amount": ["0.01", "0.02"],
        "quality.mos": [4.2, 3.9],
        "related.device.state": ["alerting", "connected"],
        "related.device.do_not_disturb": [False, True],
    }
    assert list(people.changes(found, Style(zone=UTC))) == [
        "next: Try again later.",
        "Answered by: machine",
        "Cost: 0.01 ──▶ 0.02",
        "MOS: 4.2 ──▶ 3.9",
        "Device: alerting ──▶ connected",
        "do not disturb: no ──▶ yes",
    ]
