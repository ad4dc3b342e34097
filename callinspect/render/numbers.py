"""Telephone numbers as people write them: `+1 919-555-0143 US`.

JSON, CSV and bare values have numbers as they are.
"""

import re
import sys
from functools import cache, lru_cache
from importlib import import_module
from importlib.util import find_spec, module_from_spec
from typing import Any

from callinspect.render.style import NO_BREAK

LIBRARY = "phonenumbers"

E164 = re.compile(r"\+[0-9]{5,15}", re.ASCII)

NO_COUNTRY = "001"
"""libphonenumber's region of numbers that belong to no country, such as +800."""


@lru_cache(4096)
def readable(number: str) -> str:
    """Return a number in the international format with its region, if it is a possible one; else unchanged.

    It is one word: no line is broken within it (see `NO_BREAK`).

    The region is a country's code (ISO 3166). It is left out where the number does not determine it: one that is not
    assigned, or of no country.
    """
    if not E164.fullmatch(number):
        return number
    library = prepare()
    try:
        parsed = library.parse(number)
    except library.NumberParseException:
        return number
    if library.is_possible_number_with_reason(parsed) != library.ValidationResult.IS_POSSIBLE:
        return number  # which may be possible within its region, without an area code
    region = _region(library, parsed)
    written: str = library.format_number(parsed, library.PhoneNumberFormat.INTERNATIONAL)
    return (f"{written} {region}" if region else written).replace(" ", NO_BREAK)


@lru_cache(4096)
def region(number: str) -> str | None:
    """Return the region that a number in E.164 format determines (ISO 3166), None if it determines none."""
    if not E164.fullmatch(number):
        return None
    library = prepare()
    try:
        return _region(library, library.parse(number))
    except library.NumberParseException:
        return None


@lru_cache(4096)
def is_valid(number: str) -> bool:
    """Whether there can be a number in E.164 format, in a country or for several, as toll-free ones are."""
    if not E164.fullmatch(number):
        return False
    library = prepare()
    try:
        return bool(library.is_valid_number(library.parse(number)))
    except library.NumberParseException:
        return False


def _region(library: Any, parsed: Any) -> str | None:
    """Return the region that a number determines; a toll-free one, say, is the same in all that share its code."""
    is_shared = len(library.COUNTRY_CODE_TO_REGION_CODE[parsed.country_code]) > 1
    if is_shared and library.number_type(parsed) not in _types_of_a_place(library):
        return None
    region: str | None = library.region_code_for_number(parsed)
    return None if region == NO_COUNTRY else region


def _types_of_a_place(library: Any) -> tuple[int, ...]:
    types = library.PhoneNumberType
    return types.FIXED_LINE, types.MOBILE, types.FIXED_LINE_OR_MOBILE


def compact(written: str) -> str:
    """Return a number that `readable` wrote as it was sent, which is shorter."""
    return "+" + re.sub("[^0-9]", "", written) if NO_BREAK in written else written


@cache
def prepare() -> Any:
    """Import and return the part of the library that reads and writes numbers.

    The package itself is executed only for whoever else uses it: it would import what finds numbers in texts and what
    formats them as they are typed, which takes 4 ms of every card.
    """
    spec = find_spec(LIBRARY)
    if LIBRARY not in sys.modules and spec is not None and spec.loader is not None:
        package, loader = module_from_spec(spec), spec.loader

        def executed(name: str) -> Any:
            del vars(package)["__getattr__"]
            loader.exec_module(package)
            return getattr(package, name)

        vars(package)["__getattr__"] = executed
        sys.modules[LIBRARY] = package
    return import_module(f"{LIBRARY}.phonenumberutil")
