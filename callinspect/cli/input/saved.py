"""A vendor's response that was saved to a file, read as if it had just arrived."""

from collections.abc import Sequence

from callinspect import providers
from callinspect.cli.input import files, ids
from callinspect.client.inspection import Inspection
from callinspect.errors import BadResponseError, UsageError
from callinspect.provider import Document, Response
from callinspect.provider.parsing import Json


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


def inspection(provider_name: str, words: Sequence[str], path: str) -> Inspection:
    """Read a saved response.

    Args:
        provider_name: the provider that it is a response to.
        words: at most one call ID, which selects the call if the body contains several.
        path: the file, or `-` for standard input.

    Raises:
        UsageError: there is no such provider, or more than one ID.
        ConfigError: the file cannot be read.
    """
    provider = providers.get(provider_name)
    if len(words) > 1:
        raise UsageError("--from-file reads one call: give at most one ID")
    answer = Saved(path, files.body(path))
    return Inspection(provider, Document(answer, ids.cleaned(words[0]) if words else None), None)
