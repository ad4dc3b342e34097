"""Takes secrets out of what is shown: by value, wherever they turn up."""

import re
from collections.abc import Iterable

SHORTEST = 4
"""Characters; a shorter secret is found in any text, and taking it out would hide nothing and spoil everything."""

SHORTEST_IN_A_BODY = 16
"""Characters; a shorter one may be a word, or part of a number, that a call's record has to keep."""

PLACEHOLDER = "[secret]"

_ESCAPED = rb"\\(?:([\\/])|u00(?!22|5[cC])([2-7][0-9a-fA-F]))"
"""JSON's escapes for characters that need none; and that of the backslash, after which none begins."""


def redacted(text: str, secrets: Iterable[str]) -> str:
    """Return the text without any of the secrets in it."""
    known = sorted((each for each in tuple(secrets) if len(each) >= SHORTEST), key=len, reverse=True)
    return re.sub("|".join(map(re.escape, known)), PLACEHOLDER, text) if known else text


def redacted_body(body: bytes, secrets: Iterable[str]) -> bytes:
    """Return a vendor's JSON body without any of the secrets in it; the very same body if there is none."""
    import json

    plain = re.sub(_ESCAPED, _unescaped, body) if b"\\" in body else body
    clean = plain
    for secret in sorted(secrets, key=len, reverse=True):
        if len(secret) >= SHORTEST_IN_A_BODY:
            for form in (json.dumps(secret), json.dumps(secret, ensure_ascii=False)):
                clean = clean.replace(form[1:-1].encode(errors="replace"), PLACEHOLDER.encode())
    return body if clean == plain else clean


def _unescaped(match: re.Match[bytes]) -> bytes:
    if match[2]:
        return bytes.fromhex(match[2].decode())
    return match[1] if match[1] == b"/" else match[0]
