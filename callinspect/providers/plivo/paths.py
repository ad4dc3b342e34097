"""Where Plivo has its documents, and how its lists are asked for."""

from datetime import datetime, timedelta

from callinspect.provider import one, place

ACCOUNT = ("Account", "{auth_id}")
CALLS = place(*ACCOUNT, "Call", ending="/")
RECORDED = place(*ACCOUNT, "Recording", ending="/")
TRANSCRIBED = place(*ACCOUNT, "Transcription", ending="/")

LIVE, QUEUED = (CALLS._replace(query={"status": each}) for each in ("live", "queued"))

FETCH = one(CALLS, LIVE, QUEUED, first_says=True)
"""Reads the record, the live call or the queued call, of which there is one at a time."""

FOLLOWING = ("meta", "next")
LARGEST = 20
"""The largest page that the vendor allows."""

LONGEST = timedelta(days=30)
"""The longest time that the vendor searches at once."""


def written(moment: datetime) -> str:
    """Return a time as the vendor reads it: in UTC, without an offset."""
    return moment.replace(tzinfo=None).isoformat(" ")
