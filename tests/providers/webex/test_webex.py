"""What is Webex Calling's alone."""

import pytest

from callinspect import providers
from callinspect.errors import UsageError
from callinspect.provider import Document, check_id

PATHS = """
history members dial answer reject hangup hold resume mute unmute divert transfer park retrieve pickup bargeIn push pull
transmitDtmf startRecording stopRecording pauseRecording resumeRecording
"""


def test_no_last_word_of_webex_s_other_paths_is_taken_for_an_id() -> None:
    webex = providers.get("webex")
    for word in PATHS.split():
        with pytest.raises(UsageError, match=word):
            check_id(webex, word)
        check_id(webex, word.upper())


@pytest.mark.parametrize(("answered", "warned"), [("2025-04-08T10:00:00Z", True), ("", False), (None, False)])
def test_a_call_answered_elsewhere_is_canceled_whatever_else(answered: str | None, warned: bool) -> None:
    body = {"id": "1", "state": "disconnected", "completedElsewhere": True, "answered": answered}
    call = providers.get("webex").normalize(Document(body))
    assert (call.outcome, call.cause and call.cause.code) == ("canceled", "completedElsewhere")
    assert any("completedElsewhere is true" in each for each in call.warnings) == warned
