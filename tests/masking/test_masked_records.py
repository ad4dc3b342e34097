"""Records and documents with --redact: what is not known to be harmless is masked, and the rest is as it was."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from callinspect import providers
from callinspect.masking import Masker, rules
from callinspect.model import Call, Cause, Country, Party, Reason, Recording, Redirection, Related, State
from callinspect.model.further import Verification
from callinspect.model.related import Device, Event, Leg, StoredRecording, Transcription
from callinspect.model.timeline import Entry, Happened
from callinspect.model.words import Relation
from callinspect.model.writing import record
from callinspect.provider import Document
from callinspect.provider.words import Word, Words
from callinspect.render import schema

KEY = b"a key of 16 bytes or more"
PROVIDER = providers.get("genesys")
AT = datetime(2026, 11, 27, 7, 40, 33, tzinfo=UTC)
NUMBER, NAME = "+19165550104", "Jane Doe"

LEG = Call(
    provider="genesys", id="leg-5a50b04", from_=Party(NUMBER), state=State.ENDED, related=None, was_answered=False
)

CALL = Call(
    provider="genesys",
    id="call-12345678",
    session_id="session-8765c321",
    parent_id="parent-1122c344",
    state=State.ENDED,
    vendor_state="Released",
    cause=Cause("NORMAL_CLEARING", "Busy", message=f"{NAME} at (916) 555-0104 left", error_id="error-9988c766"),
    from_=Party(NUMBER, name=NAME, country=Country("United States", "US", "1")),
    to=Party(uri="sip:1001@pbx.example"),
    created_at=AT,
    recording=Recording(url="https://store.example/jane"),
    redirections=(Redirection(Reason.BUSY, "user busy at 5550104", Party(NUMBER), AT),),
    metadata={"active": "active", "vip": True, "account": 12345678, "9165550104": None, "deep": [{"x": NAME}]},
    verification=Verification("TN-Validation-Passed", "A", "4437c7eb-8f7a-4f0e-a863-f53a0e60251a"),
    links={"self": "https://api.example/calls/1"},
    related=Related(
        events=(
            Event("event-12e34567", AT, "moved", Happened.TRANSFERRED, "Released", None, {"to": NUMBER}, "/from"),
            Event(None, AT, "said", Happened.SPOKE, f'["{NAME}"]', [NAME]),
        ),
        recordings=(StoredRecording("recording-7654321", format="wav", url="https://store.example/1"),),
        transcriptions=(Transcription("t-1", text=f"this is {NAME}", name=NAME),),
        legs=(Leg(Relation.CHILD, "leg-5a50b04", LEG),),
        device=Device("device-1", "1001", "active", "Active"),
    ),
    timeline=(
        Entry(AT, Happened.ENDED, detail="NORMAL_CLEARING", source="/ended_at"),
        Entry(AT, Happened.SPOKE, "said", detail=NAME, source="/related/events/1"),
        Entry(AT, Happened.ANSWERED, detail="seen, up to 3 s late", source="watch"),
    ),
    vendor={"name": NAME, "connId": "d0772999bf34c575", "count": 7},
    warnings=(f"state has an undocumented value: “{NAME}”", "state is odd: “Released”"),
    was_answered=True,
    is_of_user=True,
)


def masked(call: Call = CALL, **changes: Any) -> dict[str, Any]:
    found = record(Masker(KEY).call(call, PROVIDER._replace(**changes)))
    return json.loads(json.dumps(found))  # type: ignore[no-any-return]  # the record of a call


def test_every_key_of_a_record_has_a_rule() -> None:
    """What has none is masked as JSON of which nothing is known, which a later key may not survive."""
    ruled = {
        *rules.RULES,
        *(f"related.{name}" for name in rules.RELATED),
        *(f"related.{name}.{key}" for name, each in rules.RELATED.items() for key in each),
        *(f"from.{key}" for key in rules.PARTY),
        *(f"from.country.{key}" for key in rules.COUNTRY),
        *(f"{name}.{key}" for name, each in rules.RULES.items() if isinstance(each, dict) for key in each),
    }
    free = ("metadata.", "links.", "vendor.", "related.legs.call.", "timeline.", "raw")
    keys = {each.path.removeprefix("recall.").removeprefix("redirections.") for each in schema.every()}
    shared = ("to.", "participants.", "party.", "country.")
    left = {each for each in keys - ruled if not each.startswith((*free, *shared)) and not each.endswith(".vendor")}
    assert left - {"raw"} <= {"party", "type", "reason", "vendor_reason"}, left


def test_nothing_that_identifies_people_is_left() -> None:
    text = json.dumps(masked())
    for each in (NUMBER[1:], "555-0104", NAME, "1001", "example", "12345678", "device-1", "United States"):
        assert each not in text.replace("call-12345678", ""), each


def test_ids_times_words_and_causes_stay() -> None:
    found, was = masked(), record(CALL)
    for key in ("id", "session_id", "parent_id", "state", "vendor_state", "verification", "durations"):
        assert found[key] == was[key]
    assert found["created_at"] == "2026-11-27T07:40:33.000Z"
    assert found["cause"]["code"] == "NORMAL_CLEARING"
    assert found["cause"]["error_id"] == "error-9988c766"
    assert found["from"]["country"] == {**was["from"]["country"], "name": found["from"]["country"]["name"]}
    assert found["related"]["events"][0]["id"] == "event-12e34567"
    assert found["related"]["legs"][0]["id"] == "leg-5a50b04"


def test_the_same_person_has_one_mask_in_all_parts() -> None:
    found = masked()
    number, name = found["from"]["number"], found["from"]["name"].partition("-")[2]
    assert found["redirections"][0]["party"]["number"] == number
    assert found["related"]["legs"][0]["call"]["from"]["number"] == number
    assert found["related"]["events"][0]["vendor"]["to"] == number
    assert found["cause"]["message"] == f"name-{name} at {number} left"
    assert found["vendor"]["name"] == f"name-{name}"
    assert found["metadata"]["deep"] == [{"x": f"text-{name}"}]


def test_what_a_caller_attached_is_text_but_for_flags_and_keys() -> None:
    found = masked()["metadata"]
    assert found["active"] != "active"
    assert found["account"].startswith("text-")
    assert found["vip"] is True
    assert [key.partition("-")[0] for key in found] == ["active", "vip", "account", "key", "deep"]


def test_a_word_of_the_vendor_stays_in_what_came_with_an_event() -> None:
    events = masked(words=(Words("state", "state", {"Released": Word()}),))["related"]["events"]
    assert events[0]["data"] == "Released"
    assert events[1]["data"].startswith("text-")
    assert events[1]["detail"][0].startswith("text-")


def test_the_timeline_keeps_what_the_record_says_elsewhere() -> None:
    details = [each["detail"] for each in masked()["timeline"]]
    assert details[0] == "NORMAL_CLEARING"
    assert details[1].startswith("text-")
    assert details[2] == "seen, up to 3 s late"


def test_a_warning_keeps_the_words_that_the_record_shows() -> None:
    first, second = masked()["warnings"]
    assert first.startswith("state has an undocumented value: “name-")
    assert second == "state is odd: “Released”"


def test_a_vendor_word_that_is_a_sentence_or_number_is_masked() -> None:
    found = masked(
        CALL._replace(vendor_state="call 9165550104 now", capabilities=("Hold", "9165550104", "a@b.example"))
    )
    assert found["vendor_state"].startswith("text-")
    assert [each.partition("-")[0] for each in found["capabilities"]] == ["Hold", "num+1", "sip"]


def test_what_is_not_written_is_as_before() -> None:
    found = Masker(KEY).call(CALL, PROVIDER)
    assert (found.was_answered, found.is_of_user) == (True, True)
    assert found.redirections[0].at == AT
    assert found.related
    assert found.related.events
    assert found.related.events[0].party == "/from"
    assert found.related.legs
    assert found.related.legs[0].call
    assert found.related.legs[0].call.was_answered is False


def test_a_masked_call_is_masked_as_it_is() -> None:
    once = Masker(KEY).call(CALL, PROVIDER)
    assert Masker(b"another key of 16 bytes").call(once, PROVIDER) == once


LISTED = PROVIDER._replace(public="id state at ok count link participants.kind", envelopes="call data.call")

BODY = {
    "id": "5L3G3PPN4ETV28V1MIMKA5OLITQVSGA0",
    "state": "Established",
    "at": 1795765233000,
    "ok": True,
    "link": "https://api.example/x",
    "ani": "9165550104",
    "secretCode": 4711,
    "participants": [{"kind": "external", "digits": "9165550104"}],
    "caller 9165550104": "x",
    "userData": {"state": "Established"},
}


@pytest.mark.parametrize("document", [BODY, {"call": BODY}, {"data": {"call": BODY}}])
def test_a_document_shows_listed_paths_only(document: dict[str, Any]) -> None:
    found: Any = Masker(KEY).document(document, LISTED)
    while "id" not in found:
        found = next(iter(found.values()))
    assert [found[key] for key in ("id", "state", "at", "ok")] == [BODY[key] for key in ("id", "state", "at", "ok")]
    assert found["participants"][0]["kind"] == "external"
    masks = [found["link"], found["ani"], found["secretCode"], found["userData"]["state"], list(found)[8]]
    assert [each.partition("-")[0] for each in masks] == ["url", "num", "text", "text", "key"]


def test_a_public_path_fails_closed() -> None:
    for value in ("+1 916 555 0104", "jane@pbx.example", "https://x.example", "sip:1001"):
        assert Masker(KEY).document({"state": value}, LISTED) != {"state": value}


def test_a_document_has_the_masks_of_its_record() -> None:
    document = {"id": "5L3G3PPN4ETV28V1MIMKA5OLITQVSGA0", "state": "Established", "ani": "+19165550104", "dnis": "8012"}
    document |= {"note": "(916) 555-0104", "copy": "5L3G3PPN4ETV28V1MIMKA5OLITQVSGA0"}
    call = PROVIDER.normalize(Document(document))
    found: Any = Masker(KEY).document(document, PROVIDER, call)
    assert found["note"] == found["ani"] == record(Masker(KEY).call(call, PROVIDER))["from"]["number"]
    assert found["copy"] == document["copy"]


def test_a_sentence_is_the_same_in_record_and_document() -> None:
    message = "Callback of Jane Doe could not be delivered"
    call = Call(provider="genesys", id="c-1", from_=Party(name="Jane Doe"), cause=Cause(message=message))
    masker = Masker(KEY)
    found: Any = masker.document({"errorMessage": message}, PROVIDER, call)
    said = record(masker.call(call, PROVIDER))["cause"]["message"]
    assert said == found["errorMessage"] == masker.finished(said)
    assert said.endswith("could not be delivered")


@pytest.mark.parametrize("document", [None, True, "Jane Doe", 12345678, [], {}, [{"name": "Jane Doe"}]])
def test_any_json_is_masked(document: Any) -> None:
    text = json.dumps(Masker(KEY).document(document, PROVIDER))
    assert "Jane" not in text
    assert "12345678" not in text


def test_keys_that_are_masked_stay_apart() -> None:
    halves = dict.fromkeys((f"half {chr(code)}" for code in (0xD800, 0xDFFF)), 4)
    document = {"9165550104": 1, "+19165550104": 2, "19165550104": 3, **halves}
    found: Any = Masker(KEY).document(document, PROVIDER)
    assert len(found) == len(document)
    json.dumps(found, ensure_ascii=False).encode()


def test_the_account_s_values_have_masks_of_their_kind() -> None:
    masker = Masker(KEY)
    masker.know("account", "AC0123456789")
    found: Any = masker.document({"account_sid": "AC0123456789", "path": "/Accounts/AC0123456789/Calls"}, PROVIDER)
    assert found["account_sid"].startswith("account-")
    assert masker.text("no account AC0123456789") == f"no account {found['account_sid']}"
    assert masker.finished("/Users/AC0123456789/Calls") == f"/Users/{found['account_sid']}/Calls"


def test_a_field_tells_whose_id_it_has() -> None:
    document = {
        "parentAccountSid": "AC0123456789",
        "OrganizationId": 9165550104,
        "auth_id": "MAXXXXXXXXXXXXXXXXXX",
        "user": {"id": "u-12"},
        "userIds": [{"user_id": "9165550104"}],
        "place_id": "P 1",
        "account": "Jane",
    }
    found: Any = Masker(KEY).document(document, PROVIDER)
    assert [each.partition("-")[0] for each in (*list(found.values())[:3], found["user"]["id"], found["place_id"])] == [
        *["account"] * 3,
        *("person", "place"),
    ]
    assert found["userIds"][0]["user_id"] == found["OrganizationId"]  # one value, one mask
    assert found["account"].startswith("text-")


def test_what_a_run_knows_changes_no_value() -> None:
    document: Any = {"who": "AC0123456789", "number": "5550100", "account_id": "Jane Doe", "from": "+19165550104"}
    knowing, unknowing = Masker(KEY), Masker(KEY)
    knowing.know("account", *document.values())
    assert knowing.document(document, PROVIDER) == unknowing.document(document, PROVIDER)
    call = Call(provider="bandwidth", id="c-1", from_=Party(number="5550100", name="Jane Doe"), vendor=document)
    assert knowing.call(call, PROVIDER) == unknowing.call(call, PROVIDER)


def test_keys_that_are_the_same_words_stay_apart() -> None:
    document: Any = {
        "Ann12345": 1,
        "ann12345": 2,
        "ANN12345 ": 3,
        "(916) 555-0104": 4,
        "916.555.0104": 5,
        "916-555-0104": 6,
    }
    found: Any = Masker(KEY).document({"userData": document}, PROVIDER)
    assert len(found["userData"]) == len(document)
    assert all(each.startswith("key-") for each in found["userData"])
    call = Call(provider="bandwidth", id="c-1", links=dict.fromkeys(document, "https://example.com"))
    assert len(Masker(KEY).call(call, PROVIDER).links) == len(document)
