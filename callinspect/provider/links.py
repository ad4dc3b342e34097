"""Web addresses in what a vendor sends, without what lets anyone open them."""

import re

from callinspect.provider.parsing import Json
from callinspect.redaction import PLACEHOLDER

# Rarely needed patterns are compiled on first use.
_LINK = r"""(?:\\?/){2}(?:[^\s"<>\\]|\\(?!"))+"""
"""An address within a text, without its scheme; in JSON within a text, characters may be escaped."""

_ENCODED = r"""(?i)https?%3A%2F%2F[^\s"<>&\\]+"""
"""An address within a form."""

_QUERY = r"(?i)([?#]|%3F|%23)"
"""Where it begins."""

_PLACE = r"(?is)((?:\\?/){2}|https?%3A%2F%2F)(.*?)((?:\\?/|%2F).*|)"
"""What is before it: slashes, host, path."""

_USER = r"(?i)@|%40"
"""What ends the name and password before a host."""


def unsigned(found: Json) -> Json:
    """Return a JSON value without what lets anyone open a web address in its texts.

    That is a signature in the query or the fragment, or a user's name and password. The address may stand anywhere in a
    text, which may be JSON or a form.
    """
    if isinstance(found, dict):
        return {name: unsigned(each) for name, each in found.items()}
    if isinstance(found, list):
        return [unsigned(each) for each in found]
    # Few texts have slashes, plain or encoded; to search all for addresses takes half as long as the rest of a record.
    if not isinstance(found, str) or not ("/" in found or "%" in found):
        return found
    return re.sub(_ENCODED, _bare, re.sub(_LINK, _bare, found))


def _bare(link: re.Match[str]) -> str:
    place, mark, secret = (*re.split(_QUERY, link[0], maxsplit=1), "", "")[:3]
    parts = re.fullmatch(_PLACE, place)
    if parts is None:
        return PLACEHOLDER
    *user, host = re.split(_USER, parts[2])
    return "".join((parts[1], f"{PLACEHOLDER}@" if user else "", host, parts[3], mark, PLACEHOLDER if secret else ""))
