"""A ladder among the other parts of a card."""

import re
from datetime import UTC

import pytest
from kit.ladders import CALLED, CALLER, DANA, PARKED, REDIRECTED, TRANSFER, at, below, call, entry, leg

from callinspect.model import Outcome, Party, Reason, Redirection, Relation
from callinspect.model.timeline import Happened
from callinspect.render.card import card
from callinspect.render.harmless import harmless
from callinspect.render.ladder import Ladder
from callinspect.render.layout import to_text
from callinspect.render.style import Style

THIRD = Party(number="+19195550199")


def test_how_long_ago_stands_at_the_calls_own_end() -> None:
    later = entry("10:20:00", Happened.TRANSCRIBED)
    lines = below(TRANSFER._replace(timeline=(*(TRANSFER.timeline or ()), later)), now=at("11:47:06.1"))
    assert lines[-3:] == [
        " 10:19:06.100  ╳          ╳             ended, talked 1 min 30 s: hangup",
        "                                        1 h 28 min ago",
        " 10:20:00.000                           transcribed",
    ]


@pytest.mark.parametrize(("outcome", "color"), [(Outcome.ANSWERED, "2"), (Outcome.FAILED, "31")])
def test_only_who_leaves_a_call_that_failed_is_red(outcome: Outcome, color: str) -> None:
    style = Style(color=True, zone=UTC)
    shown = harmless(TRANSFER._replace(outcome=outcome), style)
    *_, other, own = to_text(Ladder(shown, style).lines(None), style).splitlines()
    assert own.count(f"\x1b[{color}m╳") == 2
    assert "\x1b[2m╳" in other


def test_a_card_with_a_ladder_says_nothing_twice() -> None:
    """But for participants who have no lifeline."""
    parent = leg("c-2", CALLED, THIRD, Relation.PARENT)
    entries = [entry("10:00:00", Happened.CREATED, "/to"), entry("10:00:05", Happened.CREATED, leg="c-2")]
    sent = call(CALLER, CALLED, entries, (parent,))._replace(parent_id="c-2")
    for each in (sent, REDIRECTED, PARKED):
        text = card(each, Style(zone=UTC))
        assert "──▶ " not in text
        assert not re.search("Parent|Redirected|Recall", text)
    assert "\n with “Dana”\n" in card(sent._replace(participants=(CALLED, Party(name="Dana"))), Style(zone=UTC))
    assert "\n Parent  c-9\n" in card(sent._replace(parent_id="c-9"), Style(zone=UTC))


def test_the_vendors_reason_is_told_where_we_have_none() -> None:
    passed = Redirection(Reason.UNKNOWN, "overflow", DANA)
    sent = REDIRECTED._replace(redirections=(passed, *REDIRECTED.redirections[1:]))
    entries = [
        each._replace(detail="unknown", source="/redirections/0") if each.detail == "busy" else each
        for each in sent.timeline or ()
    ]
    assert below(sent._replace(timeline=tuple(entries)))[3].endswith("┆  “overflow”")
