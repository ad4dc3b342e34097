"""Times as people type them, seen by what a vendor is asked for."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar
from urllib.parse import unquote

import pytest
from kit.program import Done, callinspect, env_of
from kit.servers import Server, answer

T = TypeVar("T")

ZONE = "America/New_York"
MARGIN = timedelta(seconds=30)


def asked(tmp_path: Path, *arguments: str, zone: str = ZONE) -> tuple[Done, dict[str, datetime]]:
    """Return what a run wrote, and the times that the vendor was asked for."""
    with Server(answer(200, json.dumps([]))) as server:
        done = callinspect("list", "bandwidth", *arguments, env=env_of(tmp_path, server.url, TZ=zone))
        line = unquote(server.requests[0].split()[1].decode()) if server.requests else ""
    found = re.findall(r"(minStartTime|maxStartTime)=([^&]*)", line)
    return done, {name: datetime.fromisoformat(text) for name, text in found}


def since(tmp_path: Path, text: str, *more: str) -> datetime:
    done, times = asked(tmp_path, "--since", text, *more)
    assert done.returncode == 0, done.stderr
    return times["minStartTime"]


@pytest.mark.parametrize(
    ("text", "ago"),
    [
        ("2h", timedelta(hours=2)),
        ("1d12h", timedelta(days=1, hours=12)),
        ("1w2d3h4m5s", timedelta(days=9, hours=3, minutes=4, seconds=5)),
        ("now", timedelta()),
    ],
)
def test_a_time_can_be_how_long_ago(text: str, ago: timedelta, tmp_path: Path) -> None:
    assert abs(datetime.now(UTC) - ago - since(tmp_path, text)) < MARGIN


def in_one_day(run: Callable[[], T], ahead: timedelta = timedelta()) -> tuple[T, datetime]:
    """Return what a run gives, and the midnight before it; once more if the day has ended meanwhile.

    Args:
        run: what takes a moment.
        ahead: by how much the place is ahead of UTC whose midnight it is.
    """

    def midnight() -> datetime:
        return (datetime.now(UTC) + ahead).replace(hour=0, minute=0, second=0, microsecond=0) - ahead

    while True:
        before, found = midnight(), run()
        if before == midnight():
            return found, before


def test_words_are_in_the_zone_of_display(tmp_path: Path) -> None:
    """Kiritimati is fourteen hours ahead of UTC."""
    days = partial(asked, tmp_path, "--since", "yesterday", "--until", "today", zone="Pacific/Kiritimati")
    (_, times), midnight = in_one_day(days, timedelta(hours=14))
    assert times == {"minStartTime": midnight - timedelta(days=1), "maxStartTime": midnight}
    (_, times), midnight = in_one_day(partial(asked, tmp_path, "--since", "today", "--utc", zone="Pacific/Kiritimati"))
    assert times == {"minStartTime": midnight}


def test_a_time_of_day_is_today_or_yesterday(tmp_path: Path) -> None:
    assert len({*in_one_day(partial(since, tmp_path, "0:00", "--utc"))}) == 1
    found, today = in_one_day(partial(since, tmp_path, "yesterday 09:05:07", "--utc"))
    assert found == today - timedelta(days=1) + timedelta(hours=9, minutes=5, seconds=7)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-03-02", "2026-03-02T05:00:00Z"),
        ("2026-03-02T10:00", "2026-03-02T15:00:00Z"),
        ("2026-07-02 10:00", "2026-07-02T14:00:00Z"),
        ("2026-03-02T10:00:00Z", "2026-03-02T10:00:00Z"),
        ("2026-03-02T10:00:00+02:00", "2026-03-02T08:00:00Z"),
        ("1772445600", "2026-03-02T10:00:00Z"),
        ("1772445600123", "2026-03-02T10:00:00.123Z"),
    ],
)
def test_a_time_can_be_absolute(text: str, expected: str, tmp_path: Path) -> None:
    """One without an offset is in the zone of display, here with five hours behind UTC in winter, four in summer."""
    assert since(tmp_path, text) == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    "text", ["", "soon", "25:00", "10:61", "tomorrow", "2h ago", "-2h", "12", "99999999999999", "999999999w", "all"]
)
def test_what_is_not_a_time_is_answered_with_examples(text: str, tmp_path: Path) -> None:
    done, times = asked(tmp_path, "--until", text)
    assert (done.returncode, times) == (2, {})
    assert b"--until takes a time" in done.stderr
    assert b"yesterday, 10:00" in done.stderr


def test_a_time_in_the_future_is_said_to_be_one(tmp_path: Path) -> None:
    """The zone is chosen so that its day is not about to end."""
    zone = "UTC" if datetime.now(UTC).hour < 12 else "America/Los_Angeles"
    done, _ = asked(tmp_path, "--since", "23:59", zone=zone)
    assert done.returncode == 2
    assert re.search(rb"--since is in the future: \S+ 23:59 (UTC|P[SD]T)", done.stderr)
