"""What a “not found” message is about: the call, or something else.

Vendors use the same status for both, and only the first means that there is no such call.
"""

import re
from collections.abc import Iterable

_CALL = r"(?<![\w-])(?:phone |voice )?call(?:[ _-]?id)?(?![\w-]|'s|\s+(?:queue|park|pickup|recording|route|flow)\b)"
_THINGS = (
    r"users?|user ?names?|persons?|people|members?|(?:line)?owners?|orgs?|organi[sz]ations?|workspaces?|lines?"
    r"|places?|locations?|devices?|endpoints?|targets?|apps?|applications?|licen[cs]es?|ur[li]s?|paths?|routes?|pages?|apis?"
    r"|versions?|methods?|accounts?|subscribers?|customers?|tenants?|domains?|recordings?|transcriptions?|conferences?"
    r"|bridges?|agents?|sessions?|contacts?|channels?|queues?|extensions?|dn|numbers?|sites?|groups?"
)
_ANOTHER = rf"(?<![\w-])(?:{_THINGS})(?:[ _-]?ids?)?(?![\w-]|'s)"
_IS_NOT = r"(?:\b(?:not|cannot|gone|no longer)\b|n't\b)(?!\s+(?:find|locate|have|own|see)\b)"
"""Follows the name of what is not found: “Call not found for this user”."""


def is_call(texts: Iterable[str | None], call: str | None = None) -> bool | None:
    """Whether messages say that the call is not found; False for something else, None if they name neither.

    Args:
        texts: the messages.
        call: a regular expression for what else stands for a call.
    """
    pattern = _CALL if call is None else f"{_CALL}|{call}"
    named = [_named(each, pattern) for each in texts if each]
    return True if True in named else False if False in named else None


def _named(text: str, call: str) -> bool | None:
    is_not = re.search(_IS_NOT, text, re.IGNORECASE)
    first = re.search(rf"(?P<call>{call})|{_ANOTHER}", text[: is_not.start()], re.IGNORECASE) if is_not else None
    if first is not None:
        return first["call"] is not None
    if re.search(call, text, re.IGNORECASE):
        return True
    return False if re.search(_ANOTHER, text, re.IGNORECASE) else None
