"""What hides secrets and, with --redact, masks people, in everything that a run shows."""

import os
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from callinspect.errors import UsageError
from callinspect.redaction import Secrets

if TYPE_CHECKING:
    from callinspect.client.inspection import Inspection
    from callinspect.credentials.finding import Credentials
    from callinspect.masking import Masker
    from callinspect.masking.forms import Kind
    from callinspect.provider import Provider

OPTION = "--redact"

KEPT = frozenset({"call", "session", "conversation", "recording", "transcription", "notification", "conference"})
"""Kinds of IDs that name no person, place or account."""

CODE = "[0-9]{1,6}"
"""A vendor's error code that is a number."""

TICKET = r"[A-Za-z]{0,3}(?=[0-9-]*[A-Fa-f])[0-9A-Fa-f-]{16,}"
"""A request's ID that is nothing else: a UUID, or many hexadecimal digits, some of which are letters."""

ID = r"(?=.*[0-9])(?=.*[A-Za-z])(?!.*[0-9]{7})[A-Za-z0-9._:-]+"
"""May be kept as an ID although it has no vendor's form: it is neither a name, a number nor an address."""


def is_requested(arguments: Sequence[str]) -> bool:
    """Whether a command line that is not parsed yet has --redact: a mistake in the rest is reported masked."""
    own = arguments[: arguments.index("--")] if "--" in arguments else arguments
    return OPTION in own


class Redacting(ABC):
    """The part of the global options that decides what is shown.

    Attributes:
        redact: whether people are masked.
        redact_key: the file of the key, None if none was given.
        secrets: every secret seen so far; all messages are redacted with it.
    """

    redact: bool = False
    redact_key: str | None = None

    def __init__(self) -> None:
        self.secrets = Secrets()
        self._masker: Masker | None = None

    @abstractmethod
    def warn(self, text: str) -> None:
        """Print what the user must know although nothing failed."""

    @property
    def masker(self) -> "Masker | None":
        """What masks people and numbers, None without --redact.

        Before `settle` it has the environment's key if that can be used, else one of its own: whatever is wrong with
        the command line or the key is reported masked as well.
        """
        if self.redact and self._masker is None:
            from callinspect.masking import Masker, key

            try:
                chosen = key.chosen(None, os.environ, warn=self.warn)
            except UsageError:
                chosen = key.new()
            self._masker = Masker(chosen)
        return self._masker

    @property
    def has_key(self) -> bool:
        """Whether people are masked with a key that was given, as in other runs."""
        from callinspect.masking import key

        return self.redact and key.is_given(self.redact_key, os.environ)

    def settle(self) -> None:
        """Make the masker with the key of the whole command line, before anything is read.

        Raises:
            UsageError: the key cannot be used.
        """
        if self.redact:
            from callinspect.masking import Masker, key

            self._masker = Masker(key.chosen(self.redact_key, os.environ, warn=self.warn))

    def redacted(self, text: str) -> str:
        """Return one of our own texts without the secrets seen so far; with --redact, masked."""
        text = self.secrets.hide(text, ours=True)
        return self.masker.text(text) if self.masker else text

    def finished(self, text: str) -> str:
        """Return a finished text; with --redact, what was masked is looked for in it once more.

        Raises:
            InternalError: something is left in it.
        """
        return self.masker.finished(text) if self.masker else text

    def shown(self, inspection: "Inspection") -> "Inspection":
        """Return a call as it may be shown: masked with --redact.

        Raises:
            InternalError: it cannot be masked completely.
        """
        if self.masker is None:
            return inspection
        from callinspect.masking.inspections import masked

        return masked(inspection, self.masker)

    def keep(self, *call_ids: str | None) -> None:
        """Keep IDs of calls in all texts, but none that is an address or a number, whatever was typed as an ID."""
        if self.masker is not None:
            self.masker.keep(*(each for each in call_ids if each and _is_id(each)))

    def typed(self, text: str) -> str:
        """Return what was typed as an ID as it may be shown: with --redact, all but IDs of calls are masked."""
        if self.masker is not None and not _is_id(text) and self.redacted(text) == text:
            self.masker.know("text", text)
        return self.redacted(text)

    def ticket(self, text: str) -> str:
        """Return a vendor's error code or the ID of a request as it may be shown: the vendor's support asks for it."""
        text = self.secrets.hide(text, ours=True)
        return text if self.masker is None or re.fullmatch(f"{CODE}|{TICKET}", text) else self.redacted(text)

    def learn(self, provider: "Provider", found: "Credentials") -> None:
        """Mask an account's fields wherever they occur: its user, its number, its addresses."""
        if self.masker is None:
            return
        secret = {each.name for each in provider.settings if each.is_credential}
        values = {name: value for name, value in found.account.values.items() if name not in secret}
        stored = {"base_url": found.bound} if found.bound else {}
        for each in (values, found.paths, {"base_url": found.account.base_url}, stored):
            self.learn_fields(provider, each)

    def learn_fields(self, provider: "Provider", values: Mapping[str, str]) -> None:
        """Mask fields that are no secrets wherever they occur."""
        for kind, value in _identifying(provider, values) if self.masker else ():
            if self.masker and kind != "url":  # which is recognized with all of its path
                self.masker.know(kind, value)

    def learn_numbers(self, *numbers: str | None) -> None:
        """Mask numbers or addresses that calls are filtered by."""
        if self.masker is not None:
            self.masker.know("number", *filter(None, numbers))

    def learn_hosts(self, *hosts: str) -> None:
        """Mask names and addresses of hosts."""
        if self.masker is not None:
            self.masker.know("host", *hosts)

    def learn_address(self, address: str) -> None:
        """Mask an address that was pasted."""
        if self.masker is not None:
            self.masker.know("url", address)  # which may lack its scheme

    def field(self, provider: "Provider", name: str, value: str | None) -> str | None:
        """Return the value of an account's field as it may be shown."""
        masker = self.masker
        identifying = [*_identifying(provider, {name: value})] if masker and value else []
        if not (masker and identifying):
            return value
        kind, known = identifying[0]
        masker.know(kind, known)
        return masker.value(kind, known)


def _identifying(provider: "Provider", values: Mapping[str, str]) -> "Iterator[tuple[Kind, str]]":
    """Yield what identifies an account, each with its kind: every field but those that only choose, and hosts."""
    from urllib.parse import urlsplit

    from callinspect.masking.rules import kind

    for each in provider.settings:
        value = values.get(each.name)
        if not value or each.choices:
            continue
        yield "url" if each.url else kind(each.name) or "account", value
        if each.url and (host := urlsplit(value).hostname):
            yield "host", host


def _is_id(text: str) -> bool:
    """Whether a text may be the ID of a call: whatever was typed as one, it is no number, name or address."""
    from callinspect import providers

    kinds = {each.form.kind for each in providers.candidates(text)}
    return not kinds.isdisjoint(KEPT) if kinds else re.fullmatch(ID, text) is not None
