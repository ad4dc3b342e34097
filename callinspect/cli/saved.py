"""A vendor's answer that was saved to a file, read as if it had just come."""

from collections.abc import Sequence

from callinspect import providers
from callinspect.cli import inputs
from callinspect.client import Inspection
from callinspect.coerce import parse_json
from callinspect.errors import BadResponseError, UsageError
from callinspect.provider import Document


def inspection(provider_name: str, words: Sequence[str], path: str) -> Inspection:
    """Read a body.

    Args:
        provider_name: whose it is.
        words: at most one call id, to pick a call out of a body that holds several.
        path: the file, or `-` for standard input.

    Raises:
        UsageError: there is no such provider, or more than one id.
        ConfigError: the file cannot be read.
        BadResponseError: it holds no JSON.
    """
    provider = providers.get(provider_name)
    if len(words) > 1:
        raise UsageError("--from-file reads one call: give one id at most")
    body = inputs.body(path)
    try:
        document = Document(parse_json(body), body, words[0] if words else None)
    except ValueError as error:
        raise BadResponseError(f"{path} cannot be read: {error}").about(provider.name) from None
    return Inspection(provider, document, None)
