"""Calls as CSV (RFC 4180): a header that never changes, one row a call.

Objects become one column for each of their values; lists, and objects whose keys are the vendor's, become JSON.
"""

import csv
import io
from collections.abc import Iterable
from typing import Any

from callinspect.model import Cause, Durations, Media, Monitoring, Party, Recording, Verification
from callinspect.render.fields import line
from callinspect.render.json import Record

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


def columns(record: Record) -> list[str]:
    """Return the header; it is the same for every record."""
    return [
        f"{key}.{part}" if part else key
        for key in record
        if key != "raw"
        for part in (_PARTS[key]._fields if key in _PARTS else [""])
    ]


def dumps(records: Iterable[Record], *, header: bool = True) -> str:
    """Return records as CSV, with the header unless it has been written already.

    Values are as in JSON: `+1415…` is not quoted against spreadsheets, which have to import such columns as text.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    for record in records:
        names = columns(record)
        if header:
            writer.writerow(names)
            header = False
        writer.writerow([line(record, [name]) for name in names])
    return stream.getvalue()
