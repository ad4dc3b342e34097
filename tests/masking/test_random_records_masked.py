"""Whatever a call holds: with --redact, nothing of it is left that tells people apart."""

import json
from datetime import UTC, datetime
from typing import Any

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from callinspect import providers
from callinspect.masking import Masker
from callinspect.masking.vocabulary import Vocabulary
from callinspect.model import Call, Cause, Party, Recording, Related
from callinspect.model.related import Event, Transcription
from callinspect.model.writing import record
from callinspect.render.jsontext import dumps

KEY = b"a key of 16 bytes or more"
PROVIDER = providers.get("genesys")
AT = datetime(2026, 11, 27, 7, 40, 33, tzinfo=UTC)

WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=7, max_size=90)
NUMBERS = st.from_regex(r"(\+|00)?[1-9][0-9]{6,14}|\([1-9][0-9]{2}\) [0-9]{3}-[0-9]{4}", fullmatch=True)
ADDRESSES = st.from_regex(r"(sips?:)?[a-z0-9.]{3,12}@[a-z]{3,9}\.example(:[0-9]{4})?", fullmatch=True)
VALUES = st.one_of(WORDS, NUMBERS, ADDRESSES)
ATTACHED = st.recursive(
    st.one_of(VALUES, st.integers(1_000_000), st.booleans(), st.none()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.sampled_from("abcd"), inner, max_size=3)),
    max_leaves=8,
)

PARTIES = st.builds(Party, number=VALUES, uri=VALUES, name=VALUES, person_id=VALUES, place_id=VALUES, location=VALUES)

CALLS = st.builds(
    lambda parties, url, attached, vendor, said: Call(
        provider="genesys",
        id="call-0",
        from_=parties[0],
        participants=tuple(parties[1:]),
        cause=Cause(message=f"it was {parties[0].name}, who called {parties[0].number}"),
        recording=Recording(url=url),
        metadata={"attached": attached},
        related=Related(
            events=(Event("e-1", AT, data=said, detail=attached),), transcriptions=(Transcription("t-1", text=said),)
        ),
        vendor={"further": vendor, "copy": parties[0].name},
        warnings=(f"something is odd: “{parties[0].number}”",),
    ),
    st.lists(PARTIES, min_size=1, max_size=2),
    VALUES,
    ATTACHED,
    ATTACHED,
    VALUES,
)


def originals(value: Any) -> set[str]:
    """Return the texts and numbers in a value that tell something: of seven letters and digits, and no word of ours."""
    if isinstance(value, dict):
        return {each for inner in value.values() for each in originals(inner)}
    if isinstance(value, list | tuple):
        return {each for inner in value for each in originals(inner)}
    text = str(value)
    is_telling = sum(map(str.isalnum, text)) >= 7 and not Vocabulary().has(text.strip().lower().encode())
    return {text} if is_telling else set()


def given_in(call: Call) -> set[str]:
    events = call.related.events if call.related else None
    said = events[0].data if events else ""
    values = [*(call.from_ or ()), *(value for each in call.participants for value in each), call.recording.url]
    return originals([*values, said, call.metadata, dict(call.vendor)])


@given(CALLS)
@settings(max_examples=80, deadline=None)
def test_nothing_of_a_random_record_survives(call: Call) -> None:
    masker = Masker(KEY)
    text = masker.finished(dumps(record(masker.call(call, PROVIDER))))
    for each in given_in(call):
        assert each not in text
        assert json.dumps(each, ensure_ascii=False)[1:-1] not in text


@given(ATTACHED)
@settings(max_examples=80, deadline=None)
def test_nothing_of_a_random_document_survives(document: Any) -> None:
    masker = Masker(KEY)
    text = masker.finished(dumps(masker.document({"call": document}, PROVIDER)))
    assert not [each for each in originals(document) if each in text]


@given(CALLS, st.data())
@settings(max_examples=60, deadline=None)
def test_a_planted_leak_is_found(call: Call, data: st.DataObject) -> None:
    """The number or address of a party, wherever it is written."""
    masker = Masker(KEY)
    masker.call(call, PROVIDER)
    leak = data.draw(st.sampled_from(sorted(given_in(call))))
    assume(leak.isascii() and leak.isprintable())
    assume(not set(leak) & set('"\\<>&'))  # which formats write in ways of their own
    assume(any(character.isdigit() for character in leak) or "@" in leak)
    text = masker.finished(f"left of it is {leak}; nothing else")
    assert leak not in text


@given(st.text(max_size=200))
@settings(max_examples=100, deadline=None)
def test_any_text_is_masked_and_once_is_enough(text: str) -> None:
    masked = Masker(KEY).text(text)
    assert Masker(KEY).text(masked) == masked
