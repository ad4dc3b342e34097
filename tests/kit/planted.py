"""A vendor whose every answer tells of people: of a stranger in all that it says, and of those in its good calls."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from kit.leaky_vendor import FaultyVendor, ended_call, refusal, spelled
from kit.servers import Answer, answer

if TYPE_CHECKING:
    from collections.abc import Iterator

NUMBER = "+19165550104"
STRANGER = (
    f"{NUMBER}, (916) 555-0104, sip:riley@pbx.example.com, riley.fisher@example.com, "
    "https://api.example.com/users/riley?who=%2B19165550104, 10.20.30.40, 5550100"
)
"""Everything that is masked in a sentence, whoever says it."""

PLANTS = ("9165550104", "555-0104", "riley", "fisher", "example.com", "10.20.30.40", "5550100")
"""Parts of it by which it is found."""

_NUMBER = re.compile(r"\+?[0-9][0-9() .-]{6,}")
_HEADERS = {"X-Request-Id": STRANGER, "TrackingId": STRANGER, "WWW-Authenticate": STRANGER, "X-Who": STRANGER}


def _refusing(status: int, request: bytes, _good: Any) -> Answer:
    return answer(status, json.dumps(spelled(json.loads(refusal(request)), lambda _: STRANGER)), _HEADERS)


def _saying(_request: bytes, good: Any) -> Answer:
    """Return a good answer with the stranger in places that no vendor documents."""
    more = {"remark": STRANGER, "userData": {"who": STRANGER}, "tag": STRANGER}
    return answer(200, json.dumps(good | more if isinstance(good, dict) else good), {"X-Who": STRANGER})


def people_of(vendor: str) -> set[str]:
    """Return the numbers in a vendor's good call, by their last digits."""
    found = _texts(json.loads(ended_call(vendor)[0]))
    return {re.sub("[^0-9]", "", each)[-9:] for each in found if _NUMBER.fullmatch(each) and not _is_time(each)}


def _is_time(text: str) -> bool:
    """Whether a text of digits and dashes is a date, or milliseconds since the epoch."""
    return re.match(r"(19|20)[0-9]{2}-|1[4-9][0-9]{8,11}$", text) is not None


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)


class PlantedVendor(FaultyVendor):
    """Answers like `FaultyVendor`, in a stranger's words."""

    def __init__(self, elsewhere: str) -> None:
        super().__init__(elsewhere)
        told = {str(status): lambda *given, status=status: _refusing(status, *given) for status in (400, 401, 403, 503)}
        self.faults |= told | {
            "good": _saying,
            "text": lambda *_: answer(200, STRANGER),
            "web-page": lambda *_: answer(503, f"<html>{STRANGER}</html>"),
            "leads-away": lambda _, good: answer(200, json.dumps(good), {"Link": f"<{STRANGER}>; rel=next"}),
        }
