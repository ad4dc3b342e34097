"""What vendors write in place of a number that is withheld or unknown."""

import re
from urllib.parse import unquote

_IS_WITHHELD = {
    **dict.fromkeys(("anonymous", "restricted", "private", "blocked", "withheld", "hidden"), True),
    **dict.fromkeys(("unknown", "unavailable", "not available", "out of area"), False),
}
"""Words in place of a number, and whether they mean that the caller withheld it."""

_AS_USERS = frozenset({"anonymous", "restricted", "unavailable", "unknown"})
"""Those that networks write as the user part of an address. Elsewhere in an address, the others are people's names."""

_FILLER_WORDS = frozenset(
    {"caller", "id", "name", "no", "number", "party", "call", "user", "identity", "information", "and", "by", "the"}
)
"""Words that accompany those: “Private number”, “Caller ID blocked”."""

_KEYS = str.maketrans("abcdefghijklmnopqrstuvwxyz", "22233344455566677778889999")

_SPELLED = {"+" + word.translate(_KEYS): is_withheld for word, is_withheld in _IS_WITHHELD.items() if " " not in word}
"""The same words spelled on a keypad. With the plus sign they are numbers that nobody has."""

_MAX_LENGTH = 300

# Rarely needed patterns are compiled on first use.
_IN_BRACKETS = r"<([^<>]*)>"
_SCHEME = r"(?i)\A(sips?|tel):"
_END_OF_USER = r"[:;?]"
_BETWEEN_WORDS = r"[\W_]+"

_ANONYMOUS_HOST = r"(?i)anonymous\.invalid(?![\w.-])"
"""The host of an anonymous caller's address (RFC 3323)."""


def is_withheld(address: str) -> bool | None:
    """Whether an address says that the party is withheld (True) or unknown (False); None for a real address."""
    if address.removeprefix("+").isdecimal():  # as nearly all are
        return _SPELLED.get(address)
    if len(address) > _MAX_LENGTH:
        return None
    within = re.search(_IN_BRACKETS, address)
    bare = re.sub(_SCHEME, "", (within[1] if within else address).strip(), count=1)
    user, at, host = bare.rpartition("@") if "@" in bare else (bare, "", bare)
    if re.match(_ANONYMOUS_HOST, host):
        return True
    user = unquote(re.split(_END_OF_USER, user, maxsplit=1)[0]).strip()
    if user in _SPELLED:
        return _SPELLED[user]
    if at:
        word = user.casefold()
        return _IS_WITHHELD[word] if word in _AS_USERS else None
    return _is_withheld_text(user)


def _is_withheld_text(text: str) -> bool | None:
    """Whether a text that is not an address says that the party is withheld or unknown."""
    words = dict.fromkeys(each for each in re.split(_BETWEEN_WORDS, text.casefold()) if each)
    significant = [each for each in words if each not in _FILLER_WORDS]
    if not significant:
        return True if "no" in words else None
    whole = _IS_WITHHELD.get(" ".join(significant))
    if whole is None and all(each in _IS_WITHHELD for each in significant):  # as in “Anonymous (private)”
        return any(_IS_WITHHELD[each] for each in significant)
    return whole
