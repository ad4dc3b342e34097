"""What values look like: numbers, addresses, URLs, and what stands for them once they are masked."""

import re
import unicodedata
from contextlib import suppress
from ipaddress import ip_address
from typing import Literal, NamedTuple, get_args
from urllib.parse import unquote

Kind = Literal["sip", "mail", "host", "name", "person", "place", "account", "text", "url"]
"""What a value is that has a mask whatever its form: with this, its mask begins."""

_KINDS = "|".join(get_args(Kind))

_LETTERS = "[bcdfghjklmnpqrstvwxz]{10}"

OWN_HOST = "host-local"
"""What stands for the name or address that every machine has for itself."""

MASK = rf"(?<![A-Za-z0-9])(?:(?:num(?:\+[0-9]{{1,3}})?|ext|key|{_KINDS})-{_LETTERS}|{OWN_HOST})(?![A-Za-z0-9])"
"""What stands for a value."""

_MASK = re.compile(MASK)

_MASKED = re.compile(rf"(?:[A-Za-z]+:)?{MASK}(?:@{MASK})?")

_NUMBER = re.compile(r"[\d\s().\-_/*#+\xb7\u2010-\u2015]*\d[\d\s().\-_/*#+\xb7\u2010-\u2015]*")

_EXTENDED = re.compile(r"(?i)([^a-z,;]*)[,;]*\s*(?:,|ext\.?\s*=?|x)\s*\d{1,6}#?\s*")
"""A number and its extension."""

_PHONE = re.compile(r"(?i)tel:([^;?]*)(?:[;?].*)?", re.DOTALL)

_FEATURE = re.compile(r"[*#]{1,2}[0-9]{1,4}#?", re.ASCII)

_ADDRESS = re.compile(
    r"(?is)(?:[^<>]*<)?\s*(?:(?P<scheme>sips?|mailto):)?(?P<user>[^\s@<>]*)@(?P<host>[^\s@<>;?]+)[^@<>\s]*>?.*"
)
_HOST_ALONE = re.compile(r"(?is)\s*(?P<scheme>sips?|mailto):(?P<user>)(?P<host>[^\s@<>;?]+)[^@\s]*")

_URL = re.compile(r"(?s)\s*[A-Za-z][A-Za-z0-9+.-]*://\S.*")

_LOCATED = re.compile(r"(?i)@|://|\b(?:sips?|tel|mailto):|\+\s?\(?\d(?:[\s().\-/]{0,2}\d){5,}")
"""What no value has that may be shown, whatever its field."""

HOST = (
    r"(?:www\.[a-z0-9][a-z0-9.-]*[a-z0-9]|[a-z0-9_](?:[a-z0-9_-]*[a-z0-9])?"
    r"(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*"
    r"\.(?:com|net|org|edu|gov|mil|int|info|biz|io|dev|app|cloud|online|site|xyz|tel|voip|local|localhost|localdomain|lan"
    r"|home|corp|intra|intranet|internal|private|arpa|example|test|invalid|onion"
    r"|a[cdefgilmoqrtuwxz]|b[abdefghijmnorstvwyz]|c[acdfghiklmnoruvwxyz]|d[ejkmoz]|e[cegrstu]|f[ijkmor]|g[abdefghilmnpqrstuwy]"
    r"|h[kmnrtu]|i[delmnqrst]|j[emop]|k[eghimnprwyz]|l[abcikrstuvy]|m[acdeghklmnopqrstuvwxyz]|n[acefgilopruz]|om|p[aefghklmnrstwy]"
    r"|qa|r[eosuw]|s[abcdeghijklmnorstuvxyz]|t[cdfghjklmnortvwz]|u[agksyz]|v[aceginu]|w[fs]|y[et]|z[amw])"
    r"(?![a-z0-9_-]))"
)
"""The name of a host without a scheme: what ends with a top-level domain, of the Internet or of private networks."""

_HOST = re.compile(rf"(?is){HOST}\.?(?:[:/?#].*)?")

MAX_NUMBER = 64
"""Characters of a number with an extension."""

MAX_EXTENSION = 6
"""Digits of an extension; a longer one is a number."""


MIN_NUMBER = 7
"""Digits of a number that is recognized however else it is written."""

SIGNIFICANT = 10
"""Digits by which a number is known, the last ones: countries write what comes before in several ways."""


class Address(NamedTuple):
    """A SIP or mail address: its scheme in lower case (empty if it has none), the user, and the host without a port."""

    scheme: str
    user: str
    host: str


def is_masked(text: str) -> bool:
    """Whether a text is nothing but what stands for a value."""
    return _MASKED.fullmatch(text.strip()) is not None


def masks(text: str) -> list[str]:
    """Return the letters of the masks in a text: whatever the kind of the mask, they are those of one value."""
    return [each.rpartition("-")[2] for each in _MASK.findall(text) if each != OWN_HOST]


def is_number(text: str) -> bool:
    """Whether a text is a phone number or another number in digits, however it is written; an IP address is none."""
    return _NUMBER.fullmatch(number_in(text)) is not None and not ("." in text and is_ip(text))


def is_feature(text: str) -> bool:
    """Whether a text is the code of a feature, such as `*73`."""
    return _FEATURE.fullmatch(text.strip()) is not None


def is_local(host: str) -> bool:
    """Whether a host is the machine itself, whichever that is."""
    return host.lower() == "localhost" or re.fullmatch(r"127(\.[0-9]+){3}", host, re.ASCII) is not None


def is_ip(text: str) -> bool:
    """Whether a text is an IP address."""
    with suppress(ValueError):
        ip_address(text.strip())
        return True
    return False


def is_host(text: str) -> bool:
    """Whether a text may be the name of a host, with whatever follows it in a URL."""
    return _HOST.fullmatch(text) is not None


def is_url(text: str) -> bool:
    """Whether a text is a URL."""
    return _URL.fullmatch(text) is not None


def is_telling(text: str) -> bool:
    """Whether a text has a phone number with `+`, an address or a URL in it."""
    return _LOCATED.search(text) is not None


def phone(text: str) -> str | None:
    """Return the number of a `tel:` URI, None if it is none."""
    found = _PHONE.fullmatch(text.strip())
    return found and found[1]


def number_in(text: str) -> str:
    """Return the number that a text has, without its scheme, its extension and characters that cannot be seen."""
    number = seen(phone(text) or text).strip()
    found = _EXTENDED.fullmatch(number) if len(number) <= MAX_NUMBER else None
    return found[1].rstrip() if found else number


def seen(text: str) -> str:
    """Return a text in the form in which all spellings of the same characters are one, without invisible ones."""
    if text.isascii():
        return text
    return "".join(each for each in unicodedata.normalize("NFKC", text) if unicodedata.category(each) != "Cf")


def address(text: str) -> Address | None:
    """Return the parts of a SIP or mail address, with or without a name before it; None if it is none."""
    found = _ADDRESS.fullmatch(text) or _HOST_ALONE.fullmatch(text)
    if found is None:
        return None
    user = unquote(re.split("[:;]", found["user"])[0])
    host = re.sub(r":[0-9]+$", "", found["host"])
    if not user and is_long_number(host):
        user, host = host, ""
    return Address((found["scheme"] or "").lower(), user, host)


def is_long_number(text: str) -> bool:
    """Whether a text is a number of several digits."""
    return is_number(text) and len(digits(text)) > 1 and "." not in text


def digits(text: str) -> str:
    """Return the digits of a number, of whatever script, without the parameters of a `tel:` URI."""
    return "".join(str(unicodedata.digit(each)) for each in number_in(text) if each.isdecimal())


def folded(text: str) -> str:
    """Return a text for comparisons: without regard to case, blanks and how its characters are composed."""
    return " ".join(seen(text).split()).casefold()
