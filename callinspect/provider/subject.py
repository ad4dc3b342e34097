"""What an answer speaks of that says that something is not found: the call, or another thing.

Vendors say both with the same status, and only the first one means that there is no such call.
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
"""What follows the name of the thing that is meant: “Call not found for this user”."""


def is_call(texts: Iterable[str | None]) -> bool | None:
    """Whether it is the call that some texts say is not found; False for another thing, None if they name neither."""
    named = [_named(each) for each in texts if each]
    return True if True in named else False if False in named else None


def _named(text: str) -> bool | None:
    is_not = re.search(_IS_NOT, text, re.IGNORECASE)
    first = re.search(rf"({_CALL})|{_ANOTHER}", text[: is_not.start()], re.IGNORECASE) if is_not else None
    if first is not None:
        return first[1] is not None
    if re.search(_CALL, text, re.IGNORECASE):
        return True
    return False if re.search(_ANOTHER, text, re.IGNORECASE) else None
