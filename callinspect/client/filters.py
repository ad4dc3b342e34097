"""Local filters, for those that a vendor does not apply itself."""

import re

from callinspect.model import Call, Party
from callinspect.provider import Filters

NOT_DIGITS = re.compile(r"[^0-9]")


def matches(call: Call, filters: Filters) -> bool:
    """Whether a call passes every filter. A call without the filtered field does not pass."""
    began = call.created_at or call.queued_at
    return (
        (filters.from_ is None or _is_at(call.from_, filters.from_))
        and (filters.to is None or _is_at(call.to, filters.to))
        and (filters.since is None or (began is not None and began >= filters.since))
        and (filters.until is None or (began is not None and began <= filters.until))
        and (filters.state is None or call.state == filters.state)
        and (filters.cause is None or (call.cause is not None and call.cause.code == filters.cause))
    )


def _is_at(party: Party | None, address: str) -> bool:
    """Whether a party has that address; separators within a number are ignored."""
    if party is None:
        return False
    if party.uri is not None:
        return party.uri.casefold() == address.casefold()
    if party.number is None:
        return False
    return party.number == address or (
        "@" not in address and NOT_DIGITS.sub("", party.number) == NOT_DIGITS.sub("", address) != ""
    )
