"""Takes secrets out of what is shown: by value, wherever they turn up and however they are written."""

import re
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any
from urllib.parse import quote, quote_plus

SHORTEST = 4
"""Characters; a shorter secret is found in any text, and taking it out would hide nothing and spoil everything."""

SHORTEST_IN_A_BODY = 16
"""Characters; a shorter one may be a word, or part of a number, that a call's record has to keep."""

PLACEHOLDER = "[secret]"


def redacted(text: str, secrets: Iterable[str]) -> str:
    """Return the text without any of the secrets in it."""
    forms = {form for each in tuple(secrets) if len(each) >= SHORTEST for form in _forms(each)}
    return _replaced(forms)(text) if forms else text


def redacted_body(body: bytes, secrets: Iterable[str]) -> bytes:
    """Return a vendor's body without any of the secrets in it; the very same body if there is none."""
    known = {each for each in tuple(secrets) if len(each) >= SHORTEST_IN_A_BODY}
    if b"\\" not in body and not any(each.encode(errors="replace") in body for each in known):
        return body
    import json

    replace = _replaced(known)
    try:
        document = json.loads(body)
        clean = _each_text(document, replace)
    except (ValueError, RecursionError):
        text = body.decode("utf-8", "surrogateescape")
        return replace(text).encode("utf-8", "surrogateescape") if replace(text) != text else body
    return body if clean == document else json.dumps(clean, ensure_ascii=False).encode("utf-8", "backslashreplace")


@cache
def _forms(secret: str) -> frozenset[str]:
    """Return a secret as it is, and as addresses, forms, JSON and tracebacks write it."""
    import json

    exact = secret.encode(errors="surrogatepass")
    quoted = (repr(secret), json.dumps(secret), json.dumps(secret, ensure_ascii=False))
    return frozenset({secret, quote(exact, safe=""), quote_plus(exact), *(each[1:-1] for each in quoted)})


def _replaced(secrets: Iterable[str]) -> Callable[[str], str]:
    """Return what takes secrets out of a text, the longest first: one can be a part of another."""
    pattern = "|".join(map(re.escape, sorted(secrets, key=len, reverse=True)))
    return lambda text: re.sub(pattern, PLACEHOLDER, text) if pattern else text


def _each_text(value: Any, change: Callable[[str], str]) -> Any:
    """Return a JSON value with every text in it changed, keys included."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_each_text(each, change) for each in value]
    if isinstance(value, dict):
        return {change(name): _each_text(each, change) for name, each in value.items()}
    return value
