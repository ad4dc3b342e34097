"""Sentences and finished outputs with --redact: what is left of people in them is found, whatever its form."""

import base64
import json
import time
from urllib.parse import quote

import pytest

from callinspect import providers
from callinspect.errors import InternalError
from callinspect.masking import Masker
from callinspect.model import Call, Cause, Party
from callinspect.model.writing import record
from callinspect.provider import Document
from callinspect.render.jsontext import dumps

KEY = b"a key of 16 bytes or more"
PROVIDER = providers.get("genesys")
NUMBER, NAME, ID = "+19165550104", "Jane “JJ” Doe", "c-5550104555"


def seen(*parties: Party, **fields: object) -> Masker:
    """Return a masker that has masked a call with these parties."""
    masker = Masker(KEY)
    call = Call(provider="genesys", id=ID, participants=parties, metadata=fields)
    masker.call(call, PROVIDER)
    return masker


@pytest.mark.parametrize(
    "text",
    [
        "dialed +1 (916) 555-0104 twice",
        "dialed 12345 twice",
        "asked https://pbx.example/x?y=5, and left",
        "asked sip:jane@pbx.example;transport=tls",
        "mail from jane@pbx.example",
        "from 192.0.2.7:5060",
        "from 2001:db8::1",
        "token 0123456789abcdef0123456789ABCDEF",
        "token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln",
    ],
)
def test_what_looks_like_a_person_is_masked(text: str) -> None:
    found = Masker(KEY).text(text)
    assert found.split(maxsplit=1)[0] == text.split(maxsplit=1)[0]
    for word in ("555", "12345", "example", "192", "db8", "0123", "eyJ", "jane"):
        assert word not in found


@pytest.mark.parametrize(
    "text",
    [
        "retry in 12.5 s after 2026-11-27T07:40:33.123Z (HTTP 404, code 4010)",
        "callinspect get genesys ID --from-file answer.json --with all",
        "set CALLINSPECT_GENESYSCLOUD_CLIENT_SECRET, or see callinspect help environment",
        "GET → 200, 123456 bytes in 0.132 s",
        "Fri 27 Nov 2026, 07:40:33 UTC",
        "see https://docs.genesys.com/Documentation/HTCC/8.5.2/API/CallResource.",
    ],
)
def test_our_own_sentences_stay(text: str) -> None:
    assert Masker(KEY).text(text) == text


def test_ids_that_were_asked_for_stay_in_commands() -> None:
    masker = Masker(KEY)
    masker.keep("5L3G3PPN4ETV28V1MIMKA5OLITQVSGA0", "c-e4d41dd5-d796d842-ef25-2a32-fbc0-1b8b4b7a77c1", "41234567")
    text = "callinspect get genesys 5L3G3PPN4ETV28V1MIMKA5OLITQVSGA0 c-e4d41dd5-d796d842-ef25-2a32-fbc0-1b8b4b7a77c1"
    assert masker.text(f"{text} 41234567") == f"{text} 41234567"
    assert "41234567" not in masker.text("https://pbx.example/41234567 and 412345678")


def test_a_sentence_has_the_masks_of_the_record() -> None:
    masker = Masker(KEY)
    call = Call(
        provider="genesys", id=ID, from_=Party(NUMBER, name="Jane"), cause=Cause(message="Jane at (916) 5550104")
    )
    found = masker.call(call, PROVIDER)
    assert found.cause
    assert found.from_
    assert found.cause.message == f"{found.from_.name} at {found.from_.number}"


@pytest.mark.parametrize(
    "name", ["Support", "Anonymous", "voicemail", "No Answer", "Recording", "Customer", "external"]
)
def test_a_name_like_a_word_of_ours_leaves_our_words(name: str) -> None:
    masker = seen(Party(name=name), note=name)
    text = f"{name} external No answer voicemail Customer Recording in progress, look up Support"
    assert masker.finished(text) == text
    assert masker.text(text) == text


@pytest.mark.parametrize(
    "leak",
    [
        NUMBER,
        "916-555-0104",
        "1 (916) 555 0104",
        quote(NUMBER),
        NAME,
        NAME.upper(),
        quote(NAME),
        json.dumps(NAME),
        json.dumps(json.dumps(NAME)),
        "Jane &#8220;JJ&#8221; Doe",
        *(base64.b64encode(b"x" * before + NAME.encode()).decode() for before in range(3)),
        base64.urlsafe_b64encode(f'{{"caller":"{NUMBER}"}}'.encode()).decode(),
    ],
)
def test_a_leak_is_masked_whatever_its_form(leak: str) -> None:
    found = seen(Party(NUMBER, name=NAME)).finished(f"the call {ID} of <{leak}> has ended")
    assert leak not in found
    assert found.startswith(f"the call {ID} of <")
    assert found.endswith("> has ended")


def test_values_of_json_within_a_text_are_found() -> None:
    masker = seen(blob=json.dumps({"phone": "9165550104", "who": "Jane Doe of Reno"}))
    found = masker.finished("phone 9165550104, Jane Doe of Reno")
    assert "9165550104" not in found
    assert "Reno" not in found


def test_an_output_in_parts_is_searched_in_each() -> None:
    masker = seen(Party(NUMBER))
    for part in ("[\n  ", f'{{"a": "{NUMBER}"}}', f',\n  {{"a": "{NUMBER}"}}', "\n]\n", f"<text>{NUMBER}</text>"):
        assert "9165550104" not in masker.finished(part)


def test_what_cannot_be_masked_is_not_printed() -> None:
    """In the place of a number there can be no text: the output would be JSON no more."""
    masker = seen(account=12345678)
    with pytest.raises(InternalError) as caught:
        masker.finished('{"billed": 12345678}\n')
    assert caught.value.exit_status == 70
    assert "12345678" not in str(caught.value)


def test_times_and_ids_are_no_leaks() -> None:
    masker = seen(day="2026-11-27", clock="07:40:33.123", number=5550104555)
    text = f"{ID} 2026-11-27T07:40:33.123Z 07:40:33.123 Fri 27 Nov 2026"
    assert masker.finished(text) == text


def test_hostile_values_cost_little_time_and_no_structure() -> None:
    masker = seen(a='": null,', b=" " * 20, c="," * 20, d="a" * 100_000, e='"location": null')
    text = dumps(record(Call(provider="genesys", id=ID, participants=(Party(),))))
    assert masker.finished(text) == text
    begun = time.process_time()
    masker.finished("a" * 50_000)
    masker.text("a" * 50_000 + "1 " * 50_000)
    assert time.process_time() - begun < 20


def test_a_megabyte_of_attached_data_is_masked_quickly() -> None:
    attached = {f"field {chr(97 + index % 26)}{index}": f"value {index} of {index * 7919}" for index in range(25_000)}
    document = {"id": "5L3G3PPN4ETV28V1MIMKA5OLITQVSGA0", "state": "Established", "userData": attached}
    assert len(json.dumps(document)) > 1_000_000
    call = PROVIDER.normalize(Document(document))
    masker, begun = Masker(KEY), time.process_time()
    text = dumps(record(masker.call(call, PROVIDER)))
    assert masker.finished(text) == text
    assert time.process_time() - begun < 6  # a second or two where nothing else is done


def test_what_is_remembered_is_limited() -> None:
    masker = Masker(KEY)
    masker.know("account", "acme telephony")
    for index in range(60):
        masker.call(
            Call(provider="genesys", id=f"c-{index}", metadata={str(n): f"{index} was {n}" for n in range(999)}),
            PROVIDER,
        )
    assert "acme" not in masker.finished("of acme telephony")
    assert masker.finished("59 was 998") != "59 was 998"
    assert masker.finished("0 was 998") == "0 was 998"
