"""A vendor's response or a record that was saved to a file, read as if it had just arrived."""

import shlex
from collections.abc import Sequence

from callinspect import providers
from callinspect.cli.input import files, paths, records
from callinspect.cli.input.owners import Owners
from callinspect.client.inspection import Inspection
from callinspect.errors import BadResponseError, CallinspectError, UsageError
from callinspect.model import Call
from callinspect.provider import MAX_BODY, Document, Response
from callinspect.provider.parsing import Json
from callinspect.provider.reader import shown
from callinspect.provider.refusals import INVALID


class Saved(Response):
    """A saved response body; errors name the file."""

    def __init__(self, path: str, body: bytes) -> None:
        super().__init__(200, {}, body)
        self._path = path

    @property
    def document(self) -> Json:
        """The body's JSON value.

        Raises:
            BadResponseError: it is not JSON.
        """
        document, problem = self._parsed
        if problem is not None:
            encoding = files.foreign_encoding(self.body)
            if encoding is not None:
                raise BadResponseError(f"{files.display_name(self._path)} {encoding}", hint=files.UTF8_HINT)
            raise BadResponseError(f"{files.display_name(self._path)} cannot be read: {problem}")
        return document


class SavedInspection(Inspection):
    """A saved response; one that is no call is named by what it is."""

    def _read(self) -> Call:
        try:
            return super()._read()
        except BadResponseError as error:
            if not error.hints and (what := self._other()):
                error.message = f"this is no call, but {what}"
            raise

    def _other(self) -> str | None:
        """Return what else of the vendor's the body is."""
        answer, listing = Response(INVALID, {}, self.document.raw), self.provider.listing
        refusal = self.provider.refusal(answer)
        if refusal is not None and refusal.summary is None:
            return f"an error of {self.provider.title}" + (f", {shown(refusal.message)}" if refusal.message else "")
        try:
            calls = listing.read(answer).calls if listing and self.document.call_id is None else ()
        except CallinspectError:
            return None
        return "a list of calls" if calls and all(isinstance(each, dict) for each in calls) else None


def inspection(words: Sequence[str], owners: Owners, path: str) -> Inspection:
    """Read a saved response, or a saved record.

    Args:
        words: the provider that answered, or a call ID that says it, or both; the ID selects the call if the body
            contains several. A record names its own provider.
        owners: finds the provider of an ID without one.
        path: the file, or `-` for standard input; or `PROVIDER:@FILE`, as `diff` takes it.

    Raises:
        UsageError: there is no such provider, more than one ID, or the file cannot be read.
    """
    if (parted := paths.parted(path)) and not paths.exists(path):
        words, path = _with_provider(providers.get(parted[0]).name, words), parted[1]
    name = providers.spelled(words[0]) if words else None
    call_ids = words[1:] if name else words
    if len(call_ids) > 1:
        raise UsageError("--from-file reads one call: give at most one ID")
    body = files.body(path, files.MAX_LINE)
    if (record := records.find(body, path)) is not None:
        return records.inspection(record, path, words)
    if len(body) > MAX_BODY:
        raise files.too_large(path, MAX_BODY)
    if not words:
        raise records.foreign(body, path, f"callinspect get PROVIDER --from-file {shlex.quote(path)}")
    call_id = None
    if call_ids:
        name, call_id = owners.target(call_ids[0], name, is_asked=False)
    return SavedInspection(providers.get(name or words[0]), Document(Saved(path, body), call_id), None, is_alone=True)


def _with_provider(provider: str, words: Sequence[str]) -> list[str]:
    """Return what was typed of the call, after the provider that the file's name begins with.

    Raises:
        UsageError: another provider was typed.
    """
    typed = providers.spelled(words[0]) if words else None
    if typed not in {None, provider}:
        raise UsageError(f"this is a response of {provider}, not of {typed}")
    return [provider, *(words[1:] if typed else words)]
