"""A record that was saved, shown as if it had just been made; its call is not asked for again."""

from collections.abc import Mapping, Sequence
from typing import Any

from callinspect import providers
from callinspect.cli.input import files
from callinspect.cli.input.owners import read
from callinspect.client.inspection import Inspection
from callinspect.errors import CallinspectError, UsageError
from callinspect.model import Call, reading
from callinspect.provider import Document
from callinspect.provider.answers import is_same_call
from callinspect.provider.parsing import Json

RAW = "raw"
"""The key under which a record has the vendor's response, if that is included."""


class Unsaved(Document):
    """Stands for the vendor's response of a record that was saved without it.

    Args:
        call: the call that the record is about.
    """

    def __init__(self, call: Call) -> None:
        super().__init__(None, call.id)
        self._about = (call.provider, call.id)

    def but(self, **_: Any) -> "Document":
        """Return the document itself: there is nothing in it to change."""
        return self

    @property
    def json(self) -> Json:
        """What the vendor sent.

        Raises:
            UsageError: it is not known.
        """
        raise self._unknown()

    @property
    def raw(self) -> bytes:
        """The bytes that the vendor sent.

        Raises:
            UsageError: they are not known.
        """
        raise self._unknown()

    def _unknown(self) -> CallinspectError:
        hint = "to have it, save the record with --include raw"
        return UsageError("the record does not have the vendor's response", hint=hint).about(*self._about)


def find(body: bytes, path: str) -> Mapping[str, Any] | None:
    """Return the record in a file: one, or a list of one; None if the file has something else, such as a response.

    Args:
        body: the file's content.
        path: its name for messages.

    Raises:
        UsageError: it has several records.
    """
    try:
        value = files.record(body)
    except ValueError:
        value = _of_lines(body)
    found = value if isinstance(value, list) else [value]
    records = [each for each in found if isinstance(each, dict) and reading.is_record(each)]
    if records and len(found) > 1:
        name = files.display_name(path)
        raise UsageError(f"{name} has several records: --from-file shows one", hint="save one of them, say with jq")
    return records[0] if records else None


def _of_lines(body: bytes) -> list[Json]:
    """Return the values of the first two lines of JSON, which are enough to tell that there are several."""
    lines = [line for line in body.split(b"\n", 2)[:2] if line.strip()]
    try:
        return [files.record(line) for line in lines]
    except ValueError:
        return []


def inspection(record: Mapping[str, Any], path: str, words: Sequence[str]) -> Inspection:
    """Return a saved record as what it was made from.

    Args:
        record: the record.
        path: the file's name for messages.
        words: what was typed of the call: a provider, an ID, both, or neither.

    Raises:
        UsageError: it cannot be read, or another call was typed.
    """
    try:
        call = reading.call(record)
    except ValueError as error:
        raise UsageError(f"{files.display_name(path)} is not a record that can be shown: {error}") from None
    provider = providers.get(call.provider)
    _check_typed(words, call)
    document = Document(record[RAW], call.id) if record.get(RAW) is not None else Unsaved(call)
    return Inspection(provider, document, None, known=call)


def _check_typed(words: Sequence[str], call: Call) -> None:
    """Check that what was typed is what the record is about.

    Raises:
        UsageError: it is not.
    """
    name = providers.spelled(words[0]) if words else None
    typed = [read(word) for word in (words[1:] if name else words)]
    for provider in (name, *(provider for provider, _ in typed)):
        if provider not in {None, call.provider}:
            raise UsageError(f"this is a record of {call.provider}, not of {provider}")
    for _, call_id in typed:
        if not any(each and is_same_call(call_id, each) for each in (call.id, call.session_id)):
            raise UsageError("the record is of this call, not of the one that was typed").about(call.provider, call.id)
