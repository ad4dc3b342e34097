"""The figures of many calls, as people see them: headline, outcomes, rates, causes and notes."""

import re
from datetime import UTC, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from kit.many_records import NOW, counted, drawn, record, spread
from kit.screen import columns_of, inert, seen
from kit.stranger import hostile

from callinspect.figures import Statistics
from callinspect.model import Call, Outcome, State
from callinspect.render import people
from callinspect.render.style import Style

COLOR = re.compile(r"\x1b\[[0-9;]*m")
DAY = timedelta(days=1)
WIDTHS = (120, 80, 60, 59, 40)
TIMES = [timedelta(minutes=40), DAY, 30 * DAY, 700 * DAY]


def row(text: str, label: str) -> str:
    """Return what stands beside a label, wherever its row is."""
    (found,) = re.findall(rf"(?<!\S){label} +(.*)", text)
    return str(found).strip()


def caused(code: str, **fields: Any) -> dict[str, Any]:
    """Return the record of a call that failed for a cause."""
    title, explanation = fields.pop("title", None), fields.pop("explanation", None)
    return record(outcome="failed", cause={"code": code, "title": title, "explanation": explanation}, **fields)


def test_the_headline_says_how_many_calls_and_when() -> None:
    records = [record(NOW - DAY), record(NOW), record(NOW - DAY / 2, None, state="active")]
    first, second, *_ = drawn(records).splitlines()
    assert first == " 3 calls · 2 ended · 1 still going on"
    assert second == " Thu 26 Nov 2026 11:00 to Fri 27 Nov 2026 11:00, UTC"
    first, *_ = drawn([*records, record(state="unknown")]).splitlines()
    assert first == " 4 calls · 2 ended · 1 still going on · 1 in an unknown state"


def test_the_zone_is_named_once() -> None:
    """Both, where clocks change in between."""
    text = drawn(spread(100, DAY), zone=ZoneInfo("Asia/Tokyo"))
    assert text.count("JST") == 1
    assert " to Fri 27 Nov 2026 20:00, JST (UTC+9)\n" in drawn(
        [record(), record(NOW - DAY)], zone=ZoneInfo("Asia/Tokyo")
    )
    both = drawn([record(), record(NOW - 60 * DAY)], zone=ZoneInfo("Europe/Berlin"), width=100).splitlines()[1]
    assert both == " Mon 28 Sep 2026 13:00 CEST (UTC+2) to Fri 27 Nov 2026 12:00 CET (UTC+1)"


def test_one_call_is_at_a_time() -> None:
    first, second, *_ = drawn([record(NOW)]).splitlines()
    assert (first, second) == (" 1 call · 1 ended · 0 still going on", " Fri 27 Nov 2026 11:00:00, UTC")
    _, second, *_ = drawn([record(NOW), record(NOW + timedelta(milliseconds=900))]).splitlines()
    assert second == " Fri 27 Nov 2026 11:00:00, UTC"


def test_without_calls_there_is_nothing_else() -> None:
    assert drawn([]) == " No calls · 0 ended · 0 still going on\n"


def test_outcomes_that_occur_have_their_share_of_the_ended() -> None:
    records = [record()] * 3 + [record(outcome="busy")] + [record(outcome=None, state="ringing")] * 6
    text = drawn(records)
    assert re.search(r"^ answered  3   75\.0 % ", text, re.MULTILINE)
    assert re.search(r"^ busy      1   25\.0 % ", text, re.MULTILINE)
    assert not re.search("failed|rejected|unanswered", text)


@pytest.mark.parametrize("outcome", Outcome)
def test_an_outcome_has_the_color_that_it_has_in_list(outcome: Outcome) -> None:
    """In its row, in the bar and in the legend."""
    call = Call("acme", "c-1", state=State.ENDED, outcome=outcome)
    (color,) = re.findall(rf"(\x1b\[[0-9;]*m){outcome} *\x1b", people.calls([call], Style(color=True)))
    lines = drawn([record(outcome=outcome)], color=True).split("\n\n")
    assert lines[1].startswith(f" {color}{outcome}")
    bar, legend = lines[2].splitlines()[1:]
    assert re.search(rf"1  {re.escape(color)}(\S)\1+\x1b", bar)
    assert re.search(rf"^ {re.escape(color)}\S\x1b\[0m {outcome}$", legend)


def test_rates_are_in_percent_and_durations_in_words() -> None:
    answered = [record(durations={"ring": 4.25, "talk": each}) for each in (30, 90)]
    text = drawn([*answered, record(outcome="busy"), record(outcome="failed")])
    assert row(text, "ASR") == "50.0 % (2 of 4)"
    assert row(text, "NER") == "75.0 %"
    assert row(text, "ACD") == "1 min"
    assert row(text, "Ring") == "p50 4.2 s · p95 4.2 s"
    assert row(text, "Talk") == "p50 30 s · p95 1 min 30 s"
    assert row(text, "Minutes") == "2.0"


def test_what_is_not_known_is_not_zero() -> None:
    text = drawn([record()])
    for label in ("ACD", "Ring", "Talk", "Minutes", "Cost"):
        assert row(text, label) == "—"
    text = drawn([record(outcome=None, state="active")], ascii=True)
    assert (row(text, "ASR"), row(text, "NER")) == ("-", "-")


def test_cost_is_by_currency_without_endless_places() -> None:
    costs = [("0.0085", "USD"), ("1234.5", "EUR"), ("0.00000100", "CHF"), ("2", "JPY"), ("0.123456", "GBP")]
    text = drawn([record(cost={"amount": amount, "currency": currency}) for amount, currency in costs], width=120)
    assert row(text, "Cost") == "0.000001 CHF, 1,234.50 EUR, 0.1235 GBP, 2.00 JPY, 0.0085 USD"


def test_large_numbers_have_commas() -> None:
    found = counted(spread(2000, DAY))
    text = people.statistics(found, Style())
    assert text.startswith(" 2,000 calls · 2,000 ended")
    answered = found.overall.outcomes["answered"]
    assert f" ({answered:,} of " in text
    assert re.search(rf"answered +{answered:,} ", text)


@cache
def figures(count: int, time: timedelta) -> Statistics:
    """Return the figures of so many calls, which are the same at every width."""
    return counted(spread(count, time), by="provider")


@pytest.mark.parametrize("time", TIMES, ids=str)
@pytest.mark.parametrize("width", WIDTHS)
def test_every_line_fits_and_begins_with_a_blank(width: int, time: timedelta) -> None:
    for ascii_ in (False, True):
        for count in (1, 20, 3000):
            text = people.statistics(figures(count, time), Style(zone=UTC, width=width, ascii=ascii_))
            assert "\x1b" not in text
            assert not [line for line in text.splitlines() if columns_of(line) > width]
            assert all(line.startswith(" ") for line in text.splitlines() if line)
            assert text.isascii() or not ascii_


@pytest.mark.parametrize("width", WIDTHS)
def test_color_changes_nothing_but_colors(width: int) -> None:
    records = spread(500, DAY)
    text = drawn(records, by="provider", width=width, color=True)
    assert text != COLOR.sub("", text)
    assert COLOR.sub("", text) == drawn(records, by="provider", width=width)


def test_the_ten_most_frequent_causes_are_named() -> None:
    records = [caused(f"c{number:02}", title=f"Title {number}") for number in range(13) for _ in range(20 - number)]
    text = drawn(records)
    rows = re.findall(r"^ (\d+)  (c\d+)  (Title \d+)$", text, re.MULTILINE)
    assert rows == [(str(20 - number), f"c{number:02}", f"Title {number}") for number in range(10)]
    assert "\n     and 3 more\n" in text
    assert "more" not in drawn(records[: 20 + 19])


def test_a_cause_has_its_provider_if_there_are_several() -> None:
    one = [caused("a"), caused("b")]
    assert "acme" not in drawn(one)
    text = drawn([*one, caused("a", provider="xy")])
    assert re.findall(r"^ 1  (\w+ *)  (\w)$", text, re.MULTILINE) == [("acme", "a"), ("acme", "b"), ("xy  ", "a")]


def test_an_explanation_stands_beside_or_below() -> None:
    said = "The carrier has no route to the number"
    beside = drawn([caused("no-route", title="No route", explanation=said)], width=80)
    assert f"\n 1  no-route  No route  {said}\n" in beside
    below = drawn([caused("no-route-to-destination", title="No route", explanation=said)], width=62)
    assert f"\n 1  no-route-to-destination  No route\n    {said}\n" in below
    narrow = drawn([caused("no-route", title="No route", explanation=said)], width=40)
    assert "\n 1  no-route\n    No route: The carrier has no route\n    to the number\n" in narrow


def test_why_calls_failed_comes_before_how_others_ended() -> None:
    ended = {"code": "hangup", "title": "Hung up", "explanation": None}
    records = [*[record(cause=ended)] * 50, *[caused(f"x{number}") for number in range(12)]]
    lines = drawn(records).splitlines()
    assert lines[lines.index(" Causes, of unanswered calls first") + 1].split() == ["1", "x0"]
    assert " Causes" in drawn(records[:50]).splitlines()


def test_an_explanation_of_most_calls_only_says_so() -> None:
    records = [*[caused("x", explanation="The caller hung up")] * 2, caused("x", explanation="The agent hung up")]
    assert "mostly: The caller hung up" in drawn(records)
    assert "mostly" not in drawn(records[:2])
    titled = [{**each, "cause": {**each["cause"], "title": "Hung up"}} for each in records]
    assert "\n    Hung up, mostly: The caller hung up\n" in drawn(titled, width=40)


def test_a_code_that_is_no_word_is_quoted() -> None:
    """A title and an explanation are ours."""
    text = drawn([caused("ended by 99", title="Ended by “99”")])
    assert "\n 1  “ended by 99”  Ended by “99”\n" in text


def test_notes_come_last_and_hang() -> None:
    """They are dim."""
    records = [record(outcome="unanswered"), record(None, "unknown")]
    found = counted(records)
    assert len(found.notes) > 2
    lines = people.statistics(found, Style(width=40)).split("\n\n")[-1].splitlines()
    assert seen(" ".join(lines)) == seen(" ".join(found.notes))
    assert sum(re.match(r" \S", line) is not None for line in lines) == len(found.notes)
    assert all(re.match(r" (  )?\S", line) for line in lines)
    assert f" \x1b[2m{found.notes[0]}\x1b[0m\n" in drawn(records, color=True)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("text", [hostile("x"), hostile("x") * 50, "x" * 10_000, "\n 99 calls\n"], ids=len)
def test_hostile_texts_are_shown_and_not_obeyed(text: str, width: int) -> None:
    """They are bounded, and begin no line as ours do."""
    cost = {"amount": "1", "currency": text}
    records = [
        caused(text, title=text, explanation=text, x=text, cost=cost),
        caused("b", provider=text, x=text + "2", cost=cost),
    ]
    for ascii_ in (False, True):
        encoding = "ascii" if ascii_ else "utf-8"
        shown = drawn(records, by="x", width=width, ascii=ascii_, encoding=encoding)
        assert inert(shown.encode(encoding)) is not None
        assert "\n 99 calls" not in shown
        assert len(shown.splitlines()) < 200
        assert len(shown) < 12_000
