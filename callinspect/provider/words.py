"""What a vendor's words mean: for the mapping of its calls, and for `explain`."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Any, NamedTuple

from callinspect.model import Call, Cause, EndedBy, Outcome, State, in_words

SIP_CODE = re.compile("[1-6][0-9]{2}", re.ASCII)
"""A SIP response code, as text."""


class Evidence(StrEnum):
    """Where a vendor's word is known from."""

    DOCS = "docs"
    SPEC = "spec"
    SEEN = "seen"
    INFERRED = "inferred"
    UNCONFIRMED = "unconfirmed"

    @property
    def is_documented(self) -> bool:
        """Whether the vendor documents the word."""
        return self in {Evidence.DOCS, Evidence.SPEC}


class Word(NamedTuple):
    """What one of a vendor's words says about a call, None where it says nothing.

    Attributes:
        state: the state of a call with it.
        outcome: how such a call came out.
        ended_by: who ended it.
        cause: what the word means, if it is why a call ended (see `callinspect.model.in_words`).
        says: what any other word means.
        means: what it stands for where the record has a word of ours: a direction, a reason, the state of a recording.
        evidence: where the word is known from.
        unanswered: what the word means if nobody answered the call, where `cause` would be wrong or say less.
        depends: what `explain` adds: how the outcome depends on something else, as a sentence goes on.
        is_ending: whether an active call with it is being hung up, answered or not.
    """

    state: State | None = None
    outcome: Outcome | None = None
    ended_by: EndedBy | None = None
    cause: Cause | None = None
    says: Cause | None = None
    means: Any = None
    evidence: Evidence = Evidence.DOCS
    unanswered: Cause | None = None
    is_ending: bool = False
    depends: str | None = None

    def cause_of(self, call: Call) -> Cause | None:
        """Return why a call ended with this word."""
        return (self.unanswered if call.was_answered is False else None) or self.cause


class Words(NamedTuple):
    """The words of one of a vendor's fields, for `explain` and for its mapping.

    Attributes:
        kind: what they are, such as `cause` or `state`.
        field: the vendor's field.
        words: each word, and what it says.
        other: what the vendor's documentation says of every other word, None if it says nothing.
        is_q850: whether a name that is not listed means what Q.850 or FreeSWITCH has it mean, before `other`.
    """

    kind: str
    field: str
    words: Mapping[str, Word]
    other: Word | None = None
    is_q850: bool = False


def said(
    title: str,
    explanation: str,
    next_: str | None = None,
    *,
    means: Any = None,
    state: State | None = None,
    outcome: Outcome | None = None,
    evidence: Evidence = Evidence.DOCS,
) -> Word:
    """Return a word that is not why a call ended, by what it means in ours."""
    return Word(state, outcome, says=in_words(title, explanation, next_), means=means, evidence=evidence)


def meanings(words: Mapping[str, Word]) -> dict[str, Any]:
    """Return what each word stands for in the record."""
    return {name: word.means for name, word in words.items()}


def hints(words: Mapping[str, Word], *names: str) -> dict[str, str]:
    """Return what to do about each of some errors, as a hint begins: in lower case."""
    steps = {name: words[name].says for name in names}
    return {name: said.next[0].lower() + said.next[1:] for name, said in steps.items() if said and said.next}
