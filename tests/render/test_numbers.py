"""How numbers are written for people."""

import subprocess

import pytest
from kit.program import SCRIPTS

from callinspect.model import Call, Party
from callinspect.render.people import card
from callinspect.render.style import Style

WRITTEN = {
    "+19195550143": "+1 919-555-0143 US",
    "+16045550143": "+1 604-555-0143 CA",
    "+442079460000": "+44 20 7946 0000 GB",
    "+4930901820": "+49 30 901820 DE",
    "+80012345678": "+800 1234 5678",  # of no country
    "+18005550100": "+1 800-555-0100",  # toll-free, in all countries with this code
    "+19005550100": "+1 900-555-0100",
    "+448001111": "+44 800 1111",
    "+498001234567": "+49 800 1234567 DE",  # a code of one country
    "+447400123456": "+44 7400 123456 GB",
    "+12125550": "+12125550",  # too short
    "+1919555014355": "+1919555014355",
    "+999123456789": "+999123456789",  # nobody's code
    "+12": "+12",
    "19195550143": "19195550143",  # as sent: a national number is not known as one
    "911": "911",
    "*73": "*73",
    "+1919555014a": "+1919555014a",
}


@pytest.mark.parametrize(("number", "written"), WRITTEN.items())
def test_a_possible_number_is_written_as_people_write_it(number: str, written: str) -> None:
    text = card(Call("p", "c", from_=Party(number=number)), Style())
    assert f" {written} ──▶ " in text


def test_a_plug_in_can_use_the_library_that_writes_numbers() -> None:
    """Only a part of it is imported for a card; whoever imports the package gets all of it, before and after."""
    program = """
from callinspect.render.numbers import readable
assert readable("+442079460000").endswith("GB")
import phonenumbers
print(phonenumbers.is_valid_number(phonenumbers.parse("+442079460000")), phonenumbers.PhoneNumberMatcher.__name__)
assert readable("+4930901820").endswith("DE")
"""
    first = "import phonenumbers\n"
    for each in (program, first + program):
        done = subprocess.run([SCRIPTS / "python", "-c", each], capture_output=True, check=True, text=True)
        assert done.stdout == "True PhoneNumberMatcher\n"
