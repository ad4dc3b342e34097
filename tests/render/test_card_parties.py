"""Who takes part, where the vendor names nobody."""

import time

import pytest

from callinspect.model import Call, Party, Reason, Redirection
from callinspect.model.further import Role
from callinspect.render.card import card
from callinspect.render.harmless import Harmless
from callinspect.render.parties import told_apart
from callinspect.render.style import Style

WIDE = Style(width=200)
NOWHERE = "sip:7d+org.example.com;tgrp=4;trunk-context=x@localhost"
FIRST, SECOND = (
    Party(uri=NOWHERE, role=Role.AGENT, kind="agent", person_id=f"person-{number}") for number in ("one", "two")
)


def shown(*participants: Party, redirections: tuple[Redirection, ...] = ()) -> str:
    return card(Call("p", "c", participants=participants, redirections=redirections), WIDE)


def test_agents_without_a_name_are_told_apart_by_number_and_id() -> None:
    """One address, which leads nowhere, for them all; the ID is not below again, and a redirection has the number."""
    text = shown(FIRST, SECOND, redirections=(Redirection(Reason.NO_ANSWER, party=SECOND),))
    assert "localhost" not in text
    assert "agent 1 person-one" in text
    assert "agent 2 person-two" in text
    assert " Redirected  agent 2 (no-answer)\n" in text or "agent 2" in text.partition("person-two")[2]
    assert text.count("person-one") == text.count("person-two") == 1


def test_the_only_one_in_a_role_needs_no_number() -> None:
    assert "with agent person-one\n" in shown(FIRST)
    assert "with agent person-one, supervisor person-two\n" in shown(
        FIRST, SECOND._replace(role=Role.SUPERVISOR, kind="user")
    )


def test_forty_thousand_without_a_name_are_told_apart_at_once() -> None:
    """As many as a body of ten mebibytes has; to look for each among all before it takes half a minute."""
    parties = [Party(role=Role.AGENT, person_id=str(number)) for number in range(40_000)]
    begun = time.process_time()
    told = told_apart(Harmless(Call("p", "c", participants=tuple(parties))))
    assert time.process_time() - begun < 5
    assert [each.name for each in told.participants[::39_999]] == ["agent 1", "agent 40000"]


def test_nobody_with_a_role_is_unknown() -> None:
    assert "with agent, “Support” (queue), ivr (workflow)\n" in shown(
        Party(role=Role.AGENT, kind="agent"),
        Party(role=Role.QUEUE, kind="acd", name="Support", uri="sip:1@127.0.0.1;user=acd"),
        Party(role=Role.IVR, kind="workflow"),
    )
    assert "unknown (agent)" in shown(Party(kind="agent"))  # the vendor's word alone is no role


def test_a_name_like_ours_is_the_vendors() -> None:
    text = shown(Party(role=Role.AGENT, name="agent 2"), FIRST._replace(person_id="agent 2 (queue)"))
    assert "with “agent 2” (agent), agent “agent 2 (queue)”\n" in text


@pytest.mark.parametrize(
    "uri", ["sip:dana@localhost", "sip:dana@127.0.0.1:5060", "SIP:dana@LOCALHOST;x=y", "127.0.0.1"]
)
def test_an_address_that_leads_nowhere_is_shown_only_alone(uri: str) -> None:
    """Where it is all that tells who somebody is."""
    assert uri not in shown(Party(uri=uri, name="Dana"))
    assert uri in shown(Party(uri=uri))
    assert "sip:dana@localhost.example.com" in shown(Party(uri="sip:dana@localhost.example.com", name="Dana"))
