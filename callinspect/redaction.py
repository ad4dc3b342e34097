"""Removes secrets from everything that is shown: by value, wherever they occur and however they are encoded.

A password can be a word or a few digits, `welcome` or `1234`, so which secrets are removed depends on the text:

- From a vendor's words, every secret of at least MIN_SECRET characters: from the message, code and request ID of a
  refusal, the query of a link, the text of an exception. This is done once, where they enter the program.
- From our own words and the user's input, such as an ID, the distinctive secrets: those that are not words; short ones
  only if they are not part of a longer word. Removing a word would spoil IDs and hints, and the gap in a known sentence
  would give it away.
- From a response body, the unmistakable secrets: those of at least MIN_UNMISTAKABLE characters, and the base64 of HTTP
  Basic, of any length. A shorter secret may be part of the call's data.

Every unmistakable secret is distinctive. A shorter one is a word if it consists of letters, of digits, or of letters
and then digits, or of several of these joined by dots, dashes, underscores or slashes.

Bytes are compared in UTF-8 after decoding their escapes (see `_meaning`), so that a secret is found in any encoding and
any mixture of encodings, and in a body that is not JSON. The time is proportional to the length of the text and to the
number of secrets, which is limited (see MAX_TEMPORARY).
"""

import threading
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re

MIN_SECRET = 4
"""Characters; a shorter secret occurs in any text, and removing it would hide nothing."""

MIN_UNMISTAKABLE = 16
"""Characters; a shorter secret may be a word or part of a number that a call's record must keep."""

MAX_TEMPORARY = 64
"""The most recent tokens that are remembered, in addition to the account's own secrets.

All threads send the same token, for minutes at least. After this many newer tokens it has expired, and no response to a
request with it is pending. Without a limit, every response of a long run would be searched for every earlier token.
"""

MAX_NESTING = 3
"""Nested encodings that are decoded, such as JSON in a URL in HTML."""

PLACEHOLDER = "[secret]"

_WINDOW = 128 * 1024
_REACH = 64 * 1024
"""Bytes that are searched at a time, and those after them that a secret may extend into, to limit memory."""

_EQUIVALENT = bytes.maketrans(b"+-_", b"  /")
"""Equivalent characters: the space in forms, and the last two digits of base64 in URLs."""

_SKIPPED = b"\\\0"
"""Characters that are skipped: backslashes of escapes, and the zeros of ASCII in UTF-16."""


class Secrets:
    """Every secret seen so far; thread-safe."""

    def __init__(self) -> None:
        self._permanent: dict[str, _Secret] = {}
        self._temporary: dict[str, _Secret] = {}
        self._latest = ""  # the last Authorization header; the next request usually sends the same
        self._adding = threading.Lock()
        # Replaced as a whole, so that they can be read without the lock.
        self._everywhere = self._in_ours = self._in_bodies = _Search(())

    def add(self, *secrets: str, temporary: bool = False) -> None:
        """Add secrets.

        Args:
            secrets: the values.
            temporary: whether they are tokens, which will be replaced.
        """
        self._add(secrets, temporary=temporary)

    def add_sent(self, authorization: str) -> None:
        """Add the secrets in the value of an Authorization header."""
        if authorization == self._latest:
            return
        scheme, *sent = authorization.split(" ")
        self._add(sent, temporary=True, unmistakable=scheme == "Basic")
        self._latest = authorization

    def hide(self, text: str, *, ours: bool = False) -> str:
        """Return a text without secrets.

        Args:
            text: the text.
            ours: whether it is our own or the user's, not a vendor's.
        """
        return _text(text, self._in_ours if ours else self._everywhere)

    def hide_body(self, body: bytes) -> bytes:
        """Return a response body without secrets; the same object if it contains none."""
        return self._in_bodies.remove_from(body)

    def hide_id(self, call_id: str | None) -> str | None:
        """Return a requested ID as `hide_body` leaves it in a body, in order to compare the two."""
        return call_id and _text(call_id, self._in_bodies)

    def _add(self, values: Sequence[str], *, temporary: bool, unmistakable: bool = False) -> None:
        """Add secrets; the searches are prepared once for those that are added together, such as a key's lines."""
        with self._adding:
            added = [self._added(each, temporary=temporary, unmistakable=unmistakable) for each in values]
            if any(added):
                self._prepare()

    def _added(self, value: str, *, temporary: bool, unmistakable: bool) -> bool:
        """Add a secret; return whether the searches must be prepared again."""
        if len(value) < MIN_SECRET or value in self._permanent:
            return False
        self._latest = ""
        earlier = self._temporary.pop(value, None)
        (self._temporary if temporary else self._permanent)[value] = earlier or _Secret(
            value, unmistakable=unmistakable
        )
        if earlier and temporary:
            return False  # it is now the most recent one
        if len(self._temporary) > MAX_TEMPORARY:
            del self._temporary[next(iter(self._temporary))]
        return True

    def _prepare(self) -> None:
        """Prepare the searches for all secrets."""
        known = [*self._permanent.values(), *self._temporary.values()]
        self._everywhere = _Search(known)
        self._in_ours = _Search([each for each in known if each.is_distinctive], alone=True)
        self._in_bodies = _Search([each for each in known if each.is_unmistakable])


class _Secret:
    """A secret: its encoded forms, and in which texts to search for them.

    Args:
        value: the secret.
        unmistakable: whether it is unmistakable even if it is short.
    """

    def __init__(self, value: str, *, unmistakable: bool) -> None:
        self.is_unmistakable = unmistakable or len(value) >= MIN_UNMISTAKABLE
        self.is_distinctive = self.is_unmistakable or not _is_word(value)
        # Base64 may be written without its padding.
        self.forms = frozenset(_forms(value.rstrip("=") if self.is_unmistakable else value)) or frozenset(_forms(value))


class _Search:
    """A search for secrets in one kind of text.

    Args:
        secrets: the secrets.
        alone: whether a short one is found only if it is not part of a longer word.
    """

    def __init__(self, secrets: Sequence[_Secret], *, alone: bool = False) -> None:
        self._forms = tuple({form for each in secrets for form in each.forms})
        self._alone = {form for each in secrets if alone and not each.is_unmistakable for form in each.forms}
        # The longest part of each form without equivalent characters: if it is missing, so is the form.
        self._parts = tuple({max(form.replace(b"/", b" ").split(b" "), key=len) for form in self._forms})

    def remove_from(self, data: bytes) -> bytes:
        """Return data without the secrets in any encoding; the same object if it contains none."""
        if not self._may_be_in(data):
            return data
        clean = bytearray()
        done = 0
        for start in range(0, len(data), _WINDOW):
            for begin, end in self._spans(data[start : start + _WINDOW + _REACH]):
                if begin >= _WINDOW or start + end <= done:
                    continue  # found completely in the next window, or already found
                before = data[done : start + begin].rstrip(b"\\")  # or the next character would be read as an escape
                clean += before + PLACEHOLDER.encode() if before or not done else before
                done = start + end
        return bytes(clean + data[done:]) if done else data

    def _may_be_in(self, data: bytes) -> bool:
        """Whether a full search is necessary, which is rare."""
        for part in self._parts:  # a loop, for speed: every response comes through here
            if part in data:
                return True
        return bool(self._parts) and (b"\\" in data or b"%" in data or b"&" in data or b"\0" in data)

    def _spans(self, data: bytes) -> list[tuple[int, int]]:
        """Return the beginnings and ends of secrets, sorted; they may overlap."""
        spans = []
        texts = []
        for text in readings(data):
            texts.append(text)
            normalized = text.translate(_EQUIVALENT, _SKIPPED)
            present = [form for form in self._forms if form in normalized]
            if not present:
                continue
            origin = origins(texts)
            is_whole = len(normalized) == len(text)
            positions = range(len(text)) if is_whole else [at for at, byte in enumerate(text) if byte not in _SKIPPED]
            for form in present:
                begin = normalized.find(form)
                while begin >= 0:
                    end = begin + len(form)
                    while normalized.startswith(b"=", end):
                        end += 1
                    is_part = normalized[begin - 1 : begin].isalnum() or normalized[end : end + 1].isalnum()
                    if not (is_part and form in self._alone):
                        spans.append((origin[positions[begin]], origin[positions[end - 1] + 1]))
                    begin = normalized.find(form, end)
        return sorted(spans)


def _text(text: str, search: _Search) -> str:
    """Return a text without the secrets of a search."""
    data = text.encode(errors="surrogatepass")
    clean = search.remove_from(data)
    return text if clean is data else clean.decode(errors="replace")


_JOINERS = str.maketrans("._/", "---")


def _is_word(value: str) -> bool:
    """Whether a secret is a word, as the module's docstring defines it."""
    parts = value.translate(_JOINERS).split("-")
    words = [each.rstrip("0123456789") for each in parts]
    return all(word.isalpha() for word in words if word)


def _forms(value: str) -> Iterator[bytes]:
    """Yield a secret as bytes in every encoding and Unicode normalization, with its own escapes decoded or not."""
    encoded = {value.encode(errors="surrogatepass")}
    if not value.isascii():
        from unicodedata import normalize

        for text in {value, normalize("NFC", value), normalize("NFD", value)}:
            latin = (each.encode("latin-1" if each <= "\xff" else "utf-8", "surrogatepass") for each in text)
            wide = (text.encode(f"utf-16-{order}", "surrogatepass").replace(b"\0", b"") for order in ("le", "be"))
            encoded |= {text.encode(errors="surrogatepass"), b"".join(latin), *wide}
    for data in encoded:
        for decoded in readings(data):
            form = decoded.translate(_EQUIVALENT, _SKIPPED)
            if len(form) >= max(MIN_SECRET, len(data) // 2):  # or it would be found in any text
                yield form


_MARKS = (b"%", b"&", b"\\u", b"\\x", b"\\U")
"""The beginnings of escapes."""


def readings(data: bytes) -> Iterator[bytes]:
    """Yield data as they are, then with escapes decoded, then with those decoded that this reveals."""
    yield data
    for _ in range(MAX_NESTING):
        if not any(mark in data for mark in _MARKS):
            return
        decoded = _escapes().sub(lambda escape: _meaning(escape[0]), data)
        if decoded == data:
            return
        yield decoded
        data = decoded


def origins(texts: Sequence[bytes]) -> Sequence[int]:
    """Return, for each byte of the last of several readings and for its end, the position in the first one."""
    origin: Sequence[int] = range(len(texts[0]) + 1)
    for text in texts[:-1]:
        begins: list[int] = []
        done = 0
        for escape in _escapes().finditer(text):
            begin, end = escape.span()
            begins += origin[done:begin]
            begins += [origin[begin]] * len(_meaning(escape[0]))
            done = end
        origin = [*begins, *origin[done:]]
    return origin


@lru_cache(4096)
def _meaning(escape: bytes) -> bytes:
    r"""Return the character of an escape, in UTF-8.

    Escapes are those of URLs (`%2F`, `%252F`, `%u002F`), of JSON and Python (`\u002f`, `\U0000002f`, `\x2f`) and of
    HTML (`&#47;`). A secret has no control characters, so any other backslash is skipped: the character after it is
    literal.
    """
    text = escape.decode()
    text = f"\\{text.lstrip(chr(92))}" if text[0] == "\\" else text
    if text[0] == "&":
        from html import unescape

        return unescape(text).encode(errors="surrogatepass")
    if text[1] == "u" and text[7:]:
        return bytes.fromhex(text[2:6] + text[-4:]).decode("utf-16-be").encode()
    if text[1] in "uU":
        return bytes.fromhex(text[2:].zfill(8)).decode("utf-32-be", "surrogatepass").encode(errors="surrogatepass")
    return bytes.fromhex(text[-2:])


@cache
def _escapes() -> "re.Pattern[bytes]":
    import re

    return re.compile(
        rb"(?:%(?:25){0,9}|\\{1,9}x)@@|\\{1,9}U00(?:0@|10)@{4}|&#?[0-9A-Za-z]{1,31};"
        rb"|(?:\\{1,9}|%)u[dD][89abAB]@@(?:\\{1,9}|%)u[dD][c-fC-F]@@|(?:\\{1,9}|%)u@{4}".replace(b"@", b"[0-9A-Fa-f]")
    )
