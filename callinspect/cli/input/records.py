"""A record that was saved, shown as if it had just been made; its call is not asked for again."""

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from callinspect import providers
from callinspect.cli.input import files
from callinspect.cli.input.owners import read
from callinspect.client.inspection import Inspection
from callinspect.errors import CallinspectError, UsageError
from callinspect.model import SCHEMA_VERSION, Call, reading
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
        hint = _saved(_call(*self._about), " --include raw")
        return UsageError("the record does not have the vendor's response", hint=hint).about(*self._about)


def find(body: bytes, path: str) -> dict[str, Any] | None:
    """Return the record in a file: one, or a list of one; None if the file has something else, such as a response.

    Args:
        body: the file's content.
        path: its name for messages.

    Raises:
        UsageError: it has several records or one of another version, or something else of ours.
    """
    name = files.display_name(path)
    try:
        value = files.record(body)
    except ValueError:
        value = files.first_values(body)
    found = value if isinstance(value, list) else [value]
    records = [each for each in found if isinstance(each, dict) and reading.is_record(each)]
    if records and len(found) > 1:
        hint = _extracted("the first", "jq -s 'flatten[0]'", path)
        raise UsageError(f"{name} has several records, and one is needed", hint=hint)
    if not records:
        if other := _other(value, path):
            raise other
        return None
    _check(records[0], name)
    return records[0]


def foreign(body: bytes, path: str, line: str) -> UsageError:
    """Return the error for a file that has no record, where no vendor is named.

    Args:
        body: the file's content.
        path: its name for messages.
        line: what to type if it is a vendor's response.
    """
    name = files.display_name(path)
    if not body.strip():
        return UsageError(f"{name} is empty, as get leaves a file when it fails", hint=_saved())
    if encoding := files.foreign_encoding(body):
        return UsageError(f"{name} {encoding}", hint=files.UTF8_HINT)
    try:
        value = files.record(body)
    except ValueError as error:
        return UsageError(f"{name} is not a record: {error}", hint=_saved())
    if not isinstance(value, dict | list) or not value:
        return UsageError(f"{name} is not a record, and not a vendor's response either", hint=_saved())
    return UsageError(
        f"{name} is not a record of callinspect: it has no schema_version",
        hint=f"if it is a vendor's response, type {line}",
    )


def _saved(call: str = "CALL_ID", options: str = "") -> str:
    return f"save the call as a record: callinspect get {call} -o json{options} > FILE"


def _extracted(what: str, command: str, path: str) -> str:
    """Return the hint to take a record out of what is in a file."""
    line = f"… | {command} | callinspect …" if path == "-" else f"{command} {shlex.quote(path)} > record.json"
    return f"take out {what}: {line}"


def _other(value: Json, path: str) -> UsageError | None:
    """Return the error for something else that this program prints, None for what may be a vendor's."""
    name = files.display_name(path)
    if isinstance(value, dict) and isinstance(value.get("vcon"), str) and "parties" in value:
        analysis = value.get("analysis")
        first = analysis[0] if isinstance(analysis, list) and analysis else None
        is_ours = isinstance(first, dict) and isinstance(first.get("body"), dict) and reading.is_record(first["body"])
        hint = _extracted("the record", "jq '.analysis[0].body'", path) if is_ours else _saved()
        return UsageError(f"{name} is a vCon, not a record", hint=hint)
    error = value.get("error") if isinstance(value, dict) else None
    if isinstance(error, dict) and {"code", "hints", "retryable", "call_id"} <= error.keys():
        return UsageError(f"{name} has an error of callinspect, not a record", hint=_saved())
    if (
        isinstance(value, list)
        and value
        and all(isinstance(each, dict) and {"op", "path"} <= each.keys() for each in value)
    ):
        return UsageError(f"{name} is a JSON Patch, as diff prints it, not a record", hint=_saved())
    return None


def _check(record: Mapping[str, Any], name: str) -> None:
    """Check that a record names its call, and is one of this version.

    Raises:
        UsageError: it does not, or is not.
    """
    if (version := record["schema_version"]) != SCHEMA_VERSION:
        typed = f"“{version}”" if isinstance(version, str) else "not a text"
        raise UsageError(
            f"{name} is a record of another version: its schema_version is {typed}, not “{SCHEMA_VERSION}”",
            hint=_saved(_call(record.get("provider"), record.get("id"))),
        )
    for key in ("provider", "id"):
        if not isinstance(record.get(key), str):
            raise UsageError(f"{name} is not a record: it has no {key}", hint=_saved())


def _call(provider: Any, call_id: Any) -> str:
    """Return how a record's call is typed."""
    known = providers.spelled(provider) if isinstance(provider, str) else None
    if known is None or not (isinstance(call_id, str) and providers.get(known).recognizes(call_id)):
        return "CALL_ID"
    return f"{known} {shlex.quote(call_id)}"


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
    return Inspection(provider, document, None, known=_of_user(call) if provider.is_of_user else call)


def _of_user(call: Call) -> Call:
    """Return a call and its legs as one user's, which a record does not say."""
    related = call.related
    if related and related.legs:
        legs = tuple(leg._replace(call=leg.call and _of_user(leg.call)) for leg in related.legs)
        related = related._replace(legs=legs)
    return call._replace(is_of_user=True, related=related)


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
