"""A vendor's response or a record that was saved to a file, read as if it had just arrived."""

from collections.abc import Sequence

from callinspect import providers
from callinspect.cli.input import files, records
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
        path: the file, or `-` for standard input.

    Raises:
        UsageError: there is no such provider, more than one ID, or the file cannot be read.
    """
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
        raise UsageError("PROVIDER is missing", hint="a vendor's response does not name it, as a record does")
    call_id = None
    if call_ids:
        name, call_id = owners.target(call_ids[0], name, is_asked=False)
    return SavedInspection(providers.get(name or words[0]), Document(Saved(path, body), call_id), None, is_alone=True)
