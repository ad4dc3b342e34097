"""What is left over of the vendor's document, below the card's own facts."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from kit import sandbox_requests

from callinspect.client.timeline import with_timeline
from callinspect.model import Call, Durations, State
from callinspect.model.further import Quality
from callinspect.render.card import card
from callinspect.render.style import Style
from callinspect.sandbox import Sandbox, calls

NOW = datetime(2026, 11, 21, 12, 0, 5, 250_000, tzinfo=UTC)
CALL = Call("p", "c", state=State.ENDED, created_at=NOW, ended_at=NOW + timedelta(seconds=63.5))


def below(vendor: dict[str, Any], call: Call = CALL) -> list[str]:
    """Return the lines of what is left over."""
    text = card(call._replace(vendor=vendor), Style())
    return [line.strip() for line in text.partition("\n More from p\n")[2].splitlines()]


def test_a_long_list_of_objects_is_in_json_only() -> None:
    """The card says so; what went wrong in one of them stays."""
    people: list[dict[str, Any]] = [
        {"id": f"id-{n}", "start": f"start-{n}", "calls": [{"leg": f"leg-{n}"}]} for n in range(5)
    ]
    people[3]["errorInfo"] = {"code": "no.such.flow"}
    assert below({"people": people, "details": {"parts": [{f"k{n}": n for n in range(7)}]}}) == [
        "people[3].errorInfo.code  no.such.flow",
        "people (5), details.parts (1): in full with -o json",
    ]


def test_a_short_list_of_objects_is_shown() -> None:
    assert below({"parts": [{"a": 1}, {"b": 2}]}) == ["parts[0].a  1", "parts[1].b  2"]


def test_each_of_several_has_its_own_yes_or_no() -> None:
    parts = [{"held": False}, {"held": False, "x": "y"}]
    assert below({"parts": parts, "x": "y"}) == ["x              y", "parts[0].held  false", "parts[1].held  false"]


def test_a_name_of_a_list_cannot_pass_for_a_line_of_ours() -> None:
    assert below({"! forged": [{f"k{n}": n for n in range(7)}]}) == ["“! forged” (1): in full with -o json"]


@pytest.mark.parametrize(
    "value",
    ["2026-11-21T12:00:05.250Z", "2026-11-21T12:00:05Z", "2026-11-21 12:00:05 +0000", "2026-11-21T07:00:05.25-05:00"],
)
def test_a_time_on_the_card_is_not_there_again(value: str) -> None:
    assert below({"began": value}) == []
    assert below({"began": value.replace(":05", ":06")}) != []
    assert below({"began": value}, Call("p", "c")) != []


def test_a_length_on_the_card_is_not_there_again() -> None:
    call = CALL._replace(durations=Durations(billed=64, total=63.5), quality=Quality(mos=4.12))
    assert below({"bill_duration": 64, "durationMs": "63500", "duration": "63.5", "minMos": 4.12}, call) == []
    assert below({"count": 64, "duration": 65, "mos": 412}, call) == ["count     64", "duration  65", "mos       412"]


def test_what_says_nothing_is_not_there() -> None:
    vendor: dict[str, Any] = {
        "stir": "Not Applicable",
        "a": "n/a",
        "b": "none",
        "c": "",
        "d": [],
        "e": None,
        "f": "null",
    }
    assert below({**vendor, "zero": 0, "no": False, "nun": "nonesuch"}) == ["zero  0", "no    false", "nun   nonesuch"]


def test_an_address_without_a_host_is_told_by_any_case() -> None:
    assert below({"selfUri": "/api/v2/calls/c", "nextURL": "/api/v2/calls"}) == []


def test_what_is_attached_to_one_of_several_is_not_there_again() -> None:
    call = CALL._replace(metadata={"ticket": "T-1042"})
    assert below({"people": [{"attributes": {"ticket": "T-1042"}}], "ticket": "T-1042"}, call) == ["ticket  T-1042"]


def test_a_card_with_everything_fits_two_screens(sandbox: Sandbox) -> None:
    """Of a call with six participants of whom the vendor tells some two hundred things."""
    for each in calls("genesyscloud"):
        if "menu and the queue" in each.description or "barged" in each.description:
            text = card(with_timeline(sandbox_requests.call(sandbox, each)), Style())
            assert text.count("\n") <= 48
            assert "in full with -o json" in text


def test_on_a_narrow_terminal_words_go_where_they_fit() -> None:
    """Beside their label, unless that takes more lines than below it."""
    vendor = {"a_long_name_of_a_field": "1", "start_time": "Fri, 27 Nov 2026 07:12:54 +0000"}
    text = card(CALL._replace(vendor=vendor), Style(width=40))
    assert "\n   start_time\n     Fri, 27 Nov 2026 07:12:54 +0000\n" in text
    assert "\n   a_long_name_of_a_field  1\n" in text
