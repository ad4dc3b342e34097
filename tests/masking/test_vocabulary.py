"""Our own words, which --redact leaves: the texts of the program, and nothing that only its sources say."""

import pytest

from callinspect.cli import described
from callinspect.masking.vocabulary import Vocabulary


def test_the_kept_vocabulary_is_current() -> None:
    kept = described.VOCABULARY.read_text(encoding="utf-8")
    assert kept == described.vocabulary(), "python -m callinspect.cli.described brings it up to date"


@pytest.mark.parametrize(
    "text", ["show it as it was", "created_at", "not used: plain http", "--redact-key", "capability"]
)
def test_texts_keys_and_options_are_ours(text: str) -> None:
    assert Vocabulary().has(text.encode())


@pytest.mark.parametrize(
    "text",
    [
        "nothing but what stands for a value",  # a description of a function
        "until_blank",  # a name in a source
        "spellings of the same characters are one",
        "jane doe",
    ],
)
def test_what_only_sources_say_is_not_ours(text: str) -> None:
    assert not Vocabulary().has(text.encode())
