"""What stands for a value with --redact: the same letters for the same person, and nothing of the value."""

import re

import pytest

from callinspect import providers
from callinspect.masking import Masker
from callinspect.masking.codes import calling_code
from callinspect.model import Call, Party

KEY = b"a key of 16 bytes or more"
PROVIDER = providers.get("bandwidth")
LETTERS = re.compile("[bcdfghjklmnpqrstvwxz]{10}")


def masked(party: Party, key: bytes = KEY) -> Party:
    call = Masker(key).call(Call(provider=PROVIDER.name, id="c-1", from_=party), PROVIDER)
    assert call.from_ is not None
    return call.from_


def number(text: str, key: bytes = KEY) -> str:
    return masked(Party(number=text), key).number or ""


def name(text: str) -> str:
    return masked(Party(name=text)).name or ""


def letters(mask: str) -> list[str]:
    return LETTERS.findall(mask)


def test_a_number_has_the_same_letters_in_five_spellings() -> None:
    spellings = ["+19165550104", "9165550104", "(916) 555-0104", "tel:+1-916-555-0104", "+1 916.555.0104"]
    assert len({letters(number(each))[0] for each in spellings}) == 1
    assert letters(masked(Party(uri="sip:9165550104@pbx.example")).uri or "")[0] == letters(number(spellings[0]))[0]


@pytest.mark.parametrize(
    ("text", "mask"),
    [
        ("+19165550104", r"num\+1-@"),
        ("+4930123456", r"num\+49-@"),
        ("+35312345678", r"num\+353-@"),
        ("+0001234567", "num-@"),
        ("9165550104", "num-@"),
        ("1001", "ext-@"),
        ("*73", r"\*73"),
        ("#31#", "#31#"),
        ("*679165550104", "num-@"),
        ("tel:+19165550104;ext=7", r"tel:num\+1-@"),
        ("sip:jane@pbx.example:5061;transport=tls", "sip:sip-@@host-@"),
        ("sips:1001@pbx.example", "sips:ext-@@host-@"),
        ("jane@pbx.example", "sip-@@host-@"),
        ("https://pbx.example/1001", "url-@"),
        ("192.0.2.7", "host-@"),
        ("Jane Doe", "name-@"),
        ("", ""),
    ],
)
def test_a_number_field_is_masked_by_what_it_holds(text: str, mask: str) -> None:
    found = number(text)
    assert re.fullmatch(mask.replace("-@", f"-{LETTERS.pattern}"), found), found


def test_a_name_that_is_a_number_is_masked_as_that_number() -> None:
    assert name("(916) 555-0104") == number("(916) 555-0104")


def test_a_name_has_one_mask_however_it_is_written() -> None:
    assert name("Jane Doe") == name(" JANE DOE ") == name("jane doe") != name("Jane Roe")
    assert name("Zoë Müller") == name("Zoe\u0308 MU\u0308LLER")


def test_runs_agree_with_one_key_only() -> None:
    assert number("+19165550104") == number("+19165550104") != number("+19165550104", b"another key of 16 bytes")


def test_what_is_masked_already_stays() -> None:
    party = masked(
        Party("+19165550104", name="Jane Doe", uri="sip:jane@pbx.example", location="Reno", person_id="p-77")
    )
    assert masked(party, b"another key of 16 bytes") == party


def test_digits_of_any_script_are_digits() -> None:
    assert letters(number("+١٩١٦٥٥٥٠١٠٤")) == letters(number("+19165550104"))


def test_emergency_numbers_stay_and_people_s_do_not() -> None:
    assert masked(Party("911", kind="emergency")).number == "911"
    assert number("911") != "911"


@pytest.mark.parametrize(
    ("digits", "code"), [("1916", "1"), ("7495", "7"), ("4930", "49"), ("3531", "353"), ("21", None)]
)
def test_calling_codes_have_one_to_three_digits(digits: str, code: str | None) -> None:
    assert calling_code(digits) == code


def test_every_part_of_a_party_is_masked() -> None:
    party = masked(Party("1001", "sip:x@y.example", "Jane", "external", None, False, "p-1", "pl-1", "Reno"))
    kinds = [str(value).partition("-")[0] for value in (party.number, party.name, party.person_id, party.place_id)]
    assert kinds == ["ext", "name", "person", "place"]
    assert party.kind == "external"
    assert (party.location or "").startswith("text-")
