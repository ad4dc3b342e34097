"""Masks single values, each by what it is, and remembers what stands for it."""

import json
from collections.abc import Container, Iterator
from urllib.parse import urlsplit

from callinspect.masking import forms, rules
from callinspect.masking.codes import calling_code
from callinspect.masking.known import Known
from callinspect.masking.letters import Letters


class Marks:
    """Masks the values of one call, document or text. Blank values and those that are masked already stay.

    Args:
        letters: the letters that stand for values.
        known: what is looked for in finished texts.
    """

    def __init__(self, letters: Letters, known: Known) -> None:
        self._letters = letters
        self.known = known
        self._given: dict[str, str] = {}
        self._kept: set[str] = set()

    def keep(self, value: str) -> str:
        """Return an ID as it is; it also stays wherever else it occurs."""
        self._kept.add(value)
        return self.show(value)

    def is_kept(self, value: str) -> bool:
        """Whether a value is one of the IDs that are kept, and too long to be so by chance."""
        return len(value) >= forms.MIN_NUMBER and value in self._kept

    def show(self, value: str) -> str:
        """Return a value that is public as it is."""
        self.known.keep(value)
        return value

    def say(self, value: str, masked: str) -> str:
        """Return a sentence, masked, that also stands for it wherever else it occurs."""
        self._given.setdefault(forms.folded(value), masked)
        return masked

    def number(self, value: str) -> str:
        """Mask what a field for numbers has."""
        if forms.is_feature(value):
            return value
        return self._number(value) if forms.is_number(value) else self.name(value)

    def name(self, value: str) -> str:
        """Mask a name; one that is a number, an address or a URL as that."""
        mask = self._by_form(value)
        if mask is None:
            mask = self.marked("name", value)
            for each in _orders(value):
                self.known.add(each, mask)
        return mask

    def uri(self, value: str) -> str:
        """Mask a SIP or mail address, or whatever is in its place."""
        return self._by_form(value) or self.marked("sip", value)

    def url(self, value: str) -> str:
        """Mask a URL, whole; the name of its host is remembered as well."""
        try:
            host = urlsplit(value).hostname
        except ValueError:
            host = None
        if host:
            self._host(host)
        return self.marked("url", value)

    def text(self, value: str) -> str:
        """Mask a text, whatever its form."""
        return self.marked("text", value)

    def scalar(self, value: str | float) -> str:
        """Mask a text or a number of a JSON document, whatever its form."""
        return self.text(value if isinstance(value, str) else json.dumps(value))

    def value(self, value: str | float, path: str = "") -> str:
        """Mask a value: as it was masked before, by what its field names, or by its form. IDs that are kept stay.

        What is known of the account has no part in it: of a saved record nothing is known, and its masks are the same.

        Args:
            value: the value.
            path: the path of its field in a vendor's document.
        """
        if isinstance(value, str) and value in self._kept:
            return value
        text = value if isinstance(value, str) else json.dumps(value)
        if kind := rules.kind(path):
            return self.given(text) or self.marked(kind, text)
        if text != value:
            return self.text(text)
        return self.given(text) or self._by_form(text) or self.text(text)

    def given(self, value: str) -> str | None:
        """Return what stands for a value that was masked before in the same call or document, None if it was not."""
        return self._given.get(forms.folded(value)) or self._given.get(_number_key(value))

    def told(self, value: str) -> str | None:
        """Return what stands for a value in a sentence, where the account's own are known as well."""
        return self.given(value) or self.known.account.get(forms.folded(value))

    def key(self, name: str, others: Container[str] = ()) -> str:
        """Mask the name of a JSON field, differently from all others there."""
        mask = f"key-{self._letters.of(name)}"
        mask = f"key-{self._letters.of_exactly(name)}" if mask in others else mask
        self.known.add(name, mask)
        return mask

    def _by_form(self, value: str) -> str | None:
        """Mask a number, an address or a URL; return None for anything else."""
        if not value.strip() or forms.is_masked(value):
            return value
        if forms.is_ip(value):
            return self._host(value)
        if forms.is_number(value):
            return self._number(value)
        if forms.is_url(value):
            return self.url(value)
        if (found := forms.address(value)) is not None:
            return self._address(value, found)
        return None

    def _address(self, value: str, found: forms.Address) -> str:
        scheme = f"{found.scheme}:" if found.scheme else ""
        kind: forms.Kind = "mail" if found.scheme == "mailto" else "sip"
        user = self._number(found.user) if forms.is_long_number(found.user) else self.marked(kind, found.user)
        host = self._host(found.host)
        return self._remembered(value, scheme + "@".join(filter(None, (user, host))))

    def _host(self, host: str) -> str:
        """Mask a host; all names and addresses of a machine for itself alike, since the card leaves them out."""
        return forms.OWN_HOST if forms.is_local(host) else self.marked("host", host.lower())

    def _number(self, value: str) -> str:
        digits = forms.digits(value)
        number = forms.number_in(value)
        code = calling_code(digits) if number.startswith("+") else None
        kind = f"num+{code}" if code else "num" if len(digits) > forms.MAX_EXTENSION else "ext"
        scheme = "tel:" if forms.phone(value) is not None else ""
        mask = f"{kind}-{self._letters.of(value)}"
        self.known.add_number(digits, mask, code)
        if len(digits) >= forms.MIN_NUMBER:
            self._given.setdefault(_number_key(value), mask)
        return self._remembered(value, scheme + mask)

    def marked(self, kind: forms.Kind, value: str) -> str:
        """Mask a value as what it is, whatever its form."""
        if not value.strip() or forms.is_masked(value):
            return value
        mask = f"{kind}-{self._letters.of(value)}"
        if forms.is_number(value):
            self.known.add_number(forms.digits(value), mask)
        return self._remembered(value, mask)

    def _remembered(self, value: str, mask: str) -> str:
        self.known.add(value, mask)
        self._given.setdefault(forms.folded(value), mask)
        return mask


def _orders(name: str) -> Iterator[str]:
    """Yield a name of two or three words with the last one first, or the other way round."""
    last, comma, first = name.partition(",")
    words = name.split()
    if comma:
        yield f"{first.strip()} {last.strip()}"
    elif len(words) in {2, 3}:
        yield f"{words[-1]}, {' '.join(words[:-1])}"


def _number_key(value: str) -> str:
    """Return by what a number is known however it is written; the value itself if it is none, or a short one."""
    digits = forms.digits(value) if forms.is_number(value) else ""
    return f"\0{digits[-forms.SIGNIFICANT :]}" if len(digits) >= forms.MIN_NUMBER else forms.folded(value)
