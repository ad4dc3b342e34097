"""The readers of times that a vendor is written with, each for one family of forms.

A reader is looked up by its name when a test runs: a parameter would keep the function of before a mutation.
"""

from datetime import UTC

import pytest

from callinspect.provider import moments

MIDNIGHT = "2019-10-19T00:00:00+00:00"


@pytest.mark.parametrize(
    ("reader", "text", "moment"),
    [
        ("parse_mail_date", "Fri, 18 Oct 2019 17:00:00 -0700", MIDNIGHT),
        ("parse_mail_date", "Sat, 19 Oct 2019 00:00:00 GMT", MIDNIGHT),
        ("parse_mail_date", "Sat, 19 Oct 19 00:00:00 GMT", MIDNIGHT),
        ("parse_mail_date", "Sat, 19 Oct 2019 00:00:00 -0000", MIDNIGHT),
        ("parse_mail_date", "Sat, 19 Oct 2019 00:00:00 -0000 \n", MIDNIGHT),
        ("parse_mail_date", "Sat, 19 Oct 2019 02:00:00 +0200 -0000", MIDNIGHT),
        ("parse_utc", "2019-10-19T00:00:00", MIDNIGHT),
        ("parse_utc", "2019-10-19T02:00:00+02:00", MIDNIGHT),
        ("parse_seconds", "1571443200", MIDNIGHT),
        ("parse_seconds", "1571443200.5", "2019-10-19T00:00:00.500000+00:00"),
        ("parse_milliseconds", "1571443200123", "2019-10-19T00:00:00.123000+00:00"),
    ],
)
def test_a_time_is_read_in_utc(reader: str, text: str, moment: str) -> None:
    found = getattr(moments, reader)(text)
    assert found.isoformat() == moment
    assert found.tzinfo is UTC, "and not in the zone of this machine, which may be the same"


@pytest.mark.parametrize(
    ("reader", "text", "reason"),
    [
        ("parse_mail_date", "Sat, 19 Oct 2019 00:00:00", "no offset"),
        ("parse_mail_date", "2019-10-19", "Invalid date"),
        ("parse_mail_date", "Mon, 01 Jan 0001 00:00:00 +0000", "out of range"),
        ("parse_mail_date", "Thu, 01-Jan-0070 00:00:00 +0000", "out of range"),
        ("parse_mail_date", "Fri, 31 Dec 9999 23:59:59 -0100", "out of range"),
        ("parse_utc", "9999-12-31T23:59:59-01:00", "out of range"),
        ("parse_utc", "yesterday", "Invalid isoformat"),
        ("parse_seconds", "soon", "no number"),
        ("parse_seconds", "9" * 20, "out of range"),
        ("parse_milliseconds", "", "no number"),
        ("parse_milliseconds", "9" * 20, "out of range"),
    ],
)
def test_what_is_no_such_time_is_refused(reader: str, text: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        getattr(moments, reader)(text)
