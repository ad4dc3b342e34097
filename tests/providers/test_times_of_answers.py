"""Whether a call was answered, by what stands where its vendor writes when: a time, “never”, or what says nothing.

Each vendor's times are tried in its own form, and so is every form there is, at a vendor invented for it.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

import pytest
from kit import cases, times, vendors

from callinspect import providers
from callinspect.model import Call, Outcome, State
from callinspect.provider import Document, Reader, Shape, Word

WIDE = {ord("0") + each: 0xFF10 + each for each in range(10)}
"""Digits as East Asian fonts have them, as wide as a letter."""

NEVER: list[Any] = [
    *(
        "1970-01-01T00:00:00Z",
        "1970-01-01T00:00:00.000+00:00",
        "1970-01-01T01:00:00+01:00",
        "1969-12-31T19:00:00-05:00",
    ),
    *("1970-01-01T00:00:00", "1970-01-01 00:00:00", "1970-01-01", "19700101T000000Z", "Thu, 01 Jan 1970 00:00:00 GMT"),
    *("Thu Jan  1 00:00:00 1970", "01/01/1970 00:00", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00.0000000"),
    *("0001-01-01T00:00:00+01:00", "-0001-11-30T00:00:00Z", "0000-00-00 00:00:00", "0000-00-00T00:00:00Z"),
    *("1899-12-30T00:00:00Z", "1900-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z", "9999-12-31T23:59:59-23:59"),
    *("31.12.9999", "+292278994-08-17T07:12:55.807Z", -1, "-1", -(2**31), -(2**63), -62135596800, "-62135596800000"),
    *(2**31 - 1, 2**63 - 1, 253402300799, "253402300799000", str(2**63 - 1), f" {2**63 - 1}.0 ", 2.0**63, 2**64 - 1),
    *(
        (2**31 - 1) * 1000,
        (2**31 - 1) * 1000 + 999,
        str((2**31 - 1) * 1000),
        2**32 - 1,
        2**53 - 1,
        8_640_000_000_000_000,
    ),
    *("2038-01-19T03:14:07Z", "2038-01-19T03:14:07.999Z", "2038-01-19T04:14:07+01:00", "2038-01-19 03:14:07"),
    *("Tue, 19 Jan 2038 03:14:07 GMT", "2106-02-07T06:28:15Z", "/Date(-62135596800000)/", "/Date(0)/"),
    *("/Date(253402300799999+0100)/", "1/1/1 0:00", "1.1.1", "01-JAN-70", "12/31/69 19:00", "70-01-01", "19700101"),
    *("00010101", "99991231", "0001", "1970", "1970-01-01T00:00:00Z".translate(WIDE)),
]
TIMES: list[Any] = [
    *("2025-04-08T10:00:03Z", "2025-04-08T12:00:03.123+02:00"),
    *("2025-04-08T10:00:03", "2025-04-08 10:00:03.123", "2025-04-08T10:00:65Z", "2025-04-08T10:00:03 UTC", "20250408"),
    *("08.04.2025 10:00", "Tue, 08 Apr 2025 10:00:03 +0000", "Tue Apr 08 10:00:03 +0000 2025", "10:00:03", "٢٠٢٥"),
    *(1744106403, 1744106403123, 1744106403.5, "1744106403", "1744106403123", 10**400, 1),
    *(
        "/Date(1744106403123)/",
        "/Date(1744106403123+0200)/",
        "11/1/1 2025",
        "2038-01-19T03:14:08",
        "1/1/25 10:00",
        "2025",
    ),
    *(2**31 - 2, 2**31, str(2**31), 1_744_106_403_123_000, 1_744_106_403_123_000_000, "1744106403.123"),
]
NO_PROOF: list[Any] = ["", " ", "soon", "n/a", "0", "0.0", "00:00:00", 0, 0.0, True, False, [], {}, ["2025"], {"at": 1}]


class Subject(NamedTuple):
    """A vendor, a call of it that is over, and the field for when it was answered.

    Attributes:
        form: of the vendor's times.
        unanswered: how the call came out if it was not answered.
        blank: whether an empty text is no time, as null is.
    """

    normalize: Callable[[Document], Call]
    said: dict[str, Any]
    field: str
    unanswered: str
    form: str
    blank: bool = False

    def reads(self, value: object) -> datetime | None:
        """Return the time that a value is in the vendor's form."""
        return times.read(self.form, value)

    def call(self, value: object) -> Call:
        return self.normalize(Document({**self.said, self.field: value}))


def _known(name: str) -> Subject:
    of = cases.account(name)
    ended = of["ended"]
    said = vendors.ended(name, vendors.call_id(name, "1"))
    form, blank = of.get("times", "iso"), ended.get("blank", False)
    return Subject(providers.get(name).normalize, said, ended["answered"], ended["unanswered"], form, blank)


def _invented(form: str) -> Subject:
    outcomes = {True: Outcome.ANSWERED, False: Outcome.UNANSWERED, None: Outcome.UNKNOWN}

    def more(_body: Reader, call: Call, _document: Document) -> Call:
        return call._replace(outcome=outcomes[call.was_answered])

    shape = Shape(
        id="id", state="state", words={"over": Word(State.ENDED)}, answered="at", moment=times.FORMS[form], more=more
    )
    return Subject(shape.reader("invented"), {"id": "1", "state": "over"}, "at", "unanswered", form)


SUBJECTS = {name: _known(name) for name in vendors.NAMES if "ended" in cases.account(name)}
SUBJECTS |= {f"any in {form}": _invented(form) for form in times.FORMS}

YEARS = range(1971, 2038)
"""In which a call can be, and nothing that stands for never."""


def _each(values: list[Any], fits: Callable[[datetime | None], bool]) -> pytest.MarkDecorator:
    """Try the values of which the time, in the form of whose they are, fits."""
    return pytest.mark.parametrize(
        ("name", "value"),
        [
            pytest.param(name, value, id=f"{name}-{value!r:.40}")
            for name, subject in SUBJECTS.items()
            for value in values
            if fits(subject.reads(value)) and not (subject.blank and value == "")
        ],
    )


def left(name: str, value: object) -> Call:
    """Return the call, of which the value is no time of an answer: it stays under `vendor`, and there is a warning."""
    subject = SUBJECTS[name]
    call = subject.call(value)
    assert call.answered_at is None, f"{subject.field} {value!r} was read as {call.answered_at}"
    assert subject.field in call.vendor, f"{subject.field} {value!r} is lost: {call.vendor} is left"
    assert call.vendor[subject.field] == value
    assert any(each.startswith(subject.field) for each in call.warnings), call.warnings
    return call


@_each(NEVER, lambda moment: moment is None or moment.year not in YEARS)
def test_what_stands_for_never_is_no_answer(name: str, value: object) -> None:
    call = left(name, value)
    assert call.outcome == SUBJECTS[name].unanswered
    assert "is a placeholder, not a time" in call.warnings[0]


@_each(NO_PROOF, lambda moment: moment is not None)
def test_zero_is_never_where_times_count_from_the_epoch(name: str, value: object) -> None:
    call = left(name, value)
    assert call.outcome == SUBJECTS[name].unanswered
    assert "is a placeholder, not a time" in call.warnings[0]


@_each(TIMES, lambda moment: moment is not None)
def test_a_time_of_an_answer_is_an_answer(name: str, value: object) -> None:
    call = SUBJECTS[name].call(value)
    assert (call.outcome, call.answered_at) == ("answered", SUBJECTS[name].reads(value))
    assert call.warnings == ()


@_each(TIMES, lambda moment: moment is None)
def test_an_unreadable_time_of_answer_is_an_answer(name: str, value: object) -> None:
    assert left(name, value).outcome == "answered"


@_each(NO_PROOF, lambda moment: moment is None)
def test_what_tells_nothing_leaves_the_outcome_unknown(name: str, value: object) -> None:
    assert left(name, value).outcome == "unknown"


@pytest.mark.parametrize("name", [name for name, subject in SUBJECTS.items() if subject.blank])
def test_an_empty_time_is_none_where_the_vendor_says_so(name: str) -> None:
    empty, null = (SUBJECTS[name].call(each) for each in ("", None))
    assert empty == null
    assert (empty.outcome, empty.warnings) == (SUBJECTS[name].unanswered, ())
