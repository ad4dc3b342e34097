"""However a number, a name or an address is written, it is found; and what is ours stays."""

import json
import time
from typing import Any

import pytest

from callinspect import providers
from callinspect.masking import Masker
from callinspect.model import Call, Party, Related
from callinspect.model.reading import call as read
from callinspect.model.related import Device
from callinspect.model.writing import record

KEY = b"a key of the tests, long enough"

LINKED = "02FIX7Q3K91C4V0TM5D8RA2LAES00031"

NUMBER = "+19195550134"


def masked(**fields: Any) -> tuple[Masker, dict[str, object]]:
    masker = Masker(KEY)
    call = Call(provider="genesys", id="c-1")._replace(**fields)
    return masker, record(masker.call(call, providers.get("genesys")))


def letters(mask: object) -> str:
    return str(mask).partition("@")[0].rpartition("-")[2]


@pytest.mark.parametrize(
    "spelling",
    [
        *(
            "0019195550134",
            "\uff0b\uff11\uff19\uff11\uff19\uff15\uff15\uff15\uff10\uff11\uff13\uff14",
            "+1(919)555-0134",
        ),
        *("tel:+1-919-555-0134;ext=5", "919.555.0134"),
        *("sip:+19195550134@gw.example;user=phone", "sip:%2B19195550134@gw.example", "+1 919\u00a0555\u20110134"),
        *("٩١٩٥٥٥٠١٣٤", "+1-919-555-0134 x5", "9195550134,,5#", "919_555_0134", "919·555·0134", "\u202e+19195550134"),
    ],
)
def test_a_number_has_one_mask_however_it_is_written(spelling: str) -> None:
    _, found = masked(from_=Party(number=NUMBER), to=Party(number=spelling, uri=spelling))
    shown = read(json.loads(json.dumps(found)))
    assert shown.from_
    assert shown.to
    assert letters(shown.from_.number) == letters(shown.to.number) == letters(shown.to.uri)


@pytest.mark.parametrize(
    "key",
    [
        *(
            "(919) 555-0134",
            "919.555.0134",
            "1 919 555 0134",
            "+1\u2011919\u2011555\u20110134",
            "919_555_0134",
            "919·555·0134",
        ),
        *(
            "eyJuIjoiKzE5MTk1NTUwMTM0In0=",
            "_z90bz0rMTkxOTU1NTAxMzQ-Pg",
            "ann@corp.example",
            "Ann Smith",
            "pbx.corp.example",
        ),
    ],
)
def test_a_key_that_tells_somebody_is_masked(key: str) -> None:
    masker, found = masked(from_=Party(number=NUMBER, name="Ann Smith"), metadata={key: True, "plain": True})
    assert [each.partition("-")[0] for each in json.loads(json.dumps(found))["metadata"]] == ["key", "plain"]
    assert key not in masker.finished(f"see {key}")


@pytest.mark.parametrize(
    "name", ["ANN SMITH", "Smith, Ann", "Mr. Ann Smith", "Zoe\u0308 Mu\u0308ller", "ZOË MÜLLER", "Müller, Zoë"]
)
def test_a_name_is_found_however_it_is_written(name: str) -> None:
    masker, _ = masked(from_=Party(name="Ann Smith"), to=Party(name="Zoë Müller"))
    for found in (masker.text(f"call of {name} ended"), masker.finished(f"call of {name} ended")):
        assert found.startswith("call of ")
        assert found.endswith(" ended")
        assert name not in found
        assert "name-" in found


@pytest.mark.parametrize(
    "said",
    [
        *(
            "\uff11\uff16\uff15\uff15\uff15\uff10\uff11\uff12\uff13\uff14",
            "\uff0b\uff11 \uff16\uff15\uff15 \uff15\uff10\uff11\uff12\uff13\uff14",
            "١٢٣٤٥٦٧٨",
            "www.secret-host.example.com/x?y=1",
            "pbx7.corp.example.net",
        ),
        *("pbx.local:5060", "12345", "ext12345", "916555"),
    ],
)
def test_what_looks_like_somebody_is_masked_in_text(said: str) -> None:
    found = Masker(KEY).text(f"gateway {said} is down")
    assert found.startswith("gateway ")
    assert found.endswith(" is down")
    assert said not in found


@pytest.mark.parametrize(
    "said",
    [
        *("h11 0.16.0, tzdata 2025.2, OpenSSL 3.0.13, Python 3.11.7", "port 18765", "content-length: 18618"),
        *("Write the number in E.164, such as +12025550143, and", "Look up error 99999", "env HTTPS_PROXY=PROXY:PORT"),
        *("cannot connect to voice.bandwidth.com: refused", "https://www.twilio.com/docs/errors/15003"),
        *("call.machine.premium.detection.ended happened", "recording.wav, e.g. this"),
    ],
)
def test_what_is_ours_stays_in_text(said: str) -> None:
    assert Masker(KEY).text(said) == said


def test_an_example_is_masked_where_it_is_no_example() -> None:
    assert "+12025550143" not in Masker(KEY).text("the caller +12025550143 hung up")


@pytest.mark.parametrize("piece", ["a.", "1.", "a@", "(", "+", "x1 ", "www."])
def test_texts_of_one_kind_cost_little_time(piece: str) -> None:
    begun = time.process_time()
    Masker(KEY).text(piece * (50_000 // len(piece)))
    masked(from_=Party(number=piece * (50_000 // len(piece)), name=piece * 16))
    assert time.process_time() - begun < 5


def test_a_word_of_ones_own_state_is_masked_unless_we_use_it() -> None:
    """A field where the customer has words: what a person is called there is nobody's business."""
    for word, stays in (("Ready", True), ("Covering-for-Smith", False)):
        device = Device(user_state=word)
        _, found = masked(related=Related(device=device))
        shown = json.loads(json.dumps(found))["related"]["device"]["user_state"]
        assert (shown == word) is stays


def test_an_id_that_is_kept_stays_in_attached_data() -> None:
    """Or the record contradicts itself: Asterisk's linkedid is the session's ID."""
    _, found = masked(session_id=LINKED, metadata={"linkedid": LINKED, "other": "1764147200.2f"})
    shown = json.loads(json.dumps(found))
    assert shown["metadata"]["other"].startswith("text-")
    assert shown["metadata"]["linkedid"] == shown["session_id"] == LINKED
