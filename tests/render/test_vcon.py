"""A call as a vCon: who was on it, what came of it, and the documents."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from uuid import RFC_4122, UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from kit import cases, vcons
from kit.case_playback import inspect

from callinspect import providers
from callinspect.client.inspection import Inspection
from callinspect.model import Call, Cause, Durations, Outcome, Party, Related, Relation, State
from callinspect.model.related import Leg, StoredRecording
from callinspect.render.vcon import Ids, vcon

if TYPE_CHECKING:
    from collections.abc import Sequence

NOW = datetime(2026, 7, 1, 12, 0, 0, 250_000, UTC)
UUID_8 = "01a21bf8-5d7f-8356-8a5e-82b53f1c7a72"
ENDED = Call("acme", "c-1", state=State.ENDED, created_at=NOW, durations=Durations(total=2.5))
ANN, BOB = Party(number="+12025550101"), Party(number="+12025550102")
TOKEN = "eyJhbGciOiJFUzI1NiJ9.eyJhdHRlc3QiOiJBIn0.c2ln"
CALLINSPECT = {"name": "callinspect", "validation": "none", "type": "organization"}


def made(call: Call, *, is_redacted: bool = False) -> Any:
    """Return a call's vCon as a program reads it, checked."""
    found = json.loads(json.dumps(vcon(call, {"sent": 1}, uuid=UUID_8, now=NOW, is_redacted=is_redacted)))
    vcons.check(found)
    return found


def dialog(call: Call) -> list[Any]:
    return list(made(call)["dialog"])


@pytest.mark.parametrize("vendor", cases.vendors())
def test_every_call_that_vendors_send_is_a_valid_vcon(vendor: str) -> None:
    for case in cases.cases("calls", vendor):
        document, _ = inspect(providers.get(vendor), case)
        inspection = Inspection(providers.get(vendor), document, NOW, is_alone=True)
        sent = inspection.provider.withheld(inspection.readable.json)
        found = json.loads(json.dumps(vcon(inspection.call, sent, uuid=Ids().make(NOW), now=NOW), allow_nan=False))
        try:
            vcons.check(found)
        except Exception as error:
            raise AssertionError(case.place) from error
        assert vcons.record(found)["id"] == case.expected["id"]
        assert vcons.document(found) == sent
        assert len(found["parties"]) >= 3 + len(case.expected["participants"])
        has_time = any(case.expected[key] for key in ("created_at", "queued_at", "answered_at"))
        assert ("dialog" in found, "attachments" in found) == (has_time, has_time)


class TestParties:
    """The caller, the called party, the others, and who contributes the documents."""

    def test_they_are_in_order_and_the_last_is_callinspect(self) -> None:
        found = made(ENDED._replace(from_=ANN, to=BOB, participants=(Party(uri="sip:desk@pbx.example.com"),)))
        numbers = [{"tel": "+12025550101"}, {"tel": "+12025550102"}, {"sip": "sip:desk@pbx.example.com"}]
        assert found["parties"] == [*numbers, CALLINSPECT]
        assert found["dialog"][0]["parties"] == [0, 1, 2]
        assert found["attachments"][0]["party"] == 3

    @pytest.mark.parametrize(
        ("party", "written"),
        [
            (None, {}),
            (Party(), {}),
            (Party(number="4471"), {"tel": "4471"}),
            (Party(number="+12025550101", name="Ann"), {"tel": "+12025550101", "name": "Ann", "validation": "none"}),
            (Party(name="Ann"), {"name": "Ann", "validation": "none"}),
            (Party(uri="ann@example.com"), {"sip": "sip:ann@example.com"}),
            (Party(uri="client:ann"), {"sip": "client:ann"}),
            (Party(private=True), {"name": "anonymous", "validation": "none"}),
            (
                Party(number="+12025550101", name="Ann", uri="sip:ann@example.com", private=True),
                {"name": "anonymous", "validation": "none"},
            ),
        ],
    )
    def test_a_party_has_what_is_known_of_it(self, party: Party | None, written: Any) -> None:
        assert made(ENDED._replace(from_=party, to=party))["parties"] == [written, written, CALLINSPECT]

    @pytest.mark.parametrize("identity", [TOKEN, f"{TOKEN};info=<https://certs.example.com/a.pem>;alg=ES256"])
    def test_the_callers_token_is_there_without_parameters(self, identity: str) -> None:
        signed = ENDED._replace(from_=ANN, vendor={"identity": identity})
        assert made(signed)["parties"][0] == {"tel": "+12025550101", "stir": TOKEN}

    @pytest.mark.parametrize("identity", [None, "", 7, ["x"], "a.b", f"{TOKEN}.x", f"{TOKEN} x", "text-bcdfghjklm"])
    def test_what_is_no_token_is_not_written_as_one(self, identity: Any) -> None:
        assert "stir" not in made(ENDED._replace(from_=ANN, vendor={"identity": identity}))["parties"][0]

    @pytest.mark.parametrize("caller", [None, Party(private=True)])
    def test_a_caller_unknown_or_withheld_has_no_token(self, caller: Party | None) -> None:
        """It would name the number."""
        assert "stir" not in made(ENDED._replace(from_=caller, vendor={"identity": TOKEN}))["parties"][0]


class TestCourse:
    """The first dialog stands for the call."""

    @pytest.mark.parametrize(
        ("outcome", "q850", "disposition"),
        [
            (Outcome.BUSY, 17, "busy"),
            (Outcome.NO_ANSWER, 19, "no-answer"),
            (Outcome.UNANSWERED, None, "no-answer"),
            (Outcome.CANCELED, 16, "hung-up"),
            (Outcome.REJECTED, 21, "failed"),
            (Outcome.REJECTED, 42, "failed"),
            (Outcome.FAILED, None, "failed"),
            (Outcome.FAILED, 41, "failed"),
            *((Outcome.FAILED, code, "congestion") for code in (34, 42, 44, 47)),
        ],
    )
    def test_an_unanswered_call_says_why(self, outcome: Outcome, q850: int | None, disposition: str) -> None:
        (found,) = dialog(ENDED._replace(outcome=outcome, cause=Cause(q850=q850)))
        assert found == {
            "type": "incomplete",
            "start": "2026-07-01T12:00:00.250Z",
            "duration": 2.5,
            "parties": [0, 1],
            "disposition": disposition,
        }

    def test_a_call_that_failed_without_a_cause_has_failed(self) -> None:
        assert dialog(ENDED._replace(outcome=Outcome.FAILED))[0]["disposition"] == "failed"

    @pytest.mark.parametrize(
        "known",
        [
            {"outcome": Outcome.ANSWERED},
            {"outcome": Outcome.UNKNOWN},
            {"outcome": None},
            {"outcome": Outcome.FAILED, "answered_at": NOW},
            {"outcome": Outcome.FAILED, "was_answered": True},
            {"outcome": None, "state": State.RINGING},
            {"outcome": None, "state": State.UNKNOWN},
        ],
    )
    def test_any_other_call_is_a_set_of_recordings(self, known: Any) -> None:
        (found,) = dialog(ENDED._replace(**known))
        assert (found["type"], found["recordings"]) == ("recording-set", [])

    @pytest.mark.parametrize(
        ("given", "start"),
        [
            (("created_at", "queued_at", "answered_at", "ended_at"), 0),
            (("queued_at", "answered_at", "ended_at"), 1),
            (("answered_at", "ended_at"), 2),
        ],
    )
    def test_it_starts_when_created_else_queued_else_answered(self, given: Sequence[str], start: int) -> None:
        all_times = ("created_at", "queued_at", "answered_at", "ended_at")
        moments: dict[str, Any] = {key: NOW + timedelta(hours=all_times.index(key)) for key in given}
        (found,) = dialog(Call("acme", "c-1", state=State.ENDED, **moments))
        assert found["start"] == f"2026-07-01T{12 + start}:00:00.250Z"
        assert "duration" not in found

    def test_without_a_time_the_document_is_an_analysis(self) -> None:
        """An attachment has a dialog that it belongs to, and a dialog its start."""
        recordings = (StoredRecording(started_at=NOW),)
        for related in (None, Related(), Related(recordings=recordings)):
            found = made(ENDED._replace(created_at=None, ended_at=NOW, related=related))
            assert found.keys() == {"vcon", "uuid", "created_at", "parties", "analysis"}
            record, sent = found["analysis"]
            assert (record["vendor"], record["body"]["id"]) == ("callinspect", "c-1")
            assert (sent["type"], sent["vendor"], sent["body"]) == ("report", "acme", {"sent": 1})


class TestRecordings:
    """One dialog each, without the address: media are not fetched, so there is no hash of them."""

    FIRST = StoredRecording(started_at=NOW, duration=1.5, channels=1, format="WAV", url="https://x.example/1.wav")
    SECOND = StoredRecording(started_at=NOW, channels=2, format="mp3")
    TIMELESS = StoredRecording(duration=1.5)

    def test_they_are_the_set_that_the_call_names(self) -> None:
        answered = ENDED._replace(outcome=Outcome.ANSWERED)
        found = dialog(answered._replace(related=Related(recordings=(self.FIRST, self.TIMELESS, self.SECOND))))
        assert found[0]["recordings"] == [1, 2]
        start = {"type": "recording", "start": "2026-07-01T12:00:00.250Z"}
        assert found[1:] == [
            {**start, "duration": 1.5, "parties": [0, 1], "mediatype": "audio/x-wav", "recording_set": 0},
            {**start, "mediatype": "audio/x-mp3", "recording_set": 0},
        ]

    @pytest.mark.parametrize("form", [None, "", "flac"])
    def test_a_format_that_the_draft_has_not_is_left_out(self, form: str | None) -> None:
        related = Related(recordings=(StoredRecording(started_at=NOW, format=form),))
        assert "mediatype" not in dialog(ENDED._replace(related=related))[1]

    def test_an_unanswered_call_is_no_set_of_them(self) -> None:
        """Only a set of recordings may be named by them."""
        unanswered = ENDED._replace(outcome=Outcome.NO_ANSWER, related=Related(recordings=(self.SECOND,)))
        whole, recording = dialog(unanswered)
        assert "recordings" not in whole
        assert "recording_set" not in recording


class TestLegs:
    """One dialog each; a party on two legs is one party."""

    def test_each_has_its_parties_and_its_course(self) -> None:
        desk = Party(uri="sip:desk@pbx.example.com", name="Desk")
        busy = ENDED._replace(id="c-2", from_=BOB, to=desk, outcome=Outcome.BUSY)
        talk = ENDED._replace(id="c-3", from_=ANN, to=desk, outcome=Outcome.ANSWERED)
        legs = (
            Leg(Relation.CHILD, "c-2", busy._replace(related=None)),
            Leg(Relation.CHILD, "c-3", talk._replace(related=None)),
            Leg(Relation.PARENT, "c-4"),
            Leg(Relation.PARENT, "c-5", busy._replace(created_at=None)),
        )
        related = Related(legs=legs, recordings=(TestRecordings.FIRST,))
        found = made(ENDED._replace(from_=ANN, to=BOB, outcome=Outcome.ANSWERED, related=related))
        whole, recording, first, second = found["dialog"]
        assert (whole["parties"], whole["recordings"], recording["type"]) == ([0, 1], [1], "recording")
        assert (first["type"], first["parties"], first["disposition"]) == ("incomplete", [1, 2], "busy")
        assert (second["type"], second["parties"], second["recordings"]) == ("recording-set", [0, 2], [])
        assert found["parties"][2:] == [
            {"sip": "sip:desk@pbx.example.com", "name": "Desk", "validation": "none"},
            CALLINSPECT,
        ]

    def test_parties_that_are_not_known_are_not_the_same_one(self) -> None:
        leg = Leg(Relation.CHILD, "c-2", ENDED._replace(from_=None, to=Party(private=True), related=None))
        found = made(ENDED._replace(to=Party(private=True), related=Related(legs=(leg,))))
        assert found["dialog"][1]["parties"] == [2, 3]
        assert found["parties"][:2] == found["parties"][2:4]


class TestDocuments:
    """The record and what the vendor sent, each whole."""

    def test_they_name_who_made_them_and_what_they_are(self) -> None:
        read_at = NOW - timedelta(seconds=1)
        found = made(ENDED._replace(retrieved_at=read_at))
        (analysis,), (attachment,) = found["analysis"], found["attachments"]
        assert {**analysis, "body": analysis["body"]["id"]} == {
            "type": "report",
            "dialog": 0,
            "attachment": 0,
            "vendor": "callinspect",
            "schema": "urn:callinspect:call:1",
            "mediatype": "application/json",
            "encoding": "json",
            "body": "c-1",
        }
        assert attachment == {
            "purpose": "vendor-call-record",
            "start": "2026-07-01T11:59:59.250Z",
            "party": 2,
            "dialog": 0,
            "mediatype": "application/json",
            "encoding": "json",
            "body": {"sent": 1},
        }
        assert (found["vcon"], found["uuid"], found["created_at"]) == ("0.4.0", UUID_8, "2026-07-01T12:00:00.250Z")
        assert "redacted" not in found

    def test_a_masked_call_says_so_and_has_no_token(self) -> None:
        found = made(ENDED._replace(from_=ANN, vendor={"identity": TOKEN}), is_redacted=True)
        assert found["redacted"] == {"type": "pseudonymised"}
        assert found["parties"][0] == {"tel": "+12025550101"}


class TestIds:
    """UUIDs of version 8, laid out like those of version 7."""

    @given(st.lists(st.integers(min_value=-3, max_value=3), min_size=1, max_size=50))
    @settings(deadline=None)
    def test_each_is_greater_than_the_one_before(self, steps: list[int]) -> None:
        """Also when the clock is set back."""
        ids, now, made = Ids(), NOW, []
        for step in steps:
            now += timedelta(milliseconds=step)
            made.append(ids.make(now))
        assert made == sorted({*made})
        assert {(UUID(each).version, UUID(each).variant) for each in made} == {(8, RFC_4122)}

    def test_they_begin_with_the_milliseconds(self) -> None:
        assert UUID(Ids().make(NOW)).int >> 80 == 1_782_907_200_250

    def test_within_a_millisecond_they_are_counted(self) -> None:
        """Also beyond what 12 bits can count, and the rest is as random as ever."""
        ids = Ids()
        made = [UUID(ids.make(NOW)).int for _ in range(5000)]
        counted = [(each >> 80) << 12 | (each >> 64) & 0xFFF for each in made]
        assert {after - before for before, after in pairwise(counted)} == {1}
        assert len({each & (1 << 62) - 1 for each in made}) == len(made)

    def test_two_runs_do_not_agree(self) -> None:
        assert len({Ids().make(NOW) for _ in range(1000)}) == 1000
