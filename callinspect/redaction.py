"""Takes secrets out of what is shown: by value, wherever they turn up and however they are written.

A password can be a word or a few digits, `welcome` or `1234`, so it depends on whose text it is in:

- A vendor's words are rid of every secret that has MIN_SECRET characters: the message, code and request ID of a
  refusal, the query of a link, the text of an exception. That is done once, where they enter the program.
- Our own words, and what the user typed, such as an ID, are rid of the telling secrets: those that are not words, and
  of a short one only where it stands alone. To take a word or a part of one out of these would spoil IDs and hints, and
  what is missing in a known sentence would give it away.
- A call's body is its record, and is rid of the unmistakable secrets: those that have MIN_UNMISTAKABLE characters, and
  what HTTP Basic makes of a user name and a password of any length. A shorter one can be a part of a call's data.

Every unmistakable secret is telling. A shorter one is a word if it is made of letters, digits, or letters and then
digits, or of several such joined by dots, dashes, underscores or slashes.

What is compared is bytes in UTF-8 with their escapes read (see `_meaning`), so that a secret is found in any spelling
and any mixture of spellings, and in a body that is not even JSON. That takes time in proportion to the text and to the
number of secrets, which is bounded (see MAX_PASSING).
"""

import threading
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re

MIN_SECRET = 4
"""Characters; a shorter secret is found in any text, and taking it out would hide nothing and spoil everything."""

MIN_UNMISTAKABLE = 16
"""Characters; a shorter one may be a word, or part of a number, that a call's record has to keep."""

MAX_PASSING = 64
"""Tokens that are remembered besides the account's own secrets, the latest that were bought or sent.

All threads send the same token, for minutes at least. By the time that as many others have followed it, it is over, and
no answer to a request with it is under way any more. Without a bound every token of a long run would be searched for in
every answer that follows.
"""

MAX_NESTING = 3
"""Spellings within each other that are read, such as JSON's in an address's in a web page's."""

PLACEHOLDER = "[secret]"

_WINDOW = 128 * 1024
_REACH = 64 * 1024
"""Bytes that are read at a time, and those beyond that a secret may reach: a long body takes no more memory."""

_ALIKE = bytes.maketrans(b"+-_", b"  /")
"""Characters that stand for each other: the space in forms, and the last two digits of base64 in addresses."""

_NOTHING = b"\\\0"
"""Characters that are skipped: what makes an escape of the next one, and what makes UTF-16 of ASCII."""


class Secrets:
    """Every secret met so far. Any thread may add some, and take them out of texts."""

    def __init__(self) -> None:
        self._kept: dict[str, _Secret] = {}
        self._passing: dict[str, _Secret] = {}
        self._latest = ""  # of what was sent: as a rule the next request sends it as well
        self._adding = threading.Lock()
        # Replaced whole, so that it can be read without the lock.
        self._everywhere = self._in_ours = self._in_bodies = _Sought(())

    def add(self, *secrets: str, passing: bool = False) -> None:
        """Take a note of secrets.

        Args:
            secrets: the values.
            passing: whether they are tokens that others will follow.
        """
        for each in secrets:
            self._add(each, passing=passing)

    def add_sent(self, authorization: str) -> None:
        """Take a note of what is secret in an Authorization header's value."""
        if authorization == self._latest:
            return
        scheme, *sent = authorization.split(" ")
        for each in sent:
            self._add(each, passing=True, unmistakable=scheme == "Basic")
        self._latest = authorization

    def hide(self, text: str, *, ours: bool = False) -> str:
        """Return a text without secrets.

        Args:
            text: a vendor's words.
            ours: whether they are our own words or the user's instead.
        """
        return _text(text, self._in_ours if ours else self._everywhere)

    def hide_body(self, body: bytes) -> bytes:
        """Return a vendor's body without secrets; the very same body if there are none in it."""
        return self._in_bodies.without(body)

    def hide_id(self, call_id: str | None) -> str | None:
        """Return the ID that was asked for as `hide_body` leaves it in a body, with which it is compared."""
        return call_id and _text(call_id, self._in_bodies)

    def _add(self, value: str, *, passing: bool, unmistakable: bool = False) -> None:
        if len(value) < MIN_SECRET:
            return
        with self._adding:
            if value in self._kept:
                return
            self._latest = ""
            there = self._passing.pop(value, None)
            (self._passing if passing else self._kept)[value] = there or _Secret(value, unmistakable=unmistakable)
            if there and passing:
                return  # it is the latest once more
            if len(self._passing) > MAX_PASSING:
                del self._passing[next(iter(self._passing))]
            known = [*self._kept.values(), *self._passing.values()]
            self._everywhere = _Sought(known)
            self._in_ours = _Sought([each for each in known if each.is_telling], alone=True)
            self._in_bodies = _Sought([each for each in known if each.is_unmistakable])


class _Secret:
    """A secret: what is looked for, and in which texts.

    Args:
        value: the secret as it is.
        unmistakable: whether it is so although it may be short.
    """

    def __init__(self, value: str, *, unmistakable: bool) -> None:
        self.is_unmistakable = unmistakable or len(value) >= MIN_UNMISTAKABLE
        self.is_telling = self.is_unmistakable or not _is_word(value)
        # Base64 does without its padding in some places.
        self.forms = frozenset(_forms(value.rstrip("=") if self.is_unmistakable else value)) or frozenset(_forms(value))


class _Sought:
    """What is looked for in one kind of text.

    Args:
        secrets: all that are.
        alone: whether a short one is found only where it is no part of a longer word.
    """

    def __init__(self, secrets: Sequence[_Secret], *, alone: bool = False) -> None:
        self._forms = tuple({form for each in secrets for form in each.forms})
        self._alone = {form for each in secrets if alone and not each.is_unmistakable for form in each.forms}
        # The longest part of each in which no character stands for another: where it is missing, so is the whole.
        self._parts = tuple({max(form.replace(b"/", b" ").split(b" "), key=len) for form in self._forms})

    def without(self, data: bytes) -> bytes:
        """Return data without the secrets, in whatever spelling; the very same data if there are none in it."""
        if not self._may_be_in(data):
            return data
        clean = bytearray()
        done = 0
        for start in range(0, len(data), _WINDOW):
            for begin, end in self._found(data[start : start + _WINDOW + _REACH]):
                if begin >= _WINDOW or start + end <= done:
                    continue  # it is found whole in the next window, or was found already
                before = data[done : start + begin].rstrip(b"\\")  # lest what follows be taken for an escape
                clean += before + PLACEHOLDER.encode() if before or not done else before
                done = start + end
        return bytes(clean + data[done:]) if done else data

    def _may_be_in(self, data: bytes) -> bool:
        """Whether it is worth a closer look, which it hardly ever is."""
        for part in self._parts:  # a loop, since this is asked of every answer
            if part in data:
                return True
        return bool(self._parts) and (b"\\" in data or b"%" in data or b"&" in data or b"\0" in data)

    def _found(self, data: bytes) -> list[tuple[int, int]]:
        """Return where secrets begin and end, in order; one can overlap another."""
        spans = []
        texts = []
        for text in _readings(data):
            texts.append(text)
            alike = text.translate(_ALIKE, _NOTHING)
            there = [form for form in self._forms if form in alike]
            if not there:
                continue
            origin = _origin(texts)
            is_whole = len(alike) == len(text)
            left = range(len(text)) if is_whole else [at for at, byte in enumerate(text) if byte not in _NOTHING]
            for form in there:
                begin = alike.find(form)
                while begin >= 0:
                    end = begin + len(form)
                    while alike.startswith(b"=", end):
                        end += 1
                    is_part = alike[begin - 1 : begin].isalnum() or alike[end : end + 1].isalnum()
                    if not (is_part and form in self._alone):
                        spans.append((origin[left[begin]], origin[left[end - 1] + 1]))
                    begin = alike.find(form, end)
        return sorted(spans)


def _text(text: str, sought: _Sought) -> str:
    """Return a text without what is sought."""
    data = text.encode(errors="surrogatepass")
    clean = sought.without(data)
    return text if clean is data else clean.decode(errors="replace")


_JOINTS = str.maketrans("._/", "---")


def _is_word(value: str) -> bool:
    """Whether a secret may be written by chance, as the module's docstring has it."""
    parts = value.translate(_JOINTS).split("-")
    words = [each.rstrip("0123456789") for each in parts]
    return all(word.isalpha() for word in words if word)


def _forms(value: str) -> Iterator[bytes]:
    """Give a secret as bytes in the encodings there are, composed or not, and with its own escapes read or not."""
    spelled = {value.encode(errors="surrogatepass")}
    if not value.isascii():
        from unicodedata import normalize

        for text in {value, normalize("NFC", value), normalize("NFD", value)}:
            latin = (each.encode("latin-1" if each <= "\xff" else "utf-8", "surrogatepass") for each in text)
            wide = (text.encode(f"utf-16-{order}", "surrogatepass").replace(b"\0", b"") for order in ("le", "be"))
            spelled |= {text.encode(errors="surrogatepass"), b"".join(latin), *wide}
    for data in spelled:
        for read in _readings(data):
            form = read.translate(_ALIKE, _NOTHING)
            if len(form) >= max(MIN_SECRET, len(data) // 2):  # a few characters that would be found in any text
                yield form


_MARKS = (b"%", b"&", b"\\u", b"\\x", b"\\U")
"""What escapes that are read begin with."""


def _readings(data: bytes) -> Iterator[bytes]:
    """Give data as they are, then with their escapes read, then with those that come to light."""
    yield data
    for _ in range(MAX_NESTING):
        if not any(mark in data for mark in _MARKS):
            return
        read = _escapes().sub(lambda escape: _meaning(escape[0]), data)
        if read == data:
            return
        yield read
        data = read


def _origin(texts: Sequence[bytes]) -> Sequence[int]:
    """Return where in the first of several readings each byte of the last one, and its end, comes from."""
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
    r"""Return what an escape stands for, in UTF-8.

    Escapes are those of addresses (`%2F`, `%252F`, `%u002F`), of JSON and Python (`\u002f`, `\U0000002f`, `\x2f`) and
    of web pages (`&#47;`). A secret has no control characters, so that any other backslash is skipped: what follows it
    stands for itself.
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
