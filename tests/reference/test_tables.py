"""The tables of SIP and Q.850: complete, consistent with each other, and written in one style."""

import re

import pytest

from callinspect.model import Outcome
from callinspect.reference import q850, sip
from callinspect.reference.explained import Explained
from callinspect.reference.reason import LOCATIONS
from callinspect.reference.tables import CODES

REGISTRY = {
    *(100, 180, 181, 182, 183, 199, 200, 202, 204, 300, 301, 302, 305, 380),
    *(400, 401, 402, 403, 404, 405, 406, 407, 408, 410, 412, 413, 414, 415, 416, 417, 420, 421, 422, 423, 424, 425),
    *(428, 429, 430, 433, 436, 437, 438, 439, 440, 469, 470, 480, 481, 482, 483, 484, 485, 486, 487, 488, 489, 491),
    *(493, 494, 500, 501, 502, 503, 504, 505, 513, 555, 580, 600, 603, 604, 606, 607, 608),
}
"""The 75 codes of the registry of SIP."""

Q850 = {
    *(*range(1, 10), 13, 14, *range(16, 32), 34, *range(38, 45), 46, 47, 49, 50, 53, 55, 57, 58, 62, 63, 65, 66, 69),
    *(70, 79, *range(81, 89), 90, 91, *range(95, 104), 110, 111, 127),
} - {15, 45}
"""The 72 values of Q.850 and its amendments."""

TO_Q850 = {
    **dict.fromkeys((404, 485, 604), 1),
    **dict.fromkeys((486, 600), 17),
    480: 18,
    **dict.fromkeys((401, 402, 403, 407, 603), 21),
    410: 22,
    **dict.fromkeys((482, 483), 25),
    484: 28,
    502: 38,
    **dict.fromkeys((400, 409, 481, 500, 503), 41),
    405: 63,
    **dict.fromkeys((406, 415, 501), 79),
    **dict.fromkeys((408, 504), 102),
    **dict.fromkeys((411, 413, 414, 416, 420, 421, 423, 505, 513), 127),
}
"""RFC 3398, 8.2.6.1."""

TO_SIP = {
    **dict.fromkeys((21, 55, 57, 87), 403),
    **dict.fromkeys((1, 2, 3, 26), 404),
    18: 408,
    **dict.fromkeys((22, 23), 410),
    **dict.fromkeys((19, 20, 31), 480),
    28: 484,
    17: 486,
    **dict.fromkeys((65, 70), 488),
    **dict.fromkeys((111, 127), 500),
    **dict.fromkeys((29, 79), 501),
    27: 502,
    **dict.fromkeys((34, 38, 41, 42, 47, 58, 88), 503),
    102: 504,
}
"""RFC 3398, 7.2.4.1."""

CLASSES = {"caller", "callee", "network", "policy", "either"}
ENTRIES = [*sip.entries(), *q850.entries()]
NAMED = [entry for name in q850.names() if (entry := q850.named(name))]


def called(entry: Explained) -> str:
    return f"{entry.table} {entry.word}"


def test_every_registered_code_of_sip_has_an_entry() -> None:
    assert {int(each.word) for each in sip.entries() if each.registered} == REGISTRY
    assert [each.word for each in sip.entries() if not each.registered] == ["409", "411"]


def test_every_cause_of_q850_has_an_entry() -> None:
    assert {int(each.word) for each in q850.entries() if each.registered} == Q850
    assert len(q850.entries()) == 88


@pytest.mark.parametrize("table", CODES)
def test_codes_ascend_and_occur_once(table: str) -> None:
    codes = [int(each.word) for each in CODES[table].read().entries]
    assert codes == sorted(set(codes))


@pytest.mark.parametrize("entry", ENTRIES, ids=called)
def test_an_entry_of_a_code_is_complete(entry: Explained) -> None:
    assert entry.name
    assert entry.class_ in CLASSES
    assert entry.outcome is None or entry.outcome in set(Outcome)
    assert str(getattr(entry, entry.table)) == entry.word
    assert entry.source
    assert (entry.treated_as is None) == bool(entry.registered)


@pytest.mark.parametrize("entry", [*ENTRIES, *NAMED], ids=called)
def test_texts_are_in_one_style(entry: Explained) -> None:
    """Each begins with a capital or a name, ends without a full stop, is ASCII, and fits three lines of a terminal."""
    for text in (entry.title, entry.explanation, entry.next or "Nothing"):
        assert text
        assert text.isascii()
        assert text[0].isupper()
        assert text.strip(" .") == text
        assert len(text) <= 120
        assert not re.search(r"  |\b(licence|cancelled|dialled|signalling|colour)\b", text)


def test_mappings_are_those_of_rfc_3398() -> None:
    def first(entries: tuple[Explained, ...], other: str) -> dict[int, int]:
        also = {int(each.word): [one for one in each.also if one.relation == "maps-to"] for each in entries}
        assert {one.table for several in also.values() for one in several} == {other}
        return {code: int(several[0].word) for code, several in also.items() if several}

    assert first(sip.entries(), "q850") == TO_Q850
    assert first(q850.entries(), "sip") == TO_SIP


def test_nearest_codes_are_the_mapped_ones_and_ours_for_two() -> None:
    assert {int(each.word): each.q850 for each in sip.entries() if each.q850} == TO_Q850 | {607: 21, 608: 21}
    assert {int(each.word): each.sip for each in q850.entries() if each.sip} == TO_SIP


@pytest.mark.parametrize("entry", [*ENTRIES, *NAMED], ids=called)
def test_every_relation_leads_to_an_entry(entry: Explained) -> None:
    words = {each: {one.word for one in table.read().entries} for each, table in CODES.items()}
    for each in entry.also:
        assert each.word in words[each.table]


@pytest.mark.parametrize("value", range(128))
def test_an_unassigned_cause_is_its_groups_unspecified_one(value: int) -> None:
    groups = [(31, "31"), (47, "47"), (63, "63"), (79, "79"), (95, "95"), (111, "111"), (127, "127")]
    expected = next(word for last, word in groups if value <= last)
    assert q850.treated_as(value) == expected
    assert q850.unregistered(value).treated_as == expected
    assert "nspecified" in next(each.name or "" for each in q850.entries() if each.word == expected)


@pytest.mark.parametrize(
    ("code", "instead"), [(101, "183"), (299, "200"), (399, "300"), (499, "400"), (599, "500"), (699, "600")]
)
def test_an_unknown_code_is_the_first_of_its_hundred(code: int, instead: str) -> None:
    entry = sip.unregistered(code)
    assert (entry.word, entry.registered, entry.treated_as, entry.sip) == (str(code), False, instead, code)


@pytest.mark.parametrize("name", q850.names())
def test_a_cause_means_what_its_entry_says(name: str) -> None:
    meaning, entry = q850.meaning(name), q850.named(name)
    assert meaning
    assert entry
    cause = meaning.cause
    assert (cause.title, cause.explanation, cause.next) == (entry.title, entry.explanation, entry.next)
    assert (cause.sip, cause.q850) == (entry.sip, entry.q850)
    origins = {cause.sip: cause.sip_from, cause.q850: cause.q850_from}
    assert all(origin == (None if code is None else "nearest") for code, origin in origins.items())
    assert entry.outcome in {meaning.outcome, None}


def test_a_name_of_two_causes_is_the_current_one() -> None:
    entry = q850.named("Mandatory information element is missing")
    assert entry
    assert entry.word == "96"


def test_calls_that_isdn_suspends_are_not_parked_ones() -> None:
    """A user suspends a call, say to unplug the telephone, and resumes it; parking is a service of a PBX."""
    known = {each.word: each for each in q850.entries()}
    for each in (known[word] for word in ("83", "84", "85", "86")):
        assert "suspended" in f"{each.explanation} {each.next}"
        assert "park" not in f"{each.title} {each.explanation} {each.next}".lower()


def test_barring_within_a_group_is_not_barring_beyond_it() -> None:
    texts = {each.word: each.explanation or "" for each in q850.entries()}
    assert all("within the group" in texts[word] and "outside" not in texts[word] for word in ("53", "55"))


def test_usual_locations_are_in_words() -> None:
    located = [each.location for each in q850.entries() if each.location]
    assert len(located) > 60
    for text in located:
        letters = re.findall(r"([A-Z]+) \(([a-z ]+)\)", text)
        assert letters
        assert all(LOCATIONS[letter] == words for letter, words in letters)
