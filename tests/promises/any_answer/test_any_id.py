"""Any id is one segment of the vendor's own path, or is refused before anything is asked."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st
from kit import vendors
from kit.outcomes import one

from callinspect.cli.input import ids

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kit.forks import Forks
    from kit.outcomes import Answers, Conversation, Env, Outcome

EXAMPLES = 600 // len(vendors.NAMES)
"""For each vendor's conversation: more vendors take no more time."""


def assert_asked_for_nothing_else(call_id: str, outcome: Outcome, provider: str, asked: Sequence[str]) -> None:
    """Fail unless an id was refused unasked, or asked for as one segment of the vendor's own path."""
    if outcome["code"] == "usage":
        assert not asked
        return
    assert outcome["code"] == "not_found", outcome
    for target, (before, after) in zip(asked, vendors.forms(provider), strict=True):
        assert target.startswith(before)
        assert target.endswith(after)
        segment = target.removeprefix(before).removesuffix(after)
        assert re.fullmatch(r"(?:[A-Za-z0-9._~-]|%[0-9A-F]{2})+", segment)
        assert segment not in {".", ".."}
        assert unquote(segment, errors="strict") in {call_id, ids.cleaned(call_id)}


SEGMENTS = [
    *("/", "\\", "..", ".", "%2e", "%2F", "?", "#", ";", "@", ":", "//", "http://h", "&", "=", "+", " ", "\u00e9", "x")
]
ANY_ID = (
    st.text(min_size=1, max_size=40)
    | st.lists(st.sampled_from(SEGMENTS), min_size=1, max_size=6).map("".join)
    | st.binary(min_size=1, max_size=30).map(lambda data: data.decode("utf-8", "surrogateescape"))
)


@given(provider=st.sampled_from(vendors.NAMES), call_id=ANY_ID)
@settings(deadline=None, max_examples=120, suppress_health_check=[HealthCheck.too_slow])
def test_any_word_is_one_segment_of_a_path_or_refused(
    answers: Answers, user: Env, forks: Forks, provider: str, call_id: str
) -> None:
    # None of these is an argument, or one that means a call of this provider.
    assume("\0" not in call_id and call_id != "-" and call_id.partition(":")[0] not in vendors.NAMES)
    assume(not any("\ud800" <= each < "\udc80" or "\udcff" < each <= "\udfff" for each in call_id))
    del answers.asked[:]
    done = forks.run("get", provider, "-o", "json", "--", call_id, env=user)
    assert_asked_for_nothing_else(call_id, one(done), provider, answers.asked)


@given(call_id=ANY_ID)
@example(call_id="x" * 70_000)
@example(call_id="\ud800")
@settings(deadline=None, max_examples=EXAMPLES)
def test_any_id_of_an_object_is_one_segment_or_refused(
    answers: Answers, conversation: Conversation, call_id: str
) -> None:
    del answers.asked[:]
    outcome = conversation.ask(json.dumps({"id": call_id}).encode())
    assert_asked_for_nothing_else(call_id, outcome, conversation.provider, answers.asked)


@given(line=st.binary(min_size=1, max_size=60) | ANY_ID.map(lambda text: text.encode("utf-8", "surrogatepass")))
@settings(deadline=None, max_examples=EXAMPLES)
def test_any_line_is_an_id_or_refused(answers: Answers, conversation: Conversation, line: bytes) -> None:
    text = line.decode("utf-8", "surrogateescape").strip()
    assume(text and b"\n" not in line and text.partition(":")[0] not in vendors.NAMES)
    assume(text[0] not in '#{["\ufeff')  # a comment, JSON that may go on, and what begins a file
    assume(not re.search(r"\s#", text))  # a comment after an ID
    assume(not re.fullmatch("n[0-9]+", text))  # an id that is known here
    del answers.asked[:]
    assert_asked_for_nothing_else(text, conversation.ask(line), conversation.provider, answers.asked)
