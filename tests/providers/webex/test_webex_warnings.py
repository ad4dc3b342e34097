"""What a warning quotes, and a time in the wrong unit."""

from datetime import UTC, datetime
from typing import Any

import pytest

from callinspect import providers
from callinspect.model import Call
from callinspect.provider import Document


def normalized(**fields: Any) -> Call:
    return providers.get("webex").normalize(Document(fields))


def test_a_time_soon_after_the_epoch_is_a_time_in_the_wrong_unit() -> None:
    call = normalized(id="1", state="disconnected", answered="1970-01-21T04:28:26.403Z")
    assert (call.outcome, call.warnings) == ("answered", ())
    assert call.answered_at == datetime(1970, 1, 21, 4, 28, 26, 403_000, UTC)


@pytest.mark.parametrize(
    ("value", "quoted"),
    [
        ("x" * 60, "“" + "x" * 60 + "”"),
        ("x" * 61, "“" + "x" * 60 + "…”"),
        ([1, None, True], "“[1, null, true]”"),
        (["x" * 60], '“["' + "x" * 58 + "…”"),
    ],
    ids=["short", "long", "JSON", "long JSON"],
)
def test_a_warning_names_the_place_and_quotes_60_characters(value: Any, quoted: str) -> None:
    call = normalized(
        id="1", remoteParty={"privacyEnabled": value}, redirections=[{}, {"redirectingParty": {"name": 1}}]
    )
    assert call.warnings == (
        f"remoteParty.privacyEnabled is not true or false: {quoted}",
        "redirections[1].redirectingParty.name is not a string: “1”",
    )
