"""Calls as CSV (RFC 4180): a fixed header, and one row per call.

An object becomes one column per key; arrays, and objects with the vendor's keys, are written as JSON.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from callinspect.model import Cause, Durations, Media, Party, Recording
from callinspect.model.further import Monitoring, Verification
from callinspect.model.writing import KEYS
from callinspect.render.fields import values
from callinspect.render.inert import inert
from callinspect.render.jsontext import Record

_PARTS: dict[str, type[Any]] = {
    "cause": Cause,
    "from": Party,
    "to": Party,
    "durations": Durations,
    "media": Media,
    "recording": Recording,
    "monitoring": Monitoring,
    "verification": Verification,
}


LATER = frozenset(
    {"answered_by", "cost", "quality", "related", "timeline", "durations.queued", "durations.held"}
    | {"cause.sip_from", "cause.q850_from", "cause.next", "from.role", "to.role"}
)
"""Keys that came after the columns were settled: `-f` selects them."""


def columns() -> list[str]:
    """Return the header, which is the same for every record; a response that a record includes has no column."""
    every = (f"{key}.{part}" if part else key for key in KEYS for part in _parts(key))
    return [each for each in every if each not in LATER]


def _parts(key: str) -> tuple[str, ...]:
    return _PARTS[key]._fields if key in _PARTS else ("",)


def dumps(
    records: Iterable[Record], selected: Sequence[str] = (), *, header: bool = True, harmless: bool = False
) -> str:
    """Return records as CSV.

    Values are as in JSON: `+1415…` is not escaped for spreadsheets, which must import such columns as text.

    Args:
        records: the records of calls.
        selected: the paths of the columns, none for all that are the same for every record.
        header: whether to begin with the header.
        harmless: whether to make the values inert, for a terminal.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    names = selected or columns()
    if header:
        writer.writerow(names)
    for record in records:
        cells = values(record, names)
        writer.writerow(map(inert, cells) if harmless else cells)
    return stream.getvalue()
